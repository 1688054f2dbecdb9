//! Every kind of mistake that a spec can have: code and title, in one table.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $title:literal;)*) => {
        /// A kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* #[doc = $title] $name,)* }

        impl Code {
            /// Every kind, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code, such as `AS0003`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!("AS", $number),)* }
            }

            /// The explanation as it is written: a fence `toml whole` holds an example that stands for a
            /// whole file, any other one a fragment. For the test that tries the examples.
            #[doc(hidden)]
            pub const fn explanation_source(self) -> &'static str {
                match self {
                    $(Self::$name => {
                        include_str!(concat!("explanations/AS", $number, ".md"))
                    })*
                }
            }

            /// The title of the code, in one line.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    Syntax = "0001", "the file is not valid TOML";
    Unreadable = "0002", "a file cannot be read";
    UnknownKey = "0003", "a key that the language does not have";
    WrongType = "0004", "a value of the wrong type";
    MissingKey = "0005", "a key that must be there is missing";
    UnknownValue = "0006", "a value that is not one of the allowed ones";
    Reserved = "0007", "a construct that is planned and not built yet";
    BadName = "0008", "a name that cannot become a Rust identifier or an environment variable";
    NameCollision = "0009", "two things with one name";
    ExtendsCycle = "0010", "a file that extends itself";
    OutsidePackage = "0011", "a file outside the package";
    BadTemplate = "0012", "a template that cannot be read";
    UndeclaredSetting = "0013", "a template names a setting that is not declared";
    UnusedSetting = "0014", "a setting that nothing uses";
    TemplateCycle = "0015", "settings whose defaults need each other";
    NotHttps = "0016", "an endpoint that is not https";
    UnguardedHost = "0017", "a setting that could move a request to another host";
    OptionalSetting = "0018", "an endpoint needs a setting that may be absent";
    BadClaim = "0019", "a claim expression that cannot be read";
    MissingUid = "0020", "no uid";
    MutableUid = "0021", "a uid that its owner can change";
    BadAlgorithm = "0022", "an algorithm that cannot protect an ID token";
    NoEndpoint = "0023", "an endpoint that every sign-in needs is missing";
    UselessTable = "0024", "a table that has no effect";
    NoClientAuthentication = "0025", "no way for the client to prove itself";
    BadSample = "0026", "a sample that cannot be used";
    DuplicateKey = "0027", "a key that stands twice";
    DuplicateBackend = "0028", "two backends with one name";
    UidWithoutSample = "0029", "a uid that no sample shows";
    ClaimWithoutSample = "0030", "a claim that no sample contains";
    SampleFails = "0031", "a sample that does not give the user it expects";
    ContradictoryPolicy = "0032", "policy rules that no sign-in can meet";
    VerifierLength = "0033", "a PKCE code verifier of a length that RFC 7636 forbids";
    BadUrl = "0034", "an endpoint that is not a valid URL";
    RuleOfAnotherType = "0035", "a key that does not fit the type of its setting";
    ReservedParameter = "0036", "a parameter or header that protects a request";
    RefusedDefault = "0037", "a default that the setting's own rules refuse";
    DefaultHost = "0038", "a token that could go to another host than the one that is set";
}

impl Code {
    /// The explanation in Markdown: the meaning, the reason and the remedy, with an example.
    pub fn explanation(self) -> String {
        self.explanation_source().trim().replace("```toml whole", "```toml")
    }

    /// Returns `true` if it is a warning: the spec works, and may not do what its author means.
    pub fn is_warning(self) -> bool {
        matches!(self, Self::DefaultHost)
    }

    /// The kind of a code, such as `AS0003`, in any case.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(code))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

//! The grammar of claim expressions: where a value is found in what a provider sends.
//!
//! ```text
//! claim  = term { "|" term }                     the first that is there wins
//! term   = text | call | path
//! text   = "'" { character | "{" claim "}" } "'"  literal text with claims in it
//! call   = function "(" claim { "," claim } ")"   first_word, rest_words, join, local_part, address
//! path   = start { "." name | "[" pick "]" }
//! start  = name                                  a claim
//!        | "$" source [ "." name ]               $token, $user_info, or the name of a [[call]]
//! pick   = number                                the element of a list
//!        | test { "," test }                     the first element for which all tests hold
//! test   = name                                  its member is true
//!        | name "=" "'" { character } "'"        its member is this text
//! name   = (letter | "_") { letter | digit | "_" | "-" } | "`" { character } "`"
//! ```

mod display;
mod parser;

/// A claim expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A member of the claims.
    Name(String),
    /// Steps into one of the sources.
    Path(Source, Vec<Step>),
    /// The first alternative that is there.
    Any(Vec<Self>),
    /// Literal text with claims in it.
    Text(Vec<Piece>),
    /// A function of claims.
    Call(Function, Vec<Self>),
}

/// The start of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The claims.
    Claims,
    /// `$token`
    Token,
    /// `$user_info`
    UserInfo,
    /// The reply to a `[[call]]`.
    Call(String),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Key(String),
    /// `[0]`
    Index(usize),
    /// `[primary, type = 'work']`
    Where(Vec<Where>),
}

/// One test of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// The member is true.
    True(String),
    /// The member is this text.
    Equals(String, String),
}

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text.
    Literal(String),
    /// A claim.
    Value(Claim),
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The text before the first space.
    FirstWord,
    /// The text after the first space.
    RestWords,
    /// The values that are there, with a space between.
    Join,
    /// The text before the `@`.
    LocalPart,
    /// The value if it is one e-mail address.
    Address,
}

/// Every function by its name, with the number of its arguments (`None`: any number).
pub const FUNCTIONS: &[(&str, Function, Option<usize>)] = &[
    ("first_word", Function::FirstWord, Some(1)),
    ("rest_words", Function::RestWords, Some(1)),
    ("join", Function::Join, None),
    ("local_part", Function::LocalPart, Some(1)),
    ("address", Function::Address, Some(1)),
];

/// The reason why a text is not a claim expression, and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimError {
    /// The position in the text, in bytes.
    pub at: usize,
    /// The message: what is wrong.
    pub message: String,
}

impl Claim {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// The first place that does not fit the grammar.
    pub fn parse(text: &str) -> Result<Self, ClaimError> {
        parser::parse(text)
    }

    /// Reads what an operator writes into a setting: an expression, or the whole name of a claim that
    /// has a colon in it, such as `cognito:groups` or `https://acme.example/roles`.
    ///
    /// # Errors
    ///
    /// The first place that does not fit the grammar.
    pub fn parse_setting(text: &str) -> Result<Self, ClaimError> {
        let text = text.trim();
        let is_name = text.contains(':')
            && !text.contains(|char: char| char.is_whitespace() || "`|'\"()[]{}$,".contains(char));
        if is_name {
            return Ok(Self::Name(text.to_owned()));
        }
        Self::parse(text)
    }

    /// Every path that the expression reads: where it starts, and its steps.
    pub fn paths(&self) -> Vec<(Source, Vec<Step>)> {
        match self {
            Self::Name(name) => vec![(Source::Claims, vec![Step::Key(name.clone())])],
            Self::Path(source, steps) => vec![(source.clone(), steps.clone())],
            Self::Any(claims) | Self::Call(_, claims) => {
                claims.iter().flat_map(Self::paths).collect()
            }
            Self::Text(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Literal(_) => None,
                    Piece::Value(claim) => Some(claim.paths()),
                })
                .flatten()
                .collect(),
        }
    }

    /// The members that a uid made of this expression would rest on.
    pub fn names(&self) -> Vec<String> {
        let steps = self.paths().into_iter().flat_map(|(_, steps)| steps);
        let names = steps.filter_map(|step| match step {
            Step::Key(name) => Some(name),
            Step::Index(_) | Step::Where(_) => None,
        });
        names.collect()
    }

    /// The names of `[[call]]`s that the expression reads.
    pub fn calls(&self) -> Vec<String> {
        let sources = self.paths().into_iter().map(|(source, _)| source);
        let calls = sources.filter_map(|source| match source {
            Source::Call(name) => Some(name),
            Source::Claims | Source::Token | Source::UserInfo => None,
        });
        calls.collect()
    }
}

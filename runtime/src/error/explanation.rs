//! The table of explanations: for each code of a provider, each word of OAuth 2.0 and OpenID Connect,
//! and each code of this crate, what it means and what to do about it.
//!
//! The table is data (`explanations.tsv`), read once. Names of fields are those of the Microsoft Entra
//! admin center and the Azure portal.

use std::fmt;
use std::sync::LazyLock;

use super::code::{Code, Recovery};

/// The table, one entry a line; lines that begin with `#` are headings.
const TABLE: &str = include_str!("explanations.tsv");

static ALL: LazyLock<Vec<Explanation>> = LazyLock::new(|| TABLE.lines().filter_map(read).collect());

/// The explanation of one code: what happened, where to look, and what to do.
///
/// [`Display`](fmt::Display) writes what `authspec explain` prints.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    name: &'static str,
    code: Code,
    recovery: Recovery,
    setting: Option<&'static str>,
    registration: Option<&'static str>,
    meaning: &'static str,
    advice: &'static str,
    for_visitors: &'static str,
}

/// The explanation of a code that the table lacks. A test checks that it lacks none.
static NOTHING: Explanation = Explanation {
    name: "unknown_error",
    code: Code::UnknownError,
    recovery: Recovery::ContactAdministrator,
    setting: None,
    registration: None,
    meaning: "Something unexpected happened.",
    advice: "Read the log.",
    for_visitors: "Signing in failed. Please tell the people who run this site.",
};

impl Explanation {
    /// Every entry of the table, in its order.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The entry of this name, in any case: a provider's code (`AADSTS50011`), a word of OAuth 2.0
    /// (`invalid_grant`), or a code of this crate (`state_mismatch`).
    pub fn find(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The entry of a code of this crate.
    pub fn of(code: Code) -> &'static Self {
        ALL.iter().find(|entry| entry.name == code.as_str()).unwrap_or(&NOTHING)
    }

    /// The entry of a code or word that a provider sent. The codes of this crate are no words of
    /// providers.
    pub(super) fn of_provider(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|entry| entry.name == name && entry.name != entry.code.as_str())
    }

    /// The code that is explained.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The code that an error of this kind has.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The action that can resolve the error.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// The end of the setting's name, such as `SECRET`, or `redirect_uri`.
    pub fn setting(&self) -> Option<&'static str> {
        self.setting
    }

    /// The page and the field at the provider.
    pub fn registration(&self) -> Option<&'static str> {
        self.registration
    }

    /// The meaning of the error, in one sentence for operators.
    pub fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// The advice to the operator.
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// The sentence for a page that the user sees.
    pub fn for_visitors(&self) -> &'static str {
        self.for_visitors
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, setting, registration, meaning, advice, .. } = self;
        writeln!(formatter, "{name}: {meaning}\n")?;
        if let Some(setting) = setting {
            writeln!(formatter, "  setting       {setting}")?;
        }
        if let Some(registration) = registration {
            writeln!(formatter, "  registration  {registration}")?;
        }
        writeln!(formatter, "  what to do    {advice}")
    }
}

/// One line of the table: name, code, recovery, setting, registration, meaning, advice, sentence for
/// visitors. An empty recovery is the code's; an empty sentence for visitors is that of the code's own
/// line.
fn read(line: &'static str) -> Option<Explanation> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next();
    let given = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let name = cell().filter(|name| !name.starts_with('#'))?;
    let code: Code = cell()?.parse().ok()?;
    let recovery = match cell()? {
        "" => code.recovery(),
        own => own.parse().ok()?,
    };
    Some(Explanation {
        name,
        code,
        recovery,
        setting: given(cell()?),
        registration: given(cell()?),
        meaning: cell()?,
        advice: cell()?,
        for_visitors: given(cell()?).or_else(|| sentence_of(code))?,
    })
}

/// The sentence for visitors in the line of a code of this crate.
fn sentence_of(code: Code) -> Option<&'static str> {
    let lines = TABLE.lines().filter(|line| line.split('\t').next() == Some(code.as_str()));
    lines.filter_map(|line| line.rsplit('\t').next()).find(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_read_and_no_name_stands_twice() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let unread: Vec<&str> = lines.filter(|line| read(line).is_none()).collect();
        assert_eq!(unread, Vec::<&str>::new());
        let mut seen = BTreeSet::new();
        for entry in Explanation::all() {
            assert!(seen.insert(entry.name.to_ascii_lowercase()), "{}", entry.name);
        }
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(line.split('\t').count(), 8, "{line}");
        }
    }

    #[test]
    fn every_code_has_its_own_line() {
        for code in Code::ALL {
            let entry = Explanation::of(*code);
            assert_eq!((entry.name, entry.code), (code.as_str(), *code));
            assert_eq!(entry.recovery, code.recovery(), "{code}");
        }
    }

    #[test]
    fn every_sentence_ends_with_a_period_and_holds_no_address() {
        for Explanation { name, meaning, advice, for_visitors, .. } in Explanation::all() {
            for sentence in [meaning, advice, for_visitors] {
                assert!(sentence.ends_with('.'), "{name}: {sentence}");
                assert!(!sentence.contains('@') && !sentence.contains("  "), "{name}: {sentence}");
            }
        }
    }

    /// A new start mends a code that was used or is too old, and a password that is new. It does not
    /// mend a setting, a policy of a directory, or what the user is not allowed to do.
    #[test]
    fn a_restart_is_advised_only_where_it_can_mend() {
        use Code::{AuthorizationCodeRejected, PasswordResetRequested, ResponseExpired};
        let of_provider = |entry: &&Explanation| entry.name != entry.code.as_str();
        for entry in Explanation::all().iter().filter(of_provider) {
            let Explanation { name, code, recovery, setting, .. } = entry;
            if *recovery == Recovery::RestartLogin {
                let mends = [AuthorizationCodeRejected, PasswordResetRequested, ResponseExpired];
                assert!(mends.contains(code), "{name}");
                assert!(setting.is_none() || *code == PasswordResetRequested, "{name}");
            }
            let administrators = [Code::InvalidSetting, Code::AuthenticationDisallowed];
            if administrators.contains(code) {
                assert_eq!(*recovery, Recovery::ContactAdministrator, "{name}");
            }
        }
    }

    #[test]
    fn visitors_read_no_word_of_the_configuration() {
        for Explanation { name, for_visitors, .. } in Explanation::all() {
            let is_internal = |word: &str| {
                word.contains('_')
                    || word.chars().filter(char::is_ascii_uppercase).count() > 1
                    || word.contains("://")
            };
            let internal = for_visitors.split_whitespace().find(|word| is_internal(word));
            assert_eq!(internal, None, "{name}: {for_visitors}");
        }
    }

    #[test]
    fn a_setting_is_written_as_a_variable_ends_or_is_the_redirect_uri() {
        for Explanation { name, setting, .. } in Explanation::all() {
            let Some(setting) = setting else { continue };
            let is_variable = setting.chars().all(|char| char.is_ascii_uppercase() || char == '_');
            assert!(is_variable || *setting == "redirect_uri", "{name}: {setting}");
        }
    }
}

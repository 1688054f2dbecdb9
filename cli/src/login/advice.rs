//! What a provider's refusal means to the person who configured this backend: what happened, which
//! setting to look at, which field of the app registration, and what to do.
//!
//! The table is data (`advice.tsv`). It names fields as the Microsoft Entra admin center and the Azure
//! portal show them.

/// What to do about one refusal.
#[derive(Debug)]
pub(crate) struct Advice<'a> {
    /// The provider's own code, or the OAuth 2.0 word.
    pub(crate) code: &'static str,
    /// The end of our setting's name, or `--redirect-uri`.
    pub(crate) setting: Option<&'a str>,
    /// The page and the field at the provider.
    pub(crate) registration: Option<&'static str>,
    /// What happened, in one sentence.
    pub(crate) meaning: &'static str,
    /// What to do.
    pub(crate) mend: &'static str,
}

/// Every refusal that is explained.
fn all() -> impl Iterator<Item = Advice<'static>> {
    let lines = include_str!("advice.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next();
        let given = |cell: &'static str| (!cell.is_empty()).then_some(cell);
        Some(Advice {
            code: cell()?,
            setting: given(cell()?),
            registration: given(cell()?),
            meaning: cell()?,
            mend: cell()?,
        })
    })
}

/// The advice for the first of these codes that has one: the most special code comes first.
pub(crate) fn advice(codes: &[&str]) -> Option<Advice<'static>> {
    codes.iter().find_map(|code| all().find(|advice| advice.code.eq_ignore_ascii_case(code)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_read_and_no_code_stands_twice() {
        let lines = include_str!("advice.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(all().count(), lines.count());
        let mut seen = BTreeSet::new();
        for advice in all() {
            assert!(seen.insert(advice.code), "{}", advice.code);
        }
    }

    #[test]
    fn every_sentence_ends_with_a_period_and_holds_no_address() {
        for Advice { code, meaning, mend, .. } in all() {
            for sentence in [meaning, mend] {
                assert!(sentence.ends_with('.'), "{code}: {sentence}");
                assert!(!sentence.contains('@'), "{code}: {sentence}");
                assert!(!sentence.contains("  "), "{code}: {sentence}");
            }
        }
    }

    #[test]
    fn a_setting_is_written_as_a_variable_ends_or_is_the_argument() {
        for Advice { code, setting, .. } in all() {
            let Some(setting) = setting else { continue };
            let is_variable = setting.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            assert!(is_variable || setting == "--redirect-uri", "{code}: {setting}");
        }
    }

    #[test]
    fn the_first_code_with_an_entry_wins() {
        let found = |codes: &[&str]| advice(codes).map(|advice| advice.code);
        assert_eq!(found(&["AADSTS7000215", "invalid_client"]), Some("AADSTS7000215"));
        assert_eq!(found(&["AADSTS1", "invalid_client"]), Some("invalid_client"));
        assert_eq!(found(&["AADB2C90118"]), Some("AADB2C90118"));
    }

    #[test]
    fn what_is_not_listed_has_no_advice() {
        assert!(advice(&[]).is_none());
        assert!(advice(&["AADSTS1", ""]).is_none());
    }
}

//! Conditions on settings: `{ setting, is }` or `{ setting, equals }`.

use crate::codes::Code;
use crate::language::{Key, Kind, Word, key, required, word, words};
use crate::node::Table;
use crate::reader::Reader;
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};

/// The keys of a condition.
pub const KEYS: &[Key] = &[SETTING, IS_KEY, EQUALS];

/// The key that names the setting of a condition.
pub(super) const SETTING: Key =
    required("setting", Kind::Text, "The name of the setting that the condition depends on.");

/// The kind of value that it has.
pub(super) const IS_KEY: Key =
    key("is", Kind::Word(&words(&IS)), "A built-in test of the value: `uuid`, `domain` or `set`.");

/// The value that it has.
pub(super) const EQUALS: Key = key(
    "equals",
    Kind::Text,
    "The value, ignoring case; an authority's host is compared without `https://`.",
);

/// The words of `is`.
const IS: [(Word, Is); 3] = [
    (word("uuid", "A GUID."), Is::Uuid),
    (word("domain", "A domain: a name with a dot in it."), Is::Domain),
    (word("set", "Any value that the operator set."), Is::Set),
];

/// The kind of value that a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// A GUID.
    Uuid,
    /// A domain.
    Domain,
    /// Any value that the operator set.
    Set,
}

/// A condition on a setting.
#[derive(Clone, Debug)]
pub struct When {
    /// The name of the setting that is tested.
    pub setting: Spanned<String>,
    /// The value that it has.
    pub test: WhenTest,
}

/// The value that a setting has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhenTest {
    /// One of this kind.
    Is(Is),
    /// This one, in any case.
    Equals(String),
}

/// The condition under a key.
pub(super) fn read(document: &Reader<'_>, name: &str) -> Option<When> {
    let (table, span) = document.table(name)?;
    let title = format!("[[policy]] {name}");
    of(&Reader::new(table, title, span, KEYS, document.report()))
}

/// A condition that is a table of its own.
pub(super) fn read_table(table: &Table, span: Span, report: &Report) -> Option<When> {
    of(&Reader::new(table, "the condition", span, KEYS, report))
}

/// The condition that a table holds, perhaps beside other keys.
pub(super) fn of(reader: &Reader<'_>) -> Option<When> {
    let setting = reader.text("setting");
    let is = reader.word("is", &IS).map(WhenTest::Is);
    let equals = reader.text("equals").map(|text| WhenTest::Equals(text.value));
    if reader.node("is").is_some() == reader.node("equals").is_some() {
        let message = "a condition on a setting has exactly one of `is` and `equals`";
        reader.report().push(Diagnostic::new(Code::MissingKey, reader.span(), message));
        return None;
    }
    Some(When { setting: setting?, test: is.or(equals)? })
}

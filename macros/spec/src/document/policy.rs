//! `[[policy]]`: sign-ins to refuse although the token is genuine. Its conditions serve `[user]` too.

use super::errors::{self, ErrorName};
use super::when::{self, When};
use crate::claim::Claim;
use crate::codes::Code;
use crate::extend::REMOVED;
use crate::language::{Key, Kind, Word, key, required, word, words};
use crate::node::Table;
use crate::reader::Reader;
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};
use crate::template::Template;

/// The keys of a rule.
pub const KEYS: &[Key] = &[
    key("name", Kind::Text, "The name by which a file that extends this one can remove the rule."),
    key(
        "removed",
        Kind::Text,
        "Why the rule of this name, in a file that this one extends, does not hold here; only beside \
         `name`.",
    ),
    key(
        "claim",
        Kind::Claim,
        "The claim expression to test; every rule has one, unless it is `removed`.",
    ),
    IS_KEY,
    EQUALS,
    EQUALS_IGNORING_CASE,
    NOT_EQUALS,
    NOT_STARTS_WITH,
    key(
        "one_of",
        Kind::Text,
        "The name of a list setting; the claim must equal one of its entries, ignoring case. \
         The rule is skipped while the setting is not set.",
    ),
    key(
        "when",
        Kind::Table(when::KEYS),
        "A condition on a setting under which the rule applies: `{ setting, is }` or `{ \
         setting, equals }`.",
    ),
    key(
        "uid_only",
        Kind::Bool,
        "Apply the rule only while its claim is the uid; an ID_KEY that names another claim \
         lifts it.",
    ),
    key("optional", Kind::Bool, "Accept an absent claim."),
    key("code", errors::WORD, "The error code of a refusal; `invalid_claim` by default."),
    key("help", Kind::Text, "Advice that is added to the refusal's message."),
];

/// A condition on a claim.
pub const CONDITION: Kind = Kind::Table(CONDITION_KEYS);

const CONDITION_KEYS: &[Key] = &[
    required("claim", Kind::Claim, "The claim expression to test."),
    IS_KEY,
    EQUALS,
    EQUALS_IGNORING_CASE,
    NOT_EQUALS,
    NOT_STARTS_WITH,
    key(
        "one_of",
        Kind::Text,
        "The name of a list setting; the claim must equal one of its entries, ignoring case.",
    ),
];

/// The built-in test of a claim.
const IS_KEY: Key =
    key("is", Kind::Word(&words(&IS)), "A built-in test: `present`, `true` or `uuid`.");

/// The value that a claim must have.
const EQUALS: Key = key("equals", Kind::Template, "The required value; may contain `{settings}`.");

/// The value that a claim must have in any case.
const EQUALS_IGNORING_CASE: Key = key(
    "equals_ignoring_case",
    Kind::Template,
    "The required value, ignoring case; may contain `{settings}`.",
);

/// The value that a claim must not have.
const NOT_EQUALS: Key =
    key("not_equals", Kind::Template, "A value that is refused; may contain `{settings}`.");

/// The text that a claim must not begin with.
const NOT_STARTS_WITH: Key = key("not_starts_with", Kind::Text, "A beginning that is refused.");

/// The names of the keys that test a claim.
const TESTS: [&str; 6] =
    ["is", "equals", "equals_ignoring_case", "not_equals", "not_starts_with", "one_of"];

/// The words of `is`.
const IS: [(Word, Is); 3] = [
    (word("present", "Present, and neither null nor empty."), Is::Present),
    (word("true", "True: `true`, `1`, `\"true\"` or `\"1\"`."), Is::True),
    (word("uuid", "A GUID."), Is::Uuid),
];

#[derive(Clone, Copy)]
enum Is {
    Present,
    True,
    Uuid,
}

/// A rule on claims that every sign-in must meet.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// The name by which a file that extends this one can remove it.
    pub name: Option<Spanned<String>>,
    /// The condition that every sign-in must meet.
    pub condition: Condition,
    /// When it must.
    pub when: Option<When>,
    /// `true` if it must hold only while the claim is the uid.
    pub uid_only: bool,
    /// `true` if an absent claim passes.
    pub optional: bool,
    /// The error of a refusal.
    pub code: Option<ErrorName>,
    /// The advice that is added to a refusal's message.
    pub help: Option<String>,
}

/// A claim and what it must be.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The claim expression that is tested.
    pub claim: Spanned<Claim>,
    /// The test of the value.
    pub test: Test,
}

/// A test of a value.
#[derive(Clone, Debug)]
pub enum Test {
    /// There.
    Present,
    /// True, in any of its spellings.
    True,
    /// A GUID.
    Uuid,
    /// This.
    Equals(Spanned<Template>),
    /// This, in any case.
    EqualsIgnoringCase(Spanned<Template>),
    /// Not this.
    NotEquals(Spanned<Template>),
    /// Not beginning with this.
    NotStartsWith(String),
    /// Listed by this setting, in any case.
    OneOf(Spanned<String>),
}

pub(super) fn read(document: &Reader<'_>) -> Vec<PolicyRule> {
    document
        .tables("policy")
        .into_iter()
        .filter_map(|(table, span)| {
            let reader = Reader::new(table, "[[policy]]", span, KEYS, document.report());
            if let Some(removed) = table.key(REMOVED) {
                removes_nothing(&removed.span, document.report());
                return None;
            }
            if reader.node("claim").is_none() {
                let message = "[[policy]] lacks `claim`";
                let diagnostic = Diagnostic::new(Code::MissingKey, reader.span(), message);
                reader.report().push(diagnostic.help("add `claim = …`"));
            }
            let condition = condition(&reader);
            Some(PolicyRule {
                name: reader.text("name"),
                when: when::read(&reader, "when"),
                uid_only: reader.is_on("uid_only"),
                optional: reader.is_on("optional"),
                code: reader.text("code").and_then(|word| errors::name(&word.value)),
                help: reader.text("help").map(|text| text.value),
                condition: condition?,
            })
        })
        .collect()
}

/// A removal that is still there when the document is read met no file with rules.
fn removes_nothing(place: &Span, report: &Report) {
    let message = "there is no rule that could be removed";
    report.push(
        Diagnostic::new(Code::UselessTable, place.clone(), message)
            .help("`removed` is for a rule of a file that this one extends"),
    );
}

/// Reads a condition that is a table of its own.
pub(super) fn read_condition(table: &Table, span: Span, report: &Report) -> Option<Condition> {
    condition(&Reader::new(table, "the condition", span, CONDITION_KEYS, report))
}

fn condition(reader: &Reader<'_>) -> Option<Condition> {
    let is = reader.word("is", &IS).map(|is| match is {
        Is::Present => Test::Present,
        Is::True => Test::True,
        Is::Uuid => Test::Uuid,
    });
    let tests: Vec<Test> = [
        is,
        reader.template("equals").map(Test::Equals),
        reader.template("equals_ignoring_case").map(Test::EqualsIgnoringCase),
        reader.template("not_equals").map(Test::NotEquals),
        reader.text("not_starts_with").map(|text| Test::NotStartsWith(text.value)),
        reader.text("one_of").map(Test::OneOf),
    ]
    .into_iter()
    .flatten()
    .collect();
    if TESTS.into_iter().filter(|name| reader.node(name).is_some()).count() != 1 {
        let message = "a condition has exactly one test";
        reader.report().push(
            Diagnostic::new(Code::MissingKey, reader.span(), message)
                .help(format!("write one of `{}`", TESTS.join("`, `"))),
        );
        return None;
    }
    let test = tests.into_iter().next();
    Some(Condition { claim: reader.claim("claim")?, test: test? })
}

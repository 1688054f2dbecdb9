//! Policy rules as data: genuine sign-ins that are refused all the same.

use super::{Claim, Template};
use crate::error::Code;

/// `[[policy]]`: a condition that every sign-in must meet.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRule {
    /// The condition that must hold.
    pub condition: Condition,
    /// The settings under which it must hold; `None` means always.
    pub when: Option<When>,
    /// `true` if it must hold only while its claim is the uid, which `ID_KEY` can change.
    pub uid_only: bool,
    /// `true` if an absent claim passes.
    pub optional: bool,
    /// The error of a refusal.
    pub code: Code,
    /// The advice in the error: the claim's meaning, and the setting to change.
    pub help: Option<&'static str>,
}

/// A rule without exceptions, refusing with `invalid_claim`.
pub const fn policy(condition: Condition) -> PolicyRule {
    PolicyRule {
        condition,
        when: None,
        uid_only: false,
        optional: false,
        code: Code::InvalidClaim,
        help: None,
    }
}

impl PolicyRule {
    /// The rule, only under a condition on the settings.
    #[must_use]
    pub const fn when(mut self, when: When) -> Self {
        self.when = Some(when);
        self
    }

    /// The rule, only while its claim is the uid.
    #[must_use]
    pub const fn uid_only(mut self) -> Self {
        self.uid_only = true;
        self
    }

    /// The rule, passing when the claim is absent.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The rule with an error code of its own.
    #[must_use]
    pub const fn code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// The rule with advice for the reader of the refusal.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

/// A claim and what it must be.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// The claim expression that is tested.
    pub claim: Claim,
    /// The test that it must pass.
    pub test: Test,
}

/// The claim is there.
pub const fn is_present(claim: Claim) -> Condition {
    Condition { claim, test: Test::Present }
}

/// The claim is true, in any of its spellings.
pub const fn is_true(claim: Claim) -> Condition {
    Condition { claim, test: Test::True }
}

/// The claim is a GUID.
pub const fn is_uuid(claim: Claim) -> Condition {
    Condition { claim, test: Test::Uuid }
}

/// The claim is this template's text.
pub const fn equals(claim: Claim, template: &'static str) -> Condition {
    Condition { claim, test: Test::Equals(Template(template)) }
}

/// The claim is this template's text, in any case.
pub const fn equals_ignoring_case(claim: Claim, template: &'static str) -> Condition {
    Condition { claim, test: Test::EqualsIgnoringCase(Template(template)) }
}

/// The claim is not this template's text.
pub const fn not_equals(claim: Claim, template: &'static str) -> Condition {
    Condition { claim, test: Test::NotEquals(Template(template)) }
}

/// The claim does not begin with this text.
pub const fn not_starts_with(claim: Claim, text: &'static str) -> Condition {
    Condition { claim, test: Test::NotStartsWith(text) }
}

/// The claim is listed by a setting, in any case; a rule asks nothing while the setting is absent.
pub const fn one_of(claim: Claim, setting: &'static str) -> Condition {
    Condition { claim, test: Test::OneOf(setting) }
}

/// A test of a value. Texts are compared exactly unless the name says otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    /// Present, and neither null nor empty.
    Present,
    /// True: `true`, `1`, `"true"` or `"1"`, as Entra spells `xms_edov`.
    True,
    /// A GUID.
    Uuid,
    /// Equal to a template over the settings.
    Equals(Template),
    /// The same, ignoring ASCII case.
    EqualsIgnoringCase(Template),
    /// Unequal to a template over the settings.
    NotEquals(Template),
    /// Not beginning with this text.
    NotStartsWith(&'static str),
    /// Listed by this setting, ignoring ASCII case.
    OneOf(&'static str),
}

/// A condition on a setting.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// The setting is a GUID.
    SettingIsUuid(&'static str),
    /// The setting is a domain.
    SettingIsDomain(&'static str),
    /// The operator set it, to anything.
    SettingIsSet(&'static str),
    /// The setting is this text, ignoring ASCII case; an authority is compared by its host.
    SettingEquals(&'static str, &'static str),
}

impl When {
    /// The name of the setting.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::SettingIsUuid(name)
            | Self::SettingIsDomain(name)
            | Self::SettingIsSet(name)
            | Self::SettingEquals(name, _) => name,
        }
    }
}

//! The rules of a setting: what a value must meet.

use authspec_spec::document::SettingRule;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

/// The rules of one setting, each in its place.
#[derive(Default)]
struct Rules<'s> {
    required: bool,
    starts_with: Option<&'s str>,
    one_of: Option<&'s [String]>,
    max: Option<u64>,
    refused: Option<&'s str>,
    ignored: Option<&'s str>,
}

impl<'s> Rules<'s> {
    fn of(rules: &'s [SettingRule]) -> Self {
        let mut own = Self::default();
        for rule in rules {
            match rule {
                SettingRule::Required => own.required = true,
                SettingRule::StartsWith(text) => own.starts_with = Some(text),
                SettingRule::OneOf(values) => own.one_of = Some(values),
                SettingRule::Max(max) => own.max = Some(*max),
                SettingRule::Refused(why) => own.refused = Some(&why.value),
                SettingRule::Ignored(why) => own.ignored = Some(why),
            }
        }
        own
    }
}

pub(super) fn compare(
    group: &mut Group<'_>,
    variable: &str,
    old: &[SettingRule],
    new: &[SettingRule],
) {
    // No `..`: a new rule must be compared here.
    let Rules { required, starts_with, one_of, max, refused, ignored } = Rules::of(old);
    let new = Rules::of(new);
    compare_required(group, variable, required, new.required);
    compare_start(group, variable, starts_with, new.starts_with);
    compare_choice(group, variable, one_of, new.one_of);
    compare_max(group, variable, max, new.max);
    compare_refused(group, variable, refused, new.refused);
    compare_ignored(group, variable, ignored, new.ignored);
}

fn compare_required(group: &mut Group<'_>, variable: &str, old: bool, new: bool) {
    match (old, new) {
        (false, true) => {
            let reason = "operators who did not set it cannot sign anybody in";
            group.told(format!("{variable} must be set now"), breaking(reason));
        }
        (true, false) => {
            group.told(format!("{variable} need not be set any more"), notice("one rule less"));
        }
        (true, true) | (false, false) => {}
    }
}

fn compare_start(group: &mut Group<'_>, variable: &str, old: Option<&str>, new: Option<&str>) {
    let what = format!("what {variable} must begin with");
    let reason = "a value that was good may be refused";
    match (old, new) {
        (Some(old), Some(new)) if old != new => group.changed(&what, old, new, breaking(reason)),
        (None, Some(new)) => group.added(&what, new, breaking(reason)),
        (Some(old), None) => group.removed(&what, old, notice("any value is taken")),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_choice(
    group: &mut Group<'_>,
    variable: &str,
    old: Option<&[String]>,
    new: Option<&[String]>,
) {
    let what = format!("the choice of {variable}");
    match (old, new) {
        (Some(old), Some(new)) => {
            for pair in pairs(old, new, |value| value.to_ascii_lowercase()) {
                match pair {
                    Pair::Removed(value) => {
                        let reason = format!("a {variable} of this value is refused");
                        group.removed(&format!("the choice `{value}`"), value, breaking(reason));
                    }
                    Pair::Added(value) => {
                        let reason = format!("{variable} may be it");
                        group.added(&format!("the choice `{value}`"), value, notice(reason));
                    }
                    Pair::Both(..) => {}
                }
            }
        }
        (None, Some(new)) => {
            group.added(&what, new.join(", "), breaking("any other value is refused"));
        }
        (Some(old), None) => group.removed(&what, old.join(", "), notice("any value is taken")),
        (None, None) => {}
    }
}

fn compare_max(group: &mut Group<'_>, variable: &str, old: Option<u64>, new: Option<u64>) {
    let what = format!("the largest {variable}");
    let reason = "a larger number is refused";
    match (old, new) {
        (Some(old), Some(new)) if old != new => {
            let weight =
                if new < old { breaking(reason) } else { notice("larger numbers are taken") };
            group.changed(&what, old.to_string(), new.to_string(), weight);
        }
        (None, Some(new)) => group.added(&what, new.to_string(), breaking(reason)),
        (Some(old), None) => {
            group.removed(&what, old.to_string(), notice("any number is taken"));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn compare_refused(group: &mut Group<'_>, variable: &str, old: Option<&str>, new: Option<&str>) {
    match (old, new) {
        (None, Some(_)) => {
            let reason = "operators who set it cannot sign anybody in";
            group.told(format!("{variable} is refused now"), breaking(reason));
        }
        (Some(_), None) => {
            let reason = "operators who were told to unset it may set it";
            group.told(format!("{variable} is not refused any more"), notice(reason));
        }
        (old, new) => group.words(&format!("why {variable} is refused"), old, new),
    }
}

fn compare_ignored(group: &mut Group<'_>, variable: &str, old: Option<&str>, new: Option<&str>) {
    match (old, new) {
        (None, Some(_)) => {
            let reason = "a value that operators set has no effect";
            group.told(format!("{variable} is read and not used now"), breaking(reason));
        }
        (Some(_), None) => {
            let reason = "what was set without effect has one";
            group.told(format!("{variable} is used now"), breaking(reason));
        }
        (old, new) => group.words(&format!("why {variable} is not used"), old, new),
    }
}

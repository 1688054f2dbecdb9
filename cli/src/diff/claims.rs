//! `[claims]`: the fields of a Rust struct, and what a sign-in must bring.

use authspec_spec::document::{ClaimField, ClaimKind};

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, pairs};

pub(super) fn compare(group: &mut Group<'_>, old: &[ClaimField], new: &[ClaimField]) {
    for pair in pairs(old, new, |claim| claim.field.value.clone()) {
        match pair {
            Pair::Removed(claim) => {
                let reason = "Rust code that reads the field does not compile any more";
                group.removed(&what(claim), rust_type(claim), breaking(reason));
            }
            Pair::Added(claim) if claim.required => {
                group.added(&what(claim), rust_type(claim), breaking("a sign-in without it fails"));
            }
            Pair::Added(claim) => {
                group.added(&what(claim), rust_type(claim), notice("one more field"));
            }
            Pair::Both(before, claim) => compare_both(group, before, claim),
        }
    }
}

fn what(claim: &ClaimField) -> String {
    format!("field `{}`", claim.field.value)
}

fn compare_both(group: &mut Group<'_>, old: &ClaimField, new: &ClaimField) {
    // No `..`: a new key must be compared here. The field is what the two have in common, and the
    // Rust type is made of two keys.
    let ClaimField { field: _, name, kind: _, required, doc } = old;
    if *name != new.name {
        let reason = "the field holds another claim";
        group.changed(&format!("the claim of {}", what(new)), name, &new.name, breaking(reason));
    }
    let (before, now) = (rust_type(old), rust_type(new));
    if before != now {
        let reason = if new.required && !required {
            "Rust API: its type is another; and a sign-in without it fails"
        } else {
            "Rust API: its type is another"
        };
        group.changed(&format!("the type of {}", what(new)), before, now, breaking(reason));
    }
    group.words(&format!("the doc of {}", what(new)), Some(doc), Some(&new.doc));
}

/// As `authspec-codegen` writes it, without paths.
fn rust_type(claim: &ClaimField) -> String {
    let kind = match claim.kind {
        ClaimKind::Text => "String",
        ClaimKind::Integer => "u64",
        ClaimKind::Bool => "bool",
        ClaimKind::List => "Vec<String>",
        ClaimKind::Json => "Json",
    };
    if claim.required { kind.to_owned() } else { format!("Option<{kind}>") }
}

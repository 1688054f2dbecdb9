//! Claim expressions.

use authspec::descriptor as runtime;
use authspec_spec::claim::Claim;

pub(super) fn claim(claim: &Claim) -> runtime::Claim {
    runtime::Claim::kept(claim)
}

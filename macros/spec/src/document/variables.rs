//! `[variables]`: environment variables of other tools that fill a setting when nothing else does.

use crate::language::Kind;
use crate::reader::Reader;
use crate::source::Spanned;

/// The value of an entry.
pub const NAME: Kind = Kind::Text;

/// A setting and the variable that fills it.
#[derive(Clone, Debug)]
pub struct FallbackVariable {
    /// The setting, one of the spec or a common one.
    pub setting: Spanned<String>,
    /// The variable.
    pub variable: Spanned<String>,
}

pub(super) fn read(document: &Reader<'_>) -> Vec<FallbackVariable> {
    document
        .map("variables")
        .into_iter()
        .map(|(setting, variable)| FallbackVariable { setting, variable })
        .collect()
}

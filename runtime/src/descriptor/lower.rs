//! Claim expressions as they are parsed, to claim expressions as the runtime's data.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use authspec_descriptor::claim as parsed;

use super::{Claim, Function, Piece, Source, Step, Where};

/// The expressions that settings of this process have held.
static KNOWN: LazyLock<Mutex<HashMap<String, Claim>>> = LazyLock::new(Mutex::default);

impl Claim {
    /// Reads the expression of a setting.
    ///
    /// The data of an expression lives as long as the process, so each one is kept once, by its text.
    pub(crate) fn of_setting(text: &str) -> Result<Self, String> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(claim) = known.get(text) {
            return Ok(*claim);
        }
        let parsed = parsed::Claim::parse_setting(text).map_err(|error| error.message)?;
        let claim = Self::kept(&parsed);
        known.insert(text.to_owned(), claim);
        Ok(claim)
    }

    /// The runtime's data of a parsed expression, which lives as long as the process.
    #[doc(hidden)]
    #[must_use]
    pub fn kept(claim: &parsed::Claim) -> Self {
        match claim {
            parsed::Claim::Name(name) => Self::Name(text(name)),
            parsed::Claim::Path(from, steps) => match (from, steps.as_slice()) {
                (parsed::Source::Token, [parsed::Step::Key(name)]) => Self::Token(text(name)),
                (from, steps) => Self::Path(source(from), list(steps, step)),
            },
            parsed::Claim::Any(claims) => match names(claims) {
                Some(names) => Self::Names(names.leak()),
                None => Self::Any(list(claims, Self::kept)),
            },
            parsed::Claim::Text(pieces) => Self::Text(list(pieces, |piece| match piece {
                parsed::Piece::Literal(literal) => Piece::Literal(text(literal)),
                parsed::Piece::Value(value) => Piece::Value(Self::kept(value)),
            })),
            parsed::Claim::Call(name, arguments) => {
                Self::Call(function(*name), list(arguments, Self::kept))
            }
        }
    }
}

fn text(text: &str) -> &'static str {
    String::from(text).leak()
}

fn list<T, U>(items: &[T], lower: impl Fn(&T) -> U) -> &'static [U] {
    items.iter().map(lower).collect::<Vec<_>>().leak()
}

/// The names, when every alternative is one.
fn names(claims: &[parsed::Claim]) -> Option<Vec<&'static str>> {
    let names = claims.iter().map(|claim| match claim {
        parsed::Claim::Name(name) => Some(text(name)),
        _ => None,
    });
    names.collect()
}

fn source(source: &parsed::Source) -> Source {
    match source {
        parsed::Source::Claims => Source::Claims,
        parsed::Source::Token => Source::Token,
        parsed::Source::UserInfo => Source::UserInfo,
        parsed::Source::Call(name) => Source::Call(text(name)),
    }
}

fn step(step: &parsed::Step) -> Step {
    match step {
        parsed::Step::Key(name) => Step::Key(text(name)),
        parsed::Step::Index(index) => Step::Index(*index),
        parsed::Step::Where(tests) => Step::Where(list(tests, |test| match test {
            parsed::Where::True(name) => Where::True(text(name)),
            parsed::Where::Equals(name, value) => Where::Equals(text(name), text(value)),
        })),
    }
}

fn function(function: parsed::Function) -> Function {
    match function {
        parsed::Function::FirstWord => Function::FirstWord,
        parsed::Function::RestWords => Function::RestWords,
        parsed::Function::Join => Function::Join,
        parsed::Function::LocalPart => Function::LocalPart,
        parsed::Function::Address => Function::Address,
    }
}

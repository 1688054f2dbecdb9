//! Claim expressions.

use authspec::descriptor as runtime;
use authspec_spec::claim::{Claim, Function, Piece, Source, Step, Where};

use super::{list, text, texts};

pub(super) fn claim(claim: &Claim) -> runtime::Claim {
    match claim {
        Claim::Name(name) => runtime::claim(text(name)),
        Claim::Path(source, steps) => match (source, steps.as_slice()) {
            (Source::Token, [Step::Key(name)]) => runtime::token(text(name)),
            (source, steps) => runtime::Claim::Path(from(source), list(steps, step)),
        },
        Claim::Any(claims) => match names(claims) {
            Some(names) => runtime::names(texts(&names)),
            None => runtime::Claim::Any(list(claims, self::claim)),
        },
        Claim::Text(pieces) => runtime::Claim::Text(list(pieces, |piece| match piece {
            Piece::Literal(literal) => runtime::Piece::Literal(text(literal)),
            Piece::Value(value) => runtime::Piece::Value(self::claim(value)),
        })),
        Claim::Call(function, arguments) => {
            runtime::function(self::function(*function), list(arguments, self::claim))
        }
    }
}

/// The names, when every alternative is one.
fn names(claims: &[Claim]) -> Option<Vec<String>> {
    let names = claims.iter().map(|claim| match claim {
        Claim::Name(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

fn from(source: &Source) -> runtime::Source {
    match source {
        Source::Claims => runtime::Source::Claims,
        Source::Token => runtime::Source::Token,
        Source::UserInfo => runtime::Source::UserInfo,
        Source::Call(name) => runtime::Source::Call(text(name)),
    }
}

fn step(step: &Step) -> runtime::Step {
    match step {
        Step::Key(name) => runtime::Step::Key(text(name)),
        Step::Index(index) => runtime::Step::Index(*index),
        Step::Where(tests) => runtime::Step::Where(list(tests, |test| match test {
            Where::True(name) => runtime::Where::True(text(name)),
            Where::Equals(name, value) => runtime::Where::Equals(text(name), text(value)),
        })),
    }
}

fn function(function: Function) -> runtime::Function {
    match function {
        Function::FirstWord => runtime::Function::FirstWord,
        Function::RestWords => runtime::Function::RestWords,
        Function::Join => runtime::Function::Join,
        Function::LocalPart => runtime::Function::LocalPart,
        Function::Address => runtime::Function::Address,
    }
}

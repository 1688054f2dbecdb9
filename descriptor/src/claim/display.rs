//! A claim expression as a spec writes it.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{Claim, FUNCTIONS, Piece, Source, Step, Where};

impl Display for Claim {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write_name(name, formatter),
            Self::Path(source, steps) => write_path(source, steps, formatter),
            Self::Any(claims) => write_list(claims, " | ", formatter),
            Self::Text(pieces) => {
                formatter.write_char('\'')?;
                for piece in pieces {
                    match piece {
                        Piece::Literal(text) => formatter.write_str(text)?,
                        Piece::Value(claim) => write!(formatter, "{{{claim}}}")?,
                    }
                }
                formatter.write_char('\'')
            }
            Self::Call(function, arguments) => {
                let name = FUNCTIONS.iter().find(|(_, known, _)| known == function);
                formatter.write_str(name.map_or("", |(name, ..)| name))?;
                formatter.write_char('(')?;
                write_list(arguments, ", ", formatter)?;
                formatter.write_char(')')
            }
        }
    }
}

fn write_list(claims: &[Claim], separator: &str, formatter: &mut Formatter<'_>) -> fmt::Result {
    for (index, claim) in claims.iter().enumerate() {
        if index > 0 {
            formatter.write_str(separator)?;
        }
        claim.fmt(formatter)?;
    }
    Ok(())
}

fn write_path(source: &Source, steps: &[Step], formatter: &mut Formatter<'_>) -> fmt::Result {
    match source {
        Source::Claims => {}
        Source::Token => formatter.write_str("$token")?,
        Source::UserInfo => formatter.write_str("$user_info")?,
        Source::Call(name) => {
            formatter.write_char('$')?;
            write_name(name, formatter)?;
        }
    }
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Key(name) => {
                if index > 0 || *source != Source::Claims {
                    formatter.write_char('.')?;
                }
                write_name(name, formatter)?;
            }
            Step::Index(index) => write!(formatter, "[{index}]")?,
            Step::Where(tests) => write_tests(tests, formatter)?,
        }
    }
    Ok(())
}

fn write_tests(tests: &[Where], formatter: &mut Formatter<'_>) -> fmt::Result {
    formatter.write_char('[')?;
    for (index, test) in tests.iter().enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        match test {
            Where::True(name) => write_name(name, formatter)?,
            Where::Equals(name, text) => {
                write_name(name, formatter)?;
                write!(formatter, " = '{text}'")?;
            }
        }
    }
    formatter.write_char(']')
}

/// A name that the grammar does not know as one stands between backquotes.
fn write_name(name: &str, formatter: &mut Formatter<'_>) -> fmt::Result {
    let is_plain = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-');
    if is_plain { formatter.write_str(name) } else { write!(formatter, "`{name}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_was_read() {
        for text in [
            "sub",
            "a | b",
            "a.b[0]",
            "`cognito:groups`",
            "$token.scope",
            "$emails[primary, kind = 'work'].email",
            "$`its e-mails`[0]",
            "$``",
            "join(given_name, family_name)",
            "'user_{id} of {a.b}'",
            "address(upn) | address(preferred_username)",
        ] {
            assert_eq!(Claim::parse(text).unwrap().to_string(), text);
        }
    }
}

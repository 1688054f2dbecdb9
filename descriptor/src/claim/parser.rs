//! The parser of claim expressions; the grammar stands at the head of [the module](super).

use super::{Claim, ClaimError, FUNCTIONS, Piece, Source, Step, Where};
use crate::suggest::nearest;

/// The depth to which expressions may nest.
const MAX_DEPTH: usize = 16;

/// Reads a whole text as one expression.
pub(super) fn parse(text: &str) -> Result<Claim, ClaimError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let claim = parser.claim()?;
    parser.space();
    match parser.peek() {
        None => Ok(claim),
        Some(':') => Err(parser.wrong(
            "unexpected `:`; a name with other characters stands between backquotes".to_owned(),
        )),
        Some(char) => Err(parser.wrong(format!("unexpected `{char}`"))),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn claim(&mut self) -> Result<Claim, ClaimError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let mut alternatives = vec![self.term()?];
        while self.take('|') {
            alternatives.push(self.term()?);
        }
        self.depth -= 1;
        if alternatives.len() > 1 {
            return Ok(Claim::Any(alternatives));
        }
        alternatives.pop().ok_or_else(|| self.wrong("expected a claim".to_owned()))
    }

    fn term(&mut self) -> Result<Claim, ClaimError> {
        self.space();
        match self.peek() {
            Some('\'') => self.text_with_claims(),
            Some('$') => {
                self.bump();
                let source = match self.name()?.as_str() {
                    "token" => Source::Token,
                    "user_info" => Source::UserInfo,
                    other => Source::Call(other.to_owned()),
                };
                self.path(source, Vec::new())
            }
            _ => {
                let start = self.at;
                let name = self.name()?;
                if self.take('(') { self.call(start, &name) } else { self.claim_path(name) }
            }
        }
    }

    fn claim_path(&mut self, name: String) -> Result<Claim, ClaimError> {
        match self.path(Source::Claims, vec![Step::Key(name)])? {
            Claim::Path(Source::Claims, steps) => match <[Step; 1]>::try_from(steps) {
                Ok([Step::Key(name)]) => Ok(Claim::Name(name)),
                Ok(steps) => Ok(Claim::Path(Source::Claims, steps.into())),
                Err(steps) => Ok(Claim::Path(Source::Claims, steps)),
            },
            other => Ok(other),
        }
    }

    fn path(&mut self, source: Source, mut steps: Vec<Step>) -> Result<Claim, ClaimError> {
        loop {
            match self.peek() {
                Some('.') => {
                    self.bump();
                    steps.push(Step::Key(self.name()?));
                }
                Some('[') => {
                    self.bump();
                    steps.push(self.pick()?);
                    self.expect(']')?;
                }
                _ => break,
            }
        }
        if steps.is_empty() && !matches!(source, Source::Call(_)) {
            return Err(self.wrong("expected `.` and a name".to_owned()));
        }
        Ok(Claim::Path(source, steps))
    }

    fn pick(&mut self) -> Result<Step, ClaimError> {
        self.space();
        if self.peek().is_some_and(|char| char.is_ascii_digit()) {
            let start = self.at;
            while self.peek().is_some_and(|char| char.is_ascii_digit()) {
                self.bump();
            }
            let digits = self.text.get(start..self.at).unwrap_or_default();
            return digits.parse().map(Step::Index).map_err(|_| ClaimError {
                at: start,
                message: "the number is too large".to_owned(),
            });
        }
        let mut tests = vec![self.test()?];
        while self.take(',') {
            tests.push(self.test()?);
        }
        Ok(Step::Where(tests))
    }

    fn test(&mut self) -> Result<Where, ClaimError> {
        self.space();
        let name = self.name()?;
        if self.take('=') {
            self.space();
            return Ok(Where::Equals(name, self.delimited('\'')?));
        }
        Ok(Where::True(name))
    }

    fn call(&mut self, start: usize, name: &str) -> Result<Claim, ClaimError> {
        let known = FUNCTIONS.iter().find(|(own, ..)| *own == name);
        let Some((_, function, count)) = known else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
            let message = match nearest(name, names.iter().copied()) {
                Some(near) => format!("unknown function `{name}`; did you mean `{near}`?"),
                None => format!("unknown function `{name}`; there are {}", names.join(", ")),
            };
            return Err(ClaimError { at: start, message });
        };
        let mut arguments = vec![self.claim()?];
        while self.take(',') {
            arguments.push(self.claim()?);
        }
        self.expect(')')?;
        if count.is_some_and(|count| count != arguments.len()) {
            let message = format!("`{name}` takes one claim, not {}", arguments.len());
            return Err(ClaimError { at: start, message });
        }
        Ok(Claim::Call(*function, arguments))
    }

    fn text_with_claims(&mut self) -> Result<Claim, ClaimError> {
        self.expect('\'')?;
        let mut pieces = Vec::new();
        let mut literal = String::new();
        loop {
            match self.bump() {
                None => return Err(self.wrong("expected `'`".to_owned())),
                Some('\'') => break,
                Some('{') => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Value(self.claim()?));
                    self.expect('}')?;
                }
                Some(char) => literal.push(char),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Claim::Text(pieces))
    }

    fn name(&mut self) -> Result<String, ClaimError> {
        if self.peek() == Some('`') {
            return self.delimited('`');
        }
        let start = self.at;
        if self.peek().is_some_and(|char| char.is_ascii_alphabetic() || char == '_') {
            let in_name = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
            while self.peek().is_some_and(in_name) {
                self.bump();
            }
            return Ok(self.text.get(start..self.at).unwrap_or_default().to_owned());
        }
        Err(match self.peek() {
            Some(char) => self.wrong(format!("expected a claim, found `{char}`")),
            None => self.wrong("expected a claim".to_owned()),
        })
    }

    fn delimited(&mut self, quote: char) -> Result<String, ClaimError> {
        self.expect(quote)?;
        let start = self.at;
        while let Some(char) = self.peek() {
            if char == quote {
                let inner = self.text.get(start..self.at).unwrap_or_default().to_owned();
                self.bump();
                return Ok(inner);
            }
            self.bump();
        }
        Err(self.wrong(format!("expected `{quote}`")))
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.bump();
        }
    }

    /// Takes a character if it is next, after any space.
    fn take(&mut self, expected: char) -> bool {
        let before = self.at;
        self.space();
        if self.peek() == Some(expected) {
            self.bump();
            return true;
        }
        self.at = before;
        false
    }

    fn expect(&mut self, expected: char) -> Result<(), ClaimError> {
        if self.take(expected) {
            return Ok(());
        }
        self.space();
        Err(match self.peek() {
            Some(char) => self.wrong(format!("expected `{expected}`, found `{char}`")),
            None => self.wrong(format!("expected `{expected}`")),
        })
    }

    fn wrong(&self, message: String) -> ClaimError {
        ClaimError { at: self.at, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Function;

    fn name(text: &str) -> Claim {
        Claim::Name(text.to_owned())
    }

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    #[test]
    fn every_form_of_the_grammar() {
        let cases = [
            ("sub", name("sub")),
            (" a | b ", Claim::Any(vec![name("a"), name("b")])),
            ("a.b[0]", Claim::Path(Source::Claims, vec![key("a"), key("b"), Step::Index(0)])),
            ("`cognito:groups`", name("cognito:groups")),
            ("$token.scope", Claim::Path(Source::Token, vec![key("scope")])),
            (
                "$emails[primary, kind = 'work'].email",
                Claim::Path(
                    Source::Call("emails".to_owned()),
                    vec![
                        Step::Where(vec![
                            Where::True("primary".to_owned()),
                            Where::Equals("kind".to_owned(), "work".to_owned()),
                        ]),
                        key("email"),
                    ],
                ),
            ),
            (
                "join(given_name, family_name)",
                Claim::Call(Function::Join, vec![name("given_name"), name("family_name")]),
            ),
            (
                "'user_{id}'",
                Claim::Text(vec![Piece::Literal("user_".to_owned()), Piece::Value(name("id"))]),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Claim::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_name_with_a_colon_needs_no_quotes_in_a_setting() {
        for text in ["cognito:groups", "https://acme.example/roles", " cognito:groups "] {
            assert_eq!(Claim::parse_setting(text), Ok(name(text.trim())), "{text}");
        }
        let nested = Claim::Path(Source::Claims, vec![key("realm_access"), key("roles")]);
        assert_eq!(Claim::parse_setting("realm_access.roles"), Ok(nested));
        let either = Claim::Any(vec![name("cognito:groups"), name("groups")]);
        assert_eq!(Claim::parse_setting("`cognito:groups` | groups"), Ok(either));
        assert!(Claim::parse_setting("cognito:groups | groups").is_err());
    }

    #[test]
    fn mistakes_are_placed() {
        let cases = [
            ("", 0, "expected a claim"),
            ("a |", 3, "expected a claim"),
            ("a b", 2, "unexpected `b`"),
            ("a[", 2, "expected a claim"),
            ("a[0", 3, "expected `]`"),
            ("frist_word(a)", 0, "unknown function `frist_word`; did you mean `first_word`?"),
            ("first_word(a, b)", 0, "`first_word` takes one claim, not 2"),
            ("$token", 6, "expected `.` and a name"),
            ("'a{b'", 4, "expected `}`, found `'`"),
        ];
        for (text, at, message) in cases {
            let expected = ClaimError { at, message: message.to_owned() };
            assert_eq!(Claim::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn nesting_ends() {
        let deep = "join(".repeat(1000);
        assert!(Claim::parse(&deep).is_err());
    }
}

//! Claim expressions as data: where a value is found in what the provider sent.
//!
//! The grammar that specs write (`emails[primary].email | email`) is parsed at compile time; this is
//! what is left of it at run time.

/// A claim expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A member of the claims.
    Name(&'static str),
    /// A member of the token response.
    Token(&'static str),
    /// Steps into one of the sources.
    Path(Source, &'static [Step]),
    /// The first of these members that is neither absent, null nor empty.
    Names(&'static [&'static str]),
    /// The first alternative that is neither absent, null nor empty.
    Any(&'static [Self]),
    /// Literal text with claims in it; absent when a claim is.
    Text(&'static [Piece]),
    /// A function of claims.
    Call(Function, &'static [Self]),
}

impl Claim {
    /// The expression that never has a value.
    pub const NOTHING: Self = Self::Any(&[]);
}

/// The claim of that name.
pub const fn claim(name: &'static str) -> Claim {
    Claim::Name(name)
}

/// The member of that name in the token response (`$token.name`).
pub const fn token(name: &'static str) -> Claim {
    Claim::Token(name)
}

/// The first of these claims that is there.
pub const fn names(names: &'static [&'static str]) -> Claim {
    Claim::Names(names)
}

/// Steps into the claims.
pub const fn path(steps: &'static [Step]) -> Claim {
    Claim::Path(Source::Claims, steps)
}

/// Steps into the reply to a `[[call]]`.
pub const fn reply(call: &'static str, steps: &'static [Step]) -> Claim {
    Claim::Path(Source::Call(call), steps)
}

/// A function of claims.
pub const fn function(function: Function, arguments: &'static [Claim]) -> Claim {
    Claim::Call(function, arguments)
}

/// The start of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The verified ID token; for plain OAuth 2.0 the user-info reply laid over the token response.
    Claims,
    /// `$token`: the token response.
    Token,
    /// `$user_info`: the user-info reply.
    UserInfo,
    /// `$name`: the reply to a `[[call]]`.
    Call(&'static str),
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Key(&'static str),
    /// `[0]`
    Index(usize),
    /// `[primary, verified]` or `[type = 'work']`: the first element that fits.
    Where(&'static [Where]),
}

/// One condition of a filter step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// The element's member is true.
    True(&'static str),
    /// The element's member is this text.
    Equals(&'static str, &'static str),
}

/// One piece of a text expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text.
    Literal(&'static str),
    /// A value, as text.
    Value(Claim),
}

/// The functions of claim expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `first_word(x)`: what stands before the first space.
    FirstWord,
    /// `rest_words(x)`: what stands after the first space.
    RestWords,
    /// `join(x, y)`: the values that are there, with a space between, trimmed.
    Join,
    /// `local_part(x)`: what stands before the `@`.
    LocalPart,
    /// `address(x)`: the value if it is one plain e-mail address, else nothing.
    Address,
}

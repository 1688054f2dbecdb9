//! Templates as data: text with settings in it, such as an endpoint.

/// Text with settings in it.
#[derive(Clone, Copy, Debug)]
pub struct Template(pub &'static [Part]);

/// A template of these parts.
pub const fn template(parts: &'static [Part]) -> Template {
    Template(parts)
}

/// One part of a template.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Literal text.
    Text(&'static str),
    /// The value of a setting.
    Setting(&'static str),
    /// An authority or URL setting with its scheme, without a slash at its end.
    Origin(&'static str),
}

//! The grammar of templates: text with `{settings}` in it.

use std::fmt;

/// One part of a template as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Text(String),
    /// `{name}`
    Setting(String),
}

/// Text with settings in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(pub Vec<Part>);

impl fmt::Display for Template {
    /// The template as a spec writes it, `{base}` filled in.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => formatter.write_str(text),
            Part::Setting(name) => write!(formatter, "{{{name}}}"),
        })
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// A message about braces that do not match.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if before.contains('}') {
                return Err("a `}` without its `{`".to_owned());
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (name, next) =
                after.split_once('}').ok_or_else(|| "a `{` without its `}`".to_owned())?;
            if !is_name(name) {
                return Err(format!(
                    "`{{{name}}}` is not a valid setting name: expected lower-case letters, digits and `_`"
                ));
            }
            parts.push(Part::Setting(name.to_owned()));
            rest = next;
        }
        if rest.contains('}') {
            return Err("a `}` without its `{`".to_owned());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// Its text, if it names no setting.
    pub(crate) fn literal(&self) -> Option<String> {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Setting(_) => None,
        });
        parts.collect()
    }

    /// The settings that it names.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Setting(name) => Some(name.as_str()),
        })
    }
}

/// `[a-z][a-z0-9_]*`: a setting's name, a Rust field, and (in capitals) part of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_alternate() {
        let template = Template::parse("https://{host}/{tenant}/x").unwrap();
        let names: Vec<&str> = template.settings().collect();
        assert_eq!(names, ["host", "tenant"]);
        assert_eq!(template.0.len(), 5);
        assert_eq!(Template::parse(""), Ok(Template::default()));
    }

    #[test]
    fn braces_come_in_pairs() {
        for bad in ["{a", "a}", "{}", "{A}", "{a b}", "{a}}"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }
}

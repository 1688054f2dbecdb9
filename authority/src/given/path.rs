//! Paths with values in them: which request is for which endpoint, whatever its settings are.

use serde_json::json;

use crate::jws::{decode, encode};

/// A path of an endpoint, beginning with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathTemplate(pub Vec<PathPart>);

/// One part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// Literal text.
    Text(String),
    /// The value of a setting inside one segment.
    Value {
        /// The setting.
        name: String,
        /// Its value when a request does not tell.
        usual: String,
    },
    /// The path of a URL that a setting holds: any segments, or none.
    Prefix {
        /// The setting.
        name: String,
    },
}

/// The parts of a path that stand for settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captures(Vec<(String, String)>);

impl PathTemplate {
    /// The length of the literal parts: of two paths that fit, the one with more of them is chosen.
    pub(crate) fn literals(&self) -> usize {
        let texts = self.0.iter().map(|part| match part {
            PathPart::Text(text) => text.len(),
            PathPart::Value { .. } | PathPart::Prefix { .. } => 0,
        });
        texts.sum()
    }

    /// The parts that stand for settings, if the path fits.
    pub(crate) fn captures(&self, path: &str) -> Option<Captures> {
        let mut captures = Vec::new();
        fits(&self.0, path, &mut captures).then(|| {
            captures.reverse();
            Captures(captures)
        })
    }

    /// The path with these values, else with the usual ones.
    pub(crate) fn render(&self, captures: &Captures) -> String {
        let parts = self.0.iter().map(|part| match part {
            PathPart::Text(text) => text.as_str(),
            PathPart::Value { name, usual } => captures.get(name).unwrap_or(usual),
            PathPart::Prefix { name } => captures.get(name).unwrap_or_default(),
        });
        parts.collect()
    }
}

impl Captures {
    /// The values as one segment of a path; nothing when there are none.
    pub(crate) fn encode(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| encode(json!(self.0).to_string()))
    }

    /// Reads what [`Self::encode`] gives.
    pub(crate) fn decode(segment: &str) -> Option<Self> {
        if segment.is_empty() {
            return Some(Self::default());
        }
        serde_json::from_slice(&decode(segment)?).ok().map(Self)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Returns `true` if the parts spell the path; captures come in reverse.
fn fits(parts: &[PathPart], path: &str, captures: &mut Vec<(String, String)>) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return path.is_empty();
    };
    let (name, least, in_segment) = match first {
        PathPart::Text(text) => {
            return path.strip_prefix(text.as_str()).is_some_and(|path| fits(rest, path, captures));
        }
        PathPart::Value { name, .. } => (name, 1, true),
        PathPart::Prefix { name } => (name, 0, false),
    };
    let ends = (0..=path.len()).filter(|end| *end >= least && path.is_char_boundary(*end));
    for end in ends {
        let (value, after) = path.split_at(end);
        if in_segment && value.contains('/') {
            return false;
        }
        if fits(rest, after, captures) {
            captures.push((name.clone(), value.to_owned()));
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> PathPart {
        PathPart::Text(text.to_owned())
    }

    fn value(name: &str) -> PathPart {
        PathPart::Value { name: name.to_owned(), usual: "usual".to_owned() }
    }

    #[test]
    fn values_stay_in_their_segment() {
        let template = PathTemplate(vec![text("/"), value("tenant"), text("/oauth2/token")]);
        let captures = template.captures("/contoso/oauth2/token").unwrap();
        assert_eq!(captures.get("tenant"), Some("contoso"));
        assert_eq!(template.render(&captures), "/contoso/oauth2/token");
        assert_eq!(template.render(&Captures::default()), "/usual/oauth2/token");
        assert_eq!(template.captures("/a/b/oauth2/token"), None);
        assert_eq!(template.captures("//oauth2/token"), None);
        assert_eq!(template.captures("/contoso/oauth2/token/"), None);
    }

    #[test]
    fn a_prefix_may_be_empty_or_long() {
        let template =
            PathTemplate(vec![PathPart::Prefix { name: "api".to_owned() }, text("/user")]);
        assert_eq!(template.captures("/user").unwrap().get("api"), Some(""));
        assert_eq!(template.captures("/api/v3/user").unwrap().get("api"), Some("/api/v3"));
        assert_eq!(template.captures("/users"), None);
    }
}

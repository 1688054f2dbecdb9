//! Templates: text with `{settings}` in it, such as an endpoint.

/// Text with the names of settings in braces; the spec's checks have seen every name.
#[derive(Clone, Copy, Debug)]
pub struct Template(pub &'static str);

/// One part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Text(&'static str),
    /// The value of a setting.
    Setting(&'static str),
}

impl Template {
    /// Texts and settings in their order.
    pub fn parts(self) -> impl Iterator<Item = Part> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if let Some(name) = rest.strip_prefix('{') {
                let (name, after) = name.split_once('}')?;
                rest = after;
                return Some(Part::Setting(name));
            }
            let end = rest.find('{').unwrap_or(rest.len());
            let (text, after) = rest.split_at_checked(end)?;
            rest = after;
            (!text.is_empty()).then_some(Part::Text(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order() {
        let parts: Vec<Part> = Template("https://{host}/{tenant}?p={policy}").parts().collect();
        assert_eq!(
            parts,
            [
                Part::Text("https://"),
                Part::Setting("host"),
                Part::Text("/"),
                Part::Setting("tenant"),
                Part::Text("?p="),
                Part::Setting("policy"),
            ]
        );
        assert_eq!(Template("").parts().next(), None);
    }
}

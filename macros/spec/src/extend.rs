//! How one file extends another: tables merge, policy rules add up, everything else replaces.
//!
//! A rule refuses sign-ins, so that a child which only adds one must not drop its parent's. Removing
//! a rule takes its name and a reason.

use crate::codes::Code;
use crate::node::{Node, Table, Value};
use crate::report::{Diagnostic, Report};
use crate::source::Spanned;
use crate::suggest::nearest;

/// The key of a spec whose list grows.
const POLICY: &str = "policy";

/// The key of a rule that says why its parent's rule of the same name is gone.
pub(crate) const REMOVED: &str = "removed";

/// A file's table laid over the table of the file that it extends.
pub(crate) fn extend(mut child: Table, mut base: Table, report: &Report) -> Table {
    let rules = |table: &mut Table| match table.0.iter_mut().find(|(key, _)| key.value == POLICY) {
        Some((_, Node { value: Value::List(items), .. })) => Some(std::mem::take(items)),
        _ => None,
    };
    if let Some(own) = rules(&mut child) {
        let (removals, own): (Vec<Node>, Vec<Node>) =
            own.into_iter().partition(|rule| member(rule, REMOVED).is_some());
        let mut all = rules(&mut base).unwrap_or_default();
        for removal in &removals {
            remove(removal, &mut all, report);
        }
        all.extend(own);
        let list = child.0.iter_mut().find(|(key, _)| key.value == POLICY);
        if let Some((_, Node { value: Value::List(items), .. })) = list {
            *items = all;
        }
    }
    child.over(base)
}

fn member<'n>(rule: &'n Node, name: &str) -> Option<&'n Node> {
    match &rule.value {
        Value::Table(table) => table.get(name),
        _ => None,
    }
}

fn name_of(rule: &Node) -> Option<Spanned<String>> {
    member(rule, "name").and_then(Node::text)
}

/// Takes one rule away, if the removal names it and says why.
fn remove(removal: &Node, inherited: &mut Vec<Node>, report: &Report) {
    let reason = member(removal, REMOVED).and_then(Node::text);
    if reason.is_none_or(|reason| reason.value.trim().is_empty()) {
        let message = "a rule is removed without a reason";
        report.push(
            Diagnostic::new(Code::WrongType, removal.span.clone(), message)
                .help("write `removed = \"why this provider does not need the rule\"`"),
        );
    }
    if let Value::Table(table) = &removal.value {
        let others =
            table.0.iter().filter(|(key, _)| !["name", REMOVED].contains(&key.value.as_str()));
        for (key, _) in others {
            let message = format!("a rule that is removed has no `{}`", key.value);
            report.push(
                Diagnostic::new(Code::UselessTable, key.span.clone(), message)
                    .help("write a further `[[policy]]` for what shall hold instead"),
            );
        }
    }
    let Some(name) = name_of(removal) else {
        let message = "a rule is removed without its name";
        report.push(
            Diagnostic::new(Code::MissingKey, removal.span.clone(), message)
                .help("write `name = \"…\"`, the name of the rule in the file that is extended"),
        );
        return;
    };
    let is_meant = |rule: &Node| name_of(rule).is_some_and(|own| own.value == name.value);
    if inherited.iter().any(is_meant) {
        inherited.retain(|rule| !is_meant(rule));
        return;
    }
    let known: Vec<String> = inherited.iter().filter_map(name_of).map(|own| own.value).collect();
    let message = format!("no rule of the extended files is called `{}`", name.value);
    let diagnostic = Diagnostic::new(Code::UnknownValue, name.span.clone(), message);
    report.push(match nearest(&name.value, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help("those files name no rule"),
        None => diagnostic.help(format!("their rules: {}", known.join(", "))),
    });
}

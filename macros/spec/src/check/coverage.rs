//! Every claim that a spec reads occurs in a sample: a misspelt name would give nothing, silently.

use super::samples::{Replies, Samples};
use crate::claim::{Claim, Source, Step, Where};
use crate::codes::Code;
use crate::document::Document;
use crate::node::{Node, Value};
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span, Spanned};
use crate::suggest::nearest;

/// The members of a token response that need no sample (RFC 6749 section 5.1, OpenID Connect Core 1.0
/// section 3.1.3.3).
const TOKEN_MEMBERS: &[&str] =
    &["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"];

pub(super) fn check(document: &Document, samples: &Samples, sources: &Sources, report: &Report) {
    let is_read = samples.is_whole && !document.is_incomplete("sample");
    let Some(name) = document.name.as_ref().filter(|_| is_read) else {
        return;
    };
    let Some(uid) = &document.user.uid else { return };
    if document.samples.is_empty() {
        let message = format!("no sample shows the uid of `{}`", name.value);
        let diagnostic = Diagnostic::new(Code::UidWithoutSample, uid.span.clone(), message)
            .help("add a `[[sample]]`: a reply of the provider, and the user it must give");
        let is_elsewhere = name.span.file != uid.span.file;
        report.push(if is_elsewhere {
            diagnostic.also(name.span.clone(), "this backend has no sample")
        } else {
            diagnostic
        });
        return;
    }
    let own = Seen(samples.own.iter().collect());
    let missing = own.missing(&uid.value);
    // One alternative is enough for a uid; the others are claims like any.
    let is_shown = missing.len() < uid.value.paths().len();
    let code = if is_shown { Code::ClaimWithoutSample } else { Code::UidWithoutSample };
    for mistake in missing {
        report.push(mistake.diagnostic(code, &uid.span, sources));
    }
    let all = Seen(samples.own.iter().chain(&samples.inherited).collect());
    for claim in claims(document) {
        for mistake in all.missing(&claim.value) {
            report.push(mistake.diagnostic(Code::ClaimWithoutSample, &claim.span, sources));
        }
    }
}

/// Every expression but the uid's.
fn claims(document: &Document) -> Vec<Spanned<Claim>> {
    let placeholder = document.oidc.iter().filter_map(|oidc| oidc.issuer_placeholder.as_ref());
    let named = document
        .claims
        .iter()
        .map(|field| Spanned::new(Claim::Name(field.name.clone()), field.field.span.clone()));
    document
        .user
        .claims()
        .chain(document.extra_data.iter().map(|datum| &datum.from))
        .chain(document.policy.iter().map(|rule| &rule.condition.claim))
        .cloned()
        .chain(placeholder.map(|placeholder| placeholder.claim.clone().map(Claim::Name)))
        .chain(named)
        .collect()
}

/// The claims that samples contain.
struct Seen<'n>(Vec<&'n Replies>);

/// A path that no sample has.
struct MissingClaim<'n> {
    /// The source and the steps.
    path: Claim,
    /// The step that leads nowhere, if it is a name.
    name: Option<String>,
    /// The names that there are instead.
    known: Vec<&'n str>,
}

impl<'n> Seen<'n> {
    /// The paths of an expression that no sample has.
    fn missing(&self, claim: &Claim) -> Vec<MissingClaim<'n>> {
        let paths = claim.paths().into_iter();
        paths.filter_map(|(source, steps)| self.find(&source, &steps).err()).collect()
    }

    fn find(&self, source: &Source, steps: &[Step]) -> Result<(), MissingClaim<'n>> {
        if let (Source::Token, [Step::Key(name), ..]) = (source, steps)
            && TOKEN_MEMBERS.contains(&name.as_str())
        {
            return Ok(());
        }
        let mut level = self.roots(source);
        for (index, step) in steps.iter().enumerate() {
            level = follow(&level, step).map_err(|(name, mut known)| {
                if *source == Source::Token && index == 0 {
                    known.extend(TOKEN_MEMBERS);
                }
                MissingClaim { path: Claim::Path(source.clone(), steps.to_vec()), name, known }
            })?;
        }
        Ok(())
    }

    /// The replies that a source may stand for.
    fn roots(&self, source: &Source) -> Vec<&'n Node> {
        let replies = self.0.iter().copied();
        match source {
            Source::Claims => replies
                .flat_map(|replies| [&replies.id_token, &replies.user_info, &replies.token])
                .flatten()
                .collect(),
            Source::Token => replies.filter_map(|replies| replies.token.as_ref()).collect(),
            Source::UserInfo => replies.filter_map(|replies| replies.user_info.as_ref()).collect(),
            Source::Call(name) => replies
                .flat_map(|replies| &replies.calls)
                .filter(|(call, _)| call == name)
                .map(|(_, node)| node)
                .collect(),
        }
    }
}

/// One step down from every node; what is missing and what there is, if that leads nowhere.
fn follow<'n>(
    level: &[&'n Node],
    step: &Step,
) -> Result<Vec<&'n Node>, (Option<String>, Vec<&'n str>)> {
    let next: Vec<&Node> = match step {
        Step::Key(name) => level.iter().filter_map(|node| member(node, name)).collect(),
        Step::Index(index) => level.iter().filter_map(|node| items(node).get(*index)).collect(),
        Step::Where(tests) => {
            let items: Vec<&Node> = level.iter().flat_map(|node| items(node)).collect();
            for test in tests {
                let (Where::True(name) | Where::Equals(name, _)) = test;
                if !items.iter().any(|item| member(item, name).is_some()) {
                    return Err((Some(name.clone()), names(&items)));
                }
            }
            items
        }
    };
    match (next.is_empty(), step) {
        (false, _) => Ok(next),
        (true, Step::Key(name)) => Err((Some(name.clone()), names(level))),
        (true, Step::Index(_) | Step::Where(_)) => Err((None, Vec::new())),
    }
}

fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Table(table) => table.get(name),
        _ => None,
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn names<'n>(nodes: &[&'n Node]) -> Vec<&'n str> {
    let tables = nodes.iter().filter_map(|node| match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    });
    tables.flat_map(|table| &table.0).map(|(key, _)| key.value.as_str()).collect()
}

impl MissingClaim<'_> {
    fn diagnostic(&self, code: Code, expression: &Span, sources: &Sources) -> Diagnostic {
        let path = self.path.to_string();
        let place = sources.word(expression, &path).unwrap_or_else(|| expression.clone());
        let diagnostic =
            Diagnostic::new(code, place.clone(), format!("no sample contains `{path}`"));
        let near = self
            .name
            .as_ref()
            .and_then(|name| Some((name.as_str(), nearest(name, self.known.iter().copied())?)));
        match near {
            Some((name, near)) => diagnostic.meant(near, sources.word(&place, name)),
            None => diagnostic.help("add it to a sample, as the provider sends it, or remove it"),
        }
    }
}

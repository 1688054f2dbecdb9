//! The output of the command: JSON for programs, tables for people.

use std::io::Write as _;

use authspec::{Identity, Refreshed, Tokens};
use authspec_spec::printable;
use serde_json::{Value, json};

use crate::failure::Failure;

/// One JSON object on standard output.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{value}").map_err(Failure::from)
}

/// The identity, as the contract of `complete` has it.
pub(crate) fn identity(identity: &Identity) -> Value {
    json!({
        "backend": identity.backend,
        "issuer": identity.issuer,
        "uid": identity.uid,
        "legacy_uids": identity.legacy_uids,
        "details": identity.details,
        "groups": identity.groups,
        "groups_overage": identity.groups_overage,
        "extra_data": identity.extra_data,
        "claims": identity.claims,
        "signed_claims": identity.signed_claims(),
        "tokens": tokens(&identity.tokens),
        "next": identity.next,
    })
}

/// New tokens, as the contract of `refresh` has them.
pub(crate) fn refreshed(refreshed: &Refreshed) -> Value {
    json!({ "tokens": tokens(&refreshed.tokens), "extra_data": refreshed.extra_data })
}

fn tokens(tokens: &Tokens) -> Value {
    let expose =
        |token: &Option<authspec::Secret>| token.as_ref().map(|token| token.expose().to_owned());
    json!({
        "access_token": expose(&tokens.access_token),
        "refresh_token": expose(&tokens.refresh_token),
        "id_token": expose(&tokens.id_token),
        "token_type": tokens.token_type,
        "expires_in": tokens.expires_in,
        "scope": tokens.scope,
    })
}

/// Rows under a header, in columns.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().cloned().map(printable).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        let title = header.get(column).map_or(0, |title| title.chars().count());
        cells.chain([title]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line(header.to_vec()))?;
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    writeln!(out, "{}", rules.join("  "))?;
    for row in &rows {
        writeln!(out, "{}", line(row.iter().map(String::as_str).collect()))?;
    }
    Ok(())
}

/// `1 spec`, `2 specs`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

//! Refuses what a spec sets although only the runtime may: see [`authspec_descriptor::reserved`].

use authspec_descriptor::reserved::{
    is_authorization_parameter, is_header, is_parameter, is_query_parameter,
};

use crate::codes::Code;
use crate::document::Document;
use crate::report::{Diagnostic, Report};
use crate::source::{Span, Spanned};
use crate::template::{Part, Template};

const HELP: &str = "remove it: the runtime sets what protects a request";

pub(super) fn check(document: &Document, report: &Report) {
    for (name, template) in document.endpoints.iter() {
        check_query(&format!("the endpoint `{name}`"), template, report);
    }
    for call in &document.calls {
        check_query("`url`", &call.url, report);
    }
    check_params("[authorization]", &document.authorization.params, true, report);
    check_params("[token]", &document.token.params, false, report);
    if let Some(refresh) = &document.refresh {
        check_params("[refresh]", &refresh.params, false, report);
    }
    check_repeated(document, report);
    check_user_info(document, report);
}

fn reserved(name: &str, place: &str, span: &Span, report: &Report) {
    let message = format!("{place} cannot set `{name}`");
    report.push(Diagnostic::new(Code::ReservedParameter, span.clone(), message).help(HELP));
}

fn check_params(
    table: &str,
    params: &[(Spanned<String>, Spanned<Template>)],
    is_authorization: bool,
    report: &Report,
) {
    for (name, _) in params {
        if is_parameter(&name.value) {
            reserved(&name.value, &format!("`{table} params`"), &name.span, report);
        } else if is_authorization && is_authorization_parameter(&name.value) {
            let message = format!("`{table} params` cannot set `{}`", name.value);
            report.push(
                Diagnostic::new(Code::ReservedParameter, name.span.clone(), message)
                    .help("write `scopes = [\"…\"]`"),
            );
        }
    }
}

/// A parameter of the request that stands in the endpoint's own query would be sent twice.
fn check_repeated(document: &Document, report: &Report) {
    let Some(endpoint) = &document.endpoints.authorization else {
        return;
    };
    let own = query_names(&endpoint.value);
    for (name, _) in &document.authorization.params {
        // A reserved one is told already.
        let is_repeated = own.iter().any(|other| other.eq_ignore_ascii_case(&name.value));
        if is_repeated && !is_parameter(&name.value) {
            let message = format!("`{}` would be sent twice", name.value);
            report.push(
                Diagnostic::new(Code::ReservedParameter, name.span.clone(), message)
                    .also(endpoint.span.clone(), "the endpoint's own query has it")
                    .help("remove one of them"),
            );
        }
    }
}

fn check_query(place: &str, template: &Spanned<Template>, report: &Report) {
    let names = query_names(&template.value);
    for (index, name) in names.iter().enumerate() {
        if is_query_parameter(name) {
            reserved(name, &format!("the query of {place}"), &template.span, report);
        } else if name.contains(SETTING) {
            let message = format!("a setting names a parameter in the query of {place}");
            report.push(
                Diagnostic::new(Code::ReservedParameter, template.span.clone(), message)
                    .help("write the parameter's name; a setting can be its value"),
            );
        } else if names.iter().take(index).any(|earlier| earlier.eq_ignore_ascii_case(name)) {
            let message = format!("`{name}` stands twice in the query of {place}");
            report.push(
                Diagnostic::new(Code::ReservedParameter, template.span.clone(), message)
                    .help("remove one of them"),
            );
        }
    }
}

/// The place of a setting in a query: no URL contains it.
const SETTING: char = '\0';

/// The names of the parameters in a URL's query, decoded.
fn query_names(template: &Template) -> Vec<String> {
    let parts = template.0.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Setting(_) => SETTING.to_string(),
    });
    let url: String = parts.collect();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| decoded(pair.split('=').next().unwrap_or_default())).collect()
}

/// A parameter's name without percent-encoding: `%73tate` is `state` to its reader.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.bytes().next() {
        let digits = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                if first == b'+' {
                    bytes.push(b' ');
                } else {
                    bytes.extend(rest.bytes().take(length));
                }
                rest = rest.get(length..).unwrap_or_default();
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn check_user_info(document: &Document, report: &Report) {
    let Some(user_info) = &document.user_info else {
        return;
    };
    if !is_token(&user_info.scheme.value) {
        let message = "`scheme` is not one word";
        report.push(
            Diagnostic::new(Code::ReservedParameter, user_info.scheme.span.clone(), message)
                .help("write the word before the access token alone, such as `token`"),
        );
    }
    for (name, value) in &user_info.headers {
        let text = name.value.as_str();
        if is_header(text) {
            reserved(text, "`[user_info] headers`", &name.span, report);
        } else if !is_token(text) {
            let message = format!("`{text}` is not the name of a header");
            report.push(
                Diagnostic::new(Code::BadName, name.span.clone(), message).help(
                    "letters, digits and `-`, such as `x-api-version` (RFC 9110 section 5.1)",
                ),
            );
        } else if !value.value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            let message = format!("the header `{text}` cannot be sent with this value");
            report.push(
                Diagnostic::new(Code::BadName, value.span.clone(), message)
                    .help("printable ASCII characters (RFC 9110 section 5.5)"),
            );
        }
    }
}

/// A token of RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_a_server_reads_them() {
        let names = |text: &str| query_names(&Template::parse(text).unwrap());
        assert_eq!(names("https://a.example/x"), Vec::<String>::new());
        assert_eq!(names("https://a.example/x?p={policy}&q"), ["p", "q"]);
        assert_eq!(names("https://a.example/x?%73tate=1&a+b=%"), ["state", "a b"]);
        assert_eq!(names("https://a.example/x?%zz=1&é=2"), ["%zz", "é"]);
        assert_eq!(names("https://a.example/x?{name}=1"), ["\0"]);
    }
}

//! `[[client_authentication]]`: how clients prove themselves; the first way that is set counts.

use authspec_spec::document::{Algorithm, ClientAuthentication, METHODS, Method};
use authspec_spec::template::Template;

use super::change::{Group, breaking, notice};
use super::pairs::{Pair, comes_first, is_reordered, pairs};

pub(super) fn compare(
    group: &mut Group<'_>,
    old: &[ClientAuthentication],
    new: &[ClientAuthentication],
) {
    let names = |ways: &[ClientAuthentication]| ways.iter().map(name).collect::<Vec<_>>();
    let (before, now) = (names(old), names(new));
    for pair in pairs(old, new, name) {
        match pair {
            Pair::Removed(way) => {
                let reason = "clients that prove themselves by it only are refused";
                group.removed(&name(way), word(way.method), breaking(reason));
            }
            Pair::Added(way) if comes_first(&name(way), &before, &now) => {
                let reason = "clients that have set this too prove themselves by it now";
                group.added(&name(way), word(way.method), breaking(reason));
            }
            Pair::Added(way) if way.method == Method::None => {
                let reason = "without a credential a client is known by its `client_id` alone";
                group.added(&name(way), word(way.method), breaking(reason));
            }
            Pair::Added(way) => {
                group.added(&name(way), word(way.method), notice("one more way to choose"));
            }
            Pair::Both(before, way) => compare_both(group, before, way),
        }
    }
    if is_reordered(&before, &now) {
        let reason = "clients that have set more than one way prove themselves by another one";
        group.changed("the order", before.join(", "), now.join(", "), breaking(reason));
    }
}

/// A way as an operator knows it: by what is set for it. There is one secret at most.
fn name(way: &ClientAuthentication) -> String {
    let setting = way.setting.as_ref().map(|name| name.value.to_ascii_uppercase());
    let setting = setting.unwrap_or_default();
    match way.method {
        Method::None => "no credential".to_owned(),
        Method::ClientSecretPost | Method::ClientSecretBasic => "the client secret".to_owned(),
        Method::Assertion => format!("the assertion in {setting}"),
        Method::AssertionFile => format!("the assertion file of {setting}"),
        Method::PrivateKeyJwt => format!("the private key of {setting}"),
    }
}

fn word(method: Method) -> &'static str {
    METHODS.iter().find(|(_, known)| *known == method).map_or("", |(word, _)| word.name)
}

fn compare_both(group: &mut Group<'_>, old: &ClientAuthentication, new: &ClientAuthentication) {
    // No `..`: a new key must be compared here. The setting is part of the name.
    let ClientAuthentication {
        method,
        setting: _,
        assertion_type,
        key_id,
        algorithm,
        audience,
        env,
        warning,
        span: _,
    } = old;
    let name = name(old);
    if *method != new.method {
        let reason = "it travels in another place; the registration must allow that";
        let what = format!("the method of {name}");
        group.changed(&what, word(*method), word(new.method), breaking(reason));
    }
    let text = |setting: &authspec_spec::Spanned<String>| setting.value.to_ascii_uppercase();
    let (before, now) = (assertion_type.as_ref().map(text), new.assertion_type.as_ref().map(text));
    if before != now {
        let reason = "who set the assertion's type must set it elsewhere";
        let what = format!("the type's setting of {name}");
        let (before, now) = (before.unwrap_or_default(), now.unwrap_or_default());
        group.changed(&what, before, now, breaking(reason));
    }
    let (before, now) = (key_id.as_ref().map(text), new.key_id.as_ref().map(text));
    if before != now {
        let reason = "who set the key's `kid` must set it elsewhere";
        let what = format!("the `kid` setting of {name}");
        let (before, now) = (before.unwrap_or_default(), now.unwrap_or_default());
        group.changed(&what, before, now, breaking(reason));
    }
    if *algorithm != new.algorithm {
        let reason = "the registration must allow what it signs with now";
        let usual = "what fits the key";
        let word = |algorithm: Option<Algorithm>| algorithm.map_or(usual, Algorithm::as_str);
        let (before, now) = (word(*algorithm), word(new.algorithm));
        group.changed(&format!("the algorithm of {name}"), before, now, breaking(reason));
    }
    let template = |audience: &Option<authspec_spec::Spanned<Template>>| {
        let written = audience.as_ref().map(|audience| audience.value.to_string());
        written.unwrap_or_else(|| "the token endpoint".to_owned())
    };
    let (before, now) = (template(audience), template(&new.audience));
    if before != now {
        let reason = "the provider must expect it";
        group.changed(&format!("the audience of {name}"), before, now, breaking(reason));
    }
    compare_variables(group, &name, env, &new.env);
    group.words(&format!("the warning of {name}"), warning.as_deref(), new.warning.as_deref());
}

/// The variables that name an assertion file; the first one that is set decides.
fn compare_variables(group: &mut Group<'_>, name: &str, old: &[String], new: &[String]) {
    for pair in pairs(old, new, String::clone) {
        match pair {
            Pair::Removed(variable) => {
                let reason = "operators who rely on it must set another one";
                group.removed(&format!("{variable} of {name}"), variable, breaking(reason));
            }
            Pair::Added(variable) if comes_first(variable, old, new) => {
                let reason = "where it is set already, it names the file now";
                group.added(&format!("{variable} of {name}"), variable, breaking(reason));
            }
            Pair::Added(variable) => {
                let reason = "it can name the file too";
                group.added(&format!("{variable} of {name}"), variable, notice(reason));
            }
            Pair::Both(..) => {}
        }
    }
    if is_reordered(old, new) {
        let reason = "where more than one is set, another one names the file";
        let what = format!("the order of the variables of {name}");
        group.changed(&what, old.join(", "), new.join(", "), breaking(reason));
    }
}

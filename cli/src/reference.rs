//! Pages of `docs/` that are made of the language's own declarations; tests keep them fresh.

use authspec::Explanation;
use authspec_spec::Code;
use authspec_spec::claim::FUNCTIONS;
use authspec_spec::document::{EXPECTED, KEYS};
use authspec_spec::language::{Key, Kind, Word};

/// Every key of the language: `docs/spec-language.md`.
pub fn language() -> String {
    let mut page = String::from(
        "# The spec language\n\n\
         Every table and key. This page is made of the declarations that the reader uses, and so is \
         the JSON Schema (`authspec schema`). [Writing a provider](writing-a-provider.md) is the \
         guide; [the mistakes](diagnostics.md) say what a spec must not do.\n\n\
         A **template** is text with settings in braces: `https://{host}/token`. A **claim \
         expression** says where a value is in what the provider sends: `email | upn`, \
         `emails[0]`, `$token.scope`, `'{given_name} {family_name}'`; its functions are ",
    );
    let functions: Vec<String> = FUNCTIONS.iter().map(|(name, ..)| format!("`{name}`")).collect();
    page.push_str(&functions.join(", "));
    page.push_str(".\n\n## Top level\n\n");
    page.push_str(&rows(KEYS));
    for key in KEYS {
        section(key, &mut page);
    }
    page
}

/// The tables of a key, with a heading each.
fn section(key: &Key, page: &mut String) {
    let (title, keys) = match key.kind {
        Kind::Table(keys) => (format!("`[{}]`", key.name), keys),
        Kind::List(Kind::Table(keys)) => (format!("`[[{}]]`", key.name), *keys),
        Kind::Map(Kind::Table(keys)) => (format!("`[{}.NAME]`", key.name), *keys),
        Kind::Map(Kind::OneOf([_, Kind::Table(keys)])) => {
            (format!("`[{}]`, an entry that is a table", key.name), *keys)
        }
        Kind::Map(Kind::Word(words)) => {
            page.push_str(&format!("## `[{}]`\n\n{}\n\n", key.name, key.doc));
            page.push_str(&word_rows(words));
            return;
        }
        _ => return,
    };
    page.push_str(&format!("## {title}\n\n{}\n\n{}", key.doc, rows(keys)));
    if key.name == "sample" {
        let expected: Vec<String> = EXPECTED.iter().map(|name| format!("`{name}`")).collect();
        page.push_str(&format!("`expect` may name {}.\n\n", expected.join(", ")));
    }
    for inner in keys {
        nested(key, inner, page);
    }
}

/// Words and conditions of a key inside a table.
fn nested(outer: &Key, key: &Key, page: &mut String) {
    let name = format!("{}.{}", outer.name, key.name);
    match key.kind {
        Kind::Word(words) if outer.name != "policy" || key.name == "is" => {
            page.push_str(&format!("### `{name}`\n\n{}", word_rows(words)));
        }
        Kind::Table(keys) => page.push_str(&format!("### `{name}`\n\n{}", rows(keys))),
        Kind::List(kind) => nested(outer, &Key { kind: *kind, ..*key }, page),
        Kind::OneOf(kinds) => {
            for kind in kinds {
                nested(outer, &Key { kind: *kind, ..*key }, page);
            }
        }
        _ => {}
    }
}

fn rows(keys: &[Key]) -> String {
    let mut rows = String::from("| key | value | meaning |\n|---|---|---|\n");
    for key in keys {
        let required = if key.required { ", required" } else { "" };
        let kind = describe(key.kind);
        rows.push_str(&format!("| `{}` | {kind}{required} | {} |\n", key.name, cell(&key.doc())));
    }
    rows.push('\n');
    rows
}

fn word_rows(words: &[Word]) -> String {
    let mut rows = String::from("| word | meaning |\n|---|---|\n");
    for word in words {
        rows.push_str(&format!("| `{}` | {} |\n", word.name, cell(word.doc)));
    }
    rows.push('\n');
    rows
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn describe(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Template => "template".to_owned(),
        Kind::Claim => "claim expression".to_owned(),
        Kind::File => "file path".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Integer { .. } => "number".to_owned(),
        Kind::Word(words) if words.len() < 4 => {
            let names: Vec<String> = words.iter().map(|word| format!("`{}`", word.name)).collect();
            names.join(" or ")
        }
        Kind::Word(_) => "word".to_owned(),
        Kind::List(Kind::Table(_)) => "list of tables".to_owned(),
        Kind::List(item) => format!("list of {}s", describe(*item)),
        Kind::Table(_) | Kind::Object => "table".to_owned(),
        Kind::Map(value) => format!("table of names, each {}", article(&describe(*value))),
        Kind::OneOf(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|kind| describe(*kind)).collect();
            kinds.join(", or ")
        }
        Kind::Any => "anything".to_owned(),
        Kind::Reserved => "not built yet".to_owned(),
    }
}

fn article(noun: &str) -> String {
    format!("a {noun}")
}

/// Every mistake with its explanation: `docs/diagnostics.md`.
pub fn diagnostics() -> String {
    let mut page = String::from(
        "# Mistakes of specs\n\n\
         Every mistake that `authspec check` and `authspec::provider!` report, with the reason and a \
         wrong and a right example. `authspec explain CODE` prints the same. The examples are \
         fragments: a test lays each over a whole spec and checks that it is wrong, or right.\n\n",
    );
    for code in Code::ALL {
        let anchor = code.as_str().to_ascii_lowercase();
        page.push_str(&format!("- [{code}](#{anchor}): {}\n", code.title()));
    }
    for code in Code::ALL {
        let explanation = code.explanation();
        page.push_str(&format!("\n## {code}\n\n**{}**\n\n{explanation}\n", capital(code.title())));
    }
    page
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// Every error and every refusal of a provider that is explained: `docs/errors.md`.
pub fn errors() -> String {
    let (own, provider): (Vec<&Explanation>, Vec<&Explanation>) =
        Explanation::all().iter().partition(|entry| entry.name() == entry.code().as_str());
    let mut page = String::from(
        "# Errors\n\n\
         This page is made of the table that `authspec explain`, `authspec login` and the errors of \
         the library read (`runtime/src/error/explanations.tsv`).\n\n\
         `Error::code` and `Error::recovery` are for the program, `Error::message` for the operator, \
         `Error::for_visitors` for the page, and `Error::status` is its HTTP status. An application \
         must not start the next sign-in by itself: what refused the first may refuse the second, and \
         the browser would go round in a loop. `restart_login` and `reauthenticate` are for a button \
         that the user presses.\n\n\
         ## Codes\n\n\
         | code | status | recovery | what happened | what to do | the page says |\n\
         |---|---|---|---|---|---|\n",
    );
    for entry in own {
        let (code, recovery) = (entry.code(), entry.recovery());
        let (meaning, advice) = (entry.meaning(), entry.advice());
        let (status, visitors) = (code.status(), entry.for_visitors());
        page.push_str(&format!(
            "| `{code}` | {status} | `{recovery}` | {meaning} | {advice} | {visitors} |\n"
        ));
    }
    page.push_str(
        "\n## Refusals of providers\n\n\
         The first of these decides: an entry of `[errors]` in the spec, the provider's own code, \
         `suberror` or `error_subcode`, the HTTP status where it is 429 or 5xx, the word of OAuth 2.0 or \
         OpenID Connect. On a refresh, `authorization_code_rejected` becomes \
         `reauthentication_required`. The fields are those of the Microsoft Entra admin center and the \
         Azure portal.\n\n\
         | the provider says | code | recovery | setting | field | what happened | what to do |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for entry in provider {
        let (name, code, recovery) = (entry.name(), entry.code(), entry.recovery());
        let setting = entry.setting().map(|setting| format!("`{setting}`")).unwrap_or_default();
        let field = entry.registration().unwrap_or_default();
        let (meaning, advice) = (entry.meaning(), entry.advice());
        page.push_str(&format!(
            "| `{name}` | `{code}` | `{recovery}` | {setting} | {field} | {meaning} | {advice} |\n"
        ));
    }
    page
}

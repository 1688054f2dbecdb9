//! `new`: a commented spec to start from, filled in from the provider's discovery document if it has
//! one.

mod discover;
mod oauth2;
mod oidc;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use authspec_spec::render;

use crate::arguments::New;
use crate::check::inspect;
use crate::failure::Failure;

/// The file that the first line of a spec names, for completion in editors.
const SCHEMA: &str = "authspec.schema.json";

pub(crate) async fn run(arguments: New) -> Result<(), Failure> {
    let New { name, discover, oauth2, out, force } = arguments;
    if !is_name(&name) {
        let message = format!(
            "`{name}` cannot be a backend's name: use lower-case letters, digits, `-` and `_`, \
             beginning with a letter, such as `acme`"
        );
        return Err(Failure::wrong("invalid_parameter", message));
    }
    let folder = out.unwrap_or_default();
    let path = folder.join(&name).with_extension("toml");
    if path.exists() && !force {
        let message = format!("{} is there already; --force replaces it", path.display());
        return Err(Failure::wrong("invalid_parameter", message));
    }
    let (spec, unknown) = match discover {
        Some(issuer) => {
            let metadata = discover::fetch(&issuer).await?;
            oidc::from_metadata(&name, &metadata)
        }
        None if oauth2 => oauth2::plain(&name),
        None => oidc::plain(&name),
    };
    if folder != PathBuf::new() {
        std::fs::create_dir_all(&folder)?;
    }
    std::fs::write(&path, format!("{}{spec}", first_line(&folder)))?;
    verify(&path)?;

    let mut out = std::io::stdout().lock();
    writeln!(out, "wrote {}, which passes `authspec check`", path.display())?;
    if !unknown.is_empty() {
        writeln!(out, "\nwhat is left to you:")?;
        for sentence in unknown {
            writeln!(out, "- {sentence}")?;
        }
    }
    let path = path.display();
    writeln!(
        out,
        "\nnext: `authspec serve {path}` runs an offline provider for it, `authspec login {path}` \
         signs in"
    )?;
    Ok(())
}

/// A provider's name, by the same rule that `check` has.
fn is_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
        })
}

/// What tells editors where the schema is: in the folder, or above it.
fn first_line(folder: &Path) -> String {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let above = absolute.ancestors().enumerate().take(8);
    for (levels, ancestor) in above {
        if ancestor.join(SCHEMA).is_file() {
            let start = if levels == 0 { "./".to_owned() } else { "../".repeat(levels) };
            return format!("#:schema {start}{SCHEMA}\n\n");
        }
    }
    format!(
        "# For completion in your editor: `authspec schema > {SCHEMA}`, and as the first line\n\
         # of this file, with an empty line below it: #:schema ./{SCHEMA}\n\n"
    )
}

/// What was written must pass `check`; if not, that is a mistake of this command.
fn verify(path: &Path) -> Result<(), Failure> {
    let checked = inspect(&[path.to_owned()])?;
    let base = std::env::current_dir()?;
    for finding in &checked.findings {
        eprintln!("{}\n", render(&finding.diagnostic, &finding.sources, &base));
    }
    if checked.findings.is_empty() {
        return Ok(());
    }
    let message = format!("{} was written, and needs these mended", path.display());
    Err(Failure::wrong("invalid_parameter", message))
}

/// Text as TOML writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Texts as a TOML list.
fn quoted_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", texts.join(", "))
}

/// `acme-login` is `Acme Login`.
fn title(name: &str) -> String {
    let words = name.split(['-', '_']).filter(|word| !word.is_empty()).map(|word| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

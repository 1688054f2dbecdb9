//! `new`: a commented spec to start from, filled in from the provider's discovery document if it has
//! one.

mod discover;
mod facts;
mod oauth2;
mod oidc;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use authspec_spec::check::is_provider_name;
use authspec_spec::document::variable;
use authspec_spec::{Loaded, load_text};

use crate::arguments::New;
use crate::failure::{Failure, show};
use crate::interpret;

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
    if folder.exists() && !folder.is_dir() {
        let message = format!("{} is not a folder", folder.display());
        return Err(Failure::wrong("invalid_parameter", message));
    }
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
    let text = format!("{}{spec}", first_line(&folder));
    verify(&path, &text)?;
    if folder != PathBuf::new() {
        std::fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    }
    let file = if force { File::create(&path) } else { File::create_new(&path) };
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::at(&path, &error))?;

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

/// The longest name, in bytes: it is a file name and part of variables.
const MAX_NAME: usize = 64;

/// A provider's name of that length.
fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME && is_provider_name(name)
}

/// The line that tells editors where the schema is: in the folder, or above it.
fn first_line(folder: &Path) -> String {
    let folder = whole(folder);
    let above = folder.ancestors().enumerate().take(8);
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

/// A folder's path from the root without `..` and links, also of one that is not there yet.
fn whole(folder: &Path) -> PathBuf {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    match (folder.canonicalize(), folder.parent(), folder.file_name()) {
        (Ok(found), ..) => found,
        (Err(_), Some(parent), Some(name)) => whole(parent).join(name),
        (Err(_), ..) => folder.to_owned(),
    }
}

/// Runs `check` on the text before it is written. A text that does not pass is a mistake of this command.
fn verify(path: &Path, text: &str) -> Result<(), Failure> {
    let Loaded { sources, result, .. } = load_text(path, text.to_owned());
    let mistakes = match result {
        Ok(provider) => interpret::run_samples(&provider, interpret::descriptor(&provider)),
        Err(mistakes) => mistakes,
    };
    if mistakes.is_empty() {
        return Ok(());
    }
    show(&mistakes, &sources)?;
    let message = "what is known gives no good spec; nothing was written".to_owned();
    Err(Failure::Refused { code: "malformed_response", message })
}

/// The first keys of a spec.
fn head(name: &str) -> String {
    format!(
        "# The backend's name stands in its settings ({}), in its callback path\n\
         # (/complete/{name}/), and with every stored user: choose it once.\n\
         name  = {}\ntitle = {}\n\n",
        variable(name, "key"),
        quoted(name),
        quoted(&title(name)),
    )
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

//! A file with something secret in it that a setting names: a token, a private key.

use std::io::Read as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result, Stage};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// A file that a setting names, as text.
pub(super) fn read(what: &str, name: &str, path: &Path, stage: Stage) -> Result<Zeroizing<String>> {
    let missing = |problem: &str| unusable(what, name, path, problem, stage);
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing("does not exist"),
        _ => missing("cannot be opened"),
    })?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE + 1)
        .read_to_string(&mut text)
        .map_err(|_| missing("cannot be read as text"))?;
    if text.len() as u64 > MAX_FILE {
        return Err(missing("is larger than 64 KiB"));
    }
    Ok(text)
}

/// Returns `true` if a text is a path for sure: a token or a key pasted in its place must not be printed.
fn is_path(text: &str) -> bool {
    let segments = text.split(['/', '\\']);
    segments.clone().count() > 1
        && !text.contains(['+', '=', '\n'])
        && !text.contains("-----")
        && segments.into_iter().all(|segment| segment.len() <= 40)
}

/// The error of a file that a setting names.
pub(super) fn unusable(what: &str, name: &str, path: &Path, problem: &str, stage: Stage) -> Error {
    let shown = path.display().to_string();
    let shown = if is_path(&shown) { format!(" {shown},") } else { String::new() };
    let message = format!("The {what}{shown} named by `{name}` {problem}.");
    Error::new(Code::MissingSetting, stage, message).with_parameter(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_shown() {
        for path in [
            "/var/run/secrets/azure/tokens/azure-identity-token",
            "tokens/token.jwt",
            "C:\\keys\\client.pem",
        ] {
            assert!(is_path(path), "{path}");
        }
        for secret in [
            "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
            "-----BEGIN PRIVATE KEY-----\\nMIIE/vQ\\n-----END PRIVATE KEY-----",
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/abc/def+ghi",
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/abc",
        ] {
            assert!(!is_path(secret), "{secret}");
        }
    }
}

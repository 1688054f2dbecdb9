//! The key that seals transactions between two runs of the command: the environment's, else one of the
//! command's own, which is made at its first use.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use authspec::{Code, KEY_VARIABLE, Runtime, Secret};

use crate::failure::Failure;

/// A runtime whose transactions another run of this command can open.
pub(crate) fn with_kept_key(runtime: Runtime) -> Result<Runtime, Failure> {
    if std::env::var_os(KEY_VARIABLE).is_some() {
        return Ok(runtime);
    }
    let file = file().ok_or_else(|| cannot(None, "there is no home folder to keep a key in"))?;
    Ok(runtime.with_transaction_key(key(&file)?)?)
}

/// A runtime whose transactions end with this run.
pub(crate) fn with_own_key(runtime: Runtime) -> Result<Runtime, Failure> {
    if std::env::var_os(KEY_VARIABLE).is_some() {
        return Ok(runtime);
    }
    Ok(runtime.with_transaction_key(Secret::random()?)?)
}

/// `authspec/transaction-key` in the user's folder for state (XDG Base Directory Specification).
fn file() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    let state = folder("XDG_STATE_HOME")
        .or_else(|| if cfg!(windows) { folder("LOCALAPPDATA") } else { None })
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))?;
    Some(state.join("authspec/transaction-key"))
}

/// The key of the file, which is made if it is not there.
fn key(file: &Path) -> Result<Secret, Failure> {
    match std::fs::read_to_string(file) {
        Ok(key) => {
            check_mode(file)?;
            Ok(Secret::new(key))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make(file).map_err(|error| cannot(Some(file), &error.to_string()))?;
            std::fs::read_to_string(file)
                .map(Secret::new)
                .map_err(|error| cannot(Some(file), &error.to_string()))
        }
        Err(error) => Err(cannot(Some(file), &error.to_string())),
    }
}

/// Writes a random key beside its place and links it there, so that of two runs at once both read the same
/// whole key.
fn make(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let fresh = folder.join(format!("transaction-key.{}", std::process::id()));
    let key = Secret::random().map_err(|error| std::io::Error::other(error.to_string()))?;
    private_folder(folder)?;
    // Left behind by a run that ended in between.
    _ = std::fs::remove_file(&fresh);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&fresh)?;
    written.write_all(key.expose().as_bytes())?;
    written.sync_all()?;
    let linked = std::fs::hard_link(&fresh, file);
    std::fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A key that others may read is not a secret.
#[cfg(unix)]
fn check_mode(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(file);
    let mode =
        metadata.map_err(|error| cannot(Some(file), &error.to_string()))?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let reason = format!(
        "others may read it (mode {:03o}, expected 600): remove it, and a new one is made",
        mode & 0o777
    );
    Err(cannot(Some(file), &reason))
}

#[cfg(not(unix))]
fn check_mode(_file: &Path) -> Result<(), Failure> {
    Ok(())
}

fn cannot(file: Option<&Path>, reason: &str) -> Failure {
    let file = file.map(|file| format!(" {}", file.display())).unwrap_or_default();
    Failure::Wrong {
        code: Code::InvalidSetting.as_str(),
        message: format!(
            "the key file{file} cannot be used: {reason}; or set `{KEY_VARIABLE}` to a random text \
             of 32 characters or more"
        ),
        parameter: Some(KEY_VARIABLE.to_owned()),
    }
}

//! The programs that the tests need, and how a machine gets them.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, Stdio};

/// A program that a step needs.
struct Program {
    /// The name by which `Step::needs` calls it.
    name: &'static str,
    /// A command that succeeds where the program is installed.
    probe: &'static [&'static str],
    /// The source of the program.
    source: Source,
}

/// Where a program comes from.
#[derive(Clone, Copy)]
enum Source {
    /// Packages of Debian.
    Debian(&'static [&'static str]),
    /// A component of the Rust toolchain, installed by rustup.
    Rustup(&'static str),
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "rustfmt",
        probe: &["cargo", "fmt", "--version"],
        source: Source::Rustup("rustfmt"),
    },
    Program {
        name: "clippy",
        probe: &["cargo", "clippy", "--version"],
        source: Source::Rustup("clippy"),
    },
    Program {
        name: "redis-server",
        probe: &["redis-server", "--version"],
        source: Source::Debian(&["redis-server"]),
    },
    Program {
        name: "openssl",
        probe: &["openssl", "version"],
        source: Source::Debian(&["openssl"]),
    },
    Program { name: "git", probe: &["git", "--version"], source: Source::Debian(&["git"]) },
    Program {
        name: "python3",
        probe: &["python3", "-c", "import venv, ensurepip"],
        source: Source::Debian(&["python3", "python3-venv", "python3-pip"]),
    },
    Program {
        name: "npm",
        probe: &["npm", "--version"],
        source: Source::Debian(&["nodejs", "npm"]),
    },
];

/// The machine that the tests run on.
pub(crate) struct Machine {
    /// The variable `CI` is `true`: nothing may be left out.
    pub(crate) is_ci: bool,
    /// The user may install packages.
    is_root: bool,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let is_ci = env::var("CI").is_ok_and(|value| value == "true");
        let id = Command::new("id").arg("-u").output();
        let is_root = id.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
        Self { is_ci, is_root }
    }

    /// Installs what is missing, or says how to.
    pub(crate) fn prepare(&self, needs: &BTreeSet<&str>) -> Result<(), String> {
        let missing: Vec<&Program> = PROGRAMS
            .iter()
            .filter(|program| needs.contains(program.name) && !succeeds(program.probe))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = missing.iter().map(|program| program.name).collect();
        let names = names.join(", ");
        let commands = install_commands(&missing);
        if !self.is_ci && !self.is_root {
            let line = commands.join(" && ").replace("apt-get", "sudo apt-get");
            return Err(format!("missing: {names}\ninstall them with\n\n  {line}\n"));
        }
        println!("installing {names}");
        for command in &commands {
            // Root needs no sudo, and a CI machine whose user is not root has it.
            let command = if self.is_root {
                command.clone()
            } else {
                command.replace("apt-get", "sudo apt-get")
            };
            let status = Command::new("sh").args(["-c", &command]).stdout(Stdio::null()).status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(format!("`{command}` failed; still missing: {names}"));
            }
        }
        match missing.iter().find(|program| !succeeds(program.probe)) {
            Some(program) => {
                Err(format!("{} is still missing after its installation", program.name))
            }
            None => Ok(()),
        }
    }
}

/// One command for each source.
fn install_commands(missing: &[&Program]) -> Vec<String> {
    let mut packages: Vec<&str> = Vec::new();
    let mut components = Vec::new();
    for program in missing {
        match program.source {
            Source::Debian(names) => packages.extend(names),
            Source::Rustup(name) => components.push(name),
        }
    }
    let mut commands = Vec::new();
    if !components.is_empty() {
        commands.push(format!("rustup component add {}", components.join(" ")));
    }
    if !packages.is_empty() {
        commands.push("apt-get update".to_owned());
        commands.push(format!("apt-get install -y {}", packages.join(" ")));
    }
    commands
}

fn succeeds(command: &[&str]) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::STEPS;

    #[test]
    fn every_need_of_a_step_is_a_known_program() {
        for step in STEPS {
            for need in step.needs {
                assert!(PROGRAMS.iter().any(|program| program.name == *need), "{need}");
            }
        }
    }

    #[test]
    fn missing_programs_are_installed_by_one_command_for_each_source() {
        let all: Vec<&Program> = PROGRAMS.iter().collect();
        let commands = install_commands(&all);
        assert_eq!(commands[0], "rustup component add rustfmt clippy");
        assert!(commands[2].starts_with("apt-get install -y redis-server openssl"));
        assert_eq!(commands.len(), 3);
    }
}

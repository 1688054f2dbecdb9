//! The project's own chores, run by `cargo xtask`.
//!
//! `cargo xtask test` is the one command that tests everything: README and `.ci/run` both name it.

mod machine;
mod refresh;
mod run;
mod steps;

use std::process::ExitCode;

use machine::Machine;
use steps::STEPS;

/// The help text of `cargo xtask`.
const HELP: &str = "\
cargo xtask test [OPTIONS]    run every test of the project
cargo xtask steps             list the steps of `test`, and what each needs
cargo xtask check             run the quick steps: format, clippy and specs
cargo xtask refresh           write snapshots, schema and generated documents anew
cargo xtask release           run what must pass before the crates are published

Options of `test`:
  --only STEP       run this step alone; may be given several times
  --without STEP    leave this step out; may be given several times, refused where CI=true

As root or with CI=true, `test` installs the programs that are missing. Otherwise it prints the
command that installs them, and stops before it builds anything.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test", options @ ..] => test(options),
        ["check"] => test(&only(&["format", "clippy", "specs"])),
        ["refresh"] => refresh::all(),
        ["release"] => release(),
        ["steps"] => {
            for step in STEPS {
                let needs = if step.needs.is_empty() {
                    String::new()
                } else {
                    format!(" (needs {})", step.needs.join(", "))
                };
                println!("{:<14} {}{needs}", step.name, step.about);
            }
            ExitCode::SUCCESS
        }
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        [other, ..] => wrong_usage(&format!("`{other}` is not a command")),
    }
}

/// The options that choose these steps.
fn only(steps: &[&'static str]) -> Vec<&'static str> {
    steps.iter().flat_map(|step| ["--only", step]).collect()
}

/// Looks for the version's heading in the changelog, then runs the steps about packages.
fn release() -> ExitCode {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = include_str!("../../CHANGELOG.md");
    if !changelog.lines().any(|line| line.starts_with(&format!("## {version}"))) {
        eprintln!(
            "error: CHANGELOG.md has no heading `## {version}`: rename `## Unreleased`, and add the date"
        );
        return ExitCode::FAILURE;
    }
    test(&only(&["bare", "package", "msrv"]))
}

/// Sets the machine up, then runs the chosen steps.
fn test(options: &[&str]) -> ExitCode {
    let machine = Machine::here();
    let selection = match Selection::parse(options) {
        Ok(selection) => selection,
        Err(message) => return wrong_usage(&message),
    };
    if machine.is_ci && selection.leaves_out() {
        return wrong_usage("with CI=true every step runs: leave out `--only` and `--without`");
    }
    let needs = selection.chosen().flat_map(|step| step.needs).copied().collect();
    if let Err(message) = machine.prepare(&needs) {
        eprintln!("{message}");
        return ExitCode::from(2);
    }
    run::all(&machine, &selection)
}

/// The steps that the options choose.
#[derive(Debug, Default)]
struct Selection {
    only: Vec<String>,
    without: Vec<String>,
}

impl Selection {
    fn parse(options: &[&str]) -> Result<Self, String> {
        let mut selection = Self::default();
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let list = match *option {
                "--only" => &mut selection.only,
                "--without" => &mut selection.without,
                other => return Err(format!("`{other}` is not an option of `test`")),
            };
            let name = options.next().ok_or_else(|| format!("`{option}` lacks a step"))?;
            if !STEPS.iter().any(|step| step.name == *name) {
                let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
                return Err(format!(
                    "`{name}` is not a step; expected one of {}",
                    known.join(", ")
                ));
            }
            list.push((*name).to_owned());
        }
        Ok(selection)
    }

    fn leaves_out(&self) -> bool {
        !self.only.is_empty() || !self.without.is_empty()
    }

    fn includes(&self, step: &steps::Step) -> bool {
        let is_named = |names: &[String]| names.iter().any(|name| name == step.name);
        (self.only.is_empty() || is_named(&self.only)) && !is_named(&self.without)
    }

    fn chosen(&self) -> impl Iterator<Item = &'static steps::Step> {
        STEPS.iter().filter(|step| self.includes(step))
    }
}

fn wrong_usage(message: &str) -> ExitCode {
    eprintln!("error: {message}\n\n{HELP}");
    ExitCode::from(2)
}

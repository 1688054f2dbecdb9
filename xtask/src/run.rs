//! Runs the steps, one after the other, and says at the end what was not run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::Selection;
use crate::machine::Machine;
use crate::steps::{STEPS, Step};

/// The variable that names the file to which a test adds a line when it leaves something out.
const LEFT_OUT: &str = "AUTHSPEC_LEFT_OUT";

/// Runs the chosen steps until one fails.
pub(crate) fn all(machine: &Machine, selection: &Selection) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let left_out_file = env::temp_dir().join(format!("authspec-left-out-{}", std::process::id()));
    let started = Instant::now();
    let mut times = Vec::new();
    let mut failed = None;
    let count = selection.chosen().count();
    for (index, step) in selection.chosen().enumerate() {
        let elapsed = started.elapsed().as_secs();
        println!("\n== {} of {count}: {}, {} ({elapsed} s)", index + 1, step.name, step.about);
        let step_started = Instant::now();
        if let Err(reason) = run(step, root, &left_out_file) {
            failed = Some((step.name, reason));
            break;
        }
        times.push((step.name, step_started.elapsed().as_secs()));
    }
    let mut left_out = left_out_by_tests(&left_out_file);
    for step in STEPS.iter().filter(|step| !selection.includes(step)) {
        left_out.push(format!("{}: the options leave it out", step.name));
    }
    if let Some((name, _)) = failed {
        let later = selection.chosen().skip(times.len() + 1);
        left_out.extend(later.map(|step| format!("{}: `{name}` failed before it", step.name)));
    }
    report(&times, &left_out, started.elapsed().as_secs());
    if let Some((name, reason)) = failed {
        eprintln!("FAILED: {name}: {reason}");
        return ExitCode::FAILURE;
    }
    if machine.is_ci && !left_out.is_empty() {
        eprintln!("FAILED: with CI=true nothing may be left out");
        return ExitCode::FAILURE;
    }
    println!("passed");
    ExitCode::SUCCESS
}

fn run(step: &Step, root: &Path, left_out_file: &PathBuf) -> Result<(), String> {
    let [program, arguments @ ..] = step.command else {
        return Err("the step has no command".to_owned());
    };
    let mut command = if program.contains('/') {
        Command::new(root.join(program))
    } else {
        Command::new(program)
    };
    let status = command
        .args(arguments)
        .current_dir(root)
        .env("CARGO_TERM_COLOR", "never")
        // A snapshot that differs is a failure, and is not written.
        .env("INSTA_UPDATE", "no")
        .env(LEFT_OUT, left_out_file)
        .envs(step.environment.iter().copied())
        .status()
        .map_err(|error| format!("`{program}` does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}

/// The lines that tests wrote, each once.
fn left_out_by_tests(file: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    // The file is absent where no test left anything out.
    _ = fs::remove_file(file);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn report(times: &[(&str, u64)], left_out: &[String], seconds: u64) {
    println!("\n== done after {seconds} s");
    for (name, seconds) in times {
        println!("{name:<14} {seconds:>5} s");
    }
    match left_out {
        [] => println!("not run: nothing"),
        _ => println!("not run:\n  {}", left_out.join("\n  ")),
    }
}

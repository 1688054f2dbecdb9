//! The `authspec` command: sign in from a shell, and the tools of a provider's author.
//!
//! Results are one JSON object on standard output. A failure is one JSON object as the last line of
//! standard error. Exit 0: done; 1: refused or unreachable; 2: wrong usage, settings or spec.

mod arguments;
mod backend;
mod backends;
pub mod check;
mod demo;
mod diff;
mod doctor;
mod expand;
mod explain;
mod failure;
mod html;
pub mod interpret;
mod login;
mod loopback;
mod new;
mod output;
mod package;
pub mod reference;
pub mod schema;
pub mod serve;
mod settings;
mod sign_in;
mod transaction_key;

use std::process::ExitCode;

use authspec::events::REFUSED;
use clap::{CommandFactory as _, Parser as _};
use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    log();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    match dispatch(arguments.command) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    let done = match command {
        // These two succeed with another exit code.
        Command::Diff(arguments) => return diff::run(&arguments),
        Command::Doctor(arguments) => return in_runtime(doctor::run(arguments)),
        Command::Check(arguments) => check::run(&arguments),
        Command::New(arguments) => in_runtime(new::run(arguments)),
        Command::Schema => schema::run(),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Crate(arguments) => package::run(arguments),
        Command::Expand(arguments) => expand::run(&arguments),
        Command::Backends(arguments) => backends::run(&arguments),
        Command::Settings(arguments) => settings::run(&arguments),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "authspec",
                &mut std::io::stdout(),
            );
            Ok(())
        }
        Command::Begin(arguments) => in_runtime(sign_in::begin(arguments)),
        Command::Complete(arguments) => in_runtime(sign_in::complete(arguments)),
        Command::Refresh(arguments) => in_runtime(sign_in::refresh(arguments)),
        Command::LogoutUrl(arguments) => in_runtime(sign_in::logout_url(arguments)),
        Command::Login(arguments) => in_runtime(login::run(arguments)),
        Command::Serve(arguments) => in_runtime(serve::run(arguments)),
        Command::Demo(arguments) => in_runtime(demo::run(arguments)),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn in_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Warnings go to standard error, one line each; what `RUST_LOG` asks for, if it is set, such as
/// `authspec=debug` or `info,reqwest=debug`.
fn log() {
    let asked = std::env::var("RUST_LOG").ok().filter(|asked| !asked.trim().is_empty());
    let filter = asked.as_deref().map(str::parse::<Targets>);
    let is_wrong = matches!(filter, Some(Err(_)));
    let filter = match filter {
        Some(Ok(filter)) => FilterExt::boxed(filter),
        // A refusal is the last line of standard error anyway.
        _ => FilterExt::boxed(filter_fn(|it| *it.level() <= Level::WARN && it.name() != REFUSED)),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        // Targets are of use where more than warnings is shown.
        .with_target(asked.is_some())
        .with_filter(filter);
    tracing_subscriber::registry().with(lines).init();
    if is_wrong {
        tracing::warn!(
            "RUST_LOG cannot be read: expected `TARGET=LEVEL`, such as `authspec=debug`"
        );
    }
}

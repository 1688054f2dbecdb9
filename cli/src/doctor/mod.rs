//! `doctor`: the settings, the credential and the network of a backend, one line each.

mod clock;
mod credential;
mod network;
mod provider;
mod report;
mod settings;

use std::process::ExitCode;

use authspec::Runtime;
use authspec::diagnosis::Diagnosis;

use self::report::Report;
use crate::arguments::Doctor;
use crate::backend::descriptor;
use crate::failure::Failure;

/// Looks at one backend. The exit code is 1 when something is at fault.
pub(crate) async fn run(arguments: Doctor) -> Result<ExitCode, Failure> {
    let descriptor = descriptor(&arguments.backend.backend)?;
    let mut report = Report::new(descriptor.name);
    if let Some((diagnosis, runtime)) = settings::check(descriptor, &mut report) {
        look(&diagnosis, &runtime, &mut report).await;
    }
    if arguments.json {
        report.print_json()?;
    } else {
        report.print()?;
    }
    Ok(if report.has_fault() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Everything after the settings. A step that needs an earlier one which failed is left out.
async fn look(diagnosis: &Diagnosis, runtime: &Runtime, report: &mut Report) {
    credential::check(diagnosis, runtime.environment(), report);
    let endpoints = diagnosis.endpoints();
    let first = diagnosis.discovery().or(endpoints.first().map(|(_, url)| url.as_str()));
    let Some(first) = first else {
        return;
    };
    network::check_proxy(diagnosis, first, runtime.environment(), report);
    let Some(answer) = network::check_host(diagnosis, first, report).await else {
        return;
    };
    clock::check(diagnosis, first, answer.date, report);
    provider::check(diagnosis, first, report).await;
}

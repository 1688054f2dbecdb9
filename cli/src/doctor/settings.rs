//! The settings: whether a backend can be made of them.

use authspec::diagnosis::Diagnosis;
use authspec::{Descriptor, Error, Runtime};

use super::report::Report;
use crate::backend::known;

const CHECK: &str = "settings";

/// The backend and its runtime, if its settings are good.
pub(super) fn check(
    descriptor: &'static Descriptor,
    report: &mut Report,
) -> Option<(Diagnosis, Runtime)> {
    let make = || -> Result<(Diagnosis, Runtime), Error> {
        let runtime = Runtime::new()?;
        let raw = runtime.environment().settings_among(descriptor, known().known());
        // What making a backend says beyond reading its settings.
        authspec::backend(descriptor, &raw, &runtime)?;
        Ok((Diagnosis::new(descriptor, &raw, &runtime)?, runtime))
    };
    match make() {
        Ok((diagnosis, runtime)) => {
            for warning in diagnosis.warnings() {
                report.warning(CHECK, warning.message.clone());
            }
            report.ok(CHECK, format!("the client is `{}`", diagnosis.client_id()));
            Some((diagnosis, runtime))
        }
        Err(error) => {
            report.fault(CHECK, error.message());
            None
        }
    }
}

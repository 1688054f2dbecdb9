//! The clock of this machine against the provider's.

use authspec::diagnosis::{Diagnosis, host_of};

use super::report::Report;

const CHECK: &str = "clock";

/// The largest difference that any setting forgives, in seconds.
const MAX_LEEWAY: u64 = 300;

pub(super) fn check(diagnosis: &Diagnosis, url: &str, date: Option<u64>, report: &mut Report) {
    let host = host_of(url);
    let Some(theirs) = date else {
        report.warning(CHECK, format!("{host} does not say what time it is"));
        return;
    };
    let ours = diagnosis.now();
    let difference = ours.abs_diff(theirs);
    let direction = if ours < theirs { "behind" } else { "ahead of" };
    let message = format!("{difference} seconds {direction} {host}");
    let set = "set this machine's clock by NTP";
    match difference {
        0..=2 => report.ok(CHECK, format!("agrees with {host}")),
        small if small <= diagnosis.leeway() => report.ok(CHECK, message),
        medium if medium <= MAX_LEEWAY => report.warning(
            CHECK,
            format!("{message}: more than JWT_LEEWAY forgives, tokens will be refused; {set}"),
        ),
        _ => report.fault(CHECK, format!("{message}: tokens will be refused; {set}")),
    }
}

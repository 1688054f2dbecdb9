//! Runs a provider's samples, as the tests that the macro generates do.

use authspec::Descriptor;
use authspec::sample::{self, Difference, Mismatch};
use authspec_spec::provider::CheckedSample;
use authspec_spec::{Code, Diagnostic, Provider};

/// Every sample that does not give the user it expects, with what it gives instead.
pub fn run(provider: &Provider, descriptor: &'static Descriptor) -> Vec<Diagnostic> {
    let samples = provider.samples.iter();
    samples
        .filter_map(|sample| {
            let mismatch = sample::check(descriptor, &sample.json).err()?;
            Some(diagnostic(sample, &mismatch))
        })
        .collect()
}

fn diagnostic(sample: &CheckedSample, mismatch: &Mismatch) -> Diagnostic {
    let name = &sample.name;
    match mismatch {
        Mismatch::Refused(why) => {
            let message = format!("the sample `{name}` gives no user");
            Diagnostic::new(Code::SampleFails, sample.span.clone(), message).help(why.as_str())
        }
        Mismatch::NotRefused { expected, found } => {
            let message = format!("the sample `{name}` must be refused with `{expected}`");
            Diagnostic::new(Code::SampleFails, sample.span.clone(), message)
                .label(found.as_str())
                .help("mend the rule that refuses it, or write the user that it gives as `expect`")
        }
        Mismatch::Differs(differences) => {
            let message = format!("the sample `{name}` does not give the user it expects");
            let mut diagnostic = Diagnostic::new(Code::SampleFails, sample.span.clone(), message);
            // The places that differ say more than the sample's head.
            diagnostic.labels.clear();
            let mut replacements = Vec::new();
            for Difference { name, found, .. } in differences {
                let place = sample.expected.iter().find(|(expected, _)| expected == name);
                let Some((_, span)) = place else { continue };
                if found.is_null() {
                    diagnostic = diagnostic.also(span.clone(), format!("no `{name}` is given"));
                } else {
                    let found = toml(found);
                    let label = format!("the mapping gives `{name} = {found}`");
                    diagnostic = diagnostic.also(span.clone(), label);
                    replacements.push((span.clone(), found));
                }
            }
            if replacements.is_empty() {
                return diagnostic.help("change the mapping, or what the sample expects");
            }
            diagnostic.change("change the mapping; or, if it is right, the sample", replacements)
        }
    }
}

/// A JSON value as TOML writes it.
fn toml(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name} = {}", toml(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

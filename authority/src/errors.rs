//! Error answers in the shape of each provider.

use serde_json::json;

use crate::clock::timestamp;
use crate::page;
use crate::problem::Problem;
use crate::random::guid;
use crate::reply::Reply;
use crate::route::Flavour;

/// The description that a redirect or an error page shows.
pub(crate) fn description(flavour: &Flavour, problem: &Problem, now: u64) -> String {
    match flavour {
        Flavour::V1(_) | Flavour::V2(_) => Traced::new(now).describe(problem),
        Flavour::B2c(_) => b2c_description(problem, now),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => problem.facts().text,
    }
}

/// A token endpoint's refusal.
pub(crate) fn refusal(flavour: &Flavour, problem: &Problem, origin: &str, now: u64) -> Reply {
    match flavour {
        Flavour::V1(_) | Flavour::V2(_) => entra(problem, origin, now),
        Flavour::B2c(_) => b2c(problem, now),
        Flavour::Oidc | Flavour::GitHub | Flavour::Given => {
            let facts = problem.facts();
            let reply = Reply::json(
                facts.status(),
                &json!({"error": facts.error, "error_description": facts.text}),
            )
            .unstored();
            if facts.error == "invalid_client" {
                reply.with_header("www-authenticate", "Basic realm=\"oidc\"")
            } else {
                reply
            }
        }
    }
}

/// Entra ID's error document: the description repeats what the other members say.
pub(crate) fn entra(problem: &Problem, origin: &str, now: u64) -> Reply {
    let traced = Traced::new(now);
    let facts = problem.facts();
    let body = json!({
        "error": facts.error,
        "error_description": traced.describe(problem),
        "error_codes": [facts.entra],
        "timestamp": traced.timestamp,
        "trace_id": traced.trace,
        "correlation_id": traced.correlation,
        "error_uri": format!("{origin}/error?code={}", facts.entra),
    });
    Reply::json(facts.status(), &body).unstored()
}

/// B2C's error document has two members only.
pub(crate) fn b2c(problem: &Problem, now: u64) -> Reply {
    let facts = problem.facts();
    let body = json!({
        "error": facts.error,
        "error_description": b2c_description(problem, now),
    });
    Reply::json(facts.status(), &body).unstored()
}

/// The page for a request that must not be answered with a redirect (RFC 6749 section 4.1.2.1).
pub(crate) fn error_page(flavour: &Flavour, problem: &Problem, now: u64) -> Reply {
    let text = description(flavour, problem, now);
    page::notice(400, "Sign-in is not possible", &text)
}

fn b2c_description(problem: &Problem, now: u64) -> String {
    let facts = problem.facts();
    format!(
        "AADB2C{}: {}\r\nCorrelation ID: {}\r\nTimestamp: {}\r\n",
        facts.b2c,
        facts.text,
        guid(),
        timestamp(now)
    )
}

/// What makes an error traceable.
struct Traced {
    trace: String,
    correlation: String,
    timestamp: String,
}

impl Traced {
    fn new(now: u64) -> Self {
        Self { trace: guid(), correlation: guid(), timestamp: timestamp(now) }
    }

    fn describe(&self, problem: &Problem) -> String {
        let facts = problem.facts();
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            facts.entra, facts.text, self.trace, self.correlation, self.timestamp
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{b2c, entra};
    use crate::problem::Problem;

    #[test]
    fn each_provider_has_its_own_members() {
        let reply = entra(&Problem::WrongSecret, "http://h", 0);
        assert_eq!(reply.status, 401);
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        assert_eq!(body["error_codes"][0], 7_000_215);
        assert_eq!(body["error_uri"], "http://h/error?code=7000215");
        let reply = b2c(&Problem::CodeUsed, 0);
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(2));
    }
}

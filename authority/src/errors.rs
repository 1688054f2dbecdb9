//! Error answers in the shape of each provider.

use serde_json::{Map, Value, json};

use crate::clock::timestamp;
use crate::github::HELP;
use crate::jws::members;
use crate::page;
use crate::problem::Problem;
use crate::random::guid;
use crate::reply::Reply;
use crate::route::Flavour;
use crate::token_error::TokenError;

/// The description that a redirect or an error page shows.
pub(crate) fn description(flavour: &Flavour, problem: &Problem, now: u64) -> String {
    Traced::new(now).describe(flavour, &TokenError::of(flavour, problem))
}

/// A token endpoint's refusal.
pub(crate) fn refusal(flavour: &Flavour, problem: &Problem, origin: &str, now: u64) -> Reply {
    token_error(flavour, &TokenError::of(flavour, problem), origin, now)
}

/// An error of the token endpoint.
pub(crate) fn token_error(flavour: &Flavour, error: &TokenError, origin: &str, now: u64) -> Reply {
    let traced = Traced::new(now);
    let mut body = members(json!({
        "error": error.error,
        "error_description": traced.describe(flavour, error),
    }));
    let mut status = error.status;
    match flavour {
        Flavour::V1(_) | Flavour::V2(_) => body.extend(traced.members(error, origin)),
        // GitHub refuses with a good status.
        Flavour::GitHub => {
            body.insert("error_uri".to_owned(), json!(HELP));
            status = 200;
        }
        Flavour::B2c(_) | Flavour::Oidc | Flavour::Given => {}
    }
    let mut reply = Reply::json(status, &Value::Object(body)).unstored();
    if let Some(seconds) = error.retry_after {
        reply = reply.with_header("retry-after", &seconds.to_string());
    }
    if matches!(flavour, Flavour::Oidc | Flavour::Given) && error.error == "invalid_client" {
        reply = reply.with_header("www-authenticate", "Basic realm=\"oidc\"");
    }
    reply
}

/// The page for a request that must not be answered with a redirect (RFC 6749 section 4.1.2.1).
pub(crate) fn error_page(flavour: &Flavour, problem: &Problem, now: u64) -> Reply {
    let text = description(flavour, problem, now);
    page::notice(400, "Sign-in is not possible", &text)
}

/// The identifiers and the time of one error.
struct Traced {
    trace: String,
    correlation: String,
    timestamp: String,
}

impl Traced {
    fn new(now: u64) -> Self {
        Self { trace: guid(), correlation: guid(), timestamp: timestamp(now) }
    }

    /// The description: with its number, the identifiers and the time at Microsoft.
    fn describe(&self, flavour: &Flavour, error: &TokenError) -> String {
        let TokenError { number, text, .. } = error;
        let Self { trace, correlation, timestamp } = self;
        match flavour {
            Flavour::V1(_) | Flavour::V2(_) => format!(
                "AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} \
                 Timestamp: {timestamp}"
            ),
            Flavour::B2c(_) => format!(
                "AADB2C{number}: {text}\r\nCorrelation ID: {correlation}\r\n\
                 Timestamp: {timestamp}\r\n"
            ),
            Flavour::Oidc | Flavour::GitHub | Flavour::Given => text.clone(),
        }
    }

    /// The members that only Entra ID has.
    fn members(self, error: &TokenError, origin: &str) -> Map<String, Value> {
        let mut more = members(json!({
            "error_codes": [error.number],
            "timestamp": self.timestamp,
            "trace_id": self.trace,
            "correlation_id": self.correlation,
            "error_uri": format!("{origin}/error?code={}", error.number),
        }));
        for (name, value) in [("suberror", &error.suberror), ("claims", &error.claims)] {
            if let Some(value) = value {
                more.insert(name.to_owned(), json!(value));
            }
        }
        more
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{refusal, token_error};
    use crate::problem::Problem;
    use crate::reply::Reply;
    use crate::route::{Flavour, Policy, Tenant};
    use crate::token_error::TokenError;

    fn body(reply: &Reply) -> Value {
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    #[test]
    fn each_provider_has_its_own_members() {
        let entra = Flavour::V2(Tenant::Common);
        let reply = refusal(&entra, &Problem::WrongSecret, "http://h", 0);
        assert_eq!(reply.status, 401);
        assert_eq!(body(&reply)["error_codes"][0], 7_000_215);
        assert_eq!(body(&reply)["error_uri"], "http://h/error?code=7000215");
        let b2c = Flavour::B2c(Policy { name: String::new(), in_path: false });
        let reply = refusal(&b2c, &Problem::CodeUsed, "http://h", 0);
        assert_eq!(body(&reply).as_object().map(serde_json::Map::len), Some(2));
        let reply = token_error(&entra, &TokenError::throttled(17), "http://h", 0);
        assert_eq!(reply.status, 429);
        assert!(reply.headers.contains(&("retry-after".to_owned(), "17".to_owned())));
    }
}

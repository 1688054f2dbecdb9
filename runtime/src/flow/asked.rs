//! The requirements of one authorization request (OpenID Connect Core 1.0 sections 3.1.2.1 and
//! 5.5), and the same held against the ID token.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::jws::ID_TOKEN;
use super::{Context, numeric_date};
use crate::error::{Code, Error, Result, Stage, shown, shown_list};
use crate::json::{self, Object};
use crate::request::BeginRequest;

/// The longest `claims` parameter, in bytes: it goes into a URL.
const MAX_CLAIMS: usize = 4096;

/// The requirements that the ID token must meet; kept in the transaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The user signed in at most this many seconds ago.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    /// The user signed in in one of these ways; with spaces between.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    acr_values: Option<String>,
    /// The essential claims, each with a list of the values it may have; an empty list allows any.
    #[serde(rename = "c", default, skip_serializing_if = "Object::is_empty")]
    claims: Object,
}

impl Asked {
    /// The requirements of the request and of the settings, with `claims` of either.
    ///
    /// # Errors
    ///
    /// `invalid_parameter` for a value that cannot be right, `unsupported_feature` where there is no ID
    /// token to hold it against.
    pub(super) fn of(context: &Context, request: &BeginRequest) -> Result<Self> {
        check_form(request)?;
        let needs_id_token =
            request.max_age.is_some() || !request.acr_values.is_empty() || request.claims.is_some();
        if needs_id_token && context.descriptor.oidc.is_none() {
            let message = format!(
                "{} has no ID tokens, so `max_age`, `acr_values` and `claims` cannot be asked for.",
                context.descriptor.title
            );
            return Err(Error::new(Code::UnsupportedFeature, Stage::Begin, message));
        }
        let acr_values = Some(request.acr_values.join(" ")).filter(|values| !values.is_empty());
        let claims = match &request.claims {
            Some(text) => essential(&claims_request(text)?),
            None => Object::new(),
        };
        Ok(Self { max_age: request.max_age, acr_values, claims })
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The parameters of this request, which replace those of the settings. Of two ages the smaller one
    /// is sent, because the ID token is held against both.
    pub(super) fn parameters(
        &self,
        context: &Context,
        request: &BeginRequest,
    ) -> Vec<(&'static str, String)> {
        let own_age = max_age_of(context);
        let max_age = self.max_age.map(|age| own_age.map_or(age, |own| own.min(age)).to_string());
        [
            ("login_hint", request.login_hint.clone()),
            ("prompt", request.prompt.clone()),
            ("max_age", max_age),
            ("acr_values", self.acr_values.clone()),
            ("claims", request.claims.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Holds the claims against what was asked: `auth_time` when there is a `max_age`, `acr` when there
    /// are `acr_values`, and each essential claim.
    pub(super) fn check(&self, context: &Context, claims: &Object, now: u64) -> Result<()> {
        if let Some(max_age) = max_age_of(context).into_iter().chain(self.max_age).min() {
            let claim = claims.get("auth_time").ok_or_else(|| ID_TOKEN.missing("auth_time"))?;
            let latest = |time: u64| time.saturating_add(max_age).saturating_add(context.leeway());
            if numeric_date::whole_seconds(claim).is_none_or(|time| now > latest(time)) {
                return Err(ID_TOKEN.invalid("auth_time", "is longer ago than `max_age`"));
            }
        }
        let values = self.acr_values.clone().or_else(|| context.authorization_param("acr_values"));
        if let Some(values) = values {
            let acr = ID_TOKEN.required_text(claims, "acr")?;
            if !values.split_whitespace().any(|value| value == acr) {
                let expected = shown_list(values.split_whitespace());
                let what = format!("is {}, expected one of {expected}", shown(acr));
                return Err(ID_TOKEN.invalid("acr", &what));
            }
        }
        self.claims.iter().try_for_each(|(name, allowed)| {
            let claim = claims.get(name).filter(|claim| !claim.is_null());
            let claim = claim.ok_or_else(|| ID_TOKEN.missing(name))?;
            let allowed = allowed.as_array().map(Vec::as_slice).unwrap_or_default();
            let is_allowed = |one: &Value| allowed.contains(one);
            let fits = allowed.is_empty()
                || is_allowed(claim)
                || claim.as_array().is_some_and(|list| list.iter().any(is_allowed));
            if fits { Ok(()) } else { Err(ID_TOKEN.invalid(name, "is not what was asked for")) }
        })
    }
}

/// The `max_age` of the settings or the spec.
fn max_age_of(context: &Context) -> Option<u64> {
    context.authorization_param("max_age").and_then(|seconds| seconds.parse().ok())
}

/// Values that a provider could not read, or could read as something else.
fn check_form(request: &BeginRequest) -> Result<()> {
    if let Some(prompt) = &request.prompt {
        let words: Vec<&str> = prompt.split(' ').collect();
        let is_word = |word: &&str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if !words.iter().all(is_word) || (words.len() > 1 && words.contains(&"none")) {
            return Err(wrong(
                "prompt",
                "must be words such as `login` or `select_account` with spaces between; `none` \
                 stands alone",
            ));
        }
    }
    // RFC 6749 section 3.3
    let is_token = |text: &String| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    };
    if !request.scopes.iter().all(is_token) {
        return Err(wrong("scope", "must be one scope each, without spaces or quotes"));
    }
    if !request.acr_values.iter().all(is_token) {
        return Err(wrong("acr_values", "must be one value each, without spaces or quotes"));
    }
    Ok(())
}

fn claims_request(text: &str) -> Result<Object> {
    if text.len() > MAX_CLAIMS {
        return Err(wrong("claims", "is longer than 4096 bytes"));
    }
    json::object(text.as_bytes())
        .map_err(|reason| wrong("claims", &format!("is no JSON object: {reason}")))
}

/// The claims of the ID token that are essential, with the values they may have (section 5.5.1). A
/// `sub` with a value is about one user alone.
fn essential(claims: &Object) -> Object {
    let members = claims.get("id_token").and_then(Value::as_object);
    let essential = members.into_iter().flatten().filter_map(|(name, asked)| {
        let asked = asked.as_object()?;
        let is_essential = asked.get("essential") == Some(&Value::Bool(true));
        if !is_essential && (name != "sub" || !asked.contains_key("value")) {
            return None;
        }
        let one = asked.get("value").cloned();
        let several = asked.get("values").and_then(Value::as_array).cloned();
        let allowed = several.unwrap_or_default().into_iter().chain(one).collect();
        Some((name.clone(), Value::Array(allowed)))
    });
    essential.collect()
}

fn wrong(name: &str, sentence: &str) -> Error {
    let message = format!("`{name}` of the request {sentence}.");
    Error::new(Code::InvalidParameter, Stage::Begin, message).with_parameter(name)
}

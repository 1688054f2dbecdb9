//! Further requests of a sign-in (`[[call]]`), such as GitHub's list of e-mail addresses.

use serde_json::Value;

use super::{Context, errors};
use crate::descriptor::Call;
use crate::error::{Result, Stage};
use crate::json;
use crate::transport::HttpResponse;

/// Reads the reply to a call; a refusal of an optional one counts as an absent value.
pub(super) fn read(context: &Context, call: &Call, response: &HttpResponse) -> Result<Value> {
    if call.optional && (400..500).contains(&response.status) && response.status != 429 {
        return Ok(Value::Null);
    }
    if (200..300).contains(&response.status)
        && response.may_be_json()
        && let Some(list) = json::list(&response.body)
    {
        return Ok(list);
    }
    errors::object(context, response, Stage::UserInfo).map(Value::Object)
}

//! A sign-in as a state machine without I/O: responses in, requests out, an identity at the end.
//!
//! One file per construct of the spec language, under the construct's name. Nothing here is generic
//! over the provider, awaits, or reads a clock: [`drive`](crate::engine) does that.

mod allow_list;
pub(crate) mod asked;
pub(crate) mod authorization;
mod call;
pub(crate) mod callback;
mod challenge;
pub(crate) mod client_authentication;
mod context;
mod endpoints;
mod errors;
mod extra_data;
mod id_token;
pub(crate) mod jws;
pub(crate) mod logout;
pub(crate) mod logout_token;
mod named_file;
mod no_response;
pub(crate) mod notice;
mod numeric_date;
mod parameters;
mod policy;
mod registered_claims;
mod reserved;
mod same_user;
mod sign_in;
mod signing_key;
mod step;
#[cfg(test)]
mod tests;
pub(crate) mod token;
mod untrusted_issuer;
mod user;
mod user_info;
mod value;
#[cfg(test)]
mod vectors;

pub(crate) use context::Context;
pub(crate) use endpoints::Target;
pub(crate) use errors::{not_json, redirected, unreadable};
pub(crate) use id_token::check_alone as check_id_token;
pub use no_response::host_of;
pub(crate) use no_response::{no_response, no_response_of_untrusted};
pub(crate) use reserved::check_once;
pub(crate) use same_user::SameUser;
pub(crate) use sign_in::SignIn;
pub(crate) use step::{Answer, Grant, Outcome, Step, Whose};
pub(crate) use untrusted_issuer::check_settings as check_untrusted;
pub(crate) use user::{SampleReplies, identity_of_sample};
pub(crate) use value::{as_text, is_uuid};

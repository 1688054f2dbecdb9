//! What an attacker or a broken provider sends, and the refusal that must come of it.
//!
//! Each row has a control: the same sign-in with one thing put right succeeds.

mod callback;
mod id_token;
mod secrets;
mod stores;
mod token_endpoint;
mod transaction;

// What an attacker or a broken provider sends, and the refusal that must come of it.
//
// [`suite`] runs the table of [`rows`] and [`conformance`]; what no row can say has a test of its own, and
// [`coverage`] holds both against the list of attacks.

mod attack;
mod callback;
mod conformance;
mod coverage;
mod discovery_members;
mod documents;
mod id_token;
mod identity;
mod logout;
mod mix_up;
mod network;
mod open_redirects;
mod proxy;
mod refresh;
mod requests;
mod rows;
mod secrets;
mod stores;
mod suite;
mod tls;
mod token_endpoint;
mod transaction;
mod untrusted_issuers;

//! Discovery documents and signing keys: read defensively, fetched once, kept while they are good.

mod cache;
mod metadata;
mod requester;
mod set;

pub(crate) use cache::{Cache, Failed, Question};
pub(crate) use metadata::{Endpoint, Metadata};
pub(crate) use requester::Requester;
pub(crate) use set::{CLOUD, Choice, Key, KeySet};

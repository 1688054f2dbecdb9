//! Discovery documents and signing keys: read defensively, fetched once, kept while they are good.

mod cache;
mod metadata;
mod set;

pub(crate) use cache::Cache;
pub(crate) use metadata::{Endpoint, Metadata};
pub(crate) use set::{Choice, Key, KeySet, algorithm_name};

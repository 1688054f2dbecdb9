//! The rows of `security.md`, in its groups. What a row cannot say stands in tests of its own:
//! [`coverage`](crate::coverage) lists them.

pub mod browser;
pub mod claims;
pub mod documents;
pub mod jose;
pub mod token_endpoint;

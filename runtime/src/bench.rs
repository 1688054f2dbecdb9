//! One step of a sign-in by itself, for the benchmarks; no stable interface.

use crate::descriptor::Descriptor;
use crate::error::{Error, Result, Stage};
use crate::flow::{Context, check_id_token};
use crate::keys::{KeySet, Metadata};
use crate::secret::Secret;
use crate::settings::{RawSettings, Resolved};

/// Everything that an ID token is held against.
#[derive(Debug)]
pub struct IdTokenCheck {
    context: Context,
    metadata: Metadata,
    keys: KeySet,
    nonce: String,
    now: u64,
}

impl IdTokenCheck {
    /// Reads the provider's documents.
    ///
    /// # Errors
    ///
    /// Returns an error if the settings or documents are not valid.
    pub fn new(
        descriptor: &'static Descriptor,
        settings: &RawSettings,
        (metadata_url, metadata): (&str, &[u8]),
        keys: &[u8],
        nonce: &str,
        now: u64,
    ) -> Result<Self> {
        let wrong = |reason: String| crate::flow::unreadable(Stage::TokenValidation, &reason);
        Ok(Self {
            context: Context::new(descriptor, Resolved::new(descriptor, settings)?)?,
            metadata: Metadata::read(metadata, metadata_url).map_err(wrong)?,
            keys: KeySet::read(keys).map_err(wrong)?,
            nonce: nonce.to_owned(),
            now,
        })
    }

    /// Checks a token as a sign-in does.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is refused.
    pub fn check(&self, token: &Secret) -> Result<(), Error> {
        check_id_token(&self.context, &self.metadata, &self.keys, &self.nonce, token, self.now)
    }
}

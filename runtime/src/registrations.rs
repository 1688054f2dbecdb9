//! Backend names and redirect URIs of one runtime, which no two issuers may share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use url::Url;

use crate::error::{Code, Error, Result, Stage};
use crate::flow::Context;

/// The number of redirect URIs that are remembered. An application has a few; one that makes them from
/// requests must not fill the memory.
const MAX_REDIRECT_URIS: usize = 1024;

/// The backends of one runtime that are alive, and the redirect URIs that they began with.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    backends: Vec<Weak<Context>>,
    /// By their text without query.
    redirect_uris: HashMap<String, Vec<Owner>>,
}

/// The backend that first began a sign-in with a redirect URI.
#[derive(Debug)]
struct Owner {
    backend: Weak<Context>,
    /// The redirect URI's own query.
    query: Query,
    /// `true` if its provider names itself in every callback (RFC 9207).
    promises_iss: bool,
}

type Query = Vec<(String, String)>;

impl Registrations {
    /// Adds a backend. Its name must not be that of another issuer's backend: their users would be told apart
    /// by nothing that an application stores under the name.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a name that is taken.
    pub(crate) fn add(&self, context: &Arc<Context>) -> Result<()> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.backends.retain(|backend| backend.strong_count() > 0);
        let (name, authority) = (context.name(), context.authority());
        for other in tables.backends.iter().filter_map(Weak::upgrade) {
            if other.name() == name && other.authority() != authority {
                let message = format!(
                    "This runtime has a backend `{name}` for {} already, and {authority} is another \
                     issuer: give each a name of its own, as in \
                     `SOCIAL_AUTH_AUTHENTICATION_BACKENDS=customer-a={name},customer-b={name}`, or a \
                     runtime of its own.",
                    other.authority()
                );
                return Err(Error::new(Code::InvalidSetting, Stage::Begin, message)
                    .with_parameter(crate::registry::BACKENDS_VARIABLE));
            }
        }
        tables.backends.push(Arc::downgrade(context));
        Ok(())
    }

    /// Takes a redirect URI for a backend. It belongs to the backend and issuer that began with it first,
    /// since the answers of two issuers at one address cannot be told apart (mix-up, RFC 9700 section 4.4),
    /// unless both name themselves in their callbacks.
    ///
    /// # Errors
    ///
    /// `invalid_setting` for a redirect URI of another backend.
    pub(crate) fn take_redirect_uri(
        &self,
        context: &Arc<Context>,
        redirect_uri: &Url,
        promises_iss: bool,
    ) -> Result<()> {
        let query: Query = redirect_uri.query_pairs().into_owned().collect();
        let place = redirect_uri.as_str().split('?').next().unwrap_or_default();
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let uris = &mut tables.redirect_uris;
        for owner in uris.get(place).into_iter().flatten() {
            let Some(other) = owner.backend.upgrade() else { continue };
            let is_same = Arc::ptr_eq(&other, context) || is_one_issuer(&other, context);
            if is_same && owner.query == query {
                return Ok(());
            }
            let is_told_apart = is_same
                || owner.promises_iss && promises_iss
                || are_told_apart(&owner.query, &query);
            if !is_told_apart {
                return Err(taken(redirect_uri, &other));
            }
        }
        let is_full = |uris: &HashMap<_, Vec<Owner>>| {
            uris.values().map(Vec::len).sum::<usize>() >= MAX_REDIRECT_URIS
        };
        if is_full(uris) {
            uris.retain(|_, owners| {
                owners.retain(|owner| owner.backend.strong_count() > 0);
                !owners.is_empty()
            });
        }
        if is_full(uris) {
            tracing::warn!(
                target: "authspec",
                "more than {MAX_REDIRECT_URIS} redirect URIs: take them from the configuration, not \
                 from requests"
            );
            return Ok(());
        }
        let owner = Owner { backend: Arc::downgrade(context), query, promises_iss };
        uris.entry(place.to_owned()).or_default().push(owner);
        Ok(())
    }
}

/// Returns `true` if no callback can have both queries: they give a name two values.
fn are_told_apart(one: &Query, other: &Query) -> bool {
    one.iter().any(|(name, value)| other.iter().any(|(own, text)| own == name && text != value))
}

fn is_one_issuer(one: &Context, other: &Context) -> bool {
    one.name() == other.name() && one.authority() == other.authority()
}

fn taken(redirect_uri: &Url, other: &Context) -> Error {
    let message = format!(
        "The redirect URI {redirect_uri} belongs to `{}` at {}: register one for each backend, such as \
         https://app.example/complete/BACKEND/.",
        other.name(),
        other.authority()
    );
    Error::new(Code::InvalidSetting, Stage::Begin, message).with_parameter("redirect_uri")
}

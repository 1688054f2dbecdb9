//! Errors that the authorization endpoint sends back to the client's address.

/// An error answer of the authorization endpoint (RFC 6749 section 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeError {
    /// The `error` parameter.
    pub error: String,
    /// The `error_description` parameter.
    pub description: Option<String>,
    /// The `error_subcode` parameter, which only Entra ID has.
    pub subcode: Option<String>,
    /// Further parameters in this order, such as Entra ID's `error_uri`, `suberror` and `claims`.
    pub more: Vec<(String, String)>,
}

impl AuthorizeError {
    /// An error without description.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), description: None, subcode: None, more: Vec::new() }
    }

    /// The same error with a description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same error with one more parameter.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.more.push((name.into(), value.into()));
        self
    }

    /// The user went back at Entra ID: `access_denied` with the sub-code `cancel`.
    pub fn cancelled() -> Self {
        Self { subcode: Some("cancel".to_owned()), ..Self::new("access_denied") }
    }

    /// The user refused consent at Entra ID.
    pub fn consent_declined() -> Self {
        Self::new("consent_required")
            .with_description("AADSTS65004: The user declined to consent to access the app.")
    }

    /// `prompt=none` while no user is signed in at Entra ID.
    pub fn login_required() -> Self {
        Self::new("login_required")
            .with_description("AADSTS50058: A silent sign-in was sent but no user is signed in.")
    }

    /// The user went back at B2C.
    pub fn b2c_cancelled() -> Self {
        Self::b2c("AADB2C90091: The user has cancelled entering self-asserted information.")
    }

    /// The user chose "forgot password" at B2C, which the client must answer with another policy.
    pub fn b2c_forgot_password() -> Self {
        Self::b2c("AADB2C90118: The user has forgotten their password.")
    }

    fn b2c(sentence: &str) -> Self {
        let traced = "Correlation ID: 5c0e8f2a-91b4-4d63-a7f5-e2d6c8b0a194\r\n\
                      Timestamp: 2026-11-23 10:15:42Z\r\n";
        Self::new("access_denied").with_description(format!("{sentence}\r\n{traced}"))
    }

    /// The user refused at the GitHub-like provider.
    pub fn github_denied() -> Self {
        Self::new("access_denied").with_description("The user has denied your application access.")
    }

    /// The parameters as they go to the client.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("error".to_owned(), self.error.clone())];
        if let Some(description) = &self.description {
            pairs.push(("error_description".to_owned(), description.clone()));
        }
        if let Some(subcode) = &self.subcode {
            pairs.push(("error_subcode".to_owned(), subcode.clone()));
        }
        pairs.extend(self.more.iter().cloned());
        pairs
    }
}

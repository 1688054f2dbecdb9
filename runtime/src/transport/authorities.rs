//! The variables that name certificate authorities, and those of other programs that do.

use crate::settings::{Environment, SettingIssue};

/// The variables that replace the system's authorities; the TLS library reads them itself.
const READ: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The variables of Python's requests and of curl with the same meaning.
const NOT_READ: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// A warning of the first variable that names authorities for other programs and is not read here; none if
/// one that is read is set as well.
pub fn unread_authorities(environment: &Environment) -> Option<SettingIssue> {
    let is_set = |name: &&&str| environment.var(name).is_some();
    if READ.iter().any(|name| is_set(&name)) {
        return None;
    }
    let name = NOT_READ.iter().find(is_set)?;
    let message = format!(
        "`{name}` is not used: the system's certificate authorities are trusted. If the provider's \
         certificate needs an authority of that file, set `SSL_CERT_FILE` to the file"
    );
    Some(SettingIssue::warning(name, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_of_another_program_is_warned_of_alone() {
        let warned = |variables: &[(&str, &str)]| {
            let environment = Environment::from_pairs(variables.to_vec());
            unread_authorities(&environment).map(|warning| warning.parameter)
        };
        let (file, other) = (("SSL_CERT_FILE", "/corp.pem"), ("REQUESTS_CA_BUNDLE", "/corp.pem"));
        assert_eq!(warned(&[other]).as_deref(), Some("REQUESTS_CA_BUNDLE"));
        assert_eq!(warned(&[("CURL_CA_BUNDLE", "/c")]).as_deref(), Some("CURL_CA_BUNDLE"));
        assert_eq!(warned(&[other, file]), None);
        assert_eq!(warned(&[other, ("SSL_CERT_DIR", "/certs")]), None);
        assert_eq!(warned(&[("REQUESTS_CA_BUNDLE", " ")]), None);
        assert_eq!(warned(&[]), None);
    }
}

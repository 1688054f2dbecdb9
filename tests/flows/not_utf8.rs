//! Variables whose value is not UTF-8: each is an error, because none may count as absent.
#![cfg(unix)]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use authspec::transport::ReqwestTransport;
use authspec::{Code, Environment, Provider as _, ProviderSettings as _, Runtime, SystemClock};
use authspec_azuread::{AzureAdTenantOAuth2, AzureAdTenantOAuth2Settings};
use authspec_tests::{known, setting};

#[test]
fn what_is_not_utf8_is_an_error_in_a_variable_and_a_path_in_a_builder() {
    let not_utf8 = || OsString::from_vec(b"/run/\xff.jwt".to_vec());
    let settings = AzureAdTenantOAuth2Settings::default()
        .key("client")
        .tenant_id("common")
        .federated_token_file(not_utf8());
    let resolved = settings.resolve().unwrap();
    assert_eq!(resolved.path("federated_token_file"), Some(std::path::Path::new(&not_utf8())));
    let name = "SOCIAL_AUTH_AZUREAD_TENANT_OAUTH2_SECRET";
    let variables =
        [("SOCIAL_AUTH_KEY".to_owned(), OsString::from("client")), (name.to_owned(), not_utf8())];
    let environment = Environment::from_pairs(variables);
    let error = AzureAdTenantOAuth2Settings::from_environment(&environment).unwrap_err();
    assert_eq!((error.code(), error.parameter()), (Code::InvalidSetting, Some(name)));
    assert!(error.message().contains("not UTF-8"), "{error}");
}

#[test]
fn a_variable_that_is_not_utf8_never_counts_as_absent() {
    let descriptor = AzureAdTenantOAuth2::DESCRIPTOR;
    let good = [("KEY", "client"), ("TENANT_ID", "common"), ("SECRET", "secret")];
    let make = |name: &str, value: OsString| {
        let mut variables: Vec<(String, OsString)> = good
            .map(|(name, value)| (setting(descriptor.name, name), OsString::from(value)))
            .to_vec();
        if name.ends_with("TOKEN_FILE") {
            variables.retain(|(own, _)| !own.ends_with("SECRET"));
        }
        variables.push(("SOCIAL_AUTH_AUTHENTICATION_BACKENDS".to_owned(), descriptor.name.into()));
        variables.retain(|(own, _)| own != name);
        variables.push((name.to_owned(), value));
        let transport = ReqwestTransport::new().unwrap();
        let runtime = Runtime::with(transport, SystemClock, Environment::from_pairs(variables));
        known().build(&runtime)
    };
    for (name, value) in [
        ("AUTHSPEC_TRANSACTION_LIFETIME", "600"),
        ("AUTHSPEC_TRANSACTION_KEY", "0123456789012345678901234567890123456789"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/no/token"),
        ("SOCIAL_AUTH_AUTHENTICATION_BACKENDS", descriptor.name),
        ("HTTPS_PROXY", "http://proxy.example:3128"),
        ("AZURE_AUTHORITY_HOST", "login.microsoftonline.us"),
    ] {
        make(name, value.into()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut bytes = value.as_bytes().to_vec();
        bytes.push(b'\xff');
        let error = make(name, OsString::from_vec(bytes)).unwrap_err();
        assert_eq!((error.code(), error.parameter()), (Code::InvalidSetting, Some(name)));
    }
}

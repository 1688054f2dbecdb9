//! The client's credential: the first way whose setting is there, looked at when settings are read.

use std::path::PathBuf;

use super::*;

const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

/// A file in a folder of its own, as long as the value is there.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("authspec-settings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_client_without_one_is_refused() {
    let expected = (Code::MissingSetting, "SOCIAL_AUTH_ACME_SECRET".to_owned());
    assert_eq!(refusal(resolve(&[])), expected);
    assert_eq!(warnings(resolve(&[("SECRET", "s")])), none());
    assert_eq!(warnings(resolve(&[("TOKEN_ENDPOINT_AUTH_METHOD", "none")])), none());
}

#[test]
fn an_assertion_is_a_jwt_where_its_type_says_so() {
    assert_eq!(warnings(resolve(&[("ASSERTION", JWT)])), none());
    let wrong = ("ASSERTION", "changeme");
    let expected = (Code::InvalidSetting, "SOCIAL_AUTH_ACME_ASSERTION".to_owned());
    assert_eq!(refusal(resolve(&[wrong])), expected);
    let jwt_bearer = crate::flow::client_authentication::JWT_BEARER;
    assert_eq!(refusal(resolve(&[wrong, ("ASSERTION_TYPE", jwt_bearer)])), expected);
    assert!(resolve(&[wrong, ("ASSERTION_TYPE", "urn:another")]).is_ok());
    assert!(resolve(&[wrong, ("SECRET", "s")]).is_ok(), "what is not used need not be right");
}

#[test]
fn a_token_file_holds_a_jwt_once_it_is_there() {
    let (good, bad) = (File::new("good", JWT), File::new("bad", "changeme"));
    let setting = "SOCIAL_AUTH_ACME_TOKEN_FILE";
    for (name, variable) in [("TOKEN_FILE", setting), ("OTHER_TOKEN_FILE", "OTHER_TOKEN_FILE")] {
        assert_eq!(warnings(resolve(&[(name, good.path())])), none());
        let error = resolve(&[(name, bad.path())]).err().unwrap();
        assert_eq!(error.parameter(), Some(variable));
        assert!(error.message().contains("does not hold a JWT"), "{error}");
        let absent = warnings(resolve(&[(name, "/no/such/token")]));
        assert!(absent.len() == 1 && absent[0].contains(variable), "{absent:?}");
    }
    let both = [("TOKEN_FILE", bad.path()), ("OTHER_TOKEN_FILE", good.path())];
    assert_eq!(warnings(resolve(&both)), none(), "the variable comes first");
}

#[test]
fn a_key_file_may_come_later() {
    let absent = warnings(resolve(&[("KEY_FILE", "/no/such/key")]));
    assert!(absent.len() == 1 && absent[0].contains("SOCIAL_AUTH_ACME_KEY_FILE"), "{absent:?}");
    let there = File::new("key", "a key");
    assert_eq!(warnings(resolve(&[("KEY_FILE", there.path())])), none());
}

#[test]
fn a_missing_one_is_told_with_the_other_mistakes() {
    let leeway = ("JWT_LEEWAY", "long");
    let message = |more: &[(&str, &str)]| resolve(more).err().unwrap().message().to_owned();
    assert!(message(&[leeway]).contains("has no credential"));
    for given in [
        ("SECRET", "s"),
        ("ASSERTION", "changeme"),
        ("TOKEN_FILE", "/no/such/token"),
        ("KEY_FILE", "/no/such/key"),
        ("TOKEN_ENDPOINT_AUTH_METHOD", "none"),
        ("OTHER_TOKEN_FILE", "/no/such/token"),
    ] {
        let message = message(&[leeway, given]);
        assert!(!message.contains("has no credential"), "{given:?}: {message}");
        assert!(message.contains("JWT_LEEWAY"), "{given:?}: {message}");
    }
}

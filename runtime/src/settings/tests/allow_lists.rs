//! Lists of those who may sign in: which settings are such lists, and of what.

use super::*;

const GUID: &str = "3f6c1d2e-8a4b-4c59-9d07-5be2a1f0c734";
const SECRET: (&str, &str) = ("SECRET", "s");

#[test]
fn each_list_knows_its_entries() {
    for (name, good, bad, expected) in [
        ("WHITELISTED_DOMAINS", "a.example", "ana@a.example", "WHITELISTED_EMAILS"),
        ("WHITELISTED_EMAILS", "ana@a.example", "a.example", "WHITELISTED_DOMAINS"),
        ("TENANTS", GUID, "t.example", "expected a GUID"),
        ("OTHERS", "t.example", "*,t.example", "stands alone"),
        ("PLANS", "t.example", "*,t.example", "stands alone"),
    ] {
        assert_eq!(warnings(resolve(&[SECRET, (name, good)])), Vec::<String>::new(), "{name}");
        let error = resolve(&[SECRET, (name, bad)]).err().unwrap();
        assert_eq!(error.code(), Code::InvalidSetting, "{name}");
        assert!(error.message().contains(expected), "{name}: {error}");
        assert_eq!(refusal(resolve(&[SECRET, (name, " ")])).0, Code::InvalidSetting, "{name}");
    }
}

#[test]
fn a_list_of_something_else_may_be_blank() {
    assert!(resolve(&[SECRET, ("ENDPOINT_HOSTS", " ")]).is_ok());
}

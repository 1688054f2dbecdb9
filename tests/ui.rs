//! The few things that only rustc can say about a macro call.

#[test]
fn ui() {
    let _hint = authspec_tests::Hint("TRYBUILD=overwrite cargo test -p authspec-tests --test ui");
    let cases = trybuild::TestCases::new();
    cases.pass("ui/good.rs");
    cases.compile_fail("ui/mistakes.rs");
    cases.compile_fail("ui/capabilities.rs");
}

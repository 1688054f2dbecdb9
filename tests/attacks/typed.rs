//! The tests of `attacks` again, each backend driven through its typed client.

include!("main.rs");

#[test]
fn worlds_of_this_program_are_typed() {
    assert!(authspec_tests::is_typed());
}

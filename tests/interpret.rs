//! Reading a spec while a program runs, and compiling it, give the same provider.

use authspec_cli::interpret;
use authspec_spec::load;
use authspec_tests::{known, root, specs};

/// Every spec of this repository that is compiled somewhere, as a descriptor made both ways.
#[test]
fn an_interpreted_spec_is_the_compiled_one() {
    let known = known();
    let mut compared = 0;
    for path in specs() {
        let provider = load(&path).result.expect("a spec without mistakes");
        let compiled = known.find(&provider.name).expect("a backend of that name");
        let interpreted = interpret::descriptor(&provider);
        assert_eq!(format!("{interpreted:#?}"), format!("{compiled:#?}"), "{}", path.display());
        compared += 1;
    }
    assert_eq!(compared, known.known().len());
}

authspec::provider! {
    /// What no provider of ours has.
    pub struct Everything from "specs/everything.toml";
}

/// The same for a spec that has every construct, since ours have not.
#[test]
fn every_construct_is_interpreted() {
    let provider = load(&root().join("tests/specs/everything.toml")).result.expect("a good spec");
    let compiled = <Everything as authspec::Provider>::DESCRIPTOR;
    assert_eq!(format!("{:#?}", interpret::descriptor(&provider)), format!("{compiled:#?}"));
}

//! The events of `tracing` beside those that end a call: each occurs once, with its target and fields.
//! That no event says who a user is holds for every test, when its [`World`] ends.

use authspec::events::{DOCUMENT_FETCHED, DOCUMENT_STALE, KEYS_CHANGED, REPLAY, SECURITY, TARGET};
use authspec::{Callback, Code};
use authspec_authority::{Fault, Reply};
use authspec_tests::World;
use authspec_tests::told::{Told, watched};

const NAME: &str = "azuread-v2-tenant-oauth2";
const A_DAY: u64 = 24 * 3600;

/// The events of this name about the documents of this world's provider.
fn about_documents(world: &World, name: &str) -> Vec<Told> {
    let origin = world.authority.origin();
    let told = world.told().into_iter();
    told.filter(|told| told.name == name && told.text.contains(&origin)).collect()
}

#[tokio::test]
async fn an_old_document_that_is_used_is_told_once() {
    for (fault, document, end) in [
        (Fault::Keys(Reply::new(500, "text/html", "<html>")), "key set", "/keys"),
        (
            Fault::Discovery(Reply::new(500, "text/html", "<html>")),
            "discovery document",
            "/openid-configuration",
        ),
    ] {
        let world = World::start().await;
        let backend = world.backend(NAME, &[]);
        world.sign_in(backend.as_ref()).await.unwrap();
        world.advance(A_DAY + 3600);
        world.authority.set_fault(Some(fault));
        world.sign_in(backend.as_ref()).await.unwrap();
        let told = about_documents(&world, DOCUMENT_STALE);
        let [stale] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(stale.target, TARGET);
        for part in [
            format!("document=\"{document}\""),
            format!("{end}\""),
            format!("age={}", A_DAY + 3600),
            "code=\"unavailable\"".to_owned(),
        ] {
            assert!(stale.text.contains(&part), "{part}: {stale:?}");
        }
        // The same failure is not told to each user who comes.
        world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(about_documents(&world, DOCUMENT_STALE).len(), 1);
        // Its twin: the provider is well again.
        world.authority.set_fault(None);
        world.advance(A_DAY + 3600);
        let fetched = about_documents(&world, DOCUMENT_FETCHED).len();
        world.sign_in(backend.as_ref()).await.unwrap();
        assert_eq!(about_documents(&world, DOCUMENT_FETCHED).len(), fetched + 2);
        assert_eq!(about_documents(&world, DOCUMENT_STALE).len(), 1);
    }
}

#[tokio::test]
async fn new_keys_are_told_once() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    world.sign_in(backend.as_ref()).await.unwrap();
    // Its twin first: the same keys, fetched again.
    world.advance(A_DAY + 3600);
    world.sign_in(backend.as_ref()).await.unwrap();
    assert_eq!(world.requests_to("/keys"), 2);
    assert_eq!(about_documents(&world, KEYS_CHANGED).len(), 0);

    world.authority.rotate_keys();
    world.sign_in(backend.as_ref()).await.unwrap();
    let told = about_documents(&world, KEYS_CHANGED);
    let [changed] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(changed.target, TARGET);
    assert!(changed.text.contains("/keys\" added=3 removed=3 "), "{changed:?}");
}

#[tokio::test]
async fn a_sign_in_that_is_used_twice_is_told_once() {
    let world = World::start().await;
    let backend = world.backend(NAME, &[]);
    let (started, callback) = world.to_callback(backend.as_ref()).await.unwrap();
    let complete =
        || watched(backend.complete(&started.transaction, Callback::from_url(&callback)));
    let replays = |told: Vec<Told>| -> Vec<(String, String)> {
        let replays = told.into_iter().filter(|told| told.name == REPLAY);
        replays.map(|told| (told.target, told.text)).collect()
    };
    let (first, told) = complete().await;
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(replays(told), []);
    let (second, told) = complete().await;
    assert_eq!(second.unwrap_err().code(), Code::SessionContextMissing);
    // Nothing of the sign-in is in it: the text is the same for every one.
    let text = "message=a sign-in is used a second time ";
    assert_eq!(replays(told), [(SECURITY.to_owned(), text.to_owned())]);
}

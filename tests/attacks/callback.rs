//! What the provider says in a callback is shown to nobody as it is.

use authspec_authority::AuthorizeError;
use authspec_tests::World;

#[tokio::test]
async fn what_the_provider_says_is_masked_and_bounded() {
    let world = World::start().await;
    let text = format!("user ana@contoso.example\r\n{}", "x".repeat(5000));
    world.authority.decline(AuthorizeError::new("access_denied").with_description(text));
    let error = world.sign_in(world.backend("azuread-oauth2-v2", &[]).as_ref()).await.unwrap_err();
    let description = error.provider().and_then(|provider| provider.description.clone()).unwrap();
    assert!(!description.contains('@') && description.len() <= 500, "{description}");
    assert!(!error.message().contains("xxx"), "the provider's text is no part of ours");
}

//! No secret, token or address in an error, a `Debug`, or a URL.

use authspec::{BeginRequest, Callback};
use authspec_authority::{DEFAULT_CLIENT_SECRET, Fault, IdTokenFault};
use authspec_tests::{ENTRA, World};
use serde_json::json;

#[tokio::test]
async fn nothing_secret_is_printed() {
    let world = World::start().await;
    for name in ENTRA.into_iter().chain(["oidc", "github"]) {
        world.usual_user(name);
        let backend = world.backend(name, &[]);
        let request = BeginRequest::new(authspec_tests::redirect_uri(backend.as_ref()));
        let started = backend.begin(request).await.unwrap();
        assert!(!started.authorization_url.contains(DEFAULT_CLIENT_SECRET), "{name}");
        let callback = world.browse(&started.authorization_url).await;
        let callback = Callback::from_url(&callback);
        let mut printed = format!("{backend:?} {started:?} {callback:?}");
        let identity = backend.complete(&started.transaction, callback.clone()).await.unwrap();
        printed.push_str(&format!("{identity:?} {:?} {:?}", identity.details, identity.tokens));
        let replayed = backend.complete(&started.transaction, callback).await.unwrap_err();
        printed.push_str(&format!("{replayed:?} {replayed}"));
        let fault = vec![("iss".to_owned(), Some(json!("https://ana@contoso.example/")))];
        world.authority.set_fault(Some(Fault::IdToken(IdTokenFault::Claims(fault))));
        if let Err(error) = world.sign_in(backend.as_ref()).await {
            printed
                .push_str(&format!("{error:?} {error} {}", serde_json::to_string(&error).unwrap()));
        }
        world.authority.set_fault(None);
        let tokens = identity.tokens;
        let secrets = [tokens.access_token, tokens.refresh_token, tokens.id_token]
            .into_iter()
            .flatten()
            .map(|token| token.expose().to_owned())
            .chain([DEFAULT_CLIENT_SECRET.to_owned()])
            .chain(identity.details.email)
            .chain(["@".to_owned()]);
        for secret in secrets {
            assert!(!printed.contains(&secret), "{name}: `{secret}` in {printed}");
        }
    }
}

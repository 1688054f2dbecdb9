authspec::provider! {
    /// A provider without refresh tokens and without logout.
    pub struct Acme from "good.toml";
}

async fn refresh(client: authspec::Client<Acme>) {
    let _ = client.refresh(authspec::RefreshRequest::new("x")).await;
    let _ = client.logout_url(authspec::LogoutRequest::new()).await;
}

fn main() {
    let _ = refresh;
}

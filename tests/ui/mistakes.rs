authspec::provider! {
    /// Everything wrong with the spec comes at once, and nothing else.
    pub struct Acme from "mistakes.toml";
}

authspec::provider! {
    pub struct Missing from "nowhere.toml";
}

fn main() {
    let settings = AcmeSettings::default().region("eu");
    let _client = authspec::Client::<Acme>::new(settings);
}

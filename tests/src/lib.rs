//! What the tests share: an authority, a clock that stands still, a browser, and backends between them.

pub mod connect_proxy;
mod documents;
pub mod fuzz;
mod left_out;
mod redis;
pub mod tls;
pub mod told;
mod typed;
mod watch;
pub mod wrong_settings;

pub use documents::{
    document, documents, jose_header, members, none_left_out, same_kinds, same_members,
};
pub use left_out::left_out;
pub use redis::RedisServer;
pub use typed::is_typed;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use authspec::transport::ReqwestTransport;
use authspec::{
    Backend, BackendsBuilder, BeginRequest, Callback, Clock, Descriptor, Environment, Error,
    Identity, Runtime, Started, TransactionStore,
};
use authspec_authority::Authority;
use reqwest::redirect::Policy;
use watch::{Secrets, Watched};

/// The time at which tests begin: when the sample documents were made.
pub const NOW: u64 = 1_795_428_000;

/// The five Entra backends.
pub const ENTRA: [&str; 5] = [
    "azuread-oauth2",
    "azuread-oauth2-v2",
    "azuread-tenant-oauth2",
    "azuread-v2-tenant-oauth2",
    "azuread-b2c-oauth2",
];

/// Every provider that the project ships.
pub fn known() -> BackendsBuilder {
    authspec::Backends::builder().with(authspec_azuread::ALL).with(authspec_catalog::ALL)
}

/// The descriptor of a backend.
pub fn descriptor(name: &str) -> &'static Descriptor {
    known().find(name).unwrap_or_else(|| panic!("no backend {name}"))
}

/// The project's root folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_owned()
}

/// Every spec that has a name, in the order of their paths.
pub fn specs() -> Vec<PathBuf> {
    let mut specs: Vec<PathBuf> = ["providers/azuread/specs", "providers/catalog/specs"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).expect("a folder of specs"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter(|path| {
            let text = std::fs::read_to_string(path).expect("a spec");
            text.lines()
                .take_while(|line| !line.starts_with('['))
                .any(|line| line.starts_with("name"))
        })
        .collect();
    specs.sort();
    specs
}

/// A clock that moves when it is told to.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// A clock that stands at this time.
    pub fn at(now: u64) -> Self {
        Self(Arc::new(AtomicU64::new(now)))
    }
}

impl Clock for TestClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// One authority, and everything that signs in at it.
pub struct World {
    /// The provider.
    pub authority: Authority,
    clock: TestClock,
    browser: reqwest::Client,
    /// One for all backends: to make one reads the system's certificates.
    transport: ReqwestTransport,
    /// Where the log stood when it began.
    log_start: usize,
    /// Where the list of events stood.
    told_start: usize,
    secrets: Secrets,
}

impl Drop for World {
    /// Nothing that was printed or logged meanwhile holds a secret of this world.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.tell_nothing_personal();
        let logged = self.logged();
        self.secrets.remember(watch::secrets(&self.authority));
        self.secrets.remember(self.authority.issued());
        let secrets: Vec<String> = self.secrets.all().into_iter().collect();
        let search = aho_corasick::AhoCorasick::new(&secrets).expect("texts to search for");
        if let Some(found) = search.find(&logged) {
            let (at, secret) = (found.start(), &logged[found.range()]);
            let around = logged.get(at.saturating_sub(200)..at).unwrap_or_default();
            panic!("`{secret}` was printed or logged: …{around}[here]");
        }
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("World")
    }
}

impl World {
    /// Starts an authority at [`NOW`].
    pub async fn start() -> Self {
        let authority = Authority::start().await.expect("an authority");
        authority.set_clock(Some(NOW));
        let browser = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .expect("a browser");
        let clock = TestClock(Arc::new(AtomicU64::new(NOW)));
        Self {
            authority,
            clock,
            browser,
            log_start: watch::start(),
            told_start: told::count(),
            secrets: Secrets::default(),
            transport: ReqwestTransport::new().expect("a transport"),
        }
    }

    /// Everything that was printed by backends or logged since this world began, by this test and by
    /// those beside it.
    pub fn logged(&self) -> String {
        watch::since(self.log_start)
    }

    /// The events of the library since this world began, of this test and of those beside it.
    pub fn told(&self) -> Vec<told::Told> {
        told::since(self.told_start)
    }

    /// No event since this world began says who a user is.
    fn tell_nothing_personal(&self) {
        let search = aho_corasick::AhoCorasick::new(watch::personal_data()).expect("texts");
        for event in self.told() {
            let found = search.find(&event.text);
            assert!(found.is_none(), "an event says who a user is: {event:?}");
        }
    }

    /// The time of this side's clock.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Moves both clocks.
    pub fn advance(&self, seconds: u64) {
        let now = self.clock.0.fetch_add(seconds, Ordering::SeqCst) + seconds;
        self.authority.set_clock(Some(now));
    }

    /// Moves this side's clock only, forth or back.
    pub fn drift(&self, seconds: i64) {
        let now = self.clock.now().checked_add_signed(seconds).expect("a time");
        self.clock.0.store(now, Ordering::SeqCst);
    }

    /// The settings of a backend that can sign in with its secret.
    pub fn settings(&self, backend: &str) -> Vec<(String, String)> {
        let settings = self.authority.settings_for(backend);
        settings.unwrap_or_else(|| panic!("the authority stands for no {backend}"))
    }

    /// The same without SECRET.
    pub fn settings_without_credential(&self, backend: &str) -> Vec<(String, String)> {
        let mut settings = self.settings(backend);
        settings.retain(|(name, _)| *name != setting(backend, "SECRET"));
        settings
    }

    /// A runtime whose environment is these variables.
    pub fn runtime(&self, variables: Vec<(String, String)>) -> Runtime {
        self.secrets.remember_variables(&variables);
        Runtime::with(
            self.transport.clone(),
            self.clock.clone(),
            Environment::from_pairs(variables),
        )
    }

    /// A backend with exactly these variables.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the settings.
    pub fn backend_with(
        &self,
        name: &str,
        variables: Vec<(String, String)>,
    ) -> Result<Box<dyn Backend>, Error> {
        let runtime = self.runtime(variables);
        let backend = watch::watch(backend_of(name, &runtime))?;
        Ok(Watched::watch(backend, &self.secrets))
    }

    /// A backend that works, with a few more settings; a later one replaces an earlier one.
    pub fn backend(&self, name: &str, more: &[(&str, &str)]) -> Box<dyn Backend> {
        let mut variables = self.settings(name);
        variables.extend(more.iter().map(|(key, value)| (setting(name, key), (*value).to_owned())));
        self.backend_with(name, variables).expect("settings that work")
    }

    /// A backend that works, whose transactions this store keeps.
    pub fn backend_with_store(
        &self,
        name: &str,
        more: &[(&str, &str)],
        store: impl TransactionStore,
    ) -> Box<dyn Backend> {
        let mut variables = self.settings(name);
        variables.extend(more.iter().map(|(key, value)| (setting(name, key), (*value).to_owned())));
        let runtime = self.runtime(variables).with_transaction_store(store);
        let backend = backend_of(name, &runtime);
        Watched::watch(backend.expect("settings that work"), &self.secrets)
    }

    /// The user that each backend usually signs in.
    pub fn usual_user(&self, backend: &str) {
        self.authority.sign_in_as(match backend {
            "azuread-b2c-oauth2" => "b2c",
            "github" => "octo",
            _ => "member",
        });
    }

    /// The first leg, and the browser's way to the callback.
    ///
    /// # Errors
    ///
    /// Whatever `begin` says.
    pub async fn to_callback(&self, backend: &dyn Backend) -> Result<(Started, String), Error> {
        let started = backend.begin(BeginRequest::new(redirect_uri(backend))).await?;
        let callback = self.browse(&started.authorization_url).await;
        Ok((started, callback))
    }

    /// Opens a URL and says where it redirects to.
    pub async fn browse(&self, url: &str) -> String {
        let response = self.browser.get(url).send().await.expect("a response");
        let status = response.status();
        let location = response.headers().get("location").cloned();
        match location {
            Some(location) => location.to_str().expect("a URL").to_owned(),
            None => panic!("{status} at {url}: {}", response.text().await.unwrap_or_default()),
        }
    }

    /// Opens a URL that answers with a page.
    pub async fn open(&self, url: &str) -> String {
        let response = self.browser.get(url).send().await.expect("a response");
        response.text().await.expect("a page")
    }

    /// Both legs.
    ///
    /// # Errors
    ///
    /// Whatever the backend says.
    pub async fn sign_in(&self, backend: &dyn Backend) -> Result<Identity, Error> {
        let (started, callback) = self.to_callback(backend).await?;
        backend.complete(&started.transaction, Callback::from_url(&callback)).await
    }

    /// How many requests the provider has seen whose path ends so.
    pub fn requests_to(&self, end: &str) -> usize {
        self.authority.requests().iter().filter(|request| request.path.ends_with(end)).count()
    }
}

/// A backend with the settings of this runtime's environment: by name, or through its typed client.
///
/// # Errors
///
/// Whatever is wrong with the settings.
pub fn backend_of(name: &str, runtime: &Runtime) -> Result<Box<dyn Backend>, Error> {
    if is_typed() {
        return typed::backend(name, runtime);
    }
    let settings = runtime.environment().settings_of(descriptor(name));
    authspec::backend(descriptor(name), &settings, runtime)
}

/// A redirect URI that is registered for a backend; that of an instance is on loopback, where every path is.
pub fn redirect_uri(backend: &dyn Backend) -> String {
    let name = backend.descriptor().name;
    let is_known = known().find(name).is_some();
    let origin = if is_known { "https://app.example" } else { "http://localhost" };
    format!("{origin}/complete/{name}/")
}

/// The full name of a setting.
pub fn setting(backend: &str, name: &str) -> String {
    format!("{}{name}", descriptor(backend).settings_prefix())
}

/// Says how to accept a changed snapshot if the test that holds this fails.
#[derive(Debug)]
pub struct Hint(pub &'static str);

impl Drop for Hint {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("\nif the change is meant, refresh with:\n\n  {}\n", self.0);
        }
    }
}

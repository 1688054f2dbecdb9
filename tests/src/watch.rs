//! Looks at everything that is printed and logged while a world exists, for anything secret.
//!
//! Every backend of a [`World`](crate::World) is [`Watched`]: what it answers is written into one log in
//! every way in which an application can print it. The log also has every line of `tracing`, at every
//! level and of every crate. When a world ends, the log must hold none of the secrets that it used.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use authspec::settings::SettingIssue;
use authspec::transport::BoxFuture;
use authspec::{
    Backend, BeginRequest, Binding, Callback, Descriptor, FrontChannelLogout, Identity,
    LogoutNotice, LogoutRequest, RefreshRequest, Refreshed, Result, Started, Tokens,
};
use authspec_authority::{Authority, DEFAULT_CLIENT_SECRET, User, users};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::told::{self, Kind, once};

static LOG: Mutex<String> = Mutex::new(String::new());

/// Parameters whose values nobody may see.
const SECRET_PARAMETERS: [&str; 8] = [
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "nonce",
    "refresh_token",
    "id_token_hint",
    "logout_token",
];

/// How the names of settings end whose values nobody may see.
const SECRET_SETTINGS: [&str; 4] =
    ["_SECRET", "_CLIENT_ASSERTION", "_TRANSACTION_KEY", "_TRANSACTION_KEY_FALLBACKS"];

/// The shortest name that is looked for in events: a shorter one may be part of any word.
const SHORTEST_NAME: usize = 6;

/// The shortest text that is looked for: what a test makes up, such as `x`, is nobody's secret.
const SHORTEST: usize = 12;

fn log() -> MutexGuard<'static, String> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// How much of a long text is looked for: its end. Tokens begin alike.
const LONGEST: usize = 64;

/// Begins to log, once for the whole program; says where the log stands.
pub(crate) fn start() -> usize {
    static START: Once = Once::new();
    START.call_once(|| {
        // A test may show what it likes when it fails; the library may not, when it breaks.
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.location().is_some_and(|place| !place.file().starts_with("tests")) {
                log().push_str(&panic.to_string());
            }
            shown(panic);
        }));
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Lines);
        tracing_subscriber::registry().with(lines).with(told::Listener).init();
    });
    log().len()
}

/// Everything that was logged since then.
pub(crate) fn since(start: usize) -> String {
    log().get(start..).unwrap_or_default().to_owned()
}

/// What came of a call, as an application could print it.
pub(crate) fn watch<T: std::fmt::Debug>(result: Result<T>) -> Result<T> {
    let printed = match &result {
        Ok(value) => format!("{value:?} {value:#?}"),
        Err(error) => {
            let json = serde_json::to_string(error).unwrap_or_default();
            format!("{error} {error:?} {error:#?} {json}")
        }
    };
    log().push_str(&printed);
    result
}

/// What a call is given, as an application could print it.
fn print(argument: &impl std::fmt::Debug) {
    log().push_str(&format!("{argument:?} {argument:#?}"));
}

/// What a world's provider was sent and gave, and what its users are called by mail.
pub(crate) fn secrets(authority: &Authority) -> Vec<String> {
    let mut secrets = vec![DEFAULT_CLIENT_SECRET.to_owned()];
    for request in authority.requests() {
        let fields = request.form.iter().chain(&request.query);
        secrets.extend(
            fields
                .filter(|(name, _)| SECRET_PARAMETERS.contains(&name.as_str()))
                .map(|(_, value)| value.clone()),
        );
        let token = request.header("authorization").and_then(|value| value.split(' ').nth(1));
        secrets.extend(token.map(str::to_owned));
    }
    secrets.extend(users().iter().filter_map(|user| user.email().map(str::to_owned)));
    secrets
}

/// What no event of the library may say of the users: names, addresses, identifiers.
pub(crate) fn personal_data() -> Vec<String> {
    let of = |user: &User| {
        let names =
            [Some(user.name), user.upn, Some(user.unique_name), Some(user.preferred_username)];
        let ids = [Some(user.oid), Some(user.sub)];
        let texts = names.into_iter().chain(ids).flatten().chain(user.emails.iter().copied());
        texts.filter(|text| text.len() >= SHORTEST_NAME).map(str::to_owned).collect::<Vec<_>>()
    };
    users().iter().flat_map(of).collect()
}

/// What the sign-ins of one world gave and were given: tokens, tickets, keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(Arc<Mutex<BTreeSet<String>>>);

impl Secrets {
    pub(crate) fn remember(&self, texts: impl IntoIterator<Item = String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = texts.into_iter().filter(|text| text.len() >= SHORTEST);
        known.extend(texts.map(|text| {
            let start = text.len().saturating_sub(LONGEST);
            text.get(start..).map_or(text.clone(), str::to_owned)
        }));
    }

    fn remember_tokens(&self, tokens: &Tokens) {
        let all = [&tokens.access_token, &tokens.refresh_token, &tokens.id_token];
        self.remember(all.into_iter().flatten().map(|token| token.expose().to_owned()));
    }

    /// What is secret among an application's variables: values, and the lines of files.
    pub(crate) fn remember_variables(&self, variables: &[(String, String)]) {
        for (name, value) in variables {
            if SECRET_SETTINGS.iter().any(|end| name.ends_with(end)) {
                self.remember([value.clone()]);
            }
            if name.ends_with("_FILE") {
                let text = std::fs::read_to_string(value).unwrap_or_default();
                let lines = text.lines().filter(|line| !line.starts_with("-----"));
                self.remember(lines.map(str::to_owned));
            }
        }
    }

    pub(crate) fn all(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A backend whose answers are looked at.
pub(crate) struct Watched(Box<dyn Backend>, Secrets);

impl Watched {
    pub(crate) fn watch(backend: Box<dyn Backend>, secrets: &Secrets) -> Box<dyn Backend> {
        print(&backend.warnings());
        Box::new(Self(backend, secrets.clone()))
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Backend for Watched {
    fn descriptor(&self) -> &'static Descriptor {
        self.0.descriptor()
    }

    fn warnings(&self) -> &[SettingIssue] {
        self.0.warnings()
    }

    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { watch(self.0.check().await) })
    }

    fn begin(&self, request: BeginRequest) -> BoxFuture<'_, Result<Started>> {
        print(&request);
        if let Binding::Secret(secret) = &request.browser {
            self.1.remember([secret.expose().to_owned()]);
        }
        Box::pin(async move {
            let started = watch(once(Kind::Begins, self.0.begin(request)).await)?;
            let browser = started.browser.as_ref().map(|secret| secret.expose().to_owned());
            self.1.remember(browser.into_iter().chain([started.transaction.clone()]));
            Ok(started)
        })
    }

    fn complete<'a>(
        &'a self,
        transaction: &'a str,
        callback: Callback,
    ) -> BoxFuture<'a, Result<Identity>> {
        print(&callback);
        Box::pin(async move {
            let identity = watch(once(Kind::Ends, self.0.complete(transaction, callback)).await)?;
            watch(Ok((&identity.details, &identity.tokens)))?;
            self.1.remember_tokens(&identity.tokens);
            Ok(identity)
        })
    }

    fn refresh(&self, request: RefreshRequest) -> BoxFuture<'_, Result<Refreshed>> {
        print(&request);
        Box::pin(async move {
            let refreshed = watch(once(Kind::Ends, self.0.refresh(request)).await)?;
            self.1.remember_tokens(&refreshed.tokens);
            Ok(refreshed)
        })
    }

    fn logout_url(&self, request: LogoutRequest) -> BoxFuture<'_, Result<String>> {
        // A URL with an ID token in it is what was asked for.
        Box::pin(async move {
            let url = once(Kind::Ends, self.0.logout_url(request)).await;
            watch(url.as_ref().map(|_| ()).map_err(Clone::clone))?;
            url
        })
    }

    fn back_channel_logout<'a>(
        &'a self,
        logout_token: &'a str,
    ) -> BoxFuture<'a, Result<LogoutNotice>> {
        self.1.remember([logout_token.to_owned()]);
        Box::pin(
            async move { watch(once(Kind::Ends, self.0.back_channel_logout(logout_token)).await) },
        )
    }

    fn front_channel_logout(&self, request: Callback) -> BoxFuture<'_, Result<FrontChannelLogout>> {
        Box::pin(async move { watch(once(Kind::Ends, self.0.front_channel_logout(request)).await) })
    }

    fn initiated_login<'a>(
        &'a self,
        redirect_uri: &'a str,
        request: Callback,
    ) -> BoxFuture<'a, Result<BeginRequest>> {
        Box::pin(async move {
            watch(once(Kind::Begins, self.0.initiated_login(redirect_uri, request)).await)
        })
    }
}

//! The command line's arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const LONG_ABOUT: &str = "Sign in with any identity provider; write one as a TOML file.

Settings come from the environment: SOCIAL_AUTH_<BACKEND>_<NAME>, else SOCIAL_AUTH_<NAME>; \
`authspec settings BACKEND` lists them. Results are JSON on standard output; a failure is a JSON \
object as the last line of standard error. Exit 1: the sign-in was refused, or the provider cannot \
be reached, or `diff --exit-code` found a breaking change. Exit 2: wrong usage, settings or spec.";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "authspec",
    version,
    about = "Sign in with any identity provider; write one as a TOML file",
    long_about = LONG_ABOUT,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in through every Entra backend, offline: in a browser, or by itself
    Demo(Demo),
    /// Sign in for real through the system's browser, and print who it is; explains a refusal
    Login(Login),
    /// An offline provider for a spec, from its endpoints and samples
    Serve(Serve),
    /// The first leg of a sign-in: prints `authorization_url` and `transaction`
    Begin(Begin),
    /// The second leg: takes the callback and prints who signed in
    Complete(Complete),
    /// New tokens for the refresh token on standard input
    Refresh(Backend),
    /// The URL that signs a user out at the provider
    LogoutUrl(LogoutUrl),
    /// Check a backend: settings, credential, proxy, DNS, TLS, discovery, keys and clock
    Doctor(Doctor),
    /// The backends there are
    Backends(List),
    /// The settings of a backend
    Settings(Settings),
    /// A commented spec to start from, filled in from a provider's discovery document if it has one
    New(New),
    /// Check specs: every mistake of every file, with its place and the mend
    Check(Check),
    /// Explain a mistake of a spec, an error or a provider's refusal, and how to mend it
    Explain(Explain),
    /// The spec language as a JSON Schema, for completion and hover in editors
    Schema,
    /// The Rust that a spec becomes
    Expand(Expand),
    /// A complete crate of source for specs: no macro is left in its build
    Crate(Crate),
    /// Compare two versions of a spec: the changes for users, and those that break them
    Diff(Diff),
    /// Completion for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Sign in by itself through each backend and print a table
    #[arg(long)]
    pub(crate) headless: bool,
    /// Port of the demo's application on localhost; 0 takes any free one [default: 8573, or a free one]
    #[arg(long)]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Backend {
    /// Name of the backend, such as `azuread-v2-tenant-oauth2`, or the path of a spec; `NAME=BACKEND` is an
    /// instance, with settings `SOCIAL_AUTH_<NAME>_…`
    pub(crate) backend: String,
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// Port of the callback on this machine; 0 takes any free one
    #[arg(long, default_value_t = 8000)]
    pub(crate) port: u16,
    /// The redirect URI exactly as it is registered, instead of
    /// `http://localhost:PORT/complete/BACKEND/`
    #[arg(long, value_name = "URL", conflicts_with = "port")]
    pub(crate) redirect_uri: Option<String>,
    #[command(flatten)]
    pub(crate) ask: Ask,
    /// Only print the address to open
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Seconds to wait for the browser to come back
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The spec
    pub(crate) spec: PathBuf,
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8400)]
    pub(crate) port: u16,
    /// Sign in as this sample at once, without a page to choose on
    #[arg(long, value_name = "SAMPLE")]
    pub(crate) account: Option<String>,
    /// One more redirect URI to accept; every one on this machine is
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_uri: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Begin {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// The redirect URI, exactly as it is registered with the provider
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_uri: String,
    /// A path of the application to go to afterwards
    #[arg(long, value_name = "PATH")]
    pub(crate) next: Option<String>,
    #[command(flatten)]
    pub(crate) ask: Ask,
}

/// The parameters of one sign-in.
#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The prompt that the provider must show: `login`, `consent`, `select_account`, `none`
    #[arg(long, value_name = "WORDS")]
    pub(crate) prompt: Option<String>,
    /// Seconds since the user last signed in at the provider, at most
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_age: Option<u64>,
    /// A way of signing in that is asked for; may be repeated, and one of them must be met
    #[arg(long, value_name = "ACR")]
    pub(crate) acr_values: Vec<String>,
    /// A claims request, or the claims challenge of an earlier error: a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) claims: Option<String>,
    /// One more scope; may be repeated
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Complete {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// The transaction that `begin` printed
    #[arg(long, value_name = "TRANSACTION")]
    pub(crate) transaction: String,
    /// The URL that the provider sent the browser to
    #[arg(long, value_name = "URL")]
    pub(crate) callback: String,
    /// The body of the form that the browser posted to that URL, with `response_mode=form_post`
    #[arg(long, value_name = "BODY")]
    pub(crate) form: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LogoutUrl {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// The ID token of the sign-in that ends
    #[arg(long, value_name = "TOKEN")]
    pub(crate) id_token_hint: Option<String>,
    /// The URI that the browser returns to; it must be registered with the provider
    #[arg(long, value_name = "URL")]
    pub(crate) post_logout_redirect_uri: Option<String>,
    /// A random text that comes back with the browser
    #[arg(long, value_name = "TEXT", requires = "post_logout_redirect_uri")]
    pub(crate) state: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const DOCTOR_HELP: &str = "Prints one line for each check: `ok`, `warning` or `fault`, with what to do. \
It reads the environment as a sign-in would, asks the provider for its public documents, and prints no \
secret. Exit 0: no fault; 1: a fault.";

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[command(flatten)]
    pub(crate) backend: Backend,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name of the backend, such as `acme`
    pub(crate) name: String,
    /// The issuer of an OpenID provider, such as `https://login.acme.example`
    #[arg(long, value_name = "ISSUER", conflicts_with = "oauth2")]
    pub(crate) discover: Option<String>,
    /// A plain OAuth 2.0 provider instead of an OpenID provider
    #[arg(long)]
    pub(crate) oauth2: bool,
    /// The folder to write the spec into; this one by default
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a spec that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Specs, or folders of specs
    #[arg(required = true, value_name = "SPEC")]
    pub(crate) specs: Vec<PathBuf>,
    /// The format of the mistakes
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// As rustc draws mistakes, on standard error
    #[default]
    Human,
    /// One JSON object a line in the shape of cargo's messages, for editors
    Json,
    /// Annotations of a GitHub Actions run
    Github,
}

#[derive(Debug, Args)]
pub(crate) struct Crate {
    /// Specs, or folders of specs
    #[arg(required = true, value_name = "SPEC")]
    pub(crate) specs: Vec<PathBuf>,
    /// The folder to write the crate into
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Name of the crate; the folder's name by default
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Path of authspec's runtime, instead of its published version
    #[arg(long, value_name = "PATH")]
    pub(crate) authspec: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The spec before, or a folder of specs
    pub(crate) old: PathBuf,
    /// The spec after, or a folder of specs; folders are matched by the backends' names
    pub(crate) new: PathBuf,
    /// The format of the changes
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DiffFormat,
    /// Exit with 1 when a change is breaking
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum DiffFormat {
    /// In words
    #[default]
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A mistake's code such as `AS0012`, an error's such as `state_mismatch`, or a provider's such as
    /// `AADSTS50011` or `invalid_client`; without it, the list of all
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Expand {
    /// The spec
    pub(crate) spec: PathBuf,
    /// Name of the struct; the provider's name in camel case by default
    #[arg(long, value_name = "STRUCT")]
    pub(crate) name: Option<String>,
}

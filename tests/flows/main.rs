// Whole sign-ins over HTTP against the offline authority, as they should go.

mod catalog;
mod credentials;
mod documents;
mod entra;
mod keys;
mod refresh;
mod registry;
mod replies;
mod serve;
mod settings;
mod shapes;

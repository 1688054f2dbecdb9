// Whole sign-ins over HTTP against the offline authority, as they should go.

mod asked;
mod catalog;
mod checks;
mod credentials;
mod documents;
mod entra;
mod events;
mod fallback_variables;
mod hosts;
mod keys;
mod levers;
mod messages;
mod not_utf8;
mod refresh;
mod refusals;
mod registry;
mod replies;
mod serve;
mod settings;
mod shapes;
mod signed_user_info;
mod wrong_settings;

//! The machine: from a callback (or a refresh token) to an identity, one answer at a time.

use std::sync::Arc;

use serde_json::Value;

use super::id_token::{self, Expected};
use super::jws::Verdict;
use super::step::{Answer, Grant, Outcome, Step, Whose};
use super::value::Sources;
use super::{Context, allow_list, call, errors, extra_data, policy, token, user, user_info};
use crate::descriptor::Call;
use crate::error::{Code, Error, Result, Stage};
use crate::identity::{Tokens, UserKey};
use crate::json::Object;
use crate::keys::{KeySet, Metadata};
use crate::secret::Secret;
use crate::transport::{HttpResponse, Method};

/// The machine.
pub(crate) struct SignIn<'a> {
    context: &'a Context,
    grant: Grant,
    metadata: Option<Arc<Metadata>>,
    keys: Option<Arc<KeySet>>,
    /// The token response as it came, for claim expressions.
    response: Object,
    tokens: Option<Tokens>,
    id_token: Option<Object>,
    /// The user-info reply, where it is a JWT.
    user_info_jwt: Option<Secret>,
    user_info: Option<Object>,
    calls: Vec<(&'static str, Value)>,
    waiting: Waiting,
}

/// The answer that the machine waits for.
#[derive(Clone, Copy)]
enum Waiting {
    Nothing,
    Metadata,
    Tokens,
    Keys { again: bool },
    UserInfo,
    Call(&'static Call),
}

impl<'a> SignIn<'a> {
    pub(crate) fn new(context: &'a Context, grant: Grant) -> Self {
        Self {
            context,
            grant,
            metadata: None,
            keys: None,
            response: Object::new(),
            tokens: None,
            id_token: None,
            user_info_jwt: None,
            user_info: None,
            calls: Vec::new(),
            waiting: Waiting::Nothing,
        }
    }

    /// The stage of the token request.
    pub(crate) fn stage(&self) -> Stage {
        match self.grant {
            Grant::Code { .. } => Stage::TokenExchange,
            Grant::Refresh { .. } => Stage::Refresh,
        }
    }

    /// The secrets of this sign-in, which no error may repeat.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets = match &self.grant {
            Grant::Code { transaction, accepted } => {
                vec![accepted.code.expose(), &transaction.verifier, &transaction.nonce]
            }
            Grant::Refresh { token, .. } => vec![token.expose()],
        };
        if let Some(Tokens { access_token, refresh_token, id_token, .. }) = &self.tokens {
            let given = [access_token, refresh_token, id_token].into_iter().flatten();
            secrets.extend(given.map(Secret::expose));
        }
        secrets.extend(self.user_info_jwt.as_ref().map(Secret::expose));
        secrets
    }

    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_deref()
    }

    /// Takes an answer and says what is next. `now` is in Unix seconds.
    pub(crate) fn next(&mut self, answer: Answer, now: u64) -> Result<Step> {
        match (self.waiting, answer) {
            (Waiting::Nothing, _) => self.start(),
            (Waiting::Metadata, Answer::Metadata(metadata)) => self.discovered(metadata),
            (Waiting::Keys { again }, Answer::Keys(keys)) => {
                self.keys = Some(keys);
                match (&self.tokens, &self.user_info_jwt) {
                    (None, _) => self.redeem(),
                    (Some(_), None) => self.validate(again, now),
                    (Some(_), Some(_)) => self.check_user_info(again, now),
                }
            }
            (Waiting::Tokens, Answer::Response(response)) => self.redeemed(&response, now),
            (Waiting::UserInfo, Answer::Response(response)) => {
                self.user_info_jwt = user_info::jwt(&response);
                if self.user_info_jwt.is_some() {
                    return self.check_user_info(false, now);
                }
                let reply = user_info::read(self.context, &response, self.id_token.as_ref());
                self.take_user_info(reply, now)
            }
            (Waiting::UserInfo, Answer::Failed(error)) => self.take_user_info(Err(error), now),
            (Waiting::Keys { .. }, Answer::Failed(error)) if self.user_info_jwt.is_some() => {
                self.take_user_info(Err(error.with_stage(Stage::UserInfo)), now)
            }
            (_, Answer::Failed(error)) => Err(error),
            (Waiting::Call(call), Answer::Response(response)) => {
                let reply = call::read(self.context, call, &response)?;
                self.calls.push((call.name, reply));
                self.call_or_finish(now)
            }
            _ => Err(self.out_of_turn()),
        }
    }

    fn out_of_turn(&self) -> Error {
        let message = "The sign-in was given an answer that it did not ask for.";
        Error::new(Code::UnknownError, self.stage(), message)
    }

    /// Documents first, keys included: what fails then has not spent the code or the refresh token.
    fn start(&mut self) -> Result<Step> {
        match &self.context.discovery {
            Some(url) => {
                self.waiting = Waiting::Metadata;
                Ok(Step::Discover(url.clone()))
            }
            None => self.redeem(),
        }
    }

    fn discovered(&mut self, metadata: Arc<Metadata>) -> Result<Step> {
        if let Grant::Code { accepted, .. } = &self.grant {
            accepted.check_issuer(&metadata)?;
        }
        self.metadata = Some(metadata);
        if self.context.asks_for_id_token() {
            return self.fetch_keys(false);
        }
        self.redeem()
    }

    fn redeem(&mut self) -> Result<Step> {
        let target = self.context.token_endpoint(self.metadata.as_deref(), self.stage())?;
        let form = match &self.grant {
            Grant::Code { transaction, accepted } => token::code_form(
                self.context,
                &accepted.code,
                &transaction.redirect_uri,
                &transaction.verifier,
            ),
            Grant::Refresh { token, request, .. } => {
                token::refresh_form(self.context, request, token)
            }
        };
        let request = self.context.request(Method::Post, target);
        self.waiting = Waiting::Tokens;
        Ok(Step::Redeem(Box::new(request), form))
    }

    fn redeemed(&mut self, response: &HttpResponse, now: u64) -> Result<Step> {
        let stage = self.stage();
        self.response = errors::object(self.context, response, stage)?;
        let request = match &self.grant {
            Grant::Code { .. } => &self.context.descriptor.token,
            Grant::Refresh { request, .. } => request,
        };
        let mut tokens = token::read(self.context, request, &mut self.response, stage)?;
        if let (Grant::Refresh { token, .. }, None) = (&self.grant, &tokens.refresh_token) {
            // A reply without a new refresh token means that the old one goes on (RFC 6749 section 6).
            tokens.refresh_token = Some(token.clone());
        }
        let has_id_token = tokens.id_token.is_some();
        self.tokens = Some(tokens);
        match (self.context.descriptor.oidc, &self.grant) {
            (Some(_), _) if has_id_token => match &self.keys {
                Some(_) => self.validate(false, now),
                None => self.fetch_keys(false),
            },
            (Some(_), Grant::Code { .. }) => {
                let message = "The token response has no ID token: ask for the scope `openid`.";
                Err(Error::new(Code::MalformedResponse, stage, message).with_parameter("id_token"))
            }
            _ => self.ask_user_info(now),
        }
    }

    fn fetch_keys(&mut self, again: bool) -> Result<Step> {
        if self.metadata.is_none() {
            let message = "An ID token came without a discovery document to check it against.";
            return Err(Error::new(Code::UnsupportedFeature, Stage::TokenValidation, message));
        }
        self.waiting = Waiting::Keys { again };
        Ok(Step::FetchKeys { lacking: self.keys.clone().filter(|_| again) })
    }

    /// Checks the ID token; `again` is whether the keys were fetched for it alone.
    fn validate(&mut self, again: bool, now: u64) -> Result<Step> {
        let (Some(oidc), Some(metadata), Some(keys), Some(tokens)) =
            (&self.context.descriptor.oidc, &self.metadata, &self.keys, &self.tokens)
        else {
            return Err(self.out_of_turn());
        };
        let Some(id_token) = &tokens.id_token else {
            return Err(self.out_of_turn());
        };
        let (nonce, asked) = match &self.grant {
            Grant::Code { transaction, .. } => {
                (Some(transaction.nonce.as_str()), Some(&transaction.asked))
            }
            Grant::Refresh { .. } => (None, None),
        };
        let access_token = tokens.access_token.as_ref();
        let expected = Expected { metadata, keys, nonce, asked, access_token, now };
        match id_token::check(self.context, oidc, id_token, &expected)? {
            Verdict::Good(claims) => {
                if let Grant::Code { accepted, .. } = &self.grant {
                    accepted.check_issuer_of(&claims)?;
                }
                self.id_token = Some(claims);
                self.ask_user_info(now)
            }
            Verdict::NoKey(error) if again => Err(error),
            Verdict::NoKey(_) => self.fetch_keys(true),
        }
    }

    /// User info of a sign-in; a refresh asks for nothing more.
    fn ask_user_info(&mut self, now: u64) -> Result<Step> {
        let Grant::Code { .. } = self.grant else {
            return self.finish(now);
        };
        let Some(user_info) = self.context.user_info() else {
            return self.call_or_finish(now);
        };
        let metadata = self.metadata.as_deref();
        let Some(target) = self.context.user_info_endpoint(metadata, Stage::UserInfo)? else {
            return self.call_or_finish(now);
        };
        let access_token = self.tokens.as_ref().and_then(|tokens| tokens.access_token.as_ref());
        match user_info::request(self.context, user_info, target, access_token) {
            Ok(request) => {
                self.waiting = Waiting::UserInfo;
                Ok(Step::Send(Box::new(request)))
            }
            Err(error) => self.take_user_info(Err(error), now),
        }
    }

    /// Checks user info that is a JWT; `again` is whether the keys were fetched for it alone.
    fn check_user_info(&mut self, again: bool, now: u64) -> Result<Step> {
        let (Some(oidc), Some(metadata), Some(keys), Some(jwt), Some(id_token)) = (
            &self.context.descriptor.oidc,
            &self.metadata,
            &self.keys,
            &self.user_info_jwt,
            &self.id_token,
        ) else {
            return self.take_user_info(Err(user_info::unchecked(self.context)), now);
        };
        let trusted = (&**metadata, &**keys);
        match user_info::check_signed(self.context, oidc, jwt, trusted, id_token, now) {
            Ok(Verdict::Good(claims)) => self.take_user_info(Ok(claims), now),
            Ok(Verdict::NoKey(_)) if !again => self.fetch_keys(true),
            Ok(Verdict::NoKey(error)) | Err(error) => self.take_user_info(Err(error), now),
        }
    }

    /// Beside an ID token, user info adds claims and decides nothing: without it the sign-in goes on, with
    /// a warning. User info about another user is refused all the same (OpenID Connect Core 1.0 section
    /// 5.3.2), and so is one whose signature or claims are wrong.
    fn take_user_info(&mut self, reply: Result<Object>, now: u64) -> Result<Step> {
        match reply {
            Ok(reply) => self.user_info = Some(reply),
            Err(error) if self.id_token.is_none() || user_info::is_refusal(&error) => {
                return Err(error);
            }
            Err(error) => {
                let (backend, code) = (self.context.descriptor.name, error.code());
                let error = error.without(&self.secrets());
                tracing::warn!(
                    target: "authspec",
                    backend,
                    %code,
                    "signed in without the claims of user info, which cannot be used: {error}"
                );
            }
        }
        self.call_or_finish(now)
    }

    fn call_or_finish(&mut self, now: u64) -> Result<Step> {
        let Some(call) = self.context.descriptor.calls.get(self.calls.len()) else {
            return self.finish(now);
        };
        let (Some(user_info), Some(url)) =
            (&self.context.descriptor.user_info, self.context.settings.render_url(call.url))
        else {
            return self.finish(now);
        };
        let access_token = self.tokens.as_ref().and_then(|tokens| tokens.access_token.as_ref());
        let request =
            user_info::request(self.context, user_info, self.context.named(&url), access_token)?;
        self.waiting = Waiting::Call(call);
        Ok(Step::Send(Box::new(request)))
    }

    fn finish(&mut self, now: u64) -> Result<Step> {
        let (Some(tokens), context) = (self.tokens.take(), self.context) else {
            let message = "The sign-in ended without tokens.";
            return Err(Error::new(Code::UnknownError, self.stage(), message));
        };
        let id_token = self.id_token.take();
        let has_id_token = id_token.is_some();
        let reply = self.user_info.as_ref();
        let merged = reply.map(|reply| user_info::merge(reply, id_token.as_ref()));
        let nothing = Object::new();
        let claims = merged.as_ref().or(id_token.as_ref()).unwrap_or(&nothing);
        let sources = Sources {
            claims,
            id_token: id_token.as_ref(),
            token: &self.response,
            user_info: reply,
            calls: &self.calls,
        };
        let mut extra_data = extra_data::collect(context, sources, now);
        let issuer = match claims.get("iss") {
            Some(Value::String(issuer)) if has_id_token => issuer.clone(),
            _ => context.origin(self.metadata.as_deref(), self.stage())?,
        };
        let whose = match &self.grant {
            Grant::Code { .. } => {
                if context.descriptor.oidc.is_none() {
                    policy::check(context, claims, Stage::UserInfo)?;
                }
                let user = Box::new(user::map(context, sources)?);
                allow_list::check(context, &user.details)?;
                extra_data::warn_of_missing(context, sources);
                Whose::SignedIn { issuer, user }
            }
            Grant::Refresh { token, .. } => {
                let uid = user::uid(context, sources).ok().filter(|_| has_id_token);
                let sources = Sources { claims: &nothing, id_token: None, ..sources };
                let mut without_claims = extra_data::collect(context, sources, now);
                keep_what_is_stored(&mut extra_data, token);
                keep_what_is_stored(&mut without_claims, token);
                Whose::Refreshed { key: uid.map(|uid| UserKey { issuer, uid }), without_claims }
            }
        };
        let signed_claims = id_token.unwrap_or_default();
        let claims = merged.unwrap_or_else(|| signed_claims.clone());
        Ok(Step::Done(Box::new(Outcome { tokens, claims, signed_claims, extra_data, whose })))
    }
}

/// A refresh says nothing about what its reply leaves out: the old refresh token goes on, and other
/// absent values are not stored over what is there.
fn keep_what_is_stored(extra_data: &mut Object, token: &Secret) {
    if let Some(stored @ Value::Null) = extra_data.get_mut("refresh_token") {
        *stored = Value::from(token.expose());
    }
    extra_data.retain(|_, value| !value.is_null());
}

//! The state of the provider between requests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::AuthorityError;
use crate::access_token::refresh_token;
use crate::authorize_error::AuthorizeError;
use crate::authorize_request::AuthorizeRequest;
use crate::client::Client;
use crate::clock::system_seconds;
use crate::cloud::{Cloud, Site};
use crate::constants::{CODE_LIFETIME, STORE_LIMIT};
use crate::fault::Fault;
use crate::given::{Account, GivenProvider};
use crate::grant::Grant;
use crate::problem::Problem;
use crate::random;
use crate::record::RecordedRequest;
use crate::route::Flavour;
use crate::store::Store;
use crate::users::{User, user_for, users};

/// The answer to the next authorization request in automatic mode.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// This user signs in.
    SignIn(String),
    /// This error goes back.
    Decline(AuthorizeError),
}

/// The part of the state that changes.
#[derive(Debug)]
pub(crate) struct Inner {
    /// Injected time.
    pub(crate) clock: Option<u64>,
    /// Automatic mode's choice.
    pub(crate) decision: Decision,
    /// Clients by id.
    pub(crate) clients: BTreeMap<String, Client>,
    /// Grants by authorization code.
    pub(crate) codes: Store<Grant>,
    /// Grants by refresh token.
    pub(crate) refresh: Store<Grant>,
    /// Grants by access token.
    pub(crate) access: Store<Grant>,
    /// Requests whose sign-in page is open.
    pub(crate) pending: Store<AuthorizeRequest>,
    /// Everything that was asked.
    pub(crate) requests: VecDeque<RecordedRequest>,
    /// Every code and token that was given out.
    issued: VecDeque<String>,
    /// The cloud that the provider stands for.
    pub(crate) cloud: Cloud,
    /// The fault that is set.
    pub(crate) fault: Option<Fault>,
    /// The number of key rotations.
    pub(crate) generation: usize,
}

/// The state that the handle and the server share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The provider's origin.
    pub(crate) origin: String,
    /// `true` if people choose on a page.
    pub(crate) interactive: bool,
    /// The provider that is served instead of the usual ones.
    pub(crate) given: Option<GivenProvider>,
    /// Its accounts.
    given_users: Vec<&'static User>,
    inner: Mutex<Inner>,
}

impl Shared {
    /// The state of a provider that just started.
    pub(crate) fn new(origin: String, interactive: bool, given: Option<GivenProvider>) -> Self {
        let client = Client::default();
        let inner = Inner {
            clock: None,
            cloud: Cloud::default(),
            decision: Decision::SignIn("member".to_owned()),
            clients: BTreeMap::from([(client.id.clone(), client)]),
            codes: Store::new(STORE_LIMIT),
            refresh: Store::new(STORE_LIMIT),
            access: Store::new(STORE_LIMIT),
            pending: Store::new(STORE_LIMIT),
            requests: VecDeque::new(),
            issued: VecDeque::new(),
            fault: None,
            generation: 0,
        };
        let accounts = given.iter().flat_map(|given| &given.accounts);
        let given_users = accounts.map(Account::user).collect();
        Self { origin, interactive, given, given_users, inner: Mutex::new(inner) }
    }

    /// The users who can sign in at an endpoint.
    pub(crate) fn users(&self, flavour: &Flavour) -> Vec<&'static User> {
        let all = users().iter().chain(self.given_users.iter().copied());
        all.filter(|user| user.belongs_to(flavour)).collect()
    }

    /// The user of that key if the endpoint knows the account, else the endpoint's usual user.
    pub(crate) fn user(&self, flavour: &Flavour, key: &str) -> &'static User {
        let given = self.given_users.iter().find(|user| user.key == key);
        match (flavour, given.or(self.given_users.first())) {
            (Flavour::Given, Some(user)) => user,
            _ => user_for(flavour, key),
        }
    }

    /// The changing part. Never call another method of `self` while holding it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds since 1970, by the injected clock or the system's.
    pub(crate) fn now(&self) -> u64 {
        self.lock().clock.unwrap_or_else(system_seconds)
    }

    /// The provider's origin and cloud.
    pub(crate) fn site(&self) -> Site {
        Site { origin: self.origin.clone(), cloud: self.lock().cloud }
    }

    /// The fault that is set.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.lock().fault.clone()
    }

    /// The number of key rotations.
    pub(crate) fn generation(&self) -> usize {
        self.lock().generation
    }

    /// Gives every endpoint a new key.
    pub(crate) fn rotate_keys(&self) {
        let mut inner = self.lock();
        inner.generation = inner.generation.wrapping_add(1);
    }

    /// The client of that id.
    pub(crate) fn client(&self, id: &str) -> Option<Client> {
        self.lock().clients.get(id).cloned()
    }

    /// Notes a request.
    pub(crate) fn record(&self, request: RecordedRequest) {
        keep_latest(&mut self.lock().requests, request);
    }

    /// Notes a code or token that is given out.
    pub(crate) fn record_issued(&self, text: &str) {
        keep_latest(&mut self.lock().issued, text.to_owned());
    }

    /// The codes and tokens that were issued, in order.
    pub(crate) fn issued(&self) -> Vec<String> {
        self.lock().issued.iter().cloned().collect()
    }

    /// Makes an authorization code.
    pub(crate) fn issue_code(&self, grant: Grant) -> Result<String, AuthorityError> {
        let code = random::token()?;
        self.record_issued(&code);
        self.lock().codes.insert(code.clone(), grant);
        Ok(code)
    }

    /// Gives out an access token, which the user information endpoints then know.
    pub(crate) fn issue_access(&self, token: String, grant: Grant) -> String {
        self.record_issued(&token);
        self.lock().access.insert(token.clone(), grant);
        token
    }

    /// Makes a refresh token.
    pub(crate) fn issue_refresh(&self, grant: Grant) -> Result<String, AuthorityError> {
        let token = refresh_token(&grant.flavour)?;
        self.record_issued(&token);
        self.lock().refresh.insert(token.clone(), grant);
        Ok(token)
    }

    /// The grant behind an access token.
    pub(crate) fn access(&self, token: &str) -> Option<Grant> {
        self.lock().access.get(token).cloned()
    }

    /// Redeems a code: once, for ten minutes, and only when `check` agrees (RFC 6749 section
    /// 4.1.2).
    pub(crate) fn redeem(
        &self,
        code: &str,
        check: impl FnOnce(&Grant) -> Result<(), Problem>,
    ) -> Result<Grant, Problem> {
        let now = self.now();
        let mut inner = self.lock();
        let grant = inner.codes.get_mut(code).ok_or(Problem::CodeUnknown)?;
        if grant.used {
            return Err(Problem::CodeUsed);
        }
        if now.saturating_sub(grant.granted_at) > CODE_LIFETIME {
            return Err(Problem::CodeExpired);
        }
        check(grant)?;
        grant.used = true;
        Ok(grant.clone())
    }
}

/// Adds an entry; of very many, the oldest goes.
fn keep_latest<T>(entries: &mut VecDeque<T>, entry: T) {
    entries.push_back(entry);
    while entries.len() > STORE_LIMIT {
        entries.pop_front();
    }
}

//! Who we are to a cluster: [`Auth`], and the tokens that some ways need.
//!
//! Client certificates are the transport's: see [`NetSettings::identity`](super::NetSettings).

use std::collections::VecDeque;
use std::fmt;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use linkwright_clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::extract::explain;
use super::request::escape;
use super::scrub::Scrubber;
use super::tolerant::number_or_none;
use super::transport::Transport;

/// How a client authenticates to a cluster.
#[derive(Clone)]
pub enum Auth {
    /// Not at all, or by client certificate alone.
    None,
    /// A user and password; on Confluent Cloud a cluster API key and its secret.
    Basic {
        /// The user or API key.
        user: String,
        /// The password or secret.
        password: SecretString,
    },
    /// A token that another tool got and keeps fresh.
    Bearer {
        /// The token.
        token: SecretString,
        /// Confluent Cloud's identity pool of the token.
        identity_pool: Option<String>,
    },
    /// OAuth 2.0 client credentials: the tokens are got and kept fresh here.
    OAuth(OAuth),
    /// Confluent Platform's metadata service: `GET {url}/security/1.0/authenticate`.
    Mds {
        /// The service's address.
        url: Url,
        /// The user.
        user: String,
        /// The password.
        password: SecretString,
    },
}

/// OAuth 2.0 client credentials (RFC 6749, 4.4).
#[derive(Clone)]
pub struct OAuth {
    /// The identity provider's token endpoint.
    pub token_url: Url,
    /// Our client id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretString,
    /// The scopes asked for, separated by spaces.
    pub scope: Option<String>,
    /// Confluent Cloud's identity pool of the token, sent as
    /// `Confluent-Identity-Pool-Id` next to the token.
    pub identity_pool: Option<String>,
    /// How the identity provider wants id and secret.
    pub style: ClientStyle,
}

/// How an identity provider wants the client's id and secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClientStyle {
    /// In the form that is posted.
    #[default]
    Form,
    /// As HTTP Basic authentication.
    Header,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Basic { user, .. } => write!(f, "Basic({user:?}, ***)"),
            Self::Bearer { .. } => f.write_str("Bearer(***)"),
            Self::OAuth(oauth) => fmt::Debug::fmt(oauth, f),
            Self::Mds { user, .. } => write!(f, "Mds({user:?}, ***)"),
        }
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuth({:?}, ***)", self.client_id)
    }
}

/// A token is requested again this long before it ends, or after four fifths of a shorter life.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a token is used whose issuer does not say how long it lives.
const UNKNOWN_LIFE: Duration = Duration::from_secs(300);

/// Credentials at work: makes the headers of a request and keeps the token they need.
pub(super) struct Authenticator {
    auth: Auth,
    clock: Clock,
    token: Mutex<Option<Token>>,
    scrubber: Scrubber,
    /// The last tokens that were issued, the newest last: answers to calls under way may still
    /// quote one that has been replaced.
    issued: std::sync::Mutex<VecDeque<SecretString>>,
}

struct Token {
    header: HeaderValue,
    fresh_until: Instant,
}

/// How many issued tokens are remembered, to be taken out of messages.
const REMEMBERED: usize = 4;

/// Why there are no headers.
#[derive(Debug)]
pub(super) struct AuthFailure {
    pub(super) issuer: String,
    pub(super) reason: String,
    pub(super) refused: bool,
}

impl Authenticator {
    pub(super) fn new(auth: Auth, clock: Clock) -> Self {
        let mut scrubber = Scrubber::default();
        match &auth {
            Auth::None => {}
            Auth::Basic { user, password } | Auth::Mds { user, password, .. } => {
                scrubber.add(password);
                scrubber.add(&SecretString::from(
                    STANDARD.encode(format!("{user}:{}", password.expose_secret())),
                ));
            }
            Auth::Bearer { token, .. } => scrubber.add(token),
            Auth::OAuth(oauth) => scrubber.add(&oauth.client_secret),
        }
        Self {
            auth,
            clock,
            token: Mutex::new(None),
            scrubber,
            issued: std::sync::Mutex::default(),
        }
    }

    /// Adds what identifies us. A token that is missing or about to end is asked for first, by one
    /// caller while the others wait.
    pub(super) async fn sign(
        &self,
        headers: &mut HeaderMap,
        transport: &dyn Transport,
    ) -> Result<(), AuthFailure> {
        let (authorization, pool) = match &self.auth {
            Auth::None => return Ok(()),
            Auth::Basic { user, password } => (basic(user, password), None),
            Auth::Bearer {
                token,
                identity_pool,
            } => (bearer(token), identity_pool.as_deref()),
            Auth::OAuth(oauth) => (
                Ok(self.token(transport).await?),
                oauth.identity_pool.as_deref(),
            ),
            Auth::Mds { .. } => (Ok(self.token(transport).await?), None),
        };
        let unusable = |what: &str| AuthFailure {
            issuer: "the configuration".to_owned(),
            reason: format!(
                "the {what} contains characters that are not allowed in an HTTP header"
            ),
            refused: true,
        };
        headers.insert(
            AUTHORIZATION,
            authorization.map_err(|()| unusable("credential"))?,
        );
        if let Some(pool) = pool {
            let pool = HeaderValue::from_str(pool).map_err(|_| unusable("identity pool"))?;
            headers.insert("confluent-identity-pool-id", pool);
        }
        Ok(())
    }

    /// Whether a refused request is worth one more try with a new token. Forgets the token that was
    /// refused, unless another caller has replaced it already.
    pub(super) async fn renew(&self, refused: &HeaderMap) -> bool {
        if !matches!(self.auth, Auth::OAuth(_) | Auth::Mds { .. }) {
            return false;
        }
        let mut token = self.token.lock().await;
        if token
            .as_ref()
            .is_some_and(|token| Some(&token.header) == refused.get(AUTHORIZATION))
        {
            *token = None;
        }
        true
    }

    /// The text without our secrets, tokens among them.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut text = self.scrubber.scrub(text);
        for token in self.issued().iter() {
            text = text.replace(token.expose_secret(), "***");
        }
        text
    }

    fn issued(&self) -> MutexGuard<'_, VecDeque<SecretString>> {
        // Whoever panicked left whole tokens behind.
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn token(&self, transport: &dyn Transport) -> Result<HeaderValue, AuthFailure> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref()
            && self.clock.now() < token.fresh_until
        {
            return Ok(token.header.clone());
        }
        let token = self.ask(transport).await?;
        let header = token.header.clone();
        *held = Some(token);
        Ok(header)
    }

    async fn ask(&self, transport: &dyn Transport) -> Result<Token, AuthFailure> {
        let (request, issuer) = match &self.auth {
            Auth::OAuth(oauth) => (oauth.request(), host_of(&oauth.token_url)),
            Auth::Mds {
                url,
                user,
                password,
            } => (mds_request(url, user, password), host_of(url)),
            Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } => {
                return Err(AuthFailure {
                    issuer: "none".to_owned(),
                    reason: "this credential type does not use a token".to_owned(),
                    refused: true,
                });
            }
        };
        let failure = |reason: String, refused: bool| AuthFailure {
            issuer: issuer.clone(),
            reason: self.scrubber.scrub(&reason),
            refused,
        };
        let request = request.ok_or_else(|| {
            failure(
                "its address or the credentials cannot be sent".to_owned(),
                true,
            )
        })?;
        let asked_at = self.clock.now();
        let answer = transport
            .send(request)
            .await
            .map_err(|error| failure(error.to_string(), false))?;
        if !answer.status().is_success() {
            let (_, message) = explain(answer.body(), |text| self.scrubber.scrub(text));
            let status = answer.status();
            let reason = if message.is_empty() {
                status.to_string()
            } else {
                format!("{status}: {message}")
            };
            return Err(failure(
                reason,
                status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS,
            ));
        }
        let grant: Grant = serde_json::from_slice(answer.body())
            .map_err(|_| failure("its response is not valid JSON".to_owned(), false))?;
        let secret = grant
            .access_token
            .or(grant.auth_token)
            .filter(|token| !token.expose_secret().is_empty())
            .ok_or_else(|| failure("its response contains no token".to_owned(), false))?;
        let header = bearer(&secret).map_err(|()| {
            failure(
                "its token contains characters that are not allowed in an HTTP header".to_owned(),
                false,
            )
        })?;
        let life = grant
            .expires_in
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map_or(UNKNOWN_LIFE, Duration::from_secs)
            .min(Duration::from_secs(365 * 24 * 3600));
        let fresh_for = life.saturating_sub(MARGIN.min(life / 5));
        let mut issued = self.issued();
        issued.push_back(secret);
        if issued.len() > REMEMBERED {
            issued.pop_front();
        }
        Ok(Token {
            header,
            fresh_until: asked_at + fresh_for,
        })
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.auth, f)
    }
}

/// A token endpoint's answer, OAuth's or the metadata service's.
#[derive(Deserialize)]
struct Grant {
    #[serde(default)]
    access_token: Option<SecretString>,
    #[serde(default)]
    auth_token: Option<SecretString>,
    #[serde(default, deserialize_with = "number_or_none")]
    expires_in: Option<i64>,
}

impl OAuth {
    fn request(&self) -> Option<http::Request<Bytes>> {
        let mut form = "grant_type=client_credentials".to_owned();
        let mut add = |key: &str, value: &str| {
            form.push('&');
            form.push_str(key);
            form.push('=');
            form.push_str(&escape(value));
        };
        if let Some(scope) = &self.scope {
            add("scope", scope);
        }
        let mut request = http::Request::builder()
            .method(Method::POST)
            .uri(self.token_url.as_str())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        match self.style {
            ClientStyle::Form => {
                add("client_id", &self.client_id);
                add("client_secret", self.client_secret.expose_secret());
            }
            ClientStyle::Header => {
                // RFC 6749, 2.3.1: both are form-encoded before they are joined.
                let secret = SecretString::from(escape(self.client_secret.expose_secret()));
                let header = basic(&escape(&self.client_id), &secret).ok()?;
                request = request.header(AUTHORIZATION, header);
            }
        }
        request.body(Bytes::from(form)).ok()
    }
}

fn mds_request(url: &Url, user: &str, password: &SecretString) -> Option<http::Request<Bytes>> {
    let base = url.as_str().trim_end_matches('/');
    http::Request::builder()
        .method(Method::GET)
        .uri(format!("{base}/security/1.0/authenticate"))
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, basic(user, password).ok()?)
        .body(Bytes::new())
        .ok()
}

fn host_of(url: &Url) -> String {
    url.host_str()
        .unwrap_or("the address has no host")
        .to_owned()
}

fn basic(user: &str, password: &SecretString) -> Result<HeaderValue, ()> {
    let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
    sensitive(&format!("Basic {pair}"))
}

fn bearer(token: &SecretString) -> Result<HeaderValue, ()> {
    sensitive(&format!("Bearer {}", token.expose_secret()))
}

fn sensitive(text: &str) -> Result<HeaderValue, ()> {
    let mut value = HeaderValue::from_str(text).map_err(|_| ())?;
    value.set_sensitive(true);
    Ok(value)
}

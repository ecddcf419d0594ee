//! Tokens of whoever signs people in (OpenID Connect): checked with the issuer's public keys, fetched when needed.

use std::time::Duration;

use foyer_acs::clock::{SharedClock, since};
use jiff::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::config::Oidc;

/// Keys are fetched again after this.
const FRESH: Duration = Duration::from_secs(3_600);
/// A token with an unknown key is no reason to ask more often than this.
const PAUSE: Duration = Duration::from_secs(60);
/// The issuer's clock may differ by so many seconds.
const SKEW: i64 = 60;
const LONGEST_TOKEN: usize = 8 << 10;
const LONGEST_KEYS: usize = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OidcError {
    Refused,
    Expired,
    Unreachable,
}

/// Whoever a token names.
#[derive(Debug)]
pub(crate) struct Person {
    pub roles: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    roles: Vec<String>,
}

pub(crate) struct SignedIn {
    config: Oidc,
    http: reqwest::Client,
    clock: SharedClock,
    keys: Mutex<Option<(Timestamp, JwkSet)>>,
}

impl SignedIn {
    /// Fetches nothing yet.
    pub(crate) fn new(
        config: Oidc,
        trust: Option<&str>,
        clock: SharedClock,
    ) -> Result<Self, reqwest::Error> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE);
        if let Some(trust) = trust {
            http = http.add_root_certificate(reqwest::Certificate::from_pem(trust.as_bytes())?);
        }
        Ok(Self {
            config,
            http: http.build()?,
            clock,
            keys: Mutex::default(),
        })
    }

    pub(crate) fn config(&self) -> &Oidc {
        &self.config
    }

    /// Whoever the token names, if it is good now.
    pub(crate) async fn check(&self, token: &str) -> Result<Person, OidcError> {
        if token.len() > LONGEST_TOKEN {
            return Err(OidcError::Refused);
        }
        let header = decode_header(token).map_err(|_| OidcError::Refused)?;
        // The token's word counts only as far as the configuration allows it.
        if !self.config.algorithms.contains(&header.alg) {
            return Err(OidcError::Refused);
        }
        let key = self.key(&header.kid.ok_or(OidcError::Refused)?).await?;
        let mut rules = Validation::new(header.alg);
        rules.set_audience(&[&self.config.audience]);
        rules.set_issuer(&[&self.config.issuer]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        // By our own clock, below.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = decode::<Claims>(token, &key, &rules)
            .map_err(|_| OidcError::Refused)?
            .claims;
        let now = self.clock.now().as_second();
        if claims.exp.saturating_add(SKEW) <= now {
            return Err(OidcError::Expired);
        }
        if claims.nbf.is_some_and(|nbf| nbf.saturating_sub(SKEW) > now) {
            return Err(OidcError::Refused);
        }
        Ok(Person {
            roles: claims.roles,
        })
    }

    /// The key of this name. One fetch at a time; whoever comes meanwhile waits for it.
    async fn key(&self, id: &str) -> Result<DecodingKey, OidcError> {
        let mut keys = self.keys.lock().await;
        let now = self.clock.now();
        let age = keys.as_ref().map(|(fetched, _)| since(now, *fetched));
        let known = keys
            .as_ref()
            .is_some_and(|(_, keys)| keys.find(id).is_some());
        let fetch = match age {
            None => true,
            Some(age) => age > FRESH || !known && age > PAUSE,
        };
        if fetch {
            match self.fetch().await {
                Ok(fetched) => *keys = Some((now, fetched)),
                // The old keys are better than none.
                Err(error) if keys.is_none() => return Err(error),
                Err(_) => tracing::warn!("the keys for signing in were not renewed"),
            }
        }
        let found = keys.as_ref().and_then(|(_, keys)| keys.find(id));
        let key = found.ok_or(OidcError::Refused)?;
        DecodingKey::from_jwk(key).map_err(|_| OidcError::Refused)
    }

    async fn fetch(&self) -> Result<JwkSet, OidcError> {
        let failed = |error: reqwest::Error| {
            tracing::warn!(error = %error.without_url(), "the keys for signing in are not to be had");
            OidcError::Unreachable
        };
        let url = self.config.jwks_url.as_str();
        let answer = self.http.get(url).send().await;
        let mut answer = answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST_KEYS {
                return Err(OidcError::Unreachable);
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|_| OidcError::Unreachable)
    }
}

//! ACS Identity: users that exist for one meeting, and their tokens. For the organisation's server, and for
//! developers with a key of their own; never for what guests install.

pub mod connection;
pub mod sign;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

pub use self::connection::{ConnectionString, ConnectionStringError};
pub use self::sign::{AccessKey, AccessKeyError};
use crate::Secret;
use crate::endpoint::Endpoint;
use crate::http::{Answer, Auth, Call, Failure, Repeat, Sender, Surroundings};
use crate::token::{AccessToken, TokenError, TokenSource};

const API_VERSION: &str = "2023-10-01";

/// The shortest and the longest life that a token can be given.
pub const LIFETIMES: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60 * 60)..=Duration::from_secs(24 * 60 * 60);

/// An ACS user's id, `8:acs:<resource>_<number>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct UserId(pub String);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Calls, started as well as joined.
    Voip,
    /// Calls, joined only.
    VoipJoin,
    /// Everything in chat.
    Chat,
    /// Chat but for creating, deleting and changing threads.
    ChatJoin,
    /// As above, and nobody is added or removed: meant for guests.
    ChatJoinLimited,
}

impl Scope {
    /// As it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voip => "voip",
            Self::VoipJoin => "voip.join",
            Self::Chat => "chat",
            Self::ChatJoin => "chat.join",
            Self::ChatJoinLimited => "chat.join.limited",
        }
    }
}

/// No scope has this name.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no scope {0:?}")]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        [
            Self::Voip,
            Self::VoipJoin,
            Self::Chat,
            Self::ChatJoin,
            Self::ChatJoinLimited,
        ]
        .into_iter()
        .find(|scope| scope.as_str() == text)
        .ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// How a server shows that it may ask.
#[derive(Clone)]
pub enum Credential {
    /// With the resource's access key.
    Key(AccessKey),
    /// With an Entra token of somebody who has a role on the resource, as from [`crate::entra::EntraTokens`].
    Entra(Arc<dyn TokenSource>),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Credential::Key(…)",
            Self::Entra(_) => "Credential::Entra(…)",
        })
    }
}

/// Why an identity request came to nothing.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdentityError {
    /// The key or token is not this resource's, or the clock is wrong beyond what was corrected.
    #[error("the resource refused the credential ({code})")]
    Unauthorized {
        /// Azure's own code.
        code: String,
    },
    /// The credential is good, but not for this.
    #[error("the credential does not allow this ({code})")]
    Forbidden {
        /// Azure's own code.
        code: String,
    },
    /// There is no such user, or no longer.
    #[error("there is no such user")]
    NotFound,
    /// More than 1,000 requests in 30 seconds, or another limit.
    #[error("too many requests")]
    Throttled {
        /// How long the service asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// The life asked for is outside [`LIFETIMES`].
    #[error("a token lives between 1 and 24 hours")]
    Lifetime,
    /// The service did not understand the request.
    #[error("the service rejected the request: {status} {code}")]
    Rejected {
        /// HTTP's.
        status: u16,
        /// Azure's own code.
        code: String,
        /// For a log; in Azure's words.
        message: String,
    },
    /// The service has trouble of its own.
    #[error("the service failed with {status}")]
    Failed {
        /// HTTP's.
        status: u16,
    },
    /// No answer.
    #[error("the service was not reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// An answer that makes no sense.
    #[error("the service's answer makes no sense: {reason}")]
    Malformed {
        /// Where.
        reason: String,
    },
    /// No Entra token.
    #[error(transparent)]
    Token(TokenError),
}

impl IdentityError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized { .. } => "identity.unauthorized",
            Self::Forbidden { .. } => "identity.forbidden",
            Self::NotFound => "identity.not_found",
            Self::Throttled { .. } => "identity.throttled",
            Self::Lifetime => "identity.lifetime",
            Self::Rejected { .. } => "identity.rejected",
            Self::Failed { .. } => "identity.failed",
            Self::Unreachable { .. } => "identity.unreachable",
            Self::Malformed { .. } => "identity.malformed",
            Self::Token(error) => error.code(),
        }
    }
}

impl From<Failure> for IdentityError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused {
                status,
                code,
                message,
            } => match status {
                401 => Self::Unauthorized { code },
                403 => Self::Forbidden { code },
                404 => Self::NotFound,
                500.. => Self::Failed { status },
                _ => Self::Rejected {
                    status,
                    code,
                    message,
                },
            },
            Failure::Throttled { retry_after } => Self::Throttled { retry_after },
            Failure::Unreachable { reason } => Self::Unreachable { reason },
            Failure::Malformed { reason } => Self::Malformed { reason },
            Failure::Token(error) => Self::Token(error),
        }
    }
}

/// A resource's users and their tokens.
///
/// Every request counts towards the resource's 1,000 in 30 seconds, retries included: whoever keeps that count
/// passes [`crate::retry::RetryPolicy::NONE`] and tries again itself.
pub struct IdentityClient {
    endpoint: Endpoint,
    credential: Credential,
    sender: Sender,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    identity: IdentityBody,
    access_token: Option<TokenBody>,
}

#[derive(Deserialize)]
struct IdentityBody {
    id: UserId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenBody {
    token: Secret,
    expires_on: Timestamp,
}

impl From<TokenBody> for AccessToken {
    fn from(body: TokenBody) -> Self {
        Self {
            token: body.token,
            expires_on: body.expires_on,
        }
    }
}

impl IdentityClient {
    /// A client; asks for nothing yet.
    pub fn new(endpoint: Endpoint, credential: Credential, around: Surroundings) -> Self {
        Self {
            endpoint,
            credential,
            sender: Sender::new(around),
        }
    }

    /// A client for a connection string.
    pub fn connect(connection: ConnectionString, around: Surroundings) -> Self {
        Self::new(connection.endpoint, Credential::Key(connection.key), around)
    }

    /// Makes a user.
    pub async fn create(&self) -> Result<UserId, IdentityError> {
        let answer = self.post(&["identities"], &json!({})).await?;
        Ok(answer.json::<Created>()?.identity.id)
    }

    /// Makes a user together with their first token. `lifetime` is a day if `None`.
    pub async fn create_with_token(
        &self,
        scopes: &[Scope],
        lifetime: Option<Duration>,
    ) -> Result<(UserId, AccessToken), IdentityError> {
        let body = with_lifetime(json!({ "createTokenWithScopes": names(scopes) }), lifetime)?;
        let answer = self.post(&["identities"], &body).await?;
        let created: Created = answer.json()?;
        let token = created
            .access_token
            .ok_or_else(|| IdentityError::Malformed {
                reason: "the answer holds no token".into(),
            })?;
        Ok((created.identity.id, token.into()))
    }

    /// Gives a user another token. The earlier ones stay good.
    pub async fn issue(
        &self,
        user: &UserId,
        scopes: &[Scope],
        lifetime: Option<Duration>,
    ) -> Result<AccessToken, IdentityError> {
        let body = with_lifetime(json!({ "scopes": names(scopes) }), lifetime)?;
        let path = ["identities", &user.0, ":issueAccessToken"];
        Ok(self.post(&path, &body).await?.json::<TokenBody>()?.into())
    }

    /// Ends all tokens that a user has.
    pub async fn revoke(&self, user: &UserId) -> Result<(), IdentityError> {
        let path = ["identities", &user.0, ":revokeAccessTokens"];
        self.send(Method::POST, &path, None).await.map(drop)
    }

    /// Deletes a user and ends all their tokens. Deleting one who is gone is no error.
    pub async fn delete(&self, user: &UserId) -> Result<(), IdentityError> {
        match self
            .send(Method::DELETE, &["identities", &user.0], None)
            .await
        {
            Ok(_) | Err(IdentityError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// How far the service's clock is ahead of ours, as far as signing had to take it into account.
    pub fn service_ahead(&self) -> SignedDuration {
        self.sender.ahead()
    }

    async fn post(&self, path: &[&str], body: &serde_json::Value) -> Result<Answer, IdentityError> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, IdentityError> {
        let url = self.endpoint.join(path, &[("api-version", API_VERSION)]);
        // An identity made twice is one too many in a list that nobody reads.
        let mut call = Call::new(method, url, Repeat::Harmless);
        if let Some(body) = body {
            call = call.json(body);
        }
        let auth = match &self.credential {
            Credential::Key(key) => Auth::Key(key),
            Credential::Entra(source) => Auth::Bearer(source.as_ref()),
        };
        Ok(self.sender.send(&call, auth).await?)
    }
}

fn names(scopes: &[Scope]) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

fn with_lifetime(
    mut body: serde_json::Value,
    lifetime: Option<Duration>,
) -> Result<serde_json::Value, IdentityError> {
    if let Some(lifetime) = lifetime {
        if !LIFETIMES.contains(&lifetime) {
            return Err(IdentityError::Lifetime);
        }
        body["expiresInMinutes"] = json!(lifetime.as_secs() / 60);
    }
    Ok(body)
}

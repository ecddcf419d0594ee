//! Tokens for servers from Entra ID: client credentials, against a configurable authority.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;
use url::form_urlencoded;

use crate::clock::{BoxFuture, later};
use crate::endpoint::Endpoint;
use crate::http::{Auth, Call, Failure, Repeat, Sender, Surroundings};
use crate::secret::Secret;
use crate::token::{AccessToken, TokenError, TokenKeeper, TokenSource};

/// The scope for ACS. The double slash is literal.
pub const ACS_SCOPE: &str = "https://communication.azure.com//.default";
/// The scope for Graph.
pub const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";
/// The authority of the public cloud.
pub const PUBLIC_AUTHORITY: &str = "https://login.microsoftonline.com";

/// Which application asks, and for what.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// [`PUBLIC_AUTHORITY`], a national cloud's, or the fake server's.
    pub authority: Endpoint,
    /// The directory, by id or domain.
    pub tenant: String,
    /// The application's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// [`ACS_SCOPE`], [`GRAPH_SCOPE`] or another resource's.
    pub scope: String,
}

/// An application's own token, kept until shortly before it ends.
#[derive(Debug)]
pub struct EntraTokens(TokenKeeper);

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
struct Issued {
    access_token: Secret,
    expires_in: u64,
}

impl EntraTokens {
    /// Asks for nothing yet.
    pub fn new(credentials: ClientCredentials, around: Surroundings) -> Self {
        let clock = Arc::clone(&around.clock);
        let asker = Arc::new((credentials, Sender::new(around)));
        let refresher = Box::new(move || {
            let asker = Arc::clone(&asker);
            let future: BoxFuture<'static, _> =
                Box::pin(async move { ask(&asker.0, &asker.1).await });
            future
        });
        Self(TokenKeeper::new(clock, None, refresher))
    }
}

impl TokenSource for EntraTokens {
    fn token(&self, refused: Option<Secret>) -> BoxFuture<'_, Result<Secret, TokenError>> {
        self.0.token(refused)
    }
}

async fn ask(credentials: &ClientCredentials, sender: &Sender) -> Result<AccessToken, TokenError> {
    let url = credentials
        .authority
        .join(&[&credentials.tenant, "oauth2", "v2.0", "token"], &[]);
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &credentials.client_id)
        .append_pair("client_secret", credentials.client_secret.expose())
        .append_pair("scope", &credentials.scope)
        .finish();
    let call = Call {
        body: Bytes::from(body),
        content_type: "application/x-www-form-urlencoded",
        ..Call::new(Method::POST, url, Repeat::Harmless)
    };
    let asked_at = sender.around.clock.now();
    let answer = sender.send(&call, Auth::None).await.map_err(refusal)?;
    let issued: Issued = answer.json().map_err(refusal)?;
    Ok(AccessToken {
        token: issued.access_token,
        expires_on: later(asked_at, Duration::from_secs(issued.expires_in)),
    })
}

fn refusal(failure: Failure) -> TokenError {
    match failure {
        Failure::Unreachable { reason } => TokenError::Unreachable { reason },
        Failure::Throttled { .. } => TokenError::Unreachable {
            reason: "too many requests".into(),
        },
        Failure::Refused { status, code, .. } if status >= 500 => TokenError::Unreachable {
            reason: format!("{status} {code}"),
        },
        // The message is left out: Entra's quotes ids of the application.
        Failure::Refused { status, code, .. } => TokenError::Refused {
            reason: format!("{status} {code}"),
        },
        Failure::Malformed { reason } => TokenError::Refused { reason },
        Failure::Token(error) => error,
    }
}

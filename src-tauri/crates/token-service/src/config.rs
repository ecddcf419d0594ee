//! What the service is told at its start. Everything is checked then; every mistake is named by its key.

mod check;
mod raw;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use foyer_acs::identity::{AccessKey, Scope};
use foyer_acs::{Endpoint, Secret};
use jsonwebtoken::Algorithm;
use url::Url;

pub use self::raw::PREFIX;
use crate::seal::Keys;

/// A mistake in the configuration.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{key}: {reason}")]
pub struct ConfigError {
    /// Where, such as `azure.connection_string`; the file's name if it cannot be read at all.
    pub key: String,
    /// What is wrong, without the value: it may be a secret.
    pub reason: String,
}

impl ConfigError {
    fn new(key: &str, reason: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            reason: reason.into(),
        }
    }

    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "config.invalid"
    }
}

/// Everything that can be set. `docs/token-service.md` says what each is for.
#[derive(Clone, Debug)]
pub struct Config {
    /// How guests reach the service: without a slash at its end.
    pub public_url: String,
    /// Being served.
    pub http: Http,
    /// The ACS resource.
    pub azure: Azure,
    /// Identities kept ready.
    pub pool: Pool,
    /// Invitations.
    pub invitations: Invitations,
    /// Guests.
    pub guests: Guests,
    /// Who may invite by a key of their own.
    pub organizers: Vec<OrganizerKey>,
    /// Who may invite, or become a guest, by signing in.
    pub oidc: Option<Oidc>,
    /// Where meetings are looked up.
    pub graph: Option<Graph>,
    /// Where uses are counted.
    pub store: Store,
    /// Where guests find the app.
    pub download_url: Option<Url>,
    /// Where traces go, an OTLP collector's address for them over HTTP.
    pub traces: Option<Endpoint>,
}

/// Being served.
#[derive(Clone, Debug)]
pub struct Http {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How many proxies stand before the service; each adds one address to `X-Forwarded-For`.
    pub forwarded_hops: u8,
    /// Connections at once.
    pub max_connections: usize,
    /// The longest that a request takes.
    pub request_timeout: Duration,
    /// How long a load balancer has to see that this instance goes.
    pub drain_delay: Duration,
    /// How long requests have to finish after that.
    pub drain_timeout: Duration,
}

/// How the service shows the ACS resource that it may ask.
#[derive(Clone, Debug)]
pub enum AzureCredential {
    /// With the resource's key.
    Key(AccessKey),
    /// As an application.
    Entra(Entra),
}

/// The ACS resource.
#[derive(Clone, Debug)]
pub struct Azure {
    /// Its address.
    pub endpoint: Endpoint,
    /// How to ask.
    pub credential: AzureCredential,
    /// A certificate in PEM that is trusted as well: a proxy's, or the fake's.
    pub trust: Option<String>,
    /// What guests' tokens allow.
    pub scopes: Vec<Scope>,
    /// How long they live.
    pub token_lifetime: Duration,
    /// Identity requests in 30 seconds, over all instances; at most what Azure allows.
    pub requests_per_30s: usize,
}

/// An application that Entra knows.
#[derive(Clone, Debug)]
pub struct Entra {
    /// The directory.
    pub tenant: String,
    /// The application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Who issues its tokens.
    pub authority: Endpoint,
}

/// Where meetings are looked up.
#[derive(Clone, Debug)]
pub struct Graph {
    /// As whom.
    pub entra: Entra,
    /// Graph's address.
    pub endpoint: Endpoint,
}

/// Identities kept ready.
#[derive(Clone, Debug)]
pub struct Pool {
    /// How many, in each instance. None if 0.
    pub size: usize,
    /// A token that ends sooner is not given to a guest.
    pub fresh_for: Duration,
}

/// Invitations.
#[derive(Clone, Debug)]
pub struct Invitations {
    /// What seals them, and refresh secrets.
    pub keys: Keys,
    /// How long one is good if nothing is said.
    pub default_life: Duration,
    /// The longest that can be asked for.
    pub longest_life: Duration,
    /// For how many guests one is if nothing is said.
    pub default_uses: u32,
    /// The most that can be asked for.
    pub most_uses: u32,
}

/// Guests.
#[derive(Clone, Debug)]
pub struct Guests {
    /// Whether they need no invitation.
    pub open: bool,
    /// For how long a guest can refresh a token.
    pub refresh_for: Duration,
    /// Requests in a minute from one address, after a burst of as many.
    pub per_address: u32,
    /// The same for one invitation.
    pub per_invitation: u32,
}

/// An organiser, or a program that invites for them.
#[derive(Clone, Debug)]
pub struct OrganizerKey {
    /// For the log.
    pub name: String,
    /// What they show.
    pub key: Secret,
}

/// Who may sign in.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Who issues the tokens.
    pub issuer: String,
    /// Where the keys are that they are checked with.
    pub jwks_url: Endpoint,
    /// For whom they are issued.
    pub audience: String,
    /// How they are signed. Never a shared secret.
    pub algorithms: Vec<Algorithm>,
    /// Whether signing in makes a guest.
    pub guests: bool,
    /// The role (`roles`) that makes an organiser; everybody with `None`.
    pub organizer_role: Option<String>,
}

/// Where uses are counted.
#[derive(Clone, Debug)]
pub enum Store {
    /// In memory: forgotten at the end. For development.
    Memory,
    /// In a file, for one instance.
    File(PathBuf),
    /// In Redis, for several.
    Redis {
        /// Its address, perhaps with a password.
        url: Secret,
        /// How many instances there are at most, while one replaces another as well.
        instances: u32,
    },
}

impl Config {
    /// Reads and checks the file and what the environment says instead of it.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        check::check(raw::read(file, environment)?)
    }
}

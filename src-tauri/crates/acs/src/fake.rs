//! A server that stands in for Azure: ACS Identity and Chat, the Graph calls that an invitation needs, and Entra's
//! token endpoint, with real signature checks, limits, paging, expiry and faults on demand.
//!
//! It is proven by Microsoft's own libraries as its clients (`tests/official`), so that our clients are not tested
//! against our own reading of the documentation. It shares no wire types with them. Everything it does depends on
//! the clock that it is given and on what it is asked, so that a test can repeat it.

mod access;
mod chat;
mod fault;
mod graph;
mod identity;
mod limits;
mod meeting;
mod request;
mod server;
mod thread;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use tokio::sync::watch;

pub use self::access::Application;
pub use self::fault::{Failing, Fault};
pub use self::meeting::{ChatMode, FakeMeeting, MeetingOptions, Person};
pub use self::world::Seen;
use self::world::World;
use crate::clock::SharedClock;
use crate::endpoint::Endpoint;
use crate::http::{HttpClient, HttpOptions, HttpSetupError};
use crate::identity::ConnectionString;
use crate::secret::Secret;

/// How a fake is to run.
#[derive(Clone)]
pub struct FakeConfig {
    /// Where to listen; port 0 for any.
    pub listen: SocketAddr,
    /// The server's time.
    pub clock: SharedClock,
    /// Answer over TLS, with a certificate made for the occasion: Microsoft's libraries insist on it.
    pub tls: bool,
    /// Keep Azure's limits.
    pub limits: bool,
    /// The resource's access key, base64; `None` for a well-known one.
    pub access_key: Option<Secret>,
}

impl FakeConfig {
    /// On this machine alone, any free port, no TLS, with limits.
    pub fn loopback(clock: SharedClock) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock,
            tls: false,
            limits: true,
            access_key: None,
        }
    }
}

/// Why a fake did not start.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
    /// The access key is not base64.
    #[error(transparent)]
    Key(#[from] crate::identity::AccessKeyError),
    /// No certificate could be made.
    #[error("no certificate: {reason}")]
    Certificate {
        /// Why.
        reason: String,
    },
}

impl FakeError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "fake.listen",
            Self::Key(error) => error.code(),
            Self::Certificate { .. } => "fake.certificate",
        }
    }
}

/// A running fake. Dropping it stops it.
pub struct Fake {
    address: SocketAddr,
    certificate: Option<String>,
    key: Secret,
    shared: Arc<Shared>,
    _stop: watch::Sender<bool>,
}

pub(crate) struct Shared {
    clock: SharedClock,
    scheme: &'static str,
    world: Mutex<World>,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake {
    /// Starts to listen. Needs a tokio runtime.
    pub async fn start(config: FakeConfig) -> Result<Self, FakeError> {
        let key = config
            .access_key
            .unwrap_or_else(|| Secret::new(STANDARD.encode("the fake resource's own access key")));
        let world = World::new(&key, config.limits)?;
        let shared = Arc::new(Shared {
            clock: config.clock,
            scheme: if config.tls { "https" } else { "http" },
            world: Mutex::new(world),
        });
        let (stop, stopping) = watch::channel(false);
        let started =
            server::start(config.listen, config.tls, Arc::clone(&shared), stopping).await?;
        Ok(Self {
            address: started.address,
            certificate: started.certificate,
            key,
            shared,
            _stop: stop,
        })
    }

    /// Its address as clients on this machine write it.
    pub fn url(&self) -> String {
        format!("{}://localhost:{}", self.shared.scheme, self.address.port())
    }

    /// The resource's endpoint; also Graph's, and the authority that issues tokens for it.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&self.url()).expect("localhost is an endpoint in any scheme")
    }

    /// The resource's access key, base64.
    pub fn access_key(&self) -> &Secret {
        &self.key
    }

    /// The resource's connection string.
    pub fn connection_string(&self) -> Secret {
        Secret::new(format!(
            "endpoint={}/;accesskey={}",
            self.url(),
            self.key.expose()
        ))
    }

    /// The same, read.
    pub fn connection(&self) -> ConnectionString {
        ConnectionString::parse(self.connection_string().expose()).expect("we wrote it ourselves")
    }

    /// The certificate to be trusted, in PEM; `None` without TLS.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// A client that trusts it.
    pub fn http_client(&self) -> Result<HttpClient, HttpSetupError> {
        HttpClient::new(&HttpOptions {
            roots: self.certificate.iter().cloned().collect(),
            proxy: None,
        })
    }

    /// Makes coming requests fail.
    pub fn fail(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    /// Forgets all faults that have not come about.
    pub fn heal(&self) {
        self.shared.world().faults.clear();
    }

    /// Sets the server's clock off against the one it was given.
    pub fn set_ahead(&self, by: SignedDuration) {
        self.shared.world().ahead = by;
    }

    /// All requests so far, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.world().seen.clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.world().seen.clear();
    }

    /// How many users exist.
    pub fn users(&self) -> usize {
        self.shared.world().users.len()
    }

    /// Registers an application that Entra issues tokens to.
    pub fn register(&self, application: Application) {
        self.shared.world().applications.push(application);
    }

    /// Lets an application (by its id) read the meetings of a user (by object id), as
    /// `Grant-CsApplicationAccessPolicy` does; of everybody with `None`.
    pub fn grant_access_policy(&self, client_id: &str, organizer: Option<&str>) {
        self.shared
            .world()
            .policies
            .push((client_id.to_owned(), organizer.map(str::to_owned)));
    }

    /// From now on no resource has a chat: every request is answered with `status`.
    pub fn retire_chat(&self, status: u16) {
        self.shared.world().chat_retired = Some(status);
    }

    /// Opens a Teams meeting: in Graph at once, in chat for those who are admitted.
    pub fn open_meeting(&self, options: MeetingOptions) -> FakeMeeting {
        FakeMeeting::open(Arc::clone(&self.shared), options)
    }
}

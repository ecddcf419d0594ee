//! The service as a whole: put together, started, and stopped without losing a request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use foyer_acs::clock::SharedClock;
use foyer_acs::entra::{ACS_SCOPE, ClientCredentials, EntraTokens};
use foyer_acs::http::{HttpClient, HttpOptions, Surroundings};
use foyer_acs::identity::{Credential, IdentityClient};
use foyer_acs::retry::RetryPolicy;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access::Access;
use crate::budget::Budget;
use crate::config::{AzureCredential, Config, Store as StoreConfig};
use crate::issuer::{Issuer, Terms};
use crate::limit::Rate;
use crate::lookup::Lookup;
use crate::metrics::Metrics;
use crate::oidc::SignedIn;
use crate::server::{self, Shared};
use crate::store::Store;
use crate::store::shared::Shared as Redis;

/// What keys in Redis begin with.
const PREFIX: &str = "foyer-token-service";
/// Between two attempts to reach Redis.
const PAUSE: Duration = Duration::from_millis(500);
/// How often what has expired is forgotten.
const TIDY: Duration = Duration::from_secs(600);

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("http.listen: cannot listen on {address}: {reason}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
    /// The file of uses is of no use.
    #[error("store.path: {0}")]
    File(#[from] crate::store::FileError),
    /// Redis has no such address.
    #[error("store.redis: the address cannot be read")]
    Redis,
    /// Requests cannot be sent.
    #[error("azure.trust: {reason}")]
    Http {
        /// What is wrong.
        reason: String,
    },
}

impl StartError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "service.listen",
            Self::File(error) => error.code(),
            Self::Redis => "store.redis",
            Self::Http { .. } => "service.http",
        }
    }
}

/// A running service. Dropping it stops it at once.
pub struct Service {
    address: SocketAddr,
    stopping: watch::Sender<bool>,
    closing: watch::Sender<bool>,
    clock: SharedClock,
    drain_delay: Duration,
    served: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Service {
    /// Starts to listen and to fill the pool. Needs a tokio runtime.
    pub async fn start(config: Config, clock: SharedClock) -> Result<Self, StartError> {
        let around = surroundings(&config, &clock)?;
        let metrics = Arc::new(Metrics::new());
        let (redis, store) = store(&config)?;
        if let Some(redis) = &redis {
            match redis.connect().await {
                Ok(()) => redis.open(),
                Err(_) => tracing::warn!("redis is not there; going on alone until it is"),
            }
        }
        let limit = config.azure.requests_per_30s;
        let budget = match (&redis, &config.store) {
            (Some(redis), StoreConfig::Redis { instances, .. }) => {
                Budget::shared(limit, *instances, Arc::clone(redis), Arc::clone(&clock))
            }
            _ => Budget::alone(limit, Arc::clone(&clock)),
        };
        let issuer = Issuer::new(
            identity_client(&config, &around),
            Terms {
                scopes: config.azure.scopes.clone(),
                lifetime: config.azure.token_lifetime,
                pool: config.pool.clone(),
            },
            budget,
            limit,
            Arc::clone(&clock),
            Arc::clone(&metrics),
        );
        let signed_in = match config.oidc.clone() {
            Some(oidc) => {
                let trust = config.azure.trust.as_deref();
                let made = SignedIn::new(oidc, trust, Arc::clone(&clock));
                Some(made.map_err(|error| StartError::Http {
                    reason: error.without_url().to_string(),
                })?)
            }
            None => None,
        };
        let lookup = config
            .graph
            .as_ref()
            .map(|graph| Lookup::new(graph, around.clone()));
        let (stopping, stops) = watch::channel(false);
        let (closing, closes) = watch::channel(false);
        let http = config.http.clone();
        let shared = Arc::new(Shared {
            access: Access::new(&config.organizers, signed_in),
            address_rate: Rate::per_minute(config.guests.per_address),
            invitation_rate: Rate::per_minute(config.guests.per_invitation),
            config,
            clock: Arc::clone(&clock),
            issuer: Arc::clone(&issuer),
            store: Arc::clone(&store),
            redis: redis.clone(),
            lookup,
            metrics,
            stopping: stops.clone(),
        });
        let failed = |error: std::io::Error| StartError::Listen {
            address: http.listen,
            reason: error.to_string(),
        };
        let listener = TcpListener::bind(http.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let mut tasks = vec![
            tokio::spawn(issuer.fill(stops)),
            tokio::spawn(tidy(Arc::clone(&store), Arc::clone(&clock))),
        ];
        if let Some(redis) = redis {
            tasks.push(tokio::spawn(reach(redis, store, Arc::clone(&clock))));
        }
        let app = server::router(shared);
        let drain_delay = http.drain_delay;
        let served = tokio::spawn(async move {
            server::serve::serve(listener, app, &http, closes).await;
        });
        tracing::info!(%address, "listening");
        Ok(Self {
            address,
            stopping,
            closing,
            clock,
            drain_delay,
            served,
            tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says that it is going, goes on answering until a load balancer has seen that, then answers what is under way.
    pub async fn stop(mut self) {
        tracing::info!("going");
        self.stopping.send_replace(true);
        self.clock.sleep(self.drain_delay).await;
        self.closing.send_replace(true);
        // Fails only if serving itself panicked, which the log tells.
        let _ = (&mut self.served).await;
        tracing::info!("gone");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.served.abort();
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn store(config: &Config) -> Result<(Option<Arc<Redis>>, Arc<Store>), StartError> {
    match &config.store {
        StoreConfig::Memory => {
            tracing::warn!("store is not set: uses of invitations are forgotten at the end");
            Ok((None, Arc::new(Store::memory())))
        }
        StoreConfig::File(path) => Ok((None, Arc::new(Store::file(path)?))),
        StoreConfig::Redis { url, .. } => {
            let redis = Redis::new(url, PREFIX).map_err(|_| StartError::Redis)?;
            Ok((Some(Arc::clone(&redis)), Arc::new(Store::shared(redis))))
        }
    }
}

/// For clients that keep a schedule of their own: every request to Azure takes a turn.
fn surroundings(config: &Config, clock: &SharedClock) -> Result<Surroundings, StartError> {
    let options = HttpOptions {
        roots: config.azure.trust.iter().cloned().collect(),
        proxy: None,
    };
    let http = HttpClient::new(&options).map_err(|error| StartError::Http {
        reason: error.to_string(),
    })?;
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).expect("a system without random numbers cannot run TLS either");
    Ok(Surroundings {
        http,
        clock: Arc::clone(clock),
        retry: RetryPolicy::NONE,
        seed: u64::from_le_bytes(seed),
    })
}

fn identity_client(config: &Config, around: &Surroundings) -> IdentityClient {
    let credential = match &config.azure.credential {
        AzureCredential::Key(key) => Credential::Key(key.clone()),
        AzureCredential::Entra(entra) => {
            let credentials = ClientCredentials {
                authority: entra.authority.clone(),
                tenant: entra.tenant.clone(),
                client_id: entra.client_id.clone(),
                client_secret: entra.client_secret.clone(),
                scope: ACS_SCOPE.into(),
            };
            let around = Surroundings {
                retry: RetryPolicy::default(),
                ..around.clone()
            };
            Credential::Entra(Arc::new(EntraTokens::new(credentials, around)))
        }
    };
    let endpoint = config.azure.endpoint.clone();
    IdentityClient::new(endpoint, credential, around.clone())
}

async fn tidy(store: Arc<Store>, clock: SharedClock) {
    loop {
        clock.sleep(TIDY).await;
        store.tidy(clock.now()).await;
    }
}

/// Brings the connection to Redis back whenever it is lost, and tells Redis what it missed.
async fn reach(redis: Arc<Redis>, store: Arc<Store>, clock: SharedClock) {
    loop {
        if !redis.is_up() && redis.connect().await.is_ok() {
            store.reconcile().await;
            redis.open();
            // What was counted alone in between.
            store.reconcile().await;
            tracing::info!("redis is there");
        }
        clock.sleep(PAUSE).await;
    }
}

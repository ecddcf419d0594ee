//! The practice server: meetings behind links, for browsers and Foyer alike.
//!
//! One actor a meeting ([`meeting`]) owns who is there ([`room`], pure) and their media; one task a WebSocket
//! ([`socket`]) reads, limits and writes.

mod guard;
mod media;
mod meeting;
mod pages;
mod rate;
mod room;
mod secret;
mod socket;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use foyer_media::clock::SharedClock;
use foyer_rtc::Impairment;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};

use self::meeting::{Command, MeetingParts};
use crate::bots::Cast;

pub(crate) use self::media::Published;
pub(crate) use self::room::BotSign;

/// WebSockets open at once, over all meetings.
const MAX_SOCKETS: usize = 512;

/// Milliseconds since 1970, for the times that people see. Handed in by whoever may read a clock.
pub type WallClock = Arc<dyn Fn() -> f64 + Send + Sync>;

/// How a server is to run.
#[derive(Clone)]
pub struct ServerConfig {
    /// Where to listen; port 0 for any. Loopback unless others on the network are to take part.
    pub listen: SocketAddr,
    /// For durations and media.
    pub clock: SharedClock,
    /// For chat.
    pub wall_clock: WallClock,
    /// Makes the server's media connections bad, for trials.
    pub impairment: Option<Impairment>,
}

impl ServerConfig {
    /// A server for this machine alone, on any free port.
    pub fn loopback(clock: SharedClock, wall_clock: WallClock) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock,
            wall_clock,
            impairment: None,
        }
    }
}

/// What a new meeting is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingOptions {
    /// Shown to everybody.
    pub title: String,
    /// Guests wait until a host admits them.
    pub lobby: bool,
    /// Participants that live in the server and send pictures, speech and chat replies; at most 30.
    pub bots: u32,
    /// One more bot, that is host and admits whoever waits.
    pub host_bot: bool,
    /// How long it lets them wait.
    pub host_bot_delay: Duration,
}

impl Default for MeetingOptions {
    fn default() -> Self {
        Self {
            title: "Practice meeting".into(),
            lobby: false,
            bots: 0,
            host_bot: false,
            host_bot_delay: Duration::from_secs(3),
        }
    }
}

/// A meeting that was opened. The host secret is for the host alone: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Meeting {
    /// In its links.
    pub id: String,
    /// For everybody, in Foyer or a browser.
    pub guest_link: String,
    /// For the host, in a browser; carries the secret in its fragment.
    pub host_link: String,
    /// Makes whoever joins with it a host.
    pub host_secret: String,
}

impl std::fmt::Debug for Meeting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meeting")
            .field("id", &self.id)
            .field("guest_link", &self.guest_link)
            .finish_non_exhaustive()
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
}

impl StartError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "practice.listen",
        }
    }
}

/// What every request sees.
pub(crate) struct Shared {
    pub address: SocketAddr,
    pub config: ServerConfig,
    pub sockets: Arc<Semaphore>,
    pub stopping: watch::Receiver<bool>,
    meetings: Mutex<HashMap<String, mpsc::Sender<Command>>>,
    cast: Arc<Cast>,
}

impl Shared {
    /// The meeting's mailbox; it may be closed if the meeting is over.
    pub(crate) fn meeting(&self, id: &str) -> Option<mpsc::Sender<Command>> {
        self.meetings().get(id).cloned()
    }

    fn meetings(&self) -> MutexGuard<'_, HashMap<String, mpsc::Sender<Command>>> {
        self.meetings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running server. Dropping it stops it at once, without a goodbye to those who are in.
pub struct Server {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Starts to listen. Needs a tokio runtime.
    pub async fn start(config: ServerConfig) -> Result<Self, StartError> {
        let failed = |error: std::io::Error| StartError::Listen {
            address: config.listen,
            reason: error.to_string(),
        };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopping) = watch::channel(false);
        let shared = Arc::new(Shared {
            address,
            config,
            sockets: Arc::new(Semaphore::new(MAX_SOCKETS)),
            stopping: stopping.clone(),
            meetings: Mutex::default(),
            cast: Arc::default(),
        });
        let app = Router::new()
            .route("/meet/{id}", get(pages::guest))
            .route("/host/{id}", get(pages::host))
            .route("/meet/{id}/ws", get(socket::upgrade))
            .route("/assets/{name}", get(pages::asset))
            .layer(axum::middleware::from_fn_with_state(
                Arc::clone(&shared),
                guard::guard,
            ))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move {
            let served = axum::serve(listener, app)
                .with_graceful_shutdown(until_stopped(stopping))
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the practice server failed");
            }
        });
        tracing::info!(%address, "practice server listens");
        Ok(Self { shared, stop })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.shared.address.port()
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Opens a meeting. It lasts until a host ends it or the server stops.
    pub async fn open_meeting(&self, options: MeetingOptions) -> Meeting {
        let id = secret::meeting_id();
        let host_secret = secret::token();
        let address = self.shared.address;
        let host = match address.ip() {
            ip if ip.is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())),
            _ => address,
        };
        let meeting = Meeting {
            guest_link: format!("http://{host}/meet/{id}"),
            host_link: format!("http://{host}/host/{id}#{host_secret}"),
            id: id.clone(),
            host_secret: host_secret.clone(),
        };
        let mailbox = meeting::start(MeetingParts {
            options,
            host_secret,
            rtc: self.rtc(),
            clock: Arc::clone(&self.shared.config.clock),
            wall_clock: Arc::clone(&self.shared.config.wall_clock),
            cast: Arc::clone(&self.shared.cast),
            stopping: self.shared.stopping.clone(),
        });
        self.shared.meetings().insert(id, mailbox);
        meeting
    }

    /// Ends every meeting, with a goodbye to those who are in, and stops.
    pub async fn stop(self) {
        let meetings: Vec<_> = self.shared.meetings().drain().collect();
        for (_, mailbox) in &meetings {
            let _ = mailbox.send(Command::End).await;
        }
        for (_, mailbox) in meetings {
            mailbox.closed().await;
        }
    }

    fn rtc(&self) -> foyer_rtc::Config {
        let clock = Arc::clone(&self.shared.config.clock);
        let ip: IpAddr = self.shared.address.ip();
        let mut config = if ip.is_loopback() {
            foyer_rtc::Config::loopback(clock)
        } else {
            foyer_rtc::Config::new(clock)
        };
        config.impairment = self.shared.config.impairment;
        config
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// Resolves when the server stops or is gone.
pub(crate) async fn until_stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the server is gone, which is the same.
    let _ = stopping.wait_for(|stopped| *stopped).await;
}

//! The handle on a bridge.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use foyer_contract::bridge::media::MediaDevice;
use foyer_contract::bridge::{Handle, Opening, connection};
use foyer_media::clock::SharedClock;
use foyer_media::device::Devices;
use foyer_rtc::MediaKind;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::connection::wire;
use crate::consent::Consent;
use crate::page::Page;
use crate::server;
use crate::socket::MediaDoor;
use crate::task::Task;
use crate::token::{Token, Tokens};
use crate::video::remote::RemotePictures;
use crate::video::sent::{SentPictures, Tap};

/// Page loads that may be under way at once.
const MOST_OPENINGS: usize = 32;
/// Media sockets that pages have asked for and not yet opened.
const MOST_DOORS: usize = 256;

/// What a bridge works with.
#[derive(Clone)]
pub struct Surroundings {
    /// Tells the time.
    pub clock: SharedClock,
    /// What pages may open, once the guest agrees.
    pub devices: Arc<dyn Devices>,
    /// Asks the guest.
    pub consent: Arc<dyn Consent>,
    /// Origins of pages that are served, exactly as browsers write them: `tauri://localhost`.
    pub allowed_origins: Vec<String>,
    /// Local addresses that connections use; empty for every interface of the machine.
    pub bind: Vec<IpAddr>,
}

/// Why there is no bridge.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The loopback interface gives no port.
    #[error("no port on the loopback interface: {0}")]
    Bind(#[from] io::Error),
    /// The system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

impl OpenError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bind(_) => "bridge.bind",
            Self::Random(_) => "bridge.random",
        }
    }
}

/// What all pages of a bridge share.
pub(crate) struct House {
    pub surroundings: Surroundings,
    pub address: SocketAddr,
    pub pages: Tokens<()>,
    /// Opens any number of pages, for the test host.
    pub reusable: std::sync::OnceLock<Token>,
    pub doors: Tokens<MediaDoor>,
    pub devices: watch::Sender<Vec<MediaDevice>>,
    /// What is sent of a camera, and of a screen.
    taps: [Arc<Tap>; 2],
    newest: Mutex<Weak<Page>>,
}

impl House {
    pub fn tap(&self, is_screen: bool) -> &Arc<Tap> {
        &self.taps[usize::from(is_screen)]
    }

    /// A page was let in.
    pub fn came(&self, page: &Arc<Page>) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(page);
    }
}

/// A running server. Dropping it closes every page's sockets, connections and devices.
pub struct Bridge {
    house: Arc<House>,
    _server: Task,
}

impl Bridge {
    /// Binds a port of the loopback interface, lists the devices and serves. Needs a Tokio runtime.
    pub async fn open(surroundings: Surroundings) -> Result<Self, OpenError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let listed = crate::devices::all(&surroundings.devices).await;
        let house = Arc::new(House {
            address: listener.local_addr()?,
            surroundings,
            pages: Tokens::new(MOST_OPENINGS),
            reusable: std::sync::OnceLock::new(),
            doors: Tokens::new(MOST_DOORS),
            devices: watch::Sender::new(listed),
            taps: Default::default(),
            newest: Mutex::default(),
        });
        let server = Task::spawn(server::serve(listener, Arc::clone(&house)));
        Ok(Self {
            house,
            _server: server,
        })
    }

    /// What one load of a page needs as `globalThis.__foyerBridge`. Its token is good for one control socket; of
    /// those that nobody used the newest 32 stay good.
    pub fn opening(&self) -> Result<Opening, OpenError> {
        let token = self.house.pages.issue(()).map_err(OpenError::Random)?;
        Ok(self.opening_with(&token))
    }

    /// The same token for any number of pages, until the bridge is dropped.
    #[cfg(feature = "reusable-token")]
    pub fn reusable_opening(&self) -> Result<Opening, OpenError> {
        let fresh = Token::new().map_err(OpenError::Random)?;
        let token = self.house.reusable.get_or_init(|| fresh);
        Ok(self.opening_with(token))
    }

    fn opening_with(&self, token: &Token) -> Opening {
        Opening {
            url: format!("ws://{}", self.house.address),
            token: token.hex(),
            capabilities: connection::Capabilities {
                audio: wire::capability(MediaKind::Audio),
                video: wire::capability(MediaKind::Video),
            },
            devices: self.house.devices.borrow().clone(),
        }
    }

    /// What the page that came last receives on this remote track, or on a clone of it; `None` if there is no such.
    pub fn remote_pictures(&self, track: Handle) -> Option<RemotePictures> {
        let newest = self.house.newest.lock();
        let page = newest.unwrap_or_else(PoisonError::into_inner).upgrade()?;
        page.remote_pictures(track)
    }

    /// What pages send to others of a camera, or of a screen: the largest layer of whoever began last.
    pub fn sent_pictures(&self, is_screen: bool) -> SentPictures {
        SentPictures::of(self.house.tap(is_screen))
    }

    /// Devices came or went: pages are told what there is now.
    pub async fn devices_changed(&self) {
        let listed = crate::devices::all(&self.house.surroundings.devices).await;
        self.house.devices.send_if_modified(|known| {
            let differs = *known != listed;
            *known = listed;
            differs
        });
    }
}

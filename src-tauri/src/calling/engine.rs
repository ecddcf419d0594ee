//! What stands behind the page's W3C calls.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use foyer_contract::bridge::{Handle, Opening};
use foyer_media::clock::SharedClock;
use foyer_media::device::Devices;
use foyer_media::encoded::EncodedFrame;
use foyer_session::teams::{Ours, PagePictures, RemoteVideo};
use foyer_w3c_bridge::{Bridge, Consent, Surroundings};
use tokio::sync::mpsc;

/// Makes engines for pages.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Starts one that serves pages of this origin alone (`foyer-calling://localhost`), and opens for them what the
    /// guest agrees to.
    async fn start(
        &self,
        origin: &str,
        consent: Arc<dyn Consent>,
    ) -> Result<Arc<dyn Running>, String>;
}

/// An engine that runs. Dropping it closes camera, microphone and every connection at once.
pub trait Running: Send + Sync {
    /// How one load of the page finds it; `None` where no polyfill is to stand in for the webview.
    fn opening(&self) -> Result<Option<Opening>, String>;

    /// What arrives on a track of the page's.
    fn pictures(&self, track: Handle) -> Option<Arc<dyn RemoteVideo>>;

    /// What the page sends of ours.
    fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>>;
}

/// The pictures of the engine that runs, for the call, which does not keep it running.
#[derive(Default)]
pub(super) struct Pictures(Mutex<Option<Weak<dyn Running>>>);

impl Pictures {
    pub fn show(&self, engine: &Arc<dyn Running>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::downgrade(engine));
    }
}

impl Pictures {
    fn engine(&self) -> Option<Arc<dyn Running>> {
        let engine = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        engine.as_ref()?.upgrade()
    }
}

impl PagePictures for Pictures {
    fn find(&self, track: Handle) -> Option<Arc<dyn RemoteVideo>> {
        self.engine()?.pictures(track)
    }

    fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>> {
        self.engine()?.sent(ours)
    }
}

struct OfTrack(foyer_w3c_bridge::RemotePictures);

impl RemoteVideo for OfTrack {
    fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        self.0.frames()
    }

    fn ask_for_key(&self) {
        self.0.ask_for_key();
    }
}

struct OfOurs(foyer_w3c_bridge::SentPictures);

impl RemoteVideo for OfOurs {
    fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        self.0.frames()
    }

    fn ask_for_key(&self) {
        self.0.ask_for_key();
    }
}

/// Foyer's own engine, over the W3C bridge.
pub struct Bridged {
    /// Tells the time.
    pub clock: SharedClock,
    /// What the page may open.
    pub devices: Arc<dyn Devices>,
}

#[async_trait]
impl Engine for Bridged {
    async fn start(
        &self,
        origin: &str,
        consent: Arc<dyn Consent>,
    ) -> Result<Arc<dyn Running>, String> {
        let bridge = Bridge::open(Surroundings {
            clock: self.clock.clone(),
            devices: Arc::clone(&self.devices),
            consent,
            allowed_origins: vec![origin.to_owned()],
            bind: Vec::new(),
        })
        .await
        .map_err(|error| format!("{}: {error}", error.code()))?;
        Ok(Arc::new(bridge))
    }
}

impl Running for Bridge {
    fn opening(&self) -> Result<Option<Opening>, String> {
        let opening = Bridge::opening(self);
        opening.map(Some).map_err(|error| error.to_string())
    }

    fn pictures(&self, track: Handle) -> Option<Arc<dyn RemoteVideo>> {
        let pictures = self.remote_pictures(track)?;
        Some(Arc::new(OfTrack(pictures)))
    }

    fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>> {
        let pictures = self.sent_pictures(ours == Ours::Screen);
        Some(Arc::new(OfOurs(pictures)))
    }
}

/// The webview's own WebRTC, where it has one: a diagnostic switch, `FOYER_RTC=native`.
pub struct Native;

#[async_trait]
impl Engine for Native {
    async fn start(
        &self,
        _origin: &str,
        _consent: Arc<dyn Consent>,
    ) -> Result<Arc<dyn Running>, String> {
        Ok(Arc::new(Self))
    }
}

impl Running for Native {
    fn opening(&self) -> Result<Option<Opening>, String> {
        Ok(None)
    }

    /// None: the webview's own connections do not pass here.
    fn pictures(&self, _: Handle) -> Option<Arc<dyn RemoteVideo>> {
        None
    }

    fn sent(&self, _: Ours) -> Option<Arc<dyn RemoteVideo>> {
        None
    }
}

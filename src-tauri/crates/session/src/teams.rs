//! Teams meetings, as far as they concern whoever runs a call: where guests get their identity, and the window in
//! which Microsoft's SDK signals.

use std::sync::Arc;

use async_trait::async_trait;
use foyer_acs::Secret;
use foyer_acs::guest::Issuer;
use foyer_acs::http::Surroundings;
use foyer_acs::token::TokenKeeper;
use foyer_contract::bridge::Handle;
pub use foyer_contract::calling::event::CallState;
pub use foyer_contract::calling::{Event, Request};
use foyer_media::encoded::EncodedFrame;
use foyer_meeting::call::{Call, Phase};
use foyer_meeting::device::{DeviceState, Slot};
use tokio::sync::{mpsc, watch};

/// What joining Teams meetings takes.
#[derive(Clone)]
pub struct Teams {
    /// Who gives guests their identity, unless an invitation says otherwise.
    pub issuer: Option<Issuer>,
    /// For the requests.
    pub around: Surroundings,
    /// Where the SDK runs; `None` in a build without it.
    pub window: Option<Arc<dyn CallingWindow>>,
    /// The guest wants to be asked afterwards how it was.
    pub survey: bool,
}

/// The hidden window in which Microsoft's SDK signals.
#[async_trait]
pub trait CallingWindow: Send + Sync {
    /// Opens it and starts to join. Dropping either end of the [`Line`] closes it and leaves the meeting.
    async fn join(&self, joining: Joining) -> Result<Line, CallingWindowError>;
}

/// What the SDK needs in order to join.
#[derive(Clone, Debug)]
pub struct Joining {
    /// Which meeting.
    pub locator: Locator,
    /// As others see us.
    pub name: String,
    /// Who the guest is to Azure, a raw id.
    pub user: String,
    /// The guest's token, whenever the SDK asks for one.
    pub tokens: Arc<TokenKeeper>,
    /// What the page may open at the moment. Nothing any more once its sender is gone.
    pub allowed: watch::Receiver<Allowed>,
}

/// What the guest has switched on in our own UI, and with it all that the calling page may open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The camera that is on.
    pub camera: Option<Chosen>,
    /// The microphone that is on.
    pub microphone: Option<Chosen>,
    /// What the guest picked to be shared, as [`foyer_media::share::Share`] writes it.
    pub screen: Option<Chosen>,
}

/// Which device the guest meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The first of its kind that is hardware.
    SystemDefault,
    /// This one.
    Device(String),
}

impl Chosen {
    /// Its id; `None` for the system's default.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::SystemDefault => None,
            Self::Device(id) => Some(id),
        }
    }
}

impl Allowed {
    /// As the call stands: what is open in it, from joining to its end.
    pub fn of(call: &Call) -> Self {
        match call.phase() {
            Phase::Connecting | Phase::Lobby | Phase::InMeeting | Phase::Reconnecting => {}
            Phase::Idle | Phase::PreJoin | Phase::Ended(_) => return Self::default(),
        }
        if call.waits_for_consent() {
            return Self::default();
        }
        let open = |slot| {
            let live = *call.device(slot) == DeviceState::Live;
            live.then(|| match call.device_id(slot) {
                Some(id) => Chosen::Device(id.to_owned()),
                None => Chosen::SystemDefault,
            })
        };
        Self {
            camera: open(Slot::Camera),
            microphone: open(Slot::Microphone),
            screen: open(Slot::Share),
        }
    }
}

/// How the SDK is told which meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locator {
    /// By its link.
    Link(Secret),
    /// By its ID.
    Id {
        /// Digits only.
        id: String,
        /// Where there is one.
        passcode: Option<Secret>,
    },
}

/// The two ends of the line to the calling window.
pub struct Line {
    /// To it; never `Probe`, `Join` or `Token`, which are the window's own. Bounded; what does not fit is dropped
    /// with a warning, since nobody clicks that fast.
    pub requests: mpsc::Sender<Request>,
    /// From it, in order. Ends with the window.
    pub events: mpsc::Receiver<WindowEvent>,
    /// The pictures that its page receives and sends.
    pub pictures: Arc<dyn PagePictures>,
}

/// Pictures that the page of the calling window receives from others, and sends to them.
pub trait PagePictures: Send + Sync {
    /// What arrives on a track of the page's; `None` if there is no such any more.
    fn find(&self, track: Handle) -> Option<Arc<dyn RemoteVideo>>;

    /// What is sent of ours, whoever sends it at the time; `None` where that does not pass through Foyer.
    fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>>;
}

/// Which of our own pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ours {
    /// Of the camera.
    Camera,
    /// Of what we share.
    Screen,
}

/// One stream of pictures.
pub trait RemoteVideo: Send + Sync {
    /// Whole frames from the next key frame on, which is asked for. Called in a Tokio runtime.
    fn frames(&self) -> mpsc::Receiver<EncodedFrame>;

    /// Asks for a key frame.
    fn ask_for_key(&self);
}

/// What the calling window tells.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // The SDK's events are the rule; a box would only cost.
pub enum WindowEvent {
    /// Something of the SDK's.
    Sdk(Event),
    /// The window's process died: nothing follows.
    Crashed,
}

impl From<Event> for WindowEvent {
    fn from(event: Event) -> Self {
        Self::Sdk(event)
    }
}

/// Why the calling window could not be opened.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CallingWindowError {
    /// The system opened none.
    #[error("the calling window could not be opened: {reason}")]
    NotOpened {
        /// What the system said.
        reason: String,
    },
    /// The page in it does not answer.
    #[error("the page of the calling window does not answer")]
    Silent,
}

impl CallingWindowError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOpened { .. } | Self::Silent => "teams.window",
        }
    }
}

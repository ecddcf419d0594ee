//! Teams meetings, as far as they concern whoever runs a call: where guests get their identity, and the window in
//! which Microsoft's SDK signals.

use std::sync::Arc;

use async_trait::async_trait;
use foyer_acs::Secret;
use foyer_acs::guest::Issuer;
use foyer_acs::http::Surroundings;
use foyer_acs::token::TokenKeeper;
use tokio::sync::mpsc;

/// What joining Teams meetings takes.
#[derive(Clone)]
pub struct Teams {
    /// Who gives guests their identity, unless an invitation says otherwise.
    pub issuer: Option<Issuer>,
    /// For the requests.
    pub around: Surroundings,
    /// Where the SDK runs; `None` in a build without it.
    pub window: Option<Arc<dyn CallingWindow>>,
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
#[derive(Debug)]
pub struct Line {
    /// To it. Bounded; what does not fit is dropped with a warning, since nobody clicks that fast.
    pub requests: mpsc::Sender<WindowRequest>,
    /// From it, in order. Ends with the window.
    pub events: mpsc::Receiver<WindowEvent>,
}

/// What the call asks the SDK for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowRequest {
    /// Microphone off (true) or on.
    SetMuted(bool),
    /// Camera on (true) or off.
    SetCamera(bool),
    /// Our screen is shared (true) or no longer.
    SetShare(bool),
    /// Hangs up.
    Leave,
}

/// What the SDK tells, as plain values. Any order, and any of them repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowEvent {
    /// `call.state`.
    State(CallState),
    /// `call.info.threadId`: the meeting's chat, once it is known. May change.
    Thread(String),
    /// `call.callEndReason`, to be read when the call is `Disconnected`.
    EndReason {
        /// Its code, like HTTP's.
        code: u32,
        /// What happened exactly.
        sub_code: Option<u32>,
    },
}

/// The SDK's states of a call, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Microsoft's documentation explains them.
pub enum CallState {
    None,
    Connecting,
    Ringing,
    Connected,
    LocalHold,
    RemoteHold,
    InLobby,
    Disconnecting,
    Disconnected,
    EarlyMedia,
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
}

impl CallingWindowError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOpened { .. } => "teams.window",
        }
    }
}

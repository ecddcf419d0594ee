//! How negotiation and set-up fail.

/// Why a connection could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No socket could be bound.
    #[error("no network socket: {0}")]
    Socket(String),
    /// The configuration is not usable (an ICE server URL, say).
    #[error("bad configuration: {0}")]
    Config(String),
}

/// Why a description or candidate was refused. The connection is as it was before the call.
#[derive(Debug, thiserror::Error)]
pub enum NegotiationError {
    /// The text is no SDP that Foyer can use; `line` counts from 1.
    #[error("SDP refused at line {line}: {reason}")]
    Sdp {
        /// Where.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A local description differs from what was made in a way that cannot be.
    #[error("impossible change of a local description: {0}")]
    Modification(String),
    /// The call does not fit the signalling state (an answer without an offer, say).
    #[error("not now: {0}")]
    State(&'static str),
    /// A candidate that belongs nowhere, or a request that cannot be carried out.
    #[error("refused: {0}")]
    Operation(String),
    /// The connection is closed.
    #[error("the connection is closed")]
    Closed,
    /// The transport refused what our own layer found right.
    #[error("engine: {0}")]
    Engine(String),
}

impl NegotiationError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sdp { .. } => "rtc.sdp",
            Self::Modification(_) => "rtc.modification",
            Self::State(_) => "rtc.state",
            Self::Operation(_) => "rtc.operation",
            Self::Closed => "rtc.closed",
            Self::Engine(_) => "rtc.engine",
        }
    }

    /// The `DOMException` name that webrtc-pc (4.4.1.5, 4.4.1.6) wants for it. `Sdp` is an `RTCError` whose detail is
    /// `sdp-syntax-error` and whose `sdpLineNumber` is `line`.
    pub fn dom_name(&self) -> &'static str {
        match self {
            Self::Modification(_) => "InvalidModificationError",
            Self::State(_) | Self::Closed => "InvalidStateError",
            Self::Sdp { .. } | Self::Operation(_) | Self::Engine(_) => "OperationError",
        }
    }
}

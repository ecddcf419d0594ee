//! The one importer of `webrtc` and `rtc`: transport, RTP chain and data channels below our own model.
//!
//! The transport is one `webrtc` connection whose own SDP never changes but for ICE restarts and the data channel:
//! a single audio m-line that carries nothing. All media passes through [`gate`], which sits in the place of the
//! crate's interceptor chain, owns the real chain, and binds streams to it from our own SDP ([`route`]).

pub(crate) mod announced;
pub(crate) mod certificate;
pub(crate) mod chain;
pub(crate) mod channel;
pub(crate) mod gate;
pub(crate) mod incoming;
pub(crate) mod interceptor;
pub(crate) mod numbers;
pub(crate) mod observed;
pub(crate) mod outgoing;
pub(crate) mod report;
pub(crate) mod route;
pub(crate) mod runtime;
pub(crate) mod transport;
pub(crate) mod turn;
pub(crate) mod wire;

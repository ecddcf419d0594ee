//! The engine: one WebRTC connection, from signalling text to encoded frames and back.
//!
//! Two SDPs (docs/architecture.md, "The engine"): [`jsep`] holds the transceiver model and reads and writes the SDP
//! that peers and pages see; `core` drives the `webrtc` crate, alone, with a canonical SDP of our own. Apart from
//! `practice` and the W3C bridge because both need it; it knows frames and packets, never devices, pictures
//! or meetings. Nothing outside `core` may name `webrtc` or `rtc`. Start with [`PeerConnection`].

mod actor;
mod connection;
mod core;
mod data_channel;
mod descriptions;
mod direction;
mod error;
mod event;
mod ice;
mod impairment;
mod jsep;
mod media;
mod negotiation;
mod payload;
mod receive;
mod send;
mod sequence;
mod snapshot;
pub mod stats;
mod transceiver;

pub use connection::{Config, PeerConnection};
pub use core::certificate::{Certificate, CertificateError, KeyKind};
pub use core::outgoing::Tone;
pub use data_channel::{
    DataChannel, DataChannelError, DataChannelEvent, DataChannelInit, DataChannelState, DataMessage,
};
pub use descriptions::Description;
pub use direction::Direction;
pub use error::{NegotiationError, OpenError};
pub use event::{
    Candidate, CandidateError, ConnectionState, DtlsState, Event, IceConnectionState,
    IceGatheringState, SdpKind, SelectedPair, SignalingState,
};
pub use ice::{
    IceScheme, IceServer, IceServerError, IceTransport, IceUrl, IceUrlError, ProxyUrl,
    ProxyUrlError,
};
pub use impairment::Impairment;
pub use jsep::codec::capabilities;
pub use receive::sources::Source;
pub use snapshot::{
    Capabilities, Codec, HeaderExtension, LineSnapshot, RemoteTrack, SctpSnapshot, Snapshot,
    TransceiverSnapshot, TransportSnapshot,
};
pub use stats::{Stats, StreamStats, TransportStats};
pub use transceiver::{
    Layer, MediaKind, ReceivedAudio, ReceivedVideo, Transceiver, TransceiverId, TransceiverInit,
};

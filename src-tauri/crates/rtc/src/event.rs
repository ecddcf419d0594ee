//! What a connection reports.

use serde::{Deserialize, Serialize};

use crate::data_channel::DataChannel;
use crate::transceiver::{Transceiver, TransceiverId};

/// Kinds of session descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SdpKind {
    /// Proposes.
    Offer,
    /// Accepts for the time being; another answer follows.
    PrAnswer,
    /// Accepts.
    Answer,
    /// Takes a pending offer back.
    Rollback,
}

/// A trickled ICE candidate, in the shape of `RTCIceCandidateInit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate:` line; empty means end of candidates.
    pub candidate: String,
    /// m-line by mid.
    pub sdp_mid: Option<String>,
    /// m-line by position.
    pub sdp_m_line_index: Option<u16>,
    /// ICE generation it belongs to.
    pub username_fragment: Option<String>,
}

/// `RTCSignalingState` (webrtc-pc 4.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalingState {
    /// Nothing is pending.
    #[default]
    Stable,
    /// Our offer waits for its answer.
    HaveLocalOffer,
    /// Their offer waits for our answer.
    HaveRemoteOffer,
    /// We have answered provisionally.
    HaveLocalPranswer,
    /// They have answered provisionally.
    HaveRemotePranswer,
}

/// `RTCPeerConnectionState` (webrtc-pc 4.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionState {
    /// Nothing negotiated.
    New,
    /// ICE or DTLS under way.
    Connecting,
    /// Media flows.
    Connected,
    /// Connectivity lost; may come back by itself or after an ICE restart.
    Disconnected,
    /// Given up; only an ICE restart helps.
    Failed,
    /// Closed.
    Closed,
}

/// `RTCIceGatheringState` (webrtc-pc 5.6.2); there is one transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IceGatheringState {
    /// No description has been set.
    #[default]
    New,
    /// Candidates come.
    Gathering,
    /// All of them have come.
    Complete,
}

/// `RTCIceConnectionState`, and `RTCIceTransportState` too, because there is one transport (webrtc-pc 4.3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IceConnectionState {
    /// No pair to check.
    #[default]
    New,
    /// Pairs are being checked.
    Checking,
    /// A pair works.
    Connected,
    /// The best pair is chosen.
    Completed,
    /// The pair does not answer at the moment.
    Disconnected,
    /// Given up.
    Failed,
    /// Closed.
    Closed,
}

/// `RTCDtlsTransportState` (webrtc-pc 5.5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DtlsState {
    /// Not begun.
    #[default]
    New,
    /// The handshake is under way.
    Connecting,
    /// Keys are agreed on, the far side's fingerprint is right.
    Connected,
    /// Closed by either side.
    Closed,
    /// The handshake failed.
    Failed,
}

/// Both ends of the pair that carries everything, as `candidate:` lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectedPair {
    /// Ours.
    pub local: String,
    /// Theirs.
    pub remote: String,
}

/// Something happened. Events of one connection come in order.
#[derive(Debug)]
pub enum Event {
    /// A local candidate to be trickled; an empty one ends a generation.
    Candidate(Candidate),
    /// Gathering began or ended.
    IceGathering(IceGatheringState),
    /// ICE moved.
    IceConnection(IceConnectionState),
    /// DTLS moved. With `Connected` the far side's certificate is known: see
    /// [`TransportSnapshot`](crate::TransportSnapshot).
    Dtls(DtlsState),
    /// Another pair was selected.
    SelectedPair(SelectedPair),
    /// The connection's state changed.
    Connection(ConnectionState),
    /// The model changed so that an offer is due (webrtc-pc 4.7.3); only in the stable state.
    NegotiationNeeded,
    /// The far side sends on this transceiver from now on (fired when its description is applied).
    Track {
        /// Which.
        transceiver: Transceiver,
        /// Stream ids of its `a=msid` lines.
        stream_ids: Vec<String>,
    },
    /// The far side stopped sending on this transceiver (direction or stop).
    TrackEnded(TransceiverId),
    /// The first RTP packet since this transceiver began to receive has come: its track is unmuted.
    TrackFlowing(TransceiverId),
    /// The far side asks for a key frame on what we send here (PLI or FIR).
    KeyFrameWanted(TransceiverId),
    /// What the far side's feedback allows us to send on all video together, in bits per second.
    Bandwidth(u32),
    /// The far side opened a data channel.
    DataChannel(DataChannel),
}

//! What a connection is after a description was applied, whole: for whoever keeps the W3C slots (webrtc-pc 4.4.1.5).
//!
//! A transceiver that is not listed any more has been stopped, or removed by a rollback. All of it serialises with
//! the names that webrtc-pc gives it.

use serde::Serialize;

use crate::descriptions::Description;
use crate::direction::Direction;
use crate::event::{
    DtlsState, IceConnectionState, IceGatheringState, SelectedPair, SignalingState,
};
use crate::transceiver::{MediaKind, TransceiverId};

/// See the module.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// `signalingState`.
    pub signaling: SignalingState,
    /// `currentLocalDescription`, candidates so far included.
    pub current_local: Option<Description>,
    /// `pendingLocalDescription`.
    pub pending_local: Option<Description>,
    /// `currentRemoteDescription`, added candidates included.
    pub current_remote: Option<Description>,
    /// `pendingRemoteDescription`.
    pub pending_remote: Option<Description>,
    /// In the order they were made in.
    pub transceivers: Vec<TransceiverSnapshot>,
    /// m-lines in the order of the descriptions.
    pub lines: Vec<LineSnapshot>,
    /// The SCTP transport once a data m-line has been agreed on.
    pub sctp: Option<SctpSnapshot>,
    /// `canTrickleIceCandidates`; `None` before a remote description.
    pub can_trickle: Option<bool>,
    /// The one transport.
    pub transport: TransportSnapshot,
}

/// A transceiver.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransceiverSnapshot {
    /// Which.
    pub id: TransceiverId,
    /// Audio or video.
    pub kind: MediaKind,
    /// `None` as long as no description has it, and again after a rollback.
    pub mid: Option<String>,
    /// What the application wants.
    pub direction: Direction,
    /// What was agreed on.
    pub current_direction: Option<Direction>,
    /// `stop()` was called; the next negotiation ends it.
    pub stopping: bool,
    /// A remote offer made it.
    pub made_by_remote: bool,
    /// What the newest remote description says of the far side's track; `None` if it does not send.
    pub receiving: Option<RemoteTrack>,
    /// What may arrive, in our payload types: `RTCRtpReceiver.getParameters().codecs`.
    pub receive_codecs: Vec<Codec>,
    /// What may be sent, in the far side's payload types and order: `RTCRtpSender.getParameters().codecs`.
    pub send_codecs: Vec<Codec>,
    /// Both ways.
    pub header_extensions: Vec<HeaderExtension>,
    /// Layers of simulcast that remain, or that an offer asks for; empty for a single stream.
    pub rids: Vec<String>,
}

/// What a remote description says of a track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteTrack {
    /// Streams of its `a=msid` lines, each once; empty for `-` and for none.
    pub stream_ids: Vec<String>,
    /// Track id of its `a=msid` lines, if they name one.
    pub track_id: Option<String>,
}

/// `RTCRtpCodecParameters`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Codec {
    /// 0 to 127; 0 in capabilities.
    pub payload_type: u8,
    /// Such as `video/H264`; `video/rtx` for retransmissions.
    pub mime_type: String,
    /// Hertz.
    pub clock_rate: u32,
    /// Audio alone.
    pub channels: Option<u16>,
    /// Value of `a=fmtp`.
    pub sdp_fmtp_line: Option<String>,
}

/// `RTCRtpHeaderExtensionParameters`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeaderExtension {
    /// What it is.
    pub uri: String,
    /// 1 to 14; 0 in capabilities.
    pub id: u8,
}

/// `RTCRtpCapabilities`: what a connection can send and receive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Best first.
    pub codecs: Vec<Codec>,
    /// All of them.
    pub header_extensions: Vec<HeaderExtension>,
}

/// An m-line.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineSnapshot {
    /// Its mid, ours if the far side wrote none.
    pub mid: String,
    /// The transceiver on it.
    pub transceiver: Option<TransceiverId>,
    /// It is the data channels'.
    pub data: bool,
}

/// `RTCSctpTransport`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SctpSnapshot {
    /// Bytes of the largest message that may be sent.
    pub max_message_size: u64,
    /// Known once the association is up.
    pub max_channels: Option<u16>,
}

/// The ICE and DTLS transport.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransportSnapshot {
    /// Where gathering is.
    pub ice_gathering: IceGatheringState,
    /// Where ICE is.
    pub ice_connection: IceConnectionState,
    /// Where DTLS is.
    pub dtls: DtlsState,
    /// True if we control ICE (RFC 8445); `None` before it began.
    pub controlling: Option<bool>,
    /// The far side's certificates once DTLS is connected, in DER, its own first.
    pub remote_certificates: Vec<Vec<u8>>,
    /// The pair in use.
    pub selected_pair: Option<SelectedPair>,
}

//! What both sides say about a connection, in webrtc-pc's words.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Handle;

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(rename = "TrackKind")]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

/// `RTCRtpTransceiverDirection` without `stopped`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(rename = "WireDirection")]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// From us.
    SendOnly,
    /// To us.
    RecvOnly,
    /// Neither.
    Inactive,
}

/// `RTCConfiguration`, validated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// STUN and TURN.
    pub ice_servers: Vec<IceServer>,
    /// `iceTransportPolicy` is `relay`.
    pub relay_only: bool,
    /// `iceCandidatePoolSize`: gathering begins at once if it is not 0.
    pub ice_candidate_pool_size: u8,
    /// From `generateCertificate()`; the first is used.
    pub certificates: Vec<Handle>,
}

/// What a certificate's key is (webrtc-pc 4.9.1: both are mandatory).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CertificateKey {
    /// ECDSA on the curve P-256.
    Ecdsa,
    /// RSASSA-PKCS1-v1_5 of 2048 bits with SHA-256.
    Rsa,
}

/// `RTCIceServer`. Not for logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "WireIceServer")]
pub struct IceServer {
    /// RFC 7064, RFC 7065.
    pub urls: Vec<String>,
    /// For TURN.
    pub username: String,
    /// For TURN.
    pub credential: String,
}

impl std::fmt::Debug for IceServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceServer")
            .field("urls", &self.urls)
            .finish_non_exhaustive()
    }
}

/// `RTCSdpType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SdpType {
    /// Offer.
    Offer,
    /// Provisional answer.
    Pranswer,
    /// Answer.
    Answer,
    /// Takes a pending description back.
    Rollback,
}

/// `RTCSessionDescriptionInit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: SdpType,
    /// Text.
    pub sdp: String,
}

/// `RTCIceCandidateInit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CandidateInit {
    /// `candidate:…`, or empty for the end.
    pub candidate: String,
    /// M-line by mid.
    pub sdp_mid: Option<String>,
    /// M-line by number.
    pub sdp_m_line_index: Option<u16>,
    /// ICE generation.
    pub username_fragment: Option<String>,
}

/// `RTCRtpEncodingParameters`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Encoding {
    /// Layer name.
    pub rid: Option<String>,
    /// Sent at all.
    pub active: bool,
    /// Bits per second.
    pub max_bitrate: Option<u32>,
    /// Pictures per second.
    pub max_framerate: Option<f64>,
    /// At least 1.
    pub scale_resolution_down_by: Option<f64>,
    /// Largest picture: width and height.
    pub scale_resolution_down_to: Option<(u32, u32)>,
    /// webrtc-svc.
    pub scalability_mode: Option<String>,
    /// Which negotiated codec, if not the first.
    pub codec: Option<Codec>,
}

/// `RTCRtpCodecParameters`; `payload_type` is 0 in capabilities and preferences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "WireCodec")]
pub struct Codec {
    /// Such as `video/H264`.
    pub mime_type: String,
    /// RTP clock.
    pub clock_rate: u32,
    /// For audio.
    pub channels: Option<u16>,
    /// Value of `a=fmtp`.
    pub sdp_fmtp_line: Option<String>,
    /// As negotiated.
    pub payload_type: u8,
}

/// `RTCRtpHeaderExtensionParameters`; `id` is 0 in capabilities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderExtension {
    /// Name.
    pub uri: String,
    /// As negotiated.
    pub id: u16,
}

/// `RTCRtpCapabilities`, the same for senders and receivers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    /// Best first, with RTX and the like.
    pub codecs: Vec<Codec>,
    /// All that can be offered.
    pub header_extensions: Vec<HeaderExtension>,
}

/// By kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Sound.
    pub audio: Capability,
    /// Pictures.
    pub video: Capability,
}

/// `RTCSignalingState` without `closed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SignalingState {
    /// Nothing pending.
    Stable,
    /// We offered.
    HaveLocalOffer,
    /// We were offered.
    HaveRemoteOffer,
    /// We answered for now.
    HaveLocalPranswer,
    /// We were answered for now.
    HaveRemotePranswer,
}

/// The four descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Descriptions {
    /// Agreed on.
    pub current_local: Option<Description>,
    /// Under way.
    pub pending_local: Option<Description>,
    /// Agreed on.
    pub current_remote: Option<Description>,
    /// Under way.
    pub pending_remote: Option<Description>,
}

/// All that a description changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// State.
    pub signaling_state: SignalingState,
    /// Texts.
    pub descriptions: Descriptions,
    /// In the order of the connection; remote-made ones that the page has not seen come with new handles. One that
    /// the page knows and that is missing here was removed by a rollback.
    pub transceivers: Vec<TransceiverState>,
    /// Once a data m-line is agreed on.
    pub sctp: Option<Sctp>,
    /// `canTrickleIceCandidates`.
    pub can_trickle: Option<bool>,
}

/// A transceiver after a description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransceiverState {
    /// Which.
    pub transceiver: Handle,
    /// The receiver's track.
    pub receiver_track: Handle,
    /// Audio or video.
    pub kind: MediaKind,
    /// M-line.
    pub mid: Option<String>,
    /// Wanted, as the engine knows it.
    pub direction: Direction,
    /// Agreed on.
    pub current_direction: Option<Direction>,
    /// For good.
    pub stopped: bool,
    /// The far side sends (or, under an offer, would send) this.
    pub receiving: Option<RemoteTrack>,
    /// What the current local and remote descriptions say, to find out whether an offer is due.
    pub negotiated: Option<Negotiated>,
    /// Agreed on, for `getParameters()`.
    pub codecs: Vec<Codec>,
    /// Agreed on.
    pub header_extensions: Vec<HeaderExtension>,
    /// Layers that remain, by rid, in order; empty without simulcast.
    pub rids: Vec<String>,
}

/// The far side's track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemoteTrack {
    /// Of its streams.
    pub stream_ids: Vec<String>,
    /// Its own, if the far side names one.
    pub track_id: Option<String>,
}

/// See [`TransceiverState::negotiated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Negotiated {
    /// In the current local description.
    pub local_direction: Direction,
    /// Streams in the current local description.
    pub local_stream_ids: Vec<String>,
    /// In the current remote description, from its own side.
    pub remote_direction: Direction,
    /// The local description was the offer.
    pub local_offered: bool,
}

/// `RTCSctpTransport`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sctp {
    /// Bytes.
    pub max_message_size: u32,
    /// Streams, once connected.
    pub max_channels: Option<u16>,
}

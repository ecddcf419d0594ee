//! What the engine tells the page.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Handle;
use super::command::ChannelInit;
use super::connection::{CandidateInit, Descriptions, Snapshot};
use super::media::{MediaDevice, MediaSocket, OpenTrack};

/// One thing that happened. The page handles each in a task of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(rename = "WireEvent")]
pub enum Event {
    /// To the command with this number.
    Reply {
        /// Of the command.
        seq: u32,
        /// Number of the last command that the engine had seen when it answered.
        applied: u32,
        /// What came of it.
        outcome: Outcome,
    },
    /// A local candidate, or `None` at the end of all; the descriptions contain it already.
    Candidate {
        /// Which.
        pc: Handle,
        /// It.
        candidate: Option<CandidateInit>,
        /// Server that it came from.
        url: Option<String>,
        /// As they are now.
        descriptions: Descriptions,
    },
    /// `RTCPeerConnectionIceErrorEvent`.
    CandidateError {
        /// Which.
        pc: Handle,
        /// Local address.
        address: Option<String>,
        /// Local port.
        port: Option<u16>,
        /// Server.
        url: String,
        /// STUN code, or 701.
        code: u16,
        /// Words.
        text: String,
    },
    /// `iceGatheringState`.
    Gathering {
        /// Which.
        pc: Handle,
        /// `new`, `gathering` or `complete`.
        state: String,
        /// As they are now.
        descriptions: Descriptions,
    },
    /// States of the transport; all connections have one at most.
    Transport {
        /// Which.
        pc: Handle,
        /// `RTCIceTransportState`, which is also `iceConnectionState`.
        ice: String,
        /// `RTCDtlsTransportState`.
        dtls: String,
        /// `RTCPeerConnectionState`.
        connection: String,
        /// `RTCSctpTransportState`, if there is one.
        sctp: Option<String>,
        /// Streams, once SCTP is connected.
        max_channels: Option<u16>,
        /// `controlling` or `controlled`, once known.
        role: Option<String>,
        /// The chosen pair, local and remote, as candidate lines.
        pair: Option<(CandidateInit, CandidateInit)>,
        /// DER of the far side's certificates, base64.
        certificates: Vec<String>,
    },
    /// A remote track begins to flow (`unmute`) or stops (`mute`); a local one does when its device pauses.
    TrackFlows {
        /// Which.
        track: Handle,
        /// Packets or pictures come.
        flows: bool,
    },
    /// A local track's device is gone, or the guest ended the share.
    TrackEnded {
        /// Which.
        track: Handle,
    },
    /// A video track's size changed.
    TrackSized {
        /// Which.
        track: Handle,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Who is heard on a receiver, at most ten times a second and only after `ReceiverSources`.
    Sources {
        /// Which.
        transceiver: Handle,
        /// Latest first.
        sources: Vec<RtpSource>,
    },
    /// The far side opened a channel. It is open.
    ChannelNew {
        /// On this connection.
        pc: Handle,
        /// Made by the engine.
        channel: Handle,
        /// How it is.
        init: ChannelInit,
    },
    /// A channel of the page is usable.
    ChannelOpen {
        /// Which.
        channel: Handle,
        /// Stream id.
        id: u16,
    },
    /// This many bytes have left the queue.
    ChannelSent {
        /// Which.
        channel: Handle,
        /// Since the last such event.
        bytes: u32,
    },
    /// The far side closes it.
    ChannelClosing {
        /// Which.
        channel: Handle,
    },
    /// Gone for good.
    ChannelClosed {
        /// Which.
        channel: Handle,
        /// If it failed.
        error: Option<WireError>,
    },
    /// Devices came or went.
    Devices {
        /// All.
        devices: Vec<MediaDevice>,
    },
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Done.
    Ok(Answer),
    /// Refused; nothing changed.
    Error(WireError),
}

/// The good outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// Nothing to say.
    Done,
    /// A description that was made.
    Sdp(String),
    /// After a description or candidate.
    Snapshot(Snapshot),
    /// `RTCStats` dictionaries by id, as JSON text.
    Stats(String),
    /// Fingerprint and end.
    Certificate(CertificateInfo),
    /// All devices.
    Devices(Vec<MediaDevice>),
    /// A track that is open.
    Track(OpenTrack),
    /// Where pictures or samples go.
    Media(MediaSocket),
}

/// `RTCCertificate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateInfo {
    /// Milliseconds since 1970.
    pub expires: f64,
    /// Lower-case hex with colons, SHA-256.
    pub fingerprint: String,
}

/// What becomes a `DOMException`, `RTCError` or `OverconstrainedError`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WireError {
    /// `InvalidStateError`, `OperationError`, `NotAllowedError`, `RTCError`, …
    pub name: String,
    /// For people.
    pub message: String,
    /// `RTCErrorDetailType`.
    pub detail: Option<String>,
    /// Line of the SDP, from 1.
    pub sdp_line: Option<u32>,
    /// SCTP cause code.
    pub sctp_cause: Option<u16>,
    /// For `OverconstrainedError`.
    pub constraint: Option<String>,
}

/// `RTCRtpContributingSource` or `RTCRtpSynchronizationSource`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RtpSource {
    /// SSRC or CSRC.
    pub source: u32,
    /// It is a CSRC.
    pub contributing: bool,
    /// Milliseconds ago.
    pub age: f64,
    /// RTP.
    pub rtp_timestamp: u32,
    /// 0 to 1.
    pub audio_level: Option<f64>,
}

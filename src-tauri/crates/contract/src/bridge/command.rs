//! What the page asks of the engine.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Handle;
use super::connection::{
    CandidateInit, CertificateKey, Codec, Configuration, Description, Direction, Encoding,
    MediaKind,
};
use super::media::{Source, TrackSettings};

/// A command with its place in the page's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Numbered {
    /// Counts up from 1.
    pub seq: u32,
    /// The command.
    pub command: Command,
}

/// Commands marked *answered* get one [`Event::Reply`](super::Event::Reply) with their number; the others none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// `new RTCPeerConnection()`. The configuration has been validated.
    PcNew {
        /// Made by the page.
        pc: Handle,
        /// Validated.
        configuration: Configuration,
    },
    /// `setConfiguration()`.
    PcConfigure {
        /// Which.
        pc: Handle,
        /// Validated.
        configuration: Configuration,
    },
    /// `close()`.
    PcClose {
        /// Which.
        pc: Handle,
    },
    /// `restartIce()`: the next offer restarts.
    PcRestartIce {
        /// Which.
        pc: Handle,
    },
    /// *Answered* with [`Answer::Sdp`](super::event::Answer::Sdp).
    PcCreateOffer {
        /// Which.
        pc: Handle,
    },
    /// *Answered* with `Sdp`.
    PcCreateAnswer {
        /// Which.
        pc: Handle,
    },
    /// *Answered* with `Snapshot`. An empty offer or answer is the one made last, or a new one.
    PcSetLocal {
        /// Which.
        pc: Handle,
        /// To apply.
        description: Description,
    },
    /// *Answered* with `Snapshot`. A pending local offer is rolled back first.
    PcSetRemote {
        /// Which.
        pc: Handle,
        /// To apply.
        description: Description,
    },
    /// *Answered* with `Snapshot` (the remote descriptions gain the candidate). An empty candidate ends those of
    /// its m-line, or of all.
    PcAddCandidate {
        /// Which.
        pc: Handle,
        /// To add.
        candidate: CandidateInit,
    },
    /// *Answered* with `Stats`.
    PcStats {
        /// Which.
        pc: Handle,
        /// Only what concerns the sender of this transceiver, or its receiver.
        selector: Option<StatsSelector>,
    },
    /// *Answered* with `Certificate`.
    CertificateNew {
        /// Made by the page.
        certificate: Handle,
        /// What kind of key it has.
        key: CertificateKey,
        /// Milliseconds since 1970.
        expires: f64,
    },
    /// `addTransceiver()`, or `addTrack()` where it makes one.
    TransceiverNew {
        /// Of this connection.
        pc: Handle,
        /// Made by the page.
        transceiver: Handle,
        /// The receiver's track, made by the page.
        receiver_track: Handle,
        /// Audio or video.
        kind: MediaKind,
        /// Wanted.
        direction: Direction,
        /// Of the streams that the sender's track belongs to.
        stream_ids: Vec<String>,
        /// Of the sender's track, if there is one.
        track_id: Option<String>,
        /// At least one.
        encodings: Vec<Encoding>,
        /// Remote offers may use it (RFC 8829, 5.10).
        by_add_track: bool,
    },
    /// `direction=`, and what `addTrack()` and `removeTrack()` do to it.
    TransceiverDirect {
        /// Which.
        transceiver: Handle,
        /// Wanted.
        direction: Direction,
    },
    /// Streams and track id that the next description names; `addTrack()` that uses a transceiver again marks it.
    TransceiverStreams {
        /// Which.
        transceiver: Handle,
        /// Of the sender.
        stream_ids: Vec<String>,
        /// Of the sender's track.
        track_id: Option<String>,
        /// `addTrack()` uses it.
        by_add_track: bool,
    },
    /// `setCodecPreferences()`; empty for the defaults.
    TransceiverCodecs {
        /// Which.
        transceiver: Handle,
        /// Best first.
        codecs: Vec<Codec>,
    },
    /// `stop()`.
    TransceiverStop {
        /// Which.
        transceiver: Handle,
    },
    /// `setParameters()`. *Answered* with `Done` once in effect.
    SenderEncodings {
        /// Which.
        transceiver: Handle,
        /// As many as before.
        encodings: Vec<Encoding>,
    },
    /// What the sender of this transceiver sends; `None` for nothing. *Answered* with `Done`.
    SenderTrack {
        /// Which.
        transceiver: Handle,
        /// A local track.
        track: Option<Handle>,
    },
    /// One DTMF tone or pause, played now.
    SenderTone {
        /// Which.
        transceiver: Handle,
        /// `0`–`9`, `A`–`D`, `#`, `*`.
        tone: String,
        /// Milliseconds.
        duration: u32,
    },
    /// `jitterBufferTarget=` in milliseconds.
    ReceiverDelay {
        /// Which.
        transceiver: Handle,
        /// `None` for the engine's own choice.
        target: Option<f64>,
    },
    /// From now on [`Event::Sources`](super::Event::Sources) tell who is heard.
    ReceiverSources {
        /// Which.
        transceiver: Handle,
    },
    /// `createDataChannel()`.
    ChannelNew {
        /// Of this connection.
        pc: Handle,
        /// Made by the page.
        channel: Handle,
        /// How it is.
        init: ChannelInit,
    },
    /// `close()`: what is queued is sent first.
    ChannelClose {
        /// Which.
        channel: Handle,
    },
    /// `enumerateDevices()`. *Answered* with `Devices`.
    Devices,
    /// Opens a device or screen. *Answered* with `Track`; the guest may be asked meanwhile.
    TrackOpen {
        /// Made by the page.
        track: Handle,
        /// What to open.
        source: Source,
    },
    /// A track whose pictures or samples the page makes and sends on a media socket. *Answered* with `Media`.
    TrackMake {
        /// Made by the page.
        track: Handle,
        /// Audio or video.
        kind: MediaKind,
    },
    /// `clone()`: the device stays open until both are stopped.
    TrackClone {
        /// Made by the page.
        track: Handle,
        /// A live one.
        of: Handle,
    },
    /// `applyConstraints()` that were found to fit. *Answered* with `Track`.
    TrackApply {
        /// Which.
        track: Handle,
        /// Wanted.
        settings: TrackSettings,
    },
    /// `enabled=`: black and silence while false.
    TrackEnable {
        /// Which.
        track: Handle,
        /// As set.
        enabled: bool,
    },
    /// `stop()`.
    TrackStop {
        /// Which.
        track: Handle,
    },
    /// Pictures or samples of this track are wanted in the page. *Answered* with `Media`.
    TrackWatch {
        /// Local or remote.
        track: Handle,
    },
    /// The loudspeaker's view of a media element: which remote tracks it plays, how loud, where.
    SinkSet {
        /// Made by the page, one per element.
        sink: Handle,
        /// Audio tracks that are playing; empty while paused.
        tracks: Vec<Handle>,
        /// 0 to 1.
        volume: f64,
        /// `element.muted`.
        muted: bool,
        /// `sinkId`; empty for the default.
        device_id: String,
    },
    /// The element is gone.
    SinkClose {
        /// Which.
        sink: Handle,
    },
}

/// Whose statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StatsSelector {
    /// Which.
    pub transceiver: Handle,
    /// Its sender, else its receiver.
    pub sender: bool,
}

/// `RTCDataChannelInit`, validated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChannelInit {
    /// Name.
    pub label: String,
    /// Messages arrive in order.
    pub ordered: bool,
    /// Milliseconds.
    pub max_packet_life_time: Option<u16>,
    /// Repeats.
    pub max_retransmits: Option<u16>,
    /// Subprotocol.
    pub protocol: String,
    /// Both sides make it with the same id; nothing is said on the wire.
    pub negotiated: bool,
    /// Stream id; given if `negotiated`, else chosen once the DTLS role is known.
    pub id: Option<u16>,
    /// `very-low`, `low`, `medium` or `high`.
    pub priority: String,
}

//! Counters of a connection, since it was opened.

pub mod report;

use std::time::Duration;

use crate::transceiver::{MediaKind, TransceiverId};

/// A snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// The selected path.
    pub transport: TransportStats,
    /// One entry per transceiver and way that carried anything.
    pub streams: Vec<StreamStats>,
    /// The same and more in the words of webrtc-stats.
    pub report: Vec<report::Entry>,
}

/// The selected path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransportStats {
    /// Round trip of the last STUN check or RTCP report.
    pub rtt: Option<Duration>,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
    /// Types of the selected pair, such as `host/host udp`.
    pub pair: Option<String>,
}

/// One RTP stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamStats {
    /// Which transceiver.
    pub transceiver: TransceiverId,
    /// Audio or video.
    pub kind: MediaKind,
    /// True for what we send.
    pub outgoing: bool,
    /// Its SSRC.
    pub ssrc: u32,
    /// RTP packets, without retransmissions.
    pub packets: u64,
    /// RTP payload bytes.
    pub bytes: u64,
    /// Packets never received (outgoing: as the far side reports it).
    pub lost: u64,
    /// Packets retransmitted (outgoing) or recovered by retransmission (incoming).
    pub retransmitted: u64,
    /// NACKed sequence numbers, sent or received.
    pub nacks: u64,
    /// Key-frame requests, sent or received.
    pub plis: u64,
    /// Whole frames sent or handed on; packets for audio.
    pub frames: u64,
    /// Frames given up because packets never came.
    pub frames_dropped: u64,
    /// Interarrival jitter (RFC 3550).
    pub jitter: Duration,
    /// RTCP reports of the far side about it.
    pub reports: u64,
    /// Incoming: packets, payload bytes and NTP time of the far side's last sender report.
    pub sender_report: Option<(u64, u64, u64)>,
}

//! Counters of a connection, since it was opened.

pub mod report;

use std::time::Duration;

use foyer_media::clock::MediaTime;

use crate::transceiver::{MediaKind, TransceiverId};

/// A snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// The selected path.
    pub transport: TransportStats,
    /// One entry per transceiver and way that carried anything, and per layer of simulcast.
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamStats {
    /// Which transceiver.
    pub transceiver: TransceiverId,
    /// Audio or video.
    pub kind: MediaKind,
    /// True for what we send.
    pub outgoing: bool,
    /// Its SSRC.
    pub ssrc: u32,
    /// Outgoing: its name, if it is a layer of simulcast.
    pub rid: Option<String>,
    /// Outgoing: its place among the layers.
    pub layer: usize,
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
    /// Key-frame requests of the older kind (FIR) among them.
    pub firs: u64,
    /// Bytes of RTP headers, without retransmissions.
    pub header_bytes: u64,
    /// Payload bytes of retransmissions.
    pub retransmitted_bytes: u64,
    /// The SSRC of its retransmissions, once there is one.
    pub rtx: Option<u32>,
    /// Outgoing: frames of two and a half times the usual size.
    pub huge_frames: u64,
    /// Incoming: frames of more than one packet, and the time from their first packet to their last.
    pub assembled: (u64, Duration),
    /// Incoming: when the last packet came.
    pub last_packet: Option<MediaTime>,
    /// Outgoing: share of packets lost as last reported, 0 to 1.
    pub fraction_lost: f64,
    /// Outgoing: how often the round trip was measured, and the sum.
    pub round_trips: (u64, Duration),
    /// Interarrival jitter (RFC 3550).
    pub jitter: Duration,
    /// RTCP reports of the far side about it.
    pub reports: u64,
    /// Incoming: packets, payload bytes and NTP time of the far side's last sender report.
    pub sender_report: Option<(u64, u64, u64)>,
}

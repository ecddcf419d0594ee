//! webrtc-stats, typed: what the engine can say. It serialises to the dictionaries of the specification, each with its
//! `type` and `id`; `timestamp` and what a capture device knows are added by whoever holds the clock and the device.
//! Absent members are left out. Times are in seconds, sizes in bytes.

use serde::Serialize;

use crate::event::{DtlsState, IceConnectionState};
use crate::transceiver::{MediaKind, TransceiverId};

/// One object of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(missing_docs)] // Each is the dictionary of its name.
pub enum Entry {
    PeerConnection(PeerConnectionEntry),
    Transport(TransportEntry),
    CandidatePair(CandidatePairEntry),
    LocalCandidate(CandidateEntry),
    RemoteCandidate(CandidateEntry),
    Certificate(CertificateEntry),
    Codec(CodecEntry),
    InboundRtp(InboundEntry),
    OutboundRtp(OutboundEntry),
    RemoteInboundRtp(RemoteInboundEntry),
    RemoteOutboundRtp(RemoteOutboundEntry),
    DataChannel(DataChannelEntry),
}

/// Members that may be missing.
trait Absent {
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

macro_rules! always {
    ($($kind:ty),*) => { $(impl Absent for $kind {})* };
}

always!(
    String,
    bool,
    u8,
    u16,
    u32,
    u64,
    f64,
    MediaKind,
    TransceiverId,
    DtlsState,
    IceConnectionState
);

macro_rules! dictionary {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        ///
        /// The fields are the members of the dictionary, in snake case.
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        #[allow(missing_docs)]
        pub struct $name { $(
            #[serde(skip_serializing_if = "Absent::is_absent")]
            pub $field: $kind,
        )* }
    };
}

dictionary! {
    /// `RTCPeerConnectionStats`.
    PeerConnectionEntry { id: String, data_channels_opened: u32, data_channels_closed: u32, }
}
dictionary! {
    /// `RTCTransportStats`.
    TransportEntry {
        id: String,
        packets_sent: u64,
        packets_received: u64,
        bytes_sent: u64,
        bytes_received: u64,
        ice_role: String,
        ice_local_username_fragment: String,
        ice_state: IceConnectionState,
        dtls_state: DtlsState,
        dtls_role: String,
        tls_version: Option<String>,
        dtls_cipher: Option<String>,
        srtp_cipher: Option<String>,
        selected_candidate_pair_id: Option<String>,
        selected_candidate_pair_changes: u32,
        local_certificate_id: Option<String>,
        remote_certificate_id: Option<String>,
    }
}
dictionary! {
    /// `RTCIceCandidatePairStats`.
    CandidatePairEntry {
        id: String,
        transport_id: String,
        local_candidate_id: String,
        remote_candidate_id: String,
        state: String,
        nominated: bool,
        packets_sent: u64,
        packets_received: u64,
        bytes_sent: u64,
        bytes_received: u64,
        total_round_trip_time: f64,
        current_round_trip_time: Option<f64>,
        available_outgoing_bitrate: Option<f64>,
        requests_sent: u64,
        requests_received: u64,
        responses_sent: u64,
        responses_received: u64,
        consent_requests_sent: u64,
        packets_discarded_on_send: u32,
        bytes_discarded_on_send: u32,
    }
}
dictionary! {
    /// `RTCIceCandidateStats`.
    CandidateEntry {
        id: String,
        transport_id: String,
        address: Option<String>,
        port: u16,
        protocol: String,
        candidate_type: String,
        priority: u32,
        foundation: String,
        username_fragment: Option<String>,
        related_address: Option<String>,
        related_port: Option<u16>,
        url: Option<String>,
    }
}
dictionary! {
    /// `RTCCertificateStats`.
    CertificateEntry {
        id: String,
        fingerprint: String,
        fingerprint_algorithm: String,
        base64_certificate: String,
    }
}
dictionary! {
    /// `RTCCodecStats`.
    CodecEntry {
        id: String,
        payload_type: u8,
        transport_id: String,
        mime_type: String,
        clock_rate: u32,
        channels: Option<u16>,
        sdp_fmtp_line: Option<String>,
    }
}
dictionary! {
    /// `RTCInboundRtpStreamStats`; `transceiver` is ours.
    InboundEntry {
        id: String,
        transceiver: TransceiverId,
        ssrc: u32,
        kind: MediaKind,
        mid: Option<String>,
        transport_id: String,
        codec_id: Option<String>,
        remote_id: Option<String>,
        packets_received: u64,
        packets_lost: u64,
        jitter: f64,
        bytes_received: u64,
        retransmitted_packets_received: u64,
        nack_count: u64,
        pli_count: Option<u64>,
        fir_count: Option<u64>,
        frames_received: Option<u64>,
        frames_dropped: Option<u64>,
        header_bytes_received: u64,
        retransmitted_bytes_received: u64,
        frames_assembled_from_multiple_packets: Option<u64>,
        total_assembly_time: Option<f64>,
        rtx_ssrc: Option<u32>,
        last_packet_received_timestamp: f64,
    }
}
dictionary! {
    /// `RTCOutboundRtpStreamStats`; `transceiver` is ours.
    OutboundEntry {
        id: String,
        transceiver: TransceiverId,
        ssrc: u32,
        kind: MediaKind,
        mid: Option<String>,
        rid: Option<String>,
        encoding_index: u32,
        transport_id: String,
        codec_id: Option<String>,
        remote_id: Option<String>,
        packets_sent: u64,
        bytes_sent: u64,
        retransmitted_packets_sent: u64,
        nack_count: u64,
        pli_count: Option<u64>,
        fir_count: Option<u64>,
        frames_sent: Option<u64>,
        huge_frames_sent: Option<u64>,
        header_bytes_sent: u64,
        retransmitted_bytes_sent: u64,
        rtx_ssrc: Option<u32>,
        target_bitrate: Option<u32>,
        active: bool,
    }
}
dictionary! {
    /// `RTCRemoteInboundRtpStreamStats`, from receiver reports.
    RemoteInboundEntry {
        id: String,
        ssrc: u32,
        kind: MediaKind,
        transport_id: String,
        codec_id: Option<String>,
        local_id: String,
        packets_lost: u64,
        jitter: f64,
        fraction_lost: f64,
        round_trip_time: Option<f64>,
        total_round_trip_time: f64,
        round_trip_time_measurements: u64,
    }
}
dictionary! {
    /// `RTCRemoteOutboundRtpStreamStats`, from sender reports.
    RemoteOutboundEntry {
        id: String,
        ssrc: u32,
        kind: MediaKind,
        transport_id: String,
        codec_id: Option<String>,
        local_id: String,
        packets_sent: u64,
        bytes_sent: u64,
        reports_sent: u64,
        remote_timestamp: f64,
        total_round_trip_time: f64,
        round_trip_time_measurements: u64,
    }
}
dictionary! {
    /// `RTCDataChannelStats`.
    DataChannelEntry {
        id: String,
        label: String,
        protocol: String,
        data_channel_identifier: Option<u16>,
        state: Option<crate::DataChannelState>,
        messages_sent: u64,
        bytes_sent: u64,
        messages_received: u64,
        bytes_received: u64,
    }
}

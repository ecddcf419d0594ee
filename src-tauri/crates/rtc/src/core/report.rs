//! The transport's part of a statistics report.

use rtc::statistics::stats::ice_candidate::RTCIceCandidateStats;
use rtc::statistics::stats::ice_candidate_pair::RTCStatsIceCandidatePairState as PairState;
use webrtc::peer_connection::{RTCStatsReport, RTCStatsReportEntry};

use crate::stats::TransportStats;
use crate::stats::report::{
    CandidateEntry, CandidatePairEntry, CertificateEntry, Entry, TransportEntry,
};

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn positive(number: f64) -> Option<f64> {
    (number > 0.0).then_some(number)
}

fn candidate(stats: &RTCIceCandidateStats) -> CandidateEntry {
    CandidateEntry {
        id: stats.stats.id.clone(),
        transport_id: stats.transport_id.clone(),
        address: stats.address.clone(),
        port: stats.port,
        protocol: stats.protocol.clone(),
        candidate_type: stats.candidate_type.to_string(),
        priority: stats.priority.into(),
        foundation: stats.foundation.clone(),
        username_fragment: some(&stats.username_fragment),
        related_address: some(&stats.related_address),
        related_port: Some(stats.related_port).filter(|port| *port > 0),
        url: some(&stats.url),
    }
}

/// Reads the crate's report. What it says of RTP and data channels is left out: those are ours.
pub(crate) fn read(
    report: &RTCStatsReport,
    transport: &TransportEntry,
) -> (TransportStats, Vec<Entry>) {
    let mut path = TransportStats::default();
    let mut entries = Vec::new();
    let mut selected = None;
    for entry in report.iter() {
        match entry {
            RTCStatsReportEntry::Transport(stats) => {
                path.bytes_sent = stats.bytes_sent;
                path.bytes_received = stats.bytes_received;
                selected = some(&stats.selected_candidate_pair_id);
                entries.push(Entry::Transport(TransportEntry {
                    id: stats.stats.id.clone(),
                    packets_sent: stats.packets_sent,
                    packets_received: stats.packets_received,
                    bytes_sent: stats.bytes_sent,
                    bytes_received: stats.bytes_received,
                    ice_role: stats.ice_role.to_string(),
                    dtls_role: stats.dtls_role.to_string(),
                    tls_version: some(&stats.tls_version),
                    dtls_cipher: some(&stats.dtls_cipher),
                    srtp_cipher: some(&stats.srtp_cipher),
                    selected_candidate_pair_id: selected.clone(),
                    selected_candidate_pair_changes: stats.selected_candidate_pair_changes,
                    local_certificate_id: some(&stats.local_certificate_id),
                    remote_certificate_id: some(&stats.remote_certificate_id),
                    ..transport.clone()
                }));
            }
            RTCStatsReportEntry::IceCandidatePair(stats) => {
                let state = match stats.state {
                    PairState::Waiting => "waiting",
                    PairState::InProgress => "in-progress",
                    PairState::Failed => "failed",
                    PairState::Succeeded => "succeeded",
                    _ => "frozen",
                };
                entries.push(Entry::CandidatePair(CandidatePairEntry {
                    id: stats.stats.id.clone(),
                    transport_id: stats.transport_id.clone(),
                    // The crate names candidates by other ids here than in their own entries.
                    local_candidate_id: format!(
                        "RTCLocalIceCandidate_{}",
                        stats.local_candidate_id
                    ),
                    remote_candidate_id: format!(
                        "RTCRemoteIceCandidate_{}",
                        stats.remote_candidate_id
                    ),
                    state: state.to_owned(),
                    nominated: stats.nominated,
                    packets_sent: stats.packets_sent,
                    packets_received: stats.packets_received,
                    bytes_sent: stats.bytes_sent,
                    bytes_received: stats.bytes_received,
                    total_round_trip_time: stats.total_round_trip_time,
                    current_round_trip_time: positive(stats.current_round_trip_time),
                    available_outgoing_bitrate: positive(stats.available_outgoing_bitrate),
                    requests_sent: stats.requests_sent,
                    requests_received: stats.requests_received,
                    responses_sent: stats.responses_sent,
                    responses_received: stats.responses_received,
                    consent_requests_sent: stats.consent_requests_sent,
                    packets_discarded_on_send: stats.packets_discarded_on_send,
                    bytes_discarded_on_send: stats.bytes_discarded_on_send,
                }));
            }
            RTCStatsReportEntry::LocalCandidate(stats) => {
                entries.push(Entry::LocalCandidate(candidate(stats)));
            }
            RTCStatsReportEntry::RemoteCandidate(stats) => {
                entries.push(Entry::RemoteCandidate(candidate(stats)));
            }
            RTCStatsReportEntry::Certificate(stats) => {
                entries.push(Entry::Certificate(CertificateEntry {
                    id: stats.stats.id.clone(),
                    fingerprint: stats.fingerprint.clone(),
                    fingerprint_algorithm: stats.fingerprint_algorithm.clone(),
                    base64_certificate: stats.base64_certificate.clone(),
                }));
            }
            _ => {}
        }
    }
    describe(&mut path, selected.as_deref(), &entries);
    (path, entries)
}

/// Round trip and types of the selected pair.
fn describe(path: &mut TransportStats, selected: Option<&str>, entries: &[Entry]) {
    let pair = entries.iter().find_map(|entry| match entry {
        Entry::CandidatePair(pair) if Some(pair.id.as_str()) == selected => Some(pair),
        _ => None,
    });
    let Some(pair) = pair else { return };
    let rtt = pair.current_round_trip_time;
    path.rtt = rtt.and_then(|rtt| std::time::Duration::try_from_secs_f64(rtt).ok());
    let end = |id: &str| {
        entries.iter().find_map(|entry| match entry {
            Entry::LocalCandidate(candidate) | Entry::RemoteCandidate(candidate)
                if candidate.id == id =>
            {
                Some(candidate)
            }
            _ => None,
        })
    };
    if let (Some(local), Some(remote)) = (
        end(&pair.local_candidate_id),
        end(&pair.remote_candidate_id),
    ) {
        let (ours, theirs) = (&local.candidate_type, &remote.candidate_type);
        path.pair = Some(format!("{ours}/{theirs} {}", local.protocol));
    }
}

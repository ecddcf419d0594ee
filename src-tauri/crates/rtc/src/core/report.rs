//! The transport's part of a statistics report.

use rtc::peer_connection::transport::RTCIceCandidate;
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

/// Reads the crate's report. What it says of RTP and data channels is left out: those are ours. `far_end` is that of the
/// selected pair.
pub(crate) fn read(
    report: &RTCStatsReport,
    transport: &TransportEntry,
    far_end: Option<&RTCIceCandidate>,
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
                    remote_candidate_id: remote_id(&stats.remote_candidate_id),
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
    if let Some(far_end) = far_end {
        list_far_end(&mut entries, far_end);
    }
    describe(&mut path, selected.as_deref(), &entries);
    (path, entries)
}

fn remote_id(id: &str) -> String {
    format!("RTCRemoteIceCandidate_{id}")
}

/// A check that overtakes the candidate it belongs to makes one of its own in the crate, which the report does not list.
/// What was signalled since is the same to others (RFC 8445 section 7.3.1.3); else it is added.
fn list_far_end(entries: &mut Vec<Entry>, far_end: &RTCIceCandidate) {
    let id = remote_id(&far_end.id);
    let is_it = |entry: &Entry| matches!(entry, Entry::RemoteCandidate(known) if known.id == id);
    if entries.iter().any(is_it) {
        return;
    }
    let protocol = far_end.protocol.to_string();
    let same = entries.iter().find_map(|entry| match entry {
        Entry::RemoteCandidate(known)
            if known.address.as_ref() == Some(&far_end.address)
                && known.port == far_end.port
                && known.protocol == protocol =>
        {
            Some(known.id.clone())
        }
        _ => None,
    });
    let mut transport_id = None;
    for entry in entries.iter_mut() {
        if let Entry::CandidatePair(pair) = entry
            && pair.remote_candidate_id == id
        {
            pair.remote_candidate_id = same.clone().unwrap_or_else(|| id.clone());
            transport_id = Some(pair.transport_id.clone());
        }
    }
    if let (Some(transport_id), None) = (transport_id, same) {
        entries.push(Entry::RemoteCandidate(CandidateEntry {
            id,
            transport_id,
            address: Some(far_end.address.clone()),
            port: far_end.port,
            protocol,
            candidate_type: far_end.typ.to_string(),
            priority: far_end.priority,
            foundation: far_end.foundation.clone(),
            ..CandidateEntry::default()
        }));
    }
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

#[cfg(test)]
mod tests {
    use rtc::peer_connection::transport::{RTCIceCandidateType, RTCIceProtocol};

    use super::*;

    fn pair_with(id: &str) -> Entry {
        Entry::CandidatePair(CandidatePairEntry {
            transport_id: "T".to_owned(),
            remote_candidate_id: remote_id(id),
            ..CandidatePairEntry::default()
        })
    }

    fn remote(id: &str, port: u16) -> Entry {
        Entry::RemoteCandidate(CandidateEntry {
            id: remote_id(id),
            address: Some("127.0.0.1".to_owned()),
            port,
            protocol: "udp".to_owned(),
            ..CandidateEntry::default()
        })
    }

    fn found_out(id: &str) -> RTCIceCandidate {
        RTCIceCandidate {
            id: id.to_owned(),
            address: "127.0.0.1".to_owned(),
            port: 9,
            protocol: RTCIceProtocol::Udp,
            typ: RTCIceCandidateType::Prflx,
            ..RTCIceCandidate::default()
        }
    }

    #[test]
    fn a_far_end_that_was_found_out_is_what_was_signalled_for_its_address() {
        let mut entries = vec![pair_with("found"), remote("other", 8), remote("told", 9)];
        list_far_end(&mut entries, &found_out("found"));
        assert_eq!(entries[0], pair_with("told"));
        assert_eq!(entries.len(), 3);
        list_far_end(&mut entries, &found_out("told"));
        assert_eq!(entries[0], pair_with("told"));
    }

    #[test]
    fn a_far_end_that_nobody_signalled_is_listed() {
        let mut entries = vec![pair_with("found"), remote("other", 8)];
        list_far_end(&mut entries, &found_out("found"));
        assert_eq!(entries[0], pair_with("found"));
        let Entry::RemoteCandidate(added) = &entries[2] else {
            panic!("{entries:?}");
        };
        assert_eq!(
            (added.id.as_str(), added.port),
            ("RTCRemoteIceCandidate_found", 9)
        );
        assert_eq!(
            (added.candidate_type.as_str(), added.transport_id.as_str()),
            ("prflx", "T")
        );
    }
}

//! A report of everything, in the words of webrtc-stats.

use std::sync::atomic::Ordering;

use super::Negotiation;
use crate::data_channel::DataChannelState;
use crate::jsep::codec::codecs;
use crate::snapshot::Codec;
use crate::stats::report::{
    CodecEntry, DataChannelEntry, Entry, InboundEntry, OutboundEntry, PeerConnectionEntry,
    RemoteInboundEntry, RemoteOutboundEntry, TransportEntry,
};
use crate::stats::{Stats, StreamStats};
use crate::transceiver::MediaKind;

/// Seconds from 1900, where NTP begins, to 1970.
const NTP_OFFSET: f64 = 2_208_988_800.0;

impl Negotiation {
    pub(crate) async fn stats(&self) -> Stats {
        let known = TransportEntry {
            ice_local_username_fragment: self.local.ufrag.clone(),
            ice_state: self.progress.ice_connection,
            dtls_state: self.progress.dtls,
            ..TransportEntry::default()
        };
        let (mut transport, mut report) = self.transport.stats(&known).await;
        transport.rtt = self.media.link().rtt().or(transport.rtt);
        let id = report.iter().find_map(|entry| match entry {
            Entry::Transport(entry) => Some(entry.id.clone()),
            _ => None,
        });
        let id = id.unwrap_or_default();
        self.available(&mut report);
        let streams = self.media.streams();
        for stream in &streams {
            self.stream(stream, &id, &mut report);
        }
        self.data(&mut report);
        Stats {
            transport,
            streams,
            report,
        }
    }

    /// Congestion control is ours, so the crate does not know what the selected pair can carry.
    fn available(&self, report: &mut [Entry]) {
        let Some(target) = self.media.link().target() else {
            return;
        };
        let selected = report.iter().find_map(|entry| match entry {
            Entry::Transport(entry) => entry.selected_candidate_pair_id.clone(),
            _ => None,
        });
        for entry in report {
            if let Entry::CandidatePair(pair) = entry
                && Some(&pair.id) == selected.as_ref()
            {
                pair.available_outgoing_bitrate = Some(target.into());
            }
        }
    }

    /// The codec in use on a stream, written down once.
    fn codec(
        &self,
        stream: &StreamStats,
        transport: &str,
        report: &mut Vec<Entry>,
    ) -> Option<String> {
        let entry = self.session.entry(stream.transceiver)?;
        let formats = if stream.outgoing {
            vec![self.session.sent_format(entry)?.clone()]
        } else {
            entry.formats.get(..1)?.to_vec()
        };
        let Codec {
            payload_type,
            mime_type,
            clock_rate,
            channels,
            sdp_fmtp_line,
        } = codecs(&formats).into_iter().next()?;
        let way = if stream.outgoing { "O" } else { "I" };
        let id = format!("C{way}{payload_type}-{}", stream.transceiver.0);
        report.push(Entry::Codec(CodecEntry {
            id: id.clone(),
            payload_type,
            transport_id: transport.to_owned(),
            mime_type,
            clock_rate,
            channels,
            sdp_fmtp_line,
        }));
        Some(id)
    }

    fn stream(&self, stream: &StreamStats, transport: &str, report: &mut Vec<Entry>) {
        let codec_id = self.codec(stream, transport, report);
        let transceiver = self.media.find(stream.transceiver);
        let mid = transceiver
            .as_ref()
            .and_then(|transceiver| transceiver.mid());
        let video = |number: u64| (stream.kind == MediaKind::Video).then_some(number);
        let number = stream.transceiver.0;
        let (ssrc, kind) = (stream.ssrc, stream.kind);
        let transport_id = transport.to_owned();
        let told = stream.reports > 0;
        if stream.outgoing {
            let id = format!("O{number}-{ssrc}");
            let remote_id = format!("RI{number}-{ssrc}");
            let sending = transceiver.is_some_and(|transceiver| {
                let layers = transceiver.layers();
                let paused = layers.get(stream.layer).is_some_and(|layer| layer.paused);
                transceiver.can_send() && !paused
            });
            report.push(Entry::OutboundRtp(OutboundEntry {
                id: id.clone(),
                transceiver: stream.transceiver,
                ssrc,
                kind,
                mid,
                rid: stream.rid.clone(),
                encoding_index: stream.layer as u32,
                transport_id: transport_id.clone(),
                codec_id: codec_id.clone(),
                remote_id: told.then(|| remote_id.clone()),
                packets_sent: stream.packets,
                bytes_sent: stream.bytes,
                retransmitted_packets_sent: stream.retransmitted,
                nack_count: stream.nacks,
                pli_count: video(stream.plis),
                fir_count: video(stream.firs),
                frames_sent: video(stream.frames),
                huge_frames_sent: video(stream.huge_frames),
                header_bytes_sent: stream.header_bytes,
                retransmitted_bytes_sent: stream.retransmitted_bytes,
                rtx_ssrc: stream.rtx,
                target_bitrate: self
                    .media
                    .link()
                    .target()
                    .filter(|_| kind == MediaKind::Video),
                active: sending,
            }));
            if told {
                report.push(Entry::RemoteInboundRtp(RemoteInboundEntry {
                    id: remote_id,
                    ssrc,
                    kind,
                    transport_id,
                    codec_id,
                    local_id: id,
                    packets_lost: stream.lost,
                    jitter: stream.jitter.as_secs_f64(),
                    fraction_lost: stream.fraction_lost,
                    round_trip_time: self.media.link().rtt().map(|rtt| rtt.as_secs_f64()),
                    total_round_trip_time: stream.round_trips.1.as_secs_f64(),
                    round_trip_time_measurements: stream.round_trips.0,
                }));
            }
            return;
        }
        let id = format!("I{number}-{ssrc}");
        let remote_id = format!("RO{number}-{ssrc}");
        report.push(Entry::InboundRtp(InboundEntry {
            id: id.clone(),
            transceiver: stream.transceiver,
            ssrc,
            kind,
            mid,
            transport_id: transport_id.clone(),
            codec_id: codec_id.clone(),
            remote_id: told.then(|| remote_id.clone()),
            packets_received: stream.packets,
            packets_lost: stream.lost,
            jitter: stream.jitter.as_secs_f64(),
            bytes_received: stream.bytes,
            retransmitted_packets_received: stream.retransmitted,
            nack_count: stream.nacks,
            pli_count: video(stream.plis),
            fir_count: video(stream.firs),
            frames_received: video(stream.frames),
            frames_dropped: video(stream.frames_dropped),
            header_bytes_received: stream.header_bytes,
            retransmitted_bytes_received: stream.retransmitted_bytes,
            frames_assembled_from_multiple_packets: video(stream.assembled.0),
            total_assembly_time: (kind == MediaKind::Video)
                .then_some(stream.assembled.1.as_secs_f64()),
            rtx_ssrc: stream.rtx,
            last_packet_received_timestamp: stream.last_packet.map_or(0.0, |at| at.0 as f64 / 1e6),
        }));
        if let Some((packets_sent, bytes_sent, ntp)) = stream.sender_report {
            let seconds = ntp as f64 / f64::from(u32::MAX) - NTP_OFFSET;
            report.push(Entry::RemoteOutboundRtp(RemoteOutboundEntry {
                id: remote_id,
                ssrc,
                kind,
                transport_id,
                codec_id,
                local_id: id,
                packets_sent,
                bytes_sent,
                reports_sent: stream.reports,
                remote_timestamp: seconds * 1_000.0,
                // It takes extended reports, which are not asked for.
                total_round_trip_time: 0.0,
                round_trip_time_measurements: 0,
            }));
        }
    }

    fn data(&self, report: &mut Vec<Entry>) {
        let (mut opened, mut closed) = (0, 0);
        for (channel, state) in &self.channels.known {
            let state = *state.borrow();
            let Some(channel) = channel.upgrade() else {
                continue;
            };
            opened += u32::from(channel.id.get().is_some());
            closed += u32::from(channel.id.get().is_some() && state == DataChannelState::Closed);
            let counters = &channel.counters;
            report.push(Entry::DataChannel(DataChannelEntry {
                id: format!("D{}", channel.number),
                label: channel.label.clone(),
                protocol: channel.init.protocol.clone(),
                data_channel_identifier: channel.id.get().copied(),
                state: Some(state),
                messages_sent: counters.messages_sent.load(Ordering::Relaxed),
                bytes_sent: counters.bytes_sent.load(Ordering::Relaxed),
                messages_received: counters.messages_received.load(Ordering::Relaxed),
                bytes_received: counters.bytes_received.load(Ordering::Relaxed),
            }));
        }
        report.push(Entry::PeerConnection(PeerConnectionEntry {
            id: "P".to_owned(),
            data_channels_opened: opened,
            data_channels_closed: closed,
        }));
    }
}

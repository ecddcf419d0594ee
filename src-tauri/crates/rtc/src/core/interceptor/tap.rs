//! Counts what passes next to the wire, and notes what the far side asks for. Alters nothing but our requests for key
//! frames, which it alone can complete ([`super::key_frame_request`]).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
use rtc::rtp;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use super::key_frame_request;
use super::link::LinkState;
use crate::sequence::{Numbered, SequenceSpace};

/// Sender reports remembered to match receiver reports against.
const MAX_REPORTS: usize = 32;
/// Positions begin with a cycle more than sequence numbers do.
const FIRST_CYCLE: u32 = 1 << 16;
/// What 24 bits with a sign can say.
const MOST_LOST: u64 = 0x7f_ffff;
/// A round trip beyond this is a broken report.
const MAX_RTT: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Incoming {
    clock_rate: u32,
    rtx: Option<u32>,
    space: SequenceSpace,
    first: u64,
    newest: u64,
    unique: u64,
    last: Option<(u32, Instant)>,
    jitter: f64,
}

/// See the module. Stands closest to the wire, so that it sees what is really sent and received.
pub(crate) struct Tap {
    link: Arc<LinkState>,
    incoming: HashMap<u32, Incoming>,
    incoming_rtx: HashMap<u32, u32>,
    outgoing: HashMap<u32, u32>,
    outgoing_rtx: HashMap<u32, u32>,
    reports: VecDeque<(u32, Instant)>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Tap {
    /// A tap that writes into `link`.
    pub(crate) fn new(link: Arc<LinkState>) -> Self {
        Self {
            link,
            incoming: HashMap::new(),
            incoming_rtx: HashMap::new(),
            outgoing: HashMap::new(),
            outgoing_rtx: HashMap::new(),
            reports: VecDeque::new(),
            read: VecDeque::new(),
            write: VecDeque::new(),
        }
    }

    fn rtp_in(&mut self, packet: &rtp::Packet, now: Instant) {
        let header = &packet.header;
        if let Some(primary) = self.incoming_rtx.get(&header.ssrc) {
            if packet.payload.len() > 2 {
                let (primary, sequence) = (*primary, [packet.payload[0], packet.payload[1]]);
                self.count_in(primary, u16::from_be_bytes(sequence), None, 0);
                self.link.with_incoming(primary, |counters| {
                    counters.retransmitted += 1;
                    counters.retransmitted_bytes += packet.payload.len() as u64;
                });
            }
            return;
        }
        let stamp = Some((header.timestamp, now));
        self.count_in(
            header.ssrc,
            header.sequence_number,
            stamp,
            packet.payload.len(),
        );
    }

    fn count_in(&mut self, ssrc: u32, sequence: u16, stamp: Option<(u32, Instant)>, bytes: usize) {
        let Some(stream) = self.incoming.get_mut(&ssrc) else {
            return;
        };
        let (position, restarted) = match stream.space.number(sequence) {
            Numbered::At(position) => (position, stream.first == 0),
            Numbered::Restart(position) => (position, true),
            Numbered::Stray => return,
        };
        if restarted {
            // What was lost before stays counted in `unique` and `first`: only the leap is taken out.
            let expected = if stream.first == 0 {
                0
            } else {
                stream.newest - stream.first + 1
            };
            stream.first = position - expected;
            stream.newest = position;
        }
        stream.newest = stream.newest.max(position);
        stream.unique += 1;
        let expected = stream.newest - stream.first + 1;
        let lost = expected.saturating_sub(stream.unique);
        if let Some((timestamp, now)) = stamp {
            if let Some((last_timestamp, last_now)) = stream.last {
                let ticks = f64::from(timestamp.wrapping_sub(last_timestamp) as i32);
                let sent = ticks / f64::from(stream.clock_rate.max(1));
                let arrived = now.saturating_duration_since(last_now).as_secs_f64();
                // A new time line is no jitter.
                if sent.abs() < 5.0 {
                    stream.jitter += ((arrived - sent).abs() - stream.jitter) / 16.0;
                }
            }
            stream.last = stamp;
        }
        let jitter = Duration::from_secs_f64(stream.jitter.clamp(0.0, 60.0));
        self.link.with_incoming(ssrc, |counters| {
            counters.packets += u64::from(stamp.is_some());
            counters.bytes += bytes as u64;
            counters.lost = lost;
            counters.jitter = jitter;
        });
    }

    fn rtp_out(&mut self, packet: &rtp::Packet, retransmission: bool) {
        let ssrc = packet.header.ssrc;
        let primary = self.outgoing_rtx.get(&ssrc).copied();
        if primary.is_some() || retransmission {
            let ssrc = primary.unwrap_or(ssrc);
            self.link.with_outgoing(ssrc, |counters| {
                counters.retransmitted += 1;
                counters.retransmitted_bytes += packet.payload.len() as u64;
            });
        } else {
            self.link.with_outgoing(ssrc, |counters| {
                counters.packets += 1;
                counters.bytes += packet.payload.len() as u64;
            });
        }
    }

    /// True if the engine has to see this packet.
    fn rtcp_in(&mut self, packet: &dyn rtcp::Packet, now: Instant) -> bool {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            self.reports_in(&report.reports, now);
        } else if let Some(report) = any.downcast_ref::<SenderReport>() {
            self.reports_in(&report.reports, now);
            if self.incoming.contains_key(&report.ssrc) {
                self.link.with_incoming(report.ssrc, |counters| {
                    counters.reported_packets = report.packet_count.into();
                    counters.reported_bytes = report.octet_count.into();
                    counters.reported_ntp = report.ntp_time;
                    counters.reports += 1;
                });
            }
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            let count = nacked(nack);
            self.link
                .with_outgoing(nack.media_ssrc, |counters| counters.nacks += count);
        } else if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            self.key_frame_wanted(pli.media_ssrc);
            return true;
        } else if let Some(fir) = any.downcast_ref::<FullIntraRequest>() {
            for entry in &fir.fir {
                if self.outgoing.contains_key(&entry.ssrc) {
                    self.link
                        .with_outgoing(entry.ssrc, |counters| counters.firs += 1);
                }
                self.key_frame_wanted(entry.ssrc);
            }
            return true;
        }
        false
    }

    fn key_frame_wanted(&self, ssrc: u32) {
        if self.outgoing.contains_key(&ssrc) {
            self.link.with_outgoing(ssrc, |counters| counters.plis += 1);
            self.link.want_key_frame(ssrc);
        }
    }

    fn reports_in(&self, reports: &[ReceptionReport], now: Instant) {
        for report in reports {
            let Some(rate) = self.outgoing.get(&report.ssrc).copied() else {
                continue;
            };
            // 24 bits, signed: duplicates may make it negative.
            let lost = ((report.total_lost << 8) as i32 >> 8).max(0) as u64;
            let jitter = f64::from(report.jitter) / f64::from(rate.max(1));
            self.link.with_outgoing(report.ssrc, |counters| {
                counters.lost = lost;
                counters.jitter = Duration::from_secs_f64(jitter.min(60.0));
                counters.fraction_lost = f64::from(report.fraction_lost) / 256.0;
                counters.reports += 1;
            });
            let sent = self.reports.iter().rev().find(|(middle, _)| {
                report.last_sender_report != 0 && *middle == report.last_sender_report
            });
            if let Some((_, sent)) = sent {
                let held = Duration::from_secs_f64(f64::from(report.delay) / 65_536.0);
                let rtt = now.saturating_duration_since(*sent).checked_sub(held);
                if let Some(rtt) = rtt.filter(|rtt| *rtt < MAX_RTT) {
                    self.link.set_rtt(rtt);
                    self.link.with_outgoing(report.ssrc, |counters| {
                        counters.round_trips.0 += 1;
                        counters.round_trips.1 += rtt;
                    });
                }
            }
        }
    }

    /// Without loss since the last report, which the regular reports tell of, and without a round trip.
    fn report_on(&self, ssrc: u32) -> Option<ReceptionReport> {
        let stream = self.incoming.get(&ssrc)?;
        let expected = (stream.newest + 1).saturating_sub(stream.first);
        let lost = expected.saturating_sub(stream.unique).min(MOST_LOST);
        Some(ReceptionReport {
            ssrc,
            total_lost: lost as u32,
            last_sequence_number: (stream.newest as u32).wrapping_sub(FIRST_CYCLE),
            jitter: (stream.jitter * f64::from(stream.clock_rate)) as u32,
            ..ReceptionReport::default()
        })
    }

    fn rtcp_out(&mut self, packet: &dyn rtcp::Packet, now: Instant) {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            if self.reports.len() >= MAX_REPORTS {
                self.reports.pop_front();
            }
            self.reports
                .push_back(((report.ntp_time >> 16) as u32, now));
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            let count = nacked(nack);
            self.link
                .with_incoming(nack.media_ssrc, |counters| counters.nacks += count);
        } else if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            self.link
                .with_incoming(pli.media_ssrc, |counters| counters.plis += 1);
        }
    }
}

fn nacked(nack: &TransportLayerNack) -> u64 {
    nack.nacks
        .iter()
        .map(|pair| 1 + u64::from(pair.lost_packets.count_ones()))
        .sum()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Tap {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut tagged: TaggedPacket) -> Result<(), Error> {
        let now = tagged.now;
        let deliver = match &tagged.message.packet {
            Packet::Rtp(packet) => {
                self.rtp_in(packet, now);
                false
            }
            Packet::Rtcp(packets) => {
                let mut deliver = false;
                for packet in packets {
                    deliver |= self.rtcp_in(packet.as_ref(), now);
                }
                deliver
            }
            _ => false,
        };
        if deliver {
            tagged.message.add(Attribute::DeliverToApplication);
        }
        self.read.push_back(tagged);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, mut tagged: TaggedPacket) -> Result<(), Error> {
        let retransmission = tagged.message.has(&Attribute::Retransmission);
        match &mut tagged.message.packet {
            Packet::Rtp(packet) => self.rtp_out(packet, retransmission),
            Packet::Rtcp(packets) => {
                key_frame_request::complete(packets, |ssrc| self.report_on(ssrc));
                for packet in packets {
                    self.rtcp_out(packet.as_ref(), tagged.now);
                }
            }
            _ => {}
        }
        self.write.push_back(tagged);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

impl Interceptor for Tap {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        if self.outgoing_rtx.contains_key(&info.ssrc) {
            return;
        }
        self.outgoing.insert(info.ssrc, info.clock_rate);
        if let Some(rtx) = info.ssrc_rtx {
            self.outgoing.remove(&rtx);
            self.outgoing_rtx.insert(rtx, info.ssrc);
        }
    }

    fn unbind_local_stream(&mut self, info: &StreamInfo) {
        self.outgoing.remove(&info.ssrc);
        self.outgoing_rtx.remove(&info.ssrc);
    }

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        if let Some(rtx) = info.ssrc_rtx {
            self.incoming.remove(&rtx);
            self.incoming_rtx.insert(rtx, info.ssrc);
        }
        if self.incoming_rtx.contains_key(&info.ssrc) {
            return;
        }
        let stream = self.incoming.entry(info.ssrc).or_default();
        stream.clock_rate = info.clock_rate;
        stream.rtx = info.ssrc_rtx.or(stream.rtx);
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        if let Some(stream) = self.incoming.remove(&info.ssrc)
            && let Some(rtx) = stream.rtx
        {
            self.incoming_rtx.remove(&rtx);
        }
        self.incoming_rtx.remove(&info.ssrc);
    }
}

#[cfg(test)]
mod tests;

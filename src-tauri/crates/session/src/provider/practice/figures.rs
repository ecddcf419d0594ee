//! Two looks at the counters of a connection, as the figures of the time between them.

use std::collections::HashMap;

use foyer_contract::stats::{CallStats, StreamDirection, StreamKind, StreamStats};
use foyer_media::clock::MediaTime;
use foyer_practice::{Measured, MeasuredLine, TrackKind};
use foyer_rtc::stats::report::Entry;
use foyer_rtc::{StreamStats as Stream, TransceiverId};

/// One look.
pub(super) struct Counted {
    measured: Measured,
    at: MediaTime,
}

impl Counted {
    pub fn new(measured: Measured, at: MediaTime) -> Self {
        Self { measured, at }
    }

    /// What happened since an earlier look.
    pub fn since(&self, before: &Self) -> CallStats {
        let seconds = self.at.since(before.at).as_secs_f64().max(0.001);
        let kbps = |now: u64, then: u64| now.saturating_sub(then) as f64 * 8.0 / 1_000.0 / seconds;
        let (now, then) = (&self.measured.stats, &before.measured.stats);
        let known: HashMap<(TransceiverId, u32, bool), &Stream> = then
            .streams
            .iter()
            .map(|stream| (key(stream), stream))
            .collect();
        let streams = now.streams.iter().filter_map(|stream| {
            let line = self.line(stream.transceiver)?;
            let then = known.get(&key(stream)).copied();
            let figures = Figures {
                stream,
                then,
                seconds,
            };
            (figures.packets() > 0).then(|| figures.of(line, self.codec(stream)))
        });
        CallStats {
            rtt_ms: now.transport.rtt.map(|rtt| rtt.as_secs_f64() * 1_000.0),
            sent_kbps: kbps(now.transport.bytes_sent, then.transport.bytes_sent),
            received_kbps: kbps(now.transport.bytes_received, then.transport.bytes_received),
            relayed: now
                .transport
                .pair
                .as_ref()
                .map(|pair| pair.contains("relay")),
            streams: streams.collect(),
        }
    }

    fn line(&self, transceiver: TransceiverId) -> Option<&MeasuredLine> {
        let mut lines = self.measured.lines.iter();
        lines.find(|line| line.transceiver == transceiver)
    }

    /// Such as `H264` or `opus`; empty if the report does not tell.
    fn codec(&self, stream: &Stream) -> String {
        let report = &self.measured.stats.report;
        let codec_id = report.iter().find_map(|entry| match entry {
            Entry::InboundRtp(entry) if !stream.outgoing && entry.ssrc == stream.ssrc => {
                entry.codec_id.as_ref()
            }
            Entry::OutboundRtp(entry) if stream.outgoing && entry.ssrc == stream.ssrc => {
                entry.codec_id.as_ref()
            }
            _ => None,
        });
        let mime = report.iter().find_map(|entry| match entry {
            Entry::Codec(codec) if Some(&codec.id) == codec_id => Some(&codec.mime_type),
            _ => None,
        });
        let name = mime.and_then(|mime| mime.split_once('/'));
        name.map(|(_, name)| name.to_owned()).unwrap_or_default()
    }
}

fn key(stream: &Stream) -> (TransceiverId, u32, bool) {
    (stream.transceiver, stream.ssrc, stream.outgoing)
}

struct Figures<'a> {
    stream: &'a Stream,
    then: Option<&'a Stream>,
    seconds: f64,
}

impl Figures<'_> {
    fn grown(&self, counter: impl Fn(&Stream) -> u64) -> u64 {
        counter(self.stream).saturating_sub(self.then.map_or(0, counter))
    }

    fn packets(&self) -> u64 {
        self.grown(|stream| stream.packets)
    }

    fn of(&self, line: &MeasuredLine, codec: String) -> StreamStats {
        let stream = self.stream;
        let lost = self.grown(|stream| stream.lost);
        // Lost packets are among the sent, but not among the received.
        let all = match stream.outgoing {
            true => self.packets(),
            false => self.packets() + lost,
        };
        let is_audio = line.kind == TrackKind::Audio;
        StreamStats {
            direction: match stream.outgoing {
                true => StreamDirection::Sent,
                false => StreamDirection::Received,
            },
            kind: match line.kind {
                TrackKind::Audio => StreamKind::Audio,
                TrackKind::Camera => StreamKind::Video,
                TrackKind::Share => StreamKind::Screen,
            },
            person_id: line.participant.clone(),
            name: String::new(),
            codec,
            kbps: self.grown(|stream| stream.bytes) as f64 * 8.0 / 1_000.0 / self.seconds,
            loss_percent: (lost as f64 / all.max(1) as f64 * 100.0).min(100.0),
            // What we send is only known to be uneven once the far side has said so.
            jitter_ms: (!stream.outgoing || stream.reports > 0)
                .then_some(stream.jitter.as_secs_f64() * 1_000.0),
            width: None,
            height: None,
            fps: (!is_audio).then(|| self.grown(|stream| stream.frames) as f64 / self.seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use foyer_rtc::{MediaKind, Stats};

    use super::*;

    fn stream(number: u32, outgoing: bool, packets: u64, lost: u64) -> Stream {
        Stream {
            transceiver: TransceiverId(number),
            kind: MediaKind::Video,
            outgoing,
            ssrc: number,
            packets,
            bytes: packets * 1_000,
            lost,
            frames: packets / 2,
            jitter: Duration::from_millis(3),
            ..Stream::default()
        }
    }

    fn look(streams: Vec<Stream>, pair: Option<&str>, at: u64) -> Counted {
        let mut stats = Stats {
            streams,
            ..Stats::default()
        };
        stats.transport.pair = pair.map(str::to_owned);
        let line = |number, participant: Option<&str>, kind| MeasuredLine {
            transceiver: TransceiverId(number),
            participant: participant.map(str::to_owned),
            kind,
        };
        let lines = vec![
            line(1, None, TrackKind::Camera),
            line(2, Some("p2"), TrackKind::Share),
        ];
        let at = MediaTime(0).plus(Duration::from_secs(at));
        Counted::new(Measured { stats, lines }, at)
    }

    #[test]
    fn figures_are_of_the_time_between_two_looks() {
        let before = look(
            vec![stream(1, true, 10, 0), stream(2, false, 100, 5)],
            None,
            1,
        );
        let after = look(
            vec![
                stream(1, true, 10, 0),
                stream(2, false, 160, 25),
                stream(3, false, 9, 0),
            ],
            Some("relay/host udp"),
            3,
        );
        let stats = after.since(&before);
        assert_eq!((stats.relayed, stats.rtt_ms), (Some(true), None));
        assert_eq!(
            stats.streams.len(),
            1,
            "the others stand still or are nobody's"
        );
        let share = &stats.streams[0];
        assert_eq!(share.person_id.as_deref(), Some("p2"));
        assert_eq!(
            (share.direction, share.kind),
            (StreamDirection::Received, StreamKind::Screen)
        );
        assert_eq!((share.kbps, share.loss_percent), (240.0, 25.0));
        assert_eq!((share.fps, share.jitter_ms), (Some(15.0), Some(3.0)));
        assert_eq!(share.codec, "", "nobody told");
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let before = look(Vec::new(), None, 0);
        let stats = look(vec![stream(1, true, 10, 0)], None, 1).since(&before);
        assert_eq!(stats.relayed, None);
        assert_eq!(
            stats.streams[0].jitter_ms, None,
            "the far side said nothing"
        );
    }
}

//! The SDK's statistics as the figures of the call. What it does not say stays unknown.

use foyer_contract::calling::event::Sample;
use foyer_contract::stats::{CallStats, StreamDirection, StreamKind, StreamStats};

use super::people::People;

/// A sample of everything.
pub(super) fn stats(samples: &[Sample], people: &People) -> CallStats {
    let streams: Vec<_> = samples
        .iter()
        .filter_map(|sample| stream(sample, people))
        .collect();
    let sum = |direction| {
        let streams = streams.iter();
        let of = streams.filter(|stream| stream.direction == direction);
        of.map(|stream| stream.kbps).sum()
    };
    let is_transport = |sample: &&Sample| sample.kind == "transport";
    let rtt = |sample: &Sample| figure(sample, &["rttInMs"]);
    CallStats {
        rtt_ms: samples
            .iter()
            .filter(is_transport)
            .find_map(rtt)
            .or_else(|| samples.iter().find_map(rtt)),
        sent_kbps: sum(StreamDirection::Sent),
        received_kbps: sum(StreamDirection::Received),
        // The SDK does not tell which way its packets take.
        relayed: None,
        streams,
    }
}

/// The first of these that was told.
fn figure(sample: &Sample, names: &[&str]) -> Option<f64> {
    let told = |name: &&str| sample.figures.get(*name).copied();
    names.iter().find_map(told).filter(|figure| *figure >= 0.0)
}

fn stream(sample: &Sample, people: &People) -> Option<StreamStats> {
    let (kind, stream_kind) = match sample.kind.as_str() {
        "audio" => (StreamKind::Audio, ""),
        "video" => (StreamKind::Video, "Video"),
        "screenShare" => (StreamKind::Screen, "ScreenSharing"),
        _ => return None,
    };
    let way = |sent: &'static str, received: &'static str| match sample.sent {
        true => sent,
        false => received,
    };
    let pixels = |name| figure(sample, &[name]).map(|pixels| pixels as u32);
    let sender = figure(sample, &["streamId"]).filter(|_| !sample.sent);
    Some(StreamStats {
        direction: match sample.sent {
            true => StreamDirection::Sent,
            false => StreamDirection::Received,
        },
        kind,
        person_id: sender
            .and_then(|stream| people.sender(stream_kind, stream as u32))
            .map(str::to_owned),
        name: String::new(),
        codec: sample.codec.clone(),
        kbps: figure(sample, &["bitrate"]).unwrap_or_default() / 1_000.0,
        loss_percent: loss(sample),
        jitter_ms: figure(sample, &["jitterInMs"]),
        width: pixels(way("frameWidthSent", "frameWidthReceived")),
        height: pixels(way("frameHeightSent", "frameHeightReceived")),
        fps: figure(
            sample,
            &[
                way("frameRateSent", "frameRateReceived"),
                way("frameRateEncoded", "frameRateDecoded"),
            ],
        ),
    })
}

fn loss(sample: &Sample) -> f64 {
    let pair = |lost: &str, all: &str| Some((figure(sample, &[lost])?, figure(sample, &[all])?));
    let known = pair("packetsLostPerSecond", "packetsPerSecond");
    let Some((lost, passed)) = known.or_else(|| pair("packetsLost", "packets")) else {
        return 0.0;
    };
    let all = match sample.sent {
        true => passed,
        false => passed + lost,
    };
    match all > 0.0 {
        true => (lost / all * 100.0).min(100.0),
        false => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use foyer_contract::calling::people::{Participant, Stream};

    use super::*;

    fn sample(kind: &str, sent: bool, figures: &[(&str, f64)]) -> Sample {
        let figures = figures.iter();
        Sample {
            kind: kind.to_owned(),
            sent,
            codec: "H264".to_owned(),
            figures: figures
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
            ..Sample::default()
        }
    }

    fn people() -> People {
        let participant = |id: &str, streams: &[u32]| Participant {
            id: id.to_owned(),
            streams: streams
                .iter()
                .map(|id| Stream {
                    id: *id,
                    kind: "Video".to_owned(),
                    ..Stream::default()
                })
                .collect(),
            ..Participant::default()
        };
        let mut people = People::default();
        people.update(
            vec![participant("a", &[1, 2]), participant("b", &[2, 3])],
            &[],
        );
        people
    }

    #[test]
    fn what_the_sdk_tells_is_taken_over() {
        let samples = [
            sample("transport", true, &[("rttInMs", 20.0)]),
            sample(
                "video",
                false,
                &[
                    ("bitrate", 1_500_000.0),
                    ("streamId", 3.0),
                    ("packetsPerSecond", 90.0),
                    ("packetsLostPerSecond", 10.0),
                    ("frameWidthReceived", 1280.0),
                    ("frameHeightReceived", 720.0),
                    ("frameRateDecoded", 29.0),
                    ("jitterInMs", 4.0),
                ],
            ),
            sample("audio", true, &[("bitrate", 24_000.0), ("rttInMs", 90.0)]),
        ];
        let stats = stats(&samples, &people());
        assert_eq!(
            (stats.rtt_ms, stats.sent_kbps, stats.received_kbps),
            (Some(20.0), 24.0, 1_500.0)
        );
        let video = &stats.streams[0];
        assert_eq!(video.person_id.as_deref(), Some("b"));
        assert_eq!((video.width, video.height), (Some(1280), Some(720)));
        assert_eq!((video.fps, video.jitter_ms), (Some(29.0), Some(4.0)));
        assert!((video.loss_percent - 10.0).abs() < 0.01);
    }

    #[test]
    fn what_the_sdk_does_not_tell_is_not_made_up() {
        let samples = [
            sample("video", false, &[("streamId", 2.0)]),
            sample("somethingNew", false, &[("bitrate", 1.0)]),
            sample("audio", false, &[("bitrate", -1.0)]),
        ];
        let stats = stats(&samples, &people());
        assert_eq!((stats.rtt_ms, stats.relayed), (None, None));
        assert_eq!(stats.streams.len(), 2);
        let video = &stats.streams[0];
        assert_eq!(video.person_id, None, "two have a stream of this number");
        assert_eq!(
            (video.width, video.fps, video.jitter_ms),
            (None, None, None)
        );
        assert_eq!(stats.received_kbps, 0.0);
    }
}

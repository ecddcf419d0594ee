#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::payload::MAX_PAYLOAD;

const START: MediaTime = MediaTime(1_000_000_000);
const FRAME_TICKS: u32 = 3000;

fn ms(millis: u64) -> MediaTime {
    START.plus(Duration::from_millis(millis))
}

fn annex_b(nals: &[&[u8]]) -> Vec<u8> {
    nals.iter()
        .flat_map(|nal| [&[0, 0, 0, 1], *nal].concat())
        .collect()
}

/// An access unit whose bytes tell its number; `size` bytes of slice.
fn picture(number: u32, key: bool, size: usize) -> Vec<u8> {
    let mut slice = vec![if key { 0x65 } else { 0x41 }];
    slice.extend((0..size).map(|at| 1 + (at as u32 ^ number) as u8 % 250));
    if key {
        let sps = [
            0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x3d, 0xa1, 0x00, 0x00, 0x03, 0x01,
        ];
        annex_b(&[
            &sps,
            &[0x68, 0xce, 0x38, 0x80 | number as u8 & 0x7f],
            &slice,
        ])
    } else {
        annex_b(&[&slice])
    }
}

fn vp8_picture(number: u32, key: bool, size: usize) -> Vec<u8> {
    let mut frame = vec![
        if key { 0x10 } else { 0x11 },
        0,
        0,
        0x9d,
        0x01,
        0x2a,
        0x80,
        0x02,
        0x68,
        0x01,
    ];
    frame.extend((0..size).map(|at| (at as u32 ^ number) as u8));
    frame
}

/// Packetises frames as a sender does.
struct Sender {
    codec: VideoCodec,
    sequence: u16,
    number: u32,
    start_timestamp: u32,
}

impl Sender {
    fn new(codec: VideoCodec) -> Self {
        Self {
            codec,
            sequence: 65_500,
            number: 0,
            start_timestamp: u32::MAX - 10_000,
        }
    }

    fn packets(&mut self, frame: &[u8]) -> Vec<VideoPacket> {
        let payloads = match self.codec {
            VideoCodec::H264 => h264::packetise(frame, MAX_PAYLOAD),
            VideoCodec::Vp8 => vp8::packetise(frame, self.number as u16 & 0x7fff, MAX_PAYLOAD),
        }
        .unwrap();
        let timestamp = self
            .start_timestamp
            .wrapping_add(self.number.wrapping_mul(FRAME_TICKS));
        let at = ms(u64::from(self.number) * 33);
        self.number += 1;
        let last = payloads.len() - 1;
        payloads
            .into_iter()
            .enumerate()
            .map(|(index, payload)| {
                let sequence = self.sequence;
                self.sequence = self.sequence.wrapping_add(1);
                VideoPacket {
                    sequence,
                    timestamp,
                    marker: index == last,
                    codec: self.codec,
                    payload,
                    at,
                }
            })
            .collect()
    }

    fn padding(&mut self) -> VideoPacket {
        let sequence = self.sequence;
        self.sequence = self.sequence.wrapping_add(1);
        VideoPacket {
            sequence,
            timestamp: self
                .start_timestamp
                .wrapping_add(self.number.wrapping_sub(1).wrapping_mul(FRAME_TICKS)),
            marker: false,
            codec: self.codec,
            payload: Bytes::new(),
            at: ms(u64::from(self.number) * 33),
        }
    }
}

fn frames(assembler: &mut VideoAssembler, now: MediaTime) -> (Vec<EncodedFrame>, usize) {
    let mut frames = Vec::new();
    let mut requests = 0;
    while let Some(out) = assembler.poll(now) {
        match out {
            Assembled::Frame(frame) => frames.push(frame),
            Assembled::KeyFrameWanted => requests += 1,
        }
    }
    (frames, requests)
}

fn h264_stream(keys: &[usize], count: usize) -> (Vec<Vec<u8>>, Vec<Vec<VideoPacket>>) {
    let mut sender = Sender::new(VideoCodec::H264);
    let pictures: Vec<_> = (0..count)
        .map(|number| picture(number as u32, keys.contains(&number), 3000))
        .collect();
    let packets = pictures
        .iter()
        .map(|picture| sender.packets(picture))
        .collect();
    (pictures, packets)
}

#[test]
fn frames_come_out_byte_exact_with_size_and_time() {
    let (pictures, packets) = h264_stream(&[0], 4);
    let mut assembler = VideoAssembler::new(Limits::default());
    for (number, frame) in packets.into_iter().enumerate() {
        let now = frame[0].at;
        for packet in frame {
            assembler.push(packet);
        }
        let (out, requests) = frames(&mut assembler, now);
        assert_eq!((out.len(), requests), (1, 0));
        assert_eq!(out[0].data, pictures[number]);
        assert_eq!(out[0].key, number == 0);
        let size = if number == 0 { (640, 480) } else { (0, 0) };
        assert_eq!((out[0].width, out[0].height), size);
        assert!(now.since(out[0].at) < Duration::from_millis(2));
    }
    assert_eq!(assembler.counters().frames, 4);
    assert_eq!(assembler.deadline(), None);
}

#[test]
fn vp8_frames_come_out_with_size() {
    let mut sender = Sender::new(VideoCodec::Vp8);
    let mut assembler = VideoAssembler::new(Limits::default());
    for number in 0..3 {
        let picture = vp8_picture(number, number == 0, 2500);
        for packet in sender.packets(&picture) {
            assembler.push(packet);
        }
        let (out, _) = frames(&mut assembler, ms(0));
        assert_eq!(out[0].data, picture);
        let size = if number == 0 { (640, 360) } else { (0, 0) };
        assert_eq!((out[0].width, out[0].height), size);
    }
}

#[test]
fn nothing_is_shown_before_a_key_frame_and_one_is_asked_for() {
    let (pictures, packets) = h264_stream(&[10], 12);
    let mut assembler = VideoAssembler::new(Limits::default());
    assert_eq!(
        assembler.poll(ms(0)),
        None,
        "no request before anybody sends"
    );
    let mut requests = 0;
    let mut shown = Vec::new();
    for frame in packets {
        let now = frame[0].at;
        for packet in frame {
            assembler.push(packet);
        }
        let (out, asked) = frames(&mut assembler, now);
        requests += asked;
        shown.extend(out);
    }
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0].data, pictures[10]);
    assert_eq!(requests, 2, "at once and after a quarter of a second");
    assert_eq!(
        assembler.counters().dropped,
        0,
        "nothing counts before the first picture"
    );
}

#[test]
fn a_retransmission_in_time_loses_nothing() {
    let (pictures, mut packets) = h264_stream(&[0], 6);
    let lost = packets[2].remove(1);
    let mut assembler = VideoAssembler::new(Limits::default());
    for packet in packets.into_iter().flatten() {
        assembler.push(packet);
    }
    let (out, requests) = frames(&mut assembler, ms(200));
    assert_eq!((out.len(), requests), (2, 0));
    assembler.push(lost);
    let (out, requests) = frames(&mut assembler, ms(250));
    assert_eq!((out.len(), requests), (4, 0));
    assert_eq!(out[0].data, pictures[2]);
    assert_eq!(assembler.counters().given_up, 0);
}

#[test]
fn a_hole_is_given_up_in_time_and_the_next_key_frame_goes_on() {
    let (pictures, mut packets) = h264_stream(&[0, 8], 10);
    packets[2].remove(1);
    let mut assembler = VideoAssembler::new(Limits::default());
    let later = packets.split_off(6);
    for packet in packets.into_iter().flatten() {
        assembler.push(packet);
    }
    assert_eq!(frames(&mut assembler, ms(66)).0.len(), 2);
    let deadline = assembler.deadline().unwrap();
    // The hole shows with the first packet after it, which came with its own frame at 66 ms.
    assert_eq!(deadline, ms(66 + 200));
    let before = MediaTime(deadline.0 - 1);
    assert_eq!(assembler.poll(before), None);
    assert_eq!(assembler.poll(deadline), Some(Assembled::KeyFrameWanted));
    assert_eq!(assembler.poll(deadline), None);
    for packet in later.into_iter().flatten() {
        assembler.push(packet);
    }
    let (out, _) = frames(&mut assembler, ms(330));
    assert_eq!(out.len(), 2);
    assert_eq!(out[0].data, pictures[8]);
    let counters = assembler.counters();
    assert_eq!(
        (counters.given_up, counters.frames, counters.dropped),
        (1, 4, 6)
    );
}

#[test]
fn a_key_frame_behind_the_hole_needs_no_request() {
    let (pictures, mut packets) = h264_stream(&[0, 3], 5);
    packets[1].remove(0);
    let mut assembler = VideoAssembler::new(Limits::default());
    for packet in packets.into_iter().flatten() {
        assembler.push(packet);
    }
    assert_eq!(frames(&mut assembler, ms(150)).0.len(), 1);
    let (out, requests) = frames(&mut assembler, ms(400));
    assert_eq!((out.len(), requests), (2, 0));
    assert_eq!(out[0].data, pictures[3]);
}

#[test]
fn requests_are_repeated_ever_more_slowly_until_a_key_frame_comes() {
    let (_, packets) = h264_stream(&[], 1);
    let mut assembler = VideoAssembler::new(Limits::default());
    for packet in packets.into_iter().flatten() {
        assembler.push(packet);
    }
    let mut now = ms(0);
    let mut gaps = Vec::new();
    for _ in 0..6 {
        assert_eq!(assembler.poll(now), Some(Assembled::KeyFrameWanted));
        let next = assembler.deadline().unwrap();
        gaps.push(next.since(now).as_millis());
        now = next;
    }
    assert_eq!(gaps, [250, 500, 1000, 2000, 2000, 2000]);
}

#[test]
fn duplicates_late_packets_and_padding_do_no_harm() {
    let mut sender = Sender::new(VideoCodec::H264);
    let mut assembler = VideoAssembler::new(Limits::default());
    let mut pictures = Vec::new();
    let mut out = Vec::new();
    for number in 0..5 {
        let picture = picture(number, number == 0, 2000);
        for packet in sender.packets(&picture) {
            assembler.push(packet.clone());
            assembler.push(packet);
        }
        pictures.push(picture);
        assembler.push(sender.padding());
        assembler.push(sender.padding());
        out.extend(frames(&mut assembler, ms(u64::from(number) * 33)).0);
    }
    let data: Vec<_> = out.iter().map(|frame| frame.data.to_vec()).collect();
    assert_eq!(data, pictures);
    let counters = assembler.counters();
    assert!(counters.duplicates + counters.late >= 10, "{counters:?}");
}

#[test]
fn parameter_sets_of_their_own_go_with_the_next_picture() {
    let mut sender = Sender::new(VideoCodec::H264);
    let mut assembler = VideoAssembler::new(Limits::default());
    let sets = annex_b(&[&[0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x01], &[0x68, 0xce]]);
    let bare = annex_b(&[&[0x65; 1500]]);
    for frame in [&sets, &bare, &bare] {
        for packet in sender.packets(frame) {
            assembler.push(packet);
        }
    }
    let (out, _) = frames(&mut assembler, ms(0));
    assert_eq!(out.len(), 2);
    let whole = [&sets[..], &bare[..]].concat();
    assert!(out.iter().all(|frame| frame.key && frame.data == whole));
}

#[test]
fn frames_without_markers_end_where_the_next_begins() {
    let (pictures, packets) = h264_stream(&[0], 3);
    let mut assembler = VideoAssembler::new(Limits::default());
    for mut packet in packets.into_iter().flatten() {
        packet.marker = false;
        assembler.push(packet);
    }
    let (out, _) = frames(&mut assembler, ms(0));
    assert_eq!(out.len(), 2);
    assert_eq!(out[1].data, pictures[1]);
}

#[test]
fn a_sender_that_numbers_anew_is_followed() {
    let mut assembler = VideoAssembler::new(Limits::default());
    let mut shown = 0;
    for (sequence, timestamp) in [(65_500, 5), (20_000, 4_000_000_000), (100, 77)] {
        let mut sender = Sender::new(VideoCodec::H264);
        sender.sequence = sequence;
        sender.start_timestamp = timestamp;
        for number in 0..3 {
            for packet in sender.packets(&picture(number, number == 0, 2000)) {
                assembler.push(packet);
            }
        }
        shown += frames(&mut assembler, ms(99)).0.len();
    }
    assert_eq!(shown, 9);
}

#[test]
fn limits_hold_against_a_sender_without_end() {
    let limits = Limits {
        packets: 64,
        bytes: 20_000,
        ..Limits::default()
    };
    for marker in [true, false] {
        let mut assembler = VideoAssembler::new(limits);
        for number in 0..5000u32 {
            // A hole at number 1 keeps everything waiting.
            if number == 1 {
                continue;
            }
            assembler.push(VideoPacket {
                sequence: number as u16,
                timestamp: 0,
                marker,
                codec: VideoCodec::H264,
                payload: Bytes::from(picture(0, true, 900).split_off(4)),
                at: ms(0),
            });
            let _ = frames(&mut assembler, ms(0));
            assert!(assembler.held.len() <= 64 && assembler.held_bytes <= 20_000);
        }
    }
}

#[test]
fn a_codec_change_waits_for_its_key_frame() {
    let mut assembler = VideoAssembler::new(Limits::default());
    let mut sender = Sender::new(VideoCodec::H264);
    let first = sender.packets(&picture(0, true, 500));
    sender.codec = VideoCodec::Vp8;
    let delta = sender.packets(&vp8_picture(1, false, 500));
    let key = sender.packets(&vp8_picture(2, true, 500));
    for packet in [first, delta, key].into_iter().flatten() {
        assembler.push(packet);
    }
    let (out, _) = frames(&mut assembler, ms(0));
    let codecs: Vec<_> = out.iter().map(|frame| (frame.codec, frame.key)).collect();
    assert_eq!(codecs, [(VideoCodec::H264, true), (VideoCodec::Vp8, true)]);
}

/// What the network does to one packet, in milliseconds: lost (then resent after that time) or late.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Late(u64),
    Resent(u64),
    Lost,
    Twice(u64),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        20 => (0u64..3).prop_map(Fate::Late),
        3 => (0u64..60).prop_map(Fate::Late),
        2 => (20u64..350).prop_map(Fate::Resent),
        1 => Just(Fate::Lost),
        2 => (0u64..300).prop_map(Fate::Twice),
    ]
}

fn run_network(
    codec: VideoCodec,
    sizes: &[usize],
    fates: &[Fate],
    key_every: usize,
) -> Result<(), TestCaseError> {
    let mut sender = Sender::new(codec);
    let mut sent: Vec<Vec<u8>> = Vec::new();
    let mut arrivals: Vec<(MediaTime, VideoPacket)> = Vec::new();
    let mut fates = fates.iter().cycle();
    for (number, size) in sizes.iter().enumerate() {
        let key = number % key_every == 0;
        let frame = match codec {
            VideoCodec::H264 => picture(number as u32, key, *size),
            VideoCodec::Vp8 => vp8_picture(number as u32, key, *size),
        };
        for packet in sender.packets(&frame) {
            let later = |by: u64| (packet.at.plus(Duration::from_millis(by)), packet.clone());
            match *fates.next().unwrap() {
                Fate::Late(by) | Fate::Resent(by) => arrivals.push(later(by)),
                Fate::Twice(by) => arrivals.extend([later(0), later(by)]),
                Fate::Lost => {}
            }
        }
        sent.push(frame);
    }
    arrivals.sort_by_key(|(at, _)| *at);
    let mut arrivals: VecDeque<_> = arrivals.into();
    let mut assembler = VideoAssembler::new(Limits::default());
    let mut now = START;
    let mut shown: Vec<EncodedFrame> = Vec::new();
    while let Some((at, packet)) = arrivals.pop_front() {
        while let Some(deadline) = assembler.deadline().filter(|deadline| *deadline < at) {
            prop_assert!(deadline > now || assembler.poll(now).is_none());
            now = now.max(deadline);
            shown.extend(frames(&mut assembler, now).0);
        }
        now = at;
        assembler.push(VideoPacket { at, ..packet });
        shown.extend(frames(&mut assembler, now).0);
    }
    shown.extend(frames(&mut assembler, now.plus(Duration::from_secs(1))).0);

    let mut position: Option<usize> = None;
    for frame in &shown {
        let from = position.map_or(0, |position| position + 1);
        let found = (from..sent.len()).find(|at| sent[*at] == frame.data);
        let Some(found) = found else {
            return Err(TestCaseError::fail(
                "a frame that was not sent, or out of order",
            ));
        };
        prop_assert_eq!(frame.key, found % key_every == 0);
        // After a gap only a key frame may follow.
        prop_assert!(
            frame.key || position == Some(found - 1),
            "{:?} then {}",
            position,
            found
        );
        position = Some(found);
    }
    let times: Vec<_> = shown.iter().map(|frame| frame.at).collect();
    prop_assert!(times.is_sorted());
    prop_assert_eq!(assembler.counters().frames, shown.len() as u64);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_network_gives_only_whole_frames_in_order(
        h264 in any::<bool>(),
        sizes in prop::collection::vec(1usize..5000, 1..40),
        fates in prop::collection::vec(fate(), 1..150),
        key_every in 1usize..15,
    ) {
        let codec = if h264 { VideoCodec::H264 } else { VideoCodec::Vp8 };
        run_network(codec, &sizes, &fates, key_every)?;
    }

    #[test]
    fn a_network_that_resends_in_time_loses_nothing(
        sizes in prop::collection::vec(1usize..5000, 1..30),
        delays in prop::collection::vec(0u64..90, 1..100),
    ) {
        let mut sender = Sender::new(VideoCodec::H264);
        let mut delays = delays.iter().cycle();
        let mut arrivals: Vec<(MediaTime, VideoPacket)> = Vec::new();
        for (number, size) in sizes.iter().enumerate() {
            for packet in sender.packets(&picture(number as u32, number == 0, *size)) {
                arrivals.push((packet.at.plus(Duration::from_millis(*delays.next().unwrap())), packet));
            }
        }
        arrivals.sort_by_key(|(at, _)| *at);
        // What is first to arrive must not lie behind the start of the stream.
        let mut assembler = VideoAssembler::new(Limits::default());
        let mut shown = 0;
        for (at, packet) in arrivals {
            assembler.push(VideoPacket { at, ..packet });
            shown += frames(&mut assembler, at).0.len();
        }
        prop_assert_eq!(shown, sizes.len());
    }

    #[test]
    fn hostile_packets_never_panic_nor_grow(
        packets in prop::collection::vec(
            (any::<u16>(), 0u32..4, any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..30)),
            0..200,
        ),
    ) {
        let limits = Limits { packets: 32, bytes: 400, ..Limits::default() };
        let mut assembler = VideoAssembler::new(limits);
        for (index, (sequence, timestamp, marker, h264, payload)) in packets.into_iter().enumerate() {
            assembler.push(VideoPacket {
                sequence: sequence % 64,
                timestamp,
                marker,
                codec: if h264 { VideoCodec::H264 } else { VideoCodec::Vp8 },
                payload: Bytes::from(payload),
                at: ms(index as u64 * 10),
            });
            let _ = frames(&mut assembler, ms(index as u64 * 10));
            prop_assert!(assembler.held.len() <= 32 && assembler.held_bytes <= 400);
        }
    }
}

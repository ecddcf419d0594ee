#![allow(clippy::unwrap_used)]
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::clock::MediaTime;
use crate::encoded::{Bitrate, EncodedFrame, VideoCodec, VideoDecoder, VideoEncoder};
use crate::frame::{I420, VideoFrame};
use crate::synthetic::card::{CardStyle, TestCard, Theme, read_counter};

const FPS: u32 = 30;

fn card(width: u32, height: u32) -> TestCard {
    let style = CardStyle {
        name: "Ada Lovelace".into(),
        label: "TEST".into(),
        theme: Theme::Teal,
    };
    TestCard::new(width, height, &style).unwrap()
}

fn frame(card: &TestCard, n: u32) -> VideoFrame {
    let elapsed = Duration::from_secs(1) * n / FPS;
    VideoFrame {
        at: MediaTime(7).plus(elapsed),
        image: Arc::new(card.draw(n, elapsed)),
    }
}

fn encoder(usage: Usage, rate: u32) -> H264Encoder {
    H264Encoder::new(H264Settings {
        usage,
        rate: Bitrate(rate),
        fps: FPS,
    })
    .unwrap()
}

fn encoded(data: Vec<u8>) -> EncodedFrame {
    EncodedFrame {
        codec: VideoCodec::H264,
        key: true,
        at: MediaTime(0),
        width: 0,
        height: 0,
        data: Bytes::from(data),
    }
}

/// The counters read back, and the bits per second.
fn round_trip(usage: Usage, (width, height): (u32, u32), rate: u32, count: u32) -> (u32, f64) {
    let card = card(width, height);
    let mut encoder = encoder(usage, rate);
    let mut decoder = H264Decoder::new().unwrap();
    let (mut read, mut bytes) = (0, 0);
    for n in 0..count {
        let frame = frame(&card, n);
        let Some(coded) = encoder.encode(&frame, false).unwrap() else {
            continue;
        };
        bytes += coded.data.len();
        assert_eq!(coded.key, n == 0, "only the first is a key frame");
        assert_eq!(coded.at, frame.at);
        let shown = decoder.decode(&coded).unwrap().unwrap();
        assert_eq!(shown.at, frame.at);
        assert_eq!(
            (shown.image.width(), shown.image.height()),
            (width & !1, height & !1)
        );
        read += u32::from(read_counter(&shown.image) == Some(n));
    }
    let seconds = f64::from(count) / f64::from(FPS);
    (read, bytes as f64 * 8.0 / seconds)
}

#[test]
fn counters_survive_low_rates_and_the_rate_is_kept() {
    let (read, rate) = round_trip(Usage::Camera, (640, 360), 250_000, 120);
    assert!(read >= 100, "{read} of 120 at 360p");
    assert!(rate < 350_000.0, "{rate} bit/s");
    let (read, rate) = round_trip(Usage::Camera, (1280, 720), 1_200_000, 90);
    assert!(read >= 80, "{read} of 90 at 720p");
    assert!(rate < 1_600_000.0, "{rate} bit/s");
    let (read, _) = round_trip(Usage::Camera, (320, 180), 100_000, 90);
    assert!(read >= 60, "{read} of 90 at 180p");
}

#[test]
fn a_screen_keeps_its_counters_too() {
    let (read, _) = round_trip(Usage::Screen, (1280, 720), 1_500_000, 60);
    assert!(read >= 45, "{read} of 60");
}

#[test]
fn odd_sizes_lose_their_odd_edge() {
    let (read, _) = round_trip(Usage::Camera, (641, 361), 500_000, 10);
    assert!(read >= 8, "{read} of 10");
}

#[test]
fn a_key_frame_is_constrained_baseline_with_its_parameter_sets_in_one_slice() {
    let card = card(640, 360);
    let mut encoder = encoder(Usage::Camera, 500_000);
    for n in 0..10 {
        let force = n == 5;
        let coded = encoder.encode(&frame(&card, n), force).unwrap().unwrap();
        let types: Vec<u8> = nal_types(&coded.data).collect();
        if n == 0 || force {
            assert!(coded.key);
            assert_eq!(types, [7, 8, 5], "SPS, PPS, one IDR slice");
            let sps = coded.data.windows(4).position(|w| w == [0, 0, 1, 0x67]);
            let at = sps.unwrap() + 4;
            assert_eq!(coded.data[at], 66, "baseline");
            assert_eq!(coded.data[at + 1] & 0xc0, 0xc0, "constrained");
        } else {
            assert!(!coded.key);
            assert_eq!(types, [1]);
        }
    }
}

#[test]
fn a_change_of_size_makes_a_key_frame_that_the_decoder_follows() {
    let mut encoder = encoder(Usage::Camera, 800_000);
    let mut decoder = H264Decoder::new().unwrap();
    for (width, height) in [(640, 360), (320, 180), (1280, 720), (360, 640)] {
        let card = card(width, height);
        for n in 0..3 {
            let coded = encoder.encode(&frame(&card, n), false).unwrap().unwrap();
            assert_eq!(coded.key, n == 0);
            assert_eq!(
                (u32::from(coded.width), u32::from(coded.height)),
                (width, height)
            );
            let shown = decoder.decode(&coded).unwrap().unwrap();
            assert_eq!((shown.image.width(), shown.image.height()), (width, height));
        }
    }
}

#[test]
fn the_rate_changes_while_it_runs_without_a_key_frame() {
    let card = card(640, 360);
    let mut encoder = encoder(Usage::Camera, 1_000_000);
    let mut spent = [0usize; 3];
    let mut n = 0;
    for (phase, rate) in [1_000_000, 150_000, 1_000_000].into_iter().enumerate() {
        encoder.set_rate(Bitrate(rate)).unwrap();
        for i in 0..90 {
            // Noise that moves costs bits, so that the rate is what limits.
            let mut image = (*frame(&card, n).image).clone();
            let mut state = n;
            for pixel in image.planes_mut()[0][..640 * 180].iter_mut() {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *pixel = pixel.wrapping_add((state >> 27) as u8);
            }
            let frame = VideoFrame {
                image: Arc::new(image),
                ..frame(&card, n)
            };
            n += 1;
            if let Some(coded) = encoder.encode(&frame, false).unwrap() {
                assert!(n == 1 || !coded.key);
                if i >= 30 {
                    spent[phase] += coded.data.len() * 8 / 2;
                }
            }
        }
    }
    assert!(spent[1] < 250_000, "{spent:?} bit/s");
    assert!(
        spent[0] > spent[1] * 3 && spent[2] > spent[1] * 3,
        "{spent:?}"
    );
}

#[test]
fn the_rate_may_rise_and_fall_at_every_size() {
    for usage in [Usage::Camera, Usage::Screen] {
        for (width, height) in [(320, 180), (640, 360), (1280, 720), (1920, 1080)] {
            let card = card(width, height);
            let mut encoder = encoder(usage, 300_000);
            let rates = [300_000, 1_800_000, 120_000, 2_500_000, 8_000_000, 60_000];
            for (n, rate) in rates.into_iter().enumerate() {
                encoder
                    .set_rate(Bitrate(rate))
                    .unwrap_or_else(|e| panic!("{width}x{height} at {rate}: {e}"));
                encoder.encode(&frame(&card, n as u32), false).unwrap();
            }
        }
    }
}

#[test]
fn sizes_that_no_level_allows_are_refused() {
    let mut encoder = encoder(Usage::Camera, 500_000);
    for (width, height) in [(2, 2), (14, 640), (8192, 8192), (3842, 16)] {
        let frame = VideoFrame {
            at: MediaTime(0),
            image: Arc::new(I420::black(width, height).unwrap()),
        };
        let error = encoder.encode(&frame, false).unwrap_err();
        assert_eq!(error.code(), "codec.input", "{width}x{height}");
    }
    for fps in [0, 1000] {
        let settings = H264Settings {
            usage: Usage::Camera,
            rate: Bitrate(1),
            fps,
        };
        assert!(H264Encoder::new(settings).is_err());
    }
}

#[test]
fn after_a_gap_nothing_damaged_is_shown_and_a_key_frame_heals() {
    let card = card(640, 360);
    let mut encoder = encoder(Usage::Camera, 500_000);
    let mut decoder = H264Decoder::new().unwrap();
    let coded: Vec<_> = (0..20)
        .map(|n| encoder.encode(&frame(&card, n), n == 15).unwrap().unwrap())
        .collect();
    assert!(decoder.decode(&coded[1]).is_err(), "no key frame so far");
    let mut failed = false;
    for (n, coded) in coded.iter().enumerate() {
        match n {
            5 => continue,
            8 => {
                let half = encoded(coded.data[..coded.data.len() / 2].to_vec());
                failed |= decoder.decode(&half).is_err();
            }
            9..15 => failed |= decoder.decode(coded).is_err(),
            15.. => {
                let shown = decoder.decode(coded).unwrap().unwrap();
                assert_eq!(read_counter(&shown.image), Some(n as u32));
            }
            _ => {
                let _ = decoder.decode(coded);
            }
        }
    }
    assert!(failed, "the damage was noticed");
}

#[test]
fn truncated_and_random_bytes_never_panic() {
    let card = card(320, 180);
    let mut encoder = encoder(Usage::Camera, 300_000);
    let coded: Vec<_> = (0..4)
        .map(|n| encoder.encode(&frame(&card, n), false).unwrap().unwrap())
        .collect();
    let mut decoder = H264Decoder::new().unwrap();
    let mut state = 99u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize
    };
    for round in 0..300 {
        let mut data = coded[round % 4].data.to_vec();
        match round % 3 {
            0 => data.truncate(random() % data.len()),
            1 => {
                for _ in 0..1 + random() % 8 {
                    let at = random() % data.len();
                    data[at] ^= 1 << (random() % 8);
                }
            }
            _ => {
                data = (0..random() % 600).map(|_| random() as u8).collect();
                data.splice(0..0, [0, 0, 0, 1, 0x65]);
            }
        }
        let _ = decoder.decode(&encoded(data));
    }
    assert_eq!(
        decoder.decode(&encoded(Vec::new())).unwrap_err().code(),
        "codec.input"
    );
    let shown = decoder.decode(&coded[0]).unwrap().unwrap();
    assert_eq!(read_counter(&shown.image), Some(0), "a key frame heals");
}

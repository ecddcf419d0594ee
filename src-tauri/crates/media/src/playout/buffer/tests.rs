#![allow(clippy::unwrap_used)]
use super::*;
use crate::codec::opus::{OpusEncoder, PACKET};
use crate::encoded::Bitrate;
use crate::level::{Level, windows_with_tone};
use crate::synthetic::speech::{Speech, Voice};
use crate::synthetic::tone::{Samples, Tone};

const MS: i64 = 1_000_000;

fn encode(samples: &mut dyn Samples, seconds: usize) -> Vec<EncodedAudio> {
    let mut encoder = OpusEncoder::new(Bitrate(32_000), 15).unwrap();
    let mut block = [0.0; PACKET];
    (0..seconds as u64 * 50)
        .map(|n| {
            samples.fill(&mut block);
            EncodedAudio {
                sequence: 1000 + n,
                timestamp: 7_000 + n * PACKET as u64,
                data: encoder.encode(&block).unwrap(),
                level: None,
                at: MediaTime(n as i64 * 20 * MS),
            }
        })
        .collect()
}

fn speech(seconds: usize) -> Vec<EncodedAudio> {
    encode(&mut Speech::new(Voice::nth(0)), seconds)
}

/// Runs packets that arrive at their `at` through a buffer that is pulled every `step` ns; returns what was heard.
fn run(packets: &[EncodedAudio], until_ms: i64, step: i64) -> (PlayoutStats, Vec<f32>) {
    let mut packets: Vec<_> = packets.to_vec();
    packets.sort_by_key(|p| p.at);
    let mut packets = packets.into_iter().peekable();
    let mut buffer = OpusBuffer::new().unwrap();
    let mut heard = Vec::new();
    let mut out = [0.0; BLOCK];
    let mut now = 0;
    while now < until_ms * MS {
        while let Some(packet) = packets.next_if(|p| p.at.0 <= now) {
            buffer.push(packet);
        }
        buffer.pull(MediaTime(now), &mut out);
        heard.extend(out);
        now += step;
    }
    (buffer.stats(), heard)
}

fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |limit| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % limit
    }
}

#[test]
fn a_perfect_stream_is_never_concealed() {
    let (stats, heard) = run(&speech(20), 20_000, 10 * MS);
    assert_eq!(
        (stats.concealed, stats.repaired, stats.silent),
        (0, 0, 0),
        "{stats:?}"
    );
    assert_eq!((stats.lost, stats.late, stats.received), (0, 0, 1000));
    assert!(stats.target_ms <= 30, "{stats:?}");
    assert!(Level::of(&heard).rms > -30.0);
}

#[test]
fn a_tone_stays_clean_while_the_delay_is_being_cut() {
    let (stats, heard) = run(&encode(&mut Tone::new(440.0, -20.0), 20), 20_000, 10 * MS);
    assert_eq!(stats.concealed, 0, "{stats:?}");
    let clean = windows_with_tone(&heard[48_000..], 440.0, 0.9);
    assert!(clean > 0.97, "{clean} {stats:?}");
}

#[test]
fn jitter_is_absorbed() {
    let mut packets = speech(20);
    let mut random = random(7);
    for packet in &mut packets {
        packet.at = MediaTime(packet.at.0 + random(40) as i64 * MS);
    }
    let (stats, _) = run(&packets, 20_000, 10 * MS);
    assert!(stats.concealed_share() < 0.005, "{stats:?}");
    assert!((40..=80).contains(&stats.target_ms), "{stats:?}");
}

#[test]
fn single_losses_are_repaired_by_the_next_packet() {
    let mut random = random(11);
    let packets: Vec<_> = speech(40)
        .into_iter()
        .filter(|_| random(100) >= 5)
        .collect();
    let (stats, _) = run(&packets, 40_000, 10 * MS);
    assert!((60..160).contains(&stats.lost), "{stats:?}");
    assert!(stats.repaired > stats.concealed, "{stats:?}");
    assert!(stats.concealed_share() < 0.03, "{stats:?}");
    assert_eq!(stats.silent, 0, "{stats:?}");
}

#[test]
fn reordered_and_repeated_packets_do_no_harm() {
    let mut packets = speech(10);
    for n in (0..packets.len() - 1).step_by(2) {
        let (a, b) = (packets[n].at, packets[n + 1].at);
        packets[n].at = b;
        packets[n + 1].at = a;
    }
    let again: Vec<_> = packets.iter().step_by(3).cloned().collect();
    packets.extend(again);
    let (stats, _) = run(&packets, 9_900, 10 * MS);
    assert!(stats.concealed_share() < 0.005, "{stats:?}");
    assert!(stats.repaired < 48_000 / 5, "{stats:?}");
}

#[test]
fn a_long_gap_fades_into_silence_and_the_stream_goes_on_in_time() {
    let packets: Vec<_> = speech(10)
        .into_iter()
        .filter(|p| !(1100..1120).contains(&p.sequence))
        .collect();
    let (stats, heard) = run(&packets, 9_900, 10 * MS);
    assert_eq!(stats.lost, 20, "{stats:?}");
    assert!(
        stats.concealed <= (MAX_CONCEAL + PACKET) as u64,
        "{stats:?}"
    );
    assert!((10_000..20_000).contains(&stats.silent), "{stats:?}");
    assert!(heard.iter().all(|s| s.is_finite() && s.abs() < 1.0));
    assert_eq!(stats.late, 0);
}

#[test]
fn a_sender_that_rests_is_silent_and_comes_back() {
    let packets: Vec<_> = speech(12)
        .into_iter()
        .filter(|p| p.sequence < 1200 || p.sequence >= 1400)
        .collect();
    let (stats, heard) = run(&packets, 11_900, 10 * MS);
    assert!(stats.concealed <= MAX_CONCEAL as u64, "{stats:?}");
    let rest = &heard[48 * 4_600..48 * 7_900];
    assert_eq!(Level::of(rest).peak, crate::level::SILENCE_DBFS);
    assert!(
        Level::of(&heard[48 * 8_500..]).rms > -35.0,
        "it speaks again"
    );
}

#[test]
fn a_gap_in_the_timestamps_alone_is_a_pause() {
    let mut packets = speech(4);
    for packet in &mut packets[100..] {
        packet.timestamp += 48_000 * 3 / 10;
        packet.at = MediaTime(packet.at.0 + 300 * MS);
    }
    let (stats, _) = run(&packets, 4_200, 10 * MS);
    assert_eq!(stats.lost, 0, "{stats:?}");
    assert!(stats.concealed <= MAX_CONCEAL as u64, "{stats:?}");
}

#[test]
fn clocks_that_run_apart_are_followed_in_both_directions() {
    for ppm in [-500i64, 500] {
        let step = 10 * MS + 10 * MS * ppm / 1_000_000;
        let (stats, heard) = run(&speech(60), 59_000, step);
        assert!(stats.concealed_share() < 0.003, "{ppm}: {stats:?}");
        assert_eq!(stats.overflowed, 0, "{ppm}");
        assert!(heard.iter().all(|s| s.is_finite()));
    }
}

#[test]
fn pulls_in_bursts_are_as_good_as_even_ones() {
    let packets = speech(20);
    let mut packets = packets.into_iter().peekable();
    let mut buffer = OpusBuffer::new().unwrap();
    let mut out = [0.0; BLOCK];
    for burst in 0..490 {
        let now = MediaTime(burst * 40 * MS);
        while let Some(packet) = packets.next_if(|p| p.at <= now) {
            buffer.push(packet);
        }
        for _ in 0..4 {
            buffer.pull(now, &mut out);
        }
    }
    let stats = buffer.stats();
    assert!(stats.concealed_share() < 0.01, "{stats:?}");
}

#[test]
fn a_delay_that_grew_in_a_stall_shrinks_again() {
    let mut packets = speech(40);
    for packet in &mut packets[250..] {
        // For 0.8 s nothing comes, then everything at once and later on in time.
        packet.at = packet.at.max(MediaTime(5_800 * MS));
    }
    let (stats, _) = run(&packets, 39_900, 10 * MS);
    assert!(stats.cut > 48 * 500, "{stats:?}");
    assert!(stats.concealed <= MAX_CONCEAL as u64, "{stats:?}");
}

#[test]
fn hostile_packets_never_panic_and_are_counted() {
    let mut buffer = OpusBuffer::new().unwrap();
    let mut random = random(3);
    let good = speech(1);
    let mut out = [0.0; BLOCK];
    let extremes = [0, 1, 1000, u64::MAX, u64::MAX / 2, 1 << 32];
    for n in 0..5_000u64 {
        let mut packet = good[random(50) as usize].clone();
        match random(4) {
            0 => packet.data = (0..random(40)).map(|_| random(256) as u8).collect(),
            1 => packet.timestamp = extremes[random(6) as usize],
            2 => packet.sequence = extremes[random(6) as usize],
            _ => packet.at = MediaTime([i64::MIN, i64::MAX, 0, n as i64][random(4) as usize]),
        }
        buffer.push(packet);
        let now = if random(50) == 0 {
            i64::MAX
        } else {
            n as i64 * 10 * MS
        };
        buffer.pull(MediaTime(now), &mut out);
        assert!(out.iter().all(|s| s.is_finite()));
    }
    assert!(buffer.stats().invalid > 0);
}

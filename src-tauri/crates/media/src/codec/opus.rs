//! Opus (RFC 6716): mono at 48 kHz, 20 ms a packet, with in-band error correction.

mod packets;

use bytes::Bytes;
use opus::{Application, Channels};

use crate::encoded::{Bitrate, CodecError};
use crate::sound::SAMPLE_RATE;
pub use packets::OpusPackets;

/// Samples in one packet that Foyer sends: 20 ms.
pub const PACKET: usize = 960;
/// The longest packet that the format allows: 120 ms.
pub const MAX_PACKET: usize = 5760;
/// RFC 6716 §3.4 R2, for one stream of 120 ms.
const MAX_BYTES: usize = 6 * 1275 + 7;

/// Sends speech.
pub struct OpusEncoder {
    encoder: opus::Encoder,
    packet: Vec<u8>,
}

impl OpusEncoder {
    /// About 32 kbit/s suits speech with error correction. `loss_percent` is what the far side is expected to lose:
    /// the more, the more of the rate goes into repairing.
    pub fn new(rate: Bitrate, loss_percent: u8) -> Result<Self, CodecError> {
        let mut encoder =
            opus::Encoder::new(SAMPLE_RATE, Channels::Mono, Application::Voip).map_err(failed)?;
        encoder.set_vbr(true).map_err(failed)?;
        encoder.set_complexity(7).map_err(failed)?;
        encoder.set_inband_fec(true).map_err(failed)?;
        // Error correction exists in the speech modes only: keep the encoder from choosing the music mode.
        encoder.set_signal(opus::Signal::Voice).map_err(failed)?;
        let mut made = Self {
            encoder,
            packet: vec![0; 1500],
        };
        made.set_rate(rate)?;
        made.set_expected_loss(loss_percent)?;
        Ok(made)
    }

    /// Encodes 20 ms.
    pub fn encode(&mut self, samples: &[f32; PACKET]) -> Result<Bytes, CodecError> {
        let len = self
            .encoder
            .encode_float(samples, &mut self.packet)
            .map_err(failed)?;
        Ok(Bytes::copy_from_slice(&self.packet[..len]))
    }

    /// Aims at this rate from the next packet on.
    pub fn set_rate(&mut self, rate: Bitrate) -> Result<(), CodecError> {
        let rate = rate.0.clamp(6_000, 256_000) as i32;
        self.encoder
            .set_bitrate(opus::Bitrate::Bits(rate))
            .map_err(failed)
    }

    /// Share of packets that will be lost.
    pub fn set_expected_loss(&mut self, percent: u8) -> Result<(), CodecError> {
        self.encoder
            .set_packet_loss_perc(i32::from(percent.min(100)))
            .map_err(failed)
    }
}

/// Receives one stream; stereo comes out as mono. Must be given every packet in order, or be told of the gap.
pub struct OpusDecoder {
    decoder: opus::Decoder,
    buffer: Vec<f32>,
}

impl OpusDecoder {
    /// A decoder at rest.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self {
            decoder: opus::Decoder::new(SAMPLE_RATE, Channels::Mono).map_err(failed)?,
            buffer: vec![0.0; MAX_PACKET],
        })
    }

    /// Decodes a packet: 120 to 5760 samples.
    pub fn decode(&mut self, packet: &[u8]) -> Result<&[f32], CodecError> {
        duration(packet)?;
        self.run(packet, MAX_PACKET, false)
    }

    /// Rebuilds `samples` before `next` from the copy inside it; ask [`has_repair`] first.
    pub fn repair(&mut self, next: &[u8], samples: usize) -> Result<&[f32], CodecError> {
        duration(next)?;
        self.run(next, step(samples)?, true)
    }

    /// Makes up `samples` that continue what was, fading out if asked again and again.
    pub fn conceal(&mut self, samples: usize) -> Result<&[f32], CodecError> {
        let samples = step(samples)?;
        self.run(&[], samples, false)
    }

    fn run(&mut self, packet: &[u8], room: usize, repair: bool) -> Result<&[f32], CodecError> {
        let got = self
            .decoder
            .decode_float(packet, &mut self.buffer[..room], repair)
            .map_err(|e| CodecError::Input(e.to_string()))?;
        Ok(&self.buffer[..got.min(room)])
    }
}

/// Samples that the packet holds at 48 kHz, or why it is none.
pub fn duration(packet: &[u8]) -> Result<usize, CodecError> {
    if packet.is_empty() || packet.len() > MAX_BYTES {
        return Err(CodecError::Input(format!("{} bytes", packet.len())));
    }
    match opus::packet::get_nb_samples(packet, SAMPLE_RATE) {
        Ok(samples @ 120..=MAX_PACKET) => Ok(samples),
        Ok(samples) => Err(CodecError::Input(format!("{samples} samples"))),
        Err(e) => Err(CodecError::Input(e.to_string())),
    }
}

/// True if the packet carries a low-rate copy of what was before it (LBRR, RFC 6716 §4.2.3): only SILK and
/// hybrid packets do, and they say so in the flags that open their first frame.
pub fn has_repair(packet: &[u8]) -> bool {
    let (Some(toc), Ok(_)) = (packet.first(), duration(packet)) else {
        return false;
    };
    if is_music(packet) {
        return false;
    }
    let Ok(parsed) = opus::packet::parse(packet) else {
        return false;
    };
    let Some(flags) = parsed.frames.first().and_then(|f| f.first()).copied() else {
        return false;
    };
    // One voice activity bit for each 20 ms of SILK, then the LBRR bit; once for each channel.
    let silk_frames = match toc >> 3 {
        config @ 0..12 if config & 3 == 2 => 2,
        config @ 0..12 if config & 3 == 3 => 3,
        _ => 1u32,
    };
    let mid = flags >> (7 - silk_frames) & 1 == 1;
    let stereo = toc & 4 != 0;
    mid || stereo && flags >> (6 - 2 * silk_frames) & 1 == 1
}

/// True if the packet is coded in the music mode (CELT only), which knows no repair.
pub fn is_music(packet: &[u8]) -> bool {
    packet.first().is_some_and(|toc| toc & 0x80 != 0)
}

/// Samples of each frame in the packet, by its first byte (RFC 6716 §3.1); 0 for an empty one.
pub fn samples_per_frame(packet: &[u8]) -> usize {
    if packet.is_empty() {
        return 0;
    }
    opus::packet::get_samples_per_frame(packet, SAMPLE_RATE).unwrap_or(0)
}

fn step(samples: usize) -> Result<usize, CodecError> {
    if samples == 0 || samples > MAX_PACKET || !samples.is_multiple_of(120) {
        return Err(CodecError::Input(format!("{samples} samples")));
    }
    Ok(samples)
}

fn failed(e: opus::Error) -> CodecError {
    CodecError::Failed(e.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::level::Level;
    use crate::synthetic::speech::{Speech, Voice};
    use crate::synthetic::tone::Samples;

    fn packets(loss: u8, count: usize) -> (Vec<f32>, Vec<Bytes>) {
        let mut sound = vec![0.0; count * PACKET];
        Speech::new(Voice::nth(0)).fill(&mut sound);
        let mut encoder = OpusEncoder::new(Bitrate(32_000), loss).unwrap();
        let packets = sound
            .chunks_exact(PACKET)
            .map(|c| encoder.encode(c.try_into().unwrap()).unwrap())
            .collect();
        (sound, packets)
    }

    #[test]
    fn speech_comes_through_at_its_level_and_the_rate_is_kept() {
        let (sound, packets) = packets(5, 150);
        let mut decoder = OpusDecoder::new().unwrap();
        let mut heard = Vec::new();
        for packet in &packets {
            assert_eq!(duration(packet).unwrap(), PACKET);
            heard.extend_from_slice(decoder.decode(packet).unwrap());
        }
        assert_eq!(heard.len(), sound.len());
        let (before, after) = (Level::of(&sound).rms, Level::of(&heard).rms);
        assert!((before - after).abs() < 2.0, "{before} {after}");
        let rate = packets.iter().map(Bytes::len).sum::<usize>() * 8 / 3;
        assert!((10_000..45_000).contains(&rate), "{rate} bit/s");
    }

    #[test]
    fn most_packets_of_speech_carry_a_copy_of_the_one_before_that_repairs_it() {
        let (_, packets) = packets(15, 300);
        let carrying = packets.iter().filter(|p| has_repair(p)).count();
        assert!(carrying > 150, "{carrying} of 300");
        assert!(
            packets
                .iter()
                .all(|p| !is_music(p) && samples_per_frame(p) == PACKET)
        );
        // Lose one packet of speech: the rebuilt one is close in level to what was lost.
        let (mut whole, mut lossy) = (OpusDecoder::new().unwrap(), OpusDecoder::new().unwrap());
        let lost = (20..280)
            .find(|&n| has_repair(&packets[n + 1]) && packets[n].len() > 60)
            .unwrap();
        for packet in &packets[..lost] {
            whole.decode(packet).unwrap();
            lossy.decode(packet).unwrap();
        }
        let real = Level::of(whole.decode(&packets[lost]).unwrap()).rms;
        let rebuilt = Level::of(lossy.repair(&packets[lost + 1], PACKET).unwrap()).rms;
        assert!(
            (real - rebuilt).abs() < 6.0,
            "{real} dBFS rebuilt as {rebuilt}"
        );
    }

    #[test]
    fn without_expected_loss_no_bits_go_into_copies() {
        let (_, packets) = packets(0, 100);
        assert!(packets.iter().all(|p| !has_repair(p)));
    }

    #[test]
    fn concealment_fades_out() {
        let (_, packets) = packets(5, 60);
        let mut decoder = OpusDecoder::new().unwrap();
        for packet in &packets {
            decoder.decode(packet).unwrap();
        }
        for _ in 0..100 {
            assert_eq!(decoder.conceal(480).unwrap().len(), 480);
        }
        assert!(Level::of(decoder.conceal(480).unwrap()).rms < -45.0);
        for wrong in [0, 1, 479, 100_000] {
            assert!(decoder.conceal(wrong).is_err());
        }
    }

    #[test]
    fn stereo_comes_out_as_mono() {
        let mut stereo =
            opus::Encoder::new(SAMPLE_RATE, Channels::Stereo, Application::Audio).unwrap();
        let sound: Vec<f32> = (0..PACKET)
            .flat_map(|i| [(i as f32 * 0.1).sin() * 0.2; 2])
            .collect();
        let mut decoder = OpusDecoder::new().unwrap();
        for _ in 0..5 {
            let packet = stereo.encode_vec_float(&sound, 1500).unwrap();
            assert_eq!(decoder.decode(&packet).unwrap().len(), PACKET);
        }
    }

    #[test]
    fn random_bytes_never_panic() {
        let mut decoder = OpusDecoder::new().unwrap();
        let mut state = 3u64;
        for _ in 0..3000 {
            let mut packet = Vec::new();
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            for _ in 0..(state >> 40) % 200 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
                packet.push((state >> 33) as u8);
            }
            has_repair(&packet);
            if let Ok(samples) = decoder.decode(&packet) {
                assert!(samples.iter().all(|s| s.is_finite()));
            }
            let _ = decoder.repair(&packet, PACKET);
        }
        assert!(decoder.decode(&[]).is_err());
        assert!(decoder.decode(&vec![0; 100_000]).is_err());
    }
}

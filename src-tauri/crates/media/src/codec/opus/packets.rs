//! From samples of any number to packets that follow each other.

use super::{OpusEncoder, PACKET};
use crate::clock::MediaTime;
use crate::encoded::{Bitrate, CodecError, EncodedAudio};
use crate::level::Level;

/// No loss is as long as this.
const NEW_SOURCE: u64 = 1 << 32;

/// One stream on its way out. Time passes even if nothing is sent: the far side must not play later what is sent
/// after a pause.
pub struct OpusPackets {
    encoder: OpusEncoder,
    rate: Bitrate,
    loss_percent: u8,
    ready: Vec<f32>,
    sequence: u64,
}

impl OpusPackets {
    /// As [`OpusEncoder::new`].
    pub fn new(rate: Bitrate, loss_percent: u8) -> Result<Self, CodecError> {
        Ok(Self {
            encoder: OpusEncoder::new(rate, loss_percent)?,
            rate,
            loss_percent,
            ready: Vec::new(),
            sequence: NEW_SOURCE,
        })
    }

    /// Another source begins: its numbers are far from the last, so that its clock is the time.
    pub fn begin(&mut self) -> Result<(), CodecError> {
        self.forget();
        self.sequence += NEW_SOURCE;
        self.encoder = OpusEncoder::new(self.rate, self.loss_percent)?;
        Ok(())
    }

    /// Drops what does not fill a packet yet.
    pub fn forget(&mut self) {
        self.ready.clear();
    }

    /// Aims at this rate from the next packet on.
    pub fn set_rate(&mut self, rate: Bitrate) -> Result<(), CodecError> {
        self.rate = rate;
        self.encoder.set_rate(rate)
    }

    /// Takes samples and hands the packets on that become whole, if they are `wanted`; else only time passes.
    pub fn push(
        &mut self,
        samples: &[f32],
        wanted: bool,
        now: MediaTime,
        mut hand_on: impl FnMut(EncodedAudio),
    ) -> Result<(), CodecError> {
        self.ready.extend_from_slice(samples);
        let whole = self.ready.len() / PACKET * PACKET;
        let ready: Vec<f32> = self.ready.drain(..whole).collect();
        for packet in ready.as_chunks::<PACKET>().0 {
            self.sequence += 1;
            if !wanted {
                continue;
            }
            let data = self.encoder.encode(packet)?;
            if data.is_empty() {
                continue;
            }
            hand_on(EncodedAudio {
                sequence: self.sequence,
                timestamp: self.sequence * PACKET as u64,
                data,
                level: Some(Level::of(packet).dbov()),
                at: now,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_through_pauses_and_jump_with_a_new_source() {
        let mut packets = OpusPackets::new(Bitrate(32_000), 10).unwrap();
        let mut numbers = Vec::new();
        for (samples, wanted) in [(1_000, true), (960, false), (920, true)] {
            let block = vec![0.1; samples];
            let done = packets.push(&block, wanted, MediaTime(0), |packet| {
                assert_eq!(packet.timestamp, packet.sequence * 960);
                numbers.push(packet.sequence - NEW_SOURCE);
            });
            done.unwrap();
        }
        assert_eq!(numbers, [1, 3]);
        packets
            .push(&[0.1; 500], true, MediaTime(0), |_| ())
            .unwrap();
        packets.begin().unwrap();
        let mut next = 0;
        let done = packets.push(&[0.1; 960], true, MediaTime(0), |packet| {
            next = packet.sequence;
        });
        done.unwrap();
        assert_eq!(next, 2 * NEW_SOURCE + 4);
    }
}

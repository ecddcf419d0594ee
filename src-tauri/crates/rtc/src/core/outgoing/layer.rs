//! One stream of what a transceiver sends: the only one, or a layer of simulcast.

use bytes::Bytes;
use rtc::rtp::{Header, Packet};
use rtc::shared::marshal::MarshalSize;

use super::SendConfig;
use crate::core::route::{Extensions, Payload, StreamSsrc, rtx_info, stream_info};
use crate::core::wire::{ChainCommand, Wire};

/// What was sent, for statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sent {
    pub packets: u64,
    pub bytes: u64,
    pub header_bytes: u64,
    pub frames: u64,
    /// Of two and a half times the size that is usual up to then.
    pub huge_frames: u64,
}

impl Sent {
    fn count(&mut self, packets: u64, bytes: u64, headers: u64) {
        let usual = self.bytes / self.frames.max(1);
        let is_huge = self.frames > 0 && bytes * 2 > usual * 5;
        self.huge_frames += u64::from(is_huge);
        self.header_bytes += headers;
        self.packets += packets;
        self.bytes += bytes;
        self.frames += 1;
    }
}

/// RTP numbers of one packet.
pub(super) struct Stamp {
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
}

/// Its SSRCs stay the same for its whole life.
pub(super) struct Layer {
    pub ssrc: StreamSsrc,
    /// `None` for the only stream.
    pub rid: Option<String>,
    pub sequence: u16,
    pub timestamp_base: u32,
    pub picture_id: u16,
    pub sent: Sent,
    /// The far side, or the pacer, wants a key frame of it.
    pub key_wanted: bool,
    /// As the chain knows it.
    bound: Option<(Payload, Extensions)>,
}

impl Layer {
    pub(super) fn new(ssrc: StreamSsrc) -> Self {
        Self {
            ssrc,
            rid: None,
            // Unguessable, as RFC 3550, 5.1 wants; with room so that the first wrap comes late.
            sequence: rand::random::<u16>() >> 1,
            timestamp_base: rand::random(),
            picture_id: rand::random::<u16>() & 0x7fff,
            sent: Sent::default(),
            key_wanted: false,
            bound: None,
        }
    }

    /// Makes the stream known to the chain as it will be sent.
    pub(super) fn bind(&mut self, config: &SendConfig, wire: &Wire) {
        let wanted = (config.payload, config.extensions);
        if self.bound != Some(wanted) {
            self.unbind(wire);
            self.bound = Some(wanted);
            self.tell(ChainCommand::BindLocal, wire);
        }
    }

    pub(super) fn unbind(&mut self, wire: &Wire) {
        self.tell(ChainCommand::UnbindLocal, wire);
        self.bound = None;
    }

    /// Tells a new chain what the old one knew.
    pub(super) fn rebind(&self, wire: &Wire) {
        self.tell(ChainCommand::BindLocal, wire);
    }

    fn tell(&self, command: impl Fn(rtc::interceptor::StreamInfo) -> ChainCommand, wire: &Wire) {
        let Some((payload, extensions)) = &self.bound else {
            return;
        };
        let StreamSsrc { ssrc, rtx } = self.ssrc;
        wire.command(command(stream_info(ssrc, rtx, payload, extensions)));
        if let (Some(rtx), Some(_)) = (rtx, payload.rtx) {
            wire.command(command(rtx_info(rtx, payload, extensions)));
        }
    }

    pub(super) fn packet(
        &self,
        config: &SendConfig,
        stamp: Stamp,
        payload: Bytes,
        level: Option<u8>,
    ) -> Packet {
        let mut header = Header {
            version: 2,
            marker: stamp.marker,
            payload_type: config.payload.pt,
            sequence_number: stamp.sequence,
            timestamp: stamp.timestamp,
            ssrc: self.ssrc.ssrc,
            ..Header::default()
        };
        let ids = &config.extensions;
        let text = |id: Option<u8>, text: Option<&str>| {
            Some((id?, Bytes::copy_from_slice(text?.as_bytes())))
        };
        let level = ids
            .level
            .zip(level)
            .map(|(id, level)| (id, Bytes::copy_from_slice(&[level & 0x7f])));
        let extensions = [
            text(ids.mid, Some(&config.mid)),
            text(ids.rid, self.rid.as_deref()),
            level,
        ];
        for (id, value) in extensions.into_iter().flatten() {
            if let Err(error) = header.set_extension(id, value) {
                tracing::debug!(%error, "header extension left out");
            }
        }
        Packet { header, payload }
    }

    /// Queues all of a frame, or nothing.
    pub(super) fn push(&mut self, packets: Vec<Packet>, wire: &Wire) -> bool {
        let count = packets.len() as u64;
        let bytes: usize = packets.iter().map(|packet| packet.payload.len()).sum();
        let headers: usize = packets
            .iter()
            .map(|packet| packet.header.marshal_size())
            .sum();
        if count == 0 || !wire.send(packets) {
            return false;
        }
        self.sent.count(count, bytes as u64, headers as u64);
        true
    }
}

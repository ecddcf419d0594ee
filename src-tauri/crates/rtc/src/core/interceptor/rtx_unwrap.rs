//! Retransmissions become the packets that they repeat (RFC 4588) before the NACK generator looks for holes.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtp;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

/// Marks a packet that came as a retransmission.
#[derive(Debug)]
pub(crate) struct Recovered;

struct Repaired {
    ssrc: u32,
    payload_type: u8,
}

/// See the module. Stands between the FEC decoder and the NACK generator.
#[derive(Default)]
pub(crate) struct RtxUnwrap {
    streams: HashMap<u32, Repaired>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl RtxUnwrap {
    /// With no streams; they are learnt as they are bound.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The packet as it was first sent; `None` for padding.
    fn unwrap(&self, packet: rtp::Packet) -> Option<rtp::Packet> {
        let Some(repaired) = self.streams.get(&packet.header.ssrc) else {
            return Some(packet);
        };
        let (sequence, _) = packet.payload.split_first_chunk::<2>()?;
        if packet.payload.len() == 2 {
            return None;
        }
        let mut header = packet.header;
        header.ssrc = repaired.ssrc;
        header.payload_type = repaired.payload_type;
        header.sequence_number = u16::from_be_bytes(*sequence);
        let payload = packet.payload.slice(2..);
        Some(rtp::Packet { header, payload })
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for RtxUnwrap {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut tagged: TaggedPacket) -> Result<(), Error> {
        match tagged.message.packet {
            Packet::Rtp(packet) if self.streams.contains_key(&packet.header.ssrc) => {
                if let Some(packet) = self.unwrap(packet) {
                    tagged.message.packet = Packet::Rtp(packet);
                    tagged.message.add(Attribute::Custom(Arc::new(Recovered)));
                    self.read.push_back(tagged);
                }
            }
            _ => self.read.push_back(tagged),
        }
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, tagged: TaggedPacket) -> Result<(), Error> {
        self.write.push_back(tagged);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

impl Interceptor for RtxUnwrap {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        if let Some(rtx) = info.ssrc_rtx {
            self.streams.insert(
                rtx,
                Repaired {
                    ssrc: info.ssrc,
                    payload_type: info.payload_type,
                },
            );
        }
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        self.streams
            .retain(|_, repaired| repaired.ssrc != info.ssrc);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]
    use bytes::Bytes;
    use rtc::interceptor::AttributedPacket;
    use rtc::shared::TransportContext;

    use super::*;

    fn pass(unwrap: &mut RtxUnwrap, ssrc: u32, payload: &'static [u8]) -> Option<TaggedPacket> {
        let header = rtp::Header {
            version: 2,
            ssrc,
            payload_type: 97,
            sequence_number: 9,
            timestamp: 77,
            marker: true,
            ..Default::default()
        };
        let packet = rtp::Packet {
            header,
            payload: Bytes::from_static(payload),
        };
        let tagged = TaggedPacket {
            now: Instant::now(),
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtp(packet)),
        };
        unwrap.handle_read(tagged).unwrap();
        unwrap.poll_read()
    }

    fn bound() -> RtxUnwrap {
        let mut unwrap = RtxUnwrap::new();
        unwrap.bind_remote_stream(&StreamInfo {
            ssrc: 1,
            payload_type: 96,
            ssrc_rtx: Some(2),
            payload_type_rtx: Some(97),
            ..Default::default()
        });
        unwrap
    }

    #[test]
    fn a_retransmission_becomes_its_original() {
        let tagged = pass(&mut bound(), 2, &[0x12, 0x34, 5, 6]).unwrap();
        assert!(tagged.message.custom::<Recovered>().is_some());
        let Packet::Rtp(packet) = tagged.message.packet else {
            panic!("not RTP");
        };
        let header = &packet.header;
        assert_eq!((header.ssrc, header.payload_type), (1, 96));
        assert_eq!((header.sequence_number, header.timestamp), (0x1234, 77));
        assert!(header.marker);
        assert_eq!(&packet.payload[..], [5, 6]);
    }

    #[test]
    fn padding_probes_stop_here_and_media_passes() {
        let mut unwrap = bound();
        for padding in [&[][..], &[1], &[1, 2]] {
            assert!(pass(&mut unwrap, 2, padding).is_none());
        }
        let media = pass(&mut unwrap, 1, &[7]).unwrap();
        assert!(media.message.custom::<Recovered>().is_none());
        unwrap.unbind_remote_stream(&StreamInfo {
            ssrc: 1,
            ..Default::default()
        });
        assert!(pass(&mut unwrap, 2, &[]).is_some());
    }
}

//! Retransmissions say what they belong to: MID and, with simulcast, the repaired layer's RID (RFC 8852, 3.1).
//!
//! The NACK responder gives them bare headers. Their names are those of the stream that they repeat.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtp::Header;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use std::time::Instant;

use crate::core::route::{MID_URI, REPAIRED_RID_URI, RID_URI};

/// A stream that is repaired by another, with the ids of the extensions and their last values.
struct Named {
    rtx: u32,
    mid: Option<(u8, Option<Bytes>)>,
    rid: Option<(u8, Option<Bytes>)>,
    repaired: Option<u8>,
}

impl Named {
    fn learn(&mut self, header: &Header) {
        for (id, value) in [&mut self.mid, &mut self.rid].into_iter().flatten() {
            if let Some(newer) = header.get_extension(*id) {
                *value = Some(newer);
            }
        }
    }

    fn tell(&self, header: &mut Header) {
        let mid = self.mid.clone();
        let mid = mid.and_then(|(id, value)| Some((id, value?)));
        let rid = self.rid.clone().and_then(|(_, value)| value);
        let repaired = self.repaired.zip(rid);
        for (id, value) in [mid, repaired].into_iter().flatten() {
            if let Err(error) = header.set_extension(id, value) {
                tracing::debug!(%error, "header extension left out");
            }
        }
    }
}

/// See the module. Stands between the NACK responder and the pacer. Streams are by their primary SSRC.
#[derive(Default)]
pub(crate) struct RepairNames {
    streams: HashMap<u32, Named>,
    repairing: HashMap<u32, u32>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for RepairNames {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, tagged: TaggedPacket) -> Result<(), Error> {
        self.read.push_back(tagged);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, mut tagged: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &mut tagged.message.packet {
            let ssrc = packet.header.ssrc;
            if let Some(stream) = self.streams.get_mut(&ssrc) {
                stream.learn(&packet.header);
            } else if let Some(primary) = self.repairing.get(&ssrc)
                && let Some(stream) = self.streams.get(primary)
            {
                stream.tell(&mut packet.header);
            }
        }
        self.write.push_back(tagged);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

impl Interceptor for RepairNames {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        let Some(rtx) = info.ssrc_rtx else { return };
        let id = |uri: &str| {
            let mut headers = info.rtp_header_extensions.iter();
            let found = headers.find(|header| header.uri == uri)?;
            u8::try_from(found.id).ok()
        };
        let named = Named {
            rtx,
            mid: id(MID_URI).map(|id| (id, None)),
            rid: id(RID_URI).map(|id| (id, None)),
            repaired: id(REPAIRED_RID_URI),
        };
        self.repairing.insert(rtx, info.ssrc);
        self.streams.insert(info.ssrc, named);
    }

    fn unbind_local_stream(&mut self, info: &StreamInfo) {
        if let Some(stream) = self.streams.remove(&info.ssrc) {
            self.repairing.remove(&stream.rtx);
        }
    }

    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}

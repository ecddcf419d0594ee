//! What leaves the chain, packet by packet.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::time::{Duration, Instant};

use foyer_media::clock::MonotonicClock;
use rtc::interceptor::{AttributedPacket, Packet as Any, TaggedPacket};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack};
use rtc::sansio::Protocol;
use rtc::shared::TransportContext;

use super::*;
use crate::core::chain;
use crate::core::gate::Gate;
use crate::core::interceptor::link::LinkState;

const MID: u8 = 4;
const RID: u8 = 10;
const REPAIRED: u8 = 11;
const RTX: u8 = 103;

struct Rig {
    outgoing: Outgoing,
    gate: Gate,
    link: Arc<LinkState>,
    now: Instant,
    number: i64,
}

fn config(rids: &[&str]) -> SendConfig {
    let layer = |rid: &&str| transceiver::Layer {
        rid: (*rid).to_owned(),
        paused: false,
    };
    SendConfig {
        payload: Payload {
            pt: 102,
            codec: MediaCodec::Video(VideoCodec::H264),
            rtx: Some(RTX),
            tones: None,
            red: None,
            red_first: false,
            nack: true,
            twcc: true,
        },
        mid: "7".to_owned(),
        extensions: Extensions {
            mid: Some(MID),
            twcc: Some(3),
            level: None,
            rid: Some(RID),
            repaired_rid: Some(REPAIRED),
        },
        layers: rids.iter().map(layer).collect(),
    }
}

impl Rig {
    fn new(rids: &[&str]) -> Self {
        let (wire, _) = Wire::new(MonotonicClock::shared());
        let wire = Arc::new(wire);
        wire.set_connected(true);
        let link = Arc::new(LinkState::default());
        let gate = Gate::new(chain::build(&link), Arc::clone(&wire));
        let outgoing = Outgoing::new(wire, StreamSsrc::random(MediaKind::Video));
        outgoing.configure(Some(config(rids)));
        Self {
            outgoing,
            gate,
            link,
            now: Instant::now(),
            number: 0,
        }
    }

    /// What has left after a while.
    fn out(&mut self) -> Vec<Packet> {
        let mut out = Vec::new();
        for _ in 0..50 {
            self.now += Duration::from_millis(5);
            self.gate.handle_timeout(self.now).unwrap();
            while let Some(tagged) = self.gate.poll_write() {
                if let Any::Rtp(packet) = tagged.message.packet {
                    out.push(packet);
                }
            }
        }
        out
    }

    /// Sends a key frame of this layer, and gives its packets.
    fn send(&mut self, layer: usize) -> Vec<Packet> {
        self.number += 1;
        let mut data = vec![0, 0, 0, 1, 0x65];
        data.resize(2_000, 7);
        let frame = EncodedFrame {
            codec: VideoCodec::H264,
            key: true,
            at: MediaTime(self.number * 33_000_000),
            width: 0,
            height: 0,
            data: data.into(),
        };
        assert!(self.outgoing.send_video(layer, &frame));
        self.out()
    }

    fn hear(&mut self, feedback: Box<dyn rtc::rtcp::Packet>) {
        let tagged = TaggedPacket {
            now: self.now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Any::Rtcp(vec![feedback])),
        };
        self.gate.handle_read(tagged).unwrap();
    }

    fn ssrcs(&self) -> Vec<u32> {
        let streams = self.outgoing.streams();
        streams.iter().map(|stream| stream.ssrc).collect()
    }
}

fn text(packet: &Packet, id: u8) -> Option<String> {
    let value = packet.header.get_extension(id)?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

fn names(packet: &Packet) -> [Option<String>; 3] {
    [MID, RID, REPAIRED].map(|id| text(packet, id))
}

#[test]
fn each_layer_has_its_ssrc_and_says_its_name() {
    let mut rig = Rig::new(&["1", "2", "3"]);
    let ssrcs = rig.ssrcs();
    assert_eq!(ssrcs[0], rig.outgoing.primary.ssrc);
    for (layer, rid) in ["1", "2", "3"].into_iter().enumerate() {
        let packets = rig.send(layer);
        assert!(packets.len() > 1);
        for packet in packets {
            assert_eq!(packet.header.ssrc, ssrcs[layer]);
            assert_eq!(
                names(&packet),
                [Some("7".to_owned()), Some(rid.to_owned()), None]
            );
        }
    }
    let streams = rig.outgoing.streams();
    assert!(streams.iter().all(|stream| stream.sent.frames == 1));
    let mut all: Vec<u32> = streams.iter().filter_map(|stream| stream.rtx).collect();
    all.extend(ssrcs);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6);
}

#[test]
fn retransmissions_name_the_layer_that_they_repair() {
    let mut rig = Rig::new(&["1", "2", "3"]);
    for (layer, rid) in ["1", "2", "3"].into_iter().enumerate() {
        let lost = rig.send(layer).remove(1);
        rig.hear(Box::new(TransportLayerNack {
            sender_ssrc: 1,
            media_ssrc: lost.header.ssrc,
            nacks: vec![NackPair {
                packet_id: lost.header.sequence_number,
                lost_packets: 0,
            }],
        }));
        let repeated = rig.out();
        assert_eq!(repeated.len(), 1, "layer {rid}");
        let stream = rig.outgoing.streams().remove(layer);
        let header = &repeated[0].header;
        assert_eq!((Some(header.ssrc), header.payload_type), (stream.rtx, RTX));
        assert_eq!(&repeated[0].payload[2..], &lost.payload[..]);
        assert_eq!(
            names(&repeated[0]),
            [Some("7".to_owned()), None, Some(rid.to_owned())]
        );
        assert_eq!(rig.link.outgoing(stream.ssrc).retransmitted, 1);
    }
}

#[test]
fn a_single_stream_says_its_line_alone() {
    let mut rig = Rig::new(&[]);
    let packets = rig.send(0);
    assert_eq!(names(&packets[0]), [Some("7".to_owned()), None, None]);
}

#[test]
fn requests_for_key_frames_find_their_layer() {
    let mut rig = Rig::new(&["1", "2", "3"]);
    let media_ssrc = rig.ssrcs()[1];
    rig.send(1);
    rig.hear(Box::new(PictureLossIndication {
        sender_ssrc: 1,
        media_ssrc,
    }));
    for ssrc in rig.link.take_key_requests() {
        assert!(rig.outgoing.want_key_frame(ssrc));
    }
    assert!(!rig.outgoing.want_key_frame(media_ssrc.wrapping_add(1)));
    assert_eq!(rig.outgoing.take_key_requests(), [1]);
    assert!(rig.outgoing.take_key_requests().is_empty());
}

#[test]
fn layers_that_remain_keep_their_ssrcs() {
    let mut rig = Rig::new(&["1", "2", "3"]);
    let before = rig.ssrcs();
    rig.outgoing.configure(Some(config(&["2", "3"])));
    assert_eq!(rig.ssrcs(), before[1..]);
    let packets = rig.send(0);
    assert_eq!(packets[0].header.ssrc, before[1]);
    assert!(!rig.outgoing.send_video(
        2,
        &EncodedFrame {
            codec: VideoCodec::H264,
            key: true,
            at: MediaTime(0),
            width: 0,
            height: 0,
            data: Bytes::from_static(&[0, 0, 0, 1, 0x65, 1]),
        }
    ));
    rig.outgoing.configure(Some(config(&[])));
    assert_eq!(rig.ssrcs(), before[..1]);
}

//! What is counted, and what is asked for.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]
use bytes::Bytes;
use rtc::interceptor::AttributedPacket;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::NackPair;
use rtc::shared::TransportContext;

use super::*;

fn tagged(packet: Packet, now: Instant) -> TaggedPacket {
    TaggedPacket {
        now,
        transport: TransportContext::default(),
        message: AttributedPacket::new(packet),
    }
}

fn media(ssrc: u32, sequence: u16, timestamp: u32, payload: Vec<u8>) -> Packet {
    let header = rtp::Header {
        version: 2,
        ssrc,
        sequence_number: sequence,
        timestamp,
        ..Default::default()
    };
    Packet::Rtp(rtp::Packet {
        header,
        payload: Bytes::from(payload),
    })
}

fn info(ssrc: u32, rtx: Option<u32>) -> StreamInfo {
    StreamInfo {
        ssrc,
        ssrc_rtx: rtx,
        clock_rate: 90_000,
        ..Default::default()
    }
}

#[test]
fn a_request_for_a_key_frame_says_what_it_is_about() {
    let mut tap = Tap::new(Arc::default());
    tap.bind_remote_stream(&info(1, None));
    let now = Instant::now();
    for sequence in [65_534u16, 65_535, 1] {
        let packet = media(1, sequence, 0, vec![0; 10]);
        tap.handle_read(tagged(packet, now)).unwrap();
    }
    let ask = |media_ssrc| {
        let report = ReceiverReport {
            ssrc: 7,
            ..ReceiverReport::default()
        };
        let request = PictureLossIndication {
            sender_ssrc: 7,
            media_ssrc,
        };
        tagged(Packet::Rtcp(vec![Box::new(report), Box::new(request)]), now)
    };
    for (ssrc, blocks) in [(1, 1), (2, 0)] {
        tap.handle_write(ask(ssrc)).unwrap();
        let Some(Packet::Rtcp(sent)) = tap.poll_write().map(|it| it.message.packet) else {
            panic!("it is passed on");
        };
        let report = sent[0].as_any().downcast_ref::<ReceiverReport>().unwrap();
        assert_eq!((sent.len(), report.reports.len()), (2, blocks));
        if let Some(block) = report.reports.first() {
            assert_eq!((block.ssrc, block.total_lost), (1, 1));
            assert_eq!(block.last_sequence_number, (1 << 16) + 1);
        }
    }
}

#[test]
fn losses_retransmissions_and_jitter_of_an_incoming_stream_are_counted() {
    let link = Arc::new(LinkState::default());
    let mut tap = Tap::new(link.clone());
    tap.bind_remote_stream(&info(1, Some(2)));
    tap.bind_remote_stream(&info(2, None));
    let start = Instant::now();
    for (count, sequence) in [65_534u16, 65_535, 2, 3].into_iter().enumerate() {
        let late = if count % 2 == 1 { 8 } else { 0 };
        let now = start + Duration::from_millis(count as u64 * 33 + late);
        let packet = media(1, sequence, count as u32 * 2970, vec![0; 10]);
        tap.handle_read(tagged(packet, now)).unwrap();
    }
    assert_eq!(link.incoming(1).lost, 2);
    let mut repair = 0u16.to_be_bytes().to_vec();
    repair.push(9);
    tap.handle_read(tagged(media(2, 5, 0, repair), start))
        .unwrap();
    tap.handle_read(tagged(media(2, 6, 0, vec![]), start))
        .unwrap();
    let counters = link.incoming(1);
    assert_eq!((counters.packets, counters.bytes), (4, 40));
    assert_eq!((counters.lost, counters.retransmitted), (1, 1));
    assert!(counters.jitter > Duration::from_micros(500), "{counters:?}");
    assert_eq!(link.incoming(2), Default::default());
}

#[test]
fn the_far_side_s_reports_give_loss_and_round_trip() {
    let link = Arc::new(LinkState::default());
    let mut tap = Tap::new(link.clone());
    tap.bind_local_stream(&info(7, None));
    let start = Instant::now();
    let sent = SenderReport {
        ssrc: 7,
        ntp_time: 0x1234_5678_9abc_def0,
        ..Default::default()
    };
    tap.handle_write(tagged(Packet::Rtcp(vec![Box::new(sent)]), start))
        .unwrap();
    let report = ReceptionReport {
        ssrc: 7,
        total_lost: 12,
        jitter: 900,
        last_sender_report: 0x5678_9abc,
        delay: 65_536 / 2,
        ..Default::default()
    };
    let report = ReceiverReport {
        ssrc: 9,
        reports: vec![report],
        ..Default::default()
    };
    let now = start + Duration::from_millis(540);
    tap.handle_read(tagged(Packet::Rtcp(vec![Box::new(report)]), now))
        .unwrap();
    assert_eq!(link.rtt(), Some(Duration::from_millis(40)));
    assert_eq!(link.outgoing(7).lost, 12);
    assert_eq!(link.outgoing(7).jitter, Duration::from_millis(10));
}

#[test]
fn key_frame_requests_are_noted_once_and_delivered() {
    let link = Arc::new(LinkState::default());
    let mut tap = Tap::new(link.clone());
    tap.bind_local_stream(&info(7, None));
    for media_ssrc in [7, 7, 8] {
        let pli = PictureLossIndication {
            sender_ssrc: 1,
            media_ssrc,
        };
        let packet = Packet::Rtcp(vec![Box::new(pli)]);
        tap.handle_read(tagged(packet, Instant::now())).unwrap();
        let passed = tap.poll_read().unwrap();
        assert!(passed.message.has(&Attribute::DeliverToApplication));
    }
    assert_eq!(link.take_key_requests(), [7]);
    assert!(link.take_key_requests().is_empty());
    assert_eq!(link.outgoing(7).plis, 2);
}

#[test]
fn nacks_count_every_sequence_number() {
    let link = Arc::new(LinkState::default());
    let mut tap = Tap::new(link.clone());
    let nack = || TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc: 7,
        nacks: vec![NackPair {
            packet_id: 10,
            lost_packets: 0b101,
        }],
    };
    let now = Instant::now();
    tap.handle_read(tagged(Packet::Rtcp(vec![Box::new(nack())]), now))
        .unwrap();
    tap.handle_write(tagged(Packet::Rtcp(vec![Box::new(nack())]), now))
        .unwrap();
    assert_eq!((link.outgoing(7).nacks, link.incoming(7).nacks), (3, 3));
    assert!(
        !tap.poll_read()
            .unwrap()
            .message
            .has(&Attribute::DeliverToApplication)
    );
}

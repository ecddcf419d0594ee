#![allow(clippy::unwrap_used, clippy::disallowed_methods)]
use rtc::interceptor::AttributedPacket;
use rtc::rtp;
use rtc::shared::TransportContext;

use super::*;

const CAMERA: u32 = 10;
const SHARE: u32 = 20;
const VOICE: u32 = 30;
const DELTA: u8 = 0x41;
const KEY: u8 = 0x65;

struct Rig {
    pacer: Pacer,
    link: Arc<LinkState>,
    start: Instant,
    now: Instant,
    /// SSRC, timestamp, marker, milliseconds since the start.
    out: Vec<(u32, u32, bool, u128)>,
}

impl Rig {
    fn new() -> Self {
        let link = Arc::new(LinkState::default());
        let mut pacer = Pacer::new(link.clone());
        for (ssrc, mime) in [
            (CAMERA, "video/H264"),
            (SHARE, "video/H264"),
            (VOICE, "audio/opus"),
        ] {
            pacer.bind_local_stream(&StreamInfo {
                ssrc,
                ssrc_rtx: (ssrc == CAMERA).then_some(CAMERA + 1),
                mime_type: mime.to_owned(),
                ..Default::default()
            });
        }
        let now = Instant::now();
        Self {
            pacer,
            link,
            start: now,
            now,
            out: Vec::new(),
        }
    }

    fn packet(&self, ssrc: u32, timestamp: u32, marker: bool, payload: Vec<u8>) -> TaggedPacket {
        let header = rtp::Header {
            version: 2,
            ssrc,
            timestamp,
            marker,
            ..Default::default()
        };
        let packet = rtp::Packet {
            header,
            payload: payload.into(),
        };
        TaggedPacket {
            now: self.now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtp(packet)),
        }
    }

    fn frame(&mut self, ssrc: u32, timestamp: u32, first: u8, packets: usize) {
        for index in 0..packets {
            let mut payload = vec![0x41; 1200];
            payload[0] = if index == 0 { first } else { DELTA };
            let packet = self.packet(ssrc, timestamp, index + 1 == packets, payload);
            self.pacer.handle_write(packet).unwrap();
        }
        self.collect();
    }

    fn retransmit(&mut self, number: u16) {
        let mut payload = number.to_be_bytes().to_vec();
        payload.resize(1200, 1);
        let mut packet = self.packet(CAMERA + 1, 0, false, payload);
        packet.message.add(Attribute::Retransmission);
        self.pacer.handle_write(packet).unwrap();
        self.collect();
    }

    fn feedback(&mut self, bits_per_second: f64) {
        let carrier = AttributedPacket::new(Packet::Rtcp(vec![]))
            .with(Attribute::TargetBitrateChanged { bits_per_second });
        self.pacer
            .handle_read(TaggedPacket {
                now: self.now,
                transport: TransportContext::default(),
                message: carrier,
            })
            .unwrap();
        assert!(self.pacer.poll_read().is_some());
    }

    fn collect(&mut self) {
        while let Some(packet) = self.pacer.poll_write() {
            let Packet::Rtp(rtp) = &packet.message.packet else {
                panic!("not RTP");
            };
            let at = packet.now.duration_since(self.start).as_millis();
            self.out
                .push((rtp.header.ssrc, rtp.header.timestamp, rtp.header.marker, at));
        }
    }

    /// Runs the pacer's timers for this long.
    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.pacer.poll_timeout().filter(|next| *next <= end) {
            assert!(next > self.now, "a deadline has to lie ahead");
            self.now = next;
            self.pacer.handle_timeout(next).unwrap();
            self.collect();
        }
        self.now = end;
    }

    fn sent(&self, ssrc: u32) -> usize {
        self.out.iter().filter(|(sent, ..)| *sent == ssrc).count()
    }
}

#[test]
fn a_key_frame_is_spread_and_nothing_is_lost_or_reordered() {
    let mut rig = Rig::new();
    rig.feedback(1_000_000.0);
    rig.frame(CAMERA, 1, KEY, 50);
    assert!((1..30).contains(&rig.sent(CAMERA)), "{}", rig.sent(CAMERA));
    rig.run(Duration::from_secs(1));
    assert_eq!(rig.sent(CAMERA), 50);
    let last = rig.out.last().unwrap();
    assert!(last.2, "the marker comes last");
    // 50 packets of 1250 bytes at 2.5 Mbit/s.
    assert!((150..=230).contains(&last.3), "{last:?}");
    assert_eq!(rig.pacer.poll_timeout(), None);
}

#[test]
fn sound_overtakes_pictures() {
    let mut rig = Rig::new();
    rig.feedback(500_000.0);
    rig.frame(CAMERA, 1, KEY, 40);
    let before = rig.out.len();
    let voice = rig.packet(VOICE, 7, true, vec![1; 80]);
    rig.pacer.handle_write(voice).unwrap();
    rig.collect();
    assert_eq!(rig.out[before].0, VOICE);
    assert!(rig.sent(CAMERA) < 40);
}

#[test]
fn retransmissions_go_first_but_within_their_budget() {
    let mut rig = Rig::new();
    rig.feedback(800_000.0);
    rig.frame(CAMERA, 1, KEY, 30);
    for number in 0..300 {
        rig.retransmit(number);
    }
    rig.run(Duration::from_millis(300));
    let repeated = rig.sent(CAMERA + 1);
    // 800 kbit/s for 300 ms are 24 packets, and a burst.
    assert!((12..=36).contains(&repeated), "{repeated}");
    assert_eq!(rig.sent(CAMERA), 30, "pictures are not starved");
    rig.run(Duration::from_secs(5));
    assert!(rig.sent(CAMERA + 1) <= MAX_RTX + 10);
}

#[test]
fn the_same_retransmission_is_not_sent_twice_within_a_round_trip() {
    let mut rig = Rig::new();
    rig.link.set_rtt(Duration::from_millis(80));
    for _ in 0..3 {
        rig.retransmit(5);
        rig.run(Duration::from_millis(30));
    }
    assert_eq!(rig.sent(CAMERA + 1), 1);
    rig.retransmit(5);
    rig.run(Duration::from_millis(30));
    assert_eq!(rig.sent(CAMERA + 1), 2);
}

#[test]
fn late_frames_are_dropped_whole_until_a_key_frame() {
    let mut rig = Rig::new();
    rig.feedback(100_000.0);
    let mut timestamp = 0;
    while rig.link.outgoing(CAMERA).frames_dropped == 0 {
        timestamp += 1;
        assert!(timestamp < 200, "delay grows without end");
        rig.frame(CAMERA, timestamp, DELTA, 10);
        rig.run(Duration::from_millis(33));
    }
    assert_eq!(rig.link.take_key_requests(), [CAMERA]);
    let sent = rig.sent(CAMERA);
    rig.frame(CAMERA, 1000, DELTA, 2);
    rig.run(Duration::from_millis(500));
    assert_eq!(
        rig.sent(CAMERA),
        sent,
        "deltas without their base are useless"
    );
    rig.frame(CAMERA, 2000, KEY, 2);
    rig.frame(CAMERA, 2001, DELTA, 2);
    rig.run(Duration::from_millis(500));
    assert_eq!(rig.sent(CAMERA), sent + 4);
    let late = rig.out.iter().any(|(.., at)| *at > 60_000);
    assert!(!late);
}

#[test]
fn dropping_one_stream_leaves_the_other() {
    let mut rig = Rig::new();
    rig.feedback(100_000.0);
    for timestamp in 1..40 {
        rig.frame(
            CAMERA,
            timestamp,
            if timestamp == 1 { KEY } else { DELTA },
            12,
        );
        rig.frame(SHARE, timestamp, KEY, 1);
        rig.run(Duration::from_millis(33));
    }
    rig.run(Duration::from_secs(2));
    assert!(rig.link.outgoing(CAMERA).frames_dropped > 0);
    assert!(rig.sent(SHARE) > 15, "{}", rig.sent(SHARE));
    // No packet waited longer than allowed.
    for (_, timestamp, _, at) in &rig.out {
        let enqueued = u128::from(*timestamp - 1) * 33;
        assert!(*at <= enqueued + 510, "{timestamp} left at {at}");
    }
}

#[test]
fn the_target_of_congestion_control_is_passed_on() {
    let mut rig = Rig::new();
    assert_eq!(rig.link.target(), None);
    rig.feedback(1_234_567.0);
    assert_eq!(rig.link.target(), Some(1_234_567));
    rig.feedback(f64::NAN);
    assert_eq!(rig.link.target(), Some(1_234_567));
}

//! What comes back from the far side: repairs, key-frame requests, bandwidth, counters; and when nothing does.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use std::time::Duration;

use foyer_rtc::{
    ConnectionState, Impairment, MediaKind, StreamStats, Transceiver, TransceiverInit,
};
use pair::{LIMIT, Peer, camera, negotiate, next, opus, pair};

async fn add(peer: &Peer, kind: MediaKind) -> Transceiver {
    let init = TransceiverInit::send_only("s", format!("{kind:?}"));
    peer.connection.add_transceiver(kind, init).await.unwrap()
}

async fn stream(peer: &Peer, id: &Transceiver) -> Option<StreamStats> {
    let stats = peer.connection.stats().await;
    stats.streams.into_iter().find(|s| s.transceiver == id.id())
}

/// Receives `wanted` frames of `size` over a link that loses this share each way; the longest pause between two.
async fn watch(
    loss: f32,
    size: usize,
    wanted: u32,
) -> (Peer, Peer, Transceiver, Transceiver, Duration) {
    let a = Peer::open(Some(Impairment::loss(loss, 7))).await;
    let b = Peer::open(None).await;
    a.trickle_to(&b.connection);
    b.trickle_to(&a.connection);
    let near = add(&a, MediaKind::Video).await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let far = b.by_mid(&near.mid().unwrap());
    let mut frames = far.receive_video();
    let _camera = camera(&a, near.clone(), size);
    next(&mut frames, "the camera").await;
    let mut last = b.clock.now();
    let mut pause = Duration::ZERO;
    for _ in 0..wanted {
        next(&mut frames, "the camera").await;
        let now = b.clock.now();
        pause = pause.max(now.since(last));
        last = now;
    }
    (a, b, near, far, pause)
}

#[tokio::test(flavor = "multi_thread")]
async fn five_percent_loss_is_repaired() {
    let (a, b, near, far, pause) = watch(0.05, 4_000, 250).await;
    let sent = stream(&a, &near).await.unwrap();
    let got = stream(&b, &far).await.unwrap();
    #[allow(clippy::print_stdout)] // The figures are worth seeing.
    {
        println!("5 %: longest pause {pause:?}, sent {sent:?}, received {got:?}");
    }
    assert!(sent.retransmitted > 0 && sent.nacks > 0, "{sent:?}");
    assert!(got.nacks > 0 && got.retransmitted > 0, "{got:?}");
    assert!(
        got.frames_dropped * 20 <= got.frames,
        "at most one frame in twenty is given up: {got:?}"
    );
    assert!(
        sent.nacks < sent.packets / 2,
        "repairs are not asked for over and over: {sent:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_percent_loss_leaves_room_for_a_picture() {
    let (a, _b, _near, _far, _pause) = watch(0.10, 1_500, 200).await;
    let seen = a
        .until("bandwidth", |seen| !seen.bandwidth.is_empty())
        .await;
    assert!(
        seen.bandwidth.iter().all(|target| *target >= 300_000),
        "{:?}",
        seen.bandwidth
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_frame_is_asked_for_seldom_however_often_it_is_wanted() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video).await;
    negotiate(&a, &b).await;
    a.connected().await;
    let far = b.by_mid(&near.mid().unwrap());
    let mut frames = far.receive_video();
    let _camera = camera(&a, near.clone(), 900);
    next(&mut frames, "the camera").await;
    while next(&mut frames, "the camera").await.key {}
    let before = a.seen.borrow().key_wanted.len();
    let began = a.clock.now();
    let mut keys = 0;
    while keys < 3 {
        far.request_key_frame();
        if next(&mut frames, "the camera").await.key {
            keys += 1;
        }
    }
    let took = a.clock.now().since(began);
    let wanted = a.seen.borrow().key_wanted.len() - before;
    assert!(a.seen.borrow().key_wanted.iter().all(|id| *id == near.id()));
    assert!(
        wanted as u128 <= took.as_millis() / 200 + 1,
        "{wanted} in {took:?}"
    );
    assert!(stream(&b, &far).await.unwrap().plis >= 3);
    assert!(stream(&a, &near).await.unwrap().plis >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_say_what_was_sent_and_received() {
    let (a, b) = pair().await;
    let audio = add(&a, MediaKind::Audio).await;
    let video = add(&a, MediaKind::Video).await;
    negotiate(&a, &b).await;
    a.connected().await;
    // Whoever finishes the handshake first must not count what the other cannot decrypt yet.
    b.connected().await;
    let far = b.by_mid(&video.mid().unwrap());
    let mut frames = far.receive_video();
    let mut packets = b.by_mid(&audio.mid().unwrap()).receive_audio();
    let _camera = camera(&a, video.clone(), 3_000);
    for number in 0..20 {
        assert!(audio.send_audio(&opus(number, a.clock.now())));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for _ in 0..20 {
        next(&mut packets, "the microphone").await;
    }
    for _ in 0..20 {
        next(&mut frames, "the camera").await;
    }
    let sent = stream(&a, &audio).await.unwrap();
    assert!(sent.outgoing);
    assert_eq!((sent.packets, sent.frames, sent.bytes), (20, 20, 100));
    let sent = stream(&a, &video).await.unwrap();
    assert!(sent.frames >= 20 && sent.packets >= 3 * sent.frames);
    assert_eq!((sent.lost, sent.nacks), (0, 0));
    let counted = async {
        loop {
            let got = stream(&b, &far).await.unwrap();
            if got.frames >= 20 {
                break got;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let got = tokio::time::timeout(LIMIT, counted).await.unwrap();
    assert!(!got.outgoing);
    assert!(got.packets >= 60, "{got:?}");
    assert_eq!((got.lost, got.frames_dropped), (0, 0));
    let transport = b.connection.stats().await.transport;
    assert!(transport.bytes_received > got.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_far_side_that_is_never_there_is_given_up() {
    let (a, b) = pair().await;
    a.stop_trickling();
    b.stop_trickling();
    add(&a, MediaKind::Audio).await;
    pair::negotiate_with(&a, &b, |_, sdp| {
        let kept = sdp.lines().filter(|line| !line.starts_with("a=candidate"));
        kept.map(|line| format!("{line}\r\n")).collect()
    })
    .await;
    for peer in [&a, &b] {
        peer.until("failed", |seen| {
            seen.states == [ConnectionState::Connecting, ConnectionState::Failed]
        })
        .await;
    }
}

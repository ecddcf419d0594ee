//! Layers of simulcast: offered, asked for, taken and refused; sent, paused, and asked for key frames one by one.
#![allow(clippy::unwrap_used)]

#[path = "peers/layers.rs"]
mod layers;
#[path = "peers/pair.rs"]
mod pair;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use foyer_rtc::{Direction, MediaKind, SdpKind, Snapshot, Transceiver, TransceiverInit};
use pair::{LIMIT, Peer, h264, negotiate, pair};

async fn layered(peer: &Peer, rids: &[&str], direction: Direction) -> Transceiver {
    let init = TransceiverInit {
        direction,
        rids: rids.iter().map(|rid| (*rid).to_owned()).collect(),
        ..TransceiverInit::send_only("stream", "track")
    };
    let kind = MediaKind::Video;
    peer.connection.add_transceiver(kind, init).await.unwrap()
}

async fn offer(peer: &Peer) -> String {
    let offer = peer.connection.create_offer().await.unwrap();
    set_local(peer, SdpKind::Offer, &offer).await;
    offer
}

async fn set_local(peer: &Peer, kind: SdpKind, text: &str) -> Snapshot {
    let set = peer.connection.set_local_description(kind, text).await;
    set.unwrap_or_else(|error| panic!("{error} in {text}"))
}

async fn set_remote(peer: &Peer, kind: SdpKind, text: &str) -> Snapshot {
    let set = peer.connection.set_remote_description(kind, text).await;
    set.unwrap_or_else(|error| panic!("{error} in {text}"))
}

async fn answer(peer: &Peer) -> String {
    let answer = peer.connection.create_answer().await.unwrap();
    set_local(peer, SdpKind::Answer, &answer).await;
    answer
}

fn rids(transceiver: &Transceiver) -> Vec<String> {
    let mark = |paused| if paused { "~" } else { "" };
    let layers = transceiver.layers().into_iter();
    layers
        .map(|layer| format!("{}{}", mark(layer.paused), layer.rid))
        .collect()
}

/// Offers these layers, and has them answered as asked for.
async fn agree(a: &Peer, b: &Peer, offered: &[&str], taken: &[&str]) -> Transceiver {
    let near = layered(a, offered, Direction::SendOnly).await;
    let offer = offer(a).await;
    set_remote(b, SdpKind::Offer, &layers::as_lines(&offer, offered)).await;
    let answer = answer(b).await;
    let answer = layers::as_layers(&offer, &answer, "0", taken);
    set_remote(a, SdpKind::Answer, &answer).await;
    near
}

#[tokio::test]
async fn offers_name_layers_and_leave_their_ssrcs_to_the_packets() {
    let (a, _) = pair().await;
    let near = layered(&a, &["1", "2", "3"], Direction::SendOnly).await;
    near.set_paused_layers(vec!["2".to_owned()]);
    let text = a.connection.create_offer().await.unwrap();
    for line in [
        "a=rid:1 send\r\na=rid:2 send\r\na=rid:3 send\r\na=simulcast:send 1;~2;3\r\n",
        "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n",
        "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    assert!(!text.contains("a=ssrc"), "{text}");
    near.set_direction(Direction::Inactive);
    let text = a.connection.create_offer().await.unwrap();
    assert!(!text.contains("a=rid") && !text.contains("a=simulcast"));
}

#[tokio::test]
async fn answers_keep_the_layers_that_they_take() {
    for (taken, kept) in [
        (&["1", "2", "3"][..], &["1", "2", "3"][..]),
        (&["3", "~2"], &["~2", "3"]),
        (&["9"], &[]),
        (&[], &[]),
    ] {
        let (a, b) = pair().await;
        let near = agree(&a, &b, &["1", "2", "3"], taken).await;
        assert_eq!(rids(&near), kept, "of {taken:?}");
        let again = offer(&a).await;
        assert_eq!(again.contains("a=simulcast"), !kept.is_empty(), "{again}");
        assert_eq!(again.contains("a=ssrc:"), kept.is_empty(), "{again}");
    }
}

#[tokio::test]
async fn a_layer_that_was_offered_as_paused_is_not_paused_by_the_answer() {
    let (a, b) = pair().await;
    let near = layered(&a, &["1", "2"], Direction::SendOnly).await;
    near.set_paused_layers(vec!["2".to_owned()]);
    let offer = offer(&a).await;
    set_remote(&b, SdpKind::Offer, &layers::as_lines(&offer, &["1", "2"])).await;
    let answer = answer(&b).await;
    let answer = layers::as_layers(&offer, &answer, "0", &["~1", "~2"]);
    set_remote(&a, SdpKind::Answer, &answer).await;
    assert_eq!(rids(&near), ["~1", "2"]);
}

#[tokio::test]
async fn a_line_that_sends_nothing_yet_keeps_its_layers() {
    let (a, b) = pair().await;
    let near = layered(&a, &["1", "2", "3"], Direction::Inactive).await;
    negotiate(&a, &b).await;
    near.set_direction(Direction::SendOnly);
    let woken = offer(&a).await;
    assert!(woken.contains("a=simulcast:send 1;2;3\r\n"), "{woken}");
}

#[tokio::test]
async fn an_edited_offer_is_what_is_offered() {
    let (a, b) = pair().await;
    let near = layered(&a, &["1", "2", "3"], Direction::SendOnly).await;
    let text = a.connection.create_offer().await.unwrap();
    // The order of attributes is the application's, and so is a layer that it takes out.
    let simulcast = "a=simulcast:send 1;2;3\r\n";
    let edited = text
        .replace(simulcast, "")
        .replace("a=rid:2 send\r\n", "")
        .replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\na=simulcast:send 1;3\r\n");
    let snapshot = set_local(&a, SdpKind::Offer, &edited).await;
    assert_eq!(snapshot.transceivers[0].rids, ["1", "3"]);
    set_remote(&b, SdpKind::Offer, &layers::as_lines(&edited, &["1", "3"])).await;
    let answer = answer(&b).await;
    let answer = layers::as_layers(&edited, &answer, "0", &["1", "2", "3"]);
    let snapshot = set_remote(&a, SdpKind::Answer, &answer).await;
    assert_eq!(snapshot.transceivers[0].rids, ["1", "3"]);
    assert_eq!(rids(&near), ["1", "3"]);
}

/// An offer that asks for layers.
fn asking(offer: &str, list: &str) -> String {
    let mut text = offer.to_owned();
    for rid in list.split(';') {
        text += &format!("a=rid:{} recv\r\n", rid.trim_start_matches('~'));
    }
    format!("{text}a=simulcast:recv {list}\r\n")
}

#[tokio::test]
async fn a_far_side_s_wish_for_layers_is_granted_and_can_be_taken_back() {
    let (a, b) = pair().await;
    let init = TransceiverInit::recv_only();
    let near = a.connection.add_transceiver(MediaKind::Video, init).await;
    let near = near.unwrap();
    let plain = offer(&a).await;
    let snapshot = set_remote(&b, SdpKind::Offer, &asking(&plain, "x;~y;z;w")).await;
    assert_eq!(snapshot.transceivers[0].rids, ["x", "y", "z"]);
    let snapshot = set_remote(&b, SdpKind::Rollback, "").await;
    assert!(snapshot.transceivers.is_empty());

    let snapshot = set_remote(&b, SdpKind::Offer, &asking(&plain, "x;~y")).await;
    assert_eq!(snapshot.transceivers[0].rids, ["x", "y"]);
    let far = b.by_mid(&near.mid().unwrap());
    far.set_direction(Direction::SendOnly);
    let text = answer(&b).await;
    assert!(text.contains("a=rid:x send\r\na=rid:y send\r\na=simulcast:send x;y\r\n"));
    assert_eq!(rids(&far), ["x", "~y"]);

    // The next offer leaves one out, and the one after that all of them.
    for (offer, kept) in [(asking(&plain, "y"), &["y"][..]), (plain, &[])] {
        set_remote(&b, SdpKind::Offer, &offer).await;
        let text = answer(&b).await;
        assert_eq!(rids(&far), kept);
        assert_eq!(text.contains("a=simulcast"), !kept.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn names_that_the_application_gave_stand_against_others() {
    let (a, b) = pair().await;
    let init = TransceiverInit::recv_only();
    let kind = MediaKind::Video;
    a.connection.add_transceiver(kind, init).await.unwrap();
    let plain = offer(&a).await;
    let init = TransceiverInit {
        rids: vec!["1".to_owned(), "2".to_owned()],
        by_add_track: true,
        ..TransceiverInit::send_only("s", "t")
    };
    let far = b.connection.add_transceiver(kind, init).await.unwrap();
    set_remote(&b, SdpKind::Offer, &asking(&plain, "2;x")).await;
    answer(&b).await;
    assert_eq!(rids(&far), ["2"]);
}

/// Sends all layers 25 times a second, each with key frames when it is asked for them alone.
fn send_all(peer: &Peer, near: Transceiver, paused: Arc<AtomicUsize>) -> tokio::task::AbortHandle {
    let clock = Arc::clone(&peer.clock);
    let task = tokio::spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_millis(40));
        let mut wanted = [true; 3];
        let mut number = 0;
        loop {
            tick.tick().await;
            for layer in near.take_key_requests() {
                wanted[layer] = true;
            }
            for (layer, wanted) in wanted.iter_mut().enumerate() {
                if layer == paused.load(Ordering::Relaxed) {
                    continue;
                }
                let size = 500 * (layer + 1);
                let frame = h264(number, *wanted, size, clock.now());
                *wanted &= !near.send_layer(layer, &frame);
            }
            number += 1;
        }
    });
    task.abort_handle()
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_flow_apart_pause_apart_and_are_asked_for_key_frames_apart() {
    let (a, b) = pair().await;
    // Candidates name the line of the far side, which the first layer shares with ours.
    let names = ["0", "1", "2"];
    let near = agree(&a, &b, &names, &names).await;
    a.connected().await;
    let paused = Arc::new(AtomicUsize::new(usize::MAX));
    let task = send_all(&a, near.clone(), Arc::clone(&paused));
    let far: Vec<Transceiver> = names.iter().map(|name| b.by_mid(name)).collect();
    let mut frames: Vec<_> = far.iter().map(Transceiver::receive_video).collect();
    let mut sizes = Vec::new();
    for frames in &mut frames {
        let frame = pair::next(frames, "a layer").await;
        assert!(frame.key);
        sizes.push(frame.data.len());
    }
    assert!(sizes[0] < sizes[1] && sizes[1] < sizes[2], "{sizes:?}");
    let stats = a.connection.stats().await.streams;
    let named: Vec<_> = stats.iter().map(|s| (s.rid.as_deref(), s.layer)).collect();
    assert_eq!(named, [(Some("0"), 0), (Some("1"), 1), (Some("2"), 2)]);
    assert!(stats.iter().all(|stream| stream.frames > 0), "{stats:?}");

    // Every new reader has asked once, whether a key frame was under way or not.
    let plis = async || -> Vec<u64> {
        let streams = a.connection.stats().await.streams;
        streams.iter().map(|stream| stream.plis).collect()
    };
    while plis().await.contains(&0) {
        pair::next(&mut frames[0], "layer 0").await;
    }
    for frames in &mut frames {
        for _ in 0..10 {
            pair::next(frames, "a layer").await;
        }
    }
    // One layer is asked for a key frame: the others go on without.
    let before = plis().await;
    far[1].request_key_frame();
    while !pair::next(&mut frames[1], "layer 1").await.key {}
    let after = plis().await;
    assert!(after[1] > before[1], "{before:?} {after:?}");
    for index in [0, 2] {
        assert_eq!(after[index], before[index], "layer {index}");
        while let Ok(frame) = frames[index].try_recv() {
            assert!(!frame.key, "layer {index}");
        }
    }

    paused.store(1, Ordering::Relaxed);
    let quiet = async {
        loop {
            // Once two frames of the others have come without one of this, it has stopped.
            while frames[1].try_recv().is_ok() {}
            for index in [0, 2, 0, 2] {
                pair::next(&mut frames[index], "another layer").await;
            }
            if frames[1].try_recv().is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(LIMIT, quiet)
        .await
        .expect("layer 1 stops");
    task.abort();
}

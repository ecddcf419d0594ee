//! What a connection shows after each description: the four slots, transceivers, provisional answers, rollback.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_rtc::{
    Codec, Direction, MediaKind, NegotiationError, RemoteTrack, SdpKind, SignalingState, Snapshot,
    Transceiver, TransceiverInit,
};
use pair::{Peer, camera, negotiate, next, pair};

async fn add(peer: &Peer, kind: MediaKind, init: TransceiverInit) -> Transceiver {
    peer.connection.add_transceiver(kind, init).await.unwrap()
}

fn by_add_track(name: &str) -> TransceiverInit {
    TransceiverInit {
        by_add_track: true,
        ..TransceiverInit::send_recv("stream", name)
    }
}

async fn local(peer: &Peer, kind: SdpKind, sdp: &str) -> Snapshot {
    let set = peer.connection.set_local_description(kind, sdp).await;
    set.unwrap()
}

async fn remote(peer: &Peer, kind: SdpKind, sdp: &str) -> Snapshot {
    let set = peer.connection.set_remote_description(kind, sdp).await;
    set.unwrap_or_else(|error| panic!("{error}\n{sdp}"))
}

/// Which of the four are there: current and pending local, current and pending remote.
fn slots(snapshot: &Snapshot) -> [Option<SdpKind>; 4] {
    [
        &snapshot.current_local,
        &snapshot.pending_local,
        &snapshot.current_remote,
        &snapshot.pending_remote,
    ]
    .map(|slot| slot.as_ref().map(|description| description.kind))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_four_descriptions_follow_the_negotiation() {
    let (a, b) = pair().await;
    add(&a, MediaKind::Video, TransceiverInit::send_only("s", "v")).await;
    assert_eq!(slots(&a.connection.snapshot().await.unwrap()), [None; 4]);
    let offer = a.connection.create_offer().await.unwrap();
    let (o, n) = (Some(SdpKind::Offer), Some(SdpKind::Answer));
    let at_a = local(&a, SdpKind::Offer, &offer).await;
    assert_eq!(at_a.signaling, SignalingState::HaveLocalOffer);
    assert_eq!(slots(&at_a), [None, o, None, None]);
    let at_b = remote(&b, SdpKind::Offer, &offer).await;
    assert_eq!(at_b.signaling, SignalingState::HaveRemoteOffer);
    assert_eq!(slots(&at_b), [None, None, None, o]);
    assert_eq!(at_b.can_trickle, Some(true));
    let view = &at_b.transceivers[0];
    assert!(view.made_by_remote);
    assert_eq!(
        (view.mid.as_deref(), view.current_direction),
        (Some("0"), None)
    );
    let wanted = RemoteTrack {
        stream_ids: vec!["s".to_owned()],
        track_id: Some("v".to_owned()),
    };
    assert_eq!(view.receiving, Some(wanted));
    // An empty text stands for what would be made.
    let at_b = local(&b, SdpKind::Answer, "").await;
    assert_eq!(slots(&at_b), [n, None, o, None]);
    let text = at_b.current_local.unwrap().sdp;
    let at_a = remote(&a, SdpKind::Answer, &text).await;
    assert_eq!(slots(&at_a), [o, None, n, None]);
    assert_eq!(at_a.signaling, SignalingState::Stable);
    a.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn provisional_answers_carry_media_and_are_followed_by_the_last_one() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, TransceiverInit::send_only("s", "v")).await;
    let offer = a.connection.create_offer().await.unwrap();
    local(&a, SdpKind::Offer, &offer).await;
    remote(&b, SdpKind::Offer, &offer).await;
    let (o, p) = (Some(SdpKind::Offer), Some(SdpKind::PrAnswer));
    for _ in 0..2 {
        let answer = b.connection.create_answer().await.unwrap();
        let at_b = local(&b, SdpKind::PrAnswer, &answer).await;
        assert_eq!(at_b.signaling, SignalingState::HaveLocalPranswer);
        assert_eq!(slots(&at_b), [None, p, None, o]);
        let at_a = remote(&a, SdpKind::PrAnswer, &answer).await;
        assert_eq!(at_a.signaling, SignalingState::HaveRemotePranswer);
        assert_eq!(slots(&at_a), [None, o, None, p]);
    }
    a.connected().await;
    assert_eq!(near.current_direction(), Some(Direction::SendOnly));
    let _camera = camera(&a, near.clone(), 900);
    let mut frames = b.by_mid("0").receive_video();
    next(&mut frames, "the camera").await;
    for refused in [
        a.connection.set_local_description(SdpKind::Offer, "").await,
        a.connection
            .set_local_description(SdpKind::Rollback, "")
            .await,
        a.connection
            .set_remote_description(SdpKind::Offer, &offer)
            .await,
        b.connection
            .set_remote_description(SdpKind::Offer, &offer)
            .await,
        b.connection
            .set_remote_description(SdpKind::Rollback, "")
            .await,
    ] {
        assert!(matches!(refused, Err(NegotiationError::State(_))));
    }
    let answer = b.connection.create_answer().await.unwrap();
    local(&b, SdpKind::Answer, &answer).await;
    let at_a = remote(&a, SdpKind::Answer, &answer).await;
    assert_eq!(at_a.signaling, SignalingState::Stable);
    next(&mut frames, "the camera").await;
    negotiate(&b, &a).await;
    next(&mut frames, "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_offer_is_taken_back_with_what_it_made() {
    let (a, b) = pair().await;
    add(&a, MediaKind::Video, TransceiverInit::send_recv("s", "v0")).await;
    add(&a, MediaKind::Video, TransceiverInit::send_recv("s", "v1")).await;
    add(&a, MediaKind::Audio, TransceiverInit::send_recv("s", "a")).await;
    let waiting = add(&b, MediaKind::Video, by_add_track("mine")).await;
    let offer = a.connection.create_offer().await.unwrap();
    for side in [SdpKind::Offer, SdpKind::Rollback] {
        let at_b = remote(&b, SdpKind::Offer, &offer).await;
        assert_eq!(at_b.transceivers.len(), 3);
        assert_eq!(waiting.mid().as_deref(), Some("0"), "made by addTrack");
        assert_eq!(at_b.transceivers[0].id, waiting.id());
        let at_b = match side {
            SdpKind::Offer => local(&b, SdpKind::Rollback, "").await,
            _ => remote(&b, SdpKind::Rollback, "").await,
        };
        assert_eq!(at_b.signaling, SignalingState::Stable);
        assert_eq!(slots(&at_b), [None; 4]);
        assert_eq!(at_b.transceivers.len(), 1);
        assert_eq!(
            (waiting.mid(), waiting.direction()),
            (None, Direction::SendRecv)
        );
        assert!(at_b.lines.is_empty());
    }
    // One that has got a track meanwhile stays, without its m-line.
    remote(&b, SdpKind::Offer, &offer).await;
    b.by_mid("1").note_added_track();
    let at_b = local(&b, SdpKind::Rollback, "").await;
    assert_eq!(at_b.transceivers.len(), 2);
    assert_eq!(at_b.transceivers[1].mid, None);
    assert!(!at_b.transceivers[1].made_by_remote);
    // The same offer again, twice, is as good as once.
    remote(&b, SdpKind::Offer, &offer).await;
    let before = remote(&b, SdpKind::Offer, &offer).await;
    local(&a, SdpKind::Offer, &offer).await;
    let answer = b.connection.create_answer().await.unwrap();
    let after = local(&b, SdpKind::Answer, &answer).await;
    let ids =
        |snapshot: &Snapshot| -> Vec<_> { snapshot.transceivers.iter().map(|t| t.id).collect() };
    assert_eq!(ids(&before), ids(&after));
    remote(&a, SdpKind::Answer, &answer).await;
    a.connected().await;
    b.connected().await;
    let _camera = camera(&b, waiting.clone(), 900);
    next(&mut a.by_mid("0").receive_video(), "their camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracks_that_wait_are_taken_in_order_and_others_are_not() {
    let (a, b) = pair().await;
    for direction in [
        Direction::SendOnly,
        Direction::RecvOnly,
        Direction::SendRecv,
        Direction::SendRecv,
    ] {
        let init = TransceiverInit {
            direction,
            ..TransceiverInit::send_recv("s", "v")
        };
        add(&a, MediaKind::Video, init).await;
    }
    let plain = add(
        &b,
        MediaKind::Video,
        TransceiverInit::send_recv("s", "plain"),
    )
    .await;
    let audio = add(&b, MediaKind::Audio, by_add_track("audio")).await;
    let stopped = add(&b, MediaKind::Video, by_add_track("stopped")).await;
    let first = add(&b, MediaKind::Video, by_add_track("first")).await;
    let second = add(&b, MediaKind::Video, by_add_track("second")).await;
    second.set_direction(Direction::RecvOnly);
    stopped.stop();
    let offer = a.connection.create_offer().await.unwrap();
    remote(&b, SdpKind::Offer, &offer).await;
    assert_eq!(
        first.mid().as_deref(),
        Some("1"),
        "line 0 has nothing to receive"
    );
    assert_eq!(second.mid().as_deref(), Some("2"));
    for unused in [&plain, &audio, &stopped] {
        assert_eq!(unused.mid(), None);
    }
    let answer = b.connection.create_answer().await.unwrap();
    let section = |index: usize| answer.split("\r\nm=").nth(index + 1).unwrap();
    assert!(section(1).contains("a=sendonly"), "{answer}");
    assert!(section(2).contains("a=recvonly"));
    assert!(section(3).contains("a=recvonly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_preferences_of_the_moment_are_written() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, TransceiverInit::send_recv("s", "t")).await;
    let stopped = add(
        &a,
        MediaKind::Video,
        TransceiverInit::send_recv("s", "gone"),
    )
    .await;
    stopped.stop();
    near.set_streams(vec!["one".to_owned(), "two".to_owned()]);
    let only = foyer_rtc::capabilities(MediaKind::Video).codecs;
    let vp8: Vec<Codec> = only
        .iter()
        .filter(|c| c.mime_type == "video/VP8")
        .cloned()
        .collect();
    near.set_codec_preferences(vp8);
    let offer = a.connection.create_offer().await.unwrap();
    assert!(
        offer.contains("a=msid:one t\r\na=msid:two t\r\n"),
        "{offer}"
    );
    assert!(
        offer.contains("SAVPF 96\r\n") && !offer.contains("H264"),
        "{offer}"
    );
    assert!(!offer.contains("gone"));
    let at_b = remote(&b, SdpKind::Offer, &offer).await;
    let receiving = at_b.transceivers[0].receiving.as_ref().unwrap();
    assert_eq!(receiving.stream_ids, ["one", "two"]);
    local(&a, SdpKind::Offer, &offer).await;
    pair::answer(&a, &b, |_, sdp| sdp).await;
    near.set_streams(Vec::new());
    near.set_codec_preferences(only);
    let offer = a.connection.create_offer().await.unwrap();
    assert!(offer.contains("a=msid:- t\r\n"), "{offer}");
    assert!(offer.contains("H264") && offer.contains("rtx"), "{offer}");
    a.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_lines_negotiates_nothing() {
    let (a, b) = pair().await;
    negotiate(&a, &b).await;
    assert!(a.seen.borrow().gathering.is_empty());
    let near = add(&a, MediaKind::Video, TransceiverInit::send_only("s", "v")).await;
    negotiate(&a, &b).await;
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    next(&mut b.by_mid("0").receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_rejects_everything_leaves_nothing() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, TransceiverInit::send_only("s", "v")).await;
    let offer = a.connection.create_offer().await.unwrap();
    local(&a, SdpKind::Offer, &offer).await;
    remote(&b, SdpKind::Offer, &offer).await;
    b.by_mid("0").stop();
    let answer = b.connection.create_answer().await.unwrap();
    local(&b, SdpKind::Answer, &answer).await;
    let at_a = remote(&a, SdpKind::Answer, &answer).await;
    assert!(at_a.transceivers.is_empty() && near.is_stopped());
    let near = add(&a, MediaKind::Video, TransceiverInit::send_only("s", "w")).await;
    negotiate(&a, &b).await;
    a.connected().await;
    let mid = near.mid().unwrap();
    let _camera = camera(&a, near, 900);
    next(&mut b.by_mid(&mid).receive_video(), "the camera").await;
}

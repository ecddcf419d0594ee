//! Renegotiation, hold, restarts and the end of a connection, with media going on.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_rtc::{
    ConnectionState, DataChannelInit, Direction, MediaKind, NegotiationError, SdpKind, Snapshot,
    Transceiver, TransceiverInit,
};
use pair::{Peer, camera, negotiate, next, pair};

async fn video(peer: &Peer, name: &str) -> Transceiver {
    let init = TransceiverInit::send_only("s", name);
    peer.connection
        .add_transceiver(MediaKind::Video, init)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_stream_stops_and_comes_back() {
    let (a, b) = pair().await;
    let near = video(&a, "v").await;
    negotiate(&a, &b).await;
    let far = b.by_mid(&near.mid().unwrap());
    a.connected().await;
    let _camera = camera(&a, near.clone(), 2_000);
    next(&mut far.receive_video(), "the camera").await;

    for _ in 0..2 {
        far.set_direction(Direction::Inactive);
        b.until("an offer is due", |seen| seen.negotiation_needed > 0)
            .await;
        negotiate(&b, &a).await;
        assert_eq!(near.current_direction(), Some(Direction::Inactive));
        assert!(!near.can_send());
        assert!(near.codec().is_some(), "the codec stays agreed on");

        far.set_direction(Direction::RecvOnly);
        negotiate(&b, &a).await;
        assert_eq!(near.current_direction(), Some(Direction::SendOnly));
        assert!(near.can_send());
        next(&mut far.receive_video(), "the resumed camera").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_comes_and_goes_ten_times() {
    let (a, b) = pair().await;
    let own = video(&a, "camera").await;
    negotiate(&a, &b).await;
    a.connected().await;
    let _camera = camera(&a, own.clone(), 1_000);
    let mut own_frames = b.by_mid(&own.mid().unwrap()).receive_video();
    for round in 0..10 {
        let share = video(&a, &format!("share{round}")).await;
        negotiate(&a, &b).await;
        let far = b.by_mid(&share.mid().unwrap());
        let mut frames = far.receive_video();
        let _share = camera(&a, share.clone(), 4_000);
        next(&mut frames, "the share").await;
        share.stop();
        negotiate(&a, &b).await;
        assert!(far.is_stopped());
        b.until("the share's end", |seen| seen.ended.contains(&far.id()))
            .await;
        assert_eq!(a.connection.transceivers().len(), 1, "round {round}");
        assert_eq!(b.connection.transceivers().len(), 1, "round {round}");
        next(&mut own_frames, "the camera").await;
    }
    let offer = a.connection.create_offer().await.unwrap();
    assert_eq!(offer.matches("\nm=").count(), 2, "the m-line is used again");
}

#[tokio::test(flavor = "multi_thread")]
async fn ice_restarts_from_either_side_under_media() {
    let (a, b) = pair().await;
    let near = video(&a, "v").await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let _camera = camera(&a, near.clone(), 2_000);
    let mut frames = b.by_mid(&near.mid().unwrap()).receive_video();
    next(&mut frames, "the camera").await;
    let ufrag = |sdp: &str| {
        let line = sdp.lines().find(|line| line.starts_with("a=ice-ufrag:"));
        line.unwrap().to_owned()
    };
    for (offerer, answerer) in [(&a, &b), (&b, &a), (&b, &a), (&a, &b)] {
        let old = ufrag(&offerer.connection.create_offer().await.unwrap());
        let before = offerer.seen.borrow().negotiation_needed;
        offerer.connection.restart_ice();
        offerer
            .until("an offer is due", |seen| seen.negotiation_needed > before)
            .await;
        negotiate(offerer, answerer).await;
        let new = ufrag(&offerer.connection.create_offer().await.unwrap());
        assert_ne!(old, new, "new credentials");
        // What was sent before the restart may still be queued; the queue holds 32 frames.
        while frames.try_recv().is_ok() {}
        for _ in 0..40 {
            next(&mut frames, "the camera after the restart").await;
        }
        offerer.connected().await;
        answerer.connected().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn media_can_follow_a_data_channel() {
    let (a, b) = pair().await;
    let channel = a
        .connection
        .create_data_channel("first", DataChannelInit::default())
        .await
        .unwrap();
    negotiate(&a, &b).await;
    tokio::time::timeout(pair::LIMIT, channel.opened())
        .await
        .unwrap()
        .unwrap();
    let near = video(&a, "v").await;
    negotiate(&a, &b).await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
    assert!(a.connection.stats().await.transport.bytes_sent > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_offer_takes_a_pending_local_one_back() {
    let (a, b) = pair().await;
    let mine = video(&a, "a").await;
    let theirs = video(&b, "b").await;
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    negotiate(&b, &a).await;
    assert_eq!(theirs.current_direction(), Some(Direction::SendOnly));
    a.until("an offer is due", |seen| seen.negotiation_needed > 1)
        .await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let _cameras = [
        camera(&a, mine.clone(), 900),
        camera(&b, theirs.clone(), 900),
    ];
    next(&mut b.by_mid(&mine.mid().unwrap()).receive_video(), "a").await;
    next(&mut a.by_mid(&theirs.mid().unwrap()).receive_video(), "b").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_can_be_taken_back_and_made_again() {
    let (a, b) = pair().await;
    let near = video(&a, "v").await;
    for _ in 0..3 {
        let offer = a.connection.create_offer().await.unwrap();
        a.connection
            .set_local_description(SdpKind::Offer, &offer)
            .await
            .unwrap();
        a.connection
            .set_local_description(SdpKind::Rollback, "")
            .await
            .unwrap();
        assert_eq!(near.mid(), None);
    }
    negotiate(&a, &b).await;
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_out_of_order_are_refused_and_change_nothing() {
    let (a, b) = pair().await;
    video(&a, "v").await;
    let state = |result: Result<Snapshot, NegotiationError>| {
        assert_eq!(result.unwrap_err().code(), "rtc.state");
    };
    assert!(a.connection.create_answer().await.is_err());
    state(
        a.connection
            .set_local_description(SdpKind::Answer, "")
            .await,
    );
    state(
        a.connection
            .set_local_description(SdpKind::Rollback, "")
            .await,
    );
    let offer = a.connection.create_offer().await.unwrap();
    state(
        a.connection
            .set_local_description(SdpKind::Answer, &offer)
            .await,
    );
    state(
        a.connection
            .set_remote_description(SdpKind::Answer, &offer)
            .await,
    );
    negotiate(&a, &b).await;
    state(
        a.connection
            .set_remote_description(SdpKind::Answer, &offer)
            .await,
    );
    a.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_may_come_before_the_description() {
    let (a, b) = pair().await;
    b.stop_trickling();
    video(&a, "v").await;
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    a.until("candidates", |seen| seen.candidates >= 2).await;
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    pair::answer(&a, &b, |_, sdp| sdp).await;
    a.connected().await;
    b.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_overtakes_its_candidate_is_no_reason_to_wait() {
    let mut best = std::time::Duration::MAX;
    // Other work may delay one of them.
    for _ in 0..3 {
        let (a, b) = pair().await;
        // The offerer learns the other address from checks alone.
        b.stop_trickling();
        video(&a, "v").await;
        let start = a.clock.now();
        pair::negotiate_with(&a, &b, |_, sdp| {
            let lines = sdp.split_inclusive("\r\n");
            lines
                .filter(|line| !line.starts_with("a=candidate"))
                .collect()
        })
        .await;
        a.connected().await;
        best = best.min(a.clock.now().since(start));
    }
    assert!(best < std::time::Duration::from_millis(800), "{best:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_connection_closes_it_here_and_there() {
    let (a, b) = pair().await;
    let near = video(&a, "v").await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let mut frames = b.by_mid(&near.mid().unwrap()).receive_video();
    let _camera = camera(&a, near.clone(), 900);
    next(&mut frames, "the camera").await;
    b.stop_trickling();
    a.stop_trickling();
    let Peer {
        connection, seen, ..
    } = a;
    drop(connection);
    let mut seen = seen;
    let closed = tokio::time::timeout(
        pair::LIMIT,
        seen.wait_for(|seen| seen.states.last() == Some(&ConnectionState::Closed)),
    );
    assert!(closed.await.is_ok(), "closed here");
    assert!(!near.can_send());
    let began = b.clock.now();
    b.until("the far side notices", |seen| {
        seen.states.iter().any(|state| {
            matches!(
                state,
                ConnectionState::Disconnected | ConnectionState::Closed | ConnectionState::Failed
            )
        })
    })
    .await;
    #[allow(clippy::print_stdout)] // The figure is worth seeing.
    {
        println!("far side noticed after {:?}", b.clock.now().since(began));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_connection_answers_that_it_is_closed() {
    let (a, _b) = pair().await;
    let near = video(&a, "v").await;
    a.connection.close().await;
    assert_eq!(a.connection.state(), ConnectionState::Closed);
    assert!(matches!(
        a.connection.create_offer().await,
        Err(NegotiationError::Closed)
    ));
    assert!(near.is_stopped() && !near.can_send());
    assert!(a.connection.transceivers().is_empty());
    assert!(a.connection.stats().await.streams.is_empty());
}

//! ICE and DTLS as they are told, and candidates: written into the descriptions, refused where they fit none.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_rtc::{
    Candidate, DtlsState, IceConnectionState, IceGatheringState, MediaKind, SdpKind,
    TransceiverInit,
};
use pair::{Peer, negotiate, opus, pair};

async fn offered(peer: &Peer) -> String {
    let init = TransceiverInit::send_only("s", "v");
    for kind in [MediaKind::Video, MediaKind::Audio] {
        peer.connection
            .add_transceiver(kind, init.clone())
            .await
            .unwrap();
    }
    let offer = peer.connection.create_offer().await.unwrap();
    peer.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    offer
}

#[tokio::test(flavor = "multi_thread")]
async fn states_come_in_order() {
    let (a, b) = pair().await;
    offered(&a).await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    for peer in [&a, &b] {
        let seen = peer
            .until("everything", |seen| {
                seen.dtls.last() == Some(&DtlsState::Connected)
                    && seen.gathering.last() == Some(&IceGatheringState::Complete)
                    && !seen.pairs.is_empty()
            })
            .await;
        assert_eq!(
            seen.gathering,
            [IceGatheringState::Gathering, IceGatheringState::Complete]
        );
        assert_eq!(seen.ice[0], IceConnectionState::Checking);
        assert!(seen.ice.contains(&IceConnectionState::Connected));
        assert_eq!(seen.dtls[0], DtlsState::Connecting);
        let transport = peer.connection.snapshot().await.unwrap().transport;
        assert_eq!(transport.dtls, DtlsState::Connected);
        assert_eq!(
            transport.remote_certificates[0][0], 0x30,
            "DER begins with a sequence"
        );
        let pair = transport.selected_pair.unwrap();
        assert!(pair.local.starts_with("candidate:") && pair.remote.contains(" typ "));
    }
    let controlling = |peer: &Peer| {
        let connection = peer.connection.clone();
        async move { connection.snapshot().await.unwrap().transport.controlling }
    };
    assert_eq!(controlling(&a).await, Some(true));
    assert_eq!(controlling(&b).await, Some(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn gathered_candidates_are_written_into_our_description() {
    let (a, b) = pair().await;
    let offer = offered(&a).await;
    assert!(!offer.contains("a=candidate"));
    a.until("gathered", |seen| {
        seen.gathering.last() == Some(&IceGatheringState::Complete)
    })
    .await;
    let shown = a
        .connection
        .snapshot()
        .await
        .unwrap()
        .pending_local
        .unwrap()
        .sdp;
    let first = shown.split("\r\nm=").nth(1).unwrap();
    assert!(
        first.contains("a=candidate:") && first.ends_with("a=end-of-candidates"),
        "{shown}"
    );
    assert_eq!(shown.matches("a=end-of-candidates").count(), 1);
    // The description alone is enough.
    a.stop_trickling();
    b.stop_trickling();
    b.connection
        .set_remote_description(SdpKind::Offer, &shown)
        .await
        .unwrap();
    pair::answer(&a, &b, |_, sdp| sdp).await;
    a.connected().await;
    let again = a.connection.create_offer().await.unwrap();
    assert!(
        again.contains("a=candidate:"),
        "known ones are in the next offer"
    );
    let before = a.seen.borrow().candidates;
    a.connection.restart_ice();
    a.trickle_to(&b.connection);
    b.trickle_to(&a.connection);
    negotiate(&a, &b).await;
    let seen = a
        .until("told anew", |seen| {
            seen.gathering.len() == 4 && seen.candidates >= 2 * before
        })
        .await;
    assert_eq!(seen.gathering[2], IceGatheringState::Gathering);
    a.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn remote_candidates_are_placed_or_refused() {
    let (a, b) = pair().await;
    a.stop_trickling();
    let line = "candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host";
    let candidate = |mid: Option<&str>, index: Option<u16>, ufrag: Option<&str>| Candidate {
        candidate: line.to_owned(),
        sdp_mid: mid.map(str::to_owned),
        sdp_m_line_index: index,
        username_fragment: ufrag.map(str::to_owned),
    };
    let add = async |candidate: Candidate| b.connection.add_ice_candidate(candidate).await;
    let early = add(candidate(Some("0"), None, None)).await;
    assert_eq!(early.unwrap_err().dom_name(), "InvalidStateError");
    let offer = offered(&a).await;
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    for wrong in [
        candidate(Some("x"), None, None),
        candidate(None, Some(2), None),
        candidate(Some("0"), None, Some("other")),
        Candidate {
            candidate: "candidate:nonsense".to_owned(),
            ..candidate(Some("0"), None, None)
        },
        Candidate {
            candidate: "nonsense".to_owned(),
            ..candidate(Some("0"), None, None)
        },
    ] {
        let refused = add(wrong.clone()).await.expect_err(&format!("{wrong:?}"));
        assert_eq!(refused.dom_name(), "OperationError");
    }
    let section = |sdp: &str, index: usize| sdp.split("\r\nm=").nth(index + 1).unwrap().to_owned();
    let shown = add(candidate(Some("1"), Some(0), None)).await.unwrap();
    let shown = shown.pending_remote.unwrap().sdp;
    assert!(!section(&shown, 0).contains(line) && section(&shown, 1).contains(line));
    let shown = add(candidate(None, Some(0), None)).await.unwrap();
    let shown = shown.pending_remote.unwrap().sdp;
    assert!(section(&shown, 0).contains(line));
    let shown = add(Candidate::default())
        .await
        .unwrap()
        .pending_remote
        .unwrap()
        .sdp;
    assert_eq!(shown.matches("a=end-of-candidates").count(), 2);
    let answer = b.connection.create_answer().await.unwrap();
    let at_b = b
        .connection
        .set_local_description(SdpKind::Answer, &answer)
        .await
        .unwrap();
    assert!(at_b.current_remote.unwrap().sdp.contains(line), "it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_packet_is_told_and_its_source_is_known() {
    let (a, b) = pair().await;
    let init = TransceiverInit::send_only("s", "a");
    let near = a
        .connection
        .add_transceiver(MediaKind::Audio, init)
        .await
        .unwrap();
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let far = b.by_mid("0");
    assert!(b.seen.borrow().flowing.is_empty());
    for round in 1..=2 {
        let mut number = 0;
        let sending = async {
            loop {
                near.send_audio(&opus(number, a.clock.now()));
                number += 1;
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = sending => {}
            _ = b.until("it flows", |seen| seen.flowing.len() == round) => {}
        }
        let sources = far.sources(b.clock.now());
        assert_eq!(sources.len(), 1);
        assert!(!sources[0].contributing);
        let level = sources[0].audio_level.unwrap();
        assert!(
            (level - 0.0316).abs() < 0.001,
            "{level}: 30 dB below the loudest"
        );
        for direction in [
            foyer_rtc::Direction::Inactive,
            foyer_rtc::Direction::RecvOnly,
        ] {
            far.set_direction(direction);
            negotiate(&b, &a).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_can_be_replaced_before_it_is_answered() {
    let (a, b) = pair().await;
    offered(&a).await;
    a.connection
        .create_data_channel("late", foyer_rtc::DataChannelInit::default())
        .await
        .unwrap();
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    a.connection.restart_ice();
    offered(&a).await;
    a.connection.restart_ice();
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    assert_eq!(a.connection.transceivers().len(), 4);
}

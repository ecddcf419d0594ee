//! Data channels between two of our connections.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use std::time::Duration;

use bytes::Bytes;
use foyer_rtc::{
    DataChannel, DataChannelError, DataChannelEvent, DataChannelInit, DataChannelState,
    DataMessage, MediaKind, SdpKind, TransceiverInit,
};
use pair::{LIMIT, Peer, camera, negotiate, negotiate_with, next, pair};

async fn open(peer: &Peer, label: &str, init: DataChannelInit) -> DataChannel {
    let made = peer.connection.create_data_channel(label, init).await;
    made.unwrap()
}

async fn opened(channel: &DataChannel) {
    let waiting = tokio::time::timeout(LIMIT, channel.opened()).await;
    waiting.unwrap().unwrap();
}

/// The far end of a channel.
async fn far(peer: &Peer, label: &str) -> DataChannel {
    let find = |channels: &[DataChannel]| {
        let mut found = channels.iter();
        found.find(|channel| channel.label() == label).cloned()
    };
    let seen = peer
        .until(label, |seen| find(&seen.channels).is_some())
        .await;
    let channel = find(&seen.channels).unwrap();
    opened(&channel).await;
    channel
}

async fn until(
    events: &mut tokio::sync::mpsc::Receiver<DataChannelEvent>,
    wanted: &DataChannelEvent,
) {
    loop {
        if next(events, &format!("{wanted:?}")).await == *wanted {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_channel_carries_text_and_large_messages_both_ways() {
    let (a, b) = pair().await;
    let near = a
        .connection
        .create_data_channel("chat", DataChannelInit::default())
        .await
        .unwrap();
    a.until("an offer is due", |seen| seen.negotiation_needed > 0)
        .await;
    negotiate(&a, &b).await;
    tokio::time::timeout(pair::LIMIT, near.opened())
        .await
        .unwrap()
        .unwrap();
    let far = b
        .until("channel", |seen| !seen.channels.is_empty())
        .await
        .channels[0]
        .clone();
    assert_eq!(far.label(), "chat");
    tokio::time::timeout(pair::LIMIT, far.opened())
        .await
        .unwrap()
        .unwrap();
    let large = Bytes::from((0..60_000u32).map(|n| n as u8).collect::<Vec<_>>());
    for (from, to) in [(&near, &far), (&far, &near)] {
        let mut messages = to.messages().unwrap();
        from.send_text("grüß dich").await.unwrap();
        from.send(large.clone()).await.unwrap();
        for wanted in [
            DataMessage::Text("grüß dich".to_owned()),
            DataMessage::Binary(large.clone()),
        ] {
            let got = tokio::time::timeout(pair::LIMIT, messages.recv()).await;
            assert_eq!(got.unwrap(), Some(wanted));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_message_arrives_as_it_was_sent() {
    let (a, b) = pair().await;
    let near = open(&a, "kinds", DataChannelInit::default()).await;
    assert_eq!(
        near.send_text("early").await,
        Err(DataChannelError::NotOpen)
    );
    negotiate(&a, &b).await;
    opened(&near).await;
    let mut received = far(&b, "kinds").await.messages().unwrap();
    let sent = [
        DataMessage::Text(String::new()),
        DataMessage::Binary(Bytes::new()),
        DataMessage::Text("\0 grüß".to_owned()),
        DataMessage::Binary(Bytes::from_static(&[0])),
        DataMessage::Binary(Bytes::from(vec![7; 262_144])),
    ];
    for message in &sent {
        near.send_message(message.clone()).await.unwrap();
    }
    for message in &sent {
        assert_eq!(next(&mut received, "a message").await, *message);
    }
    let large = near.send(Bytes::from(vec![0; 262_145])).await;
    assert!(matches!(
        large,
        Err(DataChannelError::TooLarge { limit: 262_144, .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn options_reach_the_far_side_and_ids_follow_the_dtls_roles() {
    let (a, b) = pair().await;
    let init = DataChannelInit {
        ordered: false,
        max_retransmits: Some(3),
        protocol: "chess".to_owned(),
        ..DataChannelInit::default()
    };
    let near = open(&a, "one", init).await;
    let timed = DataChannelInit {
        max_packet_life_time: Some(500),
        ..DataChannelInit::default()
    };
    let timed = open(&a, "timed", timed).await;
    let both = DataChannelInit {
        max_packet_life_time: Some(1),
        max_retransmits: Some(1),
        ..DataChannelInit::default()
    };
    let refused = a.connection.create_data_channel("both", both).await;
    assert_eq!(refused.unwrap_err().dom_name(), "OperationError");
    assert_eq!(near.id(), None);
    negotiate(&a, &b).await;
    opened(&near).await;
    opened(&timed).await;
    let theirs = far(&b, "one").await;
    assert_eq!(
        (theirs.init().protocol.as_str(), theirs.init().ordered),
        ("chess", false)
    );
    // The offerer is the DTLS server: odd ids (RFC 8832, 6).
    assert_eq!((near.id(), timed.id()), (Some(1), Some(3)));
    assert_eq!(theirs.id(), Some(1));
    let other = open(&b, "other", DataChannelInit::default()).await;
    opened(&other).await;
    assert_eq!(other.id(), Some(0));
    far(&a, "other").await;
    near.send_text("unordered").await.unwrap();
    let mut received = theirs.messages().unwrap();
    next(&mut received, "the message").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn negotiated_channels_meet_without_being_announced() {
    let (a, b) = pair().await;
    let init = DataChannelInit {
        negotiated: Some(40),
        ..DataChannelInit::default()
    };
    let near = open(&a, "here", init.clone()).await;
    let theirs = open(&b, "there", init).await;
    negotiate(&a, &b).await;
    opened(&near).await;
    opened(&theirs).await;
    assert_eq!((near.id(), theirs.id()), (Some(40), Some(40)));
    near.send_text("hello").await.unwrap();
    let mut received = theirs.messages().unwrap();
    let got = next(&mut received, "the message").await;
    assert_eq!(got, DataMessage::Text("hello".to_owned()));
    assert!(a.seen.borrow().channels.is_empty() && b.seen.borrow().channels.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_may_come_after_the_media() {
    for answerer_adds in [false, true] {
        let (a, b) = pair().await;
        let init = TransceiverInit::send_only("s", "v");
        let video = a
            .connection
            .add_transceiver(MediaKind::Video, init)
            .await
            .unwrap();
        negotiate(&a, &b).await;
        a.connected().await;
        b.connected().await;
        let (one, two) = if answerer_adds { (&b, &a) } else { (&a, &b) };
        let near = open(one, "late", DataChannelInit::default()).await;
        one.until("an offer is due", |seen| seen.negotiation_needed > 0)
            .await;
        assert_eq!(near.state(), DataChannelState::Connecting);
        negotiate(one, two).await;
        opened(&near).await;
        let mut received = far(two, "late").await.messages().unwrap();
        near.send_text("late").await.unwrap();
        next(&mut received, "the message").await;
        let _camera = camera(&a, video.clone(), 900);
        next(&mut b.by_mid("0").receive_video(), "the camera").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_channels_carry_messages_at_once() {
    let (a, b) = pair().await;
    let mut near = Vec::new();
    for number in 0..50 {
        near.push(open(&a, &format!("c{number}"), DataChannelInit::default()).await);
    }
    negotiate(&a, &b).await;
    opened(&near[0]).await;
    for number in 50..100 {
        near.push(open(&a, &format!("c{number}"), DataChannelInit::default()).await);
    }
    let mut ids = Vec::new();
    for (number, channel) in near.iter().enumerate() {
        opened(channel).await;
        channel.send_text(number.to_string()).await.unwrap();
        ids.push(channel.id().unwrap());
    }
    for number in 0..100 {
        let mut received = far(&b, &format!("c{number}")).await.messages().unwrap();
        let got = next(&mut received, "the message").await;
        assert_eq!(got, DataMessage::Text(number.to_string()));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_from_either_side_delivers_what_was_sent_before() {
    let (a, b) = pair().await;
    for closer_is_near in [true, false] {
        let label = format!("closing {closer_is_near}");
        let near = open(&a, &label, DataChannelInit::default()).await;
        if closer_is_near {
            negotiate(&a, &b).await;
        }
        opened(&near).await;
        let there = far(&b, &label).await;
        let (one, two) = if closer_is_near {
            (near, there)
        } else {
            (there, near)
        };
        let (mut ours, mut theirs) = (one.events().unwrap(), two.events().unwrap());
        for _ in 0..20 {
            one.send(Bytes::from(vec![1; 50_000])).await.unwrap();
        }
        one.close().await;
        until(&mut ours, &DataChannelEvent::Closing).await;
        until(&mut ours, &DataChannelEvent::Closed { failed: false }).await;
        let mut messages = 0;
        loop {
            match next(&mut theirs, "the end").await {
                DataChannelEvent::Message(_) => messages += 1,
                DataChannelEvent::Closed { failed } => {
                    assert!(!failed);
                    break;
                }
                _ => {}
            }
        }
        assert_eq!(messages, 20);
        assert_eq!(
            two.send_text("too late").await,
            Err(DataChannelError::Closed)
        );
        assert_eq!(two.state(), DataChannelState::Closed);
    }
    let again = open(&a, "again", DataChannelInit::default()).await;
    opened(&again).await;
    far(&b, "again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_buffered_is_told_and_its_end_too() {
    let (a, b) = pair().await;
    let near = open(&a, "bulk", DataChannelInit::default()).await;
    negotiate(&a, &b).await;
    opened(&near).await;
    let mut events = near.events().unwrap();
    let mut received = far(&b, "bulk").await.messages().unwrap();
    near.set_buffered_amount_low_threshold(10_000);
    for _ in 0..30 {
        near.send(Bytes::from(vec![1; 100_000])).await.unwrap();
    }
    assert!(near.buffered_amount() > 10_000);
    let reading = tokio::spawn(async move {
        for _ in 0..30 {
            next(&mut received, "bulk").await;
        }
    });
    until(&mut events, &DataChannelEvent::BufferedAmountLow).await;
    assert!(near.buffered_amount() <= 10_000);
    reading.await.unwrap();
    let mut buffered = near.watch_buffered_amount();
    let empty = tokio::time::timeout(LIMIT, buffered.wait_for(|bytes| *bytes == 0)).await;
    empty.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_far_sides_limit_is_heeded() {
    let (a, b) = pair().await;
    let near = open(&a, "small", DataChannelInit::default()).await;
    negotiate_with(&a, &b, |kind, sdp| match kind {
        SdpKind::Answer => sdp.replace("max-message-size:262144", "max-message-size:1000"),
        _ => sdp,
    })
    .await;
    opened(&near).await;
    let sctp = a.connection.snapshot().await.unwrap().sctp.unwrap();
    assert_eq!(sctp.max_message_size, 1_000);
    assert!(sctp.max_channels.is_some_and(|channels| channels > 100));
    near.send(Bytes::from(vec![0; 1_000])).await.unwrap();
    let refused = near.send(Bytes::from(vec![0; 1_001])).await;
    assert_eq!(refused.unwrap_err().code(), "data_channel.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_end_with_their_connection_on_both_sides() {
    let (a, b) = pair().await;
    let near = open(&a, "mortal", DataChannelInit::default()).await;
    negotiate(&a, &b).await;
    opened(&near).await;
    let there = far(&b, "mortal").await;
    let mut events = there.events().unwrap();
    a.connection.close().await;
    let closed = async {
        while let Some(event) = events.recv().await {
            if matches!(event, DataChannelEvent::Closed { .. }) {
                return;
            }
        }
    };
    tokio::time::timeout(LIMIT + Duration::from_secs(20), closed)
        .await
        .unwrap();
    assert_eq!(there.state(), DataChannelState::Closed);
    let mut state = near.events().unwrap();
    until(&mut state, &DataChannelEvent::Closing).await;
}

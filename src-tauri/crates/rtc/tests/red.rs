//! Redundant sound (RFC 2198): negotiated like browsers do, sent where it is preferred, and of use where packets are lost.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use std::time::Duration;

use foyer_rtc::{Codec, Impairment, MediaKind, Transceiver, TransceiverInit, capabilities};
use pair::{Peer, negotiate, next, opus, pair};

/// Of what can be sent, these, in this order.
fn codecs(names: &[&str]) -> Vec<Codec> {
    let all = capabilities(MediaKind::Audio).codecs;
    let named = |name: &&str| {
        let found = all.iter().find(|codec| codec.mime_type == *name);
        found.unwrap_or_else(|| panic!("no {name}")).clone()
    };
    names.iter().map(named).collect()
}

async fn microphone(peer: &Peer, preferences: &[&str]) -> Transceiver {
    let init = TransceiverInit::send_only("s", "t");
    let kind = MediaKind::Audio;
    let near = peer.connection.add_transceiver(kind, init).await.unwrap();
    near.set_codec_preferences(codecs(preferences));
    near
}

/// The same sound twenty milliseconds apart, and which of it arrives.
async fn heard(a: &Peer, b: &Peer, near: &Transceiver, packets: u64) -> Vec<u64> {
    let mut received = b.by_mid(&near.mid().unwrap()).receive_audio();
    let mut heard = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    for number in 0..packets {
        tick.tick().await;
        assert!(near.send_audio(&opus(number, a.clock.now())));
        while let Ok(packet) = received.try_recv() {
            heard.push(packet.timestamp);
        }
    }
    // What is under way takes no longer than this many more.
    let last = heard.last().copied().unwrap_or_default();
    for number in packets.. {
        tick.tick().await;
        near.send_audio(&opus(number, a.clock.now()));
        while let Ok(packet) = received.try_recv() {
            heard.push(packet.timestamp);
        }
        if heard.last().is_some_and(|newest| *newest > last + 20 * 960) {
            return heard;
        }
    }
    heard
}

/// The share of the packets between the first and the last that were heard.
fn share(heard: &[u64]) -> f64 {
    let mut unique = heard.to_vec();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), heard.len(), "nothing is heard twice");
    let (first, last) = (unique[0], unique[unique.len() - 1]);
    unique.len() as f64 / ((last - first) / 960 + 1) as f64
}

#[tokio::test]
async fn offers_and_answers_name_it_behind_opus() {
    let (a, b) = pair().await;
    let near = microphone(&a, &[]).await;
    negotiate(&a, &b).await;
    for peer in [&a, &b] {
        let sdp = peer.connection.snapshot().await.unwrap();
        let sdp = sdp.current_local.unwrap().sdp;
        for line in [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 110\r\n",
            "a=rtpmap:63 red/48000/2\r\n",
            "a=fmtp:63 111/111\r\n",
        ] {
            assert!(sdp.contains(line), "no {line} in {sdp}");
        }
    }
    let snapshot = a.connection.snapshot().await.unwrap();
    let sent = &snapshot.transceivers[0].send_codecs;
    let names: Vec<&str> = sent.iter().map(|codec| codec.mime_type.as_str()).collect();
    assert_eq!(names, ["audio/opus", "audio/red", "audio/telephone-event"]);
    assert_eq!(near.mid().as_deref(), Some("0"));
}

#[tokio::test]
async fn it_can_be_left_out() {
    let (a, _) = pair().await;
    microphone(&a, &["audio/opus"]).await;
    let offer = a.connection.create_offer().await.unwrap();
    assert!(
        offer.contains("SAVPF 111\r\n") && !offer.contains("red/"),
        "{offer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_sent_where_it_is_preferred_and_fills_the_holes_of_loss() {
    let mut shares = Vec::new();
    for preferences in [&["audio/opus", "audio/red"], &["audio/red", "audio/opus"]] {
        let a = Peer::open(None).await;
        let b = Peer::open(Some(Impairment {
            loss_in: 0.2,
            loss_out: 0.0,
            delay: Duration::ZERO,
            seed: 11,
        }))
        .await;
        a.trickle_to(&b.connection);
        b.trickle_to(&a.connection);
        let near = microphone(&a, preferences).await;
        negotiate(&a, &b).await;
        a.connected().await;
        b.connected().await;
        let heard = heard(&a, &b, &near, 400).await;
        shares.push(share(&heard));
    }
    let [plain, redundant] = shares[..] else {
        panic!("two runs");
    };
    // Of five packets one is lost, and with redundancy only where two follow each other.
    assert!((0.7..0.9).contains(&plain), "{plain}");
    assert!(redundant > 0.92, "{redundant}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_offer_may_give_it_another_number() {
    let (a, b) = pair().await;
    let near = microphone(&a, &["audio/red", "audio/opus"]).await;
    let offer = a.connection.create_offer().await.unwrap();
    assert!(offer.contains("SAVPF 63 111\r\n"), "{offer}");
    let edited = offer
        .replace("SAVPF 63 111", "SAVPF 97 111")
        .replace("a=rtpmap:63 ", "a=rtpmap:97 ")
        .replace("a=fmtp:63 ", "a=fmtp:97 ");
    let kind = foyer_rtc::SdpKind::Offer;
    let set = a.connection.set_local_description(kind, &edited).await;
    set.unwrap();
    let set = b.connection.set_remote_description(kind, &edited).await;
    set.unwrap();
    pair::answer(&a, &b, |_, sdp| {
        assert!(sdp.contains("SAVPF 97 111\r\n"), "{sdp}");
        sdp
    })
    .await;
    a.connected().await;
    b.connected().await;
    let mut received = b.by_mid(&near.mid().unwrap()).receive_audio();
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let sending = async {
        for number in 0.. {
            tick.tick().await;
            near.send_audio(&opus(number, a.clock.now()));
        }
    };
    tokio::select! {
        () = sending => {}
        packet = next(&mut received, "sound") => assert_eq!(packet.data.len(), 5),
    }
}

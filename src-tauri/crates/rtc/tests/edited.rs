//! Local descriptions that an application edits before it sets them, as calling SDKs do.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_rtc::{
    DataChannelInit, Direction, MediaKind, NegotiationError, SdpKind, Transceiver, TransceiverInit,
};
use pair::{Peer, answer, camera, negotiate, next, pair};

async fn inactive(peer: &Peer, kind: MediaKind) -> Transceiver {
    let init = TransceiverInit {
        direction: Direction::Inactive,
        stream_ids: Vec::new(),
        ..TransceiverInit::send_recv("-", "track")
    };
    peer.connection.add_transceiver(kind, init).await.unwrap()
}

/// One audio, eighteen video, one data m-line, as the Calling SDK asks for.
async fn sdk_lines(peer: &Peer) -> Vec<Transceiver> {
    peer.connection
        .create_data_channel("main-channel", DataChannelInit::default())
        .await
        .unwrap();
    let mut all = vec![inactive(peer, MediaKind::Audio).await];
    for _ in 0..18 {
        all.push(inactive(peer, MediaKind::Video).await);
    }
    all
}

/// What the Calling SDK does to an offer (reference/calling-sdk.md, 3): the fixture pair shows it done to Chromium's.
fn sdk_edits(offer: &str) -> String {
    let mut sections = offer.split("\r\nm=");
    let head = sections.next().unwrap();
    let (groups, rest): (Vec<&str>, Vec<&str>) =
        head.lines().partition(|line| line.starts_with("a=group"));
    let mut text = [rest, groups].concat().join("\r\n");
    for section in sections {
        text.push_str("\r\nm=");
        text.push_str(&sdk_section(section));
    }
    text.push_str("\r\n");
    text
}

fn sdk_section(section: &str) -> String {
    let mut lines = section.lines();
    let mut first = lines.next().unwrap().to_owned();
    let mut rest: Vec<String> = lines.map(str::to_owned).collect();
    if first.starts_with("audio") {
        let (head, _) = first.split_once("SAVPF").unwrap();
        first = format!("{head}SAVPF 105 111 97 9 0 8 13 110 126");
        let is_red = |line: &str| line.contains(" red/") || line.ends_with(" 111/111");
        rest.retain(|line| !is_red(line));
        for line in [
            "a=rtpmap:105 CN/48000",
            "a=rtpmap:97 red/48000/2",
            "a=rtpmap:9 G722/8000",
            "a=rtpmap:110 telephone-event/48000",
            "a=fmtp:97 111/111",
        ] {
            rest.push(line.to_owned());
        }
    }
    if first.starts_with("video") {
        first = first.replace(" 102 96 103 97", " 102 103");
        let dropped = [":96 ", ":97 "];
        rest.retain(|line| !dropped.iter().any(|pt| line.contains(pt)));
        for line in &mut rest {
            if line.starts_with("a=fmtp:102") {
                line.push_str(";sps-pps-idr-in-keyframe=1");
            }
        }
    }
    if !first.starts_with("application") {
        rest.push("a=rtcp-xr:rcvr-rtt=all".to_owned());
        rest.push("a=rtcp:9 IN IP4 0.0.0.0".to_owned());
    }
    let order = [
        "c=",
        "a=rtpmap",
        "a=fmtp",
        "a=rtcp:",
        "a=rtcp-fb",
        "a=extmap",
        "a=setup",
        "a=mid",
        "a=msid",
        "a=send",
        "a=recv",
        "a=inactive",
        "a=ice-",
        "a=fingerprint",
        "a=ssrc",
        "a=rtcp-mux",
    ];
    let rank = |line: &String| {
        let found = order.iter().position(|start| line.starts_with(start));
        found.unwrap_or(order.len())
    };
    rest.sort_by_key(rank);
    rest.insert(0, first);
    rest.join("\r\n")
}

async fn set_edited(a: &Peer, b: &Peer, edit: impl Fn(&str) -> String) -> String {
    let offer = a.connection.create_offer().await.unwrap();
    let edited = edit(&offer);
    assert_ne!(offer, edited, "the edit edits");
    let set = a
        .connection
        .set_local_description(SdpKind::Offer, &edited)
        .await;
    let snapshot = set.unwrap();
    let shown = snapshot.pending_local.unwrap().sdp;
    let without = |text: &str| -> String {
        let late = |line: &&str| {
            !line.starts_with("a=candidate") && !line.starts_with("a=end-of-candidates")
        };
        text.split_inclusive('\n').filter(late).collect()
    };
    assert_eq!(without(&shown), without(&edited), "shown as it was set");
    b.connection
        .set_remote_description(SdpKind::Offer, &edited)
        .await
        .unwrap();
    answer(a, b, |_, sdp| sdp).await;
    edited
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calling_sdks_edits_are_applied_and_lines_wake_one_by_one() {
    let (a, b) = pair().await;
    let lines = sdk_lines(&a).await;
    let edited = set_edited(&a, &b, sdk_edits).await;
    assert_eq!(edited.matches("\r\nm=").count(), 20);
    a.connected().await;
    b.connected().await;

    let snapshot = a.connection.snapshot().await.unwrap();
    assert_eq!(snapshot.lines.len(), 20);
    assert!(snapshot.lines[19].data && snapshot.sctp.is_some());
    for transceiver in &snapshot.transceivers {
        assert_eq!(transceiver.current_direction, Some(Direction::Inactive));
        let mimes: Vec<&str> = transceiver
            .send_codecs
            .iter()
            .map(|codec| codec.mime_type.as_str())
            .collect();
        match transceiver.kind {
            MediaKind::Audio => {
                let sent = ["audio/opus", "audio/red", "audio/telephone-event"];
                assert_eq!(mimes, sent);
                assert_eq!(transceiver.send_codecs[1].payload_type, 97);
            }
            MediaKind::Video => assert_eq!(mimes, ["video/H264", "video/rtx"]),
        }
    }

    lines[0].set_direction(Direction::SendRecv);
    lines[3].set_direction(Direction::SendOnly);
    set_edited(&a, &b, sdk_edits).await;
    assert_eq!(lines[3].current_direction(), Some(Direction::SendOnly));
    assert_eq!(lines[4].current_direction(), Some(Direction::Inactive));
    let _camera = camera(&a, lines[3].clone(), 900);
    let far = b.by_mid(&lines[3].mid().unwrap());
    next(&mut far.receive_video(), "the woken camera").await;
    b.until("the track flows", |seen| seen.flowing.contains(&far.id()))
        .await;

    // The far side wakes another.
    let theirs = b.by_mid(&lines[9].mid().unwrap());
    theirs.set_direction(Direction::SendOnly);
    lines[9].set_direction(Direction::RecvOnly);
    negotiate(&b, &a).await;
    assert_eq!(theirs.current_direction(), Some(Direction::SendOnly));
    let _theirs = camera(&b, theirs.clone(), 900);
    next(&mut lines[9].receive_video(), "the far camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_numbers_orders_and_directions_are_what_counts() {
    let (a, b) = pair().await;
    let init = TransceiverInit::send_recv("stream", "v");
    let near = a
        .connection
        .add_transceiver(MediaKind::Video, init)
        .await
        .unwrap();
    set_edited(&a, &b, |offer| {
        offer
            .replace("102", "125")
            .replace("103", "107")
            .replace(" 125 96 107 97", " 125 107 96 97")
            .replace("a=sendrecv", "a=sendonly")
            .replace("a=extmap:4 ", "a=extmap:7 ")
    })
    .await;
    assert_eq!(near.current_direction(), Some(Direction::SendOnly));
    assert_eq!(near.direction(), Direction::SendRecv, "the wish stays");
    let snapshot = a.connection.snapshot().await.unwrap();
    let view = &snapshot.transceivers[0];
    let numbers: Vec<u8> = view
        .receive_codecs
        .iter()
        .map(|codec| codec.payload_type)
        .collect();
    assert_eq!(numbers, [125, 107, 96, 97]);
    let mid = |uri: &str| uri.ends_with("sdes:mid");
    let extension = view
        .header_extensions
        .iter()
        .find(|extension| mid(&extension.uri));
    assert_eq!(extension.map(|extension| extension.id), Some(7));
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_answer_is_applied() {
    let (a, b) = pair().await;
    let mut near = Vec::new();
    for name in ["v0", "v1"] {
        let init = TransceiverInit::send_recv("stream", name);
        near.push(
            a.connection
                .add_transceiver(MediaKind::Video, init)
                .await
                .unwrap(),
        );
    }
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    let made = b.connection.create_answer().await.unwrap();
    let refused = made.replacen("a=recvonly", "a=sendrecv", 1);
    b.connection
        .set_local_description(SdpKind::Answer, &refused.replace("a=mid:1", "a=mid:8"))
        .await
        .unwrap_err();
    // The second line is not wanted after all, the first is held.
    let edited = made
        .replacen("a=recvonly", "a=inactive", 1)
        .replace("BUNDLE 0 1", "BUNDLE 0");
    let (first, second) = edited.split_at(edited.rfind("m=video").unwrap());
    let edited = format!("{first}{}", second.replacen("m=video 9", "m=video 0", 1));
    b.connection
        .set_local_description(SdpKind::Answer, &edited)
        .await
        .unwrap();
    a.connection
        .set_remote_description(SdpKind::Answer, &edited)
        .await
        .unwrap();
    assert!(near[1].is_stopped() && !near[0].is_stopped());
    assert_eq!(near[0].current_direction(), Some(Direction::Inactive));
    assert_eq!(b.connection.transceivers().len(), 1);
    a.connected().await;
    negotiate(&a, &b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_edits_are_refused_and_change_nothing() {
    let (a, b) = pair().await;
    let near = {
        let init = TransceiverInit::send_only("stream", "v");
        a.connection
            .add_transceiver(MediaKind::Video, init)
            .await
            .unwrap()
    };
    inactive(&a, MediaKind::Audio).await;
    let offer = a.connection.create_offer().await.unwrap();
    let last = offer.rfind("m=audio").unwrap();
    let table = [
        offer.replace("a=ice-ufrag:", "a=ice-ufrag:x"),
        offer.replace("a=ice-pwd:", "a=ice-pwd:x"),
        offer.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:"),
        offer.replace("a=mid:1", "a=mid:one"),
        offer.replace("a=mid:1\r\n", ""),
        offer[..last].to_owned(),
        format!("{offer}{}", &offer[last..].replace("a=mid:1", "a=mid:2")),
        offer.replace("m=audio 9", "m=audio 0"),
        offer.replace("m=audio 9", "m=video 9"),
        offer.replace("H264", "H265").replace("VP8", "VP9"),
    ];
    for text in &table {
        let set = a
            .connection
            .set_local_description(SdpKind::Offer, text)
            .await;
        let error = set.expect_err(text);
        assert!(
            matches!(error, NegotiationError::Modification(_)),
            "{error} for {text}"
        );
        assert_eq!(error.dom_name(), "InvalidModificationError");
        assert_eq!(near.mid(), None);
    }
    let set = a
        .connection
        .set_local_description(SdpKind::Offer, "v=0\r\nm=x")
        .await;
    assert!(matches!(set, Err(NegotiationError::Sdp { line: 2, .. })));
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    answer(&a, &b, |_, sdp| sdp).await;
    a.connected().await;
}

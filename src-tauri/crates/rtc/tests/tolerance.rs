//! Descriptions that no browser writes, but that are legal or at least meant well, and some that are neither.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_media::encoded::VideoCodec;
use foyer_rtc::{Direction, MediaKind, NegotiationError, SdpKind, Transceiver, TransceiverInit};
use pair::{Peer, camera, negotiate, negotiate_with, next, pair};

async fn add(peer: &Peer, kind: MediaKind, name: &str) -> Transceiver {
    let init = TransceiverInit::send_only("stream", name);
    peer.connection.add_transceiver(kind, init).await.unwrap()
}

fn without(sdp: &str, lines: &[&str]) -> String {
    let kept = sdp
        .lines()
        .filter(|line| !lines.iter().any(|start| line.starts_with(start)));
    kept.map(|line| format!("{line}\r\n")).collect()
}

/// Two pictures from `a` to `b`, through whatever `munge` makes of the descriptions, must both arrive.
async fn two_pictures_arrive(munge: impl Fn(SdpKind, String) -> String) {
    let (a, b) = pair().await;
    add(&a, MediaKind::Audio, "mic").await;
    let near = [
        add(&a, MediaKind::Video, "v0").await,
        add(&a, MediaKind::Video, "v1").await,
    ];
    negotiate_with(&a, &b, munge).await;
    a.connected().await;
    let far: Vec<Transceiver> = b
        .connection
        .transceivers()
        .into_iter()
        .filter(|transceiver| transceiver.kind() == MediaKind::Video)
        .collect();
    assert_eq!(far.len(), 2);
    let mut readers: Vec<_> = far.iter().map(Transceiver::receive_video).collect();
    let _cameras = [
        camera(&a, near[0].clone(), 1_000),
        camera(&a, near[1].clone(), 2_000),
    ];
    for (index, frames) in readers.iter_mut().enumerate() {
        let frame = next(frames, "a camera").await;
        let length = frame.data.len();
        let expected = (index + 1) * 1_000;
        assert!(
            (expected..expected + 100).contains(&length),
            "{length} bytes on line {index}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_without_ssrc_lines_are_placed_by_mid() {
    two_pictures_arrive(|_, sdp| without(&sdp, &["a=ssrc"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_without_msid_and_ssrc_lines_arrive() {
    two_pictures_arrive(|_, sdp| without(&sdp, &["a=ssrc", "a=msid"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_direction_means_both_ways() {
    two_pictures_arrive(|kind, sdp| match kind {
        SdpKind::Offer => without(&sdp, &["a=sendonly", "a=recvonly", "a=sendrecv"]),
        _ => sdp,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_setup_and_missing_trickle_option_are_filled_in() {
    two_pictures_arrive(|_, sdp| without(&sdp, &["a=setup", "a=ice-options"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_lines_are_passed_over() {
    two_pictures_arrive(|_, sdp| {
        sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP")
            .replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\na=x-strange:1 2 3\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n")
            .replace("t=0 0\r\n", "t=0 0\r\nb=AS:100\r\na=x-session\r\n")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_level_sha1_fingerprint_beside_the_real_one_does_no_harm() {
    two_pictures_arrive(|_, sdp| {
        let sha1 = ["AB"; 20].join(":");
        sdp.replacen(
            "t=0 0\r\n",
            &format!("t=0 0\r\na=fingerprint:sha-1 {sha1}\r\n"),
            1,
        )
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transport_lines_may_stand_at_session_level() {
    two_pictures_arrive(|_, sdp| {
        let moved = ["a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup"];
        let lines: Vec<&str> = moved
            .iter()
            .map(|start| sdp.lines().find(|line| line.starts_with(start)).unwrap())
            .collect();
        let session = format!("t=0 0\r\n{}\r\n", lines.join("\r\n"));
        without(&sdp, &moved).replacen("t=0 0\r\n", &session, 1)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_of_unusable_kinds_do_no_harm() {
    two_pictures_arrive(|_, sdp| {
        sdp.replacen(
            "a=rtcp-mux\r\n",
            "a=rtcp-mux\r\na=candidate:1 1 ssltcp 1 10.0.0.1 443 typ host\r\n\
             a=candidate:2 1 TCP-ACT 1 10.0.0.1 9 typ host\r\n\
             a=candidate:3 1 udp 1 0f0f0f0f-aaaa-bbbb-cccc-0123456789ab.local 5000 typ host\r\n\
             a=candidate:nonsense\r\n",
            1,
        )
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mids_need_not_be_numbers() {
    two_pictures_arrive(|_, sdp| sdp).await;
    let (a, b) = pair().await;
    add(&a, MediaKind::Video, "v").await;
    let rename = |kind: SdpKind, sdp: String| match kind {
        SdpKind::Offer => sdp
            .replace("a=mid:0", "a=mid:über-video_1")
            .replace("BUNDLE 0", "BUNDLE über-video_1"),
        _ => sdp
            .replace("a=mid:über-video_1", "a=mid:0")
            .replace("BUNDLE über-video_1", "BUNDLE 0"),
    };
    negotiate_with(&a, &b, rename).await;
    assert_eq!(
        b.connection.transceivers()[0].mid().as_deref(),
        Some("über-video_1")
    );
    a.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_m_lines_are_answered_with_port_zero_in_their_place() {
    let (a, b) = pair().await;
    add(&a, MediaKind::Video, "v").await;
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    let offer = format!(
        "{offer}m=x-data 9 FOO/BAR 1 2\r\na=mid:x\r\nm=text 9 RTP/AVP 98\r\na=rtpmap:98 t140/1000\r\nm=video 0 UDP/TLS/RTP/SAVPF 120\r\n"
    );
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    let answer = b.connection.create_answer().await.unwrap();
    b.connection
        .set_local_description(SdpKind::Answer, &answer)
        .await
        .unwrap();
    let heads: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("m="))
        .map(str::trim_end)
        .collect();
    assert!(heads[0].starts_with("m=video 9 "));
    assert_eq!(heads[1], "m=x-data 0 FOO/BAR 1 2");
    assert_eq!(heads[2], "m=text 0 RTP/AVP 98");
    assert_eq!(heads[3], "m=video 0 UDP/TLS/RTP/SAVPF 120");
    assert_eq!(heads.len(), 4);
    // The next offer of the side that refused must keep the places.
    let next = b.connection.create_offer().await.unwrap();
    assert_eq!(next.matches("\nm=").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_m_line_ends_its_transceiver_and_nothing_else() {
    let (a, b) = pair().await;
    let kept = add(&a, MediaKind::Video, "kept").await;
    let refused = add(&a, MediaKind::Video, "refused").await;
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    b.connection
        .set_remote_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    b.by_mid(&refused.mid().unwrap()).stop();
    pair::answer(&a, &b, |_, sdp| sdp).await;
    assert!(refused.is_stopped());
    assert!(!kept.is_stopped());
    a.connected().await;
    let _camera = camera(&a, kept.clone(), 900);
    let far = b.by_mid(&kept.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
    negotiate(&b, &a).await;
    negotiate(&a, &b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_m_line_is_parked_and_wakes_up() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, "v").await;
    near.set_direction(Direction::Inactive);
    negotiate(&a, &b).await;
    assert_eq!(near.current_direction(), Some(Direction::Inactive));
    assert!(b.seen.borrow().tracks.is_empty());
    near.set_direction(Direction::SendOnly);
    negotiate(&a, &b).await;
    a.connected().await;
    b.until("track", |seen| seen.tracks.len() == 1).await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_h264_variants_one_that_we_send_is_chosen() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, "v").await;
    let munge = |kind: SdpKind, sdp: String| {
        match kind {
        SdpKind::Offer => sdp
            .replace(" 102 96 103 97", " 96 97 100 101 102 103 104")
            .replace(
                "a=rtpmap:102 ",
                "a=rtpmap:100 H264/90000\r\na=fmtp:100 packetization-mode=0;profile-level-id=42e01f\r\n\
                 a=rtpmap:101 H264/90000\r\na=fmtp:101 packetization-mode=1;profile-level-id=640c1f\r\n\
                 a=rtpmap:104 H264/90000\r\na=fmtp:104 packetization-mode=1;profile-level-id=42C02A;max-fs=8160\r\na=rtpmap:102 ",
            ),
        _ => {
            let line = sdp.lines().find(|line| line.starts_with("m=video")).unwrap();
            assert!(line.starts_with("m=video 9 UDP/TLS/RTP/SAVPF 102 104 101 96"), "{line}");
            sdp
        }
    }
    };
    negotiate_with(&a, &b, munge).await;
    assert_eq!(near.codec(), Some(VideoCodec::H264));
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_payload_types_in_the_answer_are_what_is_sent() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, "v").await;
    let swap = |kind: SdpKind, sdp: String| match kind {
        SdpKind::Offer => sdp.replace("102", "125").replace("103", "107"),
        _ => sdp,
    };
    negotiate_with(&a, &b, swap).await;
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn re_offers_with_any_setup_keep_the_dtls_roles() {
    for setup in ["actpass", "active", "passive"] {
        let (a, b) = pair().await;
        let near = add(&a, MediaKind::Video, "v").await;
        negotiate(&a, &b).await;
        a.connected().await;
        let answered = std::sync::Mutex::new(String::new());
        negotiate_with(&b, &a, |kind, sdp| match kind {
            SdpKind::Offer => sdp.replace("a=setup:actpass", &format!("a=setup:{setup}")),
            _ => {
                *answered.lock().unwrap() = sdp.clone();
                sdp
            }
        })
        .await;
        let answer = answered.into_inner().unwrap();
        assert!(
            answer.contains("a=setup:passive"),
            "the first answerer stays the DTLS client"
        );
        let _camera = camera(&a, near.clone(), 900);
        let far = b.by_mid(&near.mid().unwrap());
        next(&mut far.receive_video(), "the camera").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_munged_local_description_is_taken() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, "v").await;
    let offer = a.connection.create_offer().await.unwrap();
    let munged = offer.replace("a=rtcp-rsize\r\n", "a=x-sdk:1\r\n");
    a.connection
        .set_local_description(SdpKind::Offer, &munged)
        .await
        .unwrap();
    b.connection
        .set_remote_description(SdpKind::Offer, &munged)
        .await
        .unwrap();
    pair::answer(&a, &b, |_, sdp| sdp).await;
    a.connected().await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_and_leaves_everything_as_it_was() {
    let (a, b) = pair().await;
    let near = add(&a, MediaKind::Video, "v").await;
    negotiate(&a, &b).await;
    a.connected().await;
    let good = a.connection.create_offer().await.unwrap();
    let cut = |end: usize| good.get(..end).unwrap_or_default().to_owned();
    let table = vec![
        String::new(),
        "garbage".to_owned(),
        "\0\0\0".to_owned(),
        "v=0".repeat(1_000),
        "v=0\r\nm=".to_owned(),
        "v=0\r\nm=audio 99999 x 1".to_owned(),
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n".to_owned(),
        format!("v=0\r\n{}", "m=audio 9 RTP/AVP 0\r\n".repeat(65)),
        "x".repeat(300_000),
        good.replace("a=ice-ufrag", "a=no-ufrag"),
        good.replace("a=ice-pwd", "a=no-pwd"),
        good.replace("a=fingerprint", "a=no-fingerprint"),
        good.replace("sha-256", "sha-512"),
        good.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 ZZ:"),
        good.replace("a=mid:0", "a=mid:other"),
        format!("{good}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=rtpmap:96 VP8/90000\r\n"),
        cut(20),
        cut(good.len() / 2).replace("a=fingerprint", "a=f"),
    ];
    for text in &table {
        let result = b
            .connection
            .set_remote_description(SdpKind::Offer, text)
            .await;
        let error = result.expect_err(text);
        assert!(
            matches!(error, NegotiationError::Sdp { .. }),
            "{text:?}: {error}"
        );
        assert!(b.connection.create_answer().await.is_err(), "still stable");
    }
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    for text in &table {
        let result = a
            .connection
            .set_remote_description(SdpKind::Answer, text)
            .await;
        result.expect_err(text);
    }
    a.connection
        .set_local_description(SdpKind::Rollback, "")
        .await
        .unwrap();
    negotiate(&a, &b).await;
    let _camera = camera(&a, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the camera").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_fingerprint_is_a_new_far_side_and_gets_a_new_transport() {
    let (a, b) = pair().await;
    add(&a, MediaKind::Video, "v").await;
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    let c = Peer::open(None).await;
    c.trickle_to(&b.connection);
    b.trickle_to(&c.connection);
    let near = add(&c, MediaKind::Video, "v").await;
    negotiate(&c, &b).await;
    c.connected().await;
    b.connected().await;
    let _camera = camera(&c, near.clone(), 900);
    let far = b.by_mid(&near.mid().unwrap());
    next(&mut far.receive_video(), "the new far side").await;
}

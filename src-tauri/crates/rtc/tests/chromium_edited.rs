//! Edited local offers, parked lines and late data channels, with Chromium on the far side.
#![cfg(target_os = "linux")] // The browser is where Linux has it.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "chromium/browser.rs"]
mod browser;
#[path = "chromium/media.rs"]
mod media;
#[path = "chromium/rig.rs"]
mod rig;

use foyer_rtc::{DataChannelInit, Direction, MediaKind, SdpKind, TransceiverInit};
use media::Feeder;
use rig::Rig;
use serde_json::json;

/// As the Calling SDK: VP8 dropped, fmtp extended, foreign codecs and lines added, the group moved.
fn edit(offer: &str) -> String {
    let group = offer
        .lines()
        .find(|line| line.starts_with("a=group"))
        .unwrap();
    let mut text = String::new();
    for line in offer.lines() {
        let dropped = [
            "a=group",
            "a=rtpmap:96",
            "a=rtcp-fb:96",
            "a=rtpmap:97",
            "a=fmtp:97",
        ];
        if dropped.iter().any(|start| line.starts_with(start)) {
            continue;
        }
        let mut line = line.replace(" 102 96 103 97", " 102 103");
        if line.starts_with("a=fmtp:102") {
            line.push_str(";sps-pps-idr-in-keyframe=1");
        }
        if line.starts_with("m=audio") {
            line.push_str(" 97");
        }
        text.push_str(&line);
        text.push_str("\r\n");
        if line == "t=0 0" {
            text.push_str("a=x-session:1\r\n");
            text.push_str(group);
            text.push_str("\r\n");
        }
        if line.starts_with("a=rtpmap:111") {
            text.push_str("a=rtpmap:97 red/48000/2\r\na=fmtp:97 111/111\r\n");
        }
        if line == "a=rtcp-mux" {
            text.push_str("a=rtcp-xr:rcvr-rtt=all\r\n");
        }
    }
    text
}

async fn offer_edited(rig: &Rig) {
    let offer = rig.connection.create_offer().await.unwrap();
    let edited = edit(&offer);
    let set = rig
        .connection
        .set_local_description(SdpKind::Offer, &edited)
        .await;
    set.unwrap_or_else(|error| panic!("{error} in {edited}"));
    let call = format!("answer({}, null)", json!(edited));
    let answer = rig.browser.call(&call).await;
    let answer = answer.as_str().unwrap();
    let set = rig
        .connection
        .set_remote_description(SdpKind::Answer, answer)
        .await;
    set.unwrap_or_else(|error| panic!("{error} in {answer}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn edited_offers_parked_lines_and_late_channels_work() {
    let rig = Rig::start(None).await;
    let mut lines = Vec::new();
    for index in 0..19 {
        let init = TransceiverInit {
            direction: Direction::Inactive,
            stream_ids: Vec::new(),
            ..TransceiverInit::send_recv("-", format!("track{index}"))
        };
        let kind = if index == 0 {
            MediaKind::Audio
        } else {
            MediaKind::Video
        };
        lines.push(rig.connection.add_transceiver(kind, init).await.unwrap());
    }
    offer_edited(&rig).await;
    rig.connected().await;
    assert!(
        lines
            .iter()
            .all(|line| line.current_direction() == Some(Direction::Inactive))
    );

    lines[4].set_direction(Direction::SendOnly);
    let channel = rig
        .connection
        .create_data_channel("late", DataChannelInit::default())
        .await
        .unwrap();
    offer_edited(&rig).await;
    let camera = Feeder::video(lines[4].clone(), rig.clock.clone(), (640, 360), false);
    let mid = lines[4].mid().unwrap();
    rig.until("the page decodes the woken line", async || {
        if rig.take_key_wanted(lines[4].id()) > 0 {
            camera.force_key();
        }
        rig.page_stat("in", &mid, "frames").await >= 15.0
    })
    .await;
    tokio::time::timeout(rig::PATIENCE, channel.opened())
        .await
        .expect("the channel opens late")
        .unwrap();
    assert!(channel.id().is_some());
    drop(camera);
    rig.close().await;
}

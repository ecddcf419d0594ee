//! Layers of simulcast, encoded by the bridge and received by Chromium.
#![cfg(target_os = "linux")] // The browser is where Linux has it.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../../rtc/tests/chromium/browser.rs"]
mod browser;
#[path = "../../rtc/tests/peers/layers.rs"]
mod layers;
mod page;

use std::time::Duration;

use browser::Browser;
use foyer_contract::bridge::Handle;
use foyer_contract::bridge::command::Command;
use foyer_contract::bridge::connection::{Direction, Encoding, MediaKind, SdpType};
use foyer_contract::bridge::event::{Answer, Event};
use foyer_contract::bridge::media::{Source, TrackSettings};
use page::{Page, description};
use serde_json::{Value, json};

const RIDS: [&str; 3] = ["1", "2", "3"];
const SIZE: (u32, u32) = (640, 360);

fn encodings() -> Vec<Encoding> {
    let encoding = |(rid, by): (&str, f64)| Encoding {
        rid: Some(rid.to_owned()),
        scale_resolution_down_by: Some(by),
        ..page::encoding()
    };
    RIDS.into_iter()
        .zip([4.0, 2.0, 1.0])
        .map(encoding)
        .collect()
}

struct Call {
    page: Page,
    browser: Browser,
    pc: Handle,
    transceiver: Handle,
}

impl Call {
    async fn start(page: Page) -> Self {
        let (browser, _) = Browser::start().await;
        let mut page = page;
        let pc = page.new_connection().await;
        let (transceiver, receiver_track) = (page.handle(), page.handle());
        page.tell(Command::TransceiverNew {
            pc,
            transceiver,
            receiver_track,
            kind: MediaKind::Video,
            direction: Direction::SendOnly,
            stream_ids: vec!["stream".to_owned()],
            track_id: Some("camera".to_owned()),
            encodings: encodings(),
            by_add_track: false,
        })
        .await;
        let camera = Source::Camera(TrackSettings {
            device_id: Some("test:card".to_owned()),
            width: Some(SIZE.0),
            height: Some(SIZE.1),
            ..TrackSettings::default()
        });
        let (track, _) = page.open_track(camera).await;
        page.ask(Command::SenderTrack {
            transceiver,
            track: Some(track),
        })
        .await;
        let mut call = Self {
            page,
            browser,
            pc,
            transceiver,
        };
        call.negotiate().await;
        call
    }

    /// Without trickling: every candidate stands in the descriptions.
    async fn negotiate(&mut self) {
        let (page, pc) = (&mut self.page, self.pc);
        let Answer::Sdp(offer) = page.ask(Command::PcCreateOffer { pc }).await else {
            panic!("no offer");
        };
        assert!(offer.contains("a=simulcast:send 1;2;3\r\n"), "{offer}");
        page.set(pc, true, description(SdpType::Offer, offer)).await;
        let offer = page
            .event(|event| match event {
                Event::Candidate {
                    candidate: None,
                    descriptions,
                    ..
                } => descriptions.pending_local.clone(),
                _ => None,
            })
            .await
            .sdp;
        self.browser.call("open()").await;
        let lines = json!(layers::as_lines(&offer, &RIDS));
        self.browser.call(&format!("answer({lines}, null)")).await;
        let gathered = "new Promise((done) => { const look = () => pc.iceGatheringState === 'complete' \
                        ? done(pc.localDescription.sdp) : setTimeout(look, 20); look(); })";
        let answer = self.browser.call(gathered).await;
        let answer = layers::as_layers(&offer, answer.as_str().unwrap(), "0", &RIDS);
        let answer = description(SdpType::Answer, answer);
        let snapshot = self.page.set(pc, false, answer).await;
        assert_eq!(snapshot.transceivers[0].rids, RIDS);
    }

    /// What the browser says of the line that a layer became.
    async fn shown(&self, rid: &str) -> Value {
        let mut stats = self.browser.call("stats()").await;
        stats[format!("in:{rid}")].take()
    }

    async fn frames(&self, rid: &str) -> u64 {
        self.shown(rid).await["frames"].as_u64().unwrap_or_default()
    }

    /// The browser decodes this many more pictures of each of these layers.
    async fn flow(&self, rids: &[&str], more: u64) {
        for rid in rids {
            let target = self.frames(rid).await + more;
            page::soon("a layer's pictures", async {
                while self.frames(rid).await < target {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            })
            .await;
        }
    }

    /// The outbound streams of `getStats()`, by rid.
    async fn sent(&mut self) -> Vec<Value> {
        let (pc, selector) = (self.pc, None);
        let Answer::Stats(stats) = self.page.ask(Command::PcStats { pc, selector }).await else {
            panic!("no statistics");
        };
        let stats: Value = serde_json::from_str(&stats).unwrap();
        let all = stats.as_object().unwrap().values();
        let mut sent: Vec<Value> = all
            .filter(|entry| entry["type"] == "outbound-rtp")
            .cloned()
            .collect();
        sent.sort_by_key(|entry| entry["encodingIndex"].as_u64());
        sent
    }

    async fn activate(&mut self, rid: &str, active: bool) {
        let mut encodings = encodings();
        for encoding in &mut encodings {
            encoding.active = active || encoding.rid.as_deref() != Some(rid);
        }
        let transceiver = self.transceiver;
        self.page
            .ask(Command::SenderEncodings {
                transceiver,
                encodings,
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_layer_arrives_at_its_own_size_and_can_be_switched_off() {
    let bridge = page::bridge().await;
    let mut call = Call::start(Page::open(&bridge).await).await;
    call.flow(&RIDS, 15).await;
    let widths = [160, 320, 640];
    for (rid, width) in RIDS.into_iter().zip(widths) {
        assert_eq!(call.shown(rid).await["width"], width, "layer {rid}");
    }
    let sent = call.sent().await;
    assert_eq!(sent.len(), 3);
    for (index, (entry, width)) in sent.iter().zip(widths).enumerate() {
        assert_eq!(entry["rid"], RIDS[index], "{entry}");
        assert_eq!(entry["frameWidth"], width, "{entry}");
        assert_eq!(entry["frameHeight"], width * 9 / 16, "{entry}");
        assert_eq!(entry["active"], true, "{entry}");
        assert!(entry["framesEncoded"].as_u64() >= Some(15), "{entry}");
        assert!(entry["targetBitrate"].as_u64() >= Some(60_000), "{entry}");
    }

    call.activate("2", false).await;
    // What was under way still comes.
    page::soon("the layer's end", async {
        loop {
            let before = call.frames("2").await;
            call.flow(&["1", "3"], 10).await;
            if call.frames("2").await == before {
                return;
            }
        }
    })
    .await;
    let sent = call.sent().await;
    let active: Vec<_> = sent.iter().map(|entry| &entry["active"]).collect();
    assert_eq!(active, [true, false, true]);
    let keys = call.shown("2").await["keyFrames"].as_u64();

    call.activate("2", true).await;
    call.flow(&RIDS, 10).await;
    assert!(call.shown("2").await["keyFrames"].as_u64() > keys);
}

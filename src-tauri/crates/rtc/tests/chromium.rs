//! The engine against Chromium: real sockets, real codecs, a real browser on the far side.
#![cfg(target_os = "linux")] // The browser is where Linux has it.
#![allow(clippy::unwrap_used)]

#[path = "chromium/browser.rs"]
mod browser;
#[path = "chromium/media.rs"]
mod media;
#[path = "chromium/munge.rs"]
mod munge;
#[path = "chromium/rig.rs"]
mod rig;

use std::time::Duration;

use foyer_media::encoded::VideoCodec;
use foyer_rtc::{DataChannelInit, DataMessage, Direction, Impairment, MediaKind, TransceiverInit};
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};

use media::{Feeder, Watcher};
use rig::Rig;

/// One browser at a time: two of them share too few processors for times to mean anything.
async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

const SMALL: (u32, u32) = (640, 360);

/// Both sides send and see; all of it is dropped together.
struct Call {
    video: foyer_rtc::Transceiver,
    camera: Feeder,
    microphone: Feeder,
    pictures: Watcher,
    sound: Watcher,
}

impl Call {
    /// We offer sound and pictures, and the page sends its own back.
    async fn offered_by_us(rig: &Rig, size: (u32, u32)) -> Self {
        let call = Self::prepare(rig, size).await;
        rig.offer(Some(page_sends(size))).await;
        rig.connected().await;
        call
    }

    async fn prepare(rig: &Rig, size: (u32, u32)) -> Self {
        let connection = &rig.connection;
        let audio = TransceiverInit::send_recv("foyer", "microphone");
        let audio = connection
            .add_transceiver(MediaKind::Audio, audio)
            .await
            .unwrap();
        let video = TransceiverInit::send_recv("foyer", "camera");
        let video = connection
            .add_transceiver(MediaKind::Video, video)
            .await
            .unwrap();
        rig.browser.call(&warm(size)).await;
        Self::on(rig, audio, video, size)
    }

    fn on(
        rig: &Rig,
        audio: foyer_rtc::Transceiver,
        video: foyer_rtc::Transceiver,
        size: (u32, u32),
    ) -> Self {
        let clock = || rig.clock.clone();
        Self {
            camera: Feeder::video(video.clone(), clock(), size, false),
            microphone: Feeder::tone(audio.clone(), clock()),
            pictures: Watcher::video(&video, clock()),
            sound: Watcher::audio(&audio, clock()),
            video,
        }
    }

    fn mid(&self) -> String {
        self.video.mid().unwrap()
    }

    /// Both sides see this many more pictures. What the page asks for is given.
    async fn flows(&self, rig: &Rig, frames: u64) {
        let target = self.pictures.seen().decoded + frames;
        rig.until("we decode the page's pictures", async || {
            self.answer_requests(rig);
            self.pictures.seen().decoded >= target
        })
        .await;
        let mid = self.mid();
        let before = rig.page_stat("in", &mid, "frames").await;
        rig.until("the page decodes our pictures", async || {
            self.answer_requests(rig);
            rig.page_stat("in", &mid, "frames").await >= before + frames as f64
        })
        .await;
    }

    fn answer_requests(&self, rig: &Rig) {
        if rig.take_key_wanted(self.video.id()) > 0 {
            self.camera.force_key();
        }
    }
}

fn page_sends((width, height): (u32, u32)) -> serde_json::Value {
    json!({ "width": width, "height": height, "codec": "H264" })
}

fn warm((width, height): (u32, u32)) -> String {
    format!("capture({width}, {height}).then(() => true)")
}

fn report(what: &str, rig: &Rig, call: &Call, start: foyer_media::clock::MediaTime) {
    let page = rig.happened(|happened| happened.first_frames.get(&call.mid()).copied());
    let page = page.map(|at| at.since(start).as_millis());
    let ours = call
        .pictures
        .seen()
        .first
        .map(|at| at.since(start).as_millis());
    let line =
        format!("{what}: Chromium shows after {page:?} ms, Foyer decodes after {ours:?} ms\n");
    // Not through the macros: the measurement is to be seen even when the test passes.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
}

async fn sound_flows(rig: &Rig, call: &Call) {
    rig.until("we hear the page", async || {
        let heard = call.sound.seen();
        heard.decoded > 50 && heard.energy > 1e-4
    })
    .await;
    let mid = rig
        .connection
        .transceivers()
        .into_iter()
        .find(|t| t.kind() == MediaKind::Audio);
    let mid = mid.unwrap().mid().unwrap();
    rig.until("the page hears us", async || {
        rig.page_stat("in", &mid, "energy").await > 1e-3
    })
    .await;
    assert!(call.microphone.sent() > 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_sound_flow_both_ways_when_we_offer() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let size = (1280, 720);
    let call = Call::prepare(&rig, size).await;
    let start = rig.clock.now();
    rig.offer(Some(page_sends(size))).await;
    rig.connected().await;
    call.flows(&rig, 60).await;
    report("we offer", &rig, &call, start);
    sound_flows(&rig, &call).await;
    let seen = call.pictures.seen();
    assert_eq!((seen.codec, seen.refused), (Some(VideoCodec::H264), 0));
    // Chromium may begin smaller while it finds out what the machine can do.
    assert!(seen.size.0 >= 320, "{:?}", seen.size);
    let stats = rig.page_stats("in", &call.mid()).await;
    assert_eq!(
        (&stats["codec"], &stats["width"]),
        (&json!("video/H264"), &json!(1280))
    );
    let ours = rig.connection.stats().await;
    let sent = ours
        .streams
        .iter()
        .find(|stream| stream.outgoing && stream.kind == MediaKind::Video);
    assert!(sent.unwrap().frames >= 60, "{ours:?}");
    drop(call);
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_sound_flow_both_ways_when_the_page_offers() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    rig.browser.call(&warm(SMALL)).await;
    rig.browser
        .call(&format!("send({})", page_sends(SMALL)))
        .await;
    let start = rig.clock.now();
    rig.page_offers("").await;
    let (audio, video) = lines(&rig);
    let call = Call::on(&rig, audio, video, SMALL);
    rig.connected().await;
    call.flows(&rig, 60).await;
    report("the page offers", &rig, &call, start);
    sound_flows(&rig, &call).await;
    assert_eq!(call.pictures.seen().refused, 0);
    drop(call);
    rig.close().await;
}

fn lines(rig: &Rig) -> (foyer_rtc::Transceiver, foyer_rtc::Transceiver) {
    let all = rig.connection.transceivers();
    let of = |kind| {
        all.iter()
            .find(|line| line.kind() == kind)
            .cloned()
            .unwrap()
    };
    (of(MediaKind::Audio), of(MediaKind::Video))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vp8_is_received() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    rig.browser
        .call("send({ codec: 'VP8', kinds: ['video'] })")
        .await;
    rig.page_offers("").await;
    let video = rig.track("0").await;
    let pictures = Watcher::video(&video, rig.clock.clone());
    rig.until("we decode VP8", async || pictures.seen().decoded >= 60)
        .await;
    let seen = pictures.seen();
    assert_eq!((seen.codec, seen.refused), (Some(VideoCodec::Vp8), 0));
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_frames_are_asked_for_and_given_both_ways() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let video = TransceiverInit::send_recv("foyer", "camera");
    let video = rig
        .connection
        .add_transceiver(MediaKind::Video, video)
        .await
        .unwrap();
    let pictures = Watcher::video(&video, rig.clock.clone());
    // Chromium gets nothing to begin with, so it has to ask.
    let camera = Feeder::video(video.clone(), rig.clock.clone(), SMALL, true);
    rig.offer(Some(page_sends(SMALL))).await;
    rig.until("the page asks for a key frame", async || {
        rig.take_key_wanted(video.id()) > 0
    })
    .await;
    assert_eq!(camera.keys(), 0);
    let mid = video.mid().unwrap();
    assert_eq!(rig.page_stat("in", &mid, "frames").await, 0.0);
    rig.until("the page decodes after the key frame", async || {
        if rig.take_key_wanted(video.id()) > 0 || camera.keys() == 0 {
            camera.force_key();
        }
        rig.page_stat("in", &mid, "frames").await >= 15.0
    })
    .await;

    rig.until("we decode", async || pictures.seen().decoded >= 15)
        .await;
    for _ in 0..3 {
        let before = pictures.seen().keys;
        // Chromium ignores a request that follows its last key frame too soon.
        rig.until("the page sends a key frame", async || {
            video.request_key_frame();
            pictures.seen().keys > before
        })
        .await;
    }
    assert!(rig.page_stat("out", &mid, "plis").await >= 3.0);
    drop(camera);
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ice_restarts_from_either_side_keep_media_flowing() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let call = Call::offered_by_us(&rig, SMALL).await;
    call.flows(&rig, 15).await;
    let fragment = "/a=ice-ufrag:(.*)/.exec(pc.remoteDescription.sdp)[1]";
    for round in 0..2 {
        let ours = rig.browser.call(fragment).await;
        let theirs = rig.browser.call(&fragment.replace("remote", "local")).await;
        if round == 0 {
            rig.happened_mut(|happened| happened.negotiation_needed = 0);
            rig.connection.restart_ice();
            rig.until("an offer is due", async || {
                rig.happened(|happened| happened.negotiation_needed > 0)
            })
            .await;
            rig.offer(None).await;
        } else {
            rig.page_offers("{ iceRestart: true }").await;
        }
        assert_ne!(rig.browser.call(fragment).await, ours);
        assert_ne!(
            rig.browser.call(&fragment.replace("remote", "local")).await,
            theirs
        );
        rig.connected().await;
        call.flows(&rig, 30).await;
    }
    sound_flows(&rig, &call).await;
    drop(call);
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_video_comes_and_goes_ten_times() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let call = Call::offered_by_us(&rig, SMALL).await;
    call.flows(&rig, 15).await;
    for _ in 0..10 {
        let share = TransceiverInit::send_only("foyer", "share");
        let share = rig
            .connection
            .add_transceiver(MediaKind::Video, share)
            .await
            .unwrap();
        let screen = Feeder::video(share.clone(), rig.clock.clone(), (320, 180), false);
        rig.offer(None).await;
        let mid = share.mid().unwrap();
        let seen = rig.page_stat("in", &mid, "frames").await;
        rig.until("the page decodes the share", async || {
            if rig.take_key_wanted(share.id()) > 0 {
                screen.force_key();
            }
            rig.page_stat("in", &mid, "frames").await >= seen + 5.0
        })
        .await;
        assert!(screen.sent() > 0);
        drop(screen);
        share.stop();
        rig.offer(None).await;
        let line = format!(
            "line({}) === undefined || line({}).stopped",
            json!(mid),
            json!(mid)
        );
        assert_eq!(rig.browser.call(&line).await, json!(true));
    }
    let sections = rig
        .browser
        .call("pc.localDescription.sdp.split('\\nm=').length - 1")
        .await;
    assert!(
        sections.as_u64().unwrap() <= 3,
        "stopped lines are used again: {sections}"
    );
    call.flows(&rig, 15).await;
    drop(call);
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_adds_and_removes_a_second_video() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let call = Call::offered_by_us(&rig, SMALL).await;
    call.flows(&rig, 15).await;
    for _ in 0..3 {
        rig.browser
            .call("send({ width: 320, height: 180, codec: 'H264', kinds: ['video'] })")
            .await;
        rig.page_offers("").await;
        let mid = rig.browser.call("pc.getTransceivers().at(-1).mid").await;
        let second = rig.track(mid.as_str().unwrap()).await;
        let pictures = Watcher::video(&second, rig.clock.clone());
        rig.until("we decode the second video", async || {
            pictures.seen().decoded >= 5
        })
        .await;
        rig.browser.call(&format!("line({mid}).stop()")).await;
        rig.page_offers("").await;
        rig.until("its end is told", async || {
            rig.happened(|happened| happened.ended.contains(&second.id()))
        })
        .await;
        assert!(second.is_stopped());
    }
    call.flows(&rig, 15).await;
    drop(call);
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hold_and_resume_from_either_side() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let call = Call::offered_by_us(&rig, SMALL).await;
    call.flows(&rig, 15).await;
    let mid = call.mid();
    for by_us in [true, false, true] {
        turn(&rig, &call, by_us, Direction::Inactive, "inactive").await;
        assert!(!call.video.can_send());
        let sent = call.camera.sent();
        let seen = rig.page_stat("in", &mid, "packets").await;
        turn(&rig, &call, by_us, Direction::SendRecv, "sendrecv").await;
        rig.until("we send again", async || call.camera.sent() > sent)
            .await;
        let packets = rig.page_stat("in", &mid, "packets").await;
        assert!(
            packets - seen < 400.0,
            "sent on hold: {seen} then {packets}"
        );
        call.flows(&rig, 30).await;
    }
    let nacks = rig.page_stat("in", &mid, "nacks").await;
    assert!(
        nacks < 100.0,
        "the page misses {nacks} packets that were never sent"
    );
    drop(call);
    rig.close().await;
}

async fn turn(rig: &Rig, call: &Call, by_us: bool, direction: Direction, name: &str) {
    if by_us {
        call.video.set_direction(direction);
        rig.offer(None).await;
    } else {
        let set = format!("line({}).direction = '{name}'", json!(call.mid()));
        rig.browser.call(&set).await;
        rig.page_offers("").await;
    }
    let current = format!("line({}).currentDirection", json!(call.mid()));
    assert_eq!(rig.browser.call(&current).await, name);
    assert_eq!(call.video.current_direction(), Some(direction));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_unlike_a_browser_s_are_answered() {
    let _alone = alone().await;
    let mut rig = Rig::start(None).await;
    rig.browser.call(&warm((320, 180))).await;
    for munge in munge::OFFERS {
        rig.renew().await;
        rig.browser
            .call(&format!("send({})", page_sends((320, 180))))
            .await;
        rig.page_offers_through("", munge.offer, munge.answer).await;
        let (audio, video) = lines(&rig);
        let call = Call::on(&rig, audio, video, (320, 180));
        munge::note(munge.name);
        call.flows(&rig, 5).await;
    }
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_unlike_a_browser_s_are_taken() {
    let _alone = alone().await;
    let mut rig = Rig::start(None).await;
    for (name, munge) in munge::ANSWERS {
        rig.renew().await;
        let call = Call::prepare(&rig, (320, 180)).await;
        let share = TransceiverInit::send_only("foyer", "share");
        rig.connection
            .add_transceiver(MediaKind::Video, share)
            .await
            .unwrap();
        rig.offer_through(Some(page_sends((320, 180))), str::to_owned, munge)
            .await;
        munge::note(name);
        call.flows(&rig, 5).await;
    }
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_cross_data_channels_that_either_side_opened() {
    let _alone = alone().await;
    let rig = Rig::start(None).await;
    let ours = rig
        .connection
        .create_data_channel("ours", DataChannelInit::default())
        .await
        .unwrap();
    rig.offer(None).await;
    let opened = tokio::time::timeout(rig::PATIENCE, ours.opened()).await;
    assert!(opened.is_ok(), "our channel does not open");
    let mut messages = ours.messages().unwrap();
    ours.send_text("Grüße 👋").await.unwrap();
    assert_eq!(
        next(&mut messages).await,
        DataMessage::Text("Grüße 👋".to_owned())
    );
    let large: Vec<u8> = (0..60_000u32).map(|at| (at * 7) as u8).collect();
    ours.send(large.clone().into()).await.unwrap();
    assert_eq!(next(&mut messages).await, DataMessage::Binary(large.into()));

    rig.browser
        .call("adopt(pc.createDataChannel('theirs'))")
        .await;
    let theirs = rig
        .find("the page's channel", async || {
            rig.happened(|happened| happened.channels.first().cloned())
        })
        .await;
    assert_eq!(theirs.label(), "theirs");
    let mut messages = theirs.messages().unwrap();
    rig.until("the page's channel opens", async || {
        rig.browser.call("channels.get('theirs').readyState").await == "open"
    })
    .await;
    rig.browser
        .call("channels.get('theirs').send('hello')")
        .await;
    assert_eq!(
        next(&mut messages).await,
        DataMessage::Text("hello".to_owned())
    );
    rig.close().await;
}

async fn next(messages: &mut tokio::sync::mpsc::Receiver<DataMessage>) -> DataMessage {
    let message = tokio::time::timeout(rig::PATIENCE, messages.recv()).await;
    message.expect("no message").expect("the channel closed")
}

/// What both sides showed in some seconds.
#[derive(Debug)]
struct Window {
    /// Frames a second that we sent, and that the page decoded of them.
    ours: (f64, f64),
    /// Frames a second that the page sent, and that we decoded of them.
    theirs: (f64, f64),
    /// Seconds that the page's picture stood still.
    frozen: f64,
    /// The longest time between two pictures that we decoded.
    gap: Duration,
    /// The longest time between two pictures that we encoded.
    source_gap: Duration,
    /// Packets that the page asked for again.
    nacks: f64,
}

async fn watch(rig: &Rig, call: &Call, length: Duration) -> Window {
    let mid = call.mid();
    let before = rig.page_stats("in", &mid).await;
    let source = rig.page_stat("out", &mid, "frames").await;
    let (sent, decoded) = (call.camera.sent(), call.pictures.seen().decoded);
    call.pictures.forget_gap();
    call.camera.forget_gap();
    let end = rig.clock.now().plus(length);
    rig.until("the window passes", async || {
        call.answer_requests(rig);
        rig.clock.now() >= end
    })
    .await;
    let after = rig.page_stats("in", &mid).await;
    let gained = |name: &str| after[name].as_f64().unwrap() - before[name].as_f64().unwrap();
    let source = rig.page_stat("out", &mid, "frames").await - source;
    let seen = call.pictures.seen();
    let rate = |frames: f64| frames / length.as_secs_f64();
    Window {
        ours: (
            rate((call.camera.sent() - sent) as f64),
            rate(gained("frames")),
        ),
        theirs: (rate(source), rate((seen.decoded - decoded) as f64)),
        frozen: gained("frozen"),
        gap: seen.gap,
        source_gap: call.camera.gap(),
        nacks: gained("nacks"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_stay_smooth_at_five_percent_loss_each_way() {
    const LENGTH: Duration = Duration::from_secs(10);
    const LOST: f64 = 25.0 / 30.0;
    let _alone = alone().await;
    let rig = Rig::start(Some(Impairment::loss(0.05, 7))).await;
    let call = Call::offered_by_us(&rig, SMALL).await;
    call.flows(&rig, 60).await;
    let mut nacks = 0.0;
    // A machine that has other things to do stutters by itself: smoothness is judged when it does not.
    for _ in 0..6 {
        let window = watch(&rig, &call, LENGTH).await;
        let line = format!("5 % loss: {window:?}\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
        nacks += window.nacks;
        let (sent, shown) = window.ours;
        assert!(shown >= sent * LOST, "{line}");
        let (sent, shown) = window.theirs;
        assert!(shown >= sent * LOST, "{line}");
        let calm = window.ours.0 >= 29.0
            && window.theirs.0 >= 29.0
            && window.source_gap < Duration::from_millis(100);
        if calm {
            assert!(window.frozen <= 1.0, "{line}");
            assert!(window.gap <= Duration::from_secs(1), "{line}");
            break;
        }
    }
    assert!(nacks > 0.0, "nothing was lost");
    assert_eq!(call.pictures.seen().refused, 0);
    drop(call);
    rig.close().await;
}

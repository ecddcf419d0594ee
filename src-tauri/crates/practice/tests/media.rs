//! Pictures and sound through the server, between real clients and from bots.
#![allow(clippy::unwrap_used)]

#[path = "support/cut.rs"]
mod cut;
#[path = "support/guest.rs"]
mod guest;

use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::{MonotonicClock, SharedClock};
use foyer_media::synthetic::card::Theme;
use foyer_practice::{
    ClientEvent, Meeting, MeetingOptions, Server, ServerConfig, TrackKind, Watch,
};
use foyer_rtc::Impairment;
use guest::{Guest, PATIENCE, counters, frames, send_card, send_sound};
use tokio::time::timeout;

async fn open(bots: u32) -> (Server, Meeting, SharedClock) {
    let clock = MonotonicClock::shared();
    let config = ServerConfig::loopback(Arc::clone(&clock), Arc::new(|| 0.0));
    let server = Server::start(config).await.unwrap();
    let options = MeetingOptions {
        bots,
        ..MeetingOptions::default()
    };
    let meeting = server.open_meeting(options).await;
    (server, meeting, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_sound_arrive_as_they_were_sent() {
    let (_server, meeting, clock) = open(0).await;
    let mut a = Guest::join(&meeting.guest_link, "A", &clock).await;
    let mut b = Guest::join(&meeting.guest_link, "B", &clock).await;
    a.client.set_camera(true);
    a.client.set_muted(false);
    let sending = send_card(
        a.own_line(TrackKind::Camera).await,
        Arc::clone(&clock),
        Theme::Teal,
    );
    let sound = send_sound(a.own_line(TrackKind::Audio).await, Arc::clone(&clock));
    let line = b.line("A", TrackKind::Camera).await;
    let came = frames(&line, 45).await;
    assert!(came[0].key, "begins with a key frame");
    let sent = sending.sent.lock().unwrap().clone();
    for frame in &came {
        assert!(sent.contains(&frame.data), "a frame that was never sent");
    }
    let numbers = counters(&came);
    assert!(numbers.len() >= 44, "{numbers:?}");
    assert!(
        numbers.windows(2).all(|pair| pair[1] > pair[0]),
        "{numbers:?}"
    );

    let ear = b.line("A", TrackKind::Audio).await;
    let mut packets = ear.receive_audio();
    let mut last = None;
    for _ in 0..50 {
        let packet = timeout(PATIENCE, packets.recv()).await.unwrap().unwrap();
        assert_eq!(packet.data[0], 0x78);
        let number = u64::from_be_bytes(packet.data[1..9].try_into().unwrap());
        assert!(last.is_none_or(|last| number > last));
        last = Some(number);
    }
    let a_id = b.id_of("A").unwrap();
    b.event(
        "A speaks",
        |event| matches!(event, ClientEvent::Speaking(who) if *who == [a_id.clone()]),
    )
    .await;
    sound.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn muted_sound_and_a_camera_that_is_off_are_not_forwarded() {
    let (_server, meeting, clock) = open(0).await;
    let mut a = Guest::join(&meeting.guest_link, "A", &clock).await;
    let mut b = Guest::join(&meeting.guest_link, "B", &clock).await;
    let _sending = send_card(
        a.own_line(TrackKind::Camera).await,
        Arc::clone(&clock),
        Theme::Teal,
    );
    let sound = send_sound(a.own_line(TrackKind::Audio).await, Arc::clone(&clock));
    let mut pictures = b.line("A", TrackKind::Camera).await.receive_video();
    let mut packets = b.line("A", TrackKind::Audio).await.receive_audio();
    b.until("media", |b| b.connected).await;
    let quiet = Duration::from_secs(2);
    assert!(timeout(quiet, pictures.recv()).await.is_err());
    assert!(packets.try_recv().is_err());
    a.client.set_muted(false);
    a.client.set_camera(true);
    assert!(timeout(PATIENCE, packets.recv()).await.unwrap().is_some());
    let first = timeout(PATIENCE, pictures.recv()).await.unwrap().unwrap();
    assert!(first.key);
    sound.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_starts_and_stops_ten_times_and_lines_are_used_again() {
    let (_server, meeting, clock) = open(0).await;
    let mut a = Guest::join(&meeting.guest_link, "A", &clock).await;
    let mut b = Guest::join(&meeting.guest_link, "B", &clock).await;
    b.until("media", |b| b.connected).await;
    let mut mids = std::collections::HashSet::new();
    for round in 0..10 {
        a.client.set_share(true, false);
        let own = a.own_line(TrackKind::Share).await;
        mids.insert(own.mid());
        let sending = send_card(own, Arc::clone(&clock), Theme::nth(round));
        let line = b.line("A", TrackKind::Share).await;
        let came = frames(&line, 3).await;
        assert!(came[0].key, "round {round}");
        a.client.set_share(false, false);
        a.until("share down", |a| {
            !a.outgoing.contains_key(&TrackKind::Share)
        })
        .await;
        b.until("share gone", |b| {
            !b.incoming.keys().any(|(_, kind)| *kind == TrackKind::Share)
        })
        .await;
        drop(sending);
    }
    let stats = b.client.stats().await.expect("a connection");
    assert!(stats.transport.bytes_received > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_watched_video_is_forwarded_and_watching_again_starts_with_a_key_frame() {
    let (_server, meeting, clock) = open(1).await;
    let mut guest = Guest::join(&meeting.guest_link, "A", &clock).await;
    let line = guest.line("Ada (bot)", TrackKind::Camera).await;
    let bot = guest.id_of("Ada (bot)").unwrap();
    frames(&line, 5).await;
    guest.client.watch(Vec::new());
    let mut pictures = line.receive_video();
    let silent = async {
        loop {
            let quiet = Duration::from_secs(2);
            if timeout(quiet, pictures.recv()).await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, silent)
        .await
        .expect("unwatched pictures go on");
    guest.client.watch(vec![Watch {
        participant: bot,
        kind: TrackKind::Camera,
        width: 320,
        height: 180,
        refresh: false,
    }]);
    let first = timeout(PATIENCE, pictures.recv()).await.unwrap().unwrap();
    assert!(first.key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bots_show_moving_pictures_with_counters_and_speak_in_turns() {
    let (_server, meeting, clock) = open(3).await;
    let mut guest = Guest::join(&meeting.guest_link, "A", &clock).await;
    for name in ["Ada (bot)", "Ben (bot)", "Chloe (bot)"] {
        let line = guest.line(name, TrackKind::Camera).await;
        let came = frames(&line, 20).await;
        assert!(came[0].key, "{name}");
        let numbers = counters(&came);
        assert!(numbers.len() >= 18, "{name}: {numbers:?}");
        let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1);
        assert!(steps.count() >= 14, "{name}: {numbers:?}");
        let mut packets = guest.line(name, TrackKind::Audio).await.receive_audio();
        assert!(timeout(PATIENCE, packets.recv()).await.unwrap().is_some());
    }
    let mut spoke = std::collections::HashSet::new();
    while spoke.len() < 3 {
        let event = guest
            .event("somebody speaks", |event| {
                matches!(event, ClientEvent::Speaking(_))
            })
            .await;
        if let ClientEvent::Speaking(who) = event {
            spoke.extend(who);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_percent_loss_each_way_is_survived() {
    let (_server, meeting, clock) = open(1).await;
    let loss = Some(Impairment::loss(0.05, 7));
    let mut guest = Guest::join_over(&meeting.guest_link, "A", &clock, loss).await;
    let line = guest.line("Ada (bot)", TrackKind::Camera).await;
    let mut pictures = line.receive_video();
    let start = clock.now();
    let mut count = 0;
    while count < 150 {
        let frame = timeout(Duration::from_secs(5), pictures.recv()).await;
        assert!(frame.expect("a freeze of 5 s").is_some());
        count += 1;
    }
    let took = clock.now().since(start);
    assert!(took < Duration::from_secs(30), "150 frames took {took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_late_sees_at_once_and_who_leaves_takes_their_lines_with_them() {
    let (_server, meeting, clock) = open(0).await;
    let mut a = Guest::join(&meeting.guest_link, "A", &clock).await;
    a.client.set_camera(true);
    let _sending = send_card(
        a.own_line(TrackKind::Camera).await,
        Arc::clone(&clock),
        Theme::Teal,
    );
    for _ in 0..3 {
        let mut b = Guest::join(&meeting.guest_link, "B", &clock).await;
        let line = b.line("A", TrackKind::Camera).await;
        assert!(frames(&line, 5).await[0].key);
        a.until("B is seen", |a| a.incoming.len() == 2).await;
        drop(b);
        a.until("B is gone", |a| {
            a.incoming.is_empty() && a.roster.len() == 1
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_signalling_comes_back_by_itself_while_pictures_go_on() {
    let (server, meeting, clock) = open(1).await;
    let cable = cut::Cable::to(server.port()).await;
    let (near, far) = (cable.port.to_string(), server.port().to_string());
    let link = meeting.guest_link.replace(&far, &near);
    let mut a = Guest::join(&link, "A", &clock).await;
    let mut b = Guest::join(&meeting.guest_link, "B", &clock).await;
    a.client.set_muted(false);
    let line = a.line("Ada (bot)", TrackKind::Camera).await;
    frames(&line, 5).await;
    for round in 0..2 {
        cable.cut();
        a.until("lost", |a| !a.connected).await;
        let muted = round == 0;
        a.client.set_muted(muted);
        a.until("back", |a| a.connected).await;
        let me = a.me.clone();
        let told = move |b: &Guest| b.roster.iter().any(|p| p.id == me && p.muted == muted);
        b.until("what was wished meanwhile is told", told).await;
        frames(&line, 5).await;
        a.client.chat("1", "still here");
        let echo = |event: &ClientEvent| matches!(event, ClientEvent::Chat(_));
        a.event("the own chat", echo).await;
    }
    // Longer than the server waits for those who vanished: it must know that we are back.
    tokio::time::sleep(Duration::from_secs(11)).await;
    frames(&line, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_is_given_up_after_its_time() {
    let (server, meeting, clock) = open(0).await;
    let mut a = Guest::join(&meeting.guest_link, "A", &clock).await;
    a.until("media", |a| a.connected).await;
    drop(server);
    a.event("lost", |event| matches!(event, ClientEvent::ConnectionLost))
        .await;
    a.event("gone", |event| matches!(event, ClientEvent::ServerGone))
        .await;
    assert!(a.events.recv().await.is_none(), "nothing comes after");
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let (_server, meeting, clock) = open(0).await;
    let wrong = meeting.guest_link.replace(&meeting.id, "nobody");
    for (link, name, code) in [
        ("not a link", "A", "link.invalid"),
        (wrong.as_str(), "A", "meeting.unknown"),
        (meeting.guest_link.as_str(), "", "name.invalid"),
        ("http://127.0.0.1:9/meet/abc", "A", "net.unreachable"),
    ] {
        let config = foyer_practice::ClientConfig::guest(link, name, Arc::clone(&clock));
        let refused = foyer_practice::connect(config).await.err().unwrap();
        assert_eq!(refused.code(), code);
    }
}

//! Relays: a real TURN server (coturn), one way in at a time, and nothing but the relay between the two ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "relays/coturn.rs"]
mod coturn;
#[path = "peers/pair.rs"]
mod pair;
#[path = "relays/proxy.rs"]
mod proxy;

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use coturn::{Coturn, PASSWORD, Way, free_port, server};
use foyer_rtc::{
    Config, ConnectionState, DataChannelInit, DataMessage, IceServer, MediaKind, PeerConnection,
    SdpKind, TransceiverInit,
};
use pair::{Camera, LIMIT, Peer, camera, negotiate, negotiate_with, next};
use tokio::io::AsyncReadExt;

/// Two ends that know each other's relays alone.
async fn relayed(change: impl Fn(&mut Config)) -> (Peer, Peer) {
    let change = |config: &mut Config| {
        config.relay_only = true;
        change(config);
    };
    let a = Peer::open_with(change).await;
    let b = Peer::open_with(change).await;
    a.trickle_to(&b.connection);
    b.trickle_to(&a.connection);
    (a, b)
}

struct Call {
    frames: foyer_rtc::ReceivedVideo,
    _camera: Camera,
}

/// Video and data over the pair, from offer to arrival.
async fn call(a: &Peer, b: &Peer) -> Call {
    let init = TransceiverInit::send_only("s", "v");
    let connection = &a.connection;
    let video = connection
        .add_transceiver(MediaKind::Video, init)
        .await
        .unwrap();
    let near = connection
        .create_data_channel("chat", DataChannelInit::default())
        .await
        .unwrap();
    negotiate(a, b).await;
    a.connected().await;
    b.connected().await;
    let track = b.until("track", |seen| seen.tracks.len() == 1).await;
    let frames = track.tracks[0].0.receive_video();
    let camera = camera(a, video, 3_000);
    let mut call = Call {
        frames,
        _camera: camera,
    };
    flows(&mut call).await;
    let far = b.until("channel", |seen| seen.channels.len() == 1).await;
    let mut messages = far.channels[0].messages().unwrap();
    near.opened().await.unwrap();
    let bytes = Bytes::from(vec![7; 60_000]);
    near.send(bytes.clone()).await.unwrap();
    let message = next(&mut messages, "data").await;
    assert!(matches!(message, DataMessage::Binary(got) if got == bytes));
    call
}

async fn flows(call: &mut Call) {
    for _ in 0..25 {
        next(&mut call.frames, "the camera").await;
    }
}

/// Every candidate of both ends is a relay's.
fn assert_relays(peers: [&Peer; 2]) {
    for peer in peers {
        let seen = peer.seen.borrow();
        let real: Vec<_> = seen.candidates.iter().filter(|c| !c.is_empty()).collect();
        assert!(!real.is_empty(), "{seen:?}");
        assert!(real.iter().all(|c| c.contains(" typ relay ")), "{real:?}");
        assert_eq!(seen.candidate_errors, []);
    }
}

/// Starts gathering and waits for its end.
async fn gathered(peer: &Peer) -> pair::Seen {
    peer.connection
        .add_transceiver(MediaKind::Audio, TransceiverInit::send_only("s", "a"))
        .await
        .unwrap();
    let offer = peer.connection.create_offer().await.unwrap();
    assert!(!offer.contains("a=candidate"), "{offer}");
    peer.connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    peer.until("end of gathering", |seen| {
        seen.candidates.iter().any(String::is_empty)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_over_a_relay_reached_by_udp() {
    let turn = Coturn::start(Way::Udp);
    let (a, b) = relayed(|config| config.ice_servers = vec![turn.server()]).await;
    call(&a, &b).await;
    assert_relays([&a, &b]);
    assert!(turn.allocations() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_over_a_relay_reached_by_tcp() {
    let turn = Coturn::start(Way::Tcp);
    let (a, b) = relayed(|config| config.ice_servers = vec![turn.server()]).await;
    call(&a, &b).await;
    assert_relays([&a, &b]);
    assert!(turn.allocations() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_over_a_relay_reached_by_tls() {
    let turn = Coturn::start(Way::Tls);
    let (a, b) = relayed(|config| {
        config.ice_servers = vec![turn.server()];
        config.turn_roots = vec![turn.root.clone()];
    })
    .await;
    call(&a, &b).await;
    assert_relays([&a, &b]);
    assert!(turn.allocations() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_over_a_relay_reached_by_tls_through_a_proxy() {
    let turn = Coturn::start(Way::Tls);
    let proxy = proxy::Proxy::start().await;
    let url = format!("http://alice:p%40ss@127.0.0.1:{}", proxy.port);
    let (a, b) = relayed(|config| {
        config.ice_servers = vec![turn.server()];
        config.turn_roots = vec![turn.root.clone()];
        config.proxy = Some(url.parse().unwrap());
    })
    .await;
    call(&a, &b).await;
    assert_relays([&a, &b]);
    let place = format!("localhost:{}", turn.port);
    assert_eq!(*proxy.asked.lock().unwrap(), [place.clone(), place]);
    assert_eq!(proxy.refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_is_one_candidate_of_several_unless_it_is_to_be_the_only_one() {
    let turn = Coturn::start(Way::Tcp);
    let peer = Peer::open_with(|config| config.ice_servers = vec![turn.server()]).await;
    let seen = gathered(&peer).await;
    for kind in [" typ host", " typ relay"] {
        let found = seen.candidates.iter().any(|c| c.contains(kind));
        assert!(found, "{kind}: {:?}", seen.candidates);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_relay_there_is_nothing_if_relays_alone_are_wanted() {
    let peer = Peer::open_with(|config| config.relay_only = true).await;
    let seen = gathered(&peer).await;
    assert_eq!(seen.candidates, [""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_and_ends_in_failure() {
    let turns = [Way::Udp, Way::Tcp].map(Coturn::start);
    let servers: Vec<_> = turns
        .iter()
        .map(|turn| server(turn.url(), "open barley"))
        .collect();
    let (a, b) = relayed(|config| config.ice_servers = servers.clone()).await;
    a.connection
        .add_transceiver(MediaKind::Audio, TransceiverInit::send_only("s", "a"))
        .await
        .unwrap();
    negotiate(&a, &b).await;
    let seen = a
        .until("errors", |seen| {
            seen.candidate_errors.len() == 2 && !seen.candidates.is_empty()
        })
        .await;
    for (turn, server) in turns.iter().zip(&servers) {
        let of_this = seen
            .candidate_errors
            .iter()
            .find(|e| e.url == server.urls[0]);
        let error = of_this.unwrap_or_else(|| panic!("nothing of {}", turn.url()));
        assert_eq!(error.code, 401, "{error:?}");
    }
    assert_eq!(seen.candidates, [""]);
    a.until("failure", |seen| {
        seen.states.last() == Some(&ConnectionState::Failed)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gathering_ends_whatever_a_server_does() {
    let silent_udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let silent_tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let untrusted = Coturn::start(Way::Tls);
    let ports = [
        silent_udp.local_addr().unwrap().port(),
        silent_tcp.local_addr().unwrap().port(),
    ];
    let urls = [
        format!("turn:127.0.0.1:{}", free_port(Way::Udp)),
        format!("turn:127.0.0.1:{}?transport=tcp", free_port(Way::Tcp)),
        format!("turn:127.0.0.1:{}", ports[0]),
        format!("turn:127.0.0.1:{}?transport=tcp", ports[1]),
        format!("turns:127.0.0.1:{}", ports[1]),
        untrusted.url(),
        "turn:nowhere.invalid".to_owned(),
        "turns:nowhere.invalid".to_owned(),
        "turns:127.0.0.1:1?transport=udp".to_owned(),
    ];
    let peer = Peer::open_with(|config| {
        config.relay_only = true;
        let servers = urls.iter().map(|url| server(url.clone(), PASSWORD));
        config.ice_servers = servers.collect();
    })
    .await;
    gathered(&peer).await;
    let seen = peer
        .until("errors", |seen| seen.candidate_errors.len() >= urls.len())
        .await;
    for url in &urls {
        let of_this: Vec<_> = seen
            .candidate_errors
            .iter()
            .filter(|error| error.url == *url)
            .collect();
        assert_eq!(of_this.len(), 1, "{url}: {:?}", seen.candidate_errors);
        assert_eq!(of_this[0].code, 701);
        assert!(!of_this[0].text.contains(PASSWORD));
    }
    let of_untrusted = seen.candidate_errors.iter().find(|e| e.url == urls[5]);
    assert!(
        of_untrusted.unwrap().text.contains("certificate"),
        "{of_untrusted:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_wants_other_credentials_is_said() {
    let proxy = proxy::Proxy::start().await;
    let peer = Peer::open_with(|config| {
        config.relay_only = true;
        config.ice_servers = vec![server("turns:127.0.0.1:443".to_owned(), PASSWORD)];
        config.proxy = Some(format!("http://127.0.0.1:{}", proxy.port).parse().unwrap());
    })
    .await;
    gathered(&peer).await;
    let seen = peer
        .until("error", |seen| !seen.candidate_errors.is_empty())
        .await;
    assert!(seen.candidate_errors[0].text.contains("407"), "{seen:?}");
    assert_eq!(proxy.refused.load(Ordering::Relaxed), 1);
}

async fn survives_the_death_of_its_server(way: Way) {
    let mut turn = Coturn::start(way);
    let (a, b) = relayed(|config| {
        config.ice_servers = vec![turn.server()];
        config.turn_roots = vec![turn.root.clone()];
    })
    .await;
    let mut call = call(&a, &b).await;
    turn.kill();
    a.until("loss", |seen| {
        seen.states.last() == Some(&ConnectionState::Disconnected)
    })
    .await;
    turn.again();
    a.connection.restart_ice();
    let clean = |kind, sdp: String| {
        assert!(!sdp.contains("a=candidate"), "of the dead: {kind:?}: {sdp}");
        sdp
    };
    negotiate_with(&a, &b, clean).await;
    a.connected().await;
    // What was on its way when the server died is no proof.
    while call.frames.try_recv().is_ok() {}
    flows(&mut call).await;
    assert_relays([&a, &b]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ice_restart_heals_a_relay_reached_by_udp_that_died() {
    survives_the_death_of_its_server(Way::Udp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ice_restart_heals_a_relay_reached_by_tls_that_died() {
    survives_the_death_of_its_server(Way::Tls).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ice_restart_with_a_relay_that_lives_keeps_its_allocation() {
    let turn = Coturn::start(Way::Tcp);
    let (a, b) = relayed(|config| config.ice_servers = vec![turn.server()]).await;
    let mut call = call(&a, &b).await;
    a.until("end of gathering", |seen| {
        seen.candidates.iter().any(String::is_empty)
    })
    .await;
    let before = turn.allocations();
    a.connection.restart_ice();
    negotiate(&a, &b).await;
    a.until("another gathering", |seen| {
        seen.candidates.iter().filter(|c| c.is_empty()).count() == 2
    })
    .await;
    assert_eq!(turn.allocations(), before);
    a.connected().await;
    while call.frames.try_recv().is_ok() {}
    flows(&mut call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_can_be_replaced_in_a_call() {
    let (a, b) = pair::pair().await;
    let mut call = call(&a, &b).await;
    let turn = Coturn::start(Way::Tcp);
    for peer in [&a, &b] {
        let servers = vec![turn.server()];
        peer.connection
            .set_ice_servers(servers, true)
            .await
            .unwrap();
    }
    for peer in [&a, &b] {
        peer.until("the first gathering's end", |seen| {
            seen.candidates.iter().any(String::is_empty)
        })
        .await;
    }
    let before = [&a, &b].map(|peer| peer.seen.borrow().candidates.len());
    a.connection.restart_ice();
    let clean = |kind, sdp: String| {
        assert!(!sdp.contains(" typ host"), "{kind:?}: {sdp}");
        sdp
    };
    negotiate_with(&a, &b, clean).await;
    for (peer, before) in [&a, &b].into_iter().zip(before) {
        let seen = peer
            .until("relays", |seen| {
                seen.candidates[before..].iter().any(String::is_empty)
            })
            .await;
        let fresh = &seen.candidates[before..];
        assert!(fresh[0].contains(" typ relay "), "{fresh:?}");
        assert!(!fresh.iter().any(|c| c.contains(" typ host")), "{fresh:?}");
    }
    a.connected().await;
    while call.frames.try_recv().is_ok() {}
    flows(&mut call).await;
    // Only what goes over the relay can end with it.
    drop(turn);
    a.until("loss", |seen| {
        seen.states.last() == Some(&ConnectionState::Disconnected)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_server_is_refused_and_changes_nothing() {
    let turn = Coturn::start(Way::Udp);
    let bad = IceServer {
        urls: vec!["turn://example.org".to_owned()],
        ..turn.server()
    };
    let clock = foyer_media::clock::MonotonicClock::shared();
    let config = Config {
        ice_servers: vec![bad.clone()],
        ..Config::loopback(clock)
    };
    let refused = PeerConnection::open(config).await.unwrap_err();
    assert_eq!(refused.to_string(), "ICE server 0: no host name or address");
    let peer = Peer::open_with(|config| config.ice_servers = vec![turn.server()]).await;
    let refused = peer.connection.set_ice_servers(vec![bad], true).await;
    assert_eq!(refused.unwrap_err().code(), "rtc.ice_url.host");
    let seen = gathered(&peer).await;
    assert!(seen.candidates.iter().any(|c| c.contains(" typ host")));
    assert!(seen.candidates.iter().any(|c| c.contains(" typ relay")));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_the_connection_to_the_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = Peer::open_with(|config| {
        let url = format!("turn:127.0.0.1:{port}?transport=tcp");
        config.ice_servers = vec![server(url, PASSWORD)];
    })
    .await;
    peer.connection
        .add_transceiver(MediaKind::Audio, TransceiverInit::send_only("s", "a"))
        .await
        .unwrap();
    let offer = peer.connection.create_offer().await.unwrap();
    let set = peer
        .connection
        .set_local_description(SdpKind::Offer, &offer);
    set.await.unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = [0; 20];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[..2], [0, 3], "an Allocate request");
    drop(peer);
    let mut rest = Vec::new();
    let ended = stream.read_to_end(&mut rest);
    // Well before the allocation is given up for want of an answer.
    let ended = tokio::time::timeout(Duration::from_secs(5).min(LIMIT), ended).await;
    ended.expect("the connection ends").unwrap();
}

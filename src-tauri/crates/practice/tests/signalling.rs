//! The server as a client sees it that speaks the protocol by hand.
#![allow(clippy::unwrap_used)]

#[path = "support/raw.rs"]
mod raw;

use std::time::Duration;

use raw::{Raw, meeting, server};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn named(people: &[serde_json::Value], name: &str) -> bool {
    people.iter().any(|person| person["name"] == name)
}

#[tokio::test]
async fn a_guest_waits_in_the_lobby_and_is_admitted() {
    let (_server, meeting) = meeting(true).await;
    let mut host = Raw::join(&meeting.guest_link, "Host", Some(&meeting.host_secret)).await;
    host.until("admitted").await;
    let mut guest = Raw::join(&meeting.guest_link, " Ada\u{7} ", None).await;
    guest.until("lobby").await;
    let waiting = loop {
        let waiting = host.until("waiting").await;
        if let Some(first) = waiting["participants"].get(0) {
            break first.clone();
        }
    };
    assert_eq!(waiting["name"], "Ada");
    guest
        .say(json!({"type": "chat", "clientId": "1", "text": "too early"}))
        .await;
    assert_eq!(guest.error().await, "meeting.not_admitted");
    host.say(json!({"type": "admit", "participant": waiting["id"]}))
        .await;
    guest.until("admitted").await;
    let people = guest.roster(|people| people.len() == 2).await;
    assert_eq!(people[0]["role"], "host");
    assert_eq!(people[1]["muted"], true);
    assert_eq!(people[1]["cameraOn"], false);
}

#[tokio::test]
async fn a_denied_guest_is_told_and_closed() {
    let (_server, meeting) = meeting(true).await;
    let mut host = Raw::join(&meeting.guest_link, "Host", Some(&meeting.host_secret)).await;
    let mut guest = Raw::join(&meeting.guest_link, "Ada", None).await;
    let id = guest.id.clone();
    host.say(json!({"type": "deny", "participant": id})).await;
    guest.until("denied").await;
    guest.closed().await;
    host.say(json!({"type": "deny", "participant": id})).await;
    assert_eq!(host.error().await, "participant.unknown");
}

#[tokio::test]
async fn chat_reaches_those_inside_and_newcomers_get_no_history() {
    let (_server, meeting) = meeting(false).await;
    let mut a = Raw::join(&meeting.guest_link, "A", None).await;
    let mut b = Raw::join(&meeting.guest_link, "B", None).await;
    a.say(json!({"type": "chat", "clientId": "m1", "text": "<b>hello</b>"}))
        .await;
    let own = a.until("chat").await;
    assert_eq!(own["clientId"], "m1");
    let seen = b.until("chat").await;
    assert_eq!(seen["text"], "<b>hello</b>");
    assert_eq!(seen["from"], "A");
    assert!(seen.get("clientId").is_none());
    assert_eq!(seen["sentAtMs"], 1_700_000_000_000.0);
    let mut c = Raw::join(&meeting.guest_link, "C", None).await;
    a.say(json!({"type": "chat", "clientId": "m2", "text": "second"}))
        .await;
    assert_eq!(c.until("chat").await["text"], "second");
    b.say(json!({"type": "leave"})).await;
    b.closed().await;
    a.say(json!({"type": "chat", "clientId": "m3", "text": "x".repeat(4001)}))
        .await;
    assert_eq!(a.error().await, "chat.invalid");
}

#[tokio::test]
async fn a_host_mutes_removes_and_ends() {
    let (_server, meeting) = meeting(false).await;
    let mut host = Raw::join(&meeting.guest_link, "Host", Some(&meeting.host_secret)).await;
    let mut a = Raw::join(&meeting.guest_link, "A", None).await;
    let mut b = Raw::join(&meeting.guest_link, "B", None).await;
    a.say(json!({"type": "mute", "muted": false})).await;
    let a_id = a.id.clone();
    let a_muted = move |people: &[serde_json::Value]| {
        people
            .iter()
            .find(|person| person["id"] == a_id.as_str())
            .map(|person| person["muted"] == true)
    };
    b.roster(|people| a_muted(people) == Some(false)).await;
    a.say(json!({"type": "muteParticipant", "participant": host.id}))
        .await;
    assert_eq!(a.error().await, "auth.not_host");
    host.say(json!({"type": "muteParticipant", "participant": a.id}))
        .await;
    a.until("mutedByHost").await;
    b.roster(|people| a_muted(people) == Some(true)).await;
    host.say(json!({"type": "remove", "participant": a.id}))
        .await;
    a.until("removed").await;
    a.closed().await;
    b.roster(|people| !named(people, "A")).await;
    host.say(json!({"type": "endMeeting"})).await;
    b.until("ended").await;
    b.closed().await;
    host.until("ended").await;
    host.closed().await;
    let mut late = Raw::connect(&meeting.guest_link).await;
    late.say(json!({"type": "join", "name": "Late"})).await;
    assert_eq!(late.error().await, "meeting.ended");
}

#[tokio::test]
async fn wrong_ids_secrets_and_names_are_refused_with_their_codes() {
    let (_server, meeting) = meeting(false).await;
    let wrong = meeting.guest_link.replace(&meeting.id, "nosuchmeeting");
    let mut lost = Raw::connect(&wrong).await;
    assert_eq!(lost.error().await, "meeting.unknown");
    lost.closed().await;
    let long = "x".repeat(10_000);
    let mut wrong_secret = meeting.host_secret.clone();
    wrong_secret.replace_range(
        0..1,
        if wrong_secret.starts_with('A') {
            "B"
        } else {
            "A"
        },
    );
    for (join, code) in [
        (json!({"type": "join", "name": ""}), "name.invalid"),
        (
            json!({"type": "join", "name": " \u{200b} "}),
            "name.invalid",
        ),
        (json!({"type": "join", "name": long}), "name.invalid"),
        (
            json!({"type": "join", "name": "A", "secret": ""}),
            "auth.bad_secret",
        ),
        (
            json!({"type": "join", "name": "A", "secret": wrong_secret}),
            "auth.bad_secret",
        ),
        (
            json!({"type": "join", "name": "A", "resumeToken": "guess"}),
            "auth.bad_resume",
        ),
        (json!({"type": "leave"}), "protocol.no_join"),
        (json!({"type": "confetti"}), "protocol.bad_message"),
        (json!([1, 2, 3]), "protocol.bad_message"),
        (json!({"type": "join", "name": 7}), "protocol.bad_message"),
    ] {
        let mut raw = Raw::connect(&meeting.guest_link).await;
        raw.say(join.clone()).await;
        assert_eq!(raw.error().await, code, "{join}");
        raw.closed().await;
    }
}

#[tokio::test]
async fn a_full_meeting_refuses_and_takes_again_when_somebody_left() {
    let (_server, meeting) = meeting(false).await;
    let mut people = Vec::new();
    for n in 0..32 {
        people.push(Raw::join(&meeting.guest_link, &format!("G{n}"), None).await);
    }
    let mut late = Raw::connect(&meeting.guest_link).await;
    late.say(json!({"type": "join", "name": "Late"})).await;
    assert_eq!(late.error().await, "meeting.full");
    let mut leaver = people.pop().unwrap();
    leaver.say(json!({"type": "leave"})).await;
    leaver.closed().await;
    Raw::join(&meeting.guest_link, "Late", None).await;
}

#[tokio::test]
async fn garbage_oversized_messages_and_floods_cost_only_their_sender() {
    let (_server, meeting) = meeting(false).await;
    let mut good = Raw::join(&meeting.guest_link, "Good", None).await;
    let hostile: Vec<(Vec<String>, &str)> = vec![
        (vec!["{".into()], "protocol.bad_message"),
        (vec!["[".repeat(200_000)], "protocol.bad_message"),
        (vec!["x".repeat(300_000)], "protocol.too_large"),
        (
            vec![json!({"type": "mute", "muted": true}).to_string(); 2000],
            "protocol.too_fast",
        ),
        (
            vec![json!({"type": "watch", "feeds": vec![json!({"participant": "p1", "kind": "camera"}); 500]}).to_string()],
            "protocol.bad_message",
        ),
    ];
    for (texts, code) in hostile {
        let mut bad = Raw::join(&meeting.guest_link, "Bad", None).await;
        good.roster(|people| named(people, "Bad")).await;
        for text in texts {
            bad.text(text).await;
        }
        assert_eq!(bad.error().await, code);
        bad.closed().await;
        good.roster(|people| !named(people, "Bad")).await;
    }
    good.say(json!({"type": "chat", "clientId": "1", "text": "still here"}))
        .await;
    good.until("chat").await;
}

#[tokio::test]
async fn sdp_garbage_puts_its_sender_out_and_nobody_else() {
    let (_server, meeting) = meeting(false).await;
    let mut good = Raw::join(&meeting.guest_link, "Good", None).await;
    let offer = good.until("offer").await;
    assert_eq!(offer["negotiation"], 1);
    let kinds: Vec<_> = offer["tracks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|track| track["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["audio", "camera"]);
    let mut bad = Raw::join(&meeting.guest_link, "Bad", None).await;
    let offer = bad.until("offer").await;
    bad.say(json!({"type": "candidate", "candidate": {"candidate": "candidate:nonsense", "sdpMid": "99"}}))
        .await;
    bad.say(json!({"type": "answer", "negotiation": 999, "sdp": "ignored: no such offer"}))
        .await;
    bad.say(
        json!({"type": "answer", "negotiation": offer["negotiation"], "sdp": "v=0\r\nnonsense"}),
    )
    .await;
    assert_eq!(bad.error().await, "media.negotiation");
    bad.closed().await;
    good.roster(|people| !named(people, "Bad")).await;
    good.say(json!({"type": "chat", "clientId": "1", "text": "still here"}))
        .await;
    good.until("chat").await;
}

#[tokio::test]
async fn who_vanishes_leaves_after_the_grace_and_a_share_with_them() {
    let (_server, meeting) = meeting(false).await;
    let mut stays = Raw::join(&meeting.guest_link, "Stays", None).await;
    let mut goes = Raw::join(&meeting.guest_link, "Goes", None).await;
    goes.say(json!({"type": "share", "on": true})).await;
    stays
        .roster(|people| people.iter().any(|person| person["sharing"] == true))
        .await;
    stays.say(json!({"type": "share", "on": true})).await;
    assert_eq!(stays.until("shareRefused").await["code"], "share.taken");
    let before = std::time::Duration::from_secs(9);
    drop(goes);
    let early = tokio::time::timeout(before, stays.roster(|people| !named(people, "Goes"))).await;
    assert!(early.is_err(), "left before the grace was over");
    stays.roster(|people| !named(people, "Goes")).await;
    stays.say(json!({"type": "share", "on": true})).await;
    stays
        .roster(|people| people.iter().any(|person| person["sharing"] == true))
        .await;
}

#[tokio::test]
async fn an_interrupted_part_is_taken_up_again_and_the_old_connection_gives_way() {
    let (_server, meeting) = meeting(false).await;
    let mut other = Raw::join(&meeting.guest_link, "Other", None).await;
    let first = Raw::join(&meeting.guest_link, "Ada", None).await;
    let (id, token) = (first.id.clone(), first.token.clone());
    drop(first);
    let mut again = Raw::connect(&meeting.guest_link).await;
    again
        .say(json!({"type": "join", "name": "Ada", "resumeToken": token}))
        .await;
    again.welcomed().await;
    assert_eq!(again.id, id);
    again.until("admitted").await;
    again.until("offer").await;
    let mut third = Raw::connect(&meeting.guest_link).await;
    third
        .say(json!({"type": "join", "name": "Ada", "resumeToken": token}))
        .await;
    third.welcomed().await;
    assert_eq!(again.error().await, "net.replaced");
    again.closed().await;
    third
        .say(json!({"type": "chat", "clientId": "1", "text": "back"}))
        .await;
    assert_eq!(other.until("chat").await["participant"], id.as_str());
}

#[tokio::test]
async fn foreign_pages_get_no_socket() {
    let (server, meeting) = meeting(false).await;
    let own = format!("http://127.0.0.1:{}", server.port());
    assert!(
        Raw::connect_from(&meeting.guest_link, Some(&own))
            .await
            .is_ok()
    );
    for origin in ["http://evil.example", "null", "https://127.0.0.1"] {
        assert!(
            Raw::connect_from(&meeting.guest_link, Some(origin))
                .await
                .is_err()
        );
    }
}

async fn get(port: u16, path: &str, host: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn pages_are_served_hardened_and_only_under_their_own_host() {
    let (server, meeting) = meeting(false).await;
    let port = server.port();
    let host = format!("127.0.0.1:{port}");
    for path in [
        format!("/meet/{}", meeting.id),
        format!("/host/{}", meeting.id),
        "/assets/call.js".into(),
        "/assets/practice.css".into(),
    ] {
        let answer = get(port, &path, &host).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{path}");
        assert!(answer.contains("content-security-policy: default-src 'none'"));
        assert!(answer.contains("x-content-type-options: nosniff"));
        assert!(!answer.contains(&meeting.host_secret.to_lowercase()));
    }
    assert!(
        get(port, "/meet/nobody", &host)
            .await
            .starts_with("HTTP/1.1 404")
    );
    assert!(
        get(port, "/assets/../Cargo.toml", &host)
            .await
            .starts_with("HTTP/1.1 404")
    );
    let rebound = get(
        port,
        &format!("/meet/{}", meeting.id),
        &format!("evil.example:{port}"),
    )
    .await;
    assert!(rebound.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn stopping_says_goodbye_and_dropping_frees_the_port() {
    let first = server().await;
    let opened = first
        .open_meeting(foyer_practice::MeetingOptions::default())
        .await;
    let mut guest = Raw::join(&opened.guest_link, "A", None).await;
    first.stop().await;
    guest.until("ended").await;
    guest.closed().await;
    let (second, opened) = meeting(false).await;
    let port = second.port();
    let mut guest = Raw::join(&opened.guest_link, "A", None).await;
    drop(second);
    guest.closed().await;
    let freed = async {
        while tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(raw::PATIENCE, freed).await.unwrap();
}

#[tokio::test]
async fn the_host_bot_admits_and_bots_answer_in_chat() {
    let server = server().await;
    let meeting = server
        .open_meeting(foyer_practice::MeetingOptions {
            lobby: true,
            bots: 2,
            host_bot: true,
            host_bot_delay: Duration::from_millis(300),
            ..foyer_practice::MeetingOptions::default()
        })
        .await;
    let mut guest = Raw::join(&meeting.guest_link, "A", None).await;
    guest.until("lobby").await;
    guest.until("admitted").await;
    let people = guest.roster(|people| people.len() == 4).await;
    assert_eq!(
        people.iter().filter(|person| person["bot"] == true).count(),
        3
    );
    guest
        .say(json!({"type": "chat", "clientId": "1", "text": "Hello bots"}))
        .await;
    guest.until("chat").await;
    let reply = guest.until("chat").await;
    assert_ne!(reply["participant"], guest.id.as_str());
}

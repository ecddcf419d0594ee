#![allow(clippy::unwrap_used)]
//! What people paste, and what hostile people would have them paste.

use foyer_meeting::link::{LinkError, PracticeLink, parse_practice_link};
use proptest::prelude::*;

fn refused(text: &str) -> LinkError {
    parse_practice_link(text).expect_err(text)
}

#[test]
fn a_practice_link_names_host_port_and_meeting() {
    for (text, host, port) in [
        ("http://127.0.0.1:4711/meet/abc-DEF_9", "127.0.0.1", 4711),
        ("http://localhost:80/meet/abc-DEF_9/", "localhost", 80),
        (
            "HTTP://LocalHost:8080/meet/abc-DEF_9?x=1#y",
            "localhost",
            8080,
        ),
        ("http://[::1]:9/meet/abc-DEF_9", "[::1]", 9),
        (
            "http://192.168.1.20:4711/meet/abc-DEF_9",
            "192.168.1.20",
            4711,
        ),
        ("http://10.0.0.1/meet/abc-DEF_9", "10.0.0.1", 80),
        ("127.0.0.1:4711/meet/abc-DEF_9", "127.0.0.1", 4711),
    ] {
        let link = parse_practice_link(text).expect(text);
        let expected = PracticeLink {
            host: host.into(),
            port,
            id: "abc-DEF_9".into(),
        };
        assert_eq!(link, expected, "{text}");
    }
}

#[test]
fn the_link_is_found_in_the_text_around_it() {
    for text in [
        "Join here: <http://127.0.0.1:1/meet/x>, see you!",
        "see (http://127.0.0.1:1/meet/x).",
        "\u{FEFF}  http://127.0.0.1:1/meet/x\r\n",
        "https://example.org is not it, but http://127.0.0.1:1/meet/x, is",
        "link:http://127.0.0.1:1/meet/x",
    ] {
        assert_eq!(
            parse_practice_link(text).expect(text).url(),
            "http://127.0.0.1:1/meet/x"
        );
    }
}

#[test]
fn the_first_of_several_meetings_is_taken() {
    let text = "http://127.0.0.1:1/meet/one http://127.0.0.1:1/meet/two";
    assert_eq!(parse_practice_link(text).unwrap().id, "one");
}

#[test]
fn teams_links_of_any_shape_are_told_what_they_need() {
    for text in [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
        "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE",
        "https://teams.live.com/meet/9322879383989?p=abcDEF",
        "https://teams.cloud.microsoft/meet/2414128301281?p=x",
        "https://gov.teams.microsoft.us/l/meetup-join/x/0",
        "https://teams.microsoft.com/v2/?meetingjoin=true#/meet/2414?p=x&anon=true",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fmeetup-join%2Fx",
        "msteams:/l/meetup-join/19:meeting_x@thread.v2/0",
        "msteams://teams.microsoft.com/l/meetup-join/x/0",
        "https://nam12.safelinks.protection.outlook.com/ap/t-59584e83/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2Fx&data=05",
        "https://urldefense.com/v3/__https://teams.microsoft.com/meet/24__;!!x$",
        "Microsoft Teams meeting\nJoin: https://teams.microsoft.com/meet/24?p=x\nMeeting ID: 241",
        "teams.microsoft.com/meet/24?p=x",
    ] {
        assert_eq!(refused(text).code(), "link.teams_needs_service", "{text}");
    }
}

#[test]
fn look_alikes_and_other_sites_are_other_sites() {
    for text in [
        "https://example.org/meet/x",
        "http://example.org:4711/meet/x",
        "http://8.8.8.8:4711/meet/x",
        "http://127.0.0.1.example.org:4711/meet/x",
        "http://localhost.example.org/meet/x",
        "http://user@127.0.0.1:4711/meet/x",
        "http://127.0.0.1:4711@example.org/meet/x",
        "https://teams.microsoft.com@example.org/l/meetup-join/x",
        "https://teams.microsoft.com.example.org/l/meetup-join/x",
        "https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org",
        "http://2130706433:4711/meet/x",
        "http://0x7f.1:4711/meet/x",
        "http://127.1:4711/meet/x",
        "http://１２７.0.0.1:4711/meet/x",
        "http://127.0.0.1:0/meet/x",
        "http://127.0.0.1:99999/meet/x",
        "https://127.0.0.1:4711/meet/x",
        "http://127.0.0.1:4711/",
        "http://127.0.0.1:4711/meet/",
        "http://127.0.0.1:4711/meet/a/b",
        "http://127.0.0.1:4711/meet/..%2f..%2fetc",
        "http://127.0.0.1:4711/meet/%00",
        "http://[::ffff:8.8.8.8]:1/meet/x",
        "http://",
    ] {
        assert_eq!(refused(text).code(), "link.other_site", "{text}");
    }
    let long_id = format!("http://127.0.0.1:1/meet/{}", "x".repeat(65));
    assert_eq!(refused(&long_id), LinkError::OtherSite);
}

#[test]
fn a_host_page_is_recognised() {
    assert_eq!(
        refused("http://127.0.0.1:4711/host/x#s3cret").code(),
        "link.host_page"
    );
}

#[test]
fn nothing_is_nothing() {
    for text in [
        "",
        "   ",
        "hello",
        "241 412 830 1281",
        "ftp://127.0.0.1/meet",
        "meet/x",
    ] {
        assert_eq!(refused(text).code(), "link.nothing_found", "{text}");
    }
}

#[test]
fn too_long_is_too_long() {
    let link = format!("http://127.0.0.1:1/meet/x?{}", "y".repeat(2_048));
    assert_eq!(refused(&link).code(), "link.too_long");
    assert_eq!(refused(&"x ".repeat(40_000)).code(), "link.too_long");
    let invitation = format!("{} http://127.0.0.1:1/meet/x", "blah ".repeat(1_000));
    assert!(
        parse_practice_link(&invitation).is_ok(),
        "only the link itself is bounded like that"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_a_verdict_and_what_is_joinable_is_near(
        text in ".{0,200}|(http|https|msteams)://(127\\.0\\.0\\.1|localhost|teams\\.microsoft\\.com|[a-z0-9.@:]{1,20})(:[0-9]{0,6})?/(meet|host|l)/.{0,20}"
    ) {
        if let Ok(link) = parse_practice_link(&text) {
            prop_assert!(link.port != 0);
            let again = parse_practice_link(&link.url());
            prop_assert_eq!(again, Ok(link.clone()), "the cleaned link reads as itself");
            let near = ["127.", "localhost", "10.", "192.168.", "172.", "169.254.", "["];
            prop_assert!(near.iter().any(|start| link.host.starts_with(start)), "{}", link.host);
        }
    }

    #[test]
    fn every_link_of_the_practice_server_is_read(
        a in 0..=255_u8, b in 0..=255_u8, port in 1..=u16::MAX, id in "[A-Za-z0-9_-]{1,64}"
    ) {
        for host in [format!("127.0.{a}.{b}"), format!("192.168.{a}.{b}"), format!("10.1.{a}.{b}"), "[::1]".into()] {
            let link = PracticeLink { host, port, id: id.clone() };
            prop_assert_eq!(parse_practice_link(&format!("Hi, {} .", link.url())), Ok(link));
        }
    }
}

#![allow(clippy::unwrap_used)]
//! What people paste, and what hostile people would have them paste.

use foyer_meeting::link::{
    LinkError, MAX_LINK, MAX_TEXT, PracticeLink, Target, TeamsKind, Verdict, examine,
    parse_practice_link,
};

/// `join teamsLong`, `needsPasscode teamsId`, `refused link.other_site`.
fn in_short(verdict: &Verdict) -> String {
    let (word, meeting) = match verdict {
        Verdict::Join(meeting) => ("join", meeting),
        Verdict::NeedsPasscode(meeting) => ("needsPasscode", meeting),
        Verdict::Refused { error, .. } => return format!("refused {}", error.code()),
    };
    let kind = match &meeting.target {
        Target::Practice(_) => "practice",
        Target::Invitation(_) => "invitation",
        Target::Teams(teams) => match teams.kind {
            TeamsKind::Long => "teamsLong",
            TeamsKind::Channel => "teamsChannel",
            TeamsKind::Short => "teamsShort",
            TeamsKind::Id => "teamsId",
        },
    };
    format!("{word} {kind}")
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next().unwrap() {
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).unwrap();
                plain.push(char::from_u32(code).unwrap());
            }
            c => plain.push(c),
        }
    }
    plain
}

#[test]
fn every_row_of_the_table_gets_its_verdict() {
    let rows: Vec<_> = include_str!("link/table.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once('\t').unwrap())
        .collect();
    let hostile = rows.iter().filter(|(want, _)| want.starts_with("refused"));
    assert!(rows.len() >= 150 && hostile.count() * 2 >= rows.len());
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|(want, text)| {
            let got = in_short(&examine(&unescaped(text)));
            (got != *want).then(|| format!("{got}, not {want}: {text}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

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
fn a_teams_link_is_no_practice_link_but_says_what_it_needs() {
    for text in [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
        "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE",
        "Meeting ID: 241 412 830 128 1",
        "foyer://join?service=https%3A%2F%2Fguests.contoso.com&invitation=abc",
    ] {
        assert_eq!(refused(text).code(), "link.teams_needs_service", "{text}");
    }
    let personal = "https://teams.live.com/meet/9322879383989?p=abcDEF";
    assert_eq!(refused(personal).code(), "link.personal");
}

#[test]
fn too_long_is_too_long() {
    let link = format!("http://127.0.0.1:1/meet/x?{}", "y".repeat(MAX_LINK));
    assert_eq!(refused(&link).code(), "link.too_long");
    assert_eq!(
        refused(&"x ".repeat(MAX_TEXT / 2 + 1)).code(),
        "link.too_long"
    );
    let invitation = format!("{} http://127.0.0.1:1/meet/x", "blah ".repeat(20_000));
    assert!(
        parse_practice_link(&invitation).is_ok(),
        "only the link itself is bounded like that"
    );
}

#![allow(clippy::unwrap_used)]
//! What holds for every text.

use foyer_meeting::link::{Meeting, PracticeLink, Target, Verdict, examine, parse_practice_link};
use foyer_meeting::sensitive::Sensitive;
use proptest::prelude::*;

/// Pieces that links, mails and calendar files are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https://",
        "http://",
        "msteams:",
        "foyer://join?",
        "teams.microsoft.com",
        "teams.live.com",
        "evil.tld",
        "@",
        ":",
        "/",
        "\\",
        "?",
        "&",
        "#",
        "%",
        "%2f",
        "%25",
        "%zz",
        ".",
        "/l/meetup-join/",
        "/meet/",
        "19%3ameeting_x%40thread.v2",
        "/0",
        "?context=",
        "{\"Tid\":\"",
        "\"}",
        "p=",
        "url=",
        "2414128301281",
        "241 412 830 128 1",
        "Meeting ID: ",
        "Passcode: ",
        "Nz8DLM",
        "\n",
        "\r\n",
        " ",
        "=\r\n",
        "=3D",
        "<a href=\"",
        "\">",
        "<!--",
        "<style>",
        "&amp;",
        "&#",
        "BEGIN:VCALENDAR\n",
        "BEGIN:VEVENT\n",
        "BEGIN:VTIMEZONE\n",
        "BEGIN:STANDARD\n",
        "RRULE:BYDAY=-1SU;BYMONTH=3\n",
        "TZID:x\n",
        "TZOFFSETTO:+0100\n",
        "DTSTART;TZID=x:20261124T140000\n",
        "DTSTART:16010101T020000\n",
        "SUMMARY:",
        "ORGANIZER;CN=\"",
        "Content-Transfer-Encoding: base64\n\n",
        "aHR0cHM6Ly90ZWFtcy5taWNyb3NvZnQuY29tL21lZXQvMjQx",
        "--\n",
        "=?utf-8?B?",
        "?=",
        "https://nam12.safelinks.protection.outlook.com/?url=",
        "https://urldefense.com/v3/__",
        "__;JSUl!!",
        "*",
        "**A",
        "/dl/launcher/launcher.html?url=",
        "/v2/#/",
        "light-meetings/launch?coords=",
        "é",
        "会议 ID：",
        "\u{202E}",
        "\u{0}",
        "+1 323 555 0100,,",
    ]);
    prop::collection::vec(
        prop_oneof![8 => piece.prop_map(str::to_owned), 1 => ".{0,6}"],
        0..24,
    )
    .prop_map(|pieces| pieces.concat())
}

fn joined_again(meeting: &Meeting) -> Option<Sensitive<String>> {
    match &meeting.target {
        Target::Practice(link) => Some(Sensitive::new(link.url())),
        Target::Invitation(invitation) => Some(invitation.join_url()),
        Target::Teams(teams) => teams.join_url(),
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let (Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting)) = examine(text) else {
        return Ok(());
    };
    let shown = meeting.target.url();
    if let Some(url) = joined_again(&meeting) {
        let url = url.expose();
        prop_assert!(
            ["https://teams.microsoft.com/", "http://", "foyer://join?"]
                .iter()
                .any(|start| url.starts_with(start))
        );
        let (Verdict::Join(again) | Verdict::NeedsPasscode(again)) = examine(url) else {
            return Err(TestCaseError::fail("the cleaned link reads as nothing"));
        };
        let read_again = joined_again(&again).unwrap();
        prop_assert_eq!(read_again.expose(), url);
        prop_assert_eq!(again.target.url(), shown.clone());
    }
    if let Target::Teams(teams) = &meeting.target {
        // Whatever the secrets are, what is logged and shown stays the same.
        let mut other = teams.clone();
        for secret in [&mut other.passcode, &mut other.link_passcode]
            .into_iter()
            .flatten()
        {
            *secret = Sensitive::new("Canary7".to_owned());
        }
        let other = Meeting {
            target: Target::Teams(other),
            ..meeting.clone()
        };
        prop_assert_eq!(format!("{other:?}"), format!("{meeting:?}"));
        prop_assert_eq!(other.target.url(), shown);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_a_verdict(text in ".{0,300}") {
        check(&text)?;
    }

    #[test]
    fn what_is_made_of_the_right_pieces_reads_the_same_when_cleaned(text in pieces()) {
        check(&text)?;
    }

    #[test]
    fn rows_of_the_table_that_are_bent_do_not_break_it(
        row in prop::sample::select(include_str!("link/table.txt").lines().collect::<Vec<_>>()),
        at in any::<prop::sample::Index>(), cut in 0_usize..4, put in ".{0,3}"
    ) {
        let mut text: Vec<char> = row.chars().collect();
        let at = at.index(text.len() + 1);
        text.splice(at..text.len().min(at + cut), put.chars());
        check(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn every_short_link_keeps_its_passcode_and_never_tells_it(
        id in "[0-9]{9,15}", p in "[A-Za-z0-9+/=&% #_é-]{6,40}"
    ) {
        let encoded: String = p.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let text = format!("Hi! https://teams.microsoft.com/meet/{id}?p={encoded}&anon=true .");
        let Verdict::Join(meeting) = examine(&text) else {
            return Err(TestCaseError::fail(text));
        };
        let Target::Teams(teams) = &meeting.target else { panic!("it is of Teams") };
        prop_assert_eq!(teams.link_passcode.as_ref().unwrap().expose(), &p);
        prop_assert_eq!(teams.meeting_id.as_deref(), Some(id.as_str()));
        let told = format!("{meeting:?} {:?}", teams.join_url());
        prop_assert!(!told.contains(&p) && !told.contains(&encoded));
        check(&text)?;
    }

    #[test]
    fn what_is_a_practice_link_is_near(
        text in ".{0,200}|(http|https|msteams)://(127\\.0\\.0\\.1|localhost|teams\\.microsoft\\.com|[a-z0-9.@:]{1,20})(:[0-9]{0,6})?/(meet|host|l)/.{0,20}"
    ) {
        if let Ok(link) = parse_practice_link(&text) {
            prop_assert!(link.port != 0);
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

/// The longest texts of the worst shapes: work grows with the length of a text and no faster.
#[test]
fn hostile_texts_are_judged_in_time() {
    let many = |piece: &str| piece.repeat(foyer_meeting::link::MAX_TEXT / piece.len());
    for text in [
        many("https://teams.microsoft.com/l/meetup-join/\n"),
        many("https://teams.microsoft.com?context={"),
        many("Meeting ID: 241 412 830 128 1 "),
        many("+1 323 555 0100 \n"),
        many("<a <!-- <style &#"),
        many("=?utf-8?B?"),
        many("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"),
        many("Content-Transfer-Encoding: base64\n\nabcd\n--\n"),
        many("https://xn--a"),
        many("teams."),
        many("12345678901 "),
        many("Subject: =?\n"),
        many("=\n"),
        many("{"),
        many("%25"),
    ] {
        let shape: String = text.chars().take(30).collect();
        let (done, finished) = std::sync::mpsc::channel();
        std::thread::spawn(move || done.send(examine(&text)).ok());
        let verdict = finished.recv_timeout(std::time::Duration::from_secs(20));
        assert!(verdict.is_ok(), "{shape}");
    }
}

#[test]
fn a_passcode_of_punctuation_is_still_there_when_its_link_is_read_again() {
    check(
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F2414128301281%3Fp%3D.%23&type=meet",
    )
    .unwrap();
}

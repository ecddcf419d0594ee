#![allow(clippy::unwrap_used)]
//! What the doctor reads out of links, mails and calendar files, and what it keeps to itself.

use foyer_meeting::link::{Meeting, Target, TeamsMeeting, Verdict, examine};

const LONG: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjNi%40thread.v2/0?context=%7b%22Tid%22%3a%2272F988BF-86f1-41af-91ab-2d7cd011db47%22%2c%22Oid%22%3a%22f4053f86-17cc-42e7-85f4-f0389ac980d6%22%7d";
const SHORT: &str = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE";
const MAIL: &str = include_str!("link/invitation.txt");
const PAGE: &str = include_str!("link/invitation.html");
const EML: &str = include_str!("link/invitation.eml");
const ICS: &str = include_str!("link/invitation.ics");

fn joinable(text: &str) -> Meeting {
    match examine(text) {
        Verdict::Join(meeting) => meeting,
        other => panic!("{other:?}: {text}"),
    }
}

fn teams(meeting: &Meeting) -> &TeamsMeeting {
    match &meeting.target {
        Target::Teams(teams) => teams,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_long_link_names_thread_tenant_and_organizer() {
    let meeting = joinable(LONG);
    let found = teams(&meeting);
    assert_eq!(
        found.thread_id.as_deref(),
        Some("19:meeting_NjNi@thread.v2")
    );
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    assert_eq!(found.tenant_id.as_deref(), Some(tenant));
    let organizer = "f4053f86-17cc-42e7-85f4-f0389ac980d6";
    assert_eq!(found.organizer_id.as_deref(), Some(organizer));
    assert_eq!(found.url().unwrap(), LONG.replace("72F988BF", "72f988bf"));
    assert_eq!(found.has_passcode(), None);
}

#[test]
fn ids_that_are_none_are_left_out() {
    let link = LONG.replace("f4053f86", "zzzz3f86");
    let meeting = joinable(&link);
    assert_eq!(teams(&meeting).organizer_id, None);
    assert!(teams(&meeting).tenant_id.is_some());
}

#[test]
fn a_channel_meeting_keeps_the_message_that_opened_it() {
    let link = "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/1609459200000";
    let meeting = joinable(link);
    assert_eq!(teams(&meeting).message_id.as_deref(), Some("1609459200000"));
    assert_eq!(teams(&meeting).url().as_deref(), Some(link));
}

#[test]
fn a_short_link_is_shown_without_its_passcode_and_joined_with_it() {
    let meeting = joinable(&SHORT.replace("teams.microsoft.com", "teams.cloud.microsoft"));
    let found = teams(&meeting);
    assert_eq!(
        found.url().unwrap(),
        "https://teams.microsoft.com/meet/2414128301281"
    );
    assert_eq!(found.join_url().unwrap().expose(), SHORT);
    assert_eq!(found.meeting_id.as_deref(), Some("2414128301281"));
    let plus = joinable("https://teams.microsoft.com/meet/2414128301281?p=a+b%2Bc%20d");
    let url = teams(&plus).join_url().unwrap();
    assert!(
        url.expose().ends_with("?p=a%2bb%2bc%20d"),
        "a plus is no blank"
    );
}

#[test]
fn a_mail_names_the_link_the_second_way_in_and_the_telephone() {
    for text in [
        MAIL,
        PAGE,
        &MAIL.replace('\n', "\r\n"),
        &MAIL.replace('\n', " "),
    ] {
        let meeting = joinable(text);
        let found = teams(&meeting);
        assert_eq!(found.join_url().unwrap().expose(), SHORT);
        assert_eq!(found.meeting_id.as_deref(), Some("2414128301281"));
        assert_eq!(found.passcode.as_ref().unwrap().expose(), "Nz8DLM");
        let dial_in = meeting.about.dial_in.unwrap();
        assert_eq!(dial_in.number, "+1 323-555-0166");
        assert_eq!(dial_in.conference_id.as_deref(), Some("52314678"));
    }
    let meeting = joinable(MAIL);
    assert_eq!(
        meeting.about.subject.as_deref(),
        Some("Interview, second round")
    );
    assert_eq!(meeting.about.organizer.as_deref(), Some("Grace Hopper"));
}

#[test]
fn a_mail_as_it_travels_is_decoded() {
    let meeting = joinable(EML);
    assert_eq!(teams(&meeting).join_url().unwrap().expose(), SHORT);
    assert_eq!(
        meeting.about.subject.as_deref(),
        Some("Gespräch über Brücken")
    );
}

#[test]
fn quoted_printable_without_its_headers_is_recognised() {
    let text = format!(
        "Join: {}\r\n",
        SHORT.replace('=', "=3D").replace("2830", "2=\r\n830")
    );
    assert_eq!(teams(&joinable(&text)).join_url().unwrap().expose(), SHORT);
}

#[test]
fn a_calendar_file_names_time_subject_and_organizer() {
    let meeting = joinable(ICS);
    assert_eq!(
        teams(&meeting).url().unwrap(),
        LONG.replace("72F988BF", "72f988bf")
    );
    assert_eq!(
        meeting.about.subject.as_deref(),
        Some("Planning; rooms, and a very long subject that goes on in the next line")
    );
    assert_eq!(
        meeting.about.organizer.as_deref(),
        Some("Hopper, Grace: Admiral")
    );
    assert_eq!(
        meeting.about.starts_at.as_deref(),
        Some("2026-11-24T13:00:00Z")
    );
    assert_eq!(
        teams(&meeting).passcode.as_ref().unwrap().expose(),
        "Nz8DLM"
    );
}

#[test]
fn times_are_in_utc_where_the_file_tells_how() {
    let start = |line: &str| {
        let file = ICS.replace(
            "DTSTART;TZID=\"W. Europe Standard Time\":20261124T140000",
            line,
        );
        assert_ne!(file, ICS, "{line}");
        joinable(&file).about.starts_at
    };
    for (line, expected) in [
        ("DTSTART:20261124T140000Z", Some("2026-11-24T14:00:00Z")),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260701T140000",
            Some("2026-07-01T12:00:00Z"),
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260329T015959",
            Some("2026-03-29T00:59:59Z"),
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260329T030000",
            Some("2026-03-29T01:00:00Z"),
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20261025T030000",
            Some("2026-10-25T02:00:00Z"),
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20270101T003000",
            Some("2026-12-31T23:30:00Z"),
        ),
        (
            "DTSTART;TZID=UTC:20261124T140000",
            Some("2026-11-24T14:00:00Z"),
        ),
        (
            "DTSTART;TZID=Mars/Olympus:20261124T140000",
            Some("2026-11-24T14:00:00"),
        ),
        ("DTSTART:20261124T140000", Some("2026-11-24T14:00:00")),
        ("DTSTART;VALUE=DATE:20261124", Some("2026-11-24")),
        ("DTSTART:20261324T140000Z", None),
        ("DTSTART:20260230T140000Z", None),
        ("DTSTART:tomorrow", None),
        ("DTSTART:99991231T235959Z", Some("9999-12-31T23:59:59Z")),
    ] {
        assert_eq!(start(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn the_event_that_can_be_joined_is_taken() {
    let without = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Lunch\nEND:VEVENT\n";
    let file = ICS.replacen("BEGIN:VCALENDAR\n", without, 1);
    let subject = joinable(&file).about.subject.unwrap();
    assert!(subject.starts_with("Planning"), "{subject}");
    let Verdict::Refused { about, .. } = examine(without) else {
        panic!("there is nothing to join");
    };
    assert_eq!(about.subject.as_deref(), Some("Lunch"));
}

#[test]
fn a_refused_meeting_still_says_how_to_dial_in() {
    let text = MAIL.replace(
        "teams.microsoft.com%2Fmeet",
        "gov.teams.microsoft.us%2Fmeet",
    );
    let verdict = examine(&text);
    assert!(matches!(&verdict, Verdict::Refused { error, .. } if error.code() == "link.gcc_high"));
    assert!(verdict.about().dial_in.is_some());
}

#[test]
fn nothing_that_lets_somebody_in_is_in_what_gets_logged() {
    for text in [
        LONG,
        SHORT,
        MAIL,
        PAGE,
        EML,
        ICS,
        "241 412 830 128 1 Nz8DLM",
        "foyer://join?service=https%3A%2F%2Fguests.contoso.com&invitation=c4n4ry",
    ] {
        let logged = format!("{:?}", examine(text));
        for secret in [
            "NzhDLM", "Nz8DLM", "Tid", "72f988bf", "f4053f86", "NjNi", "52314678", "c4n4ry",
            "Hopper",
        ] {
            assert!(!logged.contains(secret), "{secret} in {logged}");
        }
    }
}

#[test]
fn what_is_shown_poses_as_nothing_else() {
    let file = ICS.replace("SUMMARY:Planning", "SUMMARY:\u{202E}gninnalP\\n\u{7}x");
    let subject = joinable(&file).about.subject.unwrap();
    assert!(subject.starts_with("gninnalP x"), "{subject:?}");
}

#[test]
fn an_invitation_reads_the_same_when_its_link_is_read_again() {
    let text = "foyer:join?invitation=abc.de.&service=https%3A%2F%2Fguests.contoso.com%2Ffoyer%2F";
    let read = |text: &str| match examine(text) {
        Verdict::Join(meeting) => match meeting.target {
            Target::Invitation(invitation) => invitation.join_url().expose().clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let link = read(text);
    assert!(link.ends_with("invitation=abc.de"), "{link}");
    assert_eq!(read(&link), link);
}

#![allow(clippy::unwrap_used)]
//! Verdicts as programs read them: camelCase, nothing that is not known, and never a passcode.

use foyer_contract::link::{LinkVerdict, TeamsAccess};
use foyer_meeting::link::examine;
use serde_json::{Value, json};

fn verdict(text: &str) -> Value {
    serde_json::to_value(LinkVerdict::from(examine(text))).unwrap()
}

#[test]
fn a_verdict_holds_what_is_known_and_no_more() {
    let short = "https://teams.microsoft.com/meet/2414128301281";
    assert_eq!(
        verdict(&format!("{short}?p=NzhDLMLT8b07DrkwkE")),
        json!({
            "verdict": "join", "kind": "teamsShort", "url": short,
            "meetingId": "2414128301281", "hasPasscode": true,
        })
    );
    assert_eq!(
        verdict(short),
        json!({
            "verdict": "needsPasscode", "kind": "teamsShort", "url": short,
            "meetingId": "2414128301281", "hasPasscode": false,
        })
    );
    let long = "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/1609459200000?context=%7b%22Tid%22%3a%2272f988bf-86f1-41af-91ab-2d7cd011db47%22%2c%22Oid%22%3a%22f4053f86-17cc-42e7-85f4-f0389ac980d6%22%7d";
    assert_eq!(
        verdict(long),
        json!({
            "verdict": "join", "kind": "teamsChannel", "url": long,
            "threadId": "19:abc@thread.tacv2",
            "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "organizerId": "f4053f86-17cc-42e7-85f4-f0389ac980d6",
        })
    );
    assert_eq!(
        verdict("Meeting ID: 241 412 830 128 1\nPasscode: Nz8DLM"),
        json!({
            "verdict": "join", "kind": "teamsId", "meetingId": "2414128301281", "hasPasscode": true,
        })
    );
    assert_eq!(
        verdict("foyer://join?service=https%3A%2F%2Fguests.contoso.com&invitation=c4n4ry"),
        json!({ "verdict": "join", "kind": "invitation", "url": "https://guests.contoso.com" })
    );
    assert_eq!(
        verdict("hello"),
        json!({ "verdict": "refused", "code": "link.nothing_found" })
    );
}

#[test]
fn what_cannot_be_joined_from_a_machine_is_refused_but_recognised() {
    let with = |access, text: &str| {
        serde_json::to_value(LinkVerdict::from(examine(text)).with_access(access)).unwrap()
    };
    let here = |text: &str| with(TeamsAccess::InvitationsOnly, text);
    let teams = "https://teams.microsoft.com/meet/2414128301281?p=x";
    let invitation = "foyer://join?service=https%3A%2F%2Fguests.contoso.com&invitation=c4n4ry";
    for text in [teams, invitation] {
        assert_eq!(with(TeamsAccess::Ready, text), verdict(text), "{text}");
        let refused = with(TeamsAccess::Unavailable, text);
        assert_eq!(refused["code"], "link.teams_unavailable", "{text}");
    }
    assert_eq!(here(invitation), verdict(invitation), "it brings its own");
    assert_eq!(
        here("https://teams.microsoft.com/meet/2414128301281"),
        json!({
            "verdict": "refused", "code": "link.teams_needs_service", "kind": "teamsShort",
            "url": "https://teams.microsoft.com/meet/2414128301281",
            "meetingId": "2414128301281", "hasPasscode": false,
        })
    );
    for text in [
        "http://127.0.0.1:1/meet/x",
        "https://teams.live.com/meet/1",
        "hello",
    ] {
        assert_eq!(here(text), verdict(text), "{text}");
    }
}

#[test]
fn absent_fields_are_read_as_unknown() {
    let read: LinkVerdict = serde_json::from_value(json!({ "verdict": "join" })).unwrap();
    assert_eq!(read.subject, None);
}

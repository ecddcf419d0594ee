//! Any text through the link doctor: it must not panic, what it cleans must read as itself, and what gets logged
//! must tell no passcode.
#![no_main]

use foyer_meeting::link::{Meeting, Target, Verdict, examine};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(meeting) = recognised(examine(text)) {
        reads_as_itself(&meeting);
        tells_no_passcode(&meeting);
    }
});

fn recognised(verdict: Verdict) -> Option<Meeting> {
    match verdict {
        Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting) => Some(meeting),
        Verdict::Refused { .. } => None,
    }
}

fn join_url(meeting: &Meeting) -> Option<String> {
    match &meeting.target {
        Target::Practice(link) => Some(link.url()),
        Target::Invitation(invitation) => Some(invitation.join_url().expose().clone()),
        Target::Teams(teams) => teams.join_url().map(|url| url.expose().clone()),
    }
}

fn reads_as_itself(meeting: &Meeting) {
    let Some(url) = join_url(meeting) else {
        return;
    };
    let again = recognised(examine(&url)).expect("a cleaned link is one");
    assert_eq!(join_url(&again).as_ref(), Some(&url));
    assert_eq!(again.target.url(), meeting.target.url());
}

fn tells_no_passcode(meeting: &Meeting) {
    let Target::Teams(teams) = &meeting.target else {
        return;
    };
    let logged = format!("{meeting:?}");
    for secret in [&teams.passcode, &teams.link_passcode]
        .into_iter()
        .flatten()
    {
        // Short ones are part of ordinary words.
        assert!(secret.expose().len() < 8 || !logged.contains(secret.expose()));
    }
}

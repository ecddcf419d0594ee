//! The meetings joined last, for guests who want them kept. Their links let anybody in: nobody else may read them.

use foyer_contract::preferences::RecentMeeting;
use foyer_meeting::link::{Target, Verdict, examine};
use foyer_meeting::name::shown_name;
use foyer_meeting::sensitive::Sensitive;

/// The file of the recent meetings in the app's folder.
pub(super) const FILE: &str = "recents.json";
/// A longer file is none of ours.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
/// Meetings kept.
const MOST: usize = 5;
/// Longest link kept, in bytes.
const LONGEST_LINK: usize = 8 * 1024;

/// What joins the meeting of a text again, passcode included; `None` if that would be too long or is nothing.
pub fn link(text: &str, passcode: Option<&Sensitive<String>>) -> Option<Sensitive<String>> {
    let target = match examine(text) {
        Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting) => meeting.target,
        Verdict::Refused { .. } => return None,
    };
    let link = match target {
        Target::Practice(link) => Sensitive::new(link.url()),
        Target::Invitation(invitation) => invitation.join_url(),
        Target::Teams(teams) => {
            let teams = match passcode {
                Some(passcode) => teams.with_passcode(passcode.expose()),
                None => teams,
            };
            match (teams.join_url(), &teams.meeting_id, &teams.passcode) {
                (Some(url), _, _) => url,
                (None, Some(id), Some(passcode)) => {
                    Sensitive::new(format!("Meeting ID: {id}\nPasscode: {}", passcode.expose()))
                }
                (None, Some(id), None) => Sensitive::new(format!("Meeting ID: {id}")),
                (None, None, _) => return None,
            }
        }
    };
    (link.expose().len() <= LONGEST_LINK).then_some(link)
}

/// The list with a meeting at its head.
pub(super) fn with(
    mut recents: Vec<RecentMeeting>,
    link: &Sensitive<String>,
    title: &str,
    joined_at_ms: i64,
) -> Vec<RecentMeeting> {
    recents.retain(|recent| recent.link != *link.expose());
    let mut number = joined_at_ms;
    let taken = |id: &str| recents.iter().any(|recent| recent.id == id);
    while taken(&format!("r{number}")) {
        number += 1;
    }
    let meeting = RecentMeeting {
        id: format!("r{number}"),
        title: shown_name(title),
        link: link.expose().clone(),
        joined_at_ms,
    };
    recents.insert(0, meeting);
    sound(recents)
}

/// The same with nothing out of bounds.
pub(super) fn sound(mut recents: Vec<RecentMeeting>) -> Vec<RecentMeeting> {
    recents.retain(|recent| recent.link.len() <= LONGEST_LINK && recent.id.len() <= 64);
    recents.truncate(MOST);
    recents
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_link_joins_the_same_meeting_again() {
        let again = |text: &str, passcode: Option<&str>| {
            let passcode = passcode.map(Sensitive::new);
            link(text, passcode.as_ref()).map(|link| link.expose().clone())
        };
        let practice = "http://127.0.0.1:4000/meet/abc";
        assert_eq!(again(&format!("Join: {practice}"), None).unwrap(), practice);
        let by_id = again("Meeting ID: 241 412 830 128 1", Some("Nz8DLM")).unwrap();
        assert_eq!(again(&by_id, None), Some(by_id.clone()));
        assert!(by_id.contains("Nz8DLM"), "{by_id}");
        let short = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE";
        let kept = again(short, None).unwrap();
        assert!(kept.contains("NzhDLMLT8b07DrkwkE"), "{kept}");
        assert_eq!(again("hello", None), None);
    }

    #[test]
    fn the_newest_is_first_each_once_and_no_more_than_five() {
        let mut recents = Vec::new();
        for number in [1, 2, 3, 4, 5, 6, 2, 2] {
            let link = Sensitive::new(format!("https://x.example/{number}"));
            recents = with(recents, &link, &format!("Meeting\n{number}"), 7);
        }
        let titles: Vec<_> = recents.iter().map(|recent| recent.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Meeting 2",
                "Meeting 6",
                "Meeting 5",
                "Meeting 4",
                "Meeting 3"
            ]
        );
        let mut ids: Vec<_> = recents.iter().map(|recent| recent.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
    }
}

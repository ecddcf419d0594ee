//! One text without further encodings: its links, its meeting ID, and what it tells about the meeting.

use super::encoding::quoted_printable_decode;
use super::verdict::one_line;
use super::{About, LinkError, MAX_WRAPS, Target, TeamsKind, TeamsMeeting, Verdict};
use super::{encoding, html, judge, labels, words};
use crate::sensitive::Sensitive;

/// How many lines a broken link is looked for on.
const MAX_BROKEN_LINES: usize = 4;

/// The verdict on a text, as it stands or as what is left of an encoded mail.
pub fn read(text: &str) -> Verdict {
    let verdict = read_as_it_stands(text);
    if matches!(verdict, Verdict::Join(_)) {
        return verdict;
    }
    if text.contains("=3D") || text.contains("=\n") || text.contains("=\r\n") {
        return verdict.or(read_as_it_stands(&quoted_printable_decode(text)));
    }
    if text.contains("&#") || text.contains("&lt;") || text.contains("&colon;") {
        return verdict.or(read_as_it_stands(&encoding::html_unescape(text)));
    }
    verdict
}

fn read_as_it_stands(text: &str) -> Verdict {
    let linked = first_meeting(text);
    let is_page = html::is_html(text);
    let page = if is_page {
        html::to_text(text)
    } else {
        String::new()
    };
    let plain = if is_page { &page } else { text };
    let named = labels::meeting_id(plain);
    let mut verdict = match (linked, named) {
        (Ok(Target::Teams(meeting)), named) => {
            Target::Teams(with_id(meeting, named, plain)).verdict(About::default())
        }
        (Ok(target), _) => target.verdict(About::default()),
        (Err(error), Some(named)) if !error.outweighs_an_id() => {
            Target::Teams(with_passcode(named, plain)).verdict(About::default())
        }
        (Err(error), _) => Verdict::refused(error),
    };
    if !matches!(
        verdict,
        Verdict::Refused {
            error: LinkError::NothingFound | LinkError::OtherSite,
            ..
        }
    ) {
        verdict.about_mut().fill_from(told(plain));
    }
    verdict
}

fn first_meeting(text: &str) -> Result<Target, LinkError> {
    let mut incomplete = None;
    let mut error = LinkError::NothingFound;
    for found in words::links(text) {
        let judged = judge::link(&found.link, MAX_WRAPS).or_else(|error| {
            (1..=MAX_BROKEN_LINES)
                .filter(|_| error == LinkError::NotAMeeting)
                .map_while(|lines| words::joined(text, &found, lines))
                .find_map(|link| judge::link(&link, MAX_WRAPS).ok())
                .ok_or(error)
        });
        match judged {
            Ok(target) if target.is_complete() => return Ok(target),
            Ok(target) => incomplete = incomplete.or(Some(target)),
            Err(worse) => error = error.max(worse),
        }
    }
    incomplete.ok_or(error)
}

/// The ID and passcode that an invitation prints beside its link are a second way in; the only one if the link
/// lacks what it needs.
fn with_id(meeting: TeamsMeeting, named: Option<TeamsMeeting>, plain: &str) -> TeamsMeeting {
    let named = named
        .filter(|named| meeting.meeting_id.is_none() || meeting.meeting_id == named.meeting_id);
    if meeting.has_passcode() == Some(false) {
        let digits = meeting.meeting_id.clone().unwrap_or_default();
        let named = with_passcode(named.unwrap_or_else(|| id(digits, None)), plain);
        return if named.passcode.is_some() {
            named
        } else {
            meeting
        };
    }
    match named {
        Some(named) => TeamsMeeting {
            meeting_id: named.meeting_id,
            passcode: named.passcode,
            ..meeting
        },
        None => meeting,
    }
}

fn with_passcode(named: TeamsMeeting, plain: &str) -> TeamsMeeting {
    let passcode = named
        .passcode
        .or_else(|| labels::passcode(plain).map(Sensitive::new));
    TeamsMeeting { passcode, ..named }
}

fn told(plain: &str) -> About {
    About {
        subject: labels::header(plain, &labels::SUBJECT).and_then(|text| one_line(&text)),
        starts_at: None,
        organizer: labels::header(plain, &labels::FROM)
            .and_then(|from| one_line(from.split(['<', '[']).next().unwrap_or(&from))),
        dial_in: labels::dial_in(plain),
    }
}

/// A meeting ID as people say it: the number alone, or with the passcode behind it.
pub(super) fn id(digits: String, passcode: Option<String>) -> TeamsMeeting {
    TeamsMeeting {
        meeting_id: Some(digits),
        passcode: passcode.map(Sensitive::new),
        ..TeamsMeeting::new(TeamsKind::Id)
    }
}

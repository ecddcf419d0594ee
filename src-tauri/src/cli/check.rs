//! `foyer check`.

use std::io;
use std::path::Path;

use clap::Args;
use foyer_contract::link::{LinkKind, LinkVerdict, Verdict};
use foyer_meeting::link::{LinkError, examine};

use super::{DONE, Failure, print};
use crate::text_file;

/// The meeting cannot be joined.
const REFUSED: u8 = 1;
/// The meeting is known, but its passcode is missing.
const NEEDS_PASSCODE: u8 = 3;

/// What `foyer check` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is fetched, and no passcode is printed. - keeps the text out of the list of processes.\n\
        Exit codes: 0 it can be joined, 1 it cannot, 2 wrong usage, 3 its passcode is missing."
)]
pub struct Arguments {
    /// A link, an invitation or a meeting ID; a file that holds one (mail, .ics); - for standard input
    #[arg(value_name = "TEXT|FILE|-", allow_hyphen_values = true)]
    subject: String,
    /// One JSON object instead of lines for people
    #[arg(long)]
    json: bool,
}

/// Prints the verdict.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let text = text(&arguments.subject)?;
    let verdict = LinkVerdict::from(examine(&text));
    if arguments.json {
        print(&serde_json::to_string(&for_programs(verdict.clone()))?)?;
    } else {
        for line in lines(&verdict) {
            print(&line)?;
        }
    }
    Ok(match verdict.verdict {
        Verdict::Join => DONE,
        Verdict::NeedsPasscode => NEEDS_PASSCODE,
        Verdict::Refused => REFUSED,
    })
}

fn text(subject: &str) -> Result<String, Failure> {
    if subject == "-" {
        return Ok(text_file::read(io::stdin().lock())?);
    }
    let file = Path::new(subject);
    if !file.is_file() {
        return Ok(subject.to_owned());
    }
    Ok(text_file::read_file(file).map_err(|error| format!("{subject} cannot be read: {error}"))?)
}

/// Names and telephone numbers are for people.
fn for_programs(verdict: LinkVerdict) -> LinkVerdict {
    LinkVerdict {
        organizer: None,
        dial_in: None,
        ..verdict
    }
}

fn lines(verdict: &LinkVerdict) -> Vec<String> {
    let kind = verdict.kind.map_or("No meeting", |kind| match kind {
        LinkKind::TeamsLong => "Teams meeting",
        LinkKind::TeamsShort => "Teams meeting, short link",
        LinkKind::TeamsChannel => "Teams meeting in a channel, without chat for guests",
        LinkKind::TeamsId => "Teams meeting, by its ID",
        LinkKind::Practice => "Practice meeting",
        LinkKind::Invitation => "Invitation of an organisation's service",
    });
    let outcome = match verdict.verdict {
        Verdict::Join => "can be joined".to_owned(),
        Verdict::NeedsPasscode => "its passcode is missing; ask the organiser".to_owned(),
        Verdict::Refused => verdict
            .code
            .clone()
            .unwrap_or_else(|| LinkError::NothingFound.code().to_owned()),
    };
    let mut lines = vec![format!("{kind}: {outcome}")];
    let telephone = verdict.dial_in.as_ref().map(|dial_in| {
        let id = dial_in.conference_id.as_ref();
        let id = id.map(|id| format!(", conference ID {id}#"));
        format!("{}{}", dial_in.number, id.unwrap_or_default())
    });
    for (name, value) in [
        ("Subject", &verdict.subject),
        ("Starts at", &verdict.starts_at),
        ("Organiser", &verdict.organizer),
        ("Link", &verdict.url),
        ("Meeting ID", &verdict.meeting_id),
        ("Thread", &verdict.thread_id),
        ("Tenant", &verdict.tenant_id),
        ("Organiser ID", &verdict.organizer_id),
        ("Telephone", &telephone),
    ] {
        if let Some(value) = value {
            lines.push(format!("  {name:<13} {value}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn people_read_what_was_found() {
        let text = "Meeting ID: 241 412 830 128 1\nPasscode: Nz8DLM\n+1 323-555-0166,,52314678#";
        let lines = lines(&LinkVerdict::from(examine(text)));
        assert_eq!(
            lines,
            [
                "Teams meeting, by its ID: can be joined",
                "  Meeting ID    2414128301281",
                "  Telephone     +1 323-555-0166, conference ID 52314678#",
            ]
        );
    }
}

//! The link doctor: what a pasted text links to, or precisely why it cannot be joined. Pure: it never fetches
//! anything, and knows no time. Start with [`examine`].

mod calendar;
mod encoding;
mod error;
mod html;
mod invitation;
mod judge;
mod labels;
mod mail;
mod practice;
mod proofpoint;
mod read;
mod site;
mod teams;
mod verdict;
mod words;
mod wrap;
mod zone;

pub use error::LinkError;
pub use invitation::Invitation;
pub use practice::PracticeLink;
pub use teams::{TeamsKind, TeamsMeeting};
pub use verdict::{About, DialIn, Meeting, Target, Verdict};

/// Longest link, in bytes.
pub const MAX_LINK: usize = 8 * 1024;
/// Longest text that is looked through, in bytes: a long mail as HTML fits.
pub const MAX_TEXT: usize = 256 * 1024;
/// How often a link may be wrapped in another.
const MAX_WRAPS: u32 = 5;

/// The verdict on whatever was pasted: a link, a mail as text or HTML, a calendar file, a meeting ID.
pub fn examine(text: &str) -> Verdict {
    if text.len() > MAX_TEXT {
        return Verdict::refused(LinkError::TooLong);
    }
    let text = text.trim_start_matches('\u{FEFF}');
    // A calendar file says when and what; a mail's encoded parts hide what is in them; else the text as it stands.
    let mut best: Option<Verdict> = None;
    for examined in [calendar::examine(text), mail::examine(text)]
        .into_iter()
        .flatten()
        .chain(std::iter::once_with(|| read::read(text)))
    {
        if matches!(examined, Verdict::Join(_)) {
            return examined;
        }
        best = Some(match best {
            Some(best) => best.or(examined),
            None => examined,
        });
    }
    best.unwrap_or_else(|| Verdict::refused(LinkError::NothingFound))
}

/// The practice meeting in a text. Any other meeting is an error here, also one that can be joined elsewhere.
pub fn parse_practice_link(text: &str) -> Result<PracticeLink, LinkError> {
    match examine(text) {
        Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting) => match meeting.target {
            Target::Practice(link) => Ok(link),
            Target::Teams(_) | Target::Invitation(_) => Err(LinkError::TeamsNeedsService),
        },
        Verdict::Refused { error, .. } => Err(error),
    }
}

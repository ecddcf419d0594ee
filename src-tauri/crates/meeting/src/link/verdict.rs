//! What the doctor says.

use std::fmt;

use super::{Invitation, LinkError, PracticeLink, TeamsMeeting};

/// The verdict on a pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Can be joined as it is.
    Join(Meeting),
    /// Recognised, but its passcode is missing.
    NeedsPasscode(Meeting),
    /// Cannot be joined.
    Refused {
        /// The reason.
        error: LinkError,
        /// What the text around it tells nevertheless.
        about: About,
    },
}

impl Verdict {
    /// A refusal about which nothing else is known.
    pub(super) fn refused(error: LinkError) -> Self {
        Self::Refused {
            error,
            about: About::default(),
        }
    }

    /// The more helpful of two: joinable, else nearly so, else the more telling reason. The first if they are equal.
    pub(super) fn or(self, other: Self) -> Self {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    fn rank(&self) -> (u8, Option<LinkError>) {
        match self {
            Self::Refused { error, .. } if error.outweighs_an_id() => (1, Some(*error)),
            Self::Refused { error, .. } => (0, Some(*error)),
            Self::NeedsPasscode(_) => (2, None),
            Self::Join(_) => (3, None),
        }
    }

    /// What the text tells about the meeting beside its address.
    pub fn about(&self) -> &About {
        match self {
            Self::Join(meeting) | Self::NeedsPasscode(meeting) => &meeting.about,
            Self::Refused { about, .. } => about,
        }
    }

    pub(super) fn about_mut(&mut self) -> &mut About {
        match self {
            Self::Join(meeting) | Self::NeedsPasscode(meeting) => &mut meeting.about,
            Self::Refused { about, .. } => about,
        }
    }
}

/// A meeting that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Where it is.
    pub target: Target,
    /// What the text tells about it.
    pub about: About,
}

/// Where a meeting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In a practice server.
    Practice(PracticeLink),
    /// In Teams.
    Teams(TeamsMeeting),
    /// Where an organisation's service says.
    Invitation(Invitation),
}

impl Target {
    /// The cleaned address, safe to show: it holds no passcode and no invitation.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Practice(link) => Some(link.url()),
            Self::Teams(meeting) => meeting.url(),
            Self::Invitation(invitation) => Some(invitation.service.clone()),
        }
    }

    /// Whether it can be joined without asking for a passcode.
    pub(super) fn is_complete(&self) -> bool {
        match self {
            Self::Practice(_) | Self::Invitation(_) => true,
            Self::Teams(meeting) => meeting.has_passcode() != Some(false),
        }
    }

    pub(super) fn verdict(self, about: About) -> Verdict {
        let meeting = Meeting {
            about,
            target: self,
        };
        if meeting.target.is_complete() {
            Verdict::Join(meeting)
        } else {
            Verdict::NeedsPasscode(meeting)
        }
    }
}

/// What a text tells about a meeting beside its address. Debug only says what is known.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What the meeting is called.
    pub subject: Option<String>,
    /// RFC 3339 in UTC; without `Z` if the text does not tell its zone; a bare date for a whole day.
    pub starts_at: Option<String>,
    /// Name or mail address of whoever invites.
    pub organizer: Option<String>,
    /// How to take part by telephone.
    pub dial_in: Option<DialIn>,
}

impl About {
    /// Fills what is not known from another text.
    pub(super) fn fill_from(&mut self, other: Self) {
        self.subject = self.subject.take().or(other.subject);
        self.starts_at = self.starts_at.take().or(other.starts_at);
        self.organizer = self.organizer.take().or(other.organizer);
        self.dial_in = self.dial_in.take().or(other.dial_in);
    }
}

impl fmt::Debug for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("About")
            .field("subject", &self.subject.is_some())
            .field("starts_at", &self.starts_at)
            .field("organizer", &self.organizer.is_some())
            .field("dial_in", &self.dial_in.is_some())
            .finish()
    }
}

/// A telephone number that leads into a meeting.
#[derive(Clone, PartialEq, Eq)]
pub struct DialIn {
    /// With `+` and the country's code, spaced as it was written.
    pub number: String,
    /// What to key in, digits only.
    pub conference_id: Option<String>,
}

/// One line of people's text: no control characters, single spaces, at most 200 characters; `None` if nothing is left.
pub(super) fn one_line(text: &str) -> Option<String> {
    let mut line = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        // Direction overrides let a text pose as another one.
        line.extend(
            word.chars()
                .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')),
        );
        if line.len() > 1_000 {
            break;
        }
    }
    let line: String = line.chars().take(200).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

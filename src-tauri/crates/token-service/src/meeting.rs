//! The meeting that an invitation leads to.

use std::fmt;

use foyer_meeting::link::{Target, Verdict, examine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

const LONGEST_LINK: usize = 2_048;
const LONGEST_PASSCODE: usize = 64;

/// How to find a meeting in Teams. `Debug` shows neither link nor passcode: both let people in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Address {
    /// By its link, cleaned.
    #[serde(rename = "l")]
    Link(String),
    /// By its number and passcode.
    #[serde(rename = "n")]
    Id {
        /// Digits only.
        #[serde(rename = "i")]
        id: String,
        /// As the organiser gave it.
        #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
        passcode: Option<String>,
    },
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link(_) => "Address::Link(…)",
            Self::Id { .. } => "Address::Id(…)",
        })
    }
}

/// Why an address leads to no meeting that guests can join.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum AddressError {
    /// Not a link that Teams makes for a meeting.
    #[error("not the link of a Teams meeting for guests")]
    Link,
    /// Not a meeting ID.
    #[error("a meeting ID has 9 to 15 digits")]
    Id,
    /// Longer than any passcode.
    #[error("a passcode has at most {LONGEST_PASSCODE} characters")]
    Passcode,
}

impl AddressError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Link => "meeting.link",
            Self::Id => "meeting.id",
            Self::Passcode => "meeting.passcode",
        }
    }
}

impl Address {
    /// Reads a Teams link, or an invitation that holds one, as the app does; what is kept is the cleaned link.
    pub fn from_link(text: &str) -> Result<Self, AddressError> {
        // Whether there is a passcode that it lacks, only Teams can say.
        let (Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting)) = examine(text) else {
            return Err(AddressError::Link);
        };
        let Target::Teams(teams) = meeting.target else {
            return Err(AddressError::Link);
        };
        match (teams.join_url(), teams.meeting_id) {
            (Some(url), _) if url.expose().len() <= LONGEST_LINK => {
                Ok(Self::Link(url.expose().clone()))
            }
            (Some(_), _) | (None, None) => Err(AddressError::Link),
            (None, Some(id)) => Self::from_id(
                &id,
                teams
                    .passcode
                    .as_ref()
                    .map(|passcode| passcode.expose().as_str()),
            ),
        }
    }

    /// Reads a meeting ID, with or without the spaces that Teams puts into it.
    pub fn from_id(id: &str, passcode: Option<&str>) -> Result<Self, AddressError> {
        let id: String = id.chars().filter(|c| *c != ' ').collect();
        if !(9..=15).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AddressError::Id);
        }
        let passcode = passcode.map(str::trim).filter(|text| !text.is_empty());
        if passcode.is_some_and(|text| text.len() > LONGEST_PASSCODE) {
            return Err(AddressError::Passcode);
        }
        Ok(Self::Id {
            id,
            passcode: passcode.map(str::to_owned),
        })
    }

    /// Whether both lead to one meeting: Teams tells meetings apart by the path of their link, or by number.
    pub fn same_meeting(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(one), Some(other)) => one == other,
            _ => self.path().is_some() && self.path() == other.path(),
        }
    }

    /// Short links name the meeting by its number.
    fn number(&self) -> Option<String> {
        match self {
            Self::Id { id, .. } => Some(id.clone()),
            Self::Link(_) => {
                let path = self.path()?;
                let id = path.strip_prefix("/meet/")?.trim_end_matches('/');
                Some(id.to_owned())
            }
        }
    }

    fn path(&self) -> Option<String> {
        let Self::Link(link) = self else {
            return None;
        };
        let path = Url::parse(link).ok()?.path().to_owned();
        // Mail programs encode `:`, `@` and `_` or leave them; Teams takes either.
        Some(percent_decoded(&path).trim_end_matches('/').to_owned())
    }
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// What is known about a meeting beside where it is. Everything may be missing: only Graph tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Who invites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizer: Option<String>,
    /// How to take part by telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial_in: Option<DialIn>,
    /// Graph's `allowMeetingChat`: `enabled`, `disabled` or `limited`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<String>,
}

/// A telephone number for the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DialIn {
    /// To call.
    pub number: String,
    /// To enter then.
    pub conference_id: String,
}

impl Details {
    /// Cuts texts to what a link can carry.
    pub fn shortened(mut self) -> Self {
        let cut = |text: &mut Option<String>, most: usize| {
            if let Some(text) = text
                && let Some((end, _)) = text.char_indices().nth(most)
            {
                text.truncate(end);
                text.push('…');
            }
        };
        cut(&mut self.subject, 120);
        cut(&mut self.organizer, 80);
        cut(&mut self.chat, 16);
        if let Some(dial_in) = &self.dial_in
            && (dial_in.number.len() > 32 || dial_in.conference_id.len() > 32)
        {
            self.dial_in = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str =
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d";

    #[test]
    fn links_to_other_places_are_refused() {
        for link in [
            "",
            "https://teams.microsoft.com.example.org/meet/123456789",
            "https://user@teams.microsoft.com/meet/123456789",
            "https://teams.microsoft.com:8443/meet/123456789",
            "https://teams.live.com/meet/123456789",
            "https://teams.microsoft.com/l/team/19%3a",
            "https://teams.microsoft.com/meet/",
            "javascript:alert(1)",
        ] {
            assert_eq!(Address::from_link(link), Err(AddressError::Link), "{link}");
        }
        assert!(Address::from_link(LONG).is_ok());
        assert!(Address::from_link("https://teams.cloud.microsoft/meet/123456789?p=x").is_ok());
    }

    #[test]
    fn one_meeting_is_known_in_all_its_spellings() {
        let link = |text: &str| Address::from_link(text).unwrap();
        let plain = "https://teams.microsoft.com/l/meetup-join/19:meeting_abc@thread.v2/0";
        assert!(link(LONG).same_meeting(&link(plain)));
        let other = "https://teams.microsoft.com/l/meetup-join/19:meeting_abd@thread.v2/0";
        assert!(!link(LONG).same_meeting(&link(other)));
        let short = link("https://teams.microsoft.com/meet/123456789?p=secret");
        let id = Address::from_id("123 456 789", Some("secret")).unwrap();
        assert!(short.same_meeting(&id) && id.same_meeting(&short));
        assert!(!id.same_meeting(&link(LONG)));
        assert!(!id.same_meeting(&Address::from_id("123456780", None).unwrap()));
    }

    #[test]
    fn debug_shows_nothing_that_lets_people_in() {
        let id = Address::from_id("123456789", Some("canary")).unwrap();
        let link =
            Address::from_link("https://teams.microsoft.com/meet/123456789?p=canary").unwrap();
        assert!(!format!("{id:?} {link:?}").contains("canary"));
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let details = Details {
            subject: Some("щ".repeat(500)),
            ..Details::default()
        };
        let subject = details.shortened().subject.unwrap();
        assert_eq!(subject.chars().count(), 121);
    }
}

//! What Foyer makes of a pasted text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The verdict on a pasted text. What is not known is absent; no passcode is ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct LinkVerdict {
    /// Whether it can be joined.
    pub verdict: Verdict,
    /// What was recognised, also if it cannot be joined here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<LinkKind>,
    /// Why it is refused, such as `link.personal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cleaned link, safe to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The chat's thread, of long links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The organiser's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizer_id: Option<String>,
    /// Digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting_id: Option<String>,
    /// Whether the text holds a passcode; absent where none is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_passcode: Option<bool>,
    /// What the meeting is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// RFC 3339, in UTC; without `Z` if the zone is not known; a bare date for a whole day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    /// Name or mail address of whoever invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizer: Option<String>,
    /// How to take part by telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dial_in: Option<DialIn>,
}

/// Which Teams meetings can be joined from a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamsAccess {
    /// All.
    Ready,
    /// Those to which an invitation leads: no organisation's service is set up.
    InvitationsOnly,
    /// None: this build lacks the part that joins them.
    Unavailable,
}

impl LinkVerdict {
    /// The verdict on a machine with this access: what cannot be joined there is refused, with all that is known.
    #[must_use]
    pub fn with_access(self, access: TeamsAccess) -> Self {
        let code = match (access, self.kind) {
            (_, None | Some(LinkKind::Practice))
            | (TeamsAccess::Ready, _)
            | (TeamsAccess::InvitationsOnly, Some(LinkKind::Invitation)) => return self,
            (TeamsAccess::InvitationsOnly, Some(_)) => "link.teams_needs_service",
            (TeamsAccess::Unavailable, Some(_)) => "link.teams_unavailable",
        };
        Self {
            verdict: Verdict::Refused,
            code: Some(code.to_owned()),
            ..self
        }
    }
}

/// Whether a meeting can be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// As it is.
    Join,
    /// With a passcode that the text does not hold.
    NeedsPasscode,
    /// Not at all; the code says why.
    Refused,
}

/// Kinds of meetings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// A Teams meeting, by its thread.
    TeamsLong,
    /// A Teams meeting, by its ID in a link.
    TeamsShort,
    /// A Teams meeting in a channel, which has no chat for guests.
    TeamsChannel,
    /// A Teams meeting, by its ID alone.
    TeamsId,
    /// A practice meeting.
    Practice,
    /// An invitation of an organisation's service.
    Invitation,
}

/// A telephone number that leads into a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct DialIn {
    /// With `+` and the country's code.
    pub number: String,
    /// What to key in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conference_id: Option<String>,
}

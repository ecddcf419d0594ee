//! Invitations: who holds one may become a guest of one meeting, so often, until then.
//!
//! Everything stands in the invitation itself, so that any instance can judge it; only how often it was used is kept
//! elsewhere (see `store`).

use std::fmt;
use std::time::Duration;

use foyer_acs::Secret;
use foyer_acs::clock::later;
use jiff::Timestamp;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::meeting::{Address, Details};
use crate::seal::{Keys, SealError, random};

/// Names what is inside and how it is sealed; nothing else is honoured.
const VERSION: &str = "f1";
/// The longest invitation that is looked at, in bytes; also the longest that Foyer's link doctor takes.
pub const LONGEST: usize = 4_096;
/// Instances' clocks may differ by this much: an invitation is used the moment it is made, perhaps elsewhere.
const TOLERATED_SKEW: Duration = Duration::from_secs(60);

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Under which its uses are counted.
    #[serde(rename = "j")]
    pub id: String,
    /// The service that honours it: its public address.
    #[serde(rename = "a")]
    pub service: String,
    /// Not honoured before.
    #[serde(rename = "b", with = "seconds")]
    pub not_before: Timestamp,
    /// Not honoured from then on.
    #[serde(rename = "e", with = "seconds")]
    pub expires: Timestamp,
    /// How often; without end if `None`.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Where it leads.
    #[serde(rename = "m")]
    pub meeting: Address,
    /// What it tells about that.
    #[serde(rename = "d", default)]
    pub details: Details,
}

mod seconds {
    use jiff::Timestamp;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.as_second())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let second = i64::deserialize(from)?;
        Timestamp::from_second(second).map_err(|_| D::Error::custom("no time"))
    }
}

/// Why an invitation is not honoured.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// Not the text of an invitation.
    #[error("not an invitation")]
    Malformed,
    /// Another kind of token, such as one that names its own algorithm.
    #[error("another kind or version of invitation")]
    OtherVersion,
    /// Sealed with a key that was withdrawn, or never was ours.
    #[error("sealed with an unknown key")]
    UnknownKey,
    /// Changed, or made by somebody else.
    #[error("the seal does not fit")]
    Forged,
    /// Another organisation's.
    #[error("made for another service")]
    OtherService,
    /// Too early.
    #[error("not honoured yet")]
    NotYet,
    /// Too late.
    #[error("expired")]
    Expired,
    /// It does not lead to the meeting that the guest wants to join.
    #[error("for another meeting")]
    OtherMeeting,
    /// As many guests as it is for have come.
    #[error("used up")]
    UsedUp,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Malformed,
        Self::OtherVersion,
        Self::UnknownKey,
        Self::Forged,
        Self::OtherService,
        Self::NotYet,
        Self::Expired,
        Self::OtherMeeting,
        Self::UsedUp,
    ];

    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "invitation.malformed",
            Self::OtherVersion => "invitation.other_version",
            Self::UnknownKey => "invitation.unknown_key",
            Self::Forged => "invitation.forged",
            Self::OtherService => "invitation.other_service",
            Self::NotYet => "invitation.not_yet",
            Self::Expired => "invitation.expired",
            Self::OtherMeeting => "invitation.other_meeting",
            Self::UsedUp => "invitation.used_up",
        }
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Shape => Self::Malformed,
            SealError::Version => Self::OtherVersion,
            SealError::UnknownKey => Self::UnknownKey,
            SealError::Forged => Self::Forged,
        }
    }
}

impl Invitation {
    /// A new one, honoured from `now` on for so long.
    pub fn new(
        service: &str,
        meeting: Address,
        details: Details,
        uses: Option<u32>,
        now: Timestamp,
        lifetime: Duration,
    ) -> Self {
        Self {
            id: random::<12>(),
            service: service.to_owned(),
            not_before: now,
            expires: later(now, lifetime),
            uses,
            meeting,
            details: details.shortened(),
        }
    }

    /// As it travels.
    pub fn seal(&self, keys: &Keys) -> Sealed {
        let payload = serde_json::to_vec(self).expect("texts and numbers make JSON");
        Sealed {
            service: self.service.clone(),
            token: Secret::new(keys.seal(VERSION, &payload)),
        }
    }

    /// Judges what a guest brought to `service` at `now`. How often it was used is not looked at.
    pub fn open(text: &str, keys: &Keys, service: &str, now: Timestamp) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal::Malformed);
        }
        let payload = keys.open(VERSION, text)?;
        let invitation: Self = serde_json::from_slice(&payload).map_err(|_| Refusal::Malformed)?;
        if invitation.service != service {
            return Err(Refusal::OtherService);
        }
        if later(now, TOLERATED_SKEW) < invitation.not_before {
            return Err(Refusal::NotYet);
        }
        if now >= invitation.expires {
            return Err(Refusal::Expired);
        }
        Ok(invitation)
    }

    /// Refuses a guest who wants to join another meeting with it.
    pub fn leads_to(&self, wanted: Option<&Address>) -> Result<(), Refusal> {
        match wanted {
            Some(wanted) if !wanted.same_meeting(&self.meeting) => Err(Refusal::OtherMeeting),
            Some(_) | None => Ok(()),
        }
    }
}

/// An invitation as it travels. Whoever reads it may use it: `Debug` does not show it.
#[derive(Clone)]
pub struct Sealed {
    service: String,
    token: Secret,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl Sealed {
    /// What the guest's app sends.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Opens the app. The form is the link doctor's (`foyer_meeting::link`).
    pub fn app_link(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("service", &self.service)
            .append_pair("invitation", self.token.expose())
            .finish();
        format!("foyer://join?{query}")
    }

    /// Opens the landing page in a browser.
    pub fn web_link(&self) -> String {
        format!("{}/join/{}", self.service, self.token.expose())
    }

    /// The link to point a camera at; `None` if it is too long for that.
    pub fn qr_code(&self) -> Option<String> {
        // What a screen shows is not worn off: the lowest correction keeps the squares large.
        let code = QrCode::with_error_correction_level(self.web_link(), EcLevel::L).ok()?;
        Some(
            code.render::<svg::Color<'_>>()
                .min_dimensions(240, 240)
                .build(),
        )
    }
}

#[cfg(test)]
mod tests;

//! What a guest shows to get another token: sealed by us, so that no instance has to remember them.

use foyer_acs::Secret;
use foyer_acs::clock::later;
use foyer_acs::identity::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::seal::{Keys, SealError};

const VERSION: &str = "r1";

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(rename = "u")]
    user: String,
    #[serde(rename = "e")]
    expires: i64,
}

/// Why a refresh secret is not honoured.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RefreshRefusal {
    /// Not one of ours.
    #[error("not a refresh secret of this service")]
    Forged,
    /// The meeting is long over.
    #[error("the refresh secret has expired")]
    Expired,
}

impl RefreshRefusal {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Forged => "refresh.forged",
            Self::Expired => "refresh.expired",
        }
    }
}

pub(crate) fn seal(keys: &Keys, user: &UserId, now: Timestamp, lifetime: Duration) -> Secret {
    let body = Body {
        user: user.0.clone(),
        expires: later(now, lifetime).as_second(),
    };
    let body = serde_json::to_vec(&body).expect("a text and a number make JSON");
    Secret::new(keys.seal(VERSION, &body))
}

pub(crate) fn open(keys: &Keys, text: &Secret, now: Timestamp) -> Result<UserId, RefreshRefusal> {
    let opened = keys.open(VERSION, text.expose());
    let body = opened.map_err(|error| match error {
        SealError::Shape | SealError::Version | SealError::UnknownKey | SealError::Forged => {
            RefreshRefusal::Forged
        }
    })?;
    let body: Body = serde_json::from_slice(&body).map_err(|_| RefreshRefusal::Forged)?;
    if now.as_second() >= body.expires {
        return Err(RefreshRefusal::Expired);
    }
    Ok(UserId(body.user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{Key, new_secret};

    #[test]
    fn a_secret_names_its_guest_until_it_expires() {
        let keys = || Keys::new(vec![Key::parse("k", &new_secret()).unwrap()]).unwrap();
        let (ours, foreign) = (keys(), keys());
        let user = UserId("8:acs:somebody".into());
        let now = Timestamp::UNIX_EPOCH;
        let hour = Duration::from_secs(3_600);
        let secret = seal(&ours, &user, now, hour);
        assert_eq!(open(&ours, &secret, now), Ok(user.clone()));
        let after = later(now, hour);
        assert_eq!(open(&ours, &secret, after), Err(RefreshRefusal::Expired));
        assert_eq!(open(&foreign, &secret, now), Err(RefreshRefusal::Forged));
        let invitation = Secret::new(ours.seal("f1", b"{}"));
        assert_eq!(open(&ours, &invitation, now), Err(RefreshRefusal::Forged));
    }
}

//! What Rust asks of the page.

use foyer_meeting::sensitive::Sensitive;
use serde::{Deserialize, Serialize, Serializer};
use ts_rs::TS;

use crate::survey::Ratings;

/// One thing to do. What does not fit (no call, no such participant, no such feature) is told back as
/// [`Event::Failed`](super::Event::Failed) or [`Event::Unsupported`](super::Event::Unsupported) and changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "request",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(rename = "CallingRequest")]
pub enum Request {
    /// Loads the SDK and tells [`Environment`](super::Event::Environment) and [`Cameras`](super::Event::Cameras);
    /// with `preview` also the picture of the first camera.
    Probe {
        /// Opens a camera.
        preview: bool,
    },
    /// Joins. Once per page.
    Join {
        /// How.
        join: Join,
    },
    /// The answer to [`TokenWanted`](super::Event::TokenWanted).
    Token {
        /// As it was asked.
        ask: u32,
        /// `None` if there is none.
        token: Option<Token>,
    },
    /// `mute()` or `unmute()`.
    SetMuted {
        /// True: silent.
        muted: bool,
        /// The microphone that is to be heard, for `selectMicrophone()`; `None` for the system's default.
        device: Option<String>,
    },
    /// `startVideo()` or `stopVideo()`.
    SetCamera {
        /// True: seen.
        on: bool,
        /// Which camera; `None` for the system's default.
        device: Option<String>,
    },
    /// `startScreenSharing()` with our own picture, or `stopScreenSharing()`.
    SetShare {
        /// True: shared.
        on: bool,
    },
    /// `setConstraints()`: how much of our camera is sent at most.
    LimitVideo {
        /// Rows.
        height: Option<u32>,
        /// Pictures a second.
        frame_rate: Option<u32>,
        /// Bits a second.
        bitrate: Option<u32>,
    },
    /// Takes or leaves the streams of others. What is not listed is not subscribed.
    Watch {
        /// All of them, every time.
        streams: Vec<Watched>,
    },
    /// `raiseHand()` or `lowerHand()`.
    RaiseHand {
        /// Up.
        raised: bool,
    },
    /// `sendReaction()`.
    React {
        /// `like`, `heart`, `laugh`, `surprised` or `applause`.
        reaction: String,
    },
    /// `startCaptions()` or `stopCaptions()`.
    SetCaptions {
        /// Wanted.
        on: bool,
        /// What is spoken; `None` for what the meeting has.
        spoken: Option<String>,
    },
    /// `setSpokenLanguage()`.
    SetSpokenLanguage {
        /// Such as `en-us`.
        language: String,
    },
    /// `setCaptionLanguage()`.
    SetCaptionLanguage {
        /// Such as `fr`.
        language: String,
    },
    /// `grantTeamsConsent()` of recording and transcription, wherever it is required.
    GrantConsent,
    /// `spotlight` on or off, where the role allows it.
    SetSpotlight {
        /// Whom.
        participants: Vec<String>,
        /// On.
        on: bool,
    },
    /// `mute()` of somebody else, or of all others.
    MuteOther {
        /// Whom; `None` for everybody else.
        participant: Option<String>,
    },
    /// `removeParticipant()`.
    Remove {
        /// Whom.
        participant: String,
    },
    /// `lobby.admit()`.
    Admit {
        /// Whom.
        participant: String,
    },
    /// `lobby.reject()`.
    Reject {
        /// Whom.
        participant: String,
    },
    /// Goes to the breakout room that we are assigned to. The call goes on in it.
    JoinBreakout,
    /// Comes back from it.
    LeaveBreakout,
    /// Live text for those who cannot hear.
    SendText {
        /// What stands there now.
        text: String,
        /// It is finished.
        done: bool,
    },
    /// Asks for the meeting's telephone numbers.
    DialIn,
    /// Starts (or ends) telling [`Stats`](super::Event::Stats) every so many seconds.
    Collect {
        /// Seconds; `None` ends it.
        every: Option<u32>,
    },
    /// `submitSurvey()`. Also after the end of the call, while the page is there.
    Survey {
        /// What the guest thought of it.
        survey: Survey,
    },
    /// Hangs up, so that others see us go at once, and lets go of our pictures. The agent stays for a
    /// [`Survey`](Self::Survey); [`Leave`](Self::Leave) is to follow.
    HangUp,
    /// Hangs up and disposes of the agent, so that others see us go at once. A survey that is on its way
    /// arrives first. Answered with [`Left`](super::Event::Left).
    Leave {
        /// Ends the meeting, where the role allows it.
        for_everyone: bool,
    },
}

/// What joining takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingJoin")]
pub struct Join {
    /// Which meeting.
    pub locator: Locator,
    /// As others see us.
    pub name: String,
    /// What Microsoft is told of the app.
    pub app: App,
    /// Silent at first.
    pub muted: bool,
    /// Seen at first.
    pub camera: bool,
    /// Only relays of this list are used; none for Microsoft's.
    pub relays: Vec<Relay>,
}

/// How the SDK is told which meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(rename = "CallingLocator")]
pub enum Locator {
    /// `{meetingLink}`.
    Link {
        /// Cleaned.
        url: Told,
    },
    /// `{meetingId, passcode}`.
    Id {
        /// Digits only.
        id: String,
        /// Where there is one.
        passcode: Option<Told>,
    },
}

/// Sent along with the SDK's telemetry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingApp")]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A TURN server of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingRelay")]
pub struct Relay {
    /// `turn:` and `turns:` addresses.
    pub urls: Vec<String>,
    /// Of the account.
    pub username: String,
    /// Of the account.
    pub credential: Told,
}

/// The guest's token. It may be opaque, so its end is told beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingToken")]
pub struct Token {
    /// What is sent.
    pub token: Told,
    /// Milliseconds since 1970.
    pub expires_ms: f64,
}

/// A stream of somebody else that is on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingWatched")]
pub struct Watched {
    /// Whose.
    pub participant: String,
    /// `RemoteVideoStream.id`.
    pub stream: u32,
    /// Of its tile, in device pixels.
    pub width: u32,
    /// Of its tile, in device pixels.
    pub height: u32,
}

/// What the guest thought of the call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingSurvey")]
pub struct Survey {
    /// 1 to 5.
    pub overall: Option<u32>,
    /// 1 to 5.
    pub audio: Option<u32>,
    /// 1 to 5.
    pub video: Option<u32>,
    /// 1 to 5.
    pub share: Option<u32>,
}

impl From<Ratings> for Survey {
    fn from(ratings: Ratings) -> Self {
        let stars = |given: Option<u32>| given.filter(|stars| (1..=5).contains(stars));
        Self {
            overall: stars(Some(ratings.overall)),
            audio: stars(ratings.audio),
            video: stars(ratings.video),
            share: stars(ratings.share),
        }
    }
}

/// A value that the page needs and no log may show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[ts(rename = "CallingSecret")]
pub struct Told(#[ts(type = "string")] pub Sensitive<String>);

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_page_gets_what_a_log_does_not() {
        let token = Token {
            token: Told(Sensitive::new("canary")),
            expires_ms: 1.0,
        };
        let request = Request::Token {
            ask: 1,
            token: Some(token),
        };
        assert!(!format!("{request:?}").contains("canary"));
        let told = serde_json::to_string(&request).unwrap();
        assert!(told.contains("\"token\":\"canary\""), "{told}");
    }
}

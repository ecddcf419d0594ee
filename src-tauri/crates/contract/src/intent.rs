//! What the guest asks for. The call answers with a new view, never with a return value.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::background::Background;
use crate::event::Reaction;
use crate::share::ShareChoice;
use crate::survey::Ratings;

/// How somebody wants to take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Choices {
    /// Name that others see; trimmed, 1 to 256 characters.
    pub name: String,
    /// Camera id; `None` for the system's default.
    pub camera_id: Option<String>,
    /// Microphone id; `None` for the system's default.
    pub microphone_id: Option<String>,
    /// Speaker id; `None` for the system's default.
    pub speaker_id: Option<String>,
    /// Whether the camera is to be on.
    pub camera_on: bool,
    /// Whether the microphone is to be on.
    pub microphone_on: bool,
}

/// An intent. What does not fit the phase changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "intent"
)]
pub enum Intent {
    /// Pre-join: preview with these devices. Live-applied in a call as well.
    Choose {
        /// All of them, every time.
        choices: Choices,
    },
    /// Joins with the choices made last.
    Join,
    /// Hangs up, or gives up waiting.
    Leave,
    /// Microphone off or on.
    SetMuted {
        /// True: off.
        muted: bool,
    },
    /// Camera on or off.
    SetCamera {
        /// True: on.
        on: bool,
    },
    /// Shares a display, a part of it, or a window, instead of anything else.
    StartShare {
        /// Which, and how.
        share: ShareChoice,
    },
    /// Ends our share.
    StopShare,
    /// Sends a message; plain text, 1 to 4,000 characters.
    SendChat {
        /// The text.
        text: String,
    },
    /// The chat pane is open (messages count as seen) or closed.
    ShowChat {
        /// Open.
        open: bool,
    },
    /// Which feeds are on the screen, and how large. Others are not sent to us.
    Watch {
        /// All of them, every time.
        feeds: Vec<WatchedFeed>,
    },
    /// The feed that a window of its own shows, whose frames come apart from the others; `None` for none.
    WatchApart {
        /// Which, and how large.
        feed: Option<WatchedFeed>,
    },
    /// Plays the test sound on the chosen speaker.
    TestSpeaker,
    /// Agrees to being recorded and transcribed.
    AgreeToRecording,
    /// Our hand up or down.
    RaiseHand {
        /// True: up.
        up: bool,
    },
    /// Reacts, for everybody to see.
    React {
        /// How.
        reaction: Reaction,
    },
    /// Captions on or off, for us alone.
    SetCaptions {
        /// True: on.
        on: bool,
        /// What is spoken; `None` for what the meeting has.
        language: Option<String>,
    },
    /// Puts another text in place of a message of ours.
    EditChat {
        /// Which.
        id: String,
        /// The new text.
        text: String,
    },
    /// Takes a message of ours back; one that was not sent is thrown away.
    DeleteChat {
        /// Which.
        id: String,
    },
    /// Sends a message of ours again that was not sent.
    ResendChat {
        /// Which.
        id: String,
    },
    /// A message is being written. To be repeated every few seconds while that is so.
    Typing,
    /// How loud we hear somebody.
    SetVolume {
        /// Whom.
        person_id: String,
        /// In percent: 100 as sent, 0 not at all.
        volume: u32,
    },
    /// Puts something else behind us from now on, also in later calls.
    SetBackground {
        /// What.
        background: Background,
    },
    /// Pre-join: records five seconds, as others would get them, and plays them; or gives that up.
    CheckSound {
        /// True: begins, or begins anew.
        on: bool,
    },
    /// Asks for the figures of the call, once a second.
    WatchStats {
        /// True: from now on.
        on: bool,
    },
    /// Into our breakout room, or back to the meeting.
    ChangeRoom {
        /// True: in.
        enter: bool,
    },
    /// Does something to others.
    Moderate {
        /// What.
        deed: Moderation,
    },
    /// After the end, as long as the view asks for it: what the guest thought of the call. Once.
    Rate {
        /// `None` for nothing at all.
        ratings: Option<Ratings>,
    },
}

/// What somebody with a presenter's rights may do to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "deed"
)]
pub enum Moderation {
    /// Mutes them.
    Mute {
        /// Whom; `None` for everybody else.
        person_id: Option<String>,
    },
    /// Takes them out of the meeting.
    Remove {
        /// Whom.
        person_id: String,
    },
    /// Lets them in from the lobby.
    Admit {
        /// Whom.
        person_id: String,
    },
    /// Sends them away from the lobby.
    TurnAway {
        /// Whom.
        person_id: String,
    },
    /// Puts them in the middle for everybody, or no longer.
    Spotlight {
        /// Whom.
        person_id: String,
        /// True: in the middle.
        on: bool,
    },
}

/// A feed that is visible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchedFeed {
    /// Feed number out of the view.
    pub feed: u32,
    /// Width of its tile in device pixels.
    pub width: u32,
    /// Height of its tile in device pixels.
    pub height: u32,
    /// True asks for a key frame now (the decoder starts or lost its place).
    pub refresh: bool,
}

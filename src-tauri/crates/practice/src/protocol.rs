//! The words between a practice server and those who take part: JSON, one message per WebSocket text frame,
//! camelCase, told apart by `type`. Also the limits that both sides keep.
//!
//! The server always offers; a client asks for changes (`share`, `camera`, `restartIce`) and answers.

mod refusal;

pub use refusal::Refusal;

use foyer_rtc::Candidate;
use serde::{Deserialize, Serialize};

/// Longest message in bytes, either way. SDP is the largest.
pub const MAX_MESSAGE: usize = 256 * 1024;
/// Longest name in characters.
pub const MAX_NAME: usize = 256;
/// Longest chat text in characters.
pub const MAX_CHAT: usize = 4000;
/// Longest mark that a client puts on its own chat text, in bytes.
pub const MAX_CLIENT_ID: usize = 128;
/// Most people in a meeting, bots included.
pub const MAX_PARTICIPANTS: usize = 32;
/// Most people in a lobby.
pub const MAX_WAITING: usize = 64;
/// Most feeds in one `watch`.
pub const MAX_WATCHED: usize = 128;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Admits, mutes, removes, ends.
    Host,
    /// Takes part.
    Guest,
}

/// What one m-line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TrackKind {
    /// A microphone.
    Audio,
    /// A camera.
    Camera,
    /// A shared screen.
    Share,
}

/// One m-line of an offer. Lines of the receiver's own id are those it is to feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// Which m-line.
    pub mid: String,
    /// Whose.
    pub participant: String,
    /// What.
    pub kind: TrackKind,
}

/// Somebody in the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Unique in the meeting.
    pub id: String,
    /// As given, cleaned.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Microphone off.
    pub muted: bool,
    /// Camera on.
    pub camera_on: bool,
    /// Shares a screen.
    pub sharing: bool,
    /// And what it sounds like, muted or not.
    #[serde(default)]
    pub sharing_sound: bool,
    /// Lives in the server.
    pub bot: bool,
}

impl Participant {
    /// Whether what they send of sound is forwarded.
    pub(crate) fn sounds(&self) -> bool {
        !self.muted || self.sharing_sound
    }
}

/// Somebody in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Unique in the meeting.
    pub id: String,
    /// As given, cleaned.
    pub name: String,
}

/// A video feed that somebody shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watch {
    /// Whose.
    pub participant: String,
    /// Camera or share.
    pub kind: TrackKind,
    /// Shown width in pixels.
    #[serde(default)]
    pub width: u32,
    /// Shown height in pixels.
    #[serde(default)]
    pub height: u32,
    /// Ask for a key frame even if it was watched before.
    #[serde(default)]
    pub refresh: bool,
}

/// A chat text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Unique in the meeting, growing.
    pub id: String,
    /// Who wrote it.
    pub participant: String,
    /// Their name when they wrote it.
    pub from: String,
    /// Plain text.
    pub text: String,
    /// Milliseconds since 1970 by the server's clock.
    pub sent_at_ms: f64,
    /// The writer's own mark, in the writer's copy alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What became of it.
    #[serde(default, skip_serializing_if = "ChatState::is_new")]
    pub state: ChatState,
}

/// What became of a chat text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChatState {
    /// It was written.
    #[default]
    New,
    /// It says something else now.
    Edited,
    /// It was taken back and is empty.
    Deleted,
}

impl ChatState {
    fn is_new(&self) -> bool {
        *self == Self::New
    }
}

/// From a client to the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ClientMessage {
    /// First on every connection.
    Join {
        /// Shown to others.
        name: String,
        /// Makes a host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
        /// Takes an interrupted part up again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume_token: Option<String>,
    },
    /// Answers an offer.
    Answer {
        /// The offer's number.
        negotiation: u64,
        /// The answer.
        sdp: String,
    },
    /// A candidate of the client.
    Candidate {
        /// It; an empty one ends the generation.
        candidate: Candidate,
    },
    /// The client's microphone.
    Mute {
        /// Off.
        muted: bool,
    },
    /// The client's camera.
    Camera {
        /// On.
        on: bool,
    },
    /// Starts or stops sharing.
    Share {
        /// Wanted.
        on: bool,
        /// The microphone's line carries the sound of what is shared too, and is forwarded although the microphone is
        /// muted. What carries both cannot be told apart here: the client must leave a muted microphone out.
        #[serde(default)]
        sound: bool,
    },
    /// Says something.
    Chat {
        /// Comes back in the writer's copy.
        client_id: String,
        /// Plain text.
        text: String,
    },
    /// Puts another text in place of one's own.
    EditChat {
        /// Which, by the server's id.
        message: String,
        /// Plain text.
        text: String,
    },
    /// Takes a text of one's own back.
    DeleteChat {
        /// Which, by the server's id.
        message: String,
    },
    /// Writes right now. To be repeated every few seconds while that is so.
    Typing,
    /// Raises or lowers one's hand.
    Hand {
        /// Up.
        up: bool,
    },
    /// Reacts.
    React {
        /// `like`, `heart`, `applause`, `laugh` or `surprised`.
        reaction: String,
    },
    /// Names every video feed that is shown; others are not forwarded. Before the first, all are.
    Watch {
        /// They.
        feeds: Vec<Watch>,
    },
    /// Asks for an offer with new ICE credentials.
    RestartIce,
    /// Goodbye.
    Leave,
    /// Host: lets somebody in.
    Admit {
        /// Who waits.
        participant: String,
    },
    /// Host: turns somebody away.
    Deny {
        /// Who waits.
        participant: String,
    },
    /// Host: mutes somebody, who may unmute again.
    MuteParticipant {
        /// Whom.
        participant: String,
    },
    /// Host: puts somebody out.
    Remove {
        /// Whom.
        participant: String,
    },
    /// Host: ends it for all.
    EndMeeting,
}

/// From the server to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ServerMessage {
    /// The join was taken.
    Welcome {
        /// The client's own id.
        participant: String,
        /// Of the meeting.
        title: String,
        /// What the client may do.
        role: Role,
        /// For a later `join` after an interruption. A secret.
        resume_token: String,
    },
    /// Waiting to be let in.
    Lobby,
    /// In.
    Admitted,
    /// Turned away; the connection closes.
    Denied,
    /// Put out; the connection closes.
    Removed,
    /// Over for all; the connection closes.
    Ended,
    /// Answer this.
    Offer {
        /// Its number, growing by one.
        negotiation: u64,
        /// The offer.
        sdp: String,
        /// What each live m-line carries.
        tracks: Vec<Track>,
    },
    /// A candidate of the server.
    Candidate {
        /// It; an empty one ends the generation.
        candidate: Candidate,
    },
    /// Everybody in the meeting, the receiver included.
    Roster {
        /// In order of admission.
        participants: Vec<Participant>,
    },
    /// Everybody in the lobby; hosts only.
    Waiting {
        /// In order of arrival.
        participants: Vec<Waiting>,
    },
    /// Who speaks now.
    Speaking {
        /// Ids, the loudest first.
        participants: Vec<String>,
    },
    /// Somebody said something, or changed what they said.
    Chat(ChatMessage),
    /// Whose hand is up.
    Hands {
        /// Ids, the first first.
        participants: Vec<String>,
    },
    /// Somebody reacts, the receiver perhaps.
    Reaction {
        /// Who.
        participant: String,
        /// As in `react`.
        reaction: String,
    },
    /// Who writes right now.
    Typing {
        /// Ids.
        participants: Vec<String>,
    },
    /// A host switched the receiver's microphone off.
    MutedByHost,
    /// The share that was asked for is not to be.
    ShareRefused {
        /// Why.
        code: String,
    },
    /// Something was wrong. After a fatal one the connection closes.
    Error {
        /// Stable.
        code: String,
        /// For people who look at the wire.
        message: String,
    },
    /// Anything that this version does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// Reads what a client sent.
pub fn read_client(text: &str) -> Result<ClientMessage, Refusal> {
    if text.len() > MAX_MESSAGE {
        return Err(Refusal::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| Refusal::BadMessage)
}

/// Reads what a server sent; types of later versions come out as [`ServerMessage::Unknown`].
pub fn read_server(text: &str) -> Result<ServerMessage, Refusal> {
    if text.len() > MAX_MESSAGE {
        return Err(Refusal::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| Refusal::BadMessage)
}

/// A message as the text of one frame.
pub fn write(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("string keys and finite shapes only")
}

/// The name as others will see it: without control and direction characters, trimmed, of 1 to [`MAX_NAME`]
/// characters.
pub fn clean_name(name: &str) -> Result<String, Refusal> {
    if name.len() > MAX_NAME * 16 {
        return Err(Refusal::NameInvalid);
    }
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let kept: String = name.chars().filter(|c| !unseen(*c)).collect();
    let trimmed = kept.trim();
    let length = trimmed.chars().count();
    if (1..=MAX_NAME).contains(&length) {
        Ok(trimmed.to_owned())
    } else {
        Err(Refusal::NameInvalid)
    }
}

/// Whether a chat text may be sent.
pub fn check_chat(client_id: &str, text: &str) -> Result<(), Refusal> {
    let length = text.chars().take(MAX_CHAT + 1).count();
    if client_id.len() > MAX_CLIENT_ID || text.trim().is_empty() || length > MAX_CHAT {
        return Err(Refusal::ChatInvalid);
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! What can happen to a call, and what it asks for in return.

use crate::ability::Abilities;
use crate::captions::{Caption, CaptionsNews, Spoken};
use crate::chat::{Incoming, Message};
use crate::device::{Attempt, Slot};
use crate::end::EndReason;
use crate::keeping::Kept;
use crate::moderation::{Moderation, Waiting};
use crate::phone::DialIn;
use crate::reaction::Reaction;
use crate::room::Room;
use crate::roster::Person;

/// Milliseconds on whatever clock the caller uses; the call only hands them back.
pub type Millis = i64;

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The guest asked for something.
    Guest(Wish),
    /// The meeting service said something.
    Service(News),
    /// A device answered.
    Device(DeviceNews),
}

/// How the guest wants to take part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Any text; [`crate::name::clean_name`] decides whether it is a name.
    pub name: String,
    /// Camera id; `None` for the system's default.
    pub camera: Option<String>,
    /// Microphone id; `None` for the system's default.
    pub microphone: Option<String>,
    /// Speaker id; `None` for the system's default.
    pub speaker: Option<String>,
    /// Whether the camera is to be on. Only before joining.
    pub camera_on: bool,
    /// Whether the microphone is to be on. Only before joining.
    pub microphone_on: bool,
}

/// What the guest asks for. What does not fit the phase changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// These devices; before joining also this name and these switches.
    Choose(Choices),
    /// Joins with the choices made last.
    Join,
    /// Hangs up, or gives up waiting.
    Leave,
    /// Microphone off (true) or on.
    SetMuted(bool),
    /// Camera on (true) or off. On again after a failure tries once more.
    SetCamera(bool),
    /// Shares this, instead of anything else.
    StartShare(String),
    /// Ends our share.
    StopShare,
    /// Sends a message.
    SendChat {
        /// What.
        text: String,
        /// When it was written, in milliseconds since 1970.
        at_ms: i64,
    },
    /// Puts another text in place of a message of ours.
    EditChat {
        /// As it is shown.
        id: String,
        /// The new text.
        text: String,
    },
    /// Takes a message of ours back, by the id under which it is shown; one that failed is thrown away.
    DeleteChat(String),
    /// Sends a message of ours again that failed.
    ResendChat(String),
    /// A message is being written.
    Typing,
    /// Our hand up (true) or down.
    RaiseHand(bool),
    /// Reacts.
    React(Reaction),
    /// Captions on or off.
    SetCaptions {
        /// On.
        on: bool,
        /// What is spoken; `None` for what the meeting has.
        language: Option<String>,
    },
    /// How loud we hear somebody.
    SetVolume {
        /// Whom.
        participant: String,
        /// In percent: 100 as sent, 0 not at all.
        volume: u32,
    },
    /// The chat pane is open (true) or closed.
    ShowChat(bool),
    /// Plays the test sound.
    TestSpeaker,
    /// Agrees to being recorded and transcribed.
    AgreeToRecording,
    /// Into our breakout room (true), or back to the meeting.
    ChangeRoom(bool),
    /// Does something to others.
    Moderate(Moderation),
}

/// What the service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It knows us now.
    Welcomed {
        /// Our id in the roster.
        me: String,
        /// Title of the meeting.
        title: String,
    },
    /// We wait to be let in.
    InLobby {
        /// When.
        at: Millis,
    },
    /// We are in.
    Admitted {
        /// When.
        at: Millis,
    },
    /// A host said no.
    Denied,
    /// A host took us out.
    Removed,
    /// A host ended the meeting.
    MeetingEnded,
    /// Nobody answered.
    LobbyTimedOut,
    /// It wants nothing to do with us (any more); see [`crate::end::EndReason::of_refusal`].
    Refused(String),
    /// The call is over, for this reason.
    Ended(EndReason),
    /// Signalling or media is gone; it is being tried again.
    ConnectionLost,
    /// Both are back.
    ConnectionBack,
    /// It did not come back.
    Gone,
    /// Who is in the meeting.
    Roster(Vec<Person>),
    /// Who is heard right now, by id.
    Speaking(Vec<String>),
    /// A message, ours included, or another version of one.
    Chat(Incoming),
    /// A message of ours was not taken.
    ChatNotSent {
        /// Its number.
        client_id: String,
    },
    /// The service did not do what was asked, for this reason, and nothing else came of it.
    NotDone(String),
    /// What we may do here. All of it, every time.
    Abilities(Abilities),
    /// Whose hand is up, the first first.
    Hands(Vec<String>),
    /// Somebody reacts, we perhaps.
    Reaction {
        /// Who.
        participant: String,
        /// How.
        reaction: Reaction,
    },
    /// How captions are.
    Captions(CaptionsNews),
    /// Something was said.
    Caption(Spoken),
    /// There are no captions for us.
    CaptionsRefused,
    /// Who is heard most, the loudest first.
    Dominant(Vec<String>),
    /// Whom a host put in the middle for everybody.
    Spotlight(Vec<String>),
    /// Who writes a message right now.
    Typing(Vec<String>),
    /// There is no chat (for now), for this reason; nothing else changes.
    ChatAbsent(String),
    /// There is a chat (after all).
    ChatPresent,
    /// A host muted us.
    MutedByHost,
    /// Whether the meeting is recorded.
    Recording(Kept),
    /// Whether it is transcribed.
    Transcription(Kept),
    /// The guest's consent did not get through.
    ConsentNotTaken,
    /// Our share was not accepted, or taken away.
    ShareRefused(String),
    /// The breakout room that is ours now.
    Room(Option<Room>),
    /// We are in our breakout room (true), or back in the meeting.
    Moved(bool),
    /// Who waits in the lobby, where we may know.
    Waiting(Vec<Waiting>),
    /// How to take part by telephone.
    DialIn(DialIn),
    /// Something about our connection is bad, or no longer; `code` such as `network.send`.
    Trouble {
        /// What.
        code: String,
        /// Now.
        present: bool,
    },
}

/// What a device answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceNews {
    /// It delivers.
    Opened {
        /// Which.
        slot: Slot,
        /// As the effect said.
        attempt: Attempt,
    },
    /// It could not be opened, or stopped working.
    Failed {
        /// Which.
        slot: Slot,
        /// As the effect said.
        attempt: Attempt,
        /// Why.
        code: String,
    },
}

/// What is to be done. To be carried out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Opens a device and answers with [`DeviceNews`].
    Open {
        /// Which.
        slot: Slot,
        /// `None` for the system's default.
        id: Option<String>,
        /// For the answer.
        attempt: Attempt,
    },
    /// Closes what the last `Open` for this slot opened or is still opening. Needs no answer.
    Close {
        /// Which.
        slot: Slot,
    },
    /// Connects to the service.
    Dial {
        /// As others see us.
        name: String,
    },
    /// Says goodbye and forgets the service. Follows each `Dial` exactly once.
    HangUp,
    /// Our microphone from now on, for the roster of the others.
    TellMuted(bool),
    /// Our camera from now on.
    TellCamera(bool),
    /// Our share from now on.
    TellShare(bool),
    /// A message to the others.
    SendChat {
        /// For the service to hand back.
        client_id: String,
        /// Plain text.
        text: String,
    },
    /// Another text for a message of ours.
    EditChat {
        /// The service's id of it.
        id: String,
        /// Plain text.
        text: String,
    },
    /// A message of ours is taken back, by the service's id of it.
    DeleteChat(String),
    /// We write a message right now. Comes every four seconds at most.
    TellTyping,
    /// A message for the guest.
    ShowMessage(Message),
    /// Our hand up (true) or down.
    RaiseHand(bool),
    /// A reaction of ours.
    React(Reaction),
    /// A reaction for the guest.
    ShowReaction {
        /// Who reacts; `None` for us.
        participant: Option<String>,
        /// Their name.
        name: String,
        /// How.
        reaction: Reaction,
    },
    /// Captions on or off.
    SetCaptions {
        /// On.
        on: bool,
        /// What is spoken; `None` for what the meeting has.
        language: Option<String>,
    },
    /// Captions run already, but something else is spoken.
    SetSpokenLanguage(String),
    /// A line of captions for the guest.
    ShowCaption(Caption),
    /// From now on somebody is heard this loud.
    SetVolume {
        /// Whom.
        participant: String,
        /// In percent.
        volume: u32,
    },
    /// The guest agrees to being recorded and transcribed. Comes before anything of ours is told again.
    GiveConsent,
    /// The test sound, as soon as the speaker works.
    PlayTestSound,
    /// Into our breakout room (true), or back to the meeting.
    ChangeRoom(bool),
    /// Something is done to others.
    Moderate(Moderation),
}

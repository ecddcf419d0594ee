//! What the UI draws: one snapshot of the call, sent whole whenever it changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::background::BackgroundView;
use crate::sound_check::SoundCheck;

/// A snapshot of the call. Everything on the screen follows from it and from the UI's own open panes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// Where the call stands.
    pub phase: Phase,
    /// The meeting's title, as the service tells it; `None` before.
    pub title: Option<String>,
    /// Seconds-resolution clocks start here: milliseconds of the shell's clock when the lobby was entered.
    pub lobby_since_ms: Option<f64>,
    /// As `lobby_since_ms`, for the meeting.
    pub in_meeting_since_ms: Option<f64>,
    /// The shell's clock when this snapshot was made, to count from.
    pub now_ms: f64,
    /// Our own side.
    pub me: MeView,
    /// The others, in the order of joining.
    pub people: Vec<PersonView>,
    /// Who shares a screen, if anybody but us.
    pub share: Option<ShareView>,
    /// True while messages can be sent and received.
    pub chat_open: bool,
    /// Why there is no chat although we are in, such as `chat.not_allowed`.
    pub chat_absent: Option<String>,
    /// Whether the meeting is recorded or transcribed.
    pub keeping: KeepingView,
    /// Messages that the guest has not seen.
    pub unread: u32,
    /// What this meeting lets us do. A control whose ability is missing is absent.
    pub abilities: Abilities,
    /// What is said, in writing.
    pub captions: CaptionsView,
    /// Who is heard most, by id, the loudest first; at most six.
    pub dominant: Vec<String>,
    /// How long our devices were open so far.
    pub live: LiveTimes,
    /// The breakout room that is ours, if there is one or we are in one.
    pub room: Option<RoomView>,
    /// Who waits in the lobby, where we may let them in.
    pub waiting: Vec<WaitingView>,
    /// How to take part by telephone, where the meeting has numbers.
    pub dial_in: Option<DialInView>,
    /// What is bad about our connection right now, by code: `network.none`, `network.relays`, `network.reconnect`,
    /// `network.receive`, `network.send`.
    pub troubles: Vec<String>,
    /// After the end: for so many milliseconds the service takes what the guest thought of the call; `None` where it
    /// takes nothing, or they do not want to be asked.
    pub survey_ms: Option<f64>,
    /// What went wrong and did not end the call; the newest last. The UI explains by code.
    pub notices: Vec<Notice>,
}

/// What a meeting lets a guest do beyond taking part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Abilities {
    /// Raise a hand.
    pub hand: bool,
    /// React.
    pub react: bool,
    /// Read along.
    pub captions: bool,
    /// Change or take back messages of one's own.
    pub edit_chat: bool,
    /// Hear single people louder or less loud.
    pub volume: bool,
    /// Mute others.
    pub mute_others: bool,
    /// Take others out.
    pub remove: bool,
    /// Let people in from the lobby, or send them away.
    pub admit: bool,
    /// Put somebody in the middle for everybody.
    pub spotlight: bool,
}

/// A breakout room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    /// As the organiser called it; empty if it is not known.
    pub name: String,
    /// We are in it.
    pub inside: bool,
    /// Inside: we may go back. Outside: we may go in.
    pub may_change: bool,
    /// We are taken there without being asked.
    pub automatic: bool,
}

/// Somebody in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitingView {
    /// Stable while they wait.
    pub id: String,
    /// Shown as given, never as markup.
    pub name: String,
}

/// How to take part by telephone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DialInView {
    /// To be typed after dialling; empty if there is none.
    pub conference_id: String,
    /// In the service's order.
    pub numbers: Vec<PhoneView>,
}

/// A telephone number of the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PhoneView {
    /// As the service writes it.
    pub number: String,
    /// Costs the caller nothing.
    pub free: bool,
    /// Where it is local; may be empty.
    pub place: String,
}

/// Captions as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CaptionsView {
    /// Whether they run.
    pub state: CaptionsState,
    /// What is spoken, a BCP 47 code; `None` if not known.
    pub language: Option<String>,
    /// What may be chosen as spoken.
    pub languages: Vec<String>,
}

/// Whether captions run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CaptionsState {
    /// Nothing is written along.
    #[default]
    Off,
    /// Asked for.
    Starting,
    /// They come.
    On,
}

/// How long each device was open so far, in milliseconds; one that is open now counts up to `now_ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveTimes {
    /// Microphone.
    pub microphone_ms: f64,
    /// Camera.
    pub camera_ms: f64,
    /// The screen that we share.
    pub share_ms: f64,
}

/// What the meeting keeps of what is said and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepingView {
    /// It is recorded.
    pub recording: bool,
    /// It is transcribed.
    pub transcription: bool,
    /// Nothing of ours is sent before the guest agrees.
    pub waits_for_consent: bool,
}

/// The states of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum Phase {
    /// Name and devices are being chosen; nothing has left this machine.
    PreJoin,
    /// On the way to the service.
    Connecting,
    /// Waiting to be let in.
    Lobby,
    /// In.
    InMeeting,
    /// In, but the connection is gone; coming back by itself.
    Reconnecting,
    /// Over. `reason` is a code such as `hungUp`, `deniedByHost`, `removed`, `meetingEnded`, `serverGone`.
    Ended {
        /// Why.
        reason: String,
        /// Whether joining the same meeting again makes sense.
        can_rejoin: bool,
    },
}

/// Our own devices and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeView {
    /// The name others see.
    pub name: String,
    /// Microphone.
    pub microphone: DeviceState,
    /// True if the host muted us last and we have not unmuted since.
    pub muted_by_host: bool,
    /// Camera.
    pub camera: DeviceState,
    /// Speaker.
    pub speaker: DeviceState,
    /// Our own share.
    pub share: DeviceState,
    /// Feed of our own camera.
    pub camera_feed: Option<u32>,
    /// Feed of our own camera whose frames are, bit for bit, what is sent to the others; `None` while it is off, or
    /// where what is sent does not pass through Foyer.
    pub sent_feed: Option<u32>,
    /// Feed of our own share.
    pub share_feed: Option<u32>,
    /// As `sent_feed`, of our share.
    pub sent_share_feed: Option<u32>,
    /// True while we speak and are not muted.
    pub speaking: bool,
    /// Chosen camera.
    pub camera_id: Option<String>,
    /// Chosen microphone.
    pub microphone_id: Option<String>,
    /// Chosen speaker.
    pub speaker_id: Option<String>,
    /// The place of our hand in the order of hands, 1 being the first; `None` while it is down.
    pub hand: Option<u32>,
    /// What stands behind us.
    pub background: BackgroundView,
    /// Hearing ourselves, before joining.
    pub sound_check: SoundCheck,
}

/// A device as the guest sees it. `live` exactly while it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum DeviceState {
    /// Closed, by choice.
    Off,
    /// Being opened.
    Starting,
    /// Open.
    Live,
    /// Wanted, but it does not work; `code` such as `device.busy`.
    Failed {
        /// What the UI explains.
        code: String,
    },
}

/// Somebody else in the meeting or in its lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// Stable while they are in the meeting.
    pub id: String,
    /// Shown as given, never as markup.
    pub name: String,
    /// Their standing in the meeting.
    pub role: Role,
    /// Whether they are muted.
    pub muted: bool,
    /// Whether they are heard right now.
    pub speaking: bool,
    /// Feed of their camera; `None` while it is off.
    pub camera_feed: Option<u32>,
    /// The place of their hand in the order of hands, 1 being the first; `None` while it is down.
    pub hand: Option<u32>,
    /// A host put them in the middle for everybody.
    pub spotlit: bool,
    /// How loud we hear them, in percent: 100 as sent, 0 not at all.
    pub volume: u32,
    /// They are writing a message.
    pub typing: bool,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Whose meeting it is, or who stands in for them.
    Organizer,
    /// May show things, and some of what organizers may.
    Presenter,
    /// Admits, mutes, removes, ends: in a practice meeting.
    Host,
    /// Takes part.
    Guest,
}

/// A received screen share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    /// Who shares.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// The feed of the shared screen.
    pub feed: u32,
}

/// Something the guest should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Counts up, so that the UI can tell which it has shown.
    pub id: u32,
    /// Such as `device.lost`, `call.mutedByHost`, `chat.notSent`.
    pub code: String,
    /// What belongs into the sentence: a name, or `camera`, `microphone`, `speaker`, `share` with a device's code.
    pub subject: Option<String>,
}

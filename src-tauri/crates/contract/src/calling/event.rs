//! What the page tells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::people::{Caption, CaptionState, Hand, Participant, Phone};

/// Something that happened or is so. Any order, and any of them repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(rename = "CallingEvent")]
pub enum Event {
    /// The page runs and takes requests.
    Ready {
        /// The build holds the SDK.
        sdk: bool,
    },
    /// `getEnvironmentInfo()`.
    Environment {
        /// What the SDK thinks of the webview.
        environment: Environment,
    },
    /// `getCameras()`.
    Cameras {
        /// Their names.
        labels: Vec<String>,
    },
    /// A picture of our camera plays in the page.
    Preview {
        /// Of the picture, pixels.
        width: u32,
        /// Of the picture, pixels.
        height: u32,
    },
    /// How the page's timers run, every five seconds after a probe: nobody sees the window, and webviews slow such
    /// pages down.
    Timers {
        /// Since the probe.
        elapsed_ms: u32,
        /// Of a timer of 50 ms that sets itself anew.
        ticks: u32,
    },
    /// The probe is done.
    Probed,
    /// `createCallAgent()` came back.
    Agent {
        /// `None`: it worked.
        error: Option<Failure>,
    },
    /// `connectionState` of the agent.
    Connection {
        /// `Connected` or `Disconnected`.
        state: String,
        /// `invalidToken` or `connectionIssue`.
        reason: Option<String>,
    },
    /// The SDK needs a token; [`Request::Token`](super::Request::Token) answers.
    TokenWanted {
        /// For the answer.
        ask: u32,
    },
    /// The first of Microsoft's hosts that the page asked answers, but not pages of this origin. Told once.
    OriginRefused {
        /// Its name.
        host: String,
    },
    /// `call.state`.
    State {
        /// Which.
        state: CallState,
    },
    /// `call.callEndReason`, to be read when the call is `Disconnected`.
    EndReason {
        /// Its code, like HTTP's.
        code: u32,
        /// What happened exactly.
        sub_code: Option<u32>,
    },
    /// `call.info.threadId`: the meeting's chat, once it is known. May change.
    Thread {
        /// Which.
        id: String,
    },
    /// `call.role`, ours.
    Role {
        /// As `Participant::role`.
        role: String,
    },
    /// Somebody is there, or is no longer what they were.
    Roster {
        /// New or changed.
        changed: Vec<Participant>,
        /// Gone, by id.
        removed: Vec<String>,
    },
    /// Who waits to be let in, where our role may know.
    Lobby {
        /// All of them.
        waiting: Vec<Participant>,
    },
    /// `isMuted`.
    Muted {
        /// Ours.
        muted: bool,
    },
    /// Somebody muted us.
    MutedByOthers,
    /// `isLocalVideoStarted`.
    CameraOn {
        /// Ours.
        on: bool,
    },
    /// `isScreenSharingOn`.
    ShareOn {
        /// Ours.
        on: bool,
    },
    /// `dominantSpeakers`, the loudest first.
    DominantSpeakers {
        /// By id.
        speakers: Vec<String>,
    },
    /// `getRaisedHands()`.
    Hands {
        /// All of them.
        hands: Vec<Hand>,
    },
    /// Somebody reacts.
    Reaction {
        /// Who.
        participant: String,
        /// `like`, `heart`, `laugh`, `surprised` or `applause`.
        reaction: String,
    },
    /// `getSpotlightedParticipants()`.
    Spotlight {
        /// By id, in order.
        participants: Vec<String>,
    },
    /// How captions are.
    CaptionState {
        /// All of it.
        captions: CaptionState,
    },
    /// Something was said.
    Caption {
        /// A new line, or another version of the participant's last.
        caption: Caption,
    },
    /// Live text of somebody, ours as well.
    Text {
        /// Who.
        participant: String,
        /// Their name.
        name: String,
        /// Counts up per text; the same number replaces.
        sequence: u32,
        /// What stands there now.
        text: String,
        /// It is finished.
        done: bool,
    },
    /// Whether the meeting is recorded.
    Recording {
        /// Now.
        active: bool,
        /// Nothing of ours may be sent before the guest agrees.
        consent_required: bool,
    },
    /// Whether the meeting is transcribed.
    Transcription {
        /// Now.
        active: bool,
        /// As for recording.
        consent_required: bool,
    },
    /// The breakout room that we are assigned to.
    Breakout {
        /// `None`: none.
        room: Option<Breakout>,
    },
    /// The call goes on as another one: into a breakout room or back. Its roster begins anew.
    Moved {
        /// We are in the room.
        in_breakout: bool,
    },
    /// What we may do. All of it, every time.
    Capabilities {
        /// By the SDK's names, such as `turnVideoOn`.
        capabilities: BTreeMap<String, Capability>,
    },
    /// Whether others' cameras and microphones are allowed.
    MediaAccess {
        /// Of attendees.
        audio: bool,
        /// Of attendees.
        video: bool,
    },
    /// The meeting's telephone numbers.
    DialIn {
        /// To be typed after dialling.
        conference_id: String,
        /// All of them.
        phones: Vec<Phone>,
    },
    /// `UserFacingDiagnostics`.
    Diagnostic {
        /// Such as `networkReceiveQuality` or `cameraFreeze`.
        name: String,
        /// For flags: 1 is true, which is bad. For qualities: 1 good, 2 poor, 3 bad.
        value: u32,
        /// A quality, not a flag.
        quality: bool,
    },
    /// A sample of `MediaStats`.
    Stats {
        /// One for each stream and transport.
        samples: Vec<Sample>,
    },
    /// `optimalVideoCount`: as many videos at most make sense.
    OptimalVideoCount {
        /// As the SDK finds.
        count: u32,
    },
    /// A feature of the SDK is missing, or throws when it is looked at.
    Unsupported {
        /// Such as `Recording`.
        feature: String,
        /// What it said.
        reason: String,
    },
    /// A request was not done.
    Failed {
        /// Its name, such as `setCamera`.
        request: String,
        /// Why.
        failure: Failure,
    },
    /// Hung up, agent disposed of: the page may go.
    Left,
}

/// The SDK's states of a call, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(missing_docs)] // Microsoft's documentation explains them.
#[ts(rename = "CallingState")]
pub enum CallState {
    None,
    Connecting,
    Ringing,
    Connected,
    LocalHold,
    RemoteHold,
    InLobby,
    Disconnecting,
    Disconnected,
    EarlyMedia,
}

/// `EnvironmentInfo`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingEnvironment")]
pub struct Environment {
    /// Such as `Linux`.
    pub platform: String,
    /// Such as `Safari`.
    pub browser: String,
    /// Of the browser.
    pub browser_version: String,
    /// What the SDK thinks of each.
    pub supported_platform: bool,
    /// As above.
    pub supported_browser: bool,
    /// As above.
    pub supported_browser_version: bool,
    /// All of them.
    pub supported: bool,
}

/// What the SDK threw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingFailure")]
pub struct Failure {
    /// `CommunicationServicesError.code`, where it was one.
    pub code: Option<u32>,
    /// Its `subCode`.
    pub sub_code: Option<u32>,
    /// The error's class.
    pub name: String,
    /// In English. May name the meeting: not for logs above debug.
    pub message: String,
}

/// One capability.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingCapability")]
pub struct Capability {
    /// `isPresent`.
    pub present: bool,
    /// Such as `RoleRestricted`.
    pub reason: String,
}

/// A breakout room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingBreakout")]
pub struct Breakout {
    /// Its chat.
    pub thread: String,
    /// As the organiser called it.
    pub name: String,
    /// It can be joined.
    pub open: bool,
    /// We are taken there without being asked.
    pub automatic: bool,
    /// One may come back before it closes.
    pub may_return: bool,
}

/// Figures of one stream or transport.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingSample")]
pub struct Sample {
    /// `audio`, `video`, `screenShare` or `transport`.
    pub kind: String,
    /// Ours.
    pub sent: bool,
    /// Of the stream.
    pub id: String,
    /// Where it has one.
    pub codec: String,
    /// The SDK's own names, such as `packetsLostPerSecond`.
    pub figures: BTreeMap<String, f64>,
}

//! What a call was like, as one JSON object: for tests, benchmarks and people who want figures.

use serde::Serialize;

/// The whole report. All times count from the moment of joining, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What the call went through: `connecting lobby inMeeting reconnecting ended`.
    pub states: Vec<StateReport>,
    /// Such as `hungUp`, `deniedByHost`, `removed`; `None` while the call lasts.
    pub end_reason: Option<String>,
    /// Every picture stream of somebody else, in the order of arrival.
    pub feeds: Vec<FeedReport>,
    /// What was heard.
    pub audio: AudioReport,
    /// What was sent.
    pub sent: SentReport,
    /// Everybody in the meeting when it was last known, us included.
    pub roster: Vec<PersonReport>,
    /// Every message, ours included.
    pub chat: Vec<ChatReport>,
    /// Notices of things that went wrong, as `code` or `code:subject`.
    pub notices: Vec<String>,
}

/// A state and when it was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateReport {
    /// Which.
    pub state: String,
    /// When.
    pub at_ms: i64,
}

/// A picture stream of somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedReport {
    /// Number of the feed in the views.
    pub feed: u32,
    /// Name of whose it is.
    pub participant: String,
    /// `camera` or `share`.
    pub kind: &'static str,
    /// `h264` or `vp8`; `None` if nothing came.
    pub codec: Option<&'static str>,
    /// Pixels, of the last decoded picture where there is one.
    pub width: u32,
    /// Pixels, as `width`.
    pub height: u32,
    /// Whole encoded frames.
    pub frames_received: u64,
    /// Pictures that came out of the decoder (headless calls decode; otherwise 0).
    pub frames_decoded: u64,
    /// Gaps of more than a second (share: three) between frames.
    pub freezes: u64,
    /// When the first frame was there (headless: decoded).
    pub first_frame_ms: Option<i64>,
    /// The first and last counter read from a test card, where the pictures show one.
    pub counter: Option<CounterReport>,
}

/// The counter of a test card, as it was read from decoded pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CounterReport {
    /// The first one.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// Pictures whose counter was larger than that of the picture before.
    pub advanced: u64,
    /// Pictures whose counter was smaller than that of the picture before.
    pub went_back: u64,
}

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioReport {
    /// Packets of all streams.
    pub packets_received: u64,
    /// Packets that were not there when it was their turn.
    pub packets_lost: u64,
    /// Share of played samples that had to be made up, 0 to 1.
    pub concealed_ratio: f64,
    /// Share of played samples that were rebuilt from the copy in a later packet, 0 to 1.
    pub repaired_ratio: f64,
    /// Loudest sample of the mix in dBFS, -100 for silence.
    pub peak_dbfs: f32,
}

impl Default for AudioReport {
    fn default() -> Self {
        Self {
            packets_received: 0,
            packets_lost: 0,
            concealed_ratio: 0.0,
            repaired_ratio: 0.0,
            peak_dbfs: -100.0,
        }
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentReport {
    /// Our camera.
    pub camera: SentVideoReport,
    /// Our share.
    pub share: SentVideoReport,
    /// Our microphone.
    pub audio: SentAudioReport,
}

/// Pictures that were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentVideoReport {
    /// Encoded frames.
    pub frames: u64,
    /// Average over the time of sending.
    pub bitrate_bps: u32,
}

/// Sound that was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentAudioReport {
    /// Opus packets.
    pub packets: u64,
}

/// Somebody in the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonReport {
    /// Their name.
    pub name: String,
    /// `organizer`, `presenter`, `host` or `guest`.
    pub role: &'static str,
}

/// A chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatReport {
    /// Who wrote it.
    pub from: String,
    /// What.
    pub text: String,
}

//! What the guest set once and for all, and the meetings joined last.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The smallest scale, in percent.
pub const SMALLEST_SCALE: u32 = 85;
/// The largest scale, in percent.
pub const LARGEST_SCALE: u32 = 150;

/// What holds for every call. A file that lacks some of it means the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// Language of the UI, such as `ru`; `None` follows the system.
    pub language: Option<String>,
    /// Size of everything, in percent: 85 to 150.
    pub scale: u32,
    /// Our own picture is shown as in a mirror. Others see it as it is.
    pub mirror: bool,
    /// The name is filled in next time.
    pub remember_name: bool,
    /// The meetings joined last are kept on this machine.
    pub keep_recents: bool,
    /// What is seen of captions and chat can be saved after a call.
    pub offer_transcript: bool,
    /// After a Teams call they are asked how it was.
    pub survey: bool,
    /// Sounds when somebody comes or goes.
    pub chimes: bool,
    /// The system tells, while the guest looks elsewhere, whether they are let in from the lobby.
    pub notifications: bool,
    /// As `notifications`, what somebody writes.
    pub notify_chat: bool,
    /// As `notifications`, what the host does to them.
    pub notify_host: bool,
    /// Keys that mute while another app has the focus.
    pub global_mute: bool,
    /// A window that is minimised during a meeting becomes a small one above the others.
    pub mini_on_minimise: bool,
    /// Nothing moves that need not.
    pub reduced_motion: bool,
    /// Shortcuts of one key without a modifier.
    pub single_keys: bool,
    /// Keys by action, where they differ from the defaults.
    pub shortcuts: BTreeMap<String, String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: None,
            scale: 100,
            mirror: true,
            remember_name: true,
            keep_recents: false,
            offer_transcript: false,
            survey: true,
            chimes: true,
            notifications: true,
            notify_chat: true,
            notify_host: true,
            global_mute: false,
            mini_on_minimise: true,
            reduced_motion: false,
            single_keys: false,
            shortcuts: BTreeMap::new(),
        }
    }
}

/// Colours of the UI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// With as much contrast as there can be.
    Contrast,
}

/// A meeting that was joined, only while the guest wants them kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecentMeeting {
    /// Unique among them.
    pub id: String,
    /// Its title; empty if the service told none.
    pub title: String,
    /// What joins it again, passcode included.
    pub link: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub joined_at_ms: i64,
}

/// Arguments of `save_preferences`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavePreferences {
    /// All of them, every time.
    pub preferences: Preferences,
}

/// Arguments of `forget_recent`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForgetRecent {
    /// Which; `None` for all of them.
    pub id: Option<String>,
}

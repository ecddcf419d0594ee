//! The commands of the shell: name, arguments, answer. One struct exports the whole map to TypeScript.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::armed::{Arm, Disarm};
use crate::background::KeepBackground;
use crate::desktop::{AnswerClosing, DesktopAbilities, SetDesktopWords, SetMini};
use crate::intent::Intent;
use crate::link::LinkVerdict;
use crate::network::{CheckNetwork, NetworkCheck};
use crate::preferences::{ForgetRecent, Preferences, RecentMeeting, SavePreferences};
use crate::share::{SharePreview, ShareSources};
use crate::share_window::PopOutShare;

/// Every command with `[arguments, answer]`.
#[derive(TS)]
#[allow(dead_code)] // Only its shape is used, by the generator.
pub struct Commands {
    app_info: (Nothing, AppInfo),
    listen_links: (Nothing, ()),
    check_link: (CheckLink, LinkVerdict),
    list_devices: (Nothing, DeviceLists),
    share_sources: (Nothing, ShareSources),
    share_preview: (SharePreview, Option<String>),
    check_network: (CheckNetwork, NetworkCheck),
    start_practice: (StartPractice, PracticeMeeting),
    open_call: (OpenCall, u32),
    open_in_browser: (OpenInBrowser, ()),
    open_link: (OpenLink, ()),
    copy_text: (CopyText, ()),
    save_text: (SaveText, bool),
    clipboard_text: (Nothing, Option<String>),
    teams_terms: (Nothing, TeamsTerms),
    accept_teams_terms: (Nothing, ()),
    look_for_update: (Nothing, Option<NewVersion>),
    install_update: (Nothing, ()),
    send_intent: (SendIntent, ()),
    close_call: (Nothing, ()),
    load_preferences: (Nothing, Preferences),
    save_preferences: (SavePreferences, ()),
    keep_background: (KeepBackground, ()),
    recent_meetings: (Nothing, Vec<RecentMeeting>),
    forget_recent: (ForgetRecent, ()),
    set_desktop_words: (SetDesktopWords, ()),
    desktop_abilities: (Nothing, DesktopAbilities),
    hide_to_tray: (Nothing, ()),
    listen_closing: (Nothing, ()),
    answer_closing: (AnswerClosing, ()),
    set_mini: (SetMini, ()),
    listen_mini: (Nothing, ()),
    arm: (Arm, ()),
    disarm: (Disarm, ()),
    listen_armed: (Nothing, ()),
    pop_out_share: (PopOutShare, ()),
    bring_back_share: (Nothing, ()),
}

/// No arguments.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// About this build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// Version of the app.
    pub version: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// Name to start with: the last one used, else empty.
    pub suggested_name: String,
    /// What is wrong with how this machine is set up.
    pub problem: Option<CommandError>,
    /// How an organisation has its own build look.
    pub brand: BrandLook,
    /// Preferences that whoever manages this machine has set.
    pub managed: Vec<ManagedSetting>,
}

/// How an organisation has its own build look; what is `None` looks as Foyer does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrandLook {
    /// What the window is called.
    pub name: Option<String>,
    /// The accent's colours.
    pub accent: Option<Accent>,
    /// A `data:` address of an SVG or PNG.
    pub logo: Option<String>,
}

/// The accent, `#rrggbb`. Legible on the surfaces of its theme, which the build makes sure of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Accent {
    /// Where the page is light.
    pub light: String,
    /// Where it is dark.
    pub dark: String,
}

/// A preference that the guest cannot change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ManagedSetting {
    /// Its name in `Preferences`.
    pub name: String,
    /// Where it is set: a file or a policy.
    pub place: String,
}

/// A link or an invitation that the system or the command line hands over. They come over a Tauri channel, `links`,
/// that
/// `listen_links` is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandedLink {
    /// For the field: the link, or the name of the file.
    pub shown: String,
    /// What is judged.
    pub whole: String,
}

/// Arguments of `check_link`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckLink {
    /// Whatever was pasted.
    pub text: String,
}

/// All pickers at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceLists {
    /// Cameras.
    pub cameras: Vec<Device>,
    /// Microphones.
    pub microphones: Vec<Device>,
    /// Speakers.
    pub speakers: Vec<Device>,
    /// Displays.
    pub screens: Vec<Device>,
}

/// One entry of a picker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// To choose it by.
    pub id: String,
    /// The system's name for it; empty for synthetic ones, which the UI names by id.
    pub label: String,
    /// The system prefers it.
    pub is_default: bool,
    /// No hardware.
    pub synthetic: bool,
    /// Pixels, for displays.
    pub width: Option<u32>,
    /// Pixels, for displays.
    pub height: Option<u32>,
}

/// Arguments of `start_practice`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartPractice {
    /// How many bots take part.
    pub bots: u32,
    /// Whether there is a lobby (with a host bot that admits).
    pub lobby: bool,
}

/// Answer of `start_practice`. The meeting lives as long as the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PracticeMeeting {
    /// For guests, this app or a browser.
    pub guest_link: String,
    /// For the host, a browser.
    pub host_link: String,
}

/// Arguments of `open_call`; `events` (a Tauri channel) comes beside them. The answer is the call's number.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenCall {
    /// The text that `check_link` called joinable, or nearly so.
    pub text: String,
    /// What the guest typed where the passcode was missing.
    pub passcode: Option<String>,
}

/// Arguments of `open_in_browser`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenInBrowser {
    /// The text that names a Teams meeting.
    pub text: String,
}

/// Arguments of `open_link`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenLink {
    /// Of `http`, `https` or `mailto`.
    pub address: String,
}

/// Arguments of `save_text`. The answer is false if the guest chose no file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveText {
    /// Of the dialog.
    pub title: String,
    /// What the file might be called.
    pub name: String,
    /// What it is to hold.
    pub text: String,
}

/// Arguments of `copy_text`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyText {
    /// What to put into the clipboard.
    pub text: String,
}

/// What a guest agrees to before the first Teams meeting. Until then `open_call` answers `teams.terms_needed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TeamsTerms {
    /// Microsoft's terms for its SDK, as they came with it.
    pub licence: String,
}

/// A version of the app that is newer than this one, fetched and found to be signed. `install_update` puts it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewVersion {
    /// Such as `1.2.0`.
    pub version: String,
}

/// Arguments of `send_intent`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendIntent {
    /// The intent.
    pub intent: Intent,
}

/// What a refused command answers with. The UI chooses its text by `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    /// Stable across releases.
    pub code: String,
    /// For logs and bug reports, in English.
    pub message: String,
}

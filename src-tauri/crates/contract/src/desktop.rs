//! What stands on the desktop beside the window. The UI hands the shell the words for it, in the guest's language.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that the shell shows or says outside the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DesktopWords {
    /// Menu of the tray, and what a notification offers: brings up the window.
    pub show: String,
    /// Menu: closes the microphone.
    pub mute: String,
    /// Menu: opens the microphone.
    pub unmute: String,
    /// Menu.
    pub camera_on: String,
    /// Menu.
    pub camera_off: String,
    /// Menu: hangs up.
    pub leave: String,
    /// Menu: ends the app.
    pub quit: String,
    /// State: no call.
    pub idle: String,
    /// State: on the way in, or waiting to be let in.
    pub lobby: String,
    /// State: in a meeting, and heard.
    pub live: String,
    /// State: in a meeting, muted.
    pub muted: String,
    /// State: in a meeting, and sharing a screen.
    pub sharing: String,
    /// Notification.
    pub admitted: String,
    /// Notification: not let in.
    pub denied: String,
    /// Notification.
    pub muted_by_host: String,
    /// Notification: put out of the meeting.
    pub removed: String,
    /// State: no call, and a meeting that is rung for; its title follows.
    pub armed: String,
    /// Notification: a meeting starts soon, and nothing is in the way.
    pub soon_ready: String,
    /// Notification: a meeting starts soon, and something should be looked at.
    pub soon_trouble: String,
    /// Notification: a meeting starts.
    pub begins: String,
    /// Why the screen stays on, for the system's own list.
    pub awake: String,
}

/// Arguments of `set_desktop_words`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetDesktopWords {
    /// All of them, every time.
    pub words: DesktopWords,
}

/// What this desktop offers right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DesktopAbilities {
    /// There is a tray with our icon in it, into which the window can be hidden.
    pub tray: bool,
    /// An app may take keys for itself while another has the focus.
    pub global_keys: bool,
    /// A window may be kept above the others.
    pub above: bool,
}

/// Arguments of `answer_closing`: what the guest says to a question that came over the channel `closing`, which
/// `listen_closing` is given, because they closed the window during a call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerClosing {
    /// True: hang up and close. False: stay.
    pub close: bool,
}

/// Arguments of `set_mini`. Whether the window is small comes over the channel `mini`, which `listen_mini` is given.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetMini {
    /// True: the window becomes a small one above the others. False: what it was before.
    pub on: bool,
}

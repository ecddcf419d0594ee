//! What stands behind us in our camera's pictures.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What can be chosen. Screens that we share are never touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Background {
    /// The room as it is.
    #[default]
    None,
    /// The room, a little blurred.
    Blur,
    /// The room, blurred beyond recognition.
    StrongBlur,
    /// A drawing: peach to lavender.
    Dawn,
    /// A drawing: dark blue grey.
    Slate,
    /// A drawing: warm beige.
    Sand,
    /// A drawing: greens.
    Meadow,
    /// The guest's own picture.
    Own,
}

/// The choice, and how it goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackgroundView {
    /// What is chosen.
    pub chosen: Background,
    /// Whether there is a picture for `own`.
    pub has_own: bool,
    /// How it goes.
    pub state: BackgroundState,
}

/// How a background goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum BackgroundState {
    /// None is chosen, or the camera is closed.
    #[default]
    Idle,
    /// No picture is shown before it is known where the person is.
    Starting,
    /// It works.
    Running {
        /// What one picture costs, in milliseconds.
        picture_ms: f64,
    },
    /// The camera is paused rather than the room shown. Any choice tries again.
    Stopped {
        /// Why: `effect.too_slow` or `effect.failed`.
        code: String,
        /// What one picture cost, in milliseconds, if that was too much.
        picture_ms: Option<f64>,
    },
}

/// Arguments of `keep_background`: the guest's own picture from now on.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepBackground {
    /// A JPEG of at most 1920 pixels a side, base64.
    pub jpeg: String,
}

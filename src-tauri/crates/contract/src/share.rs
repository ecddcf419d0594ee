//! What a guest can share, and what they pick.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::command::Device;

/// What is shared, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareChoice {
    /// A display or a window, out of [`ShareSources`].
    pub source_id: String,
    /// Only this part of the display; `None` for all of it, and for windows.
    pub area: Option<ShareArea>,
    /// Whether the mouse pointer is to be seen, where that can be chosen.
    pub pointer: bool,
    /// Whether what other programs play is to be heard, where that can be.
    pub sound: bool,
}

/// A rectangle of a display, in its pixels, from its upper left corner. Sides become even, and none is less than 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareArea {
    /// Pixels left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Answer of `share_sources`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareSources {
    /// Displays, the main one first.
    pub screens: Vec<Device>,
    /// Windows of other programs, the front one first, minimised ones last.
    pub windows: Vec<ShareWindow>,
    /// The mouse pointer is in the pictures unless it is left out; otherwise it never is.
    pub pointer: bool,
    /// Whether the sound of other programs can be shared without that of the call, which would come back as an echo.
    pub sound: bool,
}

/// A window that can be shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareWindow {
    /// To choose it by, as long as it is there.
    pub id: String,
    /// What its title bar says.
    pub title: String,
    /// It is put away and has no picture now.
    pub minimised: bool,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Arguments of `share_preview`. The answer is a picture as a `data:` address, or nothing if there is none now.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharePreview {
    /// A display or a window.
    pub id: String,
    /// No wider than this, in pixels.
    pub width: u32,
    /// No higher than this, in pixels.
    pub height: u32,
}

//! What can be opened, and how it fails.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::frame::VideoFrame;
use crate::latest::LatestRx;
use crate::sound::{AudioSink, AudioSource};

/// Stable over restarts and re-plugging where the system allows it, such as `v4l:/dev/video0`, `test:card`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeviceId(pub String);

/// Kinds of devices a guest chooses between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceKind {
    /// Gives pictures of the guest.
    Camera,
    /// Gives sound.
    Microphone,
    /// Plays sound.
    Speaker,
    /// A whole display that can be shared.
    Screen,
}

/// One entry of a picker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo {
    /// Hand this to `open_*`.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// The name the system gives it.
    pub label: String,
    /// True for the one that the system prefers.
    pub is_default: bool,
    /// True for test card, tone and other sources that are no hardware.
    pub synthetic: bool,
    /// Size in pixels, for screens.
    pub size: Option<(u32, u32)>,
}

/// A window of another program that can be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowInfo {
    /// Hand this to [`Devices::open_screen`]. Holds as long as the window is there.
    pub id: DeviceId,
    /// What its title bar says.
    pub title: String,
    /// True while it is put away, so that it has no picture.
    pub minimised: bool,
    /// Size in pixels.
    pub size: (u32, u32),
}

/// Wanted pictures; the source comes as near as it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoWant {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pictures per second.
    pub fps: u32,
}

/// Why a device gives nothing.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CaptureError {
    /// No device has this id now.
    #[error("device not found")]
    NotFound,
    /// Another program holds it.
    #[error("device is busy")]
    Busy,
    /// The system refuses access.
    #[error("access denied")]
    NotAllowed,
    /// It was there and is gone (unplugged, server stopped).
    #[error("device was lost")]
    Lost,
    /// It stopped delivering.
    #[error("nothing came for {0:?}")]
    Stalled(Duration),
    /// It offers nothing that Foyer can use, or the system lacks a part.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// Whatever works on its pictures cannot go on, so that none is shown; the code says why.
    #[error("paused: {0}")]
    Paused(&'static str),
    /// Anything else the system said.
    #[error("device failed: {0}")]
    Failed(String),
}

impl CaptureError {
    /// Stable across releases: the UI explains by code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "device.not_found",
            Self::Busy => "device.busy",
            Self::NotAllowed => "device.not_allowed",
            Self::Lost => "device.lost",
            Self::Stalled(_) => "device.stalled",
            Self::Unsupported(_) => "device.unsupported",
            Self::Paused(code) => code,
            Self::Failed(_) => "device.failed",
        }
    }
}

/// A running camera, screen or test card. Dropping it releases the device, at once for the caller and within
/// a second for the system.
pub struct VideoCapture {
    /// The pictures; ends when the source ends. `Err` is the last thing that comes if it failed.
    pub frames: LatestRx<Result<VideoFrame, CaptureError>>,
    /// Kept for its `Drop`.
    pub guard: Box<dyn std::any::Any + Send>,
}

/// Everything that can be opened on this machine. Calls may take seconds: keep them off async threads.
pub trait Devices: Send + Sync + 'static {
    /// All devices of a kind, the system's default first; the synthetic ones last.
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError>;
    /// Opens a camera, test card or file.
    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError>;
    /// The windows of other programs, the front one first, minimised ones last. There are none where nothing else is said.
    fn windows(&self) -> Result<Vec<WindowInfo>, CaptureError> {
        Ok(Vec::new())
    }
    /// Whether the mouse pointer is in the pictures of displays and windows unless it is left out.
    fn shows_pointer(&self) -> bool {
        false
    }
    /// Opens what is shared: a display, a window or a part of a display, as [`crate::share::Share`] writes it. Pictures
    /// of a window change their size with it, stand still while it is minimised, and end with it.
    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError>;
    /// Opens a microphone or tone.
    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError>;
    /// Whether what other programs play can be had without anything that this one plays, which others would get back as
    /// an echo. Not so where nothing else is said.
    fn offers_computer_sound(&self) -> bool {
        false
    }
    /// Opens what other programs play, without anything that this one plays. `Unsupported` where it is not offered.
    fn open_computer_sound(&self) -> Result<Box<dyn AudioSource>, CaptureError> {
        Err(CaptureError::Unsupported(
            "nothing tells the sound of other programs from ours".into(),
        ))
    }
    /// Opens a speaker, or the sink that only keeps time (`test:silence`).
    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError>;
}

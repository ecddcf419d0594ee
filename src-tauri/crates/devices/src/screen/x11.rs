//! Monitors and windows of an X11 display: shared memory for the pixels, Damage to skip what did not change, XFixes for
//! the cursor, RandR for the monitors, Composite for the windows.

mod cursor;
mod display;
mod grab;
mod monitor;
mod rect;
mod shared_memory;
mod window;
mod windows;

use foyer_media::clock::SharedClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoCapture, VideoWant, WindowInfo,
};
use foyer_media::share::Share;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::rust_connection::RustConnection;

use self::display::{DisplaySurface, Part};
use self::window::WindowSurface;
use super::surface::{LIMIT, PLAN, deliver};
use crate::capture;
use crate::deadline::within;

/// The pointer is drawn by us, so that it can be left out.
pub(crate) const SHOWS_POINTER: bool = true;

const PREFIX: &str = "x11:";
const WINDOW_PREFIX: &str = "x11-window:";

/// Why a request to the X server failed.
#[derive(Debug, thiserror::Error)]
enum X11Error {
    #[error("{0}")]
    Connection(#[from] ConnectionError),
    #[error("{0}")]
    Reply(#[from] ReplyError),
    #[error("{0}")]
    Id(#[from] ReplyOrIdError),
    #[error("{0}")]
    Unsupported(&'static str),
    #[error("the monitor or window is gone")]
    Gone,
}

impl From<X11Error> for CaptureError {
    fn from(error: X11Error) -> Self {
        match error {
            X11Error::Connection(ConnectionError::UnsupportedExtension)
            | X11Error::Reply(ReplyError::ConnectionError(ConnectionError::UnsupportedExtension)) => {
                Self::Unsupported("the X server lacks an extension".into())
            }
            X11Error::Connection(_)
            | X11Error::Reply(ReplyError::ConnectionError(_))
            | X11Error::Id(ReplyOrIdError::ConnectionError(_))
            | X11Error::Gone => Self::Lost,
            X11Error::Unsupported(words) => Self::Unsupported(words.into()),
            X11Error::Reply(_) | X11Error::Id(_) => Self::Failed(error.to_string()),
        }
    }
}

/// x11rb adds the port of the first display to a number without a check.
fn is_possible(display: &str) -> bool {
    const FIRST_PORT: u16 = 6000;
    display.rsplit_once(':').is_some_and(|(_, place)| {
        let number = place.split('.').next().unwrap_or_default();
        number
            .parse::<u16>()
            .is_ok_and(|number| number <= u16::MAX - FIRST_PORT)
    })
}

fn connect(display: &str) -> Result<(RustConnection, usize), CaptureError> {
    if !is_possible(display) {
        return Err(CaptureError::NotFound);
    }
    x11rb::connect(Some(display)).map_err(|error| match error {
        ConnectError::SetupAuthenticate(_) | ConnectError::SetupFailed(_) => {
            CaptureError::NotAllowed
        }
        ConnectError::DisplayParsingError(_)
        | ConnectError::IoError(_)
        | ConnectError::InvalidScreen => CaptureError::NotFound,
        other => CaptureError::Failed(other.to_string()),
    })
}

/// The display that the environment names, if it is one that shows everything.
fn own_display() -> Result<String, CaptureError> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if set("WAYLAND_DISPLAY").is_some() {
        return Err(CaptureError::Unsupported(
            "Wayland shows an X11 program only its own windows".into(),
        ));
    }
    set("DISPLAY").ok_or_else(|| CaptureError::Unsupported("no X11 display".into()))
}

/// The monitors of the display in `DISPLAY`, the primary one first.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    let display = own_display()?;
    within("screen list", LIMIT, move || {
        let (connection, screen) = connect(&display)?;
        let monitors = monitor::all(&connection, screen)?;
        Ok(monitors
            .into_iter()
            .enumerate()
            .map(|(place, monitor)| DeviceInfo {
                id: DeviceId(format!("{PREFIX}{display}/{}", monitor.name)),
                kind: DeviceKind::Screen,
                label: monitor.name,
                is_default: place == 0,
                synthetic: false,
                size: Some(monitor.rect.size()),
            })
            .collect())
    })
}

/// The windows of the display in `DISPLAY` that are not ours.
pub(crate) fn windows() -> Result<Vec<WindowInfo>, CaptureError> {
    let display = own_display()?;
    within("window list", LIMIT, move || {
        let (connection, screen) = connect(&display)?;
        let windows = windows::all(&connection, screen)?;
        Ok(windows
            .into_iter()
            .map(|window| WindowInfo {
                id: DeviceId(format!("{WINDOW_PREFIX}{display}/{}", window.id)),
                title: window.title,
                minimised: window.minimised,
                size: window.size,
            })
            .collect())
    })
}

/// Captures the monitor `x11:DISPLAY/MONITOR`, a part of it, or the window `x11-window:DISPLAY/NUMBER`, until the stream
/// ends.
pub(crate) fn open(
    share: Share,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let id = share.surface.0.clone();
    let pointer = share.pointer;
    if let Some(rest) = id.strip_prefix(WINDOW_PREFIX) {
        let (display, number) = rest.rsplit_once('/').ok_or(CaptureError::NotFound)?;
        let window: u32 = number.parse().map_err(|_| CaptureError::NotFound)?;
        let display = display.to_owned();
        return capture::run(PLAN, clock.clone(), move |outlet, opened| {
            let (connection, screen) = connect(&display)?;
            let surface = WindowSurface::open(&connection, screen, window, pointer, want)?;
            opened.yes();
            deliver(surface, want, &clock, outlet)
        });
    }
    let (display, name) = id
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.rsplit_once('/'))
        .ok_or(CaptureError::NotFound)?;
    let display = display.to_owned();
    let part = Part {
        name: name.to_owned(),
        area: share.area,
        pointer,
    };
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let (connection, screen) = connect(&display)?;
        let surface = DisplaySurface::open(&connection, screen, part, want)?;
        opened.yes();
        deliver(surface, want, &clock, outlet)
    })
}

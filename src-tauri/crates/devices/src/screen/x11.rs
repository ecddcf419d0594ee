//! Monitors of an X11 display: shared memory for the pixels, Damage to skip what did not change, XFixes for the
//! cursor, RandR for the monitors.

mod cursor;
mod grab;
mod monitor;
mod shared_memory;

use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoCapture, VideoWant,
};
use foyer_media::frame::{I420, VideoFrame};
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::rust_connection::RustConnection;

use self::cursor::Cursor;
use self::grab::Grab;
use self::monitor::Changes;
use crate::capture::{self, Outlet, Pace, Plan};
use crate::deadline::within;
use crate::picture;

const PREFIX: &str = "x11:";
const LIMIT: Duration = Duration::from_secs(5);
const PLAN: Plan = Plan {
    name: "screen",
    opening: LIMIT,
    silence: LIMIT,
};
/// An unchanged picture is sent again after this time, for whoever joins late.
const REPEAT: Duration = Duration::from_millis(900);

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
    #[error("the monitor is gone")]
    MonitorGone,
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
            | X11Error::MonitorGone => Self::Lost,
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
                size: Some((monitor.width.into(), monitor.height.into())),
            })
            .collect())
    })
}

/// Captures the monitor `x11:DISPLAY/MONITOR` until the stream ends.
pub(crate) fn open(
    id: &str,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let (display, name) = id
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.rsplit_once('/'))
        .ok_or(CaptureError::NotFound)?;
    let (display, name) = (display.to_owned(), name.to_owned());
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let (connection, screen) = connect(&display)?;
        let changes = Changes::watch(&connection, screen)?;
        let monitor = monitor::named(&connection, screen, &name)?.ok_or(CaptureError::NotFound)?;
        let grab = Grab::new(&connection, screen, monitor)?;
        tracing::info!(shared_memory = grab.is_shared(), "screen capture started");
        opened.yes();
        Share {
            connection: &connection,
            screen,
            name,
            changes,
            grab,
            cursor: None,
            want,
        }
        .deliver(&clock, outlet)
    })
}

struct Share<'c> {
    connection: &'c RustConnection,
    screen: usize,
    name: String,
    changes: Changes<'c>,
    grab: Grab<'c>,
    cursor: Option<Cursor>,
    want: VideoWant,
}

impl Share<'_> {
    fn deliver(mut self, clock: &SharedClock, outlet: &Outlet) -> Result<(), CaptureError> {
        let mut pace = Pace::new(self.want.fps);
        let mut last: Option<(MediaTime, Arc<I420>)> = None;
        loop {
            let at = clock.now();
            pace.due(at);
            let changed = self.changed()?;
            let image = match &last {
                Some((sent, image)) if !changed => {
                    (at.since(*sent) >= REPEAT).then(|| Arc::clone(image))
                }
                _ => self.picture()?.map(Arc::new),
            };
            outlet.alive(at);
            if let Some(image) = image {
                last = Some((at, Arc::clone(&image)));
                outlet.put(VideoFrame { at, image });
            }
            if !outlet.wait(pace.rest(clock.now())) {
                return Ok(());
            }
        }
    }

    /// True if the monitor shows something else than at the last call.
    fn changed(&mut self) -> Result<bool, CaptureError> {
        let moved = self.changes.layout_changed()?;
        if moved {
            self.follow()?;
        }
        let monitor = self.grab.monitor();
        let drawn = self.changes.drawn_on(monitor)?;
        let cursor = Cursor::now(self.connection)?;
        let pointed = match (&self.cursor, &cursor) {
            (Some(before), Some(now)) => {
                !before.looks_like(now) && (before.is_on(monitor) || now.is_on(monitor))
            }
            (None, None) => false,
            _ => true,
        };
        self.cursor = cursor;
        Ok(moved || drawn || pointed)
    }

    /// Finds the monitor again after the layout changed.
    fn follow(&mut self) -> Result<(), CaptureError> {
        let monitor = monitor::named(self.connection, self.screen, &self.name)?
            .ok_or(X11Error::MonitorGone)?;
        if monitor != *self.grab.monitor() {
            self.grab = Grab::new(self.connection, self.screen, monitor)?;
        }
        Ok(())
    }

    /// What the monitor shows now with the cursor on it; `None` while the layout is changing.
    fn picture(&mut self) -> Result<Option<I420>, CaptureError> {
        let monitor = self.grab.monitor().clone();
        let pixels = match self.grab.pixels() {
            Ok(pixels) => pixels,
            Err(X11Error::Reply(ReplyError::X11Error(_))) => {
                // The monitor may have shrunk under the request.
                self.follow()?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(cursor) = &self.cursor {
            cursor.draw(&monitor, pixels);
        }
        let (width, height) = (u32::from(monitor.width), u32::from(monitor.height));
        picture::from_bgrx(width, height, width as usize * 4, pixels)
            .and_then(|image| picture::fit(image, self.want.width, self.want.height))
            .map(Some)
            .map_err(|error| CaptureError::Failed(error.to_string()))
    }
}

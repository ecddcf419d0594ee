//! Displays of Windows, through scrap's DXGI duplication. It draws no cursor.

use std::io::ErrorKind;
use std::sync::Arc;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoCapture, VideoWant,
};
use foyer_media::frame::VideoFrame;
use foyer_media::share::Share;
use scrap::{Capturer, Display};

use super::gdi;
use super::surface::{LIMIT, PLAN, REPEAT};
use crate::capture::{self, Pace};
use crate::deadline::within;
use crate::picture;

/// No pointer is in the pictures.
pub(crate) const SHOWS_POINTER: bool = false;

const PREFIX: &str = "dxgi:";

fn said(error: &std::io::Error) -> CaptureError {
    match error.kind() {
        ErrorKind::PermissionDenied => CaptureError::NotAllowed,
        ErrorKind::NotFound => CaptureError::NotFound,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => CaptureError::Lost,
        _ => CaptureError::Failed(error.to_string()),
    }
}

fn side(pixels: usize) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}

/// Every display; DXGI names the main one first.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    within("screen list", LIMIT, || {
        let displays = Display::all().map_err(|error| said(&error))?;
        Ok(displays
            .iter()
            .enumerate()
            .map(|(place, display)| DeviceInfo {
                id: DeviceId(format!("{PREFIX}{place}")),
                kind: DeviceKind::Screen,
                label: format!("Display {}", place + 1),
                is_default: place == 0,
                synthetic: false,
                size: Some((side(display.width()), side(display.height()))),
            })
            .collect())
    })
}

/// Captures a display, a part of it, or a window until the stream ends.
pub(crate) fn open(
    share: Share,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let Share {
        surface: DeviceId(id),
        area,
        ..
    } = share;
    if let Some(window) = id.strip_prefix(gdi::PREFIX) {
        return gdi::open(window, want, clock);
    }
    let place: usize = id
        .strip_prefix(PREFIX)
        .and_then(|place| place.parse().ok())
        .ok_or(CaptureError::NotFound)?;
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let display = Display::all()
            .map_err(|error| said(&error))?
            .into_iter()
            .nth(place)
            .ok_or(CaptureError::NotFound)?;
        let mut capturer = Capturer::new(display).map_err(|error| said(&error))?;
        let (width, height) = (side(capturer.width()), side(capturer.height()));
        let mut pace = Pace::new(want.fps);
        let mut last: Option<(MediaTime, _)> = None;
        opened.yes();
        loop {
            let at = clock.now();
            pace.due(at);
            match capturer.frame() {
                Ok(pixels) => {
                    let stride = pixels.len() / height.max(1) as usize;
                    let image = match area {
                        Some(area) => {
                            picture::part_of_screen((width, height), stride, &pixels, area)
                        }
                        None => picture::from_bgrx(width, height, stride, &pixels),
                    };
                    let image = image
                        .and_then(|image| picture::fit(image, want.width, want.height))
                        .map_err(|error| CaptureError::Failed(error.to_string()))?;
                    let image = Arc::new(image);
                    last = Some((at, Arc::clone(&image)));
                    outlet.put(VideoFrame { at, image });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    outlet.alive(at);
                    if let Some((sent, image)) = &mut last
                        && at.since(*sent) >= REPEAT
                    {
                        *sent = at;
                        let image = Arc::clone(image);
                        outlet.put(VideoFrame { at, image });
                    }
                }
                Err(error) => return Err(said(&error)),
            }
            if !outlet.wait(pace.rest(clock.now())) {
                return Ok(());
            }
        }
    })
}

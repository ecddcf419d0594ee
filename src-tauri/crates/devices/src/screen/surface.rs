//! What all displays and windows share: pictures at the wanted pace, and fewer while nothing changes.

use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{CaptureError, VideoWant};
use foyer_media::frame::{I420, VideoFrame};

use crate::capture::{Outlet, Pace, Plan};

/// Longest time that a list or the opening of a source takes.
pub(super) const LIMIT: Duration = Duration::from_secs(5);
/// How screens are captured.
pub(super) const PLAN: Plan = Plan {
    name: "screen",
    opening: LIMIT,
    silence: LIMIT,
};
/// An unchanged picture is sent again after this time, for whoever joins late.
pub(super) const REPEAT: Duration = Duration::from_millis(900);

/// What is shown and may change.
pub(super) trait Surface {
    /// True if it shows something else than at the last call.
    fn changed(&mut self) -> Result<bool, CaptureError>;
    /// What it shows now, with the pointer; `None` if there is no picture of it now, or none that is new.
    fn picture(&mut self) -> Result<Option<I420>, CaptureError>;
}

/// Hands out pictures until the stream ends or the surface fails.
pub(super) fn deliver(
    mut surface: impl Surface,
    want: VideoWant,
    clock: &SharedClock,
    outlet: &Outlet,
) -> Result<(), CaptureError> {
    let mut pace = Pace::new(want.fps);
    let mut last: Option<(MediaTime, Arc<I420>)> = None;
    loop {
        let at = clock.now();
        pace.due(at);
        let changed = surface.changed()?;
        let image = match &last {
            Some((sent, image)) if !changed => {
                (at.since(*sent) >= REPEAT).then(|| Arc::clone(image))
            }
            _ => surface.picture()?.map(Arc::new),
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

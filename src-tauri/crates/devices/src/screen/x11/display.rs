//! One monitor, or a part of it.

use foyer_media::device::{CaptureError, VideoWant};
use foyer_media::frame::I420;
use foyer_media::share::Area;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::rust_connection::RustConnection;

use super::super::surface::Surface;
use super::X11Error;
use super::cursor::Cursor;
use super::grab::{Form, Grab};
use super::monitor::{self, Changes, Monitor};
use super::rect::Rect;
use crate::picture;

/// What is shared of a monitor.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) area: Option<Area>,
    pub(super) pointer: bool,
}

impl Part {
    /// Where that is now.
    fn place(&self, monitor: &Monitor) -> Result<Rect, CaptureError> {
        match self.area {
            None => Ok(monitor.rect),
            Some(area) => monitor.rect.part(area).ok_or_else(|| {
                CaptureError::Unsupported("the area is not on the display, or too small".into())
            }),
        }
    }
}

/// See the module.
pub(super) struct DisplaySurface<'c> {
    connection: &'c RustConnection,
    screen: usize,
    part: Part,
    changes: Changes<'c>,
    grab: Grab<'c>,
    cursor: Option<Cursor>,
    want: VideoWant,
}

impl<'c> DisplaySurface<'c> {
    pub(super) fn open(
        connection: &'c RustConnection,
        screen: usize,
        part: Part,
        want: VideoWant,
    ) -> Result<Self, CaptureError> {
        let changes = Changes::watch(connection, screen)?;
        let monitor =
            monitor::named(connection, screen, &part.name)?.ok_or(CaptureError::NotFound)?;
        let grab = grab(connection, screen, part.place(&monitor)?)?;
        tracing::info!(shared_memory = grab.is_shared(), "screen capture started");
        Ok(Self {
            connection,
            screen,
            part,
            changes,
            grab,
            cursor: None,
            want,
        })
    }

    /// Finds the monitor again after the layout changed.
    fn follow(&mut self) -> Result<(), CaptureError> {
        let monitor =
            monitor::named(self.connection, self.screen, &self.part.name)?.ok_or(X11Error::Gone)?;
        let place = self.part.place(&monitor)?;
        if place != self.grab.rect() {
            self.grab = grab(self.connection, self.screen, place)?;
        }
        Ok(())
    }
}

fn grab(connection: &RustConnection, screen: usize, rect: Rect) -> Result<Grab<'_>, X11Error> {
    let root = connection.setup().roots[screen].root;
    Grab::new(connection, root, Form::of_root(connection, screen), rect)
}

impl Surface for DisplaySurface<'_> {
    fn changed(&mut self) -> Result<bool, CaptureError> {
        let moved = self.changes.layout_changed()?;
        if moved {
            self.follow()?;
        }
        let rect = self.grab.rect();
        let drawn = self.changes.drawn_on(rect)?;
        let cursor = match self.part.pointer {
            true => Cursor::now(self.connection)?,
            false => None,
        };
        let pointed = !Cursor::same_on(rect, self.cursor.as_ref(), cursor.as_ref());
        self.cursor = cursor;
        Ok(moved || drawn || pointed)
    }

    fn picture(&mut self) -> Result<Option<I420>, CaptureError> {
        let rect = self.grab.rect();
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
            cursor.draw(rect, pixels);
        }
        picture::of_screen(rect.size(), pixels, self.want).map(Some)
    }
}

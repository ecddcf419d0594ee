//! One window, as it is even where others cover it: the server keeps its pixels apart while it is redirected (Composite
//! 0.4, `NameWindowPixmap`), and they are copied from there. Where a compositor runs, it has redirected all windows
//! already, with the frames that the window manager put around them. Elsewhere the window is redirected by us, which makes
//! its program draw it anew: until it has, there may be in it what was on the screen before.

use foyer_media::device::{CaptureError, VideoWant};
use foyer_media::frame::I420;
use foyer_media::share::LEAST_SIDE;
use x11rb::connection::Connection;
use x11rb::errors::{ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::protocol::composite::{ConnectionExt as _, Redirect};
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, EventMask, GetGeometryReply, MapState,
};
use x11rb::rust_connection::RustConnection;

use super::super::surface::Surface;
use super::X11Error;
use super::cursor::Cursor;
use super::grab::{Form, Grab};
use super::rect::Rect;
use crate::picture;

/// See the module.
pub(super) struct WindowSurface<'c> {
    connection: &'c RustConnection,
    root: u32,
    window: u32,
    damage: u32,
    /// The child of the root that holds it: itself, or the frame of the window manager.
    top: u32,
    /// By us; nothing is shown before it has drawn itself.
    is_redirected: bool,
    has_drawn: bool,
    pixels: Option<Pixels<'c>>,
    /// The pixels that were there are no longer those of the window.
    stale: bool,
    damaged: bool,
    place: (i16, i16),
    cursor: Option<Cursor>,
    pointer: bool,
    want: VideoWant,
    pictured: bool,
}

/// The pixels of the window since it got its size.
struct Pixels<'c> {
    connection: &'c RustConnection,
    pixmap: u32,
    grab: Grab<'c>,
}

impl Drop for Pixels<'_> {
    fn drop(&mut self) {
        // On a closed connection the server has let go by itself.
        let _ = self.connection.free_pixmap(self.pixmap);
    }
}

/// `None` for what the server says about a window that is gone or unmapped meanwhile; events tell which.
fn unless_refused<T>(outcome: Result<T, X11Error>) -> Result<Option<T>, X11Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(
            X11Error::Reply(ReplyError::X11Error(_)) | X11Error::Id(ReplyOrIdError::X11Error(_)),
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

impl<'c> WindowSurface<'c> {
    /// `NotFound` if there is no such window.
    pub(super) fn open(
        connection: &'c RustConnection,
        screen: usize,
        window: u32,
        pointer: bool,
        want: VideoWant,
    ) -> Result<Self, CaptureError> {
        let opened = Self::try_open(connection, screen, window, pointer, want);
        unless_refused(opened)?.ok_or(CaptureError::NotFound)
    }

    fn try_open(
        connection: &'c RustConnection,
        screen: usize,
        window: u32,
        pointer: bool,
        want: VideoWant,
    ) -> Result<Self, X11Error> {
        connection.composite_query_version(0, 4)?.reply()?;
        connection.damage_query_version(1, 1)?.reply()?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        connection
            .change_window_attributes(window, &events)?
            .check()?;
        let damage = connection.generate_id()?;
        connection
            .damage_create(damage, window, ReportLevel::NON_EMPTY)?
            .check()?;
        let root = connection.setup().roots[screen].root;
        let mut surface = Self {
            connection,
            root,
            window,
            damage,
            top: window,
            is_redirected: false,
            has_drawn: false,
            pixels: None,
            stale: true,
            damaged: false,
            place: (0, 0),
            cursor: None,
            pointer,
            want,
            pictured: false,
        };
        surface.find_top()?;
        Ok(surface)
    }

    fn find_top(&mut self) -> Result<(), X11Error> {
        let mut top = self.window;
        loop {
            let parent = self.connection.query_tree(top)?.reply()?.parent;
            if parent == self.root || parent == x11rb::NONE {
                break;
            }
            top = parent;
        }
        self.top = top;
        if top != self.window {
            // Its pixels are renewed with the size of the frame.
            let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
            self.connection
                .change_window_attributes(top, &events)?
                .check()?;
        }
        Ok(())
    }

    fn read_events(&mut self) -> Result<(), X11Error> {
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => {
                    self.damaged = true;
                    self.has_drawn = true;
                }
                Event::ConfigureNotify(event) if event.window == self.window => {
                    let size = (event.width, event.height);
                    let known = self.pixels.as_ref().map(|pixels| pixels.grab.rect());
                    // The pixels of a window that only moved stay the same.
                    self.stale |= known.is_none_or(|known| (known.width, known.height) != size);
                }
                Event::ConfigureNotify(event) if event.window == self.top => self.stale = true,
                Event::MapNotify(event) if [self.window, self.top].contains(&event.window) => {
                    self.stale = true;
                }
                Event::UnmapNotify(event) if event.window == self.window => self.pixels = None,
                Event::ReparentNotify(event) if event.window == self.window => {
                    unless_refused(self.find_top())?;
                    self.stale = true;
                }
                Event::DestroyNotify(event) if event.window == self.window => {
                    return Err(X11Error::Gone);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes hold of the pixels, if there are any now that can be shared.
    fn renew(&mut self) -> Result<(), X11Error> {
        self.pixels = None;
        let geometry = unless_refused(self.geometry())?;
        let least = |side: u16| u32::from(side) >= LEAST_SIDE;
        let Some(geometry) = geometry.filter(|now| least(now.width) && least(now.height)) else {
            return Ok(());
        };
        self.pixels = match unless_refused(self.pixels_within(self.top, &geometry))? {
            Some(pixels) => Some(pixels),
            None => self.own_pixels(&geometry)?,
        };
        Ok(())
    }

    /// The pixels that it has because we redirect it.
    fn own_pixels(&mut self, geometry: &GetGeometryReply) -> Result<Option<Pixels<'c>>, X11Error> {
        if !self.is_redirected {
            // What was drawn until now counts no more.
            self.connection
                .damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)?
                .check()?;
            self.read_events()?;
            self.has_drawn = false;
            let redirect = self
                .connection
                .composite_redirect_window(self.window, Redirect::AUTOMATIC)?;
            if unless_refused(redirect.check().map_err(X11Error::from))?.is_none() {
                return Ok(None);
            }
            self.is_redirected = true;
            // The server draws the background, if there is one, and the program is asked for the rest.
            let clear = self.connection.clear_area(true, self.window, 0, 0, 0, 0)?;
            unless_refused(clear.check().map_err(X11Error::from))?;
        }
        unless_refused(self.pixels_within(self.window, geometry))
    }

    fn geometry(&self) -> Result<GetGeometryReply, X11Error> {
        Ok(self.connection.get_geometry(self.window)?.reply()?)
    }

    /// Refused unless `holder`, the window or its frame, is redirected.
    fn pixels_within(
        &self,
        holder: u32,
        geometry: &GetGeometryReply,
    ) -> Result<Pixels<'c>, X11Error> {
        let connection = self.connection;
        let corner = connection
            .translate_coordinates(self.window, holder, 0, 0)?
            .reply()?;
        let outer = connection.get_geometry(holder)?.reply()?;
        // The pixels of a window begin with its border.
        let border = i16::try_from(outer.border_width).unwrap_or(0);
        let rect = Rect {
            x: corner.dst_x.saturating_add(border),
            y: corner.dst_y.saturating_add(border),
            width: geometry.width,
            height: geometry.height,
        };
        let form = Form {
            depth: outer.depth,
            visual: connection.get_window_attributes(holder)?.reply()?.visual,
        };
        let pixmap = connection.generate_id()?;
        connection
            .composite_name_window_pixmap(holder, pixmap)?
            .check()?;
        let grab = Grab::new(connection, pixmap, form, rect);
        let grab = grab.inspect_err(|_| {
            // On a closed connection the server has let go by itself.
            let _ = connection.free_pixmap(pixmap);
        })?;
        Ok(Pixels {
            connection,
            pixmap,
            grab,
        })
    }

    /// Where the window is on the screen, and the pointer if it is in it.
    fn look(&mut self) -> Result<(), X11Error> {
        let corner = self
            .connection
            .translate_coordinates(self.window, self.root, 0, 0)?
            .reply()?;
        self.place = (corner.dst_x, corner.dst_y);
        let over = self.connection.query_pointer(self.root)?.reply()?.child;
        self.cursor = match self.pointer && over == self.top {
            true => Cursor::now(self.connection)?,
            false => None,
        };
        Ok(())
    }

    fn rect(&self) -> Option<Rect> {
        let Rect { width, height, .. } = self.pixels.as_ref()?.grab.rect();
        let (x, y) = self.place;
        Some(Rect {
            x,
            y,
            width,
            height,
        })
    }

    /// Of a window that was never seen: black, so that whoever waits for pictures knows its size.
    fn black(&self) -> Result<Option<I420>, CaptureError> {
        let Some(geometry) = unless_refused(self.geometry())? else {
            return Ok(None);
        };
        let (width, height) = (u32::from(geometry.width), u32::from(geometry.height));
        I420::black(width, height)
            .map_err(picture::PictureError::from)
            .and_then(|image| picture::fit(image, self.want.width, self.want.height))
            .map(Some)
            .map_err(|error| CaptureError::Failed(error.to_string()))
    }
}

impl Surface for WindowSurface<'_> {
    fn changed(&mut self) -> Result<bool, CaptureError> {
        self.read_events()?;
        let renewed = std::mem::take(&mut self.stale);
        if renewed {
            self.renew()?;
            self.read_events()?;
        }
        let damaged = std::mem::take(&mut self.damaged);
        if damaged {
            self.connection
                .damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)
                .map_err(X11Error::from)?;
        }
        let before = (self.rect(), self.cursor.take());
        unless_refused(self.look())?;
        let pointed = match (before, self.rect()) {
            ((Some(was), cursor), Some(is)) => {
                was != is || !Cursor::same_on(is, cursor.as_ref(), self.cursor.as_ref())
            }
            _ => true,
        };
        // While it is minimised there is nothing new, whatever else happens.
        Ok(self.pixels.is_some() && (renewed || damaged || pointed))
    }

    fn picture(&mut self) -> Result<Option<I420>, CaptureError> {
        if self.is_redirected && !self.has_drawn && self.pixels.is_some() {
            return Ok(None);
        }
        let (Some(rect), Some(pixels)) = (self.rect(), &mut self.pixels) else {
            let first = !std::mem::replace(&mut self.pictured, true);
            return if first { self.black() } else { Ok(None) };
        };
        let bytes = match pixels.grab.pixels() {
            Ok(bytes) => bytes,
            Err(X11Error::Reply(ReplyError::X11Error(_))) => {
                // It got another size, or was closed, under the request.
                self.stale = true;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(cursor) = &self.cursor {
            cursor.draw(rect, bytes);
        }
        self.pictured = true;
        picture::of_screen(rect.size(), bytes, self.want).map(Some)
    }
}

/// Whether the window can be seen, were it not covered.
pub(super) fn is_viewable(connection: &RustConnection, window: u32) -> Result<bool, X11Error> {
    let attributes = connection.get_window_attributes(window)?.reply()?;
    Ok(attributes.map_state == MapState::VIEWABLE)
}

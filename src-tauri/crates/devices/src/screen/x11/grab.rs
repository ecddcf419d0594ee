//! The pixels of a rectangle: of the screen, or of a window.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder};
use x11rb::rust_connection::RustConnection;

use super::X11Error;
use super::rect::Rect;
use super::shared_memory::SharedImage;

/// Copies what a drawable shows in one rectangle.
pub(super) struct Grab<'c> {
    connection: &'c RustConnection,
    drawable: u32,
    rect: Rect,
    memory: Memory<'c>,
}

enum Memory<'c> {
    Shared(SharedImage<'c>),
    /// The server runs elsewhere: every picture travels through the connection.
    Sent(Vec<u8>),
}

/// Depth and visual of what is copied.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) depth: u8,
    pub(super) visual: u32,
}

impl Form {
    /// Of the whole screen.
    pub(super) fn of_root(connection: &RustConnection, screen: usize) -> Self {
        let screen = &connection.setup().roots[screen];
        Self {
            depth: screen.root_depth,
            visual: screen.root_visual,
        }
    }

    /// Only one form of pixels is understood; nearly every server has no other.
    fn check(self, connection: &RustConnection) -> Result<(), X11Error> {
        let setup = connection.setup();
        let masks = setup
            .roots
            .iter()
            .flat_map(|screen| &screen.allowed_depths)
            .flat_map(|depth| &depth.visuals)
            .find(|visual| visual.visual_id == self.visual)
            .map(|visual| (visual.red_mask, visual.green_mask, visual.blue_mask));
        let bits = setup
            .pixmap_formats
            .iter()
            .find(|format| format.depth == self.depth)
            .map(|format| format.bits_per_pixel);
        if masks != Some((0xff_0000, 0xff00, 0xff))
            || bits != Some(32)
            || setup.image_byte_order != ImageOrder::LSB_FIRST
        {
            return Err(X11Error::Unsupported("only X screens with 8 bits a colour"));
        }
        Ok(())
    }
}

impl<'c> Grab<'c> {
    /// `rect` is counted from the corner of the drawable.
    pub(super) fn new(
        connection: &'c RustConnection,
        drawable: u32,
        form: Form,
        rect: Rect,
    ) -> Result<Self, X11Error> {
        form.check(connection)?;
        let bytes = usize::from(rect.width) * usize::from(rect.height) * 4;
        let memory = SharedImage::new(connection, bytes)
            .map_or_else(|| Memory::Sent(Vec::new()), Memory::Shared);
        Ok(Self {
            connection,
            drawable,
            rect,
            memory,
        })
    }

    /// What is copied.
    pub(super) fn rect(&self) -> Rect {
        self.rect
    }

    /// True if pictures come through shared memory.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.memory, Memory::Shared(_))
    }

    /// What is shown now as BGRX without padding. The caller may draw into it.
    pub(super) fn pixels(&mut self) -> Result<&mut [u8], X11Error> {
        let Rect {
            x,
            y,
            width,
            height,
        } = self.rect;
        match &mut self.memory {
            Memory::Shared(image) => image.get(self.drawable, x, y, width, height),
            Memory::Sent(bytes) => {
                *bytes = self
                    .connection
                    .get_image(
                        ImageFormat::Z_PIXMAP,
                        self.drawable,
                        x,
                        y,
                        width,
                        height,
                        !0,
                    )?
                    .reply()?
                    .data;
                Ok(bytes)
            }
        }
    }
}

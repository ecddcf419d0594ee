//! The pixels of one monitor.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder};
use x11rb::rust_connection::RustConnection;

use super::X11Error;
use super::monitor::Monitor;
use super::shared_memory::SharedImage;

/// Copies what one monitor shows.
pub(super) struct Grab<'c> {
    connection: &'c RustConnection,
    root: u32,
    monitor: Monitor,
    memory: Memory<'c>,
}

enum Memory<'c> {
    Shared(SharedImage<'c>),
    /// The server runs elsewhere: every picture travels through the connection.
    Sent(Vec<u8>),
}

impl<'c> Grab<'c> {
    pub(super) fn new(
        connection: &'c RustConnection,
        screen: usize,
        monitor: Monitor,
    ) -> Result<Self, X11Error> {
        let setup = connection.setup();
        let screen = &setup.roots[screen];
        let masks = screen
            .allowed_depths
            .iter()
            .flat_map(|depth| &depth.visuals)
            .find(|visual| visual.visual_id == screen.root_visual)
            .map(|visual| (visual.red_mask, visual.green_mask, visual.blue_mask));
        let bits = setup
            .pixmap_formats
            .iter()
            .find(|format| format.depth == screen.root_depth)
            .map(|format| format.bits_per_pixel);
        if masks != Some((0xff_0000, 0xff00, 0xff))
            || bits != Some(32)
            || setup.image_byte_order != ImageOrder::LSB_FIRST
        {
            return Err(X11Error::Unsupported("only X screens with 8 bits a colour"));
        }
        let bytes = usize::from(monitor.width) * usize::from(monitor.height) * 4;
        let memory = SharedImage::new(connection, bytes)
            .map_or_else(|| Memory::Sent(Vec::new()), Memory::Shared);
        Ok(Self {
            connection,
            root: screen.root,
            monitor,
            memory,
        })
    }

    pub(super) fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// True if pictures come through shared memory.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.memory, Memory::Shared(_))
    }

    /// What the monitor shows now as BGRX without padding. The caller may draw into it.
    pub(super) fn pixels(&mut self) -> Result<&mut [u8], X11Error> {
        let Monitor {
            x,
            y,
            width,
            height,
            ..
        } = self.monitor;
        match &mut self.memory {
            Memory::Shared(image) => image.get(self.root, x, y, width, height),
            Memory::Sent(bytes) => {
                *bytes = self
                    .connection
                    .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)?
                    .reply()?
                    .data;
                Ok(bytes)
            }
        }
    }
}

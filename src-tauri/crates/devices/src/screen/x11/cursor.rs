//! The mouse pointer, which is not part of the pixels that an X server hands out.

use x11rb::errors::ReplyError;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::X11Error;
use super::rect::Rect;

/// Shape and place of the pointer at one moment. Pixels are premultiplied ARGB.
pub(super) struct Cursor {
    serial: u32,
    left: i32,
    top: i32,
    width: u16,
    height: u16,
    pixels: Vec<u32>,
}

impl Cursor {
    /// True if the two cannot be told apart in pictures of `rect`.
    pub(super) fn same_on(rect: Rect, before: Option<&Self>, now: Option<&Self>) -> bool {
        match (before, now) {
            (Some(before), Some(now)) => {
                before.looks_like(now) || !(before.is_on(rect) || now.is_on(rect))
            }
            (None, None) => true,
            (Some(one), None) | (None, Some(one)) => !one.is_on(rect),
        }
    }

    /// The pointer now; `None` if the server shows none.
    pub(super) fn now(connection: &RustConnection) -> Result<Option<Self>, X11Error> {
        let image = match connection.xfixes_get_cursor_image()?.reply() {
            Ok(image) => image,
            Err(ReplyError::X11Error(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if image.cursor_image.len() < usize::from(image.width) * usize::from(image.height) {
            return Ok(None);
        }
        Ok(Some(Self {
            serial: image.cursor_serial,
            left: i32::from(image.x) - i32::from(image.xhot),
            top: i32::from(image.y) - i32::from(image.yhot),
            width: image.width,
            height: image.height,
            pixels: image.cursor_image,
        }))
    }

    fn looks_like(&self, other: &Self) -> bool {
        (self.serial, self.left, self.top) == (other.serial, other.left, other.top)
    }

    fn is_on(&self, rect: Rect) -> bool {
        rect.touches(self.left, self.top, self.width, self.height)
    }

    /// Draws the pointer over the BGRX pixels of what the X screen shows there.
    pub(super) fn draw(&self, rect: Rect, bgrx: &mut [u8]) {
        let stride = usize::from(rect.width) * 4;
        let rows = self.pixels.chunks_exact(usize::from(self.width.max(1)));
        for (y, row) in (self.top - i32::from(rect.y)..).zip(rows.take(self.height.into())) {
            let Some(line) = usize::try_from(y)
                .ok()
                .and_then(|y| bgrx.chunks_exact_mut(stride).nth(y))
            else {
                continue;
            };
            for (x, &argb) in (self.left - i32::from(rect.x)..).zip(row) {
                let Some(under) = usize::try_from(x)
                    .ok()
                    .and_then(|x| line.chunks_exact_mut(4).nth(x))
                else {
                    continue;
                };
                let [blue, green, red, alpha] = argb.to_le_bytes();
                for (under, over) in under.iter_mut().zip([blue, green, red]) {
                    let rest = u16::from(*under) * u16::from(255 - alpha) / 255;
                    *under = u8::try_from(rest).unwrap_or(u8::MAX).saturating_add(over);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_over_the_edge_is_cut_and_half_transparent_pixels_mix() {
        let rect = Rect {
            x: 10,
            y: 0,
            width: 2,
            height: 2,
        };
        let mut pixels = [100; 16];
        let cursor = Cursor {
            serial: 1,
            left: 9,
            top: 1,
            width: 2,
            height: 2,
            pixels: vec![0xffff_ffff, 0x8040_4040, 0xffff_ffff, 0xffff_ffff],
        };
        cursor.draw(rect, &mut pixels);
        assert_eq!(pixels[..8], [100; 8], "the row above is untouched");
        assert_eq!(pixels[8..11], [113; 3], "half of 100 and the pointer's 64");
        assert_eq!(pixels[12..16], [100; 4], "what lies left of it is cut");
    }
}

//! Drawing into an I420 picture: everything is clipped, nothing allocates.

use crate::frame::I420;
use crate::synthetic::font;

/// A colour as the picture stores it (BT.601, limited range).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    pub fn rgb([r, g, b]: [u8; 3]) -> Self {
        let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
        let to_byte = |sum: i32, offset: i32| ((sum + 128) / 256 + offset).clamp(0, 255) as u8;
        Self([
            to_byte(66 * r + 129 * g + 25 * b, 16),
            to_byte(-38 * r - 74 * g + 112 * b, 128),
            to_byte(112 * r - 94 * g - 18 * b, 128),
        ])
    }
}

pub struct Canvas<'a> {
    width: i32,
    height: i32,
    chroma_width: i32,
    chroma_height: i32,
    planes: [&'a mut [u8]; 3],
}

impl<'a> Canvas<'a> {
    pub fn new(image: &'a mut I420) -> Self {
        let (width, height) = (image.width() as i32, image.height() as i32);
        Self {
            width,
            height,
            chroma_width: (width + 1) / 2,
            chroma_height: (height + 1) / 2,
            planes: image.planes_mut(),
        }
    }

    /// Fills the picture from `top` to `bottom`.
    pub fn gradient(&mut self, top: Colour, bottom: Colour) {
        let sizes = [
            (self.width, self.height),
            (self.chroma_width, self.chroma_height),
            (self.chroma_width, self.chroma_height),
        ];
        for (i, (width, height)) in sizes.into_iter().enumerate() {
            for (y, row) in (0i32..).zip(self.planes[i].chunks_mut(width as usize)) {
                let (a, b) = (i32::from(top.0[i]), i32::from(bottom.0[i]));
                row.fill((a + (b - a) * y / height.max(1)) as u8);
            }
        }
    }

    /// Fills (x, y, width, height).
    pub fn rect(&mut self, (x, y, width, height): (i32, i32, i32, i32), colour: Colour) {
        let (x1, y1) = (
            x.saturating_add(width).min(self.width),
            y.saturating_add(height).min(self.height),
        );
        let (x, y) = (x.max(0), y.max(0));
        if x >= x1 || y >= y1 {
            return;
        }
        fill(self.planes[0], self.width, (x, y, x1, y1), colour.0[0]);
        let half = (x / 2, y / 2, (x1 + 1) / 2, (y1 + 1) / 2);
        fill(self.planes[1], self.chroma_width, half, colour.0[1]);
        fill(self.planes[2], self.chroma_width, half, colour.0[2]);
    }

    /// Writes one line of text with dots of `dot` pixels, from its top left corner.
    pub fn text(&mut self, (x, y): (i32, i32), dot: i32, colour: Colour, text: &str) {
        for (i, c) in (0i32..).zip(text.chars()) {
            let left = x + i * font::ADVANCE as i32 * dot;
            if left >= self.width {
                return;
            }
            for (row, bits) in (0i32..).zip(font::glyph(c)) {
                let mut column = 0;
                while column < font::WIDTH as i32 {
                    let on = |column: i32| bits >> (font::WIDTH as i32 - 1 - column) & 1 == 1;
                    let from = column;
                    while column < font::WIDTH as i32 && on(column) {
                        column += 1;
                    }
                    self.rect(
                        (left + from * dot, y + row * dot, (column - from) * dot, dot),
                        colour,
                    );
                    column += 1;
                }
            }
        }
    }

    /// A filled circle with a soft edge.
    pub fn disc(&mut self, (cx, cy): (f32, f32), radius: f32, colour: Colour) {
        let bounds = (cx - radius, cy - radius, cx + radius, cy + radius);
        self.shape(bounds, colour, |x, y| {
            radius - ((x - cx).powi(2) + (y - cy).powi(2)).sqrt()
        });
    }

    /// A line with round ends and a soft edge; `half` is half its width.
    pub fn line(&mut self, a: (f32, f32), b: (f32, f32), half: f32, colour: Colour) {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let square = (dx * dx + dy * dy).max(f32::EPSILON);
        let bounds = (
            a.0.min(b.0) - half,
            a.1.min(b.1) - half,
            a.0.max(b.0) + half,
            a.1.max(b.1) + half,
        );
        self.shape(bounds, colour, |x, y| {
            let along = (((x - a.0) * dx + (y - a.1) * dy) / square).clamp(0.0, 1.0);
            let (ex, ey) = (x - a.0 - along * dx, y - a.1 - along * dy);
            half - (ex * ex + ey * ey).sqrt()
        });
    }

    /// Paints where `inside` (the distance to the edge in pixels, positive inside) says so.
    fn shape(
        &mut self,
        (x0, y0, x1, y1): (f32, f32, f32, f32),
        colour: Colour,
        inside: impl Fn(f32, f32) -> f32,
    ) {
        let x0 = (x0.floor() as i32 - 1).clamp(0, self.width) & !1;
        let y0 = (y0.floor() as i32 - 1).clamp(0, self.height) & !1;
        let x1 = (x1.ceil() as i32 + 2).clamp(0, self.width);
        let y1 = (y1.ceil() as i32 + 2).clamp(0, self.height);
        for y in y0..y1 {
            let row = (y * self.width) as usize;
            for x in x0..x1 {
                let cover = (inside(x as f32 + 0.5, y as f32 + 0.5) + 0.5).clamp(0.0, 1.0);
                if cover > 0.0 {
                    blend(&mut self.planes[0][row + x as usize], colour.0[0], cover);
                }
            }
        }
        for y in (y0..y1).step_by(2) {
            for x in (x0..x1).step_by(2) {
                let cover = (inside(x as f32 + 1.0, y as f32 + 1.0) / 2.0 + 0.5).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let at = (y / 2 * self.chroma_width + x / 2) as usize;
                    blend(&mut self.planes[1][at], colour.0[1], cover);
                    blend(&mut self.planes[2][at], colour.0[2], cover);
                }
            }
        }
    }
}

fn blend(pixel: &mut u8, to: u8, cover: f32) {
    let from = f32::from(*pixel);
    *pixel = (from + (f32::from(to) - from) * cover + 0.5) as u8;
}

fn fill(plane: &mut [u8], stride: i32, (x0, y0, x1, y1): (i32, i32, i32, i32), value: u8) {
    for y in y0..y1 {
        let row = (y * stride) as usize;
        plane[row + x0 as usize..row + x1 as usize].fill(value);
    }
}

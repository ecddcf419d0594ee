//! Backgrounds drawn by code: a slope of two colours and soft discs of a third. The interface draws the same small.

use foyer_media::convert::{PixelFormat, packed_to_i420};
use foyer_media::frame::{FrameError, I420};

/// A drawing to stand before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backdrop {
    /// Peach to lavender.
    Dawn,
    /// Dark blue grey.
    Slate,
    /// Warm beige.
    Sand,
    /// Greens.
    Meadow,
}

type Rgb = [f32; 3];

/// From top to bottom, and the discs: centre and radius in heights of the picture, with how much of the colour.
struct Drawing {
    top: Rgb,
    bottom: Rgb,
    disc: Rgb,
    discs: [(f32, f32, f32, f32); 3],
}

impl Backdrop {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dawn, Self::Slate, Self::Sand, Self::Meadow];

    fn drawing(self) -> Drawing {
        match self {
            Self::Dawn => Drawing {
                top: [250.0, 206.0, 178.0],
                bottom: [152.0, 142.0, 196.0],
                disc: [255.0, 236.0, 214.0],
                discs: [
                    (0.35, 0.30, 0.30, 0.7),
                    (1.40, 0.20, 0.45, 0.4),
                    (1.20, 0.95, 0.50, 0.2),
                ],
            },
            Self::Slate => Drawing {
                top: [58.0, 70.0, 84.0],
                bottom: [26.0, 32.0, 42.0],
                disc: [104.0, 124.0, 142.0],
                discs: [
                    (0.90, 0.30, 0.80, 0.5),
                    (0.20, 0.80, 0.40, 0.2),
                    (1.60, 0.75, 0.45, 0.25),
                ],
            },
            Self::Sand => Drawing {
                top: [236.0, 226.0, 210.0],
                bottom: [206.0, 188.0, 164.0],
                disc: [250.0, 246.0, 238.0],
                discs: [
                    (1.35, 0.25, 0.55, 0.7),
                    (0.30, 0.55, 0.35, 0.4),
                    (0.95, 1.05, 0.45, 0.3),
                ],
            },
            Self::Meadow => Drawing {
                top: [196.0, 222.0, 206.0],
                bottom: [74.0, 122.0, 92.0],
                disc: [226.0, 240.0, 214.0],
                discs: [
                    (0.30, 0.20, 0.45, 0.6),
                    (1.50, 0.60, 0.50, 0.3),
                    (0.85, 1.00, 0.55, 0.2),
                ],
            },
        }
    }

    /// Draws it in this size.
    pub fn draw(self, width: u32, height: u32) -> Result<I420, FrameError> {
        I420::bytes_for(width, height)?;
        let drawing = self.drawing();
        let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
        for row in 0..height {
            let y = row as f32 / height as f32;
            for column in 0..width {
                let x = column as f32 / height as f32;
                let mut colour = mix(drawing.top, drawing.bottom, y);
                for (cx, cy, radius, most) in drawing.discs {
                    let away = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / radius;
                    let near = (1.0 - away).max(0.0);
                    colour = mix(
                        colour,
                        drawing.disc,
                        most * near * near * (3.0 - 2.0 * near),
                    );
                }
                // Slopes this soft show steps without it.
                let grain = [0.0, 0.5, 0.75, 0.25][((row & 1) * 2 + (column & 1)) as usize];
                pixels.extend(colour.map(|c| (c + grain) as u8));
                pixels.push(255);
            }
        }
        packed_to_i420(
            PixelFormat::Rgba,
            width,
            height,
            &pixels,
            width as usize * 4,
        )
    }
}

fn mix(a: Rgb, b: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_is_a_picture_of_its_own_at_every_size() {
        let drawn: Vec<_> = Backdrop::ALL
            .map(|backdrop| backdrop.draw(320, 180).unwrap())
            .into();
        for (index, one) in drawn.iter().enumerate() {
            assert!(drawn[index + 1..].iter().all(|other| one != other));
            let luma = one.planes()[0];
            let (least, most) = (luma.iter().min().unwrap(), luma.iter().max().unwrap());
            assert!(most - least > 20, "not one plain colour");
        }
        assert!(Backdrop::Dawn.draw(3, 5).is_ok());
        assert!(Backdrop::Dawn.draw(0, 5).is_err());
    }
}

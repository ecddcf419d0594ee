//! Blurs what is around a person, at a quarter of the size, without smearing the person into it.

use foyer_media::convert::scale;
use foyer_media::frame::{FrameError, I420};

use crate::mask::Mask;

/// The picture is blurred at this fraction of its sides: nobody sees the difference, and it costs a sixteenth.
const FRACTION: u32 = 4;
/// No smaller than this.
const LEAST_SIDE: u32 = 16;

/// Radius of the box, as a fraction of the height; it is applied twice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Strength(f32);

impl Strength {
    pub const LIGHT: Self = Self(1.0 / 60.0);
    pub const STRONG: Self = Self(1.0 / 18.0);
}

/// The background of the picture, blurred, in the picture's size. What is person counts nothing, so that no halo of
/// them is left around them.
pub(crate) fn background(
    image: &I420,
    mask: &Mask,
    strength: Strength,
) -> Result<I420, FrameError> {
    let quarter = |side: u32| ((side / FRACTION) & !1).max(LEAST_SIDE);
    let (width, height) = (quarter(image.width()), quarter(image.height()));
    let mut small = scale(image, width, height)?;
    let radius = ((height as f32 * strength.0).round() as usize).max(1);
    let halves = (width / 2, height / 2);
    let [luma, u, v] = small.planes_mut();
    let mut weights = Weights::new(mask, (width, height), radius)?;
    weights.blur(luma);
    let mut weights = Weights::new(mask, halves, radius.div_ceil(2))?;
    weights.blur(u);
    weights.blur(v);
    scale(&small, image.width(), image.height())
}

/// How much each pixel of a plane counts, and the room to work in.
struct Weights {
    size: (usize, usize),
    radius: usize,
    weights: Vec<f32>,
    blurred: Vec<f32>,
    work: Vec<f32>,
    spare: Vec<f32>,
}

impl Weights {
    fn new(mask: &Mask, size: (u32, u32), radius: usize) -> Result<Self, FrameError> {
        let mask = mask.scaled(size.0, size.1)?;
        // Never nothing: in the middle of a person there is nothing else to take.
        let weights: Vec<f32> = mask.iter().map(|p| f32::from(255 - p) + 0.5).collect();
        let size = (size.0 as usize, size.1 as usize);
        let mut made = Self {
            size,
            radius,
            blurred: weights.clone(),
            work: Vec::new(),
            spare: vec![0.0; weights.len()],
            weights,
        };
        let (blurred, spare) = (&mut made.blurred, &mut made.spare);
        twice(blurred, spare, size, radius);
        Ok(made)
    }

    fn blur(&mut self, plane: &mut [u8]) {
        self.work.clear();
        let weighed = plane.iter().zip(&self.weights);
        self.work.extend(weighed.map(|(p, w)| f32::from(*p) * w));
        twice(&mut self.work, &mut self.spare, self.size, self.radius);
        for ((p, sum), weight) in plane.iter_mut().zip(&self.work).zip(&self.blurred) {
            *p = (sum / weight + 0.5) as u8;
        }
    }
}

fn twice(values: &mut [f32], spare: &mut [f32], (width, height): (usize, usize), radius: usize) {
    for _ in 0..2 {
        rows(values, spare, width, radius);
        columns(spare, values, (width, height), radius);
    }
}

/// Each value becomes the mean of those around it in its row; beyond the edge the last goes on.
fn rows(from: &[f32], to: &mut [f32], width: usize, radius: usize) {
    let share = 1.0 / (2 * radius + 1) as f32;
    for (from, to) in from.chunks_exact(width).zip(to.chunks_exact_mut(width)) {
        let at = |i: usize| from[i.min(width - 1)];
        let mut sum = from[0] * (radius + 1) as f32 + (1..=radius).map(at).sum::<f32>();
        for (x, to) in to.iter_mut().enumerate() {
            *to = sum * share;
            sum += at(x + radius + 1) - from[x.saturating_sub(radius)];
        }
    }
}

/// The same down the columns, a row at a time.
fn columns(from: &[f32], to: &mut [f32], (width, height): (usize, usize), radius: usize) {
    let share = 1.0 / (2 * radius + 1) as f32;
    let row = |y: usize| {
        let start = y.min(height - 1) * width;
        &from[start..start + width]
    };
    let mut sums: Vec<f32> = row(0).iter().map(|v| v * (radius + 1) as f32).collect();
    for y in 1..=radius {
        sums.iter_mut().zip(row(y)).for_each(|(sum, v)| *sum += v);
    }
    for (y, to) in to.chunks_exact_mut(width).enumerate() {
        let (comes, goes) = (row(y + radius + 1), row(y.saturating_sub(radius)));
        let values = to.iter_mut().zip(&mut sums);
        for ((to, sum), (comes, goes)) in values.zip(comes.iter().zip(goes)) {
            *to = *sum * share;
            *sum += comes - goes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_becomes_a_hill_and_nothing_is_lost() {
        let (width, height) = (21, 15);
        let mut values = vec![0.0; width * height];
        values[7 * width + 10] = 100.0;
        let mut spare = values.clone();
        twice(&mut values, &mut spare, (width, height), 2);
        let sum: f32 = values.iter().sum();
        assert!((sum - 100.0).abs() < 0.1, "{sum}");
        let top = values[7 * width + 10];
        assert!((top - 100.0 / 25.0).abs() < 0.1, "{top}");
        assert!(values[7 * width + 6] > 0.0 && values[7 * width + 5] < 0.01);
        assert!(values[3 * width + 10] > 0.0 && values[2 * width + 10] < 0.01);
    }

    #[test]
    fn a_plain_picture_stays_as_it_is_up_to_its_edges() {
        let mut values = vec![7.0; 9 * 5];
        let mut spare = values.clone();
        twice(&mut values, &mut spare, (9, 5), 30);
        assert!(values.iter().all(|v| (v - 7.0).abs() < 0.01));
    }
}

//! Where the person is, from picture to picture.

use std::sync::Arc;

use foyer_media::convert::scale_plane;
use foyer_media::frame::{FrameError, I420};

/// Columns of a mask, whatever the picture.
pub const MASK_WIDTH: u32 = 256;
/// Rows of a mask.
pub const MASK_HEIGHT: u32 = 144;

/// How much of a new mask counts against the one before: edges come to rest, and still follow a hand.
const NEW_SHARE: f32 = 0.6;
/// Below this nobody is there, above the next somebody is; the edge lies between.
const EDGE: (f32, f32) = (0.25, 0.75);

/// Why nobody can be found.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FinderError {
    /// The model cannot be used.
    #[error("the model cannot be loaded: {0}")]
    Load(String),
    /// It gave no answer.
    #[error("the model gave no mask: {0}")]
    Run(String),
    /// A picture of no possible size.
    #[error(transparent)]
    Picture(#[from] FrameError),
}

/// Finds people in pictures.
pub trait FindPerson: Send {
    /// [`MASK_WIDTH`] times [`MASK_HEIGHT`] values, row by row, 1 where a person is and 0 where none is.
    fn find(&mut self, image: &I420) -> Result<Vec<f32>, FinderError>;
}

/// Makes a finder once one is needed; may take a tenth of a second.
pub type MakeFinder = Arc<dyn Fn() -> Result<Box<dyn FindPerson>, FinderError> + Send + Sync>;

/// The mask as it is used: steady, and in the sizes of a picture's planes.
pub(crate) struct Mask {
    steady: Vec<f32>,
    small: Vec<u8>,
    /// Of which picture the next two are.
    size: (u32, u32),
    /// For luma and for chroma: 0 is background, 255 is person.
    pub luma: Vec<u8>,
    pub chroma: Vec<u8>,
}

impl Mask {
    /// The first, without a past.
    pub fn new(found: Vec<f32>) -> Self {
        let mut mask = Self {
            steady: found,
            small: Vec::new(),
            size: (0, 0),
            luma: Vec::new(),
            chroma: Vec::new(),
        };
        mask.sharpen();
        mask
    }

    /// Takes the next one in.
    pub fn follow(&mut self, found: &[f32]) {
        for (steady, found) in self.steady.iter_mut().zip(found) {
            *steady += (found - *steady) * NEW_SHARE;
        }
        self.sharpen();
    }

    fn sharpen(&mut self) {
        let (low, high) = EDGE;
        self.small.clear();
        self.small.extend(self.steady.iter().map(|share| {
            let share = ((share - low) / (high - low)).clamp(0.0, 1.0);
            (share * share * (3.0 - 2.0 * share) * 255.0 + 0.5) as u8
        }));
        self.size = (0, 0);
    }

    /// Makes `luma` and `chroma` those of a picture of this size.
    pub fn fit(&mut self, width: u32, height: u32) -> Result<(), FrameError> {
        if self.size == (width, height) {
            return Ok(());
        }
        self.luma = self.scaled(width, height)?;
        self.chroma = self.scaled(width.div_ceil(2), height.div_ceil(2))?;
        self.size = (width, height);
        Ok(())
    }

    /// In any size.
    pub fn scaled(&self, width: u32, height: u32) -> Result<Vec<u8>, FrameError> {
        scale_plane(&self.small, (MASK_WIDTH, MASK_HEIGHT), (width, height))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PIXELS: usize = (MASK_WIDTH * MASK_HEIGHT) as usize;

    #[test]
    fn a_mask_follows_what_is_found_and_a_flicker_does_not_show() {
        let mut mask = Mask::new(vec![1.0; PIXELS]);
        mask.fit(64, 36).unwrap();
        assert!(mask.luma.iter().all(|p| *p == 255) && mask.luma.len() == 64 * 36);
        assert_eq!(mask.chroma.len(), 32 * 18);
        let mut seen = Vec::new();
        for _ in 0..6 {
            mask.follow(&vec![0.0; PIXELS]);
            mask.fit(64, 36).unwrap();
            seen.push(mask.luma[0]);
        }
        assert!(seen[0] > 0 && seen[0] < 255, "{seen:?}");
        assert_eq!(seen[5], 0, "{seen:?}");
    }
}

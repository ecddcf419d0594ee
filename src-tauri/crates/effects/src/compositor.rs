//! One camera picture after the other, with what the guest wants behind them.

use std::sync::Arc;

use foyer_media::convert::cover;
use foyer_media::frame::{FrameError, I420};

use crate::background::Background;
use crate::blend;
use crate::blur::{self, Strength};
use crate::mask::{FindPerson, FinderError, Mask};

/// Pictures that share one mask: a person moves little in a fifteenth of a second, and masks cost most.
const PICTURES_PER_MASK: u64 = 2;

/// What is behind, ready to be used.
#[derive(Clone)]
pub struct Behind {
    /// Not [`Background::None`]: then there is nothing to compose.
    pub background: Background,
    /// For [`Background::Own`]; without it the room is blurred strongly.
    pub own: Option<Arc<I420>>,
}

/// Makes pictures. Takes milliseconds each: keep it on a thread of its own.
pub struct Compositor {
    finder: Box<dyn FindPerson>,
    mask: Option<Mask>,
    pictures: u64,
    /// A background that stays, in the size of the last picture.
    still: Option<Still>,
}

struct Still {
    of: Background,
    own: Option<Arc<I420>>,
    image: I420,
}

impl Compositor {
    /// Nobody was found yet.
    pub fn new(finder: Box<dyn FindPerson>) -> Self {
        Self {
            finder,
            mask: None,
            pictures: 0,
            still: None,
        }
    }

    /// The picture with that behind the person in it; the first has a mask of its own.
    pub fn compose(&mut self, image: &I420, behind: &Behind) -> Result<I420, FinderError> {
        if self.mask.is_none() || self.pictures.is_multiple_of(PICTURES_PER_MASK) {
            let found = self.finder.find(image)?;
            match &mut self.mask {
                Some(mask) => mask.follow(&found),
                None => self.mask = Some(Mask::new(found)),
            }
        }
        self.pictures += 1;
        let mut out = self.background(image, behind)?;
        if let Some(mask) = &mut self.mask {
            mask.fit(image.width(), image.height())?;
            blend::over(image, &mut out, mask);
        }
        Ok(out)
    }

    fn background(&mut self, image: &I420, behind: &Behind) -> Result<I420, FrameError> {
        let strength = match (behind.background, &behind.own) {
            (Background::Blur, _) => Strength::LIGHT,
            (Background::Backdrop(_), _) | (Background::Own, Some(_)) => {
                return self.still(image, behind);
            }
            // Whoever asks for something behind them never gets the room.
            (Background::StrongBlur | Background::Own | Background::None, _) => Strength::STRONG,
        };
        match &self.mask {
            Some(mask) => blur::background(image, mask, strength),
            None => I420::black(image.width(), image.height()),
        }
    }

    fn still(&mut self, image: &I420, behind: &Behind) -> Result<I420, FrameError> {
        let size = (image.width(), image.height());
        let fits = |still: &&Still| {
            still.of == behind.background
                && (still.image.width(), still.image.height()) == size
                && match (&still.own, &behind.own) {
                    (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                    (None, None) => true,
                    _ => false,
                }
        };
        if let Some(still) = self.still.as_ref().filter(fits) {
            return Ok(still.image.clone());
        }
        let drawn = match (behind.background, &behind.own) {
            (Background::Backdrop(backdrop), _) => backdrop.draw(size.0, size.1)?,
            (_, Some(own)) => cover(own, size.0, size.1)?,
            (_, None) => I420::black(size.0, size.1)?,
        };
        self.still = Some(Still {
            of: behind.background,
            own: behind.own.clone(),
            image: drawn.clone(),
        });
        Ok(drawn)
    }
}

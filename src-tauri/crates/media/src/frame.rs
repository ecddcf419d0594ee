//! Raw pictures. Inside Foyer a picture is always I420; devices convert at the edge.

use std::sync::Arc;

use crate::clock::MediaTime;

/// Larger than any real display wall; whatever claims more is refused before memory is reserved.
pub const MAX_SIDE: u32 = 8192;

/// Why a picture cannot be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FrameError {
    /// Zero, odd beyond repair, or larger than [`MAX_SIDE`].
    #[error("a picture of {width}x{height} is not possible")]
    Size {
        /// Claimed width in pixels.
        width: u32,
        /// Claimed height in pixels.
        height: u32,
    },
    /// The bytes do not fill the claimed size.
    #[error("{got} bytes do not hold a picture of {needed} bytes")]
    Short {
        /// Bytes there are.
        got: usize,
        /// Bytes there must be.
        needed: usize,
    },
}

/// Planar 4:2:0, BT.601 limited range, no padding between rows. Chroma planes are `(w+1)/2 x (h+1)/2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct I420 {
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl I420 {
    /// A black picture.
    pub fn black(width: u32, height: u32) -> Result<Self, FrameError> {
        let needed = Self::bytes_for(width, height)?;
        let luma = width as usize * height as usize;
        let mut data = vec![128; needed];
        data[..luma].fill(16);
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// Takes packed planes Y, U, V in this order.
    pub fn from_packed(width: u32, height: u32, data: Vec<u8>) -> Result<Self, FrameError> {
        let needed = Self::bytes_for(width, height)?;
        if data.len() != needed {
            return Err(FrameError::Short {
                got: data.len(),
                needed,
            });
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// Copies planes with strides of their own, as decoders hand them out.
    pub fn from_planes(
        width: u32,
        height: u32,
        planes: [(&[u8], usize); 3],
    ) -> Result<Self, FrameError> {
        let needed = Self::bytes_for(width, height)?;
        let mut data = Vec::with_capacity(needed);
        let (cw, ch) = (width.div_ceil(2) as usize, height.div_ceil(2) as usize);
        let sizes = [(width as usize, height as usize), (cw, ch), (cw, ch)];
        for ((plane, stride), (w, h)) in planes.into_iter().zip(sizes) {
            let required = if h == 0 {
                0
            } else {
                stride.saturating_mul(h - 1).saturating_add(w)
            };
            if stride < w || plane.len() < required {
                return Err(FrameError::Short {
                    got: plane.len(),
                    needed: required.max(w),
                });
            }
            for row in plane.chunks(stride).take(h) {
                data.extend_from_slice(&row[..w]);
            }
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// Bytes of a picture of this size, or why there is none.
    pub fn bytes_for(width: u32, height: u32) -> Result<usize, FrameError> {
        if width < 2 || height < 2 || width > MAX_SIDE || height > MAX_SIDE {
            return Err(FrameError::Size { width, height });
        }
        let chroma = width.div_ceil(2) as usize * height.div_ceil(2) as usize;
        Ok(width as usize * height as usize + 2 * chroma)
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Bytes per row of the chroma planes.
    pub fn chroma_stride(&self) -> usize {
        self.width.div_ceil(2) as usize
    }

    /// Planes Y, U, V.
    pub fn planes(&self) -> [&[u8]; 3] {
        let (y, rest) = self
            .data
            .split_at(self.width as usize * self.height as usize);
        let (u, v) = rest.split_at(rest.len() / 2);
        [y, u, v]
    }

    /// Planes Y, U, V, to draw into.
    pub fn planes_mut(&mut self) -> [&mut [u8]; 3] {
        let (y, rest) = self
            .data
            .split_at_mut(self.width as usize * self.height as usize);
        let half = rest.len() / 2;
        let (u, v) = rest.split_at_mut(half);
        [y, u, v]
    }
}

/// One picture of a source. Cloning shares the pixels.
#[derive(Clone, Debug)]
pub struct VideoFrame {
    /// When it was captured (or is to be shown, on the receiving side).
    pub at: MediaTime,
    /// The pixels.
    pub image: Arc<I420>,
}

//! The guest's own picture. The interface hands over a JPEG that it has made itself, of the size that cameras have.

use foyer_media::convert::{PixelFormat, packed_to_i420};
use foyer_media::frame::{FrameError, I420};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Larger files are refused.
pub const MAX_PICTURE_BYTES: usize = 2 * 1024 * 1024;
/// The interface makes 1280 x 720.
const MAX_SIDE: usize = 1920;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OwnPictureError {
    /// More than [`MAX_PICTURE_BYTES`].
    #[error("{0} bytes are too many")]
    TooLarge(usize),
    /// It is no JPEG that can be read.
    #[error("not a usable JPEG: {0}")]
    Format(String),
    /// A size that is no picture's.
    #[error(transparent)]
    Size(#[from] FrameError),
}

impl OwnPictureError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "background.too_large",
            Self::Format(_) | Self::Size(_) => "background.unreadable",
        }
    }
}

/// Reads a JPEG of at most 1920 pixels a side.
pub fn read(jpeg: &[u8]) -> Result<I420, OwnPictureError> {
    if jpeg.len() > MAX_PICTURE_BYTES {
        return Err(OwnPictureError::TooLarge(jpeg.len()));
    }
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let unreadable = |error: &dyn std::fmt::Display| OwnPictureError::Format(error.to_string());
    let pixels = decoder.decode().map_err(|error| unreadable(&error))?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| unreadable(&"it has no size"))?;
    let (width, height) = (width as u32, height as u32);
    let stride = width as usize * 4;
    Ok(packed_to_i420(
        PixelFormat::Rgba,
        width,
        height,
        &pixels,
        stride,
    )?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pictures_are_read_and_nonsense_is_refused() {
        let jpeg = include_bytes!("../tests/astronaut.jpg");
        let image = read(jpeg).unwrap();
        assert_eq!((image.width(), image.height()), (512, 288));
        for nonsense in [&b""[..], b"GIF89a", &jpeg[..20], &[0xff; 500]] {
            let error = read(nonsense).unwrap_err();
            assert_eq!(error.code(), "background.unreadable", "{error}");
        }
        let error = read(&vec![0; MAX_PICTURE_BYTES + 1]).unwrap_err();
        assert_eq!(error.code(), "background.too_large");
    }
}

//! Native pixels to I420, and pictures that are larger than wanted to smaller ones.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use foyer_media::frame::{FrameError, I420};
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPackedImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix,
};

/// Why native pixels are no picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("pixels cannot be converted: {0}")]
    Convert(String),
    #[error("JPEG cannot be decoded: {0}")]
    Jpeg(String),
}

fn canvas(width: u32, height: u32) -> Result<I420, FrameError> {
    let bytes = I420::bytes_for(width, height)?;
    I420::from_packed(width, height, vec![0; bytes])
}

fn planar(image: &mut I420) -> YuvPlanarImageMut<'_, u8> {
    let (width, height) = (image.width(), image.height());
    let chroma = width.div_ceil(2);
    let [y, u, v] = image.planes_mut();
    YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y),
        y_stride: width,
        u_plane: BufferStoreMut::Borrowed(u),
        u_stride: chroma,
        v_plane: BufferStoreMut::Borrowed(v),
        v_stride: chroma,
        width,
        height,
    }
}

fn exact(bytes: &[u8], needed: usize) -> Result<&[u8], FrameError> {
    bytes.get(..needed).ok_or(FrameError::Short {
        got: bytes.len(),
        needed,
    })
}

/// Packed 4:2:2, bytes Y U Y V, no padding. Bytes behind the picture are ignored.
pub(crate) fn from_yuyv(width: u32, height: u32, bytes: &[u8]) -> Result<I420, PictureError> {
    let mut image = canvas(width, height)?;
    let stride = width.next_multiple_of(2) * 2;
    let packed = YuvPackedImage {
        yuy: exact(bytes, stride as usize * height as usize)?,
        yuy_stride: stride,
        width,
        height,
    };
    yuv::yuyv422_to_yuv420(&mut planar(&mut image), &packed)
        .map_err(|error| PictureError::Convert(error.to_string()))?;
    Ok(image)
}

/// Plane Y, then interleaved U and V, no padding. Bytes behind the picture are ignored.
pub(crate) fn from_nv12(width: u32, height: u32, bytes: &[u8]) -> Result<I420, PictureError> {
    let mut image = canvas(width, height)?;
    let bytes = exact(bytes, I420::bytes_for(width, height)?)?;
    let (luma, chroma) = bytes.split_at(width as usize * height as usize);
    let [y, u, v] = image.planes_mut();
    y.copy_from_slice(luma);
    for ((pair, u), v) in chroma.chunks_exact(2).zip(u).zip(v) {
        *u = pair[0];
        *v = pair[1];
    }
    Ok(image)
}

/// Bytes B G R X, `stride` bytes from row to row.
pub(crate) fn from_bgrx(
    width: u32,
    height: u32,
    stride: u32,
    bytes: &[u8],
) -> Result<I420, PictureError> {
    let mut image = canvas(width, height)?;
    yuv::bgra_to_yuv420(
        &mut planar(&mut image),
        exact(bytes, stride as usize * height as usize)?,
        stride,
        YuvRange::Limited,
        YuvStandardMatrix::Bt601,
        YuvConversionMode::Balanced,
    )
    .map_err(|error| PictureError::Convert(error.to_string()))?;
    Ok(image)
}

/// One JPEG of a camera, of any size and subsampling. Bytes behind its end are ignored. `rgb` is scratch
/// memory that is kept from picture to picture.
pub(crate) fn from_jpeg(bytes: &[u8], rgb: &mut Vec<u8>) -> Result<I420, PictureError> {
    // mozjpeg reports every error of libjpeg by unwinding.
    let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let jpeg = mozjpeg::Decompress::new_mem(bytes)
            .map_err(|error| PictureError::Jpeg(error.to_string()))?;
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let (width, height) = (side(jpeg.width()), side(jpeg.height()));
        I420::bytes_for(width, height)?;
        rgb.resize(width as usize * height as usize * 3, 0);
        let mut rows = jpeg
            .rgb()
            .map_err(|error| PictureError::Jpeg(error.to_string()))?;
        rows.read_scanlines_into(rgb.as_mut_slice())
            .map_err(|error| PictureError::Jpeg(error.to_string()))?;
        Ok::<_, PictureError>((width, height))
    }));
    let (width, height) = match decoded {
        Ok(size) => size?,
        Err(panic) => {
            let words = panic.downcast_ref::<String>().cloned();
            return Err(PictureError::Jpeg(words.unwrap_or_default()));
        }
    };
    let mut image = canvas(width, height)?;
    yuv::rgb_to_yuv420(
        &mut planar(&mut image),
        rgb,
        width * 3,
        YuvRange::Limited,
        YuvStandardMatrix::Bt601,
        YuvConversionMode::Balanced,
    )
    .map_err(|error| PictureError::Convert(error.to_string()))?;
    Ok(image)
}

/// Makes pictures fit into a box, keeping their shape. Never enlarges.
pub(crate) struct Fit {
    width: u32,
    height: u32,
    resizer: Resizer,
}

impl Fit {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self {
            width: width.max(2),
            height: height.max(2),
            resizer: Resizer::new(),
        }
    }

    /// The size that a picture of this size gets; even unless it stays as it is.
    pub(crate) fn size(&self, width: u32, height: u32) -> (u32, u32) {
        if width <= self.width && height <= self.height {
            return (width, height);
        }
        let (w, h) = (u64::from(width), u64::from(height));
        let (bw, bh) = (u64::from(self.width), u64::from(self.height));
        let (fw, fh) = if w * bh >= h * bw {
            (bw, (h * bw / w).max(2))
        } else {
            ((w * bh / h).max(2), bh)
        };
        let even = |side: u64| u32::try_from(side & !1).unwrap_or(2).max(2);
        (even(fw), even(fh))
    }

    pub(crate) fn apply(&mut self, image: I420) -> Result<I420, PictureError> {
        let (width, height) = self.size(image.width(), image.height());
        if (width, height) == (image.width(), image.height()) {
            return Ok(image);
        }
        let mut smaller = canvas(width, height)?;
        let sizes = |w: u32, h: u32| [(w, h), (w.div_ceil(2), h.div_ceil(2))];
        let from = sizes(image.width(), image.height());
        let to = sizes(width, height);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Box))
            .use_alpha(false);
        for (index, (source, target)) in image
            .planes()
            .into_iter()
            .zip(smaller.planes_mut())
            .enumerate()
        {
            let ((sw, sh), (tw, th)) = (from[index.min(1)], to[index.min(1)]);
            let convert = |words: String| PictureError::Convert(words);
            let source = ImageRef::new(sw, sh, source, PixelType::U8)
                .map_err(|error| convert(error.to_string()))?;
            let mut target = Image::from_slice_u8(tw, th, target, PixelType::U8)
                .map_err(|error| convert(error.to_string()))?;
            self.resizer
                .resize(&source, &mut target, &options)
                .map_err(|error| convert(error.to_string()))?;
        }
        Ok(smaller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(image: &I420) -> [u8; 3] {
        image.planes().map(|plane| {
            assert!(plane.iter().all(|&p| p.abs_diff(plane[0]) <= 1), "not flat");
            plane[0]
        })
    }

    #[test]
    fn packed_pixels_become_planes_and_the_rest_of_the_buffer_is_ignored() {
        let yuyv: Vec<u8> = [100, 90, 100, 160].repeat(8 * 6 / 2 + 50);
        assert_eq!(flat(&from_yuyv(8, 6, &yuyv).unwrap()), [100, 90, 160]);
        let mut nv12 = vec![100; 8 * 6];
        nv12.extend([90, 160].repeat(4 * 3 + 20));
        assert_eq!(flat(&from_nv12(8, 6, &nv12).unwrap()), [100, 90, 160]);
    }

    #[test]
    fn pixels_of_a_screen_become_limited_range() {
        let white = from_bgrx(6, 4, 32, &[255; 32 * 4]).unwrap();
        assert_eq!(flat(&white), [235, 128, 128]);
        let red = from_bgrx(5, 3, 20, &[0, 0, 255, 0].repeat(15)).unwrap();
        let [y, u, v] = flat(&red);
        assert!(y.abs_diff(81) < 3 && u.abs_diff(90) < 3 && v.abs_diff(240) < 3);
    }

    #[test]
    fn short_and_absurd_buffers_are_refused() {
        assert!(from_yuyv(8, 6, &[0; 95]).is_err());
        assert!(from_nv12(8, 6, &[0; 71]).is_err());
        assert!(from_bgrx(8, 6, 32, &[0; 191]).is_err());
        assert!(from_yuyv(100_000, 100_000, &[]).is_err());
        let mut scratch = Vec::new();
        assert!(from_jpeg(&[], &mut scratch).is_err());
        assert!(from_jpeg(&[0xff; 500], &mut scratch).is_err());
    }

    #[test]
    fn a_jpeg_becomes_limited_range_and_a_broken_one_an_error() {
        let mut jpeg = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
        jpeg.set_size(64, 48);
        let mut jpeg = jpeg.start_compress(Vec::new()).unwrap();
        jpeg.write_scanlines(&vec![255; 64 * 48 * 3]).unwrap();
        let mut bytes = jpeg.finish().unwrap();
        let whole = bytes.len();
        bytes.extend([7; 4096]);
        let mut scratch = Vec::new();
        let image = from_jpeg(&bytes, &mut scratch).unwrap();
        assert_eq!((image.width(), image.height()), (64, 48));
        assert_eq!(flat(&image), [235, 128, 128]);
        for cut in 0..whole.min(200) {
            // What a cut picture gives depends on where it is cut: only that it returns counts.
            let _ = from_jpeg(&bytes[..cut], &mut scratch);
        }
        assert!(from_jpeg(&bytes[..20], &mut scratch).is_err());
    }

    #[test]
    fn pictures_fit_the_box_keep_their_shape_and_never_grow() {
        let fit = Fit::new(640, 360);
        assert_eq!(fit.size(320, 200), (320, 200));
        assert_eq!(fit.size(1280, 720), (640, 360));
        assert_eq!(fit.size(1920, 1200), (576, 360));
        assert_eq!(fit.size(8192, 2), (640, 2));
        let mut half = Fit::new(4, 4);
        let image = from_bgrx(8, 8, 32, &[255; 256]).unwrap();
        let small = half.apply(image).unwrap();
        assert_eq!((small.width(), small.height()), (4, 4));
        assert_eq!(flat(&small), [235, 128, 128]);
    }
}

//! Native pixels to I420, at the wanted size.

use foyer_media::convert::{
    PixelFormat, fit_within, i420_to_rgb, nv12_to_i420, packed_to_i420, scale,
};
use foyer_media::device::CaptureError;
#[cfg(not(target_os = "macos"))]
use foyer_media::device::VideoWant;
use foyer_media::frame::{FrameError, I420};
#[cfg(any(test, not(target_os = "linux")))]
use foyer_media::share::Area;

use crate::trouble;

/// Why native pixels are no picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("JPEG cannot be decoded: {0}")]
    Jpeg(String),
}

/// Packed 4:2:2, bytes Y U Y V, no padding. Bytes behind the picture are ignored.
pub(crate) fn from_yuyv(width: u32, height: u32, bytes: &[u8]) -> Result<I420, PictureError> {
    I420::bytes_for(width, height)?;
    let stride = width.next_multiple_of(2) as usize * 2;
    let bytes = exact(bytes, stride * height as usize)?;
    Ok(packed_to_i420(
        PixelFormat::Yuyv,
        width,
        height,
        bytes,
        stride,
    )?)
}

/// Plane Y, then interleaved U and V, no padding. Bytes behind the picture are ignored.
pub(crate) fn from_nv12(width: u32, height: u32, bytes: &[u8]) -> Result<I420, PictureError> {
    let bytes = exact(bytes, I420::bytes_for(width, height)?)?;
    let (luma, chroma) = bytes.split_at(width as usize * height as usize);
    let pairs = width.next_multiple_of(2) as usize;
    Ok(nv12_to_i420(
        width,
        height,
        (luma, width as usize),
        (chroma, pairs),
    )?)
}

/// Bytes B G R X, `stride` bytes from row to row.
pub(crate) fn from_bgrx(
    width: u32,
    height: u32,
    stride: usize,
    bytes: &[u8],
) -> Result<I420, PictureError> {
    Ok(packed_to_i420(
        PixelFormat::Bgra,
        width,
        height,
        bytes,
        stride,
    )?)
}

/// A part of what a whole screen shows, bytes B G R X, `stride` bytes from row to row. An X server cuts by itself.
#[cfg(any(test, not(target_os = "linux")))]
pub(crate) fn part_of_screen(
    (width, height): (u32, u32),
    stride: usize,
    bytes: &[u8],
    area: Area,
) -> Result<I420, PictureError> {
    let cut = area.within(width, height);
    let cut = cut.ok_or(FrameError::Size { width, height })?;
    let from = cut.y as usize * stride + cut.x as usize * 4;
    let bytes = bytes.get(from..).unwrap_or_default();
    from_bgrx(cut.width, cut.height, stride, bytes)
}

/// What a screen or a window shows, bytes B G R X without padding, at the wanted size.
#[cfg(not(target_os = "macos"))]
pub(crate) fn of_screen(
    (width, height): (u32, u32),
    bytes: &[u8],
    want: VideoWant,
) -> Result<I420, CaptureError> {
    from_bgrx(width, height, width as usize * 4, bytes)
        .and_then(|image| fit(image, want.width, want.height))
        .map_err(|error| CaptureError::Failed(error.to_string()))
}

fn exact(bytes: &[u8], needed: usize) -> Result<&[u8], FrameError> {
    bytes.get(..needed).ok_or(FrameError::Short {
        got: bytes.len(),
        needed,
    })
}

/// One JPEG of a camera, of any size and subsampling. Bytes behind its end are ignored. `rgba` is scratch
/// memory that is kept from picture to picture.
pub(crate) fn from_jpeg(bytes: &[u8], rgba: &mut Vec<u8>) -> Result<I420, PictureError> {
    // mozjpeg reports every error of libjpeg by unwinding.
    let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let jpeg = mozjpeg::Decompress::new_mem(bytes)
            .map_err(|error| PictureError::Jpeg(error.to_string()))?;
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let (width, height) = (side(jpeg.width()), side(jpeg.height()));
        I420::bytes_for(width, height)?;
        rgba.resize(width as usize * height as usize * 4, 0);
        let mut rows = jpeg
            .rgba()
            .map_err(|error| PictureError::Jpeg(error.to_string()))?;
        rows.read_scanlines_into(rgba.as_mut_slice())
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
    let stride = width as usize * 4;
    Ok(packed_to_i420(
        PixelFormat::Rgba,
        width,
        height,
        rgba,
        stride,
    )?)
}

/// A still picture for the guest to look at, as JPEG.
pub fn jpeg(image: &I420) -> Result<Vec<u8>, CaptureError> {
    const QUALITY: f32 = 80.0;
    // mozjpeg reports every error of libjpeg by unwinding.
    let encoded = std::panic::catch_unwind(|| {
        let mut jpeg = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
        jpeg.set_size(image.width() as usize, image.height() as usize);
        // Ten times as fast, and hardly larger.
        jpeg.set_fastest_defaults();
        jpeg.set_quality(QUALITY);
        let mut jpeg = jpeg.start_compress(Vec::new())?;
        jpeg.write_scanlines(&i420_to_rgb(image))?;
        jpeg.finish()
    });
    match encoded {
        Ok(bytes) => bytes.map_err(|error| CaptureError::Failed(error.to_string())),
        Err(panic) => Err(trouble::panicked(panic.as_ref())),
    }
}

/// The picture, made smaller with the same shape if it is larger than wanted.
pub(crate) fn fit(image: I420, width: u32, height: u32) -> Result<I420, PictureError> {
    if image.width() <= width && image.height() <= height {
        return Ok(image);
    }
    let (width, height) = fit_within(image.width(), image.height(), width, height);
    Ok(scale(&image, width, height)?)
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
    fn a_part_of_a_screen_is_what_is_there() {
        // Red but for a white part, in rows that are longer than the screen.
        let (screen, stride, area) = (
            (64, 48),
            300,
            Area {
                x: 20,
                y: 10,
                width: 24,
                height: 18,
            },
        );
        let mut pixels = [0, 0, 255, 0].repeat(stride / 4 * 48);
        for row in pixels.chunks_exact_mut(stride).skip(10).take(18) {
            row[20 * 4..44 * 4].fill(255);
        }
        let part = part_of_screen(screen, stride, &pixels, area).unwrap();
        assert_eq!((part.width(), part.height()), (24, 18));
        assert_eq!(flat(&part), [235, 128, 128]);
        let over = Area {
            width: 1000,
            height: 1000,
            ..area
        };
        let part = part_of_screen(screen, stride, &pixels, over).unwrap();
        assert_eq!((part.width(), part.height()), (44, 38));
        let beside = Area { x: 60, ..area };
        assert!(part_of_screen(screen, stride, &pixels, beside).is_err());
        assert!(part_of_screen(screen, stride, &pixels[..200], area).is_err());
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
    fn a_still_picture_is_read_back_as_it_was() {
        for (width, height) in [(64, 48), (17, 33), (2, 2)] {
            let pixels = [0, 0, 255, 0].repeat(width as usize * height as usize);
            let image = from_bgrx(width, height, width as usize * 4, &pixels).unwrap();
            let back = from_jpeg(&jpeg(&image).unwrap(), &mut Vec::new()).unwrap();
            assert_eq!((back.width(), back.height()), (width, height));
            for (is, was) in back.planes().into_iter().zip(image.planes()) {
                assert!(is.iter().zip(was).all(|(is, was)| is.abs_diff(*was) < 4));
            }
        }
    }

    #[test]
    fn only_pictures_larger_than_wanted_change() {
        let image = || from_bgrx(8, 8, 32, &[255; 256]).unwrap();
        let small = fit(image(), 4, 6).unwrap();
        assert_eq!((small.width(), small.height()), (4, 4));
        assert_eq!(flat(&small), [235, 128, 128]);
        assert_eq!(fit(image(), 8, 9).unwrap(), image());
        let odd = from_bgrx(5, 3, 20, &[255; 60]).unwrap();
        assert_eq!(fit(odd.clone(), 100, 100).unwrap(), odd);
    }
}

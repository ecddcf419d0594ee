//! From what devices deliver to I420 (BT.601, limited range), and from one size to another.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPackedImage, YuvPlanarImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix,
};

use crate::frame::{FrameError, I420};

/// Pixels as a device hands them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormat {
    /// 4 bytes a pixel: blue, green, red, unused.
    Bgra,
    /// 4 bytes a pixel: red, green, blue, unused.
    Rgba,
    /// 2 bytes a pixel, 4:2:2: Y0 U Y1 V.
    Yuyv,
}

impl PixelFormat {
    fn row_bytes(self, width: u32) -> usize {
        match self {
            Self::Bgra | Self::Rgba => width as usize * 4,
            Self::Yuyv => width.div_ceil(2) as usize * 4,
        }
    }
}

/// Converts packed pixels whose rows are `stride` bytes apart.
pub fn packed_to_i420(
    format: PixelFormat,
    width: u32,
    height: u32,
    data: &[u8],
    stride: usize,
) -> Result<I420, FrameError> {
    let mut out = I420::black(width, height)?;
    let row = format.row_bytes(width);
    let needed = needed(row, height, stride);
    let short = |needed| FrameError::Short {
        got: data.len(),
        needed,
    };
    let stride32 = u32::try_from(stride).map_err(|_| short(needed))?;
    if data.len() < needed {
        return Err(short(needed));
    }
    let chroma = out.chroma_stride() as u32;
    let [y, u, v] = out.planes_mut();
    let planar = &mut YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y),
        y_stride: width,
        u_plane: BufferStoreMut::Borrowed(u),
        u_stride: chroma,
        v_plane: BufferStoreMut::Borrowed(v),
        v_stride: chroma,
        width,
        height,
    };
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt601);
    let mode = YuvConversionMode::Balanced;
    let done = match format {
        PixelFormat::Bgra => yuv::bgra_to_yuv420(planar, data, stride32, range, matrix, mode),
        PixelFormat::Rgba => yuv::rgba_to_yuv420(planar, data, stride32, range, matrix, mode),
        PixelFormat::Yuyv => yuv::yuyv422_to_yuv420(
            planar,
            &YuvPackedImage {
                yuy: data,
                yuy_stride: stride32,
                width,
                height,
            },
        ),
    };
    done.map_err(|_| short(needed))?;
    Ok(out)
}

/// Converts NV12: luma, then chroma with U and V taking turns; each plane with its own stride.
pub fn nv12_to_i420(
    width: u32,
    height: u32,
    luma: (&[u8], usize),
    chroma: (&[u8], usize),
) -> Result<I420, FrameError> {
    let mut out = I420::black(width, height)?;
    let (pairs, rows) = (width.div_ceil(2) as usize, height.div_ceil(2));
    let checks = [(luma, width as usize, height), (chroma, pairs * 2, rows)];
    for ((data, stride), row, height) in checks {
        let needed = needed(row, height, stride);
        if data.len() < needed {
            return Err(FrameError::Short {
                got: data.len(),
                needed,
            });
        }
    }
    let [y, u, v] = out.planes_mut();
    for (to, from) in y
        .chunks_exact_mut(width as usize)
        .zip(luma.0.chunks(luma.1))
    {
        to.copy_from_slice(&from[..width as usize]);
    }
    let rows = u.chunks_exact_mut(pairs).zip(v.chunks_exact_mut(pairs));
    for ((u, v), from) in rows.zip(chroma.0.chunks(chroma.1)) {
        for ((u, v), pair) in u.iter_mut().zip(v).zip(from.chunks_exact(2)) {
            (*u, *v) = (pair[0], pair[1]);
        }
    }
    Ok(out)
}

/// Converts to 3 bytes a pixel, red, green, blue, without padding: for encoders of still pictures.
pub fn i420_to_rgb(image: &I420) -> Vec<u8> {
    let (width, height) = (image.width(), image.height());
    let chroma = image.chroma_stride() as u32;
    let [y_plane, u_plane, v_plane] = image.planes();
    let planar = YuvPlanarImage {
        y_plane,
        y_stride: width,
        u_plane,
        u_stride: chroma,
        v_plane,
        v_stride: chroma,
        width,
        height,
    };
    let mut rgb = vec![0; width as usize * height as usize * 3];
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt601);
    yuv::yuv420_to_rgb(&planar, &mut rgb, width * 3, range, matrix)
        .expect("planes and room are as large as the picture says");
    rgb
}

/// Bytes that `height` rows need; more than there can be if a stride is shorter than a row.
fn needed(row: usize, height: u32, stride: usize) -> usize {
    if stride < row {
        return usize::MAX;
    }
    stride
        .saturating_mul(height as usize - 1)
        .saturating_add(row)
}

/// The picture in another size; the sides are scaled each on their own.
pub fn scale(image: &I420, width: u32, height: u32) -> Result<I420, FrameError> {
    resize(image, width, height, ResizeOptions::new())
}

/// The picture in another size, keeping its shape: what is too much at two sides is cut off, the same at both.
pub fn cover(image: &I420, width: u32, height: u32) -> Result<I420, FrameError> {
    let options = ResizeOptions::new().fit_into_destination(Some((0.5, 0.5)));
    resize(image, width, height, options)
}

fn resize(
    image: &I420,
    width: u32,
    height: u32,
    options: ResizeOptions,
) -> Result<I420, FrameError> {
    let mut out = I420::black(width, height)?;
    if (width, height) == (image.width(), image.height()) {
        return Ok(image.clone());
    }
    let shrinks = width <= image.width() && height <= image.height();
    // Shrinking by two or more, a box takes every pixel into account and is cheaper.
    let halves = width * 2 <= image.width() && height * 2 <= image.height();
    let filter = if shrinks && halves {
        FilterType::Box
    } else {
        FilterType::Bilinear
    };
    let options = options.resize_alg(ResizeAlg::Convolution(filter));
    let sizes = |w: u32, h: u32| {
        [
            (w, h),
            (w.div_ceil(2), h.div_ceil(2)),
            (w.div_ceil(2), h.div_ceil(2)),
        ]
    };
    let from_sizes = sizes(image.width(), image.height());
    let to_sizes = sizes(width, height);
    let mut resizer = Resizer::new();
    let planes = image.planes().into_iter().zip(out.planes_mut());
    for ((from, to), (from_size, to_size)) in planes.zip(from_sizes.into_iter().zip(to_sizes)) {
        let impossible = |_| FrameError::Size { width, height };
        let from =
            TypedImageRef::<U8>::from_buffer(from_size.0, from_size.1, from).map_err(impossible)?;
        let mut to = TypedImage::<U8>::from_buffer(to_size.0, to_size.1, to).map_err(impossible)?;
        resizer
            .resize_typed(&from, &mut to, &options)
            .map_err(|_| FrameError::Size { width, height })?;
    }
    Ok(out)
}

/// One plane of bytes in another size, bilinear; the sides are scaled each on their own.
pub fn scale_plane(plane: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>, FrameError> {
    let impossible = |(width, height): (u32, u32)| FrameError::Size { width, height };
    let mut out = vec![0; to.0 as usize * to.1 as usize];
    let source =
        TypedImageRef::<U8>::from_buffer(from.0, from.1, plane).map_err(|_| impossible(from))?;
    let mut target =
        TypedImage::<U8>::from_buffer(to.0, to.1, &mut out).map_err(|_| impossible(to))?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|_| impossible(to))?;
    Ok(out)
}

/// The largest even size with the same shape that fits into a box and is not larger than the picture.
pub fn fit_within(width: u32, height: u32, max_width: u32, max_height: u32) -> (u32, u32) {
    let (w, h) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (max_w, max_h) = (u64::from(max_width), u64::from(max_height));
    let (fit_w, fit_h) = if w <= max_w && h <= max_h {
        (w, h)
    } else if w * max_h >= h * max_w {
        (max_w, (h * max_w + w / 2) / w)
    } else {
        ((w * max_h + h / 2) / h, max_h)
    };
    let even = |side: u64| (side as u32 & !1).max(2);
    (even(fit_w), even(fit_h))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::synthetic::card::{CardStyle, TestCard, Theme, read_counter};

    #[test]
    fn colours_become_what_bt_601_says() {
        // Red, green, blue and white as (Y, U, V).
        let cases = [
            ([255, 0, 0], (81, 90, 240)),
            ([0, 255, 0], (145, 54, 34)),
            ([0, 0, 255], (41, 240, 110)),
            ([255, 255, 255], (235, 128, 128)),
        ];
        for ([r, g, b], (y, u, v)) in cases {
            for (format, pixel) in [
                (PixelFormat::Rgba, [r, g, b, 255]),
                (PixelFormat::Bgra, [b, g, r, 255]),
            ] {
                let mut data = Vec::new();
                for _ in 0..5 {
                    data.extend(pixel.repeat(7));
                    data.extend([9; 12]);
                }
                let image = packed_to_i420(format, 7, 5, &data, 40).unwrap();
                for (plane, wanted) in image.planes().into_iter().zip([y, u, v]) {
                    for p in plane {
                        assert!(p.abs_diff(wanted) <= 2, "{format:?} {p} for {wanted}");
                    }
                }
            }
        }
    }

    #[test]
    fn yuyv_and_nv12_keep_their_samples() {
        let row: Vec<u8> = [10, 100, 20, 200].repeat(4);
        let image = packed_to_i420(PixelFormat::Yuyv, 8, 4, &row.repeat(4), 16).unwrap();
        let [y, u, v] = image.planes();
        assert_eq!(&y[..4], &[10, 20, 10, 20]);
        assert!(u.iter().all(|p| *p == 100) && v.iter().all(|p| *p == 200));

        let luma: Vec<u8> = (0..40).collect();
        let chroma: Vec<u8> = [1, 2, 3, 4, 5, 6, 0, 0].repeat(3);
        let image = nv12_to_i420(5, 5, (&luma, 8), (&chroma, 8)).unwrap();
        let [y, u, v] = image.planes();
        assert_eq!(&y[5..10], &[8, 9, 10, 11, 12]);
        assert_eq!(&u[..3], &[1, 3, 5]);
        assert_eq!(&v[..3], &[2, 4, 6]);
    }

    #[test]
    fn wrong_sizes_are_refused() {
        let data = vec![0; 4 * 4 * 4];
        let short = |r: Result<I420, FrameError>| matches!(r, Err(FrameError::Short { .. }));
        assert!(short(packed_to_i420(PixelFormat::Bgra, 4, 5, &data, 16)));
        assert!(short(packed_to_i420(PixelFormat::Bgra, 4, 4, &data, 15)));
        assert!(short(packed_to_i420(
            PixelFormat::Bgra,
            4,
            4,
            &data,
            usize::MAX
        )));
        assert!(short(packed_to_i420(
            PixelFormat::Yuyv,
            4,
            4,
            &data[..31],
            8
        )));
        assert!(short(nv12_to_i420(4, 4, (&data, 4), (&data[..7], 4))));
        assert!(short(nv12_to_i420(4, 4, (&data, 0), (&data, 4))));
        for (w, h) in [(0, 4), (4, 0), (u32::MAX, u32::MAX), (9000, 4)] {
            let refused = packed_to_i420(PixelFormat::Rgba, w, h, &data, 16);
            assert!(matches!(refused, Err(FrameError::Size { .. })), "{w}x{h}");
        }
    }

    #[test]
    fn a_card_keeps_its_counter_at_every_size() {
        let style = CardStyle {
            name: "Ada".into(),
            label: String::new(),
            theme: Theme::Teal,
        };
        let card = TestCard::new(1280, 720, &style).unwrap();
        let image = card.draw(77_123, std::time::Duration::from_secs(5));
        for (w, h) in [
            (1920, 1080),
            (960, 540),
            (640, 360),
            (320, 180),
            (160, 90),
            (641, 361),
        ] {
            let scaled = scale(&image, w, h).unwrap();
            assert_eq!(read_counter(&scaled), Some(77_123), "{w}x{h}");
        }
        assert!(scale(&image, 0, 90).is_err());
        assert_eq!(scale(&image, 1280, 720).unwrap(), image);
    }

    #[test]
    fn sizes_fit_without_growing_and_keep_their_shape() {
        assert_eq!(fit_within(1920, 1080, 1280, 720), (1280, 720));
        assert_eq!(fit_within(1920, 1200, 1280, 720), (1152, 720));
        assert_eq!(fit_within(1080, 1920, 1280, 720), (404, 720));
        assert_eq!(fit_within(641, 361, 1280, 720), (640, 360));
        assert_eq!(fit_within(8000, 10, 100, 100), (100, 2));
        assert_eq!(fit_within(0, 0, 0, 0), (2, 2));
        assert_eq!(fit_within(u32::MAX, u32::MAX, 640, 360), (360, 360));
    }
}

//! Displays of macOS, through Quartz Display Services: a picture of the whole display at a time, drawn into pixels of
//! known form. It draws no cursor.

use std::sync::Arc;

use core_graphics::access::ScreenCaptureAccess;
use core_graphics::base::{kCGBitmapByteOrder32Little, kCGImageAlphaNoneSkipFirst};
use core_graphics::color_space::{CGColorSpace, kCGColorSpaceSRGB};
use core_graphics::context::CGContext;
use core_graphics::display::CGDisplay;
use core_graphics::geometry::{CGPoint, CGRect, CGSize};
use core_graphics::image::CGImage;
use foyer_media::clock::SharedClock;
use foyer_media::convert::fit_within;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoCapture, VideoWant,
};
use foyer_media::frame::{I420, VideoFrame};
use foyer_media::share::{Area, Share};

use super::quartz_windows;
use super::surface::{LIMIT, PLAN};
use crate::capture::{self, Pace};
use crate::deadline::within;
use crate::picture;

/// No pointer is in the pictures.
pub(crate) const SHOWS_POINTER: bool = false;

const PREFIX: &str = "quartz:";

/// The number of an error says little more than that there was one.
fn said(error: i32) -> CaptureError {
    CaptureError::Failed(format!("Quartz says {error}"))
}

fn side(pixels: u64) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}

/// In pixels: what the display itself calls its width counts points, of which one may be four pixels.
fn size(display: CGDisplay) -> (u32, u32) {
    display.display_mode().map_or_else(
        || (side(display.pixels_wide()), side(display.pixels_high())),
        |mode| (side(mode.pixel_width()), side(mode.pixel_height())),
    )
}

/// Every display; Quartz names the main one first.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    within("screen list", LIMIT, || {
        let displays = CGDisplay::active_displays().map_err(said)?;
        Ok(displays
            .into_iter()
            .enumerate()
            .map(|(place, number)| DeviceInfo {
                id: DeviceId(format!("{PREFIX}{number}")),
                kind: DeviceKind::Screen,
                label: format!("Display {}", place + 1),
                is_default: place == 0,
                synthetic: false,
                size: Some(size(CGDisplay::new(number))),
            })
            .collect())
    })
}

/// Captures a display, a part of it, or a window until the stream ends. The first time the system asks the guest, in the background.
pub(crate) fn open(
    share: Share,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let Share {
        surface: DeviceId(id),
        area,
        ..
    } = share;
    if let Some(window) = id.strip_prefix(quartz_windows::PREFIX) {
        return quartz_windows::open(window, want, clock);
    }
    let number: u32 = id
        .strip_prefix(PREFIX)
        .and_then(|number| number.parse().ok())
        .ok_or(CaptureError::NotFound)?;
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        ask()?;
        let listed = CGDisplay::active_displays().map_err(said)?;
        if !listed.contains(&number) {
            return Err(CaptureError::NotFound);
        }
        let display = CGDisplay::new(number);
        let space = srgb()?;
        let mut pace = Pace::new(want.fps);
        opened.yes();
        loop {
            let at = clock.now();
            pace.due(at);
            // None for a display that was unplugged or that sleeps.
            let shown = display.image().ok_or(CaptureError::Lost)?;
            let image = Arc::new(drawn(&shown, &space, area, want)?);
            outlet.put(VideoFrame { at, image });
            if !outlet.wait(pace.rest(clock.now())) {
                return Ok(());
            }
        }
    })
}

/// Asks the guest, the first time.
pub(super) fn ask() -> Result<(), CaptureError> {
    let access = ScreenCaptureAccess;
    match access.preflight() || access.request() {
        true => Ok(()),
        false => Err(CaptureError::NotAllowed),
    }
}

pub(super) fn srgb() -> Result<CGColorSpace, CaptureError> {
    // A constant of the system library, which never changes.
    #[allow(unsafe_code)]
    let name = unsafe { kCGColorSpaceSRGB };
    CGColorSpace::create_with_name(name)
        .ok_or_else(|| CaptureError::Unsupported("no colour space sRGB".into()))
}

/// The picture, or a part of it, at the wanted size. Rows, order of bytes and colours of what the system hands out are
/// not promised; those of what is drawn are.
pub(super) fn drawn(
    shown: &CGImage,
    space: &CGColorSpace,
    area: Option<Area>,
    want: VideoWant,
) -> Result<I420, CaptureError> {
    let natural = (side(shown.width() as u64), side(shown.height() as u64));
    // Parts are counted in the pixels of the whole.
    let (width, height) = match area {
        Some(_) => natural,
        None => fit_within(natural.0, natural.1, want.width, want.height),
    };
    let form = kCGBitmapByteOrder32Little | kCGImageAlphaNoneSkipFirst;
    let (columns, rows) = (width as usize, height as usize);
    let mut context =
        CGContext::create_bitmap_context(None, columns, rows, 8, columns * 4, space, form);
    let all = CGRect::new(
        &CGPoint::new(0.0, 0.0),
        &CGSize::new(f64::from(width), f64::from(height)),
    );
    context.draw_image(all, shown);
    let stride = context.bytes_per_row();
    let image = match area {
        Some(area) => picture::part_of_screen((width, height), stride, context.data(), area),
        None => picture::from_bgrx(width, height, stride, context.data()),
    };
    image
        .and_then(|image| picture::fit(image, want.width, want.height))
        .map_err(|error| CaptureError::Failed(error.to_string()))
}

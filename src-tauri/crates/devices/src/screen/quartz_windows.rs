//! Windows of macOS, through Quartz Window Services: `CGWindowListCopyWindowInfo` for the list, `CGWindowListCreateImage`
//! for the pictures, which shows a window even where others cover it. It draws no cursor. Titles are only known once the
//! guest has allowed screens to be recorded.

use core_foundation::array::CFArray;
use core_foundation::base::{CFType, TCFType};
use core_foundation::dictionary::{CFDictionary, CFDictionaryRef};
use core_foundation::number::CFNumber;
use core_foundation::string::{CFString, CFStringRef};
use core_graphics::color_space::CGColorSpace;
use core_graphics::display::CGRectNull;
use core_graphics::geometry::CGRect;
use core_graphics::window::{
    copy_window_info, create_image, kCGNullWindowID, kCGWindowBounds, kCGWindowImageBestResolution,
    kCGWindowImageBoundsIgnoreFraming, kCGWindowIsOnscreen, kCGWindowLayer,
    kCGWindowListExcludeDesktopElements, kCGWindowListOptionAll,
    kCGWindowListOptionIncludingWindow, kCGWindowName, kCGWindowNumber, kCGWindowOwnerPID,
};
use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, DeviceId, VideoCapture, VideoWant, WindowInfo};
use foyer_media::frame::I420;
use foyer_media::share::LEAST_SIDE;

use super::quartz::{ask, drawn, srgb};
use super::surface::{LIMIT, PLAN, Surface, deliver};
use crate::capture;
use crate::deadline::within;

/// What ids of windows begin with; their number follows.
pub(super) const PREFIX: &str = "quartz-window:";

/// The windows of other programs, front to back as the system lists them; those that are not on the screen last.
pub(crate) fn windows() -> Result<Vec<WindowInfo>, CaptureError> {
    within("window list", LIMIT, || {
        let mut found = described(
            kCGWindowListOptionAll | kCGWindowListExcludeDesktopElements,
            kCGNullWindowID,
        );
        found.sort_by_key(|window| window.minimised);
        Ok(found)
    })
}

fn described(option: u32, relative_to: u32) -> Vec<WindowInfo> {
    let listed: Option<CFArray> = copy_window_info(option, relative_to);
    listed
        .iter()
        .flat_map(CFArray::iter)
        .filter_map(|entry| {
            let entry: CFDictionaryRef = (*entry).cast();
            // SAFETY: the array holds dictionaries, says Apple's documentation, and outlives this reference of our own.
            #[allow(unsafe_code)]
            let entry: CFDictionary<CFString, CFType> =
                unsafe { CFDictionary::wrap_under_get_rule(entry) };
            window(&entry)
        })
        .collect()
}

type Entry = CFDictionary<CFString, CFType>;

/// `None` for what nobody would share: our own, menus and panels (which lie in other layers), what has no name.
fn window(entry: &Entry) -> Option<WindowInfo> {
    // Constants of the system library, which never change.
    #[allow(unsafe_code)]
    let (number, layer, owner, name, bounds, on_screen) = unsafe {
        (
            kCGWindowNumber,
            kCGWindowLayer,
            kCGWindowOwnerPID,
            kCGWindowName,
            kCGWindowBounds,
            kCGWindowIsOnscreen,
        )
    };
    let number = number_of(entry, number)?;
    let title = value(entry, name)?.downcast::<CFString>()?.to_string();
    let bounds = value(entry, bounds)?.downcast::<CFDictionary>()?;
    let bounds = CGRect::from_dict_representation(&bounds)?;
    // In points, of which one may be four pixels; it is only shown.
    let size = (bounds.size.width as u32, bounds.size.height as u32);
    let can_be_shared = number_of(entry, layer)? == 0
        && number_of(entry, owner)? != i64::from(std::process::id())
        && !title.trim().is_empty()
        && size.0.min(size.1) >= LEAST_SIDE;
    can_be_shared.then(|| WindowInfo {
        id: DeviceId(format!("{PREFIX}{number}")),
        title: title.trim().to_owned(),
        // Said of windows on the screen alone.
        minimised: value(entry, on_screen).is_none(),
        size,
    })
}

fn value(entry: &Entry, key: CFStringRef) -> Option<CFType> {
    // SAFETY: the keys are constants of the system library.
    #[allow(unsafe_code)]
    let key = unsafe { CFString::wrap_under_get_rule(key) };
    entry.find(&key).map(|value| value.clone())
}

fn number_of(entry: &Entry, key: CFStringRef) -> Option<i64> {
    value(entry, key)?.downcast::<CFNumber>()?.to_i64()
}

/// Captures a window until it is closed or the stream ends.
pub(super) fn open(
    number: &str,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let window: u32 = number.parse().map_err(|_| CaptureError::NotFound)?;
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        ask()?;
        if !exists(window) {
            return Err(CaptureError::NotFound);
        }
        let surface = WindowSurface {
            window,
            space: srgb()?,
            want,
        };
        opened.yes();
        deliver(surface, want, &clock, outlet)
    })
}

fn exists(window: u32) -> bool {
    copy_window_info(kCGWindowListOptionIncludingWindow, window)
        .is_some_and(|found| !found.is_empty())
}

struct WindowSurface {
    window: u32,
    space: CGColorSpace,
    want: VideoWant,
}

impl Surface for WindowSurface {
    /// The system does not say.
    fn changed(&mut self) -> Result<bool, CaptureError> {
        match exists(self.window) {
            true => Ok(true),
            false => Err(CaptureError::Lost),
        }
    }

    fn picture(&mut self) -> Result<Option<I420>, CaptureError> {
        // A constant of the system library, which never changes.
        #[allow(unsafe_code)]
        let whole = unsafe { CGRectNull };
        let shown = create_image(
            whole,
            kCGWindowListOptionIncludingWindow,
            self.window,
            kCGWindowImageBoundsIgnoreFraming | kCGWindowImageBestResolution,
        );
        let least = LEAST_SIDE as usize;
        // None while it is minimised.
        let shown = shown.filter(|shown| shown.width() >= least && shown.height() >= least);
        shown
            .map(|shown| drawn(&shown, &self.space, None, self.want))
            .transpose()
    }
}

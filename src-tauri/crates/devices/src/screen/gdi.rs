//! Windows of Windows, through GDI: `EnumWindows` for the list, `PrintWindow` with `PW_RENDERFULLCONTENT` (Windows 8.1 and
//! later) for the pictures, which shows a window even where others cover it. It draws no cursor.
#![allow(unsafe_code)] // Win32 has no safe interface; everything unsafe about windows stays in this file.

use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::null_mut;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, DeviceId, VideoCapture, VideoWant, WindowInfo};
use foyer_media::frame::I420;
use foyer_media::share::LEAST_SIDE;
use windows_sys::Win32::Foundation::{HWND, LPARAM, RECT};
use windows_sys::Win32::Graphics::Dwm::{
    DWMWA_CLOAKED, DWMWA_EXTENDED_FRAME_BOUNDS, DwmGetWindowAttribute,
};
use windows_sys::Win32::Graphics::Gdi::{
    BI_RGB, BITMAPINFO, BITMAPINFOHEADER, CreateCompatibleDC, CreateDIBSection, DIB_RGB_COLORS,
    DeleteDC, DeleteObject, GdiFlush, HBITMAP, HDC, HGDIOBJ, SelectObject,
};
use windows_sys::Win32::Storage::Xps::PrintWindow;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumWindows, GWL_EXSTYLE, GetWindowLongW, GetWindowRect, GetWindowTextW,
    GetWindowThreadProcessId, IsIconic, IsWindow, IsWindowVisible, PW_RENDERFULLCONTENT,
    WS_EX_TOOLWINDOW,
};
use windows_sys::core::BOOL;

use super::surface::{LIMIT, PLAN, Surface, deliver};
use crate::capture;
use crate::deadline::within;
use crate::picture;

/// What ids of windows begin with; the number of the handle follows.
pub(super) const PREFIX: &str = "gdi-window:";
/// Longest title that is read.
const LONGEST: usize = 512;

fn handle(number: isize) -> HWND {
    number as HWND
}

/// The windows of other programs, front to back (`EnumWindows` goes by Z order), minimised ones last.
pub(crate) fn windows() -> Result<Vec<WindowInfo>, CaptureError> {
    within("window list", LIMIT, || {
        let mut handles: Vec<isize> = Vec::new();
        // SAFETY: the callback gets this pointer alone, and only during the call.
        unsafe { EnumWindows(Some(collect), &raw mut handles as LPARAM) };
        let mut found: Vec<_> = handles.into_iter().filter_map(described).collect();
        found.sort_by_key(|window| window.minimised);
        Ok(found)
    })
}

unsafe extern "system" fn collect(window: HWND, handles: LPARAM) -> BOOL {
    // SAFETY: `windows` passes a pointer to its own list, which nobody else holds meanwhile.
    let handles = unsafe { &mut *(handles as *mut Vec<isize>) };
    handles.push(window as isize);
    1
}

/// `None` for what nobody would share: our own, tool windows, what is hidden or has no name.
fn described(number: isize) -> Option<WindowInfo> {
    let window = handle(number);
    let mut process = 0;
    let mut title = [0; LONGEST];
    let mut cloaked = 0u32;
    // SAFETY: a window that is gone makes each of these fail; the buffers are as long as is said.
    let (is_shown, style, length, minimised) = unsafe {
        GetWindowThreadProcessId(window, &raw mut process);
        DwmGetWindowAttribute(
            window,
            DWMWA_CLOAKED as u32,
            (&raw mut cloaked).cast::<c_void>(),
            size_of::<u32>() as u32,
        );
        (
            IsWindowVisible(window) != 0,
            GetWindowLongW(window, GWL_EXSTYLE) as u32,
            GetWindowTextW(window, title.as_mut_ptr(), LONGEST as i32),
            IsIconic(window) != 0,
        )
    };
    let title = String::from_utf16_lossy(&title[..usize::try_from(length).ok()?]);
    let frame = Frame::of(window)?;
    let can_be_shared = is_shown
        && cloaked == 0
        && style & WS_EX_TOOLWINDOW == 0
        && process != std::process::id()
        && !title.trim().is_empty()
        && (minimised || frame.size.0.min(frame.size.1) >= LEAST_SIDE);
    can_be_shared.then(|| WindowInfo {
        id: DeviceId(format!("{PREFIX}{number}")),
        title: title.trim().to_owned(),
        minimised,
        size: frame.size,
    })
}

/// Captures a window until it is closed or the stream ends.
pub(super) fn open(
    number: &str,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let number: isize = number.parse().map_err(|_| CaptureError::NotFound)?;
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let surface = Printed {
            window: handle(number),
            want,
            canvas: None,
            shown: Vec::new(),
        };
        surface.check().map_err(|_| CaptureError::NotFound)?;
        opened.yes();
        deliver(surface, want, &clock, outlet)
    })
}

/// What of a window is seen: its rectangle is larger by edges that nobody sees.
#[derive(Clone, Copy, PartialEq)]
struct Frame {
    whole: (u32, u32),
    corner: (u32, u32),
    size: (u32, u32),
}

impl Frame {
    fn of(window: HWND) -> Option<Self> {
        let mut whole = RECT::default();
        let mut seen = RECT::default();
        // SAFETY: both fill a rectangle that is ours, or fail.
        let outcome = unsafe {
            if GetWindowRect(window, &raw mut whole) == 0 {
                return None;
            }
            DwmGetWindowAttribute(
                window,
                DWMWA_EXTENDED_FRAME_BOUNDS as u32,
                (&raw mut seen).cast::<c_void>(),
                size_of::<RECT>() as u32,
            )
        };
        let side = |from: i32, to: i32| u32::try_from(to - from).unwrap_or(0);
        let all = (side(whole.left, whole.right), side(whole.top, whole.bottom));
        let corner = (side(whole.left, seen.left), side(whole.top, seen.top));
        let size = (side(seen.left, seen.right), side(seen.top, seen.bottom));
        let fits = corner.0 + size.0 <= all.0 && corner.1 + size.1 <= all.1;
        let is_known = outcome == 0 && fits && size.0 > 0 && size.1 > 0;
        Some(Self {
            whole: all,
            corner: if is_known { corner } else { (0, 0) },
            size: if is_known { size } else { all },
        })
    }
}

/// Pixels that a window is printed into, rows from the top, B G R X.
struct Canvas {
    context: HDC,
    bitmap: HBITMAP,
    before: HGDIOBJ,
    pixels: *const u8,
    frame: Frame,
}

impl Canvas {
    fn new(frame: Frame) -> Option<Self> {
        let (width, height) = frame.whole;
        I420::bytes_for(width, height).ok()?;
        let form = BITMAPINFO {
            bmiHeader: BITMAPINFOHEADER {
                biSize: size_of::<BITMAPINFOHEADER>() as u32,
                biWidth: width as i32,
                // Negative: the first row is the top one.
                biHeight: -(height as i32),
                biPlanes: 1,
                biBitCount: 32,
                biCompression: BI_RGB,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut pixels: *mut c_void = null_mut();
        // SAFETY: the context is ours; the bitmap is freed in `drop`, after it was taken out of the context.
        unsafe {
            let context = CreateCompatibleDC(null_mut());
            let bitmap = CreateDIBSection(
                context,
                &raw const form,
                DIB_RGB_COLORS,
                &raw mut pixels,
                null_mut(),
                0,
            );
            if bitmap.is_null() || pixels.is_null() {
                DeleteDC(context);
                return None;
            }
            Some(Self {
                context,
                bitmap,
                before: SelectObject(context, bitmap),
                pixels: pixels.cast_const().cast(),
                frame,
            })
        }
    }

    fn print(&mut self, window: HWND) -> Option<&[u8]> {
        let (width, height) = self.frame.whole;
        // SAFETY: the section holds so many bytes until `drop`; GDI is done with them after the flush.
        unsafe {
            if PrintWindow(window, self.context, PW_RENDERFULLCONTENT) == 0 {
                return None;
            }
            GdiFlush();
            let length = width as usize * height as usize * 4;
            Some(std::slice::from_raw_parts(self.pixels, length))
        }
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // SAFETY: all three are ours and freed once, the bitmap outside of any context.
        unsafe {
            SelectObject(self.context, self.before);
            DeleteObject(self.bitmap);
            DeleteDC(self.context);
        }
    }
}

struct Printed {
    window: HWND,
    want: VideoWant,
    canvas: Option<Canvas>,
    /// The visible part of what was printed last.
    shown: Vec<u8>,
}

impl Printed {
    fn check(&self) -> Result<(), CaptureError> {
        // SAFETY: any value may be asked for.
        match unsafe { IsWindow(self.window) } {
            0 => Err(CaptureError::Lost),
            _ => Ok(()),
        }
    }
}

impl Surface for Printed {
    fn changed(&mut self) -> Result<bool, CaptureError> {
        self.check()?;
        // SAFETY: as above.
        let is_minimised = unsafe { IsIconic(self.window) } != 0;
        let Some(frame) = Frame::of(self.window).filter(|_| !is_minimised) else {
            return Ok(false);
        };
        if self
            .canvas
            .as_ref()
            .is_none_or(|canvas| canvas.frame != frame)
        {
            self.canvas = Canvas::new(frame);
        }
        let printed = self
            .canvas
            .as_mut()
            .and_then(|canvas| canvas.print(self.window));
        let Some(pixels) = printed else {
            return Ok(false);
        };
        let (left, top) = (frame.corner.0 as usize * 4, frame.corner.1 as usize);
        let (row, rows) = (frame.size.0 as usize * 4, frame.size.1 as usize);
        let lines = pixels.chunks_exact(frame.whole.0 as usize * 4);
        let seen = lines
            .skip(top)
            .take(rows)
            .map(|line| &line[left..left + row]);
        let is_same = self.shown.len() == row * rows
            && seen
                .clone()
                .zip(self.shown.chunks_exact(row))
                .all(|(a, b)| a == b);
        if !is_same {
            self.shown.clear();
            seen.for_each(|line| self.shown.extend_from_slice(line));
        }
        Ok(!is_same)
    }

    fn picture(&mut self) -> Result<Option<I420>, CaptureError> {
        let Some(frame) = self.canvas.as_ref().map(|canvas| canvas.frame) else {
            return Ok(None);
        };
        if self.shown.is_empty() || frame.size.0.min(frame.size.1) < LEAST_SIDE {
            return Ok(None);
        }
        picture::of_screen(frame.size, &self.shown, self.want).map(Some)
    }
}

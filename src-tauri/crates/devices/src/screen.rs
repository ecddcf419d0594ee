//! Displays, parts of them, and windows: X11 on Linux, DXGI duplication and GDI on Windows, Quartz on macOS.

mod surface;

#[cfg(target_os = "linux")]
mod x11;
#[cfg(target_os = "linux")]
pub(crate) use self::x11::{SHOWS_POINTER, list, open, windows};

#[cfg(windows)]
mod dxgi;
#[cfg(windows)]
mod gdi;
#[cfg(windows)]
pub(crate) use self::dxgi::{SHOWS_POINTER, list, open};
#[cfg(windows)]
pub(crate) use self::gdi::windows;

#[cfg(target_os = "macos")]
mod quartz;
#[cfg(target_os = "macos")]
mod quartz_windows;
#[cfg(target_os = "macos")]
pub(crate) use self::quartz::{SHOWS_POINTER, list, open};
#[cfg(target_os = "macos")]
pub(crate) use self::quartz_windows::windows;

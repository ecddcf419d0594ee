//! Whole displays: X11 on Linux, DXGI duplication on Windows, Quartz on macOS.

#[cfg(target_os = "linux")]
mod x11;
#[cfg(target_os = "linux")]
pub(crate) use self::x11::{list, open};

#[cfg(windows)]
mod dxgi;
#[cfg(windows)]
pub(crate) use self::dxgi::{list, open};

#[cfg(target_os = "macos")]
mod quartz;
#[cfg(target_os = "macos")]
pub(crate) use self::quartz::{list, open};

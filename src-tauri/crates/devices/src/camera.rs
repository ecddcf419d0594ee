//! Cameras, through nokhwa: one thread for each that is open, raw buffers in a format chosen here, I420 out.
//!
//! nokhwa's own choice of formats, its conversions and its callback camera are not used: they take the wrong
//! format, ten times the time, or hide errors. What the driver says is only text, see `trouble`.

mod choice;

#[cfg(target_os = "linux")]
mod v4l;
#[cfg(target_os = "linux")]
use self::v4l as system;

#[cfg(windows)]
mod media_foundation;
#[cfg(windows)]
use self::media_foundation as system;

#[cfg(target_os = "macos")]
mod avfoundation;
#[cfg(target_os = "macos")]
use self::avfoundation as system;

#[cfg(any(windows, target_os = "macos"))]
mod nokhwa_list;
mod nokhwa_source;

pub(crate) use self::nokhwa_source::open;
pub(crate) use self::system::list;

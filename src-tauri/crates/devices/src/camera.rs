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

#[cfg(any(target_os = "linux", windows))]
mod nokhwa_source;
#[cfg(any(target_os = "linux", windows))]
pub(crate) use self::nokhwa_source::open;
#[cfg(any(target_os = "linux", windows))]
pub(crate) use self::system::list;

#[cfg(not(any(target_os = "linux", windows)))]
mod absent {
    use foyer_media::clock::SharedClock;
    use foyer_media::device::{CaptureError, DeviceInfo, VideoCapture, VideoWant};

    fn unsupported() -> CaptureError {
        CaptureError::Unsupported("cameras on this system".into())
    }

    pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
        Err(unsupported())
    }

    pub(crate) fn open(
        _: &str,
        _: VideoWant,
        _: SharedClock,
    ) -> Result<VideoCapture, CaptureError> {
        Err(unsupported())
    }
}
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) use self::absent::{list, open};

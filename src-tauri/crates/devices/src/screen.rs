//! Whole displays: X11 on Linux, DXGI duplication on Windows.

#[cfg(target_os = "linux")]
mod x11;
#[cfg(target_os = "linux")]
pub(crate) use self::x11::{list, open};

#[cfg(windows)]
mod dxgi;
#[cfg(windows)]
pub(crate) use self::dxgi::{list, open};

#[cfg(not(any(target_os = "linux", windows)))]
mod absent {
    use foyer_media::clock::SharedClock;
    use foyer_media::device::{CaptureError, DeviceInfo, VideoCapture, VideoWant};

    fn unsupported() -> CaptureError {
        CaptureError::Unsupported("screen capture on this system".into())
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

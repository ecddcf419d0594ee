//! The cameras that nokhwa knows where it is the one that lists them: Windows and macOS.

use std::time::Duration;

use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind};
use nokhwa::utils::{ApiBackend, CameraIndex, CameraInfo};

use crate::deadline::within;
use crate::trouble::{self, Stage};

const LIMIT: Duration = Duration::from_secs(5);

/// A system's cameras. What nokhwa calls "misc" is the name that stays: a symbolic link on Windows, a unique id on
/// macOS.
#[derive(Clone, Copy)]
pub(super) struct Listed {
    pub backend: ApiBackend,
    /// Begins our ids.
    pub prefix: &'static str,
}

impl Listed {
    /// Every camera; the first is the default.
    pub fn list(self) -> Result<Vec<DeviceInfo>, CaptureError> {
        within("camera list", LIMIT, move || {
            let cameras = self.query()?;
            Ok(cameras
                .into_iter()
                .enumerate()
                .map(|(place, camera)| DeviceInfo {
                    id: DeviceId(format!("{}{}", self.prefix, camera.misc())),
                    kind: DeviceKind::Camera,
                    label: camera.human_name(),
                    is_default: place == 0,
                    synthetic: false,
                    size: None,
                })
                .collect())
        })
    }

    /// What nokhwa calls the camera with this id now.
    pub fn index(self, id: &str) -> Result<CameraIndex, CaptureError> {
        let name = id.strip_prefix(self.prefix).ok_or(CaptureError::NotFound)?;
        self.query()?
            .into_iter()
            .find(|camera| camera.misc() == name)
            .map(|camera| camera.index().clone())
            .ok_or(CaptureError::NotFound)
    }

    fn query(self) -> Result<Vec<CameraInfo>, CaptureError> {
        nokhwa::query(self.backend).map_err(said)
    }
}

/// An error of nokhwa's, in our words.
pub(super) fn said(error: nokhwa::NokhwaError) -> CaptureError {
    trouble::from_text(Stage::Opening, &error.to_string())
}

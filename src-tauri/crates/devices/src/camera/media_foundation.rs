//! What Windows knows about its cameras, through nokhwa's Media Foundation backend.

use foyer_media::device::{CaptureError, DeviceInfo};
use nokhwa::Camera;
use nokhwa::utils::{ApiBackend, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};

use super::nokhwa_list::{Listed, said};
use crate::camera::choice::{Offer, Pixels};

const CAMERAS: Listed = Listed {
    backend: ApiBackend::MediaFoundation,
    prefix: "mf:",
};

/// Every camera.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    CAMERAS.list()
}

/// What nokhwa calls the camera with this id now.
pub(crate) fn index(id: &str) -> Result<CameraIndex, CaptureError> {
    CAMERAS.index(id)
}

/// Every format that both the camera and Foyer can.
pub(crate) fn offers(index: &CameraIndex) -> Result<Vec<Offer>, CaptureError> {
    let any = RequestedFormat::with_formats(
        RequestedFormatType::None,
        &[FrameFormat::NV12, FrameFormat::YUYV, FrameFormat::MJPEG],
    );
    let mut camera = Camera::new(index.clone(), any).map_err(said)?;
    let formats = camera.compatible_camera_formats().map_err(said)?;
    Ok(formats
        .into_iter()
        .filter_map(|format| {
            let pixels = match format.format() {
                FrameFormat::NV12 => Pixels::Nv12,
                FrameFormat::YUYV => Pixels::Yuyv,
                FrameFormat::MJPEG => Pixels::Mjpeg,
                _ => return None,
            };
            Some(Offer {
                width: format.width(),
                height: format.height(),
                fps: format.frame_rate(),
                pixels,
            })
        })
        .collect())
}

//! What Windows knows about its cameras, through nokhwa's Media Foundation backend.

use std::time::Duration;

use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind};
use nokhwa::Camera;
use nokhwa::utils::{ApiBackend, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};

use crate::camera::choice::{Offer, Pixels};
use crate::deadline::within;
use crate::trouble::{self, Stage};

const PREFIX: &str = "mf:";
const LIMIT: Duration = Duration::from_secs(5);

/// Every camera; its symbolic link is the stable part of the id.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    within("camera list", LIMIT, || {
        let cameras = nokhwa::query(ApiBackend::MediaFoundation)
            .map_err(|error| trouble::from_text(Stage::Opening, &error.to_string()))?;
        Ok(cameras
            .into_iter()
            .enumerate()
            .map(|(place, camera)| DeviceInfo {
                id: DeviceId(format!("{PREFIX}{}", camera.misc())),
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
pub(crate) fn index(id: &str) -> Result<CameraIndex, CaptureError> {
    let link = id.strip_prefix(PREFIX).ok_or(CaptureError::NotFound)?;
    nokhwa::query(ApiBackend::MediaFoundation)
        .map_err(|error| trouble::from_text(Stage::Opening, &error.to_string()))?
        .into_iter()
        .find(|camera| camera.misc() == link)
        .map(|camera| camera.index().clone())
        .ok_or(CaptureError::NotFound)
}

/// Every format that both the camera and Foyer can.
pub(crate) fn offers(index: &CameraIndex) -> Result<Vec<Offer>, CaptureError> {
    let said = |error: nokhwa::NokhwaError| trouble::from_text(Stage::Opening, &error.to_string());
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

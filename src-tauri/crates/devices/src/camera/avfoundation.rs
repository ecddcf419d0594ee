//! What macOS knows about its cameras, through nokhwa's AVFoundation backend, and the guest's consent to use them.

use std::sync::mpsc;

use foyer_media::device::{CaptureError, DeviceInfo};
use nokhwa::Camera;
use nokhwa::utils::{ApiBackend, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};

use super::nokhwa_list::{Listed, said};
use crate::camera::choice::{Offer, Pixels};

const CAMERAS: Listed = Listed {
    backend: ApiBackend::AVFoundation,
    prefix: "av:",
};

/// Every camera.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    CAMERAS.list()
}

/// What nokhwa calls the camera with this id, once the guest has agreed to cameras at all. Blocks while the system
/// asks; whoever waits gives up before, and finds the answer at the next try.
pub(crate) fn index(id: &str) -> Result<CameraIndex, CaptureError> {
    let index = CAMERAS.index(id)?;
    if !nokhwa::nokhwa_check() {
        let (answer, answered) = mpsc::sync_channel(1);
        nokhwa::nokhwa_initialize(move |allowed| {
            // Nobody waits for a second answer.
            let _ = answer.try_send(allowed);
        });
        if answered.recv() != Ok(true) {
            return Err(CaptureError::NotAllowed);
        }
    }
    Ok(index)
}

/// Every format that both the camera and Foyer can. nokhwa calls all uncompressed ones YUYV, which the system
/// converts to. It hands out rows with their padding and does not say how much: the system pads to 64 bytes, so
/// only widths that need none are taken.
pub(crate) fn offers(index: &CameraIndex) -> Result<Vec<Offer>, CaptureError> {
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &[FrameFormat::YUYV]);
    let mut camera = Camera::new(index.clone(), any).map_err(said)?;
    let formats = camera.compatible_camera_formats().map_err(said)?;
    Ok(formats
        .into_iter()
        .filter(|format| format.format() == FrameFormat::YUYV && format.width().is_multiple_of(32))
        .map(|format| Offer {
            width: format.width(),
            height: format.height(),
            fps: format.frame_rate(),
            pixels: Pixels::Yuyv,
        })
        .collect())
}

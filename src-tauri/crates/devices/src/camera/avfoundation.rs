//! What macOS knows about its cameras, through nokhwa's AVFoundation backend, and the guest's consent to use them.

use std::sync::mpsc;
use std::time::Duration;

use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind};
use nokhwa::Camera;
use nokhwa::utils::{ApiBackend, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};

use crate::camera::choice::{Offer, Pixels};
use crate::deadline::within;
use crate::trouble::{self, Stage};

const PREFIX: &str = "av:";
const LIMIT: Duration = Duration::from_secs(5);

fn said(error: nokhwa::NokhwaError) -> CaptureError {
    trouble::from_text(Stage::Opening, &error.to_string())
}

/// Every camera; its unique id is the stable part of ours.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    within("camera list", LIMIT, || {
        let cameras = nokhwa::query(ApiBackend::AVFoundation).map_err(said)?;
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

/// What nokhwa calls the camera with this id, once the guest has agreed to cameras at all. Blocks while the system
/// asks; whoever waits gives up before, and finds the answer at the next try.
pub(crate) fn index(id: &str) -> Result<CameraIndex, CaptureError> {
    let unique = id.strip_prefix(PREFIX).ok_or(CaptureError::NotFound)?;
    let index = nokhwa::query(ApiBackend::AVFoundation)
        .map_err(said)?
        .into_iter()
        .find(|camera| camera.misc() == unique)
        .map(|camera| camera.index().clone())
        .ok_or(CaptureError::NotFound)?;
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

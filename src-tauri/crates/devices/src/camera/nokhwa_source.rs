//! A running camera.

use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, VideoCapture, VideoWant};
use foyer_media::frame::{I420, VideoFrame};
use nokhwa::Camera;
use nokhwa::utils::{
    CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};

use crate::camera::choice::{Offer, Pixels, ranked};
use crate::camera::system;
use crate::capture::{self, Outlet, Pace, Plan};
use crate::picture::{self, PictureError};
use crate::trouble::{self, Stage};

const PLAN: Plan = Plan {
    name: "camera",
    opening: Duration::from_secs(6),
    silence: Duration::from_secs(2),
};

/// So many formats are tried before a camera counts as unusable.
const TRIES: usize = 4;

/// Opens the camera `id` on a thread of its own.
pub(crate) fn open(
    id: &str,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let id = id.to_owned();
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let index = system::index(&id)?;
        let offers = ranked(system::offers(&index)?, want);
        let (mut camera, offer) = start(&index, &offers)?;
        tracing::info!(
            width = offer.width,
            height = offer.height,
            fps = offer.fps,
            pixels = ?offer.pixels,
            "camera opened"
        );
        opened.yes();
        if let Err(error) = deliver(&mut camera, offer, want, &clock, outlet) {
            // Before the camera is dropped: v4l panics there when the device is broken.
            outlet.fail(error);
        }
        Ok(())
    })
}

fn start(index: &CameraIndex, offers: &[Offer]) -> Result<(Camera, Offer), CaptureError> {
    let mut last = CaptureError::Unsupported("the camera offers no usable format".into());
    for &offer in offers.iter().take(TRIES) {
        match start_with(index, offer) {
            Ok(camera) => return Ok((camera, offer)),
            Err(error @ (CaptureError::Failed(_) | CaptureError::Unsupported(_))) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn start_with(index: &CameraIndex, offer: Offer) -> Result<Camera, CaptureError> {
    let said = |error: nokhwa::NokhwaError| trouble::from_text(Stage::Opening, &error.to_string());
    let format = match offer.pixels {
        Pixels::Nv12 => FrameFormat::NV12,
        Pixels::Yuyv => FrameFormat::YUYV,
        Pixels::Mjpeg => FrameFormat::MJPEG,
    };
    let resolution = Resolution::new(offer.width, offer.height);
    let exact = CameraFormat::new(resolution, format, offer.fps);
    let formats = [format];
    let request = RequestedFormat::with_formats(RequestedFormatType::Exact(exact), &formats);
    let mut camera = Camera::new(index.clone(), request).map_err(said)?;
    camera.open_stream().map_err(said)?;
    Ok(camera)
}

fn deliver(
    camera: &mut Camera,
    offer: Offer,
    want: VideoWant,
    clock: &SharedClock,
    outlet: &Outlet,
) -> Result<(), CaptureError> {
    let mut pace = Pace::new(want.fps);
    let mut scratch = Vec::new();
    let mut spoilt = 0_u64;
    while outlet.is_open() {
        let raw = camera
            .frame_raw()
            .map_err(|error| trouble::from_text(Stage::Running, &error.to_string()))?;
        let at = clock.now();
        if !pace.due(at) {
            outlet.alive(at);
            continue;
        }
        match convert(offer, &raw, &mut scratch)
            .and_then(|image| picture::fit(image, want.width, want.height))
        {
            Ok(image) => {
                let image = Arc::new(image);
                outlet.put(VideoFrame { at, image });
            }
            Err(error) => {
                spoilt += 1;
                if spoilt.is_power_of_two() {
                    tracing::warn!(%error, spoilt, "camera picture is spoilt");
                }
            }
        }
    }
    Ok(())
}

fn convert(offer: Offer, raw: &[u8], scratch: &mut Vec<u8>) -> Result<I420, PictureError> {
    match offer.pixels {
        Pixels::Nv12 => picture::from_nv12(offer.width, offer.height, raw),
        Pixels::Yuyv => picture::from_yuyv(offer.width, offer.height, raw),
        Pixels::Mjpeg => picture::from_jpeg(raw, scratch),
    }
}

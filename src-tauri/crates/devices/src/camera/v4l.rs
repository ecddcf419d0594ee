//! What Linux knows about its cameras. Asked through `v4l` itself: nokhwa lists metadata nodes as cameras and
//! must set a format before it tells which there are.

use std::time::Duration;

use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind};
use nokhwa::utils::CameraIndex;
use v4l::capability::Flags;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;
use v4l::{Device, Format, FourCC};

use crate::camera::choice::{Offer, Pixels};
use crate::deadline::within;
use crate::trouble::{self, Stage};

const PREFIX: &str = "v4l:/dev/video";
const LIMIT: Duration = Duration::from_secs(3);
/// More sizes than any camera lists; drivers that step through every size would give millions.
const MOST_OFFERS: usize = 2000;

/// Every node that really captures video, in the order of their numbers.
pub(crate) fn list() -> Result<Vec<DeviceInfo>, CaptureError> {
    within("camera list", LIMIT, || {
        let entries = match std::fs::read_dir("/dev") {
            Ok(entries) => entries,
            Err(error) => return Err(CaptureError::Failed(error.to_string())),
        };
        let mut numbers: Vec<u32> = entries
            .flatten()
            .filter_map(|entry| {
                entry
                    .file_name()
                    .to_str()?
                    .strip_prefix("video")?
                    .parse()
                    .ok()
            })
            .collect();
        numbers.sort_unstable();
        Ok(numbers
            .into_iter()
            .filter_map(|number| Some((number, card(number)?)))
            .enumerate()
            .map(|(place, (number, label))| DeviceInfo {
                id: DeviceId(format!("{PREFIX}{number}")),
                kind: DeviceKind::Camera,
                label,
                is_default: place == 0,
                synthetic: false,
                size: None,
            })
            .collect())
    })
}

/// The name of the camera behind a node, if it is one.
fn card(number: u32) -> Option<String> {
    // `query_caps` unwraps names that are not UTF-8.
    std::panic::catch_unwind(|| {
        let caps = Device::with_path(format!("/dev/video{number}"))
            .ok()?
            .query_caps()
            .ok()?;
        let captures = caps.capabilities.contains(Flags::VIDEO_CAPTURE);
        captures.then_some(caps.card)
    })
    .ok()
    .flatten()
}

/// What nokhwa calls the camera with this id.
pub(crate) fn index(id: &str) -> Result<CameraIndex, CaptureError> {
    let number = id
        .strip_prefix(PREFIX)
        .and_then(|number| number.parse().ok())
        .ok_or(CaptureError::NotFound)?;
    Ok(CameraIndex::Index(number))
}

/// Every format that both the camera and Foyer can.
pub(crate) fn offers(index: &CameraIndex) -> Result<Vec<Offer>, CaptureError> {
    let said = |error: std::io::Error| match error.raw_os_error() {
        Some(number) => trouble::from_os_error(Stage::Opening, number, &error.to_string()),
        None => CaptureError::Failed(error.to_string()),
    };
    let number = index
        .as_index()
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    let device = Device::with_path(format!("/dev/video{number}")).map_err(said)?;
    let mut offers = Vec::new();
    for format in device.enum_formats().map_err(said)? {
        let Some(pixels) = pixels(format.fourcc) else {
            continue;
        };
        for size in device.enum_framesizes(format.fourcc).map_err(said)? {
            for (width, height) in sizes(&size.size) {
                let rates = device
                    .enum_frameintervals(format.fourcc, width, height)
                    .unwrap_or_default();
                for fps in rates.iter().flat_map(|rate| whole_rates(&rate.interval)) {
                    if offers.len() < MOST_OFFERS {
                        offers.push(Offer {
                            width,
                            height,
                            fps,
                            pixels,
                        });
                    }
                }
            }
        }
    }
    leave_foreign_format(&device, &offers);
    Ok(offers)
}

/// nokhwa opens no camera whose present format it does not know, such as one left in H.264.
fn leave_foreign_format(device: &Device, offers: &[Offer]) {
    let Some(first) = offers.first() else { return };
    if device
        .format()
        .is_ok_and(|format| pixels(format.fourcc).is_none())
    {
        let known = Format::new(first.width, first.height, fourcc(first.pixels));
        // If the camera refuses, opening it says why.
        let _ = device.set_format(&known);
    }
}

fn pixels(fourcc: FourCC) -> Option<Pixels> {
    match &fourcc.repr {
        b"NV12" => Some(Pixels::Nv12),
        b"YUYV" => Some(Pixels::Yuyv),
        b"MJPG" => Some(Pixels::Mjpeg),
        _ => None,
    }
}

fn fourcc(pixels: Pixels) -> FourCC {
    FourCC::new(match pixels {
        Pixels::Nv12 => b"NV12",
        Pixels::Yuyv => b"YUYV",
        Pixels::Mjpeg => b"MJPG",
    })
}

/// Of a range of sizes only usual ones are looked at.
fn sizes(size: &FrameSizeEnum) -> Vec<(u32, u32)> {
    match size {
        FrameSizeEnum::Discrete(size) => vec![(size.width, size.height)],
        FrameSizeEnum::Stepwise(range) => {
            let on_step = |side: u32, min: u32, max: u32, step: u32| {
                (min..=max).contains(&side) && (side - min).is_multiple_of(step.max(1))
            };
            [
                (1920, 1080),
                (1280, 720),
                (960, 540),
                (640, 480),
                (640, 360),
                (320, 240),
            ]
            .into_iter()
            .filter(|&(width, height)| {
                on_step(width, range.min_width, range.max_width, range.step_width)
                    && on_step(
                        height,
                        range.min_height,
                        range.max_height,
                        range.step_height,
                    )
            })
            .collect()
        }
    }
}

/// nokhwa can only ask for whole rates.
fn whole_rates(interval: &FrameIntervalEnum) -> Vec<u32> {
    match interval {
        FrameIntervalEnum::Discrete(time) if time.numerator == 1 => vec![time.denominator],
        FrameIntervalEnum::Discrete(_) => Vec::new(),
        FrameIntervalEnum::Stepwise(range) => {
            let rate = |numerator: u32, denominator: u32| {
                f64::from(denominator) / f64::from(numerator.max(1))
            };
            let fastest = rate(range.min.numerator, range.min.denominator);
            let slowest = rate(range.max.numerator, range.max.denominator);
            [60, 30, 25, 20, 15, 10]
                .into_iter()
                .filter(|&fps| (slowest..=fastest).contains(&f64::from(fps)))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_nodes_are_understood() {
        assert_eq!(index("v4l:/dev/video7"), Ok(CameraIndex::Index(7)));
        for id in [
            "",
            "v4l:/dev/video",
            "v4l:/dev/video-1",
            "v4l:/etc/passwd",
            "/dev/video1",
        ] {
            assert_eq!(index(id), Err(CaptureError::NotFound));
        }
    }
}

//! The device lists as the page and the command line show them.

use foyer_contract::command::{Device, DeviceLists};
use foyer_contract::share::{ShareSources, ShareWindow};
use foyer_media::device::{CaptureError, DeviceInfo, DeviceKind, Devices, WindowInfo};

/// All pickers, and what could not be listed. Takes up to seconds: keep it off async threads.
pub fn lists(devices: &dyn Devices) -> (DeviceLists, Vec<(DeviceKind, CaptureError)>) {
    let mut failed = Vec::new();
    let mut list = |kind| match devices.list(kind) {
        Ok(found) => found.into_iter().map(device).collect(),
        Err(error) => {
            tracing::warn!(?kind, %error, "devices could not be listed");
            failed.push((kind, error));
            Vec::new()
        }
    };
    let lists = DeviceLists {
        cameras: list(DeviceKind::Camera),
        microphones: list(DeviceKind::Microphone),
        speakers: list(DeviceKind::Speaker),
        screens: list(DeviceKind::Screen),
    };
    (lists, failed)
}

/// What can be shared. What cannot be listed is not there. Takes up to seconds: keep it off async threads.
pub fn share_sources(devices: &dyn Devices) -> ShareSources {
    let screens = devices.list(DeviceKind::Screen).unwrap_or_else(|error| {
        tracing::warn!(%error, "displays could not be listed");
        Vec::new()
    });
    let windows = devices.windows().unwrap_or_else(|error| {
        tracing::warn!(%error, "windows could not be listed");
        Vec::new()
    });
    ShareSources {
        screens: screens.into_iter().map(device).collect(),
        windows: windows.into_iter().map(window).collect(),
        pointer: devices.shows_pointer(),
        sound: devices.offers_computer_sound(),
    }
}

fn window(info: WindowInfo) -> ShareWindow {
    let (width, height) = info.size;
    ShareWindow {
        id: info.id.0,
        title: info.title,
        minimised: info.minimised,
        width,
        height,
    }
}

fn device(info: DeviceInfo) -> Device {
    Device {
        id: info.id.0,
        label: info.label,
        is_default: info.is_default,
        synthetic: info.synthetic,
        width: info.size.map(|(width, _)| width),
        height: info.size.map(|(_, height)| height),
    }
}

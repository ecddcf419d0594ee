//! The devices as pages see them.

use std::sync::Arc;

use foyer_contract::bridge::media::MediaDevice;
use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices};
use foyer_media::share::Share;

/// What pages may list, and the word for it.
const LISTED: [(DeviceKind, &str); 3] = [
    (DeviceKind::Microphone, "audioinput"),
    (DeviceKind::Camera, "videoinput"),
    (DeviceKind::Speaker, "audiooutput"),
];

/// Devices of a kind; takes up to seconds, on a thread of its own.
pub(crate) async fn list(
    devices: &Arc<dyn Devices>,
    kind: DeviceKind,
) -> Result<Vec<DeviceInfo>, CaptureError> {
    let devices = Arc::clone(devices);
    tokio::task::spawn_blocking(move || devices.list(kind))
        .await
        .map_err(|_| CaptureError::Failed("listing panicked".into()))?
}

/// All that `enumerateDevices()` may show. What cannot be listed is left out.
pub(crate) async fn all(devices: &Arc<dyn Devices>) -> Vec<MediaDevice> {
    let mut found = Vec::new();
    for (kind, word) in LISTED {
        match list(devices, kind).await {
            Ok(listed) => found.extend(listed.into_iter().map(|info| MediaDevice {
                group_id: format!("{word}:{}", info.id.0),
                device_id: info.id.0,
                kind: word.to_owned(),
                label: info.label,
                synthetic: info.synthetic,
            })),
            Err(error) => tracing::warn!(?kind, %error, "devices could not be listed"),
        }
    }
    found
}

/// What of these, or of the windows, `chosen` names, under that name, and what kind of surface it is (Screen Capture,
/// 5.3). `None` if there is no such thing.
pub(crate) async fn shared(
    devices: &Arc<dyn Devices>,
    screens: Vec<DeviceInfo>,
    chosen: DeviceId,
) -> Option<(DeviceInfo, &'static str)> {
    let surface = Share::named(&chosen.0).surface;
    if let Some(screen) = screens.into_iter().find(|screen| screen.id == surface) {
        let id = chosen;
        return Some((DeviceInfo { id, ..screen }, "monitor"));
    }
    let devices = Arc::clone(devices);
    let windows = tokio::task::spawn_blocking(move || devices.windows());
    let window = windows
        .await
        .ok()?
        .ok()?
        .into_iter()
        .find(|window| window.id == surface)?;
    let info = DeviceInfo {
        id: chosen,
        kind: DeviceKind::Screen,
        label: window.title,
        is_default: false,
        synthetic: false,
        size: Some(window.size),
    };
    Some((info, "window"))
}

/// The named one, or the system's choice. What is no hardware is taken by name, or if there is nothing else.
pub(crate) fn choose(listed: Vec<DeviceInfo>, id: Option<&str>) -> Option<DeviceInfo> {
    let mut listed = listed.into_iter();
    match id {
        Some(id) if !id.is_empty() && id != "default" => {
            listed.find(|info| info.id == DeviceId(id.to_owned()))
        }
        // The list begins with hardware.
        _ => listed.next(),
    }
}

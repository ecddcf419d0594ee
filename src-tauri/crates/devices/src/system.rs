//! All devices of this machine behind one door.

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::sound::{AudioSink, AudioSource};

use crate::sound::Direction;
use crate::{DeviceWatch, camera, microphone, screen, sound, speaker, watch, y4m};

/// The devices of this machine, and the synthetic ones.
///
/// Ids: `v4l:/dev/videoN`, `mf:LINK` and `file:PATH.y4m` for cameras, `cpal:HOST:DEVICE` for sound,
/// `x11:DISPLAY/MONITOR` and `dxgi:N` for screens, `test:…` for what is no hardware. `default` opens the first
/// that is listed, `display:N` the screen in that place.
pub struct SystemDevices {
    clock: SharedClock,
}

impl SystemDevices {
    /// Opens nothing yet.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock }
    }

    /// Only the real devices of a kind, or why there can be none, such as a screen under Wayland.
    pub fn hardware(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        hardware(kind)
    }

    /// Tells when real devices come or go. Looks every two seconds on a thread of its own.
    pub fn watch(&self) -> Result<DeviceWatch, CaptureError> {
        watch::start(Arc::new(hardware))
    }

    /// Turns `default` and `display:N` into the id of a listed device.
    fn resolve(&self, kind: DeviceKind, id: &DeviceId) -> Result<String, CaptureError> {
        let place = match id.0.as_str() {
            "default" => 0,
            other => match other.strip_prefix("display:") {
                Some(place) => place.parse().map_err(|_| CaptureError::NotFound)?,
                None => return Ok(id.0.clone()),
            },
        };
        let found = hardware(kind)?.into_iter().nth(place);
        found
            .map(|device| device.id.0)
            .ok_or(CaptureError::NotFound)
    }
}

fn hardware(kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
    match kind {
        DeviceKind::Camera => camera::list(),
        DeviceKind::Microphone => sound::list(Direction::Input),
        DeviceKind::Speaker => sound::list(Direction::Output),
        DeviceKind::Screen => screen::list(),
    }
}

impl Devices for SystemDevices {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        let found = hardware(kind).unwrap_or_else(|error| {
            // The synthetic devices are there all the same; `hardware` gives the reason to whoever asks.
            tracing::debug!(?kind, code = error.code(), "no hardware to list");
            Vec::new()
        });
        Ok(found)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let id = self.resolve(DeviceKind::Camera, id)?;
        match id.strip_prefix("file:") {
            Some(path) => y4m::open(path, want, Arc::clone(&self.clock)),
            None => camera::open(&id, want, Arc::clone(&self.clock)),
        }
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let id = self.resolve(DeviceKind::Screen, id)?;
        screen::open(&id, want, Arc::clone(&self.clock))
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        microphone::open(&self.resolve(DeviceKind::Microphone, id)?)
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        speaker::open(&self.resolve(DeviceKind::Speaker, id)?)
    }
}

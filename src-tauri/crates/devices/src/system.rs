//! All devices of this machine behind one door.

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant, WindowInfo,
};
use foyer_media::share::Share;
use foyer_media::sound::{AudioSink, AudioSource};

use crate::sound::Direction;
use crate::{
    DeviceWatch, camera, computer_sound, microphone, screen, sound, speaker, synthetic, watch,
};

/// The devices of this machine, and the synthetic ones.
///
/// Ids: `v4l:/dev/videoN`, `mf:LINK`, `av:UNIQUE-ID` and `file:PATH.y4m` for cameras, `cpal:HOST:DEVICE` for sound,
/// `x11:DISPLAY/MONITOR`, `dxgi:N` and `quartz:NUMBER` for screens, `x11-window:DISPLAY/NUMBER`, `gdi-window:HANDLE` and
/// `quartz-window:NUMBER` for windows, `test:…` for what is no hardware. `default` opens the first real device,
/// `display:N` the real screen in that place.
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
        let mut found = hardware(kind).unwrap_or_else(|error| {
            // The synthetic devices are there all the same; `hardware` gives the reason to whoever asks.
            tracing::debug!(?kind, code = error.code(), "no hardware to list");
            Vec::new()
        });
        found.extend(synthetic::list(kind));
        Ok(found)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let id = self.resolve(DeviceKind::Camera, id)?;
        synthetic::camera(&id, want, &self.clock)
            .unwrap_or_else(|| camera::open(&id, want, Arc::clone(&self.clock)))
    }

    fn windows(&self) -> Result<Vec<WindowInfo>, CaptureError> {
        screen::windows()
    }

    fn shows_pointer(&self) -> bool {
        screen::SHOWS_POINTER
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let mut share = Share::named(&id.0);
        share.surface = DeviceId(self.resolve(DeviceKind::Screen, &share.surface)?);
        synthetic::screen(&share.surface.0, want, &self.clock)
            .unwrap_or_else(|| screen::open(share, want, Arc::clone(&self.clock)))
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        let id = self.resolve(DeviceKind::Microphone, id)?;
        synthetic::microphone(&id).map_or_else(|| microphone::open(&id), Ok)
    }

    fn offers_computer_sound(&self) -> bool {
        computer_sound::is_offered()
    }

    fn open_computer_sound(&self) -> Result<Box<dyn AudioSource>, CaptureError> {
        computer_sound::open()
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        let id = self.resolve(DeviceKind::Speaker, id)?;
        synthetic::speaker(&id).map_or_else(|| speaker::open(&id), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foyer_media::clock::MonotonicClock;

    const KINDS: [DeviceKind; 4] = [
        DeviceKind::Camera,
        DeviceKind::Microphone,
        DeviceKind::Speaker,
        DeviceKind::Screen,
    ];

    #[test]
    fn every_kind_ends_with_synthetic_devices_that_open() {
        let clock = MonotonicClock::shared();
        let devices = SystemDevices::new(Arc::clone(&clock));
        let want = VideoWant {
            width: 320,
            height: 180,
            fps: 30,
        };
        for kind in KINDS {
            let list = devices.list(kind).unwrap();
            assert!(list.is_sorted_by_key(|device| device.synthetic), "{list:?}");
            assert!(
                list.last().is_some_and(|device| device.synthetic),
                "{kind:?}"
            );
            for device in list.iter().filter(|device| device.synthetic) {
                assert!(!device.is_default && !device.label.is_empty());
                let opened = match kind {
                    DeviceKind::Camera => devices.open_camera(&device.id, want).err(),
                    DeviceKind::Screen => devices.open_screen(&device.id, want).err(),
                    DeviceKind::Microphone => devices.open_microphone(&device.id).err(),
                    DeviceKind::Speaker => devices.open_speaker(&device.id).err(),
                };
                assert_eq!(opened, None, "{:?}", device.id);
            }
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_not_found() {
        let devices = SystemDevices::new(MonotonicClock::shared());
        let want = VideoWant {
            width: 320,
            height: 180,
            fps: 30,
        };
        let outcome = devices.open_camera(&DeviceId("file:/nowhere.y4m".into()), want);
        assert_eq!(outcome.err(), Some(CaptureError::NotFound));
    }
}

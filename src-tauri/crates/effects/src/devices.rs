//! All devices of the machine, their cameras with effects. Everything else is handed through as it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant, WindowInfo,
};
use foyer_media::sound::{AudioSink, AudioSource};

use crate::camera::{Camera, Workshop};
use crate::effects::Effects;
use crate::mask::MakeFinder;
use crate::selfie::Selfie;

/// Of the wanted pictures every second may be left out before it is too slow: 15 a second still show who speaks.
const SLOWDOWN: u32 = 2;

/// Cameras with what the guest chose behind them. Whoever opens a camera that is open already gets the same pictures,
/// in the size of the first who opened it: the device opens once, and each picture is made once.
pub struct EffectDevices {
    inner: Arc<dyn Devices>,
    clock: SharedClock,
    effects: Effects,
    make_finder: MakeFinder,
    /// Held while one opens, so that nobody opens it beside.
    open: Mutex<HashMap<DeviceId, Weak<Camera>>>,
}

impl EffectDevices {
    /// On these devices, by Foyer's own model.
    pub fn new(inner: Arc<dyn Devices>, clock: SharedClock, effects: Effects) -> Self {
        let make_finder: MakeFinder = Arc::new(|| Ok(Box::new(Selfie::new()?)));
        Self::with_finder(inner, clock, effects, make_finder)
    }

    /// By another, for tests.
    pub fn with_finder(
        inner: Arc<dyn Devices>,
        clock: SharedClock,
        effects: Effects,
        make_finder: MakeFinder,
    ) -> Self {
        Self {
            inner,
            clock,
            effects,
            make_finder,
            open: Mutex::default(),
        }
    }
}

impl Devices for EffectDevices {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        self.inner.list(kind)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, camera| camera.strong_count() > 0);
        let running = open.get(id).and_then(Weak::upgrade);
        if let Some(capture) = running.and_then(|camera| camera.look()) {
            return Ok(capture);
        }
        let capture = self.inner.open_camera(id, want)?;
        let (camera, first) = Camera::start(
            capture,
            Workshop {
                effects: self.effects.clone(),
                clock: Arc::clone(&self.clock),
                make_finder: Arc::clone(&self.make_finder),
                limit: Duration::from_secs(1) * SLOWDOWN / want.fps.clamp(1, 60),
            },
        )?;
        open.insert(id.clone(), camera);
        Ok(first)
    }

    fn windows(&self) -> Result<Vec<WindowInfo>, CaptureError> {
        self.inner.windows()
    }

    fn shows_pointer(&self) -> bool {
        self.inner.shows_pointer()
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.inner.open_screen(id, want)
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        self.inner.open_microphone(id)
    }

    fn offers_computer_sound(&self) -> bool {
        self.inner.offers_computer_sound()
    }

    fn open_computer_sound(&self) -> Result<Box<dyn AudioSource>, CaptureError> {
        self.inner.open_computer_sound()
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        self.inner.open_speaker(id)
    }
}

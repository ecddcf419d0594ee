//! Opening devices. It may take seconds, so it happens beside the call; a device that is no longer wanted when it
//! is there is released at once.

use std::collections::HashMap;
use std::sync::Arc;

use foyer_media::device::{CaptureError, DeviceId, DeviceKind, Devices, VideoCapture};
use foyer_media::share::Share;
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_meeting::device::{Attempt, Slot};
use tokio::sync::mpsc;

use crate::outgoing::Subject;

/// A device that was opened.
pub(crate) enum Opened {
    Camera(VideoCapture),
    /// With what it sounds like, if that is wanted.
    Screen(VideoCapture, Option<Box<dyn AudioSource>>),
    Microphone(Microphone),
    Speaker(Box<dyn AudioSink>),
}

/// A microphone, or what stands in for one.
pub(crate) struct Microphone {
    pub source: Box<dyn AudioSource>,
    /// No hardware: there is no room around it.
    pub is_synthetic: bool,
}

/// How an opening went.
pub(crate) struct Opening {
    pub slot: Slot,
    pub attempt: Attempt,
    pub outcome: Result<Opened, CaptureError>,
}

/// Which devices are wanted, and the way to open them.
pub(crate) struct Openings {
    devices: Arc<dyn Devices>,
    results: mpsc::UnboundedSender<Opening>,
    wanted: HashMap<Slot, Attempt>,
}

impl Openings {
    /// Every opening is answered on the receiver, unbounded because each answer was asked for.
    pub fn new(devices: Arc<dyn Devices>) -> (Self, mpsc::UnboundedReceiver<Opening>) {
        let (results, received) = mpsc::unbounded_channel();
        let openings = Self {
            devices,
            results,
            wanted: HashMap::new(),
        };
        (openings, received)
    }

    pub fn open(&mut self, slot: Slot, id: Option<String>, attempt: Attempt) {
        self.wanted.insert(slot, attempt);
        let devices = Arc::clone(&self.devices);
        let results = self.results.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = open(devices.as_ref(), slot, id);
            if let Err(error) = &outcome {
                tracing::warn!(device = slot.word(), code = error.code(), %error, "device not opened");
            }
            let opening = Opening {
                slot,
                attempt,
                outcome,
            };
            // A call that has ended since drops the answer and with it the device.
            results.send(opening).ok();
        });
    }

    pub fn close(&mut self, slot: Slot) {
        self.wanted.remove(&slot);
    }

    /// Whether this answer is the one that is waited for.
    pub fn is_wanted(&self, slot: Slot, attempt: Attempt) -> bool {
        self.wanted.get(&slot) == Some(&attempt)
    }
}

fn open(devices: &dyn Devices, slot: Slot, id: Option<String>) -> Result<Opened, CaptureError> {
    let kind = match slot {
        Slot::Microphone => DeviceKind::Microphone,
        Slot::Camera => DeviceKind::Camera,
        Slot::Speaker => DeviceKind::Speaker,
        Slot::Share => DeviceKind::Screen,
    };
    let id = match id {
        Some(id) => DeviceId(id),
        None => default_device(devices, kind)?,
    };
    match slot {
        Slot::Microphone => {
            let source = devices.open_microphone(&id)?;
            let is_synthetic = devices
                .list(kind)
                .is_ok_and(|list| list.iter().any(|info| info.id == id && info.synthetic));
            Ok(Opened::Microphone(Microphone {
                source,
                is_synthetic,
            }))
        }
        Slot::Speaker => devices.open_speaker(&id).map(Opened::Speaker),
        Slot::Camera => devices
            .open_camera(&id, Subject::Camera.want())
            .map(Opened::Camera),
        Slot::Share => {
            let capture = devices.open_screen(&id, Subject::Screen.want())?;
            let sound = Share::named(&id.0).sound;
            let sound = sound.then(|| devices.open_computer_sound()).transpose()?;
            Ok(Opened::Screen(capture, sound))
        }
    }
}

/// The system's choice. What is no hardware is only ever taken by name.
fn default_device(devices: &dyn Devices, kind: DeviceKind) -> Result<DeviceId, CaptureError> {
    devices
        .list(kind)?
        .into_iter()
        .find(|device| !device.synthetic)
        .map(|device| device.id)
        .ok_or(CaptureError::NotFound)
}

//! A microphone that is open only while the guest lets the page hear it. Its track lives on in silence meanwhile: pages
//! that lose a track for good while they are muted cannot be unmuted any more.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use foyer_media::clock::MediaTime;
use foyer_media::device::{CaptureError, DeviceInfo, Devices};
use foyer_media::sound::AudioSource;

use crate::consent::Consent;

enum State {
    Open(Box<dyn AudioSource>),
    /// The guest said no for now.
    Closed,
    Failed(CaptureError),
}

/// What the sound thread reads.
pub(crate) struct Switched {
    state: Arc<Mutex<State>>,
    dropped: u64,
}

/// Opens and closes the device behind a [`Switched`].
pub(crate) struct Switch(Weak<Mutex<State>>);

/// Open at first.
pub(crate) fn switched(source: Box<dyn AudioSource>) -> (Switched, Switch) {
    let state = Arc::new(Mutex::new(State::Open(source)));
    let switch = Switch(Arc::downgrade(&state));
    (Switched { state, dropped: 0 }, switch)
}

impl AudioSource for Switched {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Open(source) => {
                source.pull(now, out)?;
                self.dropped = source.dropped();
                Ok(())
            }
            State::Closed => Ok(()),
            State::Failed(error) => Err(error.clone()),
        }
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Switch {
    /// Until nobody reads any more.
    pub async fn follow(
        self,
        consent: Arc<dyn Consent>,
        devices: Arc<dyn Devices>,
        device: DeviceInfo,
    ) {
        loop {
            consent.until(&device, false).await;
            if !self.set(State::Closed) {
                return;
            }
            consent.until(&device, true).await;
            let (devices, id) = (Arc::clone(&devices), device.id.clone());
            let opened = tokio::task::spawn_blocking(move || devices.open_microphone(&id))
                .await
                .map_err(|_| CaptureError::Failed("opening panicked".into()))
                .flatten();
            let set = match opened {
                Ok(source) => self.set(State::Open(source)),
                Err(error) => {
                    self.set(State::Failed(error));
                    false
                }
            };
            if !set {
                return;
            }
        }
    }

    fn set(&self, next: State) -> bool {
        let Some(state) = self.0.upgrade() else {
            return false;
        };
        *state.lock().unwrap_or_else(PoisonError::into_inner) = next;
        true
    }
}

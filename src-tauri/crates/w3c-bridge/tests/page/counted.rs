//! Devices that count how many of them are open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use foyer_devices::SystemDevices;
use foyer_media::clock::{MediaTime, MonotonicClock};
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::sound::{AudioSink, AudioSource};

#[derive(Clone, Default)]
pub struct Count(Arc<AtomicUsize>);

struct One(Count);

impl Count {
    pub fn now(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn one(&self) -> One {
        self.0.fetch_add(1, Ordering::SeqCst);
        One(self.clone())
    }

    /// Waits until so many are open; false if it takes longer.
    pub async fn reaches(&self, wanted: usize, within: Duration) -> bool {
        let work = async {
            while self.now() != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(within, work).await.is_ok()
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The synthetic devices of the system, counted.
pub struct Counted {
    inner: SystemDevices,
    pub open: Count,
}

impl Counted {
    pub fn new() -> (Arc<Self>, Count) {
        let open = Count::default();
        let inner = SystemDevices::new(MonotonicClock::shared());
        let devices = Arc::new(Self {
            inner,
            open: open.clone(),
        });
        (devices, open)
    }

    fn counted(&self, capture: VideoCapture) -> VideoCapture {
        VideoCapture {
            frames: capture.frames,
            guard: Box::new((capture.guard, self.open.one())),
        }
    }
}

struct Microphone {
    inner: Box<dyn AudioSource>,
    _one: One,
}

impl AudioSource for Microphone {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        self.inner.pull(now, out)
    }

    fn dropped(&self) -> u64 {
        self.inner.dropped()
    }
}

impl Devices for Counted {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        self.inner.list(kind)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        Ok(self.counted(self.inner.open_camera(id, want)?))
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        Ok(self.counted(self.inner.open_screen(id, want)?))
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        Ok(Box::new(Microphone {
            inner: self.inner.open_microphone(id)?,
            _one: self.open.one(),
        }))
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        self.inner.open_speaker(id)
    }
}

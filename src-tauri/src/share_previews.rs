//! Small pictures of what can be shared, for the guest alone. What is looked at again and again stays open meanwhile: to
//! begin anew each time would cost more, and on some systems makes windows draw themselves again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use foyer_contract::share::SharePreview;
use foyer_devices::jpeg;
use foyer_media::device::{CaptureError, DeviceId, Devices, VideoCapture, VideoWant};
use tokio::time::Instant;

/// A window that is slow to draw has no picture this time.
const PATIENCE: Duration = Duration::from_secs(2);
/// Whatever was not looked at for so long is closed.
const KEEP: Duration = Duration::from_secs(3);
/// No preview is larger.
const LARGEST: u32 = 1280;

type Key = (String, u32, u32);

struct Open {
    capture: VideoCapture,
    asked: Instant,
}

/// See the module. Clones are the same.
#[derive(Clone, Default)]
pub struct SharePreviews(Arc<Mutex<HashMap<Key, Open>>>);

impl SharePreviews {
    fn open(&self) -> MutexGuard<'_, HashMap<Key, Open>> {
        // Nothing is half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest picture as a `data:` address; `None` if nothing has changed, or there is none now.
    pub async fn picture(
        &self,
        devices: Arc<dyn Devices>,
        wanted: SharePreview,
    ) -> Result<Option<String>, CaptureError> {
        let side = |side: u32| side.clamp(16, LARGEST);
        let key = (wanted.id, side(wanted.width), side(wanted.height));
        let broken = |_| CaptureError::Failed("the preview panicked".into());
        // Taken out meanwhile, so that nothing is locked while it is waited for.
        let known = self.open().remove(&key);
        let is_new = known.is_none();
        let mut capture = match known {
            Some(open) => open.capture,
            None => {
                let (id, width, height) = key.clone();
                let want = VideoWant {
                    width,
                    height,
                    fps: 2,
                };
                let open = move || devices.open_screen(&DeviceId(id), want);
                tauri::async_runtime::spawn_blocking(open)
                    .await
                    .map_err(broken)??
            }
        };
        let frame = match is_new {
            true => {
                let first = tokio::time::timeout(PATIENCE, capture.frames.recv()).await;
                first.unwrap_or_default()
            }
            false => capture.frames.try_recv(),
        };
        let frame = frame.transpose()?;
        let asked = Instant::now();
        self.open().insert(key.clone(), Open { capture, asked });
        self.clone().close_later(key, asked);
        let Some(frame) = frame else {
            return Ok(None);
        };
        let encode = move || jpeg(&frame.image);
        let bytes = tauri::async_runtime::spawn_blocking(encode)
            .await
            .map_err(broken)??;
        let written = BASE64_STANDARD.encode(bytes);
        Ok(Some(format!("data:image/jpeg;base64,{written}")))
    }

    /// Unless it is looked at again.
    fn close_later(self, key: Key, asked: Instant) {
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(KEEP).await;
            let mut open = self.open();
            if open.get(&key).is_some_and(|open| open.asked == asked) {
                open.remove(&key);
            }
        });
    }
}

//! Notice of devices that come and go. Few systems tell, so the lists are compared.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use foyer_media::device::{CaptureError, DeviceInfo, DeviceKind};
use tokio::sync::watch;

/// Time between two looks at the lists.
const ROUND: Duration = Duration::from_secs(2);

const KINDS: [DeviceKind; 4] = [
    DeviceKind::Camera,
    DeviceKind::Microphone,
    DeviceKind::Speaker,
    DeviceKind::Screen,
];

/// Tells that lists of devices changed. Dropping it stops the looking.
pub struct DeviceWatch {
    changes: watch::Receiver<u64>,
    _stop: mpsc::Sender<()>,
}

impl DeviceWatch {
    /// Resolves when some list differs from what it was at the last call, within about two seconds of the
    /// change; several changes may become one. `None` if the looking has ended, which only a panic can cause.
    pub async fn changed(&mut self) -> Option<()> {
        self.changes.changed().await.ok()
    }
}

type List = dyn Fn(DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> + Send + Sync;

pub(crate) fn start(list: Arc<List>) -> Result<DeviceWatch, CaptureError> {
    let (tell, changes) = watch::channel(0);
    let (stop, stopped) = mpsc::channel();
    thread::Builder::new()
        .name("device watch".into())
        .spawn(move || {
            let look = || KINDS.map(|kind| list(kind).ok());
            let mut before = look();
            while stopped.recv_timeout(ROUND) == Err(mpsc::RecvTimeoutError::Timeout) {
                let now = look();
                if now != before {
                    before = now;
                    tell.send_modify(|turn| *turn += 1);
                }
            }
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    Ok(DeviceWatch {
        changes,
        _stop: stop,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use foyer_media::device::DeviceId;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_new_device_is_noticed_and_dropping_ends_the_thread() {
        let devices: Arc<Mutex<Vec<DeviceInfo>>> = Arc::default();
        let listed = Arc::clone(&devices);
        let list: Arc<List> = Arc::new(move |kind| {
            let all = listed.lock().unwrap();
            Ok(all
                .iter()
                .filter(|device| device.kind == kind)
                .cloned()
                .collect())
        });
        let alive = Arc::downgrade(&list);
        let mut watch = start(list).unwrap();
        let limit = Duration::from_secs(30);
        loop {
            devices.lock().unwrap().push(DeviceInfo {
                id: DeviceId("x".into()),
                kind: DeviceKind::Speaker,
                label: String::new(),
                is_default: false,
                synthetic: false,
                size: None,
            });
            // The first push may come before the first look, then another change is needed.
            if tokio::time::timeout(ROUND * 2, watch.changed())
                .await
                .is_ok()
            {
                break;
            }
        }
        drop(watch);
        let gone = async {
            while alive.upgrade().is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(limit, gone).await.unwrap();
    }
}

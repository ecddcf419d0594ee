//! The guest's word to the calling page: what is switched on in our own window, and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use foyer_media::device::{DeviceId, DeviceInfo, DeviceKind, Devices};
use foyer_session::teams::{Allowed, Chosen};
use foyer_w3c_bridge::Consent;
use tokio::sync::watch;

/// Grants what a call has on. Asks nobody: the guest has answered with our own buttons.
pub(super) struct Switches {
    /// Once its sender is gone, so is the call: nothing is granted any more.
    pub allowed: watch::Receiver<Allowed>,
    /// To know the system's default by.
    pub devices: Arc<dyn Devices>,
}

impl Switches {
    async fn is_on(&self, device: &DeviceInfo) -> bool {
        let allowed = match self.allowed.has_changed() {
            Ok(_) => self.allowed.borrow().clone(),
            Err(_) => return false,
        };
        let chosen = match device.kind {
            DeviceKind::Camera => allowed.camera,
            DeviceKind::Microphone => allowed.microphone,
            DeviceKind::Screen => allowed.screen,
            DeviceKind::Speaker => None,
        };
        match chosen {
            Some(Chosen::Device(id)) => device.id.0 == id,
            Some(Chosen::SystemDefault) => self.is_default(device).await,
            None => false,
        }
    }

    async fn is_default(&self, device: &DeviceInfo) -> bool {
        let (devices, kind) = (Arc::clone(&self.devices), device.kind);
        let listed = tokio::task::spawn_blocking(move || devices.list(kind)).await;
        let Ok(Ok(listed)) = listed else {
            return false;
        };
        let default = listed.into_iter().find(|listed| !listed.synthetic);
        default.is_some_and(|default| default.id == device.id)
    }
}

#[async_trait]
impl Consent for Switches {
    async fn camera(&self, device: &DeviceInfo) -> bool {
        self.is_on(device).await
    }

    async fn microphone(&self, device: &DeviceInfo) -> bool {
        self.is_on(device).await
    }

    async fn screen(&self, screens: &[DeviceInfo]) -> Option<DeviceId> {
        let allowed = match self.allowed.has_changed() {
            Ok(_) => self.allowed.borrow().clone(),
            Err(_) => return None,
        };
        match allowed.screen? {
            // It may be a part of a screen, or a window, which are not listed here.
            Chosen::Device(id) => Some(DeviceId(id)),
            Chosen::SystemDefault => {
                let first = screens.iter().find(|screen| !screen.synthetic);
                first.map(|screen| screen.id.clone())
            }
        }
    }

    async fn until(&self, device: &DeviceInfo, allowed: bool) {
        let mut changes = self.allowed.clone();
        loop {
            changes.mark_unchanged();
            if self.is_on(device).await == allowed {
                return;
            }
            if changes.changed().await.is_err() && allowed {
                // The call is over.
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use futures_util::FutureExt;

    use super::*;

    struct Two;

    impl Devices for Two {
        fn list(
            &self,
            kind: DeviceKind,
        ) -> Result<Vec<DeviceInfo>, foyer_media::device::CaptureError> {
            Ok(vec![device(kind, "first"), device(kind, "second")])
        }

        fn open_camera(
            &self,
            _: &DeviceId,
            _: foyer_media::device::VideoWant,
        ) -> Result<foyer_media::device::VideoCapture, foyer_media::device::CaptureError> {
            Err(foyer_media::device::CaptureError::NotFound)
        }

        fn open_screen(
            &self,
            _: &DeviceId,
            _: foyer_media::device::VideoWant,
        ) -> Result<foyer_media::device::VideoCapture, foyer_media::device::CaptureError> {
            Err(foyer_media::device::CaptureError::NotFound)
        }

        fn open_microphone(
            &self,
            _: &DeviceId,
        ) -> Result<Box<dyn foyer_media::sound::AudioSource>, foyer_media::device::CaptureError>
        {
            Err(foyer_media::device::CaptureError::NotFound)
        }

        fn open_speaker(
            &self,
            _: &DeviceId,
        ) -> Result<Box<dyn foyer_media::sound::AudioSink>, foyer_media::device::CaptureError>
        {
            Err(foyer_media::device::CaptureError::NotFound)
        }
    }

    fn device(kind: DeviceKind, id: &str) -> DeviceInfo {
        DeviceInfo {
            id: DeviceId(id.to_owned()),
            kind,
            label: id.to_owned(),
            is_default: false,
            synthetic: false,
            size: None,
        }
    }

    fn switches() -> (watch::Sender<Allowed>, Switches) {
        let (sender, allowed) = watch::channel(Allowed::default());
        let devices = Arc::new(Two);
        (sender, Switches { allowed, devices })
    }

    fn named(id: &str) -> Option<Chosen> {
        Some(Chosen::Device(id.to_owned()))
    }

    #[tokio::test]
    async fn only_what_is_on_is_granted_and_only_that_device() {
        let (call, switches) = switches();
        let camera = |id| device(DeviceKind::Camera, id);
        let screens = [
            device(DeviceKind::Screen, "first"),
            device(DeviceKind::Screen, "second"),
        ];
        assert!(!switches.camera(&camera("first")).await, "nothing is on");
        assert_eq!(switches.screen(&screens).await, None);
        call.send_replace(Allowed {
            camera: named("second"),
            ..Allowed::default()
        });
        assert!(switches.camera(&camera("second")).await);
        assert!(!switches.camera(&camera("first")).await);
        let microphone = device(DeviceKind::Microphone, "second");
        assert!(!switches.microphone(&microphone).await);
        assert_eq!(switches.screen(&screens).await, None, "not picked");
        call.send_replace(Allowed {
            microphone: Some(Chosen::SystemDefault),
            screen: named("second"),
            ..Allowed::default()
        });
        assert!(!switches.camera(&camera("second")).await, "off again");
        assert!(!switches.microphone(&microphone).await, "not the default");
        let default = device(DeviceKind::Microphone, "first");
        assert!(switches.microphone(&default).await);
        let shown = switches.screen(&screens).await;
        assert_eq!(shown, Some(DeviceId("second".to_owned())));
        drop(call);
        assert!(!switches.microphone(&default).await, "the call is gone");
        assert_eq!(switches.screen(&screens).await, None);
    }

    #[tokio::test]
    async fn a_word_that_is_taken_back_is_heard() {
        let (call, switches) = switches();
        let camera = device(DeviceKind::Camera, "first");
        call.send_replace(Allowed {
            camera: named("first"),
            ..Allowed::default()
        });
        switches.until(&camera, true).await;
        assert!(switches.until(&camera, false).now_or_never().is_none());
        let off = switches.until(&camera, false);
        let switch = async { call.send_replace(Allowed::default()) };
        tokio::join!(off, switch);
        assert!(switches.until(&camera, true).now_or_never().is_none());
        drop(call);
        switches.until(&camera, false).await;
    }
}

//! A share with what it sounds like: it goes out with the microphone, muted or not.
#![allow(clippy::unwrap_used)]

mod page;

use std::sync::Arc;

use async_trait::async_trait;
use foyer_contract::bridge::command::Command;
use foyer_contract::bridge::connection::MediaKind;
use foyer_contract::bridge::media::{Source, TrackSettings};
use foyer_devices::SystemDevices;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::level::windows_with_tone;
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_media::synthetic::tone::{Tone, ToneSource};
use foyer_w3c_bridge::Consent;
use tokio::sync::watch;

use page::pair::{call, listen};
use page::{LIMIT, Page, Socket};

/// Of the microphone, and of what other programs play.
const VOICE: f64 = 1000.0;
const COMPUTER: f64 = 2410.0;

/// The synthetic devices, on a computer that plays a tone.
struct Sounding(SystemDevices);

impl Devices for Sounding {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        self.0.list(kind)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.0.open_camera(id, want)
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.0.open_screen(id, want)
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        self.0.open_microphone(id)
    }

    fn open_computer_sound(&self) -> Result<Box<dyn AudioSource>, CaptureError> {
        Ok(Box::new(ToneSource::new(Tone::new(COMPUTER, -18.0))))
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        self.0.open_speaker(id)
    }
}

/// Who shows the test screen with its sound, and mutes.
struct Presenter {
    unmuted: watch::Receiver<bool>,
}

#[async_trait]
impl Consent for Presenter {
    async fn camera(&self, _: &DeviceInfo) -> bool {
        false
    }

    async fn microphone(&self, _: &DeviceInfo) -> bool {
        true
    }

    async fn screen(&self, _: &[DeviceInfo]) -> Option<DeviceId> {
        Some(DeviceId("test:screen#sound=on".to_owned()))
    }

    async fn until(&self, device: &DeviceInfo, allowed: bool) {
        let mut unmuted = self.unmuted.clone();
        let changed = match device.kind {
            DeviceKind::Microphone => unmuted.wait_for(|on| *on == allowed).await.is_ok(),
            _ => allowed,
        };
        if !changed {
            std::future::pending().await
        }
    }
}

/// Waits until a second of what comes has the one tone and the other, or has not.
async fn hears(far: &mut Socket, voice: bool, computer: bool) {
    let heard = async {
        loop {
            let second = listen(far).await;
            let has = |hertz, wanted| match wanted {
                true => windows_with_tone(&second, hertz, 0.3) > 0.7,
                false => windows_with_tone(&second, hertz, 0.02) < 0.05,
            };
            if has(VOICE, voice) && has(COMPUTER, computer) {
                return;
            }
        }
    };
    let what = format!("waited in vain for voice {voice}, computer {computer}");
    tokio::time::timeout(LIMIT, heard).await.expect(&what);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_sounds_with_the_microphone_and_while_it_is_muted_until_it_ends() {
    let (mute, unmuted) = watch::channel(true);
    let devices = Sounding(SystemDevices::new(MonotonicClock::shared()));
    let bridge = page::bridge_for(Arc::new(devices), Arc::new(Presenter { unmuted })).await;
    let mut page = Page::open(&bridge).await;
    let (microphone, _) = page
        .open_track(Source::Microphone(TrackSettings {
            device_id: Some("test:tone".to_owned()),
            ..TrackSettings::default()
        }))
        .await;
    let received = call(&mut page, MediaKind::Audio, microphone).await;
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    hears(&mut far, true, false).await;

    let (screen, opened) = page
        .open_track(Source::Screen(TrackSettings::default()))
        .await;
    assert_eq!(opened.display_surface.as_deref(), Some("monitor"));
    hears(&mut far, true, true).await;
    mute.send_replace(false);
    hears(&mut far, false, true).await;
    mute.send_replace(true);
    hears(&mut far, true, true).await;
    // What the page switches off is the microphone alone.
    let silenced = |enabled| Command::TrackEnable {
        track: microphone,
        enabled,
    };
    page.tell(silenced(false)).await;
    hears(&mut far, false, true).await;
    page.tell(silenced(true)).await;
    page.tell(Command::TrackStop { track: screen }).await;
    hears(&mut far, true, false).await;
}

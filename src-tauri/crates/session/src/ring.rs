//! The sound of a meeting that starts, where there is no call yet.

use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, DeviceKind, Devices};
use foyer_media::sound::SAMPLE_RATE;

use crate::chime::chime;

/// How often it is heard.
const TIMES: usize = 3;
/// Silence after each time.
const PAUSE: Duration = Duration::from_millis(600);
const LOOK: Duration = Duration::from_millis(10);

/// Plays it on the system's speaker, to its end. Needs a tokio runtime.
pub async fn ring(devices: Arc<dyn Devices>, clock: SharedClock) -> Result<(), CaptureError> {
    let opened = tokio::task::spawn_blocking(move || {
        let speakers = devices.list(DeviceKind::Speaker)?;
        let first = speakers.first().ok_or(CaptureError::NotFound)?;
        devices.open_speaker(&first.id)
    });
    let mut speaker = opened.await.map_err(|_| CaptureError::Lost)??;
    let silence = vec![0.0; (PAUSE.as_secs_f32() * SAMPLE_RATE as f32) as usize];
    let sound = [chime(), silence].concat().repeat(TIMES);
    let mut left = &sound[..];
    while !left.is_empty() {
        let wanted = speaker.wanted(clock.now())?.min(left.len());
        let (now, later) = left.split_at(wanted);
        speaker.push(now);
        left = later;
        tokio::time::sleep(LOOK).await;
    }
    tokio::time::sleep(speaker.latency()).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Mutex;

    use foyer_media::clock::{MediaTime, MonotonicClock};
    use foyer_media::device::{DeviceId, DeviceInfo, VideoCapture, VideoWant};
    use foyer_media::sound::{AudioSink, AudioSource};

    use super::*;

    /// A speaker that is always hungry, and remembers.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<f32>>>);

    impl AudioSink for Heard {
        fn wanted(&mut self, _: MediaTime) -> Result<usize, CaptureError> {
            Ok(48_000)
        }

        fn push(&mut self, samples: &[f32]) {
            self.0.lock().unwrap().extend_from_slice(samples);
        }

        fn latency(&self) -> Duration {
            Duration::ZERO
        }
    }

    struct OneSpeaker(Option<Heard>);

    impl Devices for OneSpeaker {
        fn list(&self, _: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
            let one = || DeviceInfo {
                id: DeviceId("speaker".to_owned()),
                kind: DeviceKind::Speaker,
                label: String::new(),
                is_default: true,
                synthetic: true,
                size: None,
            };
            Ok(self.0.iter().map(|_| one()).collect())
        }

        fn open_camera(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
            Err(CaptureError::NotFound)
        }

        fn open_screen(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
            Err(CaptureError::NotFound)
        }

        fn open_microphone(&self, _: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
            Err(CaptureError::NotFound)
        }

        fn open_speaker(&self, _: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
            let heard = self.0.clone().ok_or(CaptureError::NotFound)?;
            Ok(Box::new(heard))
        }
    }

    #[tokio::test]
    async fn it_is_heard_three_times_with_silence_between() {
        let heard = Heard::default();
        let devices = Arc::new(OneSpeaker(Some(heard.clone())));
        ring(devices, MonotonicClock::shared()).await.unwrap();
        let sound = heard.0.lock().unwrap();
        let second = SAMPLE_RATE as usize;
        let loud: Vec<bool> = sound
            .chunks(second / 5)
            .map(|chunk| chunk.iter().any(|sample| sample.abs() > 0.02))
            .collect();
        let begins = loud.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        assert_eq!(begins + usize::from(loud[0]), TIMES, "{loud:?}");
    }

    #[tokio::test]
    async fn without_a_speaker_there_is_nothing_to_hear() {
        let devices = Arc::new(OneSpeaker(None));
        let refused = ring(devices, MonotonicClock::shared()).await.unwrap_err();
        assert_eq!(refused.code(), CaptureError::NotFound.code());
    }
}

//! Devices that are no hardware, and video files.

use std::path::Path;
use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoCapture, VideoWant,
};
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_media::synthetic::card::{CardStyle, TestCardSource, Theme};
use foyer_media::synthetic::sink::SilentSink;
use foyer_media::synthetic::speech::{Speech, SpeechSource, Voice};
use foyer_media::synthetic::tone::{Tone, ToneSource};
use foyer_media::synthetic::y4m::Y4mSource;

const CARD: &str = "test:card";
const SCREEN: &str = "test:screen";
const SPEECH: &str = "test:speech";
const TONE: &str = "test:tone";
const SILENCE: &str = "test:silence";
const FILE: &str = "file:";

/// Hertz and dBFS of the tone.
const PITCH: (f64, f64) = (1000.0, -18.0);

/// Every synthetic device of a kind.
pub(crate) fn list(kind: DeviceKind) -> impl Iterator<Item = DeviceInfo> {
    let entries: &[(&str, &str)] = match kind {
        DeviceKind::Camera => &[(CARD, "Test camera")],
        DeviceKind::Microphone => &[(SPEECH, "Test voice"), (TONE, "Test tone")],
        DeviceKind::Speaker => &[(SILENCE, "No sound")],
        DeviceKind::Screen => &[(SCREEN, "Test screen")],
    };
    entries.iter().map(move |&(id, label)| DeviceInfo {
        id: DeviceId(id.into()),
        kind,
        label: label.into(),
        is_default: false,
        synthetic: true,
        size: None,
    })
}

fn card(
    name: &str,
    theme: Theme,
    want: VideoWant,
    clock: &SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let style = CardStyle {
        name: name.into(),
        label: "Foyer".into(),
        theme,
    };
    TestCardSource::open(Arc::clone(clock), want, &style)
}

/// Opens the camera if it is one of these.
pub(crate) fn camera(
    id: &str,
    want: VideoWant,
    clock: &SharedClock,
) -> Option<Result<VideoCapture, CaptureError>> {
    if let Some(path) = id.strip_prefix(FILE) {
        return Some(Y4mSource::open(Path::new(path), Arc::clone(clock)));
    }
    (id == CARD).then(|| card("Test camera", Theme::Teal, want, clock))
}

/// Opens the screen if it is one of these.
pub(crate) fn screen(
    id: &str,
    want: VideoWant,
    clock: &SharedClock,
) -> Option<Result<VideoCapture, CaptureError>> {
    (id == SCREEN).then(|| card("Test screen", Theme::Amber, want, clock))
}

/// Opens the microphone if it is one of these.
pub(crate) fn microphone(id: &str) -> Option<Box<dyn AudioSource>> {
    match id {
        SPEECH => Some(Box::new(SpeechSource::new(Speech::new(Voice::nth(0))))),
        TONE => Some(Box::new(ToneSource::new(Tone::new(PITCH.0, PITCH.1)))),
        _ => None,
    }
}

/// Opens the speaker if it is one of these.
pub(crate) fn speaker(id: &str) -> Option<Box<dyn AudioSink>> {
    (id == SILENCE).then(|| Box::new(SilentSink::new()) as Box<dyn AudioSink>)
}

//! The real sound path, cpal included, against a PulseAudio server of its own with null sinks.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;
#[path = "support/sound_server.rs"]
mod sound_server;

use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, DeviceKind, Devices};
use foyer_media::sound::{AudioSink, AudioSource, SAMPLE_RATE};
use sound_server::{
    HEARD, INTO_MICROPHONE, MICROPHONE, SPEAKER, SoundServer, Tone, control, devices, id, server,
    share, until,
};

/// Plays a tone into `speaker` until `microphone` has brought it for some seconds on end, and gives those. A machine
/// that stands still for a moment tears holes into sound: what came with them is thrown away. A wrong rate, format or
/// channel layout never brings the tone.
fn play_and_record(
    speaker: &mut dyn AudioSink,
    microphone: &mut dyn AudioSource,
    clock: &SharedClock,
    hertz: f32,
    seconds: usize,
) -> Vec<f32> {
    let mut tone = Tone { hertz, next: 0 };
    let mut heard = Vec::new();
    until("the tone was heard", || {
        let now = clock.now();
        let wanted = speaker.wanted(now).unwrap();
        assert!(
            wanted <= SAMPLE_RATE as usize / 5,
            "{wanted} samples wanted at once"
        );
        speaker.push(&tone.samples(wanted));
        microphone.pull(now, &mut heard).unwrap();
        if heard.iter().all(|sample| sample.abs() < 0.1) {
            heard.clear();
        }
        if heard.len() < seconds * SAMPLE_RATE as usize {
            return false;
        }
        let whole = carries(&heard, hertz);
        if !whole {
            heard.clear();
        }
        whole
    });
    heard
}

/// Whether most of what was heard is the tone.
fn carries(heard: &[f32], hertz: f32) -> bool {
    let windows: Vec<_> = heard.chunks_exact(SAMPLE_RATE as usize / 20).collect();
    let good = windows
        .iter()
        .filter(|window| share(window, hertz) > 0.95)
        .count();
    eprintln!("{good} of {} windows carry {hertz} Hz", windows.len());
    good * 2 > windows.len()
}

fn assert_loudness(heard: &[f32]) {
    let loudest = heard
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!(
        (0.45..0.56).contains(&loudest),
        "0.5 was played, {loudest} came"
    );
}

#[test]
fn the_defaults_come_first_and_what_speakers_play_is_no_microphone() {
    let test = "the_defaults_come_first_and_what_speakers_play_is_no_microphone";
    if let Some((_server, _)) = server(test) {
        let (devices, _) = devices();
        let found = devices.hardware(DeviceKind::Microphone).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].id.0.as_str(), found[0].label.as_str()),
            (MICROPHONE, "FoyerMic")
        );
        assert!(found[0].is_default);
        let found = devices.hardware(DeviceKind::Speaker).unwrap();
        let ids: Vec<_> = found.iter().map(|speaker| speaker.id.0.as_str()).collect();
        assert_eq!(ids, [SPEAKER, INTO_MICROPHONE]);
        assert!(found[0].is_default && !found[1].is_default);
    }
}

#[test]
fn a_tone_played_is_the_tone_heard() {
    if let Some((_server, _)) = server("a_tone_played_is_the_tone_heard") {
        let (devices, clock) = devices();
        let mut microphone = devices.open_microphone(&id(HEARD)).unwrap();
        let mut speaker = devices.open_speaker(&id(SPEAKER)).unwrap();
        let heard = play_and_record(&mut *speaker, &mut *microphone, &clock, 1000.0, 4);
        assert_loudness(&heard);
        assert!(
            speaker.latency() < Duration::from_millis(400),
            "{:?}",
            speaker.latency()
        );
    }
}

#[test]
fn the_default_microphone_brings_what_is_spoken_into_it() {
    if let Some((_server, _)) = server("the_default_microphone_brings_what_is_spoken_into_it") {
        let (devices, clock) = devices();
        let mut microphone = devices.open_microphone(&id("default")).unwrap();
        let mut speaker = devices.open_speaker(&id(INTO_MICROPHONE)).unwrap();
        let heard = play_and_record(&mut *speaker, &mut *microphone, &clock, 440.0, 3);
        assert_loudness(&heard);
    }
}

#[test]
fn what_nobody_pulls_is_dropped_and_counted() {
    if let Some((_server, _)) = server("what_nobody_pulls_is_dropped_and_counted") {
        let (devices, clock) = devices();
        let mut microphone = devices.open_microphone(&id(MICROPHONE)).unwrap();
        until("something was dropped", || {
            microphone.dropped() > u64::from(SAMPLE_RATE) / 2
        });
        let mut late = Vec::new();
        microphone.pull(clock.now(), &mut late).unwrap();
        assert!(
            !late.is_empty() && late.len() <= SAMPLE_RATE as usize / 5,
            "{}",
            late.len()
        );
    }
}

#[test]
fn a_speaker_takes_no_more_than_a_quarter_of_a_second() {
    if let Some((_server, _)) = server("a_speaker_takes_no_more_than_a_quarter_of_a_second") {
        let (devices, clock) = devices();
        let mut speaker = devices.open_speaker(&id(SPEAKER)).unwrap();
        speaker.push(&vec![0.1; SAMPLE_RATE as usize * 10]);
        assert_eq!(speaker.wanted(clock.now()), Ok(0));
        until("it was played", || speaker.wanted(clock.now()).unwrap() > 0);
    }
}

#[test]
fn a_sound_server_that_dies_is_lost_and_its_successor_is_found() {
    let test = "a_sound_server_that_dies_is_lost_and_its_successor_is_found";
    if let Some((first, folder)) = server(test) {
        let (devices, clock) = devices();
        let mut microphone = devices.open_microphone(&id(MICROPHONE)).unwrap();
        let mut speaker = devices.open_speaker(&id(SPEAKER)).unwrap();
        drop(first);
        let mut sound = Vec::new();
        until("the microphone is lost", || {
            match microphone.pull(clock.now(), &mut sound) {
                Ok(()) => false,
                Err(error) => error == CaptureError::Lost,
            }
        });
        until("the speaker is lost", || {
            speaker.wanted(clock.now()) == Err(CaptureError::Lost)
        });
        let nobody = devices.open_microphone(&id(MICROPHONE)).err();
        assert!(
            matches!(nobody, Some(CaptureError::NotFound | CaptureError::Lost)),
            "{nobody:?}"
        );
        let _second = SoundServer::start(&folder);
        let mut microphone = devices.open_microphone(&id(HEARD)).unwrap();
        let mut speaker = devices.open_speaker(&id(SPEAKER)).unwrap();
        let heard = play_and_record(&mut *speaker, &mut *microphone, &clock, 1000.0, 2);
        assert_loudness(&heard);
    }
}

#[test]
fn a_device_that_is_not_there_is_not_found() {
    if let Some((_server, _)) = server("a_device_that_is_not_there_is_not_found") {
        let (devices, _) = devices();
        for name in [
            "cpal:pulseaudio:nothing",
            "cpal:alsa:foyer_mic",
            "cpal:",
            "x",
            "",
        ] {
            let outcome = devices.open_microphone(&id(name));
            assert_eq!(outcome.err(), Some(CaptureError::NotFound), "{name}");
            let outcome = devices.open_speaker(&id(name));
            assert_eq!(outcome.err(), Some(CaptureError::NotFound), "{name}");
        }
        let wrong_way = devices.open_microphone(&id(SPEAKER)).err();
        assert_eq!(wrong_way, Some(CaptureError::NotFound));
    }
}

#[tokio::test]
async fn a_new_speaker_is_noticed() {
    if let Some((_server, folder)) = server("a_new_speaker_is_noticed") {
        let (devices, _) = devices();
        let mut watch = devices.watch().unwrap();
        let mut number = 0;
        loop {
            number += 1;
            control(
                &folder,
                &[
                    "load-module",
                    "module-null-sink",
                    &format!("sink_name=new{number}"),
                ],
            );
            // The first one may come before the first look.
            let limit = Duration::from_secs(10);
            if tokio::time::timeout(limit, watch.changed()).await.is_ok() {
                break;
            }
            assert!(number < 5, "new speakers are not noticed");
        }
        let speakers = devices.list(DeviceKind::Speaker).unwrap();
        assert!(
            speakers
                .iter()
                .any(|speaker| speaker.id.0.starts_with("cpal:pulseaudio:new"))
        );
    }
}

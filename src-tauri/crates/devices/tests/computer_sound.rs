//! What other programs play, recorded beside a speaker of our own, against a PulseAudio server with null sinks.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;
#[path = "support/sound_server.rs"]
mod sound_server;

use std::path::Path;
use std::process::{Child, Command, Stdio};

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, Devices};
use foyer_media::sound::{AudioSink, AudioSource, SAMPLE_RATE};
use sound_server::{HEARD, SPEAKER, Tone, address, devices, id, server, until};

/// Half a second.
const WINDOW: usize = SAMPLE_RATE as usize / 2;

/// Another program that plays a tone.
struct Program(Child);

impl Program {
    fn plays(hertz: f32, folder: &Path) -> Self {
        let file = folder.join(format!("{hertz}.raw"));
        let samples = Tone { hertz, next: 0 }.samples(60 * SAMPLE_RATE as usize);
        let bytes: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        std::fs::write(&file, bytes).unwrap();
        let play = Command::new("pacat")
            .args([
                "--playback",
                "--raw",
                "--format=float32le",
                "--rate=48000",
                "--channels=1",
            ])
            .arg("--latency-msec=50")
            .arg(file)
            .env("PULSE_SERVER", address(folder))
            .env("PULSE_COOKIE", folder.join("cookie"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(play.expect("pacat is installed"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Loudness of a tone in a window, 0 to 1.
fn amplitude(window: &[f32], hertz: f32) -> f64 {
    let (mut cosine, mut sine) = (0.0, 0.0);
    for (n, &sample) in window.iter().enumerate() {
        let angle = std::f64::consts::TAU * f64::from(hertz) * n as f64 / f64::from(SAMPLE_RATE);
        cosine += f64::from(sample) * angle.cos();
        sine += f64::from(sample) * angle.sin();
    }
    2.0 * f64::hypot(cosine, sine) / window.len() as f64
}

/// Our own call: it plays a tone on the speaker all the time.
struct Call {
    speaker: Box<dyn AudioSink>,
    tone: Tone,
    clock: SharedClock,
}

impl Call {
    /// Plays on until what a source gave last is as wanted, and gives that.
    fn until(
        &mut self,
        source: &mut dyn AudioSource,
        what: &str,
        wanted: impl Fn(&[f32]) -> bool,
    ) -> Vec<f32> {
        let mut heard = Vec::new();
        until(what, || {
            let now = self.clock.now();
            let samples = self.speaker.wanted(now).unwrap();
            self.speaker.push(&self.tone.samples(samples));
            source.pull(now, &mut heard).unwrap();
            let over = heard.len().saturating_sub(WINDOW);
            heard.drain(..over);
            heard.len() == WINDOW && wanted(&heard)
        });
        heard
    }
}

fn call() -> (impl Devices, Call) {
    let (devices, clock) = devices();
    let call = Call {
        speaker: devices.open_speaker(&id(SPEAKER)).unwrap(),
        tone: Tone {
            hertz: 1000.0,
            next: 0,
        },
        clock,
    };
    (devices, call)
}

#[test]
fn another_program_is_heard_and_our_own_playout_is_not() {
    if let Some((_server, folder)) = server("another_program_is_heard_and_our_own_playout_is_not") {
        let (devices, mut call) = call();
        assert!(devices.offers_computer_sound());
        let _program = Program::plays(440.0, &folder);
        // The speaker has both.
        let mut monitor = devices.open_microphone(&id(HEARD)).unwrap();
        call.until(&mut *monitor, "the speaker plays both", |heard| {
            amplitude(heard, 440.0) > 0.3 && amplitude(heard, 1000.0) > 0.3
        });
        let mut sound = devices.open_computer_sound().unwrap();
        for _ in 0..6 {
            // A window that the tone does not fill has a little of everything in it.
            let heard = call.until(&mut *sound, "only the program is heard", |heard| {
                let (theirs, ours) = (amplitude(heard, 440.0), amplitude(heard, 1000.0));
                assert!(ours < 0.5 / 20.0, "our own playout is in it: {ours}");
                theirs > 0.49 && ours < 0.5 / 2000.0
            });
            let ours = amplitude(&heard, 1000.0);
            eprintln!(
                "the program at {:.3}, ours at {ours:.6}",
                amplitude(&heard, 440.0)
            );
        }
    }
}

#[test]
fn programs_that_come_and_go_are_followed_and_added_up() {
    if let Some((_server, folder)) = server("programs_that_come_and_go_are_followed_and_added_up") {
        let (devices, mut call) = call();
        let mut sound = devices.open_computer_sound().unwrap();
        let silent = |heard: &[f32]| heard.iter().all(|sample| *sample == 0.0);
        call.until(&mut *sound, "nobody plays", silent);
        let first = Program::plays(440.0, &folder);
        call.until(&mut *sound, "one plays", |heard| {
            amplitude(heard, 440.0) > 0.45
        });
        let second = Program::plays(700.0, &folder);
        call.until(&mut *sound, "two play", |heard| {
            amplitude(heard, 440.0) > 0.4 && amplitude(heard, 700.0) > 0.4
        });
        drop(first);
        call.until(&mut *sound, "the other plays on", |heard| {
            amplitude(heard, 440.0) < 0.01 && amplitude(heard, 700.0) > 0.45
        });
        drop(second);
        call.until(&mut *sound, "nobody plays any more", silent);
    }
}

#[test]
fn a_server_that_stops_is_lost() {
    if let Some((server, _)) = server("a_server_that_stops_is_lost") {
        let (devices, clock) = devices();
        let mut sound = devices.open_computer_sound().unwrap();
        drop(server);
        until("it is lost", || {
            sound.pull(clock.now(), &mut Vec::new()) == Err(CaptureError::Lost)
        });
        assert!(!devices.offers_computer_sound());
    }
}

#[test]
fn without_a_server_it_is_not_offered() {
    let nowhere = tempfile::tempdir().unwrap();
    let environment = [
        ("PULSE_SERVER", address(nowhere.path())),
        ("PULSE_RUNTIME_PATH", nowhere.path().into()),
        ("XDG_RUNTIME_DIR", nowhere.path().into()),
    ];
    if child::has("without_a_server_it_is_not_offered", environment) {
        let (devices, _) = devices();
        assert!(!devices.offers_computer_sound());
        let opened = devices.open_computer_sound();
        assert!(matches!(opened.err(), Some(CaptureError::Unsupported(_))));
    }
}

//! A PulseAudio server of a test's own with null sinks, and tones in what is heard of it.
#![allow(dead_code)] // Each test uses a part.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use foyer_devices::SystemDevices;
use foyer_media::clock::{MonotonicClock, SharedClock};
use foyer_media::device::DeviceId;
use foyer_media::sound::SAMPLE_RATE;

use crate::child;

pub const LIMIT: Duration = Duration::from_secs(60);
pub const STEP: Duration = Duration::from_millis(5);
pub const SPEAKER: &str = "cpal:pulseaudio:foyer_speaker";
pub const HEARD: &str = "cpal:pulseaudio:foyer_speaker.monitor";
pub const MICROPHONE: &str = "cpal:pulseaudio:foyer_mic";
pub const INTO_MICROPHONE: &str = "cpal:pulseaudio:foyer_mic_feed";

/// A sound server of this test alone; ends with it.
pub struct SoundServer(Child);

impl SoundServer {
    pub fn start(folder: &Path) -> Self {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        let socket = folder.join("native");
        let _ = std::fs::remove_file(&socket);
        let sink = |name: &str, label: &str| {
            format!(
                "--load=module-null-sink sink_name={name} norewinds=1 rate=48000 channels=2 \
                 format=float32le sink_properties=device.description={label}"
            )
        };
        let server = Command::new("pulseaudio")
            .args([
                "-n",
                "--daemonize=no",
                "--use-pid-file=no",
                "--exit-idle-time=-1",
            ])
            .args(["--disable-shm=yes", "--realtime=no", "--high-priority=yes"])
            .arg(format!(
                "--log-target=file:{}",
                folder.join("log").display()
            ))
            .arg(format!(
                "--load=module-native-protocol-unix auth-anonymous=1 socket={}",
                socket.display()
            ))
            .arg(sink("foyer_speaker", "FoyerSpeaker"))
            .arg(sink("foyer_mic_feed", "FoyerMicFeed"))
            .arg(
                "--load=module-remap-source master=foyer_mic_feed.monitor source_name=foyer_mic \
                 source_properties=device.description=FoyerMic",
            )
            .arg("--load=module-always-sink")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", folder)
            .env("PULSE_RUNTIME_PATH", folder.join("pulse"))
            .env("PULSE_STATE_PATH", folder.join("state"))
            .env("PULSE_COOKIE", folder.join("cookie"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is installed");
        let server = Self(server);
        until("the sound server listens", || {
            UnixStream::connect(&socket).is_ok()
        });
        control(folder, &["set-default-sink", "foyer_speaker"]);
        control(folder, &["set-default-source", "foyer_mic"]);
        server
    }
}

impl Drop for SoundServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn control(folder: &Path, words: &[&str]) {
    let done = Command::new("pactl")
        .args(words)
        .env("PULSE_SERVER", address(folder))
        .env("PULSE_COOKIE", folder.join("cookie"))
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "pactl {words:?}");
}

pub fn address(folder: &Path) -> OsString {
    format!("unix:{}", folder.join("native").display()).into()
}

pub fn until(what: &str, condition: impl FnMut() -> bool) {
    let clock = MonotonicClock::shared();
    let start = clock.now();
    let mut condition = condition;
    while !condition() {
        assert!(
            clock.now().since(start) < LIMIT,
            "waited in vain until {what}"
        );
        thread::sleep(STEP);
    }
}

/// True where the sound server is the one of the test, which lives in `folder`.
pub fn server(test: &str) -> Option<(SoundServer, PathBuf)> {
    if let Some(folder) = std::env::var_os("FOYER_TEST_FOLDER").filter(|_| child::is_child()) {
        let folder = PathBuf::from(folder);
        return Some((SoundServer::start(&folder), folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let environment = [
        ("PULSE_SERVER", address(folder.path())),
        ("FOYER_TEST_FOLDER", folder.path().into()),
    ];
    assert!(!child::has(test, environment));
    None
}

pub fn devices() -> (SystemDevices, SharedClock) {
    let clock = MonotonicClock::shared();
    (SystemDevices::new(Arc::clone(&clock)), clock)
}

pub fn id(name: &str) -> DeviceId {
    DeviceId(name.into())
}

pub struct Tone {
    pub hertz: f32,
    pub next: u32,
}

impl Tone {
    pub fn samples(&mut self, count: usize) -> Vec<f32> {
        (0..count)
            .map(|_| {
                let turns = (self.next as f32 * self.hertz / SAMPLE_RATE as f32).fract();
                self.next = (self.next + 1) % SAMPLE_RATE;
                (turns * std::f32::consts::TAU).sin() * 0.5
            })
            .collect()
    }
}

/// Which part of the energy of a window is the tone; 0 in silence.
pub fn share(window: &[f32], hertz: f32) -> f32 {
    let (mut cosine, mut sine, mut all) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (n, &sample) in window.iter().enumerate() {
        let angle = std::f64::consts::TAU * f64::from(hertz) * n as f64 / f64::from(SAMPLE_RATE);
        cosine += f64::from(sample) * angle.cos();
        sine += f64::from(sample) * angle.sin();
        all += f64::from(sample) * f64::from(sample);
    }
    if all / (window.len() as f64) < 1e-4 {
        return 0.0;
    }
    ((cosine * cosine + sine * sine) * 2.0 / window.len() as f64 / all) as f32
}

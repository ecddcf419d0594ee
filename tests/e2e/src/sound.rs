//! A PulseAudio server with null sinks: what a program plays can be heard, and what it hears can be played.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use foyer_media::synthetic::speech::{Speech, Voice};
use foyer_media::synthetic::tone::Samples as _;
use tempfile::TempDir;

use crate::process::Running;
use crate::wait;

/// Samples a second of everything here.
pub const RATE: u32 = 48_000;

/// A sound server with one speaker and one microphone per name.
pub struct Sound {
    folder: TempDir,
    _server: Running,
}

impl Sound {
    /// Starts a server with the speaker `NAME_speaker` and the microphone `NAME_mic` for each name; those of the
    /// first are the default ones.
    pub async fn start(names: &[&str]) -> Result<Self> {
        let folder = TempDir::new()?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700))?;
        let socket = folder.path().join("native");
        let format = "norewinds=1 rate=48000 channels=2 format=float32le";
        let mut server = Command::new("pulseaudio");
        server.args([
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--disable-shm=yes",
        ]);
        server.args([
            "--realtime=no",
            "--high-priority=yes",
            "--log-target=stderr",
            "--log-level=error",
        ]);
        server.arg(format!(
            "--load=module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        ));
        for name in names {
            server.arg(format!(
                "--load=module-null-sink sink_name={name}_speaker {format}"
            ));
            server.arg(format!(
                "--load=module-null-sink sink_name={name}_feed {format}"
            ));
            server.arg(format!(
                "--load=module-remap-source master={name}_feed.monitor source_name={name}_mic"
            ));
        }
        server
            .arg("--load=module-always-sink")
            .stderr(Stdio::null());
        let sound = Self {
            _server: Running::start(Self::paths(&folder, &mut server))?,
            folder,
        };
        wait::until("the sound server", Duration::from_secs(20), async || {
            let info = sound
                .command("pactl")
                .arg("info")
                .stderr(Stdio::null())
                .output()?;
            Ok((socket.exists() && info.status.success()).then_some(()))
        })
        .await?;
        if let Some(first) = names.first() {
            sound.control(&["set-default-sink", &format!("{first}_speaker")])?;
            sound.control(&["set-default-source", &format!("{first}_mic")])?;
        }
        Ok(sound)
    }

    /// Makes a program use this server.
    pub fn apply(&self, command: &mut Command) {
        let socket = self.folder.path().join("native");
        Self::paths(&self.folder, command)
            .env("PULSE_SERVER", format!("unix:{}", socket.display()));
    }

    /// A line for each program that listens to a microphone right now.
    pub fn recorders(&self) -> Result<Vec<String>> {
        let listed = self
            .command("pactl")
            .args(["list", "short", "source-outputs"])
            .output()?;
        let text = String::from_utf8_lossy(&listed.stdout);
        // The microphones themselves listen to what is played into them.
        let programs = text
            .lines()
            .filter(|line| !line.contains("module-remap-source"));
        Ok(programs.map(str::to_owned).collect())
    }

    /// Plays a tone into the microphone of a name until dropped.
    pub fn play_tone(&self, name: &str, hertz: u32) -> Result<Running> {
        let step = std::f32::consts::TAU * hertz as f32 / RATE as f32;
        let tone = (0..60 * RATE).map(|n| 0.3 * (step * (n % RATE) as f32).sin());
        self.play(name, &format!("tone-{hertz}"), tone)
    }

    /// Lets somebody talk into the microphone of a name until dropped.
    pub fn play_voice(&self, name: &str) -> Result<Running> {
        let mut voice = vec![0.0; 60 * RATE as usize];
        Speech::new(Voice::nth(0)).fill(&mut voice);
        self.play(name, "voice", voice.into_iter())
    }

    fn play(&self, name: &str, what: &str, samples: impl Iterator<Item = f32>) -> Result<Running> {
        let file = self.folder.path().join(format!("{what}.f32"));
        std::fs::write(
            &file,
            samples.flat_map(f32::to_le_bytes).collect::<Vec<_>>(),
        )?;
        let mut play = self.command("paplay");
        play.arg(format!("--device={name}_feed"))
            .args([
                "--raw",
                "--format=float32le",
                "--rate=48000",
                "--channels=1",
            ])
            .arg(file);
        Running::start(&mut play)
    }

    /// Records what a name's speaker plays: mono samples of 48 kHz.
    pub async fn record(&self, name: &str, seconds: u32) -> Result<Vec<f32>> {
        let file: PathBuf = self.folder.path().join(format!("{name}.f32"));
        // One of an earlier recording would be long enough at once.
        std::fs::remove_file(&file).ok();
        let mut record = self.command("parecord");
        record
            .arg(format!("--device={name}_speaker.monitor"))
            .args([
                "--raw",
                "--format=float32le",
                "--rate=48000",
                "--channels=1",
                "--latency-msec=50",
            ])
            .arg(&file);
        let recording = Running::start(&mut record)?;
        let wanted = u64::from(seconds) * u64::from(RATE) * 4;
        wait::until(
            "the recording",
            Duration::from_secs(u64::from(seconds) + 30),
            async || Ok((std::fs::metadata(&file)?.len() >= wanted).then_some(())),
        )
        .await?;
        drop(recording);
        let bytes = std::fs::read(&file)?;
        let samples = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|sample| f32::from_le_bytes(*sample));
        Ok(samples.collect())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    fn control(&self, arguments: &[&str]) -> Result<()> {
        let status = self.command("pactl").args(arguments).status()?;
        anyhow::ensure!(status.success(), "pactl {arguments:?} failed");
        Ok(())
    }

    fn paths<'a>(folder: &TempDir, command: &'a mut Command) -> &'a mut Command {
        let folder = folder.path();
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", folder)
            .env("PULSE_RUNTIME_PATH", folder.join("pulse"))
            .env("PULSE_STATE_PATH", folder.join("state"))
            .env("PULSE_COOKIE", folder.join("cookie"))
    }
}

/// Share of 50 ms windows in which a tone holds most of the energy and is loud enough to be heard.
pub fn share_with_tone(samples: &[f32], hertz: f32) -> f32 {
    let windows = samples.chunks_exact(RATE as usize / 20);
    let all = windows.len().max(1) as f32;
    windows.filter(|window| has_tone(window, hertz)).count() as f32 / all
}

fn has_tone(window: &[f32], hertz: f32) -> bool {
    let length = window.len() as f32;
    let energy: f32 = window.iter().map(|sample| sample * sample).sum();
    // Goertzel: the energy at one frequency.
    let step = 2.0 * std::f32::consts::PI * hertz / RATE as f32;
    let (mut one, mut two) = (0.0_f32, 0.0_f32);
    for sample in window {
        (one, two) = (sample + 2.0 * step.cos() * one - two, one);
    }
    let power = one * one + two * two - 2.0 * step.cos() * one * two;
    let at_tone = 2.0 * power / length;
    energy / length > 1e-5 && at_tone > 0.5 * energy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hertz: f32, gain: f32) -> Vec<f32> {
        let step = 2.0 * std::f32::consts::PI * hertz / RATE as f32;
        (0..RATE).map(|n| gain * (step * n as f32).sin()).collect()
    }

    #[test]
    fn a_tone_is_told_from_silence_and_from_another_tone() {
        assert!(share_with_tone(&sine(997.0, 0.3), 997.0) > 0.99);
        assert!(share_with_tone(&sine(440.0, 0.3), 997.0) < 0.01);
        assert!(share_with_tone(&vec![0.0; RATE as usize], 997.0) < 0.01);
    }
}

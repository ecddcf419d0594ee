//! Sound: one thread in steps of 10 ms. The others are mixed for the speaker, our microphone is made fit and sent.
//!
//! A thread of its own because nothing else may delay it, and it may delay nothing else. It owns the devices: taking
//! one away closes it.

mod ears;
mod mouth;
mod round;
pub(crate) mod sound_check;

use std::sync::mpsc as sync;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use foyer_media::clock::SharedClock;
use foyer_media::level::dbfs;
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_meeting::device::{Attempt, Slot};
use foyer_rtc::{ReceivedAudio, Transceiver};
use tokio::sync::mpsc;

use crate::openings::Microphone;
use round::Round;
use sound_check::Stage;

/// What the thread tells.
#[derive(Debug)]
pub(crate) enum AudioEvent {
    /// A device stopped working; the thread has let go of it.
    Failed {
        slot: Slot,
        attempt: Attempt,
        code: &'static str,
    },
    /// Peak of the microphone since the last report, in dBFS.
    Level(f32),
    /// A sound check got further.
    Check(Stage),
}

enum Command {
    Microphone(Option<(Attempt, Microphone)>),
    Speaker(Option<(Attempt, Box<dyn AudioSink>)>),
    Share(Option<(Attempt, Box<dyn AudioSource>)>),
    SendTo(Option<Transceiver>),
    Hear(String, ReceivedAudio),
    Forget(String),
    Volume(String, u32),
    Play(Vec<f32>),
    Check(bool),
}

/// What came and went so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AudioCounters {
    pub packets_received: u64,
    pub packets_sent: u64,
    /// Samples played, and those of them that had to be made up.
    pub played: u64,
    pub concealed: u64,
    /// Samples that were rebuilt from the copy in a later packet.
    pub repaired: u64,
    /// Packets that were not there when it was their turn.
    pub lost: u64,
    /// Loudest sample of the mix, 0 to 1.
    pub peak: f32,
}

impl AudioCounters {
    /// Share of all that was played, 0 to 1.
    pub fn ratio(&self, samples: u64) -> f64 {
        samples as f64 / self.played.max(1) as f64
    }

    pub fn peak_dbfs(&self) -> f32 {
        dbfs(self.peak)
    }
}

type SharedCounters = Arc<Mutex<AudioCounters>>;

/// A handle on the thread. Dropping it ends the thread and closes its devices.
pub(crate) struct AudioEngine {
    commands: sync::Sender<Command>,
    counters: SharedCounters,
}

impl AudioEngine {
    pub fn start(clock: SharedClock, events: mpsc::Sender<AudioEvent>) -> Self {
        let (commands, received) = sync::channel();
        let counters = SharedCounters::default();
        let round = Round::new(clock, events, Arc::clone(&counters));
        let started = thread::Builder::new()
            .name("audio".into())
            .spawn(move || round.run(&received));
        if let Err(error) = started {
            // Without the thread every command goes nowhere: a silent call is better than none.
            tracing::error!(%error, "no audio thread");
        }
        Self { commands, counters }
    }

    pub fn set_microphone(&self, microphone: Option<(Attempt, Microphone)>) {
        self.tell(Command::Microphone(microphone));
    }

    pub fn set_speaker(&self, speaker: Option<(Attempt, Box<dyn AudioSink>)>) {
        self.tell(Command::Speaker(speaker));
    }

    /// What our share sounds like, sent with the microphone's sound and without it; `None` for a silent one, or none.
    pub fn set_share(&self, sound: Option<(Attempt, Box<dyn AudioSource>)>) {
        self.tell(Command::Share(sound));
    }

    /// Where our sound goes; `None` sends nothing.
    pub fn send_to(&self, target: Option<Transceiver>) {
        self.tell(Command::SendTo(target));
    }

    /// Plays somebody from now on, in place of an earlier stream of theirs.
    pub fn hear(&self, participant: String, packets: ReceivedAudio) {
        self.tell(Command::Hear(participant, packets));
    }

    pub fn forget(&self, participant: String) {
        self.tell(Command::Forget(participant));
    }

    /// How loud somebody is heard from now on, in percent; also over later streams of theirs.
    pub fn set_volume(&self, participant: String, percent: u32) {
        self.tell(Command::Volume(participant, percent));
    }

    /// Plays these samples once, as soon as there is a speaker.
    pub fn play(&self, samples: Vec<f32>) {
        self.tell(Command::Play(samples));
    }

    /// Records the microphone, judges and plays the recording; or gives that up.
    pub fn check_sound(&self, on: bool) {
        self.tell(Command::Check(on));
    }

    pub fn counters(&self) -> AudioCounters {
        *self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, command: Command) {
        // The thread ends only with this handle.
        self.commands.send(command).ok();
    }
}

/// A sound device and the attempt that opened it.
struct Plugged<T: ?Sized> {
    attempt: Attempt,
    device: Box<T>,
}

type Source = Plugged<dyn AudioSource>;
type Sink = Plugged<dyn AudioSink>;

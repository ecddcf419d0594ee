//! Sound: one thread a page, in steps of 10 ms, started when the page first needs it. It owns microphones and speakers.
//!
//! Apart from `session`'s own thread because pages have any number of microphones, senders and elements; what both do
//! with samples is in `foyer_media`.

mod listen;
mod round;
mod speak;
mod switched;
mod tone;
mod watch;

use std::sync::mpsc as sync;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, Devices};
use foyer_media::sound::{AudioSink, AudioSource, BLOCK};
use foyer_media::voice::VoiceSwitches;
use foyer_rtc::Transceiver;
use tokio::sync::mpsc;

use crate::figures::{Listened, Spoken};
use crate::outbox::Outbox;
use crate::video::send::SoundPlan;
use round::Round;
pub(crate) use switched::switched;
pub(crate) use tone::event_of;
pub(crate) use watch::watch;

/// What an element of the page plays.
#[derive(Clone, Debug)]
pub(crate) struct SinkState {
    /// Receivers' tracks.
    pub tracks: Vec<Handle>,
    /// 0 to 1; 0 if muted.
    pub gain: f32,
    /// Empty for the default.
    pub device: String,
}

pub(crate) type Block = [f32; BLOCK];

/// Whether a sound that goes along with the microphone's is still wanted: as long as its [`Lease`] is held.
pub(crate) type Leased = Weak<()>;
/// See [`Leased`].
pub(crate) type Lease = Arc<()>;

/// Where the samples of a track come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Origin {
    /// The page made them.
    Page,
    /// A microphone; with switches it stands in a room.
    Microphone(Option<VoiceSwitches>),
}

enum Command {
    Open(Handle, Box<dyn AudioSource>, Origin),
    Accompany(Box<dyn AudioSource>, Leased),
    Clone(Handle, Handle),
    Enable(Handle, bool),
    Process(Handle, VoiceSwitches),
    Stop(Handle),
    Send(Handle, Handle, Transceiver, SoundPlan, Spoken),
    Pace(Handle, SoundPlan),
    Tone(Handle, u8, Duration),
    StopSending(Handle),
    ExpectRemote(Handle, Transceiver, Listened),
    ForgetRemote(Handle),
    Watch(Handle, mpsc::Sender<Block>),
    SetSink(Handle, SinkState),
    CloseSink(Handle),
    Speaker(String, Result<Box<dyn AudioSink>, CaptureError>),
    Close,
}

enum Thread {
    NotYet,
    Running(sync::Sender<Command>),
    Closed,
}

struct Inner {
    clock: SharedClock,
    devices: Arc<dyn Devices>,
    outbox: Outbox,
    thread: Mutex<Thread>,
}

/// A handle on the thread. Everybody of the page shares it; the page closes it.
#[derive(Clone)]
pub(crate) struct Sound(Arc<Inner>);

impl Sound {
    pub fn new(clock: SharedClock, devices: Arc<dyn Devices>, outbox: Outbox) -> Self {
        Self(Arc::new(Inner {
            clock,
            devices,
            outbox,
            thread: Mutex::new(Thread::NotYet),
        }))
    }

    /// Ends the thread, and with it every microphone and speaker.
    pub fn close(&self) {
        let mut thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Thread::Running(commands) = std::mem::replace(&mut *thread, Thread::Closed) {
            commands.send(Command::Close).ok();
        }
    }

    fn tell(&self, command: Command) {
        let mut thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*thread, Thread::NotYet) {
            *thread = self.start();
        }
        if let Thread::Running(commands) = &*thread {
            commands.send(command).ok();
        }
    }

    /// Only if there is a thread: without one there is nothing to be changed.
    fn tell_if_running(&self, command: Command) {
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Thread::Running(commands) = &*thread {
            commands.send(command).ok();
        }
    }

    fn start(&self) -> Thread {
        let (commands, received) = sync::channel();
        let round = Round::new(
            Arc::clone(&self.0.clock),
            Arc::clone(&self.0.devices),
            self.0.outbox.clone(),
            commands.clone(),
        );
        let started = thread::Builder::new()
            .name("page sound".into())
            .spawn(move || round.run(&received));
        match started {
            Ok(_) => Thread::Running(commands),
            Err(error) => {
                // Without the thread every command goes nowhere: a silent page is better than none.
                tracing::error!(%error, "no sound thread");
                Thread::Closed
            }
        }
    }

    /// A new track.
    pub fn open(&self, track: Handle, source: Box<dyn AudioSource>, origin: Origin) {
        self.tell(Command::Open(track, source, origin));
    }

    /// What a share sounds like goes out with the microphone, also while that is muted; in place of another.
    pub fn accompany(&self, source: Box<dyn AudioSource>) -> Lease {
        let lease = Lease::default();
        self.tell(Command::Accompany(source, Arc::downgrade(&lease)));
        lease
    }

    pub fn clone_track(&self, track: Handle, of: Handle) {
        self.tell(Command::Clone(track, of));
    }

    pub fn enable(&self, track: Handle, enabled: bool) {
        self.tell_if_running(Command::Enable(track, enabled));
    }

    pub fn process(&self, track: Handle, switches: VoiceSwitches) {
        self.tell_if_running(Command::Process(track, switches));
    }

    /// The source closes with its last track.
    pub fn stop(&self, track: Handle) {
        self.tell_if_running(Command::Stop(track));
    }

    /// Sends a track, in place of what this sender sent before.
    pub fn send(
        &self,
        sender: Handle,
        track: Handle,
        target: Transceiver,
        plan: SoundPlan,
        spoken: Spoken,
    ) {
        self.tell(Command::Send(sender, track, target, plan, spoken));
    }

    pub fn pace_sending(&self, sender: Handle, plan: SoundPlan) {
        self.tell_if_running(Command::Pace(sender, plan));
    }

    /// A telephone's tone in place of what this sender sends.
    pub fn play_tone(&self, sender: Handle, event: u8, duration: Duration) {
        self.tell_if_running(Command::Tone(sender, event, duration));
    }

    pub fn stop_sending(&self, sender: Handle) {
        self.tell_if_running(Command::StopSending(sender));
    }

    /// What this receiver gets may be played or watched from now on.
    pub fn expect_remote(&self, track: Handle, from: Transceiver, listened: Listened) {
        self.tell(Command::ExpectRemote(track, from, listened));
    }

    pub fn forget_remote(&self, track: Handle) {
        self.tell_if_running(Command::ForgetRemote(track));
    }

    /// Blocks of a local or remote track; those that nobody takes in time are lost. Ends with the track.
    fn watch_blocks(&self, track: Handle, blocks: mpsc::Sender<Block>) {
        self.tell(Command::Watch(track, blocks));
    }

    pub fn set_sink(&self, sink: Handle, state: SinkState) {
        self.tell(Command::SetSink(sink, state));
    }

    pub fn close_sink(&self, sink: Handle) {
        self.tell_if_running(Command::CloseSink(sink));
    }
}

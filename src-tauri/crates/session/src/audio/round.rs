//! The thread: one round every few milliseconds.

use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::CaptureError;
use foyer_media::level::dbfs;
use foyer_media::sound::{AudioSink, BLOCK};
use foyer_media::synthetic::sink::SilentSink;
use foyer_meeting::device::{Attempt, Slot};
use tokio::sync::mpsc;

use super::ears::Ears;
use super::mouth::Mouth;
use super::sound_check::{Recording, Stage};
use super::{AudioEvent, Command, Plugged, SharedCounters, Sink, Source};

/// Shorter than a block, so that none waits long.
const PAUSE: Duration = Duration::from_millis(5);
/// Between two level reports.
const LEVEL_EVERY: Duration = Duration::from_millis(100);
/// Blocks that a speaker is given at once at most: 200 ms.
const MOST_BLOCKS: usize = 20;

pub(super) struct Round {
    clock: SharedClock,
    events: mpsc::Sender<AudioEvent>,
    counters: SharedCounters,
    microphone: Option<Source>,
    speaker: Option<Sink>,
    /// The share whose sound the mouth has.
    share: Option<Attempt>,
    /// Keeps time while there is no speaker, so that the streams of the others do not pile up.
    silence: SilentSink,
    ears: Ears,
    mouth: Mouth,
    recorded: Vec<f32>,
    level_told: MediaTime,
    check: Stage,
}

impl Round {
    pub fn new(
        clock: SharedClock,
        events: mpsc::Sender<AudioEvent>,
        counters: SharedCounters,
    ) -> Self {
        Self {
            level_told: clock.now(),
            clock,
            events,
            counters,
            microphone: None,
            speaker: None,
            share: None,
            silence: SilentSink::new(),
            ears: Ears::new(),
            mouth: Mouth::new(),
            recorded: Vec::new(),
            check: Stage::Idle,
        }
    }

    /// Until the handle is gone.
    pub fn run(mut self, commands: &Receiver<Command>) {
        loop {
            match commands.recv_timeout(PAUSE) {
                Ok(command) => {
                    self.obey(command);
                    while let Ok(command) = commands.try_recv() {
                        self.obey(command);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let now = self.clock.now();
            self.listen(now);
            self.accompany(now);
            self.speak(now);
            self.mouth.go_on(now);
            self.tell_level(now);
            self.go_on_with_check();
            let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
            self.ears.count(&mut counters);
            counters.packets_sent = self.mouth.sent();
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Microphone(None) => {
                self.microphone = None;
                self.mouth.fall_silent();
            }
            Command::Microphone(Some((attempt, microphone))) => {
                self.mouth.begin(microphone.is_synthetic);
                self.microphone = Some(Plugged {
                    attempt,
                    device: microphone.source,
                });
            }
            Command::Speaker(speaker) => {
                self.speaker = speaker.map(|(attempt, device)| Plugged { attempt, device });
                // Time without a speaker is not made up for.
                self.silence = SilentSink::new();
            }
            Command::Share(sound) => {
                let (attempt, source) = sound.unzip();
                self.share = attempt;
                self.mouth.accompany(source);
            }
            Command::SendTo(target) => self.mouth.send_to(target),
            Command::Hear(participant, packets) => self.ears.hear(participant, packets),
            Command::Forget(participant) => self.ears.forget(&participant),
            Command::Volume(participant, percent) => self.ears.set_volume(participant, percent),
            Command::Play(samples) => self.ears.play(samples),
            Command::Check(on) => self.check(on),
        }
    }

    /// The others, to the speaker.
    fn listen(&mut self, now: MediaTime) {
        self.ears.collect();
        let wanted = match self.speaker.as_mut() {
            Some(speaker) => match speaker.device.wanted(now) {
                Ok(wanted) => wanted,
                Err(error) => {
                    let attempt = speaker.attempt;
                    self.speaker = None;
                    self.failed(Slot::Speaker, attempt, &error);
                    0
                }
            },
            // Time without a speaker cannot fail.
            None => self.silence.wanted(now).unwrap_or(0),
        };
        for _ in 0..(wanted / BLOCK).min(MOST_BLOCKS) {
            let block = self.ears.block(now, self.speaker.is_some());
            self.mouth.heard(&block);
            match self.speaker.as_mut() {
                Some(speaker) => speaker.device.push(&block),
                None => self.silence.push(&block),
            }
        }
    }

    /// Takes in the sound of our share.
    fn accompany(&mut self, now: MediaTime) {
        if let Err(error) = self.mouth.collect(now) {
            self.mouth.accompany(None);
            if let Some(attempt) = self.share.take() {
                self.failed(Slot::Share, attempt, &error);
            }
        }
    }

    /// Our microphone, to the others.
    fn speak(&mut self, now: MediaTime) {
        let Some(microphone) = self.microphone.as_mut() else {
            return;
        };
        self.recorded.clear();
        if let Err(error) = microphone.device.pull(now, &mut self.recorded) {
            let attempt = microphone.attempt;
            self.microphone = None;
            self.mouth.fall_silent();
            self.failed(Slot::Microphone, attempt, &error);
            return;
        }
        let latency = self
            .speaker
            .as_ref()
            .map_or(Duration::ZERO, |speaker| speaker.device.latency());
        self.mouth.speak(&self.recorded, latency, now);
    }

    fn check(&mut self, on: bool) {
        if matches!(self.check, Stage::Playing(_)) {
            self.ears.play(Vec::new());
        }
        self.mouth.give_up_check();
        let recording = (on && self.microphone.is_some()).then(Recording::new);
        match recording {
            Some(Ok(recording)) => {
                self.mouth.begin_check(recording);
                self.enter(Stage::Recording);
            }
            Some(Err(error)) => {
                tracing::error!(%error, "no sound check");
                self.enter(Stage::Idle);
            }
            None => self.enter(Stage::Idle),
        }
    }

    fn go_on_with_check(&mut self) {
        match self.check {
            Stage::Idle | Stage::Done(_) => {}
            Stage::Recording => {
                if let Some(recording) = self.mouth.take_check() {
                    let (heard, verdict) = recording.finish();
                    if self.speaker.is_some() {
                        self.ears.play(heard);
                        self.enter(Stage::Playing(verdict));
                    } else {
                        self.enter(Stage::Done(verdict));
                    }
                } else if !self.mouth.is_checking() {
                    self.enter(Stage::Idle);
                }
            }
            Stage::Playing(verdict) => {
                if !self.ears.is_playing() || self.speaker.is_none() {
                    self.ears.play(Vec::new());
                    self.enter(Stage::Done(verdict));
                }
            }
        }
    }

    fn enter(&mut self, stage: Stage) {
        self.check = stage;
        // Only a call that has ended does not listen.
        self.events.blocking_send(AudioEvent::Check(stage)).ok();
    }

    fn tell_level(&mut self, now: MediaTime) {
        if self.microphone.is_none() || now.since(self.level_told) < LEVEL_EVERY {
            return;
        }
        self.level_told = now;
        // A level that nobody has time for is worth nothing later.
        self.events
            .try_send(AudioEvent::Level(dbfs(self.mouth.take_peak())))
            .ok();
    }

    fn failed(&self, slot: Slot, attempt: Attempt, error: &CaptureError) {
        tracing::warn!(device = slot.word(), code = error.code(), %error, "sound device failed");
        let event = AudioEvent::Failed {
            slot,
            attempt,
            code: error.code(),
        };
        // Only a call that has ended does not listen.
        self.events.blocking_send(event).ok();
    }
}

//! The thread: one round every few milliseconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_media::clock::SharedClock;
use foyer_media::device::Devices;
use tokio::sync::mpsc;

use super::listen::Ears;
use super::speak::Mouths;
use super::{Block, Command};
use crate::outbox::Outbox;

/// Shorter than a block, so that none waits long.
const PAUSE: Duration = Duration::from_millis(5);

/// Who in the page wants the blocks of a track.
#[derive(Default)]
pub(super) struct Watchers(HashMap<Handle, Vec<mpsc::Sender<Block>>>);

impl Watchers {
    fn add(&mut self, track: Handle, blocks: mpsc::Sender<Block>) {
        self.0.entry(track).or_default().push(blocks);
    }

    pub fn end(&mut self, track: Handle) {
        self.0.remove(&track);
    }

    pub fn is_watched(&self, track: Handle) -> bool {
        self.0.contains_key(&track)
    }

    pub fn give(&mut self, track: Handle, block: &Block) {
        let Some(all) = self.0.get_mut(&track) else {
            return;
        };
        // What does not fit is lost.
        all.retain(|blocks| {
            !matches!(
                blocks.try_send(*block),
                Err(mpsc::error::TrySendError::Closed(_))
            )
        });
        if all.is_empty() {
            self.0.remove(&track);
        }
    }
}

pub(super) struct Round {
    clock: SharedClock,
    mouths: Mouths,
    ears: Ears,
    watchers: Watchers,
}

impl Round {
    pub fn new(
        clock: SharedClock,
        devices: Arc<dyn Devices>,
        outbox: Outbox,
        commands: Sender<Command>,
    ) -> Self {
        Self {
            clock,
            mouths: Mouths::new(outbox),
            ears: Ears::new(devices, commands),
            watchers: Watchers::default(),
        }
    }

    /// Until it is told to close.
    pub fn run(mut self, commands: &Receiver<Command>) {
        loop {
            match commands.recv_timeout(PAUSE) {
                Ok(command) => {
                    let mut next = Some(command);
                    while let Some(command) = next {
                        if matches!(command, Command::Close) {
                            return;
                        }
                        self.obey(command);
                        next = commands.try_recv().ok();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let now = self.clock.now();
            let Self {
                mouths,
                ears,
                watchers,
                ..
            } = &mut self;
            ears.listen(now, watchers, |block| mouths.heard(block));
            mouths.speak(now, ears.latency(), watchers);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Open(track, source, origin) => self.mouths.open(track, source, origin),
            Command::Accompany(source, leased) => self.mouths.accompany(source, leased),
            Command::Clone(track, of) => self.mouths.clone_track(track, of),
            Command::Enable(track, enabled) => {
                self.mouths.enable(track, enabled);
                self.ears.enable(track, enabled);
            }
            Command::Process(track, switches) => self.mouths.process(track, switches),
            Command::Stop(track) => {
                self.mouths.stop(track);
                self.watchers.end(track);
            }
            Command::Send(sender, track, target, plan, spoken) => {
                self.mouths.send(sender, track, target, plan, spoken);
            }
            Command::Pace(sender, plan) => self.mouths.pace(sender, plan),
            Command::Tone(sender, event, duration) => {
                self.mouths.play_tone(sender, event, duration);
            }
            Command::StopSending(sender) => self.mouths.stop_sending(sender),
            Command::ExpectRemote(track, from, listened) => {
                self.ears.expect(track, from, listened);
            }
            Command::ForgetRemote(track) => {
                self.ears.forget(track);
                self.watchers.end(track);
            }
            Command::Watch(track, blocks) => self.watchers.add(track, blocks),
            Command::SetSink(sink, state) => self.ears.set_sink(sink, state),
            Command::CloseSink(sink) => self.ears.close_sink(sink),
            Command::Speaker(device, opened) => self.ears.plug(device, opened, self.clock.now()),
            Command::Close => {}
        }
    }
}

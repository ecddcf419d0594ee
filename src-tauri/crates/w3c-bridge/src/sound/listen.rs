//! The far sides on their way to speakers and pages: one buffer a receiver, one mix a speaker.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_media::clock::MediaTime;
use foyer_media::device::{CaptureError, DeviceKind, Devices};
use foyer_media::playout::{Mixer, OpusBuffer};
use foyer_media::sound::{AudioSink, BLOCK};
use foyer_media::synthetic::sink::SilentSink;
use foyer_rtc::{ReceivedAudio, Transceiver};

use super::round::Watchers;
use super::{Block, Command, SinkState};
use crate::figures::Listened;

/// Blocks that a speaker is given at once at most: 200 ms.
const MOST_BLOCKS: usize = 20;
/// A speaker that failed is tried again after this time.
const AGAIN: Duration = Duration::from_secs(3);

struct Stream {
    packets: ReceivedAudio,
    buffer: OpusBuffer,
    block: Block,
}

struct Remote {
    from: Transceiver,
    enabled: bool,
    listened: Listened,
    /// While somebody listens.
    stream: Option<Stream>,
}

enum Speaker {
    Opening,
    Open(Box<dyn AudioSink>, Box<Mixer>),
    Failed(MediaTime),
}

/// See the module.
pub(super) struct Ears {
    devices: Arc<dyn Devices>,
    commands: Sender<Command>,
    remotes: HashMap<Handle, Remote>,
    sinks: HashMap<Handle, SinkState>,
    /// In an order that stays: the first that is open sets the pace.
    speakers: BTreeMap<String, Speaker>,
    /// Keeps time while there is no speaker, so that streams do not pile up.
    silence: SilentSink,
}

impl Ears {
    pub fn new(devices: Arc<dyn Devices>, commands: Sender<Command>) -> Self {
        Self {
            devices,
            commands,
            remotes: HashMap::new(),
            sinks: HashMap::new(),
            speakers: BTreeMap::new(),
            silence: SilentSink::new(),
        }
    }

    pub fn expect(&mut self, track: Handle, from: Transceiver, listened: Listened) {
        let remote = Remote {
            from,
            enabled: true,
            listened,
            stream: None,
        };
        self.remotes.insert(track, remote);
    }

    pub fn forget(&mut self, track: Handle) {
        self.remotes.remove(&track);
    }

    pub fn enable(&mut self, track: Handle, enabled: bool) {
        if let Some(remote) = self.remotes.get_mut(&track) {
            remote.enabled = enabled;
        }
    }

    pub fn set_sink(&mut self, sink: Handle, state: SinkState) {
        self.sinks.insert(sink, state);
    }

    pub fn close_sink(&mut self, sink: Handle) {
        self.sinks.remove(&sink);
    }

    pub fn plug(
        &mut self,
        device: String,
        opened: Result<Box<dyn AudioSink>, CaptureError>,
        now: MediaTime,
    ) {
        let Some(place) = self.speakers.get_mut(&device) else {
            // Nobody wants it any more.
            return;
        };
        *place = match opened {
            Ok(sink) => Speaker::Open(sink, Box::new(Mixer::new())),
            Err(error) => {
                tracing::debug!(code = error.code(), %error, "no speaker");
                Speaker::Failed(now)
            }
        };
    }

    /// From what is mixed to the ear.
    pub fn latency(&self) -> Duration {
        self.speakers
            .values()
            .find_map(|speaker| match speaker {
                Speaker::Open(sink, _) => Some(sink.latency()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// One round; `heard` is told what the speaker that sets the pace was given.
    pub fn listen(
        &mut self,
        now: MediaTime,
        watchers: &mut Watchers,
        mut heard: impl FnMut(&Block),
    ) {
        self.tend_speakers(now);
        self.tend_streams(watchers);
        let mut owed = self.owed(now);
        let steps = owed.first().map_or_else(
            || self.silence.wanted(now).unwrap_or(0),
            |(_, wanted)| *wanted,
        );
        let latency = self.latency();
        for _ in 0..(steps / BLOCK).min(MOST_BLOCKS) {
            for (track, remote) in &mut self.remotes {
                let Some(stream) = &mut remote.stream else {
                    continue;
                };
                stream.buffer.pull(now, &mut stream.block);
                let stats = stream.buffer.stats();
                remote.listened.lock().add(&stream.block, stats, latency);
                if !remote.enabled {
                    stream.block = [0.0; BLOCK];
                }
                watchers.give(*track, &stream.block);
            }
            if owed.is_empty() {
                self.silence.push(&[0.0; BLOCK]);
            }
            for (place, (device, wanted)) in owed.iter_mut().enumerate() {
                let Some(Speaker::Open(sink, mixer)) = self.speakers.get_mut(device) else {
                    continue;
                };
                let block = mix(&self.remotes, &self.sinks, device, mixer);
                if place == 0 {
                    heard(&block);
                }
                // One whose clock is slower than the first's leaves out what it cannot take.
                if place == 0 || *wanted >= BLOCK {
                    sink.push(&block);
                    *wanted = wanted.saturating_sub(BLOCK);
                }
            }
        }
    }

    /// What every open speaker wants now; those that fail close.
    fn owed(&mut self, now: MediaTime) -> Vec<(String, usize)> {
        let mut owed = Vec::new();
        for (device, speaker) in &mut self.speakers {
            let Speaker::Open(sink, _) = speaker else {
                continue;
            };
            match sink.wanted(now) {
                Ok(wanted) => owed.push((device.clone(), wanted)),
                Err(error) => {
                    tracing::warn!(code = error.code(), %error, "speaker failed");
                    *speaker = Speaker::Failed(now);
                }
            }
        }
        owed
    }

    /// Speakers are open as long as an element uses them.
    fn tend_speakers(&mut self, now: MediaTime) {
        let used: HashSet<&String> = self
            .sinks
            .values()
            .filter(|sink| !sink.tracks.is_empty())
            .map(|sink| &sink.device)
            .collect();
        self.speakers.retain(|device, _| used.contains(device));
        for device in used {
            let wanted = match self.speakers.get(device) {
                None => true,
                Some(Speaker::Failed(at)) => now.since(*at) > AGAIN,
                Some(_) => false,
            };
            if wanted {
                self.speakers.insert(device.clone(), Speaker::Opening);
                open(&self.devices, device.clone(), self.commands.clone());
                // Time without a speaker is not made up for.
                self.silence = SilentSink::new();
            }
        }
    }

    /// Receivers are read as long as somebody listens, and no sound of theirs is decoded else.
    fn tend_streams(&mut self, watchers: &Watchers) {
        for (track, remote) in &mut self.remotes {
            let played = self
                .sinks
                .values()
                .any(|sink| sink.gain > 0.0 && sink.tracks.contains(track));
            if !played && !watchers.is_watched(*track) {
                remote.stream = None;
                continue;
            }
            if remote.stream.is_none() {
                remote.stream = begin(&remote.from);
                remote.listened.lock().begin();
            }
            if let Some(stream) = &mut remote.stream {
                while let Ok(packet) = stream.packets.try_recv() {
                    stream.buffer.push(packet);
                }
            }
        }
    }
}

fn begin(from: &Transceiver) -> Option<Stream> {
    match OpusBuffer::new() {
        Ok(buffer) => Some(Stream {
            packets: from.receive_audio(),
            buffer,
            block: [0.0; BLOCK],
        }),
        Err(error) => {
            tracing::error!(%error, "a receiver cannot be heard");
            None
        }
    }
}

fn mix(
    remotes: &HashMap<Handle, Remote>,
    sinks: &HashMap<Handle, SinkState>,
    device: &str,
    mixer: &mut Mixer,
) -> Block {
    let streams = remotes.iter().filter_map(|(track, remote)| {
        let stream = remote.stream.as_ref()?;
        let gain: f32 = sinks
            .values()
            .filter(|sink| sink.device == device && sink.tracks.contains(track))
            .map(|sink| sink.gain)
            .sum();
        Some((u64::from(*track), &stream.block, gain))
    });
    let mut block = [0.0; BLOCK];
    mixer.mix(streams, &mut block);
    block
}

/// On a thread of its own: it may take seconds.
fn open(devices: &Arc<dyn Devices>, device: String, commands: Sender<Command>) {
    let devices = Arc::clone(devices);
    let work = move || {
        let opened = devices.list(DeviceKind::Speaker).and_then(|listed| {
            let chosen = crate::devices::choose(listed, Some(&device));
            devices.open_speaker(&chosen.ok_or(CaptureError::NotFound)?.id)
        });
        commands.send(Command::Speaker(device, opened)).ok();
    };
    if let Err(error) = thread::Builder::new().name("speaker".into()).spawn(work) {
        tracing::warn!(%error, "no thread to open a speaker");
    }
}

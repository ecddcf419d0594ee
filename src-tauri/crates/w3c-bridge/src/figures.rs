//! Counters for `getStats()` beside the engine's own: pictures and samples on their way between devices and codecs.

mod filmed;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_media::playout::PlayoutStats;
use foyer_media::sound::{BLOCK, SAMPLE_RATE};
use serde_json::{Map, Value, json};

use crate::sound::Block;

pub(crate) use filmed::Filmed;

/// What `framesPerSecond` counts over.
const WINDOW: Duration = Duration::from_secs(1);
/// Pictures whose distance is the usual one.
const USUAL: usize = 30;
/// More pictures a second than any source has.
const MOST: usize = 240;

/// Counted in one place, read in another. The lock is held for a few instructions.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Shared<T> {
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Pictures that passed one place.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    pub frames: u64,
    pub key_frames: u64,
    pub width: u32,
    pub height: u32,
    /// Time that was worked on them.
    pub work: Duration,
    /// Times between two pictures in seconds, summed, and their squares.
    between: (f64, f64),
    /// Beyond what is usual, by webrtc-stats' measure: how often, and seconds.
    freezes: (u64, f64),
    /// Beyond five seconds.
    pauses: (u64, f64),
    recent: VecDeque<MediaTime>,
}

impl Pictures {
    /// One more; a size of zero is as before.
    pub fn count(&mut self, now: MediaTime, (width, height): (u32, u32), key: bool) {
        self.frames += 1;
        self.key_frames += u64::from(key);
        if width > 0 && height > 0 {
            (self.width, self.height) = (width, height);
        }
        self.measure(now);
        if self.recent.len() == MOST {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }

    fn measure(&mut self, now: MediaTime) {
        let Some(last) = self.recent.back() else {
            return;
        };
        let gap = now.since(*last).as_secs_f64();
        let known = self.recent.len().min(USUAL);
        if known > 1 {
            let oldest = self.recent[self.recent.len() - known];
            let usual = last.since(oldest).as_secs_f64() / (known - 1) as f64;
            if gap >= (3.0 * usual).max(usual + 0.15) {
                self.freezes.0 += 1;
                self.freezes.1 += gap;
            }
        }
        if gap > 5.0 {
            self.pauses.0 += 1;
            self.pauses.1 += gap;
        }
        self.between.0 += gap;
        self.between.1 += gap * gap;
    }

    fn per_second(&self, now: MediaTime) -> usize {
        let recent = |at: &&MediaTime| now.since(**at) < WINDOW;
        self.recent.iter().rev().take_while(recent).count()
    }

    /// Members of inbound and outbound streams and of sources; before the first picture there is no size.
    fn write(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        if self.width > 0 {
            fields.insert("frameWidth".into(), json!(self.width));
            fields.insert("frameHeight".into(), json!(self.height));
            fields.insert("framesPerSecond".into(), json!(self.per_second(now)));
        }
    }
}

/// What a receiver's pictures were to whoever decodes them: all that is handed on is decoded.
pub(crate) type Shown = Shared<Pictures>;

impl Shown {
    pub fn write(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        let pictures = self.lock();
        fields.insert("framesDecoded".into(), json!(pictures.frames));
        let mut set = |name: &str, value: Value| fields.insert(name.into(), value);
        set("keyFramesDecoded", json!(pictures.key_frames));
        set("totalInterFrameDelay", json!(pictures.between.0));
        set("totalSquaredInterFrameDelay", json!(pictures.between.1));
        set("freezeCount", json!(pictures.freezes.0));
        set("totalFreezesDuration", json!(pictures.freezes.1));
        set("pauseCount", json!(pictures.pauses.0));
        set("totalPausesDuration", json!(pictures.pauses.1));
        pictures.write(now, fields);
    }
}

/// Samples that passed one place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Samples {
    pub count: u64,
    energy: f64,
    level: f64,
}

impl Samples {
    pub fn add(&mut self, block: &Block) {
        self.count += BLOCK as u64;
        self.energy += block
            .iter()
            .map(|sample| f64::from(*sample).powi(2))
            .sum::<f64>();
        let peak = block
            .iter()
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        self.level = f64::from(peak.min(1.0));
    }

    fn write(&self, fields: &mut Map<String, Value>) {
        let rate = f64::from(SAMPLE_RATE);
        fields.insert("audioLevel".into(), json!(self.level));
        fields.insert("totalAudioEnergy".into(), json!(self.energy / rate));
        fields.insert(
            "totalSamplesDuration".into(),
            json!(self.count as f64 / rate),
        );
    }
}

/// What a sender's track says.
pub(crate) type Spoken = Shared<Samples>;

impl Spoken {
    pub fn write(&self, fields: &mut Map<String, Value>) {
        fields.insert("kind".into(), json!("audio"));
        self.lock().write(fields);
    }
}

/// What was heard of a receiver while somebody listened.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    samples: Samples,
    /// Of the buffer in use, as they were last time.
    last: PlayoutStats,
    concealed: u64,
    silent: u64,
    stretched: u64,
    cut: u64,
    discarded: u64,
    concealments: u64,
    conceals: bool,
    /// Seconds, summed over samples.
    waited: f64,
    played_later: f64,
}

impl Heard {
    /// Somebody begins to listen: the buffer counts anew.
    pub fn begin(&mut self) {
        self.last = PlayoutStats::default();
        self.conceals = false;
    }

    pub fn has_begun(&self) -> bool {
        self.samples.count > 0
    }

    /// A block of this receiver's. `latency` is how much later the speaker sounds.
    pub fn add(&mut self, block: &Block, now: PlayoutStats, latency: Duration) {
        let last = std::mem::replace(&mut self.last, now);
        let conceals = now.concealed > last.concealed;
        self.concealments += u64::from(conceals && !self.conceals);
        self.conceals = conceals;
        self.concealed += now.concealed - last.concealed;
        self.silent += now.silent - last.silent;
        self.stretched += now.stretched - last.stretched;
        self.cut += now.cut - last.cut;
        self.discarded += now.late + now.overflowed - last.late - last.overflowed;
        self.samples.add(block);
        self.waited += f64::from(now.target_ms) / 1_000.0 * BLOCK as f64;
        self.played_later += latency.as_secs_f64() * BLOCK as f64;
    }
}

/// Shared with the sound thread.
pub(crate) type Listened = Shared<Heard>;

impl Listened {
    pub fn write(&self, fields: &mut Map<String, Value>) {
        let heard = self.lock();
        heard.samples.write(fields);
        let mut set = |name: &str, value: Value| fields.insert(name.into(), value);
        set("totalSamplesReceived", json!(heard.samples.count));
        set("concealedSamples", json!(heard.concealed + heard.silent));
        set("silentConcealedSamples", json!(heard.silent));
        set("concealmentEvents", json!(heard.concealments));
        set("insertedSamplesForDeceleration", json!(heard.stretched));
        set("removedSamplesForAcceleration", json!(heard.cut));
        set("packetsDiscarded", json!(heard.discarded));
        set("jitterBufferEmittedCount", json!(heard.samples.count));
        // The buffer is held at what it aims at.
        set("jitterBufferDelay", json!(heard.waited));
        set("jitterBufferTargetDelay", json!(heard.waited));
        set("jitterBufferMinimumDelay", json!(heard.waited));
    }

    /// `RTCAudioPlayoutStats`: this receiver's part of what the speaker was given. Made up by us is nothing: a speaker
    /// without sound plays silence.
    pub fn write_playout(&self, fields: &mut Map<String, Value>) {
        let heard = self.lock();
        let mut set = |name: &str, value: Value| fields.insert(name.into(), value);
        set("kind", json!("audio"));
        set("synthesizedSamplesDuration", json!(0.0));
        set("synthesizedSamplesEvents", json!(0));
        let duration = heard.samples.count as f64 / f64::from(SAMPLE_RATE);
        set("totalSamplesDuration", json!(duration));
        set("totalPlayoutDelay", json!(heard.played_later));
        set("totalSamplesCount", json!(heard.samples.count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(write: impl FnOnce(&mut Map<String, Value>)) -> Value {
        let mut fields = Map::new();
        write(&mut fields);
        Value::Object(fields)
    }

    #[test]
    fn pictures_of_the_last_second_are_the_rate() {
        let shown = Shown::default();
        assert_eq!(
            members(|to| shown.write(MediaTime(0), to))["framesDecoded"],
            0
        );
        for frame in 0..60 {
            let now = MediaTime(frame * 40_000_000);
            let size = if frame % 30 == 0 { (640, 360) } else { (0, 0) };
            shown.lock().count(now, size, frame % 30 == 0);
        }
        let said = members(|to| shown.write(MediaTime(59 * 40_000_000), to));
        assert_eq!(said["framesDecoded"], 60);
        assert_eq!(said["keyFramesDecoded"], 2);
        assert_eq!(said["framesPerSecond"], 25);
        assert_eq!([&said["frameWidth"], &said["frameHeight"]], [640, 360]);
        let later = members(|to| shown.write(MediaTime(10_000_000_000), to));
        assert_eq!(later["framesPerSecond"], 0);
        assert_eq!(later["freezeCount"], 0);
        shown.lock().count(MediaTime(10_000_000_000), (0, 0), false);
        let frozen = members(|to| shown.write(MediaTime(10_000_000_000), to));
        assert_eq!([&frozen["freezeCount"], &frozen["pauseCount"]], [1, 1]);
        assert_eq!(frozen["totalInterFrameDelay"], 10.0);
    }

    #[test]
    fn sound_is_counted_over_all_its_buffers() {
        let listened = Listened::default();
        let block = [0.5; BLOCK];
        let buffer = |concealed| PlayoutStats {
            concealed,
            target_ms: 40,
            ..PlayoutStats::default()
        };
        for stats in [0, 480, 960, 960, 1_440].map(buffer) {
            listened
                .lock()
                .add(&block, stats, Duration::from_millis(10));
        }
        listened.lock().begin();
        listened.lock().add(&block, buffer(480), Duration::ZERO);
        let said = members(|to| listened.write(to));
        assert_eq!(said["totalSamplesReceived"], 6 * 480);
        assert_eq!(said["concealedSamples"], 4 * 480);
        assert_eq!(said["concealmentEvents"], 3);
        assert_eq!(said["audioLevel"], 0.5);
        let energy = said["totalAudioEnergy"].as_f64().unwrap_or_default();
        assert!((energy - 0.06 * 0.25).abs() < 1e-9, "{said}");
        let delay = said["jitterBufferDelay"].as_f64().unwrap_or_default();
        assert!((delay / (6.0 * 480.0) - 0.04).abs() < 1e-9, "{said}");
    }
}

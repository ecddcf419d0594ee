//! Devices without hardware, whose pictures and sounds tell whose they are, and which can be made to fail.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::frame::VideoFrame;
use foyer_media::latest::{LatestTx, latest};
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_media::synthetic::card::{CardStyle, TestCard, Theme};
use foyer_media::synthetic::sink::{Recording, RecordingSink};
use foyer_media::synthetic::speech::{Speech, SpeechSource, Voice};
use foyer_media::synthetic::tone::{Tone, ToneSource};

/// Counters of one picture source lie in a range of this size.
/// Pitch of what other programs play: that of no microphone, nor an overtone of one.
pub const COMPUTER_HERTZ: f64 = 2410.0;
const RANGE: u32 = 100_000;
const CAMERA: (u32, u32, u32) = (640, 360, 30);
const SCREEN: (u32, u32, u32) = (960, 540, 10);

#[derive(Default)]
struct Switch {
    refuses: AtomicBool,
    lost: AtomicBool,
    open: AtomicI64,
}

/// The devices of one guest.
pub struct Rig {
    clock: SharedClock,
    number: u32,
    microphone: Arc<Switch>,
    camera: Arc<Switch>,
    speaker: Arc<Switch>,
    screen: Arc<Switch>,
    recording: Mutex<Option<Recording>>,
    talks: AtomicBool,
}

impl Rig {
    /// `number` tells guests apart, from 0.
    pub fn new(number: u32, clock: SharedClock) -> Arc<Self> {
        Arc::new(Self {
            clock,
            number,
            microphone: Arc::default(),
            camera: Arc::default(),
            speaker: Arc::default(),
            screen: Arc::default(),
            recording: Mutex::default(),
            talks: AtomicBool::new(false),
        })
    }

    /// Pitch of this guest's microphone: far enough from the others' and their overtones.
    pub fn hertz(&self) -> f64 {
        [440.0, 1130.0, 710.0, 1750.0][self.number as usize % 4]
    }

    /// Counters that this guest's camera shows.
    pub fn camera_counters(&self) -> std::ops::Range<u32> {
        let start = (2 * self.number) * RANGE;
        start..start + RANGE
    }

    /// Counters that this guest's screen shows.
    pub fn screen_counters(&self) -> std::ops::Range<u32> {
        let start = (2 * self.number + 1) * RANGE;
        start..start + RANGE
    }

    /// The device cannot be opened from now on (true), or can again.
    pub fn refuse(&self, kind: DeviceKind, refuses: bool) {
        self.switch(kind).refuses.store(refuses, Ordering::SeqCst);
    }

    /// Pulls the plug of a device that is open.
    pub fn unplug(&self, kind: DeviceKind) {
        self.switch(kind).lost.store(true, Ordering::SeqCst);
    }

    /// How many of this kind are open.
    pub fn open(&self, kind: DeviceKind) -> i64 {
        self.switch(kind).open.load(Ordering::SeqCst)
    }

    /// Whether nothing at all is open.
    pub fn is_dark(&self) -> bool {
        use DeviceKind::{Camera, Microphone, Screen, Speaker};
        [Microphone, Camera, Speaker, Screen]
            .iter()
            .all(|kind| self.open(*kind) == 0)
    }

    /// The microphone that is opened next gives a voice: Opus repairs losses of speech, not of tones.
    pub fn talk(&self) {
        self.talks.store(true, Ordering::SeqCst);
    }

    /// Takes out what the speaker has played since the last time.
    pub fn take_heard(&self) -> Vec<f32> {
        let recording = self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        recording.as_ref().map(Recording::take).unwrap_or_default()
    }

    fn switch(&self, kind: DeviceKind) -> &Arc<Switch> {
        match kind {
            DeviceKind::Microphone => &self.microphone,
            DeviceKind::Camera => &self.camera,
            DeviceKind::Speaker => &self.speaker,
            DeviceKind::Screen => &self.screen,
        }
    }

    fn plug(&self, kind: DeviceKind) -> Result<Plug, CaptureError> {
        let switch = Arc::clone(self.switch(kind));
        if switch.refuses.load(Ordering::SeqCst) {
            return Err(CaptureError::Busy);
        }
        switch.lost.store(false, Ordering::SeqCst);
        switch.open.fetch_add(1, Ordering::SeqCst);
        Ok(Plug(switch))
    }

    fn film(
        &self,
        kind: DeviceKind,
        (width, height, fps): (u32, u32, u32),
        first: u32,
    ) -> Result<VideoCapture, CaptureError> {
        let plug = self.plug(kind)?;
        let style = CardStyle {
            name: format!("Guest {}", self.number),
            label: format!("{kind:?}"),
            theme: Theme::nth(self.number as usize),
        };
        let card = TestCard::new(width, height, &style)
            .map_err(|error| CaptureError::Failed(error.to_string()))?;
        let (tx, frames) = latest();
        let stopped = Arc::new(AtomicBool::new(false));
        let film = Film {
            card,
            clock: Arc::clone(&self.clock),
            period: Duration::from_secs(1) / fps,
            first,
            stopped: Arc::clone(&stopped),
            switch: Arc::clone(&plug.0),
        };
        std::thread::spawn(move || film.run(&tx));
        Ok(VideoCapture {
            frames,
            guard: Box::new(StopFilm(stopped, plug)),
        })
    }
}

/// Counts as open while it lives.
struct Plug(Arc<Switch>);

impl Plug {
    fn check(&self) -> Result<(), CaptureError> {
        if self.0.lost.load(Ordering::SeqCst) {
            return Err(CaptureError::Lost);
        }
        Ok(())
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

struct StopFilm(Arc<AtomicBool>, #[allow(dead_code)] Plug); // Both only for their drop.

impl Drop for StopFilm {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Film {
    card: TestCard,
    clock: SharedClock,
    period: Duration,
    first: u32,
    stopped: Arc<AtomicBool>,
    switch: Arc<Switch>,
}

impl Film {
    fn run(self, tx: &LatestTx<Result<VideoFrame, CaptureError>>) {
        let start = self.clock.now();
        let mut next = 0_u32;
        while !self.stopped.load(Ordering::SeqCst) {
            if self.switch.lost.load(Ordering::SeqCst) {
                tx.put(Err(CaptureError::Lost));
                return;
            }
            let now = self.clock.now();
            let due = start.plus(self.period * next);
            if now < due {
                std::thread::sleep(due.since(now).min(Duration::from_millis(10)));
                continue;
            }
            // Pictures that a busy machine missed are left out, as a camera would.
            next = (now.since(start).as_nanos() / self.period.as_nanos()) as u32;
            let image = Arc::new(self.card.draw(self.first + next, now.since(start)));
            next += 1;
            tx.put(Ok(VideoFrame { at: now, image }));
        }
    }
}

impl Devices for Rig {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        Ok(vec![DeviceInfo {
            id: DeviceId("rig".into()),
            kind,
            label: format!("Rig {}", self.number),
            is_default: true,
            synthetic: true,
            size: None,
        }])
    }

    fn open_camera(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.film(DeviceKind::Camera, CAMERA, self.camera_counters().start)
    }

    fn open_screen(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.film(DeviceKind::Screen, SCREEN, self.screen_counters().start)
    }

    fn open_microphone(&self, _: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        let plug = self.plug(DeviceKind::Microphone)?;
        let source: Box<dyn AudioSource> = if self.talks.load(Ordering::SeqCst) {
            let voice = Voice::nth(self.number as usize);
            Box::new(SpeechSource::new(Speech::new(voice)))
        } else {
            Box::new(ToneSource::new(Tone::new(self.hertz(), -20.0)))
        };
        Ok(Box::new(Mouth(source, plug)))
    }

    fn offers_computer_sound(&self) -> bool {
        true
    }

    fn open_computer_sound(&self) -> Result<Box<dyn AudioSource>, CaptureError> {
        let tone = ToneSource::new(Tone::new(COMPUTER_HERTZ, -20.0));
        Ok(Box::new(Mouth(
            Box::new(tone),
            self.plug(DeviceKind::Screen)?,
        )))
    }

    fn open_speaker(&self, _: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        let plug = self.plug(DeviceKind::Speaker)?;
        let (sink, recording) = RecordingSink::new();
        *self
            .recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(recording);
        Ok(Box::new(Ear(sink, plug)))
    }
}

struct Mouth(Box<dyn AudioSource>, Plug);

impl AudioSource for Mouth {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        self.1.check()?;
        self.0.pull(now, out)
    }

    fn dropped(&self) -> u64 {
        self.0.dropped()
    }
}

struct Ear(RecordingSink, Plug);

impl AudioSink for Ear {
    fn wanted(&mut self, now: MediaTime) -> Result<usize, CaptureError> {
        self.1.check()?;
        self.0.wanted(now)
    }

    fn push(&mut self, samples: &[f32]) {
        self.0.push(samples);
    }

    fn latency(&self) -> Duration {
        self.0.latency()
    }
}

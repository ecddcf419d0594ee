//! One transceiver: what it sends, who watches what it receives.

use std::sync::Arc;
use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::connection::Encoding;
use foyer_contract::bridge::event::{Answer, RtpSource, WireError};
use foyer_media::clock::MediaTime;
use foyer_rtc::{MediaKind, Transceiver};
use serde_json::{Map, Value, json};

use super::wire;
use crate::figures::{Filmed, Listened, Spoken};
use crate::page::{Page, Track};
use crate::socket::watch_video;
use crate::sound::{self, Sound};
use crate::trouble;
use crate::video::remote::RemoteVideo;
use crate::video::send::{Plan, VideoSender};

/// Bits per second that are kept for sound.
pub(super) const FOR_SOUND: u32 = 60_000;

enum Sending {
    Nothing,
    Video(VideoSender),
    Sound,
}

/// See the module. Dropping it ends what it sends and receives.
pub(super) struct Line {
    pub transceiver: Transceiver,
    pub receiver_track: Handle,
    /// Not by a description of the far side.
    pub by_page: bool,
    /// `stop()` was called.
    pub stopping: bool,
    pub tells_sources: bool,
    plan: Plan,
    sending: Sending,
    pub listened: Listened,
    filmed: Filmed,
    spoken: Spoken,
    video: Option<Arc<RemoteVideo>>,
    sound: Sound,
    told_sources: Option<i64>,
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.transceiver.kind() == MediaKind::Audio {
            self.sound.stop_sending(self.receiver_track);
            self.sound.forget_remote(self.receiver_track);
        }
    }
}

impl Line {
    pub fn new(
        page: &Page,
        transceiver: Transceiver,
        receiver_track: Handle,
        by_page: bool,
        encodings: Vec<Encoding>,
    ) -> Self {
        let is_video = transceiver.kind() == MediaKind::Video;
        let plan = Plan::new(encodings);
        transceiver.set_paused_layers(plan.paused());
        let listened = Listened::default();
        if !is_video {
            page.sound
                .expect_remote(receiver_track, transceiver.clone(), listened.clone());
        }
        Self {
            video: is_video.then(|| {
                let outbox = page.outbox.clone();
                let clock = Arc::clone(&page.house.surroundings.clock);
                let video = RemoteVideo::new(transceiver.clone(), receiver_track, outbox, clock);
                let video = Arc::new(video);
                page.receives(receiver_track, &video);
                video
            }),
            transceiver,
            receiver_track,
            by_page,
            stopping: false,
            tells_sources: false,
            plan,
            sending: Sending::Nothing,
            listened,
            filmed: Filmed::default(),
            spoken: Spoken::default(),
            sound: page.sound.clone(),
            told_sources: None,
        }
    }

    pub fn stop(&mut self) {
        self.stopping = true;
        self.end_sending();
        self.transceiver.stop();
    }

    fn end_sending(&mut self) {
        if matches!(self.sending, Sending::Sound) {
            self.sound.stop_sending(self.receiver_track);
        }
        self.sending = Sending::Nothing;
    }

    pub fn set_encodings(&mut self, encodings: Vec<Encoding>) {
        self.plan.encodings = encodings;
        self.transceiver.set_paused_layers(self.plan.paused());
        match &self.sending {
            Sending::Video(sender) => sender.set_plan(self.plan.clone()),
            Sending::Sound => self
                .sound
                .pace_sending(self.receiver_track, self.plan.sound()),
            Sending::Nothing => {}
        }
    }

    /// Sends this track from now on. One that is not live any more sends nothing.
    pub fn set_track(&mut self, page: &Page, track: Option<Handle>) -> Result<(), WireError> {
        self.end_sending();
        let Some(handle) = track else {
            return Ok(());
        };
        let Some(track) = page.objects().track(handle) else {
            return Ok(());
        };
        match (track, self.transceiver.kind()) {
            (Track::Video(track), MediaKind::Video) => {
                let clock = Arc::clone(&page.house.surroundings.clock);
                let sender = VideoSender::start(
                    self.transceiver.clone(),
                    &track,
                    clock,
                    self.plan.clone(),
                    self.filmed.clone(),
                    Arc::clone(page.house.tap(track.source().is_screen)),
                );
                self.sending = Sending::Video(sender);
            }
            (Track::Audio, MediaKind::Audio) => {
                self.sound.send(
                    self.receiver_track,
                    handle,
                    self.transceiver.clone(),
                    self.plan.sound(),
                    self.spoken.clone(),
                );
                self.sending = Sending::Sound;
            }
            (Track::Remote { .. }, _) => {
                return Err(trouble::not_supported("sending a remote track"));
            }
            (Track::Video(_) | Track::Audio, _) => {
                return Err(trouble::dom("TypeError", "a track of the other kind"));
            }
        }
        Ok(())
    }

    /// One key of a telephone's.
    pub fn play_tone(&self, key: &str, duration: Duration) {
        if let Some(event) = sound::event_of(key) {
            self.sound.play_tone(self.receiver_track, event, duration);
        }
    }

    /// Sends those that the far side has asked for.
    pub fn send_key_frames(&self) {
        let layers = self.transceiver.take_key_requests();
        if let Sending::Video(sender) = &self.sending {
            sender.send_key_frames(&layers);
        }
    }

    /// Whether a track is being sent, or would be if the direction allowed it.
    pub fn has_source(&self) -> bool {
        !matches!(self.sending, Sending::Nothing)
    }

    /// Whether it receives sound that somebody listens to, or listened to.
    pub fn is_heard(&self) -> bool {
        self.video.is_none() && self.listened.lock().has_begun()
    }

    /// What `getStats()` says of the track that is sent.
    pub fn describe_source(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        match self.video {
            Some(_) => self.filmed.write_source(now, fields),
            None => self.spoken.write(fields),
        }
    }

    /// And of one of its streams, beside what the engine says.
    pub fn describe_sent(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        let rid = fields.get("rid").and_then(Value::as_str);
        let rid = rid.map(str::to_owned);
        let rid = rid.as_deref();
        if self.video.is_some() {
            self.filmed.write_stream(rid, now, fields);
        }
        if !self.plan.is_active(rid) {
            fields.insert("active".into(), json!(false));
        }
    }

    /// And of what is received.
    pub fn describe_received(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        match &self.video {
            Some(video) => video.shown.write(now, fields),
            None => self.listened.write(fields),
        }
    }

    pub fn sends_video(&self) -> bool {
        matches!(self.sending, Sending::Video(_)) && self.transceiver.can_send()
    }

    pub fn set_rate(&self, bits: u32) {
        if let Sending::Video(sender) = &self.sending {
            sender.set_rate(bits);
        }
    }

    /// A socket with what is received.
    pub fn watch(&self, page: &Page) -> Result<Answer, WireError> {
        let (socket, expected) = crate::socket::expect(&page.house, self.receiver_track)
            .map_err(|error| trouble::dom("OperationError", error.to_string()))?;
        match &self.video {
            Some(video) => page.spawn(watch_video::remote(expected, Arc::clone(video))),
            None => page.spawn(sound::watch(
                expected,
                self.sound.clone(),
                self.receiver_track,
            )),
        }
        Ok(Answer::Media(socket))
    }

    /// Who is heard, if that is wanted and anything came since the last time.
    pub fn new_sources(&mut self, now: MediaTime) -> Option<Vec<RtpSource>> {
        if !self.tells_sources {
            return None;
        }
        let sources = self.transceiver.sources(now);
        let newest = sources.first()?.at;
        if self.told_sources.replace(newest) == Some(newest) {
            return None;
        }
        Some(sources.into_iter().map(|s| wire::source(s, now)).collect())
    }
}

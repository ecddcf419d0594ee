//! One m-line: what is sent and received on it.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::core::outgoing::{Outgoing, Tone};
use crate::direction::Direction;
use crate::receive::sources::{Flowing, Source, Sources};
use crate::snapshot::Codec;

/// Frames that wait for a slow reader: about a second of video.
const VIDEO_QUEUE: usize = 32;
/// Packets that wait for a slow reader: two seconds of sound.
const AUDIO_QUEUE: usize = 100;

/// Audio or video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaKind {
    /// Opus.
    #[default]
    Audio,
    /// H.264 or VP8.
    Video,
}

/// Number of a transceiver in its connection; never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TransceiverId(pub u32);

/// What a new transceiver is to be.
#[derive(Clone, Debug)]
pub struct TransceiverInit {
    /// Wanted direction.
    pub direction: Direction,
    /// Stream ids for `a=msid`; may be none.
    pub stream_ids: Vec<String>,
    /// Track id for `a=msid`.
    pub track_id: String,
    /// Video codecs in order of preference; empty for all that Foyer has (H.264, then VP8). Ignored for audio.
    pub codecs: Vec<VideoCodec>,
    /// It was made by `addTrack`, so that a remote offer may take it for one of its m-lines (RFC 8829, 5.10).
    pub by_add_track: bool,
    /// Names of the layers of simulcast to offer, of letters and digits, 16 at most; empty for a single stream.
    pub rids: Vec<String>,
}

impl TransceiverInit {
    /// One way, from us.
    pub fn send_only(stream_id: impl Into<String>, track_id: impl Into<String>) -> Self {
        Self {
            direction: Direction::SendOnly,
            ..Self::send_recv(stream_id, track_id)
        }
    }

    /// Both ways.
    pub fn send_recv(stream_id: impl Into<String>, track_id: impl Into<String>) -> Self {
        Self {
            direction: Direction::SendRecv,
            stream_ids: vec![stream_id.into()],
            track_id: track_id.into(),
            codecs: Vec::new(),
            by_add_track: false,
            rids: Vec::new(),
        }
    }

    /// One way, to us.
    pub fn recv_only() -> Self {
        Self {
            direction: Direction::RecvOnly,
            stream_ids: Vec::new(),
            ..Self::send_recv("-", "-")
        }
    }
}

/// What the application may change at any time; the next offer or answer heeds it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub stream_ids: Vec<String>,
    pub track_id: String,
    pub codecs: Vec<VideoCodec>,
    /// Of `setCodecPreferences`; empty for none.
    pub preferences: Vec<Codec>,
    /// Layers that an offer writes as paused.
    pub paused_layers: Vec<String>,
}

/// A layer of simulcast that is agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name.
    pub rid: String,
    /// The far side does not want it for now.
    pub paused: bool,
}

/// Whole frames in decoding order. Bounded: a reader that is too slow loses frames up to the next key frame.
pub type ReceivedVideo = mpsc::Receiver<EncodedFrame>;
/// Packets in the order of arrival, duplicates removed. Bounded: a reader that is too slow loses the newest.
pub type ReceivedAudio = mpsc::Receiver<EncodedAudio>;

/// A handle on one m-line. Cloning shares it.
#[derive(Clone)]
pub struct Transceiver {
    pub(crate) slot: Arc<Slot>,
}

impl std::fmt::Debug for Transceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transceiver")
            .field("id", &self.slot.id)
            .field("kind", &self.slot.kind)
            .finish_non_exhaustive()
    }
}

/// What negotiation has made of a transceiver.
#[derive(Clone, Debug, Default)]
pub(crate) struct Negotiated {
    pub mid: Option<String>,
    pub current: Option<Direction>,
    pub codec: Option<VideoCodec>,
    pub layers: Vec<Layer>,
}

/// Where received media goes.
#[derive(Default)]
pub(crate) struct Readers {
    pub video: Option<mpsc::Sender<EncodedFrame>>,
    pub audio: Option<mpsc::Sender<EncodedAudio>>,
    /// The reader lost frames, or is new: nothing but a key frame helps.
    pub wants_key: bool,
}

/// The shared part of a transceiver. The wanted direction and `stopped` belong to the application, the rest to the
/// connection's actor.
pub(crate) struct Slot {
    pub id: TransceiverId,
    pub kind: MediaKind,
    wanted: AtomicU8,
    stopped: AtomicBool,
    pub by_add_track: bool,
    /// Of the layers that the application made it with.
    pub rids: Vec<String>,
    /// `addTrack` has put a track on it, so that a rollback leaves it.
    track_added: AtomicBool,
    pub settings: Mutex<Settings>,
    /// Packets have come since it began to receive, and whether that is news.
    pub flowing: Flowing,
    pub sources: Mutex<Sources>,
    pub key_wanted: AtomicBool,
    pub negotiated: Mutex<Negotiated>,
    pub outgoing: Outgoing,
    pub readers: Mutex<Readers>,
    /// Tells the actor that the application changed something.
    pub changed: Weak<Notify>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    pub(crate) fn new(
        id: TransceiverId,
        kind: MediaKind,
        init: TransceiverInit,
        outgoing: Outgoing,
        changed: Weak<Notify>,
    ) -> Self {
        Self {
            id,
            kind,
            wanted: AtomicU8::new(init.direction.bits()),
            stopped: AtomicBool::new(false),
            by_add_track: init.by_add_track,
            track_added: AtomicBool::new(init.by_add_track),
            rids: init.rids,
            settings: Mutex::new(Settings {
                stream_ids: init.stream_ids,
                track_id: init.track_id,
                codecs: init.codecs,
                preferences: Vec::new(),
                paused_layers: Vec::new(),
            }),
            flowing: Flowing::default(),
            sources: Mutex::default(),
            key_wanted: AtomicBool::new(false),
            negotiated: Mutex::default(),
            outgoing,
            readers: Mutex::default(),
            changed,
        }
    }

    pub(crate) fn wanted(&self) -> Direction {
        Direction::from_bits(self.wanted.load(Ordering::Acquire))
    }

    pub(crate) fn want(&self, direction: Direction) {
        self.wanted.store(direction.bits(), Ordering::Release);
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(crate) fn track_added(&self) -> bool {
        self.track_added.load(Ordering::Acquire)
    }

    /// A packet has come. The first one is told to the application.
    pub(crate) fn flows(&self) {
        if self.flowing.begins() {
            self.tell();
        }
    }

    fn tell(&self) {
        if let Some(changed) = self.changed.upgrade() {
            changed.notify_one();
        }
    }
}

impl Transceiver {
    /// Its number.
    pub fn id(&self) -> TransceiverId {
        self.slot.id
    }

    /// Audio or video.
    pub fn kind(&self) -> MediaKind {
        self.slot.kind
    }

    /// The m-line it belongs to, once a description has been applied.
    pub fn mid(&self) -> Option<String> {
        lock(&self.slot.negotiated).mid.clone()
    }

    /// The wanted direction.
    pub fn direction(&self) -> Direction {
        self.slot.wanted()
    }

    /// Wants another direction; takes effect with the next negotiation, which is asked for by
    /// [`Event::NegotiationNeeded`](crate::Event::NegotiationNeeded).
    pub fn set_direction(&self, direction: Direction) {
        if self.slot.wanted() != direction {
            self.slot.want(direction);
            self.slot.tell();
        }
    }

    /// Streams for the `a=msid` lines of the next description (`RTCRtpSender.setStreams`).
    pub fn set_streams(&self, stream_ids: Vec<String>) {
        lock(&self.slot.settings).stream_ids = stream_ids;
        self.slot.tell();
    }

    /// Codecs for the next description, best first; empty for the usual ones (`setCodecPreferences`). What is not
    /// among [`capabilities`](crate::capabilities) is passed over.
    pub fn set_codec_preferences(&self, codecs: Vec<Codec>) {
        lock(&self.slot.settings).preferences = codecs;
        self.slot.tell();
    }

    /// `addTrack` has put a track on it: taking back the remote offer that made it leaves it (RFC 8829, 4.1.10.2).
    pub fn note_added_track(&self) {
        self.slot.track_added.store(true, Ordering::Release);
    }

    /// Who was heard in the last ten seconds, the newest first (`getSynchronizationSources`,
    /// `getContributingSources`).
    pub fn sources(&self, now: MediaTime) -> Vec<Source> {
        lock(&self.slot.sources).recent(now)
    }

    /// The negotiated direction; `None` before the first negotiation.
    pub fn current_direction(&self) -> Option<Direction> {
        lock(&self.slot.negotiated).current
    }

    /// Ends it for good: its m-line is rejected with the next negotiation and may be used again by another.
    pub fn stop(&self) {
        if !self.slot.is_stopped() {
            self.slot.stop();
            self.slot.outgoing.pause();
            self.slot.tell();
        }
    }

    /// True once either side has stopped it.
    pub fn is_stopped(&self) -> bool {
        self.slot.is_stopped()
    }

    /// The video codec to send with; `None` before negotiation and for audio.
    pub fn codec(&self) -> Option<VideoCodec> {
        lock(&self.slot.negotiated).codec
    }

    /// True if what is sent now reaches the network: connected, not stopped, and the direction allows it.
    pub fn can_send(&self) -> bool {
        self.slot.outgoing.is_open()
    }

    /// Sends a whole frame, from any thread, without blocking. False if it was not sent (see
    /// [`can_send`](Self::can_send)), is not of the negotiated codec, or the queue to the network is full;
    /// begin again with a key frame then.
    pub fn send_video(&self, frame: &EncodedFrame) -> bool {
        self.slot.kind == MediaKind::Video && self.slot.outgoing.send_video(0, frame)
    }

    /// The layers of simulcast that are agreed on, in order; empty for a single stream, and before negotiation.
    pub fn layers(&self) -> Vec<Layer> {
        lock(&self.slot.negotiated).layers.clone()
    }

    /// Sends a whole frame of one layer, by its place in [`layers`](Self::layers), like
    /// [`send_video`](Self::send_video), which sends the first.
    pub fn send_layer(&self, layer: usize, frame: &EncodedFrame) -> bool {
        self.slot.kind == MediaKind::Video && self.slot.outgoing.send_video(layer, frame)
    }

    /// The layers of which the far side has asked for key frames since the last call, by their places in
    /// [`layers`](Self::layers); a single stream is the first.
    pub fn take_key_requests(&self) -> Vec<usize> {
        self.slot.outgoing.take_key_requests()
    }

    /// Layers that are not sent for now: the next offer says so (RFC 8853, `~`).
    pub fn set_paused_layers(&self, rids: Vec<String>) {
        lock(&self.slot.settings).paused_layers = rids;
    }

    /// Sends an Opus packet, from any thread, without blocking. False if it was not sent.
    pub fn send_audio(&self, packet: &EncodedAudio) -> bool {
        self.slot.kind == MediaKind::Audio && self.slot.outgoing.send_audio(packet)
    }

    /// Sends one packet of a telephone's tone in place of sound, from any thread, without blocking: one every 20 ms.
    /// False if it was not sent, also where the far side does not take them.
    pub fn send_tone(&self, tone: Tone, at: MediaTime) -> bool {
        self.slot.kind == MediaKind::Audio && self.slot.outgoing.send_tone(tone, at)
    }

    /// Reads the frames that arrive from now on, beginning with a key frame, which is asked for. The newest
    /// reader gets them: an earlier one ends.
    pub fn receive_video(&self) -> ReceivedVideo {
        let (tx, rx) = mpsc::channel(VIDEO_QUEUE);
        {
            let mut readers = lock(&self.slot.readers);
            readers.video = Some(tx);
            readers.wants_key = true;
        }
        self.request_key_frame();
        rx
    }

    /// Reads the packets that arrive from now on. The newest reader gets them: an earlier one ends.
    pub fn receive_audio(&self) -> ReceivedAudio {
        let (tx, rx) = mpsc::channel(AUDIO_QUEUE);
        lock(&self.slot.readers).audio = Some(tx);
        rx
    }

    /// Asks the far side for a key frame (PLI), at most once per 200 ms however often this is called.
    pub fn request_key_frame(&self) {
        if self.slot.kind == MediaKind::Video {
            self.slot.key_wanted.store(true, Ordering::Release);
        }
    }
}

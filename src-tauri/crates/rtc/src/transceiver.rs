//! One m-line: what is sent and received on it.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::core::outgoing::Outgoing;

/// Frames that wait for a slow reader: about a second of video.
const VIDEO_QUEUE: usize = 32;
/// Packets that wait for a slow reader: two seconds of sound.
const AUDIO_QUEUE: usize = 100;

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaKind {
    /// Opus.
    Audio,
    /// H.264 or VP8.
    Video,
}

/// Direction from our side (RFC 8829, 4.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// We send.
    SendOnly,
    /// We receive.
    RecvOnly,
    /// Held.
    Inactive,
}

impl Direction {
    /// From the two ways it consists of.
    pub fn new(send: bool, receive: bool) -> Self {
        match (send, receive) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// True if it has us send.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// True if it has us receive.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The same thing seen from the other side.
    pub fn reversed(self) -> Self {
        Self::new(self.receives(), self.sends())
    }

    /// What both directions allow.
    pub fn and(self, other: Self) -> Self {
        Self::new(
            self.sends() && other.sends(),
            self.receives() && other.receives(),
        )
    }

    fn bits(self) -> u8 {
        u8::from(self.sends()) | u8::from(self.receives()) << 1
    }

    fn from_bits(bits: u8) -> Self {
        Self::new(bits & 1 != 0, bits & 2 != 0)
    }
}

/// Number of a transceiver in its connection; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransceiverId(pub u32);

/// What a new transceiver is to be.
#[derive(Clone, Debug)]
pub struct TransceiverInit {
    /// Wanted direction.
    pub direction: Direction,
    /// Stream id for `a=msid`.
    pub stream_id: String,
    /// Track id for `a=msid`.
    pub track_id: String,
    /// Video codecs in order of preference; empty for all that Foyer has (H.264, then VP8). Ignored for audio.
    pub codecs: Vec<VideoCodec>,
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
            stream_id: stream_id.into(),
            track_id: track_id.into(),
            codecs: Vec::new(),
        }
    }

    /// One way, to us.
    pub fn recv_only() -> Self {
        Self {
            direction: Direction::RecvOnly,
            ..Self::send_recv("-", "-")
        }
    }
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
        direction: Direction,
        outgoing: Outgoing,
        changed: Weak<Notify>,
    ) -> Self {
        Self {
            id,
            kind,
            wanted: AtomicU8::new(direction.bits()),
            stopped: AtomicBool::new(false),
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
        self.slot.kind == MediaKind::Video && self.slot.outgoing.send_video(frame)
    }

    /// Sends an Opus packet, from any thread, without blocking. False if it was not sent.
    pub fn send_audio(&self, packet: &EncodedAudio) -> bool {
        self.slot.kind == MediaKind::Audio && self.slot.outgoing.send_audio(packet)
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

//! One microphone and those who hear it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foyer_media::clock::MediaTime;
use foyer_media::encoded::EncodedAudio;
use foyer_rtc::Transceiver;

use super::loudness::Loudness;

/// Where packets go.
pub(crate) trait AudioSink: Send {
    /// Takes a packet; false if it went nowhere.
    fn send(&self, packet: &EncodedAudio) -> bool;
}

impl AudioSink for Transceiver {
    fn send(&self, packet: &EncodedAudio) -> bool {
        self.send_audio(packet)
    }
}

struct State {
    live: bool,
    subscribers: HashMap<String, Box<dyn AudioSink>>,
    loudness: Loudness,
    /// The publisher's last sequence and the one it left with; `None` after a pause.
    numbering: Option<(u64, u64)>,
    next: u64,
}

/// One publisher's microphone. What was held back while muted leaves no gap in the numbering, real losses do.
pub(crate) struct AudioSource {
    state: Mutex<State>,
}

impl AudioSource {
    pub(crate) fn new(live: bool) -> Self {
        Self {
            state: Mutex::new(State {
                live,
                subscribers: HashMap::new(),
                loudness: Loudness::default(),
                numbering: None,
                next: 0,
            }),
        }
    }

    /// Forwards a packet.
    pub(crate) fn publish(&self, packet: &EncodedAudio, now: MediaTime) {
        let mut state = self.lock();
        if !state.live {
            return;
        }
        state.loudness.hear(packet.level, packet.data.len(), now);
        let sequence = match state.numbering {
            Some((came, left)) => left.wrapping_add(packet.sequence).wrapping_sub(came),
            None => {
                state.numbering = Some((packet.sequence, state.next));
                state.next
            }
        };
        state.next = state.next.max(sequence.wrapping_add(1));
        let mut packet = packet.clone();
        packet.sequence = sequence;
        for sink in state.subscribers.values() {
            sink.send(&packet);
        }
    }

    /// Muted sources forward nothing.
    pub(crate) fn set_live(&self, live: bool) {
        let mut state = self.lock();
        if state.live != live {
            state.live = live;
            state.numbering = None;
            state.loudness = Loudness::default();
        }
    }

    /// Adds who hears it, or replaces their sink.
    pub(crate) fn subscribe(&self, who: &str, sink: Box<dyn AudioSink>) {
        self.lock().subscribers.insert(who.to_owned(), sink);
    }

    /// Nothing more for them.
    pub(crate) fn unsubscribe(&self, who: &str) {
        self.lock().subscribers.remove(who);
    }

    /// How loud the publisher speaks; `None` if not at all.
    pub(crate) fn speech(&self, now: MediaTime) -> Option<f32> {
        self.lock().loudness.speech(now)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;

    #[derive(Clone, Default)]
    struct Ear(Arc<Mutex<Vec<(u64, u8)>>>);

    impl AudioSink for Ear {
        fn send(&self, packet: &EncodedAudio) -> bool {
            self.0
                .lock()
                .unwrap()
                .push((packet.sequence, packet.data[0]));
            true
        }
    }

    fn packet(sequence: u64) -> EncodedAudio {
        EncodedAudio {
            sequence,
            timestamp: sequence * 960,
            data: Bytes::copy_from_slice(&[u8::try_from(sequence % 256).unwrap()]),
            level: Some(20),
            at: MediaTime(0),
        }
    }

    #[test]
    fn losses_stay_visible_and_a_mute_leaves_no_gap() {
        let source = AudioSource::new(true);
        let ear = Ear::default();
        source.subscribe("a", Box::new(ear.clone()));
        for sequence in [100, 101, 103] {
            source.publish(&packet(sequence), MediaTime(0));
        }
        source.set_live(false);
        for sequence in 104..200 {
            source.publish(&packet(sequence), MediaTime(0));
        }
        source.set_live(true);
        source.publish(&packet(200), MediaTime(0));
        source.unsubscribe("a");
        source.publish(&packet(201), MediaTime(0));
        assert_eq!(
            *ear.0.lock().unwrap(),
            [(0, 100), (1, 101), (3, 103), (4, 200)]
        );
    }
}

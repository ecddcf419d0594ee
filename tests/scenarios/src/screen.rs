//! What the calling page of a test receives, by the handle of its track, and sends: cards with counters.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::encoded::{Bitrate, EncodedFrame, VideoEncoder};
use foyer_media::frame::VideoFrame;
use foyer_media::synthetic::card::{CardStyle, TestCard, Theme};
use foyer_session::teams::{Ours, PagePictures, RemoteVideo};
use tokio::sync::mpsc;

const EVERY: Duration = Duration::from_millis(50);

/// What the page sends of ours.
struct Sent {
    ours: Ours,
    film: Arc<Film>,
}

/// The tracks that there are.
#[derive(Clone, Default)]
pub struct Screen {
    tracks: Arc<Mutex<HashMap<u32, Arc<Film>>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Screen {
    /// A track that somebody sends on.
    pub fn shows(&self, track: u32, clock: SharedClock) {
        let film = Arc::new(Film {
            clock,
            wants_key: Arc::default(),
        });
        self.tracks().insert(track, film);
    }

    /// The page sends these pictures of ours.
    pub fn sends(&self, ours: Ours, clock: SharedClock) {
        let film = Arc::new(Film {
            clock,
            wants_key: Arc::default(),
        });
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(Sent { ours, film });
    }

    fn tracks(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Arc<Film>>> {
        self.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PagePictures for Screen {
    fn find(&self, track: u32) -> Option<Arc<dyn RemoteVideo>> {
        let film = Arc::clone(self.tracks().get(&track)?);
        Some(film as _)
    }

    fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sent.iter().find(|sent| sent.ours == ours)?;
        Some(Arc::clone(&found.film) as _)
    }
}

struct Film {
    clock: SharedClock,
    wants_key: Arc<AtomicBool>,
}

impl RemoteVideo for Film {
    fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        let (to, frames) = mpsc::channel(4);
        let (clock, wants_key) = (Arc::clone(&self.clock), Arc::clone(&self.wants_key));
        wants_key.store(true, Ordering::Relaxed);
        std::thread::spawn(move || {
            let style = CardStyle {
                name: "Ben".into(),
                label: String::new(),
                theme: Theme::Teal,
            };
            let card = TestCard::new(320, 180, &style).expect("a size that works");
            let mut encoder = H264Encoder::new(H264Settings {
                usage: Usage::Camera,
                rate: Bitrate(300_000),
                fps: 20,
            })
            .expect("the encoder is built in");
            for counter in 0.. {
                let picture = VideoFrame {
                    at: clock.now(),
                    image: Arc::new(card.draw(counter, EVERY * counter)),
                };
                let key = wants_key.swap(false, Ordering::Relaxed);
                let encoded = encoder.encode(&picture, key).expect("the card is encoded");
                if encoded.is_some_and(|frame| to.blocking_send(frame).is_err()) {
                    return;
                }
                std::thread::sleep(EVERY);
            }
        });
        frames
    }

    fn ask_for_key(&self) {
        self.wants_key.store(true, Ordering::Relaxed);
    }
}

//! What a guest sees: the frames of watched feeds, decoded, and the counters in the pictures.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use foyer_contract::frame::FrameHeader;
use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::codec::h264::H264Decoder;
use foyer_media::encoded::{EncodedFrame, VideoCodec, VideoDecoder};
use foyer_media::synthetic::card::read_counter;
use foyer_session::FrameStream;

/// One decoded picture of a test card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The counter in it.
    pub counter: u32,
    /// When it was decoded.
    pub at: MediaTime,
}

#[derive(Default)]
struct Seen {
    pictures: HashMap<u32, Vec<Picture>>,
    without_counter: HashMap<u32, usize>,
}

/// The pictures of every feed, in order.
#[derive(Clone, Default)]
pub struct Sight(Arc<Mutex<Seen>>);

impl Sight {
    /// Decodes until the stream ends.
    pub fn open(mut frames: FrameStream, clock: SharedClock) -> Self {
        let sight = Self::default();
        let seen = sight.clone();
        tokio::spawn(async move {
            let mut decoders: HashMap<u32, H264Decoder> = HashMap::new();
            while let Some(message) = frames.recv().await {
                let (back, picture) = tokio::task::spawn_blocking(move || {
                    let picture = decode(&mut decoders, &message);
                    (decoders, picture)
                })
                .await
                .expect("decoding does not panic");
                decoders = back;
                if let Some((feed, counter)) = picture {
                    let at = clock.now();
                    let mut all = seen.0.lock().unwrap_or_else(PoisonError::into_inner);
                    match counter {
                        Some(counter) => {
                            let pictures = all.pictures.entry(feed).or_default();
                            pictures.push(Picture { counter, at });
                        }
                        None => *all.without_counter.entry(feed).or_default() += 1,
                    }
                }
            }
        });
        sight
    }

    /// Everything seen on a feed so far.
    pub fn pictures(&self, feed: u32) -> Vec<Picture> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.pictures.get(&feed).cloned().unwrap_or_default()
    }

    /// How many pictures a feed has shown.
    pub fn count(&self, feed: u32) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.pictures.get(&feed).map_or(0, Vec::len)
    }

    /// How many pictures came that show no test card.
    pub fn without_counter(&self, feed: u32) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.without_counter.get(&feed).copied().unwrap_or_default()
    }
}

fn decode(decoders: &mut HashMap<u32, H264Decoder>, message: &Bytes) -> Option<(u32, Option<u32>)> {
    let (header, payload) = FrameHeader::parse(message).expect("the session writes whole frames");
    let decoder = decoders
        .entry(header.feed)
        .or_insert_with(|| H264Decoder::new().expect("the decoder is built in"));
    let frame = EncodedFrame {
        codec: VideoCodec::H264,
        key: header.key,
        at: MediaTime(header.timestamp_us * 1_000),
        width: header.width,
        height: header.height,
        data: message.slice_ref(payload),
    };
    let picture = decoder.decode(&frame).ok().flatten()?;
    Some((header.feed, read_counter(&picture.image)))
}

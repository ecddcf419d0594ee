//! Carries what a participant sends into its source.

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_rtc::Transceiver;
use tokio::task::JoinHandle;

use super::{AudioSource, Source, VideoSource};

/// A running task; dropping it ends the flow.
pub(crate) struct Pump(JoinHandle<()>);

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the flow from a line to its source.
pub(crate) fn start(transceiver: &Transceiver, source: &Source, clock: SharedClock) -> Pump {
    let transceiver = transceiver.clone();
    Pump(match source.clone() {
        Source::Audio(source) => tokio::spawn(audio(transceiver, source, clock)),
        Source::Video(source) => tokio::spawn(video(transceiver, source, clock)),
    })
}

async fn audio(transceiver: Transceiver, source: Arc<AudioSource>, clock: SharedClock) {
    let mut packets = transceiver.receive_audio();
    while let Some(packet) = packets.recv().await {
        source.publish(&packet, clock.now());
    }
}

async fn video(transceiver: Transceiver, source: Arc<VideoSource>, clock: SharedClock) {
    let mut frames = transceiver.receive_video();
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => source.publish(&frame, clock.now()),
                None => return,
            },
            () = source.key_asked() => transceiver.request_key_frame(),
        }
    }
}

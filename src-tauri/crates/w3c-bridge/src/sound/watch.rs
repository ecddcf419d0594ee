//! Samples to the page.

use foyer_contract::bridge::Handle;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::Sound;
use crate::socket::{Expected, record};

/// Blocks that wait for the page: half a second.
const WAITING: usize = 50;

/// Until the page closes the socket or the track ends.
pub(crate) async fn watch(expected: Expected, sound: Sound, track: Handle) {
    let Some(socket) = expected.socket().await else {
        return;
    };
    let (mut out, mut said) = socket.split();
    let (blocks, mut ready) = mpsc::channel(WAITING);
    let clock = sound.0.clock.clone();
    sound.watch_blocks(track, blocks);
    loop {
        tokio::select! {
            block = ready.recv() => {
                let Some(block) = block else {
                    return;
                };
                let record = record::samples(&block, clock.now());
                if out.send(Message::binary(record)).await.is_err() {
                    return;
                }
            }
            message = said.next() => match message {
                // Sound needs no credit.
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                _ => return,
            }
        }
    }
}

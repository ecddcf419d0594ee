//! Pictures to the page, as fast as it takes them.

use std::sync::Arc;

use bytes::Bytes;
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::encoded::{Bitrate, VideoEncoder};
use foyer_media::frame::VideoFrame;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast::error::RecvError;
use tokio_tungstenite::tungstenite::Message;

use super::{Expected, record};
use crate::server::Socket;
use crate::video::remote::RemoteVideo;
use crate::video::{Pictures, Shape};

/// Records that the page takes before it says more.
const FIRST_CREDIT: u32 = 4;
/// More is never granted at once.
const MOST_CREDIT: u32 = 64;
/// Up to this many pixels pictures go as they are; larger ones are cheaper to encode than to carry.
const RAW: u32 = 640 * 480;
/// Bits per second for what only crosses this machine.
const RATE: u32 = 8_000_000;

struct Credit {
    stream: SplitStream<Socket>,
    left: u32,
}

impl Credit {
    /// Waits for the page's next word; false once the socket has closed or it says nonsense. Safe to drop.
    async fn hear(&mut self) -> bool {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => {
                let said: Option<serde_json::Value> = serde_json::from_str(&text).ok();
                let granted = said.and_then(|said| said["credit"].as_u64());
                let Some(granted) = granted.and_then(|n| u32::try_from(n).ok()) else {
                    return false;
                };
                self.left = self.left.saturating_add(granted).min(MOST_CREDIT);
                true
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
            _ => false,
        }
    }
}

type Out = SplitSink<Socket, Message>;

fn split(socket: Socket) -> (Out, Credit) {
    let (out, stream) = socket.split();
    let credit = Credit {
        stream,
        left: FIRST_CREDIT,
    };
    (out, credit)
}

/// What the far side sends, from a key frame on. A page that falls too far behind goes on with another one; while it
/// reads nothing, none is asked for.
pub(crate) async fn remote(expected: Expected, video: Arc<RemoteVideo>) {
    let Some(socket) = expected.socket().await else {
        return;
    };
    let (mut out, mut credit) = split(socket);
    let watching = video.watch();
    let mut frames = watching.frames();
    let mut wants_key = true;
    loop {
        tokio::select! {
            heard = credit.hear() => {
                if !heard {
                    return;
                }
                if wants_key && credit.left > 0 {
                    video.ask_for_key();
                }
            }
            // What comes meanwhile waits, as long as there is room: a decoder that starts takes its time.
            frame = frames.recv(), if credit.left > 0 => {
                let frame = match frame {
                    Ok(frame) => frame,
                    Err(RecvError::Lagged(_)) => {
                        wants_key = true;
                        video.ask_for_key();
                        continue;
                    }
                    Err(RecvError::Closed) => return,
                };
                if wants_key && !frame.key {
                    video.ask_for_key();
                    continue;
                }
                wants_key = false;
                credit.left -= 1;
                if out.send(Message::binary(frame.record)).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// A local track: small pictures raw, large ones encoded at full size.
pub(crate) async fn local(expected: Expected, mut pictures: Pictures) {
    let Some(socket) = expected.socket().await else {
        return;
    };
    let (mut out, mut credit) = split(socket);
    let mut view = Some(View {
        coder: None,
        is_screen: pictures.is_screen,
    });
    loop {
        let (frame, shape) = tokio::select! {
            heard = credit.hear() => {
                if heard {
                    continue;
                }
                return;
            }
            next = pictures.next() => match next {
                Some(next) => next,
                None => return,
            },
        };
        if credit.left == 0 {
            continue;
        }
        let Some(mut viewer) = view.take() else {
            return;
        };
        let made = tokio::task::spawn_blocking(move || {
            let record = viewer.record(&frame, shape);
            (viewer, record)
        })
        .await;
        let Ok((viewer, record)) = made else {
            return;
        };
        view = Some(viewer);
        let Some(record) = record else {
            continue;
        };
        credit.left -= 1;
        if out.send(Message::binary(record)).await.is_err() {
            return;
        }
    }
}

struct View {
    coder: Option<H264Encoder>,
    is_screen: bool,
}

impl View {
    /// `None` if the encoder leaves the picture out.
    fn record(&mut self, frame: &VideoFrame, shape: Shape) -> Option<Bytes> {
        let shaped = shape.apply(frame);
        if shaped.image.width() * shaped.image.height() <= RAW {
            self.coder = None;
            return Some(record::picture(&shaped));
        }
        let begins = self.coder.is_none();
        let usage = if self.is_screen {
            Usage::Screen
        } else {
            Usage::Camera
        };
        let settings = H264Settings {
            usage,
            rate: Bitrate(RATE),
            fps: 30,
        };
        if begins {
            self.coder = H264Encoder::new(settings).ok();
        }
        match self.coder.as_mut()?.encode(&shaped, begins) {
            Ok(encoded) => encoded.as_ref().map(record::encoded),
            Err(error) => {
                tracing::warn!(%error, "preview not encoded");
                self.coder = None;
                None
            }
        }
    }
}

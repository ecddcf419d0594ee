//! The binary channel to the page: encoded pictures, answered to polls of the scheme `foyer-frames`.
//!
//! A worker of the page asks for `foyer-frames://localhost/CALL` and is answered as soon as there is a picture, with
//! all that wait: `u32 length (little endian), frame` each, a frame as [`foyer_contract::frame`] says. While the
//! page does not ask, pictures queue in the call, which drops what gets too old. 410 means that there will be no
//! more. `apart-CALL` is the same for the one feed that a window of its own shows. No port is opened, and no other
//! program can ask. Measured: docs/decisions/0001-frame-channel.md.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use foyer_session::FrameStream;
use futures_util::{FutureExt, Stream, StreamExt};
use tauri::http::{Method, Request, Response, StatusCode, header};
use tokio::sync::{mpsc, oneshot};

/// Name of the scheme.
pub const SCHEME: &str = "foyer-frames";
/// Polls that may wait. The page keeps one or two.
const POLLS: usize = 4;
/// An answer is cut off here, so that one answer stays short.
const ANSWER_BYTES: usize = 1 << 20;
/// No request waits longer: then the answer is empty and the page asks again.
const HOLD: Duration = Duration::from_secs(20);

type Poll = oneshot::Sender<Vec<u8>>;

/// What stands before the number of a call for the frames of the feed that is shown apart.
const APART: &str = "apart-";

/// Where the polls of the page meet the pictures of the current call, and those of the share's window its share.
#[derive(Default)]
pub struct Frames {
    main: Outlet,
    apart: Outlet,
}

#[derive(Default)]
struct Outlet(Mutex<Option<(u32, mpsc::Sender<Poll>)>>);

impl Frames {
    /// From now on, polls for `call` are answered from these frames, those for its share apart from the others; those
    /// of an older call no more. Needs a tokio runtime.
    pub fn deliver(&self, call: u32, frames: FrameStream, apart: FrameStream) {
        self.main.deliver(call, stream(frames));
        self.apart.deliver(call, stream(apart));
    }

    /// The answer to a request of the page.
    pub async fn respond(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        if request.method() != Method::GET {
            return response(StatusCode::METHOD_NOT_ALLOWED, Vec::new());
        }
        let path = request.uri().path().trim_matches('/');
        let (outlet, number) = match path.strip_prefix(APART) {
            Some(number) => (&self.apart, number),
            None => (&self.main, path),
        };
        let Ok(call) = number.parse() else {
            return response(StatusCode::NOT_FOUND, Vec::new());
        };
        match outlet.next(call).await {
            Some(batch) => response(StatusCode::OK, batch),
            None => response(StatusCode::GONE, Vec::new()),
        }
    }
}

fn stream(frames: FrameStream) -> impl Stream<Item = Bytes> + Send {
    futures_util::stream::unfold(frames, async |mut frames: FrameStream| {
        frames.recv().await.map(|frame| (frame, frames))
    })
}

impl Outlet {
    fn deliver(&self, call: u32, frames: impl Stream<Item = Bytes> + Send + 'static) {
        let (to, polls) = mpsc::channel(POLLS);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((call, to));
        tokio::spawn(answer_polls(Box::pin(frames), polls));
    }

    /// The next pictures of a call; none if it is over or not the current one.
    async fn next(&self, call: u32) -> Option<Vec<u8>> {
        let polls = {
            let current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            current
                .as_ref()
                .filter(|(number, _)| *number == call)?
                .1
                .clone()
        };
        let (poll, batch) = oneshot::channel();
        polls.send(poll).await.ok()?;
        batch.await.ok()
    }
}

/// Answers one poll after the other until the frames end or nobody can ask any more.
async fn answer_polls<S>(mut frames: S, mut polls: mpsc::Receiver<Poll>)
where
    S: Stream<Item = Bytes> + Unpin,
{
    while let Some(poll) = polls.recv().await {
        let Ok(first) = tokio::time::timeout(HOLD, frames.next()).await else {
            // Whether the page still waits does not matter: it asks again.
            poll.send(Vec::new()).ok();
            continue;
        };
        let Some(first) = first else {
            return;
        };
        let mut batch = Vec::with_capacity(first.len() + 4);
        let mut next = Some(first);
        while let Some(frame) = next {
            let length = u32::try_from(frame.len()).expect("a frame is far below 4 GB");
            batch.extend_from_slice(&length.to_le_bytes());
            batch.extend_from_slice(&frame);
            next = if batch.len() < ANSWER_BYTES {
                frames.next().now_or_never().flatten()
            } else {
                None
            };
        }
        // A page that has gone asks for key frames when it is back.
        poll.send(batch).ok();
    }
}

fn response(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CACHE_CONTROL, "no-store")
        // The page's own origin differs by system, and only pages of this app reach the scheme.
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(body)
        .expect("a fixed response is well-formed")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn get(path: &str) -> Request<Vec<u8>> {
        Request::get(format!("{SCHEME}://localhost/{path}"))
            .body(Vec::new())
            .unwrap()
    }

    fn entry(frame: &[u8]) -> Vec<u8> {
        let mut out = u32::try_from(frame.len()).unwrap().to_le_bytes().to_vec();
        out.extend_from_slice(frame);
        out
    }

    #[tokio::test]
    async fn one_answer_carries_all_that_wait_in_order_and_the_end_is_told() {
        let frames = Frames::default();
        let (to, from) = mpsc::channel(4);
        for frame in [&b"one"[..], b"two"] {
            to.send(Bytes::from_static(frame)).await.unwrap();
        }
        frames.main.deliver(7, tokio_stream(from));
        let first = frames.respond(&get("7")).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.body(), &[entry(b"one"), entry(b"two")].concat());
        drop(to);
        assert_eq!(frames.respond(&get("7")).await.status(), StatusCode::GONE);
    }

    #[tokio::test]
    async fn a_poll_waits_for_the_first_picture() {
        let frames = std::sync::Arc::new(Frames::default());
        let (to, from) = mpsc::channel(4);
        frames.main.deliver(1, tokio_stream(from));
        let asked = frames.clone();
        let poll = tokio::spawn(async move { asked.respond(&get("1")).await });
        tokio::task::yield_now().await;
        assert!(!poll.is_finished());
        to.send(Bytes::from_static(b"late")).await.unwrap();
        assert_eq!(poll.await.unwrap().body(), &entry(b"late"));
    }

    #[tokio::test]
    async fn what_is_shown_apart_has_polls_of_its_own() {
        let frames = Frames::default();
        let (_main, from) = mpsc::channel(4);
        frames.main.deliver(3, tokio_stream(from));
        let (to, from) = mpsc::channel(4);
        frames.apart.deliver(3, tokio_stream(from));
        to.send(Bytes::from_static(b"share")).await.unwrap();
        let answer = frames.respond(&get("apart-3")).await;
        assert_eq!(answer.body(), &entry(b"share"));
        let older = frames.respond(&get("apart-2")).await;
        assert_eq!(older.status(), StatusCode::GONE);
    }

    #[tokio::test]
    async fn only_the_current_call_is_answered() {
        let frames = Frames::default();
        assert_eq!(frames.respond(&get("1")).await.status(), StatusCode::GONE);
        let (_to, from) = mpsc::channel(4);
        frames.main.deliver(2, tokio_stream(from));
        assert_eq!(frames.respond(&get("1")).await.status(), StatusCode::GONE);
        assert_eq!(
            frames.respond(&get("x")).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            frames.respond(&get("apart-2")).await.status(),
            StatusCode::GONE
        );
        let post = Request::post("foyer-frames://localhost/2")
            .body(Vec::new())
            .unwrap();
        assert_eq!(
            frames.respond(&post).await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }

    fn tokio_stream(from: mpsc::Receiver<Bytes>) -> impl Stream<Item = Bytes> + Send {
        futures_util::stream::unfold(from, async |mut from| {
            from.recv().await.map(|frame| (frame, from))
        })
    }
}

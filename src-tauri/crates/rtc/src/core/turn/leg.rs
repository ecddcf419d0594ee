//! One socket's connection to one TURN server: the core's datagrams out, the server's in.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::dial::{Carrier, DialError, Dialer, Stream};
use super::frame::{self, Meaning, Transaction};
use crate::core::transport::TransportEvent;
use crate::event::CandidateError;
use crate::ice::IceUrl;
use crate::transceiver::lock;

/// Datagrams that wait for a connection that is slow; more are lost, as on a slow network.
const QUEUE: usize = 512;
/// The core repeats its first request for the last time after 6.2 s, and hears of a leg that ended only then: it never
/// ends gathering for a server that left that request without an answer.
const DIAL_LIMIT: Duration = Duration::from_millis(4_500);
const ALLOCATION_LIMIT: Duration = Duration::from_secs(5);
/// Requests whose repetition a reliable stream does not need.
const REMEMBERED: usize = 64;
const READ: usize = 64 << 10;
const LARGEST_DATAGRAM: usize = 64 << 10;
/// Closed ports answered by the machine, in a row, that end a leg which has carried data.
const REFUSALS: u32 = 3;
/// RFC 8489 14.8: only the nonce is too old.
const STALE_NONCE: u16 = 438;
const UNAUTHENTICATED: u16 = 401;
/// webrtc-pc 4.8.2: the server was not reached, or does not answer.
const UNREACHED: u16 = 701;

/// A path in use carries a keepalive every two seconds.
const SILENCE: Duration = Duration::from_secs(5);

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Opening,
    Allocated,
    /// There is an allocation, but nothing was heard of the server for some time.
    Silent,
    /// It ended before there was an allocation.
    Failed,
    /// It ended, and the allocation with it.
    Broken,
}

#[derive(Clone, Copy, Debug)]
struct State {
    progress: Progress,
    relayed: Option<SocketAddr>,
    heard: Instant,
}

/// Dropping it ends the connection once what is queued is sent.
pub(super) struct Leg {
    queue: mpsc::Sender<Bytes>,
    state: Arc<Mutex<State>>,
    /// The request that began it.
    pub first: Option<Transaction>,
}

impl Leg {
    /// Queues a datagram; an error if the leg has ended.
    pub(super) fn send(&self, datagram: Bytes) -> io::Result<()> {
        match self.queue.try_send(datagram) {
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => {
                Err(io::Error::from(io::ErrorKind::NotConnected))
            }
        }
    }

    /// The address that the server gave.
    pub(super) fn relayed(&self) -> Option<SocketAddr> {
        lock(&self.state).relayed
    }

    pub(super) fn progress(&self) -> Progress {
        let state = *lock(&self.state);
        match state.progress {
            Progress::Allocated if state.heard.elapsed() > SILENCE => Progress::Silent,
            progress => progress,
        }
    }
}

/// Everything a leg needs.
pub(super) struct Ends {
    pub dialer: Arc<Dialer>,
    pub url: IceUrl,
    /// As the page wrote it, for its error events.
    pub name: String,
    /// The core's socket.
    pub local: SocketAddr,
    /// The server's address as the core knows it.
    pub server: SocketAddr,
    pub inbox: mpsc::Sender<(SocketAddr, Bytes)>,
    pub events: mpsc::UnboundedSender<TransportEvent>,
}

/// Begins to connect.
pub(super) fn start(ends: Ends, first: Option<Transaction>) -> Leg {
    let (queue, queued) = mpsc::channel(QUEUE);
    let state = Arc::new(Mutex::new(State {
        progress: Progress::Opening,
        relayed: None,
        heard: Instant::now(),
    }));
    tokio::spawn(run(ends, queued, Arc::clone(&state)));
    Leg {
        queue,
        state,
        first,
    }
}

enum End {
    /// Nobody needs it any more.
    Released,
    Unreached(DialError),
    /// The server's own error.
    Refused(u16, String),
    Silent,
    Lost(String),
}

async fn run(ends: Ends, mut queued: mpsc::Receiver<Bytes>, state: Arc<Mutex<State>>) {
    let watch = Watch {
        ends: &ends,
        state: &state,
        asked: Mutex::new(None),
    };
    let end = tokio::select! {
        end = watch.carry(&mut queued) => end,
        () = watch.patience() => End::Silent,
    };
    let allocated = watch.is_allocated();
    lock(&state).progress = if allocated {
        Progress::Broken
    } else {
        Progress::Failed
    };
    // From here on, sending fails.
    drop(queued);
    let (code, text) = match end {
        End::Released => return,
        End::Unreached(DialError::Unroutable) => {
            tracing::debug!(server = %ends.url, local = %ends.local, "TURN server not for this interface");
            return;
        }
        End::Unreached(error) => (UNREACHED, error.to_string()),
        End::Refused(code, text) => (code, text),
        End::Silent => (UNREACHED, "no answer".to_owned()),
        End::Lost(text) => (UNREACHED, format!("connection lost: {text}")),
    };
    tracing::warn!(server = %ends.url, local = %ends.local, code, text, allocated, "TURN server lost");
    if !allocated {
        let error = CandidateError {
            url: ends.name,
            code,
            text,
        };
        // A closed queue means that the connection is being closed.
        let _ = ends.events.send(TransportEvent::CandidateError(error));
    }
}

struct Watch<'a> {
    ends: &'a Ends,
    state: &'a Mutex<State>,
    /// The signed request for the allocation.
    asked: Mutex<Option<Transaction>>,
}

impl Watch<'_> {
    fn is_allocated(&self) -> bool {
        lock(self.state).progress == Progress::Allocated
    }

    async fn patience(&self) {
        sleep(ALLOCATION_LIMIT).await;
        if self.is_allocated() {
            std::future::pending::<()>().await;
        }
    }

    async fn carry(&self, queued: &mut mpsc::Receiver<Bytes>) -> End {
        let dialed = self.ends.dialer.dial(&self.ends.url, self.ends.local.ip());
        match timeout(DIAL_LIMIT, dialed).await {
            Err(_) => End::Silent,
            Ok(Err(error)) => End::Unreached(error),
            Ok(Ok(Carrier::Datagrams(socket))) => self.datagrams(&socket, queued).await,
            Ok(Ok(Carrier::Stream(stream))) => self.stream(stream, queued).await,
        }
    }

    /// Notes what is sent; returns the id of a request.
    fn sent(&self, datagram: &[u8]) -> Option<Transaction> {
        match frame::meaning(datagram) {
            Meaning::Request {
                transaction,
                allocate,
                signed,
                ..
            } => {
                if allocate && signed {
                    *lock(&self.asked) = Some(transaction);
                }
                Some(transaction)
            }
            _ => None,
        }
    }

    /// Hands the core what the server sent; an end if that is an end.
    async fn received(&self, datagram: Bytes) -> Option<End> {
        let mut end = None;
        lock(self.state).heard = Instant::now();
        match frame::meaning(&datagram) {
            Meaning::Allocated(relayed) => {
                let mut state = lock(self.state);
                state.progress = Progress::Allocated;
                state.relayed = relayed;
            }
            Meaning::Forgotten => end = Some(End::Lost("allocation forgotten".to_owned())),
            Meaning::Refused {
                transaction,
                code,
                reason,
            } => {
                let signed = *lock(&self.asked) == Some(transaction);
                if code != STALE_NONCE && (signed || code != UNAUTHENTICATED) {
                    let refused = End::Refused(code, reason);
                    if !signed {
                        // The core does not end gathering for it. It does for a request that cannot be repeated.
                        return Some(refused);
                    }
                    end = Some(refused);
                }
            }
            Meaning::Request { .. } | Meaning::Other => {}
        }
        match self.ends.inbox.send((self.ends.server, datagram)).await {
            Ok(()) => end,
            Err(_) => Some(End::Released),
        }
    }

    async fn datagrams(&self, socket: &UdpSocket, queued: &mut mpsc::Receiver<Bytes>) -> End {
        let mut buffer = vec![0; LARGEST_DATAGRAM];
        let mut refusals = 0;
        loop {
            let result = tokio::select! {
                datagram = queued.recv() => match datagram {
                    None => return End::Released,
                    Some(datagram) => {
                        self.sent(&datagram);
                        socket.send(&datagram).await.map(|_| ())
                    }
                },
                received = socket.recv(&mut buffer) => match received {
                    Ok(length) => {
                        refusals = 0;
                        let datagram = Bytes::copy_from_slice(&buffer[..length]);
                        if let Some(end) = self.received(datagram).await {
                            return end;
                        }
                        Ok(())
                    }
                    Err(error) => Err(error),
                },
            };
            let Err(error) = result else { continue };
            refusals += 1;
            if !self.is_allocated() || refusals >= REFUSALS {
                return End::Lost(error.to_string());
            }
        }
    }

    async fn stream(&self, stream: Box<dyn Stream>, queued: &mut mpsc::Receiver<Bytes>) -> End {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let write = async {
            let mut recent = VecDeque::with_capacity(REMEMBERED);
            let mut batch = Vec::new();
            let mut out = Vec::new();
            while queued.recv_many(&mut batch, REMEMBERED).await > 0 {
                for datagram in batch.drain(..) {
                    if let Some(transaction) = self.sent(&datagram) {
                        if recent.contains(&transaction) {
                            continue;
                        }
                        if recent.len() == REMEMBERED {
                            recent.pop_front();
                        }
                        recent.push_back(transaction);
                    }
                    frame::write(&datagram, &mut out);
                }
                let written = write_out(&mut writer, &out).await;
                out.clear();
                if let Err(error) = written {
                    return End::Lost(error.to_string());
                }
            }
            if let Err(error) = writer.shutdown().await {
                tracing::debug!(%error, "TURN connection not closed cleanly");
            }
            End::Released
        };
        let read = async {
            let mut buffer = BytesMut::with_capacity(READ);
            loop {
                match reader.read_buf(&mut buffer).await {
                    Ok(0) => return End::Lost("the server closed it".to_owned()),
                    Ok(_) => {}
                    Err(error) => return End::Lost(error.to_string()),
                }
                loop {
                    match frame::read(&mut buffer) {
                        Ok(None) => break,
                        Ok(Some(datagram)) => {
                            if let Some(end) = self.received(datagram).await {
                                return end;
                            }
                        }
                        Err(error) => return End::Lost(error.to_string()),
                    }
                }
            }
        };
        either(write, read).await
    }
}

async fn either(one: impl Future<Output = End>, other: impl Future<Output = End>) -> End {
    tokio::select! {
        end = one => end,
        end = other => end,
    }
}

async fn write_out(writer: &mut (impl AsyncWriteExt + Unpin), out: &[u8]) -> io::Result<()> {
    writer.write_all(out).await?;
    writer.flush().await
}

//! One WebSocket: reads, limits, hands on; writes what the meeting says.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use foyer_media::clock::SharedClock;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{interval, timeout};

use super::meeting::{Command, Join, Joined};
use super::rate::Bucket;
use super::{Shared, until_stopped};
use crate::protocol::{self, ClientMessage, MAX_MESSAGE, Refusal, ServerMessage};

/// Messages that may wait for a slow reader.
const OUTBOX: usize = 512;
/// The transport takes more than the protocol, so that what is too large gets an answer.
const TRANSPORT_MAX: usize = 2 * MAX_MESSAGE;
const JOIN_PATIENCE: Duration = Duration::from_secs(10);
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);
const PING_EVERY: Duration = Duration::from_secs(5);
/// Pings in a row without a sign of life.
const MAX_SILENCE: u32 = 3;

/// Takes a WebSocket for the meeting in the path.
pub(crate) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Ok(permit) = Arc::clone(&shared.sockets).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    upgrade
        .max_message_size(TRANSPORT_MAX)
        .max_frame_size(TRANSPORT_MAX)
        .on_upgrade(move |socket| serve(socket, shared, id, permit))
}

async fn serve(socket: WebSocket, shared: Arc<Shared>, id: String, permit: OwnedSemaphorePermit) {
    let stopping = shared.stopping.clone();
    let mut connection = Connection::new(socket, Arc::clone(&shared.config.clock));
    let meeting = shared.meeting(&id);
    drop(shared);
    tokio::select! {
        () = until_stopped(stopping) => {}
        () = connection.run(meeting) => {}
    }
    drop(permit);
}

enum Heard {
    Message(ClientMessage),
    /// Closed, or broken.
    End,
    Refused(Refusal),
}

struct Connection {
    socket: WebSocket,
    clock: SharedClock,
    messages: Bucket,
    bytes: Bucket,
    silence: u32,
}

impl Connection {
    fn new(socket: WebSocket, clock: SharedClock) -> Self {
        let now = clock.now();
        Self {
            socket,
            clock,
            messages: Bucket::new(300, 50, now),
            bytes: Bucket::new(4 * 1024 * 1024, 512 * 1024, now),
            silence: 0,
        }
    }

    async fn run(&mut self, meeting: Option<mpsc::Sender<Command>>) {
        let (outbox, outgoing) = mpsc::channel(OUTBOX);
        match self.join(meeting, outbox).await {
            Ok(Some((meeting, joined))) => self.converse(meeting, joined, outgoing).await,
            Ok(None) => {}
            Err(refusal) => self.refuse(refusal).await,
        }
        self.write(Message::Close(None)).await;
        // Closing over unread data would reset the connection and lose the last word on the way.
        let drained = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(CLOSE_PATIENCE, drained).await;
    }

    async fn join(
        &mut self,
        meeting: Option<mpsc::Sender<Command>>,
        outbox: mpsc::Sender<String>,
    ) -> Result<Option<(mpsc::Sender<Command>, Joined)>, Refusal> {
        let meeting = meeting.ok_or(Refusal::MeetingUnknown)?;
        let heard = timeout(JOIN_PATIENCE, self.hear())
            .await
            .map_err(|_| Refusal::NoJoin)?;
        let (name, secret, resume_token) = match heard {
            Heard::Message(ClientMessage::Join {
                name,
                secret,
                resume_token,
            }) => (name, secret, resume_token),
            Heard::Message(_) => return Err(Refusal::NoJoin),
            Heard::End => return Ok(None),
            Heard::Refused(refusal) => return Err(refusal),
        };
        let (reply, answer) = oneshot::channel();
        let join = Join {
            name,
            secret,
            resume_token,
            outbox,
            reply,
        };
        let over = Refusal::MeetingEnded;
        meeting.send(Command::Join(join)).await.map_err(|_| over)?;
        let joined = answer.await.map_err(|_| over)??;
        Ok(Some((meeting, joined)))
    }

    async fn converse(
        &mut self,
        meeting: mpsc::Sender<Command>,
        joined: Joined,
        mut outgoing: mpsc::Receiver<String>,
    ) {
        let Joined {
            participant,
            connection,
        } = joined;
        let mut ping = interval(PING_EVERY);
        loop {
            tokio::select! {
                text = outgoing.recv() => {
                    let Some(text) = text else { return };
                    if !self.write(Message::text(text)).await {
                        break;
                    }
                }
                heard = self.hear() => match heard {
                    Heard::Message(message) => {
                        let participant = participant.clone();
                        let command = Command::Message { participant, connection, message };
                        if meeting.send(command).await.is_err() {
                            break;
                        }
                    }
                    Heard::End => break,
                    Heard::Refused(refusal) => {
                        self.refuse(refusal).await;
                        let _ = meeting
                            .send(Command::Misbehaved { participant, connection })
                            .await;
                        return;
                    }
                },
                _ = ping.tick() => {
                    self.silence += 1;
                    if self.silence > MAX_SILENCE || !self.write(Message::Ping(Vec::new().into())).await {
                        break;
                    }
                }
            }
        }
        let gone = Command::Gone {
            participant,
            connection,
        };
        let _ = meeting.send(gone).await;
    }

    /// The next message. Cancel-safe: a message is taken whole or not at all.
    async fn hear(&mut self) -> Heard {
        loop {
            let message = match self.socket.recv().await {
                Some(Ok(message)) => message,
                Some(Err(error)) => {
                    return if error.to_string().contains("too long") {
                        Heard::Refused(Refusal::TooLarge)
                    } else {
                        Heard::End
                    };
                }
                None => return Heard::End,
            };
            self.silence = 0;
            let now = self.clock.now();
            let size = match &message {
                Message::Text(text) => text.len(),
                Message::Binary(data) | Message::Ping(data) | Message::Pong(data) => data.len(),
                Message::Close(_) => return Heard::End,
            };
            let size = u32::try_from(size).unwrap_or(u32::MAX);
            if !self.messages.take(1, now) || !self.bytes.take(size, now) {
                return Heard::Refused(Refusal::TooFast);
            }
            match message {
                Message::Text(text) => {
                    return match protocol::read_client(text.as_str()) {
                        Ok(message) => Heard::Message(message),
                        Err(refusal) => Heard::Refused(refusal),
                    };
                }
                Message::Binary(_) => return Heard::Refused(Refusal::BadMessage),
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) => {}
            }
        }
    }

    async fn refuse(&mut self, refusal: Refusal) {
        tracing::info!(code = refusal.code(), "refused");
        let message: ServerMessage = refusal.message();
        self.write(Message::text(protocol::write(&message))).await;
    }

    async fn write(&mut self, message: Message) -> bool {
        matches!(
            timeout(WRITE_PATIENCE, self.socket.send(message)).await,
            Ok(Ok(()))
        )
    }
}

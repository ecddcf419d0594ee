//! The WebSocket to the server.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::ConnectError;
use crate::protocol::{self, ClientMessage, MAX_MESSAGE, Refusal, Role, ServerMessage};

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// The server pings every 5 s.
const SILENCE: Duration = Duration::from_secs(20);

/// The server's first answer.
#[derive(Clone)]
pub(crate) struct Greeting {
    pub participant: String,
    pub title: String,
    pub role: Role,
    pub resume_token: String,
}

/// What came over the wire.
pub(crate) enum Heard {
    Message(ServerMessage),
    /// Not readable; the connection goes on.
    Nonsense(Refusal),
    /// The connection is gone.
    Lost,
}

/// An open, joined connection.
pub(crate) struct Signalling {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Signalling {
    /// Connects, joins and waits for the server's answer.
    pub(crate) async fn open(
        url: &str,
        join: &ClientMessage,
    ) -> Result<(Self, Greeting), ConnectError> {
        timeout(CONNECT_PATIENCE, Self::greet(url, join))
            .await
            .map_err(|_| ConnectError::Unreachable("no answer in time".into()))?
    }

    async fn greet(url: &str, join: &ClientMessage) -> Result<(Self, Greeting), ConnectError> {
        let limits = WebSocketConfig::default()
            .max_message_size(Some(2 * MAX_MESSAGE))
            .max_frame_size(Some(2 * MAX_MESSAGE));
        let (socket, _) = connect_async_with_config(url, Some(limits), true)
            .await
            .map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        let mut signalling = Self { socket };
        if !signalling.say(join).await {
            return Err(ConnectError::Unreachable("closed at once".into()));
        }
        loop {
            match signalling.hear().await {
                Heard::Message(ServerMessage::Welcome {
                    participant,
                    title,
                    role,
                    resume_token,
                }) => {
                    let greeting = Greeting {
                        participant,
                        title,
                        role,
                        resume_token,
                    };
                    return Ok((signalling, greeting));
                }
                Heard::Message(ServerMessage::Error { code, .. }) => {
                    return Err(ConnectError::Refused(code));
                }
                Heard::Message(ServerMessage::Unknown) => {}
                Heard::Message(_) | Heard::Nonsense(_) => return Err(ConnectError::Protocol),
                Heard::Lost => return Err(ConnectError::Unreachable("closed at once".into())),
            }
        }
    }

    /// Sends; false if the connection is gone.
    pub(crate) async fn say(&mut self, message: &ClientMessage) -> bool {
        let text = Message::text(protocol::write(message));
        matches!(
            timeout(WRITE_PATIENCE, self.socket.send(text)).await,
            Ok(Ok(()))
        )
    }

    /// The next message. Cancel-safe.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match timeout(SILENCE, self.socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => {
                    return match protocol::read_server(text.as_str()) {
                        Ok(message) => Heard::Message(message),
                        Err(refusal) => Heard::Nonsense(refusal),
                    };
                }
                Ok(Some(Ok(Message::Binary(_)))) => return Heard::Nonsense(Refusal::BadMessage),
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => {}
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return Heard::Lost,
            }
        }
    }

    /// Says goodbye on the level of the transport.
    pub(crate) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

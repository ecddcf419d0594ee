//! A client that says anything, sense or not.
#![allow(clippy::unwrap_used, dead_code)]

use std::time::Duration;

use foyer_media::clock::MonotonicClock;
use foyer_practice::{Meeting, MeetingOptions, Server, ServerConfig};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub async fn server() -> Server {
    let config = ServerConfig::loopback(
        MonotonicClock::shared(),
        std::sync::Arc::new(|| 1_700_000_000_000.0),
    );
    Server::start(config).await.unwrap()
}

pub async fn meeting(lobby: bool) -> (Server, Meeting) {
    let server = server().await;
    let options = MeetingOptions {
        lobby,
        ..MeetingOptions::default()
    };
    let meeting = server.open_meeting(options).await;
    (server, meeting)
}

pub struct Raw {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub id: String,
    pub token: String,
}

impl Raw {
    /// Connects to a guest link.
    pub async fn connect(link: &str) -> Self {
        Self::connect_from(link, None).await.unwrap()
    }

    /// Connects as a page of that origin would.
    pub async fn connect_from(link: &str, origin: Option<&str>) -> Result<Self, String> {
        let url = format!("{}/ws", link.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        if let Some(origin) = origin {
            let headers = request.headers_mut();
            headers.insert("Origin", origin.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await.map_err(|e| e.to_string())?;
        Ok(Self {
            socket,
            id: String::new(),
            token: String::new(),
        })
    }

    /// Connects and joins; panics if refused.
    pub async fn join(link: &str, name: &str, secret: Option<&str>) -> Self {
        let mut raw = Self::connect(link).await;
        raw.say(json!({"type": "join", "name": name, "secret": secret}))
            .await;
        raw.welcomed().await;
        raw
    }

    pub async fn welcomed(&mut self) {
        let welcome = self.until("welcome").await;
        self.id = welcome["participant"].as_str().unwrap().into();
        self.token = welcome["resumeToken"].as_str().unwrap().into();
    }

    pub async fn say(&mut self, message: Value) {
        self.text(message.to_string()).await;
    }

    pub async fn text(&mut self, text: String) {
        // The server may have closed already; then the test sees it when it listens.
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// The next message; `None` once closed.
    pub async fn hear(&mut self) -> Option<Value> {
        let next = async {
            loop {
                match self.socket.next().await? {
                    Ok(Message::Text(text)) => {
                        return Some(serde_json::from_str(text.as_str()).unwrap());
                    }
                    Ok(Message::Close(_)) | Err(_) => return None,
                    Ok(_) => {}
                }
            }
        };
        timeout(PATIENCE, next).await.expect("the server is silent")
    }

    /// Skips to the next message of a type.
    pub async fn until(&mut self, kind: &str) -> Value {
        let mut heard = Vec::new();
        loop {
            match self.hear().await {
                Some(message) if message["type"] == kind => return message,
                Some(message) => heard.push(message["type"].clone()),
                None => panic!("closed before {kind}; heard {heard:?}"),
            }
        }
    }

    /// Skips to the roster that satisfies a condition.
    pub async fn roster(&mut self, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        loop {
            let roster = self.until("roster").await;
            let people = roster["participants"].as_array().unwrap();
            if is(people) {
                return people.clone();
            }
        }
    }

    /// The code of the next error.
    pub async fn error(&mut self) -> String {
        let error = self.until("error").await;
        error["code"].as_str().unwrap().into()
    }

    /// Waits for the end; panics if it does not come.
    pub async fn closed(&mut self) {
        while self.hear().await.is_some() {}
    }
}

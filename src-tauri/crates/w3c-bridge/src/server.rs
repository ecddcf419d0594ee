//! Who may come in: exact host, exact origin, the protocol's name and a token, or a bare refusal.

use std::sync::Arc;
use std::time::Duration;

use foyer_contract::bridge::PROTOCOL;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::bridge::House;
use crate::page;
use crate::socket::MediaDoor;
use crate::token::Token;

/// Sockets at once, of all pages.
const MOST: usize = 512;
/// Whoever says no more in this time is no page.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of one message.
pub(crate) const LARGEST: usize = 16 << 20;

pub(crate) type Socket = WebSocketStream<TcpStream>;

const CONTROL: &str = "/control";

enum Admitted {
    Page,
    Media(MediaDoor),
}

/// Until the task is dropped; with it every socket closes.
pub(crate) async fn serve(listener: TcpListener, house: Arc<House>) {
    let mut sockets = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if sockets.len() < MOST => {
                    sockets.spawn(admit(stream, Arc::clone(&house)));
                }
                Ok(_) => tracing::warn!("too many sockets"),
                Err(error) => {
                    tracing::warn!(%error, "nothing accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = sockets.join_next() => {}
        }
    }
}

async fn admit(stream: TcpStream, house: Arc<House>) {
    stream.set_nodelay(true).ok();
    let mut admitted = None;
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST))
        .max_write_buffer_size(4 * LARGEST);
    #[allow(clippy::result_large_err)] // The library's own type.
    let check = |request: &Request, mut response: Response| match check(request, &house) {
        Ok(as_what) => {
            admitted = Some(as_what);
            response
                .headers_mut()
                .insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
            Ok(response)
        }
        Err(why) => {
            tracing::warn!(why, "socket refused");
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = StatusCode::FORBIDDEN;
            Err(refusal)
        }
    };
    let handshake = accept_hdr_async_with_config(stream, check, Some(config));
    let socket = match tokio::time::timeout(PATIENCE, handshake).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no handshake");
            return;
        }
        Err(_) => return,
    };
    match admitted {
        Some(Admitted::Page) => page::run(socket, house).await,
        Some(Admitted::Media(door)) => door.enter(socket),
        None => {}
    }
}

fn check(request: &Request, house: &House) -> Result<Admitted, &'static str> {
    let headers = request.headers();
    if only(headers, HOST) != Some(house.address.to_string().as_str()) {
        return Err("another host");
    }
    let origin = only(headers, ORIGIN).ok_or("no origin")?;
    let allowed = &house.surroundings.allowed_origins;
    if !allowed.iter().any(|allowed| allowed == origin) {
        return Err("another origin");
    }
    let mut speaks = false;
    let mut token = None;
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        for name in value.to_str().unwrap_or_default().split(',') {
            match name.trim() {
                PROTOCOL => speaks = true,
                other => token = token.or(other.strip_prefix("token.").and_then(Token::parse)),
            }
        }
    }
    if !speaks {
        return Err("another protocol");
    }
    let token = token.ok_or("no token")?;
    if request.uri().query().is_some() {
        return Err("a query");
    }
    if request.uri().path() == CONTROL {
        let reusable = house.reusable.get().is_some_and(|known| known.is(&token));
        return (house.pages.take(&token).is_some() || reusable)
            .then_some(Admitted::Page)
            .ok_or("a token that opens no page");
    }
    match house.doors.take(&token) {
        Some(door) if door.path() == request.uri().path() => Ok(Admitted::Media(door)),
        // What was tried at a wrong door opens none any more.
        _ => Err("a token that opens no media socket"),
    }
}

/// A header that is there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

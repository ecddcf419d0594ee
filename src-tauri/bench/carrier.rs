//! The three ways for a batch of frames to the page.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use subtle::ConstantTimeEq;
use tauri::ipc::{InvokeResponseBody, JavaScriptChannelId};
use tokio::sync::{Mutex, Semaphore, mpsc};

use crate::feed;

/// Frames of the load that runs now. Whoever carries takes it.
pub type Source = Arc<Mutex<Option<mpsc::Receiver<Bytes>>>>;

/// A Tauri channel with raw bytes: pushed, without any notion of a full page. `window` bounds what is under way.
pub async fn channel(
    webview: tauri::Webview,
    id: u32,
    source: Source,
    window: Option<Arc<Semaphore>>,
) {
    let Ok(js) = JavaScriptChannelId::from_str(&format!("__CHANNEL__:{id}")) else {
        return;
    };
    let channel: tauri::ipc::Channel<InvokeResponseBody> = js.channel_on(webview);
    let mut source = source.lock().await;
    let Some(frames) = source.as_mut() else {
        return;
    };
    while let Some(batch) = feed::batch(frames).await {
        if let Some(window) = &window {
            match window.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return,
            }
        }
        if channel.send(InvokeResponseBody::Raw(batch)).is_err() {
            return;
        }
    }
}

/// The answer to one poll of the scheme.
pub async fn poll(source: Source) -> Option<Vec<u8>> {
    feed::batch(source.lock().await.as_mut()?).await
}

/// A WebSocket on loopback. Only a page of the app that knows the token gets in.
pub struct Socket {
    pub port: u16,
    pub token: String,
}

struct Guard {
    source: Source,
    token: String,
    host: String,
}

/// Binds the socket and serves it until the program ends.
pub async fn socket(source: Source) -> std::io::Result<Socket> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
    let token: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let guard = Arc::new(Guard {
        source,
        token: token.clone(),
        host: format!("127.0.0.1:{port}"),
    });
    let router = axum::Router::new()
        .route("/", get(upgrade))
        .with_state(guard)
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Socket { port, token })
}

async fn upgrade(
    State(guard): State<Arc<Guard>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let is = |name: &str, allowed: &[&str]| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| allowed.contains(&value))
    };
    let known = headers
        .get("sec-websocket-protocol")
        .is_some_and(|given| bool::from(given.as_bytes().ct_eq(guard.token.as_bytes())));
    let ours = is("host", &[&guard.host])
        && is("origin", &["tauri://localhost", "http://tauri.localhost"])
        && peer.ip().is_loopback();
    if !known || !ours {
        return StatusCode::FORBIDDEN.into_response();
    }
    let source = guard.source.clone();
    upgrade
        .protocols([guard.token.clone()])
        .on_upgrade(|socket| serve(socket, source))
}

async fn serve(mut socket: WebSocket, source: Source) {
    let mut source = source.lock().await;
    let Some(frames) = source.as_mut() else {
        return;
    };
    while let Some(batch) = feed::batch(frames).await {
        if socket.send(Message::Binary(batch.into())).await.is_err() {
            return;
        }
    }
}

//! The fake on a socket: plain or with TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::serve::Listener;
use bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use super::request::{Reply, Request};
use super::{FakeError, Shared};
use crate::retry::write_http_date;

/// The longest request that is read.
const LONGEST: usize = 256 << 10;

pub(crate) struct Started {
    pub address: SocketAddr,
    pub certificate: Option<String>,
}

pub(crate) async fn start(
    listen: SocketAddr,
    tls: bool,
    shared: Arc<Shared>,
    stopping: watch::Receiver<bool>,
) -> Result<Started, FakeError> {
    let failed = |error: io::Error| FakeError::Listen {
        address: listen,
        reason: error.to_string(),
    };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let app = Router::new().fallback(answer).with_state(shared);
    let certificate = if tls {
        let (certificate, acceptor) = certificate()?;
        let listener = TlsListener::start(listener, acceptor, address);
        tokio::spawn(async move { serve(listener, app, stopping).await });
        Some(certificate)
    } else {
        tokio::spawn(async move { serve(listener, app, stopping).await });
        None
    };
    tracing::info!(%address, tls, "the fake of Azure listens");
    Ok(Started {
        address,
        certificate,
    })
}

async fn serve<L>(listener: L, app: Router, mut stopping: watch::Receiver<bool>)
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    tokio::select! {
        served = axum::serve(listener, app).into_future() => {
            if let Err(error) = served {
                tracing::error!(%error, "the fake of Azure failed");
            }
        }
        // The sender is dropped with the fake; waiting for open connections would keep it alive.
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST).await;
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let (reply, late, now) = {
        let mut world = shared.world();
        let now = shared.clock.now();
        let now = now.saturating_add(world.ahead).unwrap_or(now);
        match body {
            Ok(body) => {
                let method = parts.method.as_str();
                let request = Request::new(method, target, parts.headers, body, shared.scheme, now);
                let (reply, late) = world.handle(&request);
                (reply, late, now)
            }
            Err(_) => {
                let reply = Reply::error(413, "RequestEntityTooLarge", "The body is too long.");
                (reply, None, now)
            }
        }
    };
    if let Some(late) = late {
        shared.clock.sleep(late).await;
    }
    let mut response = Response::new(content(&reply));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or_default();
    let headers = response.headers_mut();
    // By our own clock: hyper would take the machine's.
    let date = ("date", write_http_date(now));
    for (name, value) in reply.headers.into_iter().chain([date]) {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn content(reply: &Reply) -> Body {
    if !reply.cut {
        return Body::from(reply.body.clone());
    }
    let half = reply.body.slice(..reply.body.len() / 2);
    let pieces: [Result<Bytes, io::Error>; 2] = [Ok(half), Err(io::Error::other("cut"))];
    Body::from_stream(futures_util::stream::iter(pieces))
}

fn certificate() -> Result<(String, TlsAcceptor), FakeError> {
    let failed = |reason: String| FakeError::Certificate { reason };
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).map_err(|e| failed(e.to_string()))?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    // Named, since a program that links two providers has no default.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
        .map_err(|e| failed(e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((made.cert.pem(), TlsAcceptor::from(Arc::new(config))))
}

/// Connections that have shaken hands; each does so in a task of its own, so that a slow one blocks nobody.
struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    fn start(listener: TcpListener, acceptor: TlsAcceptor, address: SocketAddr) -> Self {
        let (done, ready) = mpsc::channel(16);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = done.closed() => return,
                };
                let Ok((stream, peer)) = accepted else {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let (acceptor, done) = (acceptor.clone(), done.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        // Nobody listens any more when the fake is gone.
                        let _ = done.send((stream, peer)).await;
                    }
                });
            }
        });
        Self { ready, address }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

//! Ways to a TURN server: UDP, TCP, TLS, the latter two also through an HTTP proxy.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket, lookup_host};
use tokio::sync::OnceCell;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

use crate::connection::Config;
use crate::ice::{IceTransport, IceUrl, ProxyUrl};

/// One address of several; the next one gets its turn then.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(3);
/// A proxy's whole answer to CONNECT.
const LONGEST_ANSWER: usize = 8 << 10;

/// Why a server was not reached. The text goes to pages and logs: no credentials in it.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    /// Loopback to the world, or the other way round: nobody's fault.
    #[error("not reachable from this interface")]
    Unroutable,
    #[error("TURN over DTLS is not supported")]
    Dtls,
    #[error("name not found: {0}")]
    Name(String),
    #[error("not reached: {0}")]
    Connect(String),
    #[error("proxy: {0}")]
    Proxy(String),
    #[error("TLS: {0}")]
    Tls(String),
}

fn connect(error: impl std::fmt::Display) -> DialError {
    DialError::Connect(error.to_string())
}

/// A connection that frames go over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What a server was reached by.
pub(super) enum Carrier {
    Datagrams(UdpSocket),
    Stream(Box<dyn Stream>),
}

/// Dials for all legs of a connection.
pub(super) struct Dialer {
    proxy: Option<ProxyUrl>,
    roots: Vec<CertificateDer<'static>>,
    tls: OnceCell<TlsConnector>,
}

impl std::fmt::Debug for Dialer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialer")
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

impl Dialer {
    pub(super) fn new(config: &Config) -> Self {
        let roots = config.turn_roots.iter();
        Self {
            proxy: config.proxy.clone(),
            roots: roots.map(|der| der.to_vec().into()).collect(),
            tls: OnceCell::new(),
        }
    }

    /// Reaches a server from a local address.
    pub(super) async fn dial(&self, url: &IceUrl, local: IpAddr) -> Result<Carrier, DialError> {
        match (url.transport, url.scheme.is_secure()) {
            (IceTransport::Udp, true) => Err(DialError::Dtls),
            (IceTransport::Udp, false) => {
                let reach = |to| datagrams(local, to);
                let socket = first(&url.host, url.port, local, reach).await?;
                Ok(Carrier::Datagrams(socket))
            }
            (IceTransport::Tcp, secure) => {
                let reach = |to| stream(local, to);
                let stream = match &self.proxy {
                    None => first(&url.host, url.port, local, reach).await?,
                    Some(proxy) => {
                        let stream = first(&proxy.host, proxy.port, local, reach).await?;
                        tunnel(stream, proxy, url).await?
                    }
                };
                if secure {
                    Ok(Carrier::Stream(Box::new(self.secure(stream, url).await?)))
                } else {
                    Ok(Carrier::Stream(Box::new(stream)))
                }
            }
        }
    }

    async fn secure(
        &self,
        stream: TcpStream,
        url: &IceUrl,
    ) -> Result<impl Stream + use<>, DialError> {
        let failed = |error: &dyn std::fmt::Display| DialError::Tls(error.to_string());
        let tls = self.tls.get_or_try_init(|| connector(self.roots.clone()));
        let tls = tls.await?;
        let name = ServerName::try_from(url.host.clone()).map_err(|error| failed(&error))?;
        let secured = tls.connect(name, stream).await;
        secured.map_err(|error| failed(&error))
    }
}

async fn connector(roots: Vec<CertificateDer<'static>>) -> Result<TlsConnector, DialError> {
    // The platform's roots are many files to read.
    let made = tokio::task::spawn_blocking(move || {
        // Named, since a program that links two providers has no default.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous() // The platform's verifier is not the default one; it is a whole one.
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    });
    let made: Result<TlsConnector, tokio_rustls::rustls::Error> = made
        .await
        .map_err(|error| DialError::Tls(error.to_string()))?;
    made.map_err(|error| DialError::Tls(error.to_string()))
}

/// Tries the addresses of a host one after the other.
async fn first<T, F>(
    host: &str,
    port: u16,
    local: IpAddr,
    mut reach: impl FnMut(SocketAddr) -> F,
) -> Result<T, DialError>
where
    F: Future<Output = io::Result<T>>,
{
    let found = lookup_host((host, port))
        .await
        .map_err(|error| DialError::Name(error.to_string()))?;
    let same_family: Vec<_> = found
        .filter(|address| address.is_ipv4() == local.is_ipv4())
        .collect();
    let mut failure = DialError::Unroutable;
    for address in same_family {
        if local.is_loopback() && !address.ip().is_loopback() {
            continue;
        }
        match timeout(ATTEMPT_LIMIT, reach(address)).await {
            Ok(Ok(reached)) => return Ok(reached),
            Ok(Err(error)) => failure = connect(error),
            Err(_) => failure = connect("no answer"),
        }
    }
    Err(failure)
}

/// Which local end to take: the interface's own, but for servers on this machine, which some systems do not let an
/// interface's address reach.
fn end(local: IpAddr, to: SocketAddr) -> SocketAddr {
    let ip = match to.ip() {
        ip if ip.is_loopback() => ip,
        _ => local,
    };
    SocketAddr::new(ip, 0)
}

async fn datagrams(local: IpAddr, to: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(end(local, to)).await?;
    socket.connect(to).await?;
    Ok(socket)
}

async fn stream(local: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(end(local, to))?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn tunnel(
    mut stream: TcpStream,
    proxy: &ProxyUrl,
    url: &IceUrl,
) -> Result<TcpStream, DialError> {
    let failed = |error: io::Error| DialError::Proxy(error.to_string());
    let place = if url.host.contains(':') {
        format!("[{}]:{}", url.host, url.port)
    } else {
        format!("{}:{}", url.host, url.port)
    };
    let mut request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n");
    if let Some(value) = proxy.authorization() {
        request.push_str(&format!("Proxy-Authorization: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    let mut answer = Vec::with_capacity(512);
    // Byte by byte, since what follows the head belongs to the server.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= LONGEST_ANSWER {
            return Err(DialError::Proxy("its answer is too long".to_owned()));
        }
        answer.push(stream.read_u8().await.map_err(failed)?);
    }
    match status(&answer) {
        Some(200..=299) => Ok(stream),
        Some(407) => Err(DialError::Proxy(
            "it wants other credentials (407)".to_owned(),
        )),
        Some(status) => Err(DialError::Proxy(format!("it refused ({status})"))),
        None => Err(DialError::Proxy("it does not speak HTTP".to_owned())),
    }
}

fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    if !words.next()?.starts_with("HTTP/1.") {
        return None;
    }
    words.next()?.parse().ok()
}

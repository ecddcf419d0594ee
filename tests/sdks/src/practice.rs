//! A practice meeting whose guest page runs on the bridge: the very file that a browser gets.
//!
//! The bridge's script must come first in the page, so the browser loads it through a front that adds it, and leaves
//! out the page's policy, which allows neither that script nor the bridge's socket. All else passes as it is.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use foyer_media::clock::MonotonicClock;
use foyer_practice::{MeetingOptions, Server, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// No request or answer before its body is longer.
const HEAD: usize = 16 * 1024;
const HEAD_ENDS: &[u8] = b"\r\n\r\n";
const PAGE_BEGINS: &str = "<head>";
/// Nothing in the page may be left uncaught.
const WATCH: &str = "window.troubles = []; \
    addEventListener('error', ({ message }) => troubles.push(message)); \
    addEventListener('unhandledrejection', ({ reason }) => troubles.push(String(reason)));";

/// A meeting and its front; both end when dropped.
pub struct Practice {
    /// For a browser with WebRTC of its own.
    pub link: String,
    /// The same meeting, on the bridge.
    pub bridged: String,
    front: AbortHandle,
    _server: Server,
}

impl Practice {
    /// Opens a meeting whose front listens on `port`.
    pub async fn start(port: u16, script: Option<String>) -> Result<Self> {
        let clock = MonotonicClock::shared();
        let config = ServerConfig::loopback(clock, Arc::new(|| 0.0));
        let server = Server::start(config).await?;
        let link = server
            .open_meeting(MeetingOptions::default())
            .await
            .guest_link;
        let (origin, path) = link
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .context("a link has an origin")?;
        let to: SocketAddr = origin.parse()?;
        let bridged = format!("http://localhost:{port}/{path}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let front = tokio::spawn(serve(listener, to, Arc::new(script)));
        Ok(Self {
            bridged,
            front: front.abort_handle(),
            _server: server,
            link,
        })
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.front.abort();
    }
}

async fn serve(listener: TcpListener, to: SocketAddr, script: Arc<Option<String>>) {
    while let Ok((browser, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        // A connection that fails shows in the page.
        tokio::spawn(async move { pass(browser, to, script.as_deref()).await });
    }
}

async fn pass(mut browser: TcpStream, to: SocketAddr, script: Option<&str>) -> io::Result<()> {
    let mut server = TcpStream::connect(to).await?;
    let (head, rest) = head(&mut browser).await?;
    let upgrade = has(&head, "upgrade: websocket");
    let host = format!("Host: {to}");
    let origin = format!("Origin: http://{to}");
    let lines = head.lines().filter_map(|line| match name(line).as_str() {
        "host" => Some(host.clone()),
        "origin" => Some(origin.clone()),
        // One request a connection, so that the end of the answer is that of the connection.
        "connection" if !upgrade => Some("Connection: close".into()),
        "accept-encoding" => None,
        _ => Some(line.to_owned()),
    });
    server.write_all(&joined(lines)).await?;
    server.write_all(&rest).await?;
    if upgrade {
        tokio::io::copy_bidirectional(&mut browser, &mut server).await?;
        return Ok(());
    }
    let (head, mut body) = self::head(&mut server).await?;
    server.read_to_end(&mut body).await?;
    if has(&head, "content-type: text/html") {
        let page = String::from_utf8_lossy(&body);
        let script = script.unwrap_or_default().replace("</script", "<\\/script");
        let begin = format!("{PAGE_BEGINS}<script>{WATCH}\n{script}</script>");
        body = page.replacen(PAGE_BEGINS, &begin, 1).into_bytes();
    }
    let length = format!("Content-Length: {}", body.len());
    let lines = head.lines().filter_map(|line| match name(line).as_str() {
        "content-security-policy" => None,
        "content-length" => Some(length.clone()),
        _ => Some(line.to_owned()),
    });
    browser.write_all(&joined(lines)).await?;
    browser.write_all(&body).await?;
    browser.shutdown().await
}

/// The lines up to the empty one, and what came after it.
async fn head(from: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        let end = read.windows(HEAD_ENDS.len()).position(|at| at == HEAD_ENDS);
        if let Some(end) = end {
            let rest = read.split_off(end + HEAD_ENDS.len());
            read.truncate(end);
            return Ok((String::from_utf8_lossy(&read).into_owned(), rest));
        }
        if read.len() > HEAD || from.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

fn name(line: &str) -> String {
    let name = line.split_once(':').map_or("", |(name, _)| name);
    name.to_ascii_lowercase()
}

fn has(head: &str, start: &str) -> bool {
    let starts = |line: &str| line.to_ascii_lowercase().starts_with(start);
    head.lines().any(starts)
}

fn joined(lines: impl Iterator<Item = String>) -> Vec<u8> {
    let mut head = String::new();
    for line in lines {
        head.push_str(&line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

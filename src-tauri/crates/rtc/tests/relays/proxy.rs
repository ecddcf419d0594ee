//! A small HTTP proxy for tests: CONNECT with Basic authentication, and a count of what passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// `alice:p@ss`
const AUTHORIZATION: &str = "Basic YWxpY2U6cEBzcw==";

/// Dropping it stops it.
pub struct Proxy {
    pub port: u16,
    /// Where it was asked to connect to.
    pub asked: Arc<std::sync::Mutex<Vec<String>>>,
    /// Connections refused for want of credentials.
    pub refused: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let refused = Arc::new(AtomicU64::new(0));
        let (noted, counted) = (Arc::clone(&asked), Arc::clone(&refused));
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (noted, counted) = (Arc::clone(&noted), Arc::clone(&counted));
                tokio::spawn(async move {
                    if let Some(place) = serve(client, &counted, &noted).await {
                        tracing::debug!(place, "tunnel ended");
                    }
                });
            }
        });
        Self {
            port,
            asked,
            refused,
            task,
        }
    }
}

async fn serve(
    mut client: TcpStream,
    refused: &AtomicU64,
    asked: &std::sync::Mutex<Vec<String>>,
) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let place = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    if !head.contains(&format!("\r\nProxy-Authorization: {AUTHORIZATION}\r\n")) {
        refused.fetch_add(1, Ordering::Relaxed);
        let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        client.write_all(answer).await.ok()?;
        return None;
    }
    let mut server = TcpStream::connect(&place).await.ok()?;
    asked.lock().unwrap().push(place.clone());
    let answer = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n";
    client.write_all(answer).await.ok()?;
    let _ = copy_bidirectional(&mut client, &mut server).await;
    Some(place)
}

//! Requests over kept connections, as plain as they can be: the load must not cost more than what it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use crate::Result;

const CONNECTIONS: usize = 64;

pub struct Load {
    address: SocketAddr,
    request: Arc<Vec<u8>>,
}

/// How long each request took, sorted.
pub struct Times {
    each: Vec<Duration>,
    all: Duration,
}

impl Times {
    pub fn count(&self) -> usize {
        self.each.len()
    }

    pub fn per_second(&self) -> f64 {
        self.count() as f64 / self.all.as_secs_f64()
    }

    pub fn percentiles(&self) -> String {
        let of = |part: f64| {
            let at = (self.each.len() as f64 * part) as usize;
            self.each[at.min(self.each.len() - 1)].as_secs_f64() * 1e3
        };
        format!("{:.1}, {:.1}, {:.1} ms", of(0.5), of(0.99), of(1.0))
    }
}

impl Load {
    pub fn new(address: SocketAddr, invitation: &str) -> Self {
        let body = format!(r#"{{"invitation":"{invitation}"}}"#);
        let request = format!(
            "POST /v1/guests HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self {
            address,
            request: Arc::new(request.into_bytes()),
        }
    }

    /// As many as the connections can carry.
    pub async fn as_fast_as_possible(&self, count: usize) -> Result<Times> {
        self.run(count, None).await
    }

    /// So many a second. Time counts from when a request was due, whether or not a connection was free then.
    pub async fn at(&self, per_second: f64, count: usize) -> Result<Times> {
        self.run(count, Some(Duration::from_secs_f64(1.0 / per_second)))
            .await
    }

    async fn run(&self, count: usize, pace: Option<Duration>) -> Result<Times> {
        let next = Arc::new(AtomicUsize::new(0));
        let mut streams = Vec::new();
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let started = Instant::now();
        let mut tasks = Vec::new();
        for mut stream in streams {
            let (next, request) = (Arc::clone(&next), Arc::clone(&self.request));
            tasks.push(tokio::spawn(async move {
                let mut times = Vec::new();
                let mut buffer = Vec::with_capacity(8 << 10);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return Ok::<_, crate::Error>(times);
                    }
                    let due = match pace {
                        Some(pace) => {
                            let due = started + pace.mul_f64(number as f64);
                            sleep_until(due).await;
                            due
                        }
                        None => Instant::now(),
                    };
                    stream.write_all(&request).await?;
                    let status = answer(&mut stream, &mut buffer).await?;
                    if status != 200 {
                        return Err(format!("a guest got {status}").into());
                    }
                    times.push(Instant::now() - due);
                }
            }));
        }
        let mut each = Vec::new();
        for task in tasks {
            each.extend(task.await??);
        }
        let all = Instant::now() - started;
        each.sort();
        Ok(Times { each, all })
    }

    /// How many identities are kept ready.
    pub async fn pooled(&self) -> Result<usize> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        let (_, rest) = text.split_once("\"pool\":").ok_or("no pool")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Ok(digits.parse()?)
    }
}

/// Reads one whole answer; its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<u16> {
    buffer.clear();
    let (status, whole) = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
        let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?;
        let status = text.get(9..12).ok_or("no status")?.parse()?;
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .ok_or("no length")?
            .parse()?;
        break (status, head + 4 + length);
    };
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
    }
    Ok(status)
}

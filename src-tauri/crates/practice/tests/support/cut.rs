//! A cable to the server that can be cut.
#![allow(clippy::unwrap_used)]

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Cable {
    pub port: u16,
    cuts: watch::Sender<u32>,
}

impl Cable {
    /// Lays a cable to a port of this machine.
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cuts, cut) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let mut cut = cut.clone();
                cut.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(near, port, server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { port, cuts }
    }

    /// Cuts every connection; new ones work.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// The server insists on its own name, so the request's is corrected on the way.
async fn carry(mut near: TcpStream, port: u16, server: u16) {
    let mut far = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match near.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let text = String::from_utf8(request).unwrap();
    let text = text.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{server}"));
    if far.write_all(text.as_bytes()).await.is_ok() {
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

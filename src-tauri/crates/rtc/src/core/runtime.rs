//! The crate's runtime with sockets that lose and delay packets on purpose.

use std::future::Future;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::ReadBuf;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime,
    TokioRuntime, Transmit,
};

use crate::impairment::Impairment;
use crate::transceiver::lock;

/// Tokio, but for the sockets.
#[derive(Debug)]
pub(crate) struct ImpairedRuntime {
    pub impairment: Impairment,
}

impl Runtime for ImpairedRuntime {
    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn(future)
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        socket.set_nonblocking(true)?;
        Ok(Arc::new(ImpairedSocket {
            io: Arc::new(tokio::net::UdpSocket::from_std(socket)?),
            impairment: self.impairment,
            dice_in: Mutex::new(StdRng::seed_from_u64(self.impairment.seed)),
            dice_out: Mutex::new(StdRng::seed_from_u64(!self.impairment.seed)),
        }))
    }

    fn wrap_tcp_listener(
        &self,
        listener: std::net::TcpListener,
    ) -> io::Result<Arc<dyn AsyncTcpListener>> {
        TokioRuntime.wrap_tcp_listener(listener)
    }

    fn connect_tcp<'a>(
        &'a self,
        remote_addr: SocketAddr,
    ) -> Pin<Box<dyn Future<Output = io::Result<Arc<dyn AsyncTcpStream>>> + Send + 'a>> {
        Box::pin(async move { TokioRuntime.connect_tcp(remote_addr).await })
    }

    fn resolve_host<'a>(
        &'a self,
        host: &'a str,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>> {
        Box::pin(async move { TokioRuntime.resolve_host(host).await })
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        TokioRuntime.sleep(duration)
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        TokioRuntime.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        TokioRuntime.block_on(future);
    }
}

#[derive(Debug)]
struct ImpairedSocket {
    io: Arc<tokio::net::UdpSocket>,
    impairment: Impairment,
    dice_in: Mutex<StdRng>,
    dice_out: Mutex<StdRng>,
}

/// RTP and RTCP by their first byte (RFC 7983).
fn is_media(datagram: &[u8]) -> bool {
    datagram
        .first()
        .is_some_and(|byte| (128..=191).contains(byte))
}

fn falls(dice: &Mutex<StdRng>, share: f32) -> bool {
    share > 0.0 && lock(dice).random::<f32>() < share
}

impl AsyncUdpSocket for ImpairedSocket {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    fn poll_send(&self, cx: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
        let datagram = transmit.contents;
        if is_media(datagram) {
            if falls(&self.dice_out, self.impairment.loss_out) {
                return Poll::Ready(Ok(datagram.len()));
            }
            if !self.impairment.delay.is_zero() {
                let (io, delay) = (Arc::clone(&self.io), self.impairment.delay);
                let (copy, target) = (datagram.to_vec(), transmit.destination);
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    // What the network does not take is lost, as on a real one.
                    let _ = io.send_to(&copy, target).await;
                });
                return Poll::Ready(Ok(datagram.len()));
            }
        }
        self.io.poll_send_to(cx, datagram, transmit.destination)
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let (Some(buf), Some(meta)) = (bufs.first_mut(), meta.first_mut()) else {
            return Poll::Ready(Ok(0));
        };
        loop {
            let mut into = ReadBuf::new(buf);
            let from = match self.io.poll_recv_from(cx, &mut into) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(from)) => from,
            };
            let datagram = into.filled();
            if is_media(datagram) && falls(&self.dice_in, self.impairment.loss_in) {
                continue;
            }
            let length = datagram.len();
            *meta = RecvMeta::default();
            meta.addr = from;
            meta.len = length;
            meta.stride = length.max(1);
            return Poll::Ready(Ok(1));
        }
    }
}

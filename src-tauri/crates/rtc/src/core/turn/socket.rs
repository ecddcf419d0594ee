//! The crate's runtime with sockets that have [`Bridge`]'s servers on their network.

use std::future::Future;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime,
    Transmit,
};

use super::{Bridge, is_dummy};
use crate::transceiver::lock;

/// Datagrams from servers that wait for the driver; what is over holds the connection to the server up.
const INBOX: usize = 512;

/// Datagrams thrown away at a time before others get their turn.
const MOST_UNWANTED: usize = 64;

/// Another runtime, but for the sockets.
#[derive(Debug)]
pub(crate) struct BridgedRuntime {
    pub inner: Arc<dyn Runtime>,
    pub bridge: Arc<Bridge>,
}

impl Runtime for BridgedRuntime {
    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) -> Box<dyn JoinHandle> {
        self.inner.spawn(future)
    }

    fn spawn_reactor(
        &self,
        reactor_pool_size: usize,
        future: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Box<dyn JoinHandle> {
        self.inner.spawn_reactor(reactor_pool_size, future)
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        let inner = self.inner.wrap_udp_socket(socket)?;
        let (sender, inbox) = mpsc::channel(INBOX);
        Ok(Arc::new(BridgedSocket {
            local: inner.local_addr()?,
            inner,
            bridge: Arc::clone(&self.bridge),
            sender,
            inbox: Mutex::new(inbox),
            network_first: AtomicBool::new(false),
        }))
    }

    fn wrap_tcp_listener(
        &self,
        listener: std::net::TcpListener,
    ) -> io::Result<Arc<dyn AsyncTcpListener>> {
        self.inner.wrap_tcp_listener(listener)
    }

    fn connect_tcp<'a>(
        &'a self,
        remote_addr: SocketAddr,
    ) -> Pin<Box<dyn Future<Output = io::Result<Arc<dyn AsyncTcpStream>>> + Send + 'a>> {
        self.inner.connect_tcp(remote_addr)
    }

    fn resolve_host<'a>(
        &'a self,
        host: &'a str,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>> {
        match self.bridge.resolve(host) {
            Some(addresses) => Box::pin(async move { Ok(addresses) }),
            None => self.inner.resolve_host(host),
        }
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.inner.sleep(duration)
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        self.inner.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        self.inner.block_on(future);
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn yield_now(&self) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.inner.yield_now()
    }
}

#[derive(Debug)]
struct BridgedSocket {
    inner: Arc<dyn AsyncUdpSocket>,
    local: SocketAddr,
    bridge: Arc<Bridge>,
    sender: mpsc::Sender<(SocketAddr, Bytes)>,
    inbox: Mutex<mpsc::Receiver<(SocketAddr, Bytes)>>,
    /// Whose turn it is, so that neither side starves the other.
    network_first: AtomicBool,
}

impl Drop for BridgedSocket {
    fn drop(&mut self) {
        self.bridge.forget(self.local);
    }
}

impl BridgedSocket {
    fn poll_network(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        for _ in 0..MOST_UNWANTED {
            let received = self.inner.poll_recv(cx, bufs, meta);
            if received.is_pending() || !self.bridge.relays_alone() {
                return received;
            }
            if let Poll::Ready(Err(error)) = received {
                return Poll::Ready(Err(error));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_inbox(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<usize> {
        let mut inbox = lock(&self.inbox);
        let mut filled = 0;
        for (buf, meta) in bufs.iter_mut().zip(meta) {
            let Poll::Ready(Some((from, datagram))) = inbox.poll_recv(cx) else {
                break;
            };
            // What does not fit is cut off, as by a real socket.
            let length = datagram.len().min(buf.len());
            buf[..length].copy_from_slice(&datagram[..length]);
            *meta = RecvMeta::default();
            meta.addr = from;
            meta.len = length;
            meta.stride = length.max(1);
            filled += 1;
        }
        match filled {
            0 => Poll::Pending,
            filled => Poll::Ready(filled),
        }
    }
}

impl AsyncUdpSocket for BridgedSocket {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn poll_send(&self, cx: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
        if !is_dummy(transmit.destination) {
            if self.bridge.relays_alone() {
                return Poll::Ready(Ok(transmit.contents.len()));
            }
            return self.inner.poll_send(cx, transmit);
        }
        let whole = transmit.contents;
        let segment = transmit.segment_size.unwrap_or(whole.len()).max(1);
        for datagram in whole.chunks(segment) {
            let datagram = Bytes::copy_from_slice(datagram);
            let sent = self
                .bridge
                .send(self.local, transmit.destination, datagram, &self.sender);
            if let Err(error) = sent {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(whole.len()))
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let network_first = self.network_first.fetch_xor(true, Ordering::Relaxed);
        if network_first && let Poll::Ready(result) = self.poll_network(cx, bufs, meta) {
            return Poll::Ready(result);
        }
        if let Poll::Ready(filled) = self.poll_inbox(cx, bufs, meta) {
            return Poll::Ready(Ok(filled));
        }
        if network_first {
            Poll::Pending
        } else {
            self.poll_network(cx, bufs, meta)
        }
    }

    fn max_gso_segments(&self) -> usize {
        self.inner.max_gso_segments()
    }

    fn max_gro_segments(&self) -> usize {
        self.inner.max_gro_segments()
    }
}

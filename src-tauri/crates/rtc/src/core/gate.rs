//! The place of the crate's interceptor chain: everything between SRTP and the network passes here.
//!
//! The gate runs on the driver's task. It owns the real chain, binds streams to it from our own model before
//! their first packet passes, hands what has arrived to the receiving task, and puts what we send into the chain.
//! Nothing goes on to the crate's own tracks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::sansio::Protocol;
use rtc::shared::TransportContext;
use rtc::shared::error::Error;

use super::wire::{ChainCommand, Inbound, Outbox, Wire};
use crate::transceiver::lock;

pub(crate) struct Gate {
    chain: Box<dyn Interceptor>,
    wire: Arc<Wire>,
}

impl Gate {
    pub(crate) fn new(chain: impl Interceptor + 'static, wire: Arc<Wire>) -> Self {
        Self {
            chain: Box::new(chain),
            wire,
        }
    }

    /// Does what the rest of the engine has asked for since the last time.
    fn flush(&mut self, now: Instant) -> Result<(), Error> {
        let Outbox {
            commands,
            rtp,
            rtcp,
        } = std::mem::take(&mut *lock(&self.wire.outbox));
        self.obey(commands);
        let packets = rtcp
            .into_iter()
            .map(Packet::Rtcp)
            .chain(rtp.into_iter().map(Packet::Rtp));
        for packet in packets {
            self.chain.handle_write(TaggedPacket {
                now,
                transport: TransportContext::default(),
                message: packet.into(),
            })?;
        }
        Ok(())
    }

    fn obey(&mut self, commands: Vec<ChainCommand>) {
        for command in commands {
            match command {
                ChainCommand::BindLocal(info) => self.chain.bind_local_stream(&info),
                ChainCommand::UnbindLocal(info) => self.chain.unbind_local_stream(&info),
                ChainCommand::UnbindRemote(info) => self.chain.unbind_remote_stream(&info),
            }
        }
    }

    fn drain(&mut self) {
        while let Some(tagged) = self.chain.poll_read() {
            let Packet::Rtp(packet) = tagged.message.packet else {
                continue;
            };
            let destination =
                lock(&self.wire.demux).destination(packet.header.ssrc, packet.header.payload_type);
            match destination {
                Some(destination) => self.wire.deliver(Inbound {
                    destination,
                    packet,
                    at: self.wire.clock.now(),
                }),
                None => {
                    self.wire.strays.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Gate {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &msg.message.packet {
            // Streams that ended must be gone before one of the same number may begin.
            let commands = std::mem::take(&mut lock(&self.wire.outbox).commands);
            self.obey(commands);
            let changes = lock(&self.wire.demux).admit(&packet.header);
            let Some(changes) = changes else {
                self.wire.strays.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            };
            for info in &changes.unbind {
                self.chain.unbind_remote_stream(info);
            }
            for info in &changes.bind {
                self.chain.bind_remote_stream(info);
            }
        }
        self.chain.handle_read(msg)?;
        self.drain();
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.drain();
        None
    }

    fn handle_write(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        let now = msg.now;
        match &msg.message.packet {
            Packet::Rtcp(packets) if packets.is_empty() => self.flush(now),
            _ => self.chain.handle_write(msg),
        }
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.chain.poll_write()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.flush(now)?;
        self.chain.handle_timeout(now)?;
        self.drain();
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.chain.poll_timeout()
    }

    fn close(&mut self) -> Result<(), Error> {
        self.chain.close()
    }
}

impl Interceptor for Gate {
    // The crate's own m-line carries nothing, so its streams are none of the chain's business.
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}

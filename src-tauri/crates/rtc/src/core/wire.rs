//! What the gate and the rest of the engine share: queues to the network and back. Never blocks.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use foyer_media::clock::{MediaTime, SharedClock};
use rtc::interceptor::StreamInfo;
use rtc::rtcp;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtp;
use tokio::sync::{Notify, mpsc};

use super::route::{Demux, Destination, Route};
use crate::transceiver::{TransceiverId, lock};

/// Packets that wait for the driver: some frames of high-rate video.
const OUT_LIMIT: usize = 2_048;
/// Packets that wait for the receiving task.
pub(crate) const IN_LIMIT: usize = 4_096;

/// A packet that has passed the chain.
pub(crate) struct Inbound {
    pub destination: Destination,
    pub packet: rtp::Packet,
    pub at: MediaTime,
}

pub(crate) enum ChainCommand {
    BindLocal(StreamInfo),
    UnbindLocal(StreamInfo),
    UnbindRemote(StreamInfo),
}

#[derive(Default)]
pub(crate) struct Outbox {
    pub commands: Vec<ChainCommand>,
    pub rtp: VecDeque<rtp::Packet>,
    /// Compound packets.
    pub rtcp: VecDeque<Vec<Box<dyn rtcp::Packet>>>,
}

/// See the module.
pub(crate) struct Wire {
    pub clock: SharedClock,
    /// Wakes the task that has the driver look into the outbox.
    pub nudge: Notify,
    pub outbox: Mutex<Outbox>,
    pub demux: Mutex<Demux>,
    inbound: mpsc::Sender<Inbound>,
    connected: AtomicBool,
    /// Packets that belonged to no m-line.
    pub strays: AtomicU64,
    /// Packets that the receiving task was too slow for.
    pub overruns: AtomicU64,
}

impl Wire {
    pub(crate) fn new(clock: SharedClock) -> (Self, mpsc::Receiver<Inbound>) {
        let (inbound, received) = mpsc::channel(IN_LIMIT);
        let wire = Self {
            clock,
            nudge: Notify::new(),
            outbox: Mutex::default(),
            demux: Mutex::default(),
            inbound,
            connected: AtomicBool::new(false),
            strays: AtomicU64::new(0),
            overruns: AtomicU64::new(0),
        };
        (wire, received)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Acquire)
    }

    pub(crate) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::Release);
        if !connected {
            lock(&self.outbox).rtp.clear();
        }
    }

    /// Queues all of these packets or, if there is no room, none.
    pub(crate) fn send(&self, packets: Vec<rtp::Packet>) -> bool {
        {
            let mut outbox = lock(&self.outbox);
            if outbox.rtp.len() + packets.len() > OUT_LIMIT {
                return false;
            }
            outbox.rtp.extend(packets);
        }
        self.nudge.notify_one();
        true
    }

    /// Sends feedback as a compound packet, which begins with a report (RFC 3550 §6.1): some servers look for the
    /// sender of feedback there alone and drop what comes without.
    pub(crate) fn feedback(&self, sender: u32, packet: Box<dyn rtcp::Packet>) {
        let report = ReceiverReport {
            ssrc: sender,
            ..ReceiverReport::default()
        };
        let compound: Vec<Box<dyn rtcp::Packet>> = vec![Box::new(report), packet];
        lock(&self.outbox).rtcp.push_back(compound);
        self.nudge.notify_one();
    }

    pub(crate) fn command(&self, command: ChainCommand) {
        lock(&self.outbox).commands.push(command);
    }

    pub(crate) fn set_routes(&self, routes: Vec<Route>) {
        let changes = lock(&self.demux).set_routes(routes);
        let mut outbox = lock(&self.outbox);
        outbox
            .commands
            .extend(changes.unbind.into_iter().map(ChainCommand::UnbindRemote));
    }

    /// Takes every stream for new, because the chain is.
    pub(crate) fn forget_streams(&self) {
        lock(&self.demux).forget();
        lock(&self.outbox).commands.clear();
    }

    pub(crate) fn streams_of(&self, transceiver: TransceiverId) -> Vec<u32> {
        lock(&self.demux).streams_of(transceiver)
    }

    /// The stream that repairs this one, as far as it is known.
    pub(crate) fn rtx_of(&self, ssrc: u32) -> Option<u32> {
        lock(&self.demux).rtx_of(ssrc)
    }

    pub(crate) fn deliver(&self, inbound: Inbound) {
        if self.inbound.try_send(inbound).is_err() {
            self.overruns.fetch_add(1, Ordering::Relaxed);
        }
    }
}

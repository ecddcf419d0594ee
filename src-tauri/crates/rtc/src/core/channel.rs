//! A data channel's tasks: the crate's channel on one side, our handle on the other.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::{mpsc, oneshot, watch};
use webrtc::data_channel::{
    DataChannel as Core, DataChannelEvent as CoreEvent, RTCDataChannelState,
};
use webrtc::peer_connection::{PeerConnection, RTCStatsReportEntry, StatsSelector};
use webrtc::runtime::{Runtime, TokioRuntime};

use super::announced::Events;
use super::numbers::Numbers;
use crate::data_channel::{
    COMMAND_QUEUE, Channel, Counters, DataChannel, DataChannelError, DataChannelEvent,
    DataChannelInit, DataChannelState, DataCommand, DataMessage, EVENT_QUEUE,
};

/// How often what is buffered is looked at while there is something.
const BUFFER_TICK: Duration = Duration::from_millis(10);
/// The core tells the end of a channel at once, or, if the association is gone, never.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// The crate's own channel.
pub(crate) type CoreChannel = Arc<dyn Core>;

/// The crate's side of a channel.
pub(crate) struct Attached {
    pub events: Events<CoreChannel>,
    pub side: Side,
}

/// What both tasks of a channel need.
#[derive(Clone)]
pub(crate) struct Side {
    pub core: CoreChannel,
    pub connection: Weak<dyn PeerConnection>,
    pub numbers: Numbers,
    /// This side chose its stream id, or will.
    pub numbered_here: bool,
}

/// Makes a channel that waits for its side of the crate. Dropping the sender closes it.
pub(crate) fn prepare(
    number: u32,
    label: String,
    init: DataChannelInit,
    limit: Arc<AtomicU64>,
) -> (DataChannel, oneshot::Sender<Attached>) {
    let (attach, attached) = oneshot::channel();
    let (commands, received_commands) = mpsc::channel(COMMAND_QUEUE);
    let (state, watched_state) = watch::channel(DataChannelState::Connecting);
    let (buffered, watched_buffered) = watch::channel(0);
    let (events, received_events) = mpsc::channel(EVENT_QUEUE);
    let channel = Arc::new(Channel {
        number,
        label,
        init,
        id: OnceLock::new(),
        low_threshold: AtomicU32::new(0),
        limit,
        counters: Counters::default(),
    });
    let tasks = Tasks {
        channel: Arc::clone(&channel),
        state: Arc::new(state),
        events,
    };
    tokio::spawn(tasks.run(attached, received_commands, buffered));
    let handle = DataChannel {
        channel,
        commands,
        state: watched_state,
        buffered: watched_buffered,
        events: Arc::new(Mutex::new(Some(received_events))),
    };
    (handle, attach)
}

enum Next {
    Command(Option<DataCommand>),
    Closed,
    Look,
}

fn is_closed(state: &DataChannelState) -> bool {
    *state == DataChannelState::Closed
}

#[derive(Clone)]
struct Tasks {
    channel: Arc<Channel>,
    state: Arc<watch::Sender<DataChannelState>>,
    events: mpsc::Sender<DataChannelEvent>,
}

impl Tasks {
    async fn run(
        self,
        mut attached: oneshot::Receiver<Attached>,
        mut commands: mpsc::Receiver<DataCommand>,
        buffered: watch::Sender<u64>,
    ) {
        let attached = loop {
            tokio::select! {
                attached = &mut attached => break attached.ok(),
                command = commands.recv() => match command {
                    Some(DataCommand::Send(_, done)) => {
                        // The sender may have lost interest.
                        let _ = done.send(Err(DataChannelError::NotOpen));
                    }
                    Some(DataCommand::Close) | None => break None,
                },
            }
        };
        let Some(attached) = attached else {
            self.end(false).await;
            return;
        };
        let Attached { events, side } = attached;
        tokio::spawn(self.clone().read(side.clone(), events));
        self.write(side, commands, buffered).await;
    }

    /// Moves on; never back.
    fn enter(&self, next: DataChannelState) -> bool {
        self.state.send_if_modified(|state| {
            let moves = *state < next;
            if moves {
                *state = next;
            }
            moves
        })
    }

    async fn tell(&self, event: DataChannelEvent) {
        // Without a reader events are dropped; with a slow one SCTP holds the far side back.
        if self.events.send(event).await.is_err() {
            tracing::trace!("data channel event without a reader");
        }
    }

    async fn begin_closing(&self) {
        if self.enter(DataChannelState::Closing) {
            self.tell(DataChannelEvent::Closing).await;
        }
    }

    async fn end(&self, failed: bool) {
        self.begin_closing().await;
        if self.enter(DataChannelState::Closed) {
            self.tell(DataChannelEvent::Closed { failed }).await;
        }
    }

    async fn open(&self, connection: &Weak<dyn PeerConnection>, handle: usize) {
        if *self.state.borrow() != DataChannelState::Connecting {
            return;
        }
        let known = self.channel.init.negotiated;
        let id = match known {
            Some(id) => Some(id),
            None => stream_id(connection, handle).await,
        };
        if let Some(id) = id {
            // Set once: a channel opens once.
            let _ = self.channel.id.set(id);
        }
        if self.enter(DataChannelState::Open) {
            self.tell(DataChannelEvent::Open).await;
        }
    }

    async fn read(self, side: Side, mut events: Events<CoreChannel>) {
        let Side {
            core, connection, ..
        } = &side;
        let counters = &self.channel.counters;
        let mut failed = true;
        // Of a channel that both sides know of, the core does not tell that it is open from the beginning.
        if matches!(core.ready_state().await, Ok(RTCDataChannelState::Open)) {
            self.open(connection, core.id()).await;
        }
        while let Some(event) = events.next().await {
            match event {
                CoreEvent::OnOpen => self.open(connection, core.id()).await,
                CoreEvent::OnMessage(message) => {
                    let data = message.data.freeze();
                    counters.messages_received.fetch_add(1, Ordering::Relaxed);
                    counters
                        .bytes_received
                        .fetch_add(data.len() as u64, Ordering::Relaxed);
                    let message = if message.is_string {
                        DataMessage::Text(String::from_utf8_lossy(&data).into_owned())
                    } else {
                        DataMessage::Binary(data)
                    };
                    self.tell(DataChannelEvent::Message(message)).await;
                }
                CoreEvent::OnClosing => self.begin_closing().await,
                CoreEvent::OnClose => {
                    failed = false;
                    break;
                }
                CoreEvent::OnError => break,
                _ => {}
            }
        }
        if let Some(number) = self.number(&side) {
            side.numbers.closed(connection, number).await;
        }
        self.end(failed).await;
    }

    /// The stream id, if this side has chosen it.
    fn number(&self, side: &Side) -> Option<u16> {
        let number = self.channel.id.get().copied();
        number.filter(|_| side.numbered_here)
    }

    async fn write(
        self,
        side: Side,
        mut commands: mpsc::Receiver<DataCommand>,
        buffered: watch::Sender<u64>,
    ) {
        let core = &side.core;
        let mut state = self.state.subscribe();
        loop {
            let waiting = *buffered.borrow() > 0;
            let closed = async { state.wait_for(is_closed).await.is_ok() };
            let command = tokio::select! {
                command = commands.recv() => Next::Command(command),
                _ = closed => Next::Closed,
                () = tokio::time::sleep(BUFFER_TICK), if waiting => Next::Look,
            };
            let command = match command {
                Next::Command(command) => command,
                Next::Closed => return,
                Next::Look => {
                    self.look(&**core, &buffered).await;
                    continue;
                }
            };
            match command {
                Some(DataCommand::Send(message, done)) => {
                    let result = self.send(&**core, message).await;
                    self.look(&**core, &buffered).await;
                    // The sender may have lost interest.
                    let _ = done.send(result);
                }
                Some(DataCommand::Close) | None => break,
            }
        }
        self.begin_closing().await;
        while self.look(&**core, &buffered).await > 0 && *state.borrow() != DataChannelState::Closed
        {
            tokio::time::sleep(BUFFER_TICK).await;
        }
        let number = self.number(&side);
        let Side {
            numbers,
            connection,
            ..
        } = &side;
        numbers.close(core, connection, number).await;
        let closed = async { state.wait_for(is_closed).await.is_ok() };
        if tokio::time::timeout(CLOSE_LIMIT, closed).await.is_err() {
            self.end(false).await;
        }
    }

    /// Reads what is buffered now, and tells when it has become little.
    async fn look(&self, core: &dyn Core, buffered: &watch::Sender<u64>) -> u64 {
        let now = core.outstanding_bytes().await.unwrap_or(0) as u64;
        let before = buffered.send_replace(now);
        let threshold = u64::from(self.channel.low_threshold.load(Ordering::Acquire));
        if before > threshold && now <= threshold {
            // From here, not through the reader's task, so that a slow reader does not hold sending back.
            if self
                .events
                .try_send(DataChannelEvent::BufferedAmountLow)
                .is_err()
            {
                tracing::debug!("nobody reads that a data channel has room");
            }
        }
        now
    }

    async fn send(&self, core: &dyn Core, message: DataMessage) -> Result<(), DataChannelError> {
        match *self.state.borrow() {
            DataChannelState::Connecting => return Err(DataChannelError::NotOpen),
            DataChannelState::Open => {}
            _ => return Err(DataChannelError::Closed),
        }
        let (sent, size) = match message {
            DataMessage::Text(text) => (core.send_text(&text).await, text.len()),
            DataMessage::Binary(bytes) => {
                (core.send(BytesMut::from(&bytes[..])).await, bytes.len())
            }
        };
        sent.map_err(|error| DataChannelError::Refused(error.to_string()))?;
        let counters = &self.channel.counters;
        counters.messages_sent.fetch_add(1, Ordering::Relaxed);
        counters
            .bytes_sent
            .fetch_add(size as u64, Ordering::Relaxed);
        Ok(())
    }
}

/// The crate tells stream ids in its statistics alone.
async fn stream_id(connection: &Weak<dyn PeerConnection>, handle: usize) -> Option<u16> {
    let connection = connection.upgrade()?;
    let report = connection
        .get_stats(TokioRuntime.now(), StatsSelector::None)
        .await;
    let wanted = format!("RTCDataChannel_{handle}");
    report.iter().find_map(|entry| match entry {
        RTCStatsReportEntry::DataChannel(channel) if channel.stats.id == wanted => {
            Some(channel.data_channel_identifier)
        }
        _ => None,
    })
}

/// What the far side has said of a channel that it opened.
pub(crate) async fn described(core: &dyn Core) -> (String, DataChannelInit) {
    let init = DataChannelInit {
        ordered: core.ordered().await.unwrap_or(true),
        max_packet_life_time: core.max_packet_life_time().await.unwrap_or_default(),
        max_retransmits: core.max_retransmits().await.unwrap_or_default(),
        protocol: core.protocol().await.unwrap_or_default(),
        negotiated: None,
    };
    (core.label().await.unwrap_or_default(), init)
}

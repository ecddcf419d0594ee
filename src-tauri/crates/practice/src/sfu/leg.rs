//! One participant's media connection: keeps its m-lines as the meeting wants them, by offers, one at a time.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::encoded::VideoCodec;
use foyer_rtc::{
    Candidate, Config, ConnectionState, Direction, Event, NegotiationError, PeerConnection,
    SdpKind, Transceiver, TransceiverId, TransceiverInit,
};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::lines::{Change, Desired, Source, change};
use super::pump::{self, Pump};
use crate::protocol::{Refusal, ServerMessage, Track, TrackKind, Watch};

/// A client that does not answer an offer for this long is broken.
const ANSWER_PATIENCE: Duration = Duration::from_secs(30);
/// Commands that may wait.
const COMMANDS: usize = 256;

/// From the client, by way of the meeting.
#[derive(Debug)]
pub(crate) enum LegCommand {
    Answer {
        negotiation: u64,
        sdp: String,
    },
    Candidate(Candidate),
    Watch(Vec<Watch>),
    RestartIce,
    /// Signalling was interrupted: what was said last may be lost.
    Resume,
}

/// To the meeting.
#[derive(Debug)]
pub(crate) enum LegEvent {
    Send(ServerMessage),
    State(ConnectionState),
    /// The end of this leg.
    Failed(Refusal),
}

/// What a leg is made from.
pub(crate) struct LegOptions {
    pub participant: String,
    pub rtc: Config,
    pub clock: SharedClock,
    pub desired: Desired,
    pub events: mpsc::Sender<(String, LegEvent)>,
}

/// Handle; dropping it closes the connection.
pub(crate) struct Leg {
    commands: mpsc::Sender<LegCommand>,
    desired: watch::Sender<Desired>,
}

impl Leg {
    pub(crate) fn start(options: LegOptions) -> Self {
        let (commands, inbox) = mpsc::channel(COMMANDS);
        let (desired, wanted) = watch::channel(options.desired.clone());
        tokio::spawn(run(options, inbox, wanted));
        Self { commands, desired }
    }

    /// Passes a command on; false if the leg cannot keep up or is gone.
    pub(crate) fn command(&self, command: LegCommand) -> bool {
        self.commands.try_send(command).is_ok()
    }

    /// Sets what there is to send and receive from now on.
    pub(crate) fn want(&self, desired: Desired) {
        self.desired.send_replace(desired);
    }
}

struct Line {
    transceiver: Transceiver,
    source: Source,
    pump: Option<Pump>,
    /// The codec for which the line was made anew, successfully or not.
    made_for: Option<VideoCodec>,
}

impl Line {
    /// Whether the line cannot carry what the publisher turned out to send, and a new one might.
    fn misfits(&self) -> bool {
        let Source::Video(source) = &self.source else {
            return false;
        };
        let (agreed, sent) = (self.transceiver.codec(), source.codec());
        agreed.is_some() && sent.is_some() && agreed != sent && self.made_for != sent
    }
}

struct Pending {
    negotiation: u64,
    sdp: String,
    tracks: Vec<Track>,
    give_up: Instant,
}

struct Task {
    me: String,
    clock: SharedClock,
    connection: PeerConnection,
    events: mpsc::Sender<(String, LegEvent)>,
    up: BTreeMap<TrackKind, Line>,
    down: BTreeMap<(String, TrackKind), Line>,
    watched: Option<HashMap<(String, TrackKind), bool>>,
    negotiation: u64,
    pending: Option<Pending>,
    dirty: bool,
}

impl Drop for Task {
    fn drop(&mut self) {
        for line in self.down.values() {
            line.source.unsubscribe(&self.me);
        }
    }
}

async fn run(
    options: LegOptions,
    mut inbox: mpsc::Receiver<LegCommand>,
    mut wanted: watch::Receiver<Desired>,
) {
    let (connection, mut happened) = match PeerConnection::open(options.rtc).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "no media connection");
            let failed = LegEvent::Failed(Refusal::MediaUnavailable);
            let _ = options.events.send((options.participant, failed)).await;
            return;
        }
    };
    let mut task = Task {
        me: options.participant,
        clock: options.clock,
        connection: connection.clone(),
        events: options.events,
        up: BTreeMap::new(),
        down: BTreeMap::new(),
        watched: None,
        negotiation: 0,
        pending: None,
        dirty: false,
    };
    wanted.mark_changed();
    loop {
        let give_up = task.pending.as_ref().map(|pending| pending.give_up);
        let outcome = tokio::select! {
            command = inbox.recv() => match command {
                Some(command) => task.command(command).await,
                None => break,
            },
            event = happened.recv() => match event {
                Some(event) => { task.happened(event).await; Ok(()) }
                None => break,
            },
            changed = wanted.changed(), if task.pending.is_none() => match changed {
                Ok(()) => Ok(()),
                Err(_) => break,
            },
            () = sleep_until(give_up.unwrap_or_else(Instant::now)), if give_up.is_some() => Err(Refusal::Negotiation),
        };
        let outcome = match outcome {
            Ok(()) if task.pending.is_none() => {
                let desired = wanted.borrow_and_update().clone();
                task.settle(&desired).await
            }
            other => other,
        };
        if let Err(refusal) = outcome {
            task.tell(LegEvent::Failed(refusal)).await;
            break;
        }
    }
    drop(task);
    connection.close().await;
}

impl Task {
    async fn tell(&self, event: LegEvent) {
        // A meeting that is gone closes this leg as well.
        let _ = self.events.send((self.me.clone(), event)).await;
    }

    async fn command(&mut self, command: LegCommand) -> Result<(), Refusal> {
        match command {
            LegCommand::Answer { negotiation, sdp } => self.answer(negotiation, &sdp).await?,
            LegCommand::Candidate(candidate) => self.candidate(candidate).await,
            LegCommand::Watch(feeds) => self.watch(&feeds),
            LegCommand::RestartIce => {
                self.connection.restart_ice();
                self.dirty = true;
            }
            LegCommand::Resume => {
                if let Some(pending) = &self.pending {
                    self.tell(LegEvent::Send(pending.message())).await;
                }
                if self.connection.state() != ConnectionState::Connected {
                    self.connection.restart_ice();
                }
                self.dirty = true;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, negotiation: u64, sdp: &str) -> Result<(), Refusal> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        if pending.negotiation != negotiation {
            self.pending = Some(pending);
            return Ok(());
        }
        let applied = self
            .connection
            .set_remote_description(SdpKind::Answer, sdp)
            .await;
        if let Err(error) = applied {
            tracing::info!(%error, participant = %self.me, "answer refused");
            return Err(Refusal::Negotiation);
        }
        Ok(())
    }

    async fn candidate(&self, candidate: Candidate) {
        if let Err(error) = self.connection.add_candidate(candidate).await {
            tracing::debug!(%error, participant = %self.me, "candidate refused");
            self.tell(LegEvent::Send(Refusal::Negotiation.message()))
                .await;
        }
    }

    fn watch(&mut self, feeds: &[Watch]) {
        let watched: HashMap<(String, TrackKind), bool> = feeds
            .iter()
            .map(|feed| ((feed.participant.clone(), feed.kind), feed.refresh))
            .collect();
        let now = self.clock.now();
        for (key, line) in &self.down {
            if let Source::Video(source) = &line.source {
                let refresh = watched.get(key).copied();
                source.watch(&self.me, refresh.is_some(), refresh == Some(true), now);
            }
        }
        self.watched = Some(watched);
    }

    async fn happened(&self, event: Event) {
        match event {
            Event::Candidate(candidate) => {
                self.tell(LegEvent::Send(ServerMessage::Candidate { candidate }))
                    .await;
            }
            Event::Connection(state) => {
                tracing::debug!(participant = %self.me, ?state, "media connection");
                self.tell(LegEvent::State(state)).await;
            }
            Event::KeyFrameWanted(id) => self.key_frame_wanted(id),
            Event::CandidateError(_)
            | Event::NegotiationNeeded
            | Event::IceGathering(_)
            | Event::IceConnection(_)
            | Event::Dtls(_)
            | Event::SelectedPair(_)
            | Event::TrackFlowing(_)
            | Event::Track { .. }
            | Event::TrackEnded(_)
            | Event::Bandwidth(_)
            | Event::DataChannel(_) => {}
        }
    }

    fn key_frame_wanted(&self, id: TransceiverId) {
        let line = self.down.values().find(|line| line.transceiver.id() == id);
        if let Some(Line {
            source: Source::Video(source),
            ..
        }) = line
        {
            source.want_key(self.clock.now());
        }
    }

    /// Makes the lines what is wanted, and offers if anything changed. Only between negotiations.
    async fn settle(&mut self, desired: &Desired) -> Result<(), Refusal> {
        let engine = |error: NegotiationError| {
            tracing::warn!(%error, "the lines could not be changed");
            Refusal::Negotiation
        };
        let up = change(&self.up, &desired.up);
        let mut down = change(&self.down, &desired.down);
        let misfits = self.down.iter().filter(|(_, line)| line.misfits());
        for key in misfits.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            if !down.gone.contains(&key) {
                down.gone.push(key.clone());
                down.new.push(key);
            }
        }
        self.dirty |= !(up.is_empty() && down.is_empty());
        self.end(&up, &down);
        self.reattach(desired);
        for kind in up.new {
            let source = desired.up[&kind].clone();
            let transceiver = self
                .connection
                .add_transceiver(source.media_kind(), TransceiverInit::recv_only())
                .await
                .map_err(engine)?;
            let pump = Some(pump::start(&transceiver, &source, self.clock.clone()));
            let line = Line {
                transceiver,
                source,
                pump,
                made_for: None,
            };
            self.up.insert(kind, line);
        }
        for key in down.new {
            let source = desired.down[&key].clone();
            let (stream, track) = ids(&key);
            let mut init = TransceiverInit::send_only(stream, track);
            init.codecs = source.codecs();
            let transceiver = self
                .connection
                .add_transceiver(source.media_kind(), init)
                .await
                .map_err(engine)?;
            self.subscribe(&key, &source, &transceiver);
            let made_for = match &source {
                Source::Video(source) => source.codec(),
                Source::Audio(_) => None,
            };
            let line = Line {
                transceiver,
                source,
                pump: None,
                made_for,
            };
            self.down.insert(key, line);
        }
        if std::mem::take(&mut self.dirty) {
            self.offer().await.map_err(engine)?;
        }
        Ok(())
    }

    fn end(&mut self, up: &Change<TrackKind>, down: &Change<(String, TrackKind)>) {
        let me = &self.me;
        let ended_up = up.gone.iter().filter_map(|kind| self.up.remove(kind));
        let ended_down = down.gone.iter().filter_map(|key| self.down.remove(key));
        for line in ended_up {
            line.transceiver.stop();
        }
        for line in ended_down {
            line.source.unsubscribe(me);
            line.transceiver.stop();
        }
    }

    /// A stream that stopped and started again between two looks is another stream on the same line.
    fn reattach(&mut self, desired: &Desired) {
        for (kind, line) in &mut self.up {
            let source = &desired.up[kind];
            if !source.is(&line.source) {
                line.source = source.clone();
                line.pump = None;
                line.pump = Some(pump::start(&line.transceiver, source, self.clock.clone()));
            }
        }
        let mut moved = Vec::new();
        for (key, line) in &mut self.down {
            let source = &desired.down[key];
            if !source.is(&line.source) {
                line.source.unsubscribe(&self.me);
                line.source = source.clone();
                moved.push((key.clone(), source.clone(), line.transceiver.clone()));
            }
        }
        for (key, source, transceiver) in moved {
            self.subscribe(&key, &source, &transceiver);
        }
    }

    fn subscribe(&self, key: &(String, TrackKind), source: &Source, transceiver: &Transceiver) {
        let watched = self
            .watched
            .as_ref()
            .is_none_or(|watched| watched.contains_key(key));
        source.subscribe(&self.me, transceiver, watched, self.clock.now());
    }

    async fn offer(&mut self) -> Result<(), NegotiationError> {
        let sdp = self.connection.create_offer().await?;
        self.connection
            .set_local_description(SdpKind::Offer, &sdp)
            .await?;
        self.negotiation += 1;
        let pending = Pending {
            negotiation: self.negotiation,
            sdp,
            tracks: self.tracks(),
            give_up: Instant::now() + ANSWER_PATIENCE,
        };
        self.tell(LegEvent::Send(pending.message())).await;
        self.pending = Some(pending);
        Ok(())
    }

    fn tracks(&self) -> Vec<Track> {
        let own = self.up.iter().map(|(kind, line)| (&self.me, *kind, line));
        let others = self
            .down
            .iter()
            .map(|((who, kind), line)| (who, *kind, line));
        own.chain(others)
            .filter(|(_, _, line)| line.transceiver.direction() != Direction::Inactive)
            .filter_map(|(who, kind, line)| {
                Some(Track {
                    mid: line.transceiver.mid()?,
                    participant: who.clone(),
                    kind,
                })
            })
            .collect()
    }
}

impl Pending {
    fn message(&self) -> ServerMessage {
        ServerMessage::Offer {
            negotiation: self.negotiation,
            sdp: self.sdp.clone(),
            tracks: self.tracks.clone(),
        }
    }
}

/// Stream and track id of a line. Microphone and camera of one person play in step; a share stands alone.
fn ids((who, kind): &(String, TrackKind)) -> (String, String) {
    match kind {
        TrackKind::Audio => (who.clone(), format!("{who}-audio")),
        TrackKind::Camera => (who.clone(), format!("{who}-camera")),
        TrackKind::Share => (format!("{who}-share"), format!("{who}-share-video")),
    }
}

//! The actor of one `RTCPeerConnection`: obeys the page in order, and tells it what the engine says.

mod line;
mod negotiated;
mod snapshot;
mod stats;
pub(crate) mod wire;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use foyer_contract::bridge::command::ChannelInit;
use foyer_contract::bridge::connection::{
    CandidateInit, Configuration, Description, Encoding, MediaKind, SdpType,
};
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_contract::bridge::{Command, Event, Handle};
use foyer_rtc as rtc;
use foyer_rtc::{PeerConnection, TransceiverId};
use tokio::sync::mpsc;

use crate::channel::{self, Sends};
use crate::page::{Object, Ordered, Page};
use crate::trouble;
use line::Line;

/// How long a closing connection may take to say goodbye.
pub(crate) const GOODBYE: Duration = Duration::from_millis(500);
/// Between two reports of who is heard.
const SOURCES_EVERY: Duration = Duration::from_millis(100);

/// Runs until the page closes it; dropping the task closes it too.
pub(crate) async fn run(
    page: Arc<Page>,
    handle: Handle,
    configuration: Configuration,
    mut commands: mpsc::Receiver<Ordered>,
) {
    let (pc, mut events) = match PeerConnection::open(config(&page, configuration)).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "no connection");
            refuse(&page, &error, commands).await;
            return;
        }
    };
    let mut connection = Connection {
        page,
        handle,
        pc,
        lines: HashMap::new(),
        by_id: HashMap::new(),
        transport: Transport::default(),
        bandwidth: None,
    };
    let mut sources = tokio::time::interval(SOURCES_EVERY);
    sources.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            ordered = commands.recv() => match ordered {
                Some((_, Command::PcClose { .. })) | None => break,
                Some((seq, command)) => connection.obey(seq, command).await,
            },
            Some(event) = events.recv() => connection.hear(event).await,
            _ = sources.tick(), if connection.tells_sources() => connection.tell_sources().await,
        }
    }
    connection.pc.close().await;
}

async fn refuse(page: &Page, error: &rtc::OpenError, mut commands: mpsc::Receiver<Ordered>) {
    while let Some((seq, command)) = commands.recv().await {
        if matches!(command, Command::PcClose { .. }) {
            return;
        }
        page.answer(seq, Err(trouble::of_opening(error))).await;
    }
}

fn config(page: &Page, configuration: Configuration) -> rtc::Config {
    let surroundings = &page.house.surroundings;
    let certificate = configuration.certificates.first();
    rtc::Config {
        certificate: certificate.and_then(|handle| page.objects().certificate(*handle)),
        ice_servers: wire::ice_servers(configuration.ice_servers),
        relay_only: configuration.relay_only,
        bind: surroundings.bind.clone(),
        ..rtc::Config::new(Arc::clone(&surroundings.clock))
    }
}

/// States as they were told last.
#[derive(Default)]
struct Transport {
    ice: rtc::IceConnectionState,
    dtls: rtc::DtlsState,
    pair: Option<rtc::SelectedPair>,
}

struct Connection {
    page: Arc<Page>,
    handle: Handle,
    pc: PeerConnection,
    /// By the transceiver's handle.
    lines: HashMap<Handle, Line>,
    by_id: HashMap<TransceiverId, Handle>,
    transport: Transport,
    bandwidth: Option<u32>,
}

type Outcome = Result<Answer, WireError>;

impl Connection {
    async fn obey(&mut self, seq: u32, command: Command) {
        let outcome = match command {
            Command::PcCreateOffer { .. } => sdp(self.pc.create_offer().await),
            Command::PcCreateAnswer { .. } => sdp(self.pc.create_answer().await),
            Command::PcSetLocal { description, .. } => self.set_local(description).await,
            Command::PcSetRemote { description, .. } => self.set_remote(description).await,
            Command::PcAddCandidate { candidate, .. } => self.add_candidate(candidate).await,
            Command::PcStats { selector, .. } => self.stats(selector).await,
            Command::SenderEncodings {
                transceiver,
                encodings,
            } => self.set_encodings(transceiver, encodings),
            Command::SenderTrack { transceiver, track } => self.set_track(transceiver, track),
            Command::TrackWatch { track } => self.watch(track),
            unanswered => {
                self.follow(unanswered).await;
                return;
            }
        };
        self.page.answer(seq, outcome).await;
    }

    async fn follow(&mut self, command: Command) {
        match command {
            Command::PcRestartIce { .. } => self.pc.restart_ice(),
            Command::PcConfigure { configuration, .. } => {
                let servers = wire::ice_servers(configuration.ice_servers);
                let set = self.pc.set_ice_servers(servers, configuration.relay_only);
                if let Err(error) = set.await {
                    // The page has validated it; the next gathering shows what is wrong all the same.
                    tracing::warn!(%error, "ICE servers not taken");
                }
            }
            Command::TransceiverNew {
                transceiver,
                receiver_track,
                kind,
                direction,
                stream_ids,
                track_id,
                encodings,
                by_add_track,
                ..
            } => {
                let init = rtc::TransceiverInit {
                    direction: wire::direction(direction),
                    stream_ids,
                    track_id: track_id.unwrap_or_else(|| format!("track{transceiver}")),
                    codecs: Vec::new(),
                    by_add_track,
                    rids: encodings.iter().filter_map(|e| e.rid.clone()).collect(),
                };
                self.add_transceiver(transceiver, receiver_track, kind, init, encodings)
                    .await;
            }
            Command::TransceiverDirect {
                transceiver,
                direction,
            } => {
                if let Some(line) = self.lines.get(&transceiver) {
                    line.transceiver.set_direction(wire::direction(direction));
                }
            }
            Command::TransceiverStreams {
                transceiver,
                stream_ids,
                by_add_track,
                ..
            } => {
                if let Some(line) = self.lines.get(&transceiver) {
                    line.transceiver.set_streams(stream_ids);
                    if by_add_track {
                        line.transceiver.note_added_track();
                    }
                }
            }
            Command::TransceiverCodecs {
                transceiver,
                codecs,
            } => {
                if let Some(line) = self.lines.get(&transceiver) {
                    let codecs = codecs.into_iter().map(wire::codec).collect();
                    line.transceiver.set_codec_preferences(codecs);
                }
            }
            Command::TransceiverStop { transceiver } => {
                if let Some(line) = self.lines.get_mut(&transceiver) {
                    line.stop();
                }
            }
            Command::SenderTone {
                transceiver,
                tone,
                duration,
            } => {
                if let Some(line) = self.lines.get(&transceiver) {
                    line.play_tone(&tone, Duration::from_millis(duration.into()));
                }
            }
            Command::ReceiverSources { transceiver } => {
                if let Some(line) = self.lines.get_mut(&transceiver) {
                    line.tells_sources = true;
                }
            }
            Command::ChannelNew { channel, init, .. } => self.new_channel(channel, init).await,
            other => tracing::debug!(?other, "not done"),
        }
    }

    async fn add_transceiver(
        &mut self,
        handle: Handle,
        receiver_track: Handle,
        kind: MediaKind,
        init: rtc::TransceiverInit,
        encodings: Vec<Encoding>,
    ) {
        match self.pc.add_transceiver(wire::kind(kind), init).await {
            Ok(transceiver) => {
                let line = Line::new(&self.page, transceiver, receiver_track, true, encodings);
                self.by_id.insert(line.transceiver.id(), handle);
                self.lines.insert(handle, line);
            }
            Err(error) => tracing::warn!(%error, "no transceiver"),
        }
    }

    async fn set_local(&mut self, description: Description) -> Outcome {
        let Description { kind, sdp } = description;
        let set = self.pc.set_local_description(wire::sdp_kind(kind), &sdp);
        let snapshot = set.await;
        self.applied(snapshot, kind == SdpType::Rollback)
    }

    async fn set_remote(&mut self, description: Description) -> Outcome {
        let Description { kind, sdp } = description;
        let set = self.pc.set_remote_description(wire::sdp_kind(kind), &sdp);
        let snapshot = set.await;
        self.applied(snapshot, kind == SdpType::Rollback)
    }

    async fn add_candidate(&mut self, candidate: CandidateInit) -> Outcome {
        let added = self.pc.add_ice_candidate(wire::candidate(candidate)).await;
        self.applied(added, false)
    }

    fn applied(
        &mut self,
        snapshot: Result<rtc::Snapshot, rtc::NegotiationError>,
        rolled_back: bool,
    ) -> Outcome {
        let snapshot = snapshot.map_err(|error| trouble::of_negotiation(&error))?;
        Ok(Answer::Snapshot(self.tell_snapshot(&snapshot, rolled_back)))
    }

    fn set_encodings(&mut self, transceiver: Handle, encodings: Vec<Encoding>) -> Outcome {
        let line = self
            .lines
            .get_mut(&transceiver)
            .ok_or_else(trouble::unknown_handle)?;
        line.set_encodings(encodings);
        Ok(Answer::Done)
    }

    fn set_track(&mut self, transceiver: Handle, track: Option<Handle>) -> Outcome {
        let line = self
            .lines
            .get_mut(&transceiver)
            .ok_or_else(trouble::unknown_handle)?;
        line.set_track(&self.page, track)?;
        self.share_bandwidth();
        Ok(Answer::Done)
    }

    /// The track is a receiver's.
    fn watch(&mut self, track: Handle) -> Outcome {
        let line = self
            .lines
            .values()
            .find(|line| line.receiver_track == track)
            .ok_or_else(trouble::unknown_handle)?;
        line.watch(&self.page)
    }

    async fn new_channel(&mut self, handle: Handle, init: ChannelInit) {
        let label = init.label.clone();
        let made = self
            .pc
            .create_data_channel(&label, channel::engine_init(init))
            .await;
        let queue = match self.page.objects().get(handle) {
            Some(Object::Channel { sends, .. }) => sends.queue(),
            _ => None,
        };
        let outbox = self.page.outbox.clone();
        match (made, queue) {
            (Ok(channel), Some(queue)) => {
                self.page
                    .spawn(channel::run(outbox, handle, channel, queue, true));
            }
            (Err(error), _) => {
                let error = Some(trouble::of_negotiation(&error));
                outbox
                    .event(Event::ChannelClosed {
                        channel: handle,
                        error,
                    })
                    .await;
            }
            (Ok(_), None) => {}
        }
    }

    async fn hear(&mut self, event: rtc::Event) {
        match event {
            rtc::Event::Candidate(candidate) => self.tell_candidate(Some(candidate)).await,
            rtc::Event::CandidateError(error) => {
                let event = Event::CandidateError {
                    pc: self.handle,
                    address: None,
                    port: None,
                    url: error.url,
                    code: error.code,
                    text: error.text,
                };
                self.page.outbox.event(event).await;
            }
            rtc::Event::IceGathering(state) => {
                let event = Event::Gathering {
                    pc: self.handle,
                    state: wire::gathering_word(state).to_owned(),
                    descriptions: self.descriptions().await,
                };
                self.page.outbox.event(event).await;
                if state == rtc::IceGatheringState::Complete {
                    self.tell_candidate(None).await;
                }
            }
            rtc::Event::IceConnection(state) => {
                self.transport.ice = state;
                self.tell_transport().await;
            }
            rtc::Event::Dtls(state) => {
                self.transport.dtls = state;
                self.tell_transport().await;
            }
            rtc::Event::SelectedPair(pair) => {
                self.transport.pair = Some(pair);
                self.tell_transport().await;
            }
            rtc::Event::Connection(_) => self.tell_transport().await,
            rtc::Event::TrackFlowing(id) => {
                if let Some(line) = self.line(id) {
                    let event = Event::TrackFlows {
                        track: line.receiver_track,
                        flows: true,
                    };
                    self.page.outbox.event(event).await;
                }
            }
            rtc::Event::KeyFrameWanted(id) => {
                if let Some(line) = self.line(id) {
                    line.send_key_frames();
                }
            }
            rtc::Event::Bandwidth(target) => {
                self.bandwidth = Some(target);
                self.share_bandwidth();
            }
            rtc::Event::DataChannel(channel) => self.meet_channel(channel).await,
            // The page finds these out by itself, from descriptions.
            rtc::Event::NegotiationNeeded
            | rtc::Event::Track { .. }
            | rtc::Event::TrackEnded(_) => {}
        }
    }

    fn line(&self, id: TransceiverId) -> Option<&Line> {
        self.lines.get(self.by_id.get(&id)?)
    }

    async fn tell_candidate(&mut self, candidate: Option<rtc::Candidate>) {
        let event = Event::Candidate {
            pc: self.handle,
            candidate: candidate.map(wire::candidate_out),
            url: None,
            descriptions: self.descriptions().await,
        };
        self.page.outbox.event(event).await;
    }

    async fn tell_transport(&mut self) {
        let snapshot = self.pc.snapshot().await.unwrap_or_default();
        let transport = snapshot.transport;
        let sctp = snapshot.sctp.map(|_| match self.transport.dtls {
            rtc::DtlsState::Connected => "connected",
            rtc::DtlsState::New | rtc::DtlsState::Connecting => "connecting",
            rtc::DtlsState::Closed | rtc::DtlsState::Failed => "closed",
        });
        // Its own event comes after that of ICE, which a page takes for the time to ask.
        let pair = transport.selected_pair.as_ref();
        let pair = pair.or(self.transport.pair.as_ref());
        let line = |candidate: &String| CandidateInit {
            candidate: candidate.clone(),
            ..CandidateInit::default()
        };
        let event = Event::Transport {
            pc: self.handle,
            ice: wire::ice_word(self.transport.ice).to_owned(),
            dtls: wire::dtls_word(self.transport.dtls).to_owned(),
            connection: wire::connection_word(self.pc.state()).to_owned(),
            sctp: sctp.map(str::to_owned),
            max_channels: snapshot.sctp.and_then(|sctp| sctp.max_channels),
            role: transport.controlling.map(|controlling| {
                if controlling {
                    "controlling".to_owned()
                } else {
                    "controlled".to_owned()
                }
            }),
            pair: pair.map(|pair| (line(&pair.local), line(&pair.remote))),
            certificates: transport
                .remote_certificates
                .iter()
                .map(|der| BASE64.encode(der))
                .collect(),
        };
        self.page.outbox.event(event).await;
    }

    /// The far side made a channel.
    async fn meet_channel(&mut self, channel: rtc::DataChannel) {
        let handle = self.page.new_handle();
        let sends = Sends::new();
        let queue = sends.queue();
        let object = Object::Channel {
            pc: self.handle,
            sends,
        };
        if self.page.objects().insert(handle, object).is_err() {
            return;
        }
        let event = Event::ChannelNew {
            pc: self.handle,
            channel: handle,
            init: channel::wire_init(&channel),
        };
        self.page.outbox.event(event).await;
        if let Some(queue) = queue {
            let outbox = self.page.outbox.clone();
            self.page
                .spawn(channel::run(outbox, handle, channel, queue, false));
        }
    }

    fn tells_sources(&self) -> bool {
        self.lines.values().any(|line| line.tells_sources)
    }

    async fn tell_sources(&mut self) {
        let now = self.page.house.surroundings.clock.now();
        for (handle, line) in &mut self.lines {
            if let Some(sources) = line.new_sources(now) {
                let event = Event::Sources {
                    transceiver: *handle,
                    sources,
                };
                self.page.outbox.event(event).await;
            }
        }
    }

    /// Every sender of pictures gets the same part of what the line bears.
    fn share_bandwidth(&self) {
        let Some(all) = self.bandwidth else {
            return;
        };
        let senders = self.lines.values().filter(|line| line.sends_video());
        let part = all.saturating_sub(line::FOR_SOUND)
            / u32::try_from(senders.count().max(1)).unwrap_or(1);
        for line in self.lines.values() {
            line.set_rate(part);
        }
    }
}

fn sdp(made: Result<String, rtc::NegotiationError>) -> Outcome {
    made.map(Answer::Sdp)
        .map_err(|error| trouble::of_negotiation(&error))
}

//! The task behind a [`Client`](super::Client).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use foyer_meeting::reaction::Reaction;
use foyer_rtc::{ConnectionState, Event};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::lines::Lines;
use super::signalling::{Greeting, Heard, Signalling};
use super::wishes::Wishes;
use super::{ClientEvent, ConnectError, Measured};
use crate::protocol::{ClientMessage, ServerMessage, Track};

/// How long an interruption may last.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between attempts to get back, growing up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// While media is broken, a fresh start is asked for this often.
const RESTART_EVERY: Duration = Duration::from_secs(3);

/// From the handle.
pub(crate) enum Command {
    Say(ClientMessage),
    Stats(oneshot::Sender<Option<Measured>>),
    Leave,
}

type Attempt = Pin<Box<dyn Future<Output = Result<(Signalling, Greeting), ConnectError>> + Send>>;

enum Wire {
    Up(Box<Signalling>),
    Down(Attempt),
}

enum FromWire {
    Heard(Heard),
    Back(Box<(Signalling, Greeting)>),
    GivenUp(ConnectError),
}

impl Wire {
    async fn next(&mut self) -> FromWire {
        match self {
            Self::Up(signalling) => FromWire::Heard(signalling.hear().await),
            Self::Down(attempt) => match attempt.await {
                Ok(back) => FromWire::Back(Box::new(back)),
                Err(error) => FromWire::GivenUp(error),
            },
        }
    }

    /// Sends if there is a connection; what cannot be sent is told again or lost with it.
    async fn say(&mut self, message: &ClientMessage) -> bool {
        match self {
            Self::Up(signalling) => signalling.say(message).await,
            Self::Down(_) => false,
        }
    }
}

/// Nothing more to do.
struct Over;

pub(crate) struct Task {
    url: String,
    name: String,
    rtc: foyer_rtc::Config,
    wishes: Arc<Wishes>,
    events: mpsc::Sender<ClientEvent>,
    me: String,
    resume_token: String,
    lines: Option<Lines>,
    connected: bool,
    lost: bool,
    /// The last message was this error: a connection that closes then was closed for it.
    last_error: Option<String>,
}

impl Task {
    pub(crate) fn new(
        url: String,
        name: String,
        rtc: foyer_rtc::Config,
        wishes: Arc<Wishes>,
        events: mpsc::Sender<ClientEvent>,
    ) -> Self {
        Self {
            url,
            name,
            rtc,
            wishes,
            events,
            me: String::new(),
            resume_token: String::new(),
            lines: None,
            connected: false,
            lost: false,
            last_error: None,
        }
    }

    pub(crate) async fn run(
        mut self,
        signalling: Signalling,
        greeting: Greeting,
        mut inbox: mpsc::Receiver<Command>,
    ) {
        let mut wire = Wire::Up(Box::new(signalling));
        self.me = greeting.participant.clone();
        self.resume_token = greeting.resume_token;
        self.report(ClientEvent::Welcome {
            participant: greeting.participant,
            title: greeting.title,
            role: greeting.role,
        })
        .await;
        self.tell_wishes(&mut wire).await;
        let mut restart = interval(RESTART_EVERY);
        restart.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let goodbye = loop {
            let outcome = tokio::select! {
                from_wire = wire.next() => self.wire(&mut wire, from_wire).await,
                command = inbox.recv() => match command {
                    None | Some(Command::Leave) => break true,
                    Some(command) => { self.command(&mut wire, command).await; Ok(()) }
                },
                () = self.wishes.changed() => { self.tell_wishes(&mut wire).await; Ok(()) }
                event = next_event(&mut self.lines) => { self.media(&mut wire, event).await; Ok(()) }
                _ = restart.tick() => { self.heal(&mut wire).await; Ok(()) }
            };
            if let Err(Over) = outcome {
                break false;
            }
        };
        if goodbye {
            wire.say(&ClientMessage::Leave).await;
        }
        if let Wire::Up(signalling) = wire {
            signalling.close().await;
        }
        if let Some(lines) = self.lines.take() {
            lines.connection.close().await;
        }
    }

    async fn report(&self, event: ClientEvent) {
        // Whoever dropped the receiver drops the client as well, which ends this task.
        let _ = self.events.send(event).await;
    }

    async fn error(&self, code: &str) {
        self.report(ClientEvent::Error { code: code.into() }).await;
    }

    async fn wire(&mut self, wire: &mut Wire, from: FromWire) -> Result<(), Over> {
        match from {
            FromWire::Heard(Heard::Message(message)) => self.message(wire, message).await,
            FromWire::Heard(Heard::Nonsense(refusal)) => {
                self.error(refusal.code()).await;
                Ok(())
            }
            FromWire::Heard(Heard::Lost) if self.last_error.is_some() => {
                self.report(ClientEvent::ServerGone).await;
                Err(Over)
            }
            FromWire::Heard(Heard::Lost) => {
                self.broken().await;
                let join = ClientMessage::Join {
                    name: self.name.clone(),
                    secret: None,
                    resume_token: Some(self.resume_token.clone()),
                };
                *wire = Wire::Down(Box::pin(come_back(self.url.clone(), join)));
                Ok(())
            }
            FromWire::Back(back) => {
                let (signalling, greeting) = *back;
                tracing::info!("signalling is back");
                self.resume_token = greeting.resume_token;
                *wire = Wire::Up(Box::new(signalling));
                self.wishes.forget_told();
                self.tell_wishes(wire).await;
                if self.connected {
                    self.healed().await;
                }
                Ok(())
            }
            FromWire::GivenUp(error) => {
                let ended = error.code() == "meeting.ended";
                self.report(if ended {
                    ClientEvent::Ended
                } else {
                    ClientEvent::ServerGone
                })
                .await;
                Err(Over)
            }
        }
    }

    async fn message(&mut self, wire: &mut Wire, message: ServerMessage) -> Result<(), Over> {
        self.last_error = None;
        let event = match message {
            ServerMessage::Lobby => ClientEvent::Lobby,
            ServerMessage::Admitted => ClientEvent::Admitted,
            ServerMessage::Roster { participants } => ClientEvent::Roster(participants),
            ServerMessage::Waiting { participants } => ClientEvent::Waiting(participants),
            ServerMessage::Speaking { participants } => ClientEvent::Speaking(participants),
            ServerMessage::Chat(chat) => ClientEvent::Chat(chat),
            ServerMessage::Hands { participants } => ClientEvent::Hands(participants),
            ServerMessage::Typing { participants } => ClientEvent::Typing(participants),
            ServerMessage::Reaction {
                participant,
                reaction,
            } => match Reaction::of_word(&reaction) {
                Some(reaction) => ClientEvent::Reaction {
                    participant,
                    reaction,
                },
                // A later server's.
                None => return Ok(()),
            },
            ServerMessage::MutedByHost => {
                self.wishes.overruled(|state| state.muted = true);
                ClientEvent::MutedByHost
            }
            ServerMessage::ShareRefused { code } => {
                self.wishes.overruled(|state| {
                    state.share = false;
                    state.share_sound = false;
                });
                ClientEvent::ShareRefused { code }
            }
            ServerMessage::Error { code, .. } => {
                self.last_error = Some(code.clone());
                ClientEvent::Error { code }
            }
            ServerMessage::Offer {
                negotiation,
                sdp,
                tracks,
            } => {
                self.offered(wire, negotiation, &sdp, tracks).await;
                return Ok(());
            }
            ServerMessage::Candidate { candidate } => {
                if let Some(lines) = &self.lines
                    && let Err(error) = lines.candidate(candidate).await
                {
                    self.error(error.code()).await;
                }
                return Ok(());
            }
            ServerMessage::Welcome { .. } | ServerMessage::Unknown => return Ok(()),
            last @ (ServerMessage::Denied | ServerMessage::Removed | ServerMessage::Ended) => {
                self.report(match last {
                    ServerMessage::Denied => ClientEvent::Denied,
                    ServerMessage::Removed => ClientEvent::Removed,
                    _ => ClientEvent::Ended,
                })
                .await;
                return Err(Over);
            }
        };
        self.report(event).await;
        Ok(())
    }

    async fn offered(&mut self, wire: &mut Wire, negotiation: u64, sdp: &str, tracks: Vec<Track>) {
        let mut lines = match self.lines.take() {
            Some(lines) => lines,
            None => match Lines::open(self.rtc.clone(), self.me.clone()).await {
                Ok(lines) => lines,
                Err(error) => {
                    tracing::error!(%error, "no media connection");
                    return self.error("media.unavailable").await;
                }
            },
        };
        let answered = lines.offered(sdp, tracks).await;
        self.lines = Some(lines);
        match answered {
            Ok((sdp, changes)) => {
                wire.say(&ClientMessage::Answer { negotiation, sdp }).await;
                for change in changes {
                    self.report(change).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "offer refused");
                self.error(error.code()).await;
            }
        }
    }

    async fn media(&mut self, wire: &mut Wire, event: Option<Event>) {
        match event {
            None => self.lines = None,
            Some(Event::Candidate(candidate)) => {
                wire.say(&ClientMessage::Candidate { candidate }).await;
            }
            Some(Event::Connection(ConnectionState::Connected)) => {
                self.connected = true;
                if matches!(wire, Wire::Up(_)) {
                    self.healed().await;
                }
            }
            Some(Event::Connection(ConnectionState::Disconnected | ConnectionState::Failed)) => {
                self.connected = false;
                self.broken().await;
            }
            Some(Event::KeyFrameWanted(id)) => {
                let kind = self.lines.as_ref().and_then(|lines| lines.own_kind(id));
                if let Some(kind) = kind {
                    self.report(ClientEvent::KeyFrameWanted { kind }).await;
                }
            }
            Some(Event::Bandwidth(rate)) => self.report(ClientEvent::Bandwidth(rate)).await,
            Some(
                Event::CandidateError(_)
                | Event::Connection(_)
                | Event::NegotiationNeeded
                | Event::Track { .. }
                | Event::TrackEnded(_)
                | Event::TrackFlowing(_)
                | Event::IceGathering(_)
                | Event::IceConnection(_)
                | Event::Dtls(_)
                | Event::SelectedPair(_)
                | Event::DataChannel(_),
            ) => {}
        }
    }

    async fn command(&mut self, wire: &mut Wire, command: Command) {
        match command {
            Command::Say(message) => {
                if !wire.say(&message).await {
                    self.error("net.not_connected").await;
                }
            }
            Command::Stats(reply) => {
                let stats = match &self.lines {
                    Some(lines) => Some(Measured {
                        stats: lines.connection.stats().await,
                        lines: lines.carried(),
                    }),
                    None => None,
                };
                let _ = reply.send(stats);
            }
            Command::Leave => {}
        }
    }

    async fn tell_wishes(&mut self, wire: &mut Wire) {
        if matches!(wire, Wire::Up(_)) {
            for message in self.wishes.untold() {
                wire.say(&message).await;
            }
        }
    }

    async fn broken(&mut self) {
        if !std::mem::replace(&mut self.lost, true) {
            self.report(ClientEvent::ConnectionLost).await;
        }
    }

    async fn healed(&mut self) {
        self.lost = false;
        self.report(ClientEvent::Connected).await;
    }

    /// Asks for new ICE credentials while media is broken; the server gives up before this does.
    async fn heal(&mut self, wire: &mut Wire) {
        if self.lost && !self.connected && self.lines.is_some() {
            wire.say(&ClientMessage::RestartIce).await;
        }
    }
}

async fn next_event(lines: &mut Option<Lines>) -> Option<Event> {
    match lines {
        Some(lines) => lines.next().await,
        None => std::future::pending().await,
    }
}

/// Tries until it works, is refused, or takes too long.
async fn come_back(
    url: String,
    join: ClientMessage,
) -> Result<(Signalling, Greeting), ConnectError> {
    let attempts = async {
        let mut pause = FIRST_PAUSE;
        loop {
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            match Signalling::open(&url, &join).await {
                Err(ConnectError::Unreachable(reason)) => {
                    tracing::debug!(reason, "the server is not back yet");
                }
                outcome => return outcome,
            }
        }
    };
    timeout(PATIENCE, attempts)
        .await
        .unwrap_or_else(|_| Err(ConnectError::Unreachable("no answer in time".into())))
}

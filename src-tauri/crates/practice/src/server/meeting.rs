//! The actor of one meeting: joins [`Room`] (who is there), [`Media`] (their streams), the bots and the
//! connections.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::SharedClock;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::media::Media;
use super::room::{Arrival, Effect, Moment, Room};
use super::{MeetingOptions, WallClock, secret, until_stopped};
use crate::bots::{self, Bots, Cast};
use crate::protocol::{self, ClientMessage, MAX_WATCHED, Refusal, Role, ServerMessage};
use crate::sfu::{LegCommand, LegEvent};

/// Commands that may wait.
const MAILBOX: usize = 1024;
const TICK: Duration = Duration::from_millis(100);

/// What a meeting is made from.
pub(crate) struct MeetingParts {
    pub options: MeetingOptions,
    pub host_secret: String,
    pub rtc: foyer_rtc::Config,
    pub clock: SharedClock,
    pub wall_clock: WallClock,
    pub cast: Arc<Cast>,
    pub stopping: watch::Receiver<bool>,
}

/// To a meeting.
pub(crate) enum Command {
    Join(Join),
    Message {
        participant: String,
        connection: u64,
        message: ClientMessage,
    },
    /// The connection ended without a goodbye.
    Gone {
        participant: String,
        connection: u64,
    },
    /// The connection was closed because of what came over it.
    Misbehaved {
        participant: String,
        connection: u64,
    },
    End,
}

/// Somebody wants in.
pub(crate) struct Join {
    pub name: String,
    pub secret: Option<String>,
    pub resume_token: Option<String>,
    /// What the meeting says to them; closed when they are out.
    pub outbox: mpsc::Sender<String>,
    pub reply: oneshot::Sender<Result<Joined, Refusal>>,
}

/// Who a connection is.
pub(crate) struct Joined {
    pub participant: String,
    pub connection: u64,
}

struct Seat {
    token: String,
    connection: u64,
    outbox: Option<mpsc::Sender<String>>,
}

struct Actor {
    room: Room,
    media: Media,
    bots: Bots,
    seats: HashMap<String, Seat>,
    connections: u64,
    host_secret: String,
    clock: SharedClock,
    wall_clock: WallClock,
    /// Who spoke at the last look, by id.
    speaking: Vec<String>,
}

/// Starts a meeting; it lasts until it is ended or the server stops.
pub(crate) fn start(parts: MeetingParts) -> mpsc::Sender<Command> {
    let (mailbox, commands) = mpsc::channel(MAILBOX);
    tokio::spawn(run(parts, commands));
    mailbox
}

async fn run(parts: MeetingParts, mut commands: mpsc::Receiver<Command>) {
    let options = parts.options;
    let delay = options.host_bot.then_some(options.host_bot_delay);
    let (events, mut leg_events) = mpsc::channel(MAILBOX);
    let mut actor = Actor {
        room: Room::new(options.title, options.lobby, delay),
        media: Media::new(parts.rtc, Arc::clone(&parts.clock), events),
        bots: Bots::new(parts.cast, Arc::clone(&parts.clock)),
        seats: HashMap::new(),
        connections: 0,
        host_secret: parts.host_secret,
        clock: parts.clock,
        wall_clock: parts.wall_clock,
        speaking: Vec::new(),
    };
    actor.bots_arrive(options.bots, options.host_bot);
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut stopped = Box::pin(until_stopped(parts.stopping));
    while !actor.room.ended() {
        tokio::select! {
            () = &mut stopped => return,
            command = commands.recv() => match command {
                Some(command) => actor.command(command),
                None => return,
            },
            Some((participant, event)) = leg_events.recv() => actor.leg(&participant, event),
            _ = tick.tick() => actor.tick(),
        }
    }
}

impl Actor {
    fn at(&self) -> Moment {
        Moment {
            now: self.clock.now(),
            wall_ms: (self.wall_clock)(),
        }
    }

    fn bots_arrive(&mut self, guests: u32, host: bool) {
        let mut effects = Vec::new();
        let at = self.at();
        for (look, role) in bots::invited(guests, host) {
            let arrival = Arrival {
                name: bots::name(look),
                role,
                bot: true,
            };
            if let Ok(id) = self.room.arrive(arrival, at, &mut effects) {
                self.bots.arrived(id, look);
            }
        }
        self.settle(effects);
    }

    fn command(&mut self, command: Command) {
        let mut effects = Vec::new();
        match command {
            Command::Join(join) => self.join(join, &mut effects),
            Command::Message {
                participant,
                connection,
                message,
            } if self.is_current(&participant, connection) => {
                self.message(&participant, message, &mut effects);
            }
            Command::Gone {
                participant,
                connection,
            } if self.is_current(&participant, connection) => {
                tracing::info!(participant, "signalling lost");
                self.seat(&participant, |seat| seat.outbox = None);
                self.room.signalling_lost(&participant, self.clock.now());
            }
            Command::Misbehaved {
                participant,
                connection,
            } if self.is_current(&participant, connection) => {
                self.seat(&participant, |seat| seat.outbox = None);
                self.room
                    .put_out(&participant, Refusal::BadMessage, &mut effects);
            }
            Command::End => self.room.end(&mut effects),
            Command::Message { .. } | Command::Gone { .. } | Command::Misbehaved { .. } => {}
        }
        self.settle(effects);
    }

    fn is_current(&self, participant: &str, connection: u64) -> bool {
        self.seats
            .get(participant)
            .is_some_and(|seat| seat.connection == connection)
    }

    fn seat(&mut self, participant: &str, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats.get_mut(participant) {
            change(seat);
        }
    }

    fn join(&mut self, join: Join, effects: &mut Vec<Effect>) {
        let reply = join.reply;
        let outcome = match &join.resume_token {
            Some(token) => self.resume(token),
            None => self.arrive(&join.name, join.secret.as_deref(), effects),
        };
        let participant = match outcome {
            Ok(participant) => participant,
            Err(refusal) => {
                let _ = reply.send(Err(refusal));
                return;
            }
        };
        self.connections += 1;
        let resumed = self.seats.get(&participant).map(|seat| seat.token.clone());
        let token = resumed.clone().unwrap_or_else(secret::token);
        let seat = Seat {
            token: token.clone(),
            connection: self.connections,
            outbox: Some(join.outbox),
        };
        if let Some(Seat {
            outbox: Some(before),
            ..
        }) = self.seats.insert(participant.clone(), seat)
        {
            let _ = before.try_send(protocol::write(&Refusal::Replaced.message()));
        }
        let welcome = ServerMessage::Welcome {
            participant: participant.clone(),
            title: self.room.title().to_owned(),
            role: self.room.role(&participant).unwrap_or(Role::Guest),
            resume_token: token,
        };
        self.send(&participant, &welcome);
        let joined = Joined {
            participant: participant.clone(),
            connection: self.connections,
        };
        if reply.send(Ok(joined)).is_err() {
            self.room.signalling_lost(&participant, self.clock.now());
        }
        if resumed.is_some() {
            tracing::info!(participant, "resumed");
            self.room.back(&participant, effects);
            self.media.command(&participant, LegCommand::Resume);
        } else {
            tracing::info!(participant, "joined");
        }
    }

    fn resume(&self, token: &str) -> Result<String, Refusal> {
        let mut found = None;
        for (participant, seat) in &self.seats {
            if secret::same(&seat.token, token) {
                found = Some(participant.clone());
            }
        }
        found.ok_or(Refusal::BadResume)
    }

    fn arrive(
        &mut self,
        name: &str,
        secret: Option<&str>,
        effects: &mut Vec<Effect>,
    ) -> Result<String, Refusal> {
        let role = match secret {
            Some(secret) if secret::same(secret, &self.host_secret) => Role::Host,
            Some(_) => return Err(Refusal::BadSecret),
            None => Role::Guest,
        };
        let arrival = Arrival {
            name: name.to_owned(),
            role,
            bot: false,
        };
        self.room.arrive(arrival, self.at(), effects)
    }

    fn message(&mut self, from: &str, message: ClientMessage, effects: &mut Vec<Effect>) {
        let command = match message {
            ClientMessage::Answer { negotiation, sdp } => LegCommand::Answer { negotiation, sdp },
            ClientMessage::Candidate { candidate } => LegCommand::Candidate(candidate),
            ClientMessage::RestartIce => LegCommand::RestartIce,
            ClientMessage::Watch { feeds } if feeds.len() > MAX_WATCHED => {
                self.room.put_out(from, Refusal::BadMessage, effects);
                return;
            }
            ClientMessage::Watch { feeds } => LegCommand::Watch(feeds),
            other => {
                let at = self.at();
                self.room.handle(from, &other, at, effects);
                return;
            }
        };
        if self.room.is_inside(from) && !self.media.command(from, command) {
            self.room.put_out(from, Refusal::TooFast, effects);
        }
    }

    fn leg(&mut self, participant: &str, event: LegEvent) {
        let mut effects = Vec::new();
        match event {
            LegEvent::Send(message) => self.send(participant, &message),
            LegEvent::State(state) => {
                if let Some(flows) = super::media::flows(state) {
                    let lost = (!flows).then(|| self.clock.now());
                    self.room.media_lost(participant, lost);
                }
            }
            LegEvent::Failed(refusal) => self.room.put_out(participant, refusal, &mut effects),
        }
        self.settle(effects);
    }

    fn tick(&mut self) {
        let mut effects = Vec::new();
        let at = self.at();
        self.room.tick(at.now, &mut effects);
        for (bot, text) in self.bots.due(at.now) {
            self.room.bot_says(&bot, &text, at, &mut effects);
        }
        let watched = self.room.roster().iter().any(|person| !person.bot);
        for (bot, sign) in self.bots.signs(at.now, watched) {
            self.room.bot_signs(&bot, sign, at.now, &mut effects);
        }
        self.media.follow_codecs();
        let speaking = self.media.speaking(at.now);
        // The order alone, which changes all the time, is no news.
        let mut known = speaking.clone();
        known.sort_unstable();
        if known != self.speaking {
            self.speaking = known;
            for person in self.room.roster().iter().filter(|person| !person.bot) {
                let message = ServerMessage::Speaking {
                    participants: speaking.clone(),
                };
                effects.push(Effect::Send {
                    to: person.id.clone(),
                    message,
                });
            }
        }
        self.settle(effects);
    }

    /// Carries effects out, then brings lists and media in line with the room.
    fn settle(&mut self, mut effects: Vec<Effect>) {
        let now = self.clock.now();
        loop {
            effects.extend(self.room.announcements());
            if effects.is_empty() {
                break;
            }
            for effect in std::mem::take(&mut effects) {
                match effect {
                    Effect::Send { to, message } => self.send(&to, &message),
                    Effect::Out { participant, last } => {
                        tracing::info!(participant, "out");
                        if let Some(last) = last {
                            self.send(&participant, &last);
                        }
                        self.seats.remove(&participant);
                        self.bots.left(&participant);
                    }
                    Effect::Said { participant, text } => {
                        if let Some(bot) = self.bots.heard(&participant, &text, now) {
                            self.room.bot_types(&bot, now);
                        }
                    }
                    Effect::Reacted {
                        participant,
                        reaction,
                    } => self.bots.saw(&participant, reaction, now),
                }
            }
        }
        let roster = self.room.roster();
        let Self { media, bots, .. } = self;
        if media.follow(&roster, now) {
            bots.play(|bot| media.published(bot));
        }
    }

    fn send(&mut self, to: &str, message: &ServerMessage) {
        let Some(seat) = self.seats.get_mut(to) else {
            return;
        };
        let Some(outbox) = &seat.outbox else { return };
        if outbox.try_send(protocol::write(message)).is_err() {
            tracing::info!(participant = to, "reads too slowly");
            seat.outbox = None;
            self.room.signalling_lost(to, self.clock.now());
        }
    }
}

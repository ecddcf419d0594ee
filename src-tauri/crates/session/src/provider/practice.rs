//! The practice meeting as a provider.

mod figures;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_meeting::ability::Abilities;
use foyer_meeting::call::News;
use foyer_meeting::chat::{Incoming, MessageState};
use foyer_meeting::link::PracticeLink;
use foyer_meeting::moderation::Moderation;
use foyer_meeting::reaction::Reaction;
use foyer_meeting::roster::{Person, Role};
use foyer_practice::{ChatState, Client, ClientConfig, ClientEvent, ConnectError};
use foyer_rtc::Impairment;
use tokio::sync::mpsc;

use self::figures::Counted;
use super::{Desk, Provider, ProviderEvent, TrackKind, Watched};
use crate::task::Task;

/// A rehearsal lets everybody do everything that there is.
const ABILITIES: Abilities = Abilities {
    hand: true,
    react: true,
    captions: false,
    edit_chat: true,
    volume: true,
    // The host's page does these.
    mute_others: false,
    remove: false,
    admit: false,
    spotlight: false,
};
/// Others than those who speak that are remembered as heard most.
const MOST_DOMINANT: usize = 12;
/// Between two looks at the figures.
const STATS_EVERY: Duration = Duration::from_secs(1);
/// Events that wait for the call.
const EVENTS: usize = 256;

/// How to get into a practice meeting.
pub(crate) struct Target {
    pub link: PracticeLink,
    pub name: String,
    pub clock: SharedClock,
    pub impairment: Option<Impairment>,
}

/// Connects; the error is a code.
pub(crate) async fn dial(
    target: Target,
) -> Result<(Box<dyn Provider>, mpsc::Receiver<ProviderEvent>), String> {
    let config = ClientConfig {
        link: target.link.url(),
        name: target.name,
        secret: None,
        clock: Arc::clone(&target.clock),
        impairment: target.impairment,
    };
    let (client, happened) = foyer_practice::connect(config).await.map_err(refusal)?;
    let (to, events) = mpsc::channel(EVENTS);
    tokio::spawn(translate(happened, to.clone(), target.clock.clone()));
    let provider = Practice {
        client,
        // Whoever listens must hear the end, which this must not put off.
        events: to.downgrade(),
        clock: target.clock,
        measuring: Mutex::new(None),
    };
    Ok((Box::new(provider), events))
}

fn refusal(error: ConnectError) -> String {
    tracing::info!(code = error.code(), "not connected");
    error.code().to_owned()
}

/// Ends with either side.
async fn translate(
    mut happened: mpsc::Receiver<ClientEvent>,
    to: mpsc::Sender<ProviderEvent>,
    clock: SharedClock,
) {
    let mut last_error = None;
    let mut dominant = Vec::new();
    while let Some(event) = happened.recv().await {
        if let ClientEvent::Error { code } = event {
            tracing::warn!(code, "the practice meeting refused something");
            let not_done = not_done(&code).map(|code| News::NotDone(code.to_owned()));
            last_error = Some(code);
            if let Some(news) = not_done
                && to.send(ProviderEvent::News(news)).await.is_err()
            {
                return;
            }
            continue;
        }
        let beside = match &event {
            ClientEvent::Welcome { .. } => Some(News::Abilities(ABILITIES)),
            ClientEvent::Speaking(ids) => Some(News::Dominant(heard_most(&mut dominant, ids))),
            _ => None,
        };
        let gone = matches!(event, ClientEvent::ServerGone);
        let event = match (last_error.take(), gone) {
            // The server said why before it hung up.
            (Some(code), true) if code.starts_with("meeting.") => {
                Some(ProviderEvent::News(News::Refused(code)))
            }
            (_, _) => translated(event, &clock),
        };
        for event in event.into_iter().chain(beside.map(ProviderEvent::News)) {
            if to.send(event).await.is_err() {
                return;
            }
        }
    }
}

/// What the guest is told of a refusal that ends nothing.
fn not_done(code: &str) -> Option<&'static str> {
    match code {
        "chat.unknown" | "chat.invalid" => Some("chat.notChanged"),
        "reaction.unknown" => Some("reaction.refused"),
        _ => None,
    }
}

/// Those who speak now, the loudest first; after them those who spoke before, the last first.
fn heard_most(before: &mut Vec<String>, speaking: &[String]) -> Vec<String> {
    before.retain(|id| !speaking.contains(id));
    before.splice(0..0, speaking.iter().cloned());
    before.truncate(MOST_DOMINANT);
    before.clone()
}

fn translated(event: ClientEvent, clock: &SharedClock) -> Option<ProviderEvent> {
    let at = clock.now().as_millis();
    Some(ProviderEvent::News(match event {
        ClientEvent::Welcome {
            participant, title, ..
        } => News::Welcomed {
            me: participant,
            title,
        },
        ClientEvent::Lobby => News::InLobby { at },
        ClientEvent::Admitted => News::Admitted { at },
        ClientEvent::Denied => News::Denied,
        ClientEvent::Removed => News::Removed,
        ClientEvent::Ended => News::MeetingEnded,
        ClientEvent::Roster(people) => News::Roster(people.into_iter().map(person).collect()),
        ClientEvent::Speaking(ids) => News::Speaking(ids),
        ClientEvent::Chat(message) => News::Chat(Incoming {
            id: message.id,
            participant: message.participant,
            from: message.from,
            text: message.text,
            blocks: Vec::new(),
            sent_at_ms: message.sent_at_ms as i64,
            client_id: message.client_id,
            state: match message.state {
                ChatState::New => MessageState::New,
                ChatState::Edited => MessageState::Edited,
                ChatState::Deleted => MessageState::Deleted,
            },
        }),
        ClientEvent::Hands(ids) => News::Hands(ids),
        ClientEvent::Typing(ids) => News::Typing(ids),
        ClientEvent::Reaction {
            participant,
            reaction,
        } => News::Reaction {
            participant,
            reaction,
        },
        ClientEvent::MutedByHost => News::MutedByHost,
        ClientEvent::ShareRefused { code } => News::ShareRefused(code),
        ClientEvent::Connected => News::ConnectionBack,
        ClientEvent::ConnectionLost => News::ConnectionLost,
        ClientEvent::ServerGone => News::Gone,
        ClientEvent::Outgoing { kind, transceiver } => {
            return Some(ProviderEvent::Outgoing {
                kind: ours(kind),
                transceiver,
            });
        }
        ClientEvent::OutgoingEnded { kind } => {
            return Some(ProviderEvent::OutgoingEnded(ours(kind)));
        }
        ClientEvent::Incoming {
            participant,
            kind,
            transceiver,
        } => {
            return Some(ProviderEvent::Incoming {
                participant,
                kind: ours(kind),
                transceiver,
            });
        }
        ClientEvent::IncomingEnded { participant, kind } => {
            return Some(ProviderEvent::IncomingEnded {
                participant,
                kind: ours(kind),
            });
        }
        ClientEvent::KeyFrameWanted { kind } => {
            return Some(ProviderEvent::KeyFrameWanted(ours(kind)));
        }
        ClientEvent::Bandwidth(rate) => return Some(ProviderEvent::Bandwidth(rate)),
        // A guest sees no lobby, and errors were dealt with before.
        ClientEvent::Waiting(_) | ClientEvent::Error { .. } => return None,
    }))
}

fn person(participant: foyer_practice::Participant) -> Person {
    Person {
        id: participant.id,
        name: participant.name,
        role: match participant.role {
            foyer_practice::Role::Host => Role::Host,
            foyer_practice::Role::Guest => Role::Guest,
        },
        muted: participant.muted,
        camera_on: participant.camera_on,
        sharing: participant.sharing,
    }
}

fn ours(kind: foyer_practice::TrackKind) -> TrackKind {
    match kind {
        foyer_practice::TrackKind::Audio => TrackKind::Audio,
        foyer_practice::TrackKind::Camera => TrackKind::Camera,
        foyer_practice::TrackKind::Share => TrackKind::Share,
    }
}

fn theirs(kind: TrackKind) -> foyer_practice::TrackKind {
    match kind {
        TrackKind::Audio => foyer_practice::TrackKind::Audio,
        TrackKind::Camera => foyer_practice::TrackKind::Camera,
        TrackKind::Share => foyer_practice::TrackKind::Share,
    }
}

struct Practice {
    client: Client,
    events: mpsc::WeakSender<ProviderEvent>,
    clock: SharedClock,
    measuring: Mutex<Option<Task>>,
}

/// Until nobody listens any more.
async fn measure(client: Client, to: mpsc::WeakSender<ProviderEvent>, clock: SharedClock) {
    let mut before: Option<Counted> = None;
    let mut every = tokio::time::interval(STATS_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let Some(measured) = client.measured().await else {
            continue;
        };
        let now = Counted::new(measured, clock.now());
        let stats = before.as_ref().map(|before| now.since(before));
        before = Some(now);
        let Some(to) = to.upgrade() else { return };
        if let Some(stats) = stats
            && to.send(ProviderEvent::Stats(stats)).await.is_err()
        {
            return;
        }
    }
}

impl Provider for Practice {
    fn set_muted(&self, muted: bool) {
        self.client.set_muted(muted);
    }

    fn set_camera(&self, on: bool) {
        self.client.set_camera(on);
    }

    fn set_share(&self, on: bool, sound: bool) {
        self.client.set_share(on, sound);
    }

    fn chat(&self, client_id: &str, text: &str) {
        self.client.chat(client_id, text);
    }

    fn edit_chat(&self, id: &str, text: &str) {
        self.client.edit_chat(id, text);
    }

    fn delete_chat(&self, id: &str) {
        self.client.delete_chat(id);
    }

    fn typing(&self) {
        self.client.typing();
    }

    fn raise_hand(&self, up: bool) {
        self.client.raise_hand(up);
    }

    fn react(&self, reaction: Reaction) {
        self.client.react(reaction);
    }

    /// Nobody writes along: the ability is missing.
    fn set_captions(&self, _on: bool, _language: Option<String>) {}

    fn set_spoken_language(&self, _language: String) {}

    /// There are no rooms: none is ever told of.
    fn change_room(&self, _enter: bool) {}

    /// Hosts do it on their own page: guests lack the ability.
    fn moderate(&self, _deed: Moderation) {}

    fn watch_stats(&self, on: bool) {
        let mut measuring = self
            .measuring
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if on && measuring.is_none() {
            let (client, to) = (self.client.clone(), self.events.clone());
            let clock = Arc::clone(&self.clock);
            *measuring = Some(Task::spawn(measure(client, to, clock)));
        } else if !on {
            *measuring = None;
        }
    }

    fn watch(&self, feeds: Vec<Watched>) {
        let feeds = feeds
            .into_iter()
            .map(|feed| foyer_practice::Watch {
                participant: feed.participant,
                kind: theirs(feed.kind),
                width: feed.width,
                height: feed.height,
                refresh: feed.refresh,
            })
            .collect();
        self.client.watch(feeds);
    }

    /// Nobody asks: rehearsals are not kept.
    fn agree(&self) {}

    /// Nobody asks how a rehearsal was.
    fn leave(self: Box<Self>, _: bool) -> Option<Desk> {
        self.client.leave();
        None
    }
}

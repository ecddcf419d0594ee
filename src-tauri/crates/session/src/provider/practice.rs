//! The practice meeting as a provider.

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_meeting::call::News;
use foyer_meeting::chat::{Incoming, MessageState};
use foyer_meeting::link::PracticeLink;
use foyer_meeting::roster::{Person, Role};
use foyer_practice::{Client, ClientConfig, ClientEvent, ConnectError};
use foyer_rtc::Impairment;
use tokio::sync::mpsc;

use super::{Provider, ProviderEvent, TrackKind, Watched};

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
    tokio::spawn(translate(happened, to, target.clock));
    Ok((Box::new(Practice { client }), events))
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
    while let Some(event) = happened.recv().await {
        if let ClientEvent::Error { code } = event {
            tracing::warn!(code, "the practice meeting refused something");
            last_error = Some(code);
            continue;
        }
        let gone = matches!(event, ClientEvent::ServerGone);
        let event = match (last_error.take(), gone) {
            // The server said why before it hung up.
            (Some(code), true) if code.starts_with("meeting.") => {
                Some(ProviderEvent::News(News::Refused(code)))
            }
            (_, _) => translated(event, &clock),
        };
        if let Some(event) = event
            && to.send(event).await.is_err()
        {
            return;
        }
    }
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
            sent_at_ms: message.sent_at_ms as i64,
            client_id: message.client_id,
            state: MessageState::New,
        }),
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
}

impl Provider for Practice {
    fn set_muted(&self, muted: bool) {
        self.client.set_muted(muted);
    }

    fn set_camera(&self, on: bool) {
        self.client.set_camera(on);
    }

    fn set_share(&self, on: bool) {
        self.client.set_share(on);
    }

    fn chat(&self, client_id: &str, text: &str) {
        self.client.chat(client_id, text);
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

    fn leave(&self) {
        self.client.leave();
    }
}

//! A Teams meeting as a provider: an identity, the calling window, and the chat beside it.

mod chat;
mod ending;
mod figures;
mod people;
mod pictures;
mod shape;
mod signs;
mod surroundings;
mod survey;
mod translator;

use std::sync::Arc;

use foyer_acs::chat::ChatClient;
use foyer_acs::endpoint::Endpoint;
use foyer_acs::guest::{self, EntryError, Guest, Issuer, Wanted};
use foyer_media::clock::SharedClock;
use foyer_meeting::call::News;
use foyer_meeting::link::{Invitation, TeamsKind, TeamsMeeting};
use foyer_meeting::moderation::Moderation;
use foyer_meeting::reaction::Reaction;
use tokio::sync::{mpsc, watch};

use self::chat::Conversation;
use self::pictures::Pictures;
use self::translator::Translator;
use super::{Desk, Provider, ProviderEvent, Watched};
use crate::task::Task;
use crate::teams::{Allowed, CallingWindowError, Chosen, Joining, Line, Locator, Request, Teams};

const GOODBYE: Request = Request::Leave {
    for_everyone: false,
};

/// Events that wait for the call.
const EVENTS: usize = 256;

/// What a guest has in hand.
#[derive(Clone, Debug)]
pub(crate) enum Ticket {
    Meeting(TeamsMeeting),
    Invitation(Invitation),
}

/// How to get into a Teams meeting.
pub(crate) struct Target {
    pub ticket: Ticket,
    pub name: String,
    pub clock: SharedClock,
    pub teams: Option<Teams>,
    pub allowed: watch::Receiver<Allowed>,
}

/// Why a Teams meeting cannot be joined.
#[derive(Debug, thiserror::Error)]
enum DialError {
    #[error("this build cannot join Teams meetings")]
    Unavailable,
    #[error("no token service is known")]
    NoService,
    #[error("the invitation's service has no usable address")]
    ServiceAddress,
    #[error(transparent)]
    Entry(#[from] EntryError),
    #[error("the meeting has neither a link nor an ID")]
    NoLocator,
    #[error(transparent)]
    Window(#[from] CallingWindowError),
}

impl DialError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable => "teams.without_sdk",
            Self::NoService => "teams.no_service",
            Self::ServiceAddress => "entry.invitation_invalid",
            Self::Entry(error) => error.code(),
            Self::NoLocator => "link.invalid",
            Self::Window(error) => error.code(),
        }
    }
}

/// Connects; the error is a code.
pub(crate) async fn dial(
    target: Target,
) -> Result<(Box<dyn Provider>, mpsc::Receiver<ProviderEvent>), String> {
    match join(target).await {
        Ok(joined) => Ok(joined),
        Err(error) => {
            tracing::info!(code = error.code(), %error, "not joined");
            Err(error.code().to_owned())
        }
    }
}

async fn join(
    target: Target,
) -> Result<(Box<dyn Provider>, mpsc::Receiver<ProviderEvent>), DialError> {
    let teams = target.teams.ok_or(DialError::Unavailable)?;
    // Looked at first: an invitation must not be used up for a call that cannot be.
    let window = teams.window.clone().ok_or(DialError::Unavailable)?;
    let (issuer, wanted) = match target.ticket {
        Ticket::Meeting(meeting) => (
            teams.issuer.clone().ok_or(DialError::NoService)?,
            Wanted::Meeting(meeting),
        ),
        Ticket::Invitation(invitation) => {
            let service =
                Endpoint::parse(&invitation.service).map_err(|_| DialError::ServiceAddress)?;
            (
                Issuer::Service(service),
                Wanted::Invitation(invitation.token),
            )
        }
    };
    let guest = guest::enter(&issuer, &wanted, &teams.around).await?;
    let joining = Joining {
        locator: locator(&guest.meeting).ok_or(DialError::NoLocator)?,
        name: target.name.clone(),
        user: guest.user.0.clone(),
        tokens: Arc::clone(&guest.tokens),
        allowed: target.allowed.clone(),
    };
    let line = window.join(joining).await?;
    let (to, events) = mpsc::channel(EVENTS);
    let (conversation, said) = converse(&guest, &teams, target.name);
    let welcome = News::Welcomed {
        me: guest.user.0.clone(),
        title: guest.subject.unwrap_or_default(),
    };
    let Line {
        requests,
        events: happened,
        pictures,
    } = line;
    let pictures = Pictures::new(requests.clone(), pictures);
    let has_chat = guest.meeting.kind != TeamsKind::Channel;
    let translator = Translator::new(
        to,
        target.clock,
        conversation.handle(),
        has_chat,
        requests.clone(),
        pictures.clone(),
    );
    let translating = Task::spawn(translator.run(happened, said, welcome));
    let provider = InTeams {
        requests,
        allowed: target.allowed,
        conversation,
        pictures,
        _translating: translating,
    };
    Ok((Box::new(provider), events))
}

fn locator(meeting: &TeamsMeeting) -> Option<Locator> {
    if let Some(link) = meeting.join_url() {
        return Some(Locator::Link(link));
    }
    meeting.meeting_id.clone().map(|id| Locator::Id {
        id,
        passcode: meeting.passcode.clone(),
    })
}

fn converse(guest: &Guest, teams: &Teams, name: String) -> (Conversation, mpsc::Receiver<News>) {
    let client = ChatClient::new(
        guest.endpoint.clone(),
        guest.tokens.clone(),
        teams.around.clone(),
    );
    Conversation::start(Arc::new(client), guest.user.clone(), name, &teams.around)
}

struct InTeams {
    requests: mpsc::Sender<Request>,
    allowed: watch::Receiver<Allowed>,
    conversation: Conversation,
    pictures: Pictures,
    _translating: Task,
}

impl InTeams {
    fn ask(&self, request: Request) {
        if let Err(error) = self.requests.try_send(request) {
            tracing::warn!(%error, "the calling window does not listen");
        }
    }
}

fn id(chosen: Option<&Chosen>) -> Option<String> {
    chosen.and_then(Chosen::id).map(str::to_owned)
}

impl Provider for InTeams {
    fn set_muted(&self, muted: bool) {
        let device = id(self.allowed.borrow().microphone.as_ref());
        self.ask(Request::SetMuted { muted, device });
    }

    fn set_camera(&self, on: bool) {
        let device = id(self.allowed.borrow().camera.as_ref());
        self.ask(Request::SetCamera { on, device });
    }

    /// Its sound goes with the microphone's, which the service is not told of.
    fn set_share(&self, on: bool, _sound: bool) {
        self.ask(Request::SetShare { on });
    }

    fn chat(&self, client_id: &str, text: &str) {
        self.conversation.say(client_id, text);
    }

    fn edit_chat(&self, id: &str, text: &str) {
        self.conversation.edit(id, text);
    }

    fn delete_chat(&self, id: &str) {
        self.conversation.delete(id);
    }

    fn typing(&self) {
        self.conversation.typing();
    }

    fn raise_hand(&self, up: bool) {
        self.ask(Request::RaiseHand { raised: up });
    }

    fn react(&self, reaction: Reaction) {
        let reaction = reaction.word().to_owned();
        self.ask(Request::React { reaction });
    }

    fn set_captions(&self, on: bool, language: Option<String>) {
        let spoken = language;
        self.ask(Request::SetCaptions { on, spoken });
    }

    fn set_spoken_language(&self, language: String) {
        self.ask(Request::SetSpokenLanguage { language });
    }

    fn watch_stats(&self, on: bool) {
        let every = on.then_some(1);
        self.ask(Request::Collect { every });
    }

    fn watch(&self, feeds: Vec<Watched>) {
        self.pictures.watch(feeds);
    }

    fn agree(&self) {
        self.ask(Request::GrantConsent);
    }

    fn change_room(&self, enter: bool) {
        self.ask(if enter {
            Request::JoinBreakout
        } else {
            Request::LeaveBreakout
        });
    }

    fn moderate(&self, deed: Moderation) {
        self.ask(match deed {
            Moderation::Mute(participant) => Request::MuteOther { participant },
            Moderation::Remove(participant) => Request::Remove { participant },
            Moderation::Admit(participant) => Request::Admit { participant },
            Moderation::TurnAway(participant) => Request::Reject { participant },
            Moderation::Spotlight(participant, on) => Request::SetSpotlight {
                participants: vec![participant],
                on,
            },
        });
    }

    fn leave(self: Box<Self>, survey: bool) -> Option<Desk> {
        if survey && !self.requests.is_closed() {
            self.ask(Request::HangUp);
            return Some(survey::open(self.requests.clone()));
        }
        self.ask(GOODBYE);
        None
    }
}

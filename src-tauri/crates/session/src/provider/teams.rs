//! A Teams meeting as a provider: an identity, the calling window, and the chat beside it.

mod chat;
mod ending;

use std::sync::Arc;

use foyer_acs::chat::ChatClient;
use foyer_acs::endpoint::Endpoint;
use foyer_acs::guest::{self, EntryError, Guest, Issuer, Wanted};
use foyer_media::clock::SharedClock;
use foyer_meeting::call::News;
use foyer_meeting::link::{Invitation, TeamsKind, TeamsMeeting};
use tokio::sync::mpsc;

use self::chat::Conversation;
use super::{Provider, ProviderEvent, Watched};
use crate::task::Task;
use crate::teams::{
    CallState, CallingWindowError, Joining, Line, Locator, Teams, WindowEvent, WindowRequest,
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
            Self::Unavailable => "teams.unavailable",
            Self::NoService => "entry.no_service",
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
    } = line;
    let translator = Translator {
        to,
        clock: target.clock,
        chat: conversation.handle(),
        end: None,
        admitted: false,
        has_chat: guest.meeting.kind != TeamsKind::Channel,
        thread: None,
    };
    let translating = Task::spawn(translator.run(happened, said, welcome));
    let provider = InTeams {
        requests,
        conversation,
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

/// Turns what the SDK and the chat tell into news.
struct Translator {
    to: mpsc::Sender<ProviderEvent>,
    clock: SharedClock,
    chat: chat::Handle,
    end: Option<(u32, Option<u32>)>,
    admitted: bool,
    /// Guests have none in channel meetings.
    has_chat: bool,
    thread: Option<String>,
}

impl Translator {
    /// Ends with the window, or when nobody listens any more.
    async fn run(
        mut self,
        mut happened: mpsc::Receiver<WindowEvent>,
        mut said: mpsc::Receiver<News>,
        welcome: News,
    ) {
        if !self.tell(welcome).await {
            return;
        }
        loop {
            let news = tokio::select! {
                event = happened.recv() => match event {
                    Some(event) => self.translated(event).await,
                    None => return,
                },
                Some(news) = said.recv() => vec![news],
            };
            for news in news {
                if !self.tell(news).await {
                    return;
                }
            }
        }
    }

    async fn tell(&self, news: News) -> bool {
        self.to.send(ProviderEvent::News(news)).await.is_ok()
    }

    async fn translated(&mut self, event: WindowEvent) -> Vec<News> {
        let at = self.clock.now().as_millis();
        match event {
            WindowEvent::State(state) => match state {
                CallState::InLobby => {
                    self.outside().await;
                    vec![News::InLobby { at }]
                }
                CallState::Connected => {
                    let first = !std::mem::replace(&mut self.admitted, true);
                    self.open_chat().await;
                    let mut news = vec![News::Admitted { at }];
                    if first {
                        // Until the service has shown us the thread.
                        let code = if self.has_chat {
                            "chat.opening"
                        } else {
                            "chat.missing"
                        };
                        news.push(News::ChatAbsent(code.to_owned()));
                    }
                    news
                }
                CallState::Disconnected => {
                    self.outside().await;
                    let (code, sub_code) = self.end.unwrap_or_default();
                    tracing::info!(code, sub_code, "the SDK's call is over");
                    vec![ending::news(code, sub_code)]
                }
                CallState::Disconnecting => {
                    self.outside().await;
                    Vec::new()
                }
                CallState::None
                | CallState::Connecting
                | CallState::Ringing
                | CallState::EarlyMedia
                | CallState::LocalHold
                | CallState::RemoteHold => Vec::new(),
            },
            WindowEvent::Thread(thread) => {
                self.thread = Some(thread);
                self.open_chat().await;
                Vec::new()
            }
            WindowEvent::EndReason { code, sub_code } => {
                self.end = Some((code, sub_code));
                Vec::new()
            }
        }
    }

    /// Chat exists only between admission and leaving.
    async fn open_chat(&self) {
        let is_open = self.admitted && self.has_chat;
        if let Some(thread) = self.thread.as_ref().filter(|_| is_open) {
            self.chat.admitted(thread).await;
        }
    }

    async fn outside(&mut self) {
        if std::mem::take(&mut self.admitted) {
            self.chat.left().await;
        }
    }
}

struct InTeams {
    requests: mpsc::Sender<WindowRequest>,
    conversation: Conversation,
    _translating: Task,
}

impl InTeams {
    fn ask(&self, request: WindowRequest) {
        if let Err(error) = self.requests.try_send(request) {
            tracing::warn!(?request, %error, "the calling window does not listen");
        }
    }
}

impl Provider for InTeams {
    fn set_muted(&self, muted: bool) {
        self.ask(WindowRequest::SetMuted(muted));
    }

    fn set_camera(&self, on: bool) {
        self.ask(WindowRequest::SetCamera(on));
    }

    fn set_share(&self, on: bool) {
        self.ask(WindowRequest::SetShare(on));
    }

    fn chat(&self, client_id: &str, text: &str) {
        self.conversation.say(client_id, text);
    }

    fn watch(&self, _feeds: Vec<Watched>) {}

    fn leave(&self) {
        self.ask(WindowRequest::Leave);
    }
}

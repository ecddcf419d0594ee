//! The chat beside a Teams call: what the guest writes goes out in order, what others write comes in as news.

use std::collections::VecDeque;
use std::sync::Arc;

use foyer_acs::Secret;
use foyer_acs::chat::live::Live;
use foyer_acs::chat::message::{Kind, Message};
use foyer_acs::chat::poll::Change;
use foyer_acs::chat::{ChatClient, ChatError, Draft, Format, html};
use foyer_acs::clock::BoxFuture;
use foyer_acs::http::Surroundings;
use foyer_acs::identity::UserId;
use foyer_meeting::call::News;
use foyer_meeting::chat::{Incoming, MessageState};
use tokio::sync::mpsc;

use super::shape;
use crate::task::Task;

/// Jobs that wait to be done.
const WAITING: usize = 32;
/// Messages of ours whose time is known.
const KNOWN: usize = 1_000;
/// News that wait for the call.
const NEWS: usize = 256;

/// A chat that runs. Dropping it stops it.
pub(super) struct Conversation {
    live: Arc<Live>,
    jobs: mpsc::Sender<Job>,
    refused: mpsc::Sender<News>,
    _tasks: [Task; 2],
}

/// Tells the chat where the guest is.
#[derive(Clone)]
pub(super) struct Handle(Arc<Live>);

/// What the guest wants of the chat. One after the other.
#[derive(Clone, Debug)]
enum Job {
    Say { client_id: String, text: String },
    Edit { id: String, text: String },
    Delete { id: String },
    Typing,
}

impl Job {
    /// What the call hears if it is not done.
    fn not_done(self) -> Option<News> {
        match self {
            Self::Say { client_id, .. } => Some(News::ChatNotSent { client_id }),
            Self::Edit { .. } | Self::Delete { .. } => {
                Some(News::NotDone("chat.notChanged".to_owned()))
            }
            Self::Typing => None,
        }
    }
}

impl Conversation {
    /// Outside of any meeting: nothing is asked for until [`Handle::admitted`].
    pub fn start(
        client: Arc<ChatClient>,
        user: UserId,
        name: String,
        around: &Surroundings,
    ) -> (Self, mpsc::Receiver<News>) {
        let (live, driver, changes) = Live::new(client, around.clock.clone(), around.seed);
        let live = Arc::new(live);
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (to, news) = mpsc::channel(NEWS);
        let talk = Talk {
            live: Arc::clone(&live),
            user,
            name,
            to: to.clone(),
            held: Vec::new(),
            ours: VecDeque::new(),
            written: VecDeque::new(),
        };
        let conversation = Self {
            live,
            jobs,
            refused: to,
            _tasks: [
                Task::spawn(driver.run()),
                Task::spawn(talk.run(waiting, changes)),
            ],
        };
        (conversation, news)
    }

    /// For whoever knows when the guest is let in and leaves.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.live))
    }

    /// Sends a text after those before it.
    pub fn say(&self, client_id: &str, text: &str) {
        let (client_id, text) = (client_id.to_owned(), text.to_owned());
        self.want(Job::Say { client_id, text });
    }

    /// Puts another text in place of a message of ours.
    pub fn edit(&self, id: &str, text: &str) {
        let (id, text) = (id.to_owned(), text.to_owned());
        self.want(Job::Edit { id, text });
    }

    /// Takes a message of ours back.
    pub fn delete(&self, id: &str) {
        let id = id.to_owned();
        self.want(Job::Delete { id });
    }

    /// Tells the others that we write.
    pub fn typing(&self) {
        self.want(Job::Typing);
    }

    fn want(&self, job: Job) {
        if let Err(error) = self.jobs.try_send(job) {
            tracing::warn!("the chat cannot keep up");
            // With both full, the call hears of nothing and a message stays unconfirmed.
            if let Some(news) = error.into_inner().not_done() {
                self.refused.try_send(news).ok();
            }
        }
    }
}

impl Handle {
    pub async fn admitted(&self, thread: &str) {
        self.0.admitted(thread).await;
    }

    pub async fn left(&self) {
        self.0.left().await;
    }
}

struct Talk {
    live: Arc<Live>,
    user: UserId,
    name: String,
    to: mpsc::Sender<News>,
    /// Messages of ours that came back before the service told us their ids.
    held: Vec<Message>,
    /// Ids that the service gave to messages of ours, with our own.
    ours: VecDeque<(String, String)>,
    /// When our messages were written, by the service's ids.
    written: VecDeque<(String, i64)>,
}

/// A job and what became of it; for a message said, the service's id.
type Working = BoxFuture<'static, (Job, Result<Option<String>, ChatError>)>;

impl Talk {
    /// Ends with the conversation, or when nobody listens any more.
    async fn run(mut self, mut waiting: mpsc::Receiver<Job>, mut changes: mpsc::Receiver<Change>) {
        let mut working: Option<Working> = None;
        loop {
            let news = tokio::select! {
                job = waiting.recv(), if working.is_none() => match job {
                    Some(job) => {
                        working = Some(self.work(job));
                        Vec::new()
                    }
                    None => return,
                },
                (job, outcome) = worked(&mut working) => {
                    working = None;
                    self.done(job, outcome)
                }
                change = changes.recv() => match change {
                    Some(change) => self.changed(change, working.is_some()),
                    None => return,
                },
            };
            for news in news {
                if self.to.send(news).await.is_err() {
                    return;
                }
            }
        }
    }

    fn work(&self, job: Job) -> Working {
        let live = Arc::clone(&self.live);
        let name = self.name.clone();
        Box::pin(async move {
            let outcome = match &job {
                Job::Say { text, .. } => {
                    let draft = Draft {
                        content: Secret::new(text.clone()),
                        format: Format::Text,
                        sender_name: Some(name),
                    };
                    live.send(&draft).await.map(Some)
                }
                Job::Edit { id, text } => {
                    let content = Secret::new(text.clone());
                    live.edit(id, &content).await.map(|()| None)
                }
                Job::Delete { id } => live.delete(id).await.map(|()| None),
                Job::Typing => live.typing(Some(&name)).await.map(|()| None),
            };
            (job, outcome)
        })
    }

    fn done(&mut self, job: Job, outcome: Result<Option<String>, ChatError>) -> Vec<News> {
        let mut news = Vec::new();
        match (job, outcome) {
            (Job::Say { client_id, .. }, Ok(Some(id))) => {
                self.ours.push_back((id, client_id));
                if self.ours.len() > WAITING {
                    self.ours.pop_front();
                }
            }
            (Job::Edit { id, text }, Ok(_)) => {
                news.extend(self.became(id, text, MessageState::Edited));
            }
            (Job::Delete { id }, Ok(_)) => {
                news.extend(self.became(id, String::new(), MessageState::Deleted));
            }
            (Job::Typing | Job::Say { .. }, Ok(_)) => {}
            (job, Err(error)) => {
                tracing::warn!(code = error.code(), "the chat did not do it");
                news.extend(job.not_done());
            }
        }
        let held = std::mem::take(&mut self.held);
        for message in held {
            news.push(self.incoming(message, MessageState::New));
        }
        news
    }

    /// What the service took, at once: it may take a minute until it is read back.
    fn became(&self, id: String, text: String, state: MessageState) -> Option<News> {
        let (_, sent_at_ms) = self.written.iter().find(|(known, _)| *known == id)?;
        Some(News::Chat(Incoming {
            participant: self.user.0.clone(),
            from: self.name.clone(),
            sent_at_ms: *sent_at_ms,
            id,
            text,
            state,
            ..Incoming::default()
        }))
    }

    fn changed(&mut self, change: Change, working: bool) -> Vec<News> {
        let (message, state) = match change {
            Change::New(message) => (message, MessageState::New),
            Change::Edited(message) => (message, MessageState::Edited),
            Change::Deleted(message) => (message, MessageState::Deleted),
            Change::Available => return vec![News::ChatPresent],
            Change::NotAvailable(absence) => {
                return vec![News::ChatAbsent(absence.code().to_owned())];
            }
        };
        match message.kind {
            Kind::Text | Kind::Html => {}
            // Who came and went is the roster's to tell.
            Kind::TopicUpdated { .. }
            | Kind::ParticipantsAdded { .. }
            | Kind::ParticipantsRemoved { .. }
            | Kind::Other(_) => return Vec::new(),
        }
        if working && state == MessageState::New && self.is_ours(&message) {
            self.held.push(message);
            return Vec::new();
        }
        vec![self.incoming(message, state)]
    }

    fn is_ours(&self, message: &Message) -> bool {
        let sender = message.sender.as_ref();
        sender.is_some_and(|sender| sender.raw_id.as_str() == self.user.0)
    }

    fn incoming(&mut self, message: Message, state: MessageState) -> News {
        let sent_at_ms = message.created_on.as_millisecond();
        if state == MessageState::New && self.is_ours(&message) {
            if self.written.len() == KNOWN {
                self.written.pop_front();
            }
            self.written.push_back((message.id.clone(), sent_at_ms));
        }
        let client_id = self.ours.iter().find(|(id, _)| *id == message.id);
        let client_id = client_id.map(|(_, ours)| ours.clone());
        let sender = message.sender.as_ref();
        News::Chat(Incoming {
            participant: sender
                .map(|sender| sender.raw_id.as_str().to_owned())
                .unwrap_or_default(),
            from: message.sender_name.unwrap_or_default(),
            text: html::plain(&message.body),
            blocks: shape::blocks(&message.body),
            sent_at_ms,
            id: message.id,
            client_id,
            state,
        })
    }
}

async fn worked(working: &mut Option<Working>) -> (Job, Result<Option<String>, ChatError>) {
    match working {
        Some(working) => working.await,
        None => std::future::pending().await,
    }
}

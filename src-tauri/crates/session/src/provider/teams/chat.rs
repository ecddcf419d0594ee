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

use crate::task::Task;

/// Messages of ours that wait to be sent.
const WAITING: usize = 32;
/// News that wait for the call.
const NEWS: usize = 256;

/// A chat that runs. Dropping it stops it.
pub(super) struct Conversation {
    live: Arc<Live>,
    drafts: mpsc::Sender<Saying>,
    refused: mpsc::Sender<News>,
    _tasks: [Task; 2],
}

/// Tells the chat where the guest is.
#[derive(Clone)]
pub(super) struct Handle(Arc<Live>);

struct Saying {
    client_id: String,
    text: String,
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
        let (drafts, waiting) = mpsc::channel(WAITING);
        let (to, news) = mpsc::channel(NEWS);
        let talk = Talk {
            live: Arc::clone(&live),
            user,
            name,
            to: to.clone(),
            held: Vec::new(),
            ours: VecDeque::new(),
        };
        let conversation = Self {
            live,
            drafts,
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
        let saying = Saying {
            client_id: client_id.to_owned(),
            text: text.to_owned(),
        };
        if let Err(error) = self.drafts.try_send(saying) {
            tracing::warn!(%error, "a message was not taken");
            let client_id = client_id.to_owned();
            // With both full, the call hears of nothing and the message stays unconfirmed.
            self.refused.try_send(News::ChatNotSent { client_id }).ok();
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
}

type Sending = BoxFuture<'static, (String, Result<String, ChatError>)>;

impl Talk {
    /// Ends with the conversation, or when nobody listens any more.
    async fn run(
        mut self,
        mut waiting: mpsc::Receiver<Saying>,
        mut changes: mpsc::Receiver<Change>,
    ) {
        let mut sending: Option<Sending> = None;
        loop {
            let news = tokio::select! {
                saying = waiting.recv(), if sending.is_none() => match saying {
                    Some(saying) => {
                        sending = Some(self.send(saying));
                        Vec::new()
                    }
                    None => return,
                },
                (client_id, outcome) = sent(&mut sending) => {
                    sending = None;
                    self.sent(client_id, outcome)
                }
                change = changes.recv() => match change {
                    Some(change) => self.changed(change, sending.is_some()),
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

    fn send(&self, saying: Saying) -> Sending {
        let live = Arc::clone(&self.live);
        let draft = Draft {
            content: Secret::new(saying.text),
            format: Format::Text,
            sender_name: Some(self.name.clone()),
        };
        Box::pin(async move { (saying.client_id, live.send(&draft).await) })
    }

    fn sent(&mut self, client_id: String, outcome: Result<String, ChatError>) -> Vec<News> {
        let mut news = Vec::new();
        match outcome {
            Ok(id) => {
                self.ours.push_back((id, client_id));
                if self.ours.len() > WAITING {
                    self.ours.pop_front();
                }
            }
            Err(error) => {
                tracing::warn!(code = error.code(), "a message was not sent");
                news.push(News::ChatNotSent { client_id });
            }
        }
        let held = std::mem::take(&mut self.held);
        news.extend(
            held.into_iter()
                .map(|message| self.incoming(message, MessageState::New)),
        );
        news
    }

    fn changed(&mut self, change: Change, sending: bool) -> Vec<News> {
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
        if sending && state == MessageState::New && self.is_ours(&message) {
            self.held.push(message);
            return Vec::new();
        }
        vec![self.incoming(message, state)]
    }

    fn is_ours(&self, message: &Message) -> bool {
        let sender = message.sender.as_ref();
        sender.is_some_and(|sender| sender.raw_id.as_str() == self.user.0)
    }

    fn incoming(&self, message: Message, state: MessageState) -> News {
        let client_id = self.ours.iter().find(|(id, _)| *id == message.id);
        let client_id = client_id.map(|(_, ours)| ours.clone());
        let sender = message.sender.as_ref();
        News::Chat(Incoming {
            participant: sender
                .map(|sender| sender.raw_id.as_str().to_owned())
                .unwrap_or_default(),
            from: message.sender_name.unwrap_or_default(),
            text: html::plain(&message.body),
            sent_at_ms: message.created_on.as_millisecond(),
            id: message.id,
            client_id,
            state,
        })
    }
}

async fn sent(sending: &mut Option<Sending>) -> (String, Result<String, ChatError>) {
    match sending {
        Some(sending) => sending.await,
        None => std::future::pending().await,
    }
}

//! A chat that keeps itself up to date while the guest is in the meeting.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::error::{Absence, ChatError};
use super::message::Message;
use super::poll::{Ask, Attention, Change, Due, PAGE, Poller};
use super::{ChatClient, Draft};
use crate::clock::{BoxFuture, SharedClock, since};
use crate::secret::Secret;

/// Pages that are followed for one question: more than this in one interval is no conversation.
const MOST_PAGES: usize = 10;

/// A running chat. Dropping it stops it.
pub struct Live {
    client: Arc<ChatClient>,
    thread: watch::Sender<Option<String>>,
    wishes: mpsc::Sender<Wish>,
}

#[derive(Debug)]
enum Wish {
    Admitted(String),
    Left,
    Attend(Attention),
    Hint,
}

/// What does the work, to be run as a task.
pub struct Driver {
    client: Arc<ChatClient>,
    clock: SharedClock,
    poller: Poller,
    thread: Option<String>,
    wishes: mpsc::Receiver<Wish>,
    changes: mpsc::Sender<Change>,
}

type Fetch = BoxFuture<'static, (Ask, Result<Vec<Message>, ChatError>)>;

impl Live {
    /// A chat outside of any meeting, the task that drives it, and what the guest learns. Nothing moves until the
    /// task runs; a receiver that is not read holds the polling up.
    pub fn new(
        client: Arc<ChatClient>,
        clock: SharedClock,
        seed: u64,
    ) -> (Self, Driver, mpsc::Receiver<Change>) {
        let (wishes, wished) = mpsc::channel(32);
        let (changes, changed) = mpsc::channel(256);
        let driver = Driver {
            client: Arc::clone(&client),
            clock,
            poller: Poller::new(seed),
            thread: None,
            wishes: wished,
            changes,
        };
        let live = Self {
            client,
            thread: watch::Sender::new(None),
            wishes,
        };
        (live, driver, changed)
    }

    /// The guest was let in, or learnt that the thread is another one.
    pub async fn admitted(&self, thread: &str) {
        let before = self.thread.send_replace(Some(thread.to_owned()));
        if before.as_deref() != Some(thread) {
            self.wish(Wish::Admitted(thread.to_owned())).await;
        }
    }

    /// The guest is no longer in the meeting.
    pub async fn left(&self) {
        self.thread.send_replace(None);
        self.wish(Wish::Left).await;
    }

    /// How much the guest looks at the chat.
    pub async fn attend(&self, attention: Attention) {
        self.wish(Wish::Attend(attention)).await;
    }

    /// Something may have happened.
    pub async fn hint(&self) {
        self.wish(Wish::Hint).await;
    }

    /// Writes; the message comes back as a [`Change::New`] with this id.
    pub async fn send(&self, draft: &Draft) -> Result<String, ChatError> {
        let id = self.client.send(&self.thread()?, draft).await?;
        self.hint().await;
        Ok(id)
    }

    /// Changes a message of ours.
    pub async fn edit(&self, id: &str, content: &Secret) -> Result<(), ChatError> {
        self.client.edit(&self.thread()?, id, content).await?;
        self.hint().await;
        Ok(())
    }

    /// Takes a message of ours back.
    pub async fn delete(&self, id: &str) -> Result<(), ChatError> {
        self.client.delete(&self.thread()?, id).await?;
        self.hint().await;
        Ok(())
    }

    /// Tells the others that we are typing.
    pub async fn typing(&self, name: Option<&str>) -> Result<(), ChatError> {
        self.client.typing(&self.thread()?, name).await
    }

    fn thread(&self) -> Result<String, ChatError> {
        let thread = self.thread.borrow().clone();
        thread.ok_or(ChatError::NotAvailable(Absence::Outside))
    }

    async fn wish(&self, wish: Wish) {
        // A driver that is gone needs nothing any more.
        let _ = self.wishes.send(wish).await;
    }
}

impl Driver {
    /// Runs until the [`Live`] or the receiver of changes is dropped.
    pub async fn run(mut self) {
        let mut fetch: Option<Fetch> = None;
        loop {
            let now = self.clock.now();
            let mut wait = None;
            match self.poller.due(now) {
                Due::Now(ask) => fetch = self.ask(ask),
                Due::At(next) => wait = Some(since(next, now)),
                Due::Never => {}
            }
            let changes = tokio::select! {
                // In this order: whoever has left must not be asked for once more.
                biased;
                wish = self.wishes.recv() => match wish {
                    Some(wish) => {
                        if self.heed(wish) {
                            fetch = None;
                        }
                        Vec::new()
                    }
                    None => return,
                },
                (ask, answer) = fetched(&mut fetch) => {
                    fetch = None;
                    self.heard(&ask, answer)
                }
                () = passed(&self.clock, wait) => Vec::new(),
                () = self.changes.closed() => return,
            };
            for change in changes {
                if self.changes.send(change).await.is_err() {
                    return;
                }
            }
        }
    }

    /// True if what is being asked is of no interest any more.
    fn heed(&mut self, wish: Wish) -> bool {
        let now = self.clock.now();
        match wish {
            Wish::Admitted(thread) => {
                self.thread = Some(thread);
                self.poller.admitted(now);
                return true;
            }
            Wish::Left => {
                self.thread = None;
                self.poller.left();
                return true;
            }
            Wish::Attend(attention) => self.poller.attend(attention, now),
            Wish::Hint => self.poller.hint(now),
        }
        false
    }

    fn ask(&self, ask: Ask) -> Option<Fetch> {
        let thread = self.thread.clone()?;
        let client = Arc::clone(&self.client);
        Some(Box::pin(async move {
            let answer = gather(&client, &thread, &ask).await;
            (ask, answer)
        }))
    }

    fn heard(&mut self, ask: &Ask, answer: Result<Vec<Message>, ChatError>) -> Vec<Change> {
        let now = self.clock.now();
        match answer {
            Ok(messages) => self.poller.answered(ask, messages, now),
            Err(error) => {
                tracing::debug!(code = error.code(), "the chat could not be read");
                Vec::from_iter(self.poller.failed(ask, &error, now))
            }
        }
    }
}

async fn passed(clock: &SharedClock, wait: Option<Duration>) {
    match wait {
        Some(wait) => clock.sleep(wait).await,
        None => std::future::pending().await,
    }
}

async fn fetched(fetch: &mut Option<Fetch>) -> (Ask, Result<Vec<Message>, ChatError>) {
    match fetch {
        Some(fetch) => fetch.await,
        None => std::future::pending().await,
    }
}

async fn gather(client: &ChatClient, thread: &str, ask: &Ask) -> Result<Vec<Message>, ChatError> {
    let mut page = client.messages(thread, PAGE, ask.since).await?;
    let mut messages = page.messages;
    for _ in 1..MOST_PAGES {
        let Some(next) = page.next.filter(|_| ask.follow) else {
            break;
        };
        page = client.next_page(&next).await?;
        messages.append(&mut page.messages);
    }
    Ok(messages)
}

//! One page: what it opened, and the loop that obeys it in order.

mod budget;
mod obey;
mod objects;
mod tracks;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_contract::bridge::{Event, Handle, Numbered};
use futures_util::StreamExt;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use crate::bridge::House;
use crate::outbox::{self, Outbox};
use crate::server::Socket;
use crate::sound::Sound;
use crate::task::Task;
use crate::trouble;
use crate::video::remote::{RemotePictures, RemoteVideo};
use budget::Budget;
pub(crate) use objects::{Object, Objects, Ordered, Track};

/// Commands in one message.
const MOST_COMMANDS: usize = 4_096;

/// What the actors of one page share.
pub(crate) struct Page {
    pub house: Arc<House>,
    pub outbox: Outbox,
    pub sound: Sound,
    objects: Mutex<Objects>,
    /// Work that belongs to no object, such as a device that is being opened.
    tasks: Mutex<JoinSet<()>>,
    next: AtomicU32,
    /// By the receiver's own track.
    remote_video: Mutex<HashMap<Handle, Weak<RemoteVideo>>>,
}

impl Page {
    pub fn objects(&self) -> MutexGuard<'_, Objects> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A handle for what the engine makes: even.
    pub fn new_handle(&self) -> Handle {
        self.next.fetch_add(2, Ordering::Relaxed)
    }

    /// Ends with the page at the latest.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// A receiver's pictures can be watched from now on.
    pub fn receives(&self, track: Handle, video: &Arc<RemoteVideo>) {
        let mut known = self.remote_video();
        known.retain(|_, video| video.strong_count() > 0);
        known.insert(track, Arc::downgrade(video));
    }

    /// What arrives on a remote track of the page's, or a clone of it.
    pub fn remote_pictures(&self, track: Handle) -> Option<RemotePictures> {
        let Some(Track::Remote { root, .. }) = self.objects().track(track) else {
            return None;
        };
        let video = self.remote_video().get(&root)?.upgrade()?;
        Some(RemotePictures::of(&video))
    }

    fn remote_video(&self) -> MutexGuard<'_, HashMap<Handle, Weak<RemoteVideo>>> {
        self.remote_video
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer to a command that no connection orders.
    pub async fn answer(&self, seq: u32, outcome: Result<Answer, WireError>) {
        self.outbox.answer(seq, seq, outcome).await;
    }
}

/// Dropping it ends all that the page began.
struct Open(Arc<Page>);

impl Drop for Open {
    fn drop(&mut self) {
        let page = &self.0;
        let objects = page.objects().close();
        drop(objects);
        page.sound.close();
        let mut tasks = page.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.abort_all();
        tracing::info!("page closed");
    }
}

/// Serves a page until its socket closes or it breaks the rules.
pub(crate) async fn run(socket: Socket, house: Arc<House>) {
    tracing::info!("page opened");
    let (sink, mut stream) = socket.split();
    let (outbox, outgoing) = Outbox::new();
    let _writer = Task::spawn(outgoing.write(sink));
    let mut devices = house.devices.subscribe();
    let clock = Arc::clone(&house.surroundings.clock);
    let sound = Sound::new(
        Arc::clone(&clock),
        Arc::clone(&house.surroundings.devices),
        outbox.clone(),
    );
    let open = Open(Arc::new(Page {
        house,
        outbox: outbox.clone(),
        sound,
        objects: Mutex::default(),
        tasks: Mutex::default(),
        next: AtomicU32::new(2),
        remote_video: Mutex::default(),
    }));
    let page = &open.0;
    page.house.came(page);
    let mut budget = Budget::new(clock.now());
    loop {
        let message = tokio::select! {
            message = stream.next() => message,
            () = outbox.closed() => return,
            Ok(()) = devices.changed() => {
                let devices = devices.borrow_and_update().clone();
                outbox.event(Event::Devices { devices }).await;
                continue;
            }
        };
        let followed = match message {
            Some(Ok(Message::Text(text))) => {
                let commands = match parse(&text) {
                    Ok(commands) => commands,
                    Err(why) => {
                        tracing::warn!(why, "page breaks the rules");
                        return;
                    }
                };
                let wait = budget.spend(commands.len(), text.len(), clock.now());
                tokio::time::sleep(wait).await;
                follow(page, commands).await
            }
            Some(Ok(Message::Binary(record))) => message_of(page, record),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => return,
            Some(Err(error)) => {
                tracing::debug!(%error, "page not read");
                return;
            }
        };
        if let Err(why) = followed {
            tracing::warn!(why, "page breaks the rules");
            return;
        }
    }
}

enum Parsed {
    Known(Numbered),
    /// A command of another version, to be answered.
    Unknown(u32),
}

fn parse(text: &str) -> Result<Vec<Parsed>, &'static str> {
    let all: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| "no commands")?;
    if all.len() > MOST_COMMANDS {
        return Err("too many commands");
    }
    all.into_iter()
        .map(|value| {
            let seq = value["seq"]
                .as_u64()
                .and_then(|seq| u32::try_from(seq).ok());
            match serde_json::from_value(value) {
                Ok(numbered) => Ok(Parsed::Known(numbered)),
                Err(error) => {
                    tracing::warn!(%error, "unknown command");
                    seq.map(Parsed::Unknown).ok_or("no command")
                }
            }
        })
        .collect()
}

async fn follow(page: &Arc<Page>, commands: Vec<Parsed>) -> Result<(), &'static str> {
    for parsed in commands {
        match parsed {
            Parsed::Known(Numbered { seq, command }) => page.obey(seq, command).await?,
            Parsed::Unknown(seq) => {
                let refusal = trouble::not_supported("this command");
                page.answer(seq, Err(refusal)).await;
            }
        }
    }
    Ok(())
}

fn message_of(page: &Page, record: Bytes) -> Result<(), &'static str> {
    let (channel, message) = outbox::parse_message(record).ok_or("no message")?;
    // The channel may have closed while the message was on its way.
    if let Some(Object::Channel { sends, .. }) = page.objects().get(channel) {
        sends.send(message);
    }
    Ok(())
}

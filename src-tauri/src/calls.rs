//! The owner of the current call: there is one at most.

use std::sync::{Arc, Mutex, PoisonError};

use foyer_contract::event::CallEvent;
use foyer_contract::intent::Intent;
use foyer_contract::view::Phase;
use foyer_meeting::sensitive::Sensitive;
use foyer_session::teams::Teams;
use foyer_session::{CallHandle, Environment, OpenCallError};
use tauri::ipc::Channel;

use crate::frames::Frames;

/// The current call and where its events and pictures go.
pub struct Calls {
    environment: Environment,
    frames: Arc<Frames>,
    current: Mutex<Current>,
}

/// That we are in.
pub struct Joined {
    /// The meeting's; empty where it is not known.
    pub title: String,
    /// The time of day.
    pub at_ms: i64,
    /// Somebody let us in from the lobby.
    pub waited: bool,
}

#[derive(Default)]
struct Current {
    /// Of the newest call; none before the first.
    number: u32,
    handle: Option<CallHandle>,
}

impl Calls {
    /// No call yet.
    pub fn new(environment: Environment, frames: Arc<Frames>) -> Self {
        Self {
            environment,
            frames,
            current: Mutex::default(),
        }
    }

    /// Opens a call in place of the current one, which is hung up. Its events go to `events` until it has ended;
    /// its pictures wait at [`Frames`] under the number that this answers with. `joined` hears once that we are in.
    /// Needs a tokio runtime.
    pub fn open(
        &self,
        text: &str,
        passcode: Option<&Sensitive<String>>,
        teams: Option<Teams>,
        events: Channel<CallEvent>,
        joined: impl FnOnce(Joined) + Send + 'static,
    ) -> Result<u32, OpenCallError> {
        self.close();
        let wall_clock = self.environment.wall_clock.clone();
        let environment = Environment {
            teams,
            ..self.environment.clone()
        };
        let (handle, mut streams) = foyer_session::open(text, passcode, environment)?;
        let number = {
            let mut current = self.current();
            current.number += 1;
            current.handle = Some(handle);
            current.number
        };
        self.frames.deliver(number, streams.frames);
        tokio::spawn(async move {
            let mut joined = Some(joined);
            let mut waited = false;
            while let Some(event) = streams.events.recv().await {
                if let CallEvent::View { view } = &event {
                    waited |= view.phase == Phase::Lobby;
                    if view.phase == Phase::InMeeting
                        && let Some(joined) = joined.take()
                    {
                        joined(Joined {
                            title: view.title.clone().unwrap_or_default(),
                            at_ms: wall_clock() as i64,
                            waited,
                        });
                    }
                }
                if let Err(error) = events.send(event) {
                    tracing::warn!(number, %error, "the page takes no more events");
                    return;
                }
            }
            tracing::debug!(number, "no more events");
        });
        tracing::info!(number, "call opened");
        Ok(number)
    }

    /// Passes an intent to the current call; false if there is none.
    pub fn send(&self, intent: Intent) -> bool {
        let handle = self.current().handle.clone();
        handle.is_some_and(|handle| handle.send(intent))
    }

    /// Whether there is one, from before joining to after its end.
    pub fn is_open(&self) -> bool {
        self.current().handle.is_some()
    }

    /// Hangs up, if there is a call, and releases its devices.
    pub fn close(&self) {
        let mut current = self.current();
        if current.handle.take().is_some() {
            tracing::info!(number = current.number, "call closed");
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

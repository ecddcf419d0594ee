//! The owner of the current call: there is one at most.

use std::sync::{Arc, Mutex, PoisonError};

use foyer_contract::event::CallEvent;
use foyer_contract::intent::Intent;
use foyer_contract::share_window::SharedApart;
use foyer_contract::view::{CallView, Phase};
use foyer_meeting::sensitive::Sensitive;
use foyer_session::teams::Teams;
use foyer_session::{CallHandle, Environment, OpenCallError};
use tauri::ipc::Channel;
use tokio::sync::{broadcast, watch};

use crate::desktop::news::{News, Witness};
use crate::desktop::standing::{Stage, Standing};
use crate::frames::Frames;

/// News that wait for being told.
const NEWS: usize = 16;

/// The current call and where its events and pictures go.
pub struct Calls {
    environment: Environment,
    frames: Arc<Frames>,
    current: Mutex<Current>,
    standings: Arc<watch::Sender<Standings>>,
    news: broadcast::Sender<News>,
    share: Arc<watch::Sender<Option<SharedApart>>>,
}

/// How we stand, for whoever is not the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// Number of the call that it is about.
    pub call: u32,
    /// How we stand in it now.
    pub now: Standing,
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
            standings: Arc::new(watch::Sender::default()),
            news: broadcast::Sender::new(NEWS),
            share: Arc::default(),
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
        self.frames.deliver(number, streams.frames, streams.apart);
        let standings = self.standings.clone();
        let news = self.news.clone();
        let share = self.share.clone();
        share.send_replace(None);
        standings.send_replace(Standings {
            call: number,
            now: Standing {
                phase: Stage::PreJoin,
                ..Standing::default()
            },
        });
        tokio::spawn(async move {
            let mut joined = Some(joined);
            let mut waited = false;
            let mut witness = Witness::default();
            while let Some(event) = streams.events.recv().await {
                if let Some(seen) = witness.see(&event, wall_clock()) {
                    // Perhaps nobody tells the guest.
                    news.send(seen).ok();
                }
                if let CallEvent::View { view } = &event {
                    stand(&standings, number, Standing::from(view));
                    show(&share, number, view);
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
                    break;
                }
            }
            stand(&standings, number, Standing::default());
            share.send_if_modified(|share| share.take_if(|share| share.call == number).is_some());
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

    /// How we stand now, and every change of it. Changes that follow each other at once may be seen as one.
    pub fn standings(&self) -> watch::Receiver<Standings> {
        self.standings.subscribe()
    }

    /// What happens from now on. Whoever is slow misses the oldest.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Tells news of what is no call.
    pub fn tell(&self, news: News) {
        // Perhaps nobody tells the guest.
        self.news.send(news).ok();
    }

    /// The screen that somebody shares in the current call.
    pub fn share(&self) -> watch::Receiver<Option<SharedApart>> {
        self.share.subscribe()
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

/// Notes how we stand in a call, unless another has taken its place.
fn stand(standings: &watch::Sender<Standings>, call: u32, now: Standing) {
    standings.send_if_modified(|standings| {
        let differs = standings.call == call && standings.now != now;
        if differs {
            standings.now = now;
        }
        differs
    });
}

/// Notes what is shared in a call, unless another has taken its place.
fn show(share: &watch::Sender<Option<SharedApart>>, call: u32, view: &CallView) {
    let is_in = matches!(view.phase, Phase::InMeeting | Phase::Reconnecting);
    let now = view
        .share
        .as_ref()
        .filter(|_| is_in)
        .map(|share| SharedApart {
            call,
            feed: share.feed,
            name: share.name.clone(),
        });
    share.send_if_modified(|share| {
        let is_ours = share.as_ref().is_none_or(|share| share.call <= call);
        let differs = is_ours && *share != now;
        if differs {
            *share = now;
        }
        differs
    });
}

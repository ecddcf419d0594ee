//! A call without a window: joins, takes part with the given devices, decodes what it sees, and reports.
//!
//! It uses a call as the UI does, through intents, views and frames, so that it proves the same parts.

mod eyes;
mod options;

use std::time::Duration;

use foyer_contract::event::CallEvent;
use foyer_contract::intent::{Intent, WatchedFeed};
use foyer_contract::view::{CallView, Phase};
use foyer_meeting::end::EndReason;
use foyer_meeting::link::parse_practice_link;
use foyer_meeting::name::{NameError, clean_name};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use crate::report::Report;
use crate::session::{CallHandle, Environment, OpenCallError, open};
use crate::share;
use eyes::Eyes;
pub use options::Options;

/// Feeds are watched at the size of a large tile.
const TILE: (u32, u32) = (1280, 720);
/// How long a call may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(10);

/// Why there was no call at all.
#[derive(Debug, thiserror::Error)]
pub enum HeadlessError {
    /// The link cannot be joined.
    #[error(transparent)]
    Open(#[from] OpenCallError),
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The call broke without an end, which only a panic can cause.
    #[error("the call broke down")]
    Broken,
}

impl HeadlessError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(error) => error.code(),
            Self::Name(error) => error.code(),
            Self::Broken => "call.broken",
        }
    }
}

/// How a call without a window went.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What it was like.
    pub report: Report,
    /// The exit code that fits: 0 if it took part until it left or the meeting ended, 3 if it never got in,
    /// 4 if it was put out or lost the service.
    pub exit_code: u8,
}

/// Joins and stays until the duration is over, `stop` resolves, or the call ends by itself.
pub async fn run(
    options: Options,
    environment: Environment,
    stop: impl Future<Output = ()>,
) -> Result<Outcome, HeadlessError> {
    clean_name(&options.name)?;
    parse_practice_link(&options.link).map_err(OpenCallError::from)?;
    let clock = environment.clock.clone();
    let (handle, streams) = open(&options.link, None, environment)?;
    let (eyes, lost) = Eyes::open(streams.frames, clock);
    let mut guest = Guest {
        handle,
        was_in: false,
        shared: false,
        watched: Vec::new(),
        leave_at: options.duration.map(|duration| Instant::now() + duration),
        options,
    };
    let start = eyes.now();
    guest.handle.send(Intent::Choose {
        choices: guest.options.choices(),
    });
    guest.handle.send(Intent::Join);
    let reason = guest.take_part(streams.events, lost, stop).await?;
    let mut report = guest.handle.report().await;
    eyes.complete(&mut report, start);
    Ok(Outcome {
        report,
        exit_code: exit_code(&reason, guest.was_in),
    })
}

fn exit_code(reason: &str, was_in: bool) -> u8 {
    let fine = [EndReason::HungUp, EndReason::MeetingEnded];
    match was_in {
        true if fine.iter().any(|fine| fine.code() == reason) => 0,
        true => 4,
        false => 3,
    }
}

struct Guest {
    handle: CallHandle,
    options: Options,
    was_in: bool,
    shared: bool,
    watched: Vec<u32>,
    leave_at: Option<Instant>,
}

impl Guest {
    /// Until the end; its reason.
    async fn take_part(
        &mut self,
        mut events: mpsc::Receiver<CallEvent>,
        mut lost: mpsc::Receiver<u32>,
        stop: impl Future<Output = ()>,
    ) -> Result<String, HeadlessError> {
        let mut stop = std::pin::pin!(stop);
        let mut leaving = false;
        loop {
            let leave_at = self.leave_at;
            let time = async {
                match leave_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let event = tokio::select! {
                event = events.recv() => event,
                Some(feed) = lost.recv() => {
                    self.watch(Some(feed));
                    continue;
                }
                () = stop.as_mut(), if !leaving => {
                    leaving = true;
                    self.leave();
                    continue;
                }
                () = time, if !leaving => {
                    leaving = true;
                    self.leave();
                    continue;
                }
                () = sleep(GOODBYE), if leaving => None,
            };
            match event {
                Some(CallEvent::View { view }) => {
                    if let Phase::Ended { reason, .. } = &view.phase {
                        return Ok(reason.clone());
                    }
                    self.look(&view);
                }
                Some(_) => {}
                None => return Err(HeadlessError::Broken),
            }
        }
    }

    fn leave(&self) {
        self.handle.send(Intent::Leave);
    }

    fn look(&mut self, view: &CallView) {
        if view.phase != Phase::InMeeting {
            return;
        }
        if !self.was_in {
            self.was_in = true;
            // The time in the lobby was counted apart.
            self.leave_at = self.options.duration.map(|stay| Instant::now() + stay);
            if let Some(text) = self.options.say.clone() {
                self.handle.send(Intent::SendChat { text });
            }
        }
        if let Some(text) = self.options.share.as_ref().filter(|_| !self.shared) {
            let share = share::read(text);
            self.shared = self.handle.send(Intent::StartShare { share });
        }
        let people = view.people.iter().filter_map(|person| person.camera_feed);
        let share = view.share.iter().map(|share| share.feed);
        let feeds: Vec<u32> = people.chain(share).collect();
        if feeds != self.watched {
            self.watched = feeds;
            self.watch(None);
        }
    }

    /// Tells what is watched, and which feed has to start over.
    fn watch(&self, lost: Option<u32>) {
        let feeds = self.watched.iter().map(|feed| WatchedFeed {
            feed: *feed,
            width: TILE.0,
            height: TILE.1,
            refresh: lost == Some(*feed),
        });
        self.handle.send(Intent::Watch {
            feeds: feeds.collect(),
        });
    }
}

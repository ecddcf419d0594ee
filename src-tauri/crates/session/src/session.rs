//! The door: a link in, a running call out.

use std::sync::Arc;

use foyer_contract::event::CallEvent;
use foyer_contract::intent::Intent;
use foyer_effects::Effects;
use foyer_media::clock::SharedClock;
use foyer_media::device::Devices;
use foyer_meeting::link::{LinkError, PracticeLink, Target, Verdict, examine};
use foyer_meeting::sensitive::Sensitive;
use foyer_practice::WallClock;
use foyer_rtc::Impairment;
use tokio::sync::{mpsc, oneshot};

use crate::call_actor::{self, Request};
use crate::feeds::{FeedHub, FrameStream};
use crate::provider::teams::Ticket;
use crate::report::Report;
use crate::teams::Teams;

/// Events that wait for a slow UI; beyond, views are merged and messages wait in the call.
const EVENTS: usize = 64;
/// Intents that wait; nobody clicks faster.
const REQUESTS: usize = 64;

/// What a call finds around it.
#[derive(Clone)]
pub struct Environment {
    /// What can be opened on this machine.
    pub devices: Arc<dyn Devices>,
    /// What stands behind the guest; of the devices' cameras, if they have effects.
    pub effects: Effects,
    /// For durations and media.
    pub clock: SharedClock,
    /// For the times that people see.
    pub wall_clock: WallClock,
    /// A bad network, for tests and demonstrations.
    pub impairment: Option<Impairment>,
    /// For Teams meetings; `None` where only practice meetings can be joined.
    pub teams: Option<Teams>,
}

/// Where a call goes.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    Practice(PracticeLink),
    Teams(Ticket),
}

/// Why there is no call.
#[derive(Debug, thiserror::Error)]
pub enum OpenCallError {
    /// The link cannot be joined.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The meeting has a passcode, which was not given.
    #[error("the meeting's passcode is missing")]
    NeedsPasscode,
}

impl OpenCallError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Link(error) => error.code(),
            Self::NeedsPasscode => "link.needs_passcode",
        }
    }
}

/// A call. Clones share it; dropping the last hangs up and closes every device.
#[derive(Clone, Debug)]
pub struct CallHandle {
    requests: mpsc::Sender<Request>,
}

impl CallHandle {
    /// Asks for something. False if the call is gone or drowning in intents.
    pub fn send(&self, intent: Intent) -> bool {
        self.requests.try_send(Request::Intent(intent)).is_ok()
    }

    /// What the call was like so far; also after its end.
    pub async fn report(&self) -> Report {
        let (reply, report) = oneshot::channel();
        if self.requests.send(Request::Report(reply)).await.is_err() {
            return Report::default();
        }
        report.await.unwrap_or_default()
    }
}

/// What a call tells.
pub struct CallStreams {
    /// Views, messages, levels; ends after the view whose phase is `Ended`.
    pub events: mpsc::Receiver<CallEvent>,
    /// The frames of every watched feed; ends with the call.
    pub frames: FrameStream,
    /// Those of the feed that is shown apart, see [`Intent::WatchApart`].
    pub apart: FrameStream,
}

/// Opens a call before joining. `text` is whatever was pasted; `passcode` what the guest typed beside it. Devices start
/// with the first [`Intent::Choose`]. Needs a tokio runtime.
pub fn open(
    text: &str,
    passcode: Option<&Sensitive<String>>,
    environment: Environment,
) -> Result<(CallHandle, CallStreams), OpenCallError> {
    let destination = destination(text, passcode)?;
    let (requests, received) = mpsc::channel(REQUESTS);
    let (events_tx, events) = mpsc::channel(EVENTS);
    let (hub, frames) = FeedHub::new();
    let apart = hub.apart();
    tokio::spawn(call_actor::run(
        destination,
        environment,
        received,
        events_tx,
        hub,
    ));
    let streams = CallStreams {
        events,
        frames,
        apart,
    };
    Ok((CallHandle { requests }, streams))
}

fn destination(
    text: &str,
    passcode: Option<&Sensitive<String>>,
) -> Result<Destination, OpenCallError> {
    let target = match examine(text) {
        Verdict::Join(meeting) => meeting.target,
        Verdict::NeedsPasscode(meeting) => match (meeting.target, passcode) {
            (Target::Teams(teams), Some(passcode)) => {
                let teams = teams.with_passcode(passcode.expose());
                if teams.has_passcode() == Some(false) {
                    return Err(OpenCallError::NeedsPasscode);
                }
                Target::Teams(teams)
            }
            (_, _) => return Err(OpenCallError::NeedsPasscode),
        },
        Verdict::Refused { error, .. } => return Err(error.into()),
    };
    Ok(match target {
        Target::Practice(link) => Destination::Practice(link),
        Target::Teams(teams) => Destination::Teams(Ticket::Meeting(teams)),
        Target::Invitation(invitation) => Destination::Teams(Ticket::Invitation(invitation)),
    })
}

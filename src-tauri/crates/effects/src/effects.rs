//! What the guest chose, and how it goes: the one truth about effects, shared by all who open cameras.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_media::frame::I420;
use tokio::sync::watch;

use crate::background::Background;
use crate::compositor::Behind;

/// How the chosen background goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// None is chosen, or no camera is open.
    #[default]
    Idle,
    /// The camera is open; no picture is shown before the first mask.
    Starting,
    /// It works.
    Running {
        /// Median of what a picture costs.
        per_picture: Duration,
    },
    /// The camera is paused.
    Stopped(Stop),
}

/// Why the camera is paused instead of showing the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// This machine needs longer for a picture than there is time until the next.
    TooSlow {
        /// Median of what a picture cost.
        per_picture: Duration,
        /// What it may cost.
        limit: Duration,
    },
    /// The model does not work.
    Failed,
}

impl Stop {
    /// Stable across releases; the camera's failure has the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooSlow { .. } => "effect.too_slow",
            Self::Failed => "effect.failed",
        }
    }
}

#[derive(Default)]
struct Chosen {
    background: Background,
    own: Option<Arc<I420>>,
}

struct Shared {
    chosen: Mutex<Chosen>,
    /// Marked as changed by every choice as well.
    status: watch::Sender<Status>,
}

/// A handle on the choice. Clones share it.
#[derive(Clone)]
pub struct Effects {
    shared: Arc<Shared>,
}

impl Default for Effects {
    fn default() -> Self {
        Self {
            shared: Arc::new(Shared {
                chosen: Mutex::default(),
                status: watch::Sender::default(),
            }),
        }
    }
}

impl Effects {
    /// From the next picture on. Once this has returned with anything but [`Background::None`], no untouched picture
    /// is handed out any more.
    pub fn choose(&self, background: Background) {
        self.chosen().background = background;
        self.changed();
    }

    /// What [`Background::Own`] shows.
    pub fn set_own(&self, picture: I420) {
        self.chosen().own = Some(Arc::new(picture));
        self.changed();
    }

    /// What is chosen.
    pub fn background(&self) -> Background {
        self.chosen().background
    }

    /// Whether there is a picture for [`Background::Own`].
    pub fn has_own(&self) -> bool {
        self.chosen().own.is_some()
    }

    /// How it goes now.
    pub fn status(&self) -> Status {
        *self.shared.status.borrow()
    }

    /// Changes with every choice, and with how it goes.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.shared.status.subscribe()
    }

    fn changed(&self) {
        let status = &self.shared.status;
        status.send_modify(|status| *status = after_choosing(*status));
    }

    /// What is to be composed; `None` if pictures pass untouched.
    pub(crate) fn behind(&self) -> Option<Behind> {
        let chosen = self.chosen();
        (!chosen.background.is_none()).then(|| Behind {
            background: chosen.background,
            own: chosen.own.clone(),
        })
    }

    /// Hands out an untouched picture, if at this moment that is still what the guest wants.
    pub(crate) fn pass_untouched(&self, hand_out: impl FnOnce()) {
        let chosen = self.chosen();
        if chosen.background.is_none() {
            hand_out();
        }
    }

    pub(crate) fn set_status(&self, next: Status) {
        self.shared.status.send_if_modified(|status| {
            let differs = *status != next;
            *status = next;
            differs
        });
    }

    fn chosen(&self) -> MutexGuard<'_, Chosen> {
        let chosen = self.shared.chosen.lock();
        chosen.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new choice is a new attempt.
fn after_choosing(status: Status) -> Status {
    match status {
        Status::Stopped(_) => Status::Idle,
        Status::Idle | Status::Starting | Status::Running { .. } => status,
    }
}

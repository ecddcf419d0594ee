//! Who is let through: rates of addresses and invitations, and how often each invitation was used.
//!
//! In memory, in a file for one instance, or in Redis for several. While Redis is gone each instance goes by what it
//! knows itself, and tells Redis when it is back.

mod file;
mod memory;
pub(crate) mod shared;

use jiff::Timestamp;

pub use self::file::FileError;
use self::file::UseFile;
use self::memory::Memory;
use self::shared::Shared;
use crate::limit::Rate;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// An invitation whose uses are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub id: String,
    /// Without end if `None`.
    pub most: Option<u32>,
    /// What is counted may be forgotten from then on.
    pub expires: Timestamp,
}

/// A guest at the door.
#[derive(Clone, Debug)]
pub(crate) struct Caller<'a> {
    pub address: &'a str,
    pub address_rate: Rate,
    pub invitation: Option<&'a Counted>,
    pub invitation_rate: Rate,
    pub now: Timestamp,
}

/// Why a caller is not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    AddressTooOften(Duration),
    InvitationTooOften(Duration),
    UsedUp,
    /// The file cannot be written. Nobody is let through uncounted.
    Broken,
}

/// The kinds of store.
pub(crate) enum Store {
    Local(Local),
    Shared { redis: Arc<Shared>, local: Local },
}

/// What one instance knows by itself.
pub(crate) struct Local {
    memory: Mutex<Memory>,
    file: Option<UseFile>,
}

impl Store {
    pub(crate) fn memory() -> Self {
        Self::Local(Local::new(None))
    }

    pub(crate) fn file(path: &Path) -> Result<Self, FileError> {
        Ok(Self::Local(Local::new(Some(UseFile::open(path)?))))
    }

    pub(crate) fn shared(redis: Arc<Shared>) -> Self {
        Self::Shared {
            redis,
            local: Local::new(None),
        }
    }

    /// Lets a caller through and counts them, or says why not.
    pub(crate) async fn admit(&self, caller: Caller<'_>) -> Result<(), Denied> {
        match self {
            Self::Local(local) => local.admit(&caller).await,
            Self::Shared { redis, local } => match redis.admit(&caller).await {
                Ok(answer) => {
                    if let (Some(counted), Ok(count)) = (caller.invitation, &answer) {
                        local.memory().learn(counted, *count, caller.now);
                    }
                    answer.map(drop)
                }
                Err(_) => local.admit(&caller).await,
            },
        }
    }

    /// Takes one use back: the guest got nothing for it.
    pub(crate) async fn give_back(&self, counted: &Counted) {
        match self {
            Self::Local(local) => local.give_back(counted).await,
            Self::Shared { redis, local } => {
                if redis.give_back(counted).await.is_err() {
                    local.give_back(counted).await;
                }
            }
        }
    }

    /// Tells Redis what was counted without it. To be called whenever it is back.
    pub(crate) async fn reconcile(&self) {
        let Self::Shared { redis, local } = self else {
            return;
        };
        let pending = local.memory().take_pending();
        for (at, (counted, uses)) in pending.iter().enumerate() {
            if redis.add_uses(counted, *uses).await.is_err() {
                local.memory().put_back_pending(&pending[at..]);
                return;
            }
        }
        if !pending.is_empty() {
            tracing::info!(invitations = pending.len(), "redis knows what it missed");
        }
    }

    /// Forgets what has expired.
    pub(crate) async fn tidy(&self, now: Timestamp) {
        let local = match self {
            Self::Local(local) | Self::Shared { local, .. } => local,
        };
        local.memory().tidy(now);
        if let Some(file) = &local.file {
            file.tidy(now).await;
        }
    }
}

impl Local {
    fn new(file: Option<UseFile>) -> Self {
        Self {
            memory: Mutex::default(),
            file,
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn admit(&self, caller: &Caller<'_>) -> Result<(), Denied> {
        self.memory().pace(caller)?;
        let Some(counted) = caller.invitation else {
            return Ok(());
        };
        let Some(most) = counted.most else {
            return Ok(());
        };
        match &self.file {
            None => self.memory().count(counted, most),
            Some(file) => file.count(counted, most).await,
        }
    }

    async fn give_back(&self, counted: &Counted) {
        match &self.file {
            _ if counted.most.is_none() => {}
            None => self.memory().give_back(counted),
            Some(file) => file.give_back(counted).await,
        }
    }
}

#[cfg(test)]
mod tests;

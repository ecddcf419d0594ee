//! What the client is to tell about itself, newest wins.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::protocol::{ClientMessage, MAX_WATCHED, Watch};

/// Microphone, camera and share as they are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub muted: bool,
    pub camera: bool,
    pub share: bool,
    pub share_sound: bool,
}

impl Default for State {
    /// As a server takes somebody who has said nothing.
    fn default() -> Self {
        Self {
            muted: true,
            camera: false,
            share: false,
            share_sound: false,
        }
    }
}

#[derive(Default)]
struct Inner {
    wished: State,
    told: State,
    watch: Option<Vec<Watch>>,
    watch_untold: bool,
}

/// Wishes and how far they were told.
#[derive(Default)]
pub(crate) struct Wishes {
    inner: Mutex<Inner>,
    changed: Notify,
}

impl Wishes {
    pub(crate) fn change(&self, apply: impl FnOnce(&mut State)) {
        apply(&mut self.lock().wished);
        self.changed.notify_one();
    }

    pub(crate) fn watch(&self, mut feeds: Vec<Watch>) {
        feeds.truncate(MAX_WATCHED);
        let mut inner = self.lock();
        inner.watch = Some(feeds);
        inner.watch_untold = true;
        drop(inner);
        self.changed.notify_one();
    }

    /// Resolves when there may be something to tell.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The server changed this by itself: not to be told, and no longer wished otherwise.
    pub(crate) fn overruled(&self, apply: impl Fn(&mut State)) {
        let mut inner = self.lock();
        apply(&mut inner.wished);
        apply(&mut inner.told);
    }

    /// A server that knows nothing must be told everything again.
    pub(crate) fn forget_told(&self) {
        let mut inner = self.lock();
        inner.told = State {
            muted: !inner.wished.muted,
            camera: !inner.wished.camera,
            share: !inner.wished.share,
            share_sound: inner.wished.share_sound,
        };
        inner.watch_untold = inner.watch.is_some();
    }

    /// What is to be told now; it counts as told.
    pub(crate) fn untold(&self) -> Vec<ClientMessage> {
        let mut inner = self.lock();
        let (wished, told) = (inner.wished, inner.told);
        inner.told = wished;
        let mut messages = Vec::new();
        if wished.muted != told.muted {
            let muted = wished.muted;
            messages.push(ClientMessage::Mute { muted });
        }
        if wished.camera != told.camera {
            let on = wished.camera;
            messages.push(ClientMessage::Camera { on });
        }
        if (wished.share, wished.share_sound) != (told.share, told.share_sound) {
            messages.push(ClientMessage::Share {
                on: wished.share,
                sound: wished.share_sound,
            });
        }
        if std::mem::take(&mut inner.watch_untold)
            && let Some(feeds) = &mut inner.watch
        {
            let told = feeds.clone();
            for feed in feeds {
                feed.refresh = false;
            }
            messages.push(ClientMessage::Watch { feeds: told });
        }
        messages
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARE: ClientMessage = ClientMessage::Share {
        on: true,
        sound: false,
    };

    #[test]
    fn only_changes_are_told_and_everything_again_after_an_interruption() {
        let wishes = Wishes::default();
        assert!(wishes.untold().is_empty());
        wishes.change(|state| state.muted = false);
        wishes.change(|state| state.camera = true);
        wishes.change(|state| state.camera = false);
        assert_eq!(wishes.untold(), [ClientMessage::Mute { muted: false }]);
        assert!(wishes.untold().is_empty());
        wishes.watch(Vec::new());
        assert_eq!(wishes.untold().len(), 1);
        wishes.forget_told();
        assert_eq!(wishes.untold().len(), 4);
    }

    #[test]
    fn a_refused_share_can_be_wished_again() {
        let wishes = Wishes::default();
        wishes.change(|state| state.share = true);
        assert_eq!(wishes.untold(), [SHARE]);
        wishes.overruled(|state| state.share = false);
        assert!(wishes.untold().is_empty());
        wishes.change(|state| state.share = true);
        assert_eq!(wishes.untold(), [SHARE]);
    }
}

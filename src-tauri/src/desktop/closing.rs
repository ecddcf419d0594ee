//! The window is not closed in the middle of a call without a question.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::ipc::Channel;

/// Asks the page, which asks the guest.
#[derive(Default)]
pub struct Closing(Mutex<State>);

#[derive(Default)]
struct State {
    page: Option<Channel<()>>,
    is_asked: bool,
}

impl Closing {
    /// From now on this page is asked, in place of any other.
    pub fn listen(&self, page: Channel<()>) {
        *self.state() = State {
            page: Some(page),
            is_asked: false,
        };
    }

    /// Whether the guest is being asked now. Not where nobody answers: whoever closes the window a second time, over
    /// the question, means it, and a page that hangs keeps nobody.
    pub fn ask(&self) -> bool {
        let mut state = self.state();
        if std::mem::replace(&mut state.is_asked, true) {
            return false;
        }
        let asked = state.page.as_ref().map(|page| page.send(()));
        matches!(asked, Some(Ok(())))
    }

    /// The guest wants to stay: the next time is the first again.
    pub fn stay(&self) {
        self.state().is_asked = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guest_is_asked_once_and_a_page_that_is_not_there_keeps_nobody() {
        let closing = Closing::default();
        assert!(!closing.ask());
        closing.listen(Channel::new(|_| Ok(())));
        assert!(closing.ask());
        assert!(!closing.ask());
        closing.stay();
        assert!(closing.ask());
        closing.listen(Channel::new(|_| Err(tauri::Error::WindowNotFound)));
        assert!(!closing.ask());
    }
}

//! Where the page and the call meet: the two commands of the calling window.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use foyer_contract::calling::{Batch, Event, Request};
use tauri::ipc::Channel;
use tauri::{Runtime, State, Webview};
use tokio::sync::{mpsc, oneshot};

use super::LABEL;
use crate::commands::{Answer, refused};

/// The seat of the one page that is expected or there.
#[derive(Default)]
pub struct Seats {
    current: Mutex<Option<Seat>>,
    given: AtomicU64,
}

/// Tells a page's seat from those before and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

struct Seat {
    ticket: Ticket,
    listening: Option<oneshot::Sender<Channel<Request>>>,
    events: mpsc::Sender<Event>,
    told: u32,
}

/// What the page says, once it is there.
pub(super) struct Guest {
    /// To give the seat up with.
    pub ticket: Ticket,
    /// Comes when the page listens.
    pub listening: oneshot::Receiver<Channel<Request>>,
    /// In order, each once. Ends when the seat is given to another.
    pub events: mpsc::Receiver<Event>,
}

/// Events that wait for the call; a page that tells faster waits.
const EVENTS: usize = 512;

impl Seats {
    /// Expects a new page; nothing of an older one is heard any more.
    pub(super) fn expect(&self) -> Guest {
        let (listening, listens) = oneshot::channel();
        let (events, told) = mpsc::channel(EVENTS);
        let ticket = Ticket(self.given.fetch_add(1, Ordering::Relaxed));
        *self.current() = Some(Seat {
            ticket,
            listening: Some(listening),
            events,
            told: 0,
        });
        Guest {
            ticket,
            listening: listens,
            events: told,
        }
    }

    /// Nobody is expected any more, unless the seat is another's by now.
    pub(super) fn give_up(&self, ticket: Ticket) {
        let mut current = self.current();
        if current.as_ref().is_some_and(|seat| seat.ticket == ticket) {
            *current = None;
        }
    }

    fn listen(&self, requests: Channel<Request>) -> bool {
        let waiting = self
            .current()
            .as_mut()
            .and_then(|seat| seat.listening.take());
        waiting.is_some_and(|waiting| waiting.send(requests).is_ok())
    }

    /// The events of a batch that were not told before; none if some in between are missing or nobody is expected.
    fn fresh(&self, batch: Batch) -> Option<(mpsc::Sender<Event>, Vec<Event>)> {
        let mut current = self.current();
        let seat = current.as_mut().filter(|seat| seat.listening.is_none())?;
        let next = seat.told.checked_add(1)?;
        let known = next.checked_sub(batch.first)?;
        let known = usize::try_from(known).ok()?;
        let events: Vec<_> = batch.events.into_iter().skip(known).collect();
        seat.told = seat.told.checked_add(u32::try_from(events.len()).ok()?)?;
        Some((seat.events.clone(), events))
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<Seat>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page takes requests from now on. Once per page: a page that was loaded anew is not the one that was expected.
#[tauri::command]
pub async fn calling_listen<R: Runtime>(
    webview: Webview<R>,
    seats: State<'_, Seats>,
    requests: Channel<Request>,
) -> Answer<()> {
    if webview.label() == LABEL && seats.listen(requests) {
        return Ok(());
    }
    Err(refused("calling.unexpected", "no such page is expected"))
}

/// The page tells what happened. Answers when the call has taken it.
#[tauri::command]
pub async fn calling_tell<R: Runtime>(
    webview: Webview<R>,
    seats: State<'_, Seats>,
    batch: Batch,
) -> Answer<()> {
    let fresh = if webview.label() == LABEL {
        seats.fresh(batch)
    } else {
        None
    };
    let Some((to, events)) = fresh else {
        return Err(refused("calling.unexpected", "no such page is expected"));
    };
    for event in events {
        if to.send(event).await.is_err() {
            return Err(refused("calling.over", "the call is over"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn batch(first: u32, last: u32) -> Batch {
        Batch {
            first,
            events: (first..=last)
                .map(|ask| Event::TokenWanted { ask })
                .collect(),
        }
    }

    fn asks(events: Vec<Event>) -> Vec<u32> {
        let ask = |event| match event {
            Event::TokenWanted { ask } => ask,
            other => panic!("{other:?}"),
        };
        events.into_iter().map(ask).collect()
    }

    #[test]
    fn each_event_is_heard_once_and_none_is_missing() {
        let seats = Seats::default();
        assert!(seats.fresh(batch(1, 1)).is_none(), "nobody is expected");
        let guest = seats.expect();
        assert!(seats.fresh(batch(1, 1)).is_none(), "it does not listen yet");
        assert!(seats.listen(Channel::new(|_| Ok(()))));
        assert!(!seats.listen(Channel::new(|_| Ok(()))), "a second page");
        assert_eq!(asks(seats.fresh(batch(1, 3)).unwrap().1), [1, 2, 3]);
        assert_eq!(asks(seats.fresh(batch(2, 5)).unwrap().1), [4, 5]);
        assert!(seats.fresh(batch(7, 7)).is_none(), "a gap");
        assert!(asks(seats.fresh(batch(1, 2)).unwrap().1).is_empty());
        seats.give_up(guest.ticket);
        assert!(seats.fresh(batch(6, 6)).is_none());
    }

    #[test]
    fn a_goodbye_to_an_old_page_leaves_the_seat_to_the_new_one() {
        let seats = Seats::default();
        let old = seats.expect();
        assert!(seats.listen(Channel::new(|_| Ok(()))));
        let new = seats.expect();
        assert!(seats.listen(Channel::new(|_| Ok(()))));
        seats.give_up(old.ticket);
        assert_eq!(asks(seats.fresh(batch(1, 1)).unwrap().1), [1]);
        seats.give_up(new.ticket);
        assert!(seats.fresh(batch(2, 2)).is_none());
    }
}

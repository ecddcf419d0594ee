//! A mailbox with one place: the newest value wins, the oldest is dropped, nobody waits for a slow reader.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

struct Slot<T> {
    version: u64,
    value: Option<T>,
}

/// Puts values in. Dropping it ends the stream for every reader.
pub struct LatestTx<T> {
    slot: watch::Sender<Slot<T>>,
}

/// Takes the newest value out. Every clone reads on its own.
pub struct LatestRx<T> {
    slot: watch::Receiver<Slot<T>>,
    seen: u64,
    dropped: Arc<AtomicU64>,
}

/// A mailbox, empty.
pub fn latest<T: Clone + Send + Sync + 'static>() -> (LatestTx<T>, LatestRx<T>) {
    let (tx, rx) = watch::channel(Slot {
        version: 0,
        value: None,
    });
    (
        LatestTx { slot: tx },
        LatestRx {
            slot: rx,
            seen: 0,
            dropped: Arc::default(),
        },
    )
}

impl<T: Clone + Send + Sync + 'static> LatestTx<T> {
    /// Replaces whatever waits. False once no reader is left.
    pub fn put(&self, value: T) -> bool {
        if self.slot.is_closed() {
            return false;
        }
        self.slot.send_modify(|slot| {
            slot.version += 1;
            slot.value = Some(value);
        });
        true
    }

    /// Resolves when the last reader is gone.
    pub async fn closed(&self) {
        self.slot.closed().await;
    }

    /// True once no reader is left.
    pub fn is_closed(&self) -> bool {
        self.slot.is_closed()
    }
}

impl<T: Clone + Send + Sync + 'static> LatestRx<T> {
    /// Waits for a value newer than the last one taken; `None` once the writer is gone and nothing newer waits.
    pub async fn recv(&mut self) -> Option<T> {
        loop {
            if let Some(value) = self.try_recv() {
                return Some(value);
            }
            if self.slot.changed().await.is_err() {
                return self.try_recv();
            }
        }
    }

    /// The newest value if it was not taken yet.
    pub fn try_recv(&mut self) -> Option<T> {
        let slot = self.slot.borrow_and_update();
        if slot.version == self.seen {
            return None;
        }
        self.dropped
            .fetch_add(slot.version - self.seen - 1, Ordering::Relaxed);
        self.seen = slot.version;
        slot.value.clone()
    }

    /// Values that were replaced before this reader or a clone of it took them.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl<T> Clone for LatestRx<T> {
    fn clone(&self) -> Self {
        Self {
            slot: self.slot.clone(),
            seen: self.seen,
            dropped: Arc::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_gets_the_newest_and_counts_the_rest() {
        let (tx, mut rx) = latest();
        for n in 1..=5 {
            assert!(tx.put(n));
        }
        assert_eq!(rx.recv().await, Some(5));
        assert_eq!(rx.dropped(), 4);
        drop(tx);
        assert_eq!(rx.recv().await, None, "the writer is gone");
    }

    #[tokio::test]
    async fn the_writer_learns_that_nobody_reads() {
        let (tx, rx) = latest::<u8>();
        drop(rx);
        assert!(!tx.put(1));
    }
}

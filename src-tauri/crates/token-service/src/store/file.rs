//! How often invitations were used, in a file of this instance's own. A thread writes; what has come in while it
//! wrote goes into the next transaction together, so that one flush to the disk answers many guests.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use jiff::Timestamp;
use redb::{Database, ReadableTable as _, TableDefinition};
use tokio::sync::oneshot;

use super::{Counted, Denied};

/// An invitation's id; how often it was used, and the second of its end.
const USES: TableDefinition<'_, &str, (u32, i64)> = TableDefinition::new("uses");
/// In one transaction.
const MOST: usize = 1_024;

/// Why the file is of no use.
#[derive(Debug, thiserror::Error)]
#[error("the file of uses cannot be opened: {reason}")]
pub struct FileError {
    /// What the database says.
    pub reason: String,
}

impl FileError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "store.file"
    }
}

enum Order {
    Count {
        counted: Counted,
        most: u32,
        answer: oneshot::Sender<Result<(), Denied>>,
    },
    GiveBack(Counted),
    Tidy(Timestamp),
}

/// A file of uses. Dropping it ends the thread after what it was last asked.
pub(super) struct UseFile {
    orders: Sender<Order>,
}

impl UseFile {
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        let failed = |reason: String| FileError { reason };
        let database = Database::create(path).map_err(|error| failed(error.to_string()))?;
        carry_out(&database, &[Order::Tidy(Timestamp::UNIX_EPOCH)])
            .map_err(|error| failed(error.to_string()))?;
        let (orders, waiting) = channel();
        thread::Builder::new()
            .name("uses".into())
            .spawn(move || write(&database, &waiting))
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { orders })
    }

    pub(super) async fn count(&self, counted: &Counted, most: u32) -> Result<(), Denied> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Count {
            counted: counted.clone(),
            most,
            answer,
        };
        self.orders.send(order).map_err(|_| Denied::Broken)?;
        answered.await.unwrap_or(Err(Denied::Broken))
    }

    pub(super) async fn give_back(&self, counted: &Counted) {
        // Without the thread nobody is let through any more, so that nothing is left to give back.
        let _ = self.orders.send(Order::GiveBack(counted.clone()));
    }

    pub(super) async fn tidy(&self, now: Timestamp) {
        let _ = self.orders.send(Order::Tidy(now));
    }
}

fn write(database: &Database, waiting: &Receiver<Order>) {
    while let Ok(first) = waiting.recv() {
        let mut orders = vec![first];
        orders.extend(waiting.try_iter().take(MOST - 1));
        let answers = carry_out(database, &orders);
        if let Err(error) = &answers {
            tracing::error!(%error, "uses cannot be written");
        }
        let mut answers = answers.map(Vec::into_iter);
        for order in orders {
            if let Order::Count { answer, .. } = order {
                let result = match &mut answers {
                    Ok(answers) => answers.next().unwrap_or(Err(Denied::Broken)),
                    Err(_) => Err(Denied::Broken),
                };
                // A guest who has gone meanwhile needs no answer.
                let _ = answer.send(result);
            }
        }
    }
}

/// All in one transaction; the answers to those that are counted, in order.
fn carry_out(
    database: &Database,
    orders: &[Order],
) -> Result<Vec<Result<(), Denied>>, redb::Error> {
    let transaction = database.begin_write()?;
    let mut answers = Vec::new();
    {
        let mut uses = transaction.open_table(USES)?;
        for order in orders {
            match order {
                Order::Count { counted, most, .. } => {
                    let used = uses.get(&*counted.id)?.map_or(0, |entry| entry.value().0);
                    if used < *most {
                        uses.insert(&*counted.id, (used + 1, counted.expires.as_second()))?;
                        answers.push(Ok(()));
                    } else {
                        answers.push(Err(Denied::UsedUp));
                    }
                }
                Order::GiveBack(counted) => {
                    let used = uses.get(&*counted.id)?.map_or(0, |entry| entry.value().0);
                    if used > 0 {
                        uses.insert(&*counted.id, (used - 1, counted.expires.as_second()))?;
                    }
                }
                Order::Tidy(now) => uses.retain(|_, (_, expires)| expires > now.as_second())?,
            }
        }
    }
    transaction.commit()?;
    Ok(answers)
}

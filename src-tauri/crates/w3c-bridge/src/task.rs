//! A task that ends when nobody holds it any more.

use std::future::Future;

use tokio::task::JoinHandle;

/// Dropping it ends the task at its next pause.
#[derive(Debug)]
pub(crate) struct Task(JoinHandle<()>);

impl Task {
    pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

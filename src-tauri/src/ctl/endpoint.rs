//! Where the running instance can be reached, by the same user alone: a socket in a folder of their own, or on Windows
//! a pipe that others may not write to.

#[cfg(windows)]
mod pipe;
#[cfg(unix)]
mod socket;

#[cfg(windows)]
pub use pipe::{Endpoint, Listener};
#[cfg(unix)]
pub use socket::{Endpoint, Listener};

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// No Foyer runs, or none that listens.
    #[error("Foyer is not running")]
    NotRunning,
    /// This user has no place for it.
    #[error("there is no folder for the socket: set XDG_RUNTIME_DIR or HOME")]
    NoPlace,
    /// The system says no.
    #[error("the running Foyer cannot be reached: {0}")]
    Io(#[from] std::io::Error),
}

//! What the page may command: each passes on, and turns what went wrong into a code.

pub mod app;
pub mod armed;
pub mod background;
pub mod call;
pub mod clipboard;
pub mod desktop;
pub mod devices;
pub mod link;
pub mod practice;
pub mod preferences;
pub mod saving;
pub mod share;
pub mod share_window;
pub mod terms;
pub mod update;

use foyer_contract::command::CommandError;

/// What a refused command answers with.
pub type Answer<T> = Result<T, CommandError>;

pub(crate) fn refused(code: &str, message: impl std::fmt::Display) -> CommandError {
    CommandError {
        code: code.to_owned(),
        message: message.to_string(),
    }
}

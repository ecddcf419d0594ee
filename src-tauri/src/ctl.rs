//! `foyer ctl`: another start of the program tells the running one what to do, and is told what came of it.
//!
//! One line of JSON there ([`Request`]) and one back ([`Answer`]), over a socket or pipe that only the same user can
//! open ([`endpoint`]). [`server`] is the running side, [`ask`] the other.

pub mod endpoint;
pub mod server;
mod wish;

use std::io;

use clap::ValueEnum;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use crate::desktop::standing::Standing;

/// A longer line is none of ours.
const MAX_LINE: u64 = 16 * 1024;

/// What the running instance is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to do.
    pub action: Action,
}

/// What can be asked for from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Close the microphone
    Mute,
    /// Open the microphone
    Unmute,
    /// Close the microphone if it is open, else open it
    ToggleMute,
    /// Turn the camera on
    CameraOn,
    /// Turn the camera off
    CameraOff,
    /// Raise the hand
    RaiseHand,
    /// Lower the hand
    LowerHand,
    /// Hang up, or stop waiting in the lobby
    Leave,
    /// Change nothing and tell how things stand
    Status,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Why it was not done, stable across releases; nothing if it was.
    pub code: Option<String>,
    /// How things stand now.
    pub status: Standing,
}

/// There is no call that could be told anything.
pub const NO_CALL: &str = "call.none";
/// What was asked for needs a meeting that we are in, not its lobby.
pub const NOT_IN_MEETING: &str = "call.not_in_meeting";
/// The meeting lets no guest do that.
pub const NOT_ALLOWED: &str = "call.not_allowed";
/// It was asked for, and has not happened in time.
pub const UNCONFIRMED: &str = "call.unconfirmed";

/// Asks over an open connection. Needs a tokio runtime.
pub async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &Request,
) -> io::Result<Answer> {
    let mut stream = BufReader::new(stream);
    write(&mut stream, request).await?;
    read(&mut stream).await
}

async fn write<T: Serialize>(stream: &mut (impl AsyncWrite + Unpin), line: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}

/// The next line, which has to come whole and be short.
async fn read<T: DeserializeOwned>(
    stream: &mut BufReader<impl AsyncRead + Unpin>,
) -> io::Result<T> {
    let mut line = Vec::new();
    stream.take(MAX_LINE).read_until(b'\n', &mut line).await?;
    Ok(serde_json::from_slice(&line)?)
}

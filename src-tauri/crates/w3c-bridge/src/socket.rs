//! Media sockets: pictures and samples, to the page or from it.

pub(crate) mod make;
pub(crate) mod record;
pub(crate) mod watch_video;

use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::media::MediaSocket;
use tokio::sync::oneshot;

use crate::bridge::House;
use crate::server::Socket;

/// A page that asked for a socket opens it within this time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a media socket that is opened goes: to whoever waits for it.
pub(crate) struct MediaDoor {
    path: String,
    waiting: oneshot::Sender<Socket>,
}

impl MediaDoor {
    pub fn path(&self) -> &str {
        &self.path
    }

    /// If the page has gone since, the socket closes.
    pub fn enter(self, socket: Socket) {
        self.waiting.send(socket).ok();
    }
}

/// The other side of a door.
pub(crate) struct Expected(oneshot::Receiver<Socket>);

impl Expected {
    /// `None` if it is not opened in time.
    pub async fn socket(self) -> Option<Socket> {
        tokio::time::timeout(PATIENCE, self.0).await.ok()?.ok()
    }
}

/// A door for the pictures or samples of this track.
pub(crate) fn expect(
    house: &House,
    track: Handle,
) -> Result<(MediaSocket, Expected), getrandom::Error> {
    let path = format!("/track/{track}");
    let (waiting, expected) = oneshot::channel();
    let door = MediaDoor {
        path: path.clone(),
        waiting,
    };
    let token = house.doors.issue(door)?.hex();
    Ok((MediaSocket { path, token }, Expected(expected)))
}

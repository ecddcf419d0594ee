//! The practice meetings of this app: a server on this machine, started when the first is asked for.

use std::time::Duration;

use foyer_contract::command::{PracticeMeeting, StartPractice};
use foyer_media::clock::SharedClock;
use foyer_practice::{MeetingOptions, Server, ServerConfig, StartError, WallClock};
use tokio::sync::OnceCell;

/// How long the host bot lets a guest wait in the lobby.
pub const HOST_BOT_DELAY: Duration = Duration::from_secs(3);
/// More bots than the stage has tiles would show nothing more.
pub const MOST_BOTS: u32 = 9;

/// The server, once it runs. It ends with the app.
pub struct Practice {
    clock: SharedClock,
    wall_clock: WallClock,
    server: OnceCell<Server>,
}

impl Practice {
    /// Nothing runs yet.
    pub fn new(clock: SharedClock, wall_clock: WallClock) -> Self {
        Self {
            clock,
            wall_clock,
            server: OnceCell::new(),
        }
    }

    /// Opens a meeting, reachable from this machine only. More than [`MOST_BOTS`] bots are not made.
    pub async fn open(&self, wanted: StartPractice) -> Result<PracticeMeeting, StartError> {
        let start = || {
            Server::start(ServerConfig::loopback(
                self.clock.clone(),
                self.wall_clock.clone(),
            ))
        };
        let server = self.server.get_or_try_init(start).await?;
        let meeting = server
            .open_meeting(MeetingOptions {
                title: "Practice meeting".to_owned(),
                lobby: wanted.lobby,
                bots: wanted.bots.min(MOST_BOTS),
                host_bot: wanted.lobby,
                host_bot_delay: HOST_BOT_DELAY,
            })
            .await;
        Ok(PracticeMeeting {
            guest_link: meeting.guest_link,
            host_link: meeting.host_link,
        })
    }
}

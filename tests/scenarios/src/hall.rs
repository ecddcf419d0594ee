//! The far side: a practice server with one meeting, and its host.

use std::sync::Arc;

use foyer_media::clock::{MonotonicClock, SharedClock};
use foyer_practice::server::WallClock;
use foyer_practice::{
    Client, ClientConfig, ClientEvent, Meeting, MeetingOptions, Participant, Server, ServerConfig,
    Waiting,
};
use foyer_rtc::Impairment;
use tokio::sync::watch;

use crate::soon;

/// A running server and one meeting in it.
pub struct Hall {
    /// Everybody's clock.
    pub clock: SharedClock,
    /// The server; dropping it stops it.
    pub server: Server,
    /// The meeting.
    pub meeting: Meeting,
}

impl Hall {
    /// Without a lobby.
    pub async fn open() -> Self {
        Self::with(MeetingOptions::default(), None).await
    }

    /// Where guests wait for a host.
    pub async fn with_lobby() -> Self {
        let options = MeetingOptions {
            lobby: true,
            ..MeetingOptions::default()
        };
        Self::with(options, None).await
    }

    /// As wanted.
    pub async fn with(options: MeetingOptions, network: Option<Impairment>) -> Self {
        let clock = MonotonicClock::shared();
        let mut config = ServerConfig::loopback(clock.clone(), wall_clock(&clock));
        config.impairment = network;
        let server = Server::start(config).await.expect("a free port");
        let meeting = server.open_meeting(options).await;
        Self {
            clock,
            server,
            meeting,
        }
    }

    /// A clock for people that starts at zero.
    pub fn wall_clock(&self) -> WallClock {
        wall_clock(&self.clock)
    }

    /// A host without pictures or sound.
    pub async fn host(&self) -> Host {
        let config = ClientConfig {
            secret: Some(self.meeting.host_secret.clone()),
            ..ClientConfig::guest(&self.meeting.guest_link, "Host", self.clock.clone())
        };
        let (client, mut events) = soon("the host connects", foyer_practice::connect(config))
            .await
            .expect("a host may always join");
        let (tell_waiting, waiting) = watch::channel(Vec::new());
        let (tell_roster, roster) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                match event {
                    ClientEvent::Waiting(people) => {
                        tell_waiting.send_replace(people);
                    }
                    ClientEvent::Roster(people) => {
                        tell_roster.send_replace(people);
                    }
                    _ => {}
                }
            }
        });
        Host {
            client,
            waiting,
            roster,
        }
    }
}

fn wall_clock(clock: &SharedClock) -> WallClock {
    let clock = Arc::clone(clock);
    Arc::new(move || clock.now().0 as f64 / 1e6)
}

/// Whoever admits, mutes, removes and ends.
pub struct Host {
    /// What a host can do.
    pub client: Client,
    waiting: watch::Receiver<Vec<Waiting>>,
    roster: watch::Receiver<Vec<Participant>>,
}

impl Host {
    /// Waits until somebody is in the lobby; their id.
    pub async fn waits_for(&self, name: &str) -> String {
        let mut waiting = self.waiting.clone();
        let who = |people: &Vec<Waiting>| {
            let person = people.iter().find(|person| person.name == name)?;
            Some(person.id.clone())
        };
        let what = format!("{name} in the lobby");
        let people = soon(&what, waiting.wait_for(|people| who(people).is_some())).await;
        who(&people.expect("the host is connected")).expect("waited for")
    }

    /// Waits until somebody is in the meeting; their id.
    pub async fn finds(&self, name: &str) -> String {
        let mut roster = self.roster.clone();
        let who = |people: &Vec<Participant>| {
            let person = people.iter().find(|person| person.name == name)?;
            Some(person.id.clone())
        };
        let what = format!("{name} in the meeting");
        let people = soon(&what, roster.wait_for(|people| who(people).is_some())).await;
        who(&people.expect("the host is connected")).expect("waited for")
    }

    /// Waits until nobody of this name is in the meeting.
    pub async fn misses(&self, name: &str) {
        let mut roster = self.roster.clone();
        let gone = |people: &Vec<Participant>| people.iter().all(|person| person.name != name);
        let what = format!("{name} gone");
        soon(&what, roster.wait_for(gone))
            .await
            .expect("the host is connected");
    }
}

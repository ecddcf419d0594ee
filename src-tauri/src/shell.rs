//! What all commands work on.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use foyer_media::clock::MonotonicClock;
use foyer_media::device::Devices;
use foyer_practice::WallClock;
use foyer_session::Environment;

use crate::calls::Calls;
use crate::frames::Frames;
use crate::practice::Practice;
use crate::settings::Settings;
use crate::teams::TeamsSetup;

/// What the app was started for.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// A meeting link, as it was given.
    pub link: Option<String>,
    /// The name to start with.
    pub name: Option<String>,
}

/// The app beneath its window.
pub struct Shell {
    /// What it was started for.
    pub launch: Launch,
    /// What is remembered between starts.
    pub settings: Arc<Settings>,
    /// Everything that can be opened on this machine.
    pub devices: Arc<dyn Devices>,
    /// The current call.
    pub calls: Calls,
    /// The practice meetings of this app.
    pub practice: Practice,
    /// What is known about joining Teams meetings from here.
    pub teams: TeamsSetup,
    /// The encoded pictures of the current call, on their way to the page.
    pub frames: Arc<Frames>,
}

impl Shell {
    /// A shell without a call, on these devices.
    pub fn new(
        launch: Launch,
        settings: Settings,
        devices: Arc<dyn Devices>,
        teams: TeamsSetup,
    ) -> Self {
        let environment = environment(devices.clone());
        let frames = Arc::new(Frames::default());
        Self {
            launch,
            settings: Arc::new(settings),
            devices,
            practice: Practice::new(environment.clock.clone(), environment.wall_clock.clone()),
            calls: Calls::new(environment, frames.clone()),
            frames,
            teams,
        }
    }
}

/// The machine's clocks, these devices, and a network as it is.
pub fn environment(devices: Arc<dyn Devices>) -> Environment {
    Environment {
        devices,
        clock: MonotonicClock::shared(),
        wall_clock: wall_clock(),
        impairment: None,
        teams: None,
    }
}

/// The time of day for people, such as when a message was sent: milliseconds since 1970.
pub fn wall_clock() -> WallClock {
    #[allow(clippy::disallowed_methods)] // The shell is where the clocks are made.
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0.0, |since| since.as_secs_f64() * 1000.0)
    })
}

//! What all commands work on.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use foyer_effects::Effects;
use foyer_media::clock::{MonotonicClock, SharedClock};
use foyer_media::device::Devices;
use foyer_practice::WallClock;
use foyer_session::Environment;
use tokio::sync::Mutex;

use crate::armed::Armed;
use crate::brand;
use crate::calls::Calls;
use crate::desktop::Desktop;
use crate::frames::Frames;
use crate::handed::{self, Handed};
use crate::practice::Practice;
use crate::settings::Settings;
use crate::share_previews::SharePreviews;
use crate::share_window::ShareWindow;
use crate::teams::TeamsSetup;
use crate::updates::{self, Ready, Source};

/// What the app was started for.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// A meeting link or an invitation file, as it was given.
    pub link: Option<String>,
    /// What names of files are relative to.
    pub folder: PathBuf,
    /// The name to start with.
    pub name: Option<String>,
}

/// The app beneath its window.
pub struct Shell {
    /// What it was started for.
    pub launch: Launch,
    /// Links on their way to the page.
    pub handed: Handed,
    /// What is remembered between starts.
    pub settings: Arc<Settings>,
    /// Everything that can be opened on this machine.
    pub devices: Arc<dyn Devices>,
    /// What stands behind the guest, in the pictures of those cameras.
    pub effects: Effects,
    /// Meetings that are rung for.
    pub armed: Armed,
    /// For durations and media.
    pub clock: SharedClock,
    /// The current call.
    pub calls: Calls,
    /// What stands beside the window.
    pub desktop: Desktop,
    /// What could be shared, while the guest chooses.
    pub share_previews: SharePreviews,
    /// The window of a received share.
    pub share_window: ShareWindow,
    /// The practice meetings of this app.
    pub practice: Practice,
    /// What is known about joining Teams meetings from here.
    pub teams: TeamsSetup,
    /// Where newer versions of the app come from; none where it may not look.
    pub update_source: Option<Source>,
    /// The newer version that was fetched.
    pub update: Mutex<Option<Ready>>,
    /// The encoded pictures of the current call, on their way to the page.
    pub frames: Arc<Frames>,
}

impl Shell {
    /// A shell without a call, on these devices, whose cameras have these effects.
    pub fn new(
        launch: Launch,
        settings: Settings,
        devices: Arc<dyn Devices>,
        effects: Effects,
        teams: TeamsSetup,
    ) -> Self {
        let environment = environment(devices.clone(), effects.clone());
        let frames = Arc::new(Frames::default());
        let handed = Handed::default();
        if let Some(link) = &launch.link {
            handed.hand(handed::look_at(link, &launch.folder));
        }
        let settings = Arc::new(settings.managed_by(teams.managed()));
        Self {
            launch,
            handed,
            armed: Armed::load(settings.clone()),
            clock: environment.clock.clone(),
            settings,
            devices,
            effects,
            practice: Practice::new(environment.clock.clone(), environment.wall_clock.clone()),
            calls: Calls::new(environment, frames.clone()),
            desktop: Desktop::default(),
            share_previews: SharePreviews::default(),
            share_window: ShareWindow::default(),
            frames,
            update_source: teams.may_update().then(update_source).flatten(),
            update: Mutex::default(),
            teams,
        }
    }
}

fn update_source() -> Option<Source> {
    let is_possible = updates::is_possible(|name| std::env::var_os(name));
    is_possible.then(|| Source::of(brand::built_in())).flatten()
}

/// The machine's clocks, these devices, and a network as it is.
pub fn environment(devices: Arc<dyn Devices>, effects: Effects) -> Environment {
    Environment {
        devices,
        effects,
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

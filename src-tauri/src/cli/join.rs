//! `foyer join`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use foyer_effects::Effects;
use foyer_media::device::Devices;
use foyer_session::headless;

use super::{Failure, stopped, values};
use crate::shell::{self, Launch};

/// What `foyer join` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The meeting link
    #[arg(value_parser = values::link)]
    pub link: String,
    /// The name that others see
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Without a window (practice meetings only)
    #[arg(long)]
    pub headless: bool,
    /// Leave after this long in the meeting; without it, when the meeting ends or on Ctrl+C
    #[arg(long, value_name = "TIME", value_parser = values::duration, requires = "headless")]
    pub duration: Option<Duration>,
    /// test, default, a camera's id (see `foyer devices`) or a .y4m file; off without this
    #[arg(long, value_name = "CAMERA", requires = "headless")]
    pub camera: Option<String>,
    /// test, default or a microphone's id; off without this
    #[arg(long, value_name = "MICROPHONE", requires = "headless")]
    pub microphone: Option<String>,
    /// default or a speaker's id; silent without this
    #[arg(long, value_name = "SPEAKER", requires = "headless")]
    pub speaker: Option<String>,
    /// Share a display: display:0 for the first, or its id; display:0#xywh=X,Y,WIDTH,HEIGHT for a part of it; or the id of a window
    #[arg(long, value_name = "DISPLAY", requires = "headless")]
    pub share: Option<String>,
    /// A chat message to send once in the meeting
    #[arg(long, value_name = "TEXT", requires = "headless")]
    pub say: Option<String>,
    /// Where to write the report of the call, a JSON object
    #[arg(long, value_name = "FILE", requires = "headless")]
    pub report: Option<PathBuf>,
}

impl Arguments {
    /// What the window opens with.
    pub fn launch(self) -> std::io::Result<Launch> {
        Ok(Launch {
            link: Some(self.link),
            folder: std::env::current_dir()?,
            name: Some(self.name),
        })
    }
}

/// Takes part without a window, and writes the report.
pub async fn run(arguments: Arguments, devices: Arc<dyn Devices>) -> Result<u8, Failure> {
    let report = arguments.report.clone();
    let options = headless::Options {
        link: arguments.link,
        name: arguments.name,
        duration: arguments.duration,
        camera: arguments.camera,
        microphone: arguments.microphone,
        speaker: arguments.speaker,
        share: arguments.share,
        say: arguments.say,
    };
    let environment = shell::environment(devices, Effects::default());
    let outcome = headless::run(options, environment, stopped()).await?;
    if let Some(file) = report {
        let text = serde_json::to_string_pretty(&outcome.report)?;
        std::fs::write(&file, text)
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    }
    Ok(outcome.exit_code)
}

//! `foyer devices`.

use clap::Args;
use foyer_contract::command::Device;
use foyer_media::device::Devices;

use super::{DONE, Failure, print};
use crate::devices::lists;

/// What `foyer devices` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One JSON object instead of a list for people
    #[arg(long)]
    json: bool,
}

/// Prints every list; fails if a kind could not be listed.
pub fn run(arguments: &Arguments, devices: &dyn Devices) -> Result<u8, Failure> {
    let (lists, failed) = lists(devices);
    if arguments.json {
        print(&serde_json::to_string(&lists)?)?;
    } else {
        for (title, list) in [
            ("Cameras", &lists.cameras),
            ("Microphones", &lists.microphones),
            ("Speakers", &lists.speakers),
            ("Displays", &lists.screens),
        ] {
            print(title)?;
            for device in list {
                print(&line(device))?;
            }
        }
        print("Windows")?;
        // Where displays cannot be listed, windows cannot either, and that is said below.
        for window in devices.windows().unwrap_or_default() {
            let (width, height) = window.size;
            print(&format!(
                "   {}  {}  {width}x{height}",
                window.id.0, window.title
            ))?;
        }
    }
    match failed.first() {
        None => Ok(DONE),
        Some((kind, error)) => Err(format!("{kind:?} devices could not be listed: {error}").into()),
    }
}

fn line(device: &Device) -> String {
    let mark = if device.is_default { '*' } else { ' ' };
    let size = device
        .width
        .zip(device.height)
        .map(|(w, h)| format!("  {w}x{h}"));
    let synthetic = if device.synthetic {
        "  (no hardware)"
    } else {
        ""
    };
    let size = size.unwrap_or_default();
    format!(" {mark} {}  {}{size}{synthetic}", device.id, device.label)
}

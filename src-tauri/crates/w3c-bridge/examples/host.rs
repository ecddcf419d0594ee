//! The bridge as a program of its own, for tests: pages in any browser get RTC objects from it, without being asked.
//!
//! It writes `init.js`, which a page must run before anything else, and says where in one line of JSON. Its token opens
//! any number of pages: whoever can read that file and runs pages of the named origins is let in. Never for users.

use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use foyer_devices::SystemDevices;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::sound::{AudioSink, AudioSource};
use foyer_w3c_bridge::{Bridge, ConsentToAll, Surroundings};

#[derive(Parser)]
struct Options {
    /// Origin of pages that are served, as browsers write it; may be repeated.
    #[arg(long = "origin", required = true)]
    origins: Vec<String>,
    /// The built polyfill.
    #[arg(long)]
    polyfill: Option<PathBuf>,
    /// Where `init.js` goes.
    #[arg(long)]
    out: PathBuf,
    /// Test card, test tone and the like come first and pass for hardware.
    #[arg(long)]
    synthetic: bool,
    /// Connections use the loopback interface alone.
    #[arg(long)]
    loopback: bool,
}

/// What is no hardware comes first and passes for it.
struct SyntheticFirst(SystemDevices);

const TONE: &str = "test:tone";

impl Devices for SyntheticFirst {
    fn list(&self, kind: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        let mut all = self.0.list(kind)?;
        all.sort_by_key(|info| (!info.synthetic, info.id.0 != TONE));
        for info in &mut all {
            info.synthetic = false;
        }
        Ok(all)
    }

    fn open_camera(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.0.open_camera(id, want)
    }

    fn open_screen(&self, id: &DeviceId, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        self.0.open_screen(id, want)
    }

    fn open_microphone(&self, id: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        self.0.open_microphone(id)
    }

    fn open_speaker(&self, id: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        self.0.open_speaker(id)
    }
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(io::stderr)
        .init();
    let options = Options::parse();
    let clock = MonotonicClock::shared();
    let system = SystemDevices::new(Arc::clone(&clock));
    let devices: Arc<dyn Devices> = if options.synthetic {
        Arc::new(SyntheticFirst(system))
    } else {
        Arc::new(system)
    };
    let bind = if options.loopback {
        vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
    } else {
        Vec::new()
    };
    let bridge = Bridge::open(Surroundings {
        clock,
        devices,
        consent: Arc::new(ConsentToAll),
        allowed_origins: options.origins,
        bind,
    })
    .await?;
    let opening = serde_json::to_string(&bridge.reusable_opening()?)?;
    let polyfill = match &options.polyfill {
        Some(path) => fs::read_to_string(path)?,
        None => String::new(),
    };
    fs::create_dir_all(&options.out)?;
    let inject = options.out.join("init.js");
    fs::write(
        &inject,
        format!("globalThis.__foyerBridge={opening};\n{polyfill}"),
    )?;
    let said = serde_json::json!({ "inject": inject });
    writeln!(io::stdout(), "{said}")?;
    io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

//! The command line: what is asked for, and how it ends.

mod check;
#[cfg(windows)]
mod console;
mod ctl;
mod developer_key;
mod devices;
mod doctor;
mod join;
mod practice;
mod values;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use foyer_media::device::Devices;
use tracing_subscriber::EnvFilter;

use crate::shell::Launch;
use crate::window;

/// What is logged unless FOYER_LOG says otherwise.
const LOG: &str =
    "warn,rtc_dtls=error,rtc_ice=error,foyer_app=info,foyer_session=info,foyer_practice=info";

#[derive(Debug, Parser)]
#[command(
    name = "foyer",
    version,
    about = "Join a meeting as a guest, without an account",
    after_help = "FOYER_LOG sets what is logged to standard error, such as FOYER_LOG=debug.\n\
        Exit codes: 0 done, 1 it could not be done, 2 wrong usage; of a call without a window also\n\
        3 it was not let in, 4 it was put out or lost the service. Those of check and ctl: foyer help check.",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// A meeting link, or an invitation file (.ics), to open the window with
    #[arg(value_parser = values::link)]
    link: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Join a meeting: in the window, or without one
    Join(join::Arguments),
    /// Tell the Foyer that is running: mute, leave, and so on
    Ctl(ctl::Arguments),
    /// Serve a practice meeting until stopped
    Practice(practice::Arguments),
    /// List cameras, microphones, speakers, displays and windows
    Devices(devices::Arguments),
    /// Say what a link or an invitation is, without opening it
    Check(check::Arguments),
    /// Report what may keep Foyer from working here
    Doctor(doctor::Arguments),
    /// For developers: join with the key of an ACS resource of one's own
    DeveloperKey(developer_key::Arguments),
}

/// The exit code of a command that did what it should.
const DONE: u8 = 0;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Reads the command line, does what it says, and answers with the code that the program ends with.
pub fn main() -> ExitCode {
    #[cfg(windows)]
    console::borrow();
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("FOYER_LOG").unwrap_or_else(|_| EnvFilter::new(LOG));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nobody to tell if standard error is closed.
            writeln!(std::io::stderr().lock(), "foyer: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<u8, Failure> {
    let devices = hardware();
    match arguments.command {
        None => open(
            Launch {
                link: arguments.link,
                folder: std::env::current_dir()?,
                name: None,
            },
            devices,
        ),
        Some(Command::Join(join)) if !join.headless => open(join.launch()?, devices),
        Some(Command::Join(join)) => runtime()?.block_on(join::run(join, devices)),
        Some(Command::Ctl(arguments)) => runtime()?.block_on(ctl::run(&arguments)),
        Some(Command::Practice(practice)) => runtime()?.block_on(practice::run(practice)),
        Some(Command::Devices(arguments)) => devices::run(&arguments, &*devices),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Doctor(arguments)) if arguments.calling => {
            doctor::run_calling(&arguments, devices)
        }
        Some(Command::Doctor(arguments)) => runtime()?.block_on(doctor::run(&arguments, &*devices)),
        Some(Command::DeveloperKey(arguments)) => developer_key::run(&arguments),
    }
}

fn open(launch: Launch, devices: Arc<dyn Devices>) -> Result<u8, Failure> {
    window::run(launch, devices, link_of)?;
    Ok(DONE)
}

/// The link that another start was given, program first; the first start goes by its own.
fn link_of(arguments: &[String]) -> Option<String> {
    let arguments = Arguments::try_parse_from(arguments).ok()?;
    match arguments.command {
        None => arguments.link,
        Some(Command::Join(join)) => Some(join.link),
        Some(_) => None,
    }
}

fn hardware() -> Arc<dyn Devices> {
    Arc::new(foyer_devices::SystemDevices::new(
        foyer_media::clock::MonotonicClock::shared(),
    ))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

/// A line on standard output.
fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Resolves when the program is asked to stop, from the call on, not from the first time that it is waited for.
/// Needs a tokio runtime.
fn stopped() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).ok()
    };
    async move {
        let interrupted = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        #[cfg(unix)]
        if let Some(terminate) = &mut terminate {
            tokio::select! {
                _ = terminate.recv() => {}
                () = interrupted => {}
            }
            return;
        }
        interrupted.await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_link_alone_opens_the_window() {
        let arguments = Arguments::try_parse_from(["foyer", "http://127.0.0.1:1/meet/x"]).unwrap();
        assert_eq!(arguments.link.as_deref(), Some("http://127.0.0.1:1/meet/x"));
        assert!(Arguments::try_parse_from(["foyer"]).unwrap().link.is_none());
    }

    #[test]
    fn a_later_start_hands_over_its_link() {
        let link = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            link_of(&words)
        };
        assert_eq!(
            link("foyer foyer://join?i=x").as_deref(),
            Some("foyer://join?i=x")
        );
        assert_eq!(
            link("foyer join http://h/meet/x --name A").as_deref(),
            Some("http://h/meet/x")
        );
        assert_eq!(link("foyer"), None);
        assert_eq!(link("foyer --nonsense"), None);
    }

    #[test]
    fn a_mistyped_command_is_not_taken_for_a_link() {
        let error = Arguments::try_parse_from(["foyer", "jion"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("neither a link nor a command"), "{error}");
    }

    #[test]
    fn joining_without_a_window_takes_everything_that_a_script_needs() {
        let line = "foyer join http://127.0.0.1:1/meet/x --name Ada --headless --duration 20s \
            --camera test --microphone none --speaker none --share display:0 --say hi --report r.json";
        let arguments = Arguments::try_parse_from(line.split_ascii_whitespace()).unwrap();
        assert!(matches!(arguments.command, Some(Command::Join(join)) if join.headless));
    }

    #[test]
    fn what_only_a_call_without_a_window_understands_is_refused_with_one() {
        for option in [
            "--duration=20s",
            "--camera=test",
            "--say=hi",
            "--report=r",
            "--share=display:0",
        ] {
            let line = ["foyer", "join", "http://h/meet/x", "--name", "A", option];
            let error = Arguments::try_parse_from(line).unwrap_err().to_string();
            assert!(error.contains("--headless"), "{option}: {error}");
        }
    }
}

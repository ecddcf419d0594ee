//! The project's own commands: `cargo xtask run | test | check | bindings | icons | package | bench | screens |
//! gallery | wpt | sdks`.
//!
//! Apart from the app because nothing here is shipped. It uses none of the other crates: it drives cargo, npm and
//! the Tauri command line as a person would, says what it does, and on failure says what to do.
//! Start with [`setup`], which every command that builds begins with.

mod app;
mod bench;
mod bindings;
mod check;
mod cross;
mod display;
mod gallery;
mod icons;
mod package;
mod programs;
mod screens;
mod sdks;
mod setup;
mod step;
mod suite;
mod tally;
mod wpt;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use setup::Sdk;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, tests, checks, measures and packages Foyer"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing, builds everything and opens the app
    Run {
        /// Optimised, as it is shipped; takes longer to build
        #[arg(long)]
        release: bool,
        /// Leaves Microsoft's SDK out: neither fetched nor built in; everything but Teams meetings works
        #[arg(long)]
        without_teams: bool,
        /// Handed to the app, such as a meeting link
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Sets up what is missing and runs every test
    Test {
        /// Only test programs whose package or name contains this
        #[arg(value_name = "FILTER")]
        filter: Option<String>,
    },
    /// Format, lints, docs, boundaries, licences, generated files
    Check,
    /// Writes the TypeScript side of the contract
    Bindings,
    /// Draws every size of the icon from icons/source.svg
    Icons,
    /// Makes what people install: .deb and .rpm, or the installer for Windows
    Package(package::What),
    /// Prints the notices of all libraries that are linked into the app
    Notices,
    /// Builds for Windows and type-checks for macOS, as far as that goes on Linux
    Cross {
        /// Only these steps
        parts: Vec<cross::Part>,
    },
    /// Measures something
    Bench {
        #[command(subcommand)]
        what: bench::What,
    },
    /// Takes a screenshot of every screen through the end-to-end run
    Screens,
    /// Renders every screen of the interface in every state, theme, language and size, and checks what is on it
    #[command(disable_help_flag = true)]
    Gallery {
        /// Handed to the script, such as `--only settings --themes dark --locales ru --sizes phone`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Runs the web-platform-tests on the bridge and compares what passes with what is kept
    #[command(disable_help_flag = true)]
    Wpt {
        /// Handed to the runner: `--dir CHECKOUT` and what `--help` lists
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Runs unmodified SDKs on the bridge, each against its real server
    #[command(disable_help_flag = true)]
    Sdks {
        /// Handed to the runner: `--runs N`, `--browser chromium` and what `--help` lists
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run {
            release,
            without_teams,
            arguments,
        } => app::run(release, Sdk::unless(without_teams), &arguments),
        Command::Test { filter } => suite::run(filter.as_deref()),
        Command::Check => check::run(),
        Command::Bindings => bindings::write(),
        Command::Icons => icons::draw(),
        Command::Notices => package::notices(),
        Command::Package(what) => package::run(&what),
        Command::Cross { parts } => cross::run(&parts),
        Command::Bench { what } => bench::run(&what),
        Command::Screens => screens::take(),
        Command::Gallery { arguments } => gallery::render(&arguments),
        Command::Wpt { arguments } => wpt::run(&arguments),
        Command::Sdks { arguments } => sdks::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            step::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

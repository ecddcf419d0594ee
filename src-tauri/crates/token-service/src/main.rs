//! The organisation's server, as a program: the one place that reads the clock, the arguments and the environment.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use foyer_acs::clock::TokioClock;
use foyer_acs::fake::{Fake, FakeConfig, FakeError};
use foyer_acs::{SharedClock, Timestamp};
use foyer_token_service::config::{Config, ConfigError};
use foyer_token_service::seal::new_secret;
use foyer_token_service::service::{Service, StartError};
use foyer_token_service::traces::{Traces, TracesError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

#[derive(Parser)]
#[command(
    name = "foyer-token-service",
    about = "Gives invited guests what they need to join Teams meetings",
    version
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service until it is told to stop (SIGTERM, Ctrl-C)
    Serve {
        /// The configuration; environment variables FOYER_TOKEN_SERVICE_… outweigh it
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Checks the configuration and says what is wrong
    Check {
        /// The configuration
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Writes a new secret for invitations.keys
    NewKey,
    /// Runs a server that stands in for Azure, for developers
    FakeAcs {
        /// Where to listen
        #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)))]
        listen: SocketAddr,
        /// Answer over TLS; the certificate is written to this file
        #[arg(long, value_name = "FILE")]
        certificate: Option<PathBuf>,
    },
}

/// What ends the program with a message.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Traces(#[from] TracesError),
    #[error(transparent)]
    Fake(#[from] FakeError),
    #[error("{0}")]
    System(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(std::io::stderr(), "foyer-token-service: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve { config } => {
            let config = Config::load(config.as_deref(), environment())?;
            let traces = match &config.traces {
                Some(endpoint) => Some(Traces::to(endpoint)?),
                None => None,
            };
            log(traces.as_ref());
            let served = runtime()?.block_on(serve(config));
            if let Some(traces) = traces {
                traces.finish();
            }
            served
        }
        Command::Check { config } => {
            Config::load(config.as_deref(), environment())?;
            Ok(writeln!(std::io::stdout(), "The configuration is good.")?)
        }
        Command::NewKey => Ok(writeln!(std::io::stdout(), "{}", new_secret().expose())?),
        Command::FakeAcs {
            listen,
            certificate,
        } => {
            log(None);
            runtime()?.block_on(fake(listen, certificate))
        }
    }
}

/// Variables that are no text are none of ours.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// One JSON object a line; `FOYER_LOG` says how much, as `info` or `foyer_token_service=debug`.
fn log(traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env("FOYER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .with_filter(filter);
    tracing_subscriber::registry()
        .with(lines)
        .with(traces.map(Traces::layer))
        .init();
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

fn clock() -> SharedClock {
    TokioClock::shared(Timestamp::now)
}

async fn serve(config: Config) -> Result<(), Failure> {
    let service = Service::start(config, clock()).await?;
    told_to_stop().await?;
    service.stop().await;
    Ok(())
}

async fn fake(listen: SocketAddr, certificate: Option<PathBuf>) -> Result<(), Failure> {
    let fake = Fake::start(FakeConfig {
        listen,
        tls: certificate.is_some(),
        ..FakeConfig::loopback(clock())
    })
    .await?;
    if let (Some(path), Some(pem)) = (certificate, fake.certificate()) {
        std::fs::write(path, pem)?;
    }
    let mut out = std::io::stdout();
    // The key is the same everywhere and opens nothing but fakes.
    writeln!(out, "{}", fake.connection_string().expose())?;
    told_to_stop().await?;
    Ok(())
}

#[cfg(unix)]
async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

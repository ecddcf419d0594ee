//! `foyer practice`.

use std::net::SocketAddr;

use clap::Args;
use foyer_media::clock::MonotonicClock;
use foyer_practice::{MeetingOptions, Server, ServerConfig};

use super::{DONE, Failure, print, stopped};
use crate::practice::{HOST_BOT_DELAY, MOST_BOTS};
use crate::shell;

/// What `foyer practice` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address to serve at. Anything but loopback lets others on the network in
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Bots that take part, with moving pictures, speech and chat replies
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_BOTS)))]
    bots: u32,
    /// Guests wait until a host lets them in
    #[arg(long)]
    lobby: bool,
    /// A bot is the host and lets guests in after some seconds
    #[arg(long)]
    host_bot: bool,
    /// One line of JSON instead of text for people: guestLink, hostLink, port
    #[arg(long)]
    print_json: bool,
}

/// Serves one meeting until it is stopped.
pub async fn run(arguments: Arguments) -> Result<u8, Failure> {
    // Before anybody is told that it runs.
    let stop = stopped();
    let config = ServerConfig {
        listen: arguments.listen,
        ..ServerConfig::loopback(MonotonicClock::shared(), shell::wall_clock())
    };
    let server = Server::start(config)
        .await
        .map_err(|error| format!("no practice meeting at {}: {error}", arguments.listen))?;
    let meeting = server
        .open_meeting(MeetingOptions {
            title: "Practice meeting".to_owned(),
            lobby: arguments.lobby,
            bots: arguments.bots,
            host_bot: arguments.host_bot,
            host_bot_delay: HOST_BOT_DELAY,
        })
        .await;
    if arguments.print_json {
        print(
            &serde_json::json!({
                "guestLink": meeting.guest_link,
                "hostLink": meeting.host_link,
                "port": server.port(),
            })
            .to_string(),
        )?;
    } else {
        print(&format!(
            "Practice meeting\n  for guests, in Foyer or a browser:  {}\n  \
             for the host, in a browser:         {}\nCtrl+C ends it.",
            meeting.guest_link, meeting.host_link
        ))?;
    }
    stop.await;
    server.stop().await;
    Ok(DONE)
}

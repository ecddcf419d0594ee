//! `foyer ctl`.

use clap::Args;

use super::{DONE, Failure, print};
use crate::ctl::endpoint::{Endpoint, ReachError};
use crate::ctl::{self, Action, Answer, Request};
use crate::desktop::standing::{Device, Stage, Standing};

/// It could not be done.
const FAILED: u8 = 1;
/// No Foyer runs.
const NOT_RUNNING: u8 = 3;
/// Foyer runs, but we are in no meeting.
const NO_CALL: u8 = 4;

/// What `foyer ctl` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "It answers when it is so, such as when the microphone is open. Bind it to a key in the settings of the \
        desktop.\nExit codes: 0 done, 1 it could not be done, 2 wrong usage, 3 Foyer is not running, 4 there is no call."
)]
pub struct Arguments {
    /// What to do
    action: Action,
    /// One JSON object instead of lines for people
    #[arg(long)]
    json: bool,
}

/// Tells the running instance and prints what came of it. Needs a tokio runtime.
pub async fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let request = Request {
        action: arguments.action,
    };
    let answer = match Endpoint::of_user()?.connect().await {
        Ok(stream) => ctl::ask(stream, &request).await?,
        Err(ReachError::NotRunning) => {
            if arguments.json {
                print(&serde_json::to_string(&serde_json::json!({
                    "code": "app.not_running", "status": null,
                }))?)?;
            } else {
                tell("Foyer is not running");
            }
            return Ok(NOT_RUNNING);
        }
        Err(error) => return Err(error.into()),
    };
    if arguments.json {
        print(&serde_json::to_string(&answer)?)?;
    } else {
        match &answer.code {
            None if arguments.action == Action::Status => {
                for line in lines(&answer.status) {
                    print(&line)?;
                }
            }
            None => print(done(arguments.action, &answer.status))?,
            Some(code) => tell(&undone(code)),
        }
    }
    Ok(exit_code(&answer))
}

fn exit_code(answer: &Answer) -> u8 {
    match answer.code.as_deref() {
        None => DONE,
        Some(ctl::NO_CALL) => NO_CALL,
        Some(_) => FAILED,
    }
}

fn tell(text: &str) {
    use std::io::Write;

    // Nobody to tell if standard error is closed.
    writeln!(std::io::stderr().lock(), "foyer: {text}").ok();
}

fn done(action: Action, status: &Standing) -> &'static str {
    match action {
        Action::Leave => "Left",
        Action::RaiseHand => "The hand is up",
        Action::LowerHand => "The hand is down",
        Action::CameraOn => "The camera is on",
        Action::CameraOff => "The camera is off",
        Action::Mute | Action::Unmute | Action::ToggleMute | Action::Status => {
            match status.microphone {
                Device::Off => "The microphone is off",
                _ => "The microphone is on",
            }
        }
    }
}

fn undone(code: &str) -> String {
    match code {
        ctl::NO_CALL => "there is no call".to_owned(),
        ctl::NOT_IN_MEETING => "that needs a meeting, and nobody has let you in yet".to_owned(),
        ctl::NOT_ALLOWED => "this meeting does not let guests do that".to_owned(),
        ctl::UNCONFIRMED => "it was asked for, but has not happened so far".to_owned(),
        code => format!("it does not work ({code})"),
    }
}

fn lines(status: &Standing) -> Vec<String> {
    let stage = match status.phase {
        Stage::None | Stage::Ended => return vec!["No call".to_owned()],
        Stage::PreJoin => return vec!["No call; one is being prepared".to_owned()],
        Stage::Connecting => "Connecting",
        Stage::Lobby => "Waiting in the lobby",
        Stage::InMeeting => "In the meeting",
        Stage::Reconnecting => "In the meeting, reconnecting",
    };
    let first = match &status.title {
        Some(title) => format!("{stage}: {title}"),
        None => stage.to_owned(),
    };
    let hand = if status.hand { "up" } else { "down" };
    vec![
        first,
        line("Microphone", &device(&status.microphone)),
        line("Camera", &device(&status.camera)),
        line("Share", &device(&status.share)),
        line("Hand", hand),
        line("Others", &status.others.to_string()),
        line("Unread", &status.unread.to_string()),
    ]
}

fn line(name: &str, value: &str) -> String {
    format!("  {name:<13} {value}")
}

fn device(device: &Device) -> String {
    match device {
        Device::Off => "off".to_owned(),
        Device::Starting => "starting".to_owned(),
        Device::Live => "on".to_owned(),
        Device::Failed(code) => format!("does not work ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_how_things_stand_and_scripts_go_by_the_exit_code() {
        let status = Standing {
            phase: Stage::InMeeting,
            title: Some("Team sync".to_owned()),
            microphone: Device::Live,
            camera: Device::Failed("device.busy".to_owned()),
            others: 3,
            ..Standing::default()
        };
        assert_eq!(
            lines(&status),
            [
                "In the meeting: Team sync",
                "  Microphone    on",
                "  Camera        does not work (device.busy)",
                "  Share         off",
                "  Hand          down",
                "  Others        3",
                "  Unread        0",
            ]
        );
        assert_eq!(lines(&Standing::default()), ["No call"]);
        let answer = |code: Option<&str>| Answer {
            code: code.map(str::to_owned),
            status: status.clone(),
        };
        assert_eq!(exit_code(&answer(None)), 0);
        assert_eq!(exit_code(&answer(Some("device.busy"))), 1);
        assert_eq!(exit_code(&answer(Some("call.none"))), 4);
    }
}

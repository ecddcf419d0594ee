//! The running instance, which is asked.

use std::time::Duration;

use foyer_contract::intent::Intent;
use tauri::{AppHandle, Manager, Runtime};
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::endpoint::Endpoint;
use super::wish::{Goal, Wish};
use super::{Action, Answer, Request, UNCONFIRMED, read, write};
use crate::calls::Standings;
use crate::desktop::standing::Standing;
use crate::shell::Shell;

/// Nobody takes longer to say what they want.
const ASKED_WITHIN: Duration = Duration::from_secs(5);
/// A device that is slow to open takes seconds.
const DONE_WITHIN: Duration = Duration::from_secs(15);
/// Who ask at the same time.
const AT_ONCE: usize = 8;

/// Answers until the app ends. A second instance, which a person has asked for, is not reached this way.
pub async fn serve<R: Runtime>(app: AppHandle<R>) {
    let endpoint = match Endpoint::of_user() {
        Ok(endpoint) => endpoint,
        Err(error) => return tracing::warn!(%error, "foyer ctl will not reach this instance"),
    };
    let mut listener = match endpoint.listen().await {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!(%error, "foyer ctl will not reach this instance"),
    };
    tracing::debug!(?endpoint, "foyer ctl can reach this instance");
    let mut serving = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok(stream) => {
                if serving.len() >= AT_ONCE {
                    serving.join_next().await;
                }
                serving.spawn(answer(app.clone(), stream));
            }
            Err(error) => {
                // Out of files, say: the next one may have more luck.
                tracing::warn!(%error, "somebody could not ask");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        while serving.try_join_next().is_some() {}
    }
}

async fn answer<R: Runtime>(app: AppHandle<R>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut stream = BufReader::new(stream);
    let request = match tokio::time::timeout(ASKED_WITHIN, read::<Request>(&mut stream)).await {
        Ok(Ok(request)) => request,
        Ok(Err(error)) => return tracing::warn!(%error, "what was asked was not understood"),
        Err(_) => return,
    };
    let shell = app.state::<Shell>();
    let answer = carry_out(request.action, shell.calls.standings(), |intent| {
        shell.calls.send(intent)
    })
    .await;
    tracing::info!(action = ?request.action, code = answer.code, "asked from outside");
    // Whoever asked may have gone.
    write(&mut stream, &answer).await.ok();
}

/// Asks the call for it and answers when it is so.
async fn carry_out(
    action: Action,
    mut standings: watch::Receiver<Standings>,
    send: impl Fn(Intent) -> bool,
) -> Answer {
    let now = standings.borrow_and_update().now.clone();
    let code = match Wish::of(action, &now) {
        Wish::Granted => None,
        Wish::Refused(code) => Some(code.to_owned()),
        Wish::Ask(intent, _) if !send(intent.clone()) => Some(super::NO_CALL.to_owned()),
        Wish::Ask(_, goal) => await_goal(goal, &now, &mut standings).await,
    };
    let status = standings.borrow().now.clone();
    Answer { code, status }
}

async fn await_goal(
    goal: Goal,
    before: &Standing,
    standings: &mut watch::Receiver<Standings>,
) -> Option<String> {
    // What failed before does not count: it is being tried again.
    let outcome = |standings: &Standings| {
        let outcome = goal.outcome(&standings.now)?;
        (outcome.is_ok() || standings.now != *before).then(|| outcome.err().map(str::to_owned))
    };
    let waiting = standings.wait_for(|standings| outcome(standings).is_some());
    match tokio::time::timeout(DONE_WITHIN, waiting).await {
        Ok(Ok(standings)) => outcome(&standings).flatten(),
        Ok(Err(_)) | Err(_) => Some(UNCONFIRMED.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::ctl;
    use crate::desktop::standing::{Device, Stage};

    fn muted() -> Standings {
        Standings {
            call: 1,
            now: Standing {
                phase: Stage::InMeeting,
                ..Standing::default()
            },
        }
    }

    #[tokio::test]
    async fn the_answer_comes_when_the_microphone_is_open() {
        let (call, standings) = watch::channel(muted());
        let (asked, mut hears) = tokio::sync::mpsc::unbounded_channel();
        let send = move |intent| asked.send(intent).is_ok();
        let answer = tokio::spawn(carry_out(Action::Unmute, standings, send));
        let intent = hears.recv().await.unwrap();
        assert_eq!(intent, Intent::SetMuted { muted: false });
        call.send_modify(|standings| standings.now.microphone = Device::Starting);
        tokio::task::yield_now().await;
        assert!(!answer.is_finished());
        call.send_modify(|standings| standings.now.microphone = Device::Live);
        let answer = answer.await.unwrap();
        assert_eq!(
            (answer.code, answer.status.microphone),
            (None, Device::Live)
        );
    }

    #[tokio::test]
    async fn a_microphone_that_fails_is_told_by_its_code() {
        let (call, standings) = watch::channel(muted());
        let send = move |_| {
            call.send_modify(|standings| {
                standings.now.microphone = Device::Failed("device.busy".to_owned());
            });
            true
        };
        let answer = carry_out(Action::Unmute, standings, send).await;
        assert_eq!(answer.code.as_deref(), Some("device.busy"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_happen_is_not_reported_as_done() {
        let (_call, standings) = watch::channel(muted());
        let answer = carry_out(Action::CameraOn, standings, |_| true).await;
        assert_eq!(answer.code.as_deref(), Some(UNCONFIRMED));
    }

    #[tokio::test]
    async fn a_call_that_has_just_gone_is_none() {
        let (_call, standings) = watch::channel(muted());
        let answer = carry_out(Action::CameraOn, standings, |_| false).await;
        assert_eq!(answer.code.as_deref(), Some(ctl::NO_CALL));
    }

    #[tokio::test]
    async fn question_and_answer_go_over_a_connection_and_nonsense_does_not() {
        let (near, far) = tokio::io::duplex(1024);
        let answer = Answer {
            code: None,
            status: muted().now,
        };
        let expected = answer.clone();
        let serving = tokio::spawn(async move {
            let mut far = BufReader::new(far);
            let request: Request = read(&mut far).await.unwrap();
            write(&mut far, &answer).await.unwrap();
            request
        });
        let request = Request {
            action: Action::RaiseHand,
        };
        assert_eq!(ctl::ask(near, &request).await.unwrap(), expected);
        assert_eq!(serving.await.unwrap(), request);
        for nonsense in [
            &b"\n"[..],
            b"{\"action\":\"fly\"}\n",
            b"\xff",
            &[b'x'; 20_000],
        ] {
            let mut stream = BufReader::new(nonsense);
            assert!(read::<Request>(&mut stream).await.is_err());
        }
    }
}

//! Meetings that Foyer is ready for when they start: devices and network are looked at shortly before, and it rings.
//!
//! [`plan`] decides what is due; this keeps it, tells page and tray, and carries it out. The list survives restarts, in
//! a file that nobody else may read: its links let anybody in.

pub mod plan;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_contract::armed::{ArmedMeeting, ArmedStage, ReadyCheck};
use foyer_contract::link::LinkVerdict;
use foyer_contract::network::NetworkState;
use foyer_meeting::link::examine;
use foyer_meeting::name::shown_name;
use foyer_meeting::sensitive::Sensitive;
use tauri::{AppHandle, Manager, Runtime, UserAttentionType};
use tokio::sync::watch;
use tokio::time::sleep;

use self::plan::{Deed, Plan};
use crate::desktop::news::News;
use crate::settings::{Settings, recent_link};
use crate::shell::{Shell, wall_clock};
use crate::window::MAIN;
use crate::{devices, network};

/// The clock is looked at so often: it may be put forward, and machines sleep.
const LOOK: Duration = Duration::from_secs(20);

/// Why a meeting is not armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmError {
    /// There is no meeting in the text that could be joined.
    #[error("no meeting in this text")]
    NoMeeting,
    /// The text does not say when it starts.
    #[error("the invitation does not say when the meeting starts")]
    NoStart,
    /// It has started.
    #[error("the meeting has started already")]
    Past,
}

impl ArmError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoMeeting => "link.nothing_found",
            Self::NoStart => "armed.no_start",
            Self::Past => "armed.past",
        }
    }
}

/// The armed meetings.
pub struct Armed {
    settings: Arc<Settings>,
    plan: Mutex<Plan>,
    list: watch::Sender<Vec<ArmedMeeting>>,
}

impl Armed {
    /// Those that were kept.
    pub fn load(settings: Arc<Settings>) -> Self {
        let plan = Plan::new(settings.armed());
        let list = watch::Sender::new(plan.meetings().to_vec());
        Self {
            settings,
            plan: Mutex::new(plan),
            list,
        }
    }

    /// All of them, the next one first, and every change.
    pub fn list(&self) -> watch::Receiver<Vec<ArmedMeeting>> {
        self.list.subscribe()
    }

    /// Arms the meeting of an invitation.
    pub fn arm(
        &self,
        text: &str,
        passcode: Option<&Sensitive<String>>,
        now_ms: i64,
    ) -> Result<(), ArmError> {
        let meeting = meeting(text, passcode, now_ms)?;
        self.change(|plan| plan.arm(meeting));
        Ok(())
    }

    /// Takes one out.
    pub fn disarm(&self, id: &str) {
        self.change(|plan| plan.disarm(id));
    }

    /// What is due at this time of day.
    pub fn step(&self, now_ms: i64) -> Vec<Deed> {
        self.change(|plan| plan.step(now_ms))
    }

    /// Notes what was found for one of them.
    pub fn note(&self, id: &str, found: ReadyCheck) {
        self.change(|plan| {
            // It may have been taken out meanwhile.
            if let Some(meeting) = plan.find(id) {
                meeting.found = Some(found);
            }
        });
    }

    fn next_at_ms(&self) -> Option<i64> {
        self.plan().next_at_ms()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Plan) -> T) -> T {
        let mut plan = self.plan();
        let before = plan.clone();
        let answer = change(&mut plan);
        if *plan != before {
            let meetings = plan.meetings().to_vec();
            if let Err(error) = self.settings.set_armed(&meetings) {
                tracing::warn!(%error, "the armed meetings cannot be kept");
            }
            self.list.send_replace(meetings);
        }
        answer
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn meeting(
    text: &str,
    passcode: Option<&Sensitive<String>>,
    now_ms: i64,
) -> Result<ArmedMeeting, ArmError> {
    let verdict = LinkVerdict::from(examine(text));
    let kind = verdict.kind.ok_or(ArmError::NoMeeting)?;
    let link = recent_link(text, passcode).ok_or(ArmError::NoMeeting)?;
    let starts_at = verdict.starts_at.ok_or(ArmError::NoStart)?;
    // Without a zone nobody knows when that is.
    let starts_at: Timestamp = starts_at.parse().map_err(|_| ArmError::NoStart)?;
    let starts_at_ms = starts_at.as_millisecond();
    if starts_at_ms <= now_ms {
        return Err(ArmError::Past);
    }
    Ok(ArmedMeeting {
        id: format!("a{now_ms}"),
        title: shown_name(verdict.subject.as_deref().unwrap_or_default()),
        kind,
        link: link.expose().clone(),
        starts_at_ms,
        stage: ArmedStage::Waiting,
        found: None,
    })
}

/// Does what is due until the app ends.
pub async fn follow<R: Runtime>(app: AppHandle<R>) {
    let shell = app.state::<Shell>();
    let clock = wall_clock();
    let mut list = shell.armed.list();
    loop {
        let now_ms = clock() as i64;
        for deed in shell.armed.step(now_ms) {
            match deed {
                Deed::Check(meeting) => {
                    tauri::async_runtime::spawn(look(app.clone(), meeting));
                }
                Deed::Ring(meeting) => ring(&app, meeting),
            }
        }
        list.mark_unchanged();
        let next_in = shell.armed.next_at_ms().map(|at| at - clock() as i64);
        let next_in = next_in.map(|left| u64::try_from(left).unwrap_or(0));
        let pause = next_in.map_or(LOOK, Duration::from_millis).min(LOOK);
        tokio::select! {
            () = sleep(pause), if next_in.is_some() => {}
            changed = list.changed() => if changed.is_err() { return },
        }
    }
}

async fn look<R: Runtime>(app: AppHandle<R>, meeting: ArmedMeeting) {
    let shell = app.state::<Shell>();
    let all = shell.devices.clone();
    let lists = tauri::async_runtime::spawn_blocking(move || devices::lists(&*all).0).await;
    let real = |list: &[foyer_contract::command::Device]| list.iter().any(|one| !one.synthetic);
    let network = network::check(&meeting.link, shell.teams.service()).await;
    let found = ReadyCheck {
        microphone: lists.as_ref().is_ok_and(|lists| real(&lists.microphones)),
        camera: lists.as_ref().is_ok_and(|lists| real(&lists.cameras)),
        network: network.map_or(NetworkState::Failed, |found| found.state),
    };
    shell.armed.note(&meeting.id, found);
    let is_ready = found.microphone && found.network == NetworkState::Good;
    shell.calls.tell(News::Soon {
        title: meeting.title,
        is_ready,
    });
}

fn ring<R: Runtime>(app: &AppHandle<R>, meeting: ArmedMeeting) {
    let shell = app.state::<Shell>();
    let is_in_call = shell.calls.standings().borrow().now.is_joined();
    tracing::info!(is_in_call, "a meeting starts that was waited for");
    shell.calls.tell(News::Begins {
        title: meeting.title,
    });
    let window = app.get_webview_window(MAIN);
    if let Some(window) = window
        && let Err(error) = window.request_user_attention(Some(UserAttentionType::Critical))
    {
        tracing::warn!(%error, "the window cannot ask for attention");
    }
    if is_in_call || !shell.settings.preferences().chimes {
        return;
    }
    let devices = shell.devices.clone();
    let clock = shell.clock.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = foyer_session::ring(devices, clock).await {
            tracing::warn!(%error, "no ringing");
        }
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn invitation(start: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Team sync\r\n{start}\
             DESCRIPTION:Join: http://127.0.0.1:8080/meet/abc\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    fn at(ms: i64) -> String {
        let at = Timestamp::from_millisecond(ms).unwrap();
        let digits: String = at
            .to_string()
            .chars()
            .filter(|c| !"-:".contains(*c))
            .collect();
        format!("DTSTART:{digits}\r\n")
    }

    #[test]
    fn the_meeting_of_an_invitation_is_armed_for_its_start() {
        let armed = meeting(&invitation(&at(NOW + 60_000)), None, NOW).unwrap();
        assert_eq!(armed.starts_at_ms, NOW + 60_000);
        assert_eq!(armed.title, "Team sync");
        assert_eq!(armed.link, "http://127.0.0.1:8080/meet/abc");
    }

    #[test]
    fn what_has_no_start_or_a_past_one_is_refused() {
        let refused = |text: &str| meeting(text, None, NOW).unwrap_err().code();
        assert_eq!(refused(&invitation(&at(NOW - 1_000))), "armed.past");
        assert_eq!(refused(&invitation("")), "armed.no_start");
        assert_eq!(refused("http://127.0.0.1:8080/meet/abc"), "armed.no_start");
        assert_eq!(refused("hello"), "link.nothing_found");
    }

    #[test]
    fn they_are_kept_over_restarts_and_gone_when_disarmed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(crate::settings::FILE);
        let start = || Armed::load(Arc::new(Settings::load(Some(file.clone()))));
        let armed = start();
        let mut list = armed.list();
        armed
            .arm(&invitation(&at(NOW + 600_000)), None, NOW)
            .unwrap();
        assert!(list.has_changed().unwrap());
        list.mark_unchanged();
        let again = start();
        assert_eq!(again.list().borrow().len(), 1);
        assert_eq!(again.step(NOW + 600_000).len(), 1);
        assert!(start().step(NOW + 600_001).is_empty(), "it was rung for");
        let id = again.list().borrow()[0].id.clone();
        again.disarm(&id);
        assert!(start().list().borrow().is_empty());
        assert!(!folder.path().join("armed.json").exists());
    }
}

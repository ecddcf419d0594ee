//! The icon in the tray: how we stand, and the few things that one may want without the window.
//!
//! What it shows is a [`Face`]; on Linux `status_notifier` shows it over D-Bus, elsewhere `native` by Tauri.

#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod status_notifier;

use foyer_contract::armed::ArmedMeeting;
use foyer_contract::desktop::DesktopWords;
use foyer_contract::intent::Intent;
use tauri::image::Image;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::watch;

#[cfg(not(target_os = "linux"))]
use native as platform;
#[cfg(target_os = "linux")]
use status_notifier as platform;

use super::standing::{Device, Stage, Standing};
use crate::calls::Standings;
use crate::instance;
use crate::shell::Shell;
use crate::window::MAIN;

/// What the icon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// No call.
    Idle,
    /// On the way in.
    Lobby,
    /// Heard.
    Live,
    /// In, and not heard.
    Muted,
    /// Our screen is seen.
    Sharing,
}

/// What the menu can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Bring up the window.
    Show,
    /// Open or close the microphone.
    Microphone(bool),
    /// Camera on or off.
    Camera(bool),
    /// Hang up.
    Leave,
    /// End the app.
    Quit,
}

/// All that is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The icon.
    pub look: Look,
    /// What the icon means, in words.
    pub state: String,
    /// The meeting, where it is known.
    pub title: Option<String>,
    /// The menu, in order.
    pub menu: Vec<(Press, String)>,
}

impl Face {
    /// For how we stand, in these words. `next` is the title of the meeting that is rung for next, if there is one.
    pub fn of(now: &Standing, next: Option<&str>, words: &DesktopWords) -> Self {
        let (look, state) = match now.phase {
            Stage::None | Stage::Ended if next.is_some() => (Look::Idle, &words.armed),
            Stage::None | Stage::PreJoin | Stage::Ended => (Look::Idle, &words.idle),
            Stage::Connecting | Stage::Lobby => (Look::Lobby, &words.lobby),
            _ if now.share == Device::Live => (Look::Sharing, &words.sharing),
            _ if now.microphone == Device::Live => (Look::Live, &words.live),
            Stage::InMeeting | Stage::Reconnecting => (Look::Muted, &words.muted),
        };
        let mut menu = vec![(Press::Show, &words.show)];
        if now.is_joined() {
            let heard = now.microphone != Device::Off;
            let seen = now.camera != Device::Off;
            menu.extend([
                (
                    Press::Microphone(!heard),
                    if heard { &words.mute } else { &words.unmute },
                ),
                (
                    Press::Camera(!seen),
                    if seen {
                        &words.camera_off
                    } else {
                        &words.camera_on
                    },
                ),
                (Press::Leave, &words.leave),
            ]);
        }
        menu.push((Press::Quit, &words.quit));
        let menu = menu
            .into_iter()
            .map(|(press, label)| (press, label.clone()));
        Self {
            look,
            state: state.clone(),
            title: match now.phase {
                Stage::None | Stage::Ended => {
                    next.filter(|next| !next.is_empty()).map(str::to_owned)
                }
                _ => now.title.clone().filter(|_| now.is_joined()),
            },
            menu: menu.collect(),
        }
    }
}

impl Look {
    /// 48 pixels square.
    pub fn icon(self) -> Image<'static> {
        match self {
            Self::Idle => tauri::include_image!("icons/tray/idle.png"),
            Self::Lobby => tauri::include_image!("icons/tray/lobby.png"),
            Self::Live => tauri::include_image!("icons/tray/live.png"),
            Self::Muted => tauri::include_image!("icons/tray/muted.png"),
            Self::Sharing => tauri::include_image!("icons/tray/sharing.png"),
        }
    }
}

/// Shows the icon once there are words for it, and keeps it true until the app ends. `is_there` says whether there is a
/// tray that shows it.
pub async fn follow<R: Runtime>(
    app: AppHandle<R>,
    mut words: watch::Receiver<Option<DesktopWords>>,
    mut standings: watch::Receiver<Standings>,
    mut armed: watch::Receiver<Vec<ArmedMeeting>>,
    is_there: watch::Sender<bool>,
) {
    if words.wait_for(Option::is_some).await.is_err() {
        return;
    }
    let mut there = is_there.subscribe();
    let mut face = face_of(&mut words, &mut standings, &mut armed);
    let presses = app.clone();
    let press = move |press| act(&presses, press);
    let Some(mut icon) = platform::Icon::show(&app, face.clone(), press, is_there).await else {
        return;
    };
    loop {
        let changed = tokio::select! {
            changed = words.changed() => changed,
            changed = standings.changed() => changed,
            changed = armed.changed() => changed,
            changed = there.changed() => {
                // Nobody must be left with a window that nothing brings back.
                if !*there.borrow_and_update() {
                    bring_back(&app);
                }
                changed
            }
        };
        if changed.is_err() {
            return;
        }
        let next = face_of(&mut words, &mut standings, &mut armed);
        if next != face {
            face = next;
            icon.change(face.clone()).await;
        }
    }
}

fn face_of(
    words: &mut watch::Receiver<Option<DesktopWords>>,
    standings: &mut watch::Receiver<Standings>,
    armed: &mut watch::Receiver<Vec<ArmedMeeting>>,
) -> Face {
    let words = words.borrow_and_update().clone().unwrap_or_default();
    let armed = armed.borrow_and_update();
    let next = armed.first().map(|meeting| meeting.title.as_str());
    Face::of(&standings.borrow_and_update().now, next, &words)
}

fn bring_back<R: Runtime>(app: &AppHandle<R>) {
    let window = app.get_webview_window(MAIN);
    if window.is_some_and(|window| !window.is_visible().unwrap_or(true)) {
        instance::raise(app);
    }
}

fn act<R: Runtime>(app: &AppHandle<R>, press: Press) {
    tracing::info!(?press, "asked from the tray");
    let calls = &app.state::<Shell>().calls;
    let done = match press {
        Press::Show => {
            instance::raise(app);
            true
        }
        Press::Microphone(on) => calls.send(Intent::SetMuted { muted: !on }),
        Press::Camera(on) => calls.send(Intent::SetCamera { on }),
        Press::Leave => calls.send(Intent::Leave),
        Press::Quit => {
            app.exit(0);
            true
        }
    };
    if !done {
        tracing::debug!(?press, "the call was over already");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> DesktopWords {
        DesktopWords {
            show: "show".to_owned(),
            mute: "mute".to_owned(),
            unmute: "unmute".to_owned(),
            camera_on: "camera on".to_owned(),
            camera_off: "camera off".to_owned(),
            leave: "leave".to_owned(),
            quit: "quit".to_owned(),
            live: "live".to_owned(),
            ..DesktopWords::default()
        }
    }

    #[test]
    fn the_icon_says_what_others_get() {
        let look = |phase, microphone, share| {
            let now = Standing {
                phase,
                microphone,
                share,
                ..Standing::default()
            };
            Face::of(&now, None, &words()).look
        };
        use Device::{Live, Off};
        assert_eq!(look(Stage::None, Off, Off), Look::Idle);
        assert_eq!(look(Stage::PreJoin, Live, Off), Look::Idle, "nobody hears");
        assert_eq!(look(Stage::Lobby, Live, Off), Look::Lobby);
        assert_eq!(look(Stage::InMeeting, Live, Off), Look::Live);
        assert_eq!(look(Stage::InMeeting, Off, Off), Look::Muted);
        assert_eq!(look(Stage::InMeeting, Device::Starting, Off), Look::Muted);
        assert_eq!(look(Stage::Reconnecting, Off, Live), Look::Sharing);
        assert_eq!(look(Stage::Ended, Live, Live), Look::Idle);
    }

    #[test]
    fn the_menu_offers_what_can_be_done_now() {
        let menu = |now: &Standing| {
            let face = Face::of(now, None, &words());
            let labels: Vec<_> = face.menu.into_iter().map(|(_, label)| label).collect();
            labels.join(", ")
        };
        assert_eq!(menu(&Standing::default()), "show, quit");
        let meeting = Standing {
            phase: Stage::InMeeting,
            microphone: Device::Live,
            title: Some("Team sync".to_owned()),
            ..Standing::default()
        };
        assert_eq!(menu(&meeting), "show, mute, camera on, leave, quit");
        let face = Face::of(&meeting, None, &words());
        assert_eq!(face.title.as_deref(), Some("Team sync"));
        assert_eq!(face.state, "live");
        assert!(
            face.menu
                .contains(&(Press::Microphone(false), "mute".to_owned()))
        );
        let over = Standing {
            phase: Stage::Ended,
            ..meeting
        };
        assert_eq!(Face::of(&over, None, &words()).title, None);
    }

    #[test]
    fn without_a_call_the_next_meeting_that_is_rung_for_is_named() {
        let words = DesktopWords {
            armed: "ready for".to_owned(),
            ..words()
        };
        let face = Face::of(&Standing::default(), Some("Team sync"), &words);
        assert_eq!(face.state, "ready for");
        assert_eq!(face.title.as_deref(), Some("Team sync"));
        let untitled = Face::of(&Standing::default(), Some(""), &words);
        assert_eq!((&*untitled.state, untitled.title), ("ready for", None));
        let in_meeting = Standing {
            phase: Stage::InMeeting,
            microphone: Device::Live,
            ..Standing::default()
        };
        assert_eq!(Face::of(&in_meeting, Some("x"), &words).state, "live");
    }

    #[test]
    fn every_look_has_a_picture_of_its_own() {
        let looks = [
            Look::Idle,
            Look::Lobby,
            Look::Live,
            Look::Muted,
            Look::Sharing,
        ];
        for (index, look) in looks.iter().enumerate() {
            let icon = look.icon();
            assert_eq!((icon.width(), icon.height()), (48, 48));
            for other in &looks[..index] {
                assert_ne!(icon.rgba(), other.icon().rgba(), "{look:?} {other:?}");
            }
        }
    }
}

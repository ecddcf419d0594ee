//! Notifications of the system about [`News`], while the guest looks elsewhere.

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(not(target_os = "linux"))]
mod native;

use foyer_contract::desktop::DesktopWords;
use foyer_contract::preferences::Preferences;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::{broadcast, watch};

#[cfg(target_os = "linux")]
use freedesktop as platform;
#[cfg(not(target_os = "linux"))]
use native as platform;

use super::news::News;
use crate::instance;
use crate::shell::Shell;
use crate::window::MAIN;

/// Of a message; the rest is in the window.
const MOST_CHARACTERS: usize = 240;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One that is shown is replaced by the next of its kind.
    pub kind: Kind,
    /// One line, plain.
    pub title: String,
    /// Plain; may be empty.
    pub body: String,
    /// What a click does, in words.
    pub show: String,
}

/// Sorts of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// About the lobby.
    Lobby,
    /// What the host did to us.
    Host,
    /// Chat.
    Message,
    /// A meeting that was waited for.
    Armed,
}

impl Notice {
    /// For news, in these words, if the guest wants such.
    pub fn of(news: &News, words: &DesktopWords, wanted: &Preferences) -> Option<Self> {
        let (kind, title, body) = match news {
            News::Admitted { title } => (Kind::Lobby, words.admitted.clone(), title.clone()),
            News::Denied => (Kind::Lobby, words.denied.clone(), String::new()),
            News::MutedByHost => (Kind::Host, words.muted_by_host.clone(), String::new()),
            News::Removed => (Kind::Host, words.removed.clone(), String::new()),
            News::Soon { title, is_ready } => {
                let said = match is_ready {
                    true => &words.soon_ready,
                    false => &words.soon_trouble,
                };
                (Kind::Armed, said.clone(), title.clone())
            }
            News::Begins { title } => (Kind::Armed, words.begins.clone(), title.clone()),
            News::Message { from, text } => (Kind::Message, from.clone(), shortened(text)),
        };
        let is_wanted = match kind {
            Kind::Lobby => wanted.notifications,
            Kind::Host => wanted.notify_host,
            Kind::Message => wanted.notify_chat,
            // It was asked for.
            Kind::Armed => true,
        };
        is_wanted.then(|| Self {
            kind,
            title,
            body,
            show: words.show.clone(),
        })
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Tells until the app ends.
pub async fn follow<R: Runtime>(
    app: AppHandle<R>,
    words: watch::Receiver<Option<DesktopWords>>,
    mut news: broadcast::Receiver<News>,
) {
    let raised = app.clone();
    let mut board = platform::Board::new(&app, move || instance::raise(&raised));
    loop {
        let news = match news.recv().await {
            Ok(news) => news,
            // What nobody has told is old by now.
            Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let Some(words) = words.borrow().clone() else {
            continue;
        };
        let wanted = app.state::<Shell>().settings.preferences();
        let Some(notice) = Notice::of(&news, &words, &wanted) else {
            continue;
        };
        if looks(&app) {
            continue;
        }
        if let Err(error) = board.show(notice).await {
            tracing::info!(%error, "there are no notifications");
        }
    }
}

/// Whether the guest has the window before them.
fn looks<R: Runtime>(app: &AppHandle<R>) -> bool {
    let window = app.get_webview_window(MAIN);
    window.is_some_and(|window| {
        window.is_focused().unwrap_or(false) && window.is_visible().unwrap_or(true)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn each_kind_is_told_only_to_who_wants_it() {
        let words = DesktopWords {
            admitted: "in".to_owned(),
            muted_by_host: "muted".to_owned(),
            soon_ready: "soon".to_owned(),
            soon_trouble: "look".to_owned(),
            ..DesktopWords::default()
        };
        let admitted = News::Admitted {
            title: "Team sync".to_owned(),
        };
        let message = News::Message {
            from: "Mira".to_owned(),
            text: "é".repeat(500),
        };
        let all = Preferences::default();
        let told = |news: &News, wanted: &Preferences| Notice::of(news, &words, wanted);
        let notice = told(&admitted, &all).unwrap();
        assert_eq!((&*notice.title, &*notice.body), ("in", "Team sync"));
        assert_eq!(told(&News::MutedByHost, &all).unwrap().title, "muted");
        let notice = told(&message, &all).unwrap();
        assert_eq!(notice.title, "Mira");
        assert_eq!(notice.body.chars().count(), MOST_CHARACTERS + 1);
        let without = |change: fn(&mut Preferences)| {
            let mut wanted = Preferences::default();
            change(&mut wanted);
            wanted
        };
        let no_lobby = without(|wanted| wanted.notifications = false);
        assert_eq!(told(&admitted, &no_lobby), None);
        assert!(told(&message, &no_lobby).is_some());
        let no_chat = without(|wanted| wanted.notify_chat = false);
        assert_eq!(told(&message, &no_chat), None);
        let no_host = without(|wanted| wanted.notify_host = false);
        assert_eq!(told(&News::Removed, &no_host), None);
        assert!(told(&admitted, &no_host).is_some());
        let soon = |is_ready| News::Soon {
            title: "Team sync".to_owned(),
            is_ready,
        };
        let nothing = without(|wanted| wanted.notifications = false);
        assert_eq!(told(&soon(true), &nothing).unwrap().title, "soon");
        assert_eq!(told(&soon(false), &nothing).unwrap().title, "look");
    }
}

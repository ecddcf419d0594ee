//! Links and invitation files that the system hands over: at the start, and later while the app runs.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foyer_contract::command::HandedLink;
use tauri::ipc::Channel;
use url::Url;

use crate::text_file;

/// What a link or the name of an invitation file stands for; names are relative to `folder`. What cannot be read is
/// passed on as it is, and judged like anything that is pasted.
pub fn look_at(argument: &str, folder: &Path) -> HandedLink {
    let file = file_of(argument, folder).filter(|file| file.is_file());
    let read = file.and_then(|file| {
        let whole = text_file::read_file(&file);
        let whole = whole.inspect_err(|error| tracing::warn!(%error, "the invitation is unread"));
        let shown = file.file_name()?.to_string_lossy().into_owned();
        Some(HandedLink {
            shown,
            whole: whole.ok()?,
        })
    });
    read.unwrap_or_else(|| HandedLink {
        shown: argument.to_owned(),
        whole: argument.to_owned(),
    })
}

fn file_of(argument: &str, folder: &Path) -> Option<PathBuf> {
    match Url::parse(argument) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok(),
        // A drive's letter looks like a scheme.
        Ok(url) if url.scheme().len() > 1 => None,
        _ => Some(folder.join(argument)),
    }
}

/// Where they go: to the page that listens, or to the next one that does.
#[derive(Default)]
pub struct Handed {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    page: Option<Channel<HandedLink>>,
    waiting: Option<HandedLink>,
}

impl Handed {
    /// Tells the page, or keeps it until there is one.
    pub fn hand(&self, link: HandedLink) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let told = state.page.as_ref().map(|page| page.send(link.clone()));
        if matches!(told, Some(Ok(()))) {
            tracing::info!("a link was handed to the page");
        } else {
            state.waiting = Some(link);
        }
    }

    /// From now on this page is told, in place of any other.
    pub fn listen(&self, page: Channel<HandedLink>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(link) = state.waiting.take()
            && let Err(error) = page.send(link)
        {
            tracing::warn!(%error, "the page takes no links");
        }
        state.page = Some(page);
        tracing::info!("the page listens for links");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::sync::mpsc;

    use tauri::ipc::InvokeResponseBody;

    use super::*;

    fn page() -> (Channel<HandedLink>, mpsc::Receiver<String>) {
        let (told, hears) = mpsc::channel();
        let page = Channel::new(move |body| {
            let InvokeResponseBody::Json(text) = body else {
                panic!("not JSON");
            };
            told.send(text).unwrap();
            Ok(())
        });
        (page, hears)
    }

    #[test]
    fn a_link_waits_for_a_page_and_later_ones_go_to_the_newest() {
        let folder = Path::new("/");
        let handed = Handed::default();
        handed.hand(look_at("foyer://join?i=1", folder));
        let (first, first_hears) = page();
        handed.listen(first);
        assert!(first_hears.try_recv().unwrap().contains("i=1"));
        let (second, second_hears) = page();
        handed.listen(second);
        handed.hand(look_at("foyer://join?i=2", folder));
        assert!(second_hears.try_recv().unwrap().contains("i=2"));
        assert!(second_hears.try_recv().is_err() && first_hears.try_recv().is_err());
    }

    #[test]
    fn a_file_is_read_whichever_way_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Team sync.ics");
        fs::write(&file, "BEGIN:VCALENDAR").unwrap();
        let url = Url::from_file_path(&file).unwrap();
        for name in [file.to_str().unwrap(), url.as_str(), "Team sync.ics"] {
            let link = look_at(name, folder.path());
            assert_eq!(link.shown, "Team sync.ics", "{name}");
            assert_eq!(link.whole, "BEGIN:VCALENDAR", "{name}");
        }
    }

    #[test]
    fn what_names_no_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["foyer://join?i=x", "https://a.test/meet/x", "missing.ics"] {
            let link = look_at(text, folder.path());
            assert_eq!((&*link.shown, &*link.whole), (text, text));
        }
    }
}

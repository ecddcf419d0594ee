//! What is said, in writing: wanted by us, made by the service.

use crate::name::shown_name;

/// Longest line, in characters.
const LONGEST: usize = 2_000;
/// Speakers whose line is under way at most.
const SPEAKERS: usize = 64;

/// Whether captions run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptionsState {
    /// Nobody here wants them.
    #[default]
    Off,
    /// Asked for.
    Starting,
    /// They come.
    On,
}

/// A line of captions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The same number replaces.
    pub id: u32,
    /// Who said it.
    pub name: String,
    /// What.
    pub text: String,
    /// It will not change any more.
    pub done: bool,
}

/// Something said, as the service writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Who, by id.
    pub participant: String,
    /// Their name.
    pub name: String,
    /// A new line of theirs, or another version of the one under way.
    pub text: String,
    /// It will not change any more.
    pub done: bool,
}

/// Captions as the service says they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptionsNews {
    /// Being made.
    pub active: bool,
    /// What is spoken; `None` if not known.
    pub language: Option<String>,
    /// What may be chosen as spoken.
    pub languages: Vec<String>,
}

/// What is known of captions. Lines are handed on and forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captions {
    state: CaptionsState,
    language: Option<String>,
    languages: Vec<String>,
    last: u32,
    /// Who is in the middle of which line.
    under_way: Vec<(String, u32)>,
}

impl Captions {
    pub fn state(&self) -> CaptionsState {
        self.state
    }

    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The guest wants them, or no longer.
    pub fn want(&mut self, on: bool) {
        match (self.state, on) {
            (CaptionsState::Off, true) => self.state = CaptionsState::Starting,
            (_, false) => {
                self.stop();
            }
            (CaptionsState::Starting | CaptionsState::On, true) => {}
        }
    }

    pub fn news(&mut self, news: CaptionsNews) {
        self.language = news.language;
        self.languages = news.languages;
        match (self.state, news.active) {
            (CaptionsState::Starting, true) => self.state = CaptionsState::On,
            (CaptionsState::On, false) => {
                self.stop();
            }
            // What others read is nothing to us.
            (CaptionsState::Off, _)
            | (CaptionsState::Starting, false)
            | (CaptionsState::On, true) => {}
        }
    }

    /// Nothing comes any more. False if nothing was wanted.
    pub fn stop(&mut self) -> bool {
        let was = std::mem::take(&mut self.state);
        self.under_way.clear();
        was != CaptionsState::Off
    }

    /// A line for the guest, if they want any.
    pub fn line(&mut self, spoken: Spoken) -> Option<Caption> {
        if self.state == CaptionsState::Off {
            return None;
        }
        self.state = CaptionsState::On;
        let of_speaker = |entry: &(String, u32)| entry.0 == spoken.participant;
        let known = self.under_way.iter().position(of_speaker);
        let id = match known {
            Some(index) => self.under_way[index].1,
            None => {
                self.last += 1;
                self.last
            }
        };
        match (known, spoken.done) {
            (Some(index), true) => {
                self.under_way.remove(index);
            }
            (None, false) => {
                if self.under_way.len() == SPEAKERS {
                    self.under_way.remove(0);
                }
                self.under_way.push((spoken.participant, id));
            }
            (Some(_), false) | (None, true) => {}
        }
        Some(Caption {
            id,
            name: shown_name(&spoken.name),
            text: spoken.text.chars().take(LONGEST).collect(),
            done: spoken.done,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn spoken(who: &str, text: &str, done: bool) -> Spoken {
        Spoken {
            participant: who.to_owned(),
            name: who.to_uppercase(),
            text: text.to_owned(),
            done,
        }
    }

    fn active(active: bool) -> CaptionsNews {
        CaptionsNews {
            active,
            ..CaptionsNews::default()
        }
    }

    #[test]
    fn versions_of_a_line_replace_each_other_until_it_is_done() {
        let mut captions = Captions::default();
        assert_eq!(captions.line(spoken("a", "I", false)), None, "nobody asked");
        captions.want(true);
        let mut ids = Vec::new();
        for (who, done) in [
            ("a", false),
            ("b", false),
            ("a", false),
            ("a", true),
            ("a", false),
            ("b", true),
            ("c", true),
            ("c", true),
        ] {
            ids.push(captions.line(spoken(who, "text", done)).unwrap().id);
        }
        assert_eq!(ids, [1, 2, 1, 1, 3, 2, 4, 5]);
    }

    #[test]
    fn they_run_for_who_wants_them_while_they_are_made() {
        let mut captions = Captions::default();
        captions.news(active(true));
        assert_eq!(captions.state(), CaptionsState::Off, "others read along");
        captions.want(true);
        captions.news(active(false));
        assert_eq!(captions.state(), CaptionsState::Starting);
        captions.news(active(true));
        assert_eq!(captions.state(), CaptionsState::On);
        captions.news(active(false));
        assert_eq!(captions.state(), CaptionsState::Off);
        captions.want(true);
        captions.line(spoken("a", "x", true)).unwrap();
        assert_eq!(
            captions.state(),
            CaptionsState::On,
            "a line says it as well"
        );
        captions.want(false);
        assert_eq!(captions.state(), CaptionsState::Off);
    }
}

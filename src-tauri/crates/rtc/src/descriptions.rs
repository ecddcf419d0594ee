//! The four session descriptions of webrtc-pc (4.7.1): the text that was set, and the candidates since.

use std::sync::Arc;

use serde::Serialize;

use crate::event::SdpKind;
use crate::jsep::sdp;

/// A session description as the application sees it: its own text, with candidates in their m-sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// What it was set as.
    #[serde(rename = "type")]
    pub kind: SdpKind,
    /// The text.
    pub sdp: String,
}

/// Which end a description is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Local,
    Remote,
}

/// A line to be written into an m-section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Late {
    pub section: usize,
    /// Without `a=`.
    pub line: String,
}

/// One that is in force or pending.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    kind: SdpKind,
    text: Arc<str>,
    /// Mids, and whether anything flows there, in order.
    sections: Vec<(Option<String>, bool)>,
    ufrags: Vec<String>,
    late: Vec<Late>,
}

impl Held {
    fn new(kind: SdpKind, text: &str) -> Self {
        let parsed = sdp::parse(text).unwrap_or_default();
        let sections = parsed.media.iter();
        let ufrags = parsed
            .values("ice-ufrag")
            .chain(sections.clone().flat_map(|media| media.values("ice-ufrag")))
            .map(str::to_owned)
            .collect();
        Self {
            kind,
            text: text.into(),
            sections: sections
                .map(|media| (media.value("mid").map(str::to_owned), media.port != 0))
                .collect(),
            ufrags,
            late: Vec::new(),
        }
    }

    pub(crate) fn section(&self, mid: &str) -> Option<usize> {
        let mut all = self.sections.iter();
        all.position(|(known, _)| known.as_deref() == Some(mid))
    }

    pub(crate) fn sections(&self) -> usize {
        self.sections.len()
    }

    /// The m-section that the one transport's candidates are written into.
    pub(crate) fn carrier(&self) -> Option<usize> {
        self.sections.iter().position(|(_, live)| *live)
    }

    pub(crate) fn has_ufrag(&self, ufrag: &str) -> bool {
        self.ufrags.iter().any(|known| known == ufrag)
    }

    pub(crate) fn add(&mut self, late: Late) {
        if !self.late.contains(&late) {
            self.late.push(late);
        }
    }

    fn shown(&self, more: &[Late]) -> Description {
        let late: Vec<&Late> = self.late.iter().chain(more).collect();
        Description {
            kind: self.kind,
            sdp: splice(&self.text, &late),
        }
    }
}

/// All four.
#[derive(Clone, Debug, Default)]
pub(crate) struct Descriptions {
    pub current_local: Option<Held>,
    pub pending_local: Option<Held>,
    pub current_remote: Option<Held>,
    pub pending_remote: Option<Held>,
}

impl Descriptions {
    /// Applies a description (webrtc-pc 4.4.1.5, step 4.4). A remote offer takes a pending local one back.
    pub(crate) fn apply(&mut self, side: Side, kind: SdpKind, text: &str) {
        let held = Held::new(kind, text);
        match (side, kind) {
            (_, SdpKind::Rollback) => {
                self.pending_local = None;
                self.pending_remote = None;
            }
            (Side::Local, SdpKind::Offer | SdpKind::PrAnswer) => self.pending_local = Some(held),
            (Side::Remote, SdpKind::Offer) => {
                self.pending_local = None;
                self.pending_remote = Some(held);
            }
            (Side::Remote, SdpKind::PrAnswer) => self.pending_remote = Some(held),
            (Side::Local, SdpKind::Answer) => {
                self.current_local = Some(held);
                self.current_remote = self.pending_remote.take();
                self.pending_local = None;
            }
            (Side::Remote, SdpKind::Answer) => {
                self.current_remote = Some(held);
                self.current_local = self.pending_local.take();
                self.pending_remote = None;
            }
        }
    }

    /// Both remote ones that there are, the newest first.
    pub(crate) fn remotes(&mut self) -> impl Iterator<Item = &mut Held> {
        self.pending_remote
            .iter_mut()
            .chain(self.current_remote.iter_mut())
    }

    /// The texts, with the local candidates of the generation `ufrag` in those that name it.
    pub(crate) fn show(
        &self,
        ufrag: &str,
        candidates: &[String],
        ended: bool,
    ) -> [Option<Description>; 4] {
        let local = |held: &Option<Held>| {
            held.as_ref().map(|held| {
                let of_this = held.has_ufrag(ufrag);
                let late: Vec<Late> = held
                    .carrier()
                    .filter(|_| of_this)
                    .map(|section| {
                        let lines = candidates.iter().cloned();
                        lines
                            .chain(ended.then(|| "end-of-candidates".to_owned()))
                            .map(|line| Late { section, line })
                            .collect()
                    })
                    .unwrap_or_default();
                held.shown(&late)
            })
        };
        let remote = |held: &Option<Held>| held.as_ref().map(|held| held.shown(&[]));
        [
            local(&self.current_local),
            local(&self.pending_local),
            remote(&self.current_remote),
            remote(&self.pending_remote),
        ]
    }
}

/// Writes lines to the ends of their m-sections, but for those that are there already.
fn splice(text: &str, late: &[&Late]) -> String {
    if late.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + late.len() * 96);
    let mut section: Option<usize> = None;
    let mut present: Vec<&str> = Vec::new();
    let finish = |section: Option<usize>, present: &[&str], out: &mut String| {
        let Some(section) = section else { return };
        for late in late.iter().filter(|late| late.section == section) {
            if present.contains(&late.line.as_str()) {
                continue;
            }
            if !out.ends_with('\n') {
                out.push_str("\r\n");
            }
            out.push_str("a=");
            out.push_str(&late.line);
            out.push_str("\r\n");
        }
    };
    for line in text.split_inclusive('\n') {
        if line.starts_with("m=") {
            finish(section, &present, &mut out);
            present.clear();
            section = Some(section.map_or(0, |before| before + 1));
        }
        if let Some(attribute) = line.strip_prefix("a=") {
            present.push(attribute.trim_end());
        }
        out.push_str(line);
    }
    finish(section, &present, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_to_the_ends_of_their_sections_once() {
        let text = "v=0\r\nm=audio 9 X 0\r\na=mid:a\r\na=candidate:1\r\nm=video 9 X 0\r\na=mid:b";
        let late = |section, line: &str| Late {
            section,
            line: line.to_owned(),
        };
        let lines = [
            late(0, "candidate:1"),
            late(0, "candidate:2"),
            late(1, "candidate:3"),
        ];
        let spliced = splice(text, &lines.iter().collect::<Vec<_>>());
        assert_eq!(
            spliced,
            "v=0\r\nm=audio 9 X 0\r\na=mid:a\r\na=candidate:1\r\na=candidate:2\r\nm=video 9 X 0\r\na=mid:b\r\na=candidate:3\r\n"
        );
        assert_eq!(splice(text, &[]), text);
    }

    #[test]
    fn slots_change_as_the_specification_says() {
        let mut all = Descriptions::default();
        let text = |name: &str| format!("v=0\r\ns={name}\r\n");
        all.apply(Side::Local, SdpKind::Offer, &text("o1"));
        all.apply(Side::Remote, SdpKind::PrAnswer, &text("p1"));
        all.apply(Side::Remote, SdpKind::Answer, &text("a1"));
        let names = |all: &Descriptions| {
            all.show("", &[], false)
                .map(|shown| shown.map(|shown| shown.sdp[7..9].to_owned()))
        };
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(names(&all), [some("o1"), None, some("a1"), None]);
        all.apply(Side::Local, SdpKind::Offer, &text("o2"));
        all.apply(Side::Remote, SdpKind::Offer, &text("o3"));
        assert_eq!(names(&all), [some("o1"), None, some("a1"), some("o3")]);
        all.apply(Side::Local, SdpKind::PrAnswer, &text("p3"));
        assert_eq!(
            names(&all),
            [some("o1"), some("p3"), some("a1"), some("o3")]
        );
        all.apply(Side::Local, SdpKind::Answer, &text("a3"));
        assert_eq!(names(&all), [some("a3"), None, some("o3"), None]);
        all.apply(Side::Remote, SdpKind::Offer, &text("o4"));
        all.apply(Side::Local, SdpKind::Rollback, "");
        assert_eq!(names(&all), [some("a3"), None, some("o3"), None]);
    }
}

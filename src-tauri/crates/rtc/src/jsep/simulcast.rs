//! Simulcast in descriptions: `a=rid` (RFC 8851) and `a=simulcast` (RFC 8853).

use super::model::Entry;
use super::sdp::Media;
use crate::transceiver::Layer;

/// Layers that are sent at most.
const MAX_LAYERS: usize = 3;
/// What a one-byte header extension has room for (RFC 8285, 4.2).
const LONGEST_RID: usize = 16;

/// One stream of a list; of alternatives the first, which is preferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rid {
    pub name: String,
    /// Written with `~`: agreed on, and not flowing for now.
    pub paused: bool,
}

/// Both lists of an m-line, each in order of preference; empty without simulcast.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simulcast {
    pub send: Vec<Rid>,
    pub recv: Vec<Rid>,
}

impl Simulcast {
    /// Streams that no `a=rid` of the same direction declares are left out (RFC 8853, 5.2). What `a=rid` restricts
    /// beyond that is left to the encoders' own limits.
    pub(crate) fn read(media: &Media) -> Self {
        let mut found = Self::default();
        let mut fields = media
            .value("simulcast")
            .unwrap_or_default()
            .split_whitespace();
        while let (Some(direction), Some(list)) = (fields.next(), fields.next()) {
            let streams = list.split(';').filter_map(|alternatives| {
                let first = alternatives.split(',').next()?;
                let name = first.strip_prefix('~').unwrap_or(first);
                declared(media, name, direction).then(|| Rid {
                    name: name.to_owned(),
                    paused: name.len() < first.len(),
                })
            });
            match direction {
                "send" => found.send = once(streams),
                "recv" => found.recv = once(streams),
                _ => {}
            }
        }
        found
    }

    /// The layers that the far side takes of us, at most as many as we send.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &str> {
        let names = self.recv.iter().map(|rid| rid.name.as_str());
        names.take(MAX_LAYERS)
    }

    /// What the far side says of this layer of ours.
    pub(crate) fn taken(&self, name: &str) -> Option<&Rid> {
        self.recv.iter().find(|rid| rid.name == name)
    }

    /// True if the line, one of ours, offers to send this layer.
    pub(crate) fn sends(&self, name: &str) -> bool {
        self.send.iter().any(|rid| rid.name == name)
    }
}

fn declared(media: &Media, name: &str, direction: &str) -> bool {
    let fits = (1..=LONGEST_RID).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    fits && media.values("rid").any(|value| {
        let mut fields = value.split_whitespace();
        (fields.next(), fields.next()) == (Some(name), Some(direction))
    })
}

fn once(streams: impl Iterator<Item = Rid>) -> Vec<Rid> {
    let mut found: Vec<Rid> = Vec::new();
    for stream in streams {
        if found.iter().all(|known| known.name != stream.name) {
            found.push(stream);
        }
    }
    found
}

/// Writes the layers that we send (RFC 8829, 5.2.1).
pub(crate) fn describe(media: &mut Media, layers: &[String], paused: &[String]) {
    if layers.is_empty() {
        return;
    }
    for rid in layers {
        media.add("rid", format!("{rid} send"));
    }
    let streams: Vec<String> = layers
        .iter()
        .map(|rid| {
            let mark = if paused.contains(rid) { "~" } else { "" };
            format!("{mark}{rid}")
        })
        .collect();
    media.add("simulcast", format!("send {}", streams.join(";")));
}

impl Entry {
    /// Takes what a remote offer asks for, if the encodings have no names yet (webrtc-pc 4.4.1.5, "proposed send
    /// encodings").
    pub(crate) fn propose(&mut self) {
        let Some(remote) = &self.remote else { return };
        let may = !self.named && remote.direction.receives() && remote.extensions.rid.is_some();
        if may {
            self.layers = remote.simulcast.wanted().map(str::to_owned).collect();
            self.named = !self.layers.is_empty();
        }
    }

    /// Drops the layers that the far side does not take. Whoever receives nothing has not judged them.
    pub(crate) fn narrow(&mut self) {
        let (Some(remote), Some(local)) = (&self.remote, self.local) else {
            return;
        };
        if local.sends() && remote.direction.receives() {
            let simulcast = &remote.simulcast;
            let speaks = remote.extensions.rid.is_some();
            self.layers
                .retain(|rid| speaks && simulcast.taken(rid).is_some());
        }
    }

    pub(crate) fn agreed_layers(&self) -> Vec<Layer> {
        let paused = |rid: &String| {
            let taken = self
                .remote
                .as_ref()
                .and_then(|remote| remote.simulcast.taken(rid));
            taken.is_some_and(|taken| taken.paused) && !self.offered_paused.contains(rid)
        };
        let layers = self.layers.iter().map(|rid| Layer {
            rid: rid.clone(),
            paused: paused(rid),
        });
        layers.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(attributes: &[(&str, &str)]) -> Media {
        let mut media = Media::new("video", 9, "UDP/TLS/RTP/SAVPF", vec!["96".to_owned()]);
        for (name, value) in attributes {
            media.add(name, *value);
        }
        media
    }

    fn names(rids: &[Rid]) -> Vec<String> {
        let mark = |rid: &Rid| if rid.paused { "~" } else { "" };
        let names = rids.iter().map(|rid| format!("{}{}", mark(rid), rid.name));
        names.collect()
    }

    #[test]
    fn both_directions_are_read_in_either_order() {
        let read = Simulcast::read(&media(&[
            ("rid", "1 recv max-width=1280"),
            ("rid", "2 recv"),
            ("rid", "a send pt=96"),
            ("rid", "b send"),
            ("simulcast", "recv 1;~2 send b,a;a"),
        ]));
        assert_eq!(names(&read.recv), ["1", "~2"]);
        assert_eq!(names(&read.send), ["b", "a"]);
        assert_eq!(Simulcast::read(&media(&[])), Simulcast::default());
    }

    #[test]
    fn what_is_not_declared_or_no_name_is_left_out() {
        let long = "x".repeat(17);
        let read = Simulcast::read(&media(&[
            ("rid", "1 recv"),
            ("rid", "2 send"),
            ("rid", &format!("{long} recv")),
            ("rid", "a,b recv"),
            ("simulcast", &format!("recv 1;2;3;;~;1;{long}")),
        ]));
        assert_eq!(names(&read.recv), ["1"]);
        assert_eq!(read.wanted().collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut line = media(&[]);
        let layers = ["1".to_owned(), "2".to_owned(), "3".to_owned()];
        describe(&mut line, &layers, &layers[1..2]);
        assert_eq!(line.value("simulcast"), Some("send 1;~2;3"));
        assert_eq!(names(&Simulcast::read(&line).send), ["1", "~2", "3"]);
        let mut plain = media(&[]);
        describe(&mut plain, &[], &[]);
        assert_eq!(plain, media(&[]));
    }
}

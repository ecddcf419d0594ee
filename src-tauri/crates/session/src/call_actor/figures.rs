//! The figures of the call: a provider's, completed with what only this side knows.

use foyer_contract::stats::{CallStats, StreamDirection, StreamKind, StreamStats};

use super::{Actor, Side};
use crate::outgoing::lock;
use crate::provider::TrackKind;

impl Actor {
    pub(super) fn watch_stats(&mut self, on: bool) {
        self.stats_wanted = on;
        if let Some(provider) = &self.provider {
            provider.watch_stats(on);
        }
    }

    pub(super) fn stats(&mut self, mut stats: CallStats) {
        if !self.stats_wanted {
            return;
        }
        for stream in &mut stats.streams {
            self.complete(stream);
        }
        self.events.stats(stats);
    }

    fn complete(&self, stream: &mut StreamStats) {
        let size = match (stream.direction, &stream.person_id) {
            (StreamDirection::Sent, _) => self.sent_size(stream.kind),
            (StreamDirection::Received, Some(id)) => {
                if let Some(name) = self.call.roster().name(id) {
                    name.clone_into(&mut stream.name);
                }
                track(stream.kind).and_then(|kind| self.remote.size(id, kind))
            }
            (StreamDirection::Received, None) => None,
        };
        if let Some((width, height)) = size {
            stream.width.get_or_insert(u32::from(width));
            stream.height.get_or_insert(u32::from(height));
        }
    }

    fn sent_size(&self, kind: StreamKind) -> Option<(u16, u16)> {
        let side: &Side = match kind {
            StreamKind::Audio => return None,
            StreamKind::Video => &self.camera,
            StreamKind::Screen => &self.share,
        };
        lock(&side.sent).size
    }
}

fn track(kind: StreamKind) -> Option<TrackKind> {
    match kind {
        StreamKind::Audio => None,
        StreamKind::Video => Some(TrackKind::Camera),
        StreamKind::Screen => Some(TrackKind::Share),
    }
}

//! What the page is told after a description: the engine's state with the page's handles.

use std::collections::HashSet;

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::connection::{
    Descriptions, RemoteTrack, Sctp, Snapshot, TransceiverState,
};
use foyer_rtc as rtc;

use super::line::Line;
use super::negotiated::Agreed;
use super::{Connection, wire};
use crate::page::{Object, Track};

impl Connection {
    /// As they are now; none once the connection is closed.
    pub(super) async fn descriptions(&self) -> Descriptions {
        let snapshot = self.pc.snapshot().await;
        snapshot
            .as_ref()
            .map(wire::descriptions)
            .unwrap_or_default()
    }

    /// After a rollback, transceivers that its description had made are gone without being stopped.
    pub(super) fn tell_snapshot(
        &mut self,
        engine: &rtc::Snapshot,
        after_rollback: bool,
    ) -> Snapshot {
        self.meet(engine);
        let descriptions = wire::descriptions(engine);
        let agreed = Agreed::read(&descriptions);
        let mut states = Vec::new();
        let mut listed = HashSet::new();
        for found in &engine.transceivers {
            let Some(handle) = self.by_id.get(&found.id) else {
                continue;
            };
            let Some(line) = self.lines.get(handle) else {
                continue;
            };
            listed.insert(*handle);
            let negotiated = found.mid.as_deref().and_then(|mid| agreed.on(mid));
            states.push(TransceiverState {
                transceiver: *handle,
                receiver_track: line.receiver_track,
                kind: wire::kind_out(found.kind),
                mid: found.mid.clone(),
                direction: wire::direction_out(found.direction),
                current_direction: found.current_direction.map(wire::direction_out),
                stopped: false,
                receiving: found.receiving.clone().map(|track| RemoteTrack {
                    stream_ids: track.stream_ids,
                    track_id: track.track_id,
                }),
                negotiated,
                codecs: found
                    .send_codecs
                    .iter()
                    .cloned()
                    .map(wire::codec_out)
                    .collect(),
                header_extensions: found
                    .header_extensions
                    .iter()
                    .cloned()
                    .map(wire::extension_out)
                    .collect(),
                rids: found.rids.clone(),
            });
        }
        self.bury(&listed, after_rollback, &mut states);
        Snapshot {
            signaling_state: wire::signaling(engine.signaling),
            descriptions,
            transceivers: states,
            sctp: engine.sctp.map(|sctp| Sctp {
                max_message_size: u32::try_from(sctp.max_message_size).unwrap_or(u32::MAX),
                max_channels: sctp.max_channels,
            }),
            can_trickle: engine.can_trickle,
        }
    }

    /// Handles for what the far side made.
    fn meet(&mut self, engine: &rtc::Snapshot) {
        let made = self.pc.transceivers();
        for found in &engine.transceivers {
            if self.by_id.contains_key(&found.id) {
                continue;
            }
            let Some(transceiver) = made.iter().find(|made| made.id() == found.id) else {
                continue;
            };
            let (handle, receiver_track) = (self.page.new_handle(), self.page.new_handle());
            let track = Track::Remote {
                pc: self.handle,
                root: receiver_track,
            };
            {
                let mut objects = self.page.objects();
                let object = Object::Transceiver { pc: self.handle };
                if objects.insert(handle, object).is_err()
                    || objects
                        .insert(receiver_track, Object::Track(track))
                        .is_err()
                {
                    continue;
                }
            }
            let line = Line::new(
                &self.page,
                transceiver.clone(),
                receiver_track,
                false,
                Vec::new(),
            );
            self.by_id.insert(found.id, handle);
            self.lines.insert(handle, line);
        }
    }

    /// What the engine does not list any more has stopped, which is told once, or was rolled back.
    fn bury(
        &mut self,
        listed: &HashSet<Handle>,
        after_rollback: bool,
        states: &mut Vec<TransceiverState>,
    ) {
        let gone: Vec<Handle> = self
            .lines
            .keys()
            .filter(|handle| !listed.contains(handle))
            .copied()
            .collect();
        for handle in gone {
            let Some(line) = self.lines.remove(&handle) else {
                continue;
            };
            self.by_id.remove(&line.transceiver.id());
            if after_rollback && !line.by_page && !line.stopping {
                continue;
            }
            states.push(TransceiverState {
                transceiver: handle,
                receiver_track: line.receiver_track,
                kind: wire::kind_out(line.transceiver.kind()),
                mid: None,
                direction: wire::direction_out(line.transceiver.direction()),
                current_direction: None,
                stopped: true,
                receiving: None,
                negotiated: None,
                codecs: Vec::new(),
                header_extensions: Vec::new(),
                rids: Vec::new(),
            });
        }
    }
}

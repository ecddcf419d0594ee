//! The media side of a connection: transceivers' shared parts, the wire below them, the receiving task.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use foyer_media::clock::SharedClock;
use tokio::sync::Notify;

use crate::core::chain;
use crate::core::gate::Gate;
use crate::core::incoming::{self, ReceivedTable, Slots};
use crate::core::interceptor::link::LinkState;
use crate::core::outgoing::{Outgoing, SentStream};
use crate::core::route::StreamSsrc;
use crate::core::wire::Wire;
use crate::direction::Direction;
use crate::jsep::model::Session;
use crate::stats::StreamStats;
use crate::transceiver::{
    MediaKind, Negotiated, Readers, Slot, Transceiver, TransceiverId, TransceiverInit, lock,
};

/// See the module.
pub(crate) struct Media {
    pub wire: Arc<Wire>,
    slots: Slots,
    received: ReceivedTable,
    link: Arc<LinkState>,
    changed: Weak<Notify>,
    next_id: u32,
    receiver: tokio::task::JoinHandle<()>,
    last_target: Option<u32>,
}

impl Drop for Media {
    fn drop(&mut self) {
        self.receiver.abort();
    }
}

impl Media {
    pub(crate) fn new(clock: SharedClock, changed: Weak<Notify>) -> Self {
        let (wire, packets) = Wire::new(clock);
        let wire = Arc::new(wire);
        let slots: Slots = Arc::new(Mutex::new(HashMap::new()));
        let received: ReceivedTable = Arc::default();
        let receiver = tokio::spawn(incoming::run(
            packets,
            Arc::clone(&wire),
            Arc::clone(&slots),
            Arc::clone(&received),
        ));
        Self {
            wire,
            slots,
            received,
            link: Arc::default(),
            changed,
            next_id: 1,
            receiver,
            last_target: None,
        }
    }

    pub(crate) fn link(&self) -> Arc<LinkState> {
        Arc::clone(&self.link)
    }

    /// A new gate with a chain of its own, for a new transport.
    pub(crate) fn gate(&self) -> Gate {
        Gate::new(chain::build(&self.link), Arc::clone(&self.wire))
    }

    pub(crate) fn slot(&mut self, kind: MediaKind, init: TransceiverInit) -> Arc<Slot> {
        let id = TransceiverId(self.next_id);
        self.next_id += 1;
        let outgoing = Outgoing::new(Arc::clone(&self.wire), StreamSsrc::random(kind));
        let slot = Arc::new(Slot::new(id, kind, init, outgoing, self.changed.clone()));
        lock(&self.slots).insert(id, Arc::clone(&slot));
        slot
    }

    /// Makes everything below as the session says. Transceivers that are not in it any more end.
    pub(crate) fn publish(&mut self, session: &Session, listed: &mut Vec<Transceiver>) {
        let mut slots = lock(&self.slots);
        let gone: Vec<TransceiverId> = slots
            .keys()
            .filter(|id| session.entry(**id).is_none())
            .copied()
            .collect();
        for id in gone {
            if let Some(slot) = slots.remove(&id) {
                end(&slot);
            }
            lock(&self.received).remove(&id);
        }
        listed.clear();
        for entry in &session.entries {
            let slot = &entry.slot;
            slots.entry(slot.id).or_insert_with(|| Arc::clone(slot));
            let sending = session.sending(entry);
            *lock(&slot.negotiated) = Negotiated {
                mid: entry
                    .line
                    .and_then(|line| session.lines.get(line))
                    .map(|line| line.mid.clone()),
                current: entry.current,
                codec: session.codec(entry),
                layers: entry.agreed_layers(),
            };
            slot.outgoing.configure(sending);
            if !entry.current.is_some_and(Direction::receives) {
                slot.flowing.ends();
            }
            listed.push(Transceiver {
                slot: Arc::clone(slot),
            });
        }
        drop(slots);
        self.wire.set_routes(session.routes());
    }

    /// After a new transport: what is sent must be made known to the new chain.
    pub(crate) fn rebind(&self) {
        self.wire.forget_streams();
        for slot in lock(&self.slots).values() {
            slot.outgoing.rebind();
        }
    }

    pub(crate) fn find(&self, id: TransceiverId) -> Option<Transceiver> {
        lock(&self.slots).get(&id).map(|slot| Transceiver {
            slot: Arc::clone(slot),
        })
    }

    /// Transceivers on which the first packet has come since the last call.
    pub(crate) fn take_flowing(&self) -> Vec<TransceiverId> {
        let slots = lock(&self.slots);
        let news = slots.values().filter(|slot| slot.flowing.take_news());
        let mut flowing: Vec<TransceiverId> = news.map(|slot| slot.id).collect();
        flowing.sort();
        flowing
    }

    /// Transceivers whose receivers want a key frame of us.
    pub(crate) fn take_key_requests(&self) -> Vec<TransceiverId> {
        let wanted = self.link.take_key_requests();
        lock(&self.slots)
            .values()
            .filter(|slot| {
                let of_this = wanted
                    .iter()
                    .filter(|ssrc| slot.outgoing.want_key_frame(**ssrc));
                of_this.count() > 0
            })
            .map(|slot| slot.id)
            .collect()
    }

    /// The target bit rate if it moved by more than a twentieth since the last call that gave one.
    pub(crate) fn new_target(&mut self) -> Option<u32> {
        let target = self.link.target()?;
        let moved = self
            .last_target
            .is_none_or(|last| last.abs_diff(target) > last / 20);
        moved.then(|| {
            self.last_target = Some(target);
            target
        })
    }

    pub(crate) fn streams(&self) -> Vec<StreamStats> {
        let mut streams = Vec::new();
        let received = lock(&self.received).clone();
        for slot in lock(&self.slots).values() {
            for (layer, stream) in slot.outgoing.streams().into_iter().enumerate() {
                if stream.sent.packets > 0 || stream.rid.is_some() {
                    streams.push(self.sent(slot, layer, stream));
                }
            }
            if let Some(got) = received.get(&slot.id) {
                let counted = self.link.incoming(got.ssrc);
                streams.push(StreamStats {
                    transceiver: slot.id,
                    kind: slot.kind,
                    outgoing: false,
                    ssrc: got.ssrc,
                    rid: None,
                    layer: 0,
                    reports: counted.reports,
                    sender_report: (counted.reports > 0).then_some((
                        counted.reported_packets,
                        counted.reported_bytes,
                        counted.reported_ntp,
                    )),
                    packets: got.packets,
                    bytes: got.bytes,
                    lost: counted.lost,
                    retransmitted: counted.retransmitted,
                    nacks: counted.nacks,
                    plis: got.requests,
                    frames: got.frames,
                    frames_dropped: got.frames_dropped,
                    jitter: counted.jitter,
                    // We ask by PLI alone.
                    firs: 0,
                    header_bytes: got.header_bytes,
                    retransmitted_bytes: counted.retransmitted_bytes,
                    rtx: self.wire.rtx_of(got.ssrc),
                    huge_frames: 0,
                    assembled: got.assembled,
                    last_packet: got.last_packet,
                    fraction_lost: 0.0,
                    round_trips: Default::default(),
                });
            }
        }
        streams.sort_by_key(|stream| (stream.transceiver, stream.outgoing, stream.layer));
        streams
    }

    fn sent(&self, slot: &Slot, layer: usize, stream: SentStream) -> StreamStats {
        let SentStream {
            ssrc,
            rtx,
            rid,
            sent,
        } = stream;
        let counted = self.link.outgoing(ssrc);
        StreamStats {
            transceiver: slot.id,
            kind: slot.kind,
            outgoing: true,
            ssrc,
            rid,
            layer,
            reports: counted.reports,
            sender_report: None,
            packets: sent.packets,
            bytes: sent.bytes,
            lost: counted.lost,
            retransmitted: counted.retransmitted,
            nacks: counted.nacks,
            plis: counted.plis,
            frames: sent.frames,
            frames_dropped: counted.frames_dropped,
            jitter: counted.jitter,
            firs: counted.firs,
            header_bytes: sent.header_bytes,
            retransmitted_bytes: counted.retransmitted_bytes,
            rtx,
            huge_frames: sent.huge_frames,
            assembled: Default::default(),
            last_packet: None,
            fraction_lost: counted.fraction_lost,
            round_trips: counted.round_trips,
        }
    }

    pub(crate) fn close(&mut self) -> Vec<TransceiverId> {
        self.wire.set_connected(false);
        let mut slots = lock(&self.slots);
        slots
            .drain()
            .map(|(id, slot)| {
                end(&slot);
                id
            })
            .collect()
    }
}

fn end(slot: &Slot) {
    slot.stop();
    slot.outgoing.configure(None);
    *lock(&slot.readers) = Readers::default();
    lock(&slot.negotiated).current = None;
}

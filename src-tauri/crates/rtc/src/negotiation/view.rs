//! The whole state, for whoever keeps the W3C slots.

use super::Negotiation;
use crate::core::observed::Observed;
use crate::event::{DtlsState, Event, IceConnectionState};
use crate::jsep::capability::Format;
use crate::jsep::codec::{codecs, header_extensions};
use crate::jsep::model::{Entry, Session, Use};
use crate::jsep::offer::MAX_MESSAGE;
use crate::snapshot::{LineSnapshot, RemoteTrack, SctpSnapshot, Snapshot, TransceiverSnapshot};

/// RFC 8841, 6: what a far side takes that does not say.
const USUAL_MESSAGE: u64 = 65_536;

impl Negotiation {
    pub(crate) async fn snapshot(&self) -> Snapshot {
        let local = &self.local;
        let candidates: Vec<String> = local.candidates.clone();
        let [current_local, pending_local, current_remote, pending_remote] = self
            .descriptions
            .show(&local.ufrag, &candidates, local.gathered);
        let session = &self.session;
        let sctp = match session.largest_message() {
            Some(max_message_size) => Some(SctpSnapshot {
                max_message_size,
                max_channels: self.transport.max_channels().await,
            }),
            None => None,
        };
        Snapshot {
            signaling: session.signaling,
            current_local,
            pending_local,
            current_remote,
            pending_remote,
            transceivers: session
                .entries
                .iter()
                .map(|entry| session.view(entry))
                .collect(),
            lines: session
                .lines
                .iter()
                .map(|line| LineSnapshot {
                    mid: line.mid.clone(),
                    transceiver: match line.usage {
                        Use::Media(id) => Some(id),
                        _ => None,
                    },
                    data: line.usage == Use::Data,
                })
                .collect(),
            sctp,
            can_trickle: self.can_trickle,
            transport: self.progress.clone(),
        }
    }
}

impl Negotiation {
    /// ICE has moved.
    pub(crate) async fn ice(&mut self, state: IceConnectionState) {
        if self.progress.ice_connection != state {
            self.progress.ice_connection = state;
            self.events.push(Event::IceConnection(state));
        }
        self.observe().await;
    }

    /// Looks what has become of ICE and DTLS, and tells it.
    pub(crate) async fn observe(&mut self) {
        let Observed {
            dtls,
            controlling,
            remote_certificates,
            selected_pair,
        } = self.transport.observed().await;
        let progress = &mut self.progress;
        progress.controlling = controlling.or(progress.controlling);
        progress.remote_certificates = remote_certificates;
        if let Some(pair) =
            selected_pair.filter(|pair| Some(pair) != progress.selected_pair.as_ref())
        {
            progress.selected_pair = Some(pair.clone());
            self.events.push(Event::SelectedPair(pair));
        }
        self.dtls(dtls);
    }

    /// The connection is closed.
    pub(crate) fn closed(&mut self) {
        self.dtls(DtlsState::Closed);
        let state = IceConnectionState::Closed;
        if self.progress.ice_connection != state {
            self.progress.ice_connection = state;
            self.events.push(Event::IceConnection(state));
        }
    }

    fn dtls(&mut self, state: DtlsState) {
        if self.progress.dtls != state && state != DtlsState::New {
            self.progress.dtls = state;
            self.events.push(Event::Dtls(state));
        }
    }
}

impl Session {
    /// Bytes of the largest data channel message that the far side takes; `None` before data was agreed on.
    pub(super) fn largest_message(&self) -> Option<u64> {
        let line = self.data_agreed.as_ref()?;
        match line.max_message_size {
            // RFC 8841, 6.1: zero is no limit.
            Some(0) => Some(MAX_MESSAGE),
            Some(size) => Some(size.min(MAX_MESSAGE)),
            None => Some(USUAL_MESSAGE),
        }
    }

    fn view(&self, entry: &Entry) -> TransceiverSnapshot {
        let slot = &entry.slot;
        let remote = entry.remote.as_ref();
        let receiving = remote
            .filter(|remote| remote.direction.sends())
            .map(|remote| RemoteTrack {
                stream_ids: remote.stream_ids.clone(),
                track_id: remote.track_id.clone(),
            });
        let agreed = entry.current.is_some();
        let both: Vec<Format> = match remote {
            Some(remote) if agreed => {
                let theirs = |ours: &&Format| {
                    let mut theirs = remote.formats.iter();
                    theirs.any(|theirs| theirs.payload.codec == ours.payload.codec)
                };
                entry.formats.iter().filter(theirs).cloned().collect()
            }
            _ => Vec::new(),
        };
        let sent: Vec<Format> = match remote {
            Some(remote) if agreed => {
                let ours = |theirs: &&Format| {
                    let mut ours = entry.formats.iter();
                    ours.any(|ours| ours.payload.codec == theirs.payload.codec)
                };
                remote.formats.iter().filter(ours).cloned().collect()
            }
            _ => Vec::new(),
        };
        let extensions = match remote {
            Some(remote) if agreed => entry.extensions.shared_with(&remote.extensions),
            _ => Default::default(),
        };
        TransceiverSnapshot {
            id: slot.id,
            kind: slot.kind,
            mid: entry
                .line
                .and_then(|line| self.lines.get(line))
                .map(|line| line.mid.clone()),
            direction: slot.wanted(),
            current_direction: entry.current,
            stopping: slot.is_stopped(),
            made_by_remote: entry.made_by_remote,
            receiving,
            receive_codecs: codecs(&both),
            send_codecs: codecs(&sent),
            header_extensions: header_extensions(&extensions),
            rids: entry.layers.clone(),
        }
    }
}

//! The client's media connection: answers offers and keeps track of what each m-line carries.

use std::collections::HashMap;

use foyer_rtc::{
    Candidate, Config, Direction, Event, NegotiationError, OpenError, PeerConnection, SdpKind,
    Transceiver, TransceiverId,
};
use tokio::sync::mpsc;

use super::{ClientEvent, MeasuredLine};
use crate::protocol::{Track, TrackKind};

/// More m-lines than a full meeting can have.
const MAX_TRACKS: usize = 256;

/// Whose line, and of what.
type Key = (String, TrackKind);

/// An open media connection.
pub(crate) struct Lines {
    pub connection: PeerConnection,
    happened: mpsc::Receiver<Event>,
    me: String,
    lines: HashMap<Key, Transceiver>,
}

impl Lines {
    pub(crate) async fn open(config: Config, me: String) -> Result<Self, OpenError> {
        let (connection, happened) = PeerConnection::open(config).await?;
        Ok(Self {
            connection,
            happened,
            me,
            lines: HashMap::new(),
        })
    }

    /// The next event of the connection; `None` once it is closed.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        self.happened.recv().await
    }

    /// Applies an offer; gives the answer and what changed.
    pub(crate) async fn offered(
        &mut self,
        sdp: &str,
        tracks: Vec<Track>,
    ) -> Result<(String, Vec<ClientEvent>), NegotiationError> {
        if tracks.len() > MAX_TRACKS {
            return Err(NegotiationError::State("too many tracks"));
        }
        let connection = &self.connection;
        connection
            .set_remote_description(SdpKind::Offer, sdp)
            .await?;
        let mut by_mid: HashMap<String, Transceiver> = connection
            .transceivers()
            .into_iter()
            .filter(|transceiver| !transceiver.is_stopped())
            .filter_map(|transceiver| Some((transceiver.mid()?, transceiver)))
            .collect();
        let mut lines: HashMap<Key, Transceiver> = HashMap::new();
        for track in tracks {
            let Some(transceiver) = by_mid.remove(&track.mid) else {
                continue;
            };
            transceiver.set_direction(if track.participant == self.me {
                Direction::SendOnly
            } else {
                Direction::RecvOnly
            });
            lines.insert((track.participant, track.kind), transceiver);
        }
        let answer = connection.create_answer().await?;
        connection
            .set_local_description(SdpKind::Answer, &answer)
            .await?;
        let before = std::mem::replace(&mut self.lines, lines);
        Ok((answer, self.changes(&before)))
    }

    pub(crate) async fn candidate(&self, candidate: Candidate) -> Result<(), NegotiationError> {
        self.connection.add_candidate(candidate).await
    }

    /// Which of our own streams a line is.
    pub(crate) fn own_kind(&self, id: TransceiverId) -> Option<TrackKind> {
        self.lines
            .iter()
            .find(|((who, _), line)| *who == self.me && line.id() == id)
            .map(|((_, kind), _)| *kind)
    }

    /// What each line carries.
    pub(crate) fn carried(&self) -> Vec<MeasuredLine> {
        let lines = sorted(&self.lines).into_iter();
        let carried = lines.map(|((who, kind), line)| MeasuredLine {
            transceiver: line.id(),
            participant: (*who != self.me).then(|| who.clone()),
            kind: *kind,
        });
        carried.collect()
    }

    fn changes(&self, before: &HashMap<Key, Transceiver>) -> Vec<ClientEvent> {
        let same = |there: Option<&Transceiver>, line: &Transceiver| {
            there.is_some_and(|other| other.id() == line.id())
        };
        let mut changes = Vec::new();
        for ((who, kind), _) in sorted(before)
            .into_iter()
            .filter(|(key, line)| !same(self.lines.get(*key), line))
        {
            changes.push(if *who == self.me {
                ClientEvent::OutgoingEnded { kind: *kind }
            } else {
                ClientEvent::IncomingEnded {
                    participant: who.clone(),
                    kind: *kind,
                }
            });
        }
        for ((who, kind), line) in sorted(&self.lines)
            .into_iter()
            .filter(|(key, line)| !same(before.get(*key), line))
        {
            let (kind, transceiver) = (*kind, line.clone());
            changes.push(if *who == self.me {
                ClientEvent::Outgoing { kind, transceiver }
            } else {
                ClientEvent::Incoming {
                    participant: who.clone(),
                    kind,
                    transceiver,
                }
            });
        }
        changes
    }
}

/// In an order that does not change from run to run.
fn sorted(lines: &HashMap<Key, Transceiver>) -> Vec<(&Key, &Transceiver)> {
    let mut sorted: Vec<_> = lines.iter().collect();
    sorted.sort_by_key(|(key, _)| *key);
    sorted
}

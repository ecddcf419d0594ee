//! Two connections in one process, with the signalling between them, and frames to send.
#![allow(dead_code, clippy::unwrap_used)] // Each test file uses its part.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use foyer_media::clock::{MediaTime, MonotonicClock, SharedClock};
use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use foyer_rtc::{
    Config, ConnectionState, DataChannel, DtlsState, Event, IceConnectionState, IceGatheringState,
    Impairment, PeerConnection, SdpKind, SelectedPair, Transceiver, TransceiverId,
};
use tokio::sync::{mpsc, watch};

/// Generous: machines are shared.
pub const LIMIT: Duration = Duration::from_secs(40);

/// What a connection has reported so far, but for candidates, which go to the other side by themselves.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub tracks: Vec<(Transceiver, Vec<String>)>,
    pub ended: Vec<TransceiverId>,
    pub key_wanted: Vec<TransceiverId>,
    pub negotiation_needed: usize,
    pub states: Vec<ConnectionState>,
    pub channels: Vec<DataChannel>,
    pub bandwidth: Vec<u32>,
    pub candidates: usize,
    pub gathering: Vec<IceGatheringState>,
    pub ice: Vec<IceConnectionState>,
    pub dtls: Vec<DtlsState>,
    pub pairs: Vec<SelectedPair>,
    pub flowing: Vec<TransceiverId>,
}

pub struct Peer {
    pub connection: PeerConnection,
    pub clock: SharedClock,
    pub seen: watch::Receiver<Seen>,
    far: Arc<Mutex<Option<PeerConnection>>>,
}

impl Peer {
    pub async fn open(impairment: Option<Impairment>) -> Self {
        // Another test of this process may have been first.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_test_writer()
            .try_init();
        let clock = MonotonicClock::shared();
        let config = Config {
            impairment,
            ..Config::loopback(Arc::clone(&clock))
        };
        let (connection, events) = PeerConnection::open(config).await.unwrap();
        let far = Arc::new(Mutex::new(None));
        let (tx, seen) = watch::channel(Seen::default());
        tokio::spawn(follow(events, tx, Arc::clone(&far)));
        Self {
            connection,
            clock,
            seen,
            far,
        }
    }

    pub fn trickle_to(&self, other: &PeerConnection) {
        *self.far.lock().unwrap() = Some(other.clone());
    }

    pub fn stop_trickling(&self) {
        *self.far.lock().unwrap() = None;
    }

    pub async fn until(&self, what: &str, condition: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.clone();
        let found = tokio::time::timeout(LIMIT, seen.wait_for(condition)).await;
        match found {
            Ok(Ok(seen)) => seen.clone(),
            other => panic!("{what} did not happen: {other:?}\n{:?}", self.seen.borrow()),
        }
    }

    pub async fn connected(&self) {
        self.until("connected", |seen| {
            seen.states.last() == Some(&ConnectionState::Connected)
        })
        .await;
    }

    pub fn by_mid(&self, mid: &str) -> Transceiver {
        let all = self.connection.transceivers();
        let found = all.iter().find(|t| t.mid().as_deref() == Some(mid));
        found
            .unwrap_or_else(|| panic!("no {mid} in {all:?}"))
            .clone()
    }
}

async fn follow(
    mut events: mpsc::Receiver<Event>,
    seen: watch::Sender<Seen>,
    far: Arc<Mutex<Option<PeerConnection>>>,
) {
    while let Some(event) = events.recv().await {
        if let Event::Candidate(candidate) = event {
            let far = far.lock().unwrap().clone();
            if let Some(far) = far {
                far.add_candidate(candidate).await.unwrap();
            }
            seen.send_modify(|seen| seen.candidates += 1);
            continue;
        }
        seen.send_modify(|seen| match event {
            Event::Candidate(_) => {}
            Event::Connection(state) => seen.states.push(state),
            Event::NegotiationNeeded => seen.negotiation_needed += 1,
            Event::Track {
                transceiver,
                stream_ids,
            } => seen.tracks.push((transceiver, stream_ids)),
            Event::TrackEnded(id) => seen.ended.push(id),
            Event::KeyFrameWanted(id) => seen.key_wanted.push(id),
            Event::Bandwidth(target) => seen.bandwidth.push(target),
            Event::DataChannel(channel) => seen.channels.push(channel),
            Event::IceGathering(state) => seen.gathering.push(state),
            Event::IceConnection(state) => seen.ice.push(state),
            Event::Dtls(state) => seen.dtls.push(state),
            Event::SelectedPair(pair) => seen.pairs.push(pair),
            Event::TrackFlowing(id) => seen.flowing.push(id),
        });
    }
}

pub async fn pair() -> (Peer, Peer) {
    let a = Peer::open(None).await;
    let b = Peer::open(None).await;
    a.trickle_to(&b.connection);
    b.trickle_to(&a.connection);
    (a, b)
}

/// One offer and answer, with whatever `munge` does to each text on its way.
pub async fn negotiate_with(
    offerer: &Peer,
    answerer: &Peer,
    munge: impl Fn(SdpKind, String) -> String,
) {
    let offer = offerer.connection.create_offer().await.unwrap();
    offerer
        .connection
        .set_local_description(SdpKind::Offer, &offer)
        .await
        .unwrap();
    answerer
        .connection
        .set_remote_description(SdpKind::Offer, &munge(SdpKind::Offer, offer))
        .await
        .unwrap();
    answer(offerer, answerer, munge).await;
}

pub async fn answer(offerer: &Peer, answerer: &Peer, munge: impl Fn(SdpKind, String) -> String) {
    let answer = answerer.connection.create_answer().await.unwrap();
    answerer
        .connection
        .set_local_description(SdpKind::Answer, &answer)
        .await
        .unwrap();
    offerer
        .connection
        .set_remote_description(SdpKind::Answer, &munge(SdpKind::Answer, answer))
        .await
        .unwrap();
}

pub async fn negotiate(offerer: &Peer, answerer: &Peer) {
    negotiate_with(offerer, answerer, |_, sdp| sdp).await;
}

/// Looks like constrained baseline: parameter sets and an IDR slice, or a non-IDR slice.
pub fn h264(number: u32, key: bool, size: usize, at: MediaTime) -> EncodedFrame {
    let mut data = Vec::new();
    if key {
        data.extend([
            0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e, 0xd0,
        ]);
        data.extend([0, 0, 0, 1, 0x68, 0xce, 0x3c, 0x80]);
    }
    data.extend([0, 0, 0, 1, if key { 0x65 } else { 0x41 }]);
    data.extend(number.to_be_bytes().map(|byte| byte | 1));
    data.extend((0..size).map(|index| (index as u32 * 7 + number) as u8 | 1));
    EncodedFrame {
        codec: VideoCodec::H264,
        key,
        at,
        width: 0,
        height: 0,
        data: Bytes::from(data),
    }
}

pub fn opus(number: u64, at: MediaTime) -> EncodedAudio {
    EncodedAudio {
        sequence: number,
        timestamp: number * 960,
        data: Bytes::from(vec![0xfc, number as u8, 1, 2, 3]),
        level: Some(30),
        at,
    }
}

/// Sends video at 25 frames a second, a key frame whenever one is wanted, until it is dropped.
pub struct Camera {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn camera(peer: &Peer, transceiver: Transceiver, size: usize) -> Camera {
    let (clock, seen) = (Arc::clone(&peer.clock), peer.seen.clone());
    let task = tokio::spawn(async move {
        let mut number = 0;
        let mut answered = 0;
        let mut fresh = true;
        let mut tick = tokio::time::interval(Duration::from_millis(40));
        loop {
            tick.tick().await;
            let wanted = {
                let seen = seen.borrow();
                let of_this = seen.key_wanted.iter().filter(|id| **id == transceiver.id());
                of_this.count()
            };
            let key = fresh || wanted > answered;
            if transceiver.send_video(&h264(number, key, size, clock.now())) {
                number += 1;
                answered = wanted;
                fresh = false;
            } else {
                fresh = true;
            }
        }
    });
    Camera { task }
}

/// The next frame or packet.
pub async fn next<T: std::fmt::Debug>(received: &mut mpsc::Receiver<T>, what: &str) -> T {
    match tokio::time::timeout(LIMIT, received.recv()).await {
        Ok(Some(frame)) => frame,
        other => panic!("nothing of {what}: {other:?}"),
    }
}

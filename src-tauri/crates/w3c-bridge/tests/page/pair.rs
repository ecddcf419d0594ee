//! Two connections of one page that call each other.

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::command::Command;
use foyer_contract::bridge::connection::MediaKind;

use super::{Page, Socket, record};

/// The kind of a record of samples.
pub const SAMPLES: u8 = 5;

/// Two connected connections, the first of which sends this track; the handle of what the second receives.
pub async fn call(page: &mut Page, kind: MediaKind, track: Handle) -> Handle {
    let (one, other) = (page.new_connection().await, page.new_connection().await);
    let (transceiver, _) = page.new_transceiver(one, kind).await;
    page.ask(Command::SenderTrack {
        transceiver,
        track: Some(track),
    })
    .await;
    let (at_other, at_one) = page.negotiate(one, other).await;
    let negotiated = at_one.transceivers[0].negotiated.as_ref().unwrap();
    assert!(negotiated.local_offered);
    let received = &at_other.transceivers[0];
    assert_eq!(received.transceiver % 2, 0, "the engine's handles are even");
    let remote = received.receiving.as_ref().unwrap();
    assert_eq!(remote.stream_ids, ["stream"]);
    let receiver_track = received.receiver_track;
    page.connect_pair(one, other).await;
    receiver_track
}

/// A second of what comes.
pub async fn listen(socket: &mut Socket) -> Vec<f32> {
    let mut samples = Vec::new();
    while samples.len() < 48_000 {
        let (kind, _, number, _, payload) = record(socket).await;
        assert_eq!((kind, number as usize * 4), (SAMPLES, payload.len()));
        let chunks = payload.as_chunks::<4>().0;
        samples.extend(chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)));
    }
    samples
}

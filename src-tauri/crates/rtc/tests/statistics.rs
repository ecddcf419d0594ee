//! The report in the words of webrtc-stats.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use std::time::Duration;

use foyer_rtc::{DataChannelInit, MediaKind, TransceiverInit};
use pair::{LIMIT, Peer, camera, negotiate, next, opus, pair};
use serde_json::Value;

async fn report(peer: &Peer) -> Vec<Value> {
    let report = peer.connection.stats().await.report;
    report
        .iter()
        .map(|entry| serde_json::to_value(entry).unwrap())
        .collect()
}

fn of<'a>(report: &'a [Value], kind: &str) -> Vec<&'a Value> {
    report
        .iter()
        .filter(|entry| entry["type"] == kind)
        .collect()
}

fn by_id<'a>(report: &'a [Value], id: &Value) -> &'a Value {
    let found: Vec<&Value> = report.iter().filter(|entry| entry["id"] == *id).collect();
    assert_eq!(found.len(), 1, "{id} in {report:#?}");
    found[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_object_is_there_and_names_the_others() {
    let (a, b) = pair().await;
    let channel = a
        .connection
        .create_data_channel("chat", DataChannelInit::default())
        .await
        .unwrap();
    let add = async |kind| {
        let init = TransceiverInit::send_only("s", "t");
        a.connection.add_transceiver(kind, init).await.unwrap()
    };
    let (audio, video) = (add(MediaKind::Audio).await, add(MediaKind::Video).await);
    negotiate(&a, &b).await;
    a.connected().await;
    b.connected().await;
    tokio::time::timeout(LIMIT, channel.opened())
        .await
        .unwrap()
        .unwrap();
    channel.send_text("hello").await.unwrap();
    let _camera = camera(&a, video.clone(), 2_000);
    let mut frames = b.by_mid("1").receive_video();
    next(&mut frames, "the camera").await;
    let complete = async {
        let mut number = 0;
        loop {
            audio.send_audio(&opus(number, a.clock.now()));
            number += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let (sent, got) = (report(&a).await, report(&b).await);
            let told = of(&sent, "remote-inbound-rtp").len() == 2;
            if told && of(&got, "remote-outbound-rtp").len() == 2 {
                return (sent, got);
            }
        }
    };
    let (sent, got) = tokio::time::timeout(LIMIT, complete).await.unwrap();
    for (report, way, back) in [
        (&sent, "outbound-rtp", "remote-inbound-rtp"),
        (&got, "inbound-rtp", "remote-outbound-rtp"),
    ] {
        let transport = of(report, "transport")[0];
        assert_eq!(transport["dtlsState"], "connected");
        let selected = by_id(report, &transport["selectedCandidatePairId"]);
        assert_eq!(
            (&selected["type"], &selected["state"]),
            (&"candidate-pair".into(), &"succeeded".into())
        );
        assert_eq!(
            by_id(report, &selected["localCandidateId"])["candidateType"],
            "host"
        );
        assert_eq!(
            by_id(report, &selected["remoteCandidateId"])["type"],
            "remote-candidate"
        );
        assert_eq!(
            by_id(report, &transport["remoteCertificateId"])["type"],
            "certificate"
        );
        let streams = of(report, way);
        assert_eq!(streams.len(), 2);
        for stream in streams {
            let codec = by_id(report, &stream["codecId"]);
            let mime = codec["mimeType"].as_str().unwrap();
            assert!(
                mime.starts_with(stream["kind"].as_str().unwrap()),
                "{codec}"
            );
            assert_eq!(by_id(report, &stream["transportId"]), transport);
            let remote = by_id(report, &stream["remoteId"]);
            assert_eq!(
                (&remote["type"], &remote["localId"]),
                (&back.into(), &stream["id"])
            );
            assert_eq!(remote["ssrc"], stream["ssrc"]);
        }
    }
    let told = of(&got, "remote-outbound-rtp")[0];
    let year = told["remoteTimestamp"].as_f64().unwrap();
    assert!(year > 1.0e12, "milliseconds since 1970: {told}");
    let channels = of(&sent, "data-channel");
    assert_eq!(
        channels.len(),
        1,
        "the one that holds SCTP open is not told"
    );
    assert_eq!(
        (&channels[0]["messagesSent"], &channels[0]["bytesSent"]),
        (&1.into(), &5.into())
    );
    assert_eq!(of(&sent, "peer-connection")[0]["dataChannelsOpened"], 1);
    let pair = a.connection.stats().await.transport.pair;
    assert_eq!(pair.as_deref(), Some("host/host udp"));
}

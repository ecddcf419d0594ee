//! `getStats()`: the engine's counters with the names of webrtc-stats.

use foyer_contract::bridge::command::StatsSelector;
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_rtc::{MediaKind, StreamStats};
use serde_json::{Map, Value, json};

use super::Connection;
use crate::trouble;

impl Connection {
    pub(super) async fn stats(&self, selector: Option<StatsSelector>) -> Result<Answer, WireError> {
        let stats = self.pc.stats().await;
        let at = self.page.house.surroundings.clock.now().0 as f64 / 1e6;
        let mut all = Map::new();
        let mut put = |id: &str, kind: &str, mut fields: Value| {
            fields["id"] = json!(id);
            fields["type"] = json!(kind);
            fields["timestamp"] = json!(at);
            all.insert(id.to_owned(), fields);
        };
        for stream in &stats.streams {
            let Some(handle) = self.by_id.get(&stream.transceiver) else {
                continue;
            };
            let wanted = selector.is_none_or(|selector| {
                selector.transceiver == *handle && selector.sender == stream.outgoing
            });
            if wanted {
                let kind = if stream.outgoing {
                    "outbound-rtp"
                } else {
                    "inbound-rtp"
                };
                put(&format!("{kind}{handle}"), kind, rtp(stream));
            }
        }
        put(
            "T0",
            "transport",
            json!({
                "bytesSent": stats.transport.bytes_sent,
                "bytesReceived": stats.transport.bytes_received,
            }),
        );
        if selector.is_none() {
            put("P", "peer-connection", json!({}));
        }
        serde_json::to_string(&all)
            .map(Answer::Stats)
            .map_err(|error| trouble::dom("OperationError", error.to_string()))
    }
}

fn rtp(stream: &StreamStats) -> Value {
    let kind = match stream.kind {
        MediaKind::Audio => "audio",
        MediaKind::Video => "video",
    };
    if stream.outgoing {
        json!({
            "kind": kind,
            "transportId": "T0",
            "packetsSent": stream.packets,
            "bytesSent": stream.bytes,
            "retransmittedPacketsSent": stream.retransmitted,
            "nackCount": stream.nacks,
            "pliCount": stream.plis,
            "framesSent": stream.frames,
        })
    } else {
        json!({
            "kind": kind,
            "transportId": "T0",
            "packetsReceived": stream.packets,
            "bytesReceived": stream.bytes,
            "packetsLost": stream.lost,
            "nackCount": stream.nacks,
            "pliCount": stream.plis,
            "framesReceived": stream.frames,
            "framesDropped": stream.frames_dropped,
            "jitter": stream.jitter.as_secs_f64(),
        })
    }
}

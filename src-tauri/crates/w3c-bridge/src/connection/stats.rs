//! `getStats()`: the engine's report, by id.

use std::collections::HashSet;

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::command::StatsSelector;
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_media::clock::MediaTime;
use foyer_rtc::TransceiverId;
use foyer_rtc::stats::report::Entry;
use serde_json::{Map, Value, json};

use super::Connection;
use super::line::Line;
use crate::trouble;

impl Connection {
    /// `timestamp` is in milliseconds on the engine's own time line, the same in all objects. RTP streams name the
    /// handle of their transceiver as `transceiver`, so that the page can add what only it knows.
    pub(super) async fn stats(&self, selector: Option<StatsSelector>) -> Result<Answer, WireError> {
        let report = self.pc.stats().await.report;
        let now = self.page.house.surroundings.clock.now();
        let at = now.0 as f64 / 1e6;
        let failed = |error: serde_json::Error| trouble::dom("OperationError", error.to_string());
        let mut all = Map::new();
        let mut chosen = Vec::new();
        for entry in &report {
            let of = stream(entry);
            let handle = of.and_then(|(id, _)| self.by_id.get(&id));
            let mut fields = serde_json::to_value(entry).map_err(failed)?;
            fields["timestamp"] = json!(at);
            if of.is_some() {
                fields["transceiver"] = json!(handle);
            }
            if let (Some(fields), Some((id, sent))) = (fields.as_object_mut(), of)
                && let Some(line) = self.line(id)
            {
                describe(line, handle, sent, now, fields);
            }
            let Some(id) = fields["id"].as_str().map(str::to_owned) else {
                continue;
            };
            let selected = selector.is_some_and(|selector| {
                handle == Some(&selector.transceiver)
                    && of.is_some_and(|(_, sent)| sent == selector.sender)
            });
            if selected {
                chosen.push(id.clone());
            }
            all.insert(id, fields);
        }
        self.sources(at, now, &mut all);
        if selector.is_some() {
            all = reachable(all, chosen);
        }
        serde_json::to_string(&all)
            .map(Answer::Stats)
            .map_err(failed)
    }
}

impl Connection {
    /// Tracks that are sent, and sound that is played: no stream need flow for them to be there.
    fn sources(&self, at: f64, now: MediaTime, all: &mut Map<String, Value>) {
        for (handle, line) in &self.lines {
            let mut add = |id: String, kind: &str, fields: Map<String, Value>| {
                let mut fields = fields;
                fields.insert("id".into(), json!(id));
                fields.insert("type".into(), json!(kind));
                fields.insert("timestamp".into(), json!(at));
                all.insert(id, Value::Object(fields));
            };
            if line.has_source() {
                let mut fields = Map::new();
                line.describe_source(now, &mut fields);
                fields.insert("transceiver".into(), json!(handle));
                add(source_id(*handle), "media-source", fields);
            }
            if line.is_heard() {
                let mut fields = Map::new();
                line.listened.write_playout(&mut fields);
                add(playout_id(*handle), "media-playout", fields);
            }
        }
    }
}

fn source_id(transceiver: Handle) -> String {
    format!("S{transceiver}")
}

fn playout_id(transceiver: Handle) -> String {
    format!("AP{transceiver}")
}

/// Adds what the engine does not know to one of its streams.
fn describe(
    line: &Line,
    handle: Option<&Handle>,
    sent: bool,
    now: MediaTime,
    fields: &mut Map<String, Value>,
) {
    if !sent {
        line.describe_received(now, fields);
        if let (Some(handle), true) = (handle, line.is_heard()) {
            fields.insert("playoutId".into(), json!(playout_id(*handle)));
        }
        return;
    }
    line.describe_sent(now, fields);
    if let (Some(handle), true) = (handle, line.has_source()) {
        fields.insert("mediaSourceId".into(), json!(source_id(*handle)));
    }
}

/// The transceiver of an RTP stream, and whether we send it.
fn stream(entry: &Entry) -> Option<(TransceiverId, bool)> {
    match entry {
        Entry::OutboundRtp(sent) => Some((sent.transceiver, true)),
        Entry::InboundRtp(received) => Some((received.transceiver, false)),
        _ => None,
    }
}

/// These and all that they refer to, directly or not (webrtc-pc 8.2, "stats selection algorithm").
fn reachable(mut all: Map<String, Value>, mut open: Vec<String>) -> Map<String, Value> {
    let mut met = HashSet::new();
    while let Some(id) = open.pop() {
        let Some(fields) = all.get(&id).and_then(Value::as_object) else {
            continue;
        };
        if !met.insert(id) {
            continue;
        }
        let named = fields.iter().filter(|(name, _)| name.ends_with("Id"));
        open.extend(named.filter_map(|(_, value)| value.as_str().map(str::to_owned)));
    }
    all.retain(|id, _| met.contains(id));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_follows_what_its_objects_name() {
        let all = json!({
            "O": {"id": "O", "transportId": "T", "codecId": "C"},
            "I": {"id": "I", "transportId": "T"},
            "T": {"id": "T", "selectedCandidatePairId": "P"},
            "P": {"id": "P", "transportId": "T"},
            "C": {"id": "C"},
        });
        let Value::Object(all) = all else {
            panic!("an object");
        };
        let left = reachable(all, vec!["O".to_owned()]);
        let ids: Vec<&String> = left.keys().collect();
        assert_eq!(ids, ["C", "O", "P", "T"]);
    }
}

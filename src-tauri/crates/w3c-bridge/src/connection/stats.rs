//! `getStats()`: the engine's report, by id.

use std::collections::HashSet;

use foyer_contract::bridge::command::StatsSelector;
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_rtc::TransceiverId;
use foyer_rtc::stats::report::Entry;
use serde_json::{Map, Value, json};

use super::Connection;
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
            if let Some(handle) = handle {
                fields["transceiver"] = json!(handle);
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
        if selector.is_some() {
            all = reachable(all, chosen);
        }
        serde_json::to_string(&all)
            .map(Answer::Stats)
            .map_err(failed)
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

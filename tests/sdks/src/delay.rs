//! How much the bridge delays the pictures that a page shows.
//!
//! Counted: from the moment the engine has put a received frame together (the host's log) until the track that the page
//! shows has taken the decoded picture: every queue, task, socket, process and thread between. Not counted: decoding,
//! which is the time from handing the frame to the webview's `VideoDecoder` to getting the picture. That waits for its
//! turn among the others too, so it is given beside. Neither is what comes before (network, jitter buffer, putting
//! together) nor after (composing and painting, `requestVideoFrameCallback`). Both clocks are the machine's wall clock.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// What nineteen of twenty pictures may be delayed.
const MOST_MS: f64 = 10.0;
/// Processes that want to run before the measurement begins. With more, what is measured is their compiling.
const QUIET: f64 = 1.5;
/// Fewer pictures than these prove nothing.
const FEWEST: usize = 200;

/// When a media worker did what with a picture, in milliseconds since 1970. What did not happen is not there.
#[derive(Deserialize)]
struct Row {
    /// Microseconds on the engine's time line.
    timestamp: i64,
    came: Option<f64>,
    asked: Option<f64>,
    decoded: Option<f64>,
    taken: Option<f64>,
}

/// One picture's way, in milliseconds.
struct Way {
    socket: f64,
    decoding: f64,
    bridge: f64,
}

/// The machine's load of the last minute.
pub fn load() -> Result<f64> {
    let text = fs::read_to_string("/proc/loadavg")?;
    let first = text.split(' ').next().context("three loads")?;
    Ok(first.parse()?)
}

/// Puts the delays into a verdict of `tiles` in place of the pictures' times. `load` is that of before. An error if they
/// are too long and the machine was quiet.
pub fn judge(mut verdict: Value, log: &str, load: f64) -> Result<Value> {
    let whole = whole(log);
    verdict["load"] = json!(load);
    for size in ["nine", "one"] {
        let rows: Vec<Row> = serde_json::from_value(verdict[size]["pictures"].take())?;
        let (count, ways) = (rows.len(), ways(rows, &whole));
        ensure!(
            ways.len() >= FEWEST,
            "{size}: {count} pictures noted, {} of them with every time",
            ways.len()
        );
        let bridge = sorted(&ways, |way| way.bridge);
        let most = at(&bridge, 0.95);
        verdict[size]["pictures"] = json!({
            "count": ways.len(),
            "incomplete": count - ways.len(),
            "bridge": figures(&bridge),
            "socket": figures(&sorted(&ways, |way| way.socket)),
            "decoding": figures(&sorted(&ways, |way| way.decoding)),
        });
        let first = bridge.first().copied().unwrap_or_default();
        ensure!(first > 0.0, "{size}: the clocks disagree by {first} ms");
        ensure!(
            most <= MOST_MS || load > QUIET,
            "{size}: the bridge delays one picture in twenty by {most:.1} ms or more: {verdict}"
        );
    }
    Ok(verdict)
}

/// When the engine had the frame of a timestamp: in milliseconds since 1970 by microseconds of its time line.
fn whole(log: &str) -> HashMap<i64, f64> {
    let entry = |line: &str| {
        let (when, rest) = line.split_once(' ')?;
        let at_us = rest.split_once("foyer_rtc::whole: at_us=")?.1;
        let when: Timestamp = when.parse().ok()?;
        Some((
            at_us.trim().parse().ok()?,
            when.as_microsecond() as f64 / 1_000.0,
        ))
    };
    log.lines().filter_map(entry).collect()
}

fn ways(rows: Vec<Row>, whole: &HashMap<i64, f64>) -> Vec<Way> {
    let way = |row: Row| {
        let whole = whole.get(&row.timestamp)?;
        let decoding = row.decoded? - row.asked?;
        Some(Way {
            socket: row.came? - whole,
            decoding,
            bridge: row.taken? - whole - decoding,
        })
    };
    rows.into_iter().filter_map(way).collect()
}

fn sorted(ways: &[Way], of: impl Fn(&Way) -> f64) -> Vec<f64> {
    let mut all: Vec<f64> = ways.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The value that this part of all does not exceed; `sorted` is not empty.
fn at(sorted: &[f64], part: f64) -> f64 {
    let place = (sorted.len() as f64 * part).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

fn figures(sorted: &[f64]) -> Value {
    let ms = |part| (at(sorted, part) * 100.0).round() / 100.0;
    json!({ "p50": ms(0.5), "p95": ms(0.95), "most": ms(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: f64 = 1_767_225_600_000.0;

    /// Frames of 10 s whose engine's side is at full tens of milliseconds; the page takes `bridge` and decodes for 20 ms.
    fn measured(bridge: f64) -> (Value, String) {
        let mut log = "2026-01-01T00:00:00.000000Z TRACE foyer: something else\n".to_owned();
        let mut rows = Vec::new();
        for frame in 0..300_i64 {
            let ms = frame * 10;
            let at = Timestamp::from_millisecond(BEGAN as i64 + ms).unwrap();
            log += &format!("{at:.6} TRACE foyer_rtc::whole: at_us={}\n", 7 + ms);
            let came = BEGAN + ms as f64 + bridge - 1.0;
            rows.push(json!({
                "timestamp": 7 + ms, "came": came, "asked": came, "decoded": came + 20.0, "taken": came + 21.0,
            }));
        }
        rows.push(json!({ "timestamp": 7, "came": 1.0 }));
        let size = json!({ "slowest": 30, "pictures": rows });
        (json!({ "nine": size, "one": size }), log)
    }

    #[test]
    fn decoding_is_not_the_bridges() {
        let (verdict, log) = measured(3.5);
        let judged = judge(verdict, &log, 0.0).unwrap();
        let expected = json!({
            "count": 300,
            "incomplete": 1,
            "bridge": { "p50": 3.5, "p95": 3.5, "most": 3.5 },
            "socket": { "p50": 2.5, "p95": 2.5, "most": 2.5 },
            "decoding": { "p50": 20.0, "p95": 20.0, "most": 20.0 },
        });
        assert_eq!(judged["one"]["pictures"], expected);
        assert_eq!(judged["nine"]["slowest"], 30);
    }

    #[test]
    fn what_is_late_fails_on_a_quiet_machine() {
        let (verdict, log) = measured(11.0);
        judge(verdict.clone(), &log, 0.5).unwrap_err();
        judge(verdict, &log, 5.0).unwrap();
    }

    #[test]
    fn nothing_measured_proves_nothing() {
        let (verdict, _) = measured(1.0);
        judge(verdict, "", 0.0).unwrap_err();
    }
}

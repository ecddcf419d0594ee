//! CPU time of this process and everything it started, as the kernel counts it.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// Linux reports CPU time in hundredths of a second, whatever the kernel's own tick.
const TICKS_PER_SECOND: u64 = 100;

/// User and system time of the process tree below and with this process.
pub fn process_tree() -> Duration {
    let mut table: HashMap<u32, (u32, u64)> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        if let Some(row) = fs::read_to_string(entry.path().join("stat"))
            .ok()
            .as_deref()
            .and_then(parse)
        {
            table.insert(pid, row);
        }
    }
    let mut ticks = 0;
    let mut open = vec![std::process::id()];
    while let Some(pid) = open.pop() {
        ticks += table.get(&pid).map_or(0, |row| row.1);
        open.extend(
            table
                .iter()
                .filter(|(_, row)| row.0 == pid)
                .map(|(pid, _)| *pid),
        );
    }
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

/// Parent and ticks out of a line of `/proc/PID/stat`; the name in brackets may hold anything.
fn parse(stat: &str) -> Option<(u32, u64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let time = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some((fields.get(1)?.parse().ok()?, time(11)? + time(12)?))
}

//! What a program and everything that it has started use of the machine, read from `/proc`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Linux counts CPU time for programs in hundredths of a second (`USER_HZ`) on every architecture that Debian runs on.
const TICK: Duration = Duration::from_millis(10);

/// What processes use at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// CPU time since each of them started.
    pub cpu: Duration,
    /// Memory in bytes, with what several processes share counted in parts (proportional set size).
    pub pss: u64,
    /// How many processes there are.
    pub processes: usize,
}

/// The processes of this program below the process `root`, the oldest first.
pub fn named(root: u32, program: &str) -> Result<Vec<u32>> {
    let processes = running()?;
    let mut found = Vec::new();
    for id in tree(root, &processes) {
        // It may have ended since.
        let name = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let path = name.split('\0').next().unwrap_or_default();
        if path.rsplit('/').next() == Some(program) {
            found.push(id);
        }
    }
    found.sort_by_key(|id| processes[id].started);
    Ok(found)
}

/// CPU time of one process since it started; none once it has ended.
pub fn cpu(id: u32) -> Result<Duration> {
    Ok(running()?
        .get(&id)
        .map_or(Duration::ZERO, |process| process.cpu))
}

/// CPU time of a process's main thread, which is where a web process runs the page.
pub fn main_thread(id: u32) -> Result<Duration> {
    let line = fs::read_to_string(format!("/proc/{id}/task/{id}/stat"))?;
    Ok(parse(&line).context("proc(5) has other fields")?.cpu)
}

/// Of everything below the process `root`, and of `root` itself where `with_root` says so.
pub fn below(root: u32, with_root: bool) -> Result<Usage> {
    let processes = running()?;
    let mut tree = tree(root, &processes);
    if !with_root {
        tree.remove(&root);
    }
    let mut usage = Usage::default();
    for id in tree {
        // It may have ended since.
        let (Some(process), Ok(pss)) = (processes.get(&id), pss(id)) else {
            continue;
        };
        usage.cpu += process.cpu;
        usage.pss += pss;
        usage.processes += 1;
    }
    Ok(usage)
}

fn tree(root: u32, processes: &BTreeMap<u32, Process>) -> BTreeSet<u32> {
    let mut tree = BTreeSet::from([root]);
    loop {
        let before = tree.len();
        for (id, process) in processes {
            if tree.contains(&process.parent) {
                tree.insert(*id);
            }
        }
        if tree.len() == before {
            return tree;
        }
    }
}

struct Process {
    parent: u32,
    cpu: Duration,
    /// In ticks since the machine was started.
    started: u64,
}

fn running() -> Result<BTreeMap<u32, Process>> {
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        if let Some(process) = fs::read_to_string(entry.path().join("stat"))
            .ok()
            .and_then(|line| parse(&line))
        {
            processes.insert(id, process);
        }
    }
    Ok(processes)
}

/// A line as proc(5) has it: the second field, a name in parentheses, may hold anything.
fn parse(line: &str) -> Option<Process> {
    let fields: Vec<_> = line.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
    Some(Process {
        parent: ticks(1)?,
        cpu: TICK * (ticks(11)? + ticks(12)?),
        started: fields.get(19)?.parse().ok()?,
    })
}

fn pss(id: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes: u64 = line
        .and_then(|line| line.split_ascii_whitespace().next())
        .context("no Pss")?
        .parse()?;
    Ok(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]

    use std::process::Command;

    use super::*;
    use crate::process::Running;

    #[test]
    fn a_child_of_a_child_counts_with_its_time_and_memory() {
        let busy = "sh -c 'while :; do :; done' & echo up; wait";
        let shell = Running::start(Command::new("sh").args(["-c", busy])).unwrap();
        shell.line(Duration::from_secs(20)).unwrap();
        let started = std::time::Instant::now();
        let usage = loop {
            let usage = below(shell.id(), false).unwrap();
            if usage.cpu > TICK * 5 || started.elapsed() > Duration::from_secs(30) {
                break usage;
            }
            std::thread::yield_now();
        };
        assert_eq!(usage.processes, 1, "{usage:?}");
        assert!(usage.cpu > TICK * 5 && usage.pss > 50_000, "{usage:?}");
        assert_eq!(below(shell.id(), true).unwrap().processes, 2);
    }

    #[test]
    fn a_name_with_parentheses_and_spaces_is_skipped() {
        let line = "7 (a) b (c) S 3 7 7 0 -1 0 1 2 3 4 250 50 0 0 20 0 1 0 9 1 1 1";
        let process = parse(line).unwrap();
        assert_eq!(process.parent, 3);
        assert_eq!(process.cpu, Duration::from_secs(3));
    }
}

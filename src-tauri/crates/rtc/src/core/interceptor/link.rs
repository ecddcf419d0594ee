//! What the chain knows about the link, shared with the rest of the engine.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Counters of one SSRC since it was bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StreamCounters {
    /// RTP packets, without retransmissions.
    pub(crate) packets: u64,
    /// RTP payload bytes, without retransmissions.
    pub(crate) bytes: u64,
    /// Packets missing: incoming as we count, outgoing as the far side reports.
    pub(crate) lost: u64,
    /// Retransmissions sent or received, padding left out.
    pub(crate) retransmitted: u64,
    /// NACKed sequence numbers, by us for incoming streams, by the far side for outgoing ones.
    pub(crate) nacks: u64,
    /// PLI and FIR, by us for incoming streams, by the far side for outgoing ones.
    pub(crate) plis: u64,
    /// FIR among them.
    pub(crate) firs: u64,
    /// Payload bytes of retransmissions.
    pub(crate) retransmitted_bytes: u64,
    /// Outgoing: share of packets lost as last reported, 0 to 1.
    pub(crate) fraction_lost: f64,
    /// Outgoing: how often the round trip was measured, and the sum.
    pub(crate) round_trips: (u64, Duration),
    /// Interarrival jitter (RFC 3550, 6.4.1): ours for incoming streams, reported for outgoing ones.
    pub(crate) jitter: Duration,
    /// Packets, payload bytes and NTP time of the far side's last sender report, and how many of them came.
    pub(crate) reported_packets: u64,
    pub(crate) reported_bytes: u64,
    pub(crate) reported_ntp: u64,
    pub(crate) reports: u64,
    /// Outgoing frames that were dropped because they had waited too long.
    pub(crate) frames_dropped: u64,
}

#[derive(Debug, Default)]
struct Counted {
    incoming: HashMap<u32, StreamCounters>,
    outgoing: HashMap<u32, StreamCounters>,
    key_requests: Vec<u32>,
}

/// See the module. All of it may be read from any thread.
#[derive(Debug, Default)]
pub(crate) struct LinkState {
    counted: Mutex<Counted>,
    rtt_micros: AtomicU64,
    target_bps: AtomicU32,
    /// Wakes a reader when a key frame is wanted or the target changed.
    pub(crate) changed: Notify,
}

/// Streams that are counted at most; beyond, new ones go uncounted.
const MAX_STREAMS: usize = 512;
/// Key frame requests that wait at most.
const MAX_REQUESTS: usize = 64;

impl LinkState {
    /// Counters of a stream that we receive, by its primary SSRC.
    pub(crate) fn incoming(&self, ssrc: u32) -> StreamCounters {
        let counted = self.counted();
        counted.incoming.get(&ssrc).copied().unwrap_or_default()
    }

    /// Counters of a stream that we send, by its primary SSRC.
    pub(crate) fn outgoing(&self, ssrc: u32) -> StreamCounters {
        let counted = self.counted();
        counted.outgoing.get(&ssrc).copied().unwrap_or_default()
    }

    /// The SSRCs that the far side, or the pacer after dropping frames, wants a key frame on; each once.
    pub(crate) fn take_key_requests(&self) -> Vec<u32> {
        std::mem::take(&mut self.counted().key_requests)
    }

    /// Round trip of the last RTCP report.
    pub(crate) fn rtt(&self) -> Option<Duration> {
        let micros = self.rtt_micros.load(Ordering::Relaxed);
        (micros > 0).then(|| Duration::from_micros(micros))
    }

    /// What congestion control allows us to send, in bits per second.
    pub(crate) fn target(&self) -> Option<u32> {
        let target = self.target_bps.load(Ordering::Relaxed);
        (target > 0).then_some(target)
    }

    pub(super) fn want_key_frame(&self, ssrc: u32) {
        {
            let mut counted = self.counted();
            let known = counted.key_requests.contains(&ssrc);
            if known || counted.key_requests.len() >= MAX_REQUESTS {
                return;
            }
            counted.key_requests.push(ssrc);
        }
        self.changed.notify_one();
    }

    pub(super) fn set_rtt(&self, rtt: Duration) {
        self.rtt_micros
            .store((rtt.as_micros() as u64).max(1), Ordering::Relaxed);
    }

    pub(super) fn set_target(&self, bits_per_second: f64) {
        let target = bits_per_second.clamp(1.0, f64::from(u32::MAX)) as u32;
        if self.target_bps.swap(target, Ordering::Relaxed) != target {
            self.changed.notify_one();
        }
    }

    pub(super) fn with_incoming(&self, ssrc: u32, change: impl FnOnce(&mut StreamCounters)) {
        Self::with(&mut self.counted().incoming, ssrc, change);
    }

    pub(super) fn with_outgoing(&self, ssrc: u32, change: impl FnOnce(&mut StreamCounters)) {
        Self::with(&mut self.counted().outgoing, ssrc, change);
    }

    fn with(
        streams: &mut HashMap<u32, StreamCounters>,
        ssrc: u32,
        change: impl FnOnce(&mut StreamCounters),
    ) {
        if streams.len() < MAX_STREAMS || streams.contains_key(&ssrc) {
            change(streams.entry(ssrc).or_default());
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // Counters are whole after every statement, so a panic elsewhere leaves nothing half done.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

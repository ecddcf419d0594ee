//! How much may be sent: the crate's delay-based half, and a loss-based half that a little loss does not frighten.

use std::time::{Duration, Instant};

use rtc::interceptor::{
    BandwidthEstimator, EstimatorStats, OveruseDetector, PacketReport, RateCalculator,
    RateController, SlopeEstimator,
};

/// Where a call begins, in bits per second: a picture worth seeing over most links.
const START: f64 = 1_500_000.0;
/// One small picture: below, a call is not worth having, and loss that is not congestion must not take it away.
const MIN: f64 = 300_000.0;
const MAX: f64 = 12_000_000.0;
/// Below this share of lost packets the rate may grow, above that one it has to fall (draft-ietf-rmcat-gcc-02, 6).
const LOW_LOSS: f64 = 0.02;
const HIGH_LOSS: f64 = 0.12;
/// Loss is judged over this time and so many packets.
const LOSS_WINDOW: Duration = Duration::from_secs(1);
const LOSS_PACKETS: usize = 50;
/// Packets of such a time without a single arrival among them were not all lost: their report was.
const LOST_REPORT: Duration = Duration::from_millis(40);

/// Loss seen so far in the window, and what follows from it.
struct Loss {
    target: f64,
    lost: usize,
    total: usize,
    since: Option<Instant>,
    share: Option<f64>,
}

impl Loss {
    fn new() -> Self {
        Self {
            target: START,
            lost: 0,
            total: 0,
            since: None,
            share: None,
        }
    }

    fn add(&mut self, now: Instant, reports: &[PacketReport], delay_target: f64) {
        let since = *self.since.get_or_insert(now);
        for run in reports.chunk_by(|a, b| a.arrived == b.arrived) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let spans = last.departure.saturating_duration_since(first.departure);
            if first.arrived {
                self.total += run.len();
            } else if spans < LOST_REPORT {
                self.total += run.len();
                self.lost += run.len();
            }
        }
        if self.total < LOSS_PACKETS || now.saturating_duration_since(since) < LOSS_WINDOW {
            return;
        }
        let share = self.lost as f64 / self.total as f64;
        if share < LOW_LOSS {
            // Once the path loses nothing, delay alone decides.
            self.target = (self.target * 1.2).max(delay_target).min(MAX);
        } else if share > HIGH_LOSS {
            self.target = (self.target.min(delay_target) * (1.0 - share / 2.0)).max(MIN);
        }
        *self = Self {
            target: self.target,
            share: Some(share),
            ..Self::new()
        };
    }
}

/// See the module.
pub(crate) struct Bandwidth {
    slope: SlopeEstimator,
    overuse: OveruseDetector,
    received: RateCalculator,
    delay: RateController,
    loss: Loss,
    target: f64,
}

impl Bandwidth {
    /// An estimator that has seen nothing.
    pub(crate) fn new() -> Self {
        Self {
            slope: SlopeEstimator::new(),
            overuse: OveruseDetector::new(),
            received: RateCalculator::default(),
            delay: RateController::new(START, MIN, MAX),
            loss: Loss::new(),
            target: START,
        }
    }
}

impl BandwidthEstimator for Bandwidth {
    fn on_reports(&mut self, now: Instant, reports: &[PacketReport]) {
        if reports.is_empty() {
            return;
        }
        let mut usage = self.overuse.usage();
        for report in reports {
            if report.arrived {
                self.received.add(now, report.size);
            }
            if let Some(trend) = self.slope.accumulate(report) {
                usage = self.overuse.update(trend.at, trend.estimate_ms);
            }
        }
        let received = self.received.rate_bits_per_second(now);
        let delay = self.delay.update(now, usage, received);
        self.loss.add(now, reports, delay);
        self.target = delay.min(self.loss.target).clamp(MIN, MAX);
    }

    fn target_bitrate(&self) -> f64 {
        self.target
    }

    fn stats(&self) -> EstimatorStats {
        let mut stats = EstimatorStats::default();
        stats.delay_based_bitrate = Some(self.delay.target());
        stats.loss_based_bitrate = Some(self.loss.target);
        stats.packet_loss = self.loss.share;
        stats
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)]
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};
    use rtc::rtcp::transport_feedbacks::cc_feedback_report::Ecn;

    use super::*;

    /// Feeds reports of 30 frames of five packets a second; every `lost_reports`-th report never comes.
    fn run(seconds: u64, lost_packets: f64, lost_reports: f64) -> f64 {
        let start = Instant::now();
        let mut dice = StdRng::seed_from_u64(5);
        let mut bandwidth = Bandwidth::new();
        let mut missed: Vec<PacketReport> = Vec::new();
        let mut id = 0;
        for batch in 0..seconds * 10 {
            let sent = Duration::from_millis(batch * 100);
            let unreported = dice.random::<f64>() < lost_reports;
            for packet in 0..15u64 {
                let departure = sent + Duration::from_millis(packet / 5 * 33 + packet % 5);
                let arrived = !unreported && dice.random::<f64>() >= lost_packets;
                missed.push(PacketReport {
                    ssrc: 1,
                    id,
                    rtp_sequence_number: id as u16,
                    is_twcc: true,
                    twcc_sequence_number: id as u16,
                    size: 1200,
                    arrived,
                    departure: start + departure,
                    arrival: arrived.then(|| departure + Duration::from_millis(20)),
                    ecn: Ecn::default(),
                });
                id += 1;
            }
            if !unreported {
                bandwidth.on_reports(start + sent + Duration::from_millis(120), &missed);
                missed.clear();
            }
        }
        bandwidth.target_bitrate()
    }

    #[test]
    fn a_clean_path_lets_the_rate_grow() {
        assert!(run(20, 0.0, 0.0) > START);
    }

    #[test]
    fn five_percent_loss_each_way_changes_little() {
        let target = run(30, 0.05, 0.05);
        assert!(target > START * 0.6, "{target}");
    }

    #[test]
    fn a_third_lost_brings_the_rate_down() {
        let target = run(20, 0.33, 0.0);
        assert!(target < START / 2.0, "{target}");
        assert!(target >= MIN);
    }
}

//! A bad network on request, for tests and demonstrations.

use std::time::Duration;

/// What happens to the RTP and RTCP packets of a connection at its sockets. STUN and DTLS pass unharmed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impairment {
    /// Share of received packets that are lost, 0 to 1.
    pub loss_in: f32,
    /// Share of sent packets that are lost, 0 to 1.
    pub loss_out: f32,
    /// How much later each packet is sent.
    pub delay: Duration,
    /// Where the dice start, so that a run can be repeated.
    pub seed: u64,
}

impl Impairment {
    /// Loses this share of packets each way.
    pub fn loss(share: f32, seed: u64) -> Self {
        Self {
            loss_in: share,
            loss_out: share,
            delay: Duration::ZERO,
            seed,
        }
    }
}

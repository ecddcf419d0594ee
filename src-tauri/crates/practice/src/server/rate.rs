//! How much one connection may say.

use std::time::Duration;

use foyer_media::clock::MediaTime;

/// A token bucket: `burst` at once, `per_second` in the long run.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    burst: f64,
    per_second: f64,
    level: f64,
    at: MediaTime,
}

impl Bucket {
    pub(crate) fn new(burst: u32, per_second: u32, now: MediaTime) -> Self {
        Self {
            burst: f64::from(burst),
            per_second: f64::from(per_second),
            level: f64::from(burst),
            at: now,
        }
    }

    /// Takes that much; false if it is not there.
    pub(crate) fn take(&mut self, amount: u32, now: MediaTime) -> bool {
        let passed: Duration = now.since(self.at);
        self.at = now;
        self.level = (self.level + passed.as_secs_f64() * self.per_second).min(self.burst);
        let enough = self.level >= f64::from(amount);
        if enough {
            self.level -= f64::from(amount);
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let mut bucket = Bucket::new(10, 5, MediaTime(0));
        let take = |bucket: &mut Bucket, seconds: u64| {
            let now = MediaTime(0).plus(Duration::from_secs(seconds));
            (0..100).filter(|_| bucket.take(1, now)).count()
        };
        assert_eq!(take(&mut bucket, 0), 10);
        assert_eq!(take(&mut bucket, 1), 5);
        assert_eq!(take(&mut bucket, 100), 10, "no more than the burst");
    }
}

//! How the layers of one track share what the line bears: the smallest first, and none at a rate that nobody could watch.

/// Below this nothing can be recognised.
pub(super) const LEAST: u32 = 60_000;

/// What one layer could use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Demand {
    /// Width and height of its pictures.
    pub size: (u32, u32),
    /// Bits per second that it may have at most.
    pub most: u32,
    /// It is being sent. One that is not yet needs more room, or it would come and go.
    pub flows: bool,
}

impl Demand {
    pub fn new(size: (u32, u32), max_bitrate: Option<u32>, flows: bool) -> Self {
        let most = sensible(size)
            .min(max_bitrate.unwrap_or(u32::MAX))
            .max(LEAST);
        Self { size, most, flows }
    }

    fn pixels(&self) -> u32 {
        self.size.0 * self.size.1
    }

    /// Bits per second without which it is not worth sending.
    fn least(&self) -> u32 {
        let least = (self.pixels() / 2).max(LEAST).min(self.most);
        if self.flows { least } else { least + least / 4 }
    }
}

/// Bits per second beyond which a picture of this size gets no better.
fn sensible((width, height): (u32, u32)) -> u32 {
    (width * height * 2).clamp(300_000, 6_000_000)
}

/// Bits per second for each layer that is wanted; `None` for one that does not fit, and so for all above it. The
/// smallest is sent in any case.
pub(super) fn among(total: u32, demands: &[Option<Demand>]) -> Vec<Option<u32>> {
    let mut rates = vec![None; demands.len()];
    let mut order: Vec<(usize, &Demand)> = demands
        .iter()
        .enumerate()
        .filter_map(|(index, demand)| Some((index, demand.as_ref()?)))
        .collect();
    order.sort_by_key(|(index, demand)| (demand.pixels(), *index));
    let mut left = total;
    for (place, (index, demand)) in order.into_iter().enumerate() {
        if place > 0 && left < demand.least() {
            break;
        }
        let rate = left.min(demand.most).max(LEAST);
        rates[index] = Some(rate);
        left = left.saturating_sub(rate);
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(flows: bool) -> [Option<Demand>; 3] {
        [(1280, 720), (640, 360), (320, 180)].map(|size| Some(Demand::new(size, None, flows)))
    }

    #[test]
    fn the_smallest_layer_comes_first_and_the_largest_gets_what_is_left() {
        let rates = among(3_000_000, &three(true));
        assert_eq!(rates[2], Some(300_000));
        assert_eq!(rates[1], Some(460_800));
        assert_eq!(rates[0], Some(1_843_200));
        let rates = among(1_300_000, &three(true));
        assert_eq!(rates[0], Some(1_300_000 - 760_800));
    }

    #[test]
    fn what_does_not_fit_pauses_and_comes_back_later_than_it_went() {
        assert_eq!(among(1_200_000, &three(true))[0], None);
        assert_eq!(among(1_300_000, &three(false))[0], None);
        assert!(among(1_400_000, &three(false))[0].is_some());
        assert_eq!(among(330_000, &three(true)), [None, None, Some(300_000)]);
        assert_eq!(among(0, &three(true)), [None, None, Some(LEAST)]);
    }

    #[test]
    fn the_page_s_limits_leave_more_to_others() {
        let demands = [
            Some(Demand::new((640, 360), None, true)),
            Some(Demand::new((320, 180), Some(100_000), true)),
            None,
        ];
        assert_eq!(
            among(400_000, &demands),
            [Some(300_000), Some(100_000), None]
        );
    }
}

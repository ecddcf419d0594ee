//! RTP's short counters made long: sequence numbers and timestamps that never wrap (RFC 3550, A.1).

/// The number congruent to `value` that is nearest to `reference`.
pub(crate) fn extend16(reference: u64, value: u16) -> u64 {
    let delta = value.wrapping_sub(reference as u16) as i16;
    reference.saturating_add_signed(i64::from(delta))
}

/// The number congruent to `value` that is nearest to `reference`.
pub(crate) fn extend32(reference: u64, value: u32) -> u64 {
    let delta = value.wrapping_sub(reference as u32) as i32;
    reference.saturating_add_signed(i64::from(delta))
}

/// How far a sequence number may leap before it is taken for a new numbering.
const MAX_LEAP: i64 = 3000;

/// What a sequence number means to its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbered {
    /// Belongs to the running numbering.
    At(u64),
    /// Far off. A second one in a row, one higher, makes it a restart.
    Stray,
    /// The sender numbers anew: this is the position of the present packet, above all earlier ones; the stray
    /// packet before it has the position below.
    Restart(u64),
}

/// Sequence numbers of one stream, extended; tells a restart of the numbering from a stray packet.
#[derive(Debug, Default)]
pub(crate) struct SequenceSpace {
    newest: Option<u64>,
    stray: Option<u16>,
}

impl SequenceSpace {
    /// The position of the packet with this number. Never zero.
    pub(crate) fn number(&mut self, sequence: u16) -> Numbered {
        let Some(newest) = self.newest else {
            let first = (1 << 16) + u64::from(sequence);
            self.newest = Some(first);
            return Numbered::At(first);
        };
        let position = extend16(newest, sequence);
        let leap = position as i64 - newest as i64;
        if leap.abs() <= MAX_LEAP {
            self.stray = None;
            self.newest = Some(newest.max(position));
            return Numbered::At(position);
        }
        if self.stray.replace(sequence) != Some(sequence.wrapping_sub(1)) {
            return Numbered::Stray;
        }
        self.stray = None;
        let restarted = (((newest >> 16) + 2) << 16) + u64::from(sequence);
        self.newest = Some(restarted);
        Numbered::Restart(restarted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_across_the_wrap_in_any_order() {
        let mut space = SequenceSpace::default();
        let Numbered::At(first) = space.number(65_534) else {
            panic!("first packet not taken");
        };
        assert_eq!(space.number(1), Numbered::At(first + 3));
        assert_eq!(space.number(65_535), Numbered::At(first + 1));
        assert_eq!(space.number(0), Numbered::At(first + 2));
        assert_eq!(space.number(65_000), Numbered::At(first - 534));
    }

    #[test]
    fn one_far_packet_is_stray_and_two_in_a_row_restart_above() {
        let mut space = SequenceSpace::default();
        let Numbered::At(first) = space.number(100) else {
            panic!("first packet not taken");
        };
        assert_eq!(space.number(30_000), Numbered::Stray);
        assert_eq!(space.number(101), Numbered::At(first + 1));
        assert_eq!(space.number(30_000), Numbered::Stray);
        let Numbered::Restart(position) = space.number(30_001) else {
            panic!("restart not seen");
        };
        assert!(position > first + 1);
        assert_eq!(space.number(30_002), Numbered::At(position + 1));
        assert_eq!(space.number(30_000), Numbered::At(position - 1));
    }

    #[test]
    fn timestamps_extend_across_the_wrap() {
        let reference = (1 << 32) + u64::from(u32::MAX);
        assert_eq!(extend32(reference, 5), reference + 6);
        assert_eq!(extend32(reference + 6, u32::MAX), reference);
    }
}

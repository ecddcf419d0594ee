//! H.264 in RTP (RFC 6184): single NAL units, STAP-A for small ones, FU-A for large ones.

use bytes::{BufMut, Bytes, BytesMut};

use super::PayloadError;

const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const START_CODE: [u8; 4] = [0, 0, 0, 1];

fn kind(nal: &[u8]) -> u8 {
    nal.first().map_or(0, |header| header & 0x1f)
}

/// The NAL units of an Annex B byte stream, without start codes and trailing zeros; empty ones left out.
pub(crate) fn nal_units(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(stream);
    std::iter::from_fn(move || {
        loop {
            let bytes = rest?;
            let end = (0..bytes.len())
                .find(|at| matches!(bytes[*at..], [0, 0, 1, ..]))
                .unwrap_or(bytes.len());
            rest = bytes.get(end + 3..);
            let mut nal = &bytes[..end];
            while let [head @ .., 0] = nal {
                nal = head;
            }
            if !nal.is_empty() {
                return Some(nal);
            }
        }
    })
}

fn after_start_code(stream: &[u8]) -> Option<&[u8]> {
    let at = stream.windows(3).position(|code| code == [0, 0, 1])?;
    stream.get(at + 3..)
}

/// Cuts an access unit in Annex B form into payloads of at most `max` bytes.
pub(crate) fn packetise(frame: &[u8], max: usize) -> Result<Vec<Bytes>, PayloadError> {
    if max < 16 {
        return Err(PayloadError::TooLarge);
    }
    let mut payloads = Vec::new();
    let mut small: Vec<&[u8]> = Vec::new();
    let mut small_size = 1;
    for nal in nal_units(frame) {
        // Only what goes ahead of the picture is aggregated; slices travel alone.
        let aggregates = kind(nal) > IDR && nal.len() + 3 <= max;
        if !small.is_empty() && (!aggregates || small_size + 2 + nal.len() > max) {
            payloads.push(aggregate(&mut small));
            small_size = 1;
        }
        if aggregates {
            small_size += 2 + nal.len();
            small.push(nal);
        } else if nal.len() <= max {
            payloads.push(Bytes::copy_from_slice(nal));
        } else {
            fragment(nal, max, &mut payloads);
        }
    }
    if !small.is_empty() {
        payloads.push(aggregate(&mut small));
    }
    if payloads.is_empty() {
        return Err(PayloadError::Empty);
    }
    Ok(payloads)
}

fn aggregate(nals: &mut Vec<&[u8]>) -> Bytes {
    if let [nal] = nals[..] {
        nals.clear();
        return Bytes::copy_from_slice(nal);
    }
    let importance = nals.iter().map(|nal| nal[0] & 0x60).max().unwrap_or(0);
    let mut payload = BytesMut::new();
    payload.put_u8(importance | STAP_A);
    for nal in nals.drain(..) {
        payload.put_u16(u16::try_from(nal.len()).expect("aggregated units fit a payload"));
        payload.put_slice(nal);
    }
    payload.freeze()
}

fn fragment(nal: &[u8], max: usize, payloads: &mut Vec<Bytes>) {
    let body = &nal[1..];
    let count = body.len().div_ceil(max - 2);
    let size = body.len().div_ceil(count);
    let last = body.len().div_ceil(size) - 1;
    for (index, chunk) in body.chunks(size).enumerate() {
        let mut payload = BytesMut::with_capacity(2 + chunk.len());
        payload.put_u8(nal[0] & 0xe0 | FU_A);
        let start = if index == 0 { 0x80 } else { 0 };
        let end = if index == last { 0x40 } else { 0 };
        payload.put_u8(start | end | kind(nal));
        payload.put_slice(chunk);
        payloads.push(payload.freeze());
    }
}

/// What a payload says about the frame that it is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// Holds a sequence parameter set.
    pub(crate) parameter_sets: bool,
    /// Holds the start of an IDR slice.
    pub(crate) idr: bool,
}

/// Looks into one payload without assembling. Broken payloads have no signs.
pub(crate) fn signs(payload: &[u8]) -> Signs {
    let mut signs = Signs::default();
    match kind(payload) {
        STAP_A => {
            for nal in aggregated(payload).map_while(Result::ok) {
                signs.parameter_sets |= kind(nal) == SPS;
                signs.idr |= kind(nal) == IDR;
            }
        }
        FU_A => signs.idr = payload.get(1).is_some_and(|fu| fu & 0x9f == 0x80 | IDR),
        SPS => signs.parameter_sets = true,
        IDR => signs.idr = true,
        _ => {}
    }
    signs
}

fn aggregated(payload: &[u8]) -> impl Iterator<Item = Result<&[u8], PayloadError>> {
    let mut rest = payload.get(1..).unwrap_or(&[]);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let taken = rest
            .split_first_chunk::<2>()
            .and_then(|(size, body)| body.split_at_checked(usize::from(u16::from_be_bytes(*size))));
        match taken {
            Some((nal, after)) => {
                rest = after;
                Some(Ok(nal))
            }
            None => {
                rest = &[];
                Some(Err(PayloadError::Truncated("STAP-A")))
            }
        }
    })
}

/// An access unit put together again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AccessUnit {
    /// Annex B, start codes of four bytes.
    pub(crate) data: Vec<u8>,
    /// Its SPS and PPS NAL units, in order.
    pub(crate) parameter_sets: Vec<Vec<u8>>,
    /// Holds a sequence parameter set.
    pub(crate) has_sps: bool,
    /// Holds an IDR slice.
    pub(crate) idr: bool,
    /// Holds a slice of any kind.
    pub(crate) picture: bool,
}

impl AccessUnit {
    fn add(&mut self, nal: &[u8]) {
        match kind(nal) {
            1..=4 => self.picture = true,
            IDR => {
                self.picture = true;
                self.idr = true;
            }
            number @ (SPS | PPS) => {
                self.has_sps |= number == SPS;
                self.parameter_sets.push(nal.to_vec());
            }
            // Undefined types are to be ignored (H.264, 7.4.1).
            0 | 30 | 31 => return,
            _ => {}
        }
        self.data.extend_from_slice(&START_CODE);
        self.data.extend_from_slice(nal);
    }
}

/// The access unit that these payloads carry, in order; at most `max` bytes.
pub(crate) fn assemble<'a>(
    payloads: impl Iterator<Item = &'a Bytes>,
    max: usize,
) -> Result<AccessUnit, PayloadError> {
    let mut unit = AccessUnit::default();
    let mut fragments: Option<Vec<u8>> = None;
    for payload in payloads {
        let number = kind(payload);
        if fragments.is_some() && number != FU_A {
            return Err(PayloadError::Fragments);
        }
        match number {
            _ if payload.is_empty() => return Err(PayloadError::Empty),
            STAP_A => {
                for nal in aggregated(payload) {
                    match nal? {
                        [] => return Err(PayloadError::Truncated("STAP-A")),
                        nal if kind(nal) >= STAP_A && kind(nal) < 30 => {
                            return Err(PayloadError::Unsupported(kind(nal)));
                        }
                        nal => unit.add(nal),
                    }
                }
            }
            FU_A => {
                let [indicator, header, body @ ..] = &payload[..] else {
                    return Err(PayloadError::Truncated("FU-A"));
                };
                let nal_header = indicator & 0xe0 | header & 0x1f;
                let mut nal = match fragments.take() {
                    None if header & 0x80 != 0 => vec![nal_header],
                    Some(nal) if header & 0x80 == 0 && kind(&nal) == header & 0x1f => nal,
                    _ => return Err(PayloadError::Fragments),
                };
                if (STAP_A..30).contains(&kind(&nal)) {
                    return Err(PayloadError::Unsupported(kind(&nal)));
                }
                if unit.data.len() + nal.len() + body.len() > max {
                    return Err(PayloadError::TooLarge);
                }
                nal.extend_from_slice(body);
                if header & 0x40 != 0 {
                    unit.add(&nal);
                } else {
                    fragments = Some(nal);
                }
            }
            25..=29 => return Err(PayloadError::Unsupported(number)),
            _ => unit.add(payload),
        }
        if unit.data.len() > max {
            return Err(PayloadError::TooLarge);
        }
    }
    if fragments.is_some() {
        return Err(PayloadError::Fragments);
    }
    if unit.data.is_empty() {
        return Err(PayloadError::Empty);
    }
    Ok(unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 8 << 20;

    fn annex_b(nals: &[Vec<u8>]) -> Vec<u8> {
        nals.iter()
            .flat_map(|nal| START_CODE.into_iter().chain(nal.iter().copied()))
            .collect()
    }

    /// A NAL unit as an encoder writes it: no start code inside, no zero at the end.
    fn nal(kind: u8) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(1u8..=255, 1..4000).prop_map(move |mut bytes| {
            bytes.insert(0, 0x60 | kind);
            bytes
        })
    }

    #[test]
    fn parameter_sets_share_a_packet_and_slices_are_fragmented() {
        let frame = annex_b(&[vec![0x67, 1, 2], vec![0x68, 3], vec![0x65; 3000]]);
        let payloads = packetise(&frame, 1200).unwrap();
        assert_eq!(&payloads[0][..], [0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 3]);
        assert_eq!(payloads.len(), 4);
        assert!(signs(&payloads[0]).parameter_sets && signs(&payloads[1]).idr);
        assert_eq!(signs(&payloads[2]), Signs::default());
        let unit = assemble(payloads.iter(), MAX).unwrap();
        assert_eq!(unit.data, frame);
        assert!(unit.idr && unit.has_sps && unit.picture);
        assert_eq!(unit.parameter_sets.len(), 2);
    }

    #[test]
    fn three_byte_start_codes_and_padding_are_read() {
        let stream = [0, 0, 1, 0x41, 9, 0, 0, 0, 0, 1, 0x41, 8, 0, 0, 1];
        let nals: Vec<_> = nal_units(&stream).collect();
        assert_eq!(nals, [&[0x41, 9][..], &[0x41, 8]]);
        assert_eq!(packetise(&[1, 2, 3], 1200), Err(PayloadError::Empty));
        assert_eq!(packetise(&[], 1200), Err(PayloadError::Empty));
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error() {
        let payload = Bytes::from_static(&[0x78, 0, 9, 0x67, 1]);
        let result = assemble([&payload].into_iter(), MAX);
        assert_eq!(result, Err(PayloadError::Truncated("STAP-A")));
    }

    #[test]
    fn fragments_without_start_or_end_are_errors() {
        let frame = annex_b(&[vec![0x65; 3000]]);
        let payloads = packetise(&frame, 1200).unwrap();
        assert_eq!(payloads.len(), 3);
        for missing in 0..3 {
            let rest = payloads.iter().enumerate().filter(|(at, _)| *at != missing);
            let result = assemble(rest.map(|(_, payload)| payload), MAX);
            // A hole in the middle cannot be told from here; sequence numbers do.
            assert_eq!(result.is_err(), missing != 1);
        }
    }

    #[test]
    fn a_frame_beyond_the_limit_is_refused() {
        let frame = annex_b(&[vec![0x65; 3000]]);
        let payloads = packetise(&frame, 1200).unwrap();
        assert_eq!(assemble(payloads.iter(), 2000), Err(PayloadError::TooLarge));
    }

    proptest! {
        #[test]
        fn frames_survive_packets(nals in prop::collection::vec(prop_oneof![nal(1), nal(5), nal(6), nal(7), nal(8), nal(9)], 1..6)) {
            let frame = annex_b(&nals);
            let payloads = packetise(&frame, 700).unwrap();
            prop_assert!(payloads.iter().all(|payload| payload.len() <= 700));
            prop_assert_eq!(assemble(payloads.iter(), MAX).unwrap().data, frame);
        }

        #[test]
        fn hostile_payloads_never_panic(payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..5)) {
            let payloads: Vec<Bytes> = payloads.into_iter().map(Bytes::from).collect();
            for payload in &payloads {
                let _ = signs(payload);
            }
            let _ = assemble(payloads.iter(), MAX);
        }

        #[test]
        fn hostile_frames_never_panic(frame in prop::collection::vec(prop_oneof![Just(0u8), Just(1u8), any::<u8>()], 0..200)) {
            if let Ok(payloads) = packetise(&frame, 20) {
                prop_assert!(payloads.iter().all(|payload| payload.len() <= 20));
            }
        }
    }
}

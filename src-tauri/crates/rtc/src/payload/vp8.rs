//! VP8 in RTP (RFC 7741).

use bytes::{BufMut, Bytes, BytesMut};

use super::PayloadError;

const DESCRIPTOR: usize = 4;

/// Cuts a frame into payloads of at most `max` bytes, each with a 15-bit picture id.
pub(crate) fn packetise(
    frame: &[u8],
    picture_id: u16,
    max: usize,
) -> Result<Vec<Bytes>, PayloadError> {
    if frame.is_empty() {
        return Err(PayloadError::Empty);
    }
    let room = max
        .checked_sub(DESCRIPTOR)
        .filter(|room| *room > 0)
        .ok_or(PayloadError::TooLarge)?;
    let count = frame.len().div_ceil(room);
    let size = frame.len().div_ceil(count);
    Ok(frame
        .chunks(size)
        .enumerate()
        .map(|(index, chunk)| {
            let mut payload = BytesMut::with_capacity(DESCRIPTOR + chunk.len());
            payload.put_u8(if index == 0 { 0x90 } else { 0x80 });
            payload.put_u8(0x80);
            payload.put_u16(0x8000 | picture_id);
            payload.put_slice(chunk);
            payload.freeze()
        })
        .collect())
}

/// One payload, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// True if a frame starts here.
    pub(crate) start: bool,
    /// The bytes of the frame; not empty.
    pub(crate) data: Bytes,
}

/// Reads the payload descriptor.
pub(crate) fn parse(payload: &Bytes) -> Result<Fragment, PayloadError> {
    const SHORT: PayloadError = PayloadError::Truncated("VP8 descriptor");
    let byte = |index: usize| payload.get(index).copied().ok_or(SHORT);
    let first = payload.first().copied().ok_or(PayloadError::Empty)?;
    let mut at = 1;
    if first & 0x80 != 0 {
        let extensions = byte(at)?;
        at += 1;
        if extensions & 0x80 != 0 {
            at += if byte(at)? & 0x80 != 0 { 2 } else { 1 };
        }
        if extensions & 0x40 != 0 {
            at += 1;
        }
        if extensions & 0x30 != 0 {
            at += 1;
        }
    }
    if at >= payload.len() {
        return Err(SHORT);
    }
    Ok(Fragment {
        start: first & 0x10 != 0 && first & 0x07 == 0,
        data: payload.slice(at..),
    })
}

/// True if a key frame starts with this payload.
pub(crate) fn starts_key_frame(payload: &Bytes) -> bool {
    parse(payload).is_ok_and(|fragment| fragment.start && is_key(&fragment.data))
}

/// True if this frame is a key frame (RFC 6386, 9.1).
pub(crate) fn is_key(frame: &[u8]) -> bool {
    frame.first().is_some_and(|first| first & 1 == 0)
}

/// Width and height of a key frame, without its scaling hints.
pub(crate) fn dimensions(frame: &[u8]) -> Option<(u16, u16)> {
    if !is_key(frame) || frame.get(3..6)? != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let side =
        |at: usize| Some(u16::from_le_bytes([*frame.get(at)?, *frame.get(at + 1)?]) & 0x3fff);
    Some((side(6)?, side(8)?))
}

/// The frame that these payloads carry, in order.
pub(crate) fn assemble<'a>(
    payloads: impl Iterator<Item = &'a Bytes>,
) -> Result<Bytes, PayloadError> {
    let mut frame = BytesMut::new();
    for payload in payloads {
        let fragment = parse(payload)?;
        // Only the first partition's start opens a frame; a later packet that claims to is of another frame.
        if fragment.start != frame.is_empty() {
            return Err(PayloadError::NoFrame);
        }
        frame.extend_from_slice(&fragment.data);
    }
    if frame.is_empty() {
        return Err(PayloadError::Empty);
    }
    Ok(frame.freeze())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_frame_tells_its_size() {
        let mut frame = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a];
        frame.extend_from_slice(&(640u16 | 0x4000).to_le_bytes());
        frame.extend_from_slice(&360u16.to_le_bytes());
        assert_eq!(dimensions(&frame), Some((640, 360)));
        assert_eq!(dimensions(&frame[..9]), None);
        frame[0] |= 1;
        assert_eq!(dimensions(&frame), None);
    }

    #[test]
    fn every_optional_descriptor_field_is_skipped() {
        let payload = Bytes::from_static(&[0x90, 0xf0, 0x81, 0x02, 0x07, 0x60, 0xaa, 0xbb]);
        let fragment = parse(&payload).unwrap();
        assert!(fragment.start);
        assert_eq!(&fragment.data[..], [0xaa, 0xbb]);
    }

    proptest! {
        #[test]
        fn frames_survive_packets(frame in prop::collection::vec(any::<u8>(), 1..6000), id in 0u16..0x8000) {
            let payloads = packetise(&frame, id, MAX).unwrap();
            prop_assert!(payloads.iter().all(|payload| payload.len() <= MAX));
            prop_assert_eq!(&assemble(payloads.iter()).unwrap()[..], &frame[..]);
        }

        #[test]
        fn hostile_payloads_never_panic(payload in prop::collection::vec(any::<u8>(), 0..40)) {
            let payload = Bytes::from(payload);
            let _ = starts_key_frame(&payload);
            if let Ok(frame) = assemble([&payload].into_iter()) {
                prop_assert!(!frame.is_empty());
                let _ = dimensions(&frame);
            }
        }
    }

    const MAX: usize = 500;
}

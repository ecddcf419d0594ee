//! Redundant audio (RFC 2198): a packet repeats what was sent before it, so that one that is lost is heard all the same.

use bytes::{BufMut, Bytes, BytesMut};

use super::PayloadError;

/// Largest offset and length that a redundant block can name: 14 and 10 bits.
const MAX_OFFSET: u32 = (1 << 14) - 1;
const MAX_LENGTH: usize = (1 << 10) - 1;
const MORE: u8 = 0x80;
/// Blocks of one packet; nobody sends more.
const MAX_BLOCKS: usize = 8;

/// What one packet holds of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// How much earlier than the packet's timestamp it was, in ticks.
    pub earlier: u32,
    pub payload_type: u8,
    pub data: Bytes,
}

/// The blocks of a packet, oldest first; the last is the packet's own.
pub(crate) fn unpack(payload: &Bytes) -> Result<Vec<Block>, PayloadError> {
    let mut heads = Vec::new();
    let mut at = 0;
    loop {
        let first = *payload
            .get(at)
            .ok_or(PayloadError::Truncated("RED header"))?;
        if first & MORE == 0 {
            heads.push((first, 0, None));
            at += 1;
            break;
        }
        let head = payload.get(at..at + 4);
        let [kind, a, b, c] = *head
            .and_then(|head| head.first_chunk::<4>())
            .ok_or(PayloadError::Truncated("RED header"))?;
        let rest = u32::from_be_bytes([0, a, b, c]);
        let (earlier, length) = (rest >> 10, (rest & MAX_LENGTH as u32) as usize);
        heads.push((kind & !MORE, earlier, Some(length)));
        at += 4;
        if heads.len() >= MAX_BLOCKS {
            return Err(PayloadError::TooLarge);
        }
    }
    let mut blocks = Vec::with_capacity(heads.len());
    for (payload_type, earlier, length) in heads {
        let end = length.map_or(payload.len(), |length| at + length);
        if end > payload.len() {
            return Err(PayloadError::Truncated("RED block"));
        }
        blocks.push(Block {
            earlier,
            payload_type,
            data: payload.slice(at..end),
        });
        at = end;
    }
    Ok(blocks)
}

/// A packet with this block of its own, and one before it if that can be named.
pub(crate) fn pack(payload_type: u8, before: Option<(u32, &Bytes)>, own: &Bytes) -> Bytes {
    let mut packet = BytesMut::with_capacity(own.len() + 5);
    let before = before.filter(|(earlier, data)| {
        (1..=MAX_OFFSET).contains(earlier) && (1..=MAX_LENGTH).contains(&data.len())
    });
    if let Some((earlier, data)) = before {
        packet.put_u8(MORE | payload_type);
        packet.put_uint(u64::from(earlier) << 10 | data.len() as u64, 3);
    }
    packet.put_u8(payload_type);
    if let Some((_, data)) = before {
        packet.put_slice(data);
    }
    packet.put_slice(own);
    packet.freeze()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn block(earlier: u32, data: &'static [u8]) -> Block {
        Block {
            earlier,
            payload_type: 111,
            data: Bytes::from_static(data),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let (before, own) = (Bytes::from_static(b"before"), Bytes::from_static(b"own"));
        let packet = pack(111, Some((960, &before)), &own);
        assert_eq!(packet[..5], [0xef, 0x0f, 0x00, 0x06, 111]);
        assert_eq!(
            unpack(&packet).unwrap(),
            [block(960, b"before"), block(0, b"own")]
        );
        let alone = pack(111, None, &own);
        assert_eq!(unpack(&alone).unwrap(), [block(0, b"own")]);
    }

    #[test]
    fn what_cannot_be_named_is_left_out() {
        let own = Bytes::from_static(b"own");
        let long = Bytes::from(vec![1; MAX_LENGTH + 1]);
        for before in [
            (MAX_OFFSET + 1, &own),
            (0, &own),
            (960, &long),
            (960, &Bytes::new()),
        ] {
            assert_eq!(unpack(&pack(111, Some(before), &own)).unwrap().len(), 1);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_blocks_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let payload = Bytes::from(bytes);
            if let Ok(blocks) = unpack(&payload) {
                let held: usize = blocks.iter().map(|block| block.data.len()).sum();
                prop_assert!(held <= payload.len() && blocks.len() <= MAX_BLOCKS);
            }
        }
    }
}

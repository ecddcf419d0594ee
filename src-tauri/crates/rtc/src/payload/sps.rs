//! Picture size from an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1).

/// Bits of a NAL unit's payload, emulation prevention removed on the way.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    zeros: u8,
    current: u8,
    left: u8,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            zeros: 0,
            current: 0,
            left: 0,
        }
    }

    fn bit(&mut self) -> Option<u32> {
        if self.left == 0 {
            let mut byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if self.zeros >= 2 && byte == 3 {
                self.zeros = 0;
                byte = *self.bytes.get(self.at)?;
                self.at += 1;
            }
            self.zeros = if byte == 0 {
                self.zeros.saturating_add(1)
            } else {
                0
            };
            self.current = byte;
            self.left = 8;
        }
        self.left -= 1;
        Some(u32::from(self.current >> self.left & 1))
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | self.bit()?;
        }
        Some(value)
    }

    fn unsigned(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.bits(zeros)?)
    }

    fn signed(&mut self) -> Option<i32> {
        let code = i64::from(self.unsigned()?);
        let magnitude = (code + 1) / 2;
        i32::try_from(if code % 2 == 0 { -magnitude } else { magnitude }).ok()
    }

    fn skip_scaling_list(&mut self, size: usize) -> Option<()> {
        let (mut last, mut next) = (8i32, 8i32);
        for _ in 0..size {
            if next != 0 {
                next = last.checked_add(self.signed()?)?.rem_euclid(256);
            }
            if next != 0 {
                last = next;
            }
        }
        Some(())
    }
}

/// Width and height after cropping, of an SPS NAL unit with its header byte; `None` if it is broken or absurd.
pub(crate) fn dimensions(nal: &[u8]) -> Option<(u16, u16)> {
    if nal.first()? & 0x1f != 7 {
        return None;
    }
    let mut bits = Bits::new(&nal[1..]);
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.unsigned()?;
    let mut chroma = 1;
    let mut separate_planes = 0;
    if matches!(
        profile,
        100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135
    ) {
        chroma = bits.unsigned()?;
        if chroma > 3 {
            return None;
        }
        if chroma == 3 {
            separate_planes = bits.bit()?;
        }
        bits.unsigned()?;
        bits.unsigned()?;
        bits.bit()?;
        if bits.bit()? == 1 {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.bit()? == 1 {
                    bits.skip_scaling_list(if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.unsigned()?;
    match bits.unsigned()? {
        0 => {
            bits.unsigned()?;
        }
        1 => {
            bits.bit()?;
            bits.signed()?;
            bits.signed()?;
            let cycle = bits.unsigned()?;
            if cycle > 255 {
                return None;
            }
            for _ in 0..cycle {
                bits.signed()?;
            }
        }
        2 => {}
        _ => return None,
    }
    bits.unsigned()?;
    bits.bit()?;
    let width_in_macroblocks = bits.unsigned()?.checked_add(1)?;
    let height_in_units = bits.unsigned()?.checked_add(1)?;
    let frames_only = bits.bit()?;
    if frames_only == 0 {
        bits.bit()?;
    }
    bits.bit()?;
    let mut crop = [0u32; 4];
    if bits.bit()? == 1 {
        for side in &mut crop {
            *side = bits.unsigned()?;
        }
    }
    let [left, right, top, bottom] = crop;
    let chroma_array = if separate_planes == 1 { 0 } else { chroma };
    let crop_x = if matches!(chroma_array, 1 | 2) { 2 } else { 1 };
    let crop_y = (2 - frames_only) * if chroma_array == 1 { 2 } else { 1 };
    let side = |full: u32, before: u32, after: u32, unit: u32| {
        let cropped = before.checked_add(after)?.checked_mul(unit)?;
        let side = full.checked_sub(cropped)?;
        u16::try_from(side)
            .ok()
            .filter(|side| (1..=16_384).contains(side))
    };
    Some((
        side(width_in_macroblocks.checked_mul(16)?, left, right, crop_x)?,
        side(
            height_in_units.checked_mul(16 * (2 - frames_only))?,
            top,
            bottom,
            crop_y,
        )?,
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_of_known_streams_are_read() {
        // x264, High, 1920x1080 with cropping and emulation prevention.
        let full_hd = [
            0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00,
            0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58,
        ];
        assert_eq!(dimensions(&full_hd), Some((1920, 1080)));
        // Constrained baseline, 640x480.
        let vga = [
            0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x3d, 0xa1, 0x00, 0x00, 0x03,
        ];
        assert_eq!(dimensions(&vga), Some((640, 480)));
        assert_eq!(dimensions(&full_hd[..8]), None);
        assert_eq!(dimensions(&[0x68, 0x42]), None);
        assert_eq!(dimensions(&[]), None);
    }

    proptest! {
        #[test]
        fn hostile_parameter_sets_never_panic(mut nal in prop::collection::vec(any::<u8>(), 1..80)) {
            nal[0] = 0x67;
            if let Some((width, height)) = dimensions(&nal) {
                prop_assert!(width > 0 && height > 0);
            }
        }
    }
}

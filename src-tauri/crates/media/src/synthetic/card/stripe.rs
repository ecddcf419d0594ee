//! The stripe at the bottom of a card: 32 cells of white or black, wide enough to survive a low rate and scaling.
//!
//! From the left: one white and one black cell (they give the levels), the counter from its highest bit, then a
//! CRC-8 of the counter.

use crate::frame::I420;

/// Bits of the counter that the stripe holds; at 30 pictures/s it wraps after 38 hours.
pub const COUNTER_BITS: u32 = 22;

const CELLS: usize = 32;
const WHITE: u8 = 225;
const BLACK: u8 = 24;
/// Levels of white and black closer than this are no stripe.
const CONTRAST: u32 = 60;

/// Rows that the stripe takes of a picture this high: 16 of 360.
pub fn height(of: u32) -> u32 {
    (of * 16).div_ceil(360).max(2)
}

pub fn write(image: &mut I420, counter: u32) {
    let bits = encode(counter);
    let (width, total) = (image.width() as usize, image.height() as usize);
    let chroma_stride = image.chroma_stride();
    let rows = height(image.height()) as usize;
    let [y, u, v] = image.planes_mut();
    let (first, rest) = y[(total - rows) * width..].split_at_mut(width);
    for cell in 0..CELLS {
        let (from, to) = (width * cell / CELLS, width * (cell + 1) / CELLS);
        first[from..to].fill(if bits >> (CELLS - 1 - cell) & 1 == 1 {
            WHITE
        } else {
            BLACK
        });
    }
    for row in rest.chunks_mut(width) {
        row.copy_from_slice(first);
    }
    let chroma_from = (total - rows) / 2 * chroma_stride;
    u[chroma_from..].fill(128);
    v[chroma_from..].fill(128);
}

/// The counter that a picture of a test card shows, modulo 2^[`COUNTER_BITS`]; `None` if there is none that can be
/// trusted. The picture may have been scaled and coded, but not cropped by more than an odd row or column.
pub fn read_counter(image: &I420) -> Option<u32> {
    let (width, total) = (image.width() as usize, image.height() as usize);
    let rows = height(image.height()) as usize;
    if width < CELLS * 2 || total < rows * 2 {
        return None;
    }
    let luma = image.planes()[0];
    // The middle half of each cell: its edges are blurred by scaling and coding.
    let (top, bottom) = (total - rows + rows / 4, total - rows / 4);
    let level = |cell: usize| {
        let (from, to) = (width * cell / CELLS, width * (cell + 1) / CELLS);
        let inset = (to - from) / 4;
        let (from, to) = (from + inset, to - inset);
        let sum: u32 = (top..bottom)
            .flat_map(|y| &luma[y * width + from..y * width + to])
            .map(|p| u32::from(*p))
            .sum();
        sum / ((bottom - top) * (to - from)) as u32
    };
    let (white, black) = (level(0), level(1));
    if white < black + CONTRAST {
        return None;
    }
    let quarter = (white - black) / 4;
    let mut bits = 0b10u32;
    for cell in 2..CELLS {
        let level = level(cell);
        let bit = if level >= white - quarter.min(white) {
            1
        } else if level <= black + quarter {
            0
        } else {
            return None;
        };
        bits = bits << 1 | bit;
    }
    let counter = bits >> 8 & ((1 << COUNTER_BITS) - 1);
    (encode(counter) == bits).then_some(counter)
}

fn encode(counter: u32) -> u32 {
    let counter = counter & ((1 << COUNTER_BITS) - 1);
    0b10 << 30 | counter << 8 | u32::from(crc8(counter))
}

/// CRC-8 with the polynomial x^8+x^5+x^3+x^2+x+1, which finds every error of up to three bits here; started at
/// all ones so that an all-black stripe is not valid.
fn crc8(counter: u32) -> u8 {
    counter.to_be_bytes()[1..].iter().fold(0xff, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| {
            if crc & 0x80 != 0 {
                crc << 1 ^ 0x2f
            } else {
                crc << 1
            }
        })
    })
}

//! A person before a background, plane by plane.

use foyer_media::frame::I420;

use crate::mask::Mask;

/// Puts the person of `image` before `background`, in which the result is left. All three have one size.
pub(crate) fn over(image: &I420, background: &mut I420, mask: &Mask) {
    let masks = [&mask.luma, &mask.chroma, &mask.chroma];
    let planes = image.planes().into_iter().zip(background.planes_mut());
    for ((person, background), mask) in planes.zip(masks) {
        plane(person, background, mask);
    }
}

fn plane(person: &[u8], background: &mut [u8], mask: &[u8]) {
    for ((back, front), mask) in background.iter_mut().zip(person).zip(mask) {
        // 0 to 256, so that both ends are exact.
        let share = u16::from(*mask) + u16::from(*mask >> 7);
        let mixed = u16::from(*front) * share + u16::from(*back) * (256 - share);
        *back = ((mixed + 128) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_exact_and_the_middle_is_in_between() {
        for (front, back) in [(255, 0), (0, 255), (235, 16), (77, 77)] {
            for (mask, wanted) in [(0, back), (255, front)] {
                let mut out = [back];
                plane(&[front], &mut out, &[mask]);
                assert_eq!(out[0], wanted);
            }
            let mut out = [back];
            plane(&[front], &mut out, &[128]);
            let middle = (u16::from(front) + u16::from(back)) / 2;
            assert!(u16::from(out[0]).abs_diff(middle) <= 2);
        }
    }
}

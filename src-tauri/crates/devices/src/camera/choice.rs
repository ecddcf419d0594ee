//! Which of the formats that a camera offers is taken.

use foyer_media::device::VideoWant;
use foyer_media::frame::I420;

/// Pixels as they leave the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    target_os = "macos",
    allow(dead_code, reason = "macOS hands out all that is uncompressed as YUYV")
)]
pub(crate) enum Pixels {
    Nv12,
    Yuyv,
    Mjpeg,
}

/// One format that a camera offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) fps: u32,
    pub(crate) pixels: Pixels,
}

/// Above this many pixels a second raw pictures do not fit through USB 2.
const RAW_PIXELS: u64 = 1280 * 720 * 30;

/// The usable offers, the best first. Fluent pictures go before large ones, the wanted size before larger
/// ones, and cheap formats before those that must be decoded, as long as the cable carries them.
pub(crate) fn ranked(mut offers: Vec<Offer>, want: VideoWant) -> Vec<Offer> {
    offers.retain(|offer| {
        (1..=1000).contains(&offer.fps) && I420::bytes_for(offer.width, offer.height).is_ok()
    });
    let area = |width: u32, height: u32| u64::from(width) * u64::from(height);
    offers.sort_by_key(|offer| {
        let jerky = offer.fps * 5 < want.fps * 4;
        let too_small = offer.width < want.width || offer.height < want.height;
        let off = area(offer.width, offer.height).abs_diff(area(want.width, want.height));
        let rate_off = offer.fps.abs_diff(want.fps);
        let heavy = area(offer.width, offer.height) * u64::from(offer.fps) > RAW_PIXELS;
        let rank = match (offer.pixels, heavy) {
            (Pixels::Nv12, false) | (Pixels::Mjpeg, true) => 0,
            (Pixels::Yuyv, false) | (Pixels::Nv12, true) => 1,
            (Pixels::Mjpeg, false) | (Pixels::Yuyv, true) => 2,
        };
        (jerky, too_small, off, rate_off, rank)
    });
    offers.dedup();
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANT: VideoWant = VideoWant {
        width: 1280,
        height: 720,
        fps: 30,
    };

    fn offer(width: u32, height: u32, fps: u32, pixels: Pixels) -> Offer {
        Offer {
            width,
            height,
            fps,
            pixels,
        }
    }

    #[test]
    fn raw_is_taken_where_the_cable_carries_it() {
        let best = ranked(
            vec![
                offer(1280, 720, 30, Pixels::Mjpeg),
                offer(1280, 720, 30, Pixels::Yuyv),
                offer(640, 480, 30, Pixels::Nv12),
                offer(1920, 1080, 30, Pixels::Nv12),
            ],
            WANT,
        );
        assert_eq!(best[0], offer(1280, 720, 30, Pixels::Yuyv));
    }

    #[test]
    fn fluent_mjpeg_goes_before_raw_slides() {
        let best = ranked(
            vec![
                offer(1280, 720, 10, Pixels::Yuyv),
                offer(1280, 720, 30, Pixels::Mjpeg),
            ],
            WANT,
        );
        assert_eq!(best[0].pixels, Pixels::Mjpeg);
    }

    #[test]
    fn full_hd_comes_as_mjpeg() {
        let want = VideoWant {
            width: 1920,
            height: 1080,
            fps: 30,
        };
        let best = ranked(
            vec![
                offer(1920, 1080, 30, Pixels::Nv12),
                offer(1920, 1080, 30, Pixels::Mjpeg),
            ],
            want,
        );
        assert_eq!(best[0].pixels, Pixels::Mjpeg);
    }

    proptest! {
        #[test]
        fn absurd_offers_are_never_taken(
            list in prop::collection::vec((any::<u32>(), any::<u32>(), any::<u32>()), 0..20),
        ) {
            let offers = list.into_iter().map(|(w, h, fps)| offer(w, h, fps, Pixels::Yuyv)).collect();
            for taken in ranked(offers, WANT) {
                prop_assert!(I420::bytes_for(taken.width, taken.height).is_ok());
                prop_assert!((1..=1000).contains(&taken.fps));
            }
        }
    }
}

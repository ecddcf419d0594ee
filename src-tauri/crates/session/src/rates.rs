//! How the bandwidth that there is becomes rates for our pictures.

use foyer_media::encoded::Bitrate;

/// What a camera of 720p needs to look good.
const CAMERA_MOST: u32 = 1_800_000;
/// What a full screen of text needs to become sharp quickly.
const SHARE_MOST: u32 = 2_500_000;
/// Below this nothing can be recognised.
const LEAST: u32 = 120_000;
/// Kept for sound.
const AUDIO: u32 = 60_000;

/// Rates to aim at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rates {
    pub camera: Bitrate,
    pub share: Bitrate,
}

/// Shares out `bandwidth` bits per second; a shared screen comes first, since it is what the others look at.
pub(crate) fn share_out(bandwidth: u32, sharing: bool) -> Rates {
    let video = bandwidth.saturating_sub(AUDIO);
    let share = if sharing {
        (video / 3 * 2).clamp(LEAST, SHARE_MOST)
    } else {
        SHARE_MOST
    };
    let left = if sharing {
        video.saturating_sub(share)
    } else {
        video
    };
    Rates {
        camera: Bitrate(left.clamp(LEAST, CAMERA_MOST)),
        share: Bitrate(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_line_serves_the_share_first() {
        let rates = share_out(1_000_000, true);
        assert!(rates.share > rates.camera);
        assert!(rates.share.0 + rates.camera.0 <= 1_000_000);
    }

    #[test]
    fn nothing_is_asked_for_beyond_what_helps_or_below_what_is_seen() {
        assert_eq!(share_out(u32::MAX, false).camera, Bitrate(CAMERA_MOST));
        assert_eq!(share_out(0, true).camera, Bitrate(LEAST));
    }
}

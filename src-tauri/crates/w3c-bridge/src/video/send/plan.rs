//! What the page wants of its encodings, and what becomes of them for the layers that were agreed on.

use foyer_contract::bridge::connection::Encoding;
use foyer_media::convert::fit_within;
use foyer_rtc::Layer;

/// What the page wants of its encodings.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub encodings: Vec<Encoding>,
}

/// What sound is sent with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SoundPlan {
    pub active: bool,
    pub rate: Option<u32>,
}

impl Plan {
    pub fn new(encodings: Vec<Encoding>) -> Self {
        Self { encodings }
    }

    pub fn sound(&self) -> SoundPlan {
        let first = self.encodings.first();
        SoundPlan {
            active: first.is_none_or(|encoding| encoding.active),
            rate: first.and_then(|encoding| encoding.max_bitrate),
        }
    }

    /// Names of the layers that the page has switched off.
    pub fn paused(&self) -> Vec<String> {
        let off = self.encodings.iter().filter(|encoding| !encoding.active);
        off.filter_map(|encoding| encoding.rid.clone()).collect()
    }

    /// Whether the page wants this stream, by its name, sent.
    pub fn is_active(&self, rid: Option<&str>) -> bool {
        let mut encodings = self.encodings.iter();
        let found = match rid {
            Some(rid) => encodings.find(|encoding| encoding.rid.as_deref() == Some(rid)),
            None => encodings.next(),
        };
        found.is_none_or(|encoding| encoding.active)
    }

    /// An encoding for each layer, or one for the single stream. Layers that the far side asked for and the page has
    /// not changed since are as webrtc-pc proposes them: the last in full size, each before it half as large.
    pub fn encodings_for(&self, layers: &[Layer]) -> Vec<Encoding> {
        if layers.is_empty() {
            return vec![
                self.encodings
                    .first()
                    .cloned()
                    .unwrap_or_else(|| plain(None)),
            ];
        }
        let layer = |(index, layer): (usize, &Layer)| {
            let named = |encoding: &&Encoding| encoding.rid.as_ref() == Some(&layer.rid);
            let mut encoding = self
                .encodings
                .iter()
                .find(named)
                .cloned()
                .unwrap_or_else(|| {
                    let halvings = (layers.len() - 1 - index) as i32;
                    Encoding {
                        scale_resolution_down_by: Some(2_f64.powi(halvings)),
                        ..plain(Some(layer.rid.clone()))
                    }
                });
            encoding.active &= !layer.paused;
            encoding
        };
        layers.iter().enumerate().map(layer).collect()
    }
}

fn plain(rid: Option<String>) -> Encoding {
    Encoding {
        rid,
        active: true,
        max_bitrate: None,
        max_framerate: None,
        scale_resolution_down_by: None,
        scale_resolution_down_to: None,
        scalability_mode: None,
        codec: None,
    }
}

/// How large an encoding makes a picture of this size: never larger, in the same proportions.
pub(super) fn size_of(encoding: &Encoding, (w, h): (u32, u32)) -> (u32, u32) {
    let (width, height) = if let Some((width, height)) = encoding.scale_resolution_down_to {
        // A limit turns with the picture.
        if (w >= h) == (width >= height) {
            (width, height)
        } else {
            (height, width)
        }
    } else {
        let by = encoding.scale_resolution_down_by.unwrap_or(1.0).max(1.0);
        let side = |side: u32| (f64::from(side) / by) as u32;
        (side(w), side(h))
    };
    if w <= width && h <= height {
        return (w, h);
    }
    fit_within(w, h, width.max(2), height.max(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(rid: &str, paused: bool) -> Layer {
        Layer {
            rid: rid.to_owned(),
            paused,
        }
    }

    #[test]
    fn encodings_scale_down_and_never_up() {
        let size = |by, to| {
            let encoding = Encoding {
                scale_resolution_down_by: by,
                scale_resolution_down_to: to,
                ..plain(None)
            };
            size_of(&encoding, (640, 360))
        };
        assert_eq!(size(Some(2.0), None), (320, 180));
        assert_eq!(size(Some(1.0), None), (640, 360));
        assert_eq!(size(Some(2.0), Some((1280, 720))), (640, 360));
        assert_eq!(size(None, Some((180, 320))), (320, 180));
    }

    #[test]
    fn layers_find_their_encodings_by_name() {
        let mut off = plain(Some("2".to_owned()));
        off.active = false;
        let plan = Plan::new(vec![plain(Some("1".to_owned())), off]);
        let agreed = [layer("2", false), layer("1", true)];
        let found = plan.encodings_for(&agreed);
        let seen: Vec<_> = found.iter().map(|e| (e.rid.as_deref(), e.active)).collect();
        assert_eq!(seen, [(Some("2"), false), (Some("1"), false)]);
        assert_eq!(plan.paused(), ["2"]);
        assert!(plan.is_active(Some("1")) && !plan.is_active(Some("2")));
        assert_eq!(plan.encodings_for(&[]).len(), 1);
    }

    #[test]
    fn layers_that_only_the_far_side_named_halve_in_size() {
        let plan = Plan::new(vec![plain(None)]);
        let agreed = [layer("a", false), layer("b", false), layer("c", false)];
        let found = plan.encodings_for(&agreed);
        let sizes = found.iter().map(|encoding| size_of(encoding, (1280, 720)));
        assert_eq!(
            sizes.collect::<Vec<_>>(),
            [(320, 180), (640, 360), (1280, 720)]
        );
    }
}

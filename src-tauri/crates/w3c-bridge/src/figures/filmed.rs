//! Pictures of a sender: as the track gave them, and as they were encoded, layer by layer.

use std::time::Duration;

use foyer_media::clock::MediaTime;
use serde_json::{Map, Value, json};

use super::{Pictures, Shared};

/// One encoded stream.
#[derive(Debug, Default)]
pub(crate) struct Film {
    pub encoded: Pictures,
    /// Of the encoder in use.
    pub encoder: &'static str,
    /// Bits per second that it may have now; `None` while there are none for it.
    pub rate: Option<u32>,
    /// Bytes that the wanted rate would have been.
    pub target_bytes: f64,
    /// The line bears less than the pictures could use.
    pub is_limited: bool,
    /// Seconds without and with a limit.
    limited_for: [f64; 2],
}

impl Film {
    /// One more left the encoder.
    pub fn encode(&mut self, now: MediaTime, size: (u32, u32), key: bool) {
        let last = self.encoded.recent.back();
        let passed = last.map_or(Duration::ZERO, |last| now.since(*last));
        self.limited_for[usize::from(self.is_limited)] += passed.as_secs_f64();
        self.encoded.count(now, size, key);
    }

    fn write(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        let encoded = &self.encoded;
        fields.insert("framesEncoded".into(), json!(encoded.frames));
        fields.insert("keyFramesEncoded".into(), json!(encoded.key_frames));
        let work = encoded.work.as_secs_f64();
        fields.insert("totalEncodeTime".into(), json!(work));
        let bytes = self.target_bytes as u64;
        fields.insert("totalEncodedBytesTarget".into(), json!(bytes));
        let reason = if self.is_limited { "bandwidth" } else { "none" };
        fields.insert("qualityLimitationReason".into(), json!(reason));
        let [none, bandwidth] = self.limited_for;
        let durations = json!({"none": none, "cpu": 0.0, "bandwidth": bandwidth, "other": 0.0});
        fields.insert("qualityLimitationDurations".into(), durations);
        // Sizes are the page's choice alone.
        fields.insert("qualityLimitationResolutionChanges".into(), json!(0));
        match self.rate {
            Some(rate) => fields.insert("targetBitrate".into(), json!(rate)),
            None => fields.remove("targetBitrate"),
        };
        if encoded.frames > 0 {
            fields.insert("scalabilityMode".into(), json!("L1T1"));
            fields.insert("encoderImplementation".into(), json!(self.encoder));
            // None of ours is hardware.
            fields.insert("powerEfficientEncoder".into(), json!(false));
        }
        encoded.write(now, fields);
    }
}

/// Everything of one sender.
#[derive(Debug, Default)]
pub(crate) struct Films {
    pub source: Pictures,
    /// By rid.
    layers: Vec<(Option<String>, Film)>,
}

impl Films {
    /// The stream of this name; the only one has none.
    pub fn layer(&mut self, rid: Option<&str>) -> &mut Film {
        let known = (self.layers.iter()).position(|(name, _)| name.as_deref() == rid);
        let index = known.unwrap_or_else(|| {
            self.layers.push((rid.map(str::to_owned), Film::default()));
            self.layers.len() - 1
        });
        &mut self.layers[index].1
    }
}

/// Shared with the encoding task.
pub(crate) type Filmed = Shared<Films>;

impl Filmed {
    pub fn write_source(&self, now: MediaTime, fields: &mut Map<String, Value>) {
        let source = &self.lock().source;
        fields.insert("kind".into(), json!("video"));
        fields.insert("frames".into(), json!(source.frames));
        if source.width > 0 {
            fields.insert("width".into(), json!(source.width));
            fields.insert("height".into(), json!(source.height));
            fields.insert("framesPerSecond".into(), json!(source.per_second(now)));
        }
    }

    pub fn write_stream(&self, rid: Option<&str>, now: MediaTime, fields: &mut Map<String, Value>) {
        self.lock().layer(rid).write(now, fields);
    }
}

//! The decoder.

use std::sync::Arc;

use openh264::OpenH264API;
use openh264::decoder::{Decoder, DecoderConfig};
use openh264::formats::YUVSource;

use super::{NAL_IDR, nal_types};
use crate::encoded::{CodecError, EncodedFrame, VideoCodec, VideoDecoder};
use crate::frame::{I420, VideoFrame};

/// More than any level allows for one picture at the sizes that Foyer shows.
const MAX_BYTES: usize = 16 << 20;

/// Decodes Annex B with the parameter sets in band; follows changes of size. After an error it refuses everything
/// up to the next IDR, so that nothing is shown that was predicted from damage.
pub struct H264Decoder {
    decoder: Option<Decoder>,
}

impl H264Decoder {
    /// A decoder that waits for its first IDR.
    pub fn new() -> Result<Self, CodecError> {
        open()?;
        Ok(Self { decoder: None })
    }
}

fn open() -> Result<Decoder, CodecError> {
    Decoder::with_api_config(OpenH264API::from_source(), DecoderConfig::new())
        .map_err(|e| CodecError::Failed(e.to_string()))
}

impl VideoDecoder for H264Decoder {
    fn decode(&mut self, frame: &EncodedFrame) -> Result<Option<VideoFrame>, CodecError> {
        if frame.codec != VideoCodec::H264 {
            return Err(CodecError::Input("not H.264".into()));
        }
        if frame.data.is_empty() || frame.data.len() > MAX_BYTES {
            return Err(CodecError::Input(format!("{} bytes", frame.data.len())));
        }
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            // A decoder in doubt is replaced rather than reset: OpenH264 keeps references and error marks.
            empty => {
                if !nal_types(&frame.data).any(|t| t == NAL_IDR) {
                    return Err(CodecError::Input("waiting for a key frame".into()));
                }
                empty.insert(open()?)
            }
        };
        let image = match decoder.decode(&frame.data) {
            Ok(None) => return Ok(None),
            Ok(Some(picture)) => {
                let (width, height) = picture.dimensions();
                let (y, u, v) = picture.strides();
                I420::from_planes(
                    u32::try_from(width).unwrap_or(0),
                    u32::try_from(height).unwrap_or(0),
                    [(picture.y(), y), (picture.u(), u), (picture.v(), v)],
                )
                .map_err(|e| CodecError::Input(e.to_string()))
            }
            Err(e) => Err(CodecError::Failed(e.to_string())),
        };
        match image {
            Ok(image) => Ok(Some(VideoFrame {
                at: frame.at,
                image: Arc::new(image),
            })),
            Err(e) => {
                self.decoder = None;
                Err(e)
            }
        }
    }
}

//! The encoder.
#![allow(unsafe_code)] // OpenH264's safe interface cannot change the rate of a running encoder.

use std::ffi::c_void;

use bytes::Bytes;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, Profile, RateControlMode,
    UsageType,
};
use openh264::formats::YUVSource;
use openh264::{OpenH264API, Timestamp};
use openh264_sys2::{
    ENCODER_OPTION, ENCODER_OPTION_BITRATE, ENCODER_OPTION_MAX_BITRATE, LAYER_NUM, SBitrateInfo,
    SPATIAL_LAYER_0, SPATIAL_LAYER_ALL,
};

use crate::clock::MediaTime;
use crate::encoded::{Bitrate, CodecError, EncodedFrame, VideoCodec, VideoEncoder};
use crate::frame::{I420, VideoFrame};

/// Below this no size looks like anything, above it no level allows it.
const RATES: std::ops::RangeInclusive<u32> = 30_000..=50_000_000;
/// The encoder works in macroblocks of 16 pixels.
const MIN_SIDE: u32 = 16;

/// What the pictures show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// People and rooms.
    Camera,
    /// Text and windows: sharp edges, long stills.
    Screen,
}

/// How to encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct H264Settings {
    /// What the pictures show.
    pub usage: Usage,
    /// Rate to aim at.
    pub rate: Bitrate,
    /// Pictures per second that will come at most; rate control divides by it.
    pub fps: u32,
}

/// Constrained baseline, one slice a picture, SPS and PPS before each IDR, no periodic key frames. Works on one
/// thread: OpenH264 spreads work over slices only, and one slice a picture survives loss no worse and packs better.
pub struct H264Encoder {
    settings: H264Settings,
    running: Option<Running>,
    start: Option<MediaTime>,
}

struct Running {
    encoder: Encoder,
    size: (u32, u32),
}

impl H264Encoder {
    /// An encoder that starts with the first picture.
    pub fn new(settings: H264Settings) -> Result<Self, CodecError> {
        if settings.fps == 0 || settings.fps > 240 {
            return Err(CodecError::Input(format!("{} pictures/s", settings.fps)));
        }
        Ok(Self {
            settings: H264Settings {
                rate: clamped(settings.rate),
                ..settings
            },
            running: None,
            start: None,
        })
    }

    fn start(&self, size: (u32, u32)) -> Result<Running, CodecError> {
        let (usage, of_cameras) = match self.settings.usage {
            Usage::Camera => (UsageType::CameraVideoRealTime, true),
            Usage::Screen => (UsageType::ScreenContentRealTime, false),
        };
        let config = EncoderConfig::new()
            .usage_type(usage)
            .adaptive_quantization(of_cameras)
            .background_detection(of_cameras)
            .profile(Profile::Baseline)
            .complexity(Complexity::Low)
            .rate_control_mode(RateControlMode::Bitrate)
            .bitrate(BitRate::from_bps(self.settings.rate.0))
            .max_frame_rate(FrameRate::from_hz(self.settings.fps as f32))
            .skip_frames(true)
            .num_threads(1);
        let encoder =
            Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
        Ok(Running { encoder, size })
    }
}

impl VideoEncoder for H264Encoder {
    fn encode(
        &mut self,
        frame: &VideoFrame,
        force_key: bool,
    ) -> Result<Option<EncodedFrame>, CodecError> {
        let source = Even::of(&frame.image)?;
        let size = (source.width, source.height);
        let fresh = self.running.as_ref().is_none_or(|r| r.size != size);
        if fresh {
            self.running = Some(self.start(size)?);
        }
        let running = self.running.as_mut().expect("started above");
        if force_key && !fresh {
            running.encoder.force_intra_frame();
        }
        let start = *self.start.get_or_insert(frame.at);
        let at = u64::try_from(frame.at.since(start).as_millis()).unwrap_or(0);
        let stream = match running
            .encoder
            .encode_at(&source, Timestamp::from_millis(at))
        {
            Ok(stream) => stream,
            Err(e) => {
                self.running = None;
                return Err(failed(e));
            }
        };
        let kind = stream.frame_type();
        if matches!(kind, FrameType::Skip | FrameType::Invalid) {
            return Ok(None);
        }
        let data = stream.to_vec();
        if data.is_empty() {
            return Ok(None);
        }
        Ok(Some(EncodedFrame {
            codec: VideoCodec::H264,
            key: matches!(kind, FrameType::IDR),
            at: frame.at,
            width: size.0 as u16,
            height: size.1 as u16,
            data: Bytes::from(data),
        }))
    }

    fn set_rate(&mut self, rate: Bitrate) -> Result<(), CodecError> {
        let rate = clamped(rate);
        if rate == self.settings.rate {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.settings.rate, rate);
        let Some(running) = &mut self.running else {
            return Ok(());
        };
        // The ceiling is the layer's, the rate everything's; a ceiling below the rate is refused at any moment.
        if rate > before {
            running.set(ENCODER_OPTION_MAX_BITRATE, SPATIAL_LAYER_0, rate)?;
            running.set(ENCODER_OPTION_BITRATE, SPATIAL_LAYER_ALL, rate)
        } else {
            running.set(ENCODER_OPTION_BITRATE, SPATIAL_LAYER_ALL, rate)?;
            running.set(ENCODER_OPTION_MAX_BITRATE, SPATIAL_LAYER_0, rate)
        }
    }
}

impl Running {
    fn set(
        &mut self,
        option: ENCODER_OPTION,
        layer: LAYER_NUM,
        rate: Bitrate,
    ) -> Result<(), CodecError> {
        let mut info = SBitrateInfo {
            iLayer: layer,
            iBitrate: i32::try_from(rate.0).unwrap_or(i32::MAX),
        };
        // SAFETY: both options take an `SBitrateInfo`, which lives through the call and is not kept. An encoder
        // without pictures so far is not initialised and answers with an error, which is passed on.
        let code = unsafe {
            self.encoder
                .raw_api()
                .set_option(option, (&raw mut info).cast::<c_void>())
        };
        if code == 0 {
            Ok(())
        } else {
            Err(CodecError::Failed(format!("rate refused ({code})")))
        }
    }
}

fn clamped(rate: Bitrate) -> Bitrate {
    Bitrate(rate.0.clamp(*RATES.start(), *RATES.end()))
}

fn failed(e: openh264::Error) -> CodecError {
    CodecError::Failed(e.to_string())
}

/// A picture without its odd last column and row.
struct Even<'a> {
    width: u32,
    height: u32,
    image: &'a I420,
}

impl<'a> Even<'a> {
    fn of(image: &'a I420) -> Result<Self, CodecError> {
        let (width, height) = (image.width() & !1, image.height() & !1);
        if width < MIN_SIDE || height < MIN_SIDE {
            return Err(CodecError::Input(format!("{width}x{height} is too small")));
        }
        // The same limit as inside OpenH264, told as what it is.
        if width.max(height) > 3840 || width.min(height) > 2160 {
            return Err(CodecError::Input(format!("{width}x{height} is too large")));
        }
        Ok(Self {
            width,
            height,
            image,
        })
    }
}

impl YUVSource for Even<'_> {
    fn dimensions(&self) -> (usize, usize) {
        (self.width as usize, self.height as usize)
    }
    fn strides(&self) -> (usize, usize, usize) {
        let chroma = self.image.chroma_stride();
        (self.image.width() as usize, chroma, chroma)
    }
    fn y(&self) -> &[u8] {
        self.image.planes()[0]
    }
    fn u(&self) -> &[u8] {
        self.image.planes()[1]
    }
    fn v(&self) -> &[u8] {
        self.image.planes()[2]
    }
}

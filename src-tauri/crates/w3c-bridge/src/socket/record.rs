//! Records on media sockets (see `foyer_contract::bridge::media`).

use bytes::{Buf, BufMut, Bytes, BytesMut};
use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedFrame, VideoCodec};
use foyer_media::frame::{I420, VideoFrame};

/// Bytes before the payload.
const HEAD: usize = 20;
/// Flag: can be decoded without any before it.
const KEY: u8 = 1;
/// Samples in one record at most: a second.
const MOST_SAMPLES: usize = 48_000;

/// What the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    H264 = 1,
    Vp8 = 2,
    I420 = 4,
    Samples = 5,
}

fn head(kind: Kind, flags: u8, size: (u32, u32), at: MediaTime, payload: usize) -> BytesMut {
    let mut record = BytesMut::with_capacity(HEAD + payload);
    record.put_u8(kind as u8);
    record.put_u8(flags);
    record.put_u16_le(0);
    record.put_u32_le(size.0);
    record.put_u32_le(size.1);
    record.put_i64_le(at.0 / 1_000);
    record
}

pub(crate) fn encoded(frame: &EncodedFrame) -> Bytes {
    let kind = match frame.codec {
        VideoCodec::H264 => Kind::H264,
        VideoCodec::Vp8 => Kind::Vp8,
    };
    let flags = if frame.key { KEY } else { 0 };
    let size = (frame.width.into(), frame.height.into());
    let mut record = head(kind, flags, size, frame.at, frame.data.len());
    record.put_slice(&frame.data);
    record.freeze()
}

pub(crate) fn picture(frame: &VideoFrame) -> Bytes {
    let image = &frame.image;
    let planes = image.planes();
    let size = planes.iter().map(|plane| plane.len()).sum();
    let mut record = head(
        Kind::I420,
        KEY,
        (image.width(), image.height()),
        frame.at,
        size,
    );
    for plane in planes {
        record.put_slice(plane);
    }
    record.freeze()
}

pub(crate) fn samples(samples: &[f32], at: MediaTime) -> Bytes {
    let size = (u32::try_from(samples.len()).unwrap_or(u32::MAX), 1);
    let mut record = head(Kind::Samples, KEY, size, at, samples.len() * 4);
    for sample in samples {
        record.put_f32_le(*sample);
    }
    record.freeze()
}

/// What a page sends.
#[derive(Debug, PartialEq)]
pub(crate) enum Made {
    Picture(I420),
    Samples(Vec<f32>),
}

/// `None` if it is no picture and no samples.
pub(crate) fn parse(mut record: Bytes) -> Option<Made> {
    if record.len() < HEAD {
        return None;
    }
    let kind = record.get_u8();
    record.advance(3);
    let (width, height) = (record.get_u32_le(), record.get_u32_le());
    record.advance(8);
    if kind == Kind::I420 as u8 {
        if I420::bytes_for(width, height).ok()? != record.len() {
            return None;
        }
        return I420::from_packed(width, height, record.to_vec())
            .ok()
            .map(Made::Picture);
    }
    let fits = record.len() == width as usize * 4 && width as usize <= MOST_SAMPLES;
    if kind != Kind::Samples as u8 || !fits {
        return None;
    }
    let samples = record.chunks_exact(4).map(|chunk| {
        let sample = f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        if sample.is_finite() {
            sample.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    });
    Some(Made::Samples(samples.collect()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let frame = VideoFrame {
            at: MediaTime(5_000_000),
            image: Arc::new(I420::black(6, 4).unwrap()),
        };
        let record = picture(&frame);
        assert_eq!(record[..4], [4, 1, 0, 0]);
        assert_eq!(record[12..20], 5_000i64.to_le_bytes());
        assert_eq!(
            parse(record),
            Some(Made::Picture(I420::black(6, 4).unwrap()))
        );
        let record = samples(&[0.5, f32::NAN, 7.0], MediaTime(0));
        assert_eq!(parse(record), Some(Made::Samples(vec![0.5, 0.0, 1.0])));
    }

    #[test]
    fn sizes_that_lie_are_refused() {
        let mut record = BytesMut::from(
            &picture(&VideoFrame {
                at: MediaTime(0),
                image: Arc::new(I420::black(6, 4).unwrap()),
            })[..],
        );
        assert!(parse(record.clone().freeze().slice(..19)).is_none());
        for width in [7u32, 0, u32::MAX] {
            record[4..8].copy_from_slice(&width.to_le_bytes());
            assert!(parse(record.clone().freeze()).is_none(), "{width}");
        }
        record[0] = 9;
        assert!(parse(record.freeze()).is_none());
    }
}

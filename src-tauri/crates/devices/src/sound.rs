//! The sound system of this machine, through cpal: its devices, and which configuration of one is opened.

pub(crate) mod stream;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{
    BufferSize, FrameCount, SampleFormat, StreamConfig, SupportedBufferSize,
    SupportedStreamConfigRange,
};
use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind};
use foyer_media::sound::SAMPLE_RATE;

use crate::deadline::within;
use crate::trouble::{self, Stage};

/// What every id of a sound device begins with.
pub(crate) const PREFIX: &str = "cpal:";
/// Longest that the sound system may take to answer.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// Which way the sound goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

impl Direction {
    fn kind(self) -> DeviceKind {
        match self {
            Self::Input => DeviceKind::Microphone,
            Self::Output => DeviceKind::Speaker,
        }
    }
}

static HOST: Mutex<Option<cpal::Host>> = Mutex::new(None);

/// The sound system, and whether it is the one that Foyer wants to stay with.
fn connect() -> Result<(cpal::Host, bool), CaptureError> {
    // ALSA alone stutters under load, so it is taken only where no sound server runs, and only until one does.
    #[cfg(target_os = "linux")]
    let host = cpal::host_from_id(cpal::HostId::PulseAudio)
        .map(|host| (host, true))
        .or_else(|_| cpal::host_from_id(cpal::HostId::Alsa).map(|host| (host, false)));
    #[cfg(not(target_os = "linux"))]
    let host = Ok::<_, cpal::Error>((cpal::default_host(), true));
    host.map_err(|error| trouble::from_sound(Stage::Opening, &error))
}

/// Asks the sound system. The connection to it is kept, and made anew when it broke.
fn ask<T>(question: impl Fn(&cpal::Host) -> Result<T, cpal::Error>) -> Result<T, CaptureError> {
    let mut kept = HOST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(host) = kept.as_ref()
        && let Ok(answer) = question(host)
    {
        return Ok(answer);
    }
    *kept = None;
    let (host, keep) = connect()?;
    let answer = question(&host).map_err(|error| trouble::from_sound(Stage::Opening, &error))?;
    *kept = keep.then_some(host);
    Ok(answer)
}

fn name_of(device: &cpal::Device) -> Option<String> {
    device.id().ok().map(|id| id.to_string())
}

fn goes(device: &cpal::Device, direction: Direction) -> bool {
    match direction {
        Direction::Input => device.supports_input(),
        Direction::Output => device.supports_output(),
    }
}

/// The microphones or speakers, the default one first. What a speaker plays can be recorded by its id but is
/// not listed as a microphone.
pub(crate) fn list(direction: Direction) -> Result<Vec<DeviceInfo>, CaptureError> {
    within("sound list", LIMIT, move || {
        let mut found = ask(|host| {
            let default = match direction {
                Direction::Input => host.default_input_device(),
                Direction::Output => host.default_output_device(),
            };
            let default = default.as_ref().and_then(name_of);
            let listed = host.devices()?.filter(|device| goes(device, direction));
            let entries = listed.filter_map(|device| {
                let name = name_of(&device)?;
                let echo = name.starts_with("pulseaudio:") && name.ends_with(".monitor");
                (!echo).then(|| DeviceInfo {
                    is_default: Some(&name) == default.as_ref(),
                    id: DeviceId(format!("{PREFIX}{name}")),
                    kind: direction.kind(),
                    label: device
                        .description()
                        .map_or(name, |text| text.name().to_owned()),
                    synthetic: false,
                    size: None,
                })
            });
            Ok(entries.collect::<Vec<_>>())
        })?;
        found.sort_by_key(|entry| !entry.is_default);
        Ok(found)
    })
}

/// The device with this id. Call it on a thread that may hang.
pub(crate) fn find(id: &str, direction: Direction) -> Result<cpal::Device, CaptureError> {
    let name = id.strip_prefix(PREFIX).ok_or(CaptureError::NotFound)?;
    ask(|host| {
        Ok(host
            .devices()?
            .find(|device| name_of(device).as_deref() == Some(name) && goes(device, direction)))
    })?
    .ok_or(CaptureError::NotFound)
}

/// How a device is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) config: StreamConfig,
    pub(crate) format: SampleFormat,
}

/// The best that the device can: 48 kHz, floats, few channels, blocks of 10 ms.
pub(crate) fn choose(device: &cpal::Device, direction: Direction) -> Result<Choice, CaptureError> {
    let said = |error: cpal::Error| trouble::from_sound(Stage::Opening, &error);
    let ranges: Vec<_> = match direction {
        Direction::Input => device.supported_input_configs().map_err(said)?.collect(),
        Direction::Output => device.supported_output_configs().map_err(said)?.collect(),
    };
    best(&ranges).ok_or_else(|| CaptureError::Unsupported("no usable sample format".into()))
}

fn best(ranges: &[SupportedStreamConfigRange]) -> Option<Choice> {
    let format_rank = |format: SampleFormat| {
        [
            SampleFormat::F32,
            SampleFormat::I32,
            SampleFormat::I24,
            SampleFormat::I16,
            SampleFormat::U16,
            SampleFormat::U8,
        ]
        .iter()
        .position(|&known| known == format)
    };
    let rate = |range: &SupportedStreamConfigRange| {
        SAMPLE_RATE.clamp(range.min_sample_rate(), range.max_sample_rate())
    };
    let usable = ranges.iter().filter(|range| {
        format_rank(range.sample_format()).is_some()
            && (1..=64).contains(&range.channels())
            && range.min_sample_rate() <= range.max_sample_rate()
            && (4_000..=768_000).contains(&rate(range))
    });
    let range = usable.min_by_key(|range| {
        (
            rate(range).abs_diff(SAMPLE_RATE),
            format_rank(range.sample_format()),
            range.channels(),
        )
    })?;
    Some(Choice {
        config: StreamConfig {
            channels: range.channels(),
            sample_rate: rate(range),
            buffer_size: BufferSize::Fixed(block(rate(range), range.buffer_size())),
        },
        format: range.sample_format(),
    })
}

/// 10 ms, or the nearest that the device can. Left to itself PulseAudio buffers two seconds.
fn block(rate: u32, can: &SupportedBufferSize) -> FrameCount {
    let wanted = rate / 100;
    match can {
        SupportedBufferSize::Range { min, max } if min <= max => wanted.clamp(*min, *max),
        _ => wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(
        channels: u16,
        rates: (u32, u32),
        buffer: SupportedBufferSize,
        format: SampleFormat,
    ) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, buffer, format)
    }

    #[test]
    fn one_channel_of_floats_at_48_khz_in_blocks_of_10_ms_is_best() {
        let any = SupportedBufferSize::Range {
            min: 1,
            max: 100_000,
        };
        let choice = best(&[
            range(2, (1, 192_000), any, SampleFormat::F32),
            range(1, (44_100, 44_100), any, SampleFormat::F32),
            range(1, (1, 192_000), any, SampleFormat::I16),
            range(1, (1, 192_000), any, SampleFormat::F32),
        ])
        .unwrap();
        assert_eq!(choice.config.channels, 1);
        assert_eq!(choice.config.sample_rate, 48_000);
        assert_eq!(choice.config.buffer_size, BufferSize::Fixed(480));
        assert_eq!(choice.format, SampleFormat::F32);
    }

    #[test]
    fn a_device_of_44100_hz_is_taken_as_it_is() {
        let coarse = SupportedBufferSize::Range {
            min: 1024,
            max: 2048,
        };
        let choice = best(&[range(2, (44_100, 44_100), coarse, SampleFormat::I16)]).unwrap();
        assert_eq!(choice.config.sample_rate, 44_100);
        assert_eq!(choice.config.buffer_size, BufferSize::Fixed(1024));
    }

    #[test]
    fn absurd_ranges_are_not_taken() {
        let odd = SupportedBufferSize::Range { min: 9, max: 1 };
        for bad in [
            range(0, (48_000, 48_000), odd, SampleFormat::F32),
            range(1, (96_000, 8_000), odd, SampleFormat::F32),
            range(1, (1, 2), odd, SampleFormat::F32),
            range(1, (48_000, 48_000), odd, SampleFormat::DsdU8),
        ] {
            assert_eq!(best(&[bad]), None);
        }
    }
}

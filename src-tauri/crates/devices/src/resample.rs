//! Between the rate of a device and the 48 kHz inside, for one channel.

use foyer_media::device::CaptureError;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, WindowFunction};

/// Converts a stream of samples from one rate to another; equal rates pass untouched.
pub(crate) struct Resample(Option<Stage>);

struct Stage {
    filter: Async<f32>,
    waiting: Vec<f32>,
    block: Vec<f32>,
    chunk: usize,
}

fn failed(error: impl std::fmt::Display) -> CaptureError {
    CaptureError::Failed(format!("resampler: {error}"))
}

impl Resample {
    pub(crate) fn new(from: u32, to: u32) -> Result<Self, CaptureError> {
        if from == to {
            return Ok(Self(None));
        }
        let chunk = from as usize / 200;
        let filter = Async::new_sinc(
            f64::from(to) / f64::from(from),
            1.1,
            &SincInterpolationParameters::new(64, WindowFunction::BlackmanHarris2),
            chunk,
            1,
            FixedAsync::Input,
        )
        .map_err(failed)?;
        let block = vec![0.0; filter.output_frames_max()];
        Ok(Self(Some(Stage {
            filter,
            waiting: Vec::new(),
            block,
            chunk,
        })))
    }

    /// Appends what `input` becomes to `output`. Less than 5 ms wait inside for more.
    pub(crate) fn process(
        &mut self,
        input: &[f32],
        output: &mut Vec<f32>,
    ) -> Result<(), CaptureError> {
        let Some(stage) = &mut self.0 else {
            output.extend_from_slice(input);
            return Ok(());
        };
        stage.waiting.extend_from_slice(input);
        let mut used = 0;
        while stage.waiting.len() - used >= stage.chunk {
            let chunk = &stage.waiting[used..used + stage.chunk];
            let frames = stage.block.len();
            let source = InterleavedSlice::new(chunk, 1, stage.chunk).map_err(failed)?;
            let mut target =
                InterleavedSlice::new_mut(&mut stage.block, 1, frames).map_err(failed)?;
            let (_, written) = stage
                .filter
                .process_into_buffer(&source, &mut target, None)
                .map_err(failed)?;
            output.extend_from_slice(&stage.block[..written]);
            used += stage.chunk;
        }
        stage.waiting.drain(..used);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, seconds: f32) -> Vec<f32> {
        let step = 1000.0 * std::f32::consts::TAU / rate as f32;
        (0..(rate as f32 * seconds) as usize)
            .map(|n| (n as f32 * step).sin() * 0.5)
            .collect()
    }

    #[test]
    fn a_tone_keeps_its_pitch_its_level_and_its_length() {
        for from in [8_000, 16_000, 44_100, 96_000] {
            let mut resample = Resample::new(from, 48_000).unwrap();
            let mut out = Vec::new();
            for block in sine(from, 2.0).chunks(333) {
                resample.process(block, &mut out).unwrap();
            }
            assert!(
                out.len().abs_diff(96_000) < 600,
                "{from}: {} samples",
                out.len()
            );
            let steady = &out[2_000..90_000];
            let crossings = steady
                .windows(2)
                .filter(|w| w[0] < 0.0 && w[1] >= 0.0)
                .count();
            let pitch = crossings as f32 * 48_000.0 / steady.len() as f32;
            assert!((pitch - 1000.0).abs() < 2.0, "{from}: {pitch} Hz");
            let peak = steady.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
            assert!((peak - 0.5).abs() < 0.02, "{from}: peak {peak}");
        }
    }

    #[test]
    fn equal_rates_pass_untouched() {
        let mut out = vec![7.0];
        let mut resample = Resample::new(48_000, 48_000).unwrap();
        resample.process(&[1.0, 2.0], &mut out).unwrap();
        assert_eq!(out, [7.0, 1.0, 2.0]);
    }
}

//! The model that finds people: MediaPipe's selfie segmentation for wide pictures (`model/README.md`).

use std::sync::Arc;

use foyer_media::convert::scale;
use foyer_media::frame::I420;
use rten::{Model, ModelOptions, OpRegistry, RunOptions, ThreadPool, op_types};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::mask::{FindPerson, FinderError, MASK_HEIGHT, MASK_WIDTH};

const MODEL: &[u8] = include_bytes!("../model/selfie.onnx");

/// The model, loaded. Works on the thread that asks and one of its own.
pub struct Selfie {
    model: Model,
    threads: Arc<ThreadPool>,
}

impl Selfie {
    /// Loads it out of the program.
    pub fn new() -> Result<Self, FinderError> {
        // Only these: the linker leaves the rest of the runtime out.
        let operators = OpRegistry::with_ops(&[
            &op_types::Add,
            &op_types::Conv,
            &op_types::ConvTranspose,
            &op_types::GlobalAveragePool,
            &op_types::HardSwish,
            &op_types::Mul,
            &op_types::Relu,
            &op_types::Resize,
            &op_types::Sigmoid,
        ]);
        let model = ModelOptions::with_ops(operators)
            .prepack_weights(true)
            .load_static_slice(MODEL)
            .map_err(|error| FinderError::Load(error.to_string()))?;
        Ok(Self {
            model,
            // The call needs the other cores more.
            threads: Arc::new(ThreadPool::with_num_threads(1)),
        })
    }
}

impl FindPerson for Selfie {
    fn find(&mut self, image: &I420) -> Result<Vec<f32>, FinderError> {
        let small = scale(image, MASK_WIDTH, MASK_HEIGHT)?;
        let shape = [1, 3, MASK_HEIGHT as usize, MASK_WIDTH as usize];
        let input = NdTensor::from_data(shape, rgb(&small));
        let options = RunOptions::default().with_thread_pool(Some(self.threads.clone()));
        let answer = self
            .model
            .run_one(input.view().into(), Some(options))
            .map_err(|error| FinderError::Run(error.to_string()))?;
        let mask: NdTensor<f32, 4> = answer
            .try_into()
            .map_err(|_| FinderError::Run("it is no picture".into()))?;
        let mask = mask.into_data();
        if mask.len() != (MASK_WIDTH * MASK_HEIGHT) as usize {
            return Err(FinderError::Run(format!("it has {} values", mask.len())));
        }
        Ok(mask)
    }
}

/// Red, green and blue as planes from 0 to 1 (BT.601, limited range).
fn rgb(image: &I420) -> Vec<f32> {
    let (width, stride) = (image.width() as usize, image.chroma_stride());
    let [luma, u, v] = image.planes();
    let pixels = luma.len();
    let mut out = vec![0.0; pixels * 3];
    let (red, rest) = out.split_at_mut(pixels);
    let (green, blue) = rest.split_at_mut(pixels);
    for (index, y) in luma.iter().enumerate() {
        let at = index / width / 2 * stride + index % width / 2;
        let y = (f32::from(*y) - 16.0) / 219.0;
        let (u, v) = (
            (f32::from(u[at]) - 128.0) / 224.0,
            (f32::from(v[at]) - 128.0) / 224.0,
        );
        red[index] = (y + 1.402 * v).clamp(0.0, 1.0);
        green[index] = (y - 0.344 * u - 0.714 * v).clamp(0.0, 1.0);
        blue[index] = (y + 1.772 * u).clamp(0.0, 1.0);
    }
    out
}

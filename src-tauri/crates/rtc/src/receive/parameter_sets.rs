//! The parameter sets of an H.264 stream, which a picture needs with it to be decoded by itself.

use bytes::Bytes;

use crate::payload::{PayloadError, h264, sps};

/// Bytes of parameter sets kept.
const MOST_BYTES: usize = 8192;

/// What a stream has said about its coming pictures.
#[derive(Debug, Default)]
pub(super) struct ParameterSets {
    known: Vec<Vec<u8>>,
    /// Came without a picture, in Annex B.
    pending: Vec<u8>,
    pending_sps: bool,
}

/// A picture with all that it needs.
pub(super) struct Picture {
    /// Annex B.
    pub(super) data: Bytes,
    /// Can be decoded by itself.
    pub(super) key: bool,
    /// Pixels, of key frames.
    pub(super) size: Option<(u16, u16)>,
}

impl ParameterSets {
    /// Whether an IDR picture could be decoded.
    pub(super) fn is_known(&self) -> bool {
        self.pending_sps || !self.known.is_empty()
    }

    /// What came without a picture belonged to one that is lost.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
        self.pending_sps = false;
    }

    /// Adds to a picture the parameter sets that came before it; keeps those that come without a picture.
    pub(super) fn complete(
        &mut self,
        unit: h264::AccessUnit,
    ) -> Result<Option<Picture>, PayloadError> {
        self.remember(&unit);
        if !unit.picture {
            if self.pending.len() + unit.data.len() > MOST_BYTES {
                return Err(PayloadError::TooLarge);
            }
            self.pending.extend_from_slice(&unit.data);
            self.pending_sps |= unit.has_sps;
            return Ok(None);
        }
        let mut data = std::mem::take(&mut self.pending);
        let has_sps = std::mem::take(&mut self.pending_sps) || unit.has_sps;
        if unit.idr && !has_sps {
            for nal in &self.known {
                data.extend_from_slice(&[0, 0, 0, 1]);
                data.extend_from_slice(nal);
            }
        }
        data.extend_from_slice(&unit.data);
        let key = unit.idr && !self.known.is_empty();
        let size = self.known.iter().find_map(|nal| sps::dimensions(nal));
        Ok(Some(Picture {
            data: Bytes::from(data),
            key,
            size: size.filter(|_| key),
        }))
    }

    fn remember(&mut self, unit: &h264::AccessUnit) {
        if unit.has_sps {
            self.known.clear();
        } else if self.known.is_empty() {
            return;
        }
        for nal in &unit.parameter_sets {
            let size: usize = self.known.iter().map(Vec::len).sum();
            if !self.known.contains(nal) && size + nal.len() <= MOST_BYTES {
                self.known.push(nal.clone());
            }
        }
    }
}

//! VP8 by the libvpx of the system, loaded when first needed: browsers send it to whoever offers it, and Foyer
//! ships no decoder of its own.
#![allow(unsafe_code)] // The C library is called directly: no binding of a fitting licence exists.

use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
use std::ptr;
use std::sync::Arc;

use libloading::Library;

use crate::encoded::{CodecError, EncodedFrame, VideoCodec, VideoDecoder};
use crate::frame::{I420, VideoFrame};

const MAX_BYTES: usize = 16 << 20;

/// Decodes VP8. After an error it refuses everything up to the next key frame.
pub struct Vp8Decoder {
    running: Option<Running>,
    api: Arc<Api>,
}

impl Vp8Decoder {
    /// A decoder that waits for its first key frame, or [`CodecError::Missing`] without libvpx.
    pub fn new() -> Result<Self, CodecError> {
        let api = Arc::new(Api::load()?);
        Running::open(Arc::clone(&api))?;
        Ok(Self { running: None, api })
    }
}

impl VideoDecoder for Vp8Decoder {
    fn decode(&mut self, frame: &EncodedFrame) -> Result<Option<VideoFrame>, CodecError> {
        if frame.codec != VideoCodec::Vp8 {
            return Err(CodecError::Input("not VP8".into()));
        }
        // RFC 6386 §9.1: three bytes open every frame, bit 0 is clear in a key frame.
        if frame.data.len() < 3 || frame.data.len() > MAX_BYTES {
            return Err(CodecError::Input(format!("{} bytes", frame.data.len())));
        }
        let running = match &mut self.running {
            Some(running) => running,
            empty => {
                if frame.data[0] & 1 != 0 {
                    return Err(CodecError::Input("waiting for a key frame".into()));
                }
                empty.insert(Running::open(Arc::clone(&self.api))?)
            }
        };
        match running.decode(&frame.data) {
            Ok(image) => Ok(image.map(|image| VideoFrame {
                at: frame.at,
                image: Arc::new(image),
            })),
            Err(e) => {
                self.running = None;
                Err(e)
            }
        }
    }
}

/// The names of libvpx whose decoder interface is version 12, laid out as below: 1.8 to 1.15.
#[cfg(target_os = "linux")]
const NAMES: [&str; 4] = ["libvpx.so.9", "libvpx.so.7", "libvpx.so.8", "libvpx.so.6"];
#[cfg(not(target_os = "linux"))]
const NAMES: [&str; 0] = [];

/// `VPX_DECODER_ABI_VERSION`; libvpx refuses any other, which guards the layouts below.
const DECODER_ABI: c_int = 12;
/// `VPX_IMG_FMT_I420`.
const FORMAT_I420: c_int = 0x102;

/// `vpx_codec_ctx_t`.
#[repr(C)]
struct Context {
    name: *const c_char,
    interface: *const c_void,
    error: c_int,
    error_detail: *const c_char,
    init_flags: c_long,
    config: *const c_void,
    private: *mut c_void,
}

/// The head of `vpx_image_t`, as far as it is read.
#[repr(C)]
struct Image {
    format: c_int,
    color_space: c_int,
    color_range: c_int,
    stored_width: c_uint,
    stored_height: c_uint,
    bit_depth: c_uint,
    width: c_uint,
    height: c_uint,
    render_width: c_uint,
    render_height: c_uint,
    x_chroma_shift: c_uint,
    y_chroma_shift: c_uint,
    planes: [*const u8; 4],
    strides: [c_int; 4],
}

type Interface = unsafe extern "C" fn() -> *const c_void;
type Init =
    unsafe extern "C" fn(*mut Context, *const c_void, *const c_void, c_long, c_int) -> c_int;
type Decode = unsafe extern "C" fn(*mut Context, *const u8, c_uint, *mut c_void, c_long) -> c_int;
type GetFrame = unsafe extern "C" fn(*mut Context, *mut *const c_void) -> *const Image;
type Destroy = unsafe extern "C" fn(*mut Context) -> c_int;
type ErrorText = unsafe extern "C" fn(c_int) -> *const c_char;

struct Api {
    interface: Interface,
    init: Init,
    decode: Decode,
    get_frame: GetFrame,
    destroy: Destroy,
    error_text: ErrorText,
    /// Keeps the functions above mapped.
    _library: Library,
}

impl Api {
    fn load() -> Result<Self, CodecError> {
        let missing = |detail: String| CodecError::Missing {
            what: "libvpx",
            detail,
        };
        let mut told = String::from("no known name for this system");
        for name in NAMES {
            // SAFETY: libvpx has no initialisers that touch the process beyond itself.
            let library = match unsafe { Library::new(name) } {
                Ok(library) => library,
                Err(e) => {
                    told = e.to_string();
                    continue;
                }
            };
            return Self::bind(library).map_err(|e| missing(e.to_string()));
        }
        Err(missing(told))
    }

    fn bind(library: Library) -> Result<Self, libloading::Error> {
        // SAFETY: the signatures are those of vpx_decoder.h, vp8dx.h and vpx_codec.h of libvpx 1.8 to 1.15, and
        // the library stays loaded as long as the pointers, since both live in the same value.
        unsafe {
            Ok(Self {
                interface: *library.get::<Interface>(b"vpx_codec_vp8_dx\0")?,
                init: *library.get::<Init>(b"vpx_codec_dec_init_ver\0")?,
                decode: *library.get::<Decode>(b"vpx_codec_decode\0")?,
                get_frame: *library.get::<GetFrame>(b"vpx_codec_get_frame\0")?,
                destroy: *library.get::<Destroy>(b"vpx_codec_destroy\0")?,
                error_text: *library.get::<ErrorText>(b"vpx_codec_err_to_string\0")?,
                _library: library,
            })
        }
    }

    fn failed(&self, code: c_int) -> CodecError {
        // SAFETY: returns a static string for every code.
        let text = unsafe { CStr::from_ptr((self.error_text)(code)) };
        CodecError::Failed(text.to_string_lossy().into_owned())
    }
}

struct Running {
    /// Boxed: libvpx keeps pointers into it.
    context: Box<Context>,
    api: Arc<Api>,
}

// SAFETY: libvpx binds a context to no thread; `&mut self` keeps calls apart.
unsafe impl Send for Running {}

impl Running {
    fn open(api: Arc<Api>) -> Result<Self, CodecError> {
        let mut context = Box::new(Context {
            name: ptr::null(),
            interface: ptr::null(),
            error: 0,
            error_detail: ptr::null(),
            init_flags: 0,
            config: ptr::null(),
            private: ptr::null_mut(),
        });
        // SAFETY: the context is zeroed and has the size that ABI 12 expects, else libvpx answers with a version
        // error before it writes; no configuration is allowed and means one thread.
        let code = unsafe {
            (api.init)(
                &raw mut *context,
                (api.interface)(),
                ptr::null(),
                0,
                DECODER_ABI,
            )
        };
        if code != 0 {
            return Err(CodecError::Missing {
                what: "libvpx",
                detail: api.failed(code).to_string(),
            });
        }
        Ok(Self { context, api })
    }

    fn decode(&mut self, data: &[u8]) -> Result<Option<I420>, CodecError> {
        let length = c_uint::try_from(data.len())
            .map_err(|_| CodecError::Input(format!("{} bytes", data.len())))?;
        // SAFETY: the context was initialised by `open`, and the data outlives the call, which copies what it keeps.
        let code = unsafe {
            (self.api.decode)(
                &raw mut *self.context,
                data.as_ptr(),
                length,
                ptr::null_mut(),
                0,
            )
        };
        if code != 0 {
            return Err(self.api.failed(code));
        }
        let mut last = None;
        let mut position = ptr::null();
        loop {
            // SAFETY: the context is initialised; the position starts null and is libvpx's own afterwards.
            let image = unsafe { (self.api.get_frame)(&raw mut *self.context, &raw mut position) };
            // SAFETY: null, or an image that stays valid until the next call on this context.
            let Some(image) = (unsafe { image.as_ref() }) else {
                return Ok(last);
            };
            last = Some(copy(image)?);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // SAFETY: initialised by `open`, destroyed once.
        unsafe { (self.api.destroy)(&raw mut *self.context) };
    }
}

fn copy(image: &Image) -> Result<I420, CodecError> {
    let refuse = || {
        CodecError::Input(format!(
            "picture {}x{} of format {:#x}",
            image.width, image.height, image.format
        ))
    };
    if image.format != FORMAT_I420
        || I420::bytes_for(image.width, image.height).is_err()
        || image.width > image.stored_width
        || image.height > image.stored_height
    {
        return Err(refuse());
    }
    let chroma = (image.width.div_ceil(2), image.height.div_ceil(2));
    let sizes = [(image.width, image.height), chroma, chroma];
    let mut planes = [(&[][..], 0); 3];
    for (i, (width, height)) in sizes.into_iter().enumerate() {
        let stride = usize::try_from(image.strides[i]).map_err(|_| refuse())?;
        if image.planes[i].is_null() || stride < width as usize {
            return Err(refuse());
        }
        let length = stride * (height as usize - 1) + width as usize;
        // SAFETY: libvpx allocates every plane with at least `height` rows of `stride` bytes, and only the part up to
        // the end of the last shown row is taken; nothing writes to it before the next call on the context.
        let plane = unsafe { std::slice::from_raw_parts(image.planes[i], length) };
        planes[i] = (plane, stride);
    }
    I420::from_planes(image.width, image.height, planes)
        .map_err(|e| CodecError::Input(e.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bytes::Bytes;

    use super::*;
    use crate::clock::MediaTime;

    /// Six frames of 98x65 with a key frame every third, in an IVF container.
    const FILE: &[u8] = include_bytes!("../../tests/data/testsrc-98x65.vp8.ivf");

    fn frames() -> Vec<EncodedFrame> {
        let mut rest = &FILE[32..];
        let mut frames = Vec::new();
        while rest.len() > 12 {
            let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
            frames.push(frame(&rest[12..12 + length]));
            rest = &rest[12 + length..];
        }
        frames
    }

    fn frame(data: &[u8]) -> EncodedFrame {
        EncodedFrame {
            codec: VideoCodec::Vp8,
            key: data.first().is_some_and(|b| b & 1 == 0),
            at: MediaTime(3),
            width: 0,
            height: 0,
            data: Bytes::copy_from_slice(data),
        }
    }

    /// None where the machine has no libvpx; that is told, not passed over.
    fn decoder() -> Option<Vp8Decoder> {
        match Vp8Decoder::new() {
            Ok(decoder) => Some(decoder),
            Err(e) => {
                assert_eq!(e.code(), "codec.missing");
                None
            }
        }
    }

    #[test]
    fn a_browsers_stream_is_shown_frame_by_frame() {
        let Some(mut decoder) = decoder() else { return };
        let frames = frames();
        assert_eq!(frames.len(), 6);
        for frame in &frames {
            let shown = decoder.decode(frame).unwrap().unwrap();
            assert_eq!((shown.image.width(), shown.image.height()), (98, 65));
            assert_eq!(shown.at, MediaTime(3));
            let [y, u, _] = shown.image.planes();
            let range = |p: &[u8]| p.iter().max().unwrap() - p.iter().min().unwrap();
            assert!(range(y) > 100 && range(u) > 50, "a picture with colours");
        }
    }

    #[test]
    fn hostile_bytes_give_errors_and_a_key_frame_heals() {
        let Some(mut decoder) = decoder() else { return };
        let frames = frames();
        assert!(decoder.decode(&frames[1]).is_err(), "no key frame so far");
        let mut state = 5u64;
        for round in 0..300 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            let random = (state >> 33) as usize;
            let mut data = frames[round % 6].data.to_vec();
            if round % 2 == 0 {
                data.truncate(random % data.len());
            } else {
                // Not the size: a decoder may well reserve what a header claims.
                let at = 10 + random % (data.len() - 10);
                data[at] ^= 0x5a;
            }
            let _ = decoder.decode(&frame(&data));
        }
        assert!(decoder.decode(&frame(&[])).is_err());
        assert!(decoder.decode(&frames[0]).unwrap().is_some());
    }
}

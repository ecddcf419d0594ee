//! A `.y4m` file (YUV4MPEG2, 4:2:0, 8 bit) as a camera that starts over at its end.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use super::paced;
use crate::clock::SharedClock;
use crate::device::{CaptureError, VideoCapture};
use crate::frame::{FrameError, I420};

/// Real headers have less than 100 bytes.
const MAX_LINE: u64 = 1024;

/// Why a file is no source.
#[derive(Debug, thiserror::Error)]
pub enum Y4mError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// It does not begin like a YUV4MPEG2 file, or one of its lines is not as it must be.
    #[error("not a YUV4MPEG2 file: {0}")]
    Format(&'static str),
    /// Only 8 bit 4:2:0 is read.
    #[error("colour space {0} is not supported")]
    Colour(String),
    /// No such picture.
    #[error(transparent)]
    Size(#[from] FrameError),
    /// Frames per second outside 1 to 240.
    #[error("{0} is not a usable frame rate")]
    Rate(String),
    /// A header and nothing else.
    #[error("there is no picture in it")]
    Empty,
}

impl Y4mError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(_) => "y4m.read",
            Self::Format(_) => "y4m.format",
            Self::Colour(_) => "y4m.colour",
            Self::Size(_) => "y4m.size",
            Self::Rate(_) => "y4m.rate",
            Self::Empty => "y4m.empty",
        }
    }
}

impl From<Y4mError> for CaptureError {
    fn from(e: Y4mError) -> Self {
        match e {
            Y4mError::Read(e) if e.kind() == ErrorKind::NotFound => Self::NotFound,
            Y4mError::Read(e) if e.kind() == ErrorKind::PermissionDenied => Self::NotAllowed,
            Y4mError::Read(e) => Self::Failed(e.to_string()),
            other => Self::Unsupported(other.to_string()),
        }
    }
}

/// Reads picture after picture, from the start again after the last.
#[derive(Debug)]
pub struct Y4mReader<R> {
    input: BufReader<R>,
    width: u32,
    height: u32,
    period: Duration,
    first: u64,
    read_since_start: u64,
}

impl<R: Read + Seek> Y4mReader<R> {
    /// Reads the header.
    pub fn new(input: R) -> Result<Self, Y4mError> {
        let mut input = BufReader::new(input);
        let line = read_line(&mut input)?.ok_or(Y4mError::Empty)?;
        let mut words = line.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err(Y4mError::Format("it begins with something else"));
        }
        let (mut width, mut height) = (None, None);
        let mut period = Duration::from_secs(1) / 25;
        for word in words.filter(|w| !w.is_empty()) {
            let (tag, value) = word.split_at_checked(1).unwrap_or(("", ""));
            match tag {
                "W" => width = value.parse().ok(),
                "H" => height = value.parse().ok(),
                "F" => period = parse_rate(value)?,
                "C" if !matches!(value, "420" | "420jpeg" | "420mpeg2" | "420paldv") => {
                    return Err(Y4mError::Colour(value.chars().take(20).collect()));
                }
                _ => {}
            }
        }
        let (Some(width), Some(height)) = (width, height) else {
            return Err(Y4mError::Format("width or height is missing"));
        };
        I420::bytes_for(width, height)?;
        let first = input.stream_position()?;
        Ok(Self {
            input,
            width,
            height,
            period,
            first,
            read_since_start: 0,
        })
    }

    /// Time from picture to picture.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// The next picture. A picture that is cut off at the end of the file is left out.
    pub fn next_picture(&mut self) -> Result<I420, Y4mError> {
        loop {
            if let Some(picture) = self.read_picture()? {
                self.read_since_start += 1;
                return Ok(picture);
            }
            if self.read_since_start == 0 {
                return Err(Y4mError::Empty);
            }
            self.read_since_start = 0;
            self.input.seek(SeekFrom::Start(self.first))?;
        }
    }

    fn read_picture(&mut self) -> Result<Option<I420>, Y4mError> {
        let Some(line) = read_line(&mut self.input)? else {
            return Ok(None);
        };
        if line != "FRAME" && !line.starts_with("FRAME ") {
            return Err(Y4mError::Format("a picture does not begin with FRAME"));
        }
        let length = I420::bytes_for(self.width, self.height)?;
        let mut data = Vec::new();
        // Grows with what is really there, whatever the header claims.
        (&mut self.input)
            .take(length as u64)
            .read_to_end(&mut data)?;
        if data.len() < length {
            return Ok(None);
        }
        Ok(Some(I420::from_packed(self.width, self.height, data)?))
    }
}

/// A line without its end; `None` at the end of the input.
fn read_line(input: &mut impl BufRead) -> Result<Option<String>, Y4mError> {
    let mut line = Vec::new();
    input.take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(Y4mError::Format("a line has no end"));
    }
    String::from_utf8(line)
        .map(Some)
        .map_err(|_| Y4mError::Format("a line is no text"))
}

fn parse_rate(value: &str) -> Result<Duration, Y4mError> {
    let refuse = || Y4mError::Rate(value.chars().take(30).collect());
    let (count, per) = value.split_once(':').ok_or_else(refuse)?;
    let count: u32 = count.parse().map_err(|_| refuse())?;
    let per: u32 = per.parse().map_err(|_| refuse())?;
    if per == 0 || count < per || u64::from(count) > u64::from(per) * 240 {
        return Err(refuse());
    }
    let nanos = u64::from(per) * 1_000_000_000 / u64::from(count);
    Ok(Duration::from_nanos(nanos))
}

/// A file as a running camera.
pub struct Y4mSource;

impl Y4mSource {
    /// Starts at the first picture. If the file turns bad on the way, the stream ends with the error.
    pub fn open(path: &Path, clock: SharedClock) -> Result<VideoCapture, CaptureError> {
        let file = File::open(path).map_err(Y4mError::Read)?;
        let mut reader = Y4mReader::new(file)?;
        let mut first = Some(reader.next_picture()?);
        let period = reader.period();
        paced::run("foyer-y4m", clock, period, move |_, _| match first.take() {
            Some(picture) => Ok(picture),
            None => reader.next_picture().map_err(CaptureError::from),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Cursor;

    use super::*;

    fn file(header: &str, pictures: usize, cut: usize) -> Vec<u8> {
        let mut bytes = header.as_bytes().to_vec();
        for n in 0..pictures {
            bytes.extend_from_slice(b"FRAME\n");
            bytes.extend(std::iter::repeat_n(n as u8, 6 * 4 + 2 * 3 * 2));
        }
        bytes.truncate(bytes.len() - cut);
        bytes
    }

    const GOOD: &str = "YUV4MPEG2 W6 H4 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG\n";

    #[test]
    fn pictures_come_in_order_and_then_from_the_start() {
        let mut reader = Y4mReader::new(Cursor::new(file(GOOD, 3, 0))).unwrap();
        assert_eq!(reader.period().as_micros(), 33_366);
        let seen: Vec<u8> = (0..7)
            .map(|_| reader.next_picture().unwrap().planes()[0][0])
            .collect();
        assert_eq!(seen, [0, 1, 2, 0, 1, 2, 0]);
    }

    #[test]
    fn a_picture_cut_off_at_the_end_is_left_out() {
        let mut reader = Y4mReader::new(Cursor::new(file(GOOD, 2, 5))).unwrap();
        let seen: Vec<u8> = (0..3)
            .map(|_| reader.next_picture().unwrap().planes()[0][0])
            .collect();
        assert_eq!(seen, [0, 0, 0]);
    }

    #[test]
    fn bad_and_absurd_files_are_refused_with_a_reason() {
        let cases = [
            ("", "y4m.empty"),
            ("RIFF....\n", "y4m.format"),
            ("YUV4MPEG2 W6 H4", "y4m.format"),
            ("YUV4MPEG2 H4\n", "y4m.format"),
            ("YUV4MPEG2 Wx H4\n", "y4m.format"),
            ("YUV4MPEG2 W0 H4\n", "y4m.size"),
            ("YUV4MPEG2 W4294967295 H4294967295\n", "y4m.size"),
            ("YUV4MPEG2 W6 H4 F0:1\n", "y4m.rate"),
            ("YUV4MPEG2 W6 H4 F1:0\n", "y4m.rate"),
            ("YUV4MPEG2 W6 H4 F30\n", "y4m.rate"),
            ("YUV4MPEG2 W6 H4 F4000000000:1\n", "y4m.rate"),
            ("YUV4MPEG2 W6 H4 C444\n", "y4m.colour"),
            ("YUV4MPEG2 W6 H4 C420p10\n", "y4m.colour"),
        ];
        for (header, code) in cases {
            let error = Y4mReader::new(Cursor::new(header.as_bytes().to_vec())).unwrap_err();
            assert_eq!(error.code(), code, "{header:?}: {error}");
        }
        let long = format!("YUV4MPEG2 {}\n", "X".repeat(5000));
        let error = Y4mReader::new(Cursor::new(long.into_bytes())).unwrap_err();
        assert_eq!(error.code(), "y4m.format");
        let mut reader = Y4mReader::new(Cursor::new(GOOD.as_bytes().to_vec())).unwrap();
        assert_eq!(reader.next_picture().unwrap_err().code(), "y4m.empty");
        let bad = [GOOD.as_bytes(), b"FRAMX\n".as_slice()].concat();
        let mut reader = Y4mReader::new(Cursor::new(bad)).unwrap();
        assert_eq!(reader.next_picture().unwrap_err().code(), "y4m.format");
    }

    #[test]
    fn random_bytes_never_panic() {
        let mut state = 12345u64;
        for _ in 0..2000 {
            let mut bytes = b"YUV4MPEG2 ".to_vec();
            for _ in 0..64 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
                let choices = b"WHFCI 0123456789:\n\xff420FRAME";
                bytes.push(choices[(state >> 33) as usize % choices.len()]);
            }
            if let Ok(mut reader) = Y4mReader::new(Cursor::new(bytes)) {
                for _ in 0..3 {
                    if reader.next_picture().is_err() {
                        break;
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_file_runs_as_a_camera_and_ends_with_the_error_that_stops_it() {
        let clock = crate::clock::MonotonicClock::shared();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.y4m");
        let fast = GOOD.replace("30000:1001", "100:1");
        std::fs::write(&path, file(&fast, 2, 0)).unwrap();
        let mut capture = Y4mSource::open(&path, clock.clone()).unwrap();
        let mut shown = [false; 2];
        while shown != [true; 2] {
            let frame = capture.frames.recv().await.unwrap().unwrap();
            shown[usize::from(frame.image.planes()[0][0])] = true;
        }
        let bad = [file(&fast, 1, 0), b"RUBBISH\n".to_vec()].concat();
        std::fs::write(&path, bad).unwrap();
        let mut capture = Y4mSource::open(&path, clock).unwrap();
        let error = loop {
            match capture.frames.recv().await.unwrap() {
                Ok(_) => {}
                Err(e) => break e,
            }
        };
        assert_eq!(error.code(), "device.unsupported");
        assert!(capture.frames.recv().await.is_none());
    }

    #[test]
    fn a_missing_file_is_not_found() {
        let clock = crate::clock::MonotonicClock::shared();
        let error = Y4mSource::open(Path::new("/nonexistent/x.y4m"), clock)
            .err()
            .unwrap();
        assert_eq!(error, CaptureError::NotFound);
    }
}

//! Raw video files as cameras: `file:PATH.y4m`, played in a loop at the speed the file says.
//!
//! YUV4MPEG2 as written by mjpegtools and ffmpeg: a header line of parameters, then `FRAME` lines with raw planes.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, VideoCapture, VideoWant};
use foyer_media::frame::{I420, VideoFrame};

use crate::capture::{self, Pace, Plan};
use crate::picture::Fit;

/// Longest header or frame line that is read.
const LINE: u64 = 512;

const PLAN: Plan = Plan {
    name: "video file",
    opening: Duration::from_secs(5),
    silence: Duration::from_secs(5),
};

struct Y4m {
    file: BufReader<File>,
    width: u32,
    height: u32,
    fps: u32,
    body: u64,
}

fn broken(words: &str) -> CaptureError {
    CaptureError::Unsupported(format!("not a YUV4MPEG2 file: {words}"))
}

fn failed(error: &std::io::Error) -> CaptureError {
    match error.kind() {
        std::io::ErrorKind::NotFound => CaptureError::NotFound,
        std::io::ErrorKind::PermissionDenied => CaptureError::NotAllowed,
        _ => CaptureError::Failed(error.to_string()),
    }
}

fn line(file: &mut BufReader<File>) -> Result<Vec<u8>, CaptureError> {
    let mut line = Vec::new();
    file.take(LINE)
        .read_until(b'\n', &mut line)
        .map_err(|error| failed(&error))?;
    if line.is_empty() {
        return Ok(line);
    }
    if line.pop() != Some(b'\n') {
        return Err(broken("a line has no end"));
    }
    Ok(line)
}

impl Y4m {
    fn open(path: &Path) -> Result<Self, CaptureError> {
        let mut file = BufReader::new(File::open(path).map_err(|error| failed(&error))?);
        let header = line(&mut file)?;
        let header = std::str::from_utf8(&header).map_err(|_| broken("its header is no text"))?;
        let mut words = header.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err(broken("its first word is another"));
        }
        let (mut width, mut height, mut fps) = (0, 0, 25);
        for word in words.filter(|word| !word.is_empty()) {
            let (tag, value) = word.split_at_checked(1).unwrap_or((word, ""));
            let number = || {
                value
                    .parse::<u32>()
                    .map_err(|_| broken("a size is no number"))
            };
            match tag {
                "W" => width = number()?,
                "H" => height = number()?,
                "F" => fps = rate(value).ok_or_else(|| broken("its frame rate is no rate"))?,
                "C" if !value.starts_with("420") || value.starts_with("420p1") => {
                    return Err(CaptureError::Unsupported(format!("colour space {value}")));
                }
                _ => {}
            }
        }
        I420::bytes_for(width, height)
            .map_err(|error| CaptureError::Unsupported(error.to_string()))?;
        let body = file.stream_position().map_err(|error| failed(&error))?;
        Ok(Self {
            file,
            width,
            height,
            fps,
            body,
        })
    }

    /// The next picture, or `None` at the end of the file.
    fn next(&mut self) -> Result<Option<I420>, CaptureError> {
        let head = line(&mut self.file)?;
        if head.is_empty() {
            return Ok(None);
        }
        if !head.starts_with(b"FRAME") {
            return Err(broken("a frame does not begin with FRAME"));
        }
        let bytes = I420::bytes_for(self.width, self.height)
            .map_err(|error| CaptureError::Unsupported(error.to_string()))?;
        let mut data = vec![0; bytes];
        match self.file.read_exact(&mut data) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(failed(&error)),
        }
        I420::from_packed(self.width, self.height, data)
            .map(Some)
            .map_err(|error| CaptureError::Unsupported(error.to_string()))
    }

    fn rewind(&mut self) -> Result<(), CaptureError> {
        self.file
            .seek(std::io::SeekFrom::Start(self.body))
            .map_err(|error| failed(&error))?;
        Ok(())
    }
}

fn rate(value: &str) -> Option<u32> {
    let (over, under) = value.split_once(':')?;
    let (over, under): (u32, u32) = (over.parse().ok()?, under.parse().ok()?);
    let fps = over.checked_add(under / 2)?.checked_div(under)?;
    (1..=240).contains(&fps).then_some(fps)
}

/// Plays the file at `path` as a camera.
pub(crate) fn open(
    path: &str,
    want: VideoWant,
    clock: SharedClock,
) -> Result<VideoCapture, CaptureError> {
    let path = path.to_owned();
    capture::run(PLAN, clock.clone(), move |outlet, opened| {
        let mut file = Y4m::open(Path::new(&path))?;
        let mut image = file.next()?.ok_or_else(|| broken("it holds no picture"))?;
        opened.yes();
        let mut fit = Fit::new(want.width, want.height);
        let mut reading = Pace::new(file.fps);
        let mut sending = Pace::new(want.fps);
        loop {
            let at = clock.now();
            reading.due(at);
            outlet.alive(at);
            if sending.due(at) {
                let fitted = fit
                    .apply(image)
                    .map_err(|error| CaptureError::Failed(error.to_string()))?;
                let frame = VideoFrame {
                    at,
                    image: Arc::new(fitted),
                };
                if !outlet.put(frame) {
                    return Ok(());
                }
            }
            if !outlet.wait(reading.rest(clock.now())) {
                return Ok(());
            }
            image = match file.next()? {
                Some(image) => image,
                None => {
                    file.rewind()?;
                    file.next()?.ok_or(CaptureError::Lost)?
                }
            };
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use foyer_media::clock::MonotonicClock;
    use std::io::Write;

    const WANT: VideoWant = VideoWant {
        width: 64,
        height: 64,
        fps: 60,
    };

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn play(bytes: &[u8]) -> Result<VideoCapture, CaptureError> {
        let file = file(bytes);
        open(
            file.path().to_str().unwrap(),
            WANT,
            MonotonicClock::shared(),
        )
    }

    #[tokio::test]
    async fn a_file_plays_in_a_loop() {
        let mut bytes = b"YUV4MPEG2 W4 H2 F60:1 Ip A1:1 C420jpeg\n".to_vec();
        for level in [50, 200] {
            bytes.extend(b"FRAME\n");
            bytes.extend([level; 12]);
        }
        let mut capture = play(&bytes).unwrap();
        let mut turns = 0;
        let mut last = 0;
        while turns < 5 {
            let frame = capture.frames.recv().await.unwrap().unwrap();
            let level = frame.image.planes()[0][0];
            assert!(level == 50 || level == 200);
            turns += u32::from(level != last);
            last = level;
        }
    }

    #[test]
    fn files_that_are_no_video_are_refused() {
        for bytes in [
            &b""[..],
            b"YUV4MPEG2",
            b"RIFF\n",
            b"YUV4MPEG2 W4 H2\n",
            b"YUV4MPEG2 W4 H2\nFRAME\n123",
            b"YUV4MPEG2 W99999999 H99999999\nFRAME\n",
            b"YUV4MPEG2 Wx H2\nFRAME\n",
            b"YUV4MPEG2 W4 H2 F1:0\nFRAME\n000000000000",
            b"YUV4MPEG2 W4 H2 C444\nFRAME\n000000000000",
            b"YUV4MPEG2 W4 H2\nPICTURE\n000000000000",
            "YUV4MPEG2 Ä W4 H2\n".as_bytes(),
            &[b'a'; 5000],
        ] {
            let error = play(bytes).err().map(|error| error.code());
            assert_eq!(error, Some("device.unsupported"), "{bytes:?}");
        }
        let missing = open("/nowhere.y4m", WANT, MonotonicClock::shared());
        assert_eq!(missing.err(), Some(CaptureError::NotFound));
    }
}

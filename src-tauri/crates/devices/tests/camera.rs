//! The real camera path, nokhwa included, on a camera that a preloaded library plays (`fakev4l.c`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use foyer_devices::SystemDevices;
use foyer_media::clock::{MediaTime, MonotonicClock};
use foyer_media::device::{CaptureError, DeviceId, DeviceKind, Devices, VideoCapture, VideoWant};
use foyer_media::frame::VideoFrame;

const LIMIT: Duration = Duration::from_secs(60);
const HD: VideoWant = VideoWant {
    width: 1280,
    height: 720,
    fps: 30,
};

/// Nodes and library of one test; the nodes are removed with it.
struct FakeCamera {
    folder: tempfile::TempDir,
    node: PathBuf,
    meta: PathBuf,
}

impl FakeCamera {
    fn new() -> Result<Self, std::io::Error> {
        let node = new_node()?;
        let meta = new_node()?;
        let folder = tempfile::tempdir()?;
        let compiled = Command::new("cc")
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .arg(folder.path().join("fakev4l.so"))
            .arg("tests/fakev4l.c")
            .arg("-ldl")
            .status()?;
        assert!(compiled.success(), "the C compiler failed");
        Ok(Self { folder, node, meta })
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("LD_PRELOAD", self.folder.path().join("fakev4l.so").into()),
            ("FAKEV4L_NODE", self.node.clone().into()),
            ("FAKEV4L_META", self.meta.clone().into()),
        ]
    }
}

impl Drop for FakeCamera {
    fn drop(&mut self) {
        for node in [&self.node, &self.meta] {
            let _ = std::fs::remove_file(node);
        }
    }
}

fn new_node() -> Result<PathBuf, std::io::Error> {
    for number in 4200.. {
        let path = PathBuf::from(format!("/dev/video{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    unreachable!("numbers do not end")
}

/// True where the camera is: the test goes on there.
fn camera(test: &str, options: &[(&'static str, &str)]) -> bool {
    if child::is_child() {
        return true;
    }
    let camera = match FakeCamera::new() {
        Ok(camera) => camera,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            eprintln!("SKIPPED {test}: only root may put a file into /dev ({error})");
            return false;
        }
        Err(error) => panic!("{error}"),
    };
    let mut environment = camera.environment();
    environment.extend(
        options
            .iter()
            .map(|&(name, value)| (name, OsString::from(value))),
    );
    child::has(test, environment)
}

fn devices() -> SystemDevices {
    SystemDevices::new(MonotonicClock::shared())
}

fn id() -> DeviceId {
    DeviceId(format!("v4l:{}", std::env::var("FAKEV4L_NODE").unwrap()))
}

fn open(want: VideoWant) -> Result<VideoCapture, CaptureError> {
    devices().open_camera(&id(), want)
}

async fn next(capture: &mut VideoCapture) -> Option<Result<VideoFrame, CaptureError>> {
    tokio::time::timeout(LIMIT, capture.frames.recv())
        .await
        .expect("nothing came")
}

/// Everything until the stream ends; the error that it ended with.
async fn last_word(capture: &mut VideoCapture) -> (usize, Option<CaptureError>) {
    let mut pictures = 0;
    while let Some(item) = next(capture).await {
        match item {
            Ok(_) => pictures += 1,
            Err(error) => {
                assert!(next(capture).await.is_none(), "an error is the last thing");
                return (pictures, Some(error));
            }
        }
    }
    (pictures, None)
}

/// Checks the moving ramp of the fake camera and gives its place.
fn place(frame: &VideoFrame, width: u32, height: u32) -> u8 {
    assert_eq!((frame.image.width(), frame.image.height()), (width, height));
    let [y, u, v] = frame.image.planes();
    let start = y[0] - 16;
    for row in y.chunks_exact(width as usize) {
        for (x, &luma) in row.iter().enumerate() {
            assert_eq!(
                usize::from(luma),
                16 + (usize::from(start) + x) % 200,
                "at {x}"
            );
        }
    }
    assert!(u.iter().all(|&u| u == 100) && v.iter().all(|&v| v == 150));
    start
}

async fn moving_ramp(want: VideoWant) {
    let mut capture = open(want).unwrap();
    let mut places = Vec::new();
    let mut times = Vec::<MediaTime>::new();
    while places.len() < 30 {
        let frame = next(&mut capture).await.unwrap().unwrap();
        places.push(place(&frame, want.width, want.height));
        times.push(frame.at);
    }
    assert!(
        places.iter().all(|place| place % 4 == places[0] % 4),
        "{places:?}"
    );
    assert!(
        places.windows(2).all(|pair| pair[0] != pair[1]),
        "it moves: {places:?}"
    );
    assert!(
        times.windows(2).all(|pair| pair[0] < pair[1]),
        "time goes on"
    );
    let taken = times[29].since(times[0]);
    assert!(
        taken > Duration::from_millis(900),
        "29 intervals of a 30 fps camera took {taken:?}"
    );
}

#[tokio::test]
async fn a_camera_is_listed_once_by_its_name_and_its_metadata_node_is_not() {
    if camera(
        "a_camera_is_listed_once_by_its_name_and_its_metadata_node_is_not",
        &[],
    ) {
        let cameras = devices().hardware(DeviceKind::Camera).unwrap();
        let meta = format!("v4l:{}", std::env::var("FAKEV4L_META").unwrap());
        assert!(cameras.iter().all(|camera| camera.id.0 != meta));
        let found: Vec<_> = cameras.iter().filter(|camera| camera.id == id()).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].label, "Foyer Test Camera");
        assert_eq!(cameras.iter().filter(|camera| camera.is_default).count(), 1);
    }
}

#[tokio::test]
async fn yuyv_pictures_arrive_pixel_by_pixel() {
    if camera("yuyv_pictures_arrive_pixel_by_pixel", &[]) {
        moving_ramp(HD).await;
    }
}

#[tokio::test]
async fn nv12_pictures_arrive_pixel_by_pixel() {
    let nv12 = [("FAKEV4L_FORMATS", "MJPG NV12 YUYV")];
    if camera("nv12_pictures_arrive_pixel_by_pixel", &nv12) {
        moving_ramp(HD).await;
    }
}

#[tokio::test]
async fn mjpeg_pictures_are_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.jpg");
    let mut jpeg = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    jpeg.set_size(640, 480);
    let mut jpeg = jpeg.start_compress(Vec::new()).unwrap();
    let row = [[255, 0, 0].repeat(320), [0, 0, 255].repeat(320)].concat();
    jpeg.write_scanlines(&row.repeat(480)).unwrap();
    std::fs::write(&path, jpeg.finish().unwrap()).unwrap();
    let options = [
        ("FAKEV4L_FORMATS", "MJPG"),
        ("FAKEV4L_SIZES", "640x480"),
        ("FAKEV4L_JPEG", path.to_str().unwrap()),
    ];
    if camera("mjpeg_pictures_are_decoded", &options) {
        let mut capture = open(HD).unwrap();
        let frame = next(&mut capture).await.unwrap().unwrap();
        assert_eq!((frame.image.width(), frame.image.height()), (640, 480));
        let [y, u, v] = frame.image.planes();
        for row in [0, 239] {
            let (left, right) = (row * 320 + 80, row * 320 + 240);
            let luma = [y[row * 2 * 640 + 160], y[row * 2 * 640 + 480]];
            let red = (luma[0], u[left], v[left]);
            let blue = (luma[1], u[right], v[right]);
            let near = |a: (u8, u8, u8), b: (u8, u8, u8)| {
                a.0.abs_diff(b.0) < 4 && a.1.abs_diff(b.1) < 4 && a.2.abs_diff(b.2) < 4
            };
            assert!(near(red, (81, 90, 240)), "{red:?}");
            assert!(near(blue, (41, 240, 110)), "{blue:?}");
        }
    }
}

#[tokio::test]
async fn a_camera_that_cannot_the_wanted_size_is_scaled_down() {
    let options = [("FAKEV4L_FORMATS", "YUYV"), ("FAKEV4L_SIZES", "1280x720")];
    if camera(
        "a_camera_that_cannot_the_wanted_size_is_scaled_down",
        &options,
    ) {
        let mut capture = open(VideoWant {
            width: 640,
            height: 480,
            fps: 15,
        })
        .unwrap();
        let frame = next(&mut capture).await.unwrap().unwrap();
        assert_eq!((frame.image.width(), frame.image.height()), (640, 360));
        let [_, u, v] = frame.image.planes();
        assert!(u.iter().all(|&u| u == 100) && v.iter().all(|&v| v == 150));
        let first = frame.at;
        let mut last = first;
        for _ in 0..15 {
            last = next(&mut capture).await.unwrap().unwrap().at;
        }
        let taken = last.since(first);
        assert!(
            taken > Duration::from_millis(800),
            "15 pictures a second, took {taken:?}"
        );
    }
}

#[tokio::test]
async fn a_camera_that_another_program_holds_is_busy() {
    let options = [("FAKEV4L_BUSY", "format")];
    if camera("a_camera_that_another_program_holds_is_busy", &options) {
        assert_eq!(open(HD).err(), Some(CaptureError::Busy));
    }
}

#[tokio::test]
async fn a_camera_whose_buffers_are_taken_is_busy() {
    let options = [("FAKEV4L_BUSY", "buffers")];
    if camera("a_camera_whose_buffers_are_taken_is_busy", &options) {
        assert_eq!(open(HD).err(), Some(CaptureError::Busy));
    }
}

#[tokio::test]
async fn a_camera_pulled_out_is_lost() {
    if camera("a_camera_pulled_out_is_lost", &[("FAKEV4L_UNPLUG", "5")]) {
        let mut capture = open(HD).unwrap();
        let (pictures, error) = last_word(&mut capture).await;
        assert!(pictures <= 5);
        assert_eq!(error, Some(CaptureError::Lost));
    }
}

#[tokio::test]
async fn a_camera_that_also_fails_to_stop_is_still_lost() {
    let options = [("FAKEV4L_UNPLUG", "5"), ("FAKEV4L_OFFERR", "1")];
    if camera("a_camera_that_also_fails_to_stop_is_still_lost", &options) {
        let mut capture = open(HD).unwrap();
        assert_eq!(last_word(&mut capture).await.1, Some(CaptureError::Lost));
    }
}

#[tokio::test]
async fn a_camera_that_hangs_is_stalled() {
    if camera("a_camera_that_hangs_is_stalled", &[("FAKEV4L_STALL", "5")]) {
        let mut capture = open(HD).unwrap();
        let error = last_word(&mut capture).await.1;
        assert_eq!(error, Some(CaptureError::Stalled(Duration::from_secs(2))));
    }
}

#[tokio::test]
async fn a_camera_that_sends_only_rubbish_is_stalled() {
    let options = [
        ("FAKEV4L_FORMATS", "MJPG"),
        ("FAKEV4L_JPEG", "/proc/self/cmdline"),
    ];
    if camera("a_camera_that_sends_only_rubbish_is_stalled", &options) {
        let mut capture = open(HD).unwrap();
        let error = last_word(&mut capture).await.1;
        assert_eq!(error, Some(CaptureError::Stalled(Duration::from_secs(2))));
    }
}

#[tokio::test]
async fn a_camera_of_absurd_sizes_is_unsupported() {
    let options = [("FAKEV4L_SIZES", "0x0 1x1 4294967295x1 60000x60000")];
    if camera("a_camera_of_absurd_sizes_is_unsupported", &options) {
        let code = open(HD).err().map(|error| error.code());
        assert_eq!(code, Some("device.unsupported"));
    }
}

#[tokio::test]
async fn a_camera_of_rates_that_cannot_be_told_is_unsupported() {
    if camera(
        "a_camera_of_rates_that_cannot_be_told_is_unsupported",
        &[("FAKEV4L_NUM", "256")],
    ) {
        let code = open(HD).err().map(|error| error.code());
        assert_eq!(code, Some("device.unsupported"));
    }
}

#[tokio::test]
async fn dropping_the_capture_frees_the_camera_for_the_next() {
    if camera("dropping_the_capture_frees_the_camera_for_the_next", &[]) {
        let holders = || {
            let node = std::env::var("FAKEV4L_NODE").unwrap();
            std::fs::read_dir("/proc/self/fd")
                .unwrap()
                .flatten()
                .filter(|entry| std::fs::read_link(entry.path()).is_ok_and(|link| link == *node))
                .count()
        };
        for _ in 0..3 {
            let mut capture = open(HD).unwrap();
            place(&next(&mut capture).await.unwrap().unwrap(), 1280, 720);
            assert!(holders() > 0);
            drop(capture);
            let freed = async {
                while holders() > 0 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::time::timeout(LIMIT, freed)
                .await
                .expect("the node stays open");
        }
    }
}

#[test]
fn a_camera_that_is_not_there_is_not_found() {
    for id in ["v4l:/dev/video99999", "v4l:x", "x", ""] {
        let outcome = devices().open_camera(&DeviceId(id.into()), HD);
        assert_eq!(outcome.err(), Some(CaptureError::NotFound), "{id}");
    }
}

//! Real displays, drawn by an X server without a monitor.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use foyer_devices::SystemDevices;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::{CaptureError, DeviceId, DeviceKind, Devices, VideoCapture, VideoWant};
use foyer_media::frame::VideoFrame;
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

const LIMIT: Duration = Duration::from_secs(60);
const FULL: VideoWant = VideoWant {
    width: 1920,
    height: 1080,
    fps: 30,
};
const RED: u32 = 0xff_0000;
const BLUE: u32 = 0xff;
const WHITE: u32 = 0xff_ffff;

/// An X server of this test alone, 800x600, with a client that draws.
struct Display {
    server: Child,
    name: String,
    client: Option<RustConnection>,
}

impl Display {
    fn start(options: &[&str]) -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "800x600x24",
                "-nolisten",
                "tcp",
            ])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        said.read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let client = x11rb::connect(Some(&name)).unwrap().0;
        let display = Self {
            server,
            name,
            client: Some(client),
        };
        // Out of the way of the pixels that are looked at.
        display.point_at(790, 590);
        display
    }

    fn client(&self) -> &RustConnection {
        self.client.as_ref().unwrap()
    }

    fn root(&self) -> u32 {
        self.client().setup().roots[0].root
    }

    fn block(&self, x: i16, y: i16, width: u16, height: u16, colour: u32) -> u32 {
        let client = self.client();
        let window = client.generate_id().unwrap();
        let look = CreateWindowAux::new()
            .background_pixel(colour)
            .override_redirect(1);
        let (depth, class) = (x11rb::COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        client
            .create_window(
                depth,
                window,
                self.root(),
                x,
                y,
                width,
                height,
                0,
                class,
                0,
                &look,
            )
            .unwrap()
            .check()
            .unwrap();
        client.map_window(window).unwrap().check().unwrap();
        window
    }

    fn paint(&self, window: u32, colour: u32) {
        let look = ChangeWindowAttributesAux::new().background_pixel(colour);
        self.client()
            .change_window_attributes(window, &look)
            .unwrap()
            .check()
            .unwrap();
        self.client()
            .clear_area(false, window, 0, 0, 0, 0)
            .unwrap()
            .check()
            .unwrap();
    }

    fn point_at(&self, x: i16, y: i16) {
        let client = self.client();
        client
            .warp_pointer(x11rb::NONE, self.root(), 0, 0, 0, 0, x, y)
            .unwrap()
            .check()
            .unwrap();
        client.sync().unwrap();
    }

    fn monitor(&self, name: &str, x: i16, width: u16, outputs: Vec<u32>) {
        let client = self.client();
        let name = client
            .intern_atom(false, name.as_bytes())
            .unwrap()
            .reply()
            .unwrap()
            .atom;
        let info = MonitorInfo {
            name,
            primary: false,
            automatic: false,
            x,
            y: 0,
            width,
            height: 600,
            width_in_millimeters: 200,
            height_in_millimeters: 150,
            outputs,
        };
        client
            .randr_set_monitor(self.root(), info)
            .unwrap()
            .check()
            .unwrap();
    }

    fn split(&self) {
        let resources = self
            .client()
            .randr_get_screen_resources(self.root())
            .unwrap()
            .reply()
            .unwrap();
        self.monitor("left", 0, 400, resources.outputs);
        self.monitor("right", 400, 400, Vec::new());
    }

    fn open(&self, monitor: &str, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let id = DeviceId(format!("x11:{}/{monitor}", self.name));
        devices().open_screen(&id, want)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.client = None;
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn devices() -> SystemDevices {
    SystemDevices::new(MonotonicClock::shared())
}

async fn next(capture: &mut VideoCapture) -> Result<VideoFrame, CaptureError> {
    tokio::time::timeout(LIMIT, capture.frames.recv())
        .await
        .expect("nothing came")
        .unwrap()
}

/// Takes pictures until one is as wanted.
async fn until(
    capture: &mut VideoCapture,
    what: &str,
    wanted: impl Fn(&VideoFrame) -> bool,
) -> VideoFrame {
    let looking = async {
        loop {
            let frame = capture.frames.recv().await.unwrap().unwrap();
            if wanted(&frame) {
                return frame;
            }
        }
    };
    tokio::time::timeout(LIMIT, looking)
        .await
        .unwrap_or_else(|_| panic!("waited in vain until {what}"))
}

/// True if the picture shows the colour at a place.
fn shows(frame: &VideoFrame, x: usize, y: usize, colour: u32) -> bool {
    let wanted = match colour {
        RED => [81, 90, 240],
        BLUE => [41, 240, 110],
        WHITE => [235, 128, 128],
        other => panic!("unknown colour {other:x}"),
    };
    let (width, chroma) = (frame.image.width() as usize, frame.image.chroma_stride());
    let [luma, u, v] = frame.image.planes();
    let at = y / 2 * chroma + x / 2;
    let found = [luma[y * width + x], u[at], v[at]];
    found
        .iter()
        .zip(wanted)
        .all(|(found, wanted)| found.abs_diff(wanted) < 4)
}

fn size(frame: &VideoFrame) -> (u32, u32) {
    (frame.image.width(), frame.image.height())
}

async fn shows_two_colours(options: &[&str]) {
    let display = Display::start(options);
    display.block(0, 0, 400, 600, RED);
    display.block(400, 0, 400, 600, BLUE);
    let mut capture = display.open("screen", FULL).unwrap();
    let frame = next(&mut capture).await.unwrap();
    assert_eq!(size(&frame), (800, 600));
    for y in [0, 300, 599] {
        for (x, colour) in [(0, RED), (398, RED), (402, BLUE), (700, BLUE)] {
            assert!(shows(&frame, x, y, colour), "at {x},{y}");
        }
    }
}

#[tokio::test]
async fn a_display_is_shared_as_it_is_drawn() {
    shows_two_colours(&[]).await;
}

#[tokio::test]
async fn a_display_without_shared_memory_is_shared_as_well() {
    shows_two_colours(&["-extension", "MIT-SHM"]).await;
}

#[tokio::test]
async fn shared_memory_is_private_and_gone_after_the_share() {
    let segments = || {
        let list = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
        let own = std::process::id().to_string();
        let rows: Vec<_> = list
            .lines()
            .skip(1)
            .map(|row| {
                row.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            // Columns: key, id, permissions, size, creator. Only this test shares 800 x 601.
            .filter(|row| row[4] == own && row[3] == (800 * 601 * 4).to_string())
            .map(|row| row[2].clone())
            .collect();
        rows
    };
    let display = Display::start(&["-screen", "0", "800x601x24"]);
    let mut capture = display.open("screen", FULL).unwrap();
    next(&mut capture).await.unwrap();
    let found = segments();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("600"),
        "only this user may read: {found:?}"
    );
    assert_ne!(found[0], "600", "marked for removal while it is used");
    drop(capture);
    let gone = async {
        while !segments().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, gone)
        .await
        .expect("a segment is left");
}

#[tokio::test]
async fn a_large_display_is_scaled_into_the_wanted_size() {
    let display = Display::start(&[]);
    display.block(0, 0, 400, 600, RED);
    display.block(400, 0, 400, 600, BLUE);
    let mut capture = display
        .open(
            "screen",
            VideoWant {
                width: 400,
                height: 400,
                fps: 10,
            },
        )
        .unwrap();
    let frame = next(&mut capture).await.unwrap();
    assert_eq!(size(&frame), (400, 300));
    assert!(shows(&frame, 100, 150, RED) && shows(&frame, 300, 150, BLUE));
}

#[tokio::test]
async fn an_idle_display_is_repeated_once_a_second_and_a_change_comes_at_once() {
    let display = Display::start(&[]);
    let window = display.block(0, 0, 800, 600, RED);
    let mut capture = display.open("screen", FULL).unwrap();
    // Whatever the start still draws comes before the first rest.
    let mut last = next(&mut capture).await.unwrap();
    let mut rests = Vec::new();
    while rests.len() < 3 {
        let frame = next(&mut capture).await.unwrap();
        let rest = frame.at.since(last.at);
        last = frame;
        if rest > Duration::from_millis(500) || !rests.is_empty() {
            rests.push(rest);
        }
    }
    for rest in &rests {
        assert!(
            *rest > Duration::from_millis(500),
            "an idle display gives few: {rests:?}"
        );
        assert!(*rest < Duration::from_secs(10), "but never none: {rests:?}");
    }
    display.paint(window, BLUE);
    until(&mut capture, "blue is seen", |frame| {
        shows(frame, 100, 100, BLUE)
    })
    .await;
}

#[tokio::test]
async fn a_display_that_moves_comes_as_often_as_wanted_and_not_more() {
    let display = Display::start(&[]);
    let window = display.block(0, 0, 800, 600, RED);
    let mut capture = display
        .open(
            "screen",
            VideoWant {
                width: 800,
                height: 600,
                fps: 10,
            },
        )
        .unwrap();
    let mut times = Vec::new();
    let mut turn = 0;
    while times.len() < 20 {
        turn += 1;
        display.paint(window, if turn % 2 == 0 { RED } else { BLUE });
        if let Some(frame) = capture.frames.try_recv() {
            times.push(frame.unwrap().at);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let taken = times[19].since(times[0]);
    assert!(
        taken > Duration::from_millis(1700),
        "19 intervals at 10 fps took {taken:?}"
    );
    assert!(
        taken < Duration::from_secs(15),
        "every change is seen, took {taken:?}"
    );
}

#[tokio::test]
async fn the_pointer_is_drawn_where_it_is() {
    let display = Display::start(&[]);
    display.block(0, 0, 800, 600, WHITE);
    let clean = |frame: &VideoFrame, x: usize, y: usize| {
        let near = |at: usize| at.saturating_sub(12)..at + 12;
        near(y).all(|y| near(x).all(|x| shows(frame, x, y, WHITE)))
    };
    display.point_at(100, 100);
    let mut capture = display.open("screen", FULL).unwrap();
    let here = until(&mut capture, "the pointer shows", |frame| {
        !clean(frame, 100, 100)
    })
    .await;
    assert!(clean(&here, 300, 200), "the pointer is at one place only");
    display.point_at(300, 200);
    let there = until(&mut capture, "the pointer moves", |frame| {
        !clean(frame, 300, 200)
    })
    .await;
    assert!(clean(&there, 100, 100), "the old place is white again");
}

#[tokio::test]
async fn each_of_two_monitors_is_shared_alone() {
    let display = Display::start(&[]);
    let left = display.block(0, 0, 400, 600, RED);
    let right = display.block(400, 0, 400, 600, BLUE);
    display.split();
    let mut capture = display.open("right", FULL).unwrap();
    let frame = next(&mut capture).await.unwrap();
    assert_eq!(size(&frame), (400, 600));
    assert!(shows(&frame, 2, 2, BLUE) && shows(&frame, 350, 550, BLUE));
    // What happens on the other monitor wakes nobody.
    let mut last = frame.at;
    let mut rests = Vec::new();
    while rests.len() < 4 {
        display.paint(left, if rests.len() % 2 == 0 { WHITE } else { RED });
        if let Some(frame) = capture.frames.try_recv() {
            let at = frame.unwrap().at;
            rests.push(at.since(last));
            last = at;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let busy = rests
        .iter()
        .skip(1)
        .filter(|rest| **rest < Duration::from_millis(500))
        .count();
    assert_eq!(busy, 0, "{rests:?}");
    display.paint(right, WHITE);
    until(&mut capture, "the right monitor is white", |frame| {
        shows(frame, 9, 9, WHITE)
    })
    .await;
}

#[tokio::test]
async fn an_x_server_that_dies_is_lost() {
    let display = Display::start(&[]);
    let mut capture = display.open("screen", FULL).unwrap();
    next(&mut capture).await.unwrap();
    drop(display);
    let error = loop {
        if let Err(error) = next(&mut capture).await {
            break error;
        }
    };
    assert_eq!(error, CaptureError::Lost);
    assert!(
        capture.frames.recv().await.is_none(),
        "an error is the last thing"
    );
}

#[test]
fn displays_and_monitors_that_are_not_there_are_not_found() {
    let display = Display::start(&[]);
    assert_eq!(
        display.open("other", FULL).err(),
        Some(CaptureError::NotFound)
    );
    for id in [
        "x11::59535/screen",
        "x11::64999/screen",
        "x11::99999999/screen",
        "x11:nonsense/screen",
        "x11:",
        "x",
        "",
    ] {
        let outcome = devices().open_screen(&DeviceId(id.into()), FULL);
        assert_eq!(outcome.err(), Some(CaptureError::NotFound), "{id}");
    }
}

#[test]
fn the_monitors_of_the_own_display_are_listed() {
    if !child::is_child() {
        let display = Display::start(&[]);
        display.split();
        let environment = [
            ("DISPLAY", display.name.clone().into()),
            ("WAYLAND_DISPLAY", "".into()),
        ];
        child::has("the_monitors_of_the_own_display_are_listed", environment);
        return;
    }
    let found = devices().hardware(DeviceKind::Screen).unwrap();
    let mut labels: Vec<_> = found.iter().map(|screen| screen.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["left", "right"]);
    assert!(found.iter().all(|screen| screen.size == Some((400, 600))));
    assert_eq!(found.iter().filter(|screen| screen.is_default).count(), 1);
    let first = devices().open_screen(&DeviceId("display:0".into()), FULL);
    assert!(first.is_ok(), "the first of the list opens by its place");
}

#[test]
fn under_wayland_screens_are_unsupported_with_a_reason() {
    let wayland = [("WAYLAND_DISPLAY", "wayland-0".into())];
    if child::has(
        "under_wayland_screens_are_unsupported_with_a_reason",
        wayland,
    ) {
        let outcome = devices().hardware(DeviceKind::Screen);
        let Err(CaptureError::Unsupported(reason)) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(reason.contains("Wayland"), "{reason}");
    }
}

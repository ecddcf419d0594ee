//! An X server of a test's own, with a client that draws, and what its pictures must show.
#![allow(dead_code)] // Each test uses a part.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use foyer_devices::SystemDevices;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::{CaptureError, DeviceId, Devices, VideoCapture, VideoWant};
use foyer_media::frame::VideoFrame;
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

pub const LIMIT: Duration = Duration::from_secs(60);
pub const FULL: VideoWant = VideoWant {
    width: 1920,
    height: 1080,
    fps: 30,
};
pub const RED: u32 = 0xff_0000;
pub const BLUE: u32 = 0xff;
pub const WHITE: u32 = 0xff_ffff;

/// An X server of this test alone, 800x600, with a client that draws.
pub struct Display {
    server: Option<Child>,
    pub name: String,
    client: Option<RustConnection>,
}

impl Display {
    pub fn start(options: &[&str]) -> Self {
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
            server: Some(server),
            name,
            client: Some(client),
        };
        // Out of the way of the pixels that are looked at.
        display.point_at(790, 590);
        display
    }

    /// Another client of a display that somebody else runs.
    pub fn joined(name: &str) -> Self {
        Self {
            server: None,
            name: name.to_owned(),
            client: Some(x11rb::connect(Some(name)).unwrap().0),
        }
    }

    pub fn client(&self) -> &RustConnection {
        self.client.as_ref().unwrap()
    }

    pub fn root(&self) -> u32 {
        self.client().setup().roots[0].root
    }

    /// A block of colour that no window manager touches.
    pub fn block(&self, x: i16, y: i16, width: u16, height: u16, colour: u32) -> u32 {
        let window = self.window(self.root(), x, y, width, height, colour);
        self.client().map_window(window).unwrap().check().unwrap();
        window
    }

    /// A window of colour, not mapped yet.
    pub fn window(&self, parent: u32, x: i16, y: i16, width: u16, height: u16, colour: u32) -> u32 {
        let client = self.client();
        let window = client.generate_id().unwrap();
        let look = CreateWindowAux::new()
            .background_pixel(colour)
            .override_redirect(1);
        let (depth, class) = (x11rb::COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        client
            .create_window(
                depth, window, parent, x, y, width, height, 0, class, 0, &look,
            )
            .unwrap()
            .check()
            .unwrap();
        window
    }

    pub fn paint(&self, window: u32, colour: u32) {
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

    pub fn point_at(&self, x: i16, y: i16) {
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

    pub fn split(&self) {
        let resources = self
            .client()
            .randr_get_screen_resources(self.root())
            .unwrap()
            .reply()
            .unwrap();
        self.monitor("left", 0, 400, resources.outputs);
        self.monitor("right", 400, 400, Vec::new());
    }

    pub fn open(&self, monitor: &str, want: VideoWant) -> Result<VideoCapture, CaptureError> {
        let id = DeviceId(format!("x11:{}/{monitor}", self.name));
        devices().open_screen(&id, want)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.client = None;
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

pub fn devices() -> SystemDevices {
    SystemDevices::new(MonotonicClock::shared())
}

pub async fn next(capture: &mut VideoCapture) -> Result<VideoFrame, CaptureError> {
    tokio::time::timeout(LIMIT, capture.frames.recv())
        .await
        .expect("nothing came")
        .unwrap()
}

/// Takes pictures until one is as wanted.
pub async fn until(
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
pub fn shows(frame: &VideoFrame, x: usize, y: usize, colour: u32) -> bool {
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

pub fn size(frame: &VideoFrame) -> (u32, u32) {
    (frame.image.width(), frame.image.height())
}

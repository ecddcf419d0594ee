//! Real windows, drawn by an X server without a monitor.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;
#[path = "support/display.rs"]
mod display;

use std::time::Duration;

use display::{BLUE, Display, FULL, RED, WHITE, devices, next, shows, size, until};
use foyer_media::device::{CaptureError, DeviceId, Devices, VideoCapture, VideoWant, WindowInfo};
use foyer_media::frame::VideoFrame;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::composite::{ConnectionExt as _, Redirect};
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateGCAux,
    EventMask, PropMode, Rectangle,
};
use x11rb::wrapper::ConnectionExt as _;

fn open(display: &Display, window: u32) -> Result<VideoCapture, CaptureError> {
    open_with(display, window, "", FULL)
}

fn open_with(
    display: &Display,
    window: u32,
    fragment: &str,
    want: VideoWant,
) -> Result<VideoCapture, CaptureError> {
    let id = format!("x11-window:{}/{window}{fragment}", display.name);
    devices().open_screen(&DeviceId(id), want)
}

fn all(frame: &VideoFrame, colour: u32) -> bool {
    let (width, height) = size(frame);
    (0..height as usize).all(|y| (0..width as usize).all(|x| shows(frame, x, y, colour)))
}

fn configure(display: &Display, window: u32, change: &ConfigureWindowAux) {
    let client = display.client();
    client
        .configure_window(window, change)
        .unwrap()
        .check()
        .unwrap();
}

async fn ends(capture: &mut VideoCapture) -> CaptureError {
    loop {
        if let Err(error) = next(capture).await {
            assert!(
                capture.frames.recv().await.is_none(),
                "an error is the last"
            );
            return error;
        }
    }
}

async fn is_pictured_although_covered(options: &[&str]) {
    let display = Display::start(options);
    let window = display.block(100, 50, 200, 100, RED);
    let mut capture = open(&display, window).unwrap();
    let frame = next(&mut capture).await.unwrap();
    assert_eq!(size(&frame), (200, 100));
    assert!(all(&frame, RED));
    display.block(0, 0, 800, 600, WHITE);
    display.paint(window, BLUE);
    until(&mut capture, "what is under the cover is seen", |frame| {
        all(frame, BLUE)
    })
    .await;
}

#[tokio::test]
async fn a_window_is_pictured_although_others_cover_it() {
    is_pictured_although_covered(&[]).await;
}

#[tokio::test]
async fn a_window_is_pictured_without_shared_memory_as_well() {
    is_pictured_although_covered(&["-extension", "MIT-SHM"]).await;
}

#[tokio::test]
async fn a_window_that_is_covered_before_it_is_shared_is_pictured_once_it_draws() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    display.block(0, 0, 800, 600, WHITE);
    let mut capture = open(&display, window).unwrap();
    display.paint(window, BLUE);
    until(&mut capture, "it is blue", |frame| all(frame, BLUE)).await;
}

#[tokio::test]
async fn windows_within_it_belong_to_it() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    let inner = display.window(window, 100, 0, 100, 100, BLUE);
    display.client().map_window(inner).unwrap().check().unwrap();
    let mut capture = open(&display, window).unwrap();
    let halves = |frame: &VideoFrame, colour| {
        shows(frame, 50, 50, RED) && shows(frame, 102, 50, colour) && shows(frame, 198, 98, colour)
    };
    until(&mut capture, "both halves are there", |frame| {
        halves(frame, BLUE)
    })
    .await;
    display.paint(inner, WHITE);
    until(&mut capture, "the right one changes", |frame| {
        halves(frame, WHITE)
    })
    .await;
}

#[tokio::test]
async fn pictures_follow_the_size_of_the_window_and_its_place_changes_nothing() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    let mut capture = open(&display, window).unwrap();
    assert_eq!(size(&next(&mut capture).await.unwrap()), (200, 100));
    configure(
        &display,
        window,
        &ConfigureWindowAux::new().width(401).height(302),
    );
    let frame = until(&mut capture, "it is larger", |frame| {
        size(frame) == (401, 302) && all(frame, RED)
    })
    .await;
    configure(&display, window, &ConfigureWindowAux::new().x(-300).y(-200));
    display.paint(window, BLUE);
    let after = until(&mut capture, "it draws beyond the edge", |frame| {
        all(frame, BLUE)
    })
    .await;
    assert_eq!(size(&after), size(&frame));
    let want = VideoWant {
        width: 100,
        height: 100,
        fps: 10,
    };
    let mut small = open_with(&display, window, "", want).unwrap();
    let (width, height) = size(&next(&mut small).await.unwrap());
    assert!(width == 100 && height.abs_diff(75) < 2, "{width}x{height}");
}

#[tokio::test]
async fn a_minimised_window_stands_still_and_goes_on() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    let mut capture = open(&display, window).unwrap();
    assert!(all(&next(&mut capture).await.unwrap(), RED));
    let client = display.client();
    client.unmap_window(window).unwrap().check().unwrap();
    // It stands still for longer than a repetition takes.
    for _ in 0..3 {
        assert!(all(&next(&mut capture).await.unwrap(), RED));
    }
    let mut late = open(&display, window).unwrap();
    let frame = next(&mut late).await.unwrap();
    assert_eq!(size(&frame), (200, 100), "one that was never seen is black");
    assert!(!all(&frame, RED));
    client.map_window(window).unwrap().check().unwrap();
    display.paint(window, BLUE);
    for capture in [&mut capture, &mut late] {
        until(capture, "it is back", |frame| all(frame, BLUE)).await;
    }
}

#[tokio::test]
async fn a_closed_window_ends_its_share() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    let mut capture = open(&display, window).unwrap();
    next(&mut capture).await.unwrap();
    let client = display.client();
    client.destroy_window(window).unwrap().check().unwrap();
    assert_eq!(ends(&mut capture).await, CaptureError::Lost);
    for id in [
        window.to_string(),
        "nonsense".into(),
        "99999999999".into(),
        String::new(),
    ] {
        let id = format!("x11-window:{}/{id}", display.name);
        let outcome = devices().open_screen(&DeviceId(id.clone()), FULL);
        assert_eq!(outcome.err(), Some(CaptureError::NotFound), "{id}");
    }
}

#[tokio::test]
async fn the_pointer_is_drawn_where_it_is_over_the_window_and_not_over_what_covers_it() {
    let display = Display::start(&[]);
    let window = display.block(100, 100, 200, 200, WHITE);
    let clean = |frame: &VideoFrame| all(frame, WHITE);
    display.point_at(200, 200);
    let mut capture = open(&display, window).unwrap();
    let frame = until(&mut capture, "the pointer shows", |frame| !clean(frame)).await;
    assert!(!shows(&frame, 100, 100, WHITE) || !shows(&frame, 101, 101, WHITE));
    let cover = display.block(0, 0, 800, 600, RED);
    until(&mut capture, "the pointer is over the cover", clean).await;
    let client = display.client();
    client.unmap_window(cover).unwrap().check().unwrap();
    until(
        &mut capture,
        "the pointer is over the window again",
        |frame| !clean(frame),
    )
    .await;
    let mut without = open_with(&display, window, "#pointer=off", FULL).unwrap();
    assert!(clean(&next(&mut without).await.unwrap()));
}

#[tokio::test]
async fn a_still_window_is_repeated_once_a_second() {
    let display = Display::start(&[]);
    let window = display.block(100, 50, 200, 100, RED);
    let mut capture = open(&display, window).unwrap();
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
    assert!(
        rests.iter().all(|rest| *rest > Duration::from_millis(500)),
        "{rests:?}"
    );
}

#[tokio::test]
async fn what_covered_a_window_is_never_in_its_pictures() {
    let display = Display::start(&[]);
    let client = display.client();
    // A window without a background keeps what was on the screen until it draws.
    let window = display.window(display.root(), 100, 50, 200, 100, RED);
    let bare = ChangeWindowAttributesAux::new()
        .background_pixmap(x11rb::NONE)
        .event_mask(EventMask::EXPOSURE);
    client
        .change_window_attributes(window, &bare)
        .unwrap()
        .check()
        .unwrap();
    client.map_window(window).unwrap().check().unwrap();
    display.block(0, 0, 800, 600, WHITE);
    while client.poll_for_event().unwrap().is_some() {}
    let mut capture = open(&display, window).unwrap();
    let red = client.generate_id().unwrap();
    let colour = CreateGCAux::new().foreground(RED);
    client
        .create_gc(red, window, &colour)
        .unwrap()
        .check()
        .unwrap();
    assert!(matches!(client.wait_for_event().unwrap(), Event::Expose(_)));
    let all_of_it = Rectangle {
        x: 0,
        y: 0,
        width: 200,
        height: 100,
    };
    client
        .poly_fill_rectangle(window, red, &[all_of_it])
        .unwrap()
        .check()
        .unwrap();
    assert!(all(&next(&mut capture).await.unwrap(), RED));
}

#[tokio::test]
async fn under_a_compositor_a_framed_window_is_pictured_without_being_touched() {
    let display = Display::start(&[]);
    let client = display.client();
    let compositor = Display::joined(&display.name);
    let composite = compositor.client();
    composite
        .composite_query_version(0, 4)
        .unwrap()
        .reply()
        .unwrap();
    composite
        .composite_redirect_subwindows(display.root(), Redirect::AUTOMATIC)
        .unwrap()
        .check()
        .unwrap();
    let frame = display.block(90, 30, 220, 130, WHITE);
    let window = display.window(frame, 10, 20, 200, 100, RED);
    let exposed = ChangeWindowAttributesAux::new().event_mask(EventMask::EXPOSURE);
    client
        .change_window_attributes(window, &exposed)
        .unwrap()
        .check()
        .unwrap();
    client.map_window(window).unwrap().check().unwrap();
    while client.poll_for_event().unwrap().is_some() {}
    let mut capture = open(&display, window).unwrap();
    let first = next(&mut capture).await.unwrap();
    assert_eq!(size(&first), (200, 100));
    assert!(all(&first, RED), "the frame is not in it");
    display.block(0, 0, 800, 600, WHITE);
    display.paint(window, BLUE);
    until(&mut capture, "it is blue under the cover", |frame| {
        all(frame, BLUE)
    })
    .await;
    let asked = client.poll_for_event().unwrap();
    assert!(asked.is_none(), "nobody asks it to draw: {asked:?}");
    configure(
        &display,
        frame,
        &ConfigureWindowAux::new().width(320).height(230),
    );
    configure(
        &display,
        window,
        &ConfigureWindowAux::new().width(300).height(200),
    );
    until(&mut capture, "it has grown with its frame", |frame| {
        size(frame) == (300, 200) && all(frame, BLUE)
    })
    .await;
    display.point_at(200, 100);
    client.unmap_window(frame).unwrap().check().unwrap();
    client.map_window(frame).unwrap().check().unwrap();
    display.paint(window, RED);
    until(&mut capture, "it is back", |frame| {
        shows(frame, 250, 150, RED)
    })
    .await;
}

/// What a window manager and a program say about a window.
struct Said<'a> {
    display: &'a Display,
    window: u32,
}

impl Said<'_> {
    fn atom(&self, name: &str) -> u32 {
        let atom = self.display.client().intern_atom(false, name.as_bytes());
        atom.unwrap().reply().unwrap().atom
    }

    fn numbers(&self, property: &str, kind: impl Into<u32>, values: &[u32]) -> &Self {
        let (property, client) = (self.atom(property), self.display.client());
        client
            .change_property32(
                PropMode::REPLACE,
                self.window,
                property,
                kind.into(),
                values,
            )
            .unwrap()
            .check()
            .unwrap();
        self
    }

    fn named(&self, title: &str) -> &Self {
        let (property, kind) = (self.atom("_NET_WM_NAME"), self.atom("UTF8_STRING"));
        let client = self.display.client();
        client
            .change_property8(
                PropMode::REPLACE,
                self.window,
                property,
                kind,
                title.as_bytes(),
            )
            .unwrap()
            .check()
            .unwrap();
        self
    }

    fn named_of_old(&self, title: &str) -> &Self {
        let client = self.display.client();
        let (property, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
        client
            .change_property8(
                PropMode::REPLACE,
                self.window,
                property,
                kind,
                title.as_bytes(),
            )
            .unwrap()
            .check()
            .unwrap();
        self
    }

    fn state(&self, name: &str) -> &Self {
        self.numbers("_NET_WM_STATE", AtomEnum::ATOM, &[self.atom(name)])
    }
}

/// The windows as a program on this display lists them: this one, in another process.
fn listed(test: &str, display: &Display) -> String {
    let folder = tempfile::tempdir().unwrap();
    let found = folder.path().join("found");
    let environment = [
        ("DISPLAY", display.name.clone().into()),
        ("WAYLAND_DISPLAY", "".into()),
        ("FOYER_TEST_FOUND", found.clone().into()),
    ];
    child::has(test, environment);
    std::fs::read_to_string(found).unwrap()
}

/// In that other process. Its own windows are left out, so that the windows here must be another's.
fn list() {
    let line = |window: WindowInfo| {
        let state = if window.minimised {
            "minimised"
        } else {
            "open"
        };
        format!("{} {state} {:?}\n", window.title, window.size)
    };
    let lines: String = devices().windows().unwrap().into_iter().map(line).collect();
    std::fs::write(std::env::var_os("FOYER_TEST_FOUND").unwrap(), lines).unwrap();
}

#[test]
fn windows_are_listed_as_the_window_manager_stacks_them() {
    const TEST: &str = "windows_are_listed_as_the_window_manager_stacks_them";
    if child::is_child() {
        return list();
    }
    let display = Display::start(&[]);
    let window = |place: i16| display.block(place * 10, 0, 200, 100, RED);
    let windows: Vec<u32> = (0..8).map(window).collect();
    let said = |place: usize| Said {
        display: &display,
        window: windows[place],
    };
    said(0).named("Far behind");
    said(1).named("Put away").state("_NET_WM_STATE_HIDDEN");
    let iconic = said(2).atom("WM_STATE");
    said(2)
        .named("An icon")
        .numbers("WM_STATE", iconic, &[3, 0]);
    said(3).named_of_old("In the old way");
    let dock = said(4).atom("_NET_WM_WINDOW_TYPE_DOCK");
    said(4)
        .named("A panel")
        .numbers("_NET_WM_WINDOW_TYPE", AtomEnum::ATOM, &[dock]);
    // The fifth has no name. What the sixth says about its process is not so.
    said(6)
        .named("Schöner Titel")
        .numbers("_NET_WM_PID", AtomEnum::CARDINAL, &[1]);
    display.block(0, 0, 8, 8, RED);
    let root = Said {
        display: &display,
        window: display.root(),
    };
    root.numbers("_NET_CLIENT_LIST_STACKING", AtomEnum::WINDOW, &windows[..7]);
    let expected = "Schöner Titel open (200, 100)\nIn the old way open (200, 100)\n\
        Far behind open (200, 100)\nAn icon minimised (200, 100)\nPut away minimised (200, 100)\n";
    assert_eq!(listed(TEST, &display), expected);
}

#[test]
fn without_a_window_manager_the_named_windows_on_the_screen_are_listed() {
    const TEST: &str = "without_a_window_manager_the_named_windows_on_the_screen_are_listed";
    if child::is_child() {
        return list();
    }
    let display = Display::start(&[]);
    let behind = display.block(0, 0, 200, 100, RED);
    let hidden = display.block(0, 0, 200, 100, RED);
    let front = display.block(50, 0, 300, 100, BLUE);
    for (window, title) in [(behind, "Behind"), (hidden, "Hidden"), (front, "Front")] {
        let display = &display;
        Said { display, window }.named(title);
    }
    display.block(0, 0, 500, 500, WHITE);
    let client = display.client();
    client.unmap_window(hidden).unwrap().check().unwrap();
    assert_eq!(
        listed(TEST, &display),
        "Front open (300, 100)\nBehind open (200, 100)\n"
    );
}

#[test]
fn our_own_windows_are_not_listed() {
    const TEST: &str = "our_own_windows_are_not_listed";
    if !child::is_child() {
        let display = Display::start(&[]);
        assert_eq!(listed(TEST, &display), "Another's open (200, 100)\n");
        return;
    }
    let name = std::env::var("DISPLAY").unwrap();
    let display = Display::joined(&name);
    for (title, process) in [("Ours", std::process::id()), ("Another's", 1)] {
        let window = display.block(0, 0, 200, 100, RED);
        let display = &display;
        Said { display, window }.named(title).numbers(
            "_NET_WM_PID",
            AtomEnum::CARDINAL,
            &[process],
        );
    }
    list();
}

#[test]
fn under_wayland_no_windows_are_listed_and_it_is_said_why() {
    let wayland = [("WAYLAND_DISPLAY", "wayland-0".into())];
    if child::has(
        "under_wayland_no_windows_are_listed_and_it_is_said_why",
        wayland,
    ) {
        let outcome = devices().windows();
        assert!(
            matches!(outcome, Err(CaptureError::Unsupported(_))),
            "{outcome:?}"
        );
    }
}

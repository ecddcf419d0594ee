//! Real displays, drawn by an X server without a monitor.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "support/child.rs"]
mod child;
#[path = "support/display.rs"]
mod display;

use std::time::Duration;

use display::{BLUE, Display, FULL, LIMIT, RED, WHITE, devices, next, shows, size, until};
use foyer_media::device::{CaptureError, DeviceId, DeviceKind, Devices, VideoWant};
use foyer_media::frame::VideoFrame;

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
async fn a_part_of_a_display_is_shared_alone() {
    let display = Display::start(&[]);
    display.block(0, 0, 800, 600, RED);
    let inside = display.block(500, 100, 200, 100, BLUE);
    display.split();
    // Counted from the corner of the right monitor, which begins at 400; odd sides become even.
    let part = "right#xywh=100,100,201,101";
    let mut capture = display.open(part, FULL).unwrap();
    let frame = next(&mut capture).await.unwrap();
    assert_eq!(size(&frame), (200, 100));
    for (x, y) in [(0, 0), (199, 0), (0, 99), (199, 99), (100, 50)] {
        assert!(shows(&frame, x, y, BLUE), "at {x},{y}");
    }
    let clean = |frame: &VideoFrame| (0..100).all(|y| (0..200).all(|x| shows(frame, x, y, WHITE)));
    display.paint(inside, WHITE);
    until(&mut capture, "the change is seen", clean).await;
    display.point_at(600, 150);
    until(&mut capture, "the pointer is in it", |frame| !clean(frame)).await;
    let over = "right#xywh=300,500,4000,4000";
    let mut capture = display.open(over, FULL).unwrap();
    assert_eq!(size(&next(&mut capture).await.unwrap()), (100, 100));
    let beside = display.open("right#xywh=400,0,100,100", FULL).err();
    assert!(
        matches!(beside, Some(CaptureError::Unsupported(_))),
        "{beside:?}"
    );
}

#[tokio::test]
async fn the_pointer_is_left_out_if_it_is_not_wanted() {
    let display = Display::start(&[]);
    let window = display.block(0, 0, 800, 600, RED);
    display.point_at(100, 100);
    let clean = |frame: &VideoFrame, colour| {
        (80..120).all(|y| (80..120).all(|x| shows(frame, x, y, colour)))
    };
    let mut with = display.open("screen", FULL).unwrap();
    until(&mut with, "the pointer shows", |frame| !clean(frame, RED)).await;
    let mut without = display.open("screen#pointer=off", FULL).unwrap();
    assert!(clean(&next(&mut without).await.unwrap(), RED));
    display.paint(window, BLUE);
    until(&mut without, "the change is seen", |frame| {
        clean(frame, BLUE)
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

#![allow(clippy::unwrap_used)]
use super::*;
use crate::clock::{ManualClock, MonotonicClock};

fn style(theme: Theme) -> CardStyle {
    CardStyle {
        name: "Grace Hopper".into(),
        label: "Practice meeting".into(),
        theme,
    }
}

#[test]
fn every_size_draws_and_all_but_thumbnails_are_read_back() {
    for (width, height) in [
        (1920, 1080),
        (1280, 720),
        (640, 360),
        (360, 640),
        (321, 181),
        (160, 90),
        (64, 36),
    ] {
        let card = TestCard::new(width, height, &style(Theme::Sky)).unwrap();
        for counter in [0, 1, 12_345, (1 << COUNTER_BITS) - 1] {
            let image = card.draw(counter, Duration::from_millis(u64::from(counter)));
            assert_eq!(read_counter(&image), Some(counter), "{width}x{height}");
        }
    }
    for (width, height) in [(2, 2), (3, 50), (50, 3), (17, 9)] {
        let card = TestCard::new(width, height, &style(Theme::Sky)).unwrap();
        card.draw(7, Duration::from_secs(360_000));
    }
    assert!(TestCard::new(0, 0, &style(Theme::Sky)).is_err());
    assert!(TestCard::new(100_000, 100_000, &style(Theme::Sky)).is_err());
}

#[test]
fn the_counter_wraps_at_its_bits() {
    let card = TestCard::new(640, 360, &style(Theme::Lime)).unwrap();
    let image = card.draw(u32::MAX, Duration::ZERO);
    assert_eq!(read_counter(&image), Some((1 << COUNTER_BITS) - 1));
}

#[test]
fn pictures_without_a_stripe_have_no_counter() {
    assert_eq!(read_counter(&I420::black(640, 360).unwrap()), None);
    assert_eq!(read_counter(&I420::black(2, 2).unwrap()), None);
    let mut found = 0;
    let mut state = 1u32;
    for _ in 0..200 {
        let mut image = I420::black(640, 360).unwrap();
        for pixel in image.planes_mut()[0].iter_mut() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel = (state >> 24) as u8;
        }
        found += usize::from(read_counter(&image).is_some());
    }
    assert_eq!(found, 0, "noise is no stripe");
}

#[test]
fn a_damaged_stripe_is_not_trusted() {
    let card = TestCard::new(640, 360, &style(Theme::Amber)).unwrap();
    let image = card.draw(4242, Duration::ZERO);
    for cell in 2..32usize {
        let mut image = image.clone();
        for row in image.planes_mut()[0].chunks_mut(640).skip(340) {
            for pixel in &mut row[cell * 20..(cell + 1) * 20] {
                *pixel = 255 - *pixel;
            }
        }
        assert_eq!(read_counter(&image), None, "cell {cell}");
    }
}

#[test]
fn themes_and_names_tell_cards_apart_and_every_picture_moves() {
    let draw = |style: &CardStyle, n: u32| {
        TestCard::new(640, 360, style)
            .unwrap()
            .draw(n, Duration::from_millis(u64::from(n) * 33))
    };
    for (i, a) in Theme::ALL.into_iter().enumerate() {
        assert_eq!(Theme::nth(i + Theme::ALL.len()), a);
        for b in Theme::ALL.into_iter().skip(i + 1) {
            assert_ne!(draw(&style(a), 0), draw(&style(b), 0));
        }
    }
    let other = CardStyle {
        name: "Somebody else with a name that is far too long to fit into the picture at all"
            .into(),
        ..style(Theme::Teal)
    };
    assert_ne!(draw(&style(Theme::Teal), 0), draw(&other, 0));
    assert_ne!(draw(&other, 0), draw(&other, 1));
}

#[tokio::test]
async fn a_running_card_keeps_its_pace_and_stops_when_dropped() {
    let want = VideoWant {
        width: 320,
        height: 180,
        fps: 50,
    };
    let clock = MonotonicClock::shared();
    let start = clock.now();
    let mut capture = TestCardSource::open(clock.clone(), want, &style(Theme::Teal)).unwrap();
    let (mut last, mut first) = (None, None);
    while last < first.map(|f: u32| f + 25) || first.is_none() {
        let frame = capture.frames.recv().await.unwrap().unwrap();
        let counter = read_counter(&frame.image);
        assert!(counter > last, "{counter:?} after {last:?}");
        assert!(frame.at >= start && frame.at <= clock.now());
        first = first.or(counter);
        last = counter;
    }
    let passed = clock.now().since(start);
    assert!(passed >= Duration::from_millis(450), "{passed:?}");
    drop(capture.guard);
    while capture.frames.recv().await.is_some() {}
}

#[tokio::test]
async fn a_card_follows_the_clock_that_it_is_given() {
    let clock = ManualClock::shared();
    let want = VideoWant {
        width: 160,
        height: 90,
        fps: 10,
    };
    let mut capture = TestCardSource::open(clock.clone(), want, &style(Theme::Teal)).unwrap();
    let frame = capture.frames.recv().await.unwrap().unwrap();
    assert_eq!(read_counter(&frame.image), Some(0));
    clock.advance(Duration::from_millis(1_050));
    let frame = capture.frames.recv().await.unwrap().unwrap();
    assert_eq!(
        read_counter(&frame.image),
        Some(10),
        "what was missed is skipped"
    );
}

#[test]
fn impossible_wishes_are_refused() {
    let clock = MonotonicClock::shared();
    for (width, height, fps) in [(640, 360, 0), (0, 0, 30), (640, 360, 100_000)] {
        let want = VideoWant { width, height, fps };
        let refused = TestCardSource::open(clock.clone(), want, &style(Theme::Teal));
        assert_eq!(refused.err().unwrap().code(), "device.unsupported");
    }
}

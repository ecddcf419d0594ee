//! What the effects make of a photograph (`astronaut.jpg`, see `model/README.md`), with the model that ships.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use foyer_effects::compositor::{Behind, Compositor};
use foyer_effects::{
    Backdrop, Background, FindPerson, MASK_HEIGHT, MASK_WIDTH, Selfie, read_picture,
};
use foyer_media::frame::I420;

fn photograph() -> I420 {
    read_picture(include_bytes!("astronaut.jpg")).unwrap()
}

fn composed(image: &I420, background: Background, own: Option<I420>) -> I420 {
    let mut compositor = Compositor::new(Box::new(Selfie::new().unwrap()));
    let behind = Behind {
        background,
        own: own.map(Arc::new),
    };
    compositor.compose(image, &behind).unwrap()
}

/// Left, top, width, height in pixels of the photograph.
type Area = (usize, usize, usize, usize);

const FACE: Area = (195, 70, 60, 70);
const SHUTTLE: Area = (370, 60, 80, 160);
const FLAG: Area = (2, 10, 40, 120);

fn rows(image: &I420, (left, top, width, height): Area) -> Vec<&[u8]> {
    let stride = image.width() as usize;
    let luma = image.planes()[0];
    (top..top + height)
        .map(|row| &luma[row * stride + left..][..width])
        .collect()
}

/// Mean step from pixel to pixel: what blurring takes away.
fn sharpness(image: &I420, area: Area) -> f64 {
    let steps = rows(image, area).into_iter().flat_map(|row| {
        row.windows(2)
            .map(|pair| f64::from(pair[0].abs_diff(pair[1])))
            .collect::<Vec<_>>()
    });
    let (sum, count) = steps.fold((0.0, 0), |(sum, count), step| (sum + step, count + 1));
    sum / f64::from(count)
}

fn difference(a: &I420, b: &I420, area: Area) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (a, b) in rows(a, area).into_iter().zip(rows(b, area)) {
        for (a, b) in a.iter().zip(b) {
            sum += f64::from(a.abs_diff(*b));
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn the_person_is_found_and_nothing_else() {
    let mask = Selfie::new().unwrap().find(&photograph()).unwrap();
    let (width, height) = (MASK_WIDTH as usize, MASK_HEIGHT as usize);
    assert_eq!(mask.len(), width * height);
    // The photograph is twice as wide and high as the mask.
    let at = |x: usize, y: usize| mask[y / 2 * width + x / 2];
    for (x, y) in [(230, 110), (230, 40), (200, 230), (230, 270)] {
        assert!(at(x, y) > 0.95, "person at {x},{y}: {}", at(x, y));
    }
    for (x, y) in [
        (4, 4),
        (508, 4),
        (4, 180),
        (508, 280),
        (420, 100),
        (110, 60),
    ] {
        assert!(at(x, y) < 0.05, "nobody at {x},{y}: {}", at(x, y));
    }
    let share = mask.iter().filter(|p| **p > 0.5).count() as f64 / mask.len() as f64;
    // Counted in the mask that onnxruntime makes of the same picture: 0.298.
    assert!((0.27..0.33).contains(&share), "{share}");
}

#[test]
fn blur_takes_the_room_away_and_leaves_the_face() {
    let image = photograph();
    let face = sharpness(&image, FACE);
    let before = [SHUTTLE, FLAG].map(|area| sharpness(&image, area));
    let mut left = before;
    for (background, most) in [(Background::Blur, 0.6), (Background::StrongBlur, 0.3)] {
        let out = composed(&image, background, None);
        let kept = sharpness(&out, FACE) / face;
        assert!((0.97..1.03).contains(&kept), "{background:?}: {kept}");
        assert!(difference(&out, &image, FACE) < 1.0);
        let after = [SHUTTLE, FLAG].map(|area| sharpness(&out, area));
        for ((before, after), left) in before.iter().zip(after).zip(&mut left) {
            assert!(after < before * most, "{background:?}: {before} to {after}");
            assert!(after < *left, "each takes more than the one before");
            *left = after;
        }
    }
}

#[test]
fn a_replaced_room_is_gone() {
    let image = photograph();
    let mut own = I420::black(640, 360).unwrap();
    own.planes_mut()[0].fill(90);
    for (background, own) in [
        (Background::Backdrop(Backdrop::Slate), None),
        (Background::Own, Some(own)),
    ] {
        let behind = match (&own, background) {
            (Some(_), _) => {
                let mut plain = I420::black(512, 288).unwrap();
                plain.planes_mut()[0].fill(90);
                plain
            }
            (None, Background::Backdrop(backdrop)) => backdrop.draw(512, 288).unwrap(),
            (None, _) => unreachable!("listed above"),
        };
        let out = composed(&image, background, own);
        assert!(difference(&out, &image, FACE) < 1.0, "{background:?}");
        for area in [SHUTTLE, FLAG] {
            let left = difference(&out, &behind, area);
            assert!(left < 1.5, "{background:?}: {left} of the room in {area:?}");
        }
    }
}

#[test]
fn a_picture_that_is_missing_never_shows_the_room() {
    let image = photograph();
    let out = composed(&image, Background::Own, None);
    let strong = composed(&image, Background::StrongBlur, None);
    assert_eq!(out, strong);
}

#[test]
fn every_size_of_picture_is_taken() {
    let image = photograph();
    for (width, height) in [(1280, 720), (640, 480), (161, 121), (16, 16), (90, 160)] {
        let sized = foyer_media::convert::scale(&image, width, height).unwrap();
        for background in [Background::StrongBlur, Background::Backdrop(Backdrop::Dawn)] {
            let out = composed(&sized, background, None);
            assert_eq!((out.width(), out.height()), (width, height));
        }
    }
}

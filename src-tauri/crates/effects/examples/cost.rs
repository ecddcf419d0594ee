//! What each background costs for a picture of 1280 x 720 on this machine:
//! `cargo run --release -p foyer-effects --example cost`.

#![allow(clippy::print_stdout)] // It is what it is for.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use foyer_effects::compositor::{Behind, Compositor};
use foyer_effects::{Backdrop, Background, FindPerson, Selfie, read_picture};
use foyer_media::clock::MonotonicClock;
use foyer_media::convert::scale;

const PICTURES: usize = 120;

fn main() -> Result<(), Box<dyn Error>> {
    let clock = MonotonicClock::shared();
    let photograph = read_picture(include_bytes!("../tests/astronaut.jpg"))?;
    let image = scale(&photograph, 1280, 720)?;
    let begun = clock.now();
    let mut selfie = Selfie::new()?;
    let loaded = clock.now().since(begun);
    println!("load the model     {:6.1} ms", millis(loaded));
    let measure = |what: &str, mut act: Box<dyn FnMut() -> Result<(), Box<dyn Error>>>| {
        act()?;
        let mut costs = Vec::new();
        for _ in 0..PICTURES {
            let begun = clock.now();
            act()?;
            costs.push(clock.now().since(begun));
        }
        // Every second picture has a mask of its own: neither alone is what a picture costs.
        let mean = costs.iter().sum::<Duration>() / PICTURES as u32;
        costs.sort();
        let (least, middle) = (costs[0], costs[PICTURES / 2]);
        println!(
            "{what:18} {:6.1} ms mean, {:.1} least, {:.1} median",
            millis(mean),
            millis(least),
            millis(middle)
        );
        Ok::<_, Box<dyn Error>>(())
    };
    let masked = image.clone();
    measure(
        "the mask alone",
        Box::new(move || {
            selfie.find(&masked)?;
            Ok(())
        }),
    )?;
    for (what, background) in [
        ("blur", Background::Blur),
        ("strong blur", Background::StrongBlur),
        ("backdrop", Background::Backdrop(Backdrop::Dawn)),
        ("own picture", Background::Own),
    ] {
        let mut compositor = Compositor::new(Box::new(Selfie::new()?));
        let behind = Behind {
            background,
            own: Some(Arc::new(photograph.clone())),
        };
        let image = image.clone();
        measure(
            what,
            Box::new(move || {
                compositor.compose(&image, &behind)?;
                Ok(())
            }),
        )?;
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

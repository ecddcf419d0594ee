//! The test sound: two soft notes, so that a speaker is recognised without startling anybody.

use foyer_media::sound::SAMPLE_RATE;

/// Pitch in hertz and start in seconds.
const NOTES: [(f32, f32); 3] = [(523.25, 0.0), (659.25, 0.16), (783.99, 0.32)];
/// Seconds in which a note falls to a third.
const DECAY: f32 = 0.22;
const ATTACK: f32 = 0.012;
const PEAK: f32 = 0.16;
const SECONDS: f32 = 1.4;

/// The whole sound.
pub(crate) fn chime() -> Vec<f32> {
    let rate = SAMPLE_RATE as f32;
    (0..(SECONDS * rate) as usize)
        .map(|sample| {
            let now = sample as f32 / rate;
            let sound: f32 = NOTES
                .iter()
                .filter(|(_, start)| now >= *start)
                .map(|(pitch, start)| note(*pitch, now - start))
                .sum();
            // The end fades to nothing, so that no click closes it.
            PEAK * sound * ((SECONDS - now) / 0.1).min(1.0)
        })
        .collect()
}

fn note(pitch: f32, since: f32) -> f32 {
    let loudness = (since / ATTACK).min(1.0) * (-since / DECAY).exp();
    let turn = since * pitch * std::f32::consts::TAU;
    loudness * (turn.sin() + 0.25 * (2.0 * turn).sin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chime_is_heard_but_starts_and_ends_in_silence() {
        let chime = chime();
        let peak = chime.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
        assert!((0.1..0.4).contains(&peak), "{peak}");
        assert!(chime[0].abs() < 0.001);
        assert!(chime[chime.len() - 1].abs() < 0.001);
    }
}

//! The test card: a dark, calm picture with a name, a clock, moving parts and a counter that machines read back.

mod canvas;
mod stripe;

use std::time::Duration;

use canvas::{Canvas, Colour};
pub use stripe::{COUNTER_BITS, read_counter};

use super::{font, paced};
use crate::clock::SharedClock;
use crate::device::{CaptureError, VideoCapture, VideoWant};
use crate::frame::{FrameError, I420};

/// Colour of the moving parts, so that cards are told apart at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Blue green.
    Teal,
    /// Warm yellow.
    Amber,
    /// Purple.
    Violet,
    /// Warm red.
    Coral,
    /// Light green.
    Lime,
    /// Light blue.
    Sky,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Teal,
        Self::Amber,
        Self::Violet,
        Self::Coral,
        Self::Lime,
        Self::Sky,
    ];

    /// A theme for the nth participant.
    pub fn nth(n: usize) -> Self {
        Self::ALL[n % Self::ALL.len()]
    }

    fn accent(self) -> [u8; 3] {
        match self {
            Self::Teal => [45, 212, 191],
            Self::Amber => [251, 191, 36],
            Self::Violet => [167, 139, 250],
            Self::Coral => [251, 113, 133],
            Self::Lime => [163, 230, 53],
            Self::Sky => [56, 189, 248],
        }
    }
}

/// What a card shows besides time and counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardStyle {
    /// Big text at the top; cut to what fits.
    pub name: String,
    /// Smaller text below it.
    pub label: String,
    /// Colour of the moving parts.
    pub theme: Theme,
}

/// Draws pictures of one card. What does not move is drawn once.
pub struct TestCard {
    base: I420,
    accent: Colour,
    layout: Layout,
}

/// Positions in pixels, all derived from the size.
struct Layout {
    height: i32,
    margin: i32,
    name_dot: i32,
    small_dot: i32,
    clock_dot: i32,
    dial: (f32, f32, f32),
    clock_at: (i32, i32),
    frame_at: (i32, i32),
    track: (i32, i32, i32, i32),
}

const WHITE: [u8; 3] = [241, 245, 249];
const DIM: [u8; 3] = [148, 163, 184];

impl Layout {
    fn of(width: u32, height: u32) -> Self {
        let (width, height) = (width as i32, height as i32);
        let stripe = stripe::height(height as u32) as i32;
        let margin = (height / 18).max(2);
        let dot = |lines: i32| (height / (lines * font::HEIGHT as i32)).max(1);
        let track_height = (height / 40).max(2);
        let track_y = height - stripe - margin - track_height;
        let clock_dot =
            dot(10).min((width * 11 / 20 - margin).max(1) / (12 * font::ADVANCE as i32));
        let clock_dot = clock_dot.max(1);
        let clock_y = height * 45 / 100;
        let radius = (height as f32 * 0.27).min(width as f32 * 0.18);
        Self {
            height,
            margin,
            name_dot: dot(9),
            small_dot: dot(22),
            clock_dot,
            dial: (
                width as f32 - margin as f32 * 1.5 - radius,
                height as f32 * 0.44,
                radius,
            ),
            clock_at: (margin * 2, clock_y),
            frame_at: (margin * 2, clock_y + (font::HEIGHT as i32 + 4) * clock_dot),
            track: (
                margin * 2,
                track_y,
                (width - margin * 4).max(1),
                track_height,
            ),
        }
    }
}

impl TestCard {
    /// A card of this size; odd sizes work.
    pub fn new(width: u32, height: u32, style: &CardStyle) -> Result<Self, FrameError> {
        let mut base = I420::black(width, height)?;
        let layout = Layout::of(width, height);
        let accent = Colour::rgb(style.theme.accent());
        paint_still(&mut Canvas::new(&mut base), &layout, style, accent);
        Ok(Self {
            base,
            accent,
            layout,
        })
    }

    /// The picture that shows `counter` (its low [`COUNTER_BITS`] bits in the stripe) and the time since the start.
    pub fn draw(&self, counter: u32, elapsed: Duration) -> I420 {
        let mut image = self.base.clone();
        let canvas = &mut Canvas::new(&mut image);
        let at = &self.layout;
        let seconds = elapsed.as_secs();
        let clock = format!(
            "{:02}:{:02}:{:02}.{:03}",
            seconds / 3600 % 100,
            seconds / 60 % 60,
            seconds % 60,
            elapsed.subsec_millis()
        );
        canvas.text(at.clock_at, at.clock_dot, Colour::rgb(WHITE), &clock);
        canvas.text(
            at.frame_at,
            at.small_dot,
            Colour::rgb(DIM),
            &format!("FRAME {counter:07}"),
        );
        let turn = (elapsed.as_millis() % 4000) as f32 / 4000.0 * std::f32::consts::TAU;
        let (cx, cy, radius) = at.dial;
        let tip = (
            cx + turn.sin() * radius * 0.82,
            cy - turn.cos() * radius * 0.82,
        );
        canvas.line((cx, cy), tip, (radius * 0.045).max(1.0), self.accent);
        canvas.disc((cx, cy), (radius * 0.1).max(1.5), self.accent);
        let (x, y, width, height) = at.track;
        let bob = (width / 12).max(2);
        let way = (elapsed.as_millis() % 6000) as i64;
        let way = if way < 3000 { way } else { 6000 - way };
        let offset = (i64::from(width - bob) * way / 3000) as i32;
        canvas.rect((x + offset, y, bob, height), self.accent);
        stripe::write(&mut image, counter);
        image
    }
}

fn paint_still(canvas: &mut Canvas<'_>, at: &Layout, style: &CardStyle, accent: Colour) {
    canvas.gradient(Colour::rgb([15, 23, 42]), Colour::rgb([30, 41, 59]));
    canvas.rect((0, 0, (at.margin / 2).max(2), at.height), accent);
    let left = at.margin * 2;
    let right = (at.dial.0 - at.dial.2) as i32 - at.margin;
    let fits = |dot: i32| ((right - left) / (font::ADVANCE as i32 * dot)).max(1) as usize;
    let shown = style.name.chars().count().max(1) as i32;
    let dot = (1..=at.name_dot)
        .rev()
        .find(|dot| shown * font::ADVANCE as i32 * dot <= right - left)
        .unwrap_or(1);
    let cut: String = style.name.chars().take(fits(dot)).collect();
    canvas.text((left, at.margin), dot, Colour::rgb(WHITE), &cut);
    let below = at.margin + (font::HEIGHT as i32 + 3) * dot.max(at.small_dot);
    let cut: String = style.label.chars().take(fits(at.small_dot)).collect();
    canvas.text((left, below), at.small_dot, Colour::rgb(DIM), &cut);

    let (cx, cy, radius) = at.dial;
    canvas.disc((cx, cy), radius, Colour::rgb([51, 65, 85]));
    canvas.disc((cx, cy), radius * 0.95, Colour::rgb([23, 32, 51]));
    for tick in 0..12 {
        let turn = tick as f32 / 12.0 * std::f32::consts::TAU;
        let (s, c) = turn.sin_cos();
        canvas.line(
            (cx + s * radius * 0.84, cy - c * radius * 0.84),
            (cx + s * radius * 0.91, cy - c * radius * 0.91),
            (radius * 0.02).max(0.7),
            Colour::rgb(DIM),
        );
    }
    let (x, y, width, height) = at.track;
    canvas.rect((x, y, width, height), Colour::rgb([51, 65, 85]));
    let bars = [
        [203, 213, 225],
        [202, 190, 60],
        [60, 190, 190],
        [70, 180, 80],
        [180, 80, 170],
        [190, 70, 60],
        [60, 80, 190],
        [30, 30, 30],
    ];
    let bar_height = (at.height / 16).max(2);
    let bar_y = y - at.margin / 2 - bar_height;
    for (i, bar) in (0i32..).zip(bars) {
        let from = x + width * i / 8;
        let to = x + width * (i + 1) / 8;
        canvas.rect((from, bar_y, to - from, bar_height), Colour::rgb(bar));
    }
}

/// A running card: a camera that is no hardware.
pub struct TestCardSource;

impl TestCardSource {
    /// Starts it; pictures carry the counter of their period, so a gap in the counters is a picture not made.
    pub fn open(
        clock: SharedClock,
        want: VideoWant,
        style: &CardStyle,
    ) -> Result<VideoCapture, CaptureError> {
        if want.fps == 0 || want.fps > 240 {
            return Err(CaptureError::Unsupported(format!(
                "{} pictures/s",
                want.fps
            )));
        }
        let card = TestCard::new(want.width, want.height, style)
            .map_err(|e| CaptureError::Unsupported(e.to_string()))?;
        let period = Duration::from_secs(1) / want.fps;
        paced::run("foyer-test-card", clock, period, move |number, elapsed| {
            Ok(card.draw(number as u32, elapsed))
        })
    }
}

#[cfg(test)]
mod tests;

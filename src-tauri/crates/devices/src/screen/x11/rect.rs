//! Rectangles of an X screen.

use foyer_media::share::Area;

/// A part of the X screen: what a monitor shows, where a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i16,
    pub(super) y: i16,
    pub(super) width: u16,
    pub(super) height: u16,
}

impl Rect {
    /// True if a rectangle of the X screen reaches into it.
    pub(super) fn touches(&self, x: i32, y: i32, width: u16, height: u16) -> bool {
        let apart = |a: i32, a_size: u16, b: i16, b_size: u16| {
            a >= i32::from(b) + i32::from(b_size) || a + i32::from(a_size) <= i32::from(b)
        };
        !apart(x, width, self.x, self.width) && !apart(y, height, self.y, self.height)
    }

    /// This part of it; `None` if too little of that is on it.
    pub(super) fn part(&self, area: Area) -> Option<Self> {
        let cut = area.within(self.width.into(), self.height.into())?;
        Some(Self {
            x: i16::try_from(i32::from(self.x) + i32::try_from(cut.x).ok()?).ok()?,
            y: i16::try_from(i32::from(self.y) + i32::try_from(cut.y).ok()?).ok()?,
            width: u16::try_from(cut.width).ok()?,
            height: u16::try_from(cut.height).ok()?,
        })
    }

    /// Width and height.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.width.into(), self.height.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: Rect = Rect {
        x: 800,
        y: 0,
        width: 800,
        height: 600,
    };

    #[test]
    fn rectangles_touch_only_where_they_are() {
        assert!(RIGHT.touches(1599, 599, 1, 1));
        assert!(RIGHT.touches(0, 0, 801, 1));
        assert!(!RIGHT.touches(0, 0, 800, 600));
        assert!(!RIGHT.touches(1600, 0, 10, 10));
        assert!(!RIGHT.touches(900, -10, 10, 10));
        assert!(RIGHT.touches(i32::from(i16::MIN), 0, u16::MAX, u16::MAX));
    }

    #[test]
    fn a_part_is_counted_from_the_corner_and_cut_at_the_edge() {
        let area = |x, y, width, height| Area {
            x,
            y,
            width,
            height,
        };
        let part = RIGHT.part(area(700, 100, 301, 41));
        assert_eq!(
            part,
            Some(Rect {
                x: 1500,
                y: 100,
                width: 100,
                height: 40
            })
        );
        assert_eq!(RIGHT.part(area(790, 0, 100, 100)), None);
        assert_eq!(RIGHT.part(area(40_000, 0, 100, 100)), None);
    }
}

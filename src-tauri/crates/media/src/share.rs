//! What is shared, and how it is named: a display, a window, or a part of a display.

use std::fmt;

use crate::device::DeviceId;

/// Nothing smaller can be shared: encoders work in blocks of 16 pixels.
pub const LEAST_SIDE: u32 = 16;

/// A rectangle of a display, in its pixels, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Pixels left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Area {
    /// The part of it that a display of this size shows, with even sides; `None` if too little is left to be shared.
    pub fn within(self, width: u32, height: u32) -> Option<Self> {
        let side = |from: u32, length: u32, all: u32| all.saturating_sub(from).min(length) & !1;
        let cut = Self {
            width: side(self.x, self.width, width),
            height: side(self.y, self.height, height),
            ..self
        };
        (cut.width >= LEAST_SIDE && cut.height >= LEAST_SIDE).then_some(cut)
    }
}

/// What a guest picked to be shared.
///
/// Written as the id of a surface, with a fragment where something differs from the whole surface with its pointer and
/// without sound: `x11::0/DP-1#xywh=0,40,1280,720&pointer=off&sound=on`. The area is written as in W3C Media Fragments
/// 1.0, 4.2.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// A display or a window.
    pub surface: DeviceId,
    /// Only this part of it.
    pub area: Option<Area>,
    /// Whether the mouse pointer is to be seen, where the system lets us choose.
    pub pointer: bool,
    /// Whether what other programs play is to be heard.
    pub sound: bool,
}

impl Share {
    /// The whole surface, with its pointer, without sound.
    pub fn of(surface: DeviceId) -> Self {
        Self {
            surface,
            area: None,
            pointer: true,
            sound: false,
        }
    }

    /// Reads what [`fmt::Display`] writes. What is no such fragment belongs to the id.
    pub fn named(text: &str) -> Self {
        let whole = || Self::of(DeviceId(text.to_owned()));
        match text.rsplit_once('#') {
            Some((surface, fragment)) => Self::of(DeviceId(surface.to_owned()))
                .told(fragment)
                .unwrap_or_else(whole),
            None => whole(),
        }
    }

    fn told(mut self, fragment: &str) -> Option<Self> {
        for part in fragment.split('&') {
            match part.split_once('=')? {
                ("xywh", area) => self.area = Some(area_of(area)?),
                ("pointer", value) => self.pointer = switch_of(value)?,
                ("sound", value) => self.sound = switch_of(value)?,
                _ => return None,
            }
        }
        Some(self)
    }
}

fn area_of(text: &str) -> Option<Area> {
    let numbers: Vec<u32> = text
        .split(',')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    match numbers[..] {
        [x, y, width, height] => Some(Area {
            x,
            y,
            width,
            height,
        }),
        _ => None,
    }
}

fn switch_of(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.surface.0)?;
        let mut before = '#';
        let mut part = |f: &mut fmt::Formatter<'_>, text: &str| {
            let written = write!(f, "{before}{text}");
            before = '&';
            written
        };
        if let Some(Area {
            x,
            y,
            width,
            height,
        }) = self.area
        {
            part(f, &format!("xywh={x},{y},{width},{height}"))?;
        }
        if !self.pointer {
            part(f, "pointer=off")?;
        }
        if self.sound {
            part(f, "sound=on")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area {
        x: 10,
        y: 20,
        width: 641,
        height: 360,
    };

    #[test]
    fn what_is_written_is_read_back() {
        for area in [None, Some(AREA)] {
            for pointer in [true, false] {
                for sound in [true, false] {
                    for surface in ["x11::0/DP-1", "x11::0/odd#name", ""] {
                        let share = Share {
                            surface: DeviceId(surface.into()),
                            area,
                            pointer,
                            sound,
                        };
                        assert_eq!(Share::named(&share.to_string()), share);
                    }
                }
            }
        }
    }

    #[test]
    fn plain_ids_name_the_whole_surface() {
        for id in [
            "x11::0/DP-1",
            "display:0",
            "x11::0/a#b",
            "a#xywh=1,2,3",
            "a#sound=loud",
            "a#",
        ] {
            assert_eq!(Share::named(id), Share::of(DeviceId(id.into())), "{id}");
            assert_eq!(Share::of(DeviceId(id.into())).to_string(), id);
        }
        assert_eq!(
            Share::named("display:0#xywh=10,20,641,360&sound=on").to_string(),
            "display:0#xywh=10,20,641,360&sound=on"
        );
    }

    #[test]
    fn an_area_stays_on_its_display_and_has_even_sides() {
        let all = AREA.within(1920, 1080);
        assert_eq!(all, Some(Area { width: 640, ..AREA }));
        let cut = AREA.within(100, 75);
        assert_eq!(
            cut,
            Some(Area {
                width: 90,
                height: 54,
                ..AREA
            })
        );
        assert_eq!(AREA.within(25, 1080), None, "15 columns are too few");
        assert_eq!(AREA.within(10, 10), None);
        let far = Area {
            x: u32::MAX,
            y: u32::MAX,
            width: u32::MAX,
            height: u32::MAX,
        };
        assert_eq!(far.within(1920, 1080), None);
    }
}

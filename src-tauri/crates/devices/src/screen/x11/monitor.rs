//! Which monitors there are, and whether something on them changed.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::randr::{ConnectionExt as _, NotifyMask};
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, Rectangle};
use x11rb::rust_connection::RustConnection;

use super::X11Error;
use super::rect::Rect;

/// What one monitor shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Monitor {
    pub(super) name: String,
    pub(super) rect: Rect,
}

/// Every monitor of a screen, the primary one first.
pub(super) fn all(connection: &RustConnection, screen: usize) -> Result<Vec<Monitor>, X11Error> {
    let root = connection.setup().roots[screen].root;
    connection.randr_query_version(1, 5)?.reply()?;
    let mut found = connection.randr_get_monitors(root, true)?.reply()?.monitors;
    found.sort_by_key(|monitor| !monitor.primary);
    found
        .into_iter()
        .map(|monitor| {
            let name = connection.get_atom_name(monitor.name)?.reply()?.name;
            Ok(Monitor {
                name: String::from_utf8_lossy(&name).into_owned(),
                rect: Rect {
                    x: monitor.x,
                    y: monitor.y,
                    width: monitor.width,
                    height: monitor.height,
                },
            })
        })
        .collect()
}

/// The monitor with this name, if there is one now.
pub(super) fn named(
    connection: &RustConnection,
    screen: usize,
    name: &str,
) -> Result<Option<Monitor>, X11Error> {
    Ok(all(connection, screen)?
        .into_iter()
        .find(|monitor| monitor.name == name))
}

/// Notices what is drawn on a screen, and changes of its monitors.
pub(super) struct Changes<'c> {
    connection: &'c RustConnection,
    damage: u32,
    region: u32,
    drawn: bool,
    layout: bool,
}

impl<'c> Changes<'c> {
    pub(super) fn watch(connection: &'c RustConnection, screen: usize) -> Result<Self, X11Error> {
        let root = connection.setup().roots[screen].root;
        connection.randr_query_version(1, 5)?.reply()?;
        connection.damage_query_version(1, 1)?.reply()?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        let mask = NotifyMask::SCREEN_CHANGE | NotifyMask::CRTC_CHANGE | NotifyMask::OUTPUT_CHANGE;
        connection.randr_select_input(root, mask)?.check()?;
        let damage = connection.generate_id()?;
        connection
            .damage_create(damage, root, ReportLevel::NON_EMPTY)?
            .check()?;
        let region = connection.generate_id()?;
        connection.xfixes_create_region(region, &[])?.check()?;
        Ok(Self {
            connection,
            damage,
            region,
            drawn: false,
            layout: false,
        })
    }

    fn read_events(&mut self) -> Result<(), X11Error> {
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => self.drawn = true,
                Event::RandrNotify(_) | Event::RandrScreenChangeNotify(_) => self.layout = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// True if monitors came, went, moved or changed their size since the last call.
    pub(super) fn layout_changed(&mut self) -> Result<bool, X11Error> {
        self.read_events()?;
        Ok(std::mem::take(&mut self.layout))
    }

    /// True if something was drawn there since the last call.
    pub(super) fn drawn_on(&mut self, rect: Rect) -> Result<bool, X11Error> {
        self.read_events()?;
        if !std::mem::take(&mut self.drawn) {
            return Ok(false);
        }
        self.connection
            .damage_subtract(self.damage, x11rb::NONE, self.region)?;
        let region = self.connection.xfixes_fetch_region(self.region)?.reply()?;
        Ok(region.rectangles.iter().any(
            |&Rectangle {
                 x,
                 y,
                 width,
                 height,
             }| { rect.touches(x.into(), y.into(), width, height) },
        ))
    }
}

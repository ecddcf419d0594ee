//! The windows that there are, as the window manager lists them (Extended Window Manager Hints 1.5).

use foyer_media::share::LEAST_SIDE;
use x11rb::connection::Connection;
use x11rb::errors::{ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, WindowClass};
use x11rb::rust_connection::RustConnection;

use super::X11Error;
use super::window::is_viewable;

x11rb::atom_manager! {
    /// The names that the lists go by.
    Atoms: AtomsCookie {
        _NET_CLIENT_LIST_STACKING,
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_WM_STATE,
        _NET_WM_STATE_HIDDEN,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        _NET_WM_WINDOW_TYPE_DOCK,
        UTF8_STRING,
        WM_STATE,
    }
}

/// Longest list and longest title that is read, in units of 4 bytes.
const LONGEST: u32 = 4096;
/// `IconicState` of `WM_STATE` (ICCCM 4.1.3.1).
const ICONIC: u32 = 3;

/// A window of another program.
pub(super) struct Window {
    pub(super) id: u32,
    pub(super) title: String,
    pub(super) minimised: bool,
    pub(super) size: (u32, u32),
}

/// Windows that can be shared, the front one first, minimised ones last.
pub(super) fn all(connection: &RustConnection, screen: usize) -> Result<Vec<Window>, X11Error> {
    let root = connection.setup().roots[screen].root;
    let look = Look {
        connection,
        atoms: Atoms::new(connection)?.reply()?,
    };
    let managed = look.numbers(root, look.atoms._NET_CLIENT_LIST_STACKING, AtomEnum::WINDOW)?;
    let is_managed = !managed.is_empty();
    let stack = match is_managed {
        true => managed,
        // No window manager: whatever is on the screen.
        false => connection.query_tree(root)?.reply()?.children,
    };
    let mut found = Vec::new();
    // Both lists begin at the bottom.
    for id in stack.into_iter().rev() {
        match look.window(id, is_managed) {
            Ok(window) => found.extend(window),
            // Closed meanwhile.
            Err(
                X11Error::Reply(ReplyError::X11Error(_))
                | X11Error::Id(ReplyOrIdError::X11Error(_)),
            ) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by_key(|window| window.minimised);
    Ok(found)
}

struct Look<'c> {
    connection: &'c RustConnection,
    atoms: Atoms,
}

impl Look<'_> {
    /// `None` for what nobody would share: our own, panels, the desktop, what has no name or is not there to be seen.
    fn window(&self, id: u32, is_managed: bool) -> Result<Option<Window>, X11Error> {
        let atoms = &self.atoms;
        if self.numbers(id, atoms._NET_WM_PID, AtomEnum::CARDINAL)? == [std::process::id()] {
            return Ok(None);
        }
        let kinds = self.numbers(id, atoms._NET_WM_WINDOW_TYPE, AtomEnum::ATOM)?;
        let no_program = [
            atoms._NET_WM_WINDOW_TYPE_DESKTOP,
            atoms._NET_WM_WINDOW_TYPE_DOCK,
        ];
        if kinds.iter().any(|kind| no_program.contains(kind)) {
            return Ok(None);
        }
        let states = self.numbers(id, atoms._NET_WM_STATE, AtomEnum::ATOM)?;
        let is_iconic = self.numbers(id, atoms.WM_STATE, atoms.WM_STATE)?.first() == Some(&ICONIC);
        let minimised = is_managed && (states.contains(&atoms._NET_WM_STATE_HIDDEN) || is_iconic);
        let attributes = self.connection.get_window_attributes(id)?.reply()?;
        if attributes.class != WindowClass::INPUT_OUTPUT
            || (!is_managed && !is_viewable(self.connection, id)?)
        {
            return Ok(None);
        }
        let geometry = self.connection.get_geometry(id)?.reply()?;
        let size = (u32::from(geometry.width), u32::from(geometry.height));
        let title = self.title(id)?;
        let can_be_shared = !title.is_empty() && size.0.min(size.1) >= LEAST_SIDE;
        Ok(can_be_shared.then_some(Window {
            id,
            title,
            minimised,
            size,
        }))
    }

    fn title(&self, id: u32) -> Result<String, X11Error> {
        let modern = self.bytes(id, self.atoms._NET_WM_NAME, self.atoms.UTF8_STRING)?;
        let bytes = match modern.is_empty() {
            true => self.bytes(id, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?,
            false => modern,
        };
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    fn bytes(&self, id: u32, property: u32, kind: u32) -> Result<Vec<u8>, X11Error> {
        let get = self
            .connection
            .get_property(false, id, property, kind, 0, LONGEST)?;
        Ok(get.reply()?.value)
    }

    /// A list of 32-bit values; empty if the property is not there or is of another kind.
    fn numbers(&self, id: u32, property: u32, kind: impl Into<u32>) -> Result<Vec<u32>, X11Error> {
        let get = self
            .connection
            .get_property(false, id, property, kind.into(), 0, LONGEST)?;
        let reply = get.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }
}

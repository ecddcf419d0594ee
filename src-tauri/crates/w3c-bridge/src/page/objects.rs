//! What a page has opened, by handle.

use std::collections::HashMap;
use std::sync::Arc;

use foyer_contract::bridge::{Command, Handle};
use foyer_rtc::Certificate;
use tokio::sync::mpsc;

use crate::channel::Sends;
use crate::task::Task;
use crate::video::{VideoSource, VideoTrack};

/// Objects of one page at most.
const MOST: usize = 65_536;
/// Connections of one page at most, as in browsers.
const MOST_CONNECTIONS: usize = 500;

/// A command on its way to the actor of its connection, with its number.
pub(crate) type Ordered = (u32, Command);

/// One thing with a handle.
pub(crate) enum Object {
    Connection {
        commands: mpsc::Sender<Ordered>,
        _actor: Task,
    },
    Transceiver {
        pc: Handle,
    },
    Channel {
        pc: Handle,
        sends: Sends,
    },
    Track(Track),
    /// Lives as long as the page: any number of connections may use it.
    Certificate(Certificate),
}

/// A track, as far as the page's own loop knows it.
#[derive(Clone)]
pub(crate) enum Track {
    /// A camera, a screen, or pictures of the page.
    Video(Arc<VideoTrack>),
    /// A microphone, or samples of the page: the sound thread has it.
    Audio,
    /// What a receiver of this connection gets, or a clone of it.
    Remote {
        pc: Handle,
        /// The receiver's own track.
        root: Handle,
    },
}

/// All of them.
#[derive(Default)]
pub(crate) struct Objects {
    known: HashMap<Handle, Object>,
    connections: usize,
    closed: bool,
}

impl Objects {
    pub fn get(&self, handle: Handle) -> Option<&Object> {
        self.known.get(&handle)
    }

    /// Takes it in unless the page is gone, the handle is taken or there are too many; it is dropped then.
    pub fn insert(&mut self, handle: Handle, object: Object) -> Result<(), &'static str> {
        if self.closed {
            // Nobody is left to break a rule.
            return Ok(());
        }
        if self.known.contains_key(&handle) {
            return Err("a handle twice");
        }
        if self.known.len() == MOST {
            return Err("too many objects");
        }
        if matches!(object, Object::Connection { .. }) {
            if self.connections == MOST_CONNECTIONS {
                return Err("too many connections");
            }
            self.connections += 1;
        }
        self.known.insert(handle, object);
        Ok(())
    }

    pub fn remove(&mut self, handle: Handle) -> Option<Object> {
        let object = self.known.remove(&handle);
        if matches!(object, Some(Object::Connection { .. })) {
            self.connections -= 1;
        }
        object
    }

    /// All that belongs to a connection, and the connection.
    pub fn remove_connection(&mut self, gone: Handle) -> Vec<Object> {
        let of = |object: &Object| match object {
            Object::Transceiver { pc } | Object::Channel { pc, .. } => *pc == gone,
            Object::Track(Track::Remote { pc, .. }) => *pc == gone,
            _ => false,
        };
        let mut handles: Vec<Handle> = self
            .known
            .iter()
            .filter(|(_, object)| of(object))
            .map(|(handle, _)| *handle)
            .collect();
        handles.push(gone);
        handles
            .into_iter()
            .filter_map(|handle| self.remove(handle))
            .collect()
    }

    pub fn track(&self, handle: Handle) -> Option<Track> {
        match self.known.get(&handle)? {
            Object::Track(track) => Some(track.clone()),
            _ => None,
        }
    }

    pub fn certificate(&self, handle: Handle) -> Option<Certificate> {
        match self.known.get(&handle)? {
            Object::Certificate(certificate) => Some(certificate.clone()),
            _ => None,
        }
    }

    /// Every track of this source.
    pub fn tracks_of(&self, source: &Arc<VideoSource>) -> Vec<Handle> {
        let of = |object: &Object| match object {
            Object::Track(Track::Video(track)) => Arc::ptr_eq(&track.source(), source),
            _ => false,
        };
        self.known
            .iter()
            .filter(|(_, object)| of(object))
            .map(|(handle, _)| *handle)
            .collect()
    }

    /// The queue of a connection, or of the connection that a transceiver or channel belongs to.
    pub fn connection(&self, handle: Handle) -> Option<mpsc::Sender<Ordered>> {
        match self.known.get(&handle)? {
            Object::Connection { commands, .. } => Some(commands.clone()),
            Object::Transceiver { pc } | Object::Channel { pc, .. } => self.connection(*pc),
            Object::Track(Track::Remote { pc, .. }) => self.connection(*pc),
            _ => None,
        }
    }

    /// Everything, to be dropped; nothing comes in any more.
    pub fn close(&mut self) -> HashMap<Handle, Object> {
        self.closed = true;
        std::mem::take(&mut self.known)
    }
}

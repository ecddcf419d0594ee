//! Pixels through memory that the X server and Foyer share.
#![allow(unsafe_code)] // System V shared memory has no safe interface; everything unsafe stays in this file.

use x11rb::connection::Connection;
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xproto::ImageFormat;
use x11rb::rust_connection::RustConnection;

use super::X11Error;

/// A segment of shared memory, mapped here.
struct Segment {
    address: *mut u8,
    length: usize,
    id: i32,
}

impl Segment {
    fn new(length: usize) -> Option<Self> {
        // Only this user may attach: the server does so with the rights that it checks for its client.
        // SAFETY: no pointers are passed; a failure is the value -1.
        let id = unsafe { libc::shmget(libc::IPC_PRIVATE, length, libc::IPC_CREAT | 0o600) };
        if id == -1 {
            return None;
        }
        // SAFETY: the segment exists, and a null address lets the system choose a free one.
        let address = unsafe { libc::shmat(id, std::ptr::null(), 0) };
        let segment = Self {
            address: address.cast(),
            length,
            id,
        };
        if address as isize == -1 {
            segment.remove();
            std::mem::forget(segment);
            return None;
        }
        Some(segment)
    }

    /// Lets the system free the segment as soon as nobody has it mapped, even if Foyer is killed.
    fn remove(&self) {
        // SAFETY: IPC_RMID takes no buffer, so the null pointer is never followed.
        unsafe { libc::shmctl(self.id, libc::IPC_RMID, std::ptr::null_mut()) };
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `shmat` mapped `length` bytes at `address`, readable and writable until `drop`. The server
        // writes only while it answers a request that `SharedImage::get` waits for under its `&mut self`.
        unsafe { std::slice::from_raw_parts_mut(self.address, self.length) }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: `address` came from `shmat`, is detached once, and no slice of it outlives `self`.
        unsafe { libc::shmdt(self.address.cast_const().cast()) };
    }
}

/// Room for one picture that the server writes directly.
pub(super) struct SharedImage<'c> {
    connection: &'c RustConnection,
    segment: Segment,
    seg: u32,
}

impl<'c> SharedImage<'c> {
    /// `None` if the server cannot reach memory of this machine or lacks the extension.
    pub(super) fn new(connection: &'c RustConnection, bytes: usize) -> Option<Self> {
        connection.shm_query_version().ok()?.reply().ok()?;
        let segment = Segment::new(bytes)?;
        let attach = || {
            let seg = connection.generate_id().ok()?;
            let id = u32::try_from(segment.id).ok()?;
            connection.shm_attach(seg, id, false).ok()?.check().ok()?;
            Some(seg)
        };
        let seg = attach();
        segment.remove();
        Some(Self {
            connection,
            segment,
            seg: seg?,
        })
    }

    /// Fills the memory with a rectangle of a drawable, which must not be larger than it.
    pub(super) fn get(
        &mut self,
        drawable: u32,
        x: i16,
        y: i16,
        width: u16,
        height: u16,
    ) -> Result<&mut [u8], X11Error> {
        self.connection
            .shm_get_image(
                drawable,
                x,
                y,
                width,
                height,
                !0,
                ImageFormat::Z_PIXMAP.into(),
                self.seg,
                0,
            )?
            .reply()?;
        Ok(self.segment.bytes())
    }
}

impl Drop for SharedImage<'_> {
    fn drop(&mut self) {
        // On a closed connection the server has let go by itself.
        let _ = self.connection.shm_detach(self.seg);
        let _ = self.connection.flush();
    }
}

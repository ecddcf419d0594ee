//! The console of whoever typed the command. A program with windows is not given one by Windows, so that what it
//! prints would be seen by nobody.

#![allow(unsafe_code)] // The call has no safe interface.

use std::io;
use std::os::windows::io::AsRawHandle as _;

use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};

/// Prints there from now on, unless output already goes into a file or to a program. Without a console, as after a
/// double click, nothing happens.
pub(super) fn borrow() {
    if io::stdout().as_raw_handle().is_null() && io::stderr().as_raw_handle().is_null() {
        // It takes no pointers, and failure leaves everything as it was.
        unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    }
}

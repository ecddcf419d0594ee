//! One small file of the app's: read within a limit, written whole or not at all, and for nobody else to read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the file holds; the default if there is none, and with a warning if it is too long or spoilt.
pub(super) fn read<T: DeserializeOwned + Default>(file: Option<&Path>, most: u64) -> T {
    let parse = |bytes: Vec<u8>| Ok(serde_json::from_slice(&bytes)?);
    read_as(file, most, parse).unwrap_or_default()
}

/// The file as it is; `None` if there is none, and with a warning if it is too long or cannot be read.
pub(super) fn read_bytes(file: Option<&Path>, most: u64) -> Option<Vec<u8>> {
    read_as(file, most, Ok)
}

fn read_as<T>(
    file: Option<&Path>,
    most: u64,
    parse: impl FnOnce(Vec<u8>) -> io::Result<T>,
) -> Option<T> {
    let file = file?;
    let read = File::open(file).and_then(|opened| {
        let mut bytes = Vec::new();
        opened.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other("longer than any of ours"));
        }
        parse(bytes)
    });
    match read {
        Ok(read) => Some(read),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            // Its folder may be the guest's name: the file alone is told.
            let name = file.file_name().unwrap_or_default();
            tracing::warn!(?name, %error, "the file cannot be read; starting without it");
            None
        }
    }
}

/// Keeps this in the file, in place of what was there.
pub(super) fn write<T: Serialize>(file: Option<&Path>, value: &T) -> io::Result<()> {
    write_bytes(file, &serde_json::to_vec_pretty(value)?)
}

/// As [`write()`], these bytes as they are.
pub(super) fn write_bytes(file: Option<&Path>, bytes: &[u8]) -> io::Result<()> {
    let Some(file) = file else {
        return Ok(());
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // A crash in between leaves the old file whole.
    let fresh = file.with_extension("new");
    remove(Some(&fresh))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&fresh)?;
    opened.write_all(bytes)?;
    opened.sync_all()?;
    fs::rename(fresh, file)
}

/// Nothing is left of it. That it was not there is no error.
pub(super) fn remove(file: Option<&Path>) -> io::Result<()> {
    match file.map(fs::remove_file) {
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_was_written_is_read_and_a_file_that_is_too_long_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/list.json");
        assert_eq!(read::<Vec<u32>>(Some(&file), 100), Vec::<u32>::new());
        write(Some(&file), &[1, 2, 3]).unwrap();
        write(Some(&file), &[4, 5]).unwrap();
        assert_eq!(read::<Vec<u32>>(Some(&file), 100), [4, 5]);
        assert_eq!(read::<Vec<u32>>(Some(&file), 5), Vec::<u32>::new());
        remove(Some(&file)).unwrap();
        remove(Some(&file)).unwrap();
        assert!(!file.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it_even_after_a_crash_left_another_behind() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        fs::write(file.with_extension("new"), "half").unwrap();
        write(Some(&file), &1).unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!file.with_extension("new").exists());
    }
}

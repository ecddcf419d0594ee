//! Text files from mail programs and calendars.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use foyer_meeting::link::MAX_TEXT;

/// UTF-16 takes two bytes where UTF-8 takes one; one more tells a text that is too long.
const MAX_BYTES: u64 = 2 * MAX_TEXT as u64 + 2;

/// What a file holds, up to the longest text that is looked at.
pub fn read_file(file: &Path) -> io::Result<String> {
    read(File::open(file)?)
}

/// The same of anything else.
pub fn read(source: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    source.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(decoded(&bytes))
}

/// Windows saves texts as UTF-16 with a mark at their start.
fn decoded(bytes: &[u8]) -> String {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(bytes).into_owned(),
    };
    let units: Vec<u16> = bytes[2..]
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_windows_saves_them() {
        let little: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("Besprechung".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decoded(&little), "Besprechung");
        assert_eq!(decoded(b"\xFE\xFF\0a"), "a");
        assert_eq!(decoded(b"\xEF\xBB\xBFa"), "\u{FEFF}a");
        assert_eq!(decoded(b"\xFF"), "\u{FFFD}");
    }
}

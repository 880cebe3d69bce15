//! Files that commands read: [`bytes()`] and [`text`]. How much is read is bounded before it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const MIB: u64 = 1024 * 1024;

/// The most that is read of one spec; the same as `spec::Limits` allows.
pub(super) const SPEC: u64 = 32 * MIB;
/// The most that is read of a guard file.
pub(super) const GUARD: u64 = 4 * MIB;
/// The most that is read of a value: a key, a certificate, a password.
pub(super) const SECRET: u64 = MIB;
/// The most that is read of a saved plan or a report of an earlier run: those of a hundred thousand mirror
/// topics have about a fifth of it.
pub(super) const SAVED: u64 = 512 * MIB;

/// The content of a file, up to `limit` bytes.
///
/// # Errors
/// When it cannot be read, or is longer. Of a device without an end no more than the limit is read.
pub(super) fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    let too_long = || {
        let size = match limit / MIB {
            1.. => format!("{} MiB", limit / MIB),
            _ => format!("{limit} bytes"),
        };
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {size}"),
        )
    };
    if found.len() > limit {
        return Err(too_long());
    }
    let mut content = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    file.take(limit + 1).read_to_end(&mut content)?;
    match content.len() as u64 > limit {
        true => Err(too_long()),
        false => Ok(content),
    }
}

/// The text of a file, up to `limit` bytes.
///
/// # Errors
/// As [`bytes()`], and when it is not UTF-8.
pub(super) fn text(path: &Path, limit: u64) -> io::Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(bytes(path, limit)?).map_err(not_text)
}

/// The text of a file of another tool: [`text`], or UTF-16 with its byte order mark, as `>` of PowerShell writes it.
///
/// # Errors
/// As [`bytes()`], and when it is neither.
pub(super) fn text_of_any_tool(path: &Path, limit: u64) -> io::Result<String> {
    let bytes = bytes(path, limit)?;
    let decoded = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    };
    let error = |words: &str| io::Error::new(io::ErrorKind::InvalidData, words);
    match decoded {
        Some(text) if text.contains('\0') => Err(error(
            "it is not text: it has NUL bytes. If it is UTF-16 without a byte order mark, save it as UTF-8",
        )),
        Some(text) => Ok(text),
        None => Err(error(
            "it is neither UTF-8 nor UTF-16 text; save it as UTF-8",
        )),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(text(&file, 5).unwrap(), "12345");
        assert_eq!(
            bytes(&file, 4).unwrap_err().to_string(),
            "it is larger than 4 bytes"
        );
        std::fs::write(&file, [0xff]).unwrap();
        assert!(text(&file, 5).unwrap_err().to_string().contains("UTF-8"));
        assert!(bytes(folder.path(), 5).is_err());
    }

    #[test]
    fn files_of_windows_are_read_and_others_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        let units = || "a é 😀\r\n".encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for (mark, content) in [
            (&[0xff, 0xfe][..], &little[..]),
            (&[0xfe, 0xff], &big),
            (&[0xef, 0xbb, 0xbf], "a é 😀\r\n".as_bytes()),
            (&[], "a é 😀\r\n".as_bytes()),
        ] {
            std::fs::write(&file, [mark, content].concat()).unwrap();
            assert_eq!(text_of_any_tool(&file, 100).unwrap(), "a é 😀\r\n");
        }
        for (content, words) in [
            (&[0xff, 0xfe, 0x41][..], "neither UTF-8 nor UTF-16"),
            (&[0xff, 0xfe, 0x00, 0xd8], "neither UTF-8 nor UTF-16"),
            (&[0xff], "neither UTF-8 nor UTF-16"),
            (b"{\0\"\0", "save it as UTF-8"),
        ] {
            std::fs::write(&file, content).unwrap();
            let error = text_of_any_tool(&file, 100).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_too_large() {
        let error = bytes(Path::new("/dev/zero"), 2 * MIB).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 2 MiB");
    }
}

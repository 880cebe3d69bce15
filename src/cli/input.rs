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

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_too_large() {
        let error = bytes(Path::new("/dev/zero"), 2 * MIB).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 2 MiB");
    }
}

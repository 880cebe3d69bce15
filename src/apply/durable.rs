//! Files that are whole whatever happens: [`replace`].
//!
//! A reader sees the old file or the new one, never a part. With [`Flush::ToDisk`] that holds through
//! a power cut too: content and name are on the disk before this returns. It costs two waits for the
//! disk, some milliseconds each time on an SSD; a run that waits for servers for minutes does not
//! feel it.

use std::io::Write;
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner.
    Owner,
    /// Everybody: another program collects it.
    Everybody,
}

/// How far a file is brought before a call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// To the disk: it survives a power cut.
    ToDisk,
    /// To the operating system: it survives the end of the process.
    ToSystem,
}

/// Replaces a file, or makes it.
///
/// # Errors
/// When it cannot be written; the old file is untouched then.
pub fn replace(path: &Path, text: &[u8], readers: Readers, flush: Flush) -> std::io::Result<()> {
    let folder = folder_of(path);
    // A temporary file is readable by its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    if readers == Readers::Everybody {
        readable_by_everybody(file.as_file())?;
    }
    if flush == Flush::ToDisk {
        file.as_file().sync_all()?;
    }
    file.persist(path)?;
    match flush {
        Flush::ToDisk => flush_names(folder),
        Flush::ToSystem => Ok(()),
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Brings the names of a folder's files to the disk, where the operating system has a way to ask.
pub(super) fn flush_names(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(unix)]
fn readable_by_everybody(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_everybody(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for (text, flush) in [("one", Flush::ToDisk), ("two", Flush::ToSystem)] {
            replace(&path, text.as_bytes(), Readers::Owner, flush).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        let below = path.join("report.json");
        assert!(replace(&below, b"three", Readers::Owner, Flush::ToDisk).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_made_in_the_folder_it_belongs_to() {
        for (path, folder) in [
            ("kept/report.json", "kept"),
            ("report.json", "."),
            ("/r", "/"),
        ] {
            assert_eq!(folder_of(Path::new(path)), Path::new(folder), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_are_brought_to_the_disk_of_a_folder_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        flush_names(folder.path()).unwrap();
        let error = flush_names(&folder.path().join("gone")).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_not_for_everybody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for (readers, mode) in [(Readers::Everybody, 0o644), (Readers::Owner, 0o600)] {
            replace(&path, b"x", readers, Flush::ToSystem).unwrap();
            let found = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(found & 0o777, mode);
        }
    }
}

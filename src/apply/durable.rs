//! Files that are whole whatever happens: [`replace`].
//!
//! A reader sees the old file or the new one, never a part. With [`Flush::ToDisk`] that holds through
//! a power cut too: content and name are on the disk before this returns. It costs two waits for the
//! disk, some milliseconds each time on an SSD; a run that waits for servers for minutes does not
//! feel it.
//!
//! One rule for every output, whichever option names it: what has the name is replaced, and nothing else is
//! touched. A symbolic link to a file is replaced by the file, and what it led to stays as it is, so that a
//! link that someone left in a shared folder overwrites nothing. What is not a file (a device, a pipe,
//! `/dev/stdout`), also behind a link, is written to and never replaced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner.
    Owner,
    /// Everybody: another program collects it.
    Everybody,
    /// Those who may read the file that is replaced, which exists.
    AsBefore,
}

/// How far a file is brought before a call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// To the disk: it survives a power cut.
    ToDisk,
    /// To the operating system: it survives the end of the process.
    ToSystem,
}

/// Replaces a file, or makes it. A device or a pipe gets the text instead.
///
/// # Errors
/// When it cannot be written; the old file is untouched then.
pub fn replace(path: &Path, text: &[u8], readers: Readers, flush: Flush) -> io::Result<()> {
    match Target::of(path)? {
        Target::File => replace_file(path, text, readers, flush),
        // These share their position with what the process prints: a second handle would overwrite it.
        Target::StandardOutput => write_through(io::stdout().lock(), text),
        Target::StandardError => write_through(io::stderr().lock(), text),
        Target::Stream => write_through(OpenOptions::new().append(true).open(path)?, text),
    }
}

/// Makes a file to append to, readable by its owner only. What is there is lost; what a link led to is not.
///
/// # Errors
/// When it cannot be made.
pub(super) fn create(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn write_through(mut out: impl Write, text: &[u8]) -> io::Result<()> {
    out.write_all(text)?;
    out.flush()
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A regular file, or nothing yet.
    File,
    /// This process's standard output.
    StandardOutput,
    /// Its standard error.
    StandardError,
    /// A device, a pipe, or another open file of a process.
    Stream,
}

/// How many links are followed, as Linux does.
const MAX_LINKS: usize = 40;

impl Target {
    fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match path.to_str() {
                Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => {
                    return Ok(Self::StandardOutput);
                }
                Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => {
                    return Ok(Self::StandardError);
                }
                _ => {}
            }
            let meta = match std::fs::symlink_metadata(&path) {
                Ok(meta) => meta,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::File),
                Err(error) => return Err(error),
            };
            if !meta.is_symlink() {
                // A folder cannot be replaced; renaming onto it says so.
                let is_file = meta.is_file() || meta.is_dir();
                return Ok(if is_file { Self::File } else { Self::Stream });
            }
            // The entries here are links that lead to open files, whatever their text says.
            if path.starts_with("/proc") || path.starts_with("/dev/fd") {
                return Ok(Self::Stream);
            }
            path = folder_of(&path).join(std::fs::read_link(&path)?);
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "too many levels of symbolic links",
        ))
    }
}

fn replace_file(path: &Path, text: &[u8], readers: Readers, flush: Flush) -> io::Result<()> {
    let folder = folder_of(path);
    // A temporary file is readable by its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    match readers {
        Readers::Owner => {}
        Readers::Everybody => readable_by_everybody(file.as_file())?,
        Readers::AsBefore => {
            let before = std::fs::metadata(path)?.permissions();
            file.as_file().set_permissions(before)?;
        }
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
pub(super) fn flush_names(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(unix)]
fn readable_by_everybody(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_everybody(_: &File) -> io::Result<()> {
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
    fn a_link_is_replaced_and_what_it_led_to_stays() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (precious, link) = (folder.path().join("precious"), folder.path().join("out"));
        let writes: [fn(&Path) -> io::Result<()>; 2] = [
            |path| replace(path, b"new", Readers::Owner, Flush::ToDisk),
            |path| create(path)?.write_all(b"new"),
        ];
        for write in writes {
            std::fs::write(&precious, "precious").unwrap();
            symlink(&precious, &link).unwrap();
            write(&link).unwrap();
            assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
            assert_eq!(std::fs::read_to_string(&link).unwrap(), "new");
            assert!(!link.is_symlink());
            std::fs::remove_file(&link).unwrap();
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

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_file_is_written_to() {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let link = |name: &str, to: &str| {
            let path = folder.path().join(name);
            symlink(to, &path).unwrap();
            path
        };
        let (out, null) = (link("out", "/dev/stdout"), link("null", "/dev/null"));
        let (chain, around) = (link("chain", "out"), link("around", "around"));
        for (path, target) in [
            (Path::new("/dev/null"), Target::Stream),
            (Path::new("/dev/stdout"), Target::StandardOutput),
            (Path::new("/proc/self/fd/2"), Target::StandardError),
            (&out, Target::StandardOutput),
            (&chain, Target::StandardOutput),
            (&null, Target::Stream),
            (&folder.path().join("new"), Target::File),
            (Path::new("/proc/self/fd/0"), Target::Stream),
        ] {
            assert_eq!(Target::of(path).unwrap(), target, "{}", path.display());
        }
        assert!(Target::of(&around).is_err());
        replace(&null, b"x", Readers::Owner, Flush::ToDisk).unwrap();
        assert!(null.is_symlink());
        let kind = std::fs::metadata("/dev/null").unwrap().file_type();
        assert!(kind.is_char_device());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_not_for_everybody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let permit = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
        for (readers, mode) in [
            (Readers::Everybody, 0o644),
            (Readers::Owner, 0o600),
            (Readers::AsBefore, 0o664),
        ] {
            if readers == Readers::AsBefore {
                permit(mode).unwrap();
            }
            replace(&path, b"x", readers, Flush::ToSystem).unwrap();
            let found = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(found & 0o777, mode);
        }
    }
}

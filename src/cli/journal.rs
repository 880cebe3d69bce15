//! Where the output of a run goes when its terminal is gone: [`Journal`].

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The file, in the working directory, to which every run appends.
pub(super) const PATH: &str = ".linkwright/journal.log";

/// The journal of this run. It is opened when the terminal goes; until then nothing is written.
#[derive(Clone, Default)]
pub(super) struct Journal {
    file: Arc<OnceLock<Option<File>>>,
}

impl Journal {
    /// From now on output goes here. What came before is lost with the terminal, so that the first lines
    /// say when that was. If the file cannot be written, the run goes on without output.
    pub(super) fn open(&self, now: jiff::Timestamp) {
        self.file.get_or_init(|| {
            let mut file = append(Path::new(PATH)).ok()?;
            let version = env!("CARGO_PKG_VERSION");
            writeln!(
                file,
                "\n{now} Linkwright {version}: the terminal is gone (SIGHUP); the run goes on, and this \
                 is the rest of its output. SIGTERM or a second SIGHUP asks it to stop"
            )
            .ok()?;
            Some(file)
        });
    }

    /// Whether the terminal is gone.
    pub(super) fn is_open(&self) -> bool {
        self.file.get().is_some()
    }
}

/// Readable by its owner only: it names clusters and topics.
fn append(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // By the rule for outputs: what a link leads to is not touched.
    if path.is_symlink() {
        std::fs::remove_file(path)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A stream that leads to the journal once that is open. A pipe or a file goes on getting what it got.
pub(super) struct Stream<W> {
    pub(super) journal: Journal,
    pub(super) is_terminal: bool,
    pub(super) to: W,
}

impl<W: Write> Write for Stream<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let Some(file) = self.journal.file.get() else {
            return self.to.write(text);
        };
        if let Some(mut file) = file.as_ref() {
            file.write_all(text)?;
        }
        match self.is_terminal {
            true => Ok(text.len()),
            false => self.to.write_all(text).map(|()| text.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.journal.is_open() && self.is_terminal {
            true => Ok(()),
            false => self.to.flush(),
        }
    }
}

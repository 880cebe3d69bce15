//! Which files of a folder can be specs: [`yaml_files`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use crate::report::safe;

/// A path as people see it: `./` in front of what is in the working directory says nothing, and a name
/// from a pull request does nothing to a terminal.
pub(super) fn shown(path: &Path) -> Arc<str> {
    let text = path.display().to_string();
    safe::clean(text.strip_prefix("./").unwrap_or(&text)).into()
}

/// The list of files to skip in a folder of specs, in the syntax of `.gitignore`.
pub(super) const IGNORE_FILE: &str = ".linkwrightignore";

/// The `*.yaml` and `*.yml` of a folder (not of the folders in it) that can be specs, sorted: no hidden file,
/// backup or lock file, and none that [`IGNORE_FILE`] lists.
pub(super) fn yaml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let ignored = Ignored::of(folder)?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let can_be_spec = path
            .file_name()
            .is_some_and(|name| can_be_spec(&name.to_string_lossy()));
        if can_be_spec && !path.is_dir() && !ignored.has(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What [`IGNORE_FILE`] of a folder lists.
pub(super) struct Ignored(Gitignore);

impl Ignored {
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let list = folder.join(IGNORE_FILE);
        if !list.is_file() {
            return Ok(Self(Gitignore::empty()));
        }
        match Gitignore::new(&list) {
            (_, Some(error)) => Err(io::Error::other(error)),
            (ignored, None) => Ok(Self(ignored)),
        }
    }

    pub(super) fn has(&self, file: &Path) -> bool {
        self.0.matched(file, false).is_ignore()
    }
}

/// Whether the name of a file is that of a spec.
pub(super) fn can_be_spec(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"));
    let endings = [".bak", ".orig", ".backup", ".lock", "-lock"];
    stem.is_some_and(|stem| {
        !stem.starts_with(['.', '#']) && !endings.iter().any(|ending| stem.ends_with(ending))
    })
}

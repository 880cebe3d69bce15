//! Copies of the project's files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Result;

/// The project's files by path.
pub type Sources = BTreeMap<String, Vec<u8>>;

/// What git keeps or would keep, without this program.
pub fn sources(root: &Path) -> Result<Sources> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).into_owned().into());
    }
    String::from_utf8(listed.stdout)?
        .split_terminator('\0')
        .filter(|path| !path.starts_with(".ci/mutation/") && root.join(path).is_file())
        .map(|path| Ok((path.to_owned(), fs::read(root.join(path))?)))
        .collect()
}

/// Makes `folder` hold these files and no other source. Files that are the same stay untouched, so that
/// nothing is built anew for them.
pub fn write(folder: &Path, files: &Sources) -> Result<()> {
    for (path, bytes) in files {
        put(&folder.join(path), bytes)?;
    }
    for top in ["src", "tests"] {
        sweep(folder, &folder.join(top), files)?;
    }
    Ok(())
}

/// A path as the project has it: a crate whose root is above its manifest names `src/core/../diff/mod.rs`.
pub fn straight(path: &str) -> String {
    let Some((before, after)) = path.split_once("/../") else {
        return path.to_owned();
    };
    let parent = before.rsplit_once('/').map_or("", |(parent, _)| parent);
    straight(&format!("{parent}/{after}"))
}

/// Writes a file unless it is so already.
fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, bytes)?)
}

fn sweep(root: &Path, folder: &Path, files: &Sources) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sweep(root, &path, files)?;
            continue;
        }
        let name = path.strip_prefix(root)?.to_string_lossy();
        if !files.contains_key(&*name) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::straight;

    #[test]
    fn paths_are_straightened() {
        assert_eq!(
            straight("src/core/../diff/mod.rs:1:2: a"),
            "src/diff/mod.rs:1:2: a"
        );
        assert_eq!(straight("src/diff/mod.rs"), "src/diff/mod.rs");
    }
}

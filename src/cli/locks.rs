//! Locks on this machine: [`LocalLock`]. They keep two runs apart that share no store, and those that share the
//! state file of a sandbox.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Failure;
use super::exit::Exit;
use super::identity::Identity;
use super::references::env;
use crate::address::ClusterId;
use crate::diagnostic::{Code, Diagnostic};
use crate::store::component;

/// A file that is locked until this is dropped, or until the process ends however it does.
#[derive(Debug)]
pub(super) struct LocalLock {
    _file: File,
}

/// Who holds a lock.
#[derive(Serialize, Deserialize)]
struct Owner {
    holder: String,
    host: String,
}

impl LocalLock {
    /// Takes a lock, for which it waits so long. `what` is what it is about.
    ///
    /// # Errors
    /// When another run holds it, or when it cannot be had at all.
    pub(super) fn take(
        path: &Path,
        what: &str,
        who: &Identity,
        timeout: Duration,
    ) -> Result<Self, Failure> {
        let failed =
            |error: io::Error| Failure::failed(format!("cannot lock {}: {error}", path.display()));
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => match within(&file, timeout) {
                Some(locked) => locked.map_err(failed)?,
                None => return Err(held(&mut file, what)),
            },
        }
        let owner = who.holder();
        let owner = Owner {
            holder: owner.holder,
            host: owner.host,
        };
        let text = serde_json::to_string(&owner).unwrap_or_default();
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// What waiting for a lock came to, if it came to anything in time. The thread ends with the process.
fn within(file: &File, timeout: Duration) -> Option<io::Result<()>> {
    if timeout.is_zero() {
        return None;
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    let waiting = file.try_clone().ok()?;
    std::thread::spawn(move || {
        // No one listens any more when the time is over.
        drop(sender.send(waiting.lock()));
    });
    receiver.recv_timeout(timeout).ok()
}

fn held(file: &mut File, what: &str) -> Failure {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(4096).read_to_string(&mut text));
    let owner: Option<Owner> = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    let by = match owner {
        Some(Owner { holder, host }) => format!("{holder} on {host}"),
        None => "another run on this machine".to_owned(),
    };
    let words = format!("{what} is in use by {by}");
    Failure {
        about: vec![
            Diagnostic::error(Code("LW562"), words.clone())
                .help("wait until that run has ended, or pass --lease-timeout"),
        ],
        ..Failure::new(
            Exit::Failed,
            format!(
                "{words}. No changes were made\nwait until that run has ended, or pass --lease-timeout"
            ),
        )
    }
}

/// The lock of the state file of a sandbox.
///
/// # Errors
/// When there is no folder for it.
pub(super) fn of_state(state: &Path) -> io::Result<PathBuf> {
    let state = std::path::absolute(state)?;
    Ok(folder()?.join(format!("sandbox--{}", component(&state.to_string_lossy()))))
}

/// The lock of a cluster on this machine. Two clusters of one id at different addresses are two.
///
/// # Errors
/// When there is no folder for it.
pub(super) fn of_cluster(id: &ClusterId, url: &str) -> io::Result<PathBuf> {
    let name = format!("{}--{}", component(id.as_str()), component(url));
    Ok(folder()?.join(name))
}

/// Where locks are, which is made: not next to what they are of, since they stay, and not where everybody may write,
/// since someone else's file could be in the place of a lock.
fn folder() -> io::Result<PathBuf> {
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let own = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local").join("state")))
        .map(|folder| folder.join("linkwright"));
    let folder = own
        .unwrap_or_else(|| PathBuf::from(".linkwright"))
        .join("locks");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_runs_one_is_kept_out_and_named_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let who = |host: &str| Identity {
            command: "apply",
            who: "ann".to_owned(),
            host: host.to_owned(),
            run_id: "1".to_owned(),
            url: None,
        };
        let first = LocalLock::take(&path, "the state", &who("one"), Duration::ZERO).unwrap();
        let second = LocalLock::take(&path, "the state", &who("two"), Duration::ZERO).unwrap_err();
        assert_eq!(second.exit, Exit::Failed);
        assert!(
            second
                .words
                .starts_with("the state is in use by ann/1 on one."),
            "{second}"
        );
        drop(first);
        LocalLock::take(&path, "the state", &who("two"), Duration::ZERO).unwrap();
    }
}

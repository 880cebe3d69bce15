//! Locks on this machine: [`LocalLock`]. They keep two runs apart that share no store, and those that share the
//! state file of a sandbox.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linkwright_clock::Clock;
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
    file: File,
    owner: Owner,
    /// Whether someone else held it since the caller has [`read`] it.
    contested: bool,
}

/// Who holds a lock, or held it last.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    holder: String,
    host: String,
    /// Whether they have let go of it.
    #[serde(default)]
    ended: bool,
}

/// Until when a lock is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience(Option<Instant>);

impl Patience {
    /// So long from now on.
    pub(super) fn of(timeout: Duration) -> Self {
        let now = Clock::wall().now();
        Self(now.checked_add(timeout).filter(|_| !timeout.is_zero()))
    }

    /// How long is left of it.
    pub(super) fn left(self) -> Duration {
        let now = Clock::wall().now();
        self.0
            .map_or(Duration::ZERO, |end| end.saturating_duration_since(now))
    }
}

impl LocalLock {
    /// Takes a lock, which is waited for as long as there is patience. `what` is what it is about, `before` what [`read`]
    /// has returned of it, and `busy` is called when it is waited for.
    ///
    /// # Errors
    /// When another run holds it, or when it cannot be had at all.
    pub(super) fn take(
        path: &Path,
        what: &str,
        who: &Identity,
        patience: Patience,
        before: Option<&str>,
        busy: &mut dyn FnMut(),
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
            Err(TryLockError::WouldBlock) => {
                busy();
                match within(&file, patience.left()) {
                    Some(locked) => locked.map_err(failed)?,
                    None => return Err(held(&mut file, what)),
                }
            }
        }
        let last = content(&mut file).map_err(failed)?;
        let owner = who.holder();
        let owner = Owner {
            holder: owner.holder,
            host: owner.host,
            ended: false,
        };
        let mut lock = Self {
            file,
            owner,
            contested: before != Some(last.as_str()),
        };
        lock.write().map_err(failed)?;
        Ok(lock)
    }

    /// Takes several, in the order of their paths, each of which is about something.
    ///
    /// # Errors
    /// As [`LocalLock::take`]. None is held then.
    pub(super) fn take_all(
        wanted: &BTreeMap<PathBuf, String>,
        who: &Identity,
        patience: Patience,
        before: &BTreeMap<PathBuf, String>,
        busy: &mut dyn FnMut(),
    ) -> Result<Vec<Self>, Failure> {
        let locks = wanted.iter().map(|(path, what)| {
            let before = before.get(path).map(String::as_str);
            Self::take(path, what, who, patience, before, busy)
        });
        locks.collect()
    }

    /// Whether someone else held it since the caller has read it.
    pub(super) fn is_contested(&self) -> bool {
        self.contested
    }

    fn write(&mut self) -> io::Result<()> {
        let text = serde_json::to_string(&self.owner)?;
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for LocalLock {
    fn drop(&mut self) {
        self.owner.ended = true;
        // Where it cannot be written, the next run reads its clusters once more.
        drop(self.write());
    }
}

/// What is in a lock that no one holds, to find out later whether someone has held it meanwhile; `None` when someone may
/// hold it now.
pub(super) fn read(path: &Path) -> Option<String> {
    let text = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(String::new()),
        file => content(&mut file.ok()?).ok()?,
    };
    let owner: Option<Owner> = serde_json::from_str(&text).ok();
    owner.is_some_and(|owner| owner.ended).then_some(text)
}

fn content(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.rewind()?;
    file.take(4096).read_to_string(&mut text)?;
    Ok(text)
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
    let text = content(file).unwrap_or_default();
    let owner: Option<Owner> = serde_json::from_str(&text).ok();
    let by = match owner {
        Some(Owner { holder, host, .. }) => format!("{holder} on {host}"),
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
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn who(run: &str, host: &str) -> Identity {
        Identity {
            command: "apply",
            who: "ann".to_owned(),
            host: host.to_owned(),
            run_id: run.to_owned(),
            url: None,
        }
    }

    fn take(path: &Path, who: &Identity, before: Option<&str>) -> Result<LocalLock, Failure> {
        let patience = Patience::of(Duration::ZERO);
        LocalLock::take(path, "the state", who, patience, before, &mut || {})
    }

    #[test]
    fn of_two_runs_one_is_kept_out_and_named_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = take(&path, &who("1", "one"), None).unwrap();
        let second = take(&path, &who("2", "two"), None).unwrap_err();
        assert_eq!(second.exit, Exit::Failed);
        assert!(
            second
                .words
                .starts_with("the state is in use by ann/1 on one."),
            "{second}"
        );
        drop(first);
        take(&path, &who("2", "two"), None).unwrap();
    }

    #[test]
    fn a_lock_that_someone_held_since_it_was_read_is_contested() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let before = read(&path);
        assert_eq!(before.as_deref(), Some(""));
        let first = take(&path, &who("1", "one"), before.as_deref()).unwrap();
        assert!(!first.is_contested());
        // Whoever reads while it is held cannot know what happens next.
        assert_eq!(read(&path), None);
        drop(first);
        let second = take(&path, &who("2", "two"), before.as_deref()).unwrap();
        assert!(second.is_contested());
        drop(second);
        let before = read(&path).unwrap();
        let third = take(&path, &who("3", "one"), Some(&before)).unwrap();
        assert!(!third.is_contested());
        // One that was killed did not say that it has ended.
        std::fs::write(&path, r#"{"holder":"ann/3","host":"one"}"#).unwrap();
        assert_eq!(read(&path), None);
    }

    /// Runs of specs that name their clusters in other orders, in threads: of each cluster one at a time, and what a run has
    /// read is still so when it is told that no one else was there.
    #[test]
    fn runs_that_race_for_locks_never_hold_one_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = |at: usize| folder.path().join(["west", "east", "north"][at]);
        let inside: [AtomicUsize; 3] = Default::default();
        // Which run has written to each cluster last.
        let clusters: [Mutex<usize>; 3] = Default::default();
        let start = std::sync::Barrier::new(4);
        let run = |run: usize, mine: [usize; 2]| {
            let wanted = mine.map(|at| (path(at), format!("cluster {at}"))).into();
            let wanted: BTreeMap<PathBuf, String> = wanted;
            let before = wanted.keys().filter_map(|it| Some((it.clone(), read(it)?)));
            let before: BTreeMap<PathBuf, String> = before.collect();
            let seen = mine.map(|at| *clusters[at].lock().unwrap());
            let who = who(&run.to_string(), "one");
            let patience = Patience::of(Duration::from_secs(600));
            let locks = LocalLock::take_all(&wanted, &who, patience, &before, &mut || {}).unwrap();
            assert!(
                mine.iter()
                    .all(|at| inside[*at].fetch_add(1, Ordering::SeqCst) == 0)
            );
            let now = mine.map(|at| *clusters[at].lock().unwrap());
            assert!(
                locks.iter().any(LocalLock::is_contested) || now == seen,
                "run {run}"
            );
            for at in mine {
                *clusters[at].lock().unwrap() = run;
                inside[at].store(0, Ordering::SeqCst);
            }
        };
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (start, run) = (&start, &run);
                scope.spawn(move || {
                    start.wait();
                    for round in 0..12 {
                        let first = (thread + round) % 3;
                        let second = (first + 1 + thread % 2) % 3;
                        run(1 + thread * 12 + round, [first, second]);
                    }
                });
            }
        });
    }
}

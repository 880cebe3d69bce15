//! Locks on this machine: [`LocalLock`]. They keep two runs apart that share no store, and those that share the
//! state file of a sandbox.

use std::cell::Cell;
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
use crate::api::WRITE_ATTEMPT;
use crate::diagnostic::{Code, Diagnostic};
use crate::store::component;

/// A file that is locked until this is dropped, or until the process ends however it does.
#[derive(Debug)]
pub(super) struct LocalLock {
    file: File,
    owner: Owner,
    /// Whether a write of this run may be under way.
    in_flight: Cell<bool>,
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
    /// Until when a write of theirs may still be under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    writes_until: Option<jiff::Timestamp>,
}

impl Owner {
    /// Until when a write may still be under way, if that is not over: never for longer than one takes.
    fn writes_until(&self, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let most = now.checked_add(WRITE_ATTEMPT).unwrap_or(now);
        let until = self.writes_until?.min(most);
        (until > now).then_some(until)
    }
}

/// What whoever is kept out by a lock can do.
pub(super) const WAIT: &str = "wait until that run has ended, or pass --lease-timeout";

/// Why a lock is not taken.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// Another run holds it.
    Held(Failure),
    /// It cannot be used: why.
    Unusable(String),
}

impl From<NotTaken> for Failure {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::Held(failure) => failure,
            NotTaken::Unusable(why) => Self::failed(why),
        }
    }
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
    /// has returned of it, and `busy` is called when it is waited for: it returns what can be done if that is without success.
    ///
    /// # Errors
    /// When another run holds it, or when it cannot be had at all.
    pub(super) fn take(
        path: &Path,
        what: &str,
        who: &Identity,
        patience: Patience,
        before: Option<&str>,
        busy: &mut dyn FnMut() -> &'static str,
    ) -> Result<Self, NotTaken> {
        let failed = |error: io::Error| {
            NotTaken::Unusable(format!("cannot lock {}: {error}", path.display()))
        };
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
                let help = busy();
                match within(&file, patience.left()) {
                    Some(locked) => locked.map_err(failed)?,
                    None => return Err(NotTaken::Held(held(&mut file, what, help))),
                }
            }
        }
        let last = content(&mut file).map_err(failed)?;
        let before_us: Option<Owner> = serde_json::from_str(&last).ok();
        let owner = who.holder();
        let owner = Owner {
            holder: owner.holder,
            host: owner.host,
            ended: false,
            writes_until: before_us.and_then(|it| it.writes_until(super::now())),
        };
        let mut lock = Self {
            file,
            owner,
            in_flight: Cell::new(false),
            contested: before != Some(last.as_str()),
        };
        lock.write().map_err(failed)?;
        Ok(lock)
    }

    /// Takes several, in the order of their paths, each of which is about something. Returns also why others cannot be
    /// used.
    ///
    /// # Errors
    /// When another run holds one. None is held then.
    pub(super) fn take_all(
        wanted: &BTreeMap<PathBuf, String>,
        who: &Identity,
        patience: Patience,
        before: &BTreeMap<PathBuf, String>,
        busy: &mut dyn FnMut() -> &'static str,
    ) -> Result<(Vec<Self>, Vec<String>), Failure> {
        let (mut locks, mut unusable) = (Vec::new(), Vec::new());
        for (path, what) in wanted {
            let before = before.get(path).map(String::as_str);
            match Self::take(path, what, who, patience, before, busy) {
                Ok(lock) => locks.push(lock),
                Err(NotTaken::Unusable(why)) => unusable.push(why),
                Err(NotTaken::Held(failure)) => return Err(failure),
            }
        }
        Ok((locks, unusable))
    }

    /// How long a write of the run before may still be under way.
    pub(super) fn quiet_in(&self) -> Duration {
        let now = super::now();
        let until = self.owner.writes_until(now);
        let left = until.map(|until| until.duration_since(now).unsigned_abs());
        left.unwrap_or_default()
    }

    /// Whether a write of this run may be under way from now on: then whoever takes the lock next waits for it.
    pub(super) fn set_in_flight(&self, in_flight: bool) {
        self.in_flight.set(in_flight);
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
        let now = super::now();
        self.owner.writes_until = match self.in_flight.get() {
            true => now.checked_add(WRITE_ATTEMPT).ok(),
            false => self.owner.writes_until(now),
        };
        self.owner.ended = self.owner.writes_until.is_none();
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

fn held(file: &mut File, what: &str, help: &str) -> Failure {
    let text = content(file).unwrap_or_default();
    let owner: Option<Owner> = serde_json::from_str(&text).ok();
    let by = match owner {
        Some(Owner { holder, host, .. }) => format!("{holder} on {host}"),
        None => "another run on this machine".to_owned(),
    };
    let words = format!("{what} is in use by {by}");
    Failure {
        about: vec![Diagnostic::error(Code("LW562"), words.clone()).help(help)],
        ..Failure::new(
            Exit::Failed,
            format!("{words}. No changes were made\n{help}"),
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
            began: Clock::wall().now(),
        }
    }

    fn take(path: &Path, who: &Identity, before: Option<&str>) -> Result<LocalLock, Failure> {
        let patience = Patience::of(Duration::ZERO);
        let taken = LocalLock::take(path, "the state", who, patience, before, &mut || WAIT);
        taken.map_err(Failure::from)
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

    /// A run that is cut off while it writes: what it has sent may still arrive.
    #[test]
    fn a_lock_says_until_when_a_write_may_be_under_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = take(&path, &who("1", "one"), None).unwrap();
        assert_eq!(first.quiet_in(), Duration::ZERO);
        first.set_in_flight(true);
        drop(first);
        assert_eq!(read(&path), None);
        let second = take(&path, &who("2", "one"), None).unwrap();
        assert!(second.is_contested());
        assert!(second.quiet_in() > Duration::ZERO && second.quiet_in() <= WRITE_ATTEMPT);
        // One that writes nothing leaves to the next what it did not wait for.
        drop(second);
        assert_eq!(read(&path), None);
        let third = take(&path, &who("3", "one"), None).unwrap();
        assert!(third.quiet_in() > Duration::ZERO);
        // Whatever a clock says, a write takes no longer.
        drop(third);
        let said = |time: &str| {
            let text = format!(
                r#"{{"holder":"ann/3","host":"one","ended":false,"writes_until":"{time}"}}"#
            );
            std::fs::write(&path, text).unwrap();
            let lock = take(&path, &who("4", "one"), None).unwrap();
            lock.quiet_in()
        };
        let quiet = said("2999-01-01T00:00:00Z");
        assert!(quiet > Duration::ZERO && quiet <= WRITE_ATTEMPT);
        assert_eq!(said("2001-01-01T00:00:00Z"), Duration::ZERO);
        let fourth = take(&path, &who("4", "one"), None).unwrap();
        fourth.set_in_flight(true);
        fourth.set_in_flight(false);
        drop(fourth);
        assert!(read(&path).is_some());
    }

    #[test]
    fn a_lock_that_cannot_be_used_does_not_keep_the_others_from_being_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (no_file, path) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::create_dir(&no_file).unwrap();
        let wanted = [no_file, path].map(|path| (path, "a cluster".to_owned()));
        let (patience, before) = (Patience::of(Duration::ZERO), BTreeMap::new());
        let who = who("1", "one");
        let taken =
            LocalLock::take_all(&wanted.into(), &who, patience, &before, &mut || WAIT).unwrap();
        assert_eq!((taken.0.len(), taken.1.len()), (1, 1));
        assert!(taken.1[0].starts_with("cannot lock "), "{:?}", taken.1);
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
            let taken = LocalLock::take_all(&wanted, &who, patience, &before, &mut || WAIT);
            let (locks, unusable) = taken.unwrap();
            assert_eq!(unusable, [""; 0]);
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

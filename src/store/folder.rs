//! A store in a folder: [`Folder`], for one machine, or for several that share a file system with locks.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};

use super::{LARGEST_OBJECT, Listed, Object, Put, Store, StoreError, Version, When, hex};

/// The file that is locked while an object is replaced.
const LOCK: &str = ".lock";

/// Objects as files below a folder. Readable by their owner only.
///
/// An object that must not exist is linked to its name, which fails if the name is taken. One that must be
/// unchanged is compared and renamed while a file of the folder is locked.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The store in this folder, which is made when something is written.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn path(&self, key: &str) -> io::Result<PathBuf> {
        let is_plain =
            |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
        match key.split('/').all(is_plain) {
            true => Ok(self.root.join(key)),
            false => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }

    fn read(&self, key: &str) -> io::Result<Option<Object>> {
        let file = match File::open(self.path(key)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut content = Vec::new();
        file.take(LARGEST_OBJECT + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST_OBJECT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let version = version(&content);
        Ok(Some(Object { content, version }))
    }

    fn write(&self, key: &str, content: &[u8], when: &When) -> io::Result<Put> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        let _locked = self.lock()?;
        if let When::Unchanged(expected) = when
            && self.read(key)?.map(|object| object.version).as_ref() != Some(expected)
        {
            return Ok(Put::Refused);
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.root)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        let written = match when {
            When::Absent => file.persist_noclobber(&path),
            When::Unchanged(_) => file.persist(&path),
        };
        match written {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Ok(Put::Refused);
            }
            Err(error) => return Err(error.error),
        }
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(Put::Written(version(content)))
    }

    /// Held until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        let file = options.open(self.root.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    fn entries(&self, prefix: &str) -> io::Result<Vec<Listed>> {
        let prefix = prefix.trim_end_matches('/');
        let mut listed = Vec::new();
        self.walk(&self.path(prefix)?, prefix, &mut listed)?;
        listed.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(listed)
    }

    fn walk(&self, folder: &Path, prefix: &str, listed: &mut Vec<Listed>) -> io::Result<()> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
                continue;
            };
            let key = format!("{prefix}/{name}");
            let meta = match entry.metadata() {
                // Deleted since the folder was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                meta => meta?,
            };
            if meta.is_dir() {
                self.walk(&entry.path(), &key, listed)?;
            } else if meta.is_file() {
                let written = meta.modified().ok();
                let written = written.and_then(|time| jiff::Timestamp::try_from(time).ok());
                listed.push(Listed { key, written });
            }
        }
        Ok(())
    }
}

/// A digest of the content: a file has no other version.
fn version(content: &[u8]) -> Version {
    Version {
        e_tag: Some(hex(&Sha256::digest(content))),
        number: None,
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

impl Folder {
    fn failed(&self, what: &str, key: &str, error: &io::Error) -> StoreError {
        let what = format!("{what} {}", self.root.join(key).display());
        let why = error.to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::Denied { what, why }
            }
            _ => StoreError::Failed { what, why },
        }
    }

    /// Reads an object, as [`Store::get`], on this thread.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get_here(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let read = self.read(key);
        read.map_err(|error| self.failed("read", key, &error))
    }

    /// Writes an object if the condition holds, as [`Store::put`], on this thread.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_here(&self, key: &str, content: &[u8], when: &When) -> Result<Put, StoreError> {
        let written = self.write(key, content, when);
        written.map_err(|error| self.failed("write", key, &error))
    }

    /// The objects below a prefix, as [`Store::list`], on this thread.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn list_here(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let entries = self.entries(prefix);
        entries.map_err(|error| self.failed("list", prefix, &error))
    }

    /// Deletes an object, as [`Store::delete`], on this thread.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn delete_here(&self, key: &str) -> Result<(), StoreError> {
        match self.path(key).and_then(fs::remove_file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            deleted => deleted.map_err(|error| self.failed("delete", key, &error)),
        }
    }

    /// Does work with files where it holds no one up: whoever waits for a lock or a slow disk must not keep leases from
    /// being renewed.
    fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let folder = self.clone();
        async move {
            let done = tokio::task::spawn_blocking(move || work(&folder)).await;
            done.unwrap_or_else(|error| {
                Err(StoreError::Failed {
                    what: self.root.display().to_string(),
                    why: error.to_string(),
                })
            })
        }
        .boxed()
    }
}

impl Store for Folder {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>> {
        let key = key.to_owned();
        self.elsewhere(move |folder| folder.get_here(&key))
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>> {
        let key = key.to_owned();
        self.elsewhere(move |folder| folder.put_here(&key, &content, &when))
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        let prefix = prefix.to_owned();
        self.elsewhere(move |folder| folder.list_here(&prefix))
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        let key = key.to_owned();
        self.elsewhere(move |folder| folder.delete_here(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_made_once_and_replaced_only_as_it_was_read() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().join("store"));
        assert_eq!(store.get_here("leases/lkc-1").unwrap(), None);
        let put = |content: &[u8], when| store.put_here("leases/lkc-1", content, &when);
        let Put::Written(first) = put(b"one", When::Absent).unwrap() else {
            panic!("refused")
        };
        assert_eq!(put(b"two", When::Absent).unwrap(), Put::Refused);
        let Put::Written(second) = put(b"two", When::Unchanged(first.clone())).unwrap() else {
            panic!("refused")
        };
        assert_eq!(put(b"three", When::Unchanged(first)).unwrap(), Put::Refused);
        let read = store.get_here("leases/lkc-1").unwrap().unwrap();
        assert_eq!(
            (read.content.as_slice(), read.version),
            (&b"two"[..], second.clone())
        );
        let listed = store.list_here("leases/").unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].key, "leases/lkc-1");
        store.delete_here("leases/lkc-1").unwrap();
        store.delete_here("leases/lkc-1").unwrap();
        assert_eq!(put(b"four", When::Unchanged(second)).unwrap(), Put::Refused);
        assert_eq!(store.list_here("leases/").unwrap(), []);
    }

    #[test]
    fn a_key_stays_in_its_folder() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().join("store"));
        for key in ["../x", "/x", "a/../x", ".lock", "a\\b", ""] {
            assert!(store.put_here(key, b"x", &When::Absent).is_err(), "{key}");
        }
    }

    #[test]
    fn of_many_that_make_an_object_one_does() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        let made = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|number: u8| {
                    let store = &store;
                    scope.spawn(move || store.put_here("a/b", &[number], &When::Absent).unwrap())
                })
                .collect();
            let puts = tries.into_iter().map(|it| it.join().unwrap());
            puts.filter(|put| *put != Put::Refused).count()
        });
        assert_eq!(made, 1);
    }

    /// A folder whose lock someone holds for long holds up no one who waits on the same thread.
    #[test]
    fn whoever_waits_for_the_lock_holds_up_no_one() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().to_owned());
        let locked = store.lock().unwrap();
        let other = async {
            // Dropped only because this is polled while the write waits.
            drop(locked);
        };
        let write = store.put("a", b"1".to_vec(), When::Absent);
        let (put, ()) = super::super::waited(futures_util::future::join(write, other));
        assert!(matches!(put.unwrap(), Put::Written(_)));
    }
}

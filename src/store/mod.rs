//! The shared store: what outlives the machine that a run ran on. [`Store`] is a place for small objects that
//! can be written on a condition.
//!
//! | prefix | what | written |
//! |---|---|---|
//! | `leases/` | who writes to a cluster now: [`lease`] | on the condition that it is unchanged |
//! | `ledger/` | which credentials were written | on the condition that it is unchanged |
//! | `archive/` | links before they were deleted | once |
//! | `runs/apply/` | what each apply did | at its beginning and at its end |
//! | `runs/read/` | what read-only commands found | once |
//! | `lags/` | how far mirror topics were behind, by cluster, in the last run with `--record` | on the condition that it is unchanged |
//! | `format.json` | the version of this layout: [`layout`] | once |
//! | `probe/` | objects of a check, deleted at its end | once |
//! | `sandbox/` | all of this once more, for runs with `--sandbox`: [`below`] | |
//!
//! No desired state and no secret is ever in it: the live cluster stays the truth.

pub mod below;
pub mod check;
#[cfg(feature = "store-cloud")]
pub mod cloud;
pub mod folder;
pub mod kept;
pub mod layout;
pub mod lease;
pub mod ledger;
pub mod open;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use futures_util::future::BoxFuture;

/// One request to a store takes no longer, with what it repeats.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a write is tried again after someone else was faster.
const ATTEMPTS: u32 = 20;

/// No object is larger.
pub const LARGEST_OBJECT: u64 = 64 << 20;

/// One version of an object, as the store names it. It is compared by the store alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The entity tag.
    pub e_tag: Option<String>,
    /// The generation, where the store has one.
    pub number: Option<String>,
}

/// An object that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub content: Vec<u8>,
    /// Which version of it this is.
    pub version: Version,
}

/// An object that was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// When it was written, by the store's clock.
    pub written: Option<jiff::Timestamp>,
}

/// The condition of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// There is no such object.
    Absent,
    /// The object is still this version.
    Unchanged(Version),
}

/// What a write came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is written.
    Written(Version),
    /// Its condition does not hold: nothing was written, or an earlier attempt of the same request was.
    Refused,
}

/// Why a store could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It does not answer.
    #[error("{what}: the store does not answer: {why}")]
    Unreachable {
        /// The request.
        what: String,
        /// Why.
        why: String,
    },
    /// It does not permit this.
    #[error("{what}: the store does not permit it: {why}")]
    Denied {
        /// The request.
        what: String,
        /// Why.
        why: String,
    },
    /// Its layout is of another version.
    #[error(
        "its layout is not one that this version of Linkwright knows: format.json says `{found}`, and this version knows \
         {}",
        layout::FORMAT_VERSION
    )]
    OtherLayout {
        /// What it says.
        found: String,
    },
    /// Something else.
    #[error("{what}: {why}")]
    Failed {
        /// The request.
        what: String,
        /// Why.
        why: String,
    },
}

/// A place for small objects that can be written on a condition.
///
/// # Guarantees
/// - A write happens as a whole or not at all, and only if its condition holds at that moment.
/// - A read returns what the last write that was answered has written.
///
/// # Caveats
/// - A write whose answer was lost may have been done; one that is repeated below may find its own object and
///   be refused. Whoever must know writes something of its own into the object and reads it.
pub trait Store: Send + Sync {
    /// Reads an object; `None` when there is none.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Object>, StoreError>>;

    /// Writes an object if the condition holds.
    fn put<'a>(
        &'a self,
        key: &'a str,
        content: Vec<u8>,
        when: When,
    ) -> BoxFuture<'a, Result<Put, StoreError>>;

    /// The objects below a prefix that ends in `/`, by key.
    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>>;

    /// Deletes an object. One that is gone is no error.
    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// A name as one component of a key, whatever it is made of: letters, digits, `_`, `-` and inner
/// dots stay, everything else is written as `%` and its bytes in hexadecimal. Long names are cut,
/// and a digest keeps them apart.
#[must_use]
pub fn component(name: &str) -> String {
    const LONGEST: usize = 100;
    let mut text = String::new();
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => text.push(char::from(byte)),
            b'.' if at > 0 => text.push('.'),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    if text.len() > LONGEST {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(name.as_bytes());
        text.truncate(LONGEST);
        text.push('~');
        text.push_str(&hex(&digest[..8]));
    }
    text
}

/// 32 hexadecimal digits that no other process chooses: of the operating system's randomness, the process and
/// its time.
#[must_use]
pub fn nonce() -> String {
    let mut bytes = Vec::new();
    for number in 0_u64..2 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(number);
        hasher.write_u32(std::process::id());
        bytes.extend(hasher.finish().to_be_bytes());
    }
    hex(&bytes)
}

/// A document as the content of an object.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn content(what: &str, document: &impl serde::Serialize) -> Result<Vec<u8>, StoreError> {
    let failed = |error: serde_json::Error| StoreError::Failed {
        what: format!("write {what}"),
        why: error.to_string(),
    };
    let mut text = serde_json::to_vec_pretty(document).map_err(failed)?;
    text.push(b'\n');
    Ok(text)
}

/// What work with a store comes to, in a test.
#[cfg(test)]
pub(crate) fn waited<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_one_component() {
        assert_eq!(component("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd");
        for name in ["..", ".", "", "a/b", "a\\b", "\0", "é", ".hidden", "con:"] {
            let text = component(name);
            assert!(!text.starts_with('.'), "{text}");
            assert!(!text.contains(['/', '\\', '\0', ':']), "{text}");
        }
        assert_eq!(component("orders.dr-1_x"), "orders.dr-1_x");
        let (long, longer) = ("x".repeat(300), "x".repeat(301));
        assert!(component(&long).len() < 130);
        assert_ne!(component(&long), component(&longer));
        // The longest name that needs no cut.
        assert_eq!(component(&"x".repeat(100)), "x".repeat(100));
        assert!(component(&"x".repeat(101)).starts_with(&("x".repeat(100) + "~")));
    }

    #[test]
    fn no_two_nonces_are_equal() {
        assert_ne!(nonce(), nonce());
        assert_eq!(nonce().len(), 32);
    }
}

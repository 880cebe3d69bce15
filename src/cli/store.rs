//! `linkwright store`: the shared store itself.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use super::args::{Chosen, DiagnosticFormat, OfStore, Store as StoreArgs, StoreCommand, StorePush};
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Lookups};
use super::screen::Screen;
use super::shared::{self, Shared};
use crate::report::stored::{self, Part};
use crate::store::below::SANDBOX;
use crate::store::folder::Folder;
use crate::store::{Store, StoreError, kept};

pub(super) fn run(args: &StoreArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        StoreCommand::Check(args) => {
            let Some(shared) = of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            shared
                .check()
                .map_err(|why| shared::untrusted(&shared.url, &why))?;
            writeln!(
                screen.out(),
                "The store {} can be trusted: conditional writes hold.",
                shared.url
            )?;
            Ok(Exit::Done)
        }
        StoreCommand::Push(args) => push(args, screen),
    }
}

/// The store that a command names. `None` when the spec has errors, which were shown then.
///
/// # Errors
/// When none is named, or when there is a guard file and only the spec names one.
pub(super) fn of(args: &OfStore, screen: &mut Screen) -> Result<Option<Shared>, Failure> {
    let global = args.global();
    if let Some(shared) = Shared::open(&global, None)? {
        return Ok(Some(shared));
    }
    let guard = match OpenGuard::of(&global) {
        Ok(guard) => guard,
        Err(unusable) => {
            super::diagnose::print(&unusable.into(), DiagnosticFormat::Text, screen)?;
            return Ok(None);
        }
    };
    let chosen = Chosen::default();
    let today = super::today();
    let loaded = load::load(&args.spec, today, Lookups::None, guard.as_ref(), &chosen);
    let has_files = loaded.all_files().next().is_some();
    if loaded.has_errors() && has_files {
        super::diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
        return Ok(None);
    }
    let url = loaded.spec.store.as_ref().map(|url| url.value.as_str());
    if let (Some(_), Some(url)) = (&guard, url) {
        return Err(shared::not_by_the_spec(url));
    }
    match Shared::open(&global, url)? {
        Some(shared) => Ok(Some(shared)),
        None => Err(not_named()),
    }
}

/// What is in a store: of real clusters, and of simulated ones.
pub(super) fn parts(shared: &Shared) -> [(Part, Arc<dyn Store>); 2] {
    [
        (Part::Live, shared.store.clone()),
        (Part::Sandbox, shared.sandbox()),
    ]
}

/// That a command needs a store, and none is named.
pub(super) fn not_named() -> Failure {
    Failure::new(
        Exit::Usage,
        "no store is named: pass --store URL, set LINKWRIGHT_STORE, or write `store: URL` into the spec",
    )
}

/// Copies what was kept while the store could not be reached, and deletes each record here once it is there. One that
/// cannot be copied does not keep the others.
fn push(args: &StorePush, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shared) = of(&args.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let mut pushed = Pushed::default();
    let result = push_all(&shared, &args.from, &mut pushed);
    let noun = if pushed.copied == 1 {
        "record"
    } else {
        "records"
    };
    let copied = pushed.copied;
    writeln!(screen.out(), "Copied {copied} {noun} to {}.", shared.url)?;
    result?;
    match pushed.problems.is_empty() {
        true => Ok(Exit::Done),
        false => Err(Failure::failed(format!(
            "{}\nthese stay in {}",
            pushed.problems.join("\n"),
            args.from.display()
        ))),
    }
}

/// What pushing has come to.
#[derive(Default)]
struct Pushed {
    copied: usize,
    problems: Vec<String>,
}

fn push_all(shared: &Shared, from: &Path, pushed: &mut Pushed) -> Result<(), Failure> {
    let unsent = Folder::new(from.to_owned());
    let mut keys = Vec::new();
    for prefix in ["runs/", "archive/", SANDBOX] {
        let listed = unsent.list_here(prefix).map_err(Failure::failed)?;
        keys.extend(listed.into_iter().map(|it| it.key));
    }
    if keys.is_empty() {
        return Ok(());
    }
    shared
        .check()
        .map_err(|why| shared::untrusted(&shared.url, &why))?;
    for key in keys {
        match push_one(shared, &unsent, &key) {
            Ok(is_copied) => pushed.copied += usize::from(is_copied),
            // The others would have to wait for it as long.
            Err(why @ StoreError::Unreachable { .. }) => return Err(Failure::failed(why)),
            Err(why) => pushed.problems.push(why.to_string()),
        }
    }
    Ok(())
}

/// Returns whether it was copied.
fn push_one(shared: &Shared, unsent: &Folder, key: &str) -> Result<bool, StoreError> {
    let Some(object) = unsent.get_here(key)? else {
        return Ok(false);
    };
    let is_begun = stored::is_unfinished(&object.content);
    // Of a run whose end is in the store, the beginning is no news.
    let is_copied = is_complete(shared, key, object.content.clone())?;
    if !is_copied && !is_begun {
        return Err(another(shared, key));
    }
    // A run that has ended meanwhile has left its end here: that is for the next push.
    let now = unsent.get_here(key)?;
    if now.is_some_and(|now| now.content == object.content) {
        unsent.delete_here(key)?;
    }
    Ok(is_copied)
}

/// Writes an object that is written once, or completes the record of a run. Returns false when there is another.
fn is_complete(shared: &Shared, key: &str, content: Vec<u8>) -> Result<bool, StoreError> {
    let owned = key.to_owned();
    shared.wait(async move |store, _| {
        kept::complete(&*store, &owned, &content, stored::is_unfinished).await
    })
}

fn another(shared: &Shared, key: &str) -> StoreError {
    StoreError::Failed {
        what: shared.url.to_string(),
        why: format!("another {key} is there already"),
    }
}

/// Writes an object that is written once, or completes the record of a run. If it is there already it must be the same.
///
/// # Errors
/// When it is not there afterwards as it was given.
pub(super) fn complete(shared: &Shared, key: &str, content: Vec<u8>) -> Result<(), Failure> {
    match is_complete(shared, key, content).map_err(Failure::failed)? {
        true => Ok(()),
        false => Err(Failure::failed(another(shared, key))),
    }
}

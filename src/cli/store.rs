//! `linkwright store`: the shared store itself.

use std::path::Path;

use futures_util::FutureExt;

use super::Failure;
use super::args::{DiagnosticFormat, OfStore, Store as StoreArgs, StoreCommand, StorePush};
use super::exit::Exit;
use super::load::{self, Lookups};
use super::screen::Screen;
use super::shared::{self, Shared};
use crate::store::folder::Folder;
use crate::store::{Put, Store as _, StoreError, When};

pub(super) fn run(args: &StoreArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        StoreCommand::Check(args) => {
            let Some(shared) = of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            shared
                .check()
                .map_err(|why| shared::untrusted(&shared.location, &why))?;
            writeln!(
                screen.out(),
                "The store {} can be trusted: conditional writes hold.",
                shared.location
            )?;
            Ok(Exit::Done)
        }
        StoreCommand::Push(args) => push(args, screen),
    }
}

/// The store that a command names. `None` when the spec has errors, which were shown then.
///
/// # Errors
/// When none is named.
pub(super) fn of(args: &OfStore, screen: &mut Screen) -> Result<Option<Shared>, Failure> {
    if let Some(shared) = Shared::open(args.stored.store.as_deref(), None)? {
        return Ok(Some(shared));
    }
    let chosen = super::args::Chosen::default();
    let loaded = load::load(&args.spec, super::today(), Lookups::None, None, &chosen);
    let has_files = loaded.all_files().next().is_some();
    if loaded.has_errors() && has_files {
        super::diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
        return Ok(None);
    }
    let url = loaded.spec.store.as_ref().map(|url| url.value.as_str());
    match Shared::open(None, url)? {
        Some(shared) => Ok(Some(shared)),
        None => Err(not_named()),
    }
}

/// That a command needs a store, and none is named.
pub(super) fn not_named() -> Failure {
    Failure::new(
        Exit::Usage,
        "no store is named: pass --store URL, set LINKWRIGHT_STORE, or write `store: URL` into the spec",
    )
}

/// Copies what was kept while the store could not be reached, and deletes each record here once it is there.
fn push(args: &StorePush, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shared) = of(&args.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let pushed = push_all(&shared, &args.from)?;
    let noun = if pushed == 1 { "record" } else { "records" };
    writeln!(
        screen.out(),
        "Copied {pushed} {noun} to {}.",
        shared.location
    )?;
    Ok(Exit::Done)
}

fn push_all(shared: &Shared, from: &Path) -> Result<usize, Failure> {
    let kept = Folder::new(from.to_owned());
    let now = |error: StoreError| Failure::failed(error);
    let ready = "a folder answers at once";
    let mut pushed = 0;
    for prefix in ["runs/", "archive/"] {
        let listed = kept.list(prefix).now_or_never();
        for listed in listed.ok_or_else(|| Failure::failed(ready))?.map_err(now)? {
            let key = listed.key;
            let object = kept.get(&key).now_or_never();
            let object = object.ok_or_else(|| Failure::failed(ready))?.map_err(now)?;
            let Some(object) = object else { continue };
            if pushed == 0 {
                shared
                    .check()
                    .map_err(|why| shared::untrusted(&shared.location, &why))?;
            }
            put_once(shared, &key, object.content)?;
            let deleted = kept.delete(&key).now_or_never();
            deleted
                .ok_or_else(|| Failure::failed(ready))?
                .map_err(now)?;
            pushed += 1;
        }
    }
    Ok(pushed)
}

/// Writes an object that is written once. If it is there already it must be the same.
///
/// # Errors
/// When it is not there afterwards as it was given.
pub(super) fn put_once(shared: &Shared, key: &str, content: Vec<u8>) -> Result<(), Failure> {
    let owned = key.to_owned();
    let result = shared.wait(async move |store, _| {
        let put = store.put(&owned, content.clone(), When::Absent).await?;
        match put {
            Put::Written(_) => Ok(true),
            Put::Refused => {
                let found = store.get(&owned).await?;
                Ok(found.is_some_and(|found| found.content == content))
            }
        }
    });
    let failed = || Failure::failed(format!("{}: {key} was not written", shared.location));
    let result: Result<bool, StoreError> = result.ok_or_else(failed)?;
    match result.map_err(Failure::failed)? {
        true => Ok(()),
        false => Err(Failure::failed(format!(
            "{}: another {key} is there already",
            shared.location
        ))),
    }
}

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
use crate::store::{Store, kept};

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

/// Copies what was kept while the store could not be reached, and deletes each record here once it is there.
fn push(args: &StorePush, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shared) = of(&args.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let pushed = push_all(&shared, &args.from)?;
    let noun = if pushed == 1 { "record" } else { "records" };
    writeln!(screen.out(), "Copied {pushed} {noun} to {}.", shared.url)?;
    Ok(Exit::Done)
}

fn push_all(shared: &Shared, from: &Path) -> Result<usize, Failure> {
    let unsent = Folder::new(from.to_owned());
    let mut pushed = 0;
    for prefix in ["runs/", "archive/", SANDBOX] {
        for listed in unsent.list_here(prefix).map_err(Failure::failed)? {
            let key = listed.key;
            let object = unsent.get_here(&key).map_err(Failure::failed)?;
            let Some(object) = object else { continue };
            if pushed == 0 {
                shared
                    .check()
                    .map_err(|why| shared::untrusted(&shared.url, &why))?;
            }
            complete(shared, &key, object.content)?;
            unsent.delete_here(&key).map_err(Failure::failed)?;
            pushed += 1;
        }
    }
    Ok(pushed)
}

/// Writes an object that is written once, or completes the record of a run. If it is there already it must be the same.
///
/// # Errors
/// When it is not there afterwards as it was given.
pub(super) fn complete(shared: &Shared, key: &str, content: Vec<u8>) -> Result<(), Failure> {
    let owned = key.to_owned();
    let completed = shared.wait(async move |store, _| {
        kept::complete(&*store, &owned, &content, stored::is_unfinished).await
    });
    match completed.map_err(Failure::failed)? {
        true => Ok(()),
        false => Err(Failure::failed(format!(
            "{}: another {key} is there already",
            shared.url
        ))),
    }
}

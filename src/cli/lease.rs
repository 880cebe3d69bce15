//! `linkwright lease`: which run writes to which cluster.

use std::sync::Arc;

use super::Failure;
use super::args::{Lease as LeaseArgs, LeaseCommand, LeaseList, LeaseRelease, StoreFormat};
use super::exit::Exit;
use super::screen::Screen;
use super::store;
use crate::report::stored;
use crate::store::{Store, lease};

pub(super) fn run(args: &LeaseArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        LeaseCommand::List(args) => list(args, screen),
        LeaseCommand::Release(args) => release(args, screen),
    }
}

fn list(args: &LeaseList, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shared) = store::of(&args.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let leases = shared.ask(async |store: Arc<dyn Store>| lease::list(&*store).await)?;
    match args.output {
        StoreFormat::Text => stored::leases_text(screen.out(), &leases)?,
        StoreFormat::Json => stored::leases_json(screen.out(), &leases)?,
    }
    Ok(Exit::Done)
}

fn release(args: &LeaseRelease, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shared) = store::of(&args.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let (cluster, holder) = (args.cluster.clone(), args.holder.clone());
    let release =
        async move |store: Arc<dyn Store>| lease::release(&*store, &cluster, &holder).await;
    match shared.ask(release)? {
        Some(lease) if lease.holder == args.holder => {
            writeln!(
                screen.out(),
                "Released {}. If {} on {} still runs, it begins nothing more once it renews its lease, \
                 within 15 s.",
                lease.cluster_id,
                lease.holder,
                lease.host
            )?;
            Ok(Exit::Done)
        }
        Some(lease) => Err(Failure::failed(format!(
            "not released: {}",
            stored::lease_line(&lease)
        ))),
        None => Err(Failure::failed(format!(
            "no run holds the lease of {}",
            args.cluster
        ))),
    }
}

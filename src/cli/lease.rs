//! `linkwright lease`: which run writes to which cluster.

use super::Failure;
use super::args::{Lease as LeaseArgs, LeaseCommand, LeaseList, LeaseRelease, StoreFormat};
use super::exit::Exit;
use super::screen::Screen;
use super::store;
use crate::report::safe;
use crate::report::stored::{self, Part};
use crate::store::lease::{self, Terms};

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
    let mut leases = Vec::new();
    for (part, store) in store::parts(&shared) {
        let held = shared.ask(async move |_, _| lease::list(&*store).await)?;
        leases.extend(held.into_iter().map(|lease| (part, lease)));
    }
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
    let mut other: Option<(Part, lease::LeaseV1)> = None;
    for (part, store) in store::parts(&shared) {
        let (cluster, holder) = (args.cluster.clone(), args.holder.clone());
        let withdraw =
            async move |_, clock| lease::withdraw(&*store, &clock, &cluster, &holder).await;
        match shared.ask(withdraw)? {
            Some(lease) if lease.holder == args.holder => {
                let Terms {
                    term,
                    attempt,
                    renew,
                    ..
                } = Terms::default();
                writeln!(
                    screen.out(),
                    "Released {}. If {} on {} still runs, it begins nothing more once it renews its lease, \
                     within {} s. Until it has ended, the next run waits, {} s at most: what was sent may still \
                     arrive.",
                    stored::cluster_of(part, &lease),
                    safe::clean(&lease.holder),
                    safe::clean(&lease.host),
                    renew.as_secs(),
                    (term + attempt).as_secs()
                )?;
                return Ok(Exit::Done);
            }
            Some(lease) => other = other.or(Some((part, lease))),
            None => {}
        }
    }
    Err(Failure::failed(match other {
        Some((part, lease)) => format!("not released: {}", stored::lease_line(part, &lease)),
        None => format!("no run holds the lease of {}", args.cluster),
    }))
}

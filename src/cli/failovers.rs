//! Earlier failovers that the shared store has a record of: [`of`].

use std::collections::BTreeMap;

use super::Failure;
use super::args::Global;
use super::session::Session;
use super::shared::Shared;
use crate::address::HalfAddress;
use crate::drill::past::{self, Recorded};
use crate::health::PastFailover;
use crate::report::stored::RunDocument;
use crate::store::kept;

/// So many runs are looked through, the newest first: one read each.
const MOST_RUNS: usize = 50;

/// Earlier failovers, the newest first, by half.
pub(super) type Failovers = BTreeMap<HalfAddress, Vec<PastFailover>>;

/// The failovers among the newest runs; none where no store is named.
///
/// # Errors
/// Why a store that is named does not say.
pub(super) fn of(session: &Session, global: &Global) -> Result<Option<Failovers>, String> {
    let found = match session.shared(global) {
        Ok(Some(shared)) => read(&shared, session),
        Ok(None) => return Ok(None),
        Err(why) => Err(why),
    };
    found.map(Some).map_err(|why| why.to_string())
}

/// The failovers among the newest runs. With a sandbox those of runs with a sandbox.
///
/// # Errors
/// When the store cannot be read.
fn read(shared: &Shared, session: &Session) -> Result<Failovers, Failure> {
    let is_simulated = !shared.prefix.is_empty();
    let found =
        shared.ask(async move |store, _| kept::newest(&*store, kept::APPLIES, MOST_RUNS).await)?;
    let runs = found.into_iter().filter_map(|kept| {
        let run: RunDocument = serde_json::from_slice(&kept.content).ok()?;
        Some(Recorded {
            run: run.id,
            started: run.started_at.parse().ok()?,
            is_simulated,
            clusters: (run.origin.into_iter())
                .flat_map(|it| it.clusters)
                .map(|it| (it.name.into(), it.id.into()))
                .collect(),
            report: serde_json::from_value(run.report?).ok()?,
        })
    });
    let clusters = session.desired.clusters.iter();
    let ids = clusters.map(|(name, it)| (name.clone(), it.id.clone()));
    Ok(past::failovers(runs, &ids.collect()))
}

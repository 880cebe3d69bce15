//! Earlier failovers that the shared store has a record of: [`read`].

use std::collections::BTreeMap;

use super::Failure;
use super::shared::Shared;
use crate::address::HalfAddress;
use crate::drill::past::{self, Recorded};
use crate::health::PastFailover;
use crate::report::stored::RunDocument;
use crate::store::kept;

/// So many runs are looked through, the newest first: one read each.
const MOST_RUNS: usize = 200;

/// The failovers among the newest runs, by half. With a sandbox those of runs with a sandbox.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn read(shared: &Shared) -> Result<BTreeMap<HalfAddress, Vec<PastFailover>>, Failure> {
    let is_simulated = !shared.prefix.is_empty();
    let found =
        shared.ask(async move |store, _| kept::newest(&*store, kept::APPLIES, MOST_RUNS).await)?;
    let runs = found.into_iter().filter_map(|kept| {
        let run: RunDocument = serde_json::from_slice(&kept.content).ok()?;
        Some(Recorded {
            run: run.id,
            started: run.started_at.parse().ok()?,
            is_simulated,
            report: serde_json::from_value(run.report?).ok()?,
        })
    });
    Ok(past::failovers(runs))
}

//! Saved plans of scenarios: each is read back, holds as long as nothing has changed, and is done once it was
//! applied.

use linkwright::live::Snapshot;
use linkwright::plan::Plan;
use linkwright::plan::file::{Made, Remainder, Saved};
use linkwright::report::plan_json;

use super::setup::Setup;

const SPEC: &str = "sha256:the spec's";

/// A plan as the file has it; none where the spec has a secret in plain text, which no file may have.
pub(super) fn read_back(plan: &Plan, setup: &Setup) -> Result<Option<Saved>, String> {
    let made = Made {
        spec_digest: SPEC.to_owned(),
        desired: setup.desired.clone(),
        ..Made::default()
    };
    let Ok(file) = plan_json::save(plan, &made) else {
        return Ok(None);
    };
    let saved = plan_json::read(&file.text)
        .map_err(|error| format!("the saved plan is not read back: {error}"))?;
    let left = saved.remainder(plan, &Snapshot::default(), SPEC);
    match left == Ok(Remainder::default()) {
        true => Ok(Some(saved)),
        false => Err(format!("the saved plan does not hold: {left:?}")),
    }
}

/// Whether all of it is done, where a plan after it finds nothing to do.
pub(super) async fn is_done(saved: &Saved, again: &Plan, setup: &Setup) -> Result<(), String> {
    let live = setup.bench.observe(&setup.desired).await.live;
    match saved.remainder(again, &live, SPEC) {
        Ok(left) if left.unchanged.len() == saved.count() => Ok(()),
        left => Err(format!(
            "of {} operations that were applied, the saved plan takes for done: {left:?}",
            saved.count()
        )),
    }
}

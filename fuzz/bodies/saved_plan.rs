//! Any bytes → a saved plan, compared with a plan without operations. Nothing may panic, and what was
//! planned is told to be gone.

use linkwright::live::Snapshot;
use linkwright::plan::Plan;
use linkwright::plan::file::Saved;
use linkwright::report::plan_markdown;

/// Reads the bytes as a saved plan.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(saved) = Saved::read(text) else {
        return;
    };
    if let Ok(plan) = saved.plan() {
        let _page = plan_markdown::render(plan);
    }
    let moved = saved.remainder(&Plan::default(), &Snapshot::default(), "another spec");
    assert!(moved.is_err_and(|moved| !moved.is_empty()));
}

//! A spec with its text, and what `accept` makes of it in a world.

use std::sync::Arc;

use linkwright::accept::{Chosen, Draft, Input, StoppedAs};
use linkwright::desired::{Desired, lower};
use linkwright::diff::Options;
use linkwright::drift::{Drift, DriftFinding};
use linkwright::edit::{self, Changed};
use linkwright::health::Thresholds;
use linkwright::refresh::{self, Depth, Observation};
use linkwright::spec::{self, Spec};

use super::bench::{Bench, TODAY, everything_allowed};

/// A spec with its text.
pub(crate) struct Written {
    pub(crate) files: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) spec: Spec,
    pub(crate) desired: Desired,
}

impl Written {
    pub(crate) fn of(text: &str) -> Self {
        let files = vec![(Arc::from("spec.yaml"), Arc::from(text))];
        let (spec, _) = spec::parse(&files);
        let desired = lower(&spec);
        Self {
            files,
            spec,
            desired,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.files[0].1
    }
}

/// Reads as drift does.
pub(crate) async fn read(bench: &Bench, desired: &Desired) -> Observation {
    let options = Options::default();
    let allow = everything_allowed();
    let seen = refresh::refresh(
        desired,
        bench.sources(),
        &options,
        &allow,
        &[],
        Depth::Drift,
    );
    seen.await.unwrap()
}

/// How what was read differs from a spec.
pub(crate) fn drift(bench: &Bench, desired: &Desired, seen: &Observation) -> Drift {
    Drift::of(&linkwright::drift::Input {
        plan: &seen.plan,
        live: &seen.live,
        desired,
        thresholds: Thresholds::default(),
        now: bench.now(),
    })
}

/// What came of it.
pub(crate) struct Accepted {
    /// What was found before.
    pub(crate) found: Drift,
    pub(crate) accepted: Vec<DriftFinding>,
    pub(crate) refused: Vec<linkwright::accept::Refused>,
    pub(crate) changed: Changed,
    pub(crate) after: Written,
}

/// Accepts what is chosen, as the command does, and writes it.
pub(crate) async fn accept(
    bench: &Bench,
    before: &Written,
    told: Option<StoppedAs>,
    chosen: Chosen<'_>,
) -> Result<Accepted, String> {
    let seen = read(bench, &before.desired).await;
    let found = drift(bench, &before.desired, &seen);
    let input = Input {
        spec: &before.spec,
        files: spec::Input::of(&before.files),
        today: TODAY,
        live: &seen.live,
        drift: &found,
        stopped_as: told,
        chosen,
    };
    let mut draft = Draft::new(input, &before.desired);
    while let Some(desired) = draft.to_plan() {
        let desired = desired.clone();
        let (options, allow) = (Options::default(), everything_allowed());
        let again = refresh::again(&desired, &seen.live, bench.sources(), &options, &allow, &[]);
        let again = again.await.unwrap();
        if draft.judge(&drift(bench, &desired, &again)) {
            break;
        }
    }
    let files = spec::Input::of(&before.files);
    let changed = edit::changed(&draft.edits(), &before.spec, &files)
        .map_err(|problems| format!("what was accepted cannot be written: {problems:?}"))?;
    let text = changed.texts.get("spec.yaml").map(String::as_str);
    let after = Written::of(text.unwrap_or(before.text()));
    let (accepted, refused) = (
        draft.accepted().cloned().collect(),
        draft.refused().to_vec(),
    );
    Ok(Accepted {
        found,
        accepted,
        refused,
        changed,
        after,
    })
}

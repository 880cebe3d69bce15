//! A failover on a simulated copy of the clusters, in virtual time: [`fail_over`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;

use linkwright_clock::Clock;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, Reach, World, is_link_config};

use super::args::ARCHIVE;
use super::embedded::Embedded;
use super::references::Withheld;
use super::{clusters, day};
use crate::address::{Address, ClusterId, HalfAddress, TopicName};
use crate::apply::{self, Interrupts, RunContext, Settings};
use crate::desired::{Desired, Risk};
use crate::diff::Options;
use crate::drill::OnTwin;
use crate::live::{MirrorFact, MirrorStatus};
use crate::plan::{Allow, Allowances, OperationKind, Plan};
use crate::read;
use crate::refresh::{Depth, refresh};
use crate::report::{refused, words};
use crate::snapshot::SnapshotV1;
use crate::twin::Twin;

/// How long it takes to fail over what `desired` says, on a copy of what a snapshot says, after its source is lost. The
/// copy lives on a thread and a clock of its own, whatever clock the caller goes by.
///
/// # Errors
/// Why that is not known.
pub(super) fn fail_over(
    snapshot: &SnapshotV1,
    desired: &Desired,
    half: &HalfAddress,
    targets: &[Address],
    source: &ClusterId,
) -> Result<OnTwin, String> {
    let twin = Twin::of(snapshot, &is_link_config).ok_or("no cluster said anything")?;
    let world = World::from_yaml(&twin.to_yaml()?).map_err(|error| first_line(&error))?;
    let in_time = || {
        linkwright_clock::run(async |clock| {
            attempt(world, desired, half, targets, source, clock).await
        })
    };
    let run = thread::scope(|scope| {
        let own = thread::Builder::new().stack_size(STACK);
        let thread = own.spawn_scoped(scope, in_time)?;
        thread
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("the simulation ended early")))
    });
    let mut on_twin = run.map_err(|error| error.to_string())??;
    let assumed = twin.assumed.into_iter();
    on_twin.assumed = assumed.map(|it| (it.unknown, it.instead)).collect();
    Ok(on_twin)
}

/// As much as the main thread has.
const STACK: usize = 8 << 20;

async fn attempt(
    world: World,
    desired: &Desired,
    half: &HalfAddress,
    targets: &[Address],
    source: &ClusterId,
    clock: &Clock,
) -> Result<OnTwin, String> {
    let twin = Embedded::in_memory(world, clock);
    let calls = &desired.policy.calls;
    let budget = clusters::budget();
    let called = desired.clusters.iter();
    let clients: BTreeMap<_, _> = called
        .filter_map(|(name, cluster)| Some((name.clone(), twin.client(cluster, calls, &budget)?)))
        .collect();
    twin.lose(source);
    let begun = clock.now();
    let options = Options {
        today: Some(day(twin.now())),
        ..Options::default()
    };
    let allowances = everything();
    let seen = refresh(
        desired,
        &clients,
        &options,
        &allowances,
        targets,
        Depth::Plan,
    )
    .await
    .map_err(|error| error.to_string())?;
    if seen.plan.is_refused() {
        let why = refused::diagnostics(&seen.plan).into_iter().next();
        let why = why.map_or_else(String::new, |it| format!(": {} [{}]", it.summary, it.code));
        return Err(format!("the failover would be refused{why}"));
    }
    let mut sink = |_: &apply::Event| {};
    let context = RunContext {
        clients: &clients,
        pairs: None,
        secrets: &Withheld,
        sink: &mut sink,
        describe: words::cause,
        interrupts: Interrupts::none(),
        lease: None,
    };
    let settings = Settings::new(twin.now(), PathBuf::from(ARCHIVE));
    let status =
        (seen.live.clusters.get(&half.cluster)).and_then(|it| it.mirrors.read()?.get(&half.link));
    let running = standing(status, |it| it != MirrorStatus::Stopped);
    let _report = apply::run(&seen.plan, context, &settings)
        .await
        .map_err(|error| error.to_string())?;
    let took = clock.since(begun);
    let client = (clients.get(&half.cluster)).ok_or("the spec has no endpoint of its cluster")?;
    let after = read::mirrors_of(client, [half.link.clone()]).await;
    let after = after.read().and_then(|all| all.get(&half.link));
    let writable = standing(after, |it| it == MirrorStatus::Stopped);
    Ok(OnTwin {
        took,
        topics: (running.len(), running.intersection(&writable).count()),
        assumed: Vec::new(),
    })
}

/// The mirror topics in some statuses.
fn standing(
    mirrors: Option<&BTreeMap<TopicName, MirrorFact>>,
    is_so: fn(MirrorStatus) -> bool,
) -> BTreeSet<TopicName> {
    let mirrors = mirrors.into_iter().flatten();
    mirrors
        .filter(|(_, mirror)| is_so(mirror.status.clone()))
        .map(|(topic, _)| topic.clone())
        .collect()
}

/// What a plan fails over.
pub(super) fn failovers(plan: &Plan) -> impl Iterator<Item = &Address> {
    let operations = plan.operations.iter();
    operations
        .filter(|operation| matches!(operation.kind, OperationKind::FailoverMirror { .. }))
        .map(|operation| &operation.address)
}

/// Everything that a failover may need to be allowed.
pub(super) fn everything() -> Allowances {
    let risks = Risk::ALL.into_iter().map(Allow::Risk);
    risks
        .chain([Allow::BlastRadius, Allow::LostClusterAnswers])
        .collect()
}

impl Embedded {
    /// A cluster is gone: no link reaches it, its API does not answer, and no one writes to it.
    fn lose(&self, cluster: &ClusterId) {
        self.sandbox().set_reachable(cluster.as_str(), Reach::Cut);
        self.sandbox().add_fault(FaultSpec {
            name: Some("lost".to_owned()),
            on: FaultMatch {
                cluster: Some(cluster.to_string()),
                ..FaultMatch::default()
            },
            skip: 0,
            times: None,
            probability: 1.0,
            action: FaultAction::ResetBeforeEffect,
        });
    }
}

fn first_line(error: &linkwright_sandbox::WorldError) -> String {
    let words = error.to_string();
    words.lines().next().unwrap_or_default().to_owned()
}

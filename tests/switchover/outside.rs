//! Someone fails the pair over from outside: while the plan is made, between plan and apply, and at any moment
//! of the run. Nothing is written that the pair's phase forbids: the sandbox, which knows the phases and has a
//! table of its own, records each such write as a harm.

use std::time::Duration;

use linkwright::accept::Chosen;
use linkwright::address::Address;
use linkwright::desired::Desired;
use linkwright::drift::{Drift, DriftClass, Input};
use linkwright::health::Thresholds;
use linkwright::plan::Plan;
use linkwright::plan::file::{Made, Moved};
use linkwright::refresh::{Depth, refresh};
use linkwright::report::plan_json;
use linkwright_sandbox::{FailoverTypeSpec, LoggedRequest, RouteKind, Sandbox};

use super::cases::{
    AS_IS, Halves, PairIs, around, bench, both, both_with_mirrors, links, spec, spec_with,
    text_with, world,
};
use crate::support::accepting::{Written, accept};
use crate::support::bench::{Bench, everything_allowed, show, tell};

/// What is done from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outside {
    Planned,
    Unplanned,
    /// An unplanned failover has ended before; it is restored.
    Restored,
}

const ALL: [Outside; 3] = [Outside::Planned, Outside::Unplanned, Outside::Restored];

impl Outside {
    fn act(self, sandbox: &Sandbox) {
        let kind = match self {
            Self::Planned => FailoverTypeSpec::Planned,
            Self::Unplanned => FailoverTypeSpec::Unplanned,
            Self::Restored => FailoverTypeSpec::Restore,
        };
        assert!(sandbox.switch_over("sw-1", kind, "west"), "{self:?}");
    }

    /// What must have happened before it can be done.
    fn prepare(self, sandbox: &Sandbox) {
        if self == Self::Restored {
            Self::Unplanned.act(sandbox);
            sandbox.advance(Duration::from_secs(60));
            assert_eq!(phase(sandbox), "READY_TO_RESTORE");
        }
    }
}

fn phase(sandbox: &Sandbox) -> String {
    sandbox.pair_phase("sw-1").unwrap().0
}

fn ready() -> Bench {
    bench(
        Halves::Mirroring,
        Some(PairIs {
            phase: "READY_TO_FAILOVER",
            active: "east",
            first: "east",
        }),
    )
}

/// The same world with `payments` mirrored like `orders`, since a paused mirror topic cannot be reversed.
fn ready_with_payments() -> Bench {
    let is = PairIs {
        phase: "READY_TO_FAILOVER",
        active: "east",
        first: "east",
    };
    let text = world(Halves::Mirroring, Some(is));
    let text = text.replace(
        "{ source_topic: payments, status: PAUSED }",
        "{ source_topic: payments }",
    );
    around(&text)
}

const AWAY: &str = "  away:
    source: east
    destination: north
    credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }
    consumer_offset_sync: { groups: { include: [\"*\"] } }
    mirrors: MIRRORS
";

fn away(mirrors: &str) -> String {
    AWAY.replace("MIRRORS", mirrors)
}

/// Config edits on both halves of the pair's link, and mirror topics to create on a link that no pair manages,
/// so that the run takes a while.
fn edits() -> Desired {
    let both = both("45s", AS_IS);
    spec(&links(
        &both,
        &away("{ orders: {}, payments: { state: paused }, refunds: {} }"),
    ))
}

/// Carries a plan out in which the pair is read before requests.
async fn apply(bench: &mut Bench, desired: &Desired, plan: &Plan) -> String {
    let live = linkwright::live::Snapshot::default();
    bench.check_pairs(desired, &live);
    tell(&bench.apply(plan).await)
}

/// Requests that write to the pair's link.
fn to_the_pair(bench: &Bench) -> Vec<LoggedRequest> {
    let mut writes = bench.writes();
    writes.retain(|request| request.path.contains("/links/both") && request.cluster != "lkc-north");
    writes
}

#[tokio::test(start_paused = true)]
async fn a_ready_pair_takes_config_edits() {
    let mut bench = ready();
    let desired = edits();
    let plan = bench.plan(&desired).await;
    assert!(!plan.is_refused(), "{}", show(&plan));
    let report = apply(&mut bench, &desired, &plan).await;
    assert_eq!(to_the_pair(&bench).len(), 2, "{report}");
    assert_eq!(bench.sandbox.harms(), []);
    let left = bench.plan(&desired).await;
    assert!(!left.has_changes() && !left.is_refused(), "{}", show(&left));
}

#[tokio::test(start_paused = true)]
async fn a_failover_while_the_plan_is_made_is_not_fought() {
    for outside in ALL {
        let counted = ready();
        outside.prepare(&counted.sandbox);
        counted.tap.set(None);
        drop(counted.plan(&edits()).await);
        for number in 0..counted.tap.count() {
            let mut bench = ready();
            outside.prepare(&bench.sandbox);
            let sandbox = bench.sandbox.clone();
            bench.tap.set(None);
            bench.tap.at(number, move || outside.act(&sandbox));
            let desired = edits();
            let plan = bench.plan(&desired).await;
            if !plan.is_refused() && plan.has_changes() {
                drop(apply(&mut bench, &desired, &plan).await);
            }
            let at = format!("{outside:?} before request {number} of the plan");
            assert_eq!(bench.sandbox.harms(), [], "{at}\n{}", show(&plan));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_failover_between_plan_and_apply_nothing_is_sent_to_the_pair() {
    for outside in ALL {
        let mut bench = ready();
        let desired = edits();
        let plan = bench.plan(&desired).await;
        outside.prepare(&bench.sandbox);
        outside.act(&bench.sandbox);
        let report = apply(&mut bench, &desired, &plan).await;
        assert_eq!(bench.sandbox.harms(), [], "{outside:?}\n{report}");
        let forbidden = report.matches("is UPDATING").count();
        assert_eq!(forbidden, 2, "{outside:?}\n{report}");
        assert_eq!(to_the_pair(&bench), [], "{outside:?}\n{report}");
        // The link that no pair manages is done.
        assert_eq!(report.matches("away/orders: done").count(), 1, "{report}");
    }
}

/// The moments of a run at which a failover can begin so that the run can know it: each request that is not
/// between the last look at the pair and the writes that it permits.
fn moments(log: &[LoggedRequest]) -> Vec<usize> {
    let writes = |request: &LoggedRequest| {
        request.kind == RouteKind::Write && request.path.contains("/links/both")
    };
    let looks = |request: &LoggedRequest| request.route == "switchover-pairs.list";
    (0..log.len())
        .filter(|at| match log[*at..].iter().position(writes) {
            None => true,
            Some(next) => log[*at..at + next].iter().any(looks),
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_failover_at_any_moment_of_a_run_is_not_fought() {
    for outside in ALL {
        let mut counted = ready();
        let desired = edits();
        let plan = counted.plan(&desired).await;
        outside.prepare(&counted.sandbox);
        counted.sandbox.clear_requests();
        drop(apply(&mut counted, &desired, &plan).await);
        let log = counted.sandbox.requests();
        let moments = moments(&log);
        assert!(
            moments.len() > 10,
            "{outside:?}: {} of {}",
            moments.len(),
            log.len()
        );
        let mut fought_off = 0;
        for number in moments {
            let mut bench = ready();
            let plan = bench.plan(&desired).await;
            outside.prepare(&bench.sandbox);
            let sandbox = bench.sandbox.clone();
            bench.sandbox.clear_requests();
            bench.tap.set(None);
            bench.tap.at(number, move || outside.act(&sandbox));
            let report = apply(&mut bench, &desired, &plan).await;
            let at = format!("{outside:?} before request {number} of the run");
            assert_eq!(bench.sandbox.harms(), [], "{at}\n{report}");
            fought_off += usize::from(report.contains("switchover pair sw-1 is"));
        }
        assert!(fought_off > 0, "{outside:?}");
    }
}

/// What drift finds about the pair's link, as class and code.
async fn drift(bench: &Bench, desired: &Desired) -> Vec<(DriftClass, String)> {
    let (allow, options) = (everything_allowed(), &bench.options);
    let seen = refresh(desired, bench.sources(), options, &allow, &[], Depth::Drift);
    let seen = seen.await.unwrap();
    let drift = Drift::of(&Input {
        plan: &seen.plan,
        live: &seen.live,
        desired,
        thresholds: Thresholds::default(),
        now: bench.now(),
    });
    let found = drift.findings.iter();
    let found = found.filter(|it| {
        let half = it.address.half();
        half.is_none_or(|half| half.link.as_str() == "both")
    });
    found.map(|it| (it.class, it.code().to_owned())).collect()
}

/// Both ways to declare the pair's topics.
fn specs(key: bool) -> [(&'static str, Desired); 2] {
    let away = away("{}");
    let topics = "    topics: { orders: { primary: east }, payments: { primary: east } }";
    let mirrors = both_with_mirrors("{}").replace("payments: { state: paused }", "payments: {}");
    [
        (
            "topics",
            spec_with(key, &links(&both("30s", topics), &away)),
        ),
        ("mirrors", spec_with(key, &links(&mirrors, &away))),
    ]
}

#[tokio::test(start_paused = true)]
async fn drift_reports_a_failover_once() {
    for (form, desired) in specs(true) {
        let bench = ready_with_payments();
        assert_eq!(drift(&bench, &desired).await, [], "{form}");
        Outside::Unplanned.act(&bench.sandbox);
        let updating = drift(&bench, &desired).await;
        assert_eq!(updating.len(), 1, "{form} {updating:?}");
        bench.sandbox.advance(Duration::from_secs(60));
        let stopped = drift(&bench, &desired).await;
        assert_eq!(stopped.len(), 1, "{form} {stopped:?}");
        assert_ne!(stopped[0].0, DriftClass::Information, "{form} {stopped:?}");
        Outside::Restored.act(&bench.sandbox);
        bench.sandbox.advance(Duration::from_secs(120));
        assert_eq!(phase(&bench.sandbox), "READY_TO_FAILOVER", "{form}");
        let restored = drift(&bench, &desired).await;
        let once = [(DriftClass::Information, "LW550".to_owned())];
        assert_eq!(restored, once, "{form}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_does_not_take_for_done_what_a_pair_forbids() {
    let bench = ready();
    let desired = edits();
    let plan = bench.plan(&desired).await;
    let made = Made {
        spec_digest: "spec".to_owned(),
        desired: desired.clone(),
        ..Made::default()
    };
    let saved = plan_json::read(&plan_json::save(&plan, &made).unwrap().text).unwrap();
    let same = bench.observe(&desired).await;
    assert!(saved.remainder(&same.plan, &same.live, "spec").is_ok());
    Outside::Unplanned.act(&bench.sandbox);
    let now = bench.observe(&desired).await;
    assert!(now.plan.is_refused(), "{}", show(&now.plan));
    let moved = saved.remainder(&now.plan, &now.live, "spec").unwrap_err();
    let edits = moved
        .iter()
        .filter(|it| matches!(it, Moved::Gone { address, .. } if address.ends_with("/both")));
    assert_eq!(edits.count(), 2, "{moved:?}");
}

#[tokio::test(start_paused = true)]
async fn a_target_is_refused_like_the_whole() {
    let bench = ready();
    Outside::Unplanned.act(&bench.sandbox);
    let desired = edits();
    let (allow, options) = (everything_allowed(), &bench.options);
    for (target, refused) in [("west/both", true), ("north/away/orders", false)] {
        let targets = [Address::parse(target).unwrap()];
        let seen = refresh(
            &desired,
            bench.sources(),
            options,
            &allow,
            &targets,
            Depth::Plan,
        );
        let plan = seen.await.unwrap().plan;
        assert_eq!(plan.is_refused(), refused, "{target}\n{}", show(&plan));
        assert_eq!(plan.has_changes(), !refused, "{target}\n{}", show(&plan));
    }
}

#[tokio::test(start_paused = true)]
async fn a_planned_failover_is_information_and_changes_no_plan() {
    let away = away("{}");
    let running = "    topics: { orders: { primary: east }, payments: { primary: east } }";
    let mirrors = both_with_mirrors("{}").replace("payments: { state: paused }", "payments: {}");
    for rest in [both("30s", running), mirrors] {
        let desired = spec(&links(&rest, &away));
        let bench = ready_with_payments();
        assert_eq!(drift(&bench, &desired).await, [], "{rest}");
        Outside::Planned.act(&bench.sandbox);
        bench.sandbox.advance(Duration::from_secs(60));
        assert_eq!(phase(&bench.sandbox), "READY_TO_FAILOVER", "{rest}");
        let found = drift(&bench, &desired).await;
        assert_eq!(
            found,
            [(DriftClass::Information, "LW550".to_owned())],
            "{rest}"
        );
        let plan = bench.plan(&desired).await;
        assert!(!plan.has_changes() && !plan.is_refused(), "{}", show(&plan));
        // The spec that says so finds nothing to change either.
        let said = spec(&links(
            &rest.replace("primary: east", "primary: west"),
            &away,
        ));
        let plan = bench.plan(&said).await;
        assert!(!plan.has_changes() && !plan.is_refused(), "{}", show(&plan));
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_key_rows_that_look_reversed_are_reported_one_by_one() {
    let bench = ready();
    Outside::Unplanned.act(&bench.sandbox);
    bench.sandbox.advance(Duration::from_secs(60));
    Outside::Restored.act(&bench.sandbox);
    bench.sandbox.advance(Duration::from_secs(120));
    let [_, (_, mirrors)] = specs(false);
    bench.sandbox.clear_requests();
    let found = drift(&bench, &mirrors).await;
    let codes: Vec<&str> = found.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(
        codes.iter().filter(|code| **code == "LW217").count(),
        2,
        "{codes:?}"
    );
    assert!(!codes.contains(&"LW550"), "{codes:?}");
    let asked = bench.sandbox.requests();
    assert!(asked.iter().all(|it| !it.route.starts_with("switchover")));
}

/// The spec gets the member that is active now as its primary, and nothing else changes in it; while the pair is
/// turning, and where the link declares mirrors and no primary, it is said why not.
#[tokio::test(start_paused = true)]
async fn accept_writes_the_primary_of_a_pair_that_was_failed_over_outside() {
    let topics = "    topics: { orders: { primary: east }, \"pay*\": { primary: east } }";
    let text = text_with(true, &links(&both("30s", topics), &away("{}")));
    let before = Written::of(&text);
    for outside in [Outside::Planned, Outside::Restored] {
        let bench = ready_with_payments();
        outside.prepare(&bench.sandbox);
        let nothing = Chosen::default();
        outside.act(&bench.sandbox);
        let turning = accept(&bench, &before, None, nothing).await.unwrap();
        assert_eq!(turning.after.text(), text, "{outside:?}");
        let codes: Vec<&str> = turning.refused.iter().map(|it| it.why.code.0).collect();
        assert!(codes.iter().all(|code| *code == "LW549"), "{codes:?}");
        bench.sandbox.advance(Duration::from_secs(120));
        assert_eq!(phase(&bench.sandbox), "READY_TO_FAILOVER", "{outside:?}");
        let result = accept(&bench, &before, None, nothing).await.unwrap();
        assert!(
            result.refused.is_empty(),
            "{outside:?} {:?}",
            result.refused
        );
        let wanted = text.replace("primary: east", "primary: west");
        assert_eq!(result.after.text(), wanted, "{outside:?}");
        // What the pair did is about both halves of the link, and about all its topics together.
        for (address, is_taken) in [
            ("west/both", true),
            ("east/both", true),
            ("west/both/orders", false),
            ("north", false),
        ] {
            let address = [Address::parse(address).unwrap()];
            let named = Chosen {
                addresses: Some(&address),
                reported: None,
            };
            let result = accept(&bench, &before, None, named).await.unwrap();
            let expected = if is_taken { &wanted } else { &text };
            assert_eq!(result.after.text(), expected, "{address:?}");
        }
        let after = result.after.desired;
        let plan = bench.plan(&after).await;
        assert!(!plan.has_changes() && !plan.is_refused(), "{}", show(&plan));
        let found = drift(&bench, &after).await;
        assert_eq!(found, [(DriftClass::Information, "LW550".to_owned())]);
        // What the spec says is no deviation any more.
        let again = accept(&bench, &Written::of(&wanted), None, nothing)
            .await
            .unwrap();
        assert!(again.accepted.is_empty() && again.refused.is_empty());
        assert_eq!(bench.sandbox.harms(), [], "{outside:?}");
    }
    // Until it is restored, what is accepted must leave nothing that the pair forbids.
    let bench = ready_with_payments();
    Outside::Unplanned.act(&bench.sandbox);
    bench.sandbox.advance(Duration::from_secs(60));
    assert_eq!(phase(&bench.sandbox), "READY_TO_RESTORE");
    let stopped = accept(&bench, &before, None, Chosen::default()).await;
    let stopped = stopped.unwrap();
    let plan = bench.plan(&stopped.after.desired).await;
    let is_empty = !plan.has_changes() && !plan.is_refused();
    assert!(
        is_empty || stopped.after.text() == text && !stopped.refused.is_empty(),
        "{}",
        show(&plan)
    );
    let mirrors = both_with_mirrors("{}").replace("payments: { state: paused }", "payments: {}");
    let text = text_with(true, &links(&mirrors, &away("{}")));
    let bench = ready_with_payments();
    Outside::Planned.act(&bench.sandbox);
    bench.sandbox.advance(Duration::from_secs(60));
    let result = accept(&bench, &Written::of(&text), None, Chosen::default()).await;
    let result = result.unwrap();
    assert_eq!(result.after.text(), text);
    let codes: Vec<&str> = result.refused.iter().map(|it| it.why.code.0).collect();
    assert_eq!(codes, ["LW570"]);
}

/// Where mirror topics are created automatically, the filters that follow the primary would be written to the pair: that is
/// said, and nothing is written.
#[tokio::test(start_paused = true)]
async fn accept_writes_nothing_where_auto_create_would_have_to_follow() {
    let topics =
        "    topics: { orders: { primary: east }, \"pay*\": { primary: east, auto_create: true } }";
    let text = text_with(true, &links(&both("30s", topics), &away("{}")));
    let before = Written::of(&text);
    let mut bench = ready_with_payments();
    bench.secrets.or_names = true;
    bench.converge(&before.desired, 6).await;
    Outside::Planned.prepare(&bench.sandbox);
    Outside::Planned.act(&bench.sandbox);
    bench.sandbox.advance(Duration::from_secs(120));
    assert_eq!(phase(&bench.sandbox), "READY_TO_FAILOVER");
    let result = accept(&bench, &before, None, Chosen::default())
        .await
        .unwrap();
    assert_eq!(result.after.text(), text);
    assert!(result.accepted.is_empty());
    let codes: Vec<&str> = result.refused.iter().map(|it| it.why.code.0).collect();
    assert!(codes.contains(&"LW548"), "{codes:?}");
}

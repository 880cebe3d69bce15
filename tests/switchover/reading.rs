//! Confluent Cloud's own API is asked once, page by page, and only with a key; what it does not say is unknown.

use linkwright::api::Auth;
use linkwright::apply::{Cause, Outcome, Reason};
use linkwright::diff::Class;
use linkwright::guard::Guard;
use linkwright::plan::switchover::WriteKind;
use linkwright_sandbox::{FaultAction, RouteKind, StatusFault};
use secrecy::SecretString;

use super::cases::{
    AS_IS, Halves, PairIs, all, around, bench, both, links, spec, spec_with, world,
};
use crate::support::bench::{Bench, show, tell};

const READY: PairIs = PairIs {
    phase: "READY_TO_FAILOVER",
    active: "east",
    first: "east",
};

/// How often each route was called.
fn calls(bench: &Bench, route: &str) -> usize {
    let log = bench.sandbox.requests();
    log.iter().filter(|request| request.route == route).count()
}

#[tokio::test(start_paused = true)]
async fn the_pairs_are_listed_once_whatever_the_number_of_links() {
    let text = links(&both("30s", AS_IS), "");
    for key in [false, true] {
        let desired = spec_with(key, &text);
        let bench = bench(Halves::Mirroring, Some(READY));
        bench.sandbox.clear_requests();
        let plan = bench.plan(&desired).await;
        assert!(!plan.has_changes() && !plan.is_refused(), "{}", show(&plan));
        let listed =
            ["switchover-pairs.list", "switchover-endpoints.list"].map(|it| calls(&bench, it));
        assert_eq!(listed, [usize::from(key); 2]);
        // Two for each cluster that holds a half, and one for each half.
        assert_eq!(bench.sandbox.requests().len(), 6 + 2 * usize::from(key));
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_list_is_read_to_its_end() {
    let text = world(Halves::Mirroring, Some(READY));
    let more: String = (0..130)
        .map(|number| {
            format!(
                "    - {{ id: sw-0{number:03}, environment: env-1, active: a, members: [{{ name: a, cluster: lkc-east }}, {{ name: b, cluster: lkc-north }}] }}\n"
            )
        })
        .collect();
    let text = text.replace("  pairs:\n", &format!("  pairs:\n{more}"));
    let bench = around(&text.replace("phase: READY_TO_FAILOVER", "phase: UPDATING"));
    bench.sandbox.clear_requests();
    let plan = bench.plan(&spec(&links(&both("45s", AS_IS), ""))).await;
    // The pair of the link is on the second page.
    assert!(plan.is_refused(), "{}", show(&plan));
    assert_eq!(calls(&bench, "switchover-pairs.list"), 2);
}

fn refuse(bench: &Bench, code: u16) {
    let status = StatusFault {
        code,
        body: None,
        error_code: None,
        message: Some("not admitted to early access".to_owned()),
        retry_after_s: None,
    };
    bench.fault(
        "switchover-pairs.list",
        0,
        None,
        FaultAction::Status(status),
    );
}

#[tokio::test(start_paused = true)]
async fn pairs_that_cannot_be_read_keep_requests_off_links_between_cloud_clusters() {
    let desired = spec(&links(&both("45s", AS_IS), ""));
    for code in [401, 403, 500] {
        let bench = bench(Halves::Mirroring, Some(READY));
        refuse(&bench, code);
        let plan = bench.plan(&desired).await;
        assert!(!plan.has_changes(), "{code}\n{}", show(&plan));
        assert!(plan.has_unknowns(), "{code}\n{}", show(&plan));
        let unknown: Vec<_> = plan.of_class(Class::Unknown).collect();
        let codes: Vec<String> = unknown
            .iter()
            .map(|it| it.kind.code().to_string())
            .collect();
        assert!(codes.iter().all(|code| code == "LW552"), "{}", show(&plan));
        let words = unknown
            .iter()
            .map(|it| linkwright::report::words::finding(it));
        assert!(
            words
                .clone()
                .any(|it| it.details.iter().any(|line| line.contains("alter-link")))
        );
        assert!(words.clone().all(|it| it.summary.contains("not admitted")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_cannot_read_the_pairs_again_sends_nothing_to_the_link() {
    let case = all()
        .into_iter()
        .find(|case| case.kind == WriteKind::EditConfigs);
    let case = case.unwrap();
    let mut bench = bench(case.halves, Some(READY));
    let seen = bench.observe(&case.spec).await;
    assert!(seen.plan.has_changes());
    bench.check_pairs(&case.spec, &seen.live);
    refuse(&bench, 503);
    let report = bench.apply(&seen.plan).await;
    for operation in &report.operations {
        let Outcome::Failed { reason, cause } = &operation.outcome else {
            panic!("{}", tell(&report));
        };
        assert_eq!(*reason, Reason::Unreachable);
        assert!(matches!(cause, Cause::PairsUnread(_)), "{}", tell(&report));
        assert_eq!(operation.attempts, 0);
    }
    assert_eq!(bench.writes(), []);
}

#[tokio::test(start_paused = true)]
async fn a_key_opens_only_a_world_that_knows_it() {
    let keyed = world(Halves::Mirroring, Some(READY)).replace(
        "\nversion: 1\n",
        "\nversion: 1\ncloud_api_keys: [{ username: CLOUD, password: cloud-secret }]\n",
    );
    let desired = spec(&links(&both("45s", AS_IS), ""));
    for (password, opens) in [("cloud-secret", true), ("wrong", false)] {
        let auth = Auth::Basic {
            user: "CLOUD".to_owned(),
            password: SecretString::from(password.to_owned()),
        };
        let bench = around(&keyed).with_cloud(&auth, &["env-1"]);
        let plan = bench.plan(&desired).await;
        assert_eq!(plan.has_changes(), opens, "{}", show(&plan));
        assert_eq!(plan.has_unknowns(), !opens, "{}", show(&plan));
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_looks_at_the_pair_before_each_request_and_shares_looks() {
    let case = all()
        .into_iter()
        .find(|case| case.kind == WriteKind::EditConfigs);
    let case = case.unwrap();
    let mut bench = bench(case.halves, Some(READY));
    let seen = bench.observe(&case.spec).await;
    bench.check_pairs(&case.spec, &seen.live);
    bench.sandbox.clear_requests();
    let report = bench.apply(&seen.plan).await;
    let log = bench.sandbox.requests();
    let first = log
        .iter()
        .position(|it| it.kind == RouteKind::Write)
        .unwrap();
    assert_eq!(
        log[first - 1].route,
        "switchover-pairs.list",
        "{}",
        tell(&report)
    );
    // Two requests go out at the same time.
    assert_eq!(bench.writes().len(), 2);
    assert_eq!(calls(&bench, "switchover-pairs.list"), 1);
}

#[test]
fn a_guard_file_says_where_a_cloud_api_key_may_go() {
    let guard = |more: &str| {
        let text = format!(
            "version: 1
clusters:
  lkc-east: {{ rest_endpoints: [\"https://east.example\"], bootstrap_servers: [\"east:9092\"] }}
  lkc-west: {{ rest_endpoints: [\"https://west.example\"], bootstrap_servers: [\"west:9092\"] }}
  lkc-north: {{ rest_endpoints: [\"https://north.example\"], bootstrap_servers: [\"north:9092\"] }}
{more}"
        );
        Guard::parse(&"guard.yaml".into(), &text).unwrap()
    };
    let desired = spec(&links(&both("30s", ""), ""));
    let denied = |more: &str| {
        let denied = guard(more).check(&desired);
        denied.iter().map(|it| it.code.0).collect::<Vec<_>>()
    };
    assert_eq!(denied(""), ["LW512"]);
    assert_eq!(
        denied("cloud_endpoints: [\"https://api.confluent.cloud\"]"),
        [""; 0]
    );
    assert_eq!(
        denied("cloud_endpoints: [\"https://api.confluent.example\"]"),
        ["LW512"]
    );
}

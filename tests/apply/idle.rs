//! Consumer groups that become active between the plan and a promotion.

use bytes::Bytes;
use linkwright::apply::{Cause, Outcome, Reason, Report, Verdict};
use linkwright::desired::Desired;
use linkwright::plan::OperationKind;
use linkwright_sandbox::{FaultMatch, FaultSpec};

use super::paces::{each_second, status, timed};
use crate::support::bench::{Bench, read, tell};

/// Two mirror topics of a link that copies the offsets of every group. `there` is a group of west alone that
/// the filter selects, and is active all the time.
const WORLD: &str = r#"
version: 1
clock: { mode: { auto: { speed: 1.0 } } }
timings: { mirror_setup_ms: 0 }
clusters:
  - id: lkc-east
    name: east
    bootstrap_servers: east.example:9092
    topics: [{ name: 't-{n}', count: 2, partitions: 1, records: 10 }]
    groups: [{ id: shop }]
  - id: lkc-west
    name: west
    groups: [{ id: shop }, { id: there, active: true }]
    links:
      - name: dr
        remote: lkc-east
        configs:
          security.protocol: SASL_SSL
          sasl.mechanism: PLAIN
          sasl.jaas.config: x
          consumer.offset.sync.enable: "true"
          consumer.offset.group.filters: '{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}'
        mirrors: [{ source_topic: 't-{n}', count: 2 }]
"#;

fn desired(sync: &str, link: &str, promote: &str) -> Desired {
    let spec = format!(
        r#"version: 1
clusters:
  east: {{ id: lkc-east, bootstrap_servers: "east.example:9092" }}
  west:
    id: lkc-west
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: {{ basic: {{ username: "${{env:A:-a}}", password: "${{env:B:-b}}" }} }}
links:
  dr:
    source: east
    destination: west
    credentials: {{ sasl_plain: {{ username: "${{env:K:-k}}", password: "${{env:S:-s}}" }} }}
    consumer_offset_sync: {{ {sync} groups: {{ include: ["*"] }} }}
    {link}
    mirrors: {{ t-0: {{ state: promoted }}, t-1: {{ state: promoted }} }}
policy: {{ promote: {{ max_lag: 0, within: 20s{promote} }} }}
"#
    );
    read(&[("spec.yaml", &spec)]).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A plan whose group `shop` is in another state when it is carried out.
async fn run_with(desired: &Desired, state: Option<&'static str>) -> Report {
    let bench = Bench::new(WORLD);
    let plan = bench.plan(desired).await;
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
    assert!(
        plan.operations
            .iter()
            .any(|op| matches!(&op.kind, OperationKind::PromoteMirror { idle: Some(_), .. }))
    );
    match state {
        Some(state) => bench.tap.edit(move |path, body| {
            if !path.ends_with("/consumer-groups") {
                return body;
            }
            let mut list: serde_json::Value = serde_json::from_slice(&body).unwrap();
            for row in list["data"].as_array_mut().into_iter().flatten() {
                if row["consumer_group_id"] == "shop" {
                    row["state"] = state.into();
                }
            }
            Bytes::from(list.to_string())
        }),
        None => drop(bench.sandbox.add_fault(FaultSpec {
            name: None,
            on: FaultMatch {
                cluster: Some("lkc-west".to_owned()),
                route: Some("groups.list".to_owned()),
                ..FaultMatch::default()
            },
            skip: 0,
            times: None,
            probability: 1.0,
            action: status(403),
        })),
    }
    let (report, log) = timed(&bench, &plan, &each_second(&bench)).await;
    let sent = log.iter().any(|line| line.contains("mirrors.promote"));
    assert_eq!(sent, state == Some("EMPTY"), "{}\n{log:#?}", tell(&report));
    report
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_active_by_now_blocks_the_promotions_that_it_would_hold_up() {
    for desired in [
        desired("enabled: false,", "", ", offset_sync: final_sync"),
        desired("", "move_together: { shop: [\"t-*\"] }", ""),
    ] {
        for state in ["STABLE", "UNKNOWN", "PREPARING_REBALANCE"] {
            let report = run_with(&desired, Some(state)).await;
            let moved = report.operations.iter().find_map(|it| match &it.outcome {
                Outcome::Failed {
                    reason: Reason::Moved,
                    cause: cause @ Cause::GroupsActive { groups, .. },
                } => Some((cause.clone(), groups.clone())),
                _ => None,
            });
            let (cause, groups) = moved.unwrap_or_else(|| panic!("{}", tell(&report)));
            assert_eq!(groups, [("shop".into(), state.to_owned())]);
            let words = linkwright::report::words::cause(&cause);
            assert!(words.contains(&format!("shop is {state}")), "{words}");
            assert_eq!(report.counts().done, 0, "{}", tell(&report));
        }
        // The same, as planned; the group that is active at the destination alone is not synced.
        let report = run_with(&desired, Some("EMPTY")).await;
        assert!(report.verdict() == Verdict::Complete, "{}", tell(&report));
        // And where the groups cannot be read any more.
        let report = run_with(&desired, None).await;
        assert_eq!(report.counts().done, 0, "{}", tell(&report));
        let outcome = &report.operations[0].outcome;
        assert!(
            matches!(
                outcome,
                Outcome::Failed {
                    cause: Cause::Unread(_),
                    ..
                }
            ),
            "{}",
            tell(&report)
        );
    }
}

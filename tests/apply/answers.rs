//! Answers that are not the cluster's own, or disagree: pages instead of answers, short and repeated lists, another
//! cluster's answers, words that no version knows. They are read again before a failure is reported, and said.

use linkwright::apply::{Outcome, Verdict};
use linkwright::desired::{Desired, MirrorState};
use linkwright::drift::{Drift, Input};
use linkwright::export::{ExportInput, export};
use linkwright::health::Thresholds;
use linkwright::plan::Plan;
use linkwright::refresh::{Depth, inventory, refresh};
use linkwright::report::words;
use linkwright_sandbox::{FaultAction, FaultSpec};

use super::paces::{wanted, world};
use crate::support::bench::{Bench, TODAY, clusters, everything_allowed, show, tell};

const PAUSED: MirrorState = MirrorState::Paused;
const MIRRORING: MirrorState = MirrorState::Mirroring;

fn fault(bench: &Bench, yaml: &str) {
    let fault: FaultSpec = serde_yaml::from_str(yaml).unwrap();
    bench.sandbox.add_fault(fault);
}

/// The codes of what a plan finds, with the addresses.
fn found(plan: &Plan) -> Vec<(&'static str, String)> {
    let findings = plan.findings.iter();
    findings
        .map(|finding| (finding.kind.code().0, finding.address.to_string()))
        .collect()
}

/// Plans a world with one fault: what is found, and whether anything is to be done.
async fn planned(desired: &Desired, yaml: &str) -> (Bench, Plan) {
    let bench = Bench::new(&world(2, 0));
    fault(&bench, yaml);
    let plan = bench.plan(desired).await;
    (bench, plan)
}

#[tokio::test(start_paused = true)]
async fn a_page_instead_of_the_answer_to_a_write_is_not_understood_and_then_looked_into() {
    // Two new mirror topics and two to pause: a POST for each of the new ones, and one for both of the others.
    let desired = wanted(&[PAUSED, PAUSED, MIRRORING, MIRRORING]);
    for action in ["html-success", "{ status: { code: 200, body: html } }"] {
        let bench = Bench::new(&world(2, 0));
        let plan = bench.plan(&desired).await;
        assert_eq!(plan.operations.len(), 4, "{}", show(&plan));
        fault(
            &bench,
            &format!("{{ on: {{ kind: write }}, times: 3, do: {action} }}"),
        );
        let report = bench.apply(&plan).await;
        assert_eq!(
            report.verdict(),
            Verdict::Complete,
            "{action}: {}",
            tell(&report)
        );
        assert!(!bench.plan(&desired).await.has_changes());
        let writes = bench.writes();
        match action {
            // What the page hides was done: nothing is sent twice.
            "html-success" => assert_eq!(writes.len(), 3, "{writes:#?}"),
            // Nothing was done, a read showed it, and it was sent again.
            _ => assert_eq!(writes.len(), 6, "{writes:#?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_stays_is_said_to_be_one() {
    let desired = wanted(&[PAUSED, MIRRORING]);
    let bench = Bench::new(&world(2, 0));
    let plan = bench.plan(&desired).await;
    fault(
        &bench,
        "{ on: { kind: write }, do: { status: { code: 200, body: html } } }",
    );
    let report = bench.apply(&plan).await;
    let [operation] = report.operations.as_slice() else {
        panic!("{}", tell(&report));
    };
    let Outcome::Unknown { cause } = &operation.outcome else {
        panic!("{}", tell(&report));
    };
    let words = words::cause(cause);
    assert!(words.contains("HTML, not JSON"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn lists_that_disagree_once_are_read_again_and_nothing_is_said() {
    let desired = wanted(&[PAUSED, MIRRORING]);
    let truth = Bench::new(&world(2, 0)).plan(&desired).await;
    for yaml in [
        "{ on: { route: links.list }, times: 1, do: { omit-rows: { names: [dr] } } }",
        "{ on: { route: mirrors.list-all }, times: 1, do: { omit-rows: {} } }",
        "{ on: { route: links.list }, times: 1, do: { another-cluster: { cluster: lkc-east } } }",
    ] {
        let (bench, plan) = planned(&desired, yaml).await;
        assert_eq!(show(&plan), show(&truth), "{yaml}");
        let lists = bench.sandbox.requests();
        let twice = lists.iter().filter(|request| request.route == "links.list");
        assert_eq!(twice.count(), 2, "{yaml}");
    }
}

#[tokio::test(start_paused = true)]
async fn lists_that_go_on_disagreeing_are_said_and_nothing_is_planned_from_them() {
    let desired = wanted(&[PAUSED, MIRRORING]);
    for (action, code) in [
        ("{ omit-rows: { names: [dr] } }", "LW520"),
        ("{ another-cluster: { cluster: lkc-east } }", "LW522"),
    ] {
        let yaml = format!("{{ on: {{ route: links.list }}, do: {action} }}");
        let (_, plan) = planned(&desired, &yaml).await;
        assert_eq!(
            found(&plan),
            [(code, "west/dr".to_owned())],
            "{}",
            show(&plan)
        );
        assert!(
            plan.has_unknowns() && !plan.has_changes(),
            "{}",
            show(&plan)
        );
    }
    // Rows of one name that contradict each other.
    let bench = Bench::new(&world(2, 0));
    bench.tap.edit(|path, body| {
        let text = String::from_utf8_lossy(&body);
        if !path.ends_with("/links/-/mirrors") {
            return body;
        }
        let mut list: serde_json::Value = serde_json::from_str(&text).unwrap();
        let rows = list["data"].as_array_mut().unwrap();
        let mut other = rows[0].clone();
        other["mirror_status"] = "PAUSED".into();
        rows.push(other);
        list.to_string().into()
    });
    let plan = bench.plan(&desired).await;
    assert!(
        found(&plan).contains(&("LW520", "west/dr".to_owned())),
        "{}",
        show(&plan)
    );
    assert!(!plan.has_changes());
}

#[tokio::test(start_paused = true)]
async fn what_is_odd_about_an_answer_is_said_and_the_rest_is_planned() {
    let desired = wanted(&[PAUSED, MIRRORING]);
    let dr = || "west/dr".to_owned();
    let mirror = |number| format!("west/dr/t-{number}");
    for (yaml, expected) in [
        (
            "{ on: { route: links.list }, do: repeat-rows }",
            vec![("LW521", dr())],
        ),
        (
            "{ on: { route: mirrors.list-all }, do: repeat-rows }",
            vec![("LW521", mirror(0)), ("LW521", mirror(1))],
        ),
        (
            "{ on: { route: links.list }, do: { set-key: { key: link_state, value: HIBERNATING } } }",
            vec![("LW523", dr())],
        ),
    ] {
        let (_, plan) = planned(&desired, yaml).await;
        assert_eq!(found(&plan), expected, "{yaml}: {}", show(&plan));
        assert_eq!(plan.operations.len(), 1, "{yaml}: {}", show(&plan));
        for finding in &plan.findings {
            let words = words::finding(finding);
            assert!(!words.summary.is_empty() && !words.help.is_empty());
            assert!(words::explain(finding.kind.code().0).is_some());
        }
    }
}

/// A pattern reaches only what is listed, so that a short list must not pass for the whole.
#[tokio::test(start_paused = true)]
async fn a_list_that_is_too_short_is_said_by_plan_and_drift() {
    let desired = wanted(&[MIRRORING]);
    let bench = Bench::new(&world(2, 0));
    fault(
        &bench,
        "{ on: { route: mirrors.list-all }, do: { omit-rows: { names: [t-1] } } }",
    );
    let (allow, options) = (everything_allowed(), bench.options.clone());
    let seen = refresh(
        &desired,
        &bench.clients,
        &options,
        &allow,
        &[],
        Depth::Drift,
    );
    let seen = seen.await.unwrap();
    let short = ("LW524", "west/dr".to_owned());
    assert_eq!(found(&seen.plan), [short], "{}", show(&seen.plan));
    let drift = Drift::of(&Input {
        plan: &seen.plan,
        live: &seen.live,
        desired: &desired,
        thresholds: Thresholds::default(),
        now: bench.now(),
    });
    assert!(!drift.is_quiet());
    // An export says so above the link.
    let document = export(&ExportInput {
        clusters: &clusters(&bench.sandbox),
        live: &inventory(&bench.clients).await,
        existing: None,
        only_used: true,
        today: TODAY,
    });
    let text = document.one_file();
    assert!(
        text.contains("the link names 2, and the list has 1 of it"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_list_lacks_once_does_not_fail_an_operation() {
    let desired = wanted(&[PAUSED, PAUSED]);
    for times in [1, u32::MAX] {
        let bench = Bench::new(&world(2, 0));
        let plan = bench.plan(&desired).await;
        let action = FaultAction::OmitRows {
            names: vec!["t-1".to_owned()],
        };
        for route in ["mirrors.list-all", "mirrors.list"] {
            bench.fault(route, 0, Some(times), action.clone());
        }
        let report = bench.apply(&plan).await;
        let failed = report.counts().failed;
        match times {
            1 => assert_eq!(report.verdict(), Verdict::Complete, "{}", tell(&report)),
            _ => assert_eq!(
                (report.verdict(), failed),
                (Verdict::Stale, 1),
                "{}",
                tell(&report)
            ),
        }
    }
}

/// A page in answer to a link's tasks is not a server without tasks.
#[tokio::test(start_paused = true)]
async fn tasks_that_cannot_be_read_are_unknown() {
    let desired = wanted(&[MIRRORING, MIRRORING]);
    let bench = Bench::new(&world(2, 0));
    fault(&bench, "{ on: { route: links.get }, do: html-success }");
    let (allow, options) = (everything_allowed(), bench.options.clone());
    let seen = refresh(
        &desired,
        &bench.clients,
        &options,
        &allow,
        &[],
        Depth::Drift,
    );
    let plan = seen.await.unwrap().plan;
    assert_eq!(
        found(&plan),
        [("LW230", "west/dr".to_owned())],
        "{}",
        show(&plan)
    );
}

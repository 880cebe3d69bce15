//! Four changes by hand: exactly these are found, and an exception hides one until its day.

use std::time::Duration;

use serde_json::Value;

use super::applied::{Hands, SPEC, applied, by_hand, drift};

/// An operator pauses a mirror, narrows a filter, adds a link and breaks a credential.
pub(crate) async fn four_changes(hands: &Hands) {
    hands
        .call(
            "POST",
            "links/orders-dr/mirrors:pause",
            r#"{"mirror_topic_names":["payments"]}"#,
        )
        .await;
    hands
        .call(
            "PUT",
            "links/orders-dr/configs/auto.create.mirror.topics.filters",
            r#"{"value":"{\"topicFilters\":[{\"name\":\"orders.\",\"patternType\":\"PREFIXED\",\"filterType\":\"INCLUDE\"}]}"}"#,
        )
        .await;
    hands
        .call(
            "POST",
            "links?link_name=somebodys",
            r#"{"source_cluster_id":"lkc-east01","configs":[
                {"name":"bootstrap.servers","value":"east:9092"},
                {"name":"security.protocol","value":"SASL_SSL"},
                {"name":"sasl.mechanism","value":"PLAIN"},
                {"name":"sasl.jaas.config","value":"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"LINK\" password=\"link-secret\";"}]}"#,
        )
        .await;
    hands
        .call(
            "PUT",
            "links/audit-dr/configs/sasl.jaas.config",
            r#"{"value":"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"LINK\" password=\"mistyped\";"}"#,
        )
        .await;
    hands.wait(Duration::from_secs(60));
}

fn found(report: &Value) -> Vec<[&str; 4]> {
    let text = |finding: &'_ Value, field: &str| -> &'static str {
        finding[field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
            .leak()
    };
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| ["class", "code", "address", "field"].map(|field| text(finding, field)))
        .collect()
}

const FILTER: [&str; 4] = [
    "config",
    "LW410",
    "west/orders-dr",
    "auto.create.mirror.topics.filters",
];
const CREDENTIAL: [&str; 4] = ["health", "LW240", "west/audit-dr", ""];
const LINK: [&str; 4] = ["unmanaged", "LW260", "west/somebodys", ""];
const PAUSED: [&str; 4] = ["state", "LW420", "west/orders-dr/payments", "state"];
const EXCUSED: [&str; 4] = ["expected", "LW420", "west/orders-dr/payments", "state"];

#[test]
fn four_changes_by_hand_are_found_and_nothing_else() {
    let workspace = applied();
    let (first, second) = (workspace.run(&["drift"]), workspace.run(&["drift"]));
    assert_eq!(
        (first.code, second.code),
        (Some(0), Some(0)),
        "{}",
        first.out
    );
    assert_eq!(first.out, second.out);
    assert_eq!(first.out.lines().count(), 1, "{}", first.out);
    assert_eq!(drift(&workspace), drift(&workspace));
    let quiet = workspace.run(&["drift", "-q"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));

    by_hand(&workspace, four_changes);
    let (report, code) = drift(&workspace);
    assert_eq!(code, Some(2));
    let all = [CREDENTIAL, FILTER, LINK, PAUSED];
    assert_eq!(found(&report), all, "{report:#}");
    for finding in report["findings"].as_array().unwrap() {
        assert!(!finding["resolve"].as_str().unwrap().is_empty());
    }
    let (first, second) = (workspace.run(&["drift"]), workspace.run(&["drift"]));
    assert_eq!(first.out, second.out);
    for secret in ["link-secret", "mistyped"] {
        assert!(!first.out.contains(secret), "{}", first.out);
    }
    workspace.run(&["drift", "--fail-on", "missing"]).exits(0);
    workspace.run(&["drift", "--fail-on", "health"]).exits(2);

    // Until its day an exception silences the first; then it is found again.
    let exception = r#"
exceptions:
  - { address: west/orders-dr/payments, field: state, reason: "paused by on-call, INC-42", until: 2026-11-05 }
"#;
    workspace.write("links.yaml", &format!("{SPEC}{exception}"));
    let (report, code) = drift(&workspace);
    assert_eq!(code, Some(2));
    let silenced = [CREDENTIAL, FILTER, LINK, EXCUSED];
    assert_eq!(found(&report), silenced);
    workspace.run(&["drift", "--fail-on", "state"]).exits(0);
    workspace.run(&["drift", "--fail-on", "expected"]).exits(2);
    by_hand(&workspace, async |hands: &Hands| {
        hands.wait(Duration::from_secs(2 * 86_400))
    });
    assert_eq!(
        found(&drift(&workspace).0),
        silenced,
        "the fourth is not the day"
    );
    by_hand(&workspace, async |hands: &Hands| {
        hands.wait(Duration::from_secs(86_400))
    });
    let (report, _) = drift(&workspace);
    assert_eq!(found(&report), all, "{report:#}");
}

//! The decision table for mirror topics, cell by cell: a world is driven into each live status, and
//! the plan for each desired state is what `docs/decisions.md` says.

use super::setup::Setup;
use linkwright::plan::Plan;

const SPEC: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
links:
  dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: "${env:LINK_KEY}", password: "${env:LINK_SECRET}" } }
    mirrors: { orders: { state: STATE } }
"#;

const WORLD: &str = r#"version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east01
    bootstrap_servers: east.example:9092
    topics: [{ name: orders }]
  - id: lkc-west01
    bootstrap_servers: west.example:9092
    TOPICS
    links:
      - name: other
        remote: lkc-east01
        configs: SECURITY
        OTHER
      - name: dr
        remote: lkc-east01
        configs: SECURITY
        MIRRORS
"#;

const SECURITY: &str = r#"{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="LINK_KEY" password="LINK_SECRET";' }"#;

/// What is live, and what comes of each desired state: operations by their words, or a code.
const TABLE: &[(&str, [&str; 4])] = &[
    (
        "absent",
        [
            "create-mirror",
            "create-mirror pause-mirror",
            "LW210",
            "LW210",
        ],
    ),
    ("plain topic", ["LW211", "LW211", "LW211", "LW211"]),
    (
        "plain topic on Platform",
        ["LW211", "LW211", "LW271", "LW271"],
    ),
    (
        "another link's mirror",
        ["LW212", "LW212", "LW212", "LW212"],
    ),
    (
        "ACTIVE",
        ["", "pause-mirror", "promote-mirror", "failover-mirror"],
    ),
    (
        "PAUSED",
        ["resume-mirror", "", "promote-mirror", "failover-mirror"],
    ),
    ("LINK_PAUSED", ["LW244", "", "LW214", "failover-mirror"]),
    (
        "SOURCE_UNAVAILABLE",
        ["LW242", "LW242", "LW213", "failover-mirror"],
    ),
    (
        "LINK_FAILED",
        ["LW243", "LW243", "LW213", "failover-mirror"],
    ),
    ("FAILED", ["LW245", "LW245", "LW215", "failover-mirror"]),
    (
        "PENDING_MIRROR",
        [
            "await-mirror",
            "await-mirror pause-mirror",
            "await-mirror promote-mirror",
            "failover-mirror",
        ],
    ),
    (
        "PENDING_STOPPED",
        ["LW216", "LW216", "await-mirror", "await-mirror"],
    ),
    ("STOPPED", ["LW217", "LW217", "", ""]),
    (
        "PENDING_SYNCHRONIZE",
        [
            "await-mirror",
            "await-mirror pause-mirror",
            "await-mirror promote-mirror",
            "failover-mirror",
        ],
    ),
    (
        "PENDING_SETUP_FOR_RESTORE",
        [
            "await-mirror",
            "await-mirror pause-mirror",
            "await-mirror promote-mirror",
            "failover-mirror",
        ],
    ),
    (
        "PENDING_RESTORE",
        [
            "await-mirror",
            "await-mirror pause-mirror",
            "await-mirror promote-mirror",
            "failover-mirror",
        ],
    ),
];

const STATES: [&str; 4] = ["mirroring", "paused", "promoted", "failed-over"];

fn world(live: &str) -> String {
    let row = |status: &str| format!("mirrors: [{{ source_topic: orders, status: {status} }}]");
    let (topics, other, mirrors) = match live {
        "absent" => (String::new(), String::new(), String::new()),
        "plain topic" | "plain topic on Platform" => (
            "topics: [{ name: orders }]".to_owned(),
            String::new(),
            String::new(),
        ),
        "another link's mirror" => (String::new(), row("ACTIVE"), String::new()),
        status => (String::new(), String::new(), row(status)),
    };
    WORLD
        .replace("SECURITY", SECURITY)
        .replace("TOPICS", &topics)
        .replace("OTHER", &other)
        .replace("MIRRORS", &mirrors)
}

/// The same with a destination on Confluent Platform, where that is what the row is about.
fn on(live: &str, text: &str) -> String {
    match live.strip_suffix(" on Platform") {
        Some(_) => text.replace(
            "id: lkc-west01",
            "id: west0123456789abcdefgh\n    kind: confluent-platform",
        ),
        None => text.to_owned(),
    }
}

/// The operations on the mirror topic in their order, or the codes of what was found about it.
fn told(plan: &Plan) -> String {
    let is_ours = |address: &linkwright::address::Address| address.to_string() == "west/dr/orders";
    let operations: Vec<&str> = plan
        .operations
        .iter()
        .filter(|op| is_ours(&op.address))
        .map(|op| op.kind.word())
        .collect();
    let codes: Vec<&str> = plan
        .findings
        .iter()
        .filter(|finding| is_ours(&finding.address))
        .map(|finding| finding.kind.code().0)
        .collect();
    [operations, codes].concat().join(" ")
}

#[tokio::test(start_paused = true)]
async fn every_cell_of_the_decision_table_in_a_world() {
    let allow = ["irreversible", "data-loss", "blast-radius"];
    let mut wrong = Vec::new();
    for (live, row) in TABLE {
        for (state, expected) in STATES.iter().zip(row) {
            let (world, spec) = (
                on(live, &world(live)),
                on(live, &SPEC.replace("STATE", state)),
            );
            let setup =
                Setup::open(&world, &spec).unwrap_or_else(|words| panic!("{live}: {words}"));
            let plan = setup.plan(&allow, &[]).await.unwrap();
            let told = told(&plan);
            if told != *expected {
                wrong.push(format!(
                    "{state} × {live}: expected {expected:?}, got {told:?}"
                ));
            }
            let foreign = plan
                .operations
                .iter()
                .any(|op| op.half().to_string() != "west/dr");
            assert!(!foreign, "{state} × {live} touches something else");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said of a mirror topic that no key governs and the link's own filter selects. No operation
/// and no refusal comes of it.
const COVERED: &[(&str, &str)] = &[
    ("ACTIVE", ""),
    ("PENDING_MIRROR", ""),
    ("PENDING_SYNCHRONIZE", ""),
    ("PENDING_SETUP_FOR_RESTORE", ""),
    ("PENDING_RESTORE", ""),
    ("PAUSED", "LW263"),
    ("STOPPED", "LW264"),
    ("PENDING_STOPPED", "LW264"),
    ("SOURCE_UNAVAILABLE", "LW242"),
    ("LINK_FAILED", "LW243"),
    ("LINK_PAUSED", "LW244"),
    ("FAILED", "LW245"),
    ("plain topic", ""),
    ("another link's mirror", ""),
];

#[tokio::test(start_paused = true)]
async fn auto_create_covers_what_it_selects() {
    let covering = SPEC.replace(
        "mirrors: { orders: { state: STATE } }",
        "auto_create_mirrors: { topics: { include: [\"ord*\"] } }",
    );
    assert_ne!(covering, SPEC);
    for (live, expected) in COVERED {
        let setup = Setup::open(&world(live), &covering).unwrap();
        let plan = setup.plan(&[], &[]).await.unwrap();
        assert_eq!(told(&plan), *expected, "{live}");
        assert!(!plan.is_refused(), "{live}");
        let other = covering.replace("ord*", "pay*");
        let setup = Setup::open(&world(live), &other).unwrap();
        let plan = setup.plan(&[], &[]).await.unwrap();
        let is_mirror = !live.contains("topic") && !live.contains("another");
        let unmanaged = if is_mirror { "LW262" } else { "" };
        assert_eq!(told(&plan), unmanaged, "{live}, not selected");
    }
}

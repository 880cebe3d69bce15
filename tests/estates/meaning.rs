//! What is live and what the spec says, compared by what they mean: one small world each.

use std::sync::Arc;

use bytes::Bytes;
use linkwright::api::{Auth, Client, Endpoint, Flavour, Limits, RetryBudget, Settings};
use linkwright::desired::{Desired, Risk};
use linkwright::drift::{Drift, DriftClass, Input};
use linkwright::health::{Health, Thresholds};
use linkwright::plan::{CreationOrder, OperationKind, Plan};
use linkwright::refresh::{self, Depth, refresh};
use linkwright::report::drift::DriftView;
use linkwright::report::style::Style;
use serde_json::{Value, json};

use crate::support::bench::{Bench, everything_allowed, in_process, read, show, stepped};
use crate::support::world::call;

/// The clusters of every spec here.
pub(super) const CLUSTERS: &str = r#"version: 1
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
  hall:
    id: HallHallHallHallHall01
    kind: confluent-platform
    version: 7.5
    rest_endpoint: https://hall.example:8090
    bootstrap_servers: hall.example:9092
    rest_auth: { basic: { username: "${env:KEY}", password: "${env:SECRET}" } }
"#;

const PLAIN: &str = r#"{ sasl_plain: { username: "${env:KEY}", password: "${env:SECRET}" } }"#;

/// Links under `links:`, with `PLAIN` for credentials.
pub(super) fn spec(links: &str) -> String {
    format!("{CLUSTERS}{}\n", links.replace("PLAIN", PLAIN))
}

/// `dr` from east to west with these lines.
pub(super) fn dr(lines: &str) -> String {
    let lines = lines.trim_end().replace('\n', "\n    ");
    spec(&format!(
        "links:\n  dr:\n    source: east\n    destination: west\n    credentials: PLAIN\n    {lines}"
    ))
}

/// Clusters with what each holds, `dr` already there as Terraform makes it where `LINK` stands.
pub(super) fn world(east: &str, west: &str) -> String {
    let link =
        |remote: &str, more: &str| format!("name: dr, remote: {remote}, made_by: terraform{more}");
    let cluster = |id: &str, name: &str, more: &str, remote: &str| {
        let more = more.replace("{ LINK", &format!("{{ {}", link(remote, "")));
        format!(
            "  - id: {id}\n    name: {name}\n    bootstrap_servers: {name}.example:9092\n{more}"
        )
    };
    format!(
        "version: 1\nclusters:\n{}{}  - id: HallHallHallHallHall01\n    name: hall\n    kind: confluent-platform\n    bootstrap_servers: hall.example:9092\n",
        cluster("lkc-east01", "east", east, "lkc-west01"),
        cluster("lkc-west01", "west", west, "lkc-east01"),
    )
}

pub(super) fn usual(link: &str) -> String {
    world(
        "    topics: [{ name: orders }]\n",
        &format!("    links: [{{ LINK{link} }}]\n"),
    )
}

pub(super) fn desired(text: &str) -> Desired {
    read(&[("spec.yaml", text)]).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

pub(super) struct Seen {
    pub(super) plan: Plan,
    pub(super) drift: Drift,
}

pub(super) async fn look(bench: &Bench, text: &str) -> Seen {
    let desired = desired(text);
    let allowed = everything_allowed();
    let (clients, options) = (&bench.clients, &bench.options);
    let refreshed = refresh(&desired, clients, options, &allowed, &[], Depth::Drift);
    let refreshed = refreshed.await.unwrap();
    let drift = Drift::of(&Input {
        plan: &refreshed.plan,
        live: &refreshed.live,
        desired: &desired,
        thresholds: Thresholds::default(),
        now: bench.now(),
    });
    Seen {
        plan: refreshed.plan,
        drift,
    }
}

pub(super) fn codes(plan: &Plan) -> Vec<String> {
    let findings = plan.findings.iter();
    findings
        .map(|it| format!("{} {}", it.kind.code(), it.address))
        .collect()
}

/// Adds entries to the configs of every link, or replaces those of the same name.
pub(super) fn inject(bench: &Bench, of: &'static str, entries: Vec<Value>) {
    bench.tap.edit(move |path, body| {
        if !path.ends_with("/configs") || !path.contains("/links/") || !path.contains(of) {
            return body;
        }
        let mut list: Value = serde_json::from_slice(&body).unwrap();
        if let Some(data) = list["data"].as_array_mut() {
            data.retain(|own| !entries.iter().any(|entry| entry["name"] == own["name"]));
            data.extend(entries.iter().cloned());
        }
        Bytes::from(list.to_string())
    });
}

pub(super) fn set(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value, "is_default": false, "is_read_only": false, "is_sensitive": false })
}

fn words(drift: &Drift) -> String {
    let mut text = Vec::new();
    let view = DriftView::of(drift, None);
    linkwright::report::drift::text::write(&mut text, &view, &Style::default()).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_config_that_no_catalogue_knows_is_information_and_is_never_reset() {
    stepped(async {
        let bench = Bench::new(&usual(""));
        inject(&bench, "", vec![set("some.new.config", "7")]);
        for more in ["", "undeclared_configs: reset"] {
            let seen = look(&bench, &dr(more)).await;
            assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
            assert_eq!(codes(&seen.plan), ["LW252 west/dr"]);
            let finding = &seen.drift.findings[0];
            assert_eq!(finding.class, DriftClass::Information);
            assert!(words(&seen.drift).contains("some.new.config is set to 7"));
        }
        let named = look(&bench, &dr("configs: { some.new.config: null }")).await;
        assert_eq!(named.plan.operations.len(), 1, "{}", show(&named.plan));
    });
}

#[test]
fn a_filter_that_is_not_understood_is_never_rewritten() {
    const REGEX: &str =
        r#"{"topicFilters":[{"name":"o.*","patternType":"REGEX","filterType":"INCLUDE"}]}"#;
    stepped(async {
        let bench = Bench::new(&usual(""));
        let filters = "auto.create.mirror.topics.filters";
        let on = set("auto.create.mirror.topics.enable", "true");
        inject(&bench, "", vec![on, set(filters, REGEX)]);
        let text = dr("auto_create_mirrors: { topics: { include: [\"orders*\"] } }");
        let seen = look(&bench, &text).await;
        assert_eq!(codes(&seen.plan), ["LW203 west/dr"]);
        assert!(seen.plan.operations.is_empty() && seen.plan.is_refused());
        // The way out, which is also what an export writes.
        let text = dr(&format!(
            "auto_create_mirrors: {{}}\nconfigs: {{ {filters}: '{REGEX}' }}"
        ));
        let seen = look(&bench, &text).await;
        assert!(codes(&seen.plan).is_empty() && seen.plan.operations.is_empty());
        let exported = super::adopt(&bench).await.unwrap();
        assert!(exported.contains("REGEX"), "{exported}");
    });
}

#[test]
fn topic_types_and_unknown_members_live_through_read_change_and_export() {
    const LIVE: &str = r#"{"groupFilters":[{"filterType":"INCLUDE","name":"a","newMember":true,"patternType":"LITERAL","topicTypes":["LOCAL_MIRROR"]}]}"#;
    stepped(async {
        let bench = Bench::new(&usual(""));
        let filters = "consumer.offset.group.filters";
        let on = set("consumer.offset.sync.enable", "true");
        inject(&bench, "", vec![on, set(filters, LIVE)]);
        let exported = super::adopt(&bench).await.unwrap();
        assert!(
            exported.contains("topic_types: [local-mirror]"),
            "{exported}"
        );
        assert!(
            exported.contains("members: { newMember: \"true\" }"),
            "{exported}"
        );
        let text = dr(
            "consumer_offset_sync:\n  groups:\n    include:\n      - { name: a, pattern_type: literal, topic_types: [local-mirror], members: { newMember: true } }\n      - b",
        );
        let plan = look(&bench, &text).await.plan;
        let OperationKind::AlterLink { changes, .. } = &plan.operations[0].kind else {
            panic!("{}", show(&plan));
        };
        let written = format!("{:?}", changes[0].target);
        assert!(
            written.contains("newMember") && written.contains("LOCAL_MIRROR"),
            "{written}"
        );
    });
}

#[test]
fn filters_of_a_feature_that_is_off_count_only_while_the_link_has_some() {
    stepped(async {
        let off = "consumer_offset_sync:\n  enabled: false\n  groups: { include: [a] }";
        let bench = Bench::new(&usual(""));
        let seen = look(&bench, &dr(off)).await;
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
        let filters = |name: &str| {
            let text = format!(
                r#"{{"groupFilters":[{{"name":"{name}","patternType":"LITERAL","filterType":"INCLUDE"}}]}}"#
            );
            vec![set("consumer.offset.group.filters", &text)]
        };
        inject(&bench, "", filters("a"));
        assert!(look(&bench, &dr(off)).await.plan.operations.is_empty());
        inject(&bench, "", filters("b"));
        assert_eq!(look(&bench, &dr(off)).await.plan.operations.len(), 1);
    });
}

#[test]
fn a_feature_can_be_on_without_a_filter() {
    stepped(async {
        let bench = Bench::new(&usual(
            ", configs: { consumer.offset.sync.enable: 'true', auto.create.mirror.topics.enable: 'true' }",
        ));
        let text = dr("consumer_offset_sync: { enabled: true }\nauto_create_mirrors: {}");
        let seen = look(&bench, &text).await;
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
        let exported = super::adopt(&bench).await.unwrap();
        assert!(
            exported.contains("auto_create_mirrors:\n      enabled: true"),
            "{exported}"
        );
    });
}

#[test]
fn both_names_of_the_oauth_handler_are_one_and_new_links_get_the_one_that_lasts() {
    let credentials = r#"{ sasl_oauthbearer: { token_url: "https://id.example", client_id: "${env:KEY}", client_secret: "${env:SECRET}" } }"#;
    let text = |at: &str, more: &str| {
        let credentials = credentials.replace("client_id", &format!("{more}client_id"));
        spec(&format!(
            "links:\n  dr:\n    source: east\n    destination: {at}\n    credentials: {credentials}"
        ))
    };
    let handler = |text: &str| {
        let desired = desired(text);
        let half = &desired.links["dr"].halves[0];
        format!(
            "{:?}",
            half.configs["sasl.login.callback.handler.class"].value
        )
    };
    let new = "security.oauthbearer.OAuthBearerLoginCallbackHandler";
    let old = "security.oauthbearer.secured.OAuthBearerLoginCallbackHandler";
    assert!(handler(&text("west", "")).contains(new));
    assert!(handler(&text("hall", "")).contains(new));
    assert!(handler(&text("hall", "").replace("version: 7.5", "version: 7.2")).contains(old));
    let own = handler(&text(
        "west",
        "login_callback_handler: com.example.Handler, ",
    ));
    assert!(own.contains("com.example.Handler"), "{own}");
    stepped(async {
        let bench = Bench::new(&usual(""));
        let class = format!("org.apache.kafka.common.{old}");
        let jaas = json!({ "name": "sasl.jaas.config", "value": null, "is_default": false, "is_sensitive": true });
        inject(
            &bench,
            "",
            vec![
                jaas,
                set("sasl.mechanism", "OAUTHBEARER"),
                set("sasl.login.callback.handler.class", &class),
                set("sasl.oauthbearer.token.endpoint.url", "https://id.example"),
            ],
        );
        let seen = look(&bench, &text("west", "")).await;
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
    });
}

#[test]
fn removing_a_secret_is_irreversible_and_a_set_secret_is_never_called_not_set() {
    stepped(async {
        let bench = Bench::new(&usual(""));
        let text = dr("").replace(
            PLAIN,
            r#"{ mtls: { certificate: "${env:CERT}", key: "${env:SECRET}" } }"#,
        );
        let seen = look(&bench, &text).await;
        let risks = &seen.plan.operations[0].risks;
        assert!(risks.contains(Risk::Irreversible), "{}", show(&seen.plan));
        let told = words(&seen.drift);
        assert!(!told.contains("sasl.jaas.config is not set"), "{told}");
        assert!(told.contains("(set; the API does not return it)"), "{told}");
    });
}

#[test]
fn acl_sync_between_kinds_stays_where_it_is_and_is_not_turned_on() {
    let text = spec(
        "links:\n  dr:\n    source: hall\n    destination: west\n    credentials: PLAIN\n    acl_sync: { filters: [{}] }  # linkwright:allow LW065 it exists",
    );
    stepped(async {
        let bench = Bench::new(&world(
            "",
            "    links: [{ name: dr, remote: HallHallHallHallHall01, made_by: terraform }]\n",
        ));
        let seen = look(&bench, &text).await;
        assert_eq!(codes(&seen.plan), ["LW204 west/dr"]);
        let all = r#"{"aclFilters":[{"resourceFilter":{"resourceType":"any","patternType":"any"},"accessFilter":{"operation":"any","permissionType":"any"}}]}"#;
        inject(
            &bench,
            "",
            vec![set("acl.sync.enable", "true"), set("acl.filters", all)],
        );
        let seen = look(&bench, &text).await;
        assert!(codes(&seen.plan).is_empty() && seen.plan.operations.is_empty());
        // A new link with it.
        let bench = Bench::new(&world("", ""));
        assert_eq!(codes(&look(&bench, &text).await.plan), ["LW204 west/dr"]);
    });
}

pub(super) const PAIR: &str = "links:
  dr:
    mode: bidirectional
    halves:
      east: { credentials: PLAIN, local_credentials: PLAIN }
      west: { credentials: PLAIN, local_credentials: PLAIN, mirrors: { orders: {} } }";

pub(super) fn pair(west: &str) -> String {
    world(
        "    topics: [{ name: orders }]\n    links: [{ LINK, mode: BIDIRECTIONAL }]\n",
        &format!("    links: [{{ LINK, mode: BIDIRECTIONAL{west} }}]\n"),
    )
}

/// The half on the east has a link id of its own.
pub(super) fn other_ids(bench: &Bench) {
    bench.tap.edit(|path, body| {
        let text = String::from_utf8_lossy(&body).into_owned();
        let mut list: Value = match serde_json::from_str(&text) {
            Ok(list) => list,
            Err(_) => return body,
        };
        if path.contains("lkc-east01") && path.ends_with("/links") {
            list["data"][0]["cluster_link_id"] = "AnotherAnotherAnother1".into();
        }
        Bytes::from(list.to_string())
    });
}

#[test]
fn halves_with_different_ids_are_found_by_plan_drift_and_status() {
    stepped(async {
        let bench = Bench::new(&pair(", mirrors: [{ source_topic: orders }]"));
        assert!(codes(&look(&bench, &spec(PAIR)).await.plan).is_empty());
        other_ids(&bench);
        let seen = look(&bench, &spec(PAIR)).await;
        assert_eq!(codes(&seen.plan).len(), 1);
        assert!(codes(&seen.plan)[0].starts_with("LW232"));
        assert_eq!(seen.drift.findings[0].class, DriftClass::Health);
        let desired = desired(&spec(PAIR));
        let health = refresh::health(
            &desired,
            &bench.clients,
            refresh::Asked::All,
            &linkwright::live::Sample::Once,
        )
        .await;
        assert!(
            health
                .links
                .iter()
                .all(|link| link.unpaired.is_some() && !link.is_healthy())
        );
    });
}

/// Reverses `orders`, which the half on this cluster mirrors.
async fn reverse(bench: &Bench, cluster: &str) {
    let verb =
        format!("POST /kafka/v3/clusters/{cluster}/links/dr/mirrors:reverse-and-start-mirror");
    let body = json!({ "mirror_topic_names": ["orders"] });
    let answer = call(&bench.sandbox, None, &verb, &body).await.unwrap();
    assert!(answer.contains("\"error_code\":null"), "{answer}");
    bench.sandbox.advance(std::time::Duration::from_secs(120));
}

#[test]
fn a_reversed_mirror_topic_is_declared_on_the_other_half() {
    stepped(async {
        let bench = Bench::new(&pair(", mirrors: [{ source_topic: orders }]"));
        bench.sandbox.advance(std::time::Duration::from_secs(60));
        reverse(&bench, "lkc-west01").await;
        let seen = look(&bench, &spec(PAIR)).await;
        assert_eq!(
            codes(&seen.plan),
            ["LW262 east/dr/orders", "LW217 west/dr/orders"]
        );
        let told = words(&seen.drift);
        assert!(
            told.contains("east/dr mirrors it: it was reversed"),
            "{told}"
        );
        assert!(
            told.contains("move the key to the `mirrors` of the half on east"),
            "{told}"
        );
        // As advised.
        let moved = PAIR.replace(", mirrors: { orders: {} }", "").replacen(
            "local_credentials: PLAIN }",
            "local_credentials: PLAIN, mirrors: { orders: {} } }",
            1,
        );
        let seen = look(&bench, &spec(&moved)).await;
        assert!(codes(&seen.plan).is_empty(), "{}", show(&seen.plan));
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
    });
}

#[test]
fn a_row_that_a_reversal_there_and_back_left_is_no_drift() {
    stepped(async {
        let bench = Bench::new(&pair(", mirrors: [{ source_topic: orders }]"));
        bench.sandbox.advance(std::time::Duration::from_secs(60));
        for cluster in ["lkc-west01", "lkc-east01"] {
            reverse(&bench, cluster).await;
        }
        let seen = look(&bench, &spec(PAIR)).await;
        assert!(codes(&seen.plan).is_empty(), "{}", show(&seen.plan));
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
        assert!(seen.drift.findings.is_empty(), "{:#?}", seen.drift.findings);
        let exported = super::adopt(&bench).await.unwrap();
        assert!(!exported.contains("promoted"), "{exported}");
    });
}

#[test]
fn a_link_that_is_gone_while_its_topics_are_ordinary_is_not_offered_again() {
    stepped(async {
        let bench = Bench::new(&world(
            "    topics: [{ name: orders }]\n",
            "    topics: [{ name: orders }]\n",
        ));
        for state in ["mirroring", "promoted"] {
            let text = dr(&format!("mirrors: {{ orders: {{ state: {state} }} }}"));
            let seen = look(&bench, &text).await;
            assert_eq!(codes(&seen.plan), ["LW205 west/dr"], "{state}");
            assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
            assert!(!words(&seen.drift).contains("rename"));
        }
        let desired = desired(&dr("mirrors: { orders: {} }"));
        let health = refresh::health(
            &desired,
            &bench.clients,
            refresh::Asked::All,
            &linkwright::live::Sample::Once,
        )
        .await;
        assert_eq!(health.missing.len(), 1);
        assert_eq!(health.missing[0].to_string(), "west/dr");
    });
}

#[test]
fn mirror_topics_that_cannot_be_reached_make_their_link_unhealthy() {
    stepped(async {
        let bench = Bench::new(&usual(
            ", mirrors: [{ source_topic: orders, status: SOURCE_UNAVAILABLE }]",
        ));
        let desired = desired(&dr("mirrors: { orders: {} }"));
        let health = refresh::health(
            &desired,
            &bench.clients,
            refresh::Asked::InDepth("dr"),
            &linkwright::live::Sample::Once,
        )
        .await;
        let [link] = health.links.as_slice() else {
            panic!("{:#?}", health.links);
        };
        assert!(link.row.is_healthy() && !link.is_healthy());
    });
}

#[test]
fn one_link_in_depth_is_all_that_is_read() {
    stepped(async {
        let text = format!(
            "{}  other:\n    source: west\n    destination: east\n    prefix: west.\n    credentials: {PLAIN}\n",
            dr("")
        );
        let bench = Bench::new(&world(
            "    links: [{ name: other, remote: lkc-west01, made_by: cli, configs: { cluster.link.prefix: west. } }]\n",
            "    links: [{ LINK }]\n",
        ));
        let _health: Health = refresh::health(
            &desired(&text),
            &bench.clients,
            refresh::Asked::InDepth("dr"),
            &linkwright::live::Sample::Once,
        )
        .await;
        let requests = bench.sandbox.requests();
        assert!(
            requests.iter().all(|it| it.path.contains("lkc-west01")),
            "{requests:#?}"
        );
    });
}

#[test]
fn a_server_without_tasks_is_no_failure_and_a_cluster_that_is_not_there_is() {
    stepped(async {
        let bench =
            Bench::new(&usual("").replace("name: west\n", "name: west\n    profile: cc-2022\n"));
        let health = refresh::health(
            &desired(&dr("")),
            &bench.clients,
            refresh::Asked::All,
            &linkwright::live::Sample::Once,
        )
        .await;
        assert!(health.unread.is_empty(), "{:#?}", health.unread);
        let mut bench = Bench::new(&usual(""));
        let settings = Settings {
            cluster: "west".into(),
            endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
            flavour: Flavour::Cloud,
            id: "lkc-gone01".into(),
            auth: Auth::None,
            limits: Limits::default(),
        };
        let transport = Arc::new(in_process(&bench.sandbox));
        let client = Client::new(settings, transport, Arc::new(RetryBudget::new(10)));
        bench.clients.insert("west".into(), client);
        let seen = look(&bench, &dr("").replace("lkc-west01", "lkc-gone01")).await;
        assert!(seen.plan.operations.is_empty(), "{}", show(&seen.plan));
        let told = words(&seen.drift);
        assert!(
            told.contains("there is no cluster of this id: it was deleted"),
            "{told}"
        );
    });
}

#[test]
fn the_second_half_that_is_created_again_is_not_called_the_first() {
    stepped(async {
        let bench = Bench::new(&world(
            "    topics: [{ name: orders }]\n",
            "    links: [{ LINK, mode: BIDIRECTIONAL, mirrors: [{ source_topic: orders }] }]\n",
        ));
        let plan = look(&bench, &spec(PAIR)).await.plan;
        let [operation] = plan.operations.as_slice() else {
            panic!("{}", show(&plan));
        };
        let OperationKind::CreateLink { turn, .. } = &operation.kind else {
            panic!("{}", show(&plan));
        };
        assert_eq!(*turn, CreationOrder::Second);
    });
}

#[test]
fn what_has_no_effect_on_a_half_is_no_drift_and_can_be_declared_there() {
    let text = |more: &str, halves: &str| {
        spec(&format!(
            "links:\n  dr:\n    source: east\n    destination: west\n    mode: source-initiated\n    credentials: PLAIN\n    local_credentials: PLAIN\n    {more}\n    {halves}"
        ))
    };
    stepped(async {
        let bench = Bench::new(&world(
            "    links: [{ LINK, mode: SOURCE }]\n",
            "    links: [{ LINK, connection: INBOUND }]\n",
        ));
        // The other cluster's address, by Terraform.
        let seen = look(&bench, &text("", "")).await;
        assert!(codes(&seen.plan).is_empty() && seen.plan.operations.is_empty());
        inject(
            &bench,
            "lkc-west01",
            vec![set("bootstrap.servers", "SASL_SSL://else.example:9092")],
        );
        let seen = look(&bench, &text("", "")).await;
        assert_eq!(codes(&seen.plan), ["LW251 west/dr"]);
        assert!(
            seen.drift
                .findings
                .iter()
                .all(|it| it.class == DriftClass::Information)
        );
        let declared = text("configs: { bootstrap.servers: \"else.example:9092\" }", "");
        assert!(codes(&look(&bench, &declared).await.plan).is_empty());
        // Sync configs on the source's half, by kcp.
        inject(
            &bench,
            "lkc-east01",
            vec![set("consumer.offset.sync.ms", "9000")],
        );
        let seen = look(&bench, &text("", "")).await;
        assert_eq!(codes(&seen.plan), ["LW251 east/dr"]);
        let declared = text(
            "",
            "halves: { east: { configs: { consumer.offset.sync.ms: 9000 } } }",
        );
        assert!(codes(&look(&bench, &declared).await.plan).is_empty());
        let same = text("consumer_offset_sync: { enabled: false, interval: 9s }", "");
        let seen = look(&bench, &same).await;
        assert!(codes(&seen.plan).is_empty(), "{:?}", codes(&seen.plan));
    });
}

//! What `accept` makes of each kind of deviation: the lines of the spec that it changes, or the code of the reason
//! why it changes nothing. Each world is as somebody left it; the spec says something else.

use std::path::Path;
use std::time::Duration;

use linkwright::accept::{Chosen, StoppedAs};
use linkwright::address::Address;
use linkwright::diff::Options;
use linkwright::plan;
use linkwright::refresh::{Depth, refresh};
use linkwright::report::accepted::json;

use crate::report_views::golden;
use crate::support::accepting::{Accepted, Written, accept, drift, read};
use crate::support::bench::{Bench, everything_allowed};
use crate::support::world;

/// What is copied as long as a link has no list of its own.
const COPIED: &str = "min.compaction.lag.ms,max.compaction.lag.ms,message.timestamp.difference.max.ms,max.message.bytes,retention.bytes,retention.ms,delete.retention.ms,cleanup.policy,message.timestamp.type";
const JAAS: &str = r#"sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="KEY" password="SECRET";'"#;
const SASL: &str = "security.protocol: SASL_SSL, sasl.mechanism: PLAIN";

/// Two clusters; the west has a link to the east with these configs and mirror topics.
fn one_way(configs: &str, mirrors: &str) -> String {
    let groups = r#"consumer.offset.group.filters: '{"groupFilters":[{"name":"orders-","patternType":"PREFIXED","filterType":"INCLUDE"}]}'"#;
    let groups = if configs.contains("group.filters") || configs.contains("sync.enable: \"false\"")
    {
        String::new()
    } else {
        format!(", {groups}")
    };
    let on = if configs.contains("consumer.offset.sync.enable") {
        ""
    } else {
        ", consumer.offset.sync.enable: \"true\""
    };
    let comma = if configs.is_empty() { "" } else { ", " };
    let link = format!(
        "links: [{{ name: orders-dr, remote: lkc-east, configs: {{ {SASL}, {JAAS}{on}{groups}{comma}{configs} }}, mirrors: [{mirrors}] }}]"
    );
    clusters("", &link)
}

fn clusters(east: &str, west: &str) -> String {
    format!(
        "version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east
    name: east
    bootstrap_servers: east:9092
    topics: [{{ name: orders, partitions: 2, records: 200 }}, {{ name: payments, records: 50 }}]
    {east}
  - id: lkc-west
    name: west
    bootstrap_servers: west:9092
    {west}
"
    )
}

const CLUSTERS: &str = "version: 1
clusters:
  east:
    id: lkc-east
    rest_endpoint: https://east.example:443
    bootstrap_servers: east:9092
    rest_auth: { basic: { username: \"${env:K}\", password: \"${env:S}\" } }
  west:
    id: lkc-west
    rest_endpoint: https://west.example:443
    bootstrap_servers: west:9092
    rest_auth: { basic: { username: \"${env:K}\", password: \"${env:S}\" } }
";
const SIGN_IN: &str =
    "{ sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }";

fn spec(mirrors: &str, more: &str) -> String {
    format!(
        "{CLUSTERS}links:
  # Who is on call: the orders team.
  orders-dr:
    source: east
    destination: west
    credentials: {SIGN_IN}
    consumer_offset_sync:
      groups: {{ include: [\"orders-*\"] }}   # not billing
    mirrors: {{ {mirrors} }}
{more}"
    )
}

/// Accepts everything in a world.
async fn all(world: &str, spec: &str, told: Option<StoppedAs>) -> Accepted {
    chosen(world, spec, told, Chosen::default()).await
}

async fn chosen(world: &str, spec: &str, told: Option<StoppedAs>, chosen: Chosen<'_>) -> Accepted {
    let bench = Bench::open(world).unwrap_or_else(|error| panic!("{error}\n{world}"));
    bench.sandbox.advance(Duration::from_secs(1));
    settled(&bench, spec, told, chosen).await
}

/// Accepts, and plans again.
async fn settled(
    bench: &Bench,
    spec: &str,
    told: Option<StoppedAs>,
    chosen: Chosen<'_>,
) -> Accepted {
    let before = Written::of(spec);
    let result = accept(bench, &before, told, chosen).await.unwrap();
    assert_eq!(result.changed.texts.is_empty(), result.after.text() == spec);
    for finding in &result.accepted {
        assert!(result.found.findings.contains(finding));
    }
    // What was accepted is nothing to do any more, for whoever reads it all again.
    let seen = read(bench, &result.after.desired).await;
    let left = drift(bench, &result.after.desired, &seen);
    for finding in &result.accepted {
        let is_there = left.findings.iter().any(|it| {
            it.address == finding.address && !it.class.is_known() && it.id() == finding.id()
        });
        assert!(!is_there, "{} is still found", finding.id());
        let mut operations = seen.plan.operations.iter();
        assert!(operations.all(|it| it.address != finding.address));
    }
    result
}

/// The lines of a text that another has not.
fn lines(of: &str, without: &str) -> Vec<String> {
    let other: Vec<&str> = without.lines().collect();
    let own = of.lines().filter(|line| !other.contains(line));
    own.map(|line| line.trim().to_owned()).collect()
}

/// The lines that were written, and the codes of what was not.
fn shown(spec: &str, result: &Accepted) -> (Vec<String>, Vec<&'static str>) {
    let refused = result.refused.iter().map(|it| it.why.code.0);
    (lines(result.after.text(), spec), refused.collect())
}

const ACTIVE: &str = "{ source_topic: orders }";
const PAUSED: &str = "{ source_topic: orders, status: PAUSED }";
const STOPPED: &str = "{ source_topic: orders, status: STOPPED }";
const CUT: &str = "{ source_topic: orders, status: STOPPED, lag: 5 }";

#[tokio::test(start_paused = true)]
async fn states_are_declared_as_they_are() {
    let (promoted, failed_over) = (Some(StoppedAs::Promoted), Some(StoppedAs::FailedOver));
    for (mirrors, declared, told, written, codes) in [
        (
            PAUSED,
            "orders: {}",
            None,
            "mirrors: { orders: { state: paused } }",
            None,
        ),
        (
            ACTIVE,
            "orders: { state: paused }",
            None,
            "mirrors: { orders: { state: mirroring } }",
            None,
        ),
        // Only a pattern governs it: it gets an entry of its own, and the pattern stays.
        (
            PAUSED,
            "\"*\": { state: mirroring }",
            None,
            "mirrors: { \"*\": { state: mirroring }, orders: { state: paused } }",
            None,
        ),
        (ACTIVE, "", None, "mirrors: { orders: {} }", None),
        (STOPPED, "orders: {}", None, "", Some("LW547")),
        (
            STOPPED,
            "orders: {}",
            promoted,
            "mirrors: { orders: { state: promoted } }",
            None,
        ),
        (
            STOPPED,
            "orders: {}",
            failed_over,
            "mirrors: { orders: { state: failed-over } }",
            None,
        ),
        // What was not copied shows that it was no promotion.
        (
            CUT,
            "orders: {}",
            None,
            "mirrors: { orders: { state: failed-over } }",
            None,
        ),
        (
            CUT,
            "orders: { state: promoted }",
            None,
            "mirrors: { orders: { state: failed-over } }",
            None,
        ),
        (CUT, "orders: {}", promoted, "", Some("LW573")),
        // Somebody deleted it, or has only just declared it.
        (ACTIVE, "orders: {}, payments: {}", None, "", Some("LW579")),
    ] {
        let spec = spec(declared, "");
        let result = all(&one_way("", mirrors), &spec, told).await;
        let about = format!("{mirrors} and {declared}, {told:?}");
        let (lines, refused) = shown(&spec, &result);
        let written: Vec<&str> = Some(written)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect();
        assert_eq!(lines, written, "{about}: {:?}", result.refused);
        assert_eq!(refused, codes.into_iter().collect::<Vec<_>>(), "{about}");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_are_declared_unless_more_would_be_copied() {
    let filter = |include: &str, kind: &str| {
        format!(
            "consumer.offset.group.filters: '{{\"groupFilters\":[{{\"name\":\"{include}\",\"patternType\":\"{kind}\",\"filterType\":\"INCLUDE\"}}]}}'"
        )
    };
    let owned = |text: &str| text.to_owned();
    for (configs, written, code) in [
        (
            owned("consumer.offset.sync.ms: \"4000\""),
            "interval: 4s",
            None,
        ),
        (
            owned("topic.config.sync.ms: \"60000\""),
            "topic_config_sync: { interval: 1m }",
            None,
        ),
        (
            owned("replica.socket.receive.buffer.bytes: \"70000\""),
            "configs: { replica.socket.receive.buffer.bytes: 70000 }",
            None,
        ),
        (
            owned("consumer.offset.sync.enable: \"false\""),
            "enabled: false",
            None,
        ),
        (
            filter("orders-eu", "LITERAL"),
            "groups: { include: [\"orders-eu\"] }   # not billing",
            None,
        ),
        // What stays keeps its place, though the server has another order.
        (
            "consumer.offset.group.filters: '{\"groupFilters\":[{\"name\":\"billing\",\"patternType\":\"LITERAL\",\"filterType\":\"EXCLUDE\"},{\"name\":\"orders-\",\"patternType\":\"PREFIXED\",\"filterType\":\"INCLUDE\"}]}'".to_owned(),
            "groups: { include: [\"orders-*\"], exclude: [billing] }   # not billing",
            None,
        ),
        (filter("*", "LITERAL"), "", Some("LW538")),
        (format!("topic.config.sync.include: \"{COPIED},segment.ms\""), "", Some("LW538")),
        (
            owned(
                "acl.sync.enable: \"true\", acl.filters: '{\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"any\",\"patternType\":\"any\"},\"accessFilter\":{\"operation\":\"any\",\"permissionType\":\"any\"}}]}'",
            ),
            "",
            Some("LW538"),
        ),
        (
            owned("bootstrap.servers: \"elsewhere:9092\""),
            "",
            Some("LW539"),
        ),
    ] {
        let spec = spec("orders: {}", "");
        let result = all(&one_way(&configs, ACTIVE), &spec, None).await;
        let (lines, refused) = shown(&spec, &result);
        let written: Vec<&str> = Some(written)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect();
        assert_eq!(lines, written, "{configs}: {:?}", result.refused);
        match code {
            None => assert!(refused.is_empty(), "{configs}: {:?}", result.refused),
            Some(code) => assert!(
                refused.iter().all(|it| *it == code) && !refused.is_empty(),
                "{refused:?}"
            ),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_deviation_that_is_not_accepted_keeps_the_others_of_its_address_back() {
    let filter = "consumer.offset.group.filters: '{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}'";
    let configs = format!("consumer.offset.sync.ms: \"4000\", {filter}");
    let text = spec("orders: {}", "");
    let result = all(&one_way(&configs, PAUSED), &text, None).await;
    let (lines, refused) = shown(&text, &result);
    assert_eq!(lines, ["mirrors: { orders: { state: paused } }"]);
    assert_eq!(refused, ["LW538", "LW538"]);
    // Of what is not named nothing is accepted.
    let address = [Address::parse("west/orders-dr/orders").unwrap()];
    let only = Chosen {
        addresses: Some(&address),
        reported: None,
    };
    let result = chosen(
        &one_way("consumer.offset.sync.ms: \"4000\"", PAUSED),
        &text,
        None,
        only,
    )
    .await;
    assert_eq!(
        shown(&text, &result).0,
        ["mirrors: { orders: { state: paused } }"]
    );
    let reported = result.accepted.iter().map(|it| it.id()).collect();
    let both = Chosen {
        addresses: None,
        reported: Some(&reported),
    };
    let result = chosen(
        &one_way("consumer.offset.sync.ms: \"4000\"", PAUSED),
        &text,
        None,
        both,
    )
    .await;
    assert_eq!(
        shown(&text, &result).0,
        ["mirrors: { orders: { state: paused } }"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_gone_leaves_the_spec_unless_it_is_protected() {
    let other =
        format!("  other:\n    source: west\n    destination: east\n    credentials: {SIGN_IN}\n");
    let there =
        format!("links: [{{ name: other, remote: lkc-west, configs: {{ {SASL}, {JAAS} }} }}]");
    let world = clusters(&there, "");
    let text = spec("orders: {}", &other);
    // Without its name it stays: the spec may be new.
    let result = all(&world, &text, None).await;
    assert_eq!(shown(&text, &result), (Vec::new(), vec!["LW579", "LW570"]));
    let named = [Address::parse("west/orders-dr").unwrap()];
    let named = Chosen {
        addresses: Some(&named),
        reported: None,
    };
    let result = chosen(&world, &text, None, named).await;
    assert!(result.refused.is_empty(), "{:?}", result.refused);
    assert!(
        !result.after.text().contains("orders-dr"),
        "{}",
        result.after.text()
    );
    assert!(result.after.text().contains(&other));
    let protected = spec("orders: {}", &format!("    protect: true\n{other}"));
    let result = all(&world, &protected, None).await;
    assert_eq!(result.after.text(), protected);
    let codes: Vec<_> = result.refused.iter().map(|it| it.why.code.0).collect();
    assert!(codes.contains(&"LW539"), "{codes:?}");
    // Of a link that is gone no single mirror topic is taken out.
    let address = [Address::parse("west/orders-dr/orders").unwrap()];
    let only = Chosen {
        addresses: Some(&address),
        reported: None,
    };
    let result = chosen(&world, &text, None, only).await;
    assert_eq!(shown(&text, &result), (Vec::new(), vec!["LW570"]));
}

#[tokio::test(start_paused = true)]
async fn what_an_exception_covers_and_what_no_spec_declares_is_named() {
    let exception = "exceptions:
  - { address: west/orders-dr/orders, field: state, reason: load test, until: 2026-12-24 }
";
    let text = spec("orders: {}", exception);
    let result = all(&one_way("", PAUSED), &text, None).await;
    assert_eq!(shown(&text, &result), (Vec::new(), vec!["LW571"]));
    let somebodys =
        format!("{{ name: somebodys, remote: lkc-east, configs: {{ {SASL}, {JAAS} }} }}, ");
    let world = one_way("", ACTIVE).replace("links: [", &format!("links: [{somebodys}"));
    let text = spec("orders: {}", "");
    let result = all(&world, &text, None).await;
    assert_eq!(shown(&text, &result), (Vec::new(), vec!["LW570"]));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_taken_out_of_the_spec_by_its_address_alone() {
    let text = spec("orders: {}, payments: {}", "");
    for (address, is_taken) in [
        ("west/orders-dr/payments", true),
        ("west/orders-dr", true),
        ("west", false),
    ] {
        let address = [Address::parse(address).unwrap()];
        let named = Chosen {
            addresses: Some(&address),
            reported: None,
        };
        let result = chosen(&one_way("", ACTIVE), &text, None, named).await;
        let expected = match is_taken {
            true => (vec!["mirrors: { orders: {} }".to_owned()], vec![]),
            false => (vec![], vec!["LW579"]),
        };
        assert_eq!(shown(&text, &result), expected, "{address:?}");
    }
    // The same of a topic of a pair that neither half knows: nobody has to want a copy less.
    let (bench, text) = (
        pair_after(&[]).await,
        of_pair("orders: { primary: east }, payments: { primary: east }"),
    );
    let result = settled(&bench, &text, None, Chosen::default()).await;
    assert_eq!(shown(&text, &result), (vec![], vec!["LW579"]));
    let address = [Address::parse("east/both/payments").unwrap()];
    let named = Chosen {
        addresses: Some(&address),
        reported: None,
    };
    let result = settled(&bench, &text, None, named).await;
    let line = "topics: { orders: { primary: east }, payments: { primary: east, copy: none } }";
    assert_eq!(shown(&text, &result), (vec![line.to_owned()], vec![]));
}

/// Two halves of a link with these mirror topics.
fn pair(east: &str, west: &str) -> String {
    let half = |remote: &str, mirrors: &str| {
        format!(
            "links: [{{ name: both, remote: {remote}, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: {{ {SASL}, {JAAS} }}, mirrors: [{mirrors}] }}]"
        )
    };
    clusters(&half("lkc-west", east), &half("lkc-east", west))
}

fn of_pair(topics: &str) -> String {
    format!(
        "{CLUSTERS}links:
  both:
    mode: bidirectional
    halves:
      east: {{ credentials: {SIGN_IN} }}
      west: {{ credentials: {SIGN_IN} }}
    topics: {{ {topics} }}
"
    )
}

/// A pair whose west mirrors `orders`, after someone did this to it: a cluster and a verb, and so many minutes later
/// the next.
async fn pair_after(verbs: &[(&str, &str, u64)]) -> Bench {
    let bench = Bench::new(&pair("", ACTIVE));
    bench.sandbox.advance(Duration::from_secs(600));
    for (cluster, verb, minutes) in verbs {
        let call = format!("POST /kafka/v3/clusters/lkc-{cluster}/links/both/mirrors:{verb}");
        let body = serde_json::json!({ "mirror_topic_names": ["orders"] });
        world::call(&bench.sandbox, None, &call, &body)
            .await
            .unwrap();
        bench.sandbox.advance(Duration::from_secs(minutes * 60));
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn topics_of_a_pair_get_the_primary_where_they_are_written() {
    let east = "orders: { primary: east }";
    for (verbs, declared, written, code) in [
        // Reversed: the rows of both halves show it, and no one has to say it.
        (
            &[("west", "reverse-and-start-mirror", 10)][..],
            east,
            "orders: { primary: west }",
            None,
        ),
        (
            &[("west", "reverse-and-pause-mirror", 10)],
            east,
            "orders: { primary: west, state: paused }",
            None,
        ),
        (
            &[("west", "pause", 10)],
            east,
            "orders: { primary: east, state: paused }",
            None,
        ),
        // Promoted or failed over: the west writes, and the east is no copy.
        (
            &[("west", "failover", 10)],
            east,
            "orders: { primary: west, copy: none }",
            None,
        ),
        (
            &[("west", "promote", 10)],
            "\"*\": { primary: east }",
            "\"*\": { primary: east }, orders: { primary: west, copy: none }",
            None,
        ),
        // What has no effect without a copy goes with it.
        (
            &[("west", "pause", 2), ("west", "failover", 10)],
            "orders: { primary: east, state: paused, configs: { segment.ms: \"9000\" } }",
            "orders: { primary: west, copy: none }",
            None,
        ),
        (
            &[("west", "promote", 10)],
            "\"*\": { primary: east, auto_create: false }",
            "\"*\": { primary: east, auto_create: false }, orders: { primary: west, copy: none }",
            None,
        ),
        (
            &[],
            "payments: { primary: east, copy: none }",
            "payments: { primary: east, copy: none }, orders: { primary: east }",
            None,
        ),
        // Stopped at both halves: the later one writes, where the clocks leave no doubt.
        (
            &[
                ("west", "reverse-and-start-mirror", 10),
                ("east", "failover", 10),
            ],
            "orders: { primary: west }",
            "orders: { primary: east, copy: none }",
            None,
        ),
        (
            &[
                ("west", "reverse-and-start-mirror", 2),
                ("east", "failover", 10),
            ],
            "orders: { primary: west }",
            "",
            Some("LW573"),
        ),
    ] {
        let bench = pair_after(verbs).await;
        let text = of_pair(declared);
        let result = settled(&bench, &text, None, Chosen::default()).await;
        let about = format!("{verbs:?}, {declared}");
        let (lines, refused) = shown(&text, &result);
        let written: Vec<String> = Some(written)
            .filter(|it| !it.is_empty())
            .map(|it| format!("topics: {{ {it} }}"))
            .into_iter()
            .collect();
        assert_eq!(lines, written, "{about}: {:?}", result.refused);
        assert_eq!(refused, code.into_iter().collect::<Vec<_>>(), "{about}");
    }
}

/// What is said of a topic that stopped on both halves within minutes leads out of it.
#[tokio::test(start_paused = true)]
async fn a_topic_that_stopped_on_both_halves_is_declared_by_hand_and_then_nothing_is_left() {
    let verbs = [
        ("west", "reverse-and-start-mirror", 2),
        ("east", "failover", 10),
    ];
    let bench = pair_after(&verbs).await;
    let declared = of_pair("orders: { primary: west }");
    let result = settled(&bench, &declared, None, Chosen::default()).await;
    let help = &result.refused[0].why.help;
    let command = "linkwright set west/both/orders primary=CLUSTER copy=none --write";
    assert!(help.contains(command), "{help}");
    for primary in ["east", "west"] {
        let text = of_pair(&format!("orders: {{ primary: {primary}, copy: none }}"));
        let plan = bench.plan(&Written::of(&text).desired).await;
        assert!(plan.operations.is_empty() && !plan.is_refused(), "{plan:?}");
    }
}

/// What auto-create selects follows from the topics, and would have to be applied: only the topic that brings that about
/// is kept back.
#[tokio::test(start_paused = true)]
async fn a_topic_for_which_a_filter_would_have_to_follow_keeps_no_other_back() {
    let mut bench = Bench::new(&pair(
        "",
        &format!("{ACTIVE}, {{ source_topic: payments }}"),
    ));
    bench.secrets.or_names = true;
    let text = of_pair("orders: { primary: east }, \"pay*\": { primary: east, auto_create: true }");
    bench.converge(&Written::of(&text).desired, 6).await;
    let call = "POST /kafka/v3/clusters/lkc-west/links/both/mirrors:failover";
    let body = serde_json::json!({ "mirror_topic_names": ["orders", "payments"] });
    world::call(&bench.sandbox, None, call, &body)
        .await
        .unwrap();
    bench.sandbox.advance(Duration::from_secs(600));
    let result = settled(&bench, &text, None, Chosen::default()).await;
    let line = "topics: { orders: { primary: west, copy: none }, \"pay*\": { primary: east, auto_create: true } }";
    assert_eq!(
        shown(&text, &result),
        (vec![line.to_owned()], vec!["LW548"])
    );
    let why = &result.refused[0].why.summary;
    let filters =
        "after the change LW410 (auto.create.mirror.topics.filters) would be found at west/both";
    assert_eq!(why, filters);
    let help = &result.refused[0].why.help;
    let command =
        "linkwright set east/both/payments primary=west copy=none --remove auto_create --write";
    assert!(help.contains(command), "{help}");
}

/// A topic of a pair has an address at each half, and both name it.
#[tokio::test(start_paused = true)]
async fn a_topic_of_a_pair_is_found_at_both_of_its_addresses() {
    let (bench, text) = (
        pair_after(&[("west", "pause", 10)]).await,
        of_pair("orders: { primary: east }"),
    );
    let before = Written::of(&text);
    let seen = read(&bench, &before.desired).await;
    let line = "topics: { orders: { primary: east, state: paused } }";
    for address in [
        "west/both/orders",
        "east/both/orders",
        "west/both",
        "east/both",
    ] {
        let address = [Address::parse(address).unwrap()];
        assert!(plan::is_known(&address[0], &before.desired, &seen.live));
        let named = Chosen {
            addresses: Some(&address),
            reported: None,
        };
        let result = settled(&bench, &text, None, named).await;
        assert_eq!(
            shown(&text, &result),
            (vec![line.to_owned()], vec![]),
            "{address:?}"
        );
    }
    for (slip, meant) in [
        ("west/both/ordrs", "west/both/orders"),
        ("both/orders", "west/both/orders"),
    ] {
        let slip = Address::parse(slip).unwrap();
        assert!(!plan::is_known(&slip, &before.desired, &seen.live));
        let found = plan::meant(&slip, &before.desired).map(|it| it.to_string());
        assert_eq!(found.as_deref(), Some(meant));
    }
    // A plan for either of them has its operation.
    for target in ["west/both/orders", "east/both/orders"] {
        let targets = [Address::parse(target).unwrap()];
        let (options, allow) = (Options::default(), everything_allowed());
        let seen = refresh(
            &before.desired,
            bench.sources(),
            &options,
            &allow,
            &targets,
            Depth::Plan,
        );
        let plan = seen.await.unwrap().plan;
        let at: Vec<String> = plan
            .operations
            .iter()
            .map(|it| it.address.to_string())
            .collect();
        assert_eq!(at, ["west/both/orders"], "{target}");
    }
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/accept.schema.json");
    golden::compare(path, &format!("{:#}\n", json::schema()));
}

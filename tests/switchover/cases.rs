//! Worlds with a pair of clusters and specs for them: one for each kind of write.

use std::time::Duration;

use linkwright::api::Auth;
use linkwright::desired::Desired;
use linkwright::plan::switchover::WriteKind;
use linkwright_sandbox::{Sandbox, World};

use crate::support::bench::{Bench, read};

/// What the pair is, in a world file; none where there is no pair.
#[derive(Clone, Copy)]
pub(super) struct PairIs {
    pub(super) phase: &'static str,
    pub(super) active: &'static str,
    pub(super) first: &'static str,
}

/// What the two halves of the link hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Halves {
    /// There is no link.
    Missing,
    /// West mirrors `orders`, and `payments` paused.
    Mirroring,
    /// West's `orders` has stopped: it was failed over to.
    Stopped,
}

const CONFIGS: &str = r#"{ security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="KEY" password="SECRET";', consumer.offset.sync.enable: "true", consumer.offset.group.filters: '{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}' }"#;

/// A world with these halves on east and west, and a link from east to north that no pair manages.
pub(super) fn world(halves: Halves, pair: Option<PairIs>) -> String {
    let link = |remote: &str, mirrors: &str| match halves {
        Halves::Missing => String::new(),
        _ => format!(
            "links:\n      - {{ name: both, remote: {remote}, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: {CONFIGS}{mirrors} }}"
        ),
    };
    let mirrors = match halves {
        Halves::Mirroring => {
            ", mirrors: [{ source_topic: orders }, { source_topic: payments, status: PAUSED }]"
        }
        _ => ", mirrors: [{ source_topic: orders, status: STOPPED }]",
    };
    let pairs = pair.map_or_else(String::new, |pair| {
        let PairIs {
            phase,
            active,
            first,
        } = pair;
        format!(
            "
switchover:
  pairs:
    - {{ id: sw-1, display_name: shop, environment: env-1, phase: {phase}, active: {active}, first_active: {first},
        members: [{{ name: east, cluster: lkc-east }}, {{ name: west, cluster: lkc-west, environment: env-2 }}] }}
  endpoints: [{{ id: se-1, pair: sw-1 }}]
"
        )
    });
    let (east, west) = (link("lkc-west", ""), link("lkc-east", mirrors));
    format!(
        "
version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east
    name: east
    bootstrap_servers: east:9092
    topics: [{{ name: orders, partitions: 2, records: 200 }}, {{ name: payments, records: 50 }}, {{ name: refunds, records: 5 }}]
    {east}
  - id: lkc-west
    name: west
    bootstrap_servers: west:9092
    {west}
  - id: lkc-north
    name: north
    bootstrap_servers: north:9092
    links: [{{ name: away, remote: lkc-east, configs: {CONFIGS} }}]
{pairs}"
    )
}

/// A spec of all clusters and the link to north; the rest is the case's.
pub(super) fn spec(rest: &str) -> Desired {
    spec_with(true, rest)
}

/// The same with or without a Cloud API key.
pub(super) fn spec_with(key: bool, rest: &str) -> Desired {
    let text = text_with(key, rest);
    read(&[("spec.yaml", &text)]).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// The same as a text.
pub(super) fn text_with(key: bool, rest: &str) -> String {
    let cluster = |name: &str| {
        format!(
            "  {name}:
    id: lkc-{name}
    rest_endpoint: https://{name}.example:443
    bootstrap_servers: {name}:9092
    rest_auth: {{ basic: {{ username: \"${{env:K}}\", password: \"${{env:S}}\" }} }}
"
        )
    };
    let cloud = match key {
        true => {
            "confluent_cloud: { api_key: \"${env:CLOUD_KEY}\", api_secret: \"${env:CLOUD_SECRET}\", environments: [env-1] }\n"
        }
        false => "",
    };
    let clusters: String = ["east", "west", "north"].map(cluster).concat();
    format!("version: 1\n{cloud}clusters:\n{clusters}{rest}")
}

/// `links` with the pair's link in this form, and the link to north with these mirrors.
pub(super) fn links(both: &str, away: &str) -> String {
    format!("links:\n{both}\n{away}")
}

/// The settings of a half: how often offsets are synced.
fn half(interval: &str, more: &str) -> String {
    format!(
        "{{ consumer_offset_sync: {{ interval: {interval}, groups: {{ include: [\"*\"] }} }}, credentials: {{ sasl_plain: {{ username: \"${{env:LINK_KEY}}\", password: \"${{env:LINK_SECRET}}\" }} }}{more} }}"
    )
}

/// The bidirectional link, with settings and one more field.
pub(super) fn both(interval: &str, more: &str) -> String {
    let half = half(interval, "");
    format!(
        "  both:
    mode: bidirectional
    halves:
      east: {half}
      west: {half}
{more}"
    )
}

/// The same with mirrors of `orders` on west.
pub(super) fn both_with_mirrors(orders: &str) -> String {
    let (east, west) = (
        half("30s", ""),
        half(
            "30s",
            &format!(", mirrors: {{ orders: {orders}, payments: {{ state: paused }} }}"),
        ),
    );
    format!(
        "  both:
    mode: bidirectional
    halves:
      east: {east}
      west: {west}
"
    )
}

pub(super) const AS_IS: &str =
    "    topics: { orders: { primary: east }, payments: { primary: east, state: paused } }";

/// One kind of write: a world in which the spec leads to it while there is no pair.
pub(super) struct Case {
    pub(super) kind: WriteKind,
    pub(super) halves: Halves,
    /// The member that is active once there is a pair.
    pub(super) active: &'static str,
    pub(super) spec: Desired,
}

/// A case for every kind that a spec leads to.
pub(super) fn all() -> Vec<Case> {
    let case = |kind, halves, active, rest: String| Case {
        kind,
        halves,
        active,
        spec: spec(&rest),
    };
    let topics = |interval: &str, topics: &str| {
        links(&both(interval, &format!("    topics: {{ {topics} }}")), "")
    };
    let retired = "retired:
  - { link: both, cluster: west, mirrors: must-be-stopped, reason: moved }
  - { link: both, cluster: east, mirrors: must-be-stopped, reason: moved }
";
    let mirroring = Halves::Mirroring;
    let as_is = "payments: { primary: east, state: paused }";
    vec![
        case(
            WriteKind::EditConfigs,
            mirroring,
            "east",
            links(&both("45s", AS_IS), ""),
        ),
        case(
            WriteKind::PrepareEnd,
            mirroring,
            "east",
            links(
                &both_with_mirrors("{ state: promoted }").replace(
                    "west: { consumer_offset_sync: { interval: 30s, groups: { include: [\"*\"] } }",
                    "west: { consumer_offset_sync: { enabled: false }",
                ),
                "",
            ),
        ),
        case(
            WriteKind::CreateLink,
            Halves::Missing,
            "east",
            links(&both("30s", ""), ""),
        ),
        case(
            WriteKind::DeleteLink,
            Halves::Stopped,
            "west",
            retired.to_owned(),
        ),
        case(
            WriteKind::CreateMirror,
            mirroring,
            "east",
            topics(
                "30s",
                &format!("refunds: {{ primary: east }}, orders: {{ primary: east }}, {as_is}"),
            ),
        ),
        case(
            WriteKind::PauseMirror,
            mirroring,
            "east",
            topics(
                "30s",
                &format!("orders: {{ primary: east, state: paused }}, {as_is}"),
            ),
        ),
        case(
            WriteKind::ResumeMirror,
            mirroring,
            "east",
            topics(
                "30s",
                "orders: { primary: east }, payments: { primary: east }",
            ),
        ),
        case(
            WriteKind::PromoteMirror,
            mirroring,
            "east",
            links(&both_with_mirrors("{ state: promoted }"), ""),
        ),
        case(
            WriteKind::FailoverMirror,
            mirroring,
            "east",
            links(&both_with_mirrors("{ state: failed-over }"), ""),
        ),
        case(
            WriteKind::ReverseMirror,
            mirroring,
            "east",
            topics("30s", &format!("orders: {{ primary: west }}, {as_is}")),
        ),
        case(
            WriteKind::RestoreMirror,
            Halves::Stopped,
            "west",
            topics("30s", "orders: { primary: west }"),
        ),
    ]
}

/// A bench around a world of the pair, at a time when everything is at rest.
pub(super) fn bench(halves: Halves, pair: Option<PairIs>) -> Bench {
    around(&world(halves, pair))
}

/// The same around any world.
pub(super) fn around(world: &str) -> Bench {
    let world = World::from_yaml(world).unwrap_or_else(|error| panic!("{error}\n{world}"));
    let mut bench = Bench::around(Sandbox::new(world)).with_cloud(&Auth::None, &["env-1"]);
    bench.secrets.or_names = true;
    bench.sandbox.advance(Duration::from_secs(60));
    bench
}

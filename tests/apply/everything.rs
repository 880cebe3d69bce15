//! A world and a desired state that need an operation of every kind.

use linkwright::desired::{Desired, MirrorState, RetireMirrors, Role};

use super::desired::{LinkBuilder, bare_half, mirroring, nothing, pair_into, retire};

/// Topic and group filters that select everything.
pub(crate) const ALL_GROUPS: &str =
    r#"{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}"#;

/// East is the source; west holds a link to change and a link to take away.
///
/// `late` has just been created and is waited for: a mirror takes longer to set up here than it
/// takes to plan.
pub(crate) const WORLD: &str = r#"
version: 1
clock:
  mode: { auto: { speed: 1.0 } }
timings: { mirror_setup_ms: 4000 }
clusters:
  - id: lkc-east
    name: east
    link_principals:
      - { username: east-key, password: east-secret }
      - { username: east-key, password: east-secret-2 }
    topics:
      - { name: orders, partitions: 2, records: 100 }
      - { name: payments, partitions: 2, records: 100 }
      - { name: refunds, partitions: 1, records: 10 }
      - { name: returns, partitions: 1, records: 10 }
      - { name: new-a, partitions: 1, records: 10 }
      - { name: new-b, partitions: 1, records: 10 }
      - { name: old-a, partitions: 1, records: 10 }
      - { name: old-b, partitions: 1, records: 10 }
      - { name: old-c, partitions: 1, records: 10 }
      - { name: late, partitions: 1, records: 10 }
      - { name: shipments, partitions: 2, records: 100 }
      - { name: stock, partitions: 1, records: 10 }
    groups:
      - { id: billing, offsets: { orders: 50 } }
  - id: lkc-west
    name: west
    link_principals:
      - { username: east-key, password: east-secret }
    topics:
      - { name: ledger, partitions: 1, records: 10 }
    links:
      - name: dr
        remote: lkc-east
        configs:
          consumer.offset.sync.enable: "true"
          consumer.offset.sync.ms: "2000"
          consumer.offset.group.filters: '{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}'
        mirrors:
          - { source_topic: orders }
          - { source_topic: payments }
          - { source_topic: refunds, status: PAUSED }
          - { source_topic: returns, lag: 5 }
          - { source_topic: late, status: PENDING_MIRROR }
      - name: old
        remote: lkc-east
        configs:
          auto.create.mirror.topics.enable: "true"
          auto.create.mirror.topics.filters: '{"topicFilters":[{"name":"old-","patternType":"PREFIXED","filterType":"INCLUDE"}]}'
          cluster.link.prefix: "o."
        mirrors:
          - { source_topic: old-a }
          - { source_topic: old-b, status: PAUSED }
          - { source_topic: old-c, auto_created: true }
"#;

/// What it should become: offset sync off and `orders` promoted, `payments` paused, `refunds`
/// resumed, `returns` failed over, `late` waited for and paused, a new link with the old one's
/// prefix, the old one gone, and two links of two halves: one bidirectional, one source-initiated.
pub(crate) fn desired_state() -> Desired {
    let mut desired = nothing();
    LinkBuilder::link("dr")
        .set("consumer.offset.sync.enable", "false")
        .set("topic.config.sync.ms", "7000")
        .mirror("orders", MirrorState::Promoted)
        .mirror("payments", MirrorState::Paused)
        .mirror("refunds", MirrorState::Mirroring)
        .mirror("returns", MirrorState::FailedOver)
        .mirror("late", MirrorState::Paused)
        .into(&mut desired);
    LinkBuilder::link("fresh")
        .prefix("o.")
        .set("consumer.offset.sync.enable", "true")
        .set("consumer.offset.group.filters", ALL_GROUPS)
        .mirror("new-a", MirrorState::Mirroring)
        .mirror("new-b", MirrorState::Paused)
        .into(&mut desired);
    retire(&mut desired, "old", RetireMirrors::Failover);
    let outbound = Role::BidirectionalOutbound {
        peer_inbound: false,
    };
    pair_into(
        &mut desired,
        "both",
        vec![
            mirroring(bare_half("east", "west", "both", outbound), "ledger"),
            mirroring(bare_half("west", "east", "both", outbound), "shipments"),
        ],
    );
    pair_into(
        &mut desired,
        "pushed",
        vec![
            mirroring(
                bare_half("west", "east", "pushed", Role::InboundDestination),
                "stock",
            ),
            bare_half("east", "west", "pushed", Role::OutboundSource),
        ],
    );
    desired
}

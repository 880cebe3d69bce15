//! The worlds that every view is shown: one for each thing a plan can say.

use linkwright::address::{ClusterName, LinkName};
use linkwright::catalog::filters::{NamePattern, PatternType};
use linkwright::desired::{ClusterKind, MirrorState, OffsetSyncOrder, RetireMirrors, Role};
use linkwright::live::{
    ConfigFact, GroupFact, LinkError, LinkState, MirrorError, MirrorStatus, Reading, TaskErrorCode,
    TaskFact, TaskProblem, TaskState, Unread, UnreadKind,
};

use super::world::{World, acl, filters, half_address};

/// Every world with its name, which is the golden files' name too.
pub(crate) fn all() -> Vec<(&'static str, World)> {
    vec![
        ("create", create()),
        ("alter", alter()),
        ("pair", pair()),
        ("promote", promote()),
        ("failover", failover()),
        ("retire", retire()),
        ("refused", refused()),
        ("refused_mirrors", refused_mirrors()),
        ("half_alone", half_alone()),
        ("immutable", immutable()),
        ("fixed", fixed()),
        ("unknowns", unknowns()),
        ("health", health()),
        ("selected", selected()),
        ("held", held()),
        ("final_sync", final_sync()),
        ("adopted", adopted()),
        ("no_changes", no_changes()),
        ("no_row_left", no_row_left()),
        ("no_changes_unknown", no_changes_unknown()),
        ("hostile", hostile()),
    ]
}

/// A link with credentials, filters and mirrors, one of which starts paused.
pub(crate) fn create() -> World {
    let mut world = World::new(&["orders.placed", "orders.shipped", "payments", "refunds"]);
    let auto = filters("topicFilters", &["orders.*", "!orders.tmp*"]);
    world.declare(
        "orders-dr",
        &[
            (
                "bootstrap.servers",
                "pkc-1.us-east-1.aws.confluent.cloud:9092",
            ),
            ("security.protocol", "SASL_SSL"),
            ("sasl.mechanism", "PLAIN"),
            ("sasl.jaas.config", "(secret)"),
            ("auto.create.mirror.topics.enable", "true"),
            ("auto.create.mirror.topics.filters", &auto),
        ],
    );
    world.mirror("orders-dr", "payments", MirrorState::Mirroring);
    world.mirror("orders-dr", "refunds", MirrorState::Paused);
    world
}

/// What other clients and newer servers set, and links that a spec no longer fits.
pub(crate) fn adopted() -> World {
    let mut world = World::new(&["a"]);
    let names = (
        "auto.create.mirror.topics.enable",
        "auto.create.mirror.topics.filters",
    );
    let wanted = filters("topicFilters", &["a*"]);
    let newer = wanted.replace("PREFIXED", "REGEX");
    world.link("newer-filter", &[(names.0, "true"), (names.1, &newer)]);
    world.declare("newer-filter", &[(names.0, "true"), (names.1, &wanted)]);
    world.link(
        "acls",
        &[("some.new.config", "7"), ("num.cluster.link.fetchers", "4")],
    );
    world.declare("acls", &[("acl.sync.enable", "true")]);
    let west = world.cluster("west");
    if let Some(Reading::Read(configs)) = west.configs.get_mut(&LinkName::from("acls"))
        && let Some(fact) = configs.get_mut("num.cluster.link.fetchers")
    {
        fact.is_read_only = true;
    }
    west.topics = Reading::Read(["gone".into()].into());
    world.declare("was-deleted", &[]);
    world.mirror("was-deleted", "gone", MirrorState::Mirroring);
    // Both halves of a pair, made at the same time.
    let inbound = world.declare("inbound", &[]);
    inbound.role = Role::InboundDestination;
    let mut outbound = inbound.clone();
    outbound.address = half_address("east", "inbound");
    outbound.cluster_id = "lkc-east01".into();
    outbound.role = Role::OutboundSource;
    outbound.peer.cluster = "west".into();
    outbound.peer.id = "lkc-west01".into();
    if let Some(link) = world.desired.links.get_mut("inbound") {
        link.halves.push(outbound);
    }
    let modes = [("link.mode", "DESTINATION"), ("connection.mode", "INBOUND")];
    let address = ("bootstrap.servers", "elsewhere.example:9092");
    world.link("inbound", &[modes[0], modes[1], address]);
    let mut row = world.link_row("inbound").clone();
    row.link_id = Some("another-uuid".to_owned());
    (row.source, row.destination) = (None, Some("lkc-west01".into()));
    let east = world.cluster("east");
    east.links = Reading::Read([("inbound".into(), row)].into());
    let mode = ConfigFact {
        value: Some("SOURCE".to_owned()),
        is_default: false,
        is_read_only: false,
        is_sensitive: false,
    };
    let configs = Reading::Read([("link.mode".to_owned(), mode)].into());
    east.configs.insert("inbound".into(), configs);
    if let Some(cluster) = world.desired.clusters.get_mut(&ClusterName::from("east")) {
        cluster.kind = ClusterKind::ConfluentPlatform;
    }
    world
}

/// A source-initiated link with its two halves, beside a link whose credentials are written anew.
pub(crate) fn pair() -> World {
    let mut world = World::new(&["a", "b", "c"]);
    let inbound = world.declare("pair", &[("acl.sync.ms", "5000")]);
    inbound.role = Role::InboundDestination;
    inbound.prefix = Some("east.".to_owned());
    let mut outbound = inbound.clone();
    outbound.address = half_address("east", "pair");
    outbound.cluster_id = "lkc-east01".into();
    outbound.role = Role::OutboundSource;
    outbound.prefix = None;
    outbound.peer.cluster = "west".into();
    outbound.peer.id = "lkc-west01".into();
    outbound.configs = world
        .declare("credentials", &[("sasl.jaas.config", "(secret)")])
        .configs
        .clone();
    if let Some(link) = world.desired.links.get_mut("pair") {
        link.halves.push(outbound);
    }
    for topic in ["a", "b"] {
        world.mirror("pair", topic, MirrorState::Mirroring);
    }
    world.mirror("pair", "c", MirrorState::Paused);
    world.link("credentials", &[("sasl.jaas.config", "(secret)")]);
    world.link_row("credentials").error = Some(LinkError::Authentication);
    world.live_mirror("credentials", "p", MirrorStatus::Paused, 0);
    world.mirror("credentials", "p", MirrorState::Mirroring);
    world.live_mirror("credentials", "q", MirrorStatus::Active, 0);
    world.mirror("credentials", "q", MirrorState::Paused);
    world
}

/// Settings and filters that differ, with what the server does of its own accord.
pub(crate) fn alter() -> World {
    let mut world = World::new(&["orders.placed", "orders.shipped", "legacy", "billing"]);
    let live_topics = filters("topicFilters", &["legacy", "billing"]);
    let topics = filters("topicFilters", &["orders.*", "billing"]);
    let groups = filters("groupFilters", &["app-*"]);
    world.link(
        "orders-dr",
        &[
            ("acl.sync.ms", "5000"),
            ("auto.create.mirror.topics.enable", "true"),
            ("auto.create.mirror.topics.filters", &live_topics),
            ("consumer.offset.sync.enable", "true"),
            ("consumer.offset.group.filters", &groups),
            ("topic.config.sync.include", "cleanup.policy,retention.ms"),
            ("replica.socket.receive.buffer.bytes", "131072"),
        ],
    );
    world.live_mirror("orders-dr", "legacy", MirrorStatus::Active, 3);
    world.declare(
        "orders-dr",
        &[
            ("acl.sync.ms", "30000"),
            ("auto.create.mirror.topics.enable", "true"),
            ("auto.create.mirror.topics.filters", &topics),
            ("consumer.offset.sync.enable", "(default)"),
            ("consumer.offset.group.filters", "(default)"),
            (
                "topic.config.sync.include",
                "cleanup.policy,max.message.bytes",
            ),
            ("availability.check.ms", "120000"),
        ],
    );
    world.mirror("orders-dr", "legacy", MirrorState::Mirroring);
    let west = world.cluster("west");
    west.groups = Reading::Read(
        [(
            "app-1".into(),
            GroupFact {
                state: "STABLE".to_owned(),
            },
        )]
        .into_iter()
        .collect(),
    );
    world.cluster("east").groups = Reading::Read(
        ["app-1", "app-2"]
            .map(|group| {
                (
                    group.into(),
                    GroupFact {
                        state: "EMPTY".to_owned(),
                    },
                )
            })
            .into_iter()
            .collect(),
    );
    world
}

/// Promotions with offset sync turned off around them, allowed.
pub(crate) fn promote() -> World {
    let mut world = World::new(&["payments", "refunds"]);
    let groups = filters("groupFilters", &["*"]);
    world.link(
        "orders-dr",
        &[
            ("consumer.offset.sync.enable", "true"),
            ("consumer.offset.group.filters", &groups),
        ],
    );
    world.declare(
        "orders-dr",
        &[
            ("consumer.offset.sync.enable", "(default)"),
            ("consumer.offset.group.filters", "(default)"),
        ],
    );
    for topic in ["payments", "refunds"] {
        world.live_mirror("orders-dr", topic, MirrorStatus::Active, 0);
        world.mirror("orders-dr", topic, MirrorState::Promoted);
    }
    world.live_mirror("orders-dr", "late", MirrorStatus::PendingStopped, 0);
    world.mirror("orders-dr", "late", MirrorState::Promoted);
    world.allow(&["irreversible"]);
    world
}

/// The source is lost; everything is failed over, with lag.
pub(crate) fn failover() -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    for (topic, lag) in [("payments", 12_345), ("refunds", 0), ("orders", 70)] {
        world.live_mirror("orders-dr", topic, MirrorStatus::SourceUnavailable, lag);
        world.mirror("orders-dr", topic, MirrorState::FailedOver);
    }
    world.live_mirror("orders-dr", "single", MirrorStatus::Active, 5);
    world.mirror("orders-dr", "single", MirrorState::FailedOver);
    let row = world.link_row("orders-dr");
    row.state = Some(LinkState::Unavailable);
    row.error = Some(LinkError::Timeout);
    row.error_message = Some("Timed out waiting\nfor a node assignment".to_owned());
    world.allow(&["irreversible", "data-loss", "blast-radius"]);
    world
}

/// A link is taken away in the full safe sequence, and its prefix goes to another.
pub(crate) fn retire() -> World {
    let mut world = World::new(&["a", "b"]);
    let auto = filters("topicFilters", &["*"]);
    world.link(
        "old",
        &[
            ("auto.create.mirror.topics.enable", "true"),
            ("auto.create.mirror.topics.filters", &auto),
            ("cluster.link.prefix", "east."),
        ],
    );
    world.live_mirror("old", "east.a", MirrorStatus::Active, 0);
    world.live_mirror("old", "east.b", MirrorStatus::Paused, 0);
    world.live_mirror("old", "east.done", MirrorStatus::Stopped, 0);
    world.retire("old", RetireMirrors::Promote);
    world.declare("new", &[]).prefix = Some("east.".to_owned());
    world.allow(&["irreversible"]);
    world
}

/// Every guard refuses.
pub(crate) fn refused() -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.link("old", &[("cluster.link.prefix", "east.")]);
    world.declare("orders-dr", &[]);
    world.declare("new", &[]).prefix = Some("east.".to_owned());
    world.declare("old", &[]).prefix = Some("east.".to_owned());
    for n in 0..12 {
        let topic = format!("topic-{n:02}");
        world.live_mirror("orders-dr", &topic, MirrorStatus::Active, n * 100);
        if n < 8 {
            world.mirror("orders-dr", topic.as_str(), MirrorState::FailedOver);
        } else {
            world.mirror("orders-dr", topic.as_str(), MirrorState::Mirroring);
        }
    }
    world.desired.links.get_mut("orders-dr").unwrap().protect = true;
    world.desired.policy.failover.max_lag = Some(500);
    world
}

/// Every decision that refuses a mirror, and a retired link whose mirrors run.
pub(crate) fn refused_mirrors() -> World {
    use MirrorStatus as S;
    let mut world = World::new(&["a", "b", "exists", "elsewhere"]);
    world.link("dr", &[]);
    world.link("other", &[]);
    world.link("old", &[]);
    world.declare("dr", &[]);
    world.declare("other", &[]);
    world.mirror("dr", "a", MirrorState::Promoted);
    world.cluster("west").topics = Reading::Read(["exists".into(), "elsewhere".into()].into());
    world.mirror("dr", "exists", MirrorState::Mirroring);
    world.live_mirror("other", "elsewhere", S::Active, 0);
    world.mirror("other", "elsewhere", MirrorState::Mirroring);
    world.mirror("dr", "elsewhere", MirrorState::Mirroring);
    world.mirror("dr", "missing", MirrorState::Mirroring);
    for (topic, status, state) in [
        ("m1", S::SourceUnavailable, MirrorState::Promoted),
        ("m2", S::LinkFailed, MirrorState::Promoted),
        ("m3", S::LinkPaused, MirrorState::Promoted),
        ("m4", S::Failed, MirrorState::Promoted),
        ("m5", S::PendingStopped, MirrorState::Mirroring),
        ("m6", S::Stopped, MirrorState::Mirroring),
        ("m7", S::Stopped, MirrorState::Mirroring),
        (
            "m8",
            S::Other("TELEPORTING".to_owned()),
            MirrorState::Promoted,
        ),
    ] {
        world.live_mirror("dr", topic, status, 0);
        world.mirror("dr", topic, state);
    }
    if let Reading::Read(mirrors) = &mut world.cluster("west").mirrors {
        mirrors.get_mut("dr").unwrap().get_mut("m4").unwrap().error =
            Some(MirrorError::SourceTopicIdChanged);
    }
    world.live_mirror("old", "running", S::Active, 0);
    world.retire("old", RetireMirrors::MustBeStopped);
    world
}

/// Source halves that are to go alone: the partner of one has a mirror topic, that of the other is unknown.
pub(crate) fn half_alone() -> World {
    let mut world = World::new(&[]);
    world.live_mirror("pushed", "orders", MirrorStatus::Active, 0);
    // The mirror topic is the partner's, on the other cluster.
    world.cluster("east").mirrors = std::mem::replace(
        &mut world.cluster("west").mirrors,
        Reading::Read(Default::default()),
    );
    for (link, other_end) in [("pushed", "lkc-east01"), ("far", "lkc-far01")] {
        world.link(link, &[]);
        world.link_row(link).source = None;
        world.link_row(link).destination = Some(other_end.into());
        world.retire(link, RetireMirrors::MustBeStopped);
    }
    world
}

/// What no operation can change, and a status from the future on a link that is to go.
pub(crate) fn fixed() -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[("cluster.link.id", "lkc-east01")]);
    world.declare("orders-dr", &[("cluster.link.id", "lkc-other")]);
    world.link("old", &[]);
    let future = MirrorStatus::Other("TELEPORTING".to_owned());
    world.live_mirror("old", "m", future, 0);
    world.retire("old", RetireMirrors::Promote);
    world
}

/// Another link than the one the spec means has its name.
pub(crate) fn immutable() -> World {
    let mut world = World::new(&["a"]);
    world.link("orders-dr", &[("link.mode", "BIDIRECTIONAL")]);
    world.declare("orders-dr", &[]).prefix = Some("dr.".to_owned());
    world.link_row("orders-dr").source = Some("lkc-elsewhere".into());
    world
}

/// The source cannot be read; the plan comes out of the destination, and says what it does not know.
pub(crate) fn unknowns() -> World {
    let mut world = alter();
    let unread = Unread {
        what: "GET /topics of cluster east".to_owned(),
        reason: "connection refused".to_owned(),
        kind: UnreadKind::Unreachable,
    };
    world.mirror("orders-dr", "billing", MirrorState::Mirroring);
    world.cluster("east").topics = Reading::Unread(unread.clone());
    world.cluster("east").groups = Reading::Unread(unread.clone());
    world.declare("second", &[]);
    world.link("second", &[]);
    world.cluster("west").configs.insert(
        "second".into(),
        Reading::Unread(Unread {
            what: "GET /links/second/configs of cluster west".to_owned(),
            reason: "503 Service Unavailable\n<html>try later</html>".to_owned(),
            kind: UnreadKind::ServerFailure,
        }),
    );
    world
}

/// Nothing to do, and much to look at.
pub(crate) fn health() -> World {
    use MirrorStatus as S;
    let mut world = World::new(&["a"]);
    world.link("orders-dr", &[("replica.fetch.max.bytes", "2097152")]);
    world.link("stray", &[]);
    world.declare("orders-dr", &[]);
    let row = world.link_row("orders-dr");
    row.error = Some(LinkError::Authentication);
    row.state = Some(LinkState::Failed);
    for (topic, status) in [
        ("m1", S::SourceUnavailable),
        ("m2", S::SourceUnavailable),
        ("m3", S::LinkFailed),
        ("m4", S::LinkPaused),
        ("m5", S::Failed),
        ("m6", S::Other("TELEPORTING".to_owned())),
    ] {
        world.live_mirror("orders-dr", topic, status, 9);
        world.mirror("orders-dr", topic, MirrorState::Mirroring);
    }
    world.live_mirror("orders-dr", "unmanaged", S::Active, 0);
    world.live_mirror("orders-dr", "cut-short", S::Stopped, 51);
    world.mirror("orders-dr", "cut-short", MirrorState::Promoted);
    world.retire("gone", RetireMirrors::Promote);
    let west = world.cluster("west");
    west.tasks.insert(
        "orders-dr".into(),
        Reading::Read(vec![TaskFact {
            name: "AclSync".to_owned(),
            state: TaskState::InError,
            problems: vec![TaskProblem {
                code: TaskErrorCode::Authorization,
                message: "Cluster authorization failed.".to_owned(),
            }],
        }]),
    );
    let mut remnant = world.link_row("stray").clone();
    remnant.name = "".into();
    remnant.state = Some(LinkState::UnmanagedSource);
    world.cluster("west").nameless_links.push(remnant);
    world
}

/// Mirror topics that auto-create selects and no key governs: one mirrors, one is paused, one stopped. An
/// exception holds back the change of a declared one.
pub(crate) fn selected() -> World {
    let mut world = World::new(&["orders.a", "orders.b", "orders.c"]);
    let auto = filters("topicFilters", &["orders.*"]);
    let configs = [
        ("auto.create.mirror.topics.enable", "true"),
        ("auto.create.mirror.topics.filters", auto.as_str()),
    ];
    world.link("orders-dr", &configs);
    world.declare("orders-dr", &configs);
    world.live_mirror("orders-dr", "orders.a", MirrorStatus::Active, 0);
    world.live_mirror("orders-dr", "orders.b", MirrorStatus::Paused, 0);
    world.live_mirror("orders-dr", "orders.c", MirrorStatus::Stopped, 0);
    world.live_mirror("orders-dr", "payments", MirrorStatus::Paused, 9);
    world.mirror("orders-dr", "payments", MirrorState::Mirroring);
    world.hold_back("west/orders-dr/payments", "state");
    world
}

pub(crate) fn no_changes() -> World {
    let mut world = World::new(&["a"]);
    world.link(
        "orders-dr",
        &[("acl.sync.ms", "5000"), ("link.mode", "DESTINATION")],
    );
    world.declare("orders-dr", &[("acl.sync.ms", "5000")]);
    world.live_mirror("orders-dr", "a", MirrorStatus::Active, 0);
    world.mirror("orders-dr", "a", MirrorState::Mirroring);
    world
}

/// A link that people work on, a mirror topic of another, and one whose hold is forgotten.
pub(crate) fn held() -> World {
    let mut world = World::new(&["orders"]);
    for link in ["cutover", "orders-dr"] {
        world.link(link, &[]);
        world.declare(link, &[("consumer.offset.sync.ms", "5000")]);
        for topic in ["a", "b", "c"] {
            let topic = format!("{link}.{topic}");
            world.live_mirror(link, &topic, MirrorStatus::Paused, 3);
            world.mirror(link, topic.as_str(), MirrorState::Mirroring);
        }
    }
    world.live_mirror("cutover", "cutover.d", MirrorStatus::Stopped, 0);
    world.mirror("cutover", "cutover.d", MirrorState::Mirroring);
    world.hold("cutover", None, 12);
    world.hold("orders-dr", Some("orders-dr.a"), 12);
    world.hold("orders-dr", Some("orders-dr.b"), 10);
    world
}

/// Promotions with offset sync on: one that a group would keep waiting, and one that waits for a lost source.
pub(crate) fn final_sync() -> World {
    let mut world = promote();
    world.desired.policy.promote.offset_sync = OffsetSyncOrder::FinalSync;
    let group = GroupFact {
        state: "STABLE".to_owned(),
    };
    for cluster in ["east", "west"] {
        let groups = [("shop".into(), group.clone())].into();
        world.cluster(cluster).groups = Reading::Read(groups);
    }
    world.link("lost", &[]);
    world.declare("lost", &[]);
    let row = world.link_row("lost");
    row.error = Some(LinkError::UnresolvableBootstrap);
    row.error_message = Some("No resolvable bootstrap urls given.".to_owned());
    world.live_mirror("orders-dr", "bills", MirrorStatus::Active, 7);
    world.mirror("orders-dr", "bills", MirrorState::Mirroring);
    let shop = ["payments", "bills"].map(|name| NamePattern {
        name: name.to_owned(),
        pattern_type: PatternType::Literal,
    });
    let link = world.desired.links.get_mut("orders-dr").unwrap();
    link.move_together.insert("shop".to_owned(), shop.into());
    world.live_mirror("lost", "invoices", MirrorStatus::PendingStopped, 27);
    world.mirror("lost", "invoices", MirrorState::Promoted);
    world
}

/// A topic that was promoted where stopped mirror topics are listed no more.
pub(crate) fn no_row_left() -> World {
    let mut world = no_changes();
    let west = world.desired.clusters.get_mut("west").unwrap();
    west.kind = ClusterKind::ConfluentPlatform;
    world.mirror("orders-dr", "billing", MirrorState::Promoted);
    world.cluster("west").topics = Reading::Read(["a", "billing"].map(Into::into).into());
    world
}

pub(crate) fn no_changes_unknown() -> World {
    let mut world = no_changes();
    world.cluster("west").mirrors = Reading::Unread(Unread {
        what: "GET /links/-/mirrors of cluster west".to_owned(),
        reason: "no answer within 30s".to_owned(),
        kind: UnreadKind::Unreachable,
    });
    world
}

/// Names and messages that try to be more than names.
pub(crate) fn hostile() -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    for name in HOSTILE {
        world.live_mirror("orders-dr", name, MirrorStatus::Active, 1);
        world.mirror("orders-dr", *name, MirrorState::FailedOver);
    }
    world.live_mirror("orders-dr", HOSTILE[0], MirrorStatus::Failed, 0);
    let row = world.link_row("orders-dr");
    row.error = Some(LinkError::Other("<script>alert(1)</script>".to_owned()));
    row.error_message =
        Some("@everyone ![x](http://evil) ```\n# heading\n::set-output x=1".to_owned());
    world.retire("we|rd\nname", RetireMirrors::Failover);
    world.link("we|rd\nname", &[]);
    world
}

pub(crate) const HOSTILE: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "a|b|c",
    "\u{1b}[2Jclear",
    "`code`",
    "@octocat",
    "[link](http://evil.example)",
    "</details>",
    "line\nbreak",
    "\u{202e}reversed",
    "**bold** _it_ ~~s~~ #1 ::error::x",
];

/// One link with very many mirrors, some promoted.
pub(crate) fn many(creations: usize, promotions: usize) -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    let mut topics = std::collections::BTreeSet::new();
    for n in 0..creations {
        let topic = format!("orders.{n:05}");
        topics.insert(topic.as_str().into());
        world.mirror("orders-dr", topic, MirrorState::Mirroring);
    }
    for n in 0..promotions {
        let topic = format!("promoted.{n:05}");
        world.live_mirror("orders-dr", &topic, MirrorStatus::Active, 0);
        world.mirror("orders-dr", topic, MirrorState::Promoted);
    }
    world.cluster("east").topics = Reading::Read(topics);
    world.allow(&["irreversible", "blast-radius"]);
    world
}

/// ACL sync is turned on over ACLs that the destination manages itself.
pub(crate) fn acl_sync() -> World {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    let everything = r#"{"aclFilters":[{"resourceFilter":{"resourceType":"any","patternType":"any"},"accessFilter":{"operation":"any","permissionType":"any"}}]}"#;
    world.declare(
        "orders-dr",
        &[("acl.sync.enable", "true"), ("acl.filters", everything)],
    );
    world.cluster("east").acls =
        Reading::Read([acl("User:sa-1", "orders"), acl("User:sa-2", "orders")].into());
    world.cluster("west").acls =
        Reading::Read([acl("User:sa-1", "orders"), acl("User:local", "reports")].into());
    let _ = half_address("west", "orders-dr");
    world
}

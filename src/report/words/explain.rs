//! What `linkwright explain CODE` says about findings (`LW2…`), refusals (`LW3…`), drift (`LW4…`), how
//! commands end (`LW50…`, `LW51…`), how clusters answer (`LW52…`) and scenarios (`LW53…`).

mod accepted;
mod answers;
mod drift;
mod edits;
mod endings;
mod refusals;
mod scenarios;
mod store;
mod switchover;
mod topics;

use accepted::ACCEPTED;
use answers::ANSWERS;
use drift::DRIFT;
use edits::EDITS;
use endings::ENDINGS;
use refusals::REFUSALS;
use scenarios::SCENARIOS;
use store::STORE;
use switchover::SWITCHOVER;
use topics::TOPICS;

/// A code explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// What it is about, as a sentence without its end.
    pub title: &'static str,
    /// Why it is so, and why it matters.
    pub why: &'static str,
    /// What it looks like: YAML of the spec, or what is live.
    pub example: &'static str,
    /// What to do about it, with YAML where YAML does it.
    pub remediation: &'static str,
}

/// Explains a code, in any letter case.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Explanation> {
    explanations().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

/// Every code that is explained here.
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    let plans = FINDINGS.iter().chain(TOPICS).chain(REFUSALS);
    let commands = DRIFT.iter().chain(ENDINGS).chain(EDITS).chain(ACCEPTED);
    let stores = SWITCHOVER.iter().chain(STORE).chain(SCENARIOS);
    plans.chain(ANSWERS).chain(commands).chain(stores)
}

/// What a plan finds.
const FINDINGS: &[Explanation] = &[
    Explanation {
        code: "LW201",
        title: "a field that is fixed at link creation differs from the spec",
        why: "A link's name, its clusters, its prefix, its link mode and its connection mode are fixed when it is created. To change one, the link must be deleted and recreated: mirror topics would stop, their history would be lost, and everything would be copied again from the start. Linkwright never does that on its own.",
        example: "links:\n  orders-dr:\n    source: east\n    destination: west\n    prefix: dr.        # the live link has no prefix",
        remediation: "Migrate to a second link, without loss:\n\n1. Write the live values for what differs, so that `orders-dr` matches the live link.\n2. Declare the new link next to it under another name:\n\n   links:\n     orders-dr-2:\n       source: east\n       destination: west\n       prefix: dr.\n       mirrors: { orders: {} }\n\n   A cluster cannot have two topics of one name: to keep the prefix, migrate topic by topic.\n3. Apply, and wait until the new mirror topics have caught up.\n4. Move the consumers to the new topics, and at cutover the producers.\n5. Stop the old mirror topics: `\"*\": { state: promoted }` under `orders-dr`.\n6. Retire the old link:\n\n   retired:\n     - { link: orders-dr, cluster: west, mirrors: must-be-stopped }",
    },
    Explanation {
        code: "LW202",
        title: "a config that differs cannot be changed",
        why: "Some configs are fixed when a link is created, some are read-only on the server: on Confluent Cloud most fetcher and client settings are. The server rejects the whole request that changes one.",
        example: "links:\n  orders-dr:\n    configs:\n      replica.fetch.max.bytes: 1048576   # read-only on Confluent Cloud",
        remediation: "Remove the key from the spec, or write the live value. If you need the value, create a second link with it (`linkwright explain LW201`).",
    },
    Explanation {
        code: "LW203",
        title: "a filter that cannot be kept whole differs from the spec",
        why: "The link's filter has something that this version of Linkwright does not understand, such as a pattern type that is new. Writing the spec's filter in its place would lose it, so it is never rewritten.",
        example: "auto.create.mirror.topics.filters = {\"topicFilters\":[{\"name\":\"a\",\"patternType\":\"REGEX\",\"filterType\":\"INCLUDE\"}]}",
        remediation: "Remove the filter from its section and write the whole text of the config under `configs`, as the link has it or as it should be:\n\n   auto_create_mirrors: {}\n   configs:\n     auto.create.mirror.topics.filters: '{\"topicFilters\": ...}'",
    },
    Explanation {
        code: "LW204",
        title: "ACL sync cannot be turned on between Confluent Cloud and another kind of cluster",
        why: "Confluent syncs ACLs from Cloud to Cloud, or from Platform to Platform: the two kinds have different principals. A link that has it on already is left as it is, with a warning (LW065).",
        example: "source: onprem        # kind: confluent-platform\ndestination: west     # kind: confluent-cloud\nacl_sync: { filters: [{}] }",
        remediation: "Remove `acl_sync` and create the ACLs on the destination.",
    },
    Explanation {
        code: "LW205",
        title: "a link is gone and its mirror topics are ordinary topics",
        why: "Every topic that the link would mirror exists and is an ordinary topic, and the link does not exist. Most likely its mirror topics were promoted or failed over, and the link was deleted after that. Creating it again would not make them mirror topics: a topic with data of its own cannot become one, and Linkwright never deletes a topic.",
        example: "links:\n  orders-dr:            # west has no such link\n    mirrors: { orders: {} }   # and an ordinary topic `orders`",
        remediation: "After a migration or a failover: remove the link from `links`. To mirror back, declare a link in the other direction, see the failback runbook. If the link is new and the topics are others: give it a `prefix`, or leave the topics out of `mirrors`.",
    },
    Explanation {
        code: "LW210",
        title: "there is no mirror topic to promote or fail over",
        why: "`promoted` and `failed-over` are end states of an existing mirror topic. This mirror topic does not exist.",
        example: "mirrors:\n  payments: { state: promoted }   # west has no topic `payments`",
        remediation: "Correct the key (keys are source topic names, without the prefix), remove it, or create the mirror first: `payments: {}`.",
    },
    Explanation {
        code: "LW211",
        title: "an ordinary topic has the mirror's name",
        why: "A topic is a mirror from its creation or never. To create the mirror here, the topic would have to be deleted with its data, and Linkwright never deletes a topic.",
        example: "mirrors:\n  payments: {}   # west has a writable topic `payments`",
        remediation: "Give the link a prefix (a new link: the prefix is fixed at creation), remove the key from `mirrors`, or delete the topic yourself once you are sure that no one needs it.",
    },
    Explanation {
        code: "LW212",
        title: "another link's mirror topic has the name",
        why: "A mirror topic follows one source over one link. The name becomes free only when the other mirror topic is deleted; stopping it makes it an ordinary topic.",
        example: "links:\n  new: { source: east, destination: west, mirrors: { payments: {} } }\n# west/old/payments mirrors already",
        remediation: "Leave the topic to the other link, give this link a prefix (a new link: the prefix is fixed at creation), or remove the key from `mirrors`.",
    },
    Explanation {
        code: "LW213",
        title: "a mirror topic cannot be promoted while its source cannot be reached",
        why: "Promotion copies the remaining messages before the topic becomes writable, so it needs the source. Without the source it stays in PENDING_STOPPED.",
        example: "mirrors:\n  payments: { state: promoted }   # live: SOURCE_UNAVAILABLE, or the link reports an error",
        remediation: "Wait until the source is back. If the source is lost, fail over: the topic becomes writable at once with the messages that were copied.\n\n  mirrors:\n    payments: { state: failed-over }\n    # or all of the link's:  \"*\": { state: failed-over }\n\nFor a retired link: `mirrors: failover`.",
    },
    Explanation {
        code: "LW214",
        title: "a mirror topic cannot be promoted while its link is paused",
        why: "Promotion copies the remaining messages. A paused link copies nothing, so the promotion would never finish.",
        example: "mirrors:\n  payments: { state: promoted }   # live: LINK_PAUSED",
        remediation: "Resume the link first: write `configs: { cluster.link.paused: false }` and leave the mirror topic at `state: mirroring`, apply, and write `state: promoted` then. Or fail over at once with the messages that were copied: `state: failed-over`.",
    },
    Explanation {
        code: "LW215",
        title: "a failed mirror topic cannot be promoted",
        why: "A FAILED mirror topic no longer copies: its source topic was deleted or recreated, lost partitions, or has messages that cannot be copied. A promotion would wait forever.",
        example: "mirrors:\n  payments: { state: promoted }   # live: FAILED (SOURCE_TOPIC_ID_CHANGED)",
        remediation: "Fail over: it becomes writable with the messages that were copied.\n\n  mirrors:\n    payments: { state: failed-over }\n\nFor a retired link: `mirrors: failover`.",
    },
    Explanation {
        code: "LW216",
        title: "a promotion or failover is in progress and cannot be cancelled",
        why: "PENDING_STOPPED means that the server has accepted a promotion or failover. The topic will become writable; the API cannot cancel that.",
        example: "mirrors:\n  payments: {}   # live: PENDING_STOPPED",
        remediation: "Write the intended state, `state: promoted` or `state: failed-over`, and Linkwright waits for it. If a promotion does not end, usually producers still write at the source, or a synced consumer group is active at the destination (CONSUMER_GROUP_IN_USE_ERROR): stop them.\n\nTo mirror the topic again afterwards see `linkwright explain LW217`.",
    },
    Explanation {
        code: "LW217",
        title: "a stopped mirror topic is writable, and `mirrors` never makes it a mirror again",
        why: "The mirror topic is now an ordinary topic that producers may write to. On a one-way link it must be deleted to mirror its source again, with everything written to it since. \"Repairing\" this difference would destroy data, so Linkwright never deletes a topic and never recreates a stopped mirror.",
        example: "mirrors:\n  payments: {}   # live: STOPPED",
        remediation: "If the cutover was intended, write it in the spec; no operation is needed:\n\n  mirrors:\n    payments: { state: promoted }     # or failed-over; STOPPED satisfies both\n\nIf a mirror topic of a bidirectional link was reversed, the finding says so: move its key to the `mirrors` of the other half.\n\nIf the topic should mirror its source again:\n- on a bidirectional link, declare it under `topics` with the cluster that it is written on: the plan restores the other cluster's topic as its copy and shows that records which were not copied are deleted;\n- otherwise mirror under another name: create a new link with another prefix;\n- or, if nothing in it is needed, delete the topic yourself. The next plan creates the mirror.",
    },
    Explanation {
        code: "LW218",
        title: "a mirror topic has a status that this version does not know",
        why: "The API may add statuses. Stopping a mirror topic in an unknown status could lose data.",
        example: "retired:\n  - { link: old, cluster: west, mirrors: promote }   # live: SOME_NEW_STATUS",
        remediation: "Upgrade Linkwright. Or stop the mirror topic with the Confluent CLI, and plan again.",
    },
    Explanation {
        code: "LW219",
        title: "the source topic does not exist",
        why: "A mirror topic can be created only for an existing source topic; otherwise the server answers 404.",
        example: "mirrors:\n  paymnets: {}   # east has `payments`",
        remediation: "Correct the key. Keys under `mirrors` are source topic names; the prefix is added to them. Or create the topic at the source first. A pattern such as `\"pay*\": {}` creates nothing and never causes this.",
    },
    Explanation {
        code: "LW220",
        title: "a retired link's mirror topics are not stopped",
        why: "A link can be deleted only when every mirror topic on it is stopped. The way they are stopped decides whether data may be lost, so the spec must say it; `must-be-stopped` is the default.",
        example: "retired:\n  - { link: old, cluster: west }   # west/old/payments is ACTIVE",
        remediation: "Say how to stop them:\n\n  retired:\n    - link: old\n      cluster: west\n      mirrors: promote     # waits until everything is copied; needs the source\n      # or: failover       # at once, may lose the lag; works without the source",
    },
    Explanation {
        code: "LW221",
        title: "the other half of a retired link still has mirror topics that are not stopped",
        why: "A source-initiated link has its mirror topics on its inbound half, a bidirectional one on both. When one half is deleted, the mirror topics of the other half no longer mirror, stay read-only, and can never finish a promotion: no one can write to these topics.",
        example: "retired:\n  - { link: pushed, cluster: east }   # west/pushed/payments is ACTIVE",
        remediation: "Retire both halves in one spec, and say on the half with the mirror topics how to stop them. The plan then stops them first and deletes the halves in the right order:\n\n  retired:\n    - { link: pushed, cluster: east }\n    - { link: pushed, cluster: west, mirrors: promote }   # or failover",
    },
    Explanation {
        code: "LW230",
        title: "something could not be read",
        why: "What could not be read is unknown, not empty. Linkwright plans nothing that depends on it and reports the result as incomplete. Everything else continues: a failover needs the destination only.",
        example: "clusters:\n  east: { id: lkc-east01, rest_endpoint: https://unreachable.example:443 }",
        remediation: "The finding names the request and the error. Check the endpoint, the credentials, the network and the principal's permissions, and run again.",
    },
    Explanation {
        code: "LW231",
        title: "the other half of a retired link is on a cluster that cannot be read",
        why: "Mirror topics on the other half may need this half; without it they stay read-only and cannot be promoted. Linkwright checks the other half before it deletes one, and cannot read a cluster that is not in the spec or has no `rest_endpoint`.",
        example: "retired:\n  - { link: pushed, cluster: east }   # its other half is on lkc-far, not in `clusters`",
        remediation: "Declare that cluster under `clusters:` with its `rest_endpoint`; retire its half in the same spec if it has mirror topics. If the cluster belongs to another team or no longer exists, make sure that no mirror topic of the link needs this half: the plan continues either way.",
    },
    Explanation {
        code: "LW232",
        title: "two halves of a link do not know each other",
        why: "The halves of one link have one link id. Halves that were created at the same time, or while neither could reach the other, have two: they are two links of one name. Data may be mirrored nevertheless, but offset sync back, reverse and restore do not work.",
        example: "east/orders-dr: link id 4Xk..., west/orders-dr: link id 9Qm...",
        remediation: "Retire one half (`retired: [{ link: orders-dr, cluster: east, mirrors: must-be-stopped }]`) and take the link's block out of `links` meanwhile; apply; then write the block again and remove the entry from `retired`, and apply. Choose the half without mirror topics: deleting a half stops its mirror topics and erases their history.",
    },
    Explanation {
        code: "LW233",
        title: "a promotion waits for a source that cannot be reached",
        why: "The promotion was started, and the server ends it when everything is copied. The link reports an error, so nothing is copied: the mirror topic stays in PENDING_STOPPED, neither a mirror nor writable, until the source is back. What the source received after the last fetch is not known to the destination.",
        example: "mirrors:\n  payments: { state: promoted }   # live: PENDING_STOPPED, and the link reports UNAVAILABLE",
        remediation: "If the source can come back, restore the connection: the promotion then ends by itself, without loss.\n\nIf the source is lost, fail over, with the messages that were copied:\n\n  mirrors:\n    payments: { state: failed-over }\n\nand `linkwright apply --allow irreversible,data-loss`. For a retired link: `mirrors: failover`. Linkwright first asks the server with `validate_only` whether it accepts a failover of a PENDING_STOPPED mirror. If it does not, only the source, or the operators of the destination cluster, can end the promotion.",
    },
    Explanation {
        code: "LW240",
        title: "a link reports an error",
        why: "While a link cannot connect or authenticate to the other cluster, its mirror topics fall behind. The link's error says why, its state does not.",
        example: "west/orders-dr: UNAVAILABLE, AUTHENTICATION_ERROR",
        remediation: "AUTHENTICATION_ERROR: rotate the credentials: raise `credentials.generation` or pass `--rotate LINK`. Bootstrap errors: compare `bootstrap_servers` with what Kafka clients use. TIMEOUT_ERROR and UNAVAILABLE: check that the other cluster is up and that the network allows the connection.",
    },
    Explanation {
        code: "LW241",
        title: "a task of a link is in error",
        why: "Offset sync, ACL sync, auto-create and config sync are tasks of the link. A task can fail while the link shows ACTIVE; then the feature does not work.",
        example: "west/orders-dr: task AclSync IN_ERROR, AUTHORIZATION_ERROR",
        remediation: "AUTHORIZATION_ERROR: grant the link's principal the ACLs (ACL sync: DESCRIBE on the source cluster, ALTER on the destination). MISCONFIGURATION_ERROR: the feature has no filters. CONSUMER_GROUP_IN_USE_ERROR: a synced group is active at the destination; stop or exclude it. ACL_LIMIT_EXCEEDED: narrow the filters.",
    },
    Explanation {
        code: "LW242",
        title: "a mirror topic's source cannot be reached",
        why: "SOURCE_UNAVAILABLE ends by itself when the source is back. Until then the topic falls behind, and its lag is not updated.",
        example: "west/orders-dr/payments: SOURCE_UNAVAILABLE",
        remediation: "Check the source cluster and the link. In a disaster, fail over with one line: `mirrors: { \"*\": { state: failed-over } }`; where the link has `topics`, declare the cluster `lost` and write the other one as `primary`.",
    },
    Explanation {
        code: "LW243",
        title: "a mirror topic's link has failed",
        why: "A failed link does not copy any of its mirror topics.",
        example: "west/orders-dr/payments: LINK_FAILED",
        remediation: "Fix the link (see its own finding, LW240). If it cannot be fixed: `state: failed-over`.",
    },
    Explanation {
        code: "LW244",
        title: "a mirror topic's link is paused",
        why: "Pausing a link pauses all its mirror topics; resuming a single topic does not help.",
        example: "west/orders-dr/payments: LINK_PAUSED, desired mirroring",
        remediation: "Resume the link: `configs: { cluster.link.paused: false }`. If the pause is intended, write `state: paused`, or add an entry under `exceptions` with an end date.",
    },
    Explanation {
        code: "LW245",
        title: "a mirror topic has failed for good",
        why: "FAILED is final: the source topic was deleted or recreated, lost partitions or records, or has messages in an old format. Messages that were copied stay, read-only.",
        example: "west/orders-dr/payments: FAILED (SOURCE_TOPIC_ID_CHANGED)",
        remediation: "To use the copy: `state: failed-over`. To mirror again: delete the mirror topic yourself, then apply; it is recreated and copies from `mirror_start_offset`. Old message formats (v0, v1) must be converted at the source first.",
    },
    Explanation {
        code: "LW246",
        title: "a mirror topic has a status that this version does not know",
        why: "The API may add statuses. An unknown status is shown, and the topic is not changed.",
        example: "west/orders-dr/payments: SOME_NEW_STATUS",
        remediation: "Upgrade Linkwright, or check the topic with the Confluent CLI.",
    },
    Explanation {
        code: "LW249",
        title: "a mirror topic that should be promoted was stopped before everything was copied",
        why: "A promotion ends when everything is copied. The row of this mirror topic is STOPPED and still has lag: another client failed it over, or it was failed over before the spec said `promoted`. The messages that were not copied are missing in it.",
        example: "mirrors:\n  payments: { state: promoted }   # live: STOPPED, 51 messages not copied",
        remediation: "If the source is still there, compare it with this topic and copy what is missing. Then write what happened:\n\n  mirrors:\n    payments: { state: failed-over }",
    },
    Explanation {
        code: "LW250",
        title: "a config is set that the spec does not mention",
        why: "Linkwright manages only what the spec declares. An undeclared config is shown, so that you can adopt it, and is not changed.",
        example: "west/orders-dr: replica.socket.receive.buffer.bytes = 131072",
        remediation: "Declare it under `configs:`, or set `undeclared_configs: reset`, which resets all undeclared configs to their defaults.",
    },
    Explanation {
        code: "LW251",
        title: "a config is set on a half where it has no effect",
        why: "Clients write the same configs on both halves of a link: the other cluster's address on a half that waits for connections, sync settings on the source's half. They do nothing there. Where they are empty or equal those of the other half they are not mentioned; otherwise they are shown, and are no drift.",
        example: "east/orders-dr (the source's half): consumer.offset.sync.enable = true, and the spec has no `consumer_offset_sync`",
        remediation: "No action is needed. To declare it, write it under the `configs` of that half.",
    },
    Explanation {
        code: "LW252",
        title: "a config is set that this version of Linkwright does not know",
        why: "Servers add configs. An unknown one is shown with its value; it is no drift, and `undeclared_configs: reset` does not reset it.",
        example: "west/orders-dr: some.new.config = 1",
        remediation: "No action is needed. To manage it, declare it under `configs:`; `null` resets it to the server's default.",
    },
    Explanation {
        code: "LW253",
        title: "a config is set that cannot be changed",
        why: "The server reports the config as read-only, and its value is not the default: whoever runs the servers has set it. It is shown, and is no drift.",
        example: "west/orders-dr: num.cluster.link.fetchers = 4, on Confluent Cloud",
        remediation: "No action is needed; it cannot be declared.",
    },
    Explanation {
        code: "LW260",
        title: "a link that is not declared",
        why: "Linkwright touches only what is declared or retired. Removing a link's block from a file deletes nothing.",
        example: "west/unmanaged-link",
        remediation: "To adopt it: `linkwright export` writes it as YAML. To remove it: list it under `retired`. To ignore it: leave the class `unmanaged` out of `drift --fail-on`.",
    },
    Explanation {
        code: "LW261",
        title: "a link without a name",
        why: "On Confluent Platform, deleting one half of a link can leave a row without a name (UNMANAGED_SOURCE). No request can address it.",
        example: "west: a link without a name, UNMANAGED_SOURCE",
        remediation: "It is harmless and no drift. If it must be removed, ask the operators of the cluster.",
    },
    Explanation {
        code: "LW262",
        title: "a mirror topic that is not declared",
        why: "It is on a declared link, but neither a key under `mirrors` nor the filter of `auto_create_mirrors` selects it.",
        example: "mirrors: { payments: {} }   # west/orders-dr also mirrors `refunds`",
        remediation: "Declare it (`refunds: {}`), or all that exist: `\"*\": { state: mirroring }`. A pattern creates nothing.",
    },
    Explanation {
        code: "LW263",
        title: "a mirror topic that auto-create selects is paused",
        why: "The link's `auto_create_mirrors` selects it and no key under `mirrors` says which state it should have. It is shown and stays paused; it is not drift.",
        example: "auto_create_mirrors: { topics: { include: [\"orders.*\"] } }   # west/orders-dr/orders.placed is PAUSED",
        remediation: "Declare what is meant: `orders.placed: { state: paused }` under `mirrors` keeps it so, `orders.placed: {}` resumes it.",
    },
    Explanation {
        code: "LW264",
        title: "a mirror topic that auto-create selects has stopped",
        why: "The link's `auto_create_mirrors` selects it, but someone promoted it or failed it over: it is a writable topic and no longer follows its source. Auto-create does not make it a mirror topic again, and Linkwright never does: that would delete its data.",
        example: "auto_create_mirrors: { topics: { include: [\"orders.*\"] } }   # west/orders-dr/orders.placed is STOPPED",
        remediation: "Declare the promotion: `orders.placed: { state: promoted }` under `mirrors`. Or exclude the topic from the filter and declare it so.",
    },
    Explanation {
        code: "LW270",
        title: "a retired link no longer exists",
        why: "The entry under `retired` has no more effect.",
        example: "retired:\n  - { link: old, cluster: west }   # west has no link `old`",
        remediation: "Remove the entry. While it is in the spec, a new link of that name would be deleted.",
    },
    Explanation {
        code: "LW272",
        title: "an exception holds back a change",
        why: "The spec says why live state differs for now: an exception with a `field` that has not expired. Apply leaves that field alone, as drift reports it as expected. Everything else is applied. Connection settings, rotations and retirements are never held back.",
        example: "exceptions:\n  - { address: west/orders-dr/payments, field: state, reason: \"paused by on-call, INC-42\", until: 2026-12-01 }\n# and west/orders-dr/payments is PAUSED",
        remediation: "Nothing, while the reason holds. To apply it now: `--allow exceptions`, or remove the exception. An exception without a `field` holds nothing back: it only silences findings.",
    },
    Explanation {
        code: "LW273",
        title: "a hold keeps operations off",
        why: "`hold` on a link or a mirror topic says that people or another tool work on it, for example a cutover that pauses offset sync. Until that day no operation is planned for it, nor any that waits for such an operation, and nothing about it refuses the plan. The finding lists what is held back; drift reports it in the class `expected`. With something held back and nothing else to do, plan and apply exit with 0.",
        example: "links:\n  orders-dr:\n    hold: { reason: \"cutover with kcp, KAFKA-7\", until: 2026-12-01 }",
        remediation: "Nothing, while the work goes on. Afterwards remove `hold`: the next apply makes what was held back. No flag overrides a hold.",
    },
    Explanation {
        code: "LW274",
        title: "a hold has ended and is still in the spec",
        why: "From that day operations are planned again for what was held, so that a hold that is forgotten hides nothing.",
        example: "hold: { reason: \"cutover with kcp, KAFKA-7\", until: 2026-11-01 }   # in the past",
        remediation: "Remove `hold`, or set a later day and the reason that holds now.",
    },
    Explanation {
        code: "LW271",
        title: "an ordinary topic counts as promoted or failed over",
        why: "Confluent Platform may no longer list a stopped mirror topic, and deleting a link erases its mirror history. Then only an ordinary topic of the mirror's name remains. It satisfies `promoted` and `failed-over`, so nothing is written. On Confluent Cloud a stopped mirror topic stays listed as long as its link exists; there such a topic was never this link's mirror, and the change is refused (LW211).",
        example: "mirrors:\n  orders: { state: promoted }   # west has the topic `orders`, and the link lists no mirror topic of that name",
        remediation: "No action is needed. If the topic is not the former mirror, remove the key from `mirrors`.",
    },
];

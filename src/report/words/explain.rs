//! What `linkwright explain CODE` says about findings (`LW2…`), refusals (`LW3…`) and drift (`LW4…`).

mod drift;
mod refusals;

use drift::DRIFT;
use refusals::REFUSALS;

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
    pub way_out: &'static str,
}

/// Explains a code, in any letter case.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Explanation> {
    explanations().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

/// Every code that is explained here.
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    FINDINGS.iter().chain(REFUSALS).chain(DRIFT)
}

/// What a plan finds.
const FINDINGS: &[Explanation] = &[
    Explanation {
        code: "LW201",
        title: "what is fixed when a link is created differs from the spec",
        why: "A link's name, its clusters, its prefix, its link mode and its connection mode are fixed when it is created. Changing one means deleting the link and making another: mirror topics would be cut off, their history lost, and everything copied again from the start. Linkwright never does that by itself.",
        example: "links:\n  orders-dr:\n    source: east\n    destination: west\n    prefix: dr.        # the live link has no prefix",
        way_out: "Move side by side, losing nothing:\n\n1. Put back what differs, so that `orders-dr` is as it is live.\n2. Declare the new link beside it under another name:\n\n   links:\n     orders-dr-2:\n       source: east\n       destination: west\n       prefix: dr.\n       mirrors: { orders: {} }\n\n   One cluster holds one topic of a name: with the same prefix as before, move topic by topic.\n3. Apply, and wait until the new mirror topics have caught up.\n4. Move the consumers to the new topics; at a cutover the producers too.\n5. Stop the old mirror topics: `\"*\": { state: promoted }` under `orders-dr`.\n6. Take the old link away:\n\n   retired:\n     - { link: orders-dr, cluster: west, mirrors: must-be-stopped }",
    },
    Explanation {
        code: "LW202",
        title: "a config differs that the server takes no change of",
        why: "Some configs are fixed when a link is created, some belong to the server: on Confluent Cloud most fetcher and client settings are read-only. A request that changes one is refused, and the rest of the request with it.",
        example: "links:\n  orders-dr:\n    configs:\n      replica.fetch.max.bytes: 1048576   # read-only on Confluent Cloud",
        way_out: "Take the key out of the spec, or write the live value. If the value matters, make another link with it, side by side (`linkwright explain LW201`).",
    },
    Explanation {
        code: "LW210",
        title: "there is no mirror topic to promote or fail over",
        why: "`promoted` and `failed-over` say how a mirror topic ends. A topic that does not exist has nothing to end.",
        example: "mirrors:\n  payments: { state: promoted }   # west has no topic `payments`",
        way_out: "Correct the key (keys are source topic names, without the prefix), take it out, or let it mirror first: `payments: {}`.",
    },
    Explanation {
        code: "LW211",
        title: "an ordinary topic has the mirror's name",
        why: "A topic is a mirror from its creation or never. To put a mirror in its place the topic would have to be deleted with its data, and Linkwright never deletes a topic.",
        example: "mirrors:\n  payments: {}   # west has a writable topic `payments`",
        way_out: "Give the link a prefix (a new link: the prefix is fixed at creation), take the key out of `mirrors`, or delete the topic yourself once you are sure that nobody needs it.",
    },
    Explanation {
        code: "LW212",
        title: "another link's mirror topic has the name",
        why: "A mirror topic follows one source over one link. The name is free again when the other mirror topic is deleted; stopping it makes it an ordinary topic.",
        example: "links:\n  new: { source: east, destination: west, mirrors: { payments: {} } }\n# west/old/payments mirrors already",
        way_out: "Leave the topic with the other link, give this link another prefix, or cut over on the other link and mirror under a new name.",
    },
    Explanation {
        code: "LW213",
        title: "a mirror topic cannot be promoted while its source cannot be reached",
        why: "Promoting copies what is left and then makes the topic writable, so it needs the source. Without it a promotion would wait for ever in PENDING_STOPPED.",
        example: "mirrors:\n  payments: { state: promoted }   # live: SOURCE_UNAVAILABLE",
        way_out: "Wait until the source is back. If it is lost, fail over: the topic becomes writable at once with what was copied.\n\n  mirrors:\n    payments: { state: failed-over }\n    # or all of the link's:  \"*\": { state: failed-over }\n\nFor a retired link: `mirrors: failover`.",
    },
    Explanation {
        code: "LW214",
        title: "a mirror topic cannot be promoted while its link is paused",
        why: "Promoting copies what is left. A paused link copies nothing, so the promotion would never finish.",
        example: "mirrors:\n  payments: { state: promoted }   # live: LINK_PAUSED",
        way_out: "Resume the link first: `configs: { cluster.link.paused: false }`. Or stop the topic at once with what was copied: `state: failed-over`.",
    },
    Explanation {
        code: "LW215",
        title: "a failed mirror topic cannot be promoted",
        why: "A FAILED mirror topic copies nothing any more: its source topic was deleted or made anew, lost partitions, or holds messages it cannot copy. There is nothing that a promotion could wait for.",
        example: "mirrors:\n  payments: { state: promoted }   # live: FAILED (SOURCE_TOPIC_ID_CHANGED)",
        way_out: "Fail over: it becomes writable with what was copied.\n\n  mirrors:\n    payments: { state: failed-over }\n\nFor a retired link: `mirrors: failover`.",
    },
    Explanation {
        code: "LW216",
        title: "a promotion or failover is under way and cannot be called back",
        why: "PENDING_STOPPED means that the server has accepted a promotion or failover. The topic becomes writable; no verb stops that.",
        example: "mirrors:\n  payments: {}   # live: PENDING_STOPPED",
        way_out: "Say what was meant, `state: promoted` or `state: failed-over`, and Linkwright waits for it. A promotion that never ends usually has producers still writing at the source, or a consumer group active at the destination whose offsets are synced (CONSUMER_GROUP_IN_USE_ERROR): stop them.\n\nTo mirror the topic again afterwards see `linkwright explain LW217`.",
    },
    Explanation {
        code: "LW217",
        title: "a stopped mirror topic is writable and is never made a mirror again",
        why: "STOPPED is the end of a mirror topic: it is an ordinary topic that producers may be writing to. It can follow its source again only after being deleted, with everything that was written to it since. A tool that \"repairs\" this difference destroys data, so no plan of Linkwright's ever deletes a topic or re-creates a stopped mirror.",
        example: "mirrors:\n  payments: {}   # live: STOPPED",
        way_out: "If the cutover was meant, say so, and nothing is left to do:\n\n  mirrors:\n    payments: { state: promoted }     # or failed-over; STOPPED meets both\n\nIf the topic should follow its source again:\n- on a bidirectional link, truncate-and-restore makes the old primary's topic a mirror and cuts what diverged;\n- else mirror under another name: a new link with another prefix;\n- or, sure that nothing in it is needed, delete the topic yourself. The next plan creates it as a mirror.",
    },
    Explanation {
        code: "LW218",
        title: "a mirror topic has a status that this version does not know",
        why: "The API's statuses grow. Stopping a mirror topic out of a status that nobody here understands could lose data.",
        example: "retired:\n  - { link: old, cluster: west, mirrors: promote }   # live: SOME_NEW_STATUS",
        way_out: "Upgrade Linkwright. Or stop the mirror topic with the Confluent CLI, and plan again.",
    },
    Explanation {
        code: "LW219",
        title: "the source topic does not exist",
        why: "A mirror topic can be created only for a topic that exists at the source; the server answers 404 otherwise.",
        example: "mirrors:\n  paymnets: {}   # east has `payments`",
        way_out: "Correct the key. Keys under `mirrors` are source topic names; the prefix is added to them. Or create the topic at the source first. A pattern such as `\"pay*\": {}` creates nothing and never gives this.",
    },
    Explanation {
        code: "LW220",
        title: "a retired link's mirror topics are not stopped",
        why: "A link can be deleted only when every mirror topic on it is stopped. How to stop them decides whether data may be lost, so it must be written down; `must-be-stopped` is what the entry means when it says nothing.",
        example: "retired:\n  - { link: old, cluster: west }   # west/old/payments is ACTIVE",
        way_out: "Say how they are to be stopped:\n\n  retired:\n    - link: old\n      cluster: west\n      mirrors: promote     # waits until everything is copied; needs the source\n      # or: failover       # at once, may lose the lag; works without the source",
    },
    Explanation {
        code: "LW221",
        title: "the other half of a retired link still has mirror topics that are not stopped",
        why: "A source-initiated link has its mirror topics on its inbound half, a bidirectional one on both. When one half is deleted, the mirror topics of the other follow nothing any more, stay read-only, and a promotion of them never ends: nobody can write to these topics.",
        example: "retired:\n  - { link: pushed, cluster: east }   # west/pushed/payments is ACTIVE",
        way_out: "Retire both halves in one spec, and say on the half that has them how the mirror topics are to be stopped. The plan then stops them first and deletes the halves in the right order:\n\n  retired:\n    - { link: pushed, cluster: east }\n    - { link: pushed, cluster: west, mirrors: promote }   # or failover",
    },
    Explanation {
        code: "LW230",
        title: "something could not be read",
        why: "What could not be read is unknown, not empty. Linkwright plans nothing that depends on it, says so, and does not claim that nothing differs. Everything else goes on: failing over needs the destination only.",
        example: "clusters:\n  east: { id: lkc-east01, rest_endpoint: https://unreachable.example:443 }",
        way_out: "The finding says what was asked for and what came instead. Check the endpoint, the credentials and the network, or the principal's rights, and run again.",
    },
    Explanation {
        code: "LW231",
        title: "the other half of a retired link is on a cluster that the spec gives no way to look at",
        why: "A half that is deleted takes the way away that its partner's mirror topics need; they would stay read-only and could not be promoted. Linkwright looks at the partner before it deletes a half, and cannot look at a cluster that the spec does not name, or names without a `rest_endpoint`.",
        example: "retired:\n  - { link: pushed, cluster: east }   # its other half is on lkc-far, not in `clusters`",
        way_out: "Declare that cluster under `clusters:` with its `rest_endpoint`; retire its half in the same spec if it has mirror topics. If the cluster belongs to somebody else or is gone for good, make sure with its owner that no mirror topic of the link needs this half: the plan goes on either way.",
    },
    Explanation {
        code: "LW240",
        title: "a link reports an error",
        why: "While a link cannot reach or sign in to the other cluster, its mirror topics fall behind. The state alone does not tell: the error does.",
        example: "west/orders-dr: UNAVAILABLE, AUTHENTICATION_ERROR",
        way_out: "AUTHENTICATION_ERROR: write the credentials anew, by raising `credentials.generation` or with `--rotate LINK`. Bootstrap errors: compare `bootstrap_servers` with what Kafka clients use. TIMEOUT_ERROR and UNAVAILABLE: is the other cluster up, and does the network let the link through?",
    },
    Explanation {
        code: "LW241",
        title: "a task of a link is in error",
        why: "Offset sync, ACL sync, auto-create and config sync are tasks of the link. One of them can fail while the link shows ACTIVE; the feature then does nothing.",
        example: "west/orders-dr: task AclSync IN_ERROR, AUTHORIZATION_ERROR",
        way_out: "AUTHORIZATION_ERROR: give the link's principal the rights (ACL sync: DESCRIBE on the source cluster, ALTER on the destination). MISCONFIGURATION_ERROR: the feature lacks its filters. CONSUMER_GROUP_IN_USE_ERROR: a synced group consumes at the destination; stop it or exclude it. ACL_LIMIT_EXCEEDED: narrow the filters.",
    },
    Explanation {
        code: "LW242",
        title: "a mirror topic's source cannot be reached",
        why: "SOURCE_UNAVAILABLE passes by itself when the source is back. Until then the topic lags, and its lag figure stands still.",
        example: "west/orders-dr/payments: SOURCE_UNAVAILABLE",
        way_out: "Look at the source cluster and the link. In a disaster, fail over with one line: `mirrors: { \"*\": { state: failed-over } }`.",
    },
    Explanation {
        code: "LW243",
        title: "a mirror topic's link has failed",
        why: "A failed link copies nothing for any of its mirror topics.",
        example: "west/orders-dr/payments: LINK_FAILED",
        way_out: "Mend the link (see its own finding, LW240). If it cannot be mended: `state: failed-over`.",
    },
    Explanation {
        code: "LW244",
        title: "a mirror topic's link is paused",
        why: "Pausing a link pauses all its mirror topics; resuming a single topic does not help.",
        example: "west/orders-dr/payments: LINK_PAUSED, wanted mirroring",
        way_out: "Resume the link: `configs: { cluster.link.paused: false }`. If the pause is meant, write `state: paused`, or an entry under `exceptions` with its end.",
    },
    Explanation {
        code: "LW245",
        title: "a mirror topic has failed for good",
        why: "FAILED is final: the source topic was deleted or made anew, lost partitions or records, or holds messages in an old format. What was copied stays, read-only.",
        example: "west/orders-dr/payments: FAILED (SOURCE_TOPIC_ID_CHANGED)",
        way_out: "To use what was copied: `state: failed-over`. To mirror anew: delete the mirror topic yourself, then apply; it is created again and copies from `mirror_start_offset`. Old message formats (v0, v1) must be converted at the source first.",
    },
    Explanation {
        code: "LW246",
        title: "a mirror topic has a status that this version does not know",
        why: "The API's statuses grow. What is not understood is shown and left alone.",
        example: "west/orders-dr/payments: SOME_NEW_STATUS",
        way_out: "Upgrade Linkwright, or look at the topic with the Confluent CLI.",
    },
    Explanation {
        code: "LW250",
        title: "a config is set that the spec does not mention",
        why: "Only what the spec names is ours. A config set by somebody else is shown, so that it can be adopted, and is left as it is.",
        example: "west/orders-dr: replica.socket.receive.buffer.bytes = 131072",
        way_out: "Adopt it under `configs:`, or let the spec own all of them with `undeclared_configs: reset`, which puts the others back to their defaults.",
    },
    Explanation {
        code: "LW260",
        title: "a link that no file declares",
        why: "Linkwright touches only what is declared or retired. Removing a link's block from a file deletes nothing.",
        example: "west/somebody-elses-link",
        way_out: "Adopt it: `linkwright export` writes it as YAML. Take it away: list it under `retired`. Leave it: nothing happens; `drift --fail-on` can leave out the class `unmanaged`.",
    },
    Explanation {
        code: "LW261",
        title: "a link without a name",
        why: "On Confluent Platform, deleting one half of a link can leave a row without a name (UNMANAGED_SOURCE). No request can address it.",
        example: "west: a link without a name, UNMANAGED_SOURCE",
        way_out: "It does no harm. Ask the operators of the cluster if it must go.",
    },
    Explanation {
        code: "LW262",
        title: "a mirror topic that no key governs",
        why: "It lives on a link of ours, but no key under `mirrors` speaks of it: auto-create or somebody made it.",
        example: "mirrors: { payments: {} }   # west/orders-dr also mirrors `refunds`",
        way_out: "Name it (`refunds: {}`), or govern all that exist: `\"*\": { state: mirroring }`. A pattern creates nothing.",
    },
    Explanation {
        code: "LW270",
        title: "a retired link is gone",
        why: "The entry under `retired` has done its work.",
        example: "retired:\n  - { link: old, cluster: west }   # west has no link `old`",
        way_out: "Take the entry out when you like. As long as it stands, a link of that name would be taken away again.",
    },
    Explanation {
        code: "LW271",
        title: "an ordinary topic is taken as promoted or failed over",
        why: "Confluent Platform may list a stopped mirror topic no more, and deleting a link erases what it knew of its mirror topics. An ordinary topic of the mirror's name is then all that is left to see. It is what `promoted` and `failed-over` ask for, and nothing is written. On Confluent Cloud a stopped mirror topic stays listed as long as its link exists; there such a topic was never this link's mirror, and the plan is refused (LW211).",
        example: "mirrors:\n  orders: { state: promoted }   # west has the topic `orders`, and the link lists no mirror topic of that name",
        way_out: "Nothing needs to be done. If the topic is not the former copy, take the key out of `mirrors`.",
    },
];

//! The explanations of refusals by guards (`LW3…`).

use super::Explanation;

/// Every refusal, explained.
pub(super) const REFUSALS: &[Explanation] = &[
    Explanation {
        code: "LW301",
        title: "operations carry a risk that is not allowed",
        why: "Every operation carries risks: reversible, disruptive (a sync turned off, a filter narrowed, credentials), irreversible (promote, failover, delete a link), data-loss (every failover, since no read proves that a mirror is current; ACLs that sync deletes). By default the policy allows reversible and disruptive; if one operation exceeds it, apply refuses the whole plan.",
        example: "policy:\n  allow: [reversible, disruptive]\n# and the plan promotes a mirror topic",
        remediation: "For this run only: `--allow irreversible` (several: `--allow irreversible,data-loss`). Permanently: add the risk to `policy.allow`. The plan shows the risks of each operation.",
    },
    Explanation {
        code: "LW302",
        title: "a protected link",
        why: "`protect: true` refuses every operation on the link that is irreversible or may lose data, whatever else is allowed. No flag overrides it, so that the change needs a second review.",
        example: "links:\n  orders-dr:\n    protect: true\n    mirrors: { payments: { state: promoted } }",
        remediation: "Remove `protect: true` from the link in a separate change, apply the rest, and add it again.",
    },
    Explanation {
        code: "LW303",
        title: "too much would be stopped or deleted at once",
        why: "A wrong pattern or a wrong file can stop everything on a cluster. Beyond `max_percent` of its links and mirror topics (when it has at least `from` of them) the plan is refused.",
        example: "policy:\n  blast_radius: { max_percent: 30, from: 10 }\n# and \"*\": { state: promoted } on a cluster with 100 mirror topics",
        remediation: "If this is intended: `--allow blast-radius` for this run. Or raise `policy.blast_radius.max_percent`, or apply in smaller steps.",
    },
    Explanation {
        code: "LW304",
        title: "failing over would lose more than the policy allows",
        why: "Failing over stops a mirror topic at once: messages that were not copied are lost. `policy.failover.max_lag` says how many are acceptable for one topic, by its last known lag. If the server reports no lag, or only a part, the loss is unknown and the failover is refused too.",
        example: "policy:\n  failover: { max_lag: 1000 }\n# and west/orders-dr/payments is 50,000 messages behind",
        remediation: "If the source is up, let the mirror topic catch up, or promote it, which copies everything first. In a disaster, raise or remove `policy.failover.max_lag` in the same change.",
    },
    Explanation {
        code: "LW305",
        title: "another link on the cluster has the prefix",
        why: "Two links on one destination cluster cannot have the same prefix; the server refuses the second. A prefix is fixed when a link is created.",
        example: "links:\n  new: { source: east, destination: west, prefix: east. }\n# west/old has the prefix `east.`",
        remediation: "Choose another prefix, or list the other link under `retired`: when both are in one plan, it is deleted first.",
    },
    Explanation {
        code: "LW306",
        title: "a promotion with offset sync on would wait for consumers",
        why: "With `policy.promote.offset_sync: final_sync` mirror topics are promoted while offset sync is on, so that the promotion copies the last offsets; offset sync is turned off afterwards. The server does not write offsets of a consumer group that is active at the destination (CONSUMER_GROUP_IN_USE_ERROR), so the mirror topics would stay in PENDING_STOPPED, neither mirrors nor writable. No request is known to lead back from there. Groups that cannot be read may be active.",
        example: "policy:\n  promote: { offset_sync: final_sync }\n# and the group `shop` is active on west, and synced by west/orders-dr",
        remediation: "Stop the consumers at the destination, and plan again. Or turn offset sync off first, which needs no idle groups:\n\n  policy:\n    promote: { offset_sync: off_first }\n\nOr exclude the group from `consumer_offset_sync` in an earlier change.",
    },
    Explanation {
        code: "LW307",
        title: "mirror topics that move together cannot all be promoted",
        why: "`move_together` names mirror topics that belong together, such as the topics of one application. None of them is promoted before all can be: each declared as promoted, with its source reachable, its lag within `policy.promote.max_lag`, and no synced consumer group active at the destination. A plan that would promote only a part is refused; at the time of acting none is sent before the lag of all is within bounds. Mirror topics that have stopped already do not count.",
        example: "links:\n  orders-dr:\n    move_together: { shop: [orders, \"bill*\"] }\n    mirrors: { orders: { state: promoted }, bills: {} }",
        remediation: "Write `state: promoted` for every mirror topic of the set, and fix what keeps one from it (its own finding says what). Stop synced consumers at the destination, or turn `consumer_offset_sync` off in the same change. Or take a topic out of the set.",
    },
];

//! The explanations of refusals by guards (`LW3…`).

use super::Explanation;

/// Every refusal, explained.
pub(super) const REFUSALS: &[Explanation] = &[
    Explanation {
        code: "LW301",
        title: "operations carry a risk that nobody has allowed",
        why: "Every operation carries risks: reversible, disruptive (a sync turned off, a filter narrowed, credentials), irreversible (promote, failover, delete of a link), data-loss (every failover, since no read proves that a mirror is current; ACLs that sync deletes). The policy allows reversible and disruptive unless it says otherwise; one operation over the line, and apply does nothing at all.",
        example: "policy:\n  allow: [reversible, disruptive]\n# and the plan promotes a mirror topic",
        way_out: "For this run only: `--allow irreversible` (several: `--allow irreversible,data-loss`). For always: add the word to `policy.allow`. The plan marks each operation with its risks.",
    },
    Explanation {
        code: "LW302",
        title: "a protected link",
        why: "`protect: true` refuses everything on the link that cannot be taken back or may lose data, whatever else is allowed. No flag lifts it, so that one reviewer more has to look.",
        example: "links:\n  orders-dr:\n    protect: true\n    mirrors: { payments: { state: promoted } }",
        way_out: "Take `protect: true` off the link in a change of its own, apply the rest, and put it back.",
    },
    Explanation {
        code: "LW303",
        title: "too much would be stopped or deleted at once",
        why: "A wrong pattern or a wrong file can stop everything on a cluster. Beyond `max_percent` of its links and mirror topics (when it has at least `from` of them) the plan is refused.",
        example: "policy:\n  blast_radius: { max_percent: 30, from: 10 }\n# and \"*\": { state: promoted } on a cluster with 100 mirror topics",
        way_out: "If it is meant: `--allow blast-radius` for this run. Or raise `policy.blast_radius.max_percent`, or go in smaller parts.",
    },
    Explanation {
        code: "LW304",
        title: "failing over would lose more than the policy lets pass",
        why: "Failing over stops a mirror topic at once: messages that were not copied are lost to it. `policy.failover.max_lag` says how many are acceptable for one topic, by the last lag that is known; where the server gives no figures, or only some, nothing is known and the failover is refused too.",
        example: "policy:\n  failover: { max_lag: 1000 }\n# and west/orders-dr/payments is 50,000 messages behind",
        way_out: "Let it catch up if the source is alive, or promote instead, which copies everything first. In a disaster raise `policy.failover.max_lag` (or take it out) in the same change.",
    },
    Explanation {
        code: "LW305",
        title: "another link on the cluster has the prefix",
        why: "Two links on one destination cluster cannot have the same prefix; the server refuses the second. A prefix is fixed when a link is created.",
        example: "links:\n  new: { source: east, destination: west, prefix: east. }\n# west/old has the prefix `east.`",
        way_out: "Choose another prefix, or list the other link under `retired`: when both are in one plan, it is deleted first.",
    },
];

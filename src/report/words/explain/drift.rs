//! The explanations of what only `drift` finds or runs into (`LW247`, `LW248`, `LW4…`).

use super::Explanation;

/// Every finding of drift's own, explained.
pub(super) const DRIFT: &[Explanation] = &[
    Explanation {
        code: "LW247",
        title: "a mirror topic lags behind more than the threshold",
        why: "Lag is what a failover would lose, and what a promotion would have to wait for.",
        example: "west/orders-dr/payments: 50,000 messages behind, threshold 1,000",
        way_out: "Look at the link's throughput, at quotas, and at the source's producers. If that much lag is usual, raise the threshold.",
    },
    Explanation {
        code: "LW248",
        title: "a mirror topic stays in a passing status for too long",
        why: "Passing statuses pass in seconds. A promotion that stays PENDING_STOPPED waits for lag or consumer offsets that never settle, and the topic is neither mirror nor writable.",
        example: "west/orders-dr/payments: PENDING_STOPPED since 2026-11-01T10:00:00Z, threshold 10m",
        way_out: "Stop the producers at the source, and the consumers at the destination of groups whose offsets are synced. If the source is lost, fail over: `state: failed-over`.",
    },
    Explanation {
        code: "LW401",
        title: "a declared link does not exist",
        why: "Somebody deleted it, or it was never applied. Its mirror topics are ordinary topics now, and no file protects the cluster.",
        example: "links: { orders-dr: { source: east, destination: west } }   # west has no such link",
        way_out: "`linkwright apply` creates it. Mirror topics that were stopped do not come back by themselves: see `linkwright explain LW211`. If it is meant to be gone, take it out of the spec.",
    },
    Explanation {
        code: "LW402",
        title: "a declared mirror topic does not exist",
        why: "Somebody deleted it, or it was never applied.",
        example: "mirrors: { payments: {} }   # west has no topic `payments`",
        way_out: "`linkwright apply` creates it; it copies from `mirror_start_offset` again.",
    },
    Explanation {
        code: "LW410",
        title: "a link config differs from the spec",
        why: "Somebody changed it by hand, or the spec changed and was not applied.",
        example: "consumer_offset_sync: { interval: 30s }   # live: 5s",
        way_out: "`linkwright apply` puts it back. If the live value is meant, write it into the spec. If it is meant for a while, write an entry under `exceptions` with the config's name as its `field`.",
    },
    Explanation {
        code: "LW411",
        title: "credentials are to be written anew",
        why: "The spec's `generation` is higher than the one last written. Secrets cannot be read back, so this is all that can be seen of them.",
        example: "credentials: { generation: 3 }   # last written: 2",
        way_out: "`linkwright apply` writes them.",
    },
    Explanation {
        code: "LW420",
        title: "a mirror topic is not in the wished state",
        why: "Somebody paused, resumed or stopped it by hand, or the spec changed and was not applied.",
        example: "mirrors: { payments: { state: mirroring } }   # live: PAUSED",
        way_out: "`linkwright apply` brings it there. If it is meant: write its `state`, or for a while an entry under `exceptions` with `field: state` and a date.",
    },
    Explanation {
        code: "LW430",
        title: "a retired link still exists",
        why: "The spec lists it under `retired`, and taking it away was not applied or did not finish.",
        example: "retired:\n  - { link: old, cluster: west, mirrors: promote }   # west/old is there",
        way_out: "`linkwright apply` takes it away by the full safe sequence, or says what stands in the way.",
    },
    Explanation {
        code: "LW440",
        title: "the last report cannot be used",
        why: "`--since` compares with a report that an earlier run wrote with `--json-into`. Without it nobody can tell what is new. A file that does not exist yet is no error: then everything is new.",
        example: "linkwright drift --since plan.json   # a plan, not a drift report",
        way_out: "Give the file that `drift --json-into` wrote. If it is damaged, delete it: the next run begins anew and tells everything once more.",
    },
    Explanation {
        code: "LW441",
        title: "the webhook of --notify cannot be used",
        why: "The reference leads nowhere, or what it leads to is no http:// or https:// URL. The URL itself is never shown: whoever has it can post there.",
        example: "linkwright drift --notify '${env:DRIFT_WEBHOOK}'   # DRIFT_WEBHOOK is not set",
        way_out: "Set the variable where the schedule runs. Put the reference in single quotes, so that the shell leaves it alone.",
    },
    Explanation {
        code: "LW442",
        title: "a notification was not delivered",
        why: "The receiver could not be reached or did not answer with a 2xx status, four times within a minute. What was found is printed and written all the same, and drift exits 2 as ever; without drift the run exits 1. The file of `--since` stays as it was, so that the next run tells the same news.",
        example: "linkwright drift --since last.json --json-into last.json --notify '${env:DRIFT_WEBHOOK}'",
        way_out: "Look at the receiver's answer. 404 and 410 mean that the webhook was taken away; 403 that it may not post.",
    },
];

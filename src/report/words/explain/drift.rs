//! The explanations of what only `drift` finds or runs into (`LW247`, `LW248`, `LW4…`, `LW565` to `LW568`, `LW586`).

use super::Explanation;

/// Every finding of drift's own, explained.
pub(super) const DRIFT: &[Explanation] = &[
    Explanation {
        code: "LW247",
        title: "a mirror topic's lag exceeds the threshold",
        why: "Lag is what a failover would lose, and what a promotion would have to wait for.",
        example: "west/orders-dr/payments: 50,000 messages behind, threshold 1,000",
        remediation: "Check the link's throughput, quotas and the source's producers. If that much lag is normal, raise the threshold.",
    },
    Explanation {
        code: "LW248",
        title: "a mirror topic is stuck in a transitional status",
        why: "A transitional status normally ends within seconds. A promotion that stays PENDING_STOPPED waits for lag or consumer offsets; until it ends the topic neither mirrors nor is writable.",
        example: "west/orders-dr/payments: PENDING_STOPPED since 2026-11-01T10:00:00Z, threshold 10m",
        remediation: "Stop the producers at the source, and the consumers at the destination of groups whose offsets are synced. If the source is lost, fail over: `state: failed-over`.",
    },
    Explanation {
        code: "LW586",
        title: "a mirror topic does not catch up in time",
        why: "By two reads (`--sample`) it copies so slowly, or its source is written so fast, that its lag lasts longer than `--max-lag` permits, or grows; or it does not copy at all while it is behind, or its figures may be out of date. The slowest partition counts. A promotion would have to wait for it. The time is an estimate from these two reads.",
        example: "linkwright drift --sample 30s --max-lag 5m\n# west/orders-dr/payments: 50,000 messages behind, copies 1,200 a minute, catches up in about 41m",
        remediation: "Check the link's throughput, quotas and the source's producers. If it is a peak that passes, run again with a longer `--sample`, or raise the limit.",
    },
    Explanation {
        code: "LW565",
        title: "a mirror topic is further behind than the objective of its link",
        why: "By two reads (`--sample`) some of what is not copied yet was at the source before the first of them, and is so older than `rpo` under `objectives` permits: were the source lost now, more would be lost than the spec wants. The time is a lower bound, by the estimate of these two reads.",
        example: "linkwright drift --sample 30s\n# objectives: { rpo: 5s }; west/orders-dr/payments is at least 30s behind (estimate)",
        remediation: "Check the link's throughput, quotas and the source's producers: `linkwright status --mirrors --sample 30s`. If that much is acceptable, raise `rpo`.",
    },
    Explanation {
        code: "LW566",
        title: "whether mirror topics are further behind than the objective of their link is not known",
        why: "How far a mirror topic is behind in time follows from two reads in one run, between which something of the link must move. With one read, or while the source is silent, there is no figure, and none is not a good one. Where the objective is within the bounds of the estimate, it is not known either. Of what was written before the first read no figure says how long before. It is information and fails no run.",
        example: "objectives: { rpo: 5s }   # and `linkwright drift` without --sample",
        remediation: "Run with `--sample 30s`, or a longer time where topics are written rarely.",
    },
    Explanation {
        code: "LW567",
        title: "the last failover took longer than the objective of its link",
        why: "The record of the last run that failed mirror topics of this link over shows that it took longer than `rto` under `objectives` permits, or left a mirror topic behind, with what people waited for and decided. The next one may, too.",
        example: "objectives: { rto: 15m }   # the last failover took 22m",
        remediation: "`linkwright runs show ID` has what took how long, and `linkwright drill CLUSTER/LINK` estimates it for now. Once another failover keeps to it, the finding is gone; or raise `rto`.",
    },
    Explanation {
        code: "LW568",
        title: "whether the last failover kept to the objective of its link is not known",
        why: "How long failovers took is in the records of runs in the shared store, and the store that is named does not answer or cannot be used. No record read is not a good one. It is information and fails no run.",
        example: "objectives: { rto: 15m }   # and a store that does not answer",
        remediation: "`linkwright store check` says what is wrong with the store; then run again.",
    },
    Explanation {
        code: "LW401",
        title: "a declared link does not exist",
        why: "It was deleted, or it was never applied. Its mirror topics are ordinary topics now, and nothing is mirrored.",
        example: "links: { orders-dr: { source: east, destination: west } }   # west has no such link",
        remediation: "`linkwright apply` creates it. Its former mirror topics do not become mirrors again: see `linkwright explain LW211`. If it was deleted on purpose, remove it from the spec.",
    },
    Explanation {
        code: "LW402",
        title: "a declared mirror topic does not exist",
        why: "It was deleted, or it was never applied.",
        example: "mirrors: { payments: {} }   # west has no topic `payments`",
        remediation: "`linkwright apply` creates it; it copies from `mirror_start_offset` again.",
    },
    Explanation {
        code: "LW410",
        title: "a link config differs from the spec",
        why: "It was changed outside Linkwright, or the spec changed and was not applied.",
        example: "consumer_offset_sync: { interval: 30s }   # live: 5s",
        remediation: "`linkwright apply` restores it. To keep the live value, write it into the spec. To keep it for a while, add an entry under `exceptions` with the config's name as its `field`.",
    },
    Explanation {
        code: "LW411",
        title: "credentials must be rotated",
        why: "The spec's `generation` is higher than the one last written. Secrets cannot be read back, so this number is all that can be compared.",
        example: "credentials: { generation: 3 }   # last written: 2",
        remediation: "`linkwright apply` rotates them.",
    },
    Explanation {
        code: "LW420",
        title: "a mirror topic's state differs from the spec",
        why: "It was paused, resumed or stopped outside Linkwright, or the spec changed and was not applied.",
        example: "mirrors: { payments: { state: mirroring } }   # live: PAUSED",
        remediation: "`linkwright apply` changes it. To keep the live state, write it as its `state`; to keep it for a while, add an entry under `exceptions` with `field: state` and a date.",
    },
    Explanation {
        code: "LW430",
        title: "a retired link still exists",
        why: "The spec lists it under `retired`, and the removal was not applied or did not finish.",
        example: "retired:\n  - { link: old, cluster: west, mirrors: promote }   # west/old exists",
        remediation: "`linkwright apply` removes it in the safe order, or reports what prevents it.",
    },
    Explanation {
        code: "LW440",
        title: "the last report cannot be used",
        why: "`--since` compares with a report that an earlier run wrote with `--json-out`. Without it, new findings cannot be recognised. A missing file is not an error: then everything is new.",
        example: "linkwright drift --since plan.json   # a plan, not a drift report",
        remediation: "Give the file that `drift --json-out` wrote. If it is damaged, delete it: the next run starts over and reports everything again.",
    },
    Explanation {
        code: "LW441",
        title: "the webhook of --notify cannot be used",
        why: "The reference cannot be resolved, or its value is not an http:// or https:// URL. The URL itself is never shown: anyone who has it can post there.",
        example: "linkwright drift --notify '${env:DRIFT_WEBHOOK}'   # DRIFT_WEBHOOK is not set",
        remediation: "Set the variable where the scheduled job runs. Put the reference in single quotes, so that the shell does not expand it.",
    },
    Explanation {
        code: "LW442",
        title: "a notification was not delivered",
        why: "The receiver could not be reached or did not answer with a 2xx status, four times within a minute. The findings are printed and written nevertheless, and drift still exits 2; without drift the run exits 1. The file of `--since` is not changed, so the next run reports the same news.",
        example: "linkwright drift --since last.json --json-out last.json --notify '${env:DRIFT_WEBHOOK}'",
        remediation: "Check the receiver's answer. 404 and 410 mean that the webhook was removed; 403 means that it may not post.",
    },
];

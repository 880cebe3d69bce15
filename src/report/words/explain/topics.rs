//! The explanations of what is found about topics whose primary is declared (`LW28…`).

use super::Explanation;

/// Every one, explained.
pub(super) const TOPICS: &[Explanation] = &[
    Explanation {
        code: "LW280",
        title: "the two halves of a link are no pair",
        why: "A pair is two halves of one name whose cluster link ids are equal, whose remote cluster ids are crossed, and whose link.mode is BIDIRECTIONAL. Halves that were created at the same time or without reaching each other are two links: data may flow, but topics can be neither reversed nor restored, and offsets are not synced back.",
        example: "GET links/orders on east: cluster_link_id 5Qp3, on west: cluster_link_id b8X1",
        remediation: "Take the link out of `links`, retire the half that has no mirror topics, and apply. Then write the link again without the entry in `retired` and apply: the half is created as the other one's pair.",
    },
    Explanation {
        code: "LW281",
        title: "a topic cannot come to its declared primary",
        why: "What both halves of the link show decides. A reversal needs a mirror topic that copies, both clusters and a link without errors; a failover needs that the other cluster is declared lost; and a topic that is no copy must first become one. Both rows are shown with the finding.",
        example: "links:\n  orders:\n    mode: bidirectional\n    topics: { payments: { primary: east } }   # STOPPED on west, later than on east",
        remediation: "Follow the finding's help: repair the link, wait for the other client, or go in two steps. To make a topic that was failed over a copy again:\n\n   topics:\n     payments: { primary: west }    # where it is written now: east is restored as its copy\n\nApply, and write `primary: east` in a later change.",
    },
    Explanation {
        code: "LW282",
        title: "topics that are not known, since a cluster could not be read",
        why: "Where a topic is written follows from both halves of the link. What was not read gives neither an operation nor \"in place\". The rest of the plan is made as usual.",
        example: "not known: east, 401 Unauthorized",
        remediation: "Make the cluster readable (its own finding says what came instead) and plan again. If the cluster is lost, say so:\n\n   clusters:\n     east: { lost: { reason: \"region down, INC-4711\", until: 2026-12-01 } }",
    },
    Explanation {
        code: "LW283",
        title: "topics whose primary is declared lost",
        why: "A loss that is declared says that a cluster is not there. It does not say that its topics are to be failed over: that is a decision of its own.",
        example: "clusters:\n  east: { lost: { reason: \"region down\", until: 2026-12-01 } }\nlinks:\n  orders:\n    topics: { payments: { primary: east } }",
        remediation: "To fail over, change the primary and apply with `--allow irreversible,data-loss`:\n\n   topics:\n     payments: { primary: west }",
    },
    Explanation {
        code: "LW284",
        title: "topics without a copy",
        why: "The other cluster is lost or could not be read, so that the topic has no copy that is known of.",
        example: "payments is written on west, and east is declared lost",
        remediation: "When the cluster is back, remove `lost` and plan again: the plan restores its topics as copies, without copying everything again.",
    },
    Explanation {
        code: "LW285",
        title: "topics that were not copied before a cluster was lost",
        why: "The spec speaks of a topic that the cluster that is left does not have: no mirror topic of it was created in time.",
        example: "topics:\n  new-topic: { primary: west }   # east is lost, and west has no new-topic",
        remediation: "Create the topic on the cluster that is left, if it is needed now. When the lost cluster is back, decide which of the two is kept.",
    },
    Explanation {
        code: "LW286",
        title: "a cluster that is declared lost",
        why: "`lost` is written by people, never inferred: a link stays ACTIVE with its other end dead, and that a cluster cannot be reached may be a fault of the machine that asks. Apart from one request that only checks whether it answers, the cluster is not read, and plan and drift do not fail for it.",
        example: "clusters:\n  east: { lost: { reason: \"region down, INC-4711\", until: 2026-12-01 } }",
        remediation: "Remove `lost` when the cluster is back, with its producers and consumers stopped. The next plan restores its topics as copies.",
    },
    Explanation {
        code: "LW287",
        title: "a cluster that is declared lost for longer than meant",
        why: "The day has come on which the declaration was to be checked again. Until it is removed, the cluster is not read and nothing is copied to it.",
        example: "clusters:\n  east: { lost: { reason: \"region down\", until: 2026-11-01 } }",
        remediation: "Remove `lost` if the cluster is back, or set a later `until`.",
    },
    Explanation {
        code: "LW288",
        title: "a cluster that is declared lost answers",
        why: "A cluster that is declared lost is asked once, for at most 2 seconds, whether it is there. It answered. A cluster that answers can be switched over without losing anything.",
        example: "clusters:\n  east: { lost: { reason: \"region down\", until: 2026-12-01 } }   # GET links: 200",
        remediation: "Remove `lost` from the spec and plan again.",
    },
    Explanation {
        code: "LW289",
        title: "failing over although the lost cluster answers",
        why: "Failing over loses what was not copied. The cluster that is declared lost answered the one request that was made, so that reversing the topics may lose nothing.",
        example: "clusters:\n  east: { lost: { reason: \"region down\", until: 2026-12-01 } }   # GET links: 200\nlinks:\n  orders:\n    topics: { payments: { primary: west } }",
        remediation: "Remove `lost` and plan again: the topics are reversed. If the cluster answers and is lost even so, for example because its brokers are gone: `--allow lost-cluster-answers`.",
    },
];

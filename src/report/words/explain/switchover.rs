//! The explanations of what is found about links that the Switchover service manages (`LW550` and following).

use super::Explanation;

/// Every finding about switchover pairs, explained.
pub(super) const SWITCHOVER: &[Explanation] = &[
    Explanation {
        code: "LW550",
        title: "a switchover pair has another active member than the spec says, or than at first",
        why: "Confluent's Switchover service manages the link and has changed its direction outside Git. Linkwright follows the pair's active member: it plans nothing to change the direction back, and reports the change once instead of topic by topic. It is information, not drift; after an unplanned failover it is a problem until RESTORE, because the topics have no copy.",
        example: "links:\n  orders:\n    topics: { orders: { primary: east } }   # pair sw-1: active_member west, first_active east",
        remediation: "Nothing, while that is meant. To have the spec say so, write the new primary. To go back, fail over with `confluent switchover pair failover`. After an unplanned failover run RESTORE.",
    },
    Explanation {
        code: "LW551",
        title: "a switchover pair forbids operations on its link",
        why: "While a pair is PROVISIONING, UPDATING, DEPROVISIONING, FAILED or in a phase that this version does not know, nothing is written to its link or the mirror topics on either half. READY_TO_RESTORE waits for RESTORE. READY_TO_FAILOVER permits config edits only: the service decides what is copied in which direction. The phase is read when the plan is made and again right before each request.",
        example: "links:\n  orders:\n    topics: { refunds: { primary: east } }   # a mirror topic to create; pair sw-1 is UPDATING",
        remediation: "Wait for a phase that ends by itself and plan again. READY_TO_RESTORE: run RESTORE. FAILED: delete the pair and create it again. To create, pause or stop mirror topics of a pair: delete the pair, apply, create it again. The table is in docs/switchover.md. To go on with the rest meanwhile: `--target`.",
    },
    Explanation {
        code: "LW552",
        title: "whether a switchover pair manages a link is not known",
        why: "The spec has a Cloud API key, and the pairs of an environment could not be read. A pair may be failing over at this moment, so that no request is made to a link between two clusters of Confluent Cloud, unless a pair that was read is known to permit it. Links with a cluster of another kind are not affected.",
        example: "confluent_cloud: { api_key: \"${env:CLOUD_API_KEY}\", api_secret: \"${env:CLOUD_API_SECRET}\", environments: [env-abc123] }   # 403",
        remediation: "Correct the key, the environments or the endpoint, or wait until the API answers. A Cloud API key is not the key of a cluster. If no pair manages your links, remove `confluent_cloud`.",
    },
    Explanation {
        code: "LW553",
        title: "a switchover pair is in a phase in which nothing may be written to its link",
        why: "The pair is being created, changed or deleted, or it has failed. Nothing is planned that it forbids, and differences of its mirror topics are not listed one by one: they are on the way.",
        example: "pair sw-1: status.phase UPDATING",
        remediation: "Wait until it is READY_TO_FAILOVER. A pair that is FAILED must be deleted and created again.",
    },
];

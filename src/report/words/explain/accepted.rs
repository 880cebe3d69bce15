//! The explanations of why a deviation is not accepted (`LW538`, `LW539`, `LW547` to `LW549`, `LW570` to `LW574`, `LW579`).

use super::Explanation;

/// Every reason, explained.
pub(super) const ACCEPTED: &[Explanation] = &[
    Explanation {
        code: "LW538",
        title: "accepting it would let more be copied",
        why: "A filter or a list of topic configs that selects more than the spec, or a sync that is on while the spec has it off, copies topics, offsets or ACLs that no one reviewed. `linkwright accept` never writes that into a spec.",
        example: "consumer.offset.group.filters includes * on the link; the spec says\n\nconsumer_offset_sync:\n  groups: { include: [\"orders-*\"] }",
        remediation: "To undo what was done, apply the spec. To keep it, write it into the spec by hand and let it be reviewed; `linkwright plan` lists what the wider filter selects.",
    },
    Explanation {
        code: "LW539",
        title: "it is never written into a spec from what is live",
        why: "Credentials, addresses of clusters, ids, the prefix, the mode of a link and `protect` say who a link is and who may do what. What is live may be someone else's; a person decides.",
        example: "bootstrap.servers of west/orders-dr is another than the spec's",
        remediation: "To undo what was done, apply the spec. To keep it, change the spec by hand and let it be reviewed.",
    },
    Explanation {
        code: "LW547",
        title: "a stopped mirror topic does not say whether it was promoted or failed over",
        why: "The API shows STOPPED after both. Where messages were not copied the figures show that it was not a promotion, and where the other half of a bidirectional link mirrors the topic it was reversed; otherwise only who did it knows.",
        example: "west/orders-dr/payments is STOPPED with lag 0",
        remediation: "Ask who did it, and say it: `linkwright accept west/orders-dr/payments --as promoted`, or `--as failed-over`. The plan is empty with either.",
    },
    Explanation {
        code: "LW548",
        title: "the plan would not be empty after the change",
        why: "Before anything is written, the changed spec is planned against what was read. If the deviation would remain, or another would appear, nothing is written for that address.",
        example: "The pattern \"orders.*\" of a pair creates mirror topics (`auto_create: true`): with another `primary` the plan turns auto-create on at the other half.",
        remediation: "Change the spec by hand. `linkwright plan` shows what is left to do after it.",
    },
    Explanation {
        code: "LW549",
        title: "it is on the way to another state",
        why: "A mirror topic in a status that begins with PENDING, or a switchover pair that is being failed over or restored, is soon something else. What would be accepted now would be wrong then.",
        example: "west/orders-dr/payments is PENDING_STOPPED",
        remediation: "Wait until it has settled (`linkwright status --watch`), and run the command again.",
    },
    Explanation {
        code: "LW570",
        title: "a spec has no value that says it",
        why: "A spec says what should be. That a mirror topic has failed, that half of a link is missing, or that a link exists that no spec declares cannot be said by changing a value.",
        example: "west/orders-dr/payments is FAILED",
        remediation: "The message says what to do: repair the link, export the link that no spec declares (`linkwright export --merge`), or change the spec by hand.",
    },
    Explanation {
        code: "LW571",
        title: "an exception or a hold covers it",
        why: "The spec says that this difference is expected until a day. Accepting it would leave an exception that covers nothing.",
        example: "exceptions:\n  - { address: west/orders-dr/payments, field: state, until: 2026-12-24, reason: load test }",
        remediation: "Take the exception or the hold out of the spec, and run the command again; or wait for the day.",
    },
    Explanation {
        code: "LW572",
        title: "what would be accepted could not be read",
        why: "Only what was read can be declared. Where a topic of a pair is written depends on both halves, so that both must be read.",
        example: "west could not be read: 503 Service Unavailable",
        remediation: "Run the command again when the cluster can be read. If it is lost, declare it (`clusters.NAME.lost`) and set the `primary` of the topics by hand.",
    },
    Explanation {
        code: "LW573",
        title: "what was read contradicts it, or does not say where a topic is written",
        why: "`--as promoted` is not believed where messages were not copied. Of a topic that has stopped at both halves at about the same time, or at neither, the rows do not say where it is written; a guess could let the later messages be overwritten.",
        example: "payments is STOPPED on east and on west, both since 03:10",
        remediation: "Leave `--as` out or say `failed-over`; or find out where producers write, and set `primary` by hand: `linkwright set west/orders/payments primary=west --write`.",
    },
    Explanation {
        code: "LW574",
        title: "with the change the spec would be invalid",
        why: "What is live is something that a rule of specs forbids. The message names the rule.",
        example: "the topics of `move_together` would no longer be declared",
        remediation: "Change the spec by hand, or apply it to undo what was done.",
    },
    Explanation {
        code: "LW579",
        title: "what does not exist is taken out of the spec only by its address",
        why: "A link or mirror topic that the spec declares and that does not exist was deleted, or the spec was never applied. Nothing shows which. `--all` would take out what was only just added.",
        example: "linkwright accept --all      # west/orders-dr/payments is declared and does not exist",
        remediation: "To create it, apply the spec. If it was deleted and is to be gone, name its address, or that of its link: `linkwright accept west/orders-dr/payments`.",
    },
];

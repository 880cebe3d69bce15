//! The explanations of how commands end without what they were asked for (`LW5…`).

use super::Explanation;

/// Every such ending, explained.
pub(super) const ENDINGS: &[Explanation] = &[
    Explanation {
        code: "LW501",
        title: "the command could not decide or act",
        why: "The network, an API, authentication or a file failed, so that nothing can be said of the rest. The command exits with 1.",
        example: "cluster `west`: no connection to https://pkc-1.us-west-2.aws.confluent.cloud",
        remediation: "Read the message, which names what failed, and run the command again.",
    },
    Explanation {
        code: "LW502",
        title: "a saved plan is not approved",
        why: "`apply --verify` applies a plan only if its approval is next to it, is signed with the private key of the given public key, is of exactly this plan, and has not ended. Otherwise it makes no changes and exits with 3.",
        example: "plan.json is not approved: plan.json.approval: it ended at 2026-11-03T08:00:00Z",
        remediation: "Have the plan approved again: `linkwright approve plan.json --key FILE`, where the private key is.",
    },
    Explanation {
        code: "LW503",
        title: "a saved plan is out of date",
        why: "What would be done now is not what was approved, nor what an earlier run left of it: the spec, a cluster's id or endpoint, the version of Linkwright or live state changed. `apply` makes no changes and exits with 4.",
        example: "west/orders-dr/payments: resume-mirror was not planned",
        remediation: "Run `linkwright plan` again and have the new plan reviewed.",
    },
    Explanation {
        code: "LW504",
        title: "the command line is wrong, or a value that it needs is missing",
        why: "Nothing was read or sent. The command exits with 64.",
        example: "the environment variable `EAST_API_KEY` is not set",
        remediation: "The message says what to change; `linkwright COMMAND --help` lists the options.",
    },
    Explanation {
        code: "LW505",
        title: "approval was not given",
        why: "`apply` asks on a terminal before it changes anything. Anything but `yes` declines; it exits with 7.",
        example: "Apply these 6 operations? Only 'yes' will be accepted to approve: no",
        remediation: "Run the command again and answer `yes`, or pass `--auto-approve`.",
    },
];

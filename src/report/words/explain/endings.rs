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
    Explanation {
        code: "LW510",
        title: "the guard file cannot be read",
        why: "`--guard` or LINKWRIGHT_GUARD names a file that does not exist, is too large or is not text. Without its guard file a run would permit everything, so it does nothing and exits with 64.",
        example: "linkwright plan --guard missing.yaml",
        remediation: "Pass the guard file of the protected branch. To run without one, unset LINKWRIGHT_GUARD.",
    },
    Explanation {
        code: "LW511",
        title: "a cluster is not in the guard file",
        why: "A spec can name any cluster. With a guard file only the ids under its `clusters` may be used.",
        example: "clusters:\n  west: { id: lkc-other, rest_endpoint: \"https://other.example\" }",
        remediation: "Use a cluster that is listed. Those who own the guard file can add one: `clusters: { lkc-other: { rest_endpoints: [URL] } }`.",
    },
    Explanation {
        code: "LW512",
        title: "an endpoint or bootstrap server is not in the guard file",
        why: "The REST endpoint receives the credentials of the cluster, and links connect to the bootstrap servers. A spec that names another host for a known cluster would send them there.",
        example: "rest_endpoint: https://pkc-1.example.net.attacker.example",
        remediation: "Write an address that the guard file lists for this cluster. URLs are equal if scheme, host, port and path are; the path of the REST API may be left out.",
    },
    Explanation {
        code: "LW513",
        title: "a URL for tokens is not in the guard file",
        why: "Client ids and secrets are sent to the token URL of an identity provider, and user names and passwords to a metadata service. A link sends its own there too.",
        example: "rest_auth: { oauth: { token_url: \"https://attacker.example/token\", client_id: \"${env:ID}\", client_secret: \"${env:SECRET}\" } }",
        remediation: "Write a URL that is under `token_urls` of the guard file.",
    },
    Explanation {
        code: "LW514",
        title: "an environment variable is not in the guard file",
        why: "A reference can name any variable of the job, also those that hold other secrets. With a guard file only those under `references.env` are read.",
        example: "token: \"${env:GITHUB_TOKEN}\"",
        remediation: "Use a variable that is listed, such as `EAST_API_KEY` for `EAST_*`.",
    },
    Explanation {
        code: "LW515",
        title: "a file is not in a folder of the guard file",
        why: "A reference can name any file that the job can read, and a symbolic link can make any file a spec, whose lines errors quote. With a guard file references read only the folders under `references.files`, and specs are read only from where they are; symbolic links are followed before this is checked.",
        example: "token: \"${file:/home/runner/.ssh/id_ed25519}\"",
        remediation: "Put the file into a folder that is listed.",
    },
    Explanation {
        code: "LW516",
        title: "more is allowed than the guard file permits",
        why: "`allow` of the guard file is the most that `policy.allow`, `--allow` or an approval may allow. In a spec this is an error (exit code 64); on the command line or in an approval the run is refused (exit code 3).",
        example: "allow: [reversible]            # the guard file\npolicy: { allow: [data-loss] } # the spec",
        remediation: "Leave it out, or have those who own the guard file permit it.",
    },
    Explanation {
        code: "LW517",
        title: "the guard file protects the address",
        why: "Nothing irreversible and nothing that may lose data is done to an address under `protect` of the guard file, whatever else is allowed and whatever the spec calls the cluster. A plan with such an operation is refused and exits with 3.",
        example: "protect: [\"lkc-west01/dr\"]    # the guard file\nmirrors: { orders: { state: failed-over } }",
        remediation: "Have those who own the guard file remove the address, apply, and add it again.",
    },
];

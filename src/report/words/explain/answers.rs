//! The explanations of how clusters answer (`LW52…`).

use super::Explanation;

/// Every such finding, explained.
pub(super) const ANSWERS: &[Explanation] = &[
    Explanation {
        code: "LW520",
        title: "the answers of a cluster disagree",
        why: "One list has what another does not: mirror topics of a link that the list of links lacks, or one name in several rows that contradict each other. A list that changes while it is read does so for a moment, so both lists were read again after a second, and still disagree. Which of them is right is not known, so nothing is planned from either.",
        example: "GET .../links            no link orders-dr\nGET .../links/-/mirrors  payments of orders-dr, ACTIVE",
        remediation: "Run the command again. If it stays so, several servers or a cache answer at the cluster's `rest_endpoint`: use the endpoint of the cluster itself, and compare with `confluent kafka link list` and `confluent kafka mirror list`.",
    },
    Explanation {
        code: "LW521",
        title: "a list has a row more than once",
        why: "The server listed a link or a mirror topic twice with the same content. Nothing depends on which row is read, but a server does not answer so: something on the way repeats rows.",
        example: "GET .../links\n  orders-dr, ACTIVE\n  orders-dr, ACTIVE",
        remediation: "Nothing, if it happens once. Otherwise check the proxy, cache or load balancer in front of the cluster's `rest_endpoint`.",
    },
    Explanation {
        code: "LW522",
        title: "an answer is of another cluster",
        why: "Every answer names the cluster that it is of. This one names another than was asked, so a proxy, cache or load balancer mixes up clusters, or the endpoint leads elsewhere. What is planned from it would be planned for the wrong cluster, so it counts as not read.",
        example: "GET .../clusters/lkc-west01/topics\n  metadata.self: https://.../clusters/lkc-east01/topics",
        remediation: "Check the cluster's `id` and `rest_endpoint`, and what answers there: `curl --user KEY:SECRET ENDPOINT/kafka/v3/clusters`.",
    },
    Explanation {
        code: "LW523",
        title: "a link is in a state that this version does not know",
        why: "The API's words for states grow. From a word that it does not know, Linkwright concludes nothing: the link's error, configs and mirror topics are compared as usual.",
        example: "GET .../links/orders-dr\n  link_state: HIBERNATING",
        remediation: "Upgrade Linkwright, or check the link with `confluent kafka link describe`.",
    },
    Explanation {
        code: "LW524",
        title: "a link names more mirror topics than are listed",
        why: "The link's own list of names (`topic_names`) is longer than what the list of mirror topics has of it, also when both are read again. What is not listed is not compared: a pattern such as `\"*\": { state: failed-over }` does not reach it.",
        example: "GET .../links            orders-dr: topic_names [orders, payments]\nGET .../links/-/mirrors  orders",
        remediation: "Run the command again. If it stays so, compare with `confluent kafka mirror list --link orders-dr`, and name the missing mirror topics in the spec.",
    },
    Explanation {
        code: "LW525",
        title: "what is known of a cluster is from a snapshot",
        why: "The command ran with `--from`: the cluster was not asked, and everything about it is as `linkwright snapshot` read it at that time. Whatever has changed since is not seen. A plan that is made so cannot be saved or applied.",
        example: "linkwright plan --from snapshot.json",
        remediation: "Nothing, for a preview. For what holds now, run the command without `--from`, or take a new snapshot: `linkwright snapshot --out snapshot.json`.",
    },
    Explanation {
        code: "LW526",
        title: "a file that cannot be read in place of the clusters",
        why: "`--from` names a file that `linkwright snapshot` has not written, that a newer version has written, or that says that it was taken at a time that has not come. What is known of the clusters would be taken from it, and how old that is must be known.",
        example: "plan.json: not a snapshot: missing field `taken_at`",
        remediation: "Take a new snapshot: `linkwright snapshot --out snapshot.json`. If the time is in the future, set the clock of the machine that took it, or of this one.",
    },
    Explanation {
        code: "LW527",
        title: "a snapshot of which no twin can be made: nothing was read",
        why: "No cluster answered when the snapshot was taken. A world that is made of it would have empty clusters, and it is not known that they are empty.",
        example: "linkwright twin snapshot.json --out world.yaml\n  # every cluster was unreachable when snapshot.json was taken",
        remediation: "Run `linkwright snapshot --out snapshot.json` again where the clusters can be reached; it names what it cannot read.",
    },
    Explanation {
        code: "LW528",
        title: "a snapshot of which no sandbox world can be made",
        why: "The clusters have something that the sandbox refuses, such as a value of a link config that it does not take, so that `--sandbox` would not open the world. No file is written.",
        example: "snapshot.json: no world can be made of it: ... Invalid value ... for configuration acl.sync.ms",
        remediation: "The message says what the sandbox refuses. If the clusters really have it, report it: the sandbox should have it too.",
    },
    Explanation {
        code: "LW529",
        title: "names of the spec that a snapshot may hide",
        why: "The snapshot was taken with `--hash-names`: names that the spec did not say then were replaced, and no one can tell which. A spec that has since got more names, patterns or prefixes may speak of one of them. Whether a cluster has them is unknown, and what the plan says of them may not hold.",
        example: "links:\n  orders-dr:\n    mirrors:\n      orders: {}\n      payments: {}   # not in the spec when the snapshot was taken",
        remediation: "Take a new snapshot with this spec, or run the command without `--from`.",
    },
    Explanation {
        code: "LW581",
        title: "names that `snapshot --hash-names` cannot hide",
        why: "A hidden name must be no name that the spec says and must not begin with a prefix that it says, or a plan from the snapshot would take it for another. Prefixes and patterns of the spec leave no such name.",
        example: "mirrors:\n  'hidden-*': {}\n  'name-*': {}\n  'h.*': {}\n  'x*': {}",
        remediation: "Take the snapshot without `--hash-names`, and keep it where its names may be read.",
    },
];

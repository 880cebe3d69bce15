//! The explanations of what keeps a spec from being edited or formatted (`LW540` to `LW546`), and a verb from being
//! applied (`LW575` to `LW578`).

use super::Explanation;

/// Every reason, explained.
pub(super) const EDITS: &[Explanation] = &[
    Explanation {
        code: "LW540",
        title: "a change would also change other addresses",
        why: "An anchor, an alias or a merge key repeats the value at other places. `linkwright set` changes what it is asked for and nothing else, so it makes no changes, names the others, and exits with 3.",
        example: "links:\n  orders-dr:\n    mirrors:\n      orders: &frozen { state: paused }\n      payments: *frozen      # changing the one changes the other",
        remediation: "If all of them are to change, name them all:\n\n   linkwright set links.orders-dr.mirrors.orders links.orders-dr.mirrors.payments state=mirroring\n\nElse write a value in place of the alias, which is then no longer shared:\n\n   linkwright set links.orders-dr.mirrors 'payments={ state: mirroring }'",
    },
    Explanation {
        code: "LW541",
        title: "the spec does not have what is to be changed",
        why: "`linkwright set` changes links, mirror topics and clusters that the spec declares, and settings of them. It declares no new link and no new cluster, since it could not know the rest of it.",
        example: "linkwright set west/no-such-link state=paused",
        remediation: "Check the address: CLUSTER/LINK/TOPIC with the name of the mirror topic, as `plan` and `drift` print it, or the keys of the spec with dots between them. A key with a dot is in quotes: `links.orders-dr.mirrors.\"orders.placed\"`.",
    },
    Explanation {
        code: "LW542",
        title: "the new value cannot be read",
        why: "The value after `=` is YAML: a word, a number, a duration, a list in `[ ]` or a mapping in `{ }`. A field that takes texts only takes any text.",
        example: "linkwright set west/orders-dr 'move_together={ shop: [orders'",
        remediation: "Correct the value, and quote it for the shell.",
    },
    Explanation {
        code: "LW543",
        title: "the text is written in a form that is not edited",
        why: "The change has no place in the text that keeps everything else: comments inside empty brackets, a key after `?`, the only key of a file, an entry that a merge key would bring back, or an anchor that an alias needs.",
        example: "mirrors: {\n  # none yet\n}",
        remediation: "Edit the file by hand. The message says where.",
    },
    Explanation {
        code: "LW544",
        title: "a file has no canonical layout",
        why: "`linkwright fmt` compares what the file says before and after. If that differed, or if the file has a directive (`%YAML`) or a key after `?`, the file stays as it is.",
        example: "? orders\n: { state: paused }",
        remediation: "Write it in another form: `orders: { state: paused }`.",
    },
    Explanation {
        code: "LW545",
        title: "the value comes from a variable",
        why: "The text has `${var:NAME}`. A value in its place would take the variable out of the spec for every environment, so `linkwright set` makes no changes.",
        example: "variables:\n  prefix: { type: string, default: east. }\nlinks:\n  orders-dr:\n    prefix: \"${var:prefix}\"",
        remediation: "Set the variable: for one environment `linkwright set variables.prefix=west. --environment prod`, for all others `linkwright set variables.prefix.default=west.`. The output says what else it changes.",
    },
    Explanation {
        code: "LW546",
        title: "the environment would make another value of it",
        why: "The chosen environment removes the address, or sets a part of it or what holds it, so that the change would not be seen with this environment.",
        example: "# environments/prod.yaml\nremove: [links.orders-dr.acl_sync]",
        remediation: "Edit the file of the environment by hand, or leave `--environment` out to change the spec for the other environments.",
    },
    Explanation {
        code: "LW575",
        title: "a failover of topics needs `--lost`",
        why: "On a link with `topics`, a new `primary` means a switchover, which needs both clusters. It is a failover only while the other cluster is declared lost, and a loss is declared by a person, never concluded from a failed request.",
        example: "linkwright failover west/dr/orders      # and the spec does not say that east is lost",
        remediation: "If the cluster is gone, say so: `linkwright failover west/dr/orders --lost \"region down, INC-4711\"`. It writes `lost` to the cluster in the spec. If the cluster works, nothing needs to be lost: `linkwright switchover dr --to west`.",
    },
    Explanation {
        code: "LW576",
        title: "a verb has no effect on what the spec says",
        why: "`failover`, `promote`, `pause` and `resume` change what the spec says of a mirror topic. A topic that has stopped cannot be paused or resumed, a failover cannot become a promotion, a topic has no mirror topic on the cluster that it is written on, and what becomes of the mirror topics of a link under `retired` is said there. Nothing was written.",
        example: "mirrors:\n  payments: { state: promoted }\n# linkwright pause west/orders-dr/payments",
        remediation: "The message says what the spec says, and what to do. `linkwright status --mirrors` shows what is live.",
    },
    Explanation {
        code: "LW577",
        title: "a link cannot be switched over",
        why: "A switchover makes another cluster the `primary` of the topics of a bidirectional link. A one-way link has one direction, a link with `mirrors` does not say where its topics are written, and with a cluster that is declared lost a new primary would be a failover.",
        example: "linkwright switchover orders-dr --to west      # orders-dr is a one-way link",
        remediation: "On a one-way link stop the producers and promote: `linkwright promote west/orders-dr`. If a cluster is lost, fail over: `linkwright failover west/dr`. If it is back, remove `lost` first.",
    },
    Explanation {
        code: "LW578",
        title: "the change would reach other environments",
        why: "`failover`, `promote`, `pause`, `resume`, `switchover` and `accept` look at what one environment declares. A change in the files that all environments share would be carried out in the others by their next run: an irreversible failover, for example. With `--environment` the change goes to the file of the environment; without it, or where that file cannot say it, nothing is written and nothing is planned.",
        example: "linkwright pause west/orders/orders.events      # and environments/ has dev.yaml and prod.yaml",
        remediation: "Name the environment that is meant: `linkwright pause west/orders/orders.events --environment prod`. If its file cannot say it, write it there by hand, values under `set` and what is to go under `remove`, and apply.",
    },
];

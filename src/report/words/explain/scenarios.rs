//! The explanations of what is wrong with scenarios (`LW53…`).

use super::Explanation;

/// Every such problem, explained.
pub(super) const SCENARIOS: &[Explanation] = &[
    Explanation {
        code: "LW530",
        title: "a step of a scenario is neither a command nor one event",
        why: "Steps are done one after the other, so each is exactly one thing: a command line, or one event such as `pass` or `lose`. A scenario needs at least one command, below `when`; events before the first may be below `given` too.",
        example: "when:\n  - plan\n  - { lose: east, pass: 5m }   # two events in one step",
        remediation: "Write a step for each:\n\n   when:\n     - plan\n     - lose: east\n     - pass: 5m",
    },
    Explanation {
        code: "LW531",
        title: "a command line that a scenario cannot run",
        why: "A scenario runs commands on simulated clusters that it makes itself, in a copy of the folder of the spec. What could call something else, such as `--store` or `drift --notify`, what names files outside of that folder, and what is no command of Linkwright is refused before anything is run.",
        example: "when:\n  - linkwright plan --sandbox world.yaml",
        remediation: "Write the command as on a command line, without `linkwright` and without `--sandbox`: the clusters are those of `given`.\n\n   given: { world: world.yaml }\n   when: [plan]",
    },
    Explanation {
        code: "LW532",
        title: "something that a scenario gives cannot be used",
        why: "The spec, the world, the snapshot or another file that the scenario names is not there or cannot be read, or a variable of `env` would change what the commands do other than by the spec. Nothing is run, since whatever came of it would say nothing.",
        example: "given:\n  world: wrold.yaml      # there is no such file\n  env: { LINKWRIGHT_STORE: s3://links/prod }",
        remediation: "Paths start at the folder of the scenario. Give exactly one of `world` and `snapshot`.",
    },
    Explanation {
        code: "LW533",
        title: "an expectation that no command can meet",
        why: "It names something that is not the address of a mirror topic, not a code or not an exit code, or it is written at an event. Nothing is run: such a scenario could only fail, or would check nothing.",
        example: "expect:\n  statuses: { west/dr: STOPPED }   # a link, not a mirror topic\n  refusals: [301]",
        remediation: "Write addresses as CLUSTER/LINK/TOPIC, with the cluster's name in the spec and the mirror topic's own name, and codes as LW301.",
    },
    Explanation {
        code: "LW534",
        title: "no scenario was found",
        why: "No file at the given paths or below them is called scenario.yaml or NAME.scenario.yaml. A run that tests nothing must not look like one that passes.",
        example: "linkwright test links/",
        remediation: "Name the file, or the folder that has it: a file that is named is a scenario whatever it is called. What `.gitignore` lists is not searched.",
    },
    Explanation {
        code: "LW536",
        title: "an expectation of a scenario is not met",
        why: "The commands ran, and something is not as the scenario expects. The lines that begin with `-` are what was expected, those with `+` what is there.",
        example: "region-lost.scenario.yaml:14:5: the operations are others\n  - failover-mirror west/dr/orders\n  + promote-mirror west/dr/orders",
        remediation: "If what is there is right, change the expectation; `linkwright test --update` writes the files that `output` and `views` name. Otherwise the spec, the world or the command is wrong.",
    },
    Explanation {
        code: "LW537",
        title: "an event of a scenario cannot happen",
        why: "The simulated clusters refuse it: there is no such cluster, topic, link or group, or its state does not permit it. The scenario fails there, since what comes after it would be another story.",
        example: "- { produce: { cluster: east, topic: ordres, records: 10 } }",
        remediation: "Clusters are named as in the spec or in the world; links and topics as they are called on that cluster at that time.",
    },
];

//! LW001 to LW024, LW443 and LW535: problems found while reading files. `spec` finds them; their texts are here.

use super::Rule;
use crate::diagnostic::{Code, Severity};
use crate::spec::codes;

/// A `${…}` whose value cannot be found.
pub(super) const MISSING_VALUE: Code = Code("LW023");

/// A rule whose problems `spec` finds.
pub(super) const fn error(
    code: Code,
    title: &'static str,
    why: &'static str,
    example: &'static str,
    fix: &'static str,
) -> Rule {
    Rule {
        code,
        severity: Severity::Error,
        title,
        why,
        example,
        fix,
        check: |_, _| {},
    }
}

/// Problems found while reading files, in the order of the codes.
pub(super) static RULES: &[Rule] = &[
    error(
        codes::UNREADABLE,
        "a file that cannot be read as text",
        "the file does not exist, cannot be opened, is a loop of symbolic links, or is not UTF-8. \
             A plan made from the other files would be wrong",
        "",
        "",
    ),
    error(
        codes::SYNTAX,
        "invalid YAML",
        "usually wrong indentation, a tab, or a missing or extra `:` or quote. The rest of the \
             file is not read, so other problems in it are reported later",
        "version: 1\nclusters:\n\teast: {}\n",
        "",
    ),
    error(
        codes::LIMIT,
        "a file that is too large, too deep or too repetitive",
        "files of more than 32 MiB, two million values, 32 levels of nesting or 100,000 values \
         repeated by aliases are rejected, so that a hostile file cannot exhaust memory",
        "",
        "",
    ),
    error(
        codes::DUPLICATE_KEY,
        "a duplicate key",
        "YAML parsers disagree about which of the two counts, so neither is used",
        "\
links:
  orders-dr:
    source: east
    source: east
    destination: west
    credentials: *credentials
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    ),
    error(
        codes::UNKNOWN_KEY,
        "an unknown field",
        "a misspelled field would silently leave a setting at its default. Keys that begin with \
             `x-` at the top of a file are ignored",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_configs_sync: { interval: 10s }
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: { interval: 10s }
",
    ),
    error(
        codes::WRONG_TYPE,
        "a value of the wrong type",
        "a list instead of a mapping, or a number instead of text, is usually a mistake. `yes`, \
             `no`, `on` and `off` are text here, not booleans",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    protect: yes
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    protect: true
",
    ),
    error(
        codes::MISSING_FIELD,
        "a missing field",
        "the field is required",
        "\
retired:
  - link: old-migration
    reason: moved
",
        "\
retired:
  - link: old-migration
    cluster: west
    reason: moved
",
    ),
    error(
        codes::NOTHING_THERE,
        "a missing value",
        "often the lines below the key are not indented enough. For an empty value, write `{}`, \
             `[]` or `null`",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync:
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: {}
",
    ),
    error(
        codes::UNKNOWN_WORD,
        "a value that the field does not accept",
        "the field accepts a fixed set of values; Linkwright does not guess the nearest one",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      payments: { state: pause }
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      payments: { state: paused }
",
    ),
    error(
        codes::BAD_DURATION,
        "an invalid duration, or a duration without a unit",
        "Kafka uses milliseconds and people use seconds; Linkwright does not guess a factor of \
             1000",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: { interval: 5000 }
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: { interval: 5s }
",
    ),
    error(
        codes::BAD_REFERENCE,
        "an invalid `${…}` reference",
        "only `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` are references; anything \
             else would be sent literally, as a password for example",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: \"${LINK_KEY}\", password: \"${env:LINK_SECRET}\" }
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" }
",
    ),
    error(
        codes::SEVERAL_DOCUMENTS,
        "more than one YAML document in a file",
        "a spec file is one document, so that each name has one place. The files of a directory \
             are merged",
        "version: 1\nclusters: {}\n---\nversion: 1\n",
        "",
    ),
    error(
        codes::BAD_PATTERN,
        "a pattern with a `*` that is not at its end",
        "the server supports whole names (LITERAL) and prefixes (PREFIXED). A `*` elsewhere would \
             be matched literally and match nothing",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"*.orders\"] }
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"eu.orders\", \"us.orders\"] }
",
    ),
    error(
        codes::BAD_VALUE,
        "an invalid date, time, number or address",
        "Linkwright does not guess what was meant",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirror_start_offset: yesterday
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirror_start_offset: 2026-11-22T00:00:00Z
",
    ),
    error(
        codes::VERSION,
        "an unknown version of the spec language",
        "the same fields may have another meaning in a newer version",
        "version: 2\n",
        "",
    ),
    error(
        codes::DECLARED_TWICE,
        "a name that is declared in two files",
        "files are merged, and Linkwright does not guess which of two declarations counts",
        "",
        "",
    ),
    error(
        codes::REFERENCE_NOT_HERE,
        "a `${…}` reference in a field that does not allow one",
        "names, ids and endpoints must be the same for everyone who reads the plan. References are \
             for credentials, `rest_auth` and `configs`",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${env:PREFIX}\"
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: east.
",
    ),
    Rule {
        code: codes::AMBIGUOUS_WORD,
        severity: Severity::Warning,
        title: "a name that other YAML parsers read as a boolean or null",
        why: "Linkwright reads it as a name, but editors and other tools may not",
        example: "\
links:
  on:
    source: east
    destination: west
    credentials: *credentials
",
        fix: "\
links:
  \"on\":
    source: east
    destination: west
    credentials: *credentials
",
        check: |_, _| {},
    },
    Rule {
        code: codes::NOTHING_DECLARED,
        severity: Severity::Warning,
        title: "a file that declares nothing",
        why: "an empty spec manages nothing, which is usually a mistake; a directory without any \
              YAML file is an error",
        example: "# nothing yet\n",
        fix: "version: 1\n",
        check: |_, _| {},
    },
    error(
        codes::FOREIGN,
        "a file that is not a Linkwright spec",
        "a spec begins with `version: 1` and declares `clusters`, `links`, `policy`, `retired` or \
         `exceptions`; in a directory, YAML of other programs is skipped with a note, and \
         `.linkwrightignore` lists files to skip without one",
        "services:\n  web: { image: nginx }\n",
        "",
    ),
    error(
        codes::WORLD,
        "a sandbox world in the place of a spec",
        "a world has the clusters that a sandbox simulates, with their topics and ACLs; a spec declares links between \
         clusters. Give the world after `--sandbox` and the spec as the path: `linkwright plan SPEC --sandbox WORLD`. A \
         world in a directory of specs is skipped with a note, and without one if `.linkwrightignore` lists it",
        "\
version: 1
clusters:
  - id: lkc-east01
    name: east
    topics:
      - { name: orders, partitions: 6 }
",
        "",
    ),
    error(
        codes::SCENARIO,
        "a scenario in the place of a spec",
        "a scenario says what is given, done and expected, for `linkwright test`; a spec declares links between \
         clusters. A scenario in a directory of specs is skipped",
        "\
given: { world: world.yaml }
when: [plan]
expect: { refusals: [LW301] }
",
        "",
    ),
    error(
        codes::UNSUPPORTED_YAML,
        "a YAML tag, a key that is not text, or a merge of something that is not a mapping",
        "a spec has plain values under text keys, so that every parser reads the same",
        "version: !number 1\n",
        "",
    ),
    error(
        codes::BAD_ALLOW,
        "an invalid allow comment",
        "it has no code of a known warning, or no reason; the next reader must be able to decide \
             whether it still applies",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials # linkwright:allow LW070
",
        "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    ),
    error(
        MISSING_VALUE,
        "a reference whose value cannot be found",
        "the environment variable is not set or is empty, or the file is empty or cannot be read; \
             an empty value would replace credentials that work. What authenticates to a cluster is \
             needed by every command that calls it, and its lack is an error. What a link is written with is \
             read by `apply` alone, for the links that it writes and before its first write; there \
             `validate --references` reports it as a note",
        "",
        "",
    ),
];

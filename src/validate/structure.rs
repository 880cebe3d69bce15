//! LW001 to LW023: what the reader of files finds. The finding itself is in `spec`; here are the
//! words about it.

use super::Rule;
use crate::diagnostic::{Code, Severity};
use crate::spec::codes;

/// A `${…}` whose value cannot be found.
pub(super) const MISSING_VALUE: Code = Code("LW023");

const fn error(
    code: Code,
    title: &'static str,
    why: &'static str,
    example: &'static str,
    mend: &'static str,
) -> Rule {
    Rule {
        code,
        severity: Severity::Error,
        title,
        why,
        example,
        mend,
        check: |_, _| {},
    }
}

/// What the reader finds, in the order of the codes.
pub(super) static RULES: &[Rule] = &[
    error(
        codes::UNREADABLE,
        "a file that cannot be read as text",
        "the file is missing, may not be read, is a loop of symbolic links, or is not UTF-8. A plan \
         made from the rest would be a plan for something else",
        "",
        "",
    ),
    error(
        codes::SYNTAX,
        "text that is not YAML",
        "most often an indentation that does not fit, a tab, a `:` or a quote too many or too few. \
         The rest of the file is not read, so other problems in it show later",
        "version: 1\nclusters:\n\teast: {}\n",
        "",
    ),
    error(
        codes::LIMIT,
        "a file that is larger, deeper or more repetitive than any spec",
        "files of more than 32 MiB, two million values, 32 levels of nesting or 100,000 values \
         repeated by aliases are refused, so that a hostile file costs nothing",
        "",
        "",
    ),
    error(
        codes::DUPLICATE_KEY,
        "a key that stands twice in one mapping",
        "YAML readers disagree about which of the two counts, so neither is believed",
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
        "a key that the spec language does not have here",
        "a misspelt key would silently leave a setting at its default. Keys that begin with `x-` at \
         the top of a file are left to you",
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
        "a list where a mapping belongs, or a number where text does, is seldom what was meant. \
         `yes`, `no`, `on` and `off` are text here, not booleans",
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
        "a field that must be there and is not",
        "without it the rest of the mapping cannot be understood",
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
        "a key with nothing after it",
        "often the lines below it are indented one level too little. Where nothing is meant, `{}`, \
         `[]` or `null` says so",
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
        "a word that is not one of those a field takes",
        "the words of a field are few and each has its own meaning; nothing near is guessed",
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
        "a duration without a unit, or that is none",
        "Kafka counts in milliseconds and people in seconds; a factor of a thousand is not guessed",
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
        "a `${…}` that cannot be read",
        "only `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` are references; taken as text \
         it would be sent as somebody's password",
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
        "a spec is one document, so that a name has one place. The files of a directory are merged",
        "version: 1\nclusters: {}\n---\nversion: 1\n",
        "",
    ),
    error(
        codes::BAD_PATTERN,
        "a pattern with a star that is not at its end",
        "the server knows whole names (LITERAL) and beginnings of names (PREFIXED). A star elsewhere \
         would be taken as an ordinary character and match nothing",
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
        "a day, time, number or address that cannot be read",
        "what cannot be read is not guessed",
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
        "a version of the spec language that is not known",
        "a newer language may mean something else by the same words",
        "version: 2\n",
        "",
    ),
    error(
        codes::DECLARED_TWICE,
        "a name that is declared in two files",
        "files are merged, and neither of two declarations is the right one",
        "",
        "",
    ),
    error(
        codes::REFERENCE_NOT_HERE,
        "a `${…}` in a field that cannot hold one",
        "names, ids and endpoints are what a plan is about: they are the same for everybody who \
         reads it. References are for credentials, sign-in and `configs`",
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
        title: "a name that other YAML readers take for a boolean or null",
        why: "Linkwright reads it as a name, but editors and other tools may not",
        example: "\
links:
  on:
    source: east
    destination: west
    credentials: *credentials
",
        mend: "\
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
        why: "an empty spec manages nothing, which is seldom what was meant; a directory without any \
              YAML file is an error",
        example: "# nothing yet\n",
        mend: "version: 1\n",
        check: |_, _| {},
    },
    error(
        codes::UNSUPPORTED_YAML,
        "a YAML tag, a key that is no text, or a merge of what is no mapping",
        "a spec holds plain values under text keys, so that every reader sees the same",
        "version: !number 1\n",
        "",
    ),
    error(
        codes::BAD_ALLOW,
        "an allow comment that cannot be followed",
        "it names no code, no known warning, or gives no reason; the next reader must be able to tell \
         whether it still holds",
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
        "the environment variable is not set or empty, or the file is empty or cannot be read; an empty \
         value would replace credentials that work. Values are looked up by \
         `plan` and `apply`; `validate` only asks whether they are there",
        "",
        "",
    ),
];

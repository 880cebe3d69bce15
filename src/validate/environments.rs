//! LW120 to LW139: variables, environments and moved links. `spec` finds the problems; their texts are here.

use super::Rule;
use super::structure::error;
use crate::diagnostic::Severity;
use crate::spec::codes;

/// Problems of variables and environments, in the order of the codes.
pub(super) static RULES: &[Rule] = &[
    error(
        codes::VARIABLE,
        "a variable that is not declared properly",
        "a variable has a `type` (`string` when left out), and may have a `description`, a `default` and what it accepts: `one_of`, `pattern` for texts, `minimum` and `maximum` for integers and durations",
        "\
variables:
  region: { default: eu-1, maximum: 5 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
        "\
variables:
  region: { default: eu-1, pattern: \"eu-*\" }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
    ),
    error(
        codes::UNKNOWN_VARIABLE,
        "a variable that is not declared",
        "its name may be misspelled; a value that is given to it would change nothing",
        "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    name: \"orders-${var:region}\"
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:regoin}.\"
",
        "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    name: \"orders-${var:region}\"
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
    ),
    error(
        codes::NO_VALUE,
        "a variable without a value",
        "a variable without a `default` needs a value from `--var`, from `LINKWRIGHT_VAR_` and its name in capitals, or from the chosen environment",
        "\
variables:
  region: {}

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
        "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
    ),
    error(
        codes::VARIABLE_VALUE,
        "a value that a variable does not accept",
        "the value is not of the variable's type, or not among what it accepts",
        "\
variables:
  interval: { type: duration, default: 30 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: { interval: \"${var:interval}\" }
",
        "\
variables:
  interval: { type: duration, default: 30s }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    topic_config_sync: { interval: \"${var:interval}\" }
",
    ),
    error(
        codes::VARIABLE_AND_SECRET,
        "a variable that has to do with a secret",
        "a variable is never a secret: its value is printed, saved in plans and digested. A secret is a reference that is written in full in the spec, or in `set` of an environment",
        "\
variables:
  region: { default: \"${env:REGION}\" }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
        "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
    ),
    error(
        codes::VARIABLE_IN_VARIABLE,
        "a variable in the value of a variable",
        "the value of a variable is what is written: there is no loop and no order to follow",
        "\
variables:
  region: { default: \"${var:zone}-1\" }
  zone: { default: eu }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:zone}-${var:region}.\"
",
        "\
variables:
  region: { default: \"1\" }
  zone: { default: eu }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:zone}-${var:region}.\"
",
    ),
    error(
        codes::VARIABLE_NOT_HERE,
        "a variable where none can be",
        "a variable is a value or a part of a text. Keys are names by which the spec is addressed, and a list is no part of a text",
        "\
variables:
  topics: { type: list, default: [orders] }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: [\"a-${var:topics}\"] }
",
        "\
variables:
  topics: { type: list, default: [orders] }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors:
      topics: { include: \"${var:topics}\" }
",
    ),
    Rule {
        severity: Severity::Warning,
        ..error(
            codes::UNUSED_VARIABLE,
            "a variable that is not used",
            "a value that is given to it changes nothing",
            "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: eu-1.
",
            "\
variables:
  region: { default: eu-1 }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: \"${var:region}.\"
",
        )
    },
    error(
        codes::ENVIRONMENT,
        "an environment that cannot be used",
        "an environment is the file `environments/NAME.yaml` next to the spec; it is chosen with `--environment` and never read as a spec",
        "",
        "",
    ),
    error(
        codes::VALUE_ADDRESS,
        "an address that an environment cannot change",
        "an address has the keys of a value from the top of the spec, with dots between them, and begins with `clusters`, `links`, `policy`, `retired`, `exceptions` or `moved`",
        "",
        "",
    ),
    error(
        codes::NO_SUCH_VALUE,
        "an address that leads nowhere",
        "the mapping that would hold the value is not in the spec, or the value to remove is not. The address may be misspelled",
        "",
        "",
    ),
    error(
        codes::KEY_NOT_QUOTED,
        "a key with a dot that is not quoted",
        "a dot ends a key of an address. Write `links.orders-dr.mirrors.\"orders.placed\".state`",
        "",
        "",
    ),
    error(
        codes::CHANGED_TWICE,
        "two changes of one value",
        "an environment sets or removes a value twice, or a value and something in it; Linkwright does not guess which of the changes counts",
        "",
        "",
    ),
    Rule {
        severity: Severity::Warning,
        ..error(
            codes::CHANGES_NOTHING,
            "a change that changes nothing",
            "an environment sets a value to what it is in the spec, or `moved` gives a link the name that it has. Whoever changes the spec later does not see it",
            "\
moved: { orders: orders-west }

links:
  orders-west:
    name: orders
    source: east
    destination: west
    credentials: *credentials
",
            "\
links:
  orders-west:
    name: orders
    source: east
    destination: west
    credentials: *credentials
",
        )
    },
    error(
        codes::MOVED,
        "a moved link that is not one",
        "`moved: {OLD: NEW}` says that the link NEW was renamed in the spec and has the name OLD on its clusters. NEW must be declared, OLD must not, and each link has one name",
        "\
moved: { orders: orders-dr, orders-old: orders-dr }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
        "\
moved: { orders: orders-dr }

links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    ),
    error(
        codes::NOT_RENDERED,
        "a spec that cannot be rendered",
        "the output of `linkwright render` would have a plaintext secret",
        "",
        "",
    ),
];

//! LW114: a cluster that is declared lost until a day that has come.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW114"),
    severity: Severity::Warning,
    title: "a cluster that is declared lost for longer than meant",
    why: "as long as a cluster is declared lost it is not read, and nothing is copied to it",
    example: "\
version: 1
clusters:
  north:
    id: lkc-north1
    rest_endpoint: https://north.example:443
    bootstrap_servers: north.example:9092
    rest_auth: { basic: { username: \"${env:NORTH_KEY}\", password: \"${env:NORTH_SECRET}\" } }
    lost: { reason: \"region down, INC-4711\", until: 2026-11-01 }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders:
    source: north
    destination: west
    credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }
",
    fix: "\
version: 1
clusters:
  north:
    id: lkc-north1
    rest_endpoint: https://north.example:443
    bootstrap_servers: north.example:9092
    rest_auth: { basic: { username: \"${env:NORTH_KEY}\", password: \"${env:NORTH_SECRET}\" } }
    lost: { reason: \"region down, INC-4711\", until: 2026-12-01 }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders:
    source: north
    destination: west
    credentials: { sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (name, cluster) in check.spec.clusters.iter() {
        let Some(lost) = &cluster.lost else { continue };
        if lost.until.value.0 <= check.context.today {
            problems.push(
                RULE.report(
                    &lost.until.place,
                    format!("`{name}` is declared lost until a day that has come"),
                    "in the past",
                )
                .help("remove `lost` if the cluster is back, or set a later day"),
            );
        }
    }
}

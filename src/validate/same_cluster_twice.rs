//! LW044: one cluster with two names.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(super) const RULE: Rule = Rule {
    code: Code("LW044"),
    severity: Severity::Warning,
    title: "one cluster with two names",
    why: "checks across the links of a cluster, and the order of operations on it, use its name; \
         with two names, conflicts are found too late",
    example: "\
version: 1
clusters:
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
  west-again:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
retired:
  - { link: old-migration, cluster: west, reason: moved }
  - { link: older-migration, cluster: west-again, reason: moved }
",
    fix: "\
version: 1
clusters:
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
retired:
  - { link: old-migration, cluster: west, reason: moved }
  - { link: older-migration, cluster: west, reason: moved }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for (name, cluster) in check.spec.clusters.iter() {
        match first.entry(cluster.id.as_str()) {
            Entry::Vacant(slot) => {
                slot.insert((name, &cluster.id.place));
            }
            Entry::Occupied(earlier) => {
                let (other, place) = earlier.get();
                problems.push(
                    RULE.report(
                        &cluster.id.place,
                        format!("`{name}` is the same cluster as `{other}`"),
                        "the same id",
                    )
                    .at(place, "as here")
                    .help("keep one of the two names"),
                );
            }
        }
    }
}

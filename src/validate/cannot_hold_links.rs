//! LW040: a link object on a cluster that does not support cluster links.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW040"),
    severity: Severity::Error,
    title: "a link object on a cluster that does not support cluster links",
    why: "only Confluent clusters support cluster links; Apache Kafka, MSK and others can only be \
         the source of a destination-initiated link",
    example: "\
links:
  to-old:
    source: east
    destination: oldkafka
    credentials: *credentials
",
    fix: "\
links:
  from-old:
    source: oldkafka
    destination: east
    credentials: *credentials
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let (Some(name), Some(cluster)) = (site.holder, check.holder(site)) else {
            continue;
        };
        if cluster.kind() == ClusterKind::ApacheKafka {
            problems.push(
                RULE.report(
                    &name.place,
                    format!(
                        "the link `{}` would be created on `{name}`, which is Apache Kafka",
                        site.key
                    ),
                    "does not support cluster links",
                )
                .help(
                    "make it the `source` of a destination-initiated link; if it is Confluent \
                         Server, set `kind: confluent-platform`",
                ),
            );
        }
    }
}

//! LW068: a cluster ACL filter with another name.

use super::{Check, Rule};
use crate::catalog::filters::ResourceType;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW068"),
    severity: Severity::Warning,
    title: "a cluster ACL filter with another name",
    why: "the cluster resource is always named `kafka-cluster`; a filter with another name matches \
         no ACL",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ resource_type: cluster, name: east }]
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync:
      filters: [{ resource_type: cluster }]
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let filters = check
        .hosts()
        .filter_map(|site| site.settings.acl_sync.as_ref())
        .flat_map(|sync| &sync.filters);
    for filter in filters {
        let of_cluster = filter
            .resource_type
            .as_ref()
            .is_some_and(|kind| kind.value == ResourceType::Cluster);
        if let Some(name) = &filter.name
            && of_cluster
            && name.value != "kafka-cluster"
        {
            problems.push(
                RULE.report(
                    &name.place,
                    format!("no cluster ACL is named `{name}`"),
                    "always `kafka-cluster`",
                )
                .help("remove the name"),
            );
        }
    }
}

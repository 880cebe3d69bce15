//! LW065: ACL sync between Confluent Cloud and another kind of cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW065"),
    severity: Severity::Warning,
    title: "ACL sync between Confluent Cloud and another kind of cluster",
    why: "Confluent syncs ACLs from Cloud to Cloud, or from Platform to Platform; the two kinds have \
         different principals. A link that has it on is left as it is; a plan that would turn it on \
         is refused (LW204)",
    example: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    acl_sync: { filters: [{}] }
",
    fix: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(sync) = site.settings.acl_sync.as_ref().filter(|sync| sync.is_on()) else {
            continue;
        };
        let (Some(holder), Some(peer)) = (check.holder(site), check.peer(site)) else {
            continue;
        };
        let (own, other) = (holder.kind(), peer.kind());
        if (own == ClusterKind::ConfluentCloud) != (other == ClusterKind::ConfluentCloud) {
            problems.push(
                RULE.report(
                    &sync.place,
                    format!("ACL sync from {other} to {own} is not supported"),
                    "ACL sync",
                )
                .help("remove `acl_sync` and create the ACLs on the destination"),
            );
        }
    }
}

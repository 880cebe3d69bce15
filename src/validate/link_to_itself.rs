//! LW033: a link from a cluster to itself.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW033"),
    severity: Severity::Error,
    title: "a link from a cluster to itself",
    why: "a cluster cannot mirror its own topics; the server rejects the link",
    example: "\
links:
  orders-dr:
    source: east
    destination: east
    credentials: *credentials
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut reported = std::collections::BTreeSet::new();
    for site in &check.sites {
        let (Some(holder), Some(peer)) = (site.holder, site.peer) else {
            continue;
        };
        // Bidirectional halves have different names by construction; their ids may still be one.
        let same_name = holder.value == peer.value;
        let same_id = match (check.holder(site), check.peer(site)) {
            (Some(a), Some(b)) => a.id.value == b.id.value,
            _ => false,
        };
        // Both halves of a link say the same.
        if (same_name || same_id) && reported.insert(&site.key.value) {
            let (first, second) = match holder.place < peer.place {
                true => (holder, peer),
                false => (peer, holder),
            };
            let what = if same_name {
                format!("the link `{}` goes from `{holder}` to itself", site.key)
            } else {
                format!("`{first}` and `{second}` are the same cluster")
            };
            problems.push(
                RULE.report(&second.place, what, "the same cluster")
                    .at(&first.place, "as here")
                    .help("name two different clusters"),
            );
        }
    }
}

//! LW104: an exception that matches nothing.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::address::Address;
use crate::catalog::{ENTRIES, lookup, nearest_of};
use crate::spec::parse_pattern;

pub(super) const RULE: Rule = Rule {
    code: Code("LW104"),
    severity: Severity::Warning,
    title: "an exception that matches nothing",
    why: "it speaks of something that the spec does not manage, or of a field that does not \
          exist, so it excuses nothing",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }

exceptions:
  - address: west/order-dr/payments
    field: state
    reason: \"paused by on-call, INC-42\"
    until: 2026-12-01
",
    mend: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { payments: {} }

exceptions:
  - address: west/orders-dr/payments
    field: state
    reason: \"paused by on-call, INC-42\"
    until: 2026-12-01
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    if !check.spec.complete {
        return;
    }
    for exception in &check.spec.exceptions {
        let place = &exception.address.place;
        if let Some(why) = idle(check, &exception.address.value) {
            problems.push(
                RULE.tell(place, format!("the exception for `{}` matches nothing", exception.address), &why)
                    .help("write `cluster/link` or `cluster/link/mirror`, the mirror by its own name"),
            );
        } else if let Some(field) = &exception.field
            && !is_field(field)
        {
            let problem = RULE.tell(
                &field.place,
                format!("there is no field `{field}` to excuse"),
                "no such field",
            );
            let names = FIELDS.iter().copied().chain(ENTRIES.iter().map(|entry| entry.name));
            problems.push(match nearest_of(field, names) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("write `state`, or the name of a link config"),
            });
        }
    }
}

/// What differs on a mirror or a link besides its configs.
const FIELDS: [&str; 3] = ["state", "prefix", "source"];

fn is_field(field: &str) -> bool {
    FIELDS.contains(&field) || lookup(field).is_some() || field.contains('.')
}

/// Why an address stands for nothing in the spec.
fn idle(check: &Check<'_>, address: &Address) -> Option<String> {
    let cluster = address.cluster().as_str();
    if !check.spec.clusters.declares(cluster) {
        return Some(format!("no cluster `{cluster}`"));
    }
    let link = &address.half()?.link;
    let site = check.sites.iter().find(|site| {
        site.holder_name() == Some(cluster) && site.name.as_str() == link.as_str()
    });
    let Some(site) = site else {
        let retired = check.spec.retired.iter().any(|retired| {
            retired.cluster.as_str() == cluster && retired.link.as_str() == link.as_str()
        });
        return (!retired).then(|| format!("no link `{link}` on `{cluster}`"));
    };
    let mirror = address.mirror()?.as_str();
    let Some(source) = mirror.strip_prefix(site.prefix()) else {
        return Some(format!("mirrors of this link begin with `{}`", site.prefix()));
    };
    let declared = site.settings.mirrors.names().any(|name| {
        parse_pattern(name).is_ok_and(|pattern| pattern.matches(source))
    });
    let auto = site.settings.auto_create_mirrors.as_ref();
    let created = auto
        .and_then(|auto| auto.topics.as_ref())
        .is_some_and(|topics| topics.filters().selects(source));
    (!declared && !created).then(|| format!("no mirror `{mirror}` on this link"))
}

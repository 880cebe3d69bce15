//! LW104: an exception that matches nothing.

use std::collections::BTreeMap;

use super::view::take_at_most;
use super::{Check, Rule};
use crate::address::Address;
use crate::catalog::{ENTRIES, lookup, nearest_of};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{LinkObject, Pattern};

pub(super) const RULE: Rule = Rule {
    code: Code("LW104"),
    severity: Severity::Warning,
    title: "an exception that matches nothing",
    why: "the spec does not manage what it names, or the field does not exist: the exception has \
         no effect",
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
    fix: "\
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
    let sites: Sites<'_> = check
        .sites
        .iter()
        .map(|site| ((site.holder_name(), site.name.as_str()), site))
        .collect();
    for exception in &check.spec.exceptions {
        let place = &exception.address.place;
        if let Some(why) = idle(check, &sites, &exception.address.value) {
            problems.push(
                RULE.report(
                    place,
                    format!("the exception for `{}` matches nothing", exception.address),
                    &why,
                )
                .help(
                    "write `cluster/link` or `cluster/link/mirror`, with the name of the mirror \
                     topic",
                ),
            );
        } else if let Some(field) = &exception.field
            && !is_field(field)
        {
            let problem = RULE.report(
                &field.place,
                format!("there is no field `{field}`"),
                "no such field",
            );
            let names = FIELDS
                .iter()
                .copied()
                .chain(ENTRIES.iter().map(|entry| entry.name));
            problems.push(match nearest_of(field, names) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("write `state`, or the name of a link config"),
            });
        }
    }
}

/// As many patterns are looked through for each exception.
const MAX_PATTERNS: usize = 1000;

/// Link objects by cluster and name.
type Sites<'a> = BTreeMap<(Option<&'a str>, &'a str), &'a LinkObject<'a>>;

/// What differs on a mirror or a link besides its configs.
const FIELDS: [&str; 3] = ["state", "prefix", "source"];

fn is_field(field: &str) -> bool {
    FIELDS.contains(&field) || lookup(field).is_some() || field.contains('.')
}

/// Why an address matches nothing in the spec.
fn idle(check: &Check<'_>, sites: &Sites<'_>, address: &Address) -> Option<String> {
    let cluster = address.cluster().as_str();
    if !check.spec.clusters.declares(cluster) {
        return Some(format!("no cluster `{cluster}`"));
    }
    let link = &address.half()?.link;
    let site = sites.get(&(Some(cluster), link.as_str()));
    let Some(site) = site else {
        let retired = check.spec.retired.iter().any(|retired| {
            retired.cluster.as_str() == cluster && retired.link.as_str() == link.as_str()
        });
        return (!retired).then(|| format!("no link `{link}` on `{cluster}`"));
    };
    let mirror = address.mirror()?.as_str();
    let Some(source) = mirror.strip_prefix(site.prefix()) else {
        return Some(format!(
            "mirrors of this link begin with `{}`",
            site.prefix()
        ));
    };
    // The key itself, or the pattern that any beginning of the name makes.
    let (mirrors, topics) = (&site.settings.mirrors, &site.link.topics);
    let declares = |key: &str| mirrors.declares(key) || topics.declares(key);
    let declared = declares(source)
        || (0..=source.len())
            .filter(|end| source.is_char_boundary(*end))
            .any(|end| declares(&format!("{}*", &source[..end])));
    let auto = site.settings.auto_create_mirrors.as_ref();
    let created = auto
        .and_then(|auto| auto.topics.as_ref())
        .is_some_and(|topics| {
            let matches = |pattern: &Pattern| pattern.0.value.matches(source);
            // Of a list too long to be looked through nothing is said.
            topics.include.len() > MAX_PATTERNS
                || topics.include.iter().any(matches)
                    && !take_at_most(&topics.exclude, MAX_PATTERNS)
                        .iter()
                        .any(matches)
        });
    (!declared && !created).then(|| format!("no mirror `{mirror}` on this link"))
}

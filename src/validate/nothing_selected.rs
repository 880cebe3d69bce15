//! LW053: a feature that is on and selects nothing.

use super::{Check, Rule};
use crate::catalog::names;
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Filter, LinkObject};

pub(super) const RULE: Rule = Rule {
    code: Code("LW053"),
    severity: Severity::Warning,
    title: "a feature that is on and selects nothing",
    why: "the server accepts it: offset sync then copies no group at all, the ACL task fails \
          with MISCONFIGURATION_ERROR while the link stays ACTIVE, and auto-creation creates \
          nothing",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { interval: 30s }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { interval: 30s, groups: { include: [\"*\"] } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let settings = site.settings;
        if let Some(sync) = &settings.consumer_offset_sync
            && sync.is_on()
            && !sync.broken
            && sync.groups.as_ref().is_none_or(is_empty)
            && !has_raw(site, names::CONSUMER_OFFSET_GROUP_FILTERS)
        {
            problems.push(report(
                &sync.place,
                "consumer_offset_sync",
                "groups: { include: [\"*\"] }",
            ));
        }
        if let Some(sync) = &settings.acl_sync
            && sync.is_on()
            && !sync.broken
            && sync.filters.is_empty()
            && !has_raw(site, names::ACL_FILTERS)
        {
            problems.push(report(&sync.place, "acl_sync", "filters: [{}]"));
        }
        if let Some(auto) = &settings.auto_create_mirrors
            && auto.is_on()
            && !auto.broken
            && auto.topics.as_ref().is_none_or(is_empty)
            && !has_raw(site, names::AUTO_CREATE_MIRROR_TOPICS_FILTERS)
        {
            problems.push(report(
                &auto.place,
                "auto_create_mirrors",
                "topics: { include: [\"*\"] }",
            ));
        }
    }
}

/// Whether a filter is written under `configs`.
fn has_raw(site: &LinkObject<'_>, name: &str) -> bool {
    site.raw.is_some_and(|raw| raw.configs.declares(name))
}

fn is_empty(filter: &Filter) -> bool {
    filter.include.is_empty() && filter.exclude.is_empty() && !filter.broken
}

fn report(place: &Place, section: &str, everything: &str) -> Diagnostic {
    RULE.report(
        place,
        format!("`{section}` is on and has no filter"),
        "selects nothing",
    )
    .help(format!("add a filter; `{everything}` selects everything"))
}

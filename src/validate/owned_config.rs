//! LW075: a link config that has its own field.

use super::{Check, Rule};
use crate::catalog::{self, names};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::LinkObject;

pub(super) const RULE: Rule = Rule {
    code: Code("LW075"),
    severity: Severity::Error,
    title: "a link config that has its own field",
    why: "the field and the config set the same thing, and could contradict each other. What a field \
         cannot say is written under `configs`: filters where their section has none, security \
         settings that `credentials` does not write, and anything that has no effect on its half",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { acl.sync.ms: 1000 }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync: { interval: 1s, filters: [{}] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let Some(raw) = site.raw else { continue };
        for name in raw.configs.names() {
            let Some(field) = catalog::lookup(name).and_then(catalog::Entry::owner_field) else {
                continue;
            };
            if may_be_raw(site, name) {
                continue;
            }
            problems.push(
                RULE.report(
                    &name.place,
                    format!("the field `{field}` sets `{name}`"),
                    "has its own field",
                )
                .help(format!("write `{field}` instead")),
            );
        }
    }
}

/// What the half's fields leave to `configs`.
fn may_be_raw(site: &LinkObject<'_>, name: &str) -> bool {
    let settings = site.settings;
    // Modes and prefix make the link what it is.
    if [
        names::LINK_MODE,
        names::CONNECTION_MODE,
        names::CLUSTER_LINK_PREFIX,
    ]
    .contains(&name)
    {
        return false;
    }
    if catalog::is_of_mirrors(name) {
        if !site.role.holds_mirrors() {
            return true;
        }
        return match name {
            names::CONSUMER_OFFSET_GROUP_FILTERS => {
                (settings.consumer_offset_sync.as_ref()).is_none_or(|sync| sync.groups.is_none())
            }
            names::AUTO_CREATE_MIRROR_TOPICS_FILTERS => {
                (settings.auto_create_mirrors.as_ref()).is_none_or(|auto| auto.topics.is_none())
            }
            names::ACL_FILTERS => {
                (settings.acl_sync.as_ref()).is_none_or(|sync| sync.filters.is_empty())
            }
            _ => false,
        };
    }
    if !catalog::is_connection(name) {
        return false;
    }
    if !site.role.connects() {
        return true;
    }
    if name == names::BOOTSTRAP_SERVERS {
        return false;
    }
    let (credentials, own) = match name.strip_prefix("local.") {
        Some(own) => (&settings.local_credentials, own),
        None => (&settings.credentials, name),
    };
    (credentials.as_ref()).is_none_or(|credentials| !credentials.writes().contains(&own))
}

//! LW092: auto-creation of mirrors of prefixed mirrors.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW092"),
    severity: Severity::Warning,
    title: "auto-creation of mirrors of prefixed mirrors",
    why: "the next link does not auto-create mirrors of mirrors that were auto-created with a \
         prefix",
    example: "\
links:
  first:
    source: onprem
    destination: east
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    prefix: onprem.
    auto_create_mirrors: { topics: { include: [\"orders*\"] } }
  second:
    source: east
    destination: west
    credentials: *credentials
    auto_create_mirrors: { topics: { include: [\"onprem.*\"] } }
",
    fix: "\
links:
  first:
    source: onprem
    destination: east
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    prefix: onprem.
    auto_create_mirrors: { topics: { include: [\"orders*\"] } }
  second:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { onprem.orders: {} }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let autos = || {
        check
            .hosts()
            .filter_map(|site| Some((site, site.auto_create()?)))
    };
    let mut prefixed: BTreeMap<&str, Vec<(&str, &Located<String>)>> = BTreeMap::new();
    for (site, _) in autos() {
        if let (Some(holder), Some(prefix)) = (site.holder_name(), &site.settings.prefix)
            && !prefix.is_empty()
        {
            prefixed.entry(holder).or_default().push((site.key, prefix));
        }
    }
    for (site, topics) in autos() {
        let Some(firsts) = site.peer_name().and_then(|peer| prefixed.get(peer)) else {
            continue;
        };
        for include in &topics.include {
            // Everything and wider prefixes may be meant for other topics; a prefix of exactly
            // these mirrors can be meant for nothing else.
            let onward = firsts
                .iter()
                .find(|(_, prefix)| include.0.value.name.starts_with(prefix.as_str()));
            if let Some((first, prefix)) = onward {
                problems.push(
                    RULE.report(
                        &include.0.place,
                        format!("mirrors of `{first}` are not auto-created again"),
                        "selects prefixed mirrors",
                    )
                    .at(&prefix.place, "their prefix")
                    .help("declare these mirrors under `mirrors`"),
                );
            }
        }
    }
}

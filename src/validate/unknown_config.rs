//! LW076: an unknown link config.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::catalog;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW076"),
    severity: Severity::Warning,
    title: "an unknown link config",
    why: "the server rejects configs that it does not know, and does not create the link. If the \
         config is newer than Linkwright, allow it with a reason",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { consumer.offset.sync.filters: \"{}\" }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync: { groups: { include: [\"*\"] } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let Some(raw) = site.raw else { continue };
        for name in raw.configs.names() {
            if catalog::lookup(name).is_some() || name.contains(is_look_alike) {
                continue;
            }
            let problem = RULE.report(
                &name.place,
                format!("unknown link config `{name}`"),
                "not a known link config",
            );
            let near = (problems.len() < 1000).then(|| catalog::nearest(name));
            let near = near.flatten().and_then(catalog::lookup);
            problems.push(match near {
                Some(entry) => match entry.owner_field() {
                    Some(field) => problem.help(format!(
                        "did you mean `{}`? The field `{field}` sets it",
                        entry.name
                    )),
                    None => problem
                        .help(format!("did you mean `{}`?", entry.name))
                        .fix(&name.place, entry.name),
                },
                None => problem.help("docs/link-configs.md lists all link configs"),
            });
        }
    }
}

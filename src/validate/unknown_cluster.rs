//! LW030: an undeclared cluster.

use super::{Check, Rule};
use crate::catalog::nearest_of;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW030"),
    severity: Severity::Error,
    title: "an undeclared cluster",
    why: "a link connects two clusters that the spec declares; without the declaration its \
         endpoint and credentials are unknown",
    example: "\
links:
  orders-dr:
    source: eats # east was meant
    destination: west
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
    let spec = check.spec;
    if !spec.complete {
        return;
    }
    let mut look = |name: &Located<String>| {
        if spec.clusters.declares(name) {
            return;
        }
        let declared = || spec.clusters.names().map(|name| name.as_str());
        let problem = RULE.report(
            &name.place,
            format!("the cluster `{name}` is not declared"),
            "not under `clusters`",
        );
        let problem = match spec.origins.removed(&["clusters", name]) {
            Some(place) => problem.at(place, "the environment removes it"),
            None => problem,
        };
        // Thousands of suggestions help no one, and each is a search through every cluster.
        let near = (problems.len() < 1000).then(|| nearest_of(name, declared().take(1000)));
        problems.push(match near.flatten() {
            Some(near) => problem
                .help(format!("did you mean `{near}`?"))
                .fix(&name.place, near),
            None if spec.clusters.is_empty() => problem.help("declare it under `clusters`"),
            None => {
                let names: Vec<String> =
                    declared().take(8).map(|name| format!("`{name}`")).collect();
                problem.help(format!("declared clusters: {}", names.join(", ")))
            }
        });
    };
    for (_, link) in spec.links.iter() {
        link.source.iter().for_each(&mut look);
        link.destination.iter().for_each(&mut look);
        link.halves.names().for_each(&mut look);
    }
    for retired in &spec.retired {
        look(&retired.cluster);
    }
}

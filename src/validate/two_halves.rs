//! LW032: a bidirectional link without exactly two halves that can connect.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Connection, Mode};

pub(super) const RULE: Rule = Rule {
    code: Code("LW032"),
    severity: Severity::Error,
    title: "a bidirectional link without exactly two halves that can connect",
    why: "a bidirectional link is one object on each of two clusters, and at least one of \
          them must open the connection",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { connection: inbound, prefix: west. }
      west: { connection: inbound, prefix: east. }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { connection: inbound, prefix: west. }
      west: { connection: outbound, prefix: east., credentials: *credentials, local_credentials: *credentials }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (key, link) in check.spec.links.iter() {
        if link.mode() != Mode::Bidirectional || link.broken {
            continue;
        }
        let halves: Vec<_> = link.halves.iter().collect();
        match halves.as_slice() {
            [(first, a), (second, b)] => {
                let inbound = [a, b]
                    .iter()
                    .all(|half| half.connection() == Connection::Inbound);
                if inbound {
                    problems.push(
                        RULE.report(&first.place, "both halves wait for a connection", "inbound")
                            .at(&second.place, "inbound too")
                            .help("make one of them `connection: outbound`"),
                    );
                }
            }
            halves => {
                let place = halves.get(2).map_or(&key.place, |(name, _)| &name.place);
                problems.push(
                    RULE.report(
                        place,
                        format!("the bidirectional link `{key}` has {} halves", halves.len()),
                        "expected two",
                    )
                    .help("name two clusters under `halves`"),
                );
            }
        }
    }
}

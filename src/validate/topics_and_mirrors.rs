//! LW111: `topics` next to `mirrors` or `auto_create_mirrors` of a half.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Half, Located, Mirror, MirrorState};

pub(super) const RULE: Rule = Rule {
    code: Code("LW111"),
    severity: Severity::Error,
    title: "`topics` next to `mirrors` or `auto_create_mirrors`",
    why: "`topics` decides which half holds the mirror topic of each, and moves it after a switchover; \
          what a half says for itself would contradict it",
    example: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials, mirrors: { payments: {} } }
    topics: { \"orders.*\": { primary: east } }
",
    fix: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { \"orders.*\": { primary: east }, payments: { primary: east } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, link) in check.spec.links.iter() {
        if link.topics.is_empty() {
            continue;
        }
        let halves: Vec<_> = link.halves.iter().collect();
        for (holder, half) in &halves {
            let mut others = halves.iter().filter(|(name, _)| name.value != holder.value);
            let other = others.next().map(|(name, _)| *name);
            of_half(holder, other, half, problems);
        }
    }
}

fn of_half(
    holder: &Located<String>,
    other: Option<&Located<String>>,
    half: &Half,
    problems: &mut Vec<Diagnostic>,
) {
    for (topic, declared) in half.settings.mirrors.iter() {
        let edit = entry(topic, &declared.0, holder, other);
        problems.push(
            RULE.report(
                &topic.place,
                format!("`{topic}` is under `mirrors` of a half, and the link has `topics`"),
                "belongs under `topics`",
            )
            .help(format!("remove it here, and write under `topics`: {edit}")),
        );
    }
    if let Some(auto) = &half.settings.auto_create_mirrors {
        problems.push(
            RULE.report(
                &auto.place,
                "`auto_create_mirrors` on a half of a link that has `topics`",
                "the filter would not move",
            )
            .help(
                "write a pattern with `auto_create: true` under `topics` for what it includes; its filter \
                 is then on the right half, and moves after a switchover",
            ),
        );
    }
}

/// The entry under `topics` that says the same.
fn entry(
    topic: &Located<String>,
    mirror: &Mirror,
    holder: &Located<String>,
    other: Option<&Located<String>>,
) -> String {
    let other = other.map_or("the other cluster", |name| name.as_str());
    let name = match topic.contains('*') {
        true => format!("\"{topic}\""),
        false => topic.value.clone(),
    };
    match mirror.state() {
        MirrorState::Mirroring => format!("`{name}: {{ primary: {other} }}`"),
        MirrorState::Paused => format!("`{name}: {{ primary: {other}, state: paused }}`"),
        MirrorState::Promoted | MirrorState::FailedOver => {
            format!("`{name}: {{ primary: {holder}, copy: none }}`")
        }
    }
}

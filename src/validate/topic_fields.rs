//! LW113: fields of a topic that have no effect together.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Located, Topic};

pub(super) const RULE: Rule = Rule {
    code: Code("LW113"),
    severity: Severity::Error,
    title: "fields of a topic that have no effect",
    why: "`auto_create` needs a pattern, `configs` are for a mirror topic that is created by its own key, \
          and `copy: none` has no mirror topic that could be paused or created",
    example: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { payments: { primary: east, auto_create: true } }
",
    fix: "\
links:
  orders:
    mode: bidirectional
    halves:
      east: { credentials: *credentials }
      west: { credentials: *credentials }
    topics: { \"pay*\": { primary: east, auto_create: true } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, link) in check.spec.links.iter() {
        for (name, topic) in link.topics.iter() {
            of_topic(name, topic, problems);
        }
    }
}

fn of_topic(name: &Located<String>, topic: &Topic, problems: &mut Vec<Diagnostic>) {
    let is_pattern = name.contains('*');
    let mut report = |place, what: &str, help: &str| {
        let summary = format!("{what} of `{name}` has no effect");
        problems.push(RULE.report(place, summary, "no effect").help(help));
    };
    if let Some(auto) = &topic.auto_create
        && auto.value
        && (!is_pattern || !topic.has_copy())
    {
        report(
            &auto.place,
            "`auto_create`",
            "remove it; a key without `*` creates its mirror topic itself, and `copy: none` creates none",
        );
    }
    if let Some(state) = &topic.state
        && !topic.has_copy()
    {
        report(&state.place, "`state`", "remove `state`, or `copy: none`");
    }
    if let Some(config) = topic.configs.names().next()
        && (is_pattern || !topic.has_copy())
    {
        report(
            &config.place,
            "`configs`",
            "write the topics by their own names; a pattern and `copy: none` create none",
        );
    }
}

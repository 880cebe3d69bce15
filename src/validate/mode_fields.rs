//! LW031: a field that the link mode does not have, or a field that it needs and is missing.

use super::{Check, Rule};
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Half, Link, Located, Mode, Settings};

pub(super) const RULE: Rule = Rule {
    code: Code("LW031"),
    severity: Severity::Error,
    title: "a field that the link mode does not have, or a field that it needs and is missing",
    why: "each mode creates different link objects: one on the destination, one on each side, or \
         one on each of two clusters that can both hold mirrors. A field of another mode would \
         have no effect",
    example: "\
links:
  active-active:
    mode: bidirectional
    prefix: east.
    halves:
      east: { credentials: *credentials, prefix: west. }
      west: { credentials: *credentials }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { credentials: *credentials, prefix: west. }
      west: { credentials: *credentials, prefix: east. }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (key, link) in check.spec.links.iter() {
        match link.mode() {
            Mode::Bidirectional => bidirectional(link, problems),
            Mode::DestinationInitiated => {
                one_way(key, link, problems);
                for (name, _) in link.halves.iter() {
                    problems
                        .push(report(&name.place, "`halves`", link).help(
                            "write the half's settings in the link itself, or change `mode`",
                        ));
                }
                if let Some(local) = &link.settings.local_credentials {
                    problems.push(report(&local.place, "`local_credentials`", link).help(
                        "remove it: the link is created on the destination and authenticates to \
                             the source with `credentials`",
                    ));
                }
            }
            Mode::SourceInitiated => {
                one_way(key, link, problems);
                for (name, half) in link.halves.iter() {
                    source_half(link, name, half, problems);
                }
            }
        }
    }
}

fn report(place: &Place, what: &str, link: &Link) -> Diagnostic {
    let mode = link.mode();
    RULE.report(
        place,
        format!("a {mode} link has no {what} here"),
        "has no effect here",
    )
    .at(link.mode_place(), "the link")
}

fn one_way(key: &Located<String>, link: &Link, problems: &mut Vec<Diagnostic>) {
    if link.broken {
        return;
    }
    for (field, value) in [("source", &link.source), ("destination", &link.destination)] {
        if value.is_none() {
            let mode = link.mode();
            problems.push(
                RULE.report(
                    &key.place,
                    format!("the {mode} link `{key}` has no `{field}`"),
                    "missing field",
                )
                .help(format!("add `{field}: NAME`, a cluster under `clusters`")),
            );
        }
    }
}

fn bidirectional(link: &Link, problems: &mut Vec<Diagnostic>) {
    for (field, value) in [("source", &link.source), ("destination", &link.destination)] {
        if let Some(value) = value {
            problems.push(
                report(&value.place, &format!("`{field}`"), link)
                    .help("name the two clusters under `halves`: each copies from the other"),
            );
        }
    }
    for (place, field) in written(&link.settings) {
        problems.push(
            report(place, &format!("`{field}`"), link)
                .help("move it to the half that it is for, under `halves`"),
        );
    }
}

fn source_half(link: &Link, name: &Located<String>, half: &Half, problems: &mut Vec<Diagnostic>) {
    if link
        .source
        .as_ref()
        .is_some_and(|source| source.value != name.value)
    {
        problems.push(report(&name.place, "half of this name", link).help(
            "only the source's half has its own settings here; write those of the destination's \
                 half in the link itself",
        ));
    }
    let connection = half.connection.as_ref().map(|it| (&it.place, "connection"));
    let others = written(&half.settings)
        .into_iter()
        .filter(|(_, field)| !matches!(*field, "configs" | "undeclared_configs"));
    for (place, field) in connection.into_iter().chain(others) {
        problems.push(report(place, &format!("`{field}`"), link).help(
            "write it in the link itself; the source's half has only `configs` and \
                     `undeclared_configs`",
        ));
    }
}

/// The settings that are written, with a place for each.
fn written(settings: &Settings) -> Vec<(&Place, &'static str)> {
    let Settings {
        place: _,
        broken: _,
        credentials,
        local_credentials,
        prefix,
        mirror_start_offset,
        topic_config_sync,
        consumer_offset_sync,
        acl_sync,
        auto_create_mirrors,
        mirrors,
        objectives,
        configs,
        undeclared_configs,
    } = settings;
    let fields = [
        (credentials.as_ref().map(|it| &it.place), "credentials"),
        (
            local_credentials.as_ref().map(|it| &it.place),
            "local_credentials",
        ),
        (prefix.as_ref().map(|it| &it.place), "prefix"),
        (
            mirror_start_offset.as_ref().map(|it| &it.place),
            "mirror_start_offset",
        ),
        (
            topic_config_sync.as_ref().map(|it| &it.place),
            "topic_config_sync",
        ),
        (
            consumer_offset_sync.as_ref().map(|it| &it.place),
            "consumer_offset_sync",
        ),
        (acl_sync.as_ref().map(|it| &it.place), "acl_sync"),
        (
            auto_create_mirrors.as_ref().map(|it| &it.place),
            "auto_create_mirrors",
        ),
        (mirrors.names().next().map(|it| &it.place), "mirrors"),
        (objectives.as_ref().map(|it| &it.place), "objectives"),
        (configs.names().next().map(|it| &it.place), "configs"),
        (
            undeclared_configs.as_ref().map(|it| &it.place),
            "undeclared_configs",
        ),
    ];
    fields
        .into_iter()
        .filter_map(|(place, field)| Some((place?, field)))
        .collect()
}

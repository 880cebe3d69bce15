//! What keeps a text from being changed: `LW540` to `LW546`; and why a verb cannot be applied: `LW575` to `LW578`.

use std::sync::Arc;

use super::patch;
use super::path::Path;
use super::steps::Stuck;
use crate::diagnostic::{Code, Diagnostic, Place};

/// The change would change something else too.
pub const REACHES: Code = Code("LW540");
/// The address is not in the spec.
pub const NOT_THERE: Code = Code("LW541");
/// The value is not one that the field has.
pub const VALUE: Code = Code("LW542");
/// The text is written in a form that is not changed.
pub const FORM: Code = Code("LW543");
/// The layout cannot be changed without changing what the file says.
pub const LAYOUT: Code = Code("LW544");

/// The value comes from a variable.
pub const VARIABLE: Code = Code("LW545");
/// The environment has another value.
pub const ENVIRONMENT: Code = Code("LW546");

/// A failover of topics needs the word that their primary is lost.
pub const NEEDS_LOST: Code = Code("LW575");
/// The verb has no effect on what the spec says.
pub const UNFIT: Code = Code("LW576");
/// The link cannot be switched over.
pub const NO_SWITCHOVER: Code = Code("LW577");
/// The change would reach other environments.
pub const OTHER_ENVIRONMENTS: Code = Code("LW578");

/// At most this many other addresses are named.
const MAX_NAMES: usize = 10;

pub(super) fn reaches(path: &Path, at: &Place, others: &[(Path, Place)]) -> Diagnostic {
    let shown = others.iter().take(MAX_NAMES);
    let names: Vec<String> = shown.map(|(path, _)| format!("`{path}`")).collect();
    let more = match others.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let mut problem = Diagnostic::error(
        REACHES,
        format!(
            "changing `{path}` would also change {}{more}",
            names.join(", ")
        ),
    )
    .at(at, "to be changed");
    let mut places: Vec<&Place> = others.iter().map(|(_, place)| place).collect();
    places.sort();
    places.dedup();
    for place in places
        .into_iter()
        .filter(|place| *place != at)
        .take(MAX_NAMES)
    {
        problem = problem.at(place, "would change too");
    }
    problem
        .why("an anchor, an alias or a merge key repeats the value there")
        .help(
            "name these addresses too, if they are to change; or write a value of its own in place of \
             the alias, and change that",
        )
}

pub(super) fn kept(path: &Path, at: &Place) -> Diagnostic {
    Diagnostic::error(FORM, format!("`{path}` would not be what was asked for"))
        .at(at, "comes from here")
        .why("a merge key or the form of the text gives it another value")
        .help("edit the file by hand")
}

/// Nothing in the spec has the path.
pub fn not_there(path: &Path, at: &Place) -> Diagnostic {
    Diagnostic::error(NOT_THERE, format!("there is no `{path}` in the spec"))
        .at(at, "leads as far as this")
        .why("only what the spec declares can be changed")
        .help("check the address; a key with a dot is in quotes: links.a.mirrors.\"orders.placed\"")
}

/// The value comes from a variable, which has its value at another place.
pub fn from_variable(path: &Path, at: &Place, name: &str, source: Option<&Place>) -> Diagnostic {
    let mut problem = Diagnostic::error(
        VARIABLE,
        format!("`{path}` comes from the variable `{name}`"),
    )
    .at(at, "to be changed");
    if let Some(place) = source.filter(|place| *place != at) {
        problem = problem.at(place, "has its value from here");
    }
    problem
        .why("a value here would take the variable out of the spec, for every environment")
        .help(format!(
            "set the variable: `variables.{name}=VALUE` with --environment, or `variables.{name}.default=VALUE`"
        ))
}

/// The environment sets or removes it in another way than was asked for.
pub fn other_in_environment(path: &Path, environment: &str) -> Diagnostic {
    Diagnostic::error(
        ENVIRONMENT,
        format!("with the environment `{environment}`, `{path}` would not be what was asked for"),
    )
    .why("the environment removes it, or sets a part of it or what holds it")
    .help("edit the file of the environment by hand")
}

/// A change for one environment would change others. Each is named with what would change there; `chosen` is the one.
pub fn other_environments(others: &[String], chosen: Option<&str>) -> Diagnostic {
    let others = others.join("; ");
    let help = match chosen {
        Some(name) => format!(
            "write the change in environments/{name}.yaml: values under `set` with their addresses as keys, what is to go under `remove`; then run the command again"
        ),
        None => "choose the environment that is meant: --environment NAME".to_owned(),
    };
    Diagnostic::error(
        OTHER_ENVIRONMENTS,
        format!("the change would reach other environments: {others}"),
    )
    .why("only what one environment declares is planned and applied; the next run with another would carry the change out there")
    .help(help)
}

/// No file, or more than one, could have the path.
pub fn not_in_one_file(path: &Path) -> Diagnostic {
    Diagnostic::error(NOT_THERE, format!("no single file has `{path}`"))
        .why("the spec has several files, and Linkwright does not guess which of them is meant")
        .help("add the key to the file of your choice by hand")
}

pub(super) fn stuck(stuck: &Stuck, text: &str, file: &Arc<str>, at: &Place) -> Diagnostic {
    match stuck.why {
        patch::Stuck::NotThere(_) => not_there(stuck.path(), at),
        patch::Stuck::Form(byte) => Diagnostic::error(
            FORM,
            format!("`{}` is written in a form that is not edited", stuck.path()),
        )
        .at(&place(text, byte, file), "here")
        .why(
            "a comment inside brackets, a key after `?` or a value that is the whole file has no place \
             for the change that keeps everything else",
        )
        .help("edit the file by hand"),
    }
}

pub(super) fn unreadable(path: &Path, problems: &[Diagnostic], at: &Place) -> Diagnostic {
    let first = problems.first().map_or("", |problem| &problem.summary);
    Diagnostic::error(FORM, format!("`{path}` cannot be edited here: {first}"))
        .at(at, "to be changed")
        .why("the text after the change could not be read; an alias may need what would be removed")
        .help("edit the file by hand")
}

pub(super) fn layout(file: &Arc<str>, text: &str, byte: usize, what: &str) -> Diagnostic {
    Diagnostic::error(LAYOUT, format!("the file is not formatted: {what}"))
        .at(&place(text, byte, file), "here")
        .why("the layout cannot be changed without changing what the file says")
        .help("write it in another form, or format the file by hand")
}

/// The place of one byte.
fn place(text: &str, byte: usize, file: &Arc<str>) -> Place {
    let before = &text[..byte.min(text.len())];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let end = text[before.len()..]
        .chars()
        .next()
        .map_or(0, char::len_utf8);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Place {
        file: Arc::clone(file),
        span: (before.len(), before.len() + end),
        line: count(before.matches('\n').count() + 1),
        column: count(before[line..].chars().count() + 1),
    }
}

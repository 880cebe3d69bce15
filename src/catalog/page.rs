//! The catalogue as a page for people, `docs/link-configs.md`.

use std::fmt::Write;

use super::{ENTRIES, Entry, Kind, Mutability, Where};

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Link configs\n\n\
         Every cluster link config that Linkwright knows, generated from its catalogue. A config \
         with a *field* is set by that field of the spec and must not be set under `configs:`; \
         every other config is set there by its own name. A cell is empty if no source gives the \
         value; an unknown limit is not a limit.\n\n\
         *Write*: **any time**; **create** at creation only; **Platform** at any time on Confluent \
         Platform and never on Confluent Cloud; **derived** by the server from other \
         settings, never a change. The API does not return secrets.\n\n\
         | config | value | default | write | where | field | what it does | source |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for entry in ENTRIES {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
            entry.name,
            value(entry),
            default(entry),
            write(entry.mutability),
            place(entry.place),
            entry
                .owner_field()
                .map(|field| format!("`{field}`"))
                .unwrap_or_default(),
            entry.summary,
            entry.source,
        );
    }
    page
}

fn value(entry: &Entry) -> String {
    let mut value = match entry.kind {
        Kind::Bool => "boolean".to_owned(),
        Kind::Int { min } => {
            let min = min.map(|min| format!(", at least {min}"));
            format!("whole number{}", min.unwrap_or_default())
        }
        Kind::Text | Kind::LoginHandler => "text".to_owned(),
        Kind::List | Kind::Addresses => "list, separated by commas".to_owned(),
        Kind::Choice(words) => words.join(", "),
        Kind::TopicFilters => "topic filters, JSON".to_owned(),
        Kind::GroupFilters => "group filters, JSON".to_owned(),
        Kind::AclFilters => "ACL filters, JSON".to_owned(),
        Kind::Time => "`earliest`, `latest` or a time".to_owned(),
    };
    if entry.sensitive {
        value.push_str(", **secret**");
    }
    value
}

fn default(entry: &Entry) -> String {
    match entry.default {
        None => String::new(),
        Some("") => "empty".to_owned(),
        Some(default) => format!("`{default}`"),
    }
}

fn write(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::Settable => "any time",
        Mutability::CreateOnly => "create",
        Mutability::ReadOnlyOnCloud => "Platform",
        Mutability::Derived => "derived",
    }
}

fn place(place: Where) -> &'static str {
    match place {
        Where::Both => "Cloud, Platform",
        Where::CloudOnly => "Cloud",
        Where::PlatformOnly => "Platform",
    }
}

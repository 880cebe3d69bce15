//! A small grammar of what we write in Mermaid's language, so that no name can be taken for syntax.
//! The real renderer is a browser's; it took every graph of `fixtures/views/graph` as it stands.

use std::collections::BTreeSet;

/// What stands alone in the graph of a plan without operations.
const EMPTY: &str = "n0[\"no operations\"]";

/// Whether a graph is of the few forms that we write.
pub(crate) fn check(graph: &str) -> Result<(), String> {
    let mut lines = graph.lines();
    let settings = lines.next().unwrap_or_default();
    if !settings.starts_with("%%{init: {") || !settings.ends_with("}%%") {
        return Err("it does not begin with settings".to_owned());
    }
    if lines.next() != Some("flowchart LR") {
        return Err("it does not say `flowchart LR`".to_owned());
    }
    let mut open = 0_usize;
    let mut ids = BTreeSet::new();
    for line in lines {
        let text = line.trim_start();
        let wrong = |why: &str| Err(format!("{why}: {line}"));
        if text == "end" {
            match open.checked_sub(1) {
                Some(left) => open = left,
                None => return wrong("nothing is open that could end"),
            }
        } else if let Some(rest) = text.strip_prefix("classDef grave ") {
            if rest.contains(['"', '#']) && !rest.starts_with("stroke:#cf222e,") {
                return wrong("an unknown style");
            }
        } else if let Some(rest) = text.strip_prefix("subgraph ") {
            let Some((id, "")) = named(rest) else {
                return wrong("not a subgraph with a quoted title");
            };
            if !ids.insert(id.to_owned()) {
                return wrong("an id that was used before");
            }
            open += 1;
        } else if let Some((before, rest)) = text.split_once(" -->|") {
            let Some((label, after)) = rest.split_once("| ") else {
                return wrong("an arrow without its end");
            };
            if !is_quoted(label) || !ids.contains(before) || !ids.contains(after) {
                return wrong("an arrow between what was not drawn, or with a wrong label");
            }
        } else {
            match named(text) {
                Some((id, "" | ":::grave"))
                    if (open == 2 || text == EMPTY) && ids.insert(id.to_owned()) => {}
                _ => return wrong("neither box, arrow nor subgraph"),
            }
        }
    }
    match open {
        0 => Ok(()),
        n => Err(format!("{n} subgraphs do not end")),
    }
}

/// Takes `id["label"]` apart: the id, and what follows the bracket.
fn named(text: &str) -> Option<(&str, &str)> {
    let (id, rest) = text.split_once('[')?;
    let (label, rest) = rest.split_once(']')?;
    let is_id = id.starts_with(['c', 'n']) && id.chars().all(|c| c.is_ascii_alphanumeric());
    (is_id && is_quoted(label)).then_some((id, rest))
}

/// Quotes with plain characters, entities and line breaks between them.
fn is_quoted(text: &str) -> bool {
    let Some(inner) = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    else {
        return false;
    };
    // A text that begins like an item of a list is not shown: "Unsupported markdown: list".
    let begins_well = |line: &str| line.starts_with(|c: char| c.is_alphabetic() || c == '#');
    inner
        .split("<br/>")
        .all(|line| is_plain(line) && (line.is_empty() || begins_well(line)))
}

fn is_plain(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        if !rest[..at].chars().all(is_harmless) {
            return false;
        }
        let Some((number, after)) = rest[at + 1..].split_once(';') else {
            return false;
        };
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return false;
        }
        rest = after;
    }
    rest.chars().all(is_harmless)
}

fn is_harmless(c: char) -> bool {
    c.is_alphanumeric() || " .,-_/".contains(c)
}

#[test]
fn the_grammar_sees_what_would_break_a_graph() {
    let graph = |body: &str| {
        format!(
            "%%{{init: {{}}}}%%\nflowchart LR\n  subgraph c0[\"west\"]\n    subgraph c0l0[\"dr\"]\n{body}\n    end\n  end\n"
        )
    };
    assert_eq!(check(&graph("      n0[\"promote #40;#35;1#41;\"]")), Ok(()));
    for bad in [
        "      n0[\"a \"quoted\" name\"]",
        "      n0[\"a; b\"]",
        "      n0[\"#x3c;\"]",
        "      n0[\"<img>\"]",
        "      end[\"a\"]",
        "      n0[\"- a list\"]",
        "      n0[\"a\"]\n      n0[\"b\"]",
        "      n0 -->|\"why\"| n1",
        "    end\n    end",
    ] {
        assert!(check(&graph(bad)).is_err(), "{bad}");
    }
}

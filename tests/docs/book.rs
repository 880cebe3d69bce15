//! The book has every page, and its links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::names::{links_with_anchors, pages};

/// An anchor as mdBook and GitHub make it from a heading.
pub(crate) fn anchor(heading: &str) -> String {
    let plain: String = heading.replace('`', "").to_lowercase();
    plain
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut in_block = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        in_block ^= line.starts_with("```");
        if !in_block && line.starts_with('#') {
            anchors.insert(anchor(line.trim_start_matches('#').trim()));
        }
    }
    anchors
}

fn book() -> Vec<PathBuf> {
    let pages = pages();
    let in_book = pages.into_iter().filter(|page| page.starts_with("docs"));
    in_book.collect()
}

#[test]
fn the_summary_names_every_page() {
    let summary = fs::read_to_string("docs/SUMMARY.md").unwrap();
    for page in book() {
        let name = page.strip_prefix("docs").unwrap().display().to_string();
        let is_named = summary.matches(&format!("]({name})")).count();
        assert!(
            name == "SUMMARY.md" || is_named == 1,
            "{name}: {is_named} times"
        );
    }
}

/// A page of the book links to pages of the book, so that no link is dead in it; what lies outside is
/// named in code spans, which another test checks.
#[test]
fn links_inside_the_book_stay_inside_and_arrive() {
    let mut dead = Vec::new();
    for page in book() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links_with_anchors(&text) {
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(file)
            };
            let whole = fs::canonicalize(&target).unwrap_or_default();
            let docs = fs::canonicalize("docs").unwrap();
            if !whole.starts_with(docs) {
                dead.push(format!("{}: {link} leads out of the book", page.display()));
            } else if !wanted.is_empty() && !anchors(&read(&target)).contains(wanted) {
                dead.push(format!("{}: {link} has no such heading", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The page of exit codes lists every one that there is.
#[test]
fn every_exit_code_is_on_its_page() {
    let page = read(Path::new("docs/exit-codes.md"));
    for (exit, _) in linkwright::cli::Exit::ALL {
        assert!(
            page.contains(&format!("\n| {} | ", exit.code())),
            "{exit:?}"
        );
    }
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    assert_eq!(
        anchor("What it does not simulate"),
        "what-it-does-not-simulate"
    );
    assert_eq!(anchor("`plan -o json`: a plan"), "plan--o-json-a-plan");
}

//! What the documents name exists: every link between them, and every path of the project in code
//! spans.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md"]
        .iter()
        .map(PathBuf::from)
        .collect();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// Targets of `[text](target)`, without those on other hosts.
pub(crate) fn links_with_anchors(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The files that a text links to.
fn links(text: &str) -> Vec<&str> {
    links_with_anchors(text)
        .into_iter()
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|file| !file.is_empty())
        .collect()
}

/// Code spans that look like paths of the project.
fn paths(text: &str) -> Vec<&str> {
    const ROOTS: [&str; 11] = [
        "src/",
        "sandbox/",
        "schemas/",
        "examples/",
        "tests/",
        "fixtures/",
        "benches/",
        "docs/",
        ".ci/",
        ".github/",
        "fuzz/",
    ];
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|span| ROOTS.iter().any(|root| span.starts_with(root)))
        // Patterns and placeholders stand for many.
        .filter(|span| !span.contains(['*', ' ', '<', '{', '…']) && !span.contains("NAME"))
        .collect()
}

#[test]
fn everything_that_is_named_is_there() {
    let mut missing = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let beside = page.parent().unwrap_or(Path::new(""));
        for link in links(&text) {
            if !beside.join(link).exists() {
                missing.push(format!("{}: link to {link}", page.display()));
            }
        }
        for path in paths(&text) {
            if !Path::new(path).exists() {
                missing.push(format!("{}: `{path}`", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The project stands by itself: no machine's paths, nothing outside its own folder.
#[test]
fn nothing_points_outside_the_project() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for outside in ["../shared", "/work/", "/root/", "/home/"] {
            assert!(
                !text.contains(outside),
                "{} names {outside}",
                page.display()
            );
        }
    }
}

#[test]
fn spans_and_links_are_found() {
    let text = "see [a](docs/words.md#x), `src/lib.rs`, `cargo test` and [b](https://example.org)";
    assert_eq!(links(text), ["docs/words.md"]);
    assert_eq!(paths(text), ["src/lib.rs"]);
}

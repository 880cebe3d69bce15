//! The rooms of `docs/architecture.md` and what each may use. The table below is the rule; change
//! it in a commit of its own, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room → the rooms it may use. A room that is not here may use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("address", &["diagnostic", "catalog"]),
    ("diagnostic", &["address", "catalog"]),
    ("catalog", &["address", "diagnostic"]),
    ("secret", &[]),
    ("spec", &["address", "catalog", "diagnostic", "secret"]),
    (
        "validate",
        &["spec", "catalog", "address", "diagnostic", "secret"],
    ),
    (
        "desired",
        &["spec", "catalog", "address", "diagnostic", "secret"],
    ),
    ("live", &["address"]),
    (
        "diff",
        &[
            "desired",
            "live",
            "catalog",
            "address",
            "diagnostic",
            "secret",
        ],
    ),
    (
        "plan",
        &[
            "diff",
            "desired",
            "live",
            "catalog",
            "address",
            "diagnostic",
            "secret",
        ],
    ),
    ("health", &["diff", "desired", "live", "address"]),
    (
        "drift",
        &[
            "health",
            "plan",
            "diff",
            "desired",
            "live",
            "address",
            "diagnostic",
        ],
    ),
    (
        "export",
        &[
            "spec",
            "validate",
            "desired",
            "live",
            "diff",
            "catalog",
            "address",
            "diagnostic",
            "secret",
        ],
    ),
    ("api", &["address"]),
    ("read", &["api", "live", "address", "diagnostic"]),
    (
        "refresh",
        &[
            "read", "api", "diff", "plan", "health", "desired", "live", "address",
        ],
    ),
    (
        "apply",
        &["plan", "api", "read", "live", "address", "secret"],
    ),
    (
        "report",
        &[
            "diagnostic",
            "diff",
            "plan",
            "drift",
            "health",
            "apply",
            "live",
            "address",
            "desired",
            "catalog",
            "secret",
        ],
    ),
];

/// Rooms without I/O, clocks, randomness and async.
const PURE: &[&str] = &[
    "address",
    "diagnostic",
    "catalog",
    "secret",
    "spec",
    "validate",
    "desired",
    "live",
    "diff",
    "plan",
    "health",
    "drift",
    "export",
];

/// What a pure room must not name.
const IMPURE: &[&str] = &[
    "tokio::",
    "linkwright_clock",
    "reqwest::",
    "axum::",
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "async fn",
    "async move",
    "rand::",
];

/// The product's code of one file: without comments and without the tests at its end. Tests in a file of
/// their own are none of it, and the line that names that file ends nothing.
fn code(path: &Path) -> String {
    let mut parts = path.components().map(|part| part.as_os_str());
    if path.starts_with("src") && parts.any(|part| part == "tests" || part == "tests.rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let text = match text.find("#[cfg(test)]\nmod tests {") {
        Some(tests) => &text[..tests],
        None => &text,
    };
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `src/plan/order.rs` and `src/plan.rs` belong to the room `plan`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap();
    Path::new(first.as_os_str())
        .file_stem()
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

/// The rooms that a text names after `crate::`, single or in braces.
fn used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let mut rooms = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let Some(list) = part.strip_prefix('{') else {
            rooms.insert(name(part));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    rooms.insert(name(&list[start..at]));
                    start = at + 1;
                    if letter == '}' {
                        break;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    rooms.remove("");
    rooms
}

#[test]
fn every_room_uses_only_what_it_may() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let rooms: BTreeSet<String> = rust_files(Path::new("src"))
        .iter()
        .map(|path| room(path))
        .collect();
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        let room = room(&path);
        let Some(allowed) = table.get(room.as_str()) else {
            continue;
        };
        for other in used(&code(&path)) {
            // A name that is no room is a macro or an item of the crate's root.
            let is_room = rooms.contains(&other) && other != room;
            if is_room && !allowed.contains(&other.as_str()) {
                wrong.push(format!(
                    "{} uses `{other}`, which the room `{room}` must not: it may use {allowed:?}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_stay_pure() {
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        if !PURE.contains(&room(&path).as_str()) {
            continue;
        }
        let code = code(&path);
        for word in IMPURE {
            if code.contains(word) {
                wrong.push(format!(
                    "{} names `{word}`: a pure room takes what it needs as an argument",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who asks tokio for the time is not moved by virtual time. The one place that may is `clock/`.
#[test]
fn time_is_asked_of_the_clock_alone() {
    let mut wrong = Vec::new();
    for folder in ["src", "sandbox/src"] {
        for path in rust_files(Path::new(folder)) {
            let code = code(&path);
            for word in ["tokio::time", "tokio::{time", "Instant::now", ".elapsed()"] {
                if code.contains(word) {
                    wrong.push(format!(
                        "{} names `{word}`: ask a `linkwright_clock::Clock`",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for manifest in ["Cargo.toml", "clock/Cargo.toml", "sandbox/Cargo.toml"] {
        let text = fs::read_to_string(manifest).unwrap();
        let product = text.split("[dev-dependencies]").next().unwrap();
        assert!(
            !product.contains("test-util"),
            "{manifest}: tokio's paused time is for tests"
        );
    }
    let clock = fs::read_to_string("clock/Cargo.toml").unwrap();
    let (_, needs) = clock.split_once("[dependencies]").unwrap();
    assert!(!needs.contains("linkwright"), "the clock stands by itself");
}

#[test]
fn the_product_meets_the_sandbox_only_in_cli() {
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        if room(&path) != "cli" && code(&path).contains("linkwright_sandbox") {
            wrong.push(format!(
                "{} uses the sandbox: only `cli` may, or a misspelt field agrees with itself",
                path.display()
            ));
        }
    }
    for path in rust_files(Path::new("sandbox")) {
        let code = code(&path);
        if code.contains("linkwright::") {
            wrong.push(format!(
                "{} uses the product: the sandbox stands by itself",
                path.display()
            ));
        }
    }
    let manifest = fs::read_to_string("sandbox/Cargo.toml").unwrap();
    assert!(
        !manifest.contains("\nlinkwright ") && !manifest.contains("path = \"..\""),
        "sandbox/Cargo.toml depends on the product"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_uses_reads_uses() {
    let code = "use crate::a;\nuse crate::{b, c::D, e::{f, g}};\nlet x = crate::h::i();";
    let found = used(code);
    for room in ["a", "b", "c", "e", "h"] {
        assert!(found.contains(room), "{room} is missing in {found:?}");
    }
    assert!(!found.contains("f") && !found.contains("D"), "{found:?}");
}

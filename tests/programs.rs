//! A file of tests that no program names is never built, and no tool says so. These tests do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files::rust_files;

/// The packages with folders of tests.
const PACKAGES: &[&str] = &["", "sandbox", "sandbox/clock"];

/// The programs of tests and benchmarks of a package: those of its manifest, and where it names none, each
/// file that lies directly in the folder.
fn programs(package: &Path) -> Vec<PathBuf> {
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    if !manifest.contains("autotests = false") {
        let folder = package.join("tests");
        let mut files = rust_files(&folder);
        files.retain(|file| file.parent() == Some(&folder));
        return files;
    }
    manifest
        .split("[[test]]")
        .skip(1)
        .map(|section| {
            let section = section.split("\n[").next().unwrap_or_default();
            let (_, path) = section.split_once("path = \"").unwrap();
            package.join(path.split('"').next().unwrap_or_default())
        })
        .collect()
}

/// Where a module's file is.
#[derive(Debug, PartialEq)]
enum Place {
    /// Below the folder of the module that declares it, with or without `mod.rs`.
    Below(String),
    /// Where `#[path]` says, seen from the file that declares it.
    Beside(String),
}

/// The modules that a text declares, formatted as `cargo fmt` does. A module in braces is a folder, which
/// `#[path]` may move.
fn declared(text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    let mut moved: Option<String> = None;
    for line in text.lines() {
        if line.trim() == "}" && line.len() == 4 * folders.len().saturating_sub(1) + 1 {
            folders.pop();
        }
        let line = line.split("//").next().unwrap_or_default().trim();
        if let Some(path) = line.strip_prefix("#[path = \"") {
            moved = path.split('"').next().map(str::to_owned);
        }
        if line.starts_with("#[") {
            continue;
        }
        let item = ["pub ", "pub(crate) ", "pub(super) "]
            .iter()
            .find_map(|public| line.strip_prefix(public))
            .unwrap_or(line);
        let moved = moved.take();
        let Some(item) = item.strip_prefix("mod ") else {
            continue;
        };
        let below = |name: &str| [folders.as_slice(), &[name.to_owned()]].concat().join("/");
        if let Some(name) = item.strip_suffix(" {") {
            folders.push(moved.unwrap_or_else(|| name.to_owned()));
        } else if let Some(name) = item.strip_suffix(';') {
            found.push(match moved {
                Some(path) => Place::Beside(below(&path)),
                None => Place::Below(below(name)),
            });
        }
    }
    found
}

/// `a/./b/../c` is `a/c`.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match part.as_os_str().to_str() {
            Some("..") => {
                straight.pop();
            }
            Some(".") => {}
            _ => straight.push(part),
        }
    }
    straight
}

/// A file and all modules below it.
fn reach(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.to_owned()) {
        return;
    }
    let text = fs::read_to_string(file).unwrap();
    let beside = file.parent().unwrap();
    let below = if is_root || file.ends_with("mod.rs") {
        beside.to_owned()
    } else {
        file.with_extension("")
    };
    for place in declared(&text) {
        let files = match place {
            Place::Beside(path) => vec![beside.join(path)],
            Place::Below(name) => vec![
                below.join(format!("{name}.rs")),
                below.join(format!("{name}/mod.rs")),
            ],
        };
        let module = files
            .iter()
            .map(|file| straight(file))
            .find(|file| file.is_file());
        let module = module.unwrap_or_else(|| panic!("{}: no file {files:?}", file.display()));
        reach(&module, false, reached);
    }
}

#[test]
fn every_file_of_tests_is_part_of_a_program() {
    let mut reached = BTreeSet::new();
    let mut files = Vec::new();
    for package in PACKAGES.iter().map(Path::new) {
        let folder = package.join("tests");
        let programs = programs(package);
        assert!(!programs.is_empty(), "{}", folder.display());
        for program in programs {
            reach(&program, true, &mut reached);
        }
        files.extend(rust_files(&folder));
    }
    let forgotten: Vec<_> = files
        .iter()
        .filter(|file| !reached.contains(*file))
        .collect();
    assert!(
        forgotten.is_empty(),
        "no program names {forgotten:?}, so that its tests never run: add it to `tests/in_process.rs`, \
         `tests/binary.rs`, `tests/proof/main.rs` or `sandbox/tests/all.rs`, or to the module above it"
    );
}

#[test]
fn every_package_with_tests_is_looked_at() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let (_, members) = manifest.split_once("members = [").unwrap();
    let members = members.split(']').next().unwrap_or_default();
    for member in members.split(',') {
        let member = member.trim().trim_matches('"');
        // The crates in `src` have tests in their modules only.
        let manifest = fs::read_to_string(Path::new(member).join("Cargo.toml")).unwrap();
        let has_programs =
            Path::new(member).join("tests").exists() || manifest.contains("[[test]]");
        assert!(
            PACKAGES.contains(&member) || !has_programs,
            "{member} is not looked at"
        );
    }
}

#[test]
fn declarations_are_found() {
    let text = "//! mod no;\nmod a;\npub(crate) mod b;\n#[path = \"../far\"]\n#[expect(dead_code)]\nmod c {\n    \
                pub(crate) mod d;\n}\n#[path = \"e/mod.rs\"]\nmod e;\nfn f() {\n}\n// mod g;\nmod h {\n    fn j() {\n    }\n}\nmod i;\n";
    let below = |name: &str| Place::Below(name.to_owned());
    assert_eq!(
        declared(text),
        [
            below("a"),
            below("b"),
            below("../far/d"),
            Place::Beside("e/mod.rs".to_owned()),
            below("i"),
        ]
    );
}

#[test]
fn paths_are_straightened() {
    let path = Path::new("tests/proof/../support/./bench.rs");
    assert_eq!(straight(path), Path::new("tests/support/bench.rs"));
}

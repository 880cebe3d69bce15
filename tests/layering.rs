//! The modules of `docs/architecture.md`: the table there says what each may use. Change it in a commit of
//! its own, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::files::rust_files;

/// Module → the modules it may use; none for a module that may use everything. A cell lists modules, or is one module
/// "and what it uses".
fn modules_of_the_docs() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let text = fs::read_to_string("docs/architecture.md").unwrap();
    let (_, table) = text
        .split_once("| module | contains | may use |\n|---|---|---|\n")
        .unwrap();
    let named = |cell: &str| -> Vec<String> {
        let names = cell.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    };
    let mut modules: BTreeMap<String, Option<BTreeSet<String>>> = BTreeMap::new();
    for line in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').collect();
        let [module] = &named(cells[1])[..] else {
            panic!("{line}")
        };
        let mut allowed: BTreeSet<String> = named(cells[3]).into_iter().collect();
        if cells[3].contains("and what it uses") {
            let further = allowed.iter().filter_map(|other| modules[other].clone());
            allowed = further.flatten().chain(allowed.clone()).collect();
        }
        let everything = cells[3].trim() == "everything";
        modules.insert(module.clone(), (!everything).then_some(allowed));
    }
    modules
}

/// Modules without I/O, clocks, randomness and async.
const PURE: &[&str] = &[
    "address",
    "diagnostic",
    "catalog",
    "secret",
    "signature",
    "spec",
    "validate",
    "desired",
    "live",
    "diff",
    "plan",
    "health",
    "drift",
    "export",
    "import",
    "language",
    "guard",
    "edit",
    "accept",
    "scenario",
];

/// What a pure module must not name.
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

/// `src/plan/order.rs` and `src/plan.rs` belong to the module `plan`.
fn module_of(path: &Path) -> String {
    let below = path.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap();
    Path::new(first.as_os_str())
        .file_stem()
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

/// The modules that a text names after `crate::`, single or in braces.
fn used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let mut modules = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let Some(list) = part.strip_prefix('{') else {
            modules.insert(name(part));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    modules.insert(name(&list[start..at]));
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
    modules.remove("");
    modules
}

#[test]
fn every_module_uses_only_what_it_may() {
    let table = modules_of_the_docs();
    let mut modules: BTreeSet<String> = rust_files(Path::new("src"))
        .iter()
        .map(|path| module_of(path))
        .collect();
    for root in ["core", "engine", "lib", "main"] {
        modules.remove(root);
    }
    let listed: BTreeSet<String> = table
        .keys()
        .filter(|module| !module.ends_with('/'))
        .cloned()
        .collect();
    assert_eq!(listed, modules, "docs/architecture.md lists the modules");
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        let module = module_of(&path);
        let Some(Some(allowed)) = table.get(&module) else {
            continue;
        };
        for other in used(&code(&path)) {
            // A name that is no module is a macro or an item of the crate's root.
            if modules.contains(&other) && other != module && !allowed.contains(&other) {
                wrong.push(format!(
                    "{} uses `{other}`, which the module `{module}` must not: it may use {allowed:?}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A permission that nothing needs hides the day on which something begins to need it.
#[test]
fn every_module_uses_what_it_may() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in rust_files(Path::new("src")) {
        uses.entry(module_of(&path))
            .or_default()
            .extend(used(&code(&path)));
    }
    for (module, allowed) in modules_of_the_docs() {
        let Some(uses) = uses.get(&module) else {
            continue;
        };
        let idle: Vec<_> = allowed
            .iter()
            .flatten()
            .filter(|it| !uses.contains(*it))
            .collect();
        assert!(
            idle.is_empty(),
            "the module `{module}` does not use {idle:?}"
        );
    }
}

#[test]
fn pure_rooms_stay_pure() {
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        if !PURE.contains(&module_of(&path).as_str()) {
            continue;
        }
        let code = code(&path);
        for word in IMPURE {
            if code.contains(word) {
                wrong.push(format!(
                    "{} names `{word}`: a pure module takes what it needs as an argument",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who asks tokio for the time is not moved by virtual time. The one place that may is `sandbox/clock/`.
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
    for manifest in [
        "Cargo.toml",
        "sandbox/clock/Cargo.toml",
        "sandbox/Cargo.toml",
        "src/core/Cargo.toml",
        "src/engine/Cargo.toml",
    ] {
        let text = fs::read_to_string(manifest).unwrap();
        let product = text.split("[dev-dependencies]").next().unwrap();
        assert!(
            !product.contains("test-util"),
            "{manifest}: tokio's paused time is for tests"
        );
    }
    let clock = fs::read_to_string("sandbox/clock/Cargo.toml").unwrap();
    let (_, needs) = clock.split_once("[dependencies]").unwrap();
    assert!(!needs.contains("linkwright"), "the clock stands by itself");
}

/// Every output follows one rule for links, devices and half-written files (`src/apply/durable.rs`). The others
/// make only what is new, or append to a file that a runner or the run itself names.
#[test]
fn outputs_have_one_writer() {
    const ELSEWHERE: [(&str, &str); 6] = [
        (
            "src/apply/archive.rs",
            "a history overwrites nothing: it takes a name that is free",
        ),
        ("src/cli/init.rs", "a first spec overwrites nothing"),
        (
            "src/cli/pipeline.rs",
            "GitHub's runner names the files that are appended to",
        ),
        (
            "src/cli/journal.rs",
            "a log of every run whose terminal went",
        ),
        (
            "src/cli/locks.rs",
            "the file of a lock, which is never replaced",
        ),
        (
            "src/store/folder.rs",
            "objects, which are written on a condition",
        ),
    ];
    let words = [
        "fs::write(",
        "File::create",
        "OpenOptions",
        ".persist",
        "fs::rename(",
        "fs::copy(",
    ];
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for path in rust_files(Path::new("src")) {
        let name = path.display().to_string();
        if name == "src/apply/durable.rs" {
            continue;
        }
        let code = code(&path);
        let Some(word) = words.into_iter().find(|word| code.contains(word)) else {
            continue;
        };
        match ELSEWHERE.iter().find(|(file, _)| *file == name) {
            Some((file, _)) => drop(used.insert(*file)),
            None => wrong.push(format!(
                "{name} names `{word}`: write through `apply::durable`"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(used.len(), ELSEWHERE.len(), "{used:?}");
}

#[test]
fn the_product_meets_the_sandbox_only_in_cli() {
    let mut wrong = Vec::new();
    for path in rust_files(Path::new("src")) {
        if module_of(&path) != "cli" && code(&path).contains("linkwright_sandbox") {
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
    for module in ["a", "b", "c", "e", "h"] {
        assert!(found.contains(module), "{module} is missing in {found:?}");
    }
    assert!(!found.contains("f") && !found.contains("D"), "{found:?}");
}

/// The paths that a text names, each as its names: those of `use` with braces taken apart, and those that
/// begin with `crate`, `super` or `self` anywhere else.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut rest = String::new();
    let mut after = code;
    while let Some(at) = after.find("use ") {
        let starts =
            !after[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        let Some(end) = after[at..].find(';').filter(|_| starts) else {
            rest.push_str(&after[..at + 4]);
            after = &after[at + 4..];
            continue;
        };
        rest.push_str(&after[..at]);
        expand(&after[at + 4..at + end], &[], &mut paths);
        after = &after[at + end + 1..];
    }
    rest.push_str(after);
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    for word in rest.split(|letter: char| !is_name(letter)) {
        if ["crate::", "super::", "self::"]
            .iter()
            .any(|root| word.starts_with(root))
        {
            paths.push(word.split("::").map(str::to_owned).collect());
        }
    }
    paths
}

/// `a::{b, c::D}` as `a::b` and `a::c::D`.
fn expand(tree: &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let Some((head, list)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        let names = path.split("::").map(|name| name.trim().to_owned());
        paths.push(before.iter().cloned().chain(names).collect());
        return;
    };
    let head = head.split("::").map(|name| name.trim().to_owned());
    let before: Vec<String> = before
        .iter()
        .cloned()
        .chain(head.filter(|name| !name.is_empty()))
        .collect();
    let list = list.trim_end().strip_suffix('}').unwrap_or(list);
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&list[start..at], &before, paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        expand(&list[start..], &before, paths);
    }
}

type Module = Vec<String>;

/// Below `src`, `src/plan/order.rs` is the module `plan::order`, `src/plan/mod.rs` and `src/plan.rs` are `plan`.
fn module(root: &Path, path: &Path) -> Module {
    let below = path.strip_prefix(root).unwrap().with_extension("");
    let mut names: Module = below
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    if names
        .last()
        .is_some_and(|name| name == "mod" || name == "lib")
    {
        names.pop();
    }
    names
}

/// Which module names which, for a set of files.
fn named(modules: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut named = BTreeMap::new();
    for (module, code) in modules {
        let found: &mut BTreeSet<Module> = named.entry(module.clone()).or_default();
        for path in paths(code) {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let mut target = match path[0].as_str() {
                "crate" => path[1..].to_vec(),
                "self" => [module, &path[1..]].concat(),
                "super" if ups <= module.len() => {
                    [&module[..module.len() - ups], &path[ups..]].concat()
                }
                // A path from a module's own children; anything else is another crate's.
                _ => [module.as_slice(), &path].concat(),
            };
            while !target.is_empty() && !modules.contains_key(&target) {
                target.pop();
            }
            found.insert(target);
        }
    }
    named
}

/// The circles among modules of one folder, the crate's own among them, in which what is below a module counts as
/// part of it. Between a module and what is below it there is none: `mod.rs` composes its parts, and they use its
/// types.
fn circles(modules: &BTreeMap<Module, String>) -> BTreeSet<String> {
    let named = named(modules);
    let folders: BTreeSet<&[String]> = modules
        .keys()
        .filter_map(|module| Some(module.split_last()?.1))
        .collect();
    let mut circles = BTreeSet::new();
    for folder in folders {
        let part =
            |module: &Module| -> Option<String> { module.strip_prefix(folder)?.first().cloned() };
        let mut reach: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, others) in &named {
            let Some(own) = part(module) else { continue };
            let others = others.iter().filter_map(part).filter(|other| *other != own);
            reach.entry(own.clone()).or_default().extend(others);
        }
        // Whoever is reached from a part is reached from those that reach it.
        for middle in reach.keys().cloned().collect::<Vec<_>>() {
            let further = reach[&middle].clone();
            for others in reach.values_mut().filter(|others| others.contains(&middle)) {
                others.extend(further.iter().cloned());
            }
        }
        let in_circle: Vec<&str> = reach
            .iter()
            .filter(|(own, others)| others.contains(*own))
            .map(|(own, _)| own.as_str())
            .collect();
        if !in_circle.is_empty() {
            circles.insert(format!("{}: {}", folder.join("::"), in_circle.join(", ")));
        }
    }
    circles
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    for root in ["src", "sandbox/src"] {
        let root = Path::new(root);
        let modules = rust_files(root)
            .iter()
            .map(|path| (module(root, path), code(path)))
            .collect();
        let circles = circles(&modules);
        assert!(
            circles.is_empty(),
            "in {} these modules use each other in a circle: {circles:#?}",
            root.display()
        );
    }
}

#[test]
fn the_search_for_circles_finds_circles() {
    let files = |files: &[(&str, &str)]| -> BTreeMap<Module, String> {
        let module = |(name, code): &(&str, &str)| {
            (
                name.split("::").map(str::to_owned).collect(),
                (*code).to_owned(),
            )
        };
        files.iter().map(module).collect()
    };
    let open = [
        ("r", "mod a; mod b; pub use a::A;"),
        ("r::a", "use super::b::{C, D}; use super::Shared;"),
        ("r::b", "use crate::other::A;"),
    ];
    assert_eq!(circles(&files(&open)), BTreeSet::new());
    let mut direct = open;
    direct[2].1 = "use crate::{other, r::{a::A}};";
    assert_eq!(circles(&files(&direct)), ["r: a, b".to_owned()].into());
    let around = [
        ("r::a", "use super::b::B;"),
        ("r::b", "mod deep;"),
        ("r::b::deep", "fn f() { super::super::c::C; }"),
        ("r::c", "fn f() -> crate::r::a::A {}"),
    ];
    assert_eq!(circles(&files(&around)), ["r: a, b, c".to_owned()].into());
}

/// What `docs/architecture.md` says under a heading.
fn section(heading: &str) -> String {
    let text = fs::read_to_string("docs/architecture.md").unwrap();
    let (_, after) = text.split_once(&format!("## {heading}\n")).unwrap();
    after.split("\n## ").next().unwrap().to_owned()
}

/// A new kind of operation must be named wherever every kind is. `docs/architecture.md` lists these files.
#[test]
fn the_files_that_a_new_operation_touches_are_listed() {
    let text = section("To add an operation, touch");
    let listed: BTreeSet<&str> = text
        .split('`')
        .filter(|word| word.starts_with("src/") && word.ends_with(".rs"))
        .collect();
    let kinds = fs::read_to_string("src/plan/operation.rs").unwrap();
    let (_, kinds) = kinds.split_once("pub enum OperationKind {").unwrap();
    let kinds: Vec<&str> = kinds
        .split("\n}")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()))
        .map(|line| line.trim_end_matches([' ', '{', ',']))
        .collect();
    assert!(kinds.len() > 9, "{kinds:?}");
    let mut every = BTreeSet::new();
    for path in rust_files(Path::new("src")) {
        let code = code(&path);
        let names = |kind: &&str| code.contains(&format!("::{kind}"));
        if code.contains("OperationKind") && kinds.iter().all(names) {
            every.insert(path.display().to_string());
        }
    }
    let every: BTreeSet<&str> = every.iter().map(String::as_str).collect();
    let missing: Vec<_> = every.difference(&listed).collect();
    assert!(missing.is_empty(), "not listed: {missing:?}");
    for file in &listed {
        assert!(
            code(Path::new(file)).contains("OperationKind"),
            "{file} needs no change"
        );
    }
    assert!(listed.len() <= 8, "too many files: {listed:?}");
}

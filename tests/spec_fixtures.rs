//! The corpus of specs: what is good is silent, what is bad reads as its golden text says.
//!
//! `fixtures/specs/bad` holds files and directories, each with a `.stderr` beside it. Those named
//! after a code are made from that rule's example. `UPDATE_GENERATED=1` rewrites both; look at the
//! difference before you commit it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linkwright::diagnostic::{Diagnostic, Sources};
use linkwright::report::diagnostics::{Colour, text};
use linkwright::spec::{self, Spec};
use linkwright::validate::{self, Context, RULES};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GENERATED").is_some()
}

/// The YAML files that a path stands for, named as from the fixture's own directory.
fn files(path: &Path) -> Vec<(Arc<str>, Arc<str>)> {
    let mut paths: Vec<PathBuf> = if path.is_dir() {
        fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "yaml")
            })
            .collect()
    } else {
        vec![path.to_owned()]
    };
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            (
                Arc::from(name),
                Arc::from(fs::read_to_string(&path).unwrap()),
            )
        })
        .collect()
}

fn problems(files: &[(Arc<str>, Arc<str>)]) -> (Spec, Vec<Diagnostic>) {
    let (spec, mut problems) = spec::parse(files);
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    problems.extend(validate::check(&spec, &context));
    linkwright::diagnostic::sort(&mut problems);
    (spec, problems)
}

fn shown(files: &[(Arc<str>, Arc<str>)]) -> String {
    let (spec, problems) = problems(files);
    let mut sources = Sources::default();
    for (name, content) in files {
        sources.insert(name.clone(), spec::masked(&spec, name, content).into());
    }
    let mut out = Vec::new();
    text(&mut out, &problems, &sources, Colour::Off).unwrap();
    String::from_utf8(out).unwrap()
}

/// Files and directories of specs directly under a directory, sorted.
fn specs_in(directory: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join(directory))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_dir()
                || path
                    .extension()
                    .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    paths.sort();
    paths
}

#[test]
fn good_specs_and_examples_are_silent() {
    for path in specs_in("fixtures/specs/good")
        .into_iter()
        .chain(specs_in("examples"))
    {
        let shown = shown(&files(&path));
        assert!(shown.is_empty(), "{}:\n{shown}", path.display());
    }
}

#[test]
fn the_starter_is_silent_and_links_something() {
    let starter = [(Arc::from("links.yaml"), Arc::from(spec::STARTER))];
    assert_eq!(shown(&starter), "");
    let desired = linkwright::desired::lower(&problems(&starter).0);
    assert_eq!(desired.halves().count(), 1);
}

#[test]
fn bad_specs_read_as_their_golden_text_and_every_rule_is_among_them() {
    for rule in RULES.iter().filter(|rule| !rule.example.is_empty()) {
        let path = root().join(format!("fixtures/specs/bad/{}.yaml", rule.code));
        let example = validate::whole(rule.example);
        let there = fs::read_to_string(&path).unwrap_or_default();
        if updating() && there != example {
            fs::write(&path, &example).unwrap();
            continue;
        }
        assert_eq!(there, example, "{} is not current", path.display());
    }
    let mut wrong = Vec::new();
    for path in specs_in("fixtures/specs/bad") {
        let golden = path.with_extension("stderr");
        let shown = shown(&files(&path));
        assert!(!shown.is_empty(), "{} has no problem", path.display());
        if fs::read_to_string(&golden).unwrap_or_default() == shown {
            continue;
        }
        if updating() {
            fs::write(&golden, &shown).unwrap();
        } else {
            wrong.push(format!("{}:\n{shown}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_validates_can_be_lowered_with_every_half() {
    for path in specs_in("fixtures/specs/good")
        .into_iter()
        .chain(specs_in("examples"))
    {
        let (spec, _) = problems(&files(&path));
        let desired = linkwright::desired::lower(&spec);
        assert_eq!(desired.links.len(), spec.links.len());
        for link in desired.links.values() {
            assert!(!link.halves.is_empty(), "{}", link.key);
        }
        assert_eq!(desired.retired.len(), spec.retired.len());
    }
}

fn as_json(text: &str) -> serde_json::Value {
    let options = serde_yaml::options! { strict_booleans: true };
    serde_yaml::from_str_with_options(text, options).unwrap()
}

#[test]
fn the_json_schema_knows_good_from_bad() {
    let schema = spec::json_schema();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for path in specs_in("fixtures/specs/good")
        .into_iter()
        .chain(specs_in("examples"))
    {
        for (name, content) in files(&path) {
            if let Err(error) = schema.validate(&as_json(&content)) {
                panic!(
                    "{}/{name}: {error} at {}",
                    path.display(),
                    error.instance_path()
                );
            }
        }
    }
    schema.validate(&as_json(spec::STARTER)).unwrap();
    // What a schema can know about: names of keys, types, words, forms of text.
    for code in [
        "LW005", "LW006", "LW007", "LW009", "LW010", "LW013", "LW014", "LW015", "LW038",
    ] {
        let path = root().join(format!("fixtures/specs/bad/{code}.yaml"));
        let content = fs::read_to_string(path).unwrap();
        assert!(
            !schema.is_valid(&as_json(&content)),
            "{code} passes the schema"
        );
    }
}

//! Variables, environments and moved links: what is wrong reads as its golden text, a rendered spec is the
//! same spec, and nothing depends on anything but the files and the values that are given.
//!
//! `fixtures/environments` has a folder for each case: the files of a spec, `environments/prod.yaml` if one is
//! chosen, `values.txt` with values from elsewhere, and `expected.stderr`. `UPDATE_GENERATED=1` rewrites the last.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::generated::generated;
use linkwright::desired::{Desired, lower};
use linkwright::diagnostic::{Diagnostic, Severity, Sources};
use linkwright::plan::file::spec_digest;
use linkwright::report::diagnostics::{Colour, text};
use linkwright::spec::{self, Input, Origin, Spec, ValueAddress, ValueSource};
use linkwright::validate::{self, Context};
use proptest::prelude::*;

type File = (Arc<str>, Arc<str>);

/// A spec with what is chosen of it.
#[derive(Clone, Debug, Default)]
struct Case {
    files: Vec<File>,
    environment: Option<File>,
    command_line: Vec<(String, String)>,
    process: BTreeMap<String, String>,
}

impl Case {
    fn of(base: &str, environment: Option<&str>) -> Self {
        let file = |name: &str, text: &str| (Arc::from(name), Arc::from(text));
        Self {
            files: vec![file("links.yaml", base)],
            environment: environment.map(|text| file("environments/prod.yaml", text)),
            ..Self::default()
        }
    }

    fn with<T>(&self, work: impl FnOnce(&Input<'_>) -> T) -> T {
        let process = |name: &str| self.process.get(name).cloned();
        work(&Input {
            environment: self.environment.as_ref(),
            variables: &self.command_line,
            process: &process,
            ..Input::of(&self.files)
        })
    }

    fn read(&self) -> (Spec, Vec<Diagnostic>) {
        let (spec, mut problems) = self.with(spec::read);
        let context = Context {
            today: jiff::civil::date(2026, 11, 23),
        };
        problems.extend(validate::check(&spec, &context));
        linkwright::diagnostic::sort(&mut problems);
        (spec, problems)
    }

    fn render(&self) -> String {
        self.with(spec::render)
    }

    fn shown(&self) -> String {
        let (spec, problems) = self.read();
        let mut sources = Sources::default();
        for (name, content) in self.files.iter().chain(&self.environment) {
            sources.insert(name.clone(), spec::masked(&spec, name, content).into());
        }
        for problem in &problems {
            for label in &problem.labels {
                let content = sources.text(&label.place.file).unwrap();
                assert!(
                    content.get(label.place.range()).is_some(),
                    "{}",
                    label.place
                );
            }
        }
        let mut out = Vec::new();
        text(&mut out, &problems, &sources, Colour::Off).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The desired state without places.
    fn desired(&self) -> serde_json::Value {
        let (spec, problems) = self.read();
        let errors: Vec<&Diagnostic> = (problems.iter())
            .filter(|problem| problem.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{self:#?}");
        without_places(&lower(&spec))
    }

    fn digest(&self) -> String {
        let (spec, _) = self.read();
        let files = self.files.iter().chain(&self.environment);
        let files = files.map(|(name, content)| (name.as_ref(), content.as_ref()));
        let variables = spec.variables.iter();
        spec_digest(files.chain(variables.map(|(name, value)| (name.as_str(), value.as_str()))))
    }
}

fn without_places(desired: &Desired) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.remove("place");
                members.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(desired).unwrap();
    strip(&mut value);
    value
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The case of a folder.
fn case_in(path: &Path) -> Case {
    let mut names: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    names.sort();
    let files = names.iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (
            Arc::from(name),
            Arc::from(fs::read_to_string(path).unwrap()),
        )
    });
    let environment = fs::read_to_string(path.join("environments/prod.yaml")).ok();
    let mut case = Case {
        files: files.collect(),
        environment: environment.map(|text| (Arc::from("environments/prod.yaml"), text.into())),
        ..Case::default()
    };
    let values = fs::read_to_string(path.join("values.txt")).unwrap_or_default();
    for line in values.lines() {
        let (name, value) = line.split_once('=').unwrap();
        match name.strip_prefix("--var ") {
            Some(name) => case.command_line.push((name.to_owned(), value.to_owned())),
            None => drop(case.process.insert(name.to_owned(), value.to_owned())),
        }
    }
    case
}

#[test]
fn what_is_wrong_reads_as_its_golden_text() {
    let mut wrong = Vec::new();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut cases: Vec<PathBuf> = fs::read_dir(folder("fixtures/environments"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 50, "{}", cases.len());
    for path in cases {
        let case = case_in(&path);
        for problem in case.read().1 {
            *codes.entry(problem.code.0).or_default() += 1;
        }
        let shown = case.shown();
        assert!(!shown.is_empty(), "{} has no problem", path.display());
        assert!(!shown.contains("hunter2"), "{shown}");
        let golden = path.join("expected.stderr");
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            fs::write(&golden, &shown).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != shown {
            wrong.push(format!("{}:\n{shown}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Those of LW130 are found on the disk, that of LW137 by `render`.
    let all = [
        "LW120", "LW121", "LW122", "LW123", "LW124", "LW125", "LW126", "LW127", "LW131", "LW132",
        "LW133", "LW134", "LW135", "LW136",
    ];
    for code in all {
        assert!(codes.contains_key(code), "no case has {code}");
    }
}

#[test]
fn an_edit_that_would_replace_a_variable_is_not_offered() {
    let case = case_in(&folder(
        "fixtures/environments/fix-is-not-offered-for-a-variable",
    ));
    let (_, problems) = case.read();
    assert!(problems[0].help.contains("did you mean") && problems[0].fix.is_none());
    let written = BASE_OF_A_MODE.replace("MODE", "destination_initiated");
    let (_, problems) = Case::of(&written, None).read();
    assert!(problems[0].fix.is_some(), "{problems:#?}");
}

const BASE_OF_A_MODE: &str = "version: 1\nlinks:\n  a:\n    mode: MODE\n";

/// A diagnostic about a value that the environment gives or removes points into both files.
#[test]
fn a_diagnostic_points_at_the_spec_and_at_the_environment() {
    for name in [
        "used-as-another-type",
        "number-used-as-text",
        "wrong-value-for-the-field",
        "not-the-type",
        "not-one-of",
        "too-small",
        "not-used",
        "set-misspelled-field",
        "set-wrong-type",
        "set-below-nothing",
        "set-inside-a-value",
        "set-inside-a-list",
        "set-the-same",
        "set-in-two-files",
        "key-not-quoted",
        "remove-what-is-required",
        "remove-what-is-used",
        "no-value-with-an-environment",
        "fix-is-not-offered-for-a-variable",
    ] {
        let (_, problems) = case_in(&folder("fixtures/environments").join(name)).read();
        assert!(!problems.is_empty(), "{name}");
        for problem in problems {
            let files: Vec<&str> = (problem.labels.iter())
                .map(|label| label.place.file.as_ref())
                .collect();
            assert!(
                files.contains(&"links.yaml") && files.contains(&"environments/prod.yaml"),
                "{name}: {files:?}: {}",
                problem.summary
            );
        }
    }
}

const BASE: &str = r#"version: 1

variables:
  source: { default: lkc-east01 }
  domain: {}
  interval: { type: duration, default: 30s }
  guarded: { type: boolean, default: false }
  lag: { type: integer, default: 0 }
  topics: { type: list, default: ["orders.*"] }
  word: { default: plain }
  words: { default: "more: \"words\" # here" }

clusters:
  east: { id: "${var:source}", bootstrap_servers: "east.${var:domain}:9092" }
  west:
    id: lkc-west01
    rest_endpoint: "https://west.${var:domain}:443"
    rest_auth: { basic: { username: "${env:WEST_KEY}", password: "${env:WEST_SECRET}" } }

x-link: &link
  source: east
  destination: west
  credentials: { sasl_plain: { username: "${env:LINK_KEY:-sandbox-key}", password: "${env:LINK_SECRET}" } }
  topic_config_sync: { interval: "${var:interval}" }

links:
  orders-dr:
    <<: *link
    protect: ${var:guarded}
    auto_create_mirrors: { topics: { include: "${var:topics}", exclude: ["orders.tmp.*"] } }
    mirrors:
      orders.placed:
      payments.v2: { state: paused }
  other:
    <<: *link
    prefix: other.
    configs: { some.unknown.config: "a $${var:word} ${var:words} $5", "replica.socket.receive.buffer.bytes": 65536 }

policy:
  promote: { max_lag: "${var:lag}", within: 10m }

retired:
  - { link: old, cluster: west, reason: "it: was # moved" }

moved: { first: other }
"#;

#[test]
fn every_source_of_a_value_wins_over_the_next() {
    let mut case = Case::of(BASE, Some("variables: { domain: env.example.com }\n"));
    let host = |case: &Case| {
        let (spec, _) = case.read();
        let east = spec.clusters.get("east").unwrap();
        east.bootstrap_servers.clone().unwrap().value
    };
    let base = BASE.replace("domain: {}", "domain: { default: base.example.com }");
    assert_eq!(host(&Case::of(&base, None)), "east.base.example.com:9092");
    assert_eq!(host(&case), "east.env.example.com:9092");
    let name = "LINKWRIGHT_VAR_DOMAIN".to_owned();
    case.process.insert(name, "process.example.com".to_owned());
    assert_eq!(host(&case), "east.process.example.com:9092");
    let flag = ("domain".to_owned(), "flag.example.com".to_owned());
    case.command_line.push(flag);
    assert_eq!(host(&case), "east.flag.example.com:9092");
    let (spec, _) = case.read();
    let east = spec.clusters.get("east").unwrap();
    let origins = spec
        .origins
        .of(&east.bootstrap_servers.as_ref().unwrap().place);
    assert!(
        matches!(origins, [Origin::Variable { name, source: ValueSource::CommandLine, .. }] if name == "domain"),
        "{origins:?}"
    );
}

/// The process's environment is asked for what is declared, and for nothing else.
#[test]
fn only_declared_variables_are_read_from_the_process() {
    let asked = std::cell::RefCell::new(Vec::new());
    let process = |name: &str| {
        asked.borrow_mut().push(name.to_owned());
        None
    };
    let case = Case::of(
        BASE,
        Some("variables: { HOME: /root, domain: a.example.com }\n"),
    );
    let _ = spec::read(&Input {
        environment: case.environment.as_ref(),
        process: &process,
        ..Input::of(&case.files)
    });
    let names = [
        "SOURCE", "DOMAIN", "INTERVAL", "GUARDED", "LAG", "TOPICS", "WORD", "WORDS",
    ];
    let mut asked = asked.into_inner();
    asked.sort();
    let mut expected = names.map(|name| format!("LINKWRIGHT_VAR_{name}"));
    expected.sort();
    assert_eq!(asked, expected);
}

#[test]
fn a_digest_is_of_the_values_wherever_they_are_from() {
    let with = |value: &str| {
        let mut case = Case::of(BASE, None);
        let flag = ("domain".to_owned(), value.to_owned());
        case.command_line.push(flag);
        case
    };
    let mut process = Case::of(BASE, None);
    let name = "LINKWRIGHT_VAR_DOMAIN".to_owned();
    process.process.insert(name, "a.example.com".to_owned());
    assert_eq!(
        with("a.example.com").digest(),
        with("a.example.com").digest()
    );
    assert_eq!(with("a.example.com").digest(), process.digest());
    assert_ne!(
        with("a.example.com").digest(),
        with("b.example.com").digest()
    );
}

#[test]
fn the_place_of_a_value_is_found_by_its_address() {
    let environment = "variables: { domain: a.example.com }\nset:\n  links.other.prefix: o.\n";
    let case = Case::of(BASE, Some(environment));
    let find = |address: &str| {
        let address = ValueAddress::parse(address).unwrap();
        case.with(|input| spec::locate(input, &address))
    };
    let [plain] = &find("links.orders-dr.mirrors.\"orders.placed\"")[..] else {
        panic!("it is declared once");
    };
    assert_eq!(
        (&*plain.key.file, &BASE[plain.key.range()]),
        ("links.yaml", "orders.placed")
    );
    assert!(plain.origins.is_empty());
    let [set] = &find("links.other.prefix")[..] else {
        panic!("it is declared once");
    };
    assert_eq!(&*set.value.file, "environments/prod.yaml");
    assert_eq!(&environment[set.value.range()], "o.");
    let [
        Origin::Set {
            replaces: Some(replaced),
            ..
        },
    ] = &set.origins[..]
    else {
        panic!("{:?}", set.origins);
    };
    assert_eq!(&BASE[replaced.range()], "other.");
    let [variable] = &find("clusters.west.rest_endpoint")[..] else {
        panic!("it is declared once");
    };
    assert_eq!(
        &BASE[variable.value.range()],
        "\"https://west.${var:domain}:443\""
    );
    let [
        Origin::Variable {
            source: ValueSource::Environment(place),
            ..
        },
    ] = &variable.origins[..]
    else {
        panic!("{:?}", variable.origins);
    };
    assert_eq!(&environment[place.range()], "a.example.com");
    assert!(find("links.other.acl_sync").is_empty());
}

/// Links, findings and plans are those that the link had before it was renamed.
#[test]
fn a_moved_link_has_the_address_that_it_had() {
    let before = Case::of(
        &BASE
            .replace("  other:", "  first:")
            .replace("moved: { first: other }\n", ""),
        None,
    );
    let after = Case::of(BASE, None);
    let given = |mut case: Case| {
        let flag = ("domain".to_owned(), "a.example.com".to_owned());
        case.command_line.push(flag);
        let (spec, problems) = case.read();
        assert!(
            problems.iter().all(|it| it.severity != Severity::Error),
            "{problems:#?}"
        );
        lower(&spec)
    };
    let (before, after) = (given(before), given(after));
    let addresses = |desired: &Desired| -> Vec<String> {
        let halves = desired.halves();
        halves.map(|(_, half)| half.address.to_string()).collect()
    };
    assert_eq!(addresses(&before), ["west/first", "west/orders-dr"]);
    assert_eq!(addresses(&before), addresses(&after));
    assert_eq!(after.links["other"].name.as_str(), "first");
    // A key that was renamed twice has the first name.
    let twice = BASE.replace(
        "moved: { first: other }",
        "moved: { first: second, second: other }",
    );
    assert_eq!(
        given(Case::of(&twice, None)).links["other"].name.as_str(),
        "first"
    );
}

#[test]
fn one_long_value_that_is_used_again_and_again_is_bounded() {
    let mut base = BASE.replace("\nretired:", "\nexceptions:\nHERE\nretired:");
    let exception = "  - { address: west/other, reason: \"${var:words}\", until: 2026-12-31 }\n";
    base = base.replace("HERE\n", &exception.repeat(70));
    let mut case = Case::of(&base, None);
    let given = [
        ("words", "x".repeat(1024 * 1024)),
        ("domain", "a.example".to_owned()),
    ];
    case.command_line = given.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let (_, problems) = case.read();
    let errors: Vec<&str> = (problems.iter())
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| problem.code.0)
        .collect();
    assert_eq!(errors, ["LW003"]);
}

#[test]
fn the_environments_of_the_example_are_of_their_schema() {
    let schema = spec::environment_schema();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let as_json = |text: &str| -> serde_json::Value { serde_yaml::from_str(text).unwrap() };
    for name in ["dev", "test", "prod"] {
        let path = folder("examples/environments/environments").join(format!("{name}.yaml"));
        let text = fs::read_to_string(path).unwrap();
        schema.validate(&as_json(&text)).unwrap();
    }
    for wrong in [
        "version: 1",
        "variables: [a]",
        "remove: a",
        "variables: { a: { b: c } }",
    ] {
        assert!(!schema.is_valid(&as_json(wrong)), "{wrong}");
    }
}

/// What an environment can do to [`BASE`].
fn environments() -> impl Strategy<Value = String> {
    let sets = [
        "links.orders-dr.prefix: o.",
        "links.orders-dr.protect: true",
        "links.orders-dr.mirrors.\"orders.placed\".state: paused",
        "links.orders-dr.mirrors.new: { state: paused }",
        "links.orders-dr.topic_config_sync.interval: 7s",
        "links.orders-dr.auto_create_mirrors.topics.include: [\"${var:word}.*\", b]",
        "links.other.configs.\"some.unknown.config\": \"x ${var:words} ${env:A}\"",
        "links.other.configs.\"num_streams\": \"1\"",
        "links.third: { source: east, destination: west, credentials: { sasl_plain: { username: \"${env:A}\", password: \"${env:B}\" } }, mirrors: { t: } }",
        "policy.blast_radius: { max_percent: 5, from: 2 }",
        "clusters.west.rest_auth.basic.password: \"${env:PROD_SECRET}\"",
        "clusters.east.organization: \"12\"",
        "retired: []",
        "exceptions: [{ address: west/first, reason: known, until: 2026-12-31 }]",
    ];
    let removes = [
        "links.orders-dr.mirrors.\"payments.v2\"",
        "links.orders-dr.auto_create_mirrors.topics.exclude",
        "links.other.prefix",
        "policy.promote.within",
        "moved",
    ];
    let values = (
        "[a-z]{2,8}\\.example",
        prop_oneof![Just("45s"), Just("2m"), Just("1500ms")],
        any::<bool>(),
        0..100_000_u32,
        proptest::collection::btree_set("[a-z]{1,6}", 1..4),
        ("[a-z0-9]{1,6}", "[ -~é]{0,8}"),
    );
    (
        proptest::sample::subsequence(sets.to_vec(), 0..=sets.len()),
        proptest::sample::subsequence(removes.to_vec(), 0..=removes.len()),
        values,
    )
        .prop_map(|(sets, removes, (domain, interval, guarded, lag, topics, (word, words)))| {
            // A text may have what looks like a reference only in part.
            let words = words.replace("${", "$ {");
            let words = words.trim_end_matches('$');
            let quoted = |text: &str| serde_json::to_string(text).unwrap();
            let topics: Vec<String> = topics.iter().map(|topic| quoted(topic)).collect();
            let mut text = format!(
                "variables:\n  domain: {}\n  interval: {interval}\n  guarded: {guarded}\n  lag: {lag}\n  \
                 topics: [{}]\n  word: {}\n  words: {}\n",
                quoted(&domain),
                topics.join(", "),
                quoted(&word),
                quoted(words),
            );
            if !sets.is_empty() {
                text.push_str("set:\n");
            }
            for set in sets {
                text.push_str(&format!("  {set}\n"));
            }
            if !removes.is_empty() {
                text.push_str("remove:\n");
            }
            for remove in removes {
                text.push_str(&format!("  - {}\n", quoted(remove)));
            }
            text
        })
}

proptest! {
    #![proptest_config(generated(128))]

    /// A rendered spec is the spec with its environment, and rendering is deterministic.
    #[test]
    fn a_rendered_spec_is_the_same_spec(environment in environments()) {
        let case = Case::of(BASE, Some(&environment));
        let rendered = case.render();
        prop_assert_eq!(&rendered, &case.render());
        let again = Case::of(&rendered, None);
        prop_assert_eq!(case.desired(), again.desired(), "{}", rendered);
        // What was rendered renders as itself.
        prop_assert_eq!(&rendered, &again.render());
        prop_assert_eq!(case.digest(), case.digest());
    }

    /// Whatever an environment says, reading ends without a panic, and places are in their files.
    #[test]
    fn any_environment(environment in "(?s)((variables|set|remove|links|orders-dr|domain|\\$\\{var:word\\}|\\$\\{env:A\\}|[\\[\\]{},.&*!|>'\"%@`#-]|: |:\n  |\n|  ){0,40}|.{0,60})") {
        let _ = Case::of(BASE, Some(&environment)).shown();
    }
}

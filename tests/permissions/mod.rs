//! The permissions of every example, tried: given to the accounts of a simulated world as its only ACLs they are
//! enough for `plan`, `apply` and `drift`, and with any one of them taken away something goes wrong.

mod story;

use std::fs;
use std::path::{Path, PathBuf};

use linkwright::desired::Desired;
use linkwright::permissions::{self, Also};
use linkwright::report::permissions::{commands, json};
use linkwright::report::style::Style;

use crate::report_views::golden;
use crate::support::bench;
use story::{Acl, Story};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One example: its spec, its world, and how a disaster changes the spec.
struct Example {
    name: String,
    spec: String,
    world: String,
    also: Also,
    /// What is written in place of what, when mirror topics are stopped or reversed.
    stops: Option<(&'static str, &'static str)>,
}

impl Example {
    fn of(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        Self {
            spec: read(folder.join("links.yaml")),
            world: read(root().join(format!("fixtures/worlds/{name}.yaml"))),
            // Topics with a primary go to the other side and come back.
            stops: (name == "disaster-recovery").then_some(("primary: east", "primary: west")),
            name,
            also: Also::default(),
        }
    }

    /// The same with what failing over or promoting needs.
    fn stopping(mut self, from: &'static str, to: &'static str) -> Self {
        assert!(self.spec.contains(from));
        self.name.push_str(" and its end");
        self.also = Also { failover: true };
        self.stops = Some((from, to));
        self
    }

    fn desired(&self) -> Desired {
        read(&self.spec)
    }

    fn stopped(&self) -> Option<Desired> {
        let (from, to) = self.stops?;
        Some(read(&self.spec.replace(from, to)))
    }
}

fn read(spec: &str) -> Desired {
    bench::read(&[("links.yaml", spec)]).unwrap()
}

fn all() -> Vec<Example> {
    let mut folders: Vec<PathBuf> = ["examples", "examples/runbooks"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("links.yaml").exists())
        .collect();
    folders.sort();
    let mut examples: Vec<Example> = folders.iter().map(|folder| Example::of(folder)).collect();
    let runbook = |name: &str| Example::of(&root().join("examples/runbooks").join(name));
    examples.push(runbook("dr").stopping("state: mirroring", "state: failed-over"));
    examples.push(runbook("migration").stopping(": {}\n", ": { state: promoted }\n"));
    examples
}

/// What goes wrong with the permissions of one example.
fn wrong_with(example: &Example) -> Vec<String> {
    let (desired, stopped) = (example.desired(), example.stopped());
    let needed = json::document(&permissions::of(&desired, example.also));
    let acls: Vec<Acl> = story::acls(&needed);
    let story = Story::new(&example.world, &desired, stopped.as_ref(), &needed);
    let whole = story.told_with(&acls);
    let mut wrong: Vec<String> = whole
        .wrong
        .iter()
        .map(|line| format!("{}: not enough: {line}", example.name))
        .collect();
    if !wrong.is_empty() {
        return wrong;
    }
    for (index, acl) in acls.iter().enumerate() {
        let mut others = acls.clone();
        others.remove(index);
        if !story.differs_with(&others, &whole) {
            wrong.push(format!("{}: spare: {acl:?}", example.name));
        }
    }
    wrong
}

#[test]
fn the_permissions_of_every_example_are_enough_and_none_is_spare() {
    let examples = all();
    assert!(examples.len() >= 14, "{}", examples.len());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = examples
            .iter()
            .map(|example| scope.spawn(|| wrong_with(example)))
            .collect();
        all.into_iter()
            .flat_map(|example| example.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Without any permission the plan says of each call what it needs.
#[test]
fn what_a_403_points_to_is_named() {
    let example = Example::of(&root().join("examples/all-offsets-and-acls"));
    let desired = example.desired();
    let needed = json::document(&permissions::of(&desired, Also::default()));
    let story = Story::new(&example.world, &desired, None, &needed);
    let told = story.told_with(&[]);
    let needs = "403 Forbidden (code 40301): Request is not authorized (the call needs DESCRIBE on the cluster)";
    assert!(told.text.contains(needs), "{}", told.text);
    // The job may read, and not write.
    let mut reading: Vec<Acl> = story::acls(&needed);
    for acl in reading.iter_mut().filter(|acl| acl.operation == "ALTER") {
        acl.operation = "DESCRIBE".to_owned();
    }
    let told = story.told_with(&reading);
    let needs = "Request is not authorized (the call needs ALTER on the cluster)";
    assert!(told.text.contains(needs), "{}", told.text);
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Text, commands and JSON of three examples that differ in all that the forms have.
#[test]
fn the_forms_are_as_they_were() {
    for name in ["quickstart", "platform-source", "all-acls", "oauth"] {
        let example = Example::of(&root().join("examples").join(name));
        let needed = permissions::of(&example.desired(), Also::default());
        let style = Style::default();
        let text = written(|out| linkwright::report::permissions::text(out, &needed, &style));
        let shell = written(|out| commands::write(out, &needed));
        let document = written(|out| json::write(out, &needed));
        for (kind, text) in [("txt", text), ("sh", shell), ("json", document)] {
            golden::compare(
                root().join(format!("fixtures/permissions/{name}.{kind}")),
                &text,
            );
        }
    }
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = root().join("schemas/permissions.schema.json");
    golden::compare(path, &format!("{:#}\n", json::schema()));
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    for example in all() {
        let needed = permissions::of(&example.desired(), example.also);
        let document = serde_json::to_value(json::document(&needed)).unwrap();
        assert!(validator.is_valid(&document), "{}", example.name);
    }
}

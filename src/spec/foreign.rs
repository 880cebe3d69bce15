//! Files in a folder of specs that are not specs. A workflow, a compose file or an action next to specs is
//! not half a spec with every key misspelt, and neither is the world of a sandbox or a scenario.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes;
use super::node::{Key, Node, Span, Value};
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Severity};

/// What a file is that is not a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Foreign {
    /// YAML of another program.
    OtherProgram,
    /// The simulated clusters of `--sandbox`.
    World,
    /// A scenario of `linkwright test`.
    Scenario,
}

/// At most this many names of skipped files are listed.
const MAX_NAMES: usize = 5;

/// The keys of a spec.
const KEYS: [&str; 10] = [
    "version",
    "variables",
    "store",
    "moved",
    "clusters",
    "confluent_cloud",
    "links",
    "policy",
    "retired",
    "exceptions",
];

/// The keys of a spec that a world does not have. `clusters` is in both: a mapping in a spec, a list in a world.
const NOT_IN_WORLDS: [&str; 8] = [
    "variables",
    "store",
    "moved",
    "confluent_cloud",
    "links",
    "policy",
    "retired",
    "exceptions",
];

/// Keys that only a world has.
pub(crate) const WORLD_KEYS: [&str; 7] = [
    "clock",
    "cloud_api_keys",
    "faults",
    "seed",
    "switches",
    "switchover",
    "timings",
];

/// Keys that only a cluster of a world has. A cluster of a world also has a `name`, and so has one in a spec whose
/// clusters are written as a list by mistake.
pub(crate) const WORLD_CLUSTER_KEYS: [&str; 15] = [
    "acl_limit",
    "acls",
    "authorizer",
    "brokers",
    "groups",
    "link_limit",
    "link_principals",
    "listen",
    "mirror_limit",
    "profile",
    "rate_limit",
    "reachable",
    "service_accounts",
    "tier",
    "topics",
];

/// The keys that every scenario has.
const SCENARIO_KEYS: [&str; 2] = ["given", "when"];

/// What a file is if it is not a spec: it has neither `version` nor any other key of a spec, not even misspelt, or
/// it is a world or a scenario. A file without any value is a spec that declares nothing. With it comes where that shows.
pub(crate) fn kind(root: &Node) -> Option<(Foreign, Span)> {
    let other = (Foreign::OtherProgram, Span::START);
    let Value::Map(entries) = &root.value else {
        return (!root.is_empty_scalar()).then_some(other);
    };
    let find = |name: &str| entries.iter().find(|(key, _)| &*key.text == name);
    if let [Some((given, _)), Some(_)] = SCENARIO_KEYS.map(find) {
        return Some((Foreign::Scenario, given.span));
    }
    let is_ours = |key: &str| key.starts_with("x-") || nearest_of(key, KEYS).is_some();
    if !entries.is_empty() && !entries.iter().any(|(key, _)| is_ours(&key.text)) {
        return Some(other);
    }
    simulated(entries).map(|span| (Foreign::World, span))
}

/// Where the clusters of a world are, if it is one.
fn simulated(entries: &[(Key, Node)]) -> Option<Span> {
    let has = |entries: &[(Key, Node)], keys: &[&str]| {
        let mut own = entries.iter().map(|(key, _)| &*key.text);
        own.any(|key| keys.contains(&key))
    };
    let (key, clusters) = entries.iter().find(|(key, _)| &*key.text == "clusters")?;
    let Value::List(clusters) = &clusters.value else {
        return None;
    };
    let is_of_world = |cluster: &Node| match &cluster.value {
        Value::Map(entries) => has(entries, &WORLD_CLUSTER_KEYS),
        _ => false,
    };
    let is_world = !has(entries, &NOT_IN_WORLDS)
        && (has(entries, &WORLD_KEYS) || clusters.iter().any(is_of_world));
    is_world.then_some(key.span)
}

/// A file that was named is not a spec.
pub(crate) fn not_a_spec(file: &Arc<str>, kind: Foreign, span: Span) -> Diagnostic {
    let place = span.place(file);
    match kind {
        Foreign::OtherProgram => {
            Diagnostic::error(codes::FOREIGN, "the file is not a Linkwright spec")
                .at(&place, "it has no `version` and no other key of a spec")
                .why("a spec begins with `version: 1` and declares `clusters`, `links`, `policy`, `retired` or `exceptions`")
                .help("name a spec, or the directory that has it; in a directory, YAML of other programs is skipped")
        }
        Foreign::World => Diagnostic::error(codes::WORLD, "the file is a sandbox world, not a spec")
            .at(&place, "a list of simulated clusters")
            .why(ABOUT_WORLDS)
            .help(format!(
                "name the spec, and this file after `--sandbox`: `linkwright plan SPEC --sandbox {file}`"
            )),
        Foreign::Scenario => Diagnostic::error(codes::SCENARIO, "the file is a scenario, not a spec")
            .at(&place, "what is given in a scenario")
            .why(ABOUT_SCENARIOS)
            .help(format!("to run it: `linkwright test {file}`")),
    }
}

const ABOUT_SCENARIOS: &str = "a scenario says what is given, done and expected, for `linkwright test`; a spec declares links between clusters";

const ABOUT_WORLDS: &str = "a world has the clusters that a sandbox simulates, with their topics and ACLs; a spec declares links between clusters";

/// Files of a folder that were skipped: a note for each kind.
pub fn skipped(files: &BTreeMap<Arc<str>, Foreign>) -> Vec<Diagnostic> {
    let of_kind = |kind: Foreign| -> Vec<&str> {
        let files = files.iter().filter(|(_, other)| **other == kind);
        files.map(|(name, _)| &**name).collect()
    };
    let (others, worlds) = (of_kind(Foreign::OtherProgram), of_kind(Foreign::World));
    // Scenarios are kept next to specs, and nothing is said of them.
    let mut notes = Vec::new();
    if !others.is_empty() {
        let (what, why) = match others.len() {
            1 => (
                "1 YAML file that is not a Linkwright spec".to_owned(),
                "it has no `version` and no other key of a spec",
            ),
            count => (
                format!("{count} YAML files that are not Linkwright specs"),
                "they have no `version` and no other key of a spec",
            ),
        };
        notes.push(
            Diagnostic::new(Severity::Note, codes::FOREIGN, skip(&what, &others))
                .why(why)
                .help("list files to skip in `.linkwrightignore`, one pattern a line, and this note is not shown"),
        );
    }
    if let Some(first) = worlds.first() {
        let what = match worlds.len() {
            1 => "1 sandbox world, which is not a spec".to_owned(),
            count => format!("{count} sandbox worlds, which are not specs"),
        };
        notes.push(
            Diagnostic::new(Severity::Note, codes::WORLD, skip(&what, &worlds))
                .why(ABOUT_WORLDS)
                .help(format!(
                    "to run against simulated clusters, name it: `--sandbox {first}`; keep worlds in a folder of their own, \
                     or list them in `.linkwrightignore`, and this note is not shown"
                )),
        );
    }
    notes
}

fn skip(what: &str, files: &[&str]) -> String {
    let shown = &files[..files.len().min(MAX_NAMES)];
    let more = match files.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("skipped {what}: {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_of(text: &str) -> Vec<&'static str> {
        let files = [(Arc::from("f.yaml"), Arc::from(text))];
        let (_, problems) = crate::spec::parse(&files);
        problems.iter().map(|it| it.code.0).collect()
    }

    #[test]
    fn the_keys_that_only_worlds_have_are_those_of_the_schemas() {
        let schema = |file: &str| -> serde_json::Value {
            let file = format!("{}/../../schemas/{file}", env!("CARGO_MANIFEST_DIR"));
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
        };
        let keys = |schema: &serde_json::Value, at: &str| -> Vec<String> {
            let properties = schema.pointer(at).unwrap().as_object().unwrap();
            properties.keys().cloned().collect()
        };
        let (world, spec) = (schema("world.schema.json"), schema("spec.schema.json"));
        let of_spec = keys(&spec, "/properties");
        let mut ours = KEYS.map(str::to_owned);
        ours.sort();
        assert_eq!(ours.to_vec(), of_spec);
        let mut own = keys(&world, "/properties");
        own.retain(|key| !of_spec.contains(key) && key != "description");
        assert_eq!(own, WORLD_KEYS);
        let of_spec = keys(&spec, "/$defs/Cluster/properties");
        let mut own = keys(&world, "/$defs/ClusterSpec/properties");
        own.retain(|key| !of_spec.contains(key) && !["name", "links"].contains(&key.as_str()));
        assert_eq!(own, WORLD_CLUSTER_KEYS);
    }

    #[test]
    fn every_world_is_known_and_no_spec_is_one() {
        let worlds = format!("{}/../../fixtures/worlds", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(worlds).unwrap() {
            let file = entry.unwrap().path();
            // A sandbox keeps its state next to its world.
            if file.extension().is_none_or(|it| it != "yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(codes_of(&text), ["LW443"], "{}", file.display());
        }
        for text in [
            "version: 1\nclusters:\n  - { id: lkc-1, name: east, organization: acme }\n",
            "version: 1\nclusters: {}\nseed: 1\n",
            "version: 1\nclusters:\n  - { id: lkc-1, topics: [] }\nlinks: {}\n",
            "version: 1\nclusters: []\n",
        ] {
            let codes = codes_of(text);
            assert!(!codes.contains(&"LW443"), "{text}{codes:?}");
        }
    }
}

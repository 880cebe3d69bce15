//! Importers over files in the shape of the public examples of each tool. Each folder of `fixtures/import` has the
//! files, and a world that was written by hand as that tool makes it: what is imported must validate, say nothing
//! secret, and plan to nothing there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::generated::generated;
use linkwright::address::ClusterName;
use linkwright::diagnostic::Severity;
use linkwright::export::{Document, ExportInput, export};
use linkwright::import::{self, Checked, Described, Found, Known, NotRead, Tool};
use linkwright::report::hand_over::{HandOver, hand_over};
use linkwright::{catalog, spec, validate};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::bench::{Bench, TODAY, read, show, stepped};

/// Whatever is secret in the fixtures contains this.
const SECRET: &str = "NEVER-IMPORTED";

/// A folder of files.
#[derive(Clone, Copy, Debug)]
struct Case {
    folder: &'static str,
    tool: Tool,
    files: &'static [&'static str],
    /// Ids that the files do not say.
    ids: &'static [(&'static str, &'static str)],
}

const SOURCE: &str = "PlatformSrc-AAAAAAAAAA";
const DESTINATION: &str = "PlatformDst-BBBBBBBBBB";

const fn case(folder: &'static str, tool: Tool, files: &'static [&'static str]) -> Case {
    Case {
        folder,
        tool,
        files,
        ids: &[],
    }
}

impl Case {
    const fn ids(mut self, ids: &'static [(&'static str, &'static str)]) -> Self {
        self.ids = ids;
        self
    }

    fn path(&self) -> PathBuf {
        Path::new("fixtures/import").join(self.folder)
    }

    /// The files with their texts, and those that scripts name.
    fn texts(&self) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        let files = files.filter(|file| !file.ends_with("world.yaml"));
        let texts = files.map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(file).unwrap())
        });
        texts.collect()
    }

    fn found(&self) -> Found {
        self.found_in(&self.texts()).unwrap()
    }

    fn found_in(&self, texts: &BTreeMap<String, String>) -> Result<Found, NotRead> {
        let files: Vec<(Arc<str>, Arc<str>)> = self
            .files
            .iter()
            .map(|name| (Arc::from(*name), Arc::from(texts[*name].as_str())))
            .collect();
        let look_up = |_: &str, name: &str| {
            let name = Path::new(name).file_name()?.to_str()?;
            texts.get(name).cloned()
        };
        match self.tool {
            Tool::Terraform => import::terraform(&files),
            Tool::Cfk => import::cfk(&files),
            Tool::Properties => import::properties(&files, None, &look_up),
        }
    }

    fn guide(&self, found: &Found, described: &Described, document: &Document) -> String {
        hand_over(&HandOver {
            tool: self.tool,
            found,
            described,
            document,
            folder: "links",
            checked: &Checked::Not,
        })
    }

    fn imported(&self) -> (Found, Described, Document) {
        self.made_of(self.found())
    }

    /// What is written of what was found.
    fn made_of(&self, found: Found) -> (Found, Described, Document) {
        let known = self.ids.iter().map(|(name, id)| {
            let known = Known {
                id: Some((*id).to_owned()),
                ..Known::default()
            };
            (ClusterName::from(*name), known)
        });
        let described = found.world(&known.collect::<BTreeMap<_, _>>()).unwrap();
        let document = export(&ExportInput {
            clusters: &described.clusters,
            live: &described.live,
            existing: None,
            only_used: true,
            today: TODAY,
        });
        (found, described, document)
    }
}

#[rustfmt::skip] // one case, one line
const CASES: &[Case] = &[
    case("terraform-destination", Tool::Terraform, &["state.json"]),
    case("terraform-source", Tool::Terraform, &["state.json"]),
    case("terraform-bidirectional", Tool::Terraform, &["state.json"]),
    case("terraform-bidirectional-inbound", Tool::Terraform, &["state.json"]),
    case("terraform-plan", Tool::Terraform, &["plan.json"]),
    case("terraform-raw-state", Tool::Terraform, &["terraform.tfstate"]),
    case("cfk-cloud-source", Tool::Cfk, &["clusterlink.yaml"]).ids(&[("destination-kafka-rest", DESTINATION)]),
    case("cfk-source-initiated", Tool::Cfk, &["links.yaml"]),
    case("cfk-mtls", Tool::Cfk, &["clusterlink-mtls.yaml"]).ids(&[("source-kafka-rest", SOURCE), ("destination-kafka-rest", DESTINATION)]),
    case("cfk-bidirectional", Tool::Cfk, &["src.yaml", "dest.yaml"]).ids(&[("src-rest", SOURCE), ("dest-rest", DESTINATION)]),
    case("cfk-bidirectional-inbound", Tool::Cfk, &["links.yaml"]).ids(&[("central-rest", SOURCE), ("east-rest", DESTINATION)]),
    case("cfk-cloud-destination", Tool::Cfk, &["clusterlink-ccloud.yaml"]).ids(&[("krc-cfk", SOURCE), ("krc-cloud", "lkc-west01")]),
    case("cfk-filters", Tool::Cfk, &["list.yaml"]),
    case("cli-cloud", Tool::Properties, &["create.sh"]),
    case("cli-hybrid", Tool::Properties, &["create.sh"]),
    case("cli-bidirectional", Tool::Properties, &["create.sh"]),
    case("platform-script", Tool::Properties, &["start.sh"]).ids(&[("broker-europe", DESTINATION)]),
    case("platform-loop", Tool::Properties, &["create.sh"]),
    case("terraform-oauth", Tool::Terraform, &["plan.json"]),
    case("terraform-source-oauth", Tool::Terraform, &["plan.json"]),
    case("terraform-modules", Tool::Terraform, &["state.json"]),
    case("cfk-prefix", Tool::Cfk, &["clusterlinkfilter-prefix.yaml"]).ids(&[("destination-kafka-rest", DESTINATION)]),
    case("cfk-sasl-ssl", Tool::Cfk, &["clusterlink-sasl-ssl.yaml"]).ids(&[("destination-kafka-rest", DESTINATION)]),
    case("cli-migration", Tool::Properties, &["migrate.sh"]),
    case("cli-jump", Tool::Properties, &["create.sh"]),
    case("platform-compose", Tool::Properties, &["README.md"]),
    case("platform-kubectl", Tool::Properties, &["migrate.sh"]).ids(&[("localhost-9092", DESTINATION)]),
    case("platform-filters", Tool::Properties, &["create.sh"]).ids(&[("kafka-ffm", DESTINATION)]),
    case("properties-pair", Tool::Properties, &["dst.config", "src.config"]).ids(&[("source", "lkc-east01"), ("destination", "lkc-west01")]),
    case("properties-one-way", Tool::Properties, &["link.properties"]).ids(&[("source", SOURCE), ("destination", DESTINATION)]),
];

/// Everything that an import writes and says, if a secret is in it.
fn shows(case: &Case, found: Result<Found, NotRead>) -> Option<String> {
    let shown = match found {
        Err(error) => format!("{error}\n{error:?}"),
        Ok(found) => {
            let (found, described, document) = case.made_of(found);
            let guide = case.guide(&found, &described, &document);
            let folder = document.in_folder(Path::new("links"), &|_| false);
            let text = document.one_file();
            format!("{text}\n{folder:#?}\n{guide}\n{found:#?}\n{described:#?}\n{document:#?}")
        }
    };
    shown.contains(SECRET).then_some(shown)
}

/// The files of a case with one more setting of each link.
fn with_setting(case: &Case, name: &str, value: &str) -> BTreeMap<String, String> {
    let mut texts = case.texts();
    for (file, text) in &mut texts {
        *text = match case.tool {
            Tool::Terraform => {
                let mut state: Value = serde_json::from_str(text).unwrap();
                set_in(&mut state, "link_name", "config", name, value);
                state.to_string()
            }
            Tool::Cfk => {
                let mut items: Vec<Value> = serde_yaml::from_multiple(text).unwrap();
                for item in &mut items {
                    set_in(item, "sourceKafkaCluster", "configs", name, value);
                }
                json!({ "kind": "List", "items": items }).to_string()
            }
            Tool::Properties if file.ends_with(".sh") => {
                let setting = format!("{name}={value}");
                let setting = shlex::try_quote(&setting).unwrap();
                let words: Vec<String> = text
                    .split_inclusive("--config-file ")
                    .map(|part| {
                        part.replace(
                            "--config-file ",
                            &format!("--config {setting} --config-file "),
                        )
                    })
                    .collect();
                words.concat()
            }
            Tool::Properties if file.ends_with(".json") => text.clone(),
            Tool::Properties => {
                let escaped = value.replace('\\', "\\\\").replace('\n', "\\n");
                format!("{}\n{name}={escaped}\n", text.trim_end())
            }
        };
    }
    texts
}

/// Sets a setting in each object that has the key `marker`, in its map `map`.
fn set_in(tree: &mut Value, marker: &str, map: &str, name: &str, value: &str) {
    match tree {
        Value::Object(entries) => {
            if entries.contains_key(marker) {
                let settings = entries.entry(map).or_insert_with(|| json!({}));
                if let Value::Object(settings) = settings {
                    settings.insert(name.to_owned(), json!(value));
                }
            }
            for (_, below) in entries.iter_mut().filter(|(key, _)| *key != map) {
                set_in(below, marker, map, name, value);
            }
        }
        Value::Array(items) => {
            for item in items {
                set_in(item, marker, map, name, value);
            }
        }
        _ => {}
    }
}

/// Settings with a secret: of names that hold one, of names that nobody knows, and of addresses.
fn setting_with_a_secret() -> impl Strategy<Value = (String, String)> {
    let sensitive: Vec<String> = catalog::ENTRIES
        .iter()
        .filter(|entry| entry.sensitive)
        .map(|entry| entry.name.to_owned())
        .collect();
    let names = prop_oneof![
        select(sensitive),
        select(vec![
            "basic.auth.user.info",
            "schema.registry.url",
            "username"
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,8}([.][a-z_-]{1,8}){1,3}",
        "[A-Za-z]{4,9}",
    ];
    let values = select(vec![
        SECRET.to_owned(),
        format!("https://user:{SECRET}@registry.example.com/path"),
        format!("a.b.Module required username=\"k\" password=\"ab,cd=1,e.f={SECRET}\";"),
        format!("a.b.Module required username='k' password='a\\',b.c={SECRET}';"),
        format!("-----BEGIN KEY-----\n{SECRET}\nx{SECRET}=\n-----END KEY-----"),
        format!("[{{\"k\": \"{SECRET}\"}}"),
    ]);
    let addresses = select(vec![
        "bootstrap.servers",
        "sasl.oauthbearer.token.endpoint.url",
        "sasl.oauthbearer.jwks.endpoint.url",
        "local.sasl.oauthbearer.token.endpoint.url",
    ]);
    let address = format!("https://user:a,{SECRET}@idp.example.com:9092");
    let addresses = addresses.prop_map(move |name| (name.to_owned(), address.clone()));
    let settings = (names, values).prop_filter("a name that is known", |(name, _)| {
        catalog::lookup(name).is_none_or(|entry| entry.sensitive)
    });
    prop_oneof![4 => settings, 1 => addresses]
}

proptest! {
    #![proptest_config(generated(192))]

    #[test]
    fn a_secret_in_any_setting_is_shown_nowhere(
        case in select(CASES),
        (name, value) in setting_with_a_secret(),
    ) {
        let found = case.found_in(&with_setting(&case, &name, &value));
        let shown = shows(&case, found);
        prop_assert!(shown.is_none(), "{name}={value} of {}\n{}", case.folder, shown.unwrap_or_default());
    }

    #[test]
    fn no_text_is_too_odd_for_an_importer(
        words in prop::collection::vec(select(WORDS), 0..12),
        gap in select(&[" ", "", "\n"][..]),
    ) {
        let text = words.join(gap);
        let files = [(Arc::from("f"), Arc::from(text.as_str()))];
        let _ = import::terraform(&files);
        let _ = import::cfk(&files);
        let _ = import::properties(&files, None, &|_, _| Some(text.clone()));
        let files = [(Arc::from("f"), Arc::from(format!("#!/bin/sh\n{text}")))];
        let _ = import::properties(&files, None, &|_, _| Some(text.clone()));
    }
}

/// The places of a tree, as pointers of JSON.
fn places(tree: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match tree {
        Value::Object(entries) => entries.iter().for_each(|(key, below)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            places(below, &format!("{at}/{key}"), all);
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at_item, below)| places(below, &format!("{at}/{at_item}"), all)),
        _ => {}
    }
}

/// A file with another value at one place, or with one word gone, doubled or replaced.
fn changed(case: &Case, file: &str, text: &str, at: usize, value: &Value) -> String {
    let is_tree = case.tool != Tool::Properties;
    let mut trees: Vec<Value> = match case.tool {
        Tool::Cfk => serde_yaml::from_multiple(text).unwrap(),
        _ => serde_json::from_str(text).into_iter().collect(),
    };
    if is_tree && !trees.is_empty() {
        let number = at % trees.len();
        let mut all = Vec::new();
        places(&trees[number], "", &mut all);
        let place = &all[at / trees.len() % all.len()];
        *trees[number].pointer_mut(place).unwrap() = value.clone();
        return match case.tool {
            Tool::Cfk => json!({ "kind": "List", "items": trees }).to_string(),
            _ => trees[0].to_string(),
        };
    }
    assert!(!is_tree, "{file}");
    let mut words: Vec<String> = text
        .split_inclusive([' ', '\n', '='])
        .map(str::to_owned)
        .collect();
    let place = at % words.len();
    match value {
        Value::Null => drop(words.remove(place)),
        Value::String(new) => words[place] = format!("{new} "),
        _ => words.insert(place, words[at / 7 % words.len()].clone()),
    }
    words.concat()
}

proptest! {
    #![proptest_config(generated(96))]

    /// Whatever a file says, it is refused, or the specs that are written validate.
    #[test]
    fn any_change_of_a_file_ends_in_a_spec_that_validates(
        case in select(CASES),
        which in any::<prop::sample::Index>(),
        at in 0_usize..100_000,
        value in select(vec![
            json!(null), json!(7), json!(true), json!([]), json!({}), json!([{}]), json!(""), json!("lkc-east01"), json!("a/b"),
            json!("SOURCE"), json!("BIDIRECTIONAL"), json!("é\u{0}\n# x"), json!("--link"), json!("&&"), json!("'"),
        ]),
    ) {
        // Which clusters there are may change.
        let case = Case { ids: &[], ..case };
        let mut texts = case.texts();
        let file = case.files[which.index(case.files.len())];
        let text = changed(&case, file, &texts[file], at, &value);
        texts.insert(file.to_owned(), text.clone());
        let Ok(found) = case.found_in(&texts) else {
            return Ok(());
        };
        let shown = shows(&case, Ok(found.clone()));
        // A word that moves may become a name.
        let is_hidden = shown.is_none() || case.tool == Tool::Properties;
        prop_assert!(is_hidden, "{text}\n{}", shown.unwrap_or_default());
        let (_, _, document) = case.made_of(found);
        let files = document.in_folder(Path::new("links"), &|_| false);
        let files = files.iter().filter(|(file, _)| file.extension().is_some_and(|it| it == "yaml"));
        let files: Vec<(Arc<str>, Arc<str>)> = files
            .map(|(file, text)| (Arc::from(file.display().to_string()), Arc::from(text.as_str())))
            .collect();
        let (spec, mut problems) = spec::parse(&files);
        problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
        problems.retain(|problem| problem.severity == Severity::Error);
        prop_assert!(problems.is_empty(), "{problems:#?}\n{files:#?}\n{text}");
    }
}

/// Words of shells, properties files and the commands that importers read.
const WORDS: &[&str] = &[
    ">",
    ">>",
    ">f",
    "f",
    "echo",
    "printf",
    "-n",
    "tee",
    "cat",
    "<<",
    "<<EOF",
    "EOF",
    "|",
    ";",
    "&&",
    "'",
    "\"",
    "\\",
    "$",
    "${",
    "}",
    "$A",
    "A=1",
    "${A:-é}",
    "#",
    "bash",
    "-c",
    "é",
    "\u{feff}",
    "confluent",
    "kafka",
    "link",
    "create",
    "l",
    "mirror",
    "kafka-cluster-links",
    "kafka-mirrors",
    "--create",
    "--link",
    "--config",
    "a.b=[",
    "link.mode=SOURCE,",
    "]",
    "{",
    "=",
    ",",
    "@",
    "--cluster",
    "--url",
    "https://",
    ":",
    "--bootstrap-server",
    "--topics",
    "kind:",
    "ClusterLink",
    "spec:",
    "- ",
    "&a",
    "*a",
    "<<:",
    "---",
];

#[test]
fn a_user_in_any_address_of_a_file_is_shown_nowhere() {
    let mut planted = 0;
    for case in CASES {
        for (file, text) in case.texts() {
            let marks = text.match_indices("://").map(|(at, mark)| at + mark.len());
            let ports = text.match_indices(":90").filter_map(|(at, _)| {
                let from =
                    text[..at].rfind(|it: char| !it.is_ascii_alphanumeric() && !".-".contains(it));
                from.map(|from| from + 1)
            });
            for at in marks.chain(ports).collect::<Vec<_>>() {
                let mut texts = case.texts();
                let new = format!("{}user:{SECRET}@{}", &text[..at], &text[at..]);
                texts.insert(file.clone(), new);
                let shown = shows(case, case.found_in(&texts));
                let start = text[at..].chars().take(30).collect::<String>();
                assert_eq!(shown, None, "{} {file} {start}", case.folder);
                planted += 1;
            }
        }
    }
    assert!(planted > 50, "{planted}");
}

#[test]
fn settings_that_the_catalogue_does_not_have_are_references_and_listed() {
    let text = format!(
        "bootstrap.servers=user:{SECRET}@kafka.example.com:9092\nsecurity.protocol=SSL\nfancy.mode=two\n\
         not a setting\n"
    );
    let case = case("properties-one-way", Tool::Properties, &["link.properties"]);
    let texts = BTreeMap::from([("link.properties".to_owned(), text)]);
    let (found, described, document) = case.made_of(case.found_in(&texts).unwrap());
    let text = document.one_file();
    assert!(
        text.contains("fancy.mode: \"${env:LINK_LINK_FANCY_MODE}\""),
        "{text}"
    );
    assert!(!text.contains("two"), "{text}");
    let left: Vec<(&str, bool)> = found
        .left
        .iter()
        .map(|it| (it.what.as_str(), it.is_gap))
        .collect();
    let expected = [
        ("1 of the settings of link.properties", true),
        ("config bootstrap.servers of link destination/link", false),
        ("config fancy.mode of link destination/link", false),
    ];
    assert_eq!(left, expected);
    let unknown: Vec<&str> = described
        .unknown
        .iter()
        .map(|(_, what)| what.as_str())
        .collect();
    assert!(
        unknown.contains(&"the bootstrap servers of cluster source"),
        "{unknown:?}"
    );
}

#[test]
fn a_setting_that_runs_into_the_next_is_not_imported() {
    let case = case("properties-one-way", Tool::Properties, &["link.properties"]);
    let text = format!(
        "bootstrap.servers=k:9092\nsecurity.protocol=SSL\nacl.sync.ms=ssl.key.password={SECRET}\n"
    );
    let texts = BTreeMap::from([("link.properties".to_owned(), text)]);
    let found = case.found_in(&texts).unwrap();
    let left: Vec<&str> = found.left.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(left, ["config acl.sync.ms of link destination/link"]);
    assert_eq!(shows(&case, Ok(found)), None);
}

/// A text of filters is kept only where all of it is known.
#[test]
fn filters_with_anything_else_in_them_are_not_imported() {
    let case = case("properties-one-way", Tool::Properties, &["link.properties"]);
    let topics = "auto.create.mirror.topics.filters";
    let name = r#""name":"a=b","patternType":"LITERAL","filterType":"INCLUDE""#;
    for (name, value) in [
        (
            topics,
            format!(
                r#"{{"topicFilters":[]}} sasl.jaas.config=org.x required password="{SECRET}";"#
            ),
        ),
        (
            topics,
            format!(r#"{{"topicFilters":[{{{name},"password":"{SECRET}"}}]}}"#),
        ),
        (
            topics,
            format!(r#"{{"topicFilters":[{{{name},"name":"{SECRET}","name":"a"}}]}}"#),
        ),
        (
            topics,
            format!(r#"{{"topicFilters":[{{{name},"topicTypes":["{SECRET}"]}}]}}"#),
        ),
        (
            topics,
            format!(r#"{{"topicFilters":[],"password":"{SECRET}"}}"#),
        ),
        (
            "consumer.offset.group.filters",
            format!(r#"{{"groupFilters":["{SECRET}"]}}"#),
        ),
        (
            "acl.filters",
            format!(r#"{{"aclFilters":[{{"password":"{SECRET}"}}]}}"#),
        ),
        ("acl.filters", format!(r#"{{"aclFilters":["{SECRET}"]}}"#)),
        (
            "acl.filters",
            format!(r#"{{"aclFilters":[{{"accessFilter":{{"password":"{SECRET}"}}}}]}}"#),
        ),
    ] {
        let text = format!(
            "bootstrap.servers=k:9092\nsecurity.protocol=SSL\nconsumer.offset.sync.enable=true\nacl.sync.enable=true\n\
             auto.create.mirror.topics.enable=true\n{name}={value}\n"
        );
        let texts = BTreeMap::from([("link.properties".to_owned(), text)]);
        let found = case.found_in(&texts).unwrap();
        let left: Vec<&str> = found.left.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(
            left,
            [format!("config {name} of link destination/link")],
            "{value}"
        );
        assert_eq!(shows(&case, Ok(found)), None, "{value}");
    }
    let text = format!(
        "bootstrap.servers=k:9092\nsecurity.protocol=SSL\n{topics}={{\"topicFilters\":[{{{name}}}]}}\n"
    );
    let texts = BTreeMap::from([("link.properties".to_owned(), text)]);
    let (found, _, document) = case.made_of(case.found_in(&texts).unwrap());
    assert_eq!(found.left, []);
    assert!(
        document.one_file().contains("a=b"),
        "{}",
        document.one_file()
    );
    let text = format!(
        "confluent kafka link create dr --cluster lkc-b --source-cluster lkc-a --source-bootstrap-server a:9092 \
         --config '{topics}={{\"topicFilters\":[]}} sasl.jaas.config={SECRET}'"
    );
    let texts = BTreeMap::from([("link.properties".to_owned(), text)]);
    let found = case.found_in(&texts).unwrap();
    assert!(
        found.left.iter().any(|it| it.what.contains(topics)),
        "{:?}",
        found.left
    );
    assert_eq!(shows(&case, Ok(found)), None);
}

/// The keys of a mapping are names, whatever they look like.
#[test]
fn what_manifests_say_in_other_words_is_listed_by_its_name() {
    let text = format!(
        "kind: ClusterLink\nmetadata: {{ name: l }}\nspec:\n  configs: {{ foo: {SECRET} }}\n  \
         sourceKafkaCluster: {{ bootstrapEndpoint: 's:9092', kafkaRestClassRef: {{ name: src }} }}\n  \
         destinationKafkaCluster: {{ kafkaRestClassRef: {{ name: dst }} }}\n  \
         mirrorTopics: [{{ name: other, sourceTopicName: orders }}, {{ name: stock }}]\n---\n\
         kind: KafkaRestClass\nmetadata: {{ name: dst }}\nspec:\n  kafkaRest:\n    kafkaClusterID: abc\n    \
         endpoint: https://admin:a,{SECRET}@kafka.example.com:8090/kafka\n"
    );
    let files = [(Arc::from("links.yaml"), Arc::from(text.as_str()))];
    let found = import::cfk(&files).unwrap();
    let left: Vec<&str> = found.left.iter().map(|it| it.what.as_str()).collect();
    let expected = [
        "REST endpoint of cluster dst",
        "config foo of link dst/l",
        "mirror topic dst/l/other",
    ];
    assert_eq!(left, expected);
    let why = &found.left[2].why;
    assert!(why.contains("is called orders on this link"), "{why}");
    let case = case("cfk-mtls", Tool::Cfk, &[]);
    assert_eq!(shows(&case, Ok(found.clone())), None);
    let (_, _, document) = case.made_of(found);
    let text = document.one_file();
    assert!(
        text.contains("https://kafka.example.com:8090/kafka"),
        "{text}"
    );
    assert!(text.contains("foo: \"${env:LINK_L_FOO}\""), "{text}");
    assert!(document.notes.is_empty(), "{:?}", document.notes);
}

#[test]
fn sensitive_attributes_of_a_raw_state_are_not_imported() {
    let case = case(
        "terraform-raw-state",
        Tool::Terraform,
        &["terraform.tfstate"],
    );
    let path = |end: Value| json!([[{ "type": "get_attr", "value": "config" }, end]]);
    let forms = [
        path(
            json!({ "type": "index", "value": { "value": "metadata.max.age.ms", "type": "string" } }),
        ),
        json!([[{ "type": "get_attr", "value": "config" }]]),
        json!([{ "type": "get_attr", "value": "config" }]),
        json!([[
            { "type": "get_attr", "value": "source_kafka_cluster" },
            { "type": "index", "value": { "value": 0, "type": "number" } },
            { "type": "get_attr", "value": "bootstrap_endpoint" },
        ]]),
    ];
    let address = format!("SASL_SSL://{SECRET}.example.com:9092");
    for (number, form) in forms.into_iter().enumerate() {
        let mut texts = match number {
            3 => case.texts(),
            _ => with_setting(&case, "metadata.max.age.ms", SECRET),
        };
        let text = texts.get_mut("terraform.tfstate").unwrap();
        let mut state: Value = serde_json::from_str(text).unwrap();
        for resource in state["resources"].as_array_mut().unwrap() {
            let Some(name) = resource["instances"][0]["attributes"]
                .get("link_name")
                .cloned()
            else {
                continue;
            };
            assert!(name.is_string());
            resource["instances"][0]["sensitive_attributes"] = form.clone();
            if number == 3 {
                let block = &mut resource["instances"][0]["attributes"]["source_kafka_cluster"][0];
                block["bootstrap_endpoint"] = json!(address);
            }
        }
        *text = state.to_string();
        assert!(text.contains(SECRET));
        let found = case.found_in(&texts).unwrap();
        if number != 3 {
            let names = found.left.iter().map(|it| it.what.as_str());
            assert!(
                names
                    .clone()
                    .any(|it| it.starts_with("config metadata.max.age.ms of")),
                "{found:#?}"
            );
        }
        assert_eq!(shows(&case, Ok(found)), None, "{form}");
    }
}

#[test]
fn invalid_yaml_is_placed_and_not_quoted() {
    let text =
        format!("kind: Secret\nstringData:\n  password: {SECRET}\n  other: [{SECRET}\nkind: {{\n");
    let files = [(Arc::from("secret.yaml"), Arc::from(text))];
    let error = import::cfk(&files).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
    assert!(
        error.to_string().contains("invalid YAML at line 5, column"),
        "{error}"
    );
}

/// What is wrong with an import, if anything.
fn wrong_with(case: &Case) -> Result<(), String> {
    let (found, _, document) = case.imported();
    let text = document.one_file();
    if let Some(shown) = shows(case, case.found_in(&case.texts())) {
        return Err(format!("{}: a secret is shown\n{shown}", case.folder));
    }
    let wrong = |words: String| {
        Err(format!(
            "{}: {words}\n{text}\n{:#?}",
            case.folder, found.left
        ))
    };
    if document.links.is_empty() || !document.notes.is_empty() || found.has_gaps() {
        return wrong(format!("not complete: {:#?}", document.notes));
    }
    let files = [(Arc::from("import.yaml"), Arc::from(text.as_str()))];
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
    problems.retain(|problem| problem.severity != Severity::Note);
    if !problems.is_empty() {
        return wrong(format!("does not validate: {problems:#?}"));
    }
    let desired = read(&[("import.yaml", &text)]).map_err(|it| format!("{it:#?}"))?;
    let world = std::fs::read_to_string(case.path().join("world.yaml")).unwrap();
    let plan = stepped(async {
        let bench = Bench::new(&world);
        bench.plan(&desired).await
    });
    if plan.has_changes() || plan.is_refused() || plan.has_unknowns() || plan.compared.configs == 0
    {
        return wrong(format!("plans to something:\n{}", show(&plan)));
    }
    Ok(())
}

#[test]
fn what_is_imported_validates_and_plans_to_nothing() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|case| wrong_with(case).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_folder_of_files_is_tried() {
    let folders = std::fs::read_dir("fixtures/import").unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names {
        assert!(CASES.iter().any(|case| case.folder == name), "{name}");
    }
}

fn guide_of(folder: &str) -> String {
    let case = CASES.iter().find(|case| case.folder == folder).unwrap();
    let (found, described, document) = case.imported();
    case.guide(&found, &described, &document)
}

#[test]
fn the_guide_from_terraform_forgets_and_destroys_nothing() {
    let guide = guide_of("terraform-destination");
    for address in [
        "confluent_cluster_link.destination-outbound",
        "confluent_kafka_mirror_topic.orders",
    ] {
        let block = format!(
            "removed {{\n  from = {address}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}"
        );
        assert!(guide.contains(&block), "{guide}");
        assert!(
            guide.contains(&format!("terraform state rm {address}\n")),
            "{guide}"
        );
    }
    assert!(guide.contains("deletes the topic with its data"), "{guide}");
    // What stays in Terraform is listed, and not among what it forgets.
    assert!(guide.contains("`confluent_kafka_acl.describe`"), "{guide}");
    assert!(!guide.contains("from = confluent_kafka_acl"), "{guide}");
}

#[test]
fn a_saved_plan_that_destroys_is_said_first() {
    let guide = guide_of("terraform-plan");
    let stop = guide.find("Do not apply its plan").unwrap();
    assert!(stop < guide.find("## 1.").unwrap(), "{guide}");
    assert!(
        guide.contains("confluent_kafka_mirror_topic.this[\"gone\"]"),
        "{guide}"
    );
    // Keys of modules and resources are not accepted in `removed` blocks, but in `state rm`.
    assert!(
        guide.contains("from = module.dr.confluent_kafka_mirror_topic.this\n"),
        "{guide}"
    );
    let rm = "terraform state rm 'module.dr[\"eu\"].confluent_kafka_mirror_topic.this[\"stock\"]'";
    assert!(guide.contains(rm), "{guide}");
}

#[test]
fn the_guide_from_cfk_removes_finalizers_before_it_deletes() {
    let guide = guide_of("cfk-mtls");
    let patch = guide
        .find("kubectl patch clusterlink clusterlink-demo --namespace destination")
        .unwrap();
    let delete = guide
        .find("kubectl delete clusterlink clusterlink-demo")
        .unwrap();
    let disable = guide
        .find("reconcile disable --name clusterlink-demo")
        .unwrap();
    assert!(disable < patch && patch < delete, "{guide}");
    assert!(
        guide.contains("fails over its mirror topics, then deletes"),
        "{guide}"
    );
    assert!(!guide.contains("also when it is promoted"), "{guide}");
}

#[test]
fn what_files_do_not_say_is_a_placeholder_and_is_listed() {
    let case = case("cfk-mtls", Tool::Cfk, &["clusterlink-mtls.yaml"]);
    let (_, described, document) = case.imported();
    let unknown: Vec<&str> = described
        .unknown
        .iter()
        .map(|(_, what)| what.as_str())
        .collect();
    let expected = [
        "the REST endpoint of cluster destination-kafka-rest",
        "the id of cluster destination-kafka-rest",
        "the id of cluster source-kafka-rest",
    ];
    assert_eq!(unknown, expected);
    let text = document.one_file();
    assert!(read(&[("import.yaml", &text)]).is_ok(), "{text}");
    for (placeholder, _) in &described.unknown {
        assert!(text.contains(placeholder.as_str()), "{text}");
    }
}

#[test]
fn an_id_that_contradicts_the_files_is_refused() {
    let case = case("terraform-destination", Tool::Terraform, &["state.json"]);
    let found = case.found();
    let known = |name: &str| {
        let known = Known {
            id: Some("lkc-other".to_owned()),
            ..Known::default()
        };
        BTreeMap::from([(ClusterName::from(name), known)])
    };
    let error = found.world(&known("source")).unwrap_err();
    assert!(
        error.contains("lkc-east01") && error.contains("lkc-other"),
        "{error}"
    );
    let error = found.world(&known("sauce")).unwrap_err();
    assert!(error.contains("destination, source"), "{error}");
}

#[test]
fn files_that_are_something_else_say_what_is_expected() {
    let files = |text: &str| [(Arc::from("f"), Arc::from(text))];
    let error = import::terraform(&files("resource \"x\" {}")).unwrap_err();
    assert!(
        error.to_string().contains("terraform show -json"),
        "{error}"
    );
    let error = import::terraform(&files("{\"a\":1}")).unwrap_err();
    assert!(error.to_string().contains("planned_values"), "{error}");
    assert!(import::cfk(&files("a: [")).is_err());
    assert!(
        import::cfk(&files("kind: Deployment\n"))
            .unwrap()
            .is_empty()
    );
    let error = import::properties(&files("a=b\n"), None, &|_, _| None).unwrap_err();
    assert!(error.to_string().contains("bootstrap.servers"), "{error}");
    let error = import::properties(&files("#!/bin/sh\nls\n"), None, &|_, _| None).unwrap_err();
    assert!(error.to_string().contains("kafka link create"), "{error}");
}

/// A line of Markdown without its code: what may act.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let fence = rest[at..].chars().take_while(|it| *it == '`').count();
        let (before, after) = (&rest[..at], &rest[at + fence..]);
        let mut from = 0;
        let end = loop {
            let Some(next) = after[from..].find('`').map(|next| from + next) else {
                break None;
            };
            let run = after[next..].chars().take_while(|it| *it == '`').count();
            from = next + run;
            if run == fence {
                break Some(from);
            }
        };
        out.push_str(before);
        match end {
            Some(end) => rest = &after[end..],
            None => {
                out.push_str(&rest[at..at + fence]);
                rest = after;
            }
        }
    }
    out + rest
}

#[test]
fn names_in_a_guide_do_nothing() {
    let name = "a`b``|c](http://x.example)<b>\n\n## Now\n```sh\nrm -rf ~\n```\n$(x)'\"";
    let case = CASES
        .iter()
        .find(|case| case.folder == "terraform-raw-state");
    let case = case.unwrap();
    let mut texts = case.texts();
    let text = texts.get_mut("terraform.tfstate").unwrap();
    let mut state: Value = serde_json::from_str(text).unwrap();
    let resources = state["resources"].as_array_mut().unwrap();
    for resource in resources {
        resource["name"] = json!(name);
        resource["instances"][0]["index_key"] = json!(name);
        for key in ["link_name", "mirror_topic_name"] {
            if let Some(old) = resource["instances"][0]["attributes"].get_mut(key) {
                *old = json!(name);
            }
        }
        let blocks = resource["instances"][0]["attributes"].get_mut("cluster_link");
        if let Some(blocks) = blocks {
            blocks[0]["link_name"] = json!(name);
        }
    }
    *text = state.to_string();
    let guide_of = |texts| {
        let (found, described, document) = case.made_of(case.found_in(texts).unwrap());
        hand_over(&HandOver {
            tool: case.tool,
            found: &found,
            described: &described,
            document: &document,
            folder: "my links; rm -rf ~",
            checked: &Checked::Differs(vec![name.to_owned()]),
        })
    };
    let (plain, hostile) = (guide_of(&case.texts()), guide_of(&texts));
    let headings = |guide: &str| {
        let all = guide.lines().filter(|line| line.starts_with('#'));
        all.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(hostile.contains("rm -rf"), "{hostile}");
    // No spec can have a link of that name.
    let listed = [
        "## What is not declared",
        "## What was not imported as it is",
    ];
    let expected = [headings(&plain), listed.map(str::to_owned).to_vec()].concat();
    assert_eq!(headings(&hostile), expected);
    assert!(hostile.contains("linkwright validate 'my links; rm -rf ~'\n"));
    let mut fence: Option<String> = None;
    for line in hostile.lines() {
        let run: String = line.chars().take_while(|it| *it == '`').collect();
        match &fence {
            Some(open) => {
                if run.len() >= open.len() && line.trim_end() == run {
                    fence = None;
                } else {
                    assert!(
                        !line.starts_with("rm ") && !line.starts_with("```"),
                        "{hostile}"
                    );
                }
            }
            None if run.len() >= 3 && !line[run.len()..].contains('`') => fence = Some(run),
            None => {
                let acts = without_code(line);
                for mark in ["](", "<b>", "`"] {
                    assert!(!acts.replace("\\`", "").contains(mark), "{line}\n{hostile}");
                }
                if line.starts_with('|') {
                    let bars = line.replace("\\|", "").matches('|').count();
                    assert!([3, 4].contains(&bars), "{line}\n{hostile}");
                }
            }
        }
    }
    assert_eq!(fence, None);
}

#[test]
fn scripts_of_different_folders_have_their_own_files() {
    let script = |link: &str| {
        format!(
            "confluent kafka link create {link} --cluster lkc-{link} --source-cluster lkc-src \\\n\
             --source-bootstrap-server src:9092 --config-file link.config\n"
        )
    };
    let files = [
        (Arc::from("a/create.sh"), Arc::from(script("a").as_str())),
        (Arc::from("b/create.sh"), Arc::from(script("b").as_str())),
    ];
    let look_up = |script: &str, name: &str| {
        assert_eq!(name, "link.config");
        match script {
            "a/create.sh" => Some("consumer.offset.sync.ms=11000\n".to_owned()),
            "b/create.sh" => Some("consumer.offset.sync.ms=22000\n".to_owned()),
            other => panic!("{other}"),
        }
    };
    let found = import::properties(&files, None, &look_up).unwrap();
    let case = case("properties-pair", Tool::Properties, &[]);
    let (_, _, document) = case.made_of(found);
    let pages: Vec<String> = document
        .in_folder(Path::new("links"), &|_| false)
        .into_iter()
        .map(|(file, text)| format!("{}\n{text}", file.display()))
        .collect();
    for (link, interval) in [("a", "11s"), ("b", "22s")] {
        let page = pages
            .iter()
            .find(|page| page.starts_with(&format!("links/{link}.yaml")));
        assert!(page.unwrap().contains(interval), "{pages:#?}");
    }
}

#[test]
fn settings_of_one_argument_end_where_the_next_name_begins() {
    let script = format!(
        "kafka-cluster-links --create --link l --bootstrap-server d:9092 --cluster-id src \\\n\
         --config 'link.mode=DESTINATION,password={SECRET},bootstrap.servers=s:9092,\
         topic.config.sync.include=retention.ms,cleanup.policy'\n"
    );
    let files = [(Arc::from("create.sh"), Arc::from(script.as_str()))];
    let found = import::properties(&files, None, &|_, _| None).unwrap();
    let case = case("platform-script", Tool::Properties, &[]);
    assert_eq!(shows(&case, Ok(found.clone())), None);
    assert!(found.has_gaps(), "{found:#?}");
    let text = case.made_of(found).2.one_file();
    assert!(text.contains("[retention.ms, cleanup.policy]"), "{text}");
    // A mode that is none is not quoted.
    let script = script.replace("=DESTINATION", &format!("={SECRET}"));
    let files = [(Arc::from("create.sh"), Arc::from(script.as_str()))];
    let found = import::properties(&files, None, &|_, _| None).unwrap();
    let left = format!("{:?}", found.left);
    assert!(left.contains("expected DESTINATION, SOURCE"), "{left}");
    assert!(!left.contains(SECRET), "{left}");
}

#[test]
fn what_a_script_knows_only_when_it_runs_is_listed_and_loops_over_names_are_run() {
    let script = "LINK=dr\nDST=$(confluent kafka cluster list)\n\
        confluent kafka link create \"$LINK\" --cluster $DST --source-cluster lkc-src \\\n\
        --source-bootstrap-server src:9092 --source-api-key K --source-api-secret S\n\
        for topic in orders payments; do\n  confluent kafka mirror create $topic --link $LINK --cluster $DST\ndone\n\
        while read -r t; do confluent kafka mirror create $t --link $LINK --cluster $DST; done < topics\n\
        confluent kafka mirror pause orders --link $LINK --cluster $DST\n\
        confluent kafka link create $(name) --cluster $DST\n";
    let files = [(Arc::from("create.sh"), Arc::from(script))];
    let found = import::properties(&files, None, &|_, _| None).unwrap();
    let left: Vec<(&str, &str)> = found
        .left
        .iter()
        .map(|it| (it.what.as_str(), it.why.as_str()))
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!((left[0].0, left[1].0), ("link $(name)", "mirror topic $t"));
    let why = "create.sh sets this name when it runs";
    assert!(left.iter().all(|(_, it)| it.starts_with(why)), "{left:?}");
    assert!(found.has_gaps());
    let case = case("cli-cloud", Tool::Properties, &[]);
    let text = case.made_of(found).2.one_file();
    assert!(
        text.contains("orders: { state: paused }\n      payments: {}"),
        "{text}"
    );
    // `--cluster` is an option of Confluent Cloud.
    assert!(text.contains("id: lkc-unknown-dst"), "{text}");
}

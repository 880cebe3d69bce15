//! Importers over files in the shape of the public examples of each tool. Each folder of `fixtures/import` has the
//! files, and a world that was written by hand as that tool makes it: what is imported must validate, say nothing
//! secret, and plan to nothing there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linkwright::address::ClusterName;
use linkwright::diagnostic::Severity;
use linkwright::export::{Document, ExportInput, export};
use linkwright::import::{self, Checked, Described, Found, HandOver, Known, Tool};
use linkwright::{spec, validate};

use crate::support::bench::{Bench, TODAY, read, show, stepped};

/// Whatever is secret in the fixtures contains this.
const SECRET: &str = "NEVER-IMPORTED";

/// A folder of files.
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

    fn found(&self) -> Found {
        let files: Vec<(Arc<str>, Arc<str>)> = self
            .files
            .iter()
            .map(|name| {
                let text = std::fs::read_to_string(self.path().join(name)).unwrap();
                (Arc::from(*name), Arc::from(text))
            })
            .collect();
        let look_up = |name: &str| {
            let name = Path::new(name).file_name()?;
            std::fs::read_to_string(self.path().join(name)).ok()
        };
        match self.tool {
            Tool::Terraform => import::terraform(&files),
            Tool::Cfk => import::cfk(&files),
            Tool::Properties => import::properties(&files, None, &look_up),
        }
        .unwrap()
    }

    fn imported(&self) -> (Found, Described, Document) {
        let found = self.found();
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
    case("properties-pair", Tool::Properties, &["dst.config", "src.config"]).ids(&[("source", "lkc-east01"), ("destination", "lkc-west01")]),
    case("properties-one-way", Tool::Properties, &["link.properties"]).ids(&[("source", SOURCE), ("destination", DESTINATION)]),
];

/// What is wrong with an import, if anything.
fn wrong_with(case: &Case) -> Result<(), String> {
    let (found, described, document) = case.imported();
    let text = document.one_file();
    let wrong = |words: String| {
        Err(format!(
            "{}: {words}\n{text}\n{:#?}",
            case.folder, found.left
        ))
    };
    if document.links.is_empty() || !document.notes.is_empty() || found.has_gaps() {
        return wrong(format!("not complete: {:#?}", document.notes));
    }
    let guide = import::hand_over(&HandOver {
        tool: case.tool,
        found: &found,
        described: &described,
        document: &document,
        folder: "links",
        checked: &Checked::Not,
    });
    let debug = format!("{found:?}{described:?}{document:?}");
    if [&text, &guide, &debug].iter().any(|it| it.contains(SECRET)) {
        return wrong(format!("a secret is shown\n{guide}"));
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
    import::hand_over(&HandOver {
        tool: case.tool,
        found: &found,
        described: &described,
        document: &document,
        folder: "links",
        checked: &Checked::Not,
    })
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
            guide.contains(&format!("terraform state rm '{address}'")),
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
    let error = import::properties(&files("a=b\n"), None, &|_| None).unwrap_err();
    assert!(error.to_string().contains("bootstrap.servers"), "{error}");
    let error = import::properties(&files("#!/bin/sh\nls\n"), None, &|_| None).unwrap_err();
    assert!(error.to_string().contains("kafka link create"), "{error}");
}

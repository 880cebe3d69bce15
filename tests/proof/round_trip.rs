//! What is exported validates and plans to nothing, in any world.

use std::collections::BTreeMap;

use linkwright::address::{Address, ClusterName};
use linkwright::desired::{Cluster, ClusterKind, RestAuth, RestEndpoint};
use linkwright::diagnostic::Place;
use linkwright::diff::RotationReason;
use linkwright::export::{Document, ExportInput, export};
use linkwright::live::Snapshot;
use linkwright::plan::{AlterPurpose, OperationKind, Plan};
use linkwright::refresh;
use linkwright::secret::{Part, Quoting, Reference, Template};
use linkwright_sandbox::{ClusterInfo, Sandbox};

use crate::choices::{Choices, shrink};
use crate::odd;
use crate::support::bench::{self, Bench, TODAY, stepped};
use crate::worlds::World;

/// The clusters of a world, as `--cluster` would give them.
pub(crate) fn clusters(sandbox: &Sandbox) -> BTreeMap<ClusterName, Cluster> {
    let env = |name: String| {
        let reference = Reference::Env {
            name,
            default: None,
        };
        Template::from_parts(vec![Part::Reference(reference, Quoting::Plain)])
    };
    let cluster = |info: ClusterInfo| {
        let name = info.name.unwrap();
        let cluster = Cluster {
            name: name.as_str().into(),
            id: info.id.into(),
            kind: match info.kind {
                linkwright_sandbox::ClusterKind::ConfluentCloud => ClusterKind::ConfluentCloud,
                _ => ClusterKind::ConfluentPlatform,
            },
            organization: None,
            rest: Some(RestEndpoint {
                url: format!("https://{name}.sandbox.invalid:443"),
                auth: RestAuth::Basic {
                    username: env(format!("{}_API_KEY", name.to_uppercase())),
                    password: env(format!("{}_API_SECRET", name.to_uppercase())),
                },
            }),
            bootstrap_servers: None,
            place: Place {
                file: "--cluster".into(),
                span: (0, 0),
                line: 1,
                column: 1,
            },
        };
        (name.into(), cluster)
    };
    sandbox.clusters().into_iter().map(cluster).collect()
}

/// Everything that an export reads.
pub(crate) async fn everything(bench: &Bench) -> Snapshot {
    refresh::inventory(&bench.clients).await
}

/// Whether a plan has nothing to do but to propose credentials that the link says are wrong.
pub(crate) fn is_at_rest(plan: &Plan) -> bool {
    let is_proposed = |kind: &OperationKind| {
        matches!(
            kind,
            OperationKind::AlterLink {
                purpose: AlterPurpose::Connection(Some(RotationReason::AuthenticationFails)),
                ..
            }
        )
    };
    !plan.is_refused() && plan.operations.iter().all(|op| is_proposed(&op.kind))
}

pub(crate) fn show(plan: &Plan) -> String {
    let mut text = Vec::new();
    let style = linkwright::report::style::Style::default();
    linkwright::report::plan_text::write(&mut text, plan, &style).unwrap();
    String::from_utf8(text).unwrap()
}

/// Exports a world and holds the result to what is promised of it.
pub(crate) async fn exported(bench: &Bench) -> Result<Document, String> {
    let live = everything(bench).await;
    let document = export(&ExportInput {
        clusters: &clusters(&bench.sandbox),
        live: &live,
        existing: None,
        today: TODAY,
    });
    let one = vec![("export.yaml".to_owned(), document.one_file())];
    let pages = document.clusters.iter().chain(&document.links);
    let several: Vec<_> = pages.map(|page| (page.file_name(), page.file())).collect();
    if document.links.is_empty() {
        return Ok(document);
    }
    for files in [one, several] {
        let told = |words: String| {
            let text: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
            format!("{words}\n{}", text.join("\n---\n"))
        };
        let named: Vec<_> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let desired = bench::read(&named).map_err(|problems| {
            let words: Vec<String> = problems
                .iter()
                .map(|problem| format!("{} {}", problem.code, problem.summary))
                .collect();
            told(format!("does not validate: {}", words.join("\n")))
        })?;
        let plan = bench.plan(&desired).await;
        if !is_at_rest(&plan) {
            return Err(told(format!("does not plan to nothing:\n{}", show(&plan))));
        }
        // Every half is declared, or it is said why not.
        for (cluster, facts) in &live.clusters {
            for link in facts
                .links
                .read()
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
            {
                let is_declared = desired.halves().any(|(_, half)| {
                    half.address.cluster == *cluster && half.address.link == *link
                });
                let is_told = document.notes.iter().any(
                    |(address, _)| matches!(address, Address::Half(half) if half.link == *link),
                );
                if !is_declared && !is_told {
                    return Err(told(format!("{cluster}/{link} is dropped without a word")));
                }
            }
        }
        if document.one_file().contains("-secret") {
            return Err(told("a secret is written".to_owned()));
        }
    }
    Ok(document)
}

fn round_trip(c: &mut Choices) -> Result<Document, String> {
    let world = World::any(c);
    stepped(async {
        let bench = odd::open(&world.file(), &world.odd)?;
        exported(&bench).await
    })
}

#[test]
fn any_world_is_exported_to_specs_that_validate_and_plan_to_nothing() {
    let mut declared = 0;
    let mut aside = Vec::new();
    for seed in 0..500 {
        let mut choices = Choices::of_seed(seed);
        match round_trip(&mut choices) {
            Ok(document) => {
                declared += document.links.len();
                // Mirror topics in a passing status stand as comments in links that are declared.
                let links = document.notes.into_iter();
                aside.extend(links.filter(|(address, _)| matches!(address, Address::Half(_))));
            }
            Err(_) => {
                let fails = |row: &[u32]| round_trip(&mut Choices::again(row.to_vec())).is_err();
                let row = shrink(choices.made(), 2_000, fails);
                let mut choices = Choices::again(row);
                let why = round_trip(&mut choices).unwrap_err();
                let world = World::any(&mut Choices::again(choices.made().to_vec()));
                panic!("seed {seed}: {why}\n{}", world.file());
            }
        }
    }
    // An export that puts everything aside would pass all of the above.
    assert!(
        declared > 4 * aside.len(),
        "{declared} declared, aside: {aside:#?}"
    );
}

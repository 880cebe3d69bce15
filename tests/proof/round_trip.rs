//! What is exported validates and plans to nothing, in any world.

use linkwright::address::{Address, TopicName};
use linkwright::diff::RotationReason;
use linkwright::export::{Document, ExportInput, export};
use linkwright::live::Snapshot;
use linkwright::plan::{AlterPurpose, OperationKind, Plan};
use linkwright::refresh;

use crate::choices::{Choices, shrink};
use crate::odd;
use crate::support::bench::{self, Bench, TODAY, clusters, stepped};
use crate::worlds::World;

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
    let read_at = bench.sandbox.now_ms();
    let document = export(&ExportInput {
        clusters: &clusters(&bench.sandbox),
        live: &live,
        existing: None,
        only_used: true,
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
        let mut left = plan.clone();
        if bench.sandbox.now_ms() != read_at {
            // A limiter was waited for, and meanwhile auto-create made mirror topics that the export has not seen.
            // They are waited for, which sends nothing.
            (left.operations).retain(|op| !matches!(op.kind, OperationKind::AwaitMirror { .. }));
        }
        // The same of one that the export leaves to be declared later, and that a pattern of a pair covers.
        let is_left_out = |topic: &TopicName| {
            let lines = files.iter().flat_map(|(_, text)| text.lines());
            let mut comments = lines.filter_map(|line| line.trim_start().strip_prefix("# "));
            comments.any(|line| {
                line.split_once(": ").is_some_and(|(name, rest)| {
                    name.trim_matches('"') == topic.as_str()
                        && rest.ends_with("once it has settled")
                })
            })
        };
        left.operations.retain(|op| {
            !matches!(op.kind, OperationKind::AwaitMirror { .. })
                || !op.address.mirror().is_some_and(is_left_out)
        });
        if !is_at_rest(&left) {
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

//! What is exported validates and plans to nothing, in any world.

use std::time::Duration;

use linkwright::address::{Address, HalfAddress, TopicName};
use linkwright::diff::RotationReason;
use linkwright::export::{Document, ExportInput, export};
use linkwright::live::{MirrorStatus, Snapshot};
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

/// Whether a mirror topic is on its way: to mirror where it is, or elsewhere.
fn on_its_way(live: &Snapshot, address: &Address) -> Option<bool> {
    use MirrorStatus::{
        PendingMirror, PendingRestore, PendingSetupForRestore, PendingStopped, PendingSynchronize,
    };
    let half = address.half()?;
    let rows = live.clusters.get(&half.cluster)?.mirrors.read()?;
    match rows.get(&half.link)?.get(address.mirror()?)?.status {
        PendingMirror | PendingSetupForRestore | PendingRestore => Some(true),
        PendingStopped | PendingSynchronize => Some(false),
        _ => None,
    }
}

/// What was on its way to mirror when it was exported is left alone once it mirrors.
async fn settles(bench: &Bench, live: &Snapshot, document: &Document) -> Result<usize, String> {
    let desired = bench::read(&[("export.yaml", &document.one_file())]).map_err(|_| "invalid")?;
    bench.sandbox.advance(Duration::from_secs(3600));
    let plan = bench.plan(&desired).await;
    let on_their_way = live.clusters.iter().flat_map(|(cluster, facts)| {
        let links = facts.mirrors.read().into_iter().flatten();
        links.flat_map(move |(link, rows)| {
            let half = HalfAddress {
                cluster: cluster.clone(),
                link: link.clone(),
            };
            rows.keys()
                .map(move |topic| Address::Mirror(half.clone(), topic.clone()))
        })
    });
    let mut count = 0;
    for address in on_their_way.filter(|it| on_its_way(live, it) == Some(true)) {
        count += 1;
        let is_about = |other: &Address| {
            other.mirror() == address.mirror()
                && other.half().map(|it| &it.link) == address.half().map(|it| &it.link)
        };
        let sent = plan.operations.iter().find(|op| {
            is_about(&op.address) && !matches!(op.kind, OperationKind::AwaitMirror { .. })
        });
        if let Some(op) = sent {
            let text = document.one_file();
            return Err(format!(
                "{} is not left alone:\n{}\n{text}",
                op.address,
                show(&plan)
            ));
        }
    }
    Ok(count)
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
        // What is on its way is waited for, which sends nothing. One that will mirror where it is must be declared then;
        // one that stops or turns is left to be declared later. While a limiter is waited for, others come to be.
        left.operations.retain(|op| {
            let OperationKind::AwaitMirror { .. } = &op.kind else {
                return true;
            };
            let topic = op.address.mirror();
            let is_honest = match on_its_way(&live, &op.address) {
                Some(true) => !topic.is_some_and(is_left_out),
                Some(false) => topic.is_some_and(is_left_out),
                None => bench.sandbox.now_ms() != read_at,
            };
            !is_honest
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

fn round_trip(c: &mut Choices) -> Result<(Document, usize), String> {
    let world = World::any(c);
    stepped(async {
        let bench = odd::open(&world.file(), &world.odd)?;
        let live = everything(&bench).await;
        let document = exported(&bench).await?;
        let settled = match document.links.is_empty() {
            true => 0,
            false => settles(&bench, &live, &document).await?,
        };
        Ok((document, settled))
    })
}

#[test]
fn any_world_is_exported_to_specs_that_validate_and_plan_to_nothing() {
    let mut declared = 0;
    let mut aside = Vec::new();
    let mut on_their_way = 0;
    for seed in 0..500 {
        let mut choices = Choices::of_seed(seed);
        match round_trip(&mut choices) {
            Ok((document, settled)) => {
                on_their_way += settled;
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
    assert!(on_their_way > 0);
    // An export that puts everything aside would pass all of the above.
    assert!(
        declared > 4 * aside.len(),
        "{declared} declared, aside: {aside:#?}"
    );
}

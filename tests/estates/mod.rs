//! Golden estates: links as each client makes them, of each mode, on servers of each profile. What is live is
//! exported, and the spec must validate, plan and show drift as empty: nothing to fix, nothing to say.
//!
//! `specs` has the exported spec of every estate. Rewrite them with
//! `UPDATE_GENERATED=1 cargo test --test in_process estates`, and read the difference.

mod makers;
mod meaning;
mod odd;
mod remedies;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use linkwright::desired::lower;
use linkwright::drift::{Drift, Input};
use linkwright::export::{ExportInput, export};
use linkwright::health::Thresholds;
use linkwright::refresh::{Depth, inventory, refresh};
use linkwright::{spec, validate};
use serde_json::Value;

use crate::support::bench::{Bench, TODAY, clusters, everything_allowed, show, stepped};
use world::{Estate, Mode};

/// Exports what is live and holds it to what is promised; the spec.
async fn adopt(bench: &Bench) -> Result<String, String> {
    let live = inventory(&bench.clients).await;
    let document = export(&ExportInput {
        clusters: &clusters(&bench.sandbox),
        live: &live,
        existing: None,
        only_used: true,
        today: TODAY,
    });
    let text = document.one_file();
    let wrong = |words: String| Err(format!("{words}\n{text}"));
    if document.is_incomplete || document.is_partial || !document.notes.is_empty() {
        return wrong(format!("not complete: {:#?}", document.notes));
    }
    let files = [(Arc::from("export.yaml"), Arc::from(text.as_str()))];
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
    if !problems.is_empty() {
        let words = problems
            .iter()
            .map(|problem| format!("{} {}", problem.code, problem.summary));
        return wrong(words.collect::<Vec<_>>().join("\n"));
    }
    let desired = lower(&spec);
    let allowed = everything_allowed();
    let (clients, options) = (&bench.clients, &bench.options);
    let refreshed = refresh(&desired, clients, options, &allowed, &[], Depth::Drift);
    let refreshed = refreshed.await.unwrap();
    let plan = refreshed.plan;
    if !plan.operations.is_empty() || !plan.findings.is_empty() || plan.is_refused() {
        let left = plan.operations.iter().map(|op| format!("{:?}\n", op.kind));
        return wrong(format!(
            "plan:\n{}\n{}",
            show(&plan),
            left.collect::<String>()
        ));
    }
    let drift = Drift::of(&Input {
        plan: &plan,
        live: &refreshed.live,
        desired: &desired,
        thresholds: Thresholds::default(),
        now: bench.now(),
    });
    if !drift.findings.is_empty() {
        return wrong(format!("drift: {:#?}", drift.findings));
    }
    if plan.compared.configs == 0 || desired.halves().count() == 0 {
        return wrong("nothing was compared".to_owned());
    }
    Ok(text)
}

/// Changes every answer that lists link configs.
fn edit_configs(bench: &Bench, edit: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) {
    bench.tap.edit(move |path, body| {
        if !path.ends_with("/configs") || !path.contains("/links/") {
            return body;
        }
        let mut list: Value = serde_json::from_slice(&body).unwrap();
        let Some(data) = list["data"].as_array_mut() else {
            return body;
        };
        edit(data);
        Bytes::from(list.to_string())
    });
}

/// The answers of link configs with every entry of a recorded list that they do not have.
fn replay_key_list(bench: &Bench, recorded: Vec<Value>) {
    edit_configs(bench, move |data| {
        for entry in &recorded {
            if !data.iter().any(|own| own["name"] == entry["name"]) {
                data.push(entry.clone());
            }
        }
    });
}

/// The same answers in other words: what is not set reads as null, as an empty text, or not at all.
fn replay_unset(bench: &Bench, unset: Option<Value>) {
    edit_configs(bench, move |data| {
        let is_empty = |entry: &Value| entry["value"].is_null() || entry["value"] == "";
        let is_secret = |entry: &Value| entry["is_sensitive"] == true || entry["sensitive"] == true;
        let is_unset = |entry: &Value| is_empty(entry) && !is_secret(entry);
        match &unset {
            None => data.retain(|entry| !is_unset(entry)),
            Some(value) => data
                .iter_mut()
                .filter(|entry| is_unset(entry))
                .for_each(|entry| entry["value"] = value.clone()),
        }
    });
}

/// A recorded list of link configs, entry by entry.
fn recording(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(format!("fixtures/recorded/{name}.json")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let list = value.as_array().or_else(|| value["data"].as_array());
    list.unwrap().clone()
}

/// Only what a recorded list shows of configs that were not set.
fn key_list(profile: linkwright_sandbox::Profile) -> Vec<Value> {
    let name = match profile.kind() {
        linkwright_sandbox::ClusterKind::ConfluentCloud => "link-configs.cc-2022",
        _ => "link-configs.cp-7.5",
    };
    let mut entries = recording(name);
    entries.retain(|entry| entry["is_default"] == true);
    entries
}

#[test]
fn what_any_client_made_is_adopted_without_a_difference() {
    let folder = PathBuf::from("tests/estates/specs");
    let update = std::env::var_os("UPDATE_GENERATED").is_some();
    let only = std::env::var_os("ESTATE").unwrap_or_default();
    let only = only.to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    let all = update || !only.is_empty() || std::env::var_os("LINKWRIGHT_ALL_PROFILES").is_some();
    let estates: Vec<Estate> = Estate::all()
        .into_iter()
        .enumerate()
        .filter(|(at, estate)| estate.name().contains(&only) && (all || at % 3 == 0))
        .map(|(_, estate)| estate)
        .collect();
    assert!(estates.len() >= 30 || !only.is_empty());
    for estate in &estates {
        let name = estate.name();
        let spec = stepped(async {
            let bench = Bench::new(&estate.world());
            let spec = adopt(&bench).await?;
            for (what, unset) in [
                ("the recorded list", None),
                ("nulls", Some(Some(Value::Null))),
                ("empty texts", Some(Some(Value::from("")))),
                ("unset configs left out", Some(None)),
            ] {
                match unset {
                    None => replay_key_list(&bench, key_list(estate.profile)),
                    Some(unset) => replay_unset(&bench, unset),
                }
                let replayed = adopt(&bench).await;
                let replayed = replayed.map_err(|words| format!("with {what}: {words}"))?;
                if replayed != spec {
                    return Err(format!("with {what}:\n{replayed}\nand not\n{spec}"));
                }
            }
            Ok(spec)
        });
        let golden = folder.join(format!("{name}.yaml"));
        match spec {
            Err(words) => wrong.push(format!("{name}: {words}")),
            Ok(spec) if update => std::fs::write(&golden, spec).unwrap(),
            Ok(spec) => {
                let expected = std::fs::read_to_string(&golden).unwrap_or_default();
                if spec != expected {
                    wrong.push(format!("{name}: is not as in {}", golden.display()));
                }
            }
        }
    }
    let count = wrong.len();
    if std::env::var_os("LINKWRIGHT_ALL_PROFILES").is_none() {
        wrong.truncate(5);
    }
    assert!(
        wrong.is_empty(),
        "{count} of {}:\n{}",
        estates.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_deployment_has_one_spec_and_every_spec_a_deployment() {
    let mut files: Vec<String> = std::fs::read_dir("tests/estates/specs")
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut estates: Vec<String> = Estate::all()
        .iter()
        .map(|estate| format!("{}.yaml", estate.name()))
        .collect();
    estates.sort();
    assert_eq!(files, estates);
}

/// What a client sets on a link stands in the table of clients.
#[test]
fn every_config_that_a_client_sends_is_in_the_documented_table() {
    let page = std::fs::read_to_string("docs/other-clients.md").unwrap();
    let mut missing = std::collections::BTreeSet::new();
    for estate in Estate::all() {
        let world = Bench::new(&estate.world()).sandbox.snapshot();
        for cluster in world["clusters"].as_object().unwrap().values() {
            let half = &cluster["halves"]["orders-dr"];
            let own = makers::settings(estate, true);
            for name in half["configs"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|it| it.0)
            {
                let is_own = own.iter().any(|(own, _)| own == name);
                if !is_own && !page.contains(&format!("`{name}`")) {
                    missing.insert(name.clone());
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// The two complete lists that are recorded, each as the whole answer of a link of its kind, on servers that
/// answer like each profile otherwise.
#[test]
fn complete_recorded_lists_are_adopted_without_a_difference() {
    let mut wrong = Vec::new();
    for profile in linkwright_sandbox::Profile::ALL {
        let name = match profile.kind() {
            linkwright_sandbox::ClusterKind::ConfluentCloud => "link-configs.cc-2022",
            _ => "link-configs.cp-7.5",
        };
        let estate = Estate {
            maker: linkwright_sandbox::Maker::Console,
            mode: Mode::DestinationInitiated,
            profile,
        };
        let outcome = stepped(async {
            let bench = Bench::new(&estate.world());
            let recorded = recording(name);
            bench.tap.edit(move |path, body| {
                if !path.ends_with("/configs") || !path.contains("/links/") {
                    return body;
                }
                // The recording's rows are of the cluster that was recorded.
                let own = path.split("/clusters/").nth(1);
                let own = own.and_then(|rest| rest.split('/').next());
                let mut rows = recorded.clone();
                for row in &mut rows {
                    row["cluster_id"] = own.into();
                }
                Bytes::from(serde_json::json!({ "data": rows }).to_string())
            });
            adopt(&bench).await
        });
        if let Err(words) = outcome {
            wrong.push(format!("{name} under {}: {words}", profile.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

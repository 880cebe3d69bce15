//! Whatever somebody does by hand to a world that is as its spec says: it is accepted, and then the plan is empty
//! where it was, or it is named with its code and nothing is written for it; and the spec differs in nothing else.
//! `LINKWRIGHT_ACCEPTS` says how many worlds, `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::Duration;

use linkwright::accept::{Chosen, StoppedAs};
use linkwright::address::Address;
use linkwright::desired::Desired;
use linkwright::diff::Class;
use linkwright::drift::{Drift, DriftClass, DriftFinding};
use linkwright::edit;
use linkwright::plan::Plan;
use linkwright::report::words;
use linkwright_clock::Clock;
use serde_json::json;

use crate::choices::{Choices, shrink};
use crate::odd;
use crate::proof::setting;
use crate::round_trip::{exported, show};
use crate::support::accepting::{Accepted, Written, accept, drift, read};
use crate::support::bench::{Bench, stepped};
use crate::support::world;
use crate::worlds::{GROUPS, TOPICS, World};

/// What came of one world.
#[derive(Debug, Default)]
struct Figures {
    worlds: usize,
    acts: usize,
    accepted: usize,
    /// Deviations that were not accepted, by the code of the reason.
    refused: BTreeMap<&'static str, usize>,
    /// Worlds in which everything was accepted, and the whole plan was empty.
    whole: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.acts += other.acts;
        self.accepted += other.accepted;
        self.whole += other.whole;
        for (code, count) in &other.refused {
            *self.refused.entry(code).or_default() += count;
        }
    }
}

/// One thing that somebody does by hand. Returns whether the clusters took it.
async fn act(world: &World, bench: &Bench, c: &mut Choices) -> bool {
    let mut halves = Vec::new();
    for link in &world.links {
        halves.extend(link.halves.iter().map(|half| (link.name.as_str(), half)));
    }
    if halves.is_empty() {
        return false;
    }
    let (link, half) = c.pick(&halves);
    let cluster = &world.clusters[half.cluster];
    let of_cluster = format!("/kafka/v3/clusters/{}", cluster.id);
    let base = format!("{of_cluster}/links/{link}");
    let mirrors: Vec<String> = half.mirrors.iter().map(|it| half.mirror_name(it)).collect();
    let (call, body) = match c.below(12) {
        kind @ 0..=5 if !mirrors.is_empty() => {
            let verbs = [
                "pause",
                "resume",
                "promote",
                "failover",
                "reverse-and-start-mirror",
                "reverse-and-pause-mirror",
                "truncate-and-restore",
            ];
            let verb = verbs[(kind + c.below(2)).min(verbs.len() - 1)];
            let names = c.some(&mirrors, 60);
            let body = json!({ "mirror_topic_names": names });
            (format!("POST {base}/mirrors:{verb}"), body)
        }
        6 if !mirrors.is_empty() => {
            let topic = c.pick(&mirrors);
            (format!("DELETE {of_cluster}/topics/{topic}"), json!(null))
        }
        7 => {
            let source = c.pick(&TOPICS);
            let name = format!("{}{source}", half.prefix);
            let body = json!({ "source_topic_name": source, "mirror_topic_name": name });
            (format!("POST {base}/mirrors"), body)
        }
        8 => {
            let force = c.pick(&["", "?force=true"]);
            (format!("DELETE {base}{force}"), json!(null))
        }
        9 => {
            let name = c.pick(&[
                "consumer.offset.sync.ms",
                "topic.config.sync.ms",
                "acl.sync.enable",
                "consumer.offset.sync.enable",
                "auto.create.mirror.topics.enable",
            ]);
            (format!("DELETE {base}/configs/{name}"), json!(null))
        }
        _ => {
            let groups = |include: &str, kind: &str| {
                let filter = format!(
                    r#"{{"name":"{include}","patternType":"{kind}","filterType":"INCLUDE"}}"#
                );
                format!(r#"{{"groupFilters":[{filter}]}}"#)
            };
            let (name, value) = c.pick(&[
                ("consumer.offset.sync.ms", "4000".to_owned()),
                ("topic.config.sync.ms", "60000".to_owned()),
                ("acl.sync.ms", "9000".to_owned()),
                ("replica.socket.receive.buffer.bytes", "70000".to_owned()),
                ("replica.fetch.max.bytes", "1000000".to_owned()),
                ("cluster.link.paused", "true".to_owned()),
                ("consumer.offset.sync.enable", "false".to_owned()),
                ("consumer.offset.sync.enable", "true".to_owned()),
                ("acl.sync.enable", "false".to_owned()),
                ("auto.create.mirror.topics.enable", "false".to_owned()),
                ("consumer.offset.group.filters", groups("*", "LITERAL")),
                (
                    "consumer.offset.group.filters",
                    groups("billing", "LITERAL"),
                ),
                ("bootstrap.servers", "elsewhere.example:9092".to_owned()),
                (
                    "client.dns.lookup",
                    "resolve_canonical_bootstrap_servers_only".to_owned(),
                ),
                ("availability.check.ms", "30000".to_owned()),
            ]);
            let entry = json!({ "name": name, "value": value, "operation": "SET" });
            (
                format!("PUT {base}/configs:alter"),
                json!({ "data": [entry] }),
            )
        }
    };
    world::call(&bench.sandbox, None, &call, &body)
        .await
        .is_ok()
}

/// Every cluster and every half of a link.
fn addresses(world: &World) -> Vec<Address> {
    let clusters = world.clusters.iter();
    let clusters = clusters.map(|it| it.name.to_string());
    let halves = world.links.iter().flat_map(|link| {
        let halves = link.halves.iter();
        halves.map(|half| format!("{}/{}", world.clusters[half.cluster].name, link.name))
    });
    let all = clusters.chain(halves);
    all.filter_map(|text| Address::parse(&text)).collect()
}

/// Plays one world.
async fn play(c: &mut Choices) -> Result<Figures, String> {
    let world = World::any(c);
    let bench = odd::open(&world.file(), &world.odd)?;
    let document = exported(&bench).await?;
    let mut figures = Figures {
        worlds: 1,
        ..Figures::default()
    };
    if document.links.is_empty() {
        return Ok(figures);
    }
    for _ in 0..=c.below(3) {
        figures.acts += usize::from(act(&world, &bench, c).await);
    }
    // While a limiter is waited for, what someone did would go on: accept and the next plan would see two worlds.
    if c.chance(70) || world.has_limiters() {
        Clock::wall().sleep(Duration::from_secs(900)).await;
    }
    let told = c.pick(&[None, Some(StoppedAs::Promoted), Some(StoppedAs::FailedOver)]);
    let before = Written::of(&document.one_file());
    // By name everything can be taken out that is gone.
    let every = c.chance(50).then(|| addresses(&world));
    let chosen = Chosen {
        addresses: every.as_deref(),
        reported: None,
    };
    let result = accept(&bench, &before, told, chosen).await?;
    for refused in &result.refused {
        *figures.refused.entry(refused.why.code.0).or_default() += 1;
    }
    figures.accepted = result.accepted.len();
    let after = &result.after;
    let told = |words: &str| {
        let style = linkwright::report::style::Style::default();
        let mut text = Vec::new();
        let (old, new) = (before.text(), after.text());
        linkwright::report::edited::difference(&mut text, "spec.yaml", old, new, &style).unwrap();
        format!("{words}\n{}", String::from_utf8(text).unwrap())
    };
    named(&result).map_err(|words| told(&words))?;
    nothing_else(&before, &result).map_err(|words| told(&words))?;
    no_wider(&before.desired, &after.desired).map_err(|words| told(&words))?;
    // Whoever plans next reads everything again.
    let again = read(&bench, &after.desired).await;
    let left = drift(&bench, &after.desired, &again);
    settled(&result, &again.plan, &left)
        .map_err(|words| told(&format!("{words}\n{}", show(&again.plan))))?;
    figures.whole += usize::from(figures.accepted > 0 && result.refused.is_empty());
    Ok(figures)
}

/// Every deviation is accepted, or it is said why not and what to do.
fn named(result: &Accepted) -> Result<(), String> {
    let accepted: BTreeSet<String> = result.accepted.iter().map(DriftFinding::id).collect();
    let mut refused = BTreeSet::new();
    for it in &result.refused {
        let why = &it.why;
        refused.insert(it.finding.id());
        if why.help.is_empty() || words::explain(why.code.0).is_none() {
            return Err(format!("{} says no way out: {why:?}", it.finding.id()));
        }
    }
    for finding in &result.found.findings {
        let is_deviation = !matches!(finding.class, DriftClass::Health | DriftClass::Information);
        let id = finding.id();
        if is_deviation && accepted.contains(&id) == refused.contains(&id) {
            return Err(format!("{id} is neither accepted nor named, or both"));
        }
    }
    Ok(())
}

/// What a spec says.
fn value(written: &Written) -> edit::Value {
    let (name, text) = &written.files[0];
    edit::value_of(name, text).unwrap()
}

/// Nothing is changed but what was accepted, and nothing that never is.
fn nothing_else(before: &Written, result: &Accepted) -> Result<(), String> {
    let Accepted { after, changed, .. } = result;
    const NEVER: [&str; 9] = [
        "credentials",
        "local_credentials",
        "protect",
        "id",
        "rest_endpoint",
        "rest_auth",
        "bootstrap_servers",
        "prefix",
        "mode",
    ];
    for path in edit::differences(&value(before), &value(after)) {
        let is_asked = (changed.changes.iter())
            .any(|change| path.is_within(change.path()) || change.path().is_within(&path));
        if !is_asked {
            return Err(format!("`{path}` differs, and no one asked for it"));
        }
        if path.0.iter().any(|key| NEVER.contains(&key.as_str())) {
            return Err(format!("`{path}` is never accepted"));
        }
    }
    if changed.changes.is_empty() && before.text() != after.text() {
        return Err("something is written, and nothing accepted".to_owned());
    }
    Ok(())
}

/// No filter selects more than before.
fn no_wider(before: &Desired, after: &Desired) -> Result<(), String> {
    use linkwright::catalog::filters::{NameFilters, Subject};
    use linkwright::catalog::names;
    use linkwright::desired::{DesiredValue, Half};
    let selected = |half: &Half| -> BTreeSet<String> {
        let text = |name: &str| match half.configs.get(name).map(|it| &it.value) {
            Some(DesiredValue::Value(value)) => value.clone(),
            _ => String::new(),
        };
        let is_on = |name: &str| text(name) == "true";
        let mut found = BTreeSet::new();
        for (switch, filters, subject, all) in [
            (
                names::CONSUMER_OFFSET_SYNC_ENABLE,
                names::CONSUMER_OFFSET_GROUP_FILTERS,
                Subject::Groups,
                &GROUPS[..],
            ),
            (
                names::AUTO_CREATE_MIRROR_TOPICS_ENABLE,
                names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
                Subject::Topics,
                &TOPICS[..],
            ),
        ] {
            let filters = NameFilters::parse_json(subject, &text(filters)).unwrap_or_default();
            let all = all
                .iter()
                .filter(|name| is_on(switch) && filters.selects(name));
            found.extend(all.map(|name| format!("{subject:?} {name}")));
        }
        found.extend(is_on(names::ACL_SYNC_ENABLE).then(|| "ACLs".to_owned()));
        found
    };
    let halves: BTreeMap<_, _> = (before.halves())
        .map(|(_, half)| (&half.address, selected(half)))
        .collect();
    for (_, half) in after.halves() {
        let now = selected(half);
        let wider: Vec<&String> = now.difference(&halves[&half.address]).collect();
        if !wider.is_empty() {
            return Err(format!("{} copies more: {wider:?}", half.address));
        }
    }
    Ok(())
}

/// Where something was accepted, nothing is left to do; where nothing was named, nothing is left anywhere.
fn settled(result: &Accepted, plan: &Plan, left: &Drift) -> Result<(), String> {
    let accepted: BTreeSet<&Address> = result.accepted.iter().map(|it| &it.address).collect();
    let is_left = |address: &Address| result.refused.is_empty() || accepted.contains(address);
    for operation in &plan.operations {
        if is_left(&operation.address) {
            return Err(format!("{} is still to be changed", operation.address));
        }
    }
    for finding in &plan.findings {
        if finding.class() == Class::Refusal && is_left(&finding.address) {
            let code = finding.kind.code();
            return Err(format!("{code} is still found at {}", finding.address));
        }
    }
    let is_deviation = |finding: &&DriftFinding| {
        !matches!(finding.class, DriftClass::Health | DriftClass::Information)
            && is_left(&finding.address)
    };
    match left.findings.iter().find(is_deviation) {
        Some(finding) => Err(format!("{} is still found", finding.id())),
        None => Ok(()),
    }
}

#[test]
fn what_somebody_did_is_accepted_or_named() {
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let worlds = setting("LINKWRIGHT_ACCEPTS", 100);
    let mut figures = Figures::default();
    for seed in first..first + worlds {
        let mut choices = Choices::of_seed(seed);
        match stepped(play(&mut choices)) {
            Ok(one) => figures.add(&one),
            Err(_) => {
                let fails = |row: &[u32]| {
                    let mut again = Choices::again(row.to_vec());
                    stepped(play(&mut again)).is_err()
                };
                let row = shrink(choices.made(), 400, fails);
                let mut again = Choices::again(row.clone());
                let why = stepped(play(&mut again)).unwrap_err();
                let world = World::any(&mut Choices::again(row));
                panic!("seed {seed}: {why}\n{}", world.file());
            }
        }
    }
    let words = format!("{figures:?}\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    // Worlds in which nothing is accepted, or nothing refused, would prove nothing.
    assert!(figures.acts as u64 >= worlds / 2, "{words}");
    assert!(figures.accepted as u64 >= worlds / 4, "{words}");
    assert!(figures.whole as u64 >= worlds / 10, "{words}");
    assert!(figures.refused.len() >= 4, "{words}");
}

//! A saved plan in which anything was changed is refused: each value of the document and of the plan inside
//! it, one after the other, with the digests of the file left as they were and made right again.

use linkwright::plan::file::{
    ApprovalFileV1, ApprovalV1, ClusterV1, CommitV1, Made, Scope, sealed,
};
use linkwright::plan::{Allow, Plan};
use linkwright::report::plan_json;
use linkwright::signature::SigningKey;
use serde_json::Value;

use super::everything;
use crate::support::bench::{Bench, show};

/// Where the values are in a JSON text that hold no others; names of members are none.
fn values(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => {
                at += 1;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                if bytes.get(at) != Some(&b':') {
                    found.push(start..at);
                }
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                while matches!(bytes[at], b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+') {
                    at += 1;
                }
                found.push(start..at);
            }
            _ => at += 1,
        }
    }
    found
}

/// Another value of the same type, as JSON.
fn another(value: &str) -> String {
    match serde_json::from_str(value).unwrap() {
        Value::String(text) => Value::String(format!("{text}x")).to_string(),
        Value::Number(number) => (number.as_u64().unwrap_or(0) + 1).to_string(),
        Value::Bool(yes) => (!yes).to_string(),
        Value::Null => "\"x\"".to_owned(),
        Value::Array(_) | Value::Object(_) => unreachable!("no value that holds others"),
    }
}

/// The text with another value at one place.
fn changed(text: &str, at: &std::ops::Range<usize>) -> String {
    let (before, after) = (&text[..at.start], &text[at.end..]);
    format!("{before}{}{after}", another(&text[at.clone()]))
}

/// The text with a digest of the file that is right.
fn right(text: &str) -> String {
    let (before, rest) = text.split_once("\"file_digest\": \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    sealed(&format!("{before}\"file_digest\": \"\"{after}"))
}

/// The text of a saved plan, and what is inside it.
async fn saved() -> (String, String) {
    let bench = Bench::new(everything::WORLD);
    let mut desired = everything::desired_state();
    // An alteration, a promotion, a failover, pauses: enough, and read quickly.
    desired.links.retain(|name, _| name == "dr");
    desired.retired.clear();
    let made = Made {
        spec_digest: "spec".to_owned(),
        scope: Scope::default(),
        desired: desired.clone(),
        ..Made::default()
    };
    let plan = bench.plan(&desired).await;
    let text = plan_json::save(&plan, &made).unwrap().text;
    let document: Value = serde_json::from_str(&text).unwrap();
    let internal = document["saved"]["internal"].as_str().unwrap();
    (text, internal.to_owned())
}

#[tokio::test(start_paused = true)]
async fn whatever_is_changed_in_a_saved_plan_it_is_refused() {
    let (text, _) = saved().await;
    assert!(plan_json::read(&text).is_ok());
    assert_eq!(right(&text), text);
    let all = values(&text);
    assert!(all.len() > 150, "{}", all.len());
    let mut accepted = Vec::new();
    for at in &all {
        let slip = changed(&text, at);
        let line = text[..at.start]
            .rsplit('\n')
            .next()
            .unwrap()
            .trim()
            .to_owned();
        if plan_json::read(&slip).is_ok() {
            accepted.push(format!("{line} without a new digest"));
        }
        // Where the plan is from, and for which spec, the file alone cannot prove.
        let is_origin = [
            "\"spec_digest\"",
            "\"linkwright\"",
            "\"made_at\"",
            "\"reason\"",
            "\"internal\"",
            "\"file_digest\"",
        ];
        if !is_origin.iter().any(|name| line.starts_with(name))
            && plan_json::read(&right(&slip)).is_ok()
        {
            accepted.push(line);
        }
    }
    assert!(accepted.is_empty(), "{accepted:#?}");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_changed_in_the_plan_inside_it_is_refused() {
    let (text, internal) = saved().await;
    let within = |internal: &str| Value::from(internal).to_string();
    assert!(text.contains(&within(&internal)));
    let plan = internal.find("\"plan\":").unwrap();
    let mut all = values(&internal);
    all.retain(|at| at.start > plan);
    assert!(all.len() > 100, "{}", all.len());
    // What changes by itself, such as lag, and where in a file something is, is in no digest. It may differ
    // where people do not see it.
    let shown = |text: &str| {
        let saved = plan_json::read(text).ok()?;
        Some(show(saved.plan().unwrap()))
    };
    let as_it_was = shown(&text);
    let mut refused = 0;
    for at in &all {
        let slip = text.replacen(&within(&internal), &within(&changed(&internal, at)), 1);
        match shown(&right(&slip)) {
            None => refused += 1,
            other => assert!(
                other == as_it_was,
                "{}",
                &internal[at.start.saturating_sub(200)..at.end]
            ),
        }
    }
    assert!(refused * 10 > all.len() * 7, "{refused} of {}", all.len());
}

// Of the tests of RFC 8032, as OpenSSL writes them.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
const OTHER_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEzNCJso/5baGx3Xnf1fOfKFKqtu6tmxBy4kDOzGpu+7\n\
                         -----END PRIVATE KEY-----\n";

fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

/// An approval of a plan until noon, as a file.
fn approval(plan: &str, key: &str) -> String {
    let saved = plan_json::read(plan).unwrap();
    let key = SigningKey::from_pem(key).unwrap();
    let (from, until) = (time("2026-11-02T08:00:00Z"), time("2026-11-02T12:00:00Z"));
    let approval = ApprovalV1::of(&saved, from, until);
    let signature = key.sign(&approval.message()).unwrap();
    let file = ApprovalFileV1::new(approval, key.public_key().unwrap().id(), &signature);
    serde_json::to_string_pretty(&file).unwrap()
}

/// Whether the plan is approved at that time with the first key.
fn is_approved(plan: &str, approval: &str, now: &str) -> bool {
    let key = SigningKey::from_pem(KEY).unwrap().public_key().unwrap();
    let verifies = |message: &[u8], signature: &[u8]| key.verifies(message, signature);
    let (Ok(saved), Ok(file)) = (plan_json::read(plan), ApprovalFileV1::read(approval)) else {
        return false;
    };
    file.verify(&saved, time(now), &key.id(), verifies).is_ok()
}

/// A saved plan with something else about it, whole in itself.
fn saved_with(plan: &Plan, made: &Made, change: impl Fn(&mut Made)) -> String {
    let mut made = made.clone();
    change(&mut made);
    plan_json::save(plan, &made).unwrap().text
}

#[tokio::test(start_paused = true)]
async fn an_approval_holds_for_one_plan_one_key_and_some_hours() {
    const NOW: &str = "2026-11-02T09:00:00Z";
    let (text, internal) = saved().await;
    let approved = approval(&text, KEY);
    assert!(is_approved(&text, &approved, NOW));
    assert!(is_approved(&text, &approved, "2026-11-02T12:00:00Z"));
    let mut refused = 0;
    let mut refuse = |plan: &str, approval: &str, now: &str, what: &str| {
        assert!(!is_approved(plan, approval, now), "{what}");
        refused += 1;
    };

    // The plan: every value of it and of what is inside it, with digests that are right.
    let digest = text.find("\"file_digest\"").unwrap();
    for at in values(&text) {
        // The digest itself is made right again.
        if at.start > digest && at.start < digest + 20 {
            continue;
        }
        refuse(
            &right(&changed(&text, &at)),
            &approved,
            NOW,
            &text[..at.end],
        );
    }
    let within = |internal: &str| Value::from(internal).to_string();
    for at in values(&internal) {
        let slip = text.replacen(&within(&internal), &within(&changed(&internal, &at)), 1);
        refuse(
            &right(&slip),
            &approved,
            NOW,
            &internal[at.start.saturating_sub(99)..at.end],
        );
    }
    // The approval: every value.
    for at in values(&approved) {
        refuse(&text, &changed(&approved, &at), NOW, &approved[..at.end]);
    }
    // Time and key.
    refuse(&text, &approved, "2026-11-02T12:00:01Z", "too late");
    refuse(&text, &approval(&text, OTHER_KEY), NOW, "another key");
    let key_id = |text: &str| {
        let file: Value = serde_json::from_str(text).unwrap();
        file["key_id"].as_str().unwrap().to_owned()
    };
    let other = approval(&text, OTHER_KEY);
    let posing = other.replace(&key_id(&other), &key_id(&approved));
    refuse(
        &text,
        &posing,
        NOW,
        "another key under the name of the first",
    );

    // Both: another plan that is whole in itself, with the approval of the first, made to fit as far as
    // possible without the key.
    let read = plan_json::read(&text).unwrap();
    let (plan, made) = (read.plan().unwrap(), read.made().unwrap());
    let commit = |id: &str| CommitV1::Read {
        id: id.to_owned(),
        changed: false,
    };
    let cluster = |endpoint: &str| ClusterV1 {
        name: "west".to_owned(),
        id: "lkc-west".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        simulated: false,
    };
    type Change<'a> = (&'a str, Box<dyn Fn(&mut Made) + 'a>);
    let changes: Vec<Change<'_>> = vec![
        (
            "spec",
            Box::new(|made| made.spec_digest = "other".to_owned()),
        ),
        (
            "commit",
            Box::new(|made| made.origin.commit = commit("0123456789")),
        ),
        (
            "paths",
            Box::new(|made| made.origin.paths.push("more".to_owned())),
        ),
        (
            "time",
            Box::new(|made| made.origin.made_at = NOW.to_owned()),
        ),
        (
            "endpoint",
            Box::new(|made| made.origin.clusters.push(cluster("https://elsewhere"))),
        ),
        (
            "allowance",
            Box::new(|made| made.origin.needs.push("data-loss".to_owned())),
        ),
        (
            "version",
            Box::new(|made| made.origin.linkwright = "9.9.9".to_owned()),
        ),
        (
            "policy",
            Box::new(|made| made.desired.policy.blast_radius.max_percent = 100),
        ),
        (
            "protection",
            Box::new(|made| {
                made.desired
                    .links
                    .values_mut()
                    .for_each(|link| link.protect = !link.protect);
            }),
        ),
        (
            "scope",
            Box::new(|made| {
                made.scope.rotate.insert("dr".into());
            }),
        ),
        (
            "allowed",
            Box::new(|made| {
                made.scope.allow.insert(Allow::BlastRadius);
            }),
        ),
    ];
    for (what, change) in &changes {
        let other = saved_with(plan, &made, change);
        assert_ne!(other, text, "{what}");
        refuse(&other, &approved, NOW, what);
        // An approval of the other plan does not fit the first.
        let of_other = approval(&other, KEY);
        refuse(&text, &of_other, NOW, what);
        // What it says of the plan is copied into the old one, whose signature is then of something else.
        let mut forged: Value = serde_json::from_str(&of_other).unwrap();
        let old: Value = serde_json::from_str(&approved).unwrap();
        forged["signature"] = old["signature"].clone();
        refuse(&other, &forged.to_string(), NOW, what);
        let signed_by_another = approval(&other, OTHER_KEY);
        refuse(&other, &signed_by_another, NOW, what);
    }
    assert!(refused >= 130, "{refused}");
}

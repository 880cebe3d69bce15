//! The saved plan: complete, whole, and stale as soon as the world has moved.

use std::time::Duration;

use linkwright::address::Address;
use linkwright::desired::MirrorState;
use linkwright::live::Snapshot;
use linkwright::plan::file::{
    ClearText, Made, Moved, ReadError, Remainder, Saved, Scope, sealed, spec_digest,
};
use linkwright::plan::{Allow, ConfigValue, OperationKind, Plan};
use linkwright::refresh::Observation;
use linkwright::report::plan_json;
use linkwright::secret::{Clear, Fallback, Part, Quoting, Reference, Template};

use super::desired::LinkBuilder;
use super::everything;
use crate::support::bench::{Bench, show};

fn spec() -> String {
    spec_digest([("linkwright.yaml", "version: 1\n")])
}

fn made(scope: &Scope) -> Made {
    Made {
        spec_digest: spec(),
        scope: scope.clone(),
        desired: everything::desired_state(),
        ..Made::default()
    }
}

fn save(plan: &Plan, scope: &Scope) -> Result<String, ClearText> {
    plan_json::save(plan, &made(scope)).map(|saved| saved.text)
}

fn remainder(saved: &Saved, fresh: &Observation) -> Result<Remainder, Vec<Moved>> {
    saved.remainder(&fresh.plan, &fresh.live, &spec())
}

/// What is left when nothing is live.
fn holds(saved: &Saved, plan: &Plan) -> Result<Remainder, Vec<Moved>> {
    saved.remainder(plan, &Snapshot::default(), &spec())
}

#[tokio::test(start_paused = true)]
async fn a_plan_still_holds_when_it_has_just_been_saved() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    let text = save(&plan, &Scope::default()).unwrap();
    assert_eq!(text, save(&plan, &Scope::default()).unwrap());
    assert!(!text.contains("east-secret"));
    let saved = plan_json::read(&text).unwrap();
    let digest = plan_json::save(&plan, &made(&Scope::default()))
        .unwrap()
        .digest;
    assert_eq!(saved.digest(), digest);
    assert_eq!(holds(&saved, &plan), Ok(Remainder::default()));
    assert_eq!(saved.spec_digest(), spec());
}

#[tokio::test(start_paused = true)]
async fn what_changes_by_itself_does_not_make_it_stale() {
    let bench = Bench::new(everything::WORLD);
    // No mirror is on its way to somewhere by itself any more.
    bench.sandbox.advance(Duration::from_secs(60));
    let desired = everything::desired_state();
    let saved =
        Saved::read(&save(&bench.plan(&desired).await, &Scope::default()).unwrap()).unwrap();
    for topic in ["returns", "old-a", "orders"] {
        assert!(bench.sandbox.produce("lkc-east", topic, 5_000));
    }
    bench
        .sandbox
        .set_produce_rate("lkc-east", "returns", 1_000.0);
    bench.sandbox.advance(Duration::from_secs(3600));
    let fresh = bench.observe(&desired).await;
    assert_eq!(
        remainder(&saved, &fresh),
        Ok(Remainder::default()),
        "{}",
        show(&fresh.plan)
    );
}

#[tokio::test(start_paused = true)]
async fn it_says_what_has_moved() {
    let bench = Bench::new(everything::WORLD);
    // No mirror is on its way to somewhere by itself any more.
    bench.sandbox.advance(Duration::from_secs(60));
    let desired = everything::desired_state();
    let plan = bench.plan(&desired).await;
    let saved = Saved::read(&save(&plan, &Scope::default()).unwrap()).unwrap();

    let mut other = everything::desired_state();
    LinkBuilder::link("more")
        .mirror("new-a", MirrorState::Mirroring)
        .into(&mut other);
    let fresh = bench.observe(&other).await;
    let moved = saved
        .remainder(&fresh.plan, &fresh.live, &spec_digest([]))
        .unwrap_err();
    assert_eq!(moved[0], Moved::Spec);
    let words: Vec<String> = moved.iter().map(ToString::to_string).collect();
    assert!(
        words.contains(&"west/more: create-link was not planned".to_owned()),
        "{words:?}"
    );

    // Somebody resumes and pauses by hand, and alters the same config.
    let client = &bench.clients["west"];
    let link = "dr".into();
    use linkwright::api::{ConfigChange, Mode, Verb};
    let _items = client
        .alter_mirrors(&link, Verb::Pause, &["payments".into()], Mode::Perform)
        .await
        .unwrap();
    let change = ConfigChange::Set {
        name: "topic.config.sync.ms".to_owned(),
        value: "9000".into(),
    };
    client
        .alter_configs(&link, &[change], Mode::Perform)
        .await
        .unwrap();
    bench.sandbox.advance(Duration::from_secs(10));
    let fresh = bench.observe(&desired).await;
    let moved = remainder(&saved, &fresh).unwrap_err();
    let words: Vec<String> = moved.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        ["west/dr: alter-link differs in its request, expectations",]
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_changed_is_not_used() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    let text = save(&plan, &Scope::default()).unwrap();
    let changed = text.replacen("payments", "refunds", 1);
    assert_ne!(changed, text);
    assert_eq!(Saved::read(&changed), Err(ReadError::Changed));
    let folded: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(Saved::read(&folded.to_string()), Err(ReadError::Changed));
    let digest = folded["saved"]["file_digest"].as_str().unwrap();
    let emptied = text.replacen(digest, "", 1);
    assert_eq!(Saved::read(&emptied), Err(ReadError::Changed));
    let newer = text.replacen("\"format_version\": 1", "\"format_version\": 2", 1);
    assert_eq!(Saved::read(&newer), Err(ReadError::Version(2)));
    assert!(matches!(Saved::read("{}"), Err(ReadError::Json(_))));
    assert!(matches!(Saved::read("not a plan"), Err(ReadError::Json(_))));
    assert!(matches!(
        Saved::read(&text[..text.len() / 2]),
        Err(ReadError::Json(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_secret_in_clear_is_refused_and_a_default_is_left_out() {
    let bench = Bench::new(everything::WORLD);
    let mut plan = bench.plan(&everything::desired_state()).await;
    let secret = |part: Part| ConfigValue::Secret(Template::from_parts(vec![part]));
    let give = |plan: &mut linkwright::plan::Plan, value: ConfigValue| {
        for op in &mut plan.operations {
            if let OperationKind::CreateLink { configs, .. } = &mut op.kind {
                for (name, slot) in configs {
                    if name == "sasl.jaas.config" {
                        *slot = value.clone();
                    }
                }
            }
        }
    };
    give(
        &mut plan,
        secret(Part::Reference(
            Reference::Env {
                name: "PASSWORD".to_owned(),
                default: Some(Fallback::Text("hunter2".to_owned())),
            },
            Quoting::Plain,
        )),
    );
    let text = save(&plan, &Scope::default()).unwrap();
    assert!(!text.contains("hunter2"));
    assert_eq!(
        holds(&plan_json::read(&text).unwrap(), &plan),
        Ok(Remainder::default())
    );
    give(
        &mut plan,
        secret(Part::Clear(Clear::new("hunter2"), Quoting::Plain)),
    );
    let error = save(&plan, &Scope::default()).unwrap_err();
    assert_eq!(error.config, "sasl.jaas.config");
    assert!(error.to_string().contains("east/both") && !error.to_string().contains("hunter2"));
}

#[tokio::test(start_paused = true)]
async fn it_contains_what_was_asked_for_and_no_one_can_ask_it_for_more() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    let scope = Scope {
        targets: [Address::parse("west/dr").unwrap()].into(),
        allow: [Allow::BlastRadius].into(),
        rotate: ["dr".into()].into(),
    };
    let text = save(&plan, &scope).unwrap();
    let saved = plan_json::read(&text).unwrap();
    assert_eq!(*saved.scope(), scope);
    assert_eq!(holds(&saved, &plan), Ok(Remainder::default()));
    let changed = text.replacen("\"blast-radius\"", "\"data-loss\"", 1);
    assert_ne!(changed, text);
    assert_eq!(Saved::read(&changed), Err(ReadError::Changed));
}

#[tokio::test(start_paused = true)]
async fn a_file_with_right_digests_does_nothing_that_is_not_planned_now() {
    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    let text = save(&plan, &Scope::default()).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text_at = |pointer: &str| read.pointer(pointer).unwrap().as_str().unwrap();
    let changed = text
        .replacen(text_at("/saved/file_digest"), "", 1)
        .replacen(text_at("/operations/0/digests/request"), &spec(), 1);
    let other = ReadError::Contradiction("its digests are of another plan".to_owned());
    assert_eq!(Saved::read(&sealed(&changed)), Err(other));
}

//! Asking the holder of a lease to stop: it finishes what it has sent, does not wait for its effect, and lets the other
//! run in.

use std::sync::Arc;
use std::time::Duration;

use linkwright::apply::{
    Cause, Interrupts, LeaseMeans, LeaseNotice, Outcome, Report, RunContext, Settings, Verdict, run,
};
use linkwright::plan::Plan;
use linkwright::report::words;
use linkwright::store::lease::{
    Acquired, Ended, Holder, Keeper, LeaseV1, Notice, Patience, Terms, acquire, keep,
};
use linkwright_clock::Clock;
use linkwright_sandbox::{Sandbox, World};
use tokio::sync::{mpsc, watch};

use super::race::{Race, WORLD, secrets, spec};
use crate::support::bench::{show, tell};

/// Asks for the lease of the cluster that is written to, and names whom it had to wait for.
async fn ask(
    race: &Race,
    clock: &Clock,
    name: &str,
    patience: &Patience,
) -> (Acquired, Vec<String>) {
    let who = Holder {
        holder: name.to_owned(),
        host: format!("machine-of-{name}"),
        run_id: name.to_owned(),
        url: None,
    };
    let mut told = Vec::new();
    let mut note = |lease: &LeaseV1| told.push(lease.holder.clone());
    let ids = ["lkc-west01".to_owned()];
    let now = ("now", &mut note as _);
    let asked = acquire(
        &*race.store,
        clock,
        Terms::default(),
        &who,
        ids,
        patience,
        now,
    );
    let acquired = asked.await.unwrap();
    (acquired, told)
}

/// Carries out a plan under a lease, as `apply` does, and releases the lease.
async fn hold(race: &Race, plan: &Plan, mut keeper: Keeper) -> Report {
    let clients = race.clients(0);
    for client in clients.values() {
        client.guard_writes(Arc::new(keeper.validity().clone()));
    }
    let (stop, mut stopped) = watch::channel(false);
    let (sender, lease) = mpsc::unbounded_channel();
    let mut notify = |notice| {
        let is_asked = matches!(notice, Notice::Ended(Ended::Yielded { .. }));
        assert!(is_asked, "{notice:?}");
        let what = format!("{notice:?}");
        let means = LeaseMeans::HandOver;
        sender.send(LeaseNotice { what, means }).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let now = jiff::Timestamp::from_millisecond(race.sandbox.now_ms()).unwrap();
    let settings = Settings::new(now, folder.path().join("archive"));
    let vault = secrets();
    let mut sink = |_: &linkwright::apply::Event| {};
    let context = RunContext {
        clients: &clients,
        pairs: None,
        secrets: &vault,
        sink: &mut sink,
        describe: words::cause,
        interrupts: Interrupts::none(),
        lease: Some(lease),
    };
    let running = async {
        let report = run(plan, context, &settings).await.unwrap();
        stop.send(true).unwrap();
        report
    };
    let keeping = keep(&mut keeper, &*race.store, &mut stopped, &mut notify);
    let ((), report) = tokio::join!(keeping, running);
    keeper.release(&*race.store).await;
    report
}

#[test]
fn a_run_that_waits_for_minutes_lets_another_in_within_its_next_renewal() {
    linkwright_clock::run(async |clock| {
        // A new mirror topic takes ten minutes.
        let world = format!("{WORLD}timings: {{ mirror_setup_ms: 600000 }}\n");
        let sandbox = Sandbox::new(World::from_yaml(&world).unwrap());
        sandbox.follow(clock);
        let race = Race::calm(clock, sandbox);
        let desired = spec("a", 0);
        let plan = race.plan(&desired, &race.clients(0)).await;
        let (first, told) = ask(&race, clock, "first", &Patience::default()).await;
        assert_eq!(told, [""; 0]);
        let Acquired::Held { keeper, .. } = first else {
            panic!("kept out of an empty store")
        };
        let second = async {
            clock.sleep(Duration::from_secs(100)).await;
            let (kept_out, _) = ask(&race, clock, "third", &Patience::default()).await;
            assert!(matches!(kept_out, Acquired::KeptOut { asked: false, .. }));
            let began = clock.boot();
            let patience = Patience {
                timeout: Duration::from_secs(120),
                preempt: true,
                ..Patience::default()
            };
            let (second, told) = ask(&race, clock, "second", &patience).await;
            assert_eq!(told, ["first"]);
            let is_held = matches!(
                second,
                Acquired::Held {
                    contested: true,
                    ..
                }
            );
            assert!(is_held);
            clock.boot() - began
        };
        let (report, took) = tokio::join!(hold(&race, &plan, keeper), second);
        assert_eq!(report.verdict(), Verdict::Interrupted, "{}", tell(&report));
        let handed_over = report.operations.iter().filter(|it| {
            let cause = Cause::HandedOver;
            it.outcome == Outcome::Unknown { cause }
        });
        assert_eq!(handed_over.count(), 1, "{}", tell(&report));
        // The next renewal, and a look.
        assert!(took <= Duration::from_secs(15 + 5), "{took:?}");
        // What was sent goes on, and nothing is left to send.
        clock.sleep(Duration::from_secs(600)).await;
        let left = race.plan(&desired, &race.clients(0)).await;
        assert!(!left.has_changes(), "{}", show(&left));
    })
    .unwrap();
}

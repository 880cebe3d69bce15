//! Every kind of fault at every request of a plan with operations of every kind: the end is the same,
//! nothing is harmed, and the report told the truth.

use std::time::Duration;

use linkwright::api::{Auth, Client};
use linkwright::apply::{Cause, Interrupts, Outcome, Reason};
use linkwright::desired::MirrorState;
use linkwright_clock::Clock;
use linkwright_sandbox::{
    BodyShape, FaultAction, FaultMatch, FaultSpec, LinkError, LoggedRequest, RouteKind, StatusFault,
};

use super::everything;
use super::paces::{each_second, status, timed, wanted, world};
use super::truth::assert_truthful;
use crate::support::bench::{Bench, Start, tell};

/// What the world comes to without a fault, and how many requests that takes.
async fn fault_free(start: &Start) -> (String, Vec<LoggedRequest>) {
    let bench = start.bench();
    let plan = &start.plan;
    assert!(plan.operations.len() >= 20, "{}", plan.operations.len());
    let report = bench
        .apply_with(plan, &bench.slow_settings(), Interrupts::none())
        .await;
    assert_eq!(
        report.counts().done,
        plan.operations.len(),
        "{}",
        tell(&report)
    );
    assert_truthful(&bench, plan, &report, "without a fault");
    let requests = bench.sandbox.requests();
    bench.sandbox.advance(HALF_A_MINUTE * 3);
    (bench.state(), requests)
}

/// How long a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// One request; for one that concerns the world, half a minute.
    Once,
    /// It and every one after it, until the run is over.
    Onwards,
}

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// Which requests a kind of fault can concern; the others would repeat the same run.
fn concerns(action: &FaultAction, request: &LoggedRequest) -> bool {
    match action {
        FaultAction::StaleReads { .. } => request.kind == RouteKind::Write,
        FaultAction::FailItems { .. } => {
            request.kind == RouteKind::Write && request.path.contains("/mirrors:")
        }
        _ => true,
    }
}

/// Carries the plan out once for every request it takes, with the fault beginning at that one.
async fn matrix(action: FaultAction, span: Span) {
    let stands = matches!(
        action,
        FaultAction::SourceUnreachable { .. } | FaultAction::LinkError { .. }
    );
    let desired = everything::desired_state();
    let start = Start::of(everything::WORLD, &desired).await;
    let (wanted, requests) = fault_free(&start).await;
    assert!(requests.len() > 50, "{} requests", requests.len());
    let begins: Vec<usize> = (0..requests.len())
        .filter(|&number| concerns(&action, &requests[number]))
        .collect();
    // A fault that stays covers what comes after it, so that every third start is enough.
    let stride = match span {
        Span::Once => 1,
        Span::Onwards => 3,
    };
    for &number in begins.iter().step_by(stride) {
        let at = format!("{action:?} {span:?} at request {number}");
        let bench = start.bench();
        let fault = FaultSpec {
            name: Some("fault".to_owned()),
            on: FaultMatch::default(),
            skip: 0,
            times: (!stands && span == Span::Once).then_some(1),
            probability: 1.0,
            action: action.clone(),
        };
        let sandbox = bench.sandbox.clone();
        bench.tap.at(number, move || {
            sandbox.add_fault(fault);
            if stands && span == Span::Once {
                tokio::spawn(async move {
                    Clock::wall().sleep(HALF_A_MINUTE).await;
                    sandbox.clear_fault("fault");
                });
            }
        });
        let report = bench
            .apply_with(&start.plan, &bench.slow_settings(), Interrupts::none())
            .await;
        bench.sandbox.clear_fault("fault");
        // What was sent last may still be on its way, and links find back to each other.
        bench.sandbox.advance(HALF_A_MINUTE);
        assert_truthful(&bench, &start.plan, &report, &at);
        bench.resume(&start.approved, &desired, 2, &at).await;
        bench.sandbox.advance(HALF_A_MINUTE * 2);
        assert_eq!(bench.state(), wanted, "{at}\n{}", tell(&report));
        assert_eq!(bench.sandbox.harms(), [], "{at}\n{}", tell(&report));
    }
}

/// A token of the metadata service that is refused mid-run is renewed, and nobody notices.
#[tokio::test(start_paused = true)]
async fn a_token_refused_at_any_request_is_renewed_and_nothing_fails() {
    let sign_in = "    rest_auth: { basic: [{ username: ops, password: ops-secret }] }\n    \
                   kind: confluent-platform\n    name:";
    let world = everything::WORLD.replace("    name: ", &format!("{sign_in} "));
    let auth = Auth::Mds {
        url: "http://sandbox.invalid".parse().unwrap(),
        user: "ops".to_owned(),
        password: "ops-secret".into(),
    };
    let desired = everything::desired_state();
    let start = Start::signed_in(&world, &desired, &auth).await;
    let mut renewed = 0;
    for number in 0.. {
        let bench = start.bench_of(&auth);
        let sandbox = bench.sandbox.clone();
        let refusal = FaultSpec {
            name: None,
            on: FaultMatch::default(),
            skip: 0,
            times: Some(1),
            probability: 1.0,
            action: status(401),
        };
        bench
            .tap
            .at(number, move || drop(sandbox.add_fault(refusal)));
        let report = bench
            .apply_with(&start.plan, &bench.slow_settings(), Interrupts::none())
            .await;
        let done = report.counts().done;
        assert_eq!(
            done,
            start.plan.operations.len(),
            "at request {number}\n{}",
            tell(&report)
        );
        assert_eq!(bench.sandbox.harms(), [], "at request {number}");
        let tokens = |client: &Client| client.counts().tokens_renewed;
        let tokens: u64 = bench.clients.values().map(tokens).sum();
        if bench.tap.count() <= number {
            break;
        }
        renewed += tokens;
    }
    assert!(renewed > 50, "{renewed} tokens were renewed");
}

fn away(cluster: &str) -> FaultAction {
    FaultAction::SourceUnreachable {
        cluster: cluster.to_owned(),
    }
}

fn in_error(cluster: &str, link: &str) -> FaultAction {
    FaultAction::LinkError {
        cluster: cluster.to_owned(),
        link: link.to_owned(),
        error: LinkError::AuthenticationError,
    }
}

/// One test for each fault, so that they run side by side.
macro_rules! faults {
    ($($name:ident: $action:expr, $span:expr;)+) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                matrix($action, $span).await;
            }
        )+
    };
}

faults! {
    a_server_error_once: status(500), Span::Once;
    a_server_error_from_then_on: status(503), Span::Onwards;
    too_many_requests_once: status(429), Span::Once;
    too_many_requests_from_then_on: FaultAction::Status(StatusFault {
        code: 429,
        body: None,
        error_code: None,
        message: None,
        retry_after_s: Some(2),
    }), Span::Onwards;
    too_many_requests_with_a_wait_once: FaultAction::Status(StatusFault {
        code: 429,
        body: Some(BodyShape::Html),
        error_code: None,
        message: None,
        retry_after_s: Some(7),
    }), Span::Once;
    unauthenticated_once: status(401), Span::Once;
    unauthenticated_from_then_on: status(401), Span::Onwards;
    forbidden_once: status(403), Span::Once;
    forbidden_from_then_on: status(403), Span::Onwards;
    a_bad_gateway_from_then_on: status(502), Span::Onwards;
    no_answer_once: FaultAction::Latency { ms: 1_000_000 }, Span::Once;
    slow_answers_from_then_on: FaultAction::Latency { ms: 3_000 }, Span::Onwards;
    a_reset_before_the_effect_once: FaultAction::ResetBeforeEffect, Span::Once;
    a_reset_before_the_effect_from_then_on: FaultAction::ResetBeforeEffect, Span::Onwards;
    a_reset_after_the_effect_once: FaultAction::ResetAfterEffect, Span::Once;
    a_reset_after_the_effect_from_then_on: FaultAction::ResetAfterEffect, Span::Onwards;
    stale_reads_once: FaultAction::StaleReads { ms: 8_000 }, Span::Once;
    stale_reads_from_then_on: FaultAction::StaleReads { ms: 8_000 }, Span::Onwards;
    refused_topics_once: FaultAction::FailItems {
        topics: Vec::new(),
        error_code: 401,
        message: "Not authorized".to_owned(),
    }, Span::Once;
    refused_topics_from_then_on: FaultAction::FailItems {
        topics: Vec::new(),
        error_code: 401,
        message: "Not authorized".to_owned(),
    }, Span::Onwards;
    the_source_is_away_for_a_while: away("lkc-east"), Span::Once;
    the_source_is_away_from_then_on: away("lkc-east"), Span::Onwards;
    the_destination_is_away_for_links_that_read_it: away("lkc-west"), Span::Onwards;
    an_old_link_in_error_for_a_while: in_error("lkc-west", "dr"), Span::Once;
    an_old_link_in_error_from_then_on: in_error("lkc-west", "dr"), Span::Onwards;
    a_new_link_in_error_for_a_while: in_error("lkc-west", "fresh"), Span::Once;
    a_new_link_in_error_from_then_on: in_error("lkc-west", "fresh"), Span::Onwards;
    half_of_a_pair_in_error_from_then_on: in_error("lkc-east", "both"), Span::Onwards;
}

/// The policy's bound is exceeded between plan and act, beginning at each request of the run: what the read before
/// a failover shows decides, and nothing else.
#[tokio::test(start_paused = true)]
async fn policy_bound_exceeded_between_plan_and_act() {
    let mut desired = wanted(&[MirrorState::FailedOver; 2]);
    desired.policy.failover.max_lag = Some(5);
    let (mut done, mut blocked) = (0, 0);
    for number in 0.. {
        let bench = Bench::new(&world(2, 0));
        let plan = bench.plan(&desired).await;
        assert!(plan.refusals.is_empty());
        let sandbox = bench.sandbox.clone();
        let first = bench.tap.count();
        bench.tap.at(first + number, move || {
            for topic in ["t-0", "t-1"] {
                assert!(sandbox.set_produce_rate("lkc-east", topic, 100_000.0));
            }
            sandbox.advance(Duration::from_secs(5));
        });
        let (report, _) = timed(&bench, &plan, &each_second(&bench)).await;
        let at = format!("at request {number}: {}", tell(&report));
        for operation in &report.operations {
            match &operation.outcome {
                Outcome::Done => {
                    let lost = operation.lost.as_ref().expect(&at);
                    assert!(!lost.loss.exceeds(5), "{at}");
                    done += 1;
                }
                Outcome::Failed {
                    reason: Reason::Moved,
                    cause: Cause::LossAboveBound { loss, max: 5 },
                } => {
                    assert!(loss.exceeds(5) && operation.attempts == 0, "{at}");
                    blocked += 1;
                }
                _ => panic!("{at}"),
            }
        }
        assert_eq!(bench.sandbox.harms(), [], "{at}");
        if bench.tap.count() <= first + number {
            break;
        }
    }
    assert!(done >= 2 && blocked >= 2, "{done} done, {blocked} blocked");
}

//! A fault of every kind at every request: the end is the same, nothing is harmed, and the report
//! told the truth.

use linkwright::apply::{Interrupts, Report};
use linkwright::desired::Desired;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, StatusFault};

use crate::bench::{Bench, show, tell};
use crate::everything;

/// What the world comes to without a fault, and how many requests that takes.
async fn fault_free() -> (String, usize) {
    let bench = Bench::new(everything::WORLD);
    let desired = everything::wish();
    let plan = bench.plan(&desired).await;
    bench.tap.set(None);
    let report = bench
        .apply_with(&plan, &bench.slow_settings(), Interrupts::none())
        .await;
    let requests = bench.tap.count();
    assert_eq!(
        report.counts().done,
        plan.operations.len(),
        "{}",
        tell(&report)
    );
    (bench.state().await, requests)
}

/// Where an operation ended well, planning anew must not ask for it again.
async fn assert_truthful(bench: &Bench, desired: &Desired, report: &Report, at: &str) {
    let left = bench.plan(desired).await;
    for operation in &report.operations {
        // These two leave nothing behind on the cluster and are repeated with what follows them.
        let leaves_nothing = ["drain-offsets", "archive-history"].contains(&operation.verb);
        if leaves_nothing || !operation.outcome.is_reached() {
            continue;
        }
        let again = left.operations.iter().any(|op| {
            op.address == operation.address && op.kind.word() == operation.verb
                // A half may be altered in several ways.
                && operation.verb != "alter-link"
        });
        assert!(
            !again,
            "{at}: {} said to be done\n{}\n{}",
            operation.op,
            tell(report),
            show(&left)
        );
    }
}

/// Which faults a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// One request.
    Once,
    /// It and every one after it, until the run is over.
    Onwards,
}

async fn matrix(action: FaultAction, span: Span) {
    let (wanted, requests) = fault_free().await;
    assert!(
        requests > 30,
        "{requests} requests are too few to prove anything"
    );
    let desired = everything::wish();
    // A fault that stays covers what comes after it, so that every third start is enough.
    let stride = match span {
        Span::Once => 1,
        Span::Onwards => 3,
    };
    for number in (0..requests).step_by(stride) {
        let at = format!("{action:?} {span:?} at request {number}");
        let bench = Bench::new(everything::WORLD);
        let plan = bench.plan(&desired).await;
        let id = bench.sandbox.add_fault(FaultSpec {
            name: None,
            on: FaultMatch::default(),
            skip: u32::try_from(number).unwrap(),
            times: (span == Span::Once).then_some(1),
            probability: 1.0,
            action: action.clone(),
        });
        let report = bench
            .apply_with(&plan, &bench.slow_settings(), Interrupts::none())
            .await;
        assert_eq!(report.operations.len(), plan.operations.len());
        bench.sandbox.clear_fault(&id);
        // What was sent last may still be on its way.
        bench.sandbox.advance(std::time::Duration::from_secs(30));
        assert_truthful(&bench, &desired, &report, &at).await;
        bench.converge(&desired, 2).await;
        bench.sandbox.advance(std::time::Duration::from_secs(60));
        assert_eq!(bench.state().await, wanted, "{at}\n{}", tell(&report));
        assert_eq!(bench.sandbox.harms(), [], "{at}\n{}", tell(&report));
    }
}

fn status(code: u16) -> FaultAction {
    FaultAction::Status(StatusFault {
        code,
        body: None,
        error_code: None,
        message: None,
        retry_after_s: None,
    })
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
    unauthenticated_once: status(401), Span::Once;
    unauthenticated_from_then_on: status(401), Span::Onwards;
    forbidden_once: status(403), Span::Once;
    forbidden_from_then_on: status(403), Span::Onwards;
    a_bad_gateway_once: status(502), Span::Once;
    no_answer_once: FaultAction::Latency { ms: 1_000_000 }, Span::Once;
    a_slow_answer_once: FaultAction::Latency { ms: 3_000 }, Span::Once;
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
}

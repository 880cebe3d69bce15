//! One world and one desired state, from plan to rest, through whatever goes wrong; and what must hold of it.

use std::collections::BTreeSet;

use linkwright::address::{Address, HalfAddress};
use linkwright::apply::{self, Outcome, Report};
use linkwright::desired::{Desired, Risk};
use linkwright::diff::{Class, Effect, first_reads};
use linkwright::plan::{Allow, Operation, OperationKind, Plan, RefusalKind};
use linkwright::report::words;
use linkwright_clock::Clock;
use linkwright_sandbox::{Harm, HarmKind, RouteKind, Sandbox};

use crate::case::Case;
use crate::odd;
use crate::round_trip::{exported, is_at_rest, show};
use crate::support::bench::{self, Bench, Vault};
use crate::support::tap::Moment;
use crate::untouched::Before;

/// How a pair ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum End {
    /// Validation said no.
    Invalid,
    /// The plan was refused, with reasons.
    Refused,
    /// There was nothing to do.
    AtRest,
    /// The plan was carried out, and then there was nothing left.
    Converged,
    /// Something is left, and the last run said of each what is in its way.
    Explained,
}

/// What a pair came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) end: End,
    pub(crate) runs: usize,
    pub(crate) operations: usize,
    pub(crate) faults: usize,
    pub(crate) is_killed: bool,
    /// Links that were refused, with reasons.
    pub(crate) refusals: usize,
    /// What validation found.
    pub(crate) codes: Vec<&'static str>,
    /// What is left, and what is in its way.
    pub(crate) left: String,
    /// What its world drew: profiles and makers.
    pub(crate) drawn: BTreeSet<String>,
}

/// A promise that was not kept: which, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: &'static str,
    pub(crate) words: String,
}

pub(crate) fn broken<T>(promise: &'static str, words: impl Into<String>) -> Result<T, Broken> {
    let words = words.into();
    Err(Broken { promise, words })
}

/// Runs of one plan after which there must be rest, or a reason why not.
const RUNS: usize = 5;

/// The profiles, limiters and makers of a world file.
fn drawn(world: &str) -> BTreeSet<String> {
    let world: serde_json::Value = serde_yaml::from_str(world).unwrap_or_default();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut drawn = BTreeSet::new();
    for cluster in list(&world["clusters"]) {
        drawn.extend(cluster["profile"].as_str().map(str::to_owned));
        if cluster["rate_limit"].is_object() {
            drawn.insert("rate_limit".to_owned());
        }
        for link in list(&cluster["links"]) {
            drawn.extend(link["made_by"].as_str().map(str::to_owned));
        }
    }
    drawn
}

/// Plays a case and holds it to every promise.
pub(crate) async fn play(case: &Case) -> Result<Told, Broken> {
    let mut told = Told {
        end: End::Invalid,
        runs: 0,
        operations: 0,
        faults: 0,
        is_killed: false,
        refusals: 0,
        codes: Vec::new(),
        left: String::new(),
        drawn: drawn(&case.world),
    };
    let desired = match bench::read(&[("spec.yaml", &case.spec)]) {
        Ok(desired) => desired,
        Err(problems) => {
            for problem in problems {
                told.codes.push(problem.code.0);
                if problem.help.is_empty() && problem.why.is_empty() {
                    let words = format!("{} {}", problem.code, problem.summary);
                    return broken("every refusal names a way out", words);
                }
            }
            return Ok(told);
        }
    };
    let mut bench = match odd::open(&case.world, &case.script.odd) {
        Ok(bench) => bench,
        Err(words) => return broken("the generators make what the sandbox takes", words),
    };
    bench.secrets = Vault {
        values: case.script.secrets.clone(),
        or_names: false,
    };
    let mut desired = desired;
    // What is refused is told and then taken out of the desired state, so that the rest is tried too.
    for _ in 0..RUNS {
        let plan = bench.plan(&desired).await;
        ways_out(&plan)?;
        let refused = links_of_refusals(&plan, &desired);
        if refused.is_empty() {
            break;
        }
        told.refusals += refused.len();
        let is_out = |half: &HalfAddress| refused.contains(half.link.as_str());
        desired
            .links
            .retain(|_, link| !refused.contains(link.name.as_str()));
        desired.retired.retain(|retired| !is_out(&retired.address));
    }
    let stage = Stage {
        case,
        desired,
        before: Before::of(&bench).await,
        saved: bench.sandbox.save(),
        bench,
    };
    stage.play(&mut told).await?;
    Ok(told)
}

/// Everything about a case that is under way.
pub(crate) struct Stage<'a> {
    pub(crate) case: &'a Case,
    pub(crate) desired: Desired,
    pub(crate) bench: Bench,
    pub(crate) before: Before,
    saved: String,
}

impl Stage<'_> {
    async fn play(&self, told: &mut Told) -> Result<(), Broken> {
        let script = &self.case.script;
        let sandbox = &self.bench.sandbox;
        let mut announced = false;
        let arm = || {
            for fault in &script.faults {
                sandbox.add_fault(fault.clone());
            }
        };
        if script.faulty_plan {
            arm();
        }
        let mut plan = self.bench.plan(&self.desired).await;
        if !script.faulty_plan {
            self.plans_well(&plan).await?;
            arm();
        }
        let is_troubled =
            !script.faults.is_empty() || script.kill.is_some() || !script.outside.is_empty();
        let mut last: Option<Report> = None;
        let mut is_first = is_troubled;
        while told.runs < RUNS {
            ways_out(&plan)?;
            if plan.is_refused() && is_first {
                // What is refused amid troubles may be done without them.
                is_first = false;
                self.end_of_troubles().await;
                plan = self.bench.plan(&self.desired).await;
                continue;
            }
            if plan.is_refused() || (!plan.has_changes() && !is_first) {
                break;
            }
            announced |= announces_acl_deletion(&plan);
            told.operations += plan.operations.len();
            told.runs += usize::from(plan.has_changes());
            last = if is_first {
                self.troubled_run(&plan, told).await
            } else {
                Some(self.run(&plan).await)
            };
            if is_first {
                told.faults += sandbox
                    .requests()
                    .iter()
                    .filter(|request| request.faulted)
                    .count();
                self.end_of_troubles().await;
            }
            is_first = false;
            if let Some(report) = &last {
                reasons(report)?;
            }
            plan = self.bench.plan(&self.desired).await;
        }
        ways_out(&plan)?;
        told.end = if plan.is_refused() {
            told.left = format!(
                "{}\n{}",
                show(&plan),
                last.as_ref().map(tell).unwrap_or_default()
            );
            End::Refused
        } else if is_at_rest(&plan) {
            if told.runs == 0 {
                End::AtRest
            } else {
                End::Converged
            }
        } else {
            self.is_explained(&plan, last.as_ref())?;
            told.left = format!(
                "{}\n{}",
                show(&plan),
                last.as_ref().map(tell).unwrap_or_default()
            );
            End::Explained
        };
        self.nothing_else_was_touched().await?;
        self.no_harm(announced).await?;
        match exported(&self.bench).await {
            Ok(_) => Ok(()),
            Err(words) => broken("what is exported plans to nothing", words),
        }
    }

    /// What holds of a plan that nothing disturbed.
    async fn plans_well(&self, plan: &Plan) -> Result<(), Broken> {
        let sandbox = &self.bench.sandbox;
        sandbox.clear_requests();
        let before = sandbox.now_ms();
        let again = self.bench.plan(&self.desired).await;
        let mut requests = sandbox.requests();
        requests.retain(|request| request.status != 429);
        // While a limiter is waited for, time passes: figures of lag change, and mirror topics come to be.
        let is_same_world = sandbox.now_ms() == before;
        if is_same_world && (again != *plan || show(&again) != show(plan)) {
            let words = format!("{}\n{}", show(plan), show(&again));
            return broken("two plans of one world are the same", words);
        }
        let mut paths = BTreeSet::new();
        for request in &requests {
            let path = format!("{} {}?{}", request.method, request.path, request.query);
            if request.kind == RouteKind::Write {
                return broken("a plan writes nothing", path);
            }
            if !paths.insert(path.clone()) {
                return broken("a plan asks for nothing twice", path);
            }
        }
        let clusters = first_reads(&self.desired).len();
        let halves: usize = first_reads(&self.desired).values().map(BTreeSet::len).sum();
        let most = 2 * clusters + halves + 3 * self.desired.clusters.len();
        if requests.len() > most {
            let words = format!("{} requests, and {most} at most", requests.len());
            return broken("a plan makes few requests", words);
        }
        sandbox.clear_requests();
        self.failovers_ask(plan).await
    }

    /// A failover is irreversible and a data loss whatever the figures say, and without the allowance
    /// for each the plan is refused.
    async fn failovers_ask(&self, plan: &Plan) -> Result<(), Broken> {
        let promise = "a failover is allowed as irreversible and as a data loss";
        let both = [Risk::Irreversible, Risk::DataLoss];
        let failovers: Vec<&Operation> = plan
            .operations
            .iter()
            .filter(|op| matches!(op.kind, OperationKind::FailoverMirror { .. }))
            .collect();
        if let Some(op) = failovers.iter().find(|op| op.risks != both.into()) {
            return broken(promise, format!("{}: {:?}", op.address, op.risks));
        }
        let is_allowed = |risk: &Risk| self.desired.policy.allow.contains(risk);
        for missing in both.iter().filter(|risk| !is_allowed(risk)) {
            let given = Risk::ALL.into_iter().filter(|risk| risk != missing);
            let allow = given.map(Allow::Risk).chain([Allow::BlastRadius]);
            let plan = self
                .bench
                .plan_within(&self.desired, &allow.collect())
                .await;
            if !failovers.is_empty() && !plan.is_refused() {
                return broken(
                    promise,
                    format!("passes without {missing}:\n{}", show(&plan)),
                );
            }
        }
        self.bench.sandbox.clear_requests();
        Ok(())
    }

    async fn run(&self, plan: &Plan) -> Report {
        let settings = apply::Settings {
            report: None,
            ..self.bench.settings()
        };
        let interrupts = apply::Interrupts::none();
        self.bench.apply_with(plan, &settings, interrupts).await
    }

    /// The run during which everything goes wrong; no report when it was killed.
    async fn troubled_run(&self, plan: &Plan, told: &mut Told) -> Option<Report> {
        let script = &self.case.script;
        self.bench.tap.set(script.kill.map(|kill| {
            let moment = match kill.is_done {
                true => Moment::After,
                false => Moment::Before,
            };
            (kill.request, moment)
        }));
        let others = async {
            for outside in &script.outside {
                outside.act(&self.bench.sandbox).await;
            }
            std::future::pending::<()>().await;
        };
        let report = tokio::select! {
            report = self.run(plan) => Some(report),
            () = self.bench.tap.tripped.notified() => {
                told.is_killed = true;
                None
            }
            () = others => None,
        };
        self.bench.tap.set(None);
        report
    }

    /// Faults go; what was sent last arrives; links find each other again.
    async fn end_of_troubles(&self) {
        let clear = crate::case::Outside {
            after_ms: 0,
            call: "DELETE /sandbox/v1/faults".to_owned(),
            body: serde_json::Value::Null,
        };
        clear.act(&self.bench.sandbox).await;
        Clock::wall()
            .sleep(std::time::Duration::from_secs(120))
            .await;
    }

    /// Whether the last run said of everything that is left what is in its way.
    fn is_explained(&self, plan: &Plan, last: Option<&Report>) -> Result<(), Broken> {
        let stuck: BTreeSet<String> = last
            .iter()
            .flat_map(|report| &report.operations)
            .filter(|operation| !operation.outcome.is_reached())
            .map(|operation| operation.address.to_string())
            .collect();
        let half = |address: &Address| address.half().map(ToString::to_string).unwrap_or_default();
        for operation in &plan.operations {
            let address = operation.address.to_string();
            let is_told = stuck.contains(&address)
                || stuck.contains(&half(&operation.address))
                || is_credentials(&operation.because);
            if !is_told {
                let last = last.map(tell).unwrap_or_default();
                let words = format!("{address} is left:\n{}\nafter\n{last}", show(plan));
                return broken("runs converge, or say what is in the way", words);
            }
        }
        Ok(())
    }

    /// No harm was done that the world would not have done to itself, and that no plan announced.
    async fn no_harm(&self, announced: bool) -> Result<(), Broken> {
        let harms = self.bench.sandbox.harms();
        if harms.is_empty() {
            return Ok(());
        }
        let alone = Sandbox::restore(&self.saved).unwrap();
        for outside in &self.case.script.outside {
            outside.act(&alone).await;
        }
        let behind = self.bench.sandbox.now_ms() - alone.now_ms();
        alone.advance(std::time::Duration::from_millis(
            u64::try_from(behind).unwrap_or(0),
        ));
        let inherent: BTreeSet<(HarmKind, String)> = alone
            .harms()
            .into_iter()
            .map(|harm| (harm.kind, harm.subject))
            .collect();
        let ours: Vec<Harm> = harms
            .into_iter()
            .filter(|harm| !inherent.contains(&(harm.kind, harm.subject.clone())))
            .filter(|harm| !(announced && harm.kind == HarmKind::DestinationAclDeleted))
            .collect();
        if ours.is_empty() {
            Ok(())
        } else {
            broken("no harm is done", format!("{ours:#?}"))
        }
    }
}

/// The names of the links for which a plan is refused.
fn links_of_refusals(plan: &Plan, desired: &Desired) -> BTreeSet<String> {
    let findings = plan
        .findings
        .iter()
        .filter(|finding| finding.class() == Class::Refusal);
    let found = findings.filter_map(|finding| Some(finding.address.half()?.link.to_string()));
    let operations = plan.refusals.iter().flat_map(|refusal| &refusal.operations);
    let of_operations = operations.map(|id| plan.operation(*id).half().link.to_string());
    let protected = plan
        .refusals
        .iter()
        .filter_map(|refusal| match &refusal.kind {
            RefusalKind::Protected { link } => {
                Some(desired.links.get(link.as_str())?.name.to_string())
            }
            _ => None,
        });
    found.chain(of_operations).chain(protected).collect()
}

fn is_credentials(because: &linkwright::plan::Because) -> bool {
    matches!(because, linkwright::plan::Because::Rotation(_))
}

/// Whether somebody who read the plan knew that ACLs would be deleted.
pub(crate) fn announces_acl_deletion(plan: &Plan) -> bool {
    plan.operations
        .iter()
        .flat_map(|operation| &operation.effects)
        .any(|effect| matches!(effect, Effect::AclsDeleted(_)))
}

/// Every refusal says what to do.
pub(crate) fn ways_out(plan: &Plan) -> Result<(), Broken> {
    for finding in plan
        .findings
        .iter()
        .filter(|finding| finding.class() == Class::Refusal)
    {
        let words = words::finding(finding);
        if words.help.is_empty() && words.steps.is_empty() {
            return broken("every refusal names a way out", words.summary);
        }
    }
    for refusal in &plan.refusals {
        let words = words::refusal(plan, refusal);
        if words.flag.is_none() && words.spec.is_empty() {
            return broken("every refusal names a way out", words.summary);
        }
    }
    Ok(())
}

/// Every outcome that is not a success says why.
pub(crate) fn reasons(report: &Report) -> Result<(), Broken> {
    for operation in &report.operations {
        let is_silent = match &operation.outcome {
            Outcome::Failed { cause, .. } | Outcome::Unknown { cause } => {
                words::cause(cause).is_empty()
            }
            _ => false,
        };
        if is_silent {
            return broken("every failure says why", tell(report));
        }
    }
    let text = tell(report);
    if text.contains("-secret") {
        return broken("secrets are never told", text);
    }
    Ok(())
}

pub(crate) fn tell(report: &Report) -> String {
    let line = |operation: &apply::OperationReport| {
        format!(
            "{} {} {:?}\n",
            operation.verb, operation.address, operation.outcome
        )
    };
    report.operations.iter().map(line).collect()
}

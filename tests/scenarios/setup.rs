//! The setup of a scenario: a bench with the clusters that its spec names, and what is told of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use linkwright::apply::{Interrupts, Outcome, Settings};
use linkwright::desired::Desired;
use linkwright::diff::Options;
use linkwright::plan::{Allow, Allowances, Plan};
use linkwright::read::{self, ReadRequest};
use linkwright::report::words;
use linkwright::scenario::Call;
use linkwright_sandbox::{Credential, Sandbox};

use crate::support::bench::{self, Bench, Calls, SignIn, Vault};
use crate::support::world;

/// Everything that a scenario plays on.
pub(crate) struct Setup {
    pub(super) bench: Bench,
    pub(super) desired: Desired,
}

impl Setup {
    /// Reads spec and world.
    pub(crate) fn open(world: &str, spec: &str) -> Result<Self, String> {
        let desired = bench::read(&[("spec.yaml", spec)]).map_err(|problems| {
            let words = problems
                .iter()
                .map(|problem| format!("{} {}: {}", problem.code, problem.summary, problem.help));
            let words: Vec<String> = words.collect();
            format!("the spec has errors:\n{}", words.join("\n"))
        })?;
        let bench = Bench::open(world).map_err(|error| error.to_string())?;
        let calls = Calls {
            sign_in: SignIn::FirstUser,
            ..Calls::default()
        };
        let mut bench = bench.calling_those_of(&desired, &calls);
        bench.secrets = Vault::of_examples();
        Ok(Self { bench, desired })
    }

    /// The same clusters, as clients find them that have not called them before.
    pub(super) fn again(&self) -> Self {
        let sandbox = Sandbox::restore(&self.bench.sandbox.save()).unwrap();
        let calls = Calls {
            sign_in: SignIn::FirstUser,
            ..Calls::default()
        };
        Self {
            bench: Bench::around(sandbox).calling_those_of(&self.desired, &calls),
            desired: self.desired.clone(),
        }
    }

    /// The simulated clusters.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.bench.sandbox
    }

    /// Makes something happen in the world, on a cluster with the rights of its first user.
    pub(crate) async fn call(&self, call: &Call) -> Result<(), String> {
        let (method, path) = call.call.split_once(' ').ok_or("a call is `METHOD path`")?;
        let base = match &call.cluster {
            Some(cluster) => format!("/kafka/v3/clusters/{}", cluster.value),
            None => "/sandbox/v1".to_owned(),
        };
        let user = call.cluster.as_ref().and_then(|id| self.first_user(id));
        let user = user
            .as_ref()
            .map(|(name, password)| (name.as_str(), password.as_str()));
        let line = format!("{method} {base}/{path}");
        world::call(&self.bench.sandbox, user, &line, &call.body).await?;
        Ok(())
    }

    fn first_user(&self, cluster: &str) -> Option<(String, String)> {
        let infos = self.bench.sandbox.clusters();
        let info = infos.into_iter().find(|info| info.id == cluster)?;
        info.credentials
            .into_iter()
            .find_map(|credential| match credential {
                Credential::Basic {
                    username, password, ..
                } => Some((username, password)),
                Credential::Bearer { .. } => None,
            })
    }

    /// Looks and plans, with these risks allowed and these links' credentials written anew.
    pub(crate) async fn plan(&self, allow: &[&str], rotate: &[&str]) -> Result<Plan, String> {
        let mut allowances = Allowances::new();
        for word in allow {
            allowances.insert(Allow::from_word(word).ok_or(format!("no risk is called {word}"))?);
        }
        let options = Options {
            rotate: rotate.iter().map(|&link| link.into()).collect(),
            hold_back: (!allow.contains(&"exceptions")).then_some(bench::TODAY),
            today: Some(bench::TODAY),
            ..Options::default()
        };
        let plan = self.bench.plan_with(&self.desired, &options, &allowances);
        Ok(plan.await)
    }

    /// How everything is compared, where the command line says nothing.
    pub(super) fn options(&self) -> Options {
        Options {
            hold_back: Some(bench::TODAY),
            today: Some(bench::TODAY),
            ..Options::default()
        }
    }

    /// Applies a plan and tells every outcome.
    pub(crate) async fn apply(&self, plan: &Plan) -> String {
        let settings = Settings {
            report: None,
            ..self.bench.settings()
        };
        let run = self.bench.apply_with(plan, &settings, Interrupts::none());
        let mut text = String::new();
        for operation in &run.await.operations {
            let outcome = match &operation.outcome {
                Outcome::Done => "done".to_owned(),
                Outcome::Unchanged => "unchanged".to_owned(),
                Outcome::Failed { reason, cause } => {
                    let words = words::cause(cause);
                    format!("Failed {{ reason: {reason:?}, words: {words:?} }}")
                }
                other => format!("{other:?}"),
            };
            let _ = writeln!(text, "{} {}: {outcome}", operation.address, operation.verb);
        }
        text
    }

    /// The requests since the log was cleared, counted: what is asked at the same time has no order.
    pub(crate) fn requests(&self) -> String {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.bench.sandbox.requests() {
            let line = format!("{} {} {}", request.cluster, request.method, request.route);
            *counts.entry(line).or_default() += 1;
        }
        let mut text = String::new();
        for (line, count) in counts {
            // How often something is polled depends on timings, not on what is right.
            let times = if line.contains(" GET ") && count > 3 {
                "several times".to_owned()
            } else {
                format!("{count}×")
            };
            let _ = writeln!(text, "{times} {line}");
        }
        text
    }

    /// Every link and mirror topic, a line each.
    pub(crate) async fn world(&self) -> String {
        let mut ask = ReadRequest::default();
        for cluster in self.bench.clients.keys() {
            ask.of(cluster);
        }
        let live = read::read(&self.bench.clients, &ask).await;
        let mut text = String::new();
        for (name, cluster) in &live.clusters {
            for (link, row) in cluster.links.read().into_iter().flatten() {
                let word = |word: Option<&str>| word.unwrap_or("-").to_owned();
                let _ = writeln!(
                    text,
                    "{name}/{link} {} {}",
                    word(row.state.as_ref().map(|state| state.word())),
                    word(row.error.as_ref().map(|error| error.word())),
                );
            }
            for (link, rows) in cluster.mirrors.read().into_iter().flatten() {
                for (topic, row) in rows {
                    let _ = writeln!(
                        text,
                        "{name}/{link}/{topic} {} of {}",
                        row.status, row.source_topic
                    );
                }
            }
        }
        text
    }
}

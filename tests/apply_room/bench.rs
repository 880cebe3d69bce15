//! A sandbox, clients of its clusters, and a whole run against it: read, diff, plan, apply.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, InProcess, Limits, RetryBudget, TransportError,
};
use linkwright::apply::{
    Event, Flush, Interrupts, Means, Outcome, Report, SecretError, Secrets, Settings, run,
};
use linkwright::desired::{Desired, Risk};
use linkwright::diff::{self, Options};
use linkwright::plan::{Allow, Plan, plan};
use linkwright::read::{self, Ask};
use linkwright::secret::Reference;
use linkwright_sandbox::{
    ConnectionReset, FaultAction, FaultMatch, FaultSpec, LoggedRequest, RouteKind, Sandbox, World,
};
use secrecy::SecretString;

use super::tap::{Tap, Tapped};

/// Everything a test of a run needs.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) clients: BTreeMap<ClusterName, Client>,
    pub(crate) directory: tempfile::TempDir,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
    pub(crate) options: Options,
    pub(crate) secrets: Vault,
    pub(crate) tap: Arc<Tap>,
}

/// Secrets by the name of their variable.
#[derive(Clone, Default)]
pub(crate) struct Vault(pub(crate) BTreeMap<String, String>);

impl Secrets for Vault {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        let Reference::Env { name, .. } = reference else {
            unreachable!("tests use variables only");
        };
        self.0
            .get(name)
            .map(|value| SecretString::from(value.clone()))
            .ok_or_else(|| SecretError {
                reference: reference.clone(),
                why: "it is not set".to_owned(),
            })
    }
}

impl Bench {
    /// A bench around a world, with a client for each of its clusters.
    pub(crate) fn new(world: &str) -> Self {
        Self::around(Sandbox::new(World::from_yaml(world).unwrap()))
    }

    pub(crate) fn around(sandbox: Sandbox) -> Self {
        Self::signed_in(sandbox, &Auth::None)
    }

    /// A bench whose clients sign in.
    pub(crate) fn signed_in(sandbox: Sandbox, auth: &Auth) -> Self {
        let tap = Arc::new(Tap::default());
        let clients = clients(&sandbox, &tap, auth, &Limits::default());
        Self {
            tap,
            sandbox,
            clients,
            directory: tempfile::tempdir().unwrap(),
            events: Arc::default(),
            options: Options::default(),
            secrets: Vault(BTreeMap::from([(
                "EAST_SECRET".to_owned(),
                "east-secret".to_owned(),
            )])),
        }
    }

    /// The same with clients that make every call once, so that only the run repeats anything.
    pub(crate) fn asking_once(mut self) -> Self {
        let limits = Limits {
            attempts: 1,
            connect_attempts: 1,
            ..Limits::default()
        };
        self.clients = clients(&self.sandbox, &self.tap, &Auth::None, &limits);
        self
    }

    /// Adds a fault to the requests of one route, after letting some pass.
    pub(crate) fn fault(&self, route: &str, skip: u32, times: Option<u32>, action: FaultAction) {
        self.sandbox.add_fault(FaultSpec {
            name: Some(route.to_owned()),
            on: FaultMatch {
                route: Some(route.to_owned()),
                ..FaultMatch::default()
            },
            skip,
            times,
            probability: 1.0,
            action,
        });
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            report: Some(self.report_path()),
            // Thousands of runs on stepped time would wait for the disk most of the time.
            flush: Flush::ToSystem,
            ..Settings::new(
                "2026-11-02T08:00:00Z".parse().unwrap(),
                self.directory.path().join("archive"),
            )
        }
    }

    pub(crate) fn report_path(&self) -> PathBuf {
        self.directory.path().join("report.json")
    }

    /// Reads live and plans, everything allowed.
    pub(crate) async fn plan(&self, desired: &Desired) -> Plan {
        let mut ask = Ask::default();
        for (cluster, links) in diff::first_look(desired) {
            ask.of(&cluster).configs = links;
        }
        let mut live = read::read(&self.clients, &ask).await;
        let changes = diff::diff(desired, &live, &self.options);
        let extras = diff::second_look(desired, &changes);
        let mut more = Ask::default();
        for cluster in &extras.links {
            more.of(cluster);
        }
        for cluster in &extras.topics {
            more.of(cluster).topics = true;
        }
        for cluster in &extras.acls {
            more.of(cluster).acls = true;
        }
        for cluster in &extras.groups {
            more.of(cluster).groups = true;
        }
        read::extend(&mut live, &self.clients, &more).await;
        let changes = diff::diff(desired, &live, &self.options);
        let allow: BTreeSet<Allow> = Risk::ALL
            .into_iter()
            .map(Allow::Risk)
            .chain([Allow::BlastRadius])
            .collect();
        plan(desired, &live, changes, &allow).unwrap()
    }

    /// Carries out a plan with the usual settings.
    pub(crate) async fn apply(&self, plan: &Plan) -> Report {
        self.apply_with(plan, &self.settings(), Interrupts::none())
            .await
    }

    pub(crate) async fn apply_with(
        &self,
        plan: &Plan,
        settings: &Settings,
        interrupts: Interrupts,
    ) -> Report {
        let events = self.events.clone();
        let mut listener = move |event: &Event| events.lock().unwrap().push(event.clone());
        let means = Means {
            clients: &self.clients,
            secrets: &self.secrets,
            listener: &mut listener,
            interrupts,
        };
        run(plan, means, settings).await.unwrap()
    }

    /// Plans and applies until nothing is left to do, at most `runs` times; returns how many runs it
    /// took.
    pub(crate) async fn converge(&self, desired: &Desired, runs: usize) -> usize {
        for number in 0..runs {
            let plan = self.plan(desired).await;
            if !plan.has_changes() {
                return number;
            }
            let _report = self.apply(&plan).await;
        }
        let left = self.plan(desired).await;
        assert!(
            !left.has_changes(),
            "left after {runs} runs:\n{}",
            show(&left)
        );
        runs
    }

    /// Settings that look less often, so that a test that goes through every request is quick.
    pub(crate) fn slow_settings(&self) -> Settings {
        let mut settings = self.settings();
        settings.pace.first = Duration::from_secs(2);
        settings.patience.task = Duration::from_secs(1);
        settings
    }

    /// What there is in the world, without what differs from run to run: by the sandbox's own books.
    pub(crate) fn state(&self) -> String {
        let world = self.sandbox.snapshot();
        let mut text = String::new();
        for (cluster, owner) in entries(&world["clusters"]) {
            for (link, half) in entries(&owner["halves"]) {
                let (contact, error) = (&half["contact"], &half["error"]);
                text.push_str(&format!("{cluster}/{link} {contact} {error}\n"));
                for (name, value) in entries(&half["configs"]) {
                    text.push_str(&format!("  {name}={value}\n"));
                }
                for (topic, row) in entries(&half["mirrors"]) {
                    text.push_str(&format!("  {topic} {}\n", row["status"]));
                }
            }
            for (topic, data) in entries(&owner["topics"]) {
                text.push_str(&format!("{cluster} {topic} {}\n", data["mirror_of"]));
            }
        }
        text
    }

    /// Every request since the log was cleared: milliseconds after `start`, route, status.
    pub(crate) fn log(&self, start: i64) -> Vec<String> {
        self.sandbox
            .requests()
            .iter()
            .map(|request| {
                let at = request.at_ms - start;
                format!("{at} {} {}", request.route, request.status)
            })
            .collect()
    }

    /// Requests that wrote, so far.
    pub(crate) fn writes(&self) -> Vec<LoggedRequest> {
        let mut requests = self.sandbox.requests();
        requests.retain(|request| request.kind == RouteKind::Write);
        requests
    }
}

fn entries(map: &serde_json::Value) -> impl Iterator<Item = (&String, &serde_json::Value)> {
    map.as_object().into_iter().flatten()
}

/// A world and the plan made for it, to begin from again and again.
pub(crate) struct Start {
    world: String,
    pub(crate) plan: Plan,
}

impl Start {
    pub(crate) async fn of(world: &str, desired: &Desired) -> Self {
        Self::signed_in(world, desired, &Auth::None).await
    }

    pub(crate) async fn signed_in(world: &str, desired: &Desired, auth: &Auth) -> Self {
        let sandbox = Sandbox::new(World::from_yaml(world).unwrap());
        let bench = Bench::signed_in(sandbox, auth);
        let plan = bench.plan(desired).await;
        Self {
            world: bench.sandbox.save(),
            plan,
        }
    }

    /// A bench as it was when the plan had just been made.
    pub(crate) fn bench(&self) -> Bench {
        self.bench_of(&Auth::None)
    }

    /// The same, with clients that sign in.
    pub(crate) fn bench_of(&self, auth: &Auth) -> Bench {
        Bench::signed_in(Sandbox::restore(&self.world).unwrap(), auth)
    }
}

/// Clients of every cluster of a sandbox, by the cluster's short name.
pub(crate) fn clients(
    sandbox: &Sandbox,
    tap: &Arc<Tap>,
    auth: &Auth,
    limits: &Limits,
) -> BTreeMap<ClusterName, Client> {
    let budget = Arc::new(RetryBudget::default());
    sandbox
        .clusters()
        .into_iter()
        .map(|info| {
            let name: ClusterName = info.name.clone().unwrap_or(info.id.clone()).into();
            let transport = InProcess::new(
                sandbox.router(),
                |parts| {
                    parts
                        .extensions
                        .get::<ConnectionReset>()
                        .map(|_| TransportError::Reset {
                            sent: true,
                            why: "reset by the sandbox".to_owned(),
                        })
                },
                64 << 20,
            );
            let settings = linkwright::api::Settings {
                cluster: name.clone(),
                id: info.id.into(),
                endpoint: Endpoint::parse("http://sandbox.invalid/kafka/v3").unwrap(),
                flavour: Flavour::Cloud,
                auth: auth.clone(),
                limits: limits.clone(),
            };
            let tapped = Tapped {
                inner: transport,
                tap: tap.clone(),
            };
            let client = Client::new(settings, Arc::new(tapped), budget.clone());
            (name, client)
        })
        .collect()
}

/// The plan's operations, one a line.
pub(crate) fn show(plan: &Plan) -> String {
    let mut text = String::new();
    for (wave, ids) in plan.waves.iter().enumerate() {
        for id in ids {
            let op = plan.operation(*id);
            text.push_str(&format!("{wave} {} {}\n", op.kind.word(), op.address));
        }
    }
    for finding in &plan.findings {
        text.push_str(&format!("! {} {:?}\n", finding.address, finding.kind));
    }
    text
}

/// A report's operations, one a line.
pub(crate) fn tell(report: &Report) -> String {
    report
        .operations
        .iter()
        .map(|operation| {
            let outcome = match &operation.outcome {
                Outcome::Done => "done".to_owned(),
                Outcome::AlreadySo => "already so".to_owned(),
                Outcome::Failed { reason, words } => format!("failed ({}): {words}", reason.word()),
                Outcome::Blocked { by } => format!("blocked by {by}"),
                Outcome::Unknown { words } => format!("unknown: {words}"),
                Outcome::Skipped => "skipped".to_owned(),
            };
            format!(
                "{} {} {}: {outcome}\n",
                operation.op, operation.verb, operation.address
            )
        })
        .collect()
}

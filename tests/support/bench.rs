//! Simulated clusters in this process, clients that call them, and a whole run: spec, look, plan, apply.
//!
//! Time is tokio's: it stands while anybody works and steps forward when everybody waits. [`stepped`] is where
//! that is decided for whatever is not a test of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, InProcess, Limits, RetryBudget, Transport, TransportError,
};
use linkwright::apply::{
    Event, Flush, Interrupts, Outcome, PairCheck, Report, RunContext, RunError, SecretError,
    SecretFault, Secrets, Settings, run,
};
use linkwright::desired::{self, Cluster, Desired, RestAuth, RestEndpoint, Risk, lower};
use linkwright::diagnostic::{Diagnostic, Place, Severity};
use linkwright::diff::Options;
use linkwright::diff::switchover::LinkPeers;
use linkwright::live::Snapshot;
use linkwright::plan::file::{Made, Saved};
use linkwright::plan::{Allow, Allowances, Plan};
use linkwright::read::Cloud;
use linkwright::refresh::{Depth, Observation, Sources, refresh};
use linkwright::report::{plan_json, words};
use linkwright::secret::{Fallback, Part, Quoting, Reference, Template};
use linkwright::{spec, validate};
use linkwright_sandbox::{
    ClusterInfo, ClusterKind, ConnectionReset, Credential, FaultAction, FaultMatch, FaultSpec,
    LoggedRequest, RouteKind, Sandbox, World, WorldError,
};
use secrecy::SecretString;

use super::tap::{Tap, Tapped};
use super::world::state;

/// The day on which specs are read.
pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 2);

/// Runs something on stepped time of its own.
pub(crate) fn stepped<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}

/// Reads specs; the errors in them, if there are any.
pub(crate) fn read(files: &[(&str, &str)]) -> Result<Desired, Vec<Diagnostic>> {
    let files: Vec<(Arc<str>, Arc<str>)> = files
        .iter()
        .map(|(name, text)| (Arc::from(*name), Arc::from(*text)))
        .collect();
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() {
        Ok(lower(&spec))
    } else {
        Err(problems)
    }
}

/// Everything is allowed.
pub(crate) fn everything_allowed() -> Allowances {
    Risk::ALL
        .into_iter()
        .map(Allow::Risk)
        .chain([Allow::BlastRadius])
        .collect()
}

/// The clusters of a world, as `--cluster` would give them.
pub(crate) fn clusters(sandbox: &Sandbox) -> BTreeMap<ClusterName, Cluster> {
    let env = |name: String| {
        let reference = Reference::Env {
            name,
            default: None,
        };
        Template::from_parts(vec![Part::Reference(reference, Quoting::Plain)])
    };
    let cluster = |info: ClusterInfo| {
        let name = info.name.unwrap();
        let cluster = Cluster {
            lost: None,
            name: name.as_str().into(),
            id: info.id.into(),
            kind: match info.kind {
                ClusterKind::ConfluentCloud => desired::ClusterKind::ConfluentCloud,
                _ => desired::ClusterKind::ConfluentPlatform,
            },
            organization: None,
            rest: Some(RestEndpoint {
                url: format!("https://{name}.sandbox.invalid:443"),
                auth: RestAuth::Basic {
                    username: env(format!("{}_API_KEY", name.to_uppercase())),
                    password: env(format!("{}_API_SECRET", name.to_uppercase())),
                },
            }),
            bootstrap_servers: None,
            place: Place {
                file: "--cluster".into(),
                span: (0, 0),
                line: 1,
                column: 1,
            },
        };
        (name.into(), cluster)
    };
    sandbox.clusters().into_iter().map(cluster).collect()
}

/// The simulated clusters of a world, and everything that a run against them needs.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) clients: BTreeMap<ClusterName, Client>,
    /// Confluent Cloud's own API, where a spec has a key for it.
    pub(crate) cloud: Option<Cloud>,
    pub(crate) pairs: Option<PairCheck>,
    pub(crate) tap: Arc<Tap>,
    pub(crate) options: Options,
    pub(crate) secrets: Vault,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
    pub(crate) directory: tempfile::TempDir,
}

/// The values of secrets by the names of their variables.
#[derive(Clone, Default)]
pub(crate) struct Vault {
    pub(crate) values: BTreeMap<String, String>,
    /// What has no value here is its own name, as PEM text where the name says so, or its default.
    pub(crate) or_names: bool,
}

impl Vault {
    /// Every secret is the name of its variable, but for a whole JAAS configuration.
    pub(crate) fn of_examples() -> Self {
        let jaas = "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true \
                    keyTab=\"/etc/link.keytab\" principal=\"link@EXAMPLE.COM\";";
        Self {
            values: BTreeMap::from([("LINK_JAAS".to_owned(), jaas.to_owned())]),
            or_names: true,
        }
    }
}

impl Secrets for Vault {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, SecretError> {
        let (name, default) = match reference {
            Reference::Env { name, default } => (name, default.as_ref()),
            Reference::File { path } => (path, None),
        };
        let named = || match name.ends_with("_PEM") {
            true => format!("-----BEGIN KEY-----\n{name}\n-----END KEY-----\n"),
            false => name.clone(),
        };
        let otherwise = self.or_names.then(|| match default {
            Some(Fallback::Text(text)) => text.clone(),
            Some(Fallback::NotSaved) | None => named(),
        });
        self.values
            .get(name)
            .cloned()
            .or(otherwise)
            .map(SecretString::from)
            .ok_or_else(|| SecretError {
                reference: reference.clone(),
                why: SecretFault::Missing("it is not set".to_owned()),
            })
    }
}

/// How the clients of a bench call its clusters.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) sign_in: SignIn,
    pub(crate) limits: Limits,
    /// What all of them may try again, together.
    pub(crate) retries: u32,
}

/// As whom clients call.
#[derive(Clone)]
pub(crate) enum SignIn {
    /// All in the same way.
    With(Auth),
    /// Each as the first user of its cluster who has a password.
    FirstUser,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            sign_in: SignIn::With(Auth::None),
            limits: Limits::default(),
            retries: 100,
        }
    }
}

impl Bench {
    /// A bench around a world, with a client for each of its clusters, by the cluster's short name.
    pub(crate) fn new(world: &str) -> Self {
        Self::open(world).unwrap()
    }

    /// The same for a world that may be wrong.
    pub(crate) fn open(world: &str) -> Result<Self, WorldError> {
        Ok(Self::around(Sandbox::new(World::from_yaml(world)?)))
    }

    pub(crate) fn around(sandbox: Sandbox) -> Self {
        let tap = Arc::new(Tap::default());
        let name = |info: &ClusterInfo| Some(info.name.clone().unwrap_or(info.id.clone()).into());
        Self {
            clients: clients(&sandbox, &tap, &Calls::default(), name),
            cloud: None,
            pairs: None,
            tap,
            sandbox,
            options: Options::default(),
            secrets: Vault {
                values: BTreeMap::from([("EAST_SECRET".to_owned(), "east-secret".to_owned())]),
                or_names: false,
            },
            events: Arc::default(),
            // In memory, where the machine has a folder for that: thousands of runs write their reports.
            directory: tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .unwrap(),
        }
    }

    /// The same with clients that call in another way.
    pub(crate) fn calling(mut self, calls: &Calls) -> Self {
        let name = |info: &ClusterInfo| Some(info.name.clone().unwrap_or(info.id.clone()).into());
        self.clients = clients(&self.sandbox, &self.tap, calls, name);
        self
    }

    /// The same with clients for the clusters of a spec, by the names that it gives them.
    pub(crate) fn calling_those_of(mut self, desired: &Desired, calls: &Calls) -> Self {
        let name = |info: &ClusterInfo| {
            let mut clusters = desired.clusters.values();
            let cluster = clusters.find(|cluster| cluster.id.as_str() == info.id)?;
            Some(cluster.name.clone())
        };
        self.clients = clients(&self.sandbox, &self.tap, calls, name);
        self
    }

    /// The same with clients that sign in.
    pub(crate) fn signed_in(self, auth: &Auth) -> Self {
        self.calling(&Calls {
            sign_in: SignIn::With(auth.clone()),
            ..Calls::default()
        })
    }

    /// The same with clients that make every call once, so that only the run repeats anything.
    pub(crate) fn asking_once(self) -> Self {
        self.calling(&Calls {
            limits: Limits {
                attempts: 1,
                connect_attempts: 1,
                throttled: Duration::ZERO,
                ..Limits::default()
            },
            ..Calls::default()
        })
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

    /// The same with answers that come after 10 to 60 ms, each after its own time.
    pub(crate) fn answering_in_a_while(self) -> Self {
        let jitter = FaultAction::Jitter {
            from_ms: 10,
            to_ms: 60,
        };
        self.fault("*", 0, None, jitter);
        self
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            report: Some(self.report_path()),
            // Thousands of runs on stepped time would wait for the disk most of the time.
            flush: Flush::ToSystem,
            ..Settings::new(self.now(), self.directory.path().join("archive"))
        }
    }

    /// What the world's clock says.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.sandbox.now_ms()).unwrap()
    }

    pub(crate) fn report_path(&self) -> PathBuf {
        self.directory.path().join("report.json")
    }

    /// Who is asked by a look.
    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            clients: &self.clients,
            cloud: self.cloud.as_ref(),
        }
    }

    /// The same with a client of Confluent Cloud's own API, which authenticates like this and reads these
    /// environments.
    pub(crate) fn with_cloud(mut self, auth: &Auth, environments: &[&str]) -> Self {
        let settings = linkwright::api::Settings {
            cluster: "Confluent Cloud".into(),
            id: "".into(),
            endpoint: Endpoint::cloud("https://api.sandbox.invalid").unwrap(),
            flavour: Flavour::Cloud,
            auth: auth.clone(),
            limits: Limits::default(),
        };
        let tapped = Tapped {
            inner: in_process(&self.sandbox),
            tap: self.tap.clone(),
        };
        let budget = Arc::new(RetryBudget::new(100));
        let client = Client::new(settings, Arc::new(tapped), budget);
        let environments = environments.iter().map(|it| (*it).to_owned());
        self.cloud = Some(Cloud::new(client, environments.collect()));
        self
    }

    /// Has the pairs read right before requests to the links of a spec.
    pub(crate) fn check_pairs(&mut self, desired: &Desired, live: &Snapshot) {
        let peers = LinkPeers::of(desired, live);
        self.pairs = self.cloud.clone().map(|it| PairCheck::new(it, peers));
    }

    /// Looks and plans, everything allowed.
    pub(crate) async fn plan(&self, desired: &Desired) -> Plan {
        self.plan_within(desired, &everything_allowed()).await
    }

    pub(crate) async fn plan_within(&self, desired: &Desired, allow: &Allowances) -> Plan {
        self.plan_with(desired, &self.options, allow).await
    }

    pub(crate) async fn plan_with(
        &self,
        desired: &Desired,
        options: &Options,
        allow: &Allowances,
    ) -> Plan {
        let looked = refresh(desired, self.sources(), options, allow, &[], Depth::Plan);
        looked.await.unwrap().plan
    }

    /// The same, with what was read.
    pub(crate) async fn observe(&self, desired: &Desired) -> Observation {
        let allow = everything_allowed();
        let options = &self.options;
        let observed = refresh(desired, self.sources(), options, &allow, &[], Depth::Plan);
        observed.await.unwrap()
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
        let report = self.try_apply_with(plan, settings, interrupts).await;
        report.unwrap()
    }

    pub(crate) async fn try_apply_with(
        &self,
        plan: &Plan,
        settings: &Settings,
        interrupts: Interrupts,
    ) -> Result<Report, RunError> {
        let events = self.events.clone();
        let mut sink = move |event: &Event| events.lock().unwrap().push(event.clone());
        let context = RunContext {
            clients: &self.clients,
            pairs: self.pairs.as_ref(),
            secrets: &self.secrets,
            sink: &mut sink,
            describe: words::cause,
            interrupts,
            lease: None,
        };
        run(plan, context, settings).await
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

    /// Plans and applies what is left of an approved plan until nothing is, at most `runs` times. No run
    /// does anything that was not approved.
    pub(crate) async fn resume(&self, approved: &Saved, desired: &Desired, runs: usize, at: &str) {
        for _ in 0..=runs {
            let Observation { plan, live } = self.observe(desired).await;
            let left = approved.remainder(&plan, &live, "spec");
            let left = left.unwrap_or_else(|moved| {
                let moved: Vec<String> = moved.iter().map(ToString::to_string).collect();
                panic!("{at}: {moved:#?}\n{}", show(&plan))
            });
            if !plan.has_changes() {
                assert_eq!(left.unchanged.len(), approved.count(), "{at}");
                return;
            }
            let _report = self.apply(&plan).await;
        }
        panic!("{at}: not done after {runs} runs");
    }

    /// Settings that look less often, so that a test that goes through every request is quick.
    pub(crate) fn slow_settings(&self) -> Settings {
        let mut settings = self.settings();
        settings.pace.first = Duration::from_secs(2);
        settings.patience.task = Duration::from_secs(1);
        settings
    }

    /// What there is in the world: see [`state`].
    pub(crate) fn state(&self) -> String {
        state(&self.sandbox)
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

/// A world and the plan made for it, to begin from again and again.
pub(crate) struct Start {
    world: String,
    pub(crate) plan: Plan,
    /// The same as it was saved for approval.
    pub(crate) approved: Saved,
}

impl Start {
    pub(crate) async fn of(world: &str, desired: &Desired) -> Self {
        Self::signed_in(world, desired, &Auth::None).await
    }

    pub(crate) async fn signed_in(world: &str, desired: &Desired, auth: &Auth) -> Self {
        let bench = Bench::new(world).signed_in(auth);
        let plan = bench.plan(desired).await;
        let made = Made {
            spec_digest: "spec".to_owned(),
            desired: desired.clone(),
            ..Made::default()
        };
        let saved = plan_json::save(&plan, &made).unwrap();
        Self {
            world: bench.sandbox.save(),
            plan,
            approved: plan_json::read(&saved.text).unwrap(),
        }
    }

    /// A bench as it was when the plan had just been made.
    pub(crate) fn bench(&self) -> Bench {
        self.bench_of(&Auth::None)
    }

    /// The same, with clients that sign in.
    pub(crate) fn bench_of(&self, auth: &Auth) -> Bench {
        Bench::around(Sandbox::restore(&self.world).unwrap()).signed_in(auth)
    }
}

/// Clients of the clusters that have a name.
fn clients(
    sandbox: &Sandbox,
    tap: &Arc<Tap>,
    calls: &Calls,
    name: impl Fn(&ClusterInfo) -> Option<ClusterName>,
) -> BTreeMap<ClusterName, Client> {
    let budget = Arc::new(RetryBudget::new(calls.retries));
    let client = |info: ClusterInfo| {
        let name = name(&info)?;
        let auth = match &calls.sign_in {
            SignIn::With(auth) => auth.clone(),
            SignIn::FirstUser => first_user(&info),
        };
        let settings = linkwright::api::Settings {
            cluster: name.clone(),
            endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
            flavour: match info.kind {
                ClusterKind::ConfluentCloud => Flavour::Cloud,
                _ => Flavour::Platform,
            },
            id: info.id.into(),
            auth,
            limits: calls.limits.clone(),
        };
        let tapped = Tapped {
            inner: in_process(sandbox),
            tap: tap.clone(),
        };
        let client = Client::new(settings, Arc::new(tapped), budget.clone());
        Some((name, client))
    };
    sandbox.clusters().into_iter().filter_map(client).collect()
}

/// The way to a sandbox in this process.
pub(crate) fn in_process(sandbox: &Sandbox) -> impl Transport + use<> {
    let broken = |parts: &http::response::Parts| {
        let reset = parts.extensions.get::<ConnectionReset>();
        reset.map(|_| TransportError::Reset {
            sent: true,
            why: "reset by the sandbox".to_owned(),
        })
    };
    InProcess::new(sandbox.router(), broken, 256 << 20)
}

fn first_user(info: &ClusterInfo) -> Auth {
    let basic = |credential: &Credential| match credential {
        Credential::Basic {
            username, password, ..
        } => Some(Auth::Basic {
            user: username.clone(),
            password: SecretString::from(password.clone()),
        }),
        Credential::Bearer { .. } => None,
    };
    info.credentials
        .iter()
        .find_map(basic)
        .unwrap_or(Auth::None)
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
                Outcome::Unchanged => "unchanged".to_owned(),
                Outcome::Failed { reason, cause } => {
                    format!("failed ({}): {}", reason.word(), words::cause(cause))
                }
                Outcome::Blocked { by } => format!("blocked by {by}"),
                Outcome::Unknown { cause } => format!("unknown: {}", words::cause(cause)),
                Outcome::Skipped => "skipped".to_owned(),
            };
            format!(
                "{} {} {}: {outcome}\n",
                operation.op, operation.verb, operation.address
            )
        })
        .collect()
}

//! Runs that race for the same clusters: two specs, two machines, kills, processes that stand still, a slow store and
//! slow clusters, on virtual time. A run writes only while no one else may.
//!
//! `LINKWRIGHT_RACES` says how many schedules, `LINKWRIGHT_RACE_SEED` where they begin.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, Limits, RetryBudget, Settings, Transport, TransportError,
};
use linkwright::apply::{Interrupts, LeaseMeans, LeaseNotice, RunContext, Verdict, run};
use linkwright::desired::Desired;
use linkwright::diff::Options;
use linkwright::plan::Plan;
use linkwright::refresh::{Depth, Sources, refresh};
use linkwright::report::words;
use linkwright::store::lease::{
    Acquired, Ended, Holder, Notice, Patience, Terms, Validity, acquire, keep, list, nonces,
    withdraw,
};
use linkwright_clock::Clock;
use linkwright_sandbox::{Sandbox, World};
use tokio::sync::{mpsc, watch};

use super::memory::{Chance, Memory, Way};
use crate::support::bench::{Vault, everything_allowed, in_process, read, show};

pub(super) const WORLD: &str = "\
version: 1
description: Two links for two specs.
clusters:
  - id: lkc-east01
    name: east
    organization: acme
    bootstrap_servers: east.example:9092
    link_principals: [{ username: sandbox-link, password: sandbox-link-secret }]
    topics:
      - { name: a.orders, partitions: 3, records: 900 }
      - { name: b.orders, partitions: 2, records: 400 }
  - id: lkc-west01
    name: west
    organization: acme
    bootstrap_servers: west.example:9092
";

/// A spec of one link, with how often this run is to write another interval.
pub(super) fn spec(link: &str, version: u64) -> Desired {
    let text = format!(
        "version: 1
clusters:
  east:
    id: lkc-east01
    organization: acme
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: {{ basic: {{ username: \"${{env:K}}\", password: \"${{env:S}}\" }} }}
  west:
    id: lkc-west01
    organization: acme
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: {{ basic: {{ username: \"${{env:K}}\", password: \"${{env:S}}\" }} }}
links:
  {link}:
    source: east
    destination: west
    credentials: {{ sasl_plain: {{ username: \"${{env:LINK_KEY}}\", password: \"${{env:LINK_SECRET}}\" }} }}
    consumer_offset_sync: {{ interval: {}s, groups: {{ include: [\"*\"] }} }}
    mirrors:
      {link}.orders: {{ state: {} }}
",
        10 + version,
        if version.is_multiple_of(2) { "mirroring" } else { "paused" }
    );
    read(&[("links.yaml", &text)]).unwrap()
}

/// A write, when it was sent and when it arrived at its cluster.
struct Landed {
    run: usize,
    sent: Duration,
    at: Duration,
    what: String,
}

/// When a run was allowed to write.
struct Held {
    run: usize,
    from: Duration,
    until: Duration,
}

/// What happened in one schedule.
#[derive(Default)]
struct Books {
    landed: Mutex<Vec<Landed>>,
    held: Mutex<Vec<Held>>,
    kept_out: Mutex<usize>,
    killed: Mutex<usize>,
    frozen: Mutex<usize>,
    complete: Mutex<usize>,
    released: Mutex<usize>,
    waited: Mutex<usize>,
}

/// The way of a run to a cluster. A request arrives whether or not someone still waits for its answer.
struct Slow {
    inner: Arc<dyn Transport>,
    clock: Clock,
    chance: Chance,
    most: Duration,
    run: usize,
    books: Arc<Books>,
}

impl Transport for Slow {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let (inner, clock, books) = (self.inner.clone(), self.clock.clone(), self.books.clone());
        let run = self.run;
        let is_write = request.method() != http::Method::GET
            && !request
                .uri()
                .query()
                .is_some_and(|it| it.contains("validate_only"));
        let usual = self.most.min(Terms::default().attempt);
        let most = if is_write { self.most } else { usual };
        let (there, back) = (self.chance.delay(most), self.chance.delay(usual));
        let arrives = tokio::spawn(async move {
            let sent = clock.boot();
            clock.sleep(there).await;
            if is_write {
                books.landed.lock().unwrap().push(Landed {
                    run,
                    sent,
                    at: clock.boot(),
                    what: format!("{} {}", request.method(), request.uri().path()),
                });
            }
            let answer = inner.send(request).await;
            clock.sleep(back).await;
            answer
        });
        async move { arrives.await.unwrap() }.boxed()
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

/// One schedule.
#[derive(Clone)]
pub(super) struct Race {
    clock: Clock,
    pub(super) sandbox: Sandbox,
    pub(super) store: Arc<Memory>,
    books: Arc<Books>,
    chance: Chance,
    /// How long a write to a cluster takes at most before it arrives.
    most: Duration,
    /// Whether runs check their lease before each write.
    checks: bool,
}

impl Race {
    /// One without schedules: nothing is slow.
    pub(super) fn calm(clock: &Clock, sandbox: Sandbox) -> Self {
        Self {
            clock: clock.clone(),
            sandbox,
            store: Arc::default(),
            books: Arc::default(),
            chance: Chance::of(0),
            most: Duration::ZERO,
            checks: true,
        }
    }

    pub(super) fn clients(&self, run: usize) -> BTreeMap<ClusterName, Client> {
        let budget = Arc::new(RetryBudget::new(100));
        let client = |name: &str| {
            let settings = Settings {
                cluster: name.into(),
                id: format!("lkc-{name}01").as_str().into(),
                endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
                flavour: Flavour::Cloud,
                auth: Auth::None,
                limits: Limits::default(),
            };
            let transport = Slow {
                inner: Arc::new(in_process(&self.sandbox)),
                clock: self.clock.clone(),
                chance: self.chance.clone(),
                most: self.most,
                run,
                books: self.books.clone(),
            };
            let client = Client::new(settings, Arc::new(transport), budget.clone());
            (ClusterName::from(name), client)
        };
        ["east", "west"].into_iter().map(client).collect()
    }

    pub(super) async fn plan(
        &self,
        desired: &Desired,
        clients: &BTreeMap<ClusterName, Client>,
    ) -> Plan {
        let (options, allow) = (Options::default(), everything_allowed());
        let sources = Sources {
            clients,
            cloud: None,
        };
        let seen = refresh(desired, sources, &options, &allow, &[], Depth::Plan);
        seen.await.unwrap().plan
    }

    fn way(&self) -> Way {
        Way {
            store: self.store.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            most: Duration::from_secs([1, 4, 9][usize::try_from(self.chance.below(3)).unwrap()]),
            lost: [0, 12, 5][usize::try_from(self.chance.below(3)).unwrap()],
            down_from: match self.chance.below(3) {
                0 => self.clock.boot() + Duration::from_secs(self.chance.below(90)),
                _ => Duration::MAX,
            },
        }
    }

    /// One run, as `apply` goes about it.
    async fn run(
        &self,
        number: usize,
        desired: &Desired,
        held: &Mutex<Option<(Duration, Validity)>>,
    ) {
        let clients = self.clients(number);
        let store = Arc::new(self.way());
        let ids = || ["lkc-west01".to_owned()];
        let before = nonces(&*store, ids()).await.unwrap_or_default();
        let mut plan = self.plan(desired, &clients).await;
        if !plan.has_changes() {
            return;
        }
        let who = Holder {
            holder: format!("run-{number}"),
            host: format!("machine-{}", number % 2),
            run_id: number.to_string(),
            url: None,
        };
        let patience = Patience {
            before,
            timeout: Duration::from_secs(self.chance.below(3) * 100),
            preempt: self.chance.below(4) == 0,
            ..Patience::default()
        };
        let terms = Terms::default();
        let mut has_waited = false;
        let mut tell = |_: &_| has_waited = true;
        let told = ("now", &mut tell as _);
        let asked = acquire(&*store, &self.clock, terms, &who, ids(), &patience, told);
        let (mut keeper, contested) = match asked.await {
            Ok(Acquired::Held { keeper, contested }) => (keeper, contested),
            Ok(Acquired::KeptOut { by, .. }) => {
                assert_ne!(by.holder, who.holder);
                *self.books.kept_out.lock().unwrap() += 1;
                return;
            }
            // Asked to stop, or taken from it, before it had all.
            Ok(Acquired::Lost(_)) | Err(_) => return,
        };
        let from = self.clock.boot();
        *held.lock().unwrap() = Some((from, keeper.validity().clone()));
        // Whoever had to wait may write too.
        if has_waited && keeper.validity().check().is_ok() {
            *self.books.waited.lock().unwrap() += 1;
        }
        if contested {
            plan = self.plan(desired, &clients).await;
        }
        let (stop, mut stopped) = watch::channel(false);
        let (sender, lease) = mpsc::unbounded_channel();
        let kept = store.clone();
        let gate = keeper.validity().clone();
        for client in clients.values().filter(|_| self.checks) {
            client.guard_writes(Arc::new(gate.clone()));
        }
        let keeping = async {
            let mut notify = |notice| {
                let means = match &notice {
                    Notice::Ended(Ended::Yielded { .. }) if self.checks => LeaseMeans::HandOver,
                    Notice::Ended(_) if self.checks => LeaseMeans::BeginNothing,
                    _ => LeaseMeans::GoOn,
                };
                let what = format!("{notice:?}");
                drop(sender.send(LeaseNotice { what, means }));
            };
            keep(&mut keeper, &*kept, &mut stopped, &mut notify).await;
        };
        let running = async {
            if plan.has_changes() {
                self.apply(desired, &plan, &clients, lease).await;
            }
            stop.send(true).unwrap();
        };
        tokio::join!(keeping, running);
        let until = self.clock.boot().min(gate.until());
        keeper.release(&*store).await;
        *held.lock().unwrap() = None;
        self.books.held.lock().unwrap().push(Held {
            run: number,
            from,
            until,
        });
    }

    async fn apply(
        &self,
        desired: &Desired,
        plan: &Plan,
        clients: &BTreeMap<ClusterName, Client>,
        lease: mpsc::UnboundedReceiver<LeaseNotice>,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let now = jiff::Timestamp::from_millisecond(self.sandbox.now_ms()).unwrap();
        let settings = linkwright::apply::Settings::new(now, folder.path().join("archive"));
        let context = RunContext {
            clients,
            pairs: None,
            secrets: &secrets(),
            sink: &mut |_: &linkwright::apply::Event| {},
            describe: words::cause,
            interrupts: Interrupts::none(),
            lease: Some(lease),
        };
        let report = run(plan, context, &settings).await.unwrap();
        if report.verdict() == Verdict::Complete {
            *self.books.complete.lock().unwrap() += 1;
            // What is held back for longer may still arrive.
            if self.most > Terms::default().attempt {
                return;
            }
            // A report that says so is true.
            let left = self.plan(desired, clients).await;
            assert!(!left.has_changes(), "{}", show(&left));
        }
    }

    /// A process that may stand still for minutes, as one does whose laptop sleeps or whose container is paused.
    /// What it has sent goes on.
    async fn frozen_for_a_while<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let stands_still = self.chance.below(3) == 0;
        let from = Duration::from_millis(self.chance.below(30_000));
        let length = Duration::from_secs(self.chance.below(200));
        if !stands_still {
            return work.await;
        }
        if let Ok(done) = self.clock.timeout(from, work.as_mut()).await {
            return done;
        }
        *self.books.frozen.lock().unwrap() += 1;
        self.clock.sleep(length).await;
        work.await
    }

    /// A machine that runs one spec again and again, and is killed or stands still now and then.
    async fn machine(self, at: usize, link: &'static str) {
        for round in 0..3 {
            let pause = Duration::from_secs(self.chance.below(40));
            self.clock.sleep(pause).await;
            let number = at + 2 * round;
            let desired = spec(link, u64::try_from(round).unwrap());
            let held = Mutex::new(None);
            let work = self.run(number, &desired, &held);
            let is_killed = self.chance.below(3) == 0;
            let limit = match is_killed {
                true => Duration::from_millis(self.chance.below(120_000)),
                false => Duration::from_secs(7200),
            };
            let work = self.frozen_for_a_while(work);
            if self.clock.timeout(limit, work).await.is_err() {
                *self.books.killed.lock().unwrap() += 1;
                let held: Option<(Duration, Validity)> = held.lock().unwrap().take();
                if let Some((from, gate)) = held {
                    // What it sent last may still be under way.
                    self.books.held.lock().unwrap().push(Held {
                        run: number,
                        from,
                        until: gate.until(),
                    });
                }
            }
        }
    }

    /// Someone who releases leases of runs that may be alive, now and then.
    async fn operator(self) {
        for _ in 0..4 {
            let pause = Duration::from_millis(self.chance.below(120_000));
            self.clock.sleep(pause).await;
            if self.chance.below(2) == 0 {
                continue;
            }
            for lease in list(&*self.store).await.unwrap() {
                let (id, holder) = (&lease.cluster_id, &lease.holder);
                let found = withdraw(&*self.store, &self.clock, id, holder);
                if found.await.unwrap().is_some_and(|it| it.holder == *holder) {
                    *self.books.released.lock().unwrap() += 1;
                }
            }
        }
    }

    /// The writes that arrived while another run was allowed to write, and how long each was under way.
    fn overlaps(&self) -> Vec<(String, Duration)> {
        let held = self.books.held.lock().unwrap();
        let landed = self.books.landed.lock().unwrap();
        let mut overlaps = Vec::new();
        for write in landed.iter() {
            for other in held.iter().filter(|it| it.run != write.run) {
                if other.from <= write.at && write.at < other.until {
                    let words = format!(
                        "{} of run {} at {:?}, which run {} held from {:?} until {:?}",
                        write.what, write.run, write.at, other.run, other.from, other.until
                    );
                    overlaps.push((words, write.at - write.sent));
                }
            }
        }
        overlaps
    }
}

pub(super) fn secrets() -> Vault {
    let values = [
        ("LINK_KEY", "sandbox-link"),
        ("LINK_SECRET", "sandbox-link-secret"),
    ];
    Vault {
        values: values
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        or_names: false,
    }
}

/// What came of one schedule.
struct Came {
    overlaps: Vec<(String, Duration)>,
    held: usize,
    kept_out: usize,
    killed: usize,
    frozen: usize,
    complete: usize,
    released: usize,
    waited: usize,
}

fn race(seed: u64, most: Duration, checks: bool) -> Came {
    linkwright_clock::run(async |clock| {
        let sandbox = Sandbox::new(World::from_yaml(WORLD).unwrap());
        sandbox.follow(clock);
        let race = Race {
            chance: Chance::of(seed),
            most,
            checks,
            ..Race::calm(clock, sandbox)
        };
        let machines = (race.clone().machine(0, "a"), race.clone().machine(1, "b"));
        tokio::join!(machines.0, machines.1, race.clone().operator());
        // Whatever is still under way arrives.
        clock.sleep(Duration::from_secs(600)).await;
        let overlaps = race.overlaps();
        let calm = Race {
            most: Duration::ZERO,
            ..race.clone()
        };
        for (at, link) in ["a", "b"].into_iter().enumerate() {
            let desired = spec(link, 2);
            let clients = calm.clients(100 + at);
            let plan = calm.plan(&desired, &clients).await;
            if plan.has_changes() {
                let (_sender, lease) = mpsc::unbounded_channel();
                calm.apply(&desired, &plan, &clients, lease).await;
            }
            let left = calm.plan(&desired, &clients).await;
            assert!(!left.has_changes(), "seed {seed}, {link}: {}", show(&left));
        }
        let books = &race.books;
        Came {
            overlaps,
            held: books.held.lock().unwrap().len(),
            kept_out: *books.kept_out.lock().unwrap(),
            killed: *books.killed.lock().unwrap(),
            frozen: *books.frozen.lock().unwrap(),
            complete: *books.complete.lock().unwrap(),
            released: *books.released.lock().unwrap(),
            waited: *books.waited.lock().unwrap(),
        }
    })
    .unwrap()
}

fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var_os(name);
    let text = text.and_then(|text| text.into_string().ok());
    text.map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn no_run_writes_while_another_may() {
    let (races, first) = (
        number("LINKWRIGHT_RACES", 50),
        number("LINKWRIGHT_RACE_SEED", 0),
    );
    let (mut held, mut kept_out, mut killed, mut frozen) = (0, 0, 0, 0);
    let (mut complete, mut released, mut waited) = (0, 0, 0);
    for seed in first..first + races {
        let came = race(seed, Terms::default().attempt, true);
        assert!(
            came.overlaps.is_empty(),
            "seed {seed}: {:#?}",
            came.overlaps
        );
        held += came.held;
        kept_out += came.kept_out;
        killed += came.killed;
        frozen += came.frozen;
        complete += came.complete;
        released += came.released;
        waited += came.waited;
    }
    println!(
        "{races} schedules: {held} leases held, {waited} of them after a wait, {kept_out} runs kept out, {killed} killed, {frozen} that \
         stood still, {released} leases released by an operator, {complete} complete; 0 overlaps"
    );
    // A race in which no one met anyone shows nothing.
    let races = usize::try_from(races).unwrap();
    assert!(held > races && complete > races, "{held} {complete}");
    assert!(
        kept_out > races / 10 && killed > races / 10 && frozen > races / 10,
        "{kept_out} {killed} {frozen}"
    );
    assert!(
        released > races / 10 && waited > races / 10,
        "{released} {waited}"
    );
}

/// What the test above would see if a run did not check its lease before each write.
#[test]
fn runs_that_do_not_check_overlap() {
    let attempt = Terms::default().attempt;
    // The first of these has one.
    let mut races = (39..240).map(|seed| race(seed, attempt, false).overlaps);
    let found = races.any(|overlaps| !overlaps.is_empty());
    assert!(found, "no overlap: the test above shows nothing");
}

/// What no client can prevent: a request that something holds back for longer than an attempt may take. No other overlaps.
#[test]
fn only_a_request_that_is_held_back_for_longer_than_an_attempt_overlaps() {
    let attempt = Terms::default().attempt;
    let (mut writes, mut schedules, mut races) = (0, 0, 0);
    // As many as it takes to see one: the first of these seeds has one.
    let (wanted, first) = (
        number("LINKWRIGHT_RACES", 1),
        number("LINKWRIGHT_RACE_SEED", 17),
    );
    while races < wanted || schedules == 0 && races < 300 {
        let overlaps = race(first + races, Duration::from_secs(240), true).overlaps;
        races += 1;
        schedules += usize::from(!overlaps.is_empty());
        writes += overlaps.len();
        let soon = overlaps.iter().find(|(_, under_way)| *under_way <= attempt);
        assert!(soon.is_none(), "{soon:?}");
    }
    println!(
        "{races} schedules with writes held back for up to 240 s: {writes} overlaps in {schedules} of them"
    );
    assert!(
        schedules > 0,
        "no overlap in {races} schedules: this shows nothing"
    );
}

//! Every command behind a lying proxy: any world, any desired state, any answers. Nothing panics, nothing that is
//! not so is said to be in place, no harm is done, no one waits for long without a word, and there is a report.
//! `LINKWRIGHT_LIES` says how many cases, `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linkwright::address::ClusterName;
use linkwright::api::{self, Auth, Client, Endpoint, Flavour, Limits, RetryBudget};
use linkwright::apply::{
    self, Event, Interrupts, Outcome, Report, RunContext, Verdict, report_file,
};
use linkwright::desired::{ClusterKind, Desired};
use linkwright::diff::{Class, FindingKind, Options};
use linkwright::drift::{Drift, Input};
use linkwright::export::{ExportInput, export};
use linkwright::health::Thresholds;
use linkwright::plan::{Plan, Rehearsal};
use linkwright::refresh::{self, Asked, Depth, Observation, refresh};
use linkwright::report::style::Style;
use linkwright::report::{apply_text, drift, plan_markdown, words};
use linkwright_clock::Clock;
use linkwright_sandbox::{HarmKind, Sandbox};

use crate::case::Case;
use crate::choices::Choices;
use crate::liar::{Liar, Lying, Told};
use crate::pairs::{Broken, announces_acl_deletion, broken, ways_out};
use crate::proof::{Faults, case, panic_words, setting};
use crate::round_trip::{is_at_rest, show};
use crate::support::bench::{self, Bench, TODAY, Vault, clusters, everything_allowed, stepped};

/// For no longer than this may a command neither show anything nor be seen to wait for a call.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Operations after which nothing is left to do at their address by the same word.
const LASTING: [&str; 7] = [
    "create-link",
    "delete-link",
    "create-mirror",
    "pause-mirror",
    "resume-mirror",
    "promote-mirror",
    "failover-mirror",
];

/// What is tried behind the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Command {
    Plan,
    Rehearse,
    Apply,
    Drift,
    Status,
    Export,
}

/// How a case ended.
#[derive(Clone, Debug)]
struct Ending {
    command: Command,
    /// In a word: `nothing to do`, `changes`, …
    said: &'static str,
    told: Told,
    longest_silence: Duration,
    took: Duration,
}

/// A world and its spec, before the first lie.
struct Ground {
    desired: Desired,
    secrets: Vault,
    saved: String,
    truth: Plan,
}

impl Ground {
    /// None where the spec is invalid.
    async fn of(case: &Case) -> Result<Option<Self>, Broken> {
        let Ok(desired) = bench::read(&[("spec.yaml", &case.spec)]) else {
            return Ok(None);
        };
        let Ok(bench) = Bench::open(&case.world) else {
            return broken("the generators make what the sandbox takes", &case.world);
        };
        let saved = bench.sandbox.save();
        Ok(Some(Self {
            truth: bench.plan(&desired).await,
            secrets: Vault {
                values: case.script.secrets.clone(),
                or_names: false,
            },
            desired,
            saved,
        }))
    }
}

/// A command and everything that it needs.
struct Stage {
    bench: Bench,
    desired: Desired,
    liar: Arc<Liar>,
    /// Clients behind the proxy.
    clients: BTreeMap<ClusterName, Client>,
    /// The world before anything was done to it.
    saved: String,
    /// Before the first lie.
    truth: Plan,
    /// The run, where there was one, and its plan.
    ran: Mutex<Option<(Report, Plan)>>,
}

impl Stage {
    /// The world as it was, behind another proxy.
    fn of(ground: &Ground, c: &mut Choices) -> Self {
        let mut bench = Bench::around(Sandbox::restore(&ground.saved).unwrap());
        bench.secrets = ground.secrets.clone();
        let liar = Liar::any(c);
        Self {
            clients: lying_clients(&bench, &liar),
            truth: ground.truth.clone(),
            saved: ground.saved.clone(),
            ran: Mutex::default(),
            bench,
            desired: ground.desired.clone(),
            liar,
        }
    }

    /// Reads and plans behind the proxy.
    async fn observe(&self, depth: Depth) -> Observation {
        let (allow, options) = (everything_allowed(), Options::default());
        let observed = refresh(&self.desired, &self.clients, &options, &allow, &[], depth);
        observed.await.unwrap()
    }

    /// What is still to be done about the real world.
    async fn truth_now(&self) -> Plan {
        Clock::wall().sleep(Duration::from_secs(120)).await;
        self.bench.plan(&self.desired).await
    }

    async fn run(&self, command: Command) -> Result<(&'static str, Duration), Broken> {
        let events: Mutex<Vec<Event>> = Mutex::default();
        let work = async {
            match command {
                Command::Plan => self.plan().await,
                Command::Rehearse => self.rehearse().await,
                Command::Apply => self.apply(&events).await,
                Command::Drift => self.drift().await,
                Command::Status => self.status().await,
                Command::Export => self.export().await,
            }
        };
        let (result, silence) = self.watched(&events, work).await;
        let said = result?;
        if silence > LONGEST_SILENCE {
            return broken(
                "no one waits for long without a word",
                format!("{command:?}: {silence:?}"),
            );
        }
        self.held().await?;
        self.no_harm()?;
        Ok((said, silence))
    }

    /// Does some work, and finds the longest time in which no event came and no call was waited for.
    async fn watched<T>(
        &self,
        events: &Mutex<Vec<Event>>,
        work: impl Future<Output = T>,
    ) -> (T, Duration) {
        let clock = Clock::wall();
        let mut work = std::pin::pin!(work);
        let (mut seen, mut last, mut longest) = (0, clock.now(), Duration::ZERO);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return (result, longest),
                () = clock.sleep(Duration::from_secs(1)) => {
                    let count = events.lock().unwrap().len();
                    let is_waited_for = self.clients.values().any(|client| client.waits().is_some());
                    if count > seen || is_waited_for {
                        (seen, last) = (count, clock.now());
                    }
                    longest = longest.max(clock.since(last));
                }
            }
        }
    }

    /// What is said to be in place is so, unless every answer was one that an honest cluster could have given.
    fn nothing_false(&self, plan: &Plan) -> Result<(), Broken> {
        let is_plausible = self.liar.told().is_plausible;
        let says_nothing = is_at_rest(plan) && !is_doubted(plan);
        if says_nothing && !is_plausible && !is_at_rest(&self.truth) {
            let words = format!("said:\n{}\nand it is:\n{}", show(plan), show(&self.truth));
            return broken("what is said to be in place is in place", words);
        }
        Ok(())
    }

    async fn plan(&self) -> Result<&'static str, Broken> {
        let plan = self.observe(Depth::Plan).await.plan;
        self.judge(&plan)?;
        if plan_markdown::render(&plan).is_empty() {
            return broken("there is a report", "markdown");
        }
        Ok(said_of(&plan))
    }

    fn judge(&self, plan: &Plan) -> Result<(), Broken> {
        ways_out(plan)?;
        is_clean(&show(plan))?;
        self.nothing_false(plan)
    }

    async fn rehearse(&self) -> Result<&'static str, Broken> {
        let plan = self.observe(Depth::Plan).await.plan;
        self.judge(&plan)?;
        if plan.is_refused() {
            return Ok("refused");
        }
        let before = self.bench.state();
        let (secrets, allow) = (&self.bench.secrets, everything_allowed());
        let said = apply::rehearse::rehearse(&plan, &self.clients, secrets, &allow).await;
        if said.said.len() != plan.operations.len() {
            return broken(
                "there is a report",
                format!("{} of {}", said.said.len(), plan.operations.len()),
            );
        }
        // Where the server shows that it acts on what it should validate, that is said.
        let acted = said.said.values().any(|one| {
            let is_known = matches!(one, Rehearsal::Acted(_) | Rehearsal::Withheld(_));
            is_known || matches!(one, Rehearsal::Unknown(_) | Rehearsal::Refused(_))
        });
        let is_changed = self.bench.state() != before;
        match (is_changed, acted) {
            (true, true) => Ok("rehearsed, with doubts"),
            (true, false) if !self.drops_queries() => {
                broken("a rehearsal changes nothing without a word", show(&plan))
            }
            _ => Ok("rehearsed"),
        }
    }

    fn drops_queries(&self) -> bool {
        self.liar.told().lies.contains_key("a dropped query")
    }

    async fn apply(&self, events: &Mutex<Vec<Event>>) -> Result<&'static str, Broken> {
        let plan = self.observe(Depth::Plan).await.plan;
        self.judge(&plan)?;
        if plan.is_refused() || !plan.has_changes() {
            return Ok(said_of(&plan));
        }
        let mut sink = |event: &Event| events.lock().unwrap().push(event.clone());
        let context = RunContext {
            clients: &self.clients,
            pairs: None,
            secrets: &self.bench.secrets,
            sink: &mut sink,
            describe: words::cause,
            interrupts: Interrupts::none(),
            lease: None,
        };
        let report = match apply::run(&plan, context, &self.bench.settings()).await {
            Ok(report) => report,
            Err(error) => return broken("there is a report", error.to_string()),
        };
        let again = self.observe(Depth::Plan).await.plan;
        self.reported(&report, &again)?;
        let said = match report.verdict() {
            Verdict::Complete => "complete",
            _ => "partial",
        };
        *self.ran.lock().unwrap() = Some((report, plan));
        Ok(said)
    }

    /// Every operation has an outcome, with its reason, also in the file.
    fn reported(&self, report: &Report, again: &Plan) -> Result<(), Broken> {
        let mut text = Vec::new();
        apply_text::summary(&mut text, report, again, &Style::default()).unwrap();
        is_clean(&String::from_utf8(text).unwrap())?;
        crate::pairs::reasons(report)?;
        let file = report_file::read(&self.bench.report_path());
        let Ok(file) = file else {
            return broken("there is a report", format!("{file:?}"));
        };
        let with_outcome = file.operations.iter().filter(|op| op.outcome.is_some());
        match with_outcome.count() == report.operations.len() {
            true => Ok(()),
            false => broken(
                "there is a report",
                "an operation of the file has no outcome",
            ),
        }
    }

    /// What is said to be done is done, and what is said not to have been begun was not.
    async fn held(&self) -> Result<(), Broken> {
        let ran = self.ran.lock().unwrap().take();
        let Some((report, plan)) = ran.filter(|_| !self.liar.told().is_plausible) else {
            return Ok(());
        };
        let truth = self.truth_now().await;
        let open: BTreeSet<_> = truth.operations.iter().map(|op| &op.address).collect();
        for operation in &report.operations {
            let verb = operation.verb;
            let is_open = truth
                .operations
                .iter()
                .any(|left| left.address == operation.address && left.kind.word() == verb);
            let was_sent = operation.attempts > 0;
            let is_wrong = match &operation.outcome {
                Outcome::Done => is_open && LASTING.contains(&verb),
                Outcome::Skipped | Outcome::Blocked { .. } => {
                    was_sent && !open.contains(&operation.address)
                }
                _ => false,
            };
            if is_wrong {
                let words = format!(
                    "{verb} {} {:?}\nplan:\n{}\nthen:\n{}",
                    operation.address,
                    operation.outcome,
                    show(&plan),
                    show(&truth)
                );
                return broken("what is said of an operation is so", words);
            }
        }
        Ok(())
    }

    async fn drift(&self) -> Result<&'static str, Broken> {
        let seen = self.observe(Depth::Drift).await;
        self.judge(&seen.plan)?;
        let found = Drift::of(&Input {
            plan: &seen.plan,
            live: &seen.live,
            desired: &self.desired,
            thresholds: Thresholds::default(),
            now: self.bench.now(),
        });
        let view = drift::DriftView::of(&found, None);
        let mut text = Vec::new();
        drift::text::write(&mut text, &view, &Style::default()).unwrap();
        is_clean(&String::from_utf8(text).unwrap())?;
        let is_quiet = found.is_quiet();
        if is_quiet && !self.liar.told().is_plausible && !is_at_rest(&self.truth) {
            return broken("what is said to be in place is in place", show(&self.truth));
        }
        Ok(if is_quiet { "no drift" } else { "drift" })
    }

    async fn status(&self) -> Result<&'static str, Broken> {
        // One link in depth asks for more.
        let link = self
            .desired
            .links
            .values()
            .next()
            .map_or(Asked::All, |link| Asked::InDepth(link.name.as_str()));
        let _one = refresh::health(
            &self.desired,
            &self.clients,
            link,
            &linkwright::live::Sample::Once,
        )
        .await;
        let health = refresh::health(
            &self.desired,
            &self.clients,
            Asked::All,
            &linkwright::live::Sample::Once,
        )
        .await;
        let lies = self.liar.told();
        if health.unread.is_empty() && health.links.is_empty() && !lies.is_plausible {
            let truth = refresh::health(
                &self.desired,
                &self.bench.clients,
                Asked::All,
                &linkwright::live::Sample::Once,
            )
            .await;
            if !truth.links.is_empty() {
                return broken(
                    "what is said to be in place is in place",
                    "status shows no links",
                );
            }
        }
        Ok(if health.unread.is_empty() {
            "all was read"
        } else {
            "unread"
        })
    }

    async fn export(&self) -> Result<&'static str, Broken> {
        let known = clusters(&self.bench.sandbox);
        let of = |live| {
            export(&ExportInput {
                clusters: &known,
                live,
                existing: None,
                only_used: true,
                today: TODAY,
            })
        };
        let live = refresh::inventory(&self.clients).await;
        let document = of(&live);
        let is_silent = !document.is_partial && document.notes.is_empty();
        if is_silent && !self.liar.told().is_plausible {
            let truth = refresh::inventory(&self.bench.clients).await;
            let (said, so) = (document.one_file(), of(&truth).one_file());
            if said != so {
                return broken(
                    "what is exported is what is live",
                    format!("{said}\n---\n{so}"),
                );
            }
        }
        is_clean(&document.one_file())?;
        Ok(if document.is_partial {
            "partial"
        } else {
            "exported"
        })
    }

    /// No harm was done that no plan announced and that the world would not have done to itself.
    fn no_harm(&self) -> Result<(), Broken> {
        let mut harms = self.bench.sandbox.harms();
        if harms.is_empty() {
            return Ok(());
        }
        let alone = Sandbox::restore(&self.saved).unwrap();
        let behind = self.bench.sandbox.now_ms() - alone.now_ms();
        alone.advance(Duration::from_millis(u64::try_from(behind).unwrap_or(0)));
        let inherent = alone.harms();
        let announced = announces_acl_deletion(&self.truth);
        harms.retain(|harm| {
            let is_own = inherent
                .iter()
                .any(|own| (own.kind, &own.subject) == (harm.kind, &harm.subject));
            let is_announced = announced && harm.kind == HarmKind::DestinationAclDeleted;
            !(is_own || is_announced)
        });
        match harms.is_empty() {
            true => Ok(()),
            false => broken("no harm is done", format!("{harms:#?}")),
        }
    }
}

/// Whether a plan says that something is not known, or that answers are odd.
fn is_doubted(plan: &Plan) -> bool {
    plan.findings.iter().any(|finding| {
        finding.class() == Class::Unknown || matches!(finding.kind, FindingKind::Answer(_))
    })
}

fn said_of(plan: &Plan) -> &'static str {
    match (plan.is_refused(), plan.has_changes(), is_doubted(plan)) {
        (true, ..) => "refused",
        (_, true, _) => "changes",
        (_, _, true) => "not known",
        (false, false, false) => "nothing to do",
    }
}

/// Nothing in a text acts on a terminal, and no secret is in it.
fn is_clean(text: &str) -> Result<(), Broken> {
    let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    if text.chars().any(acts) || text.contains("-secret") {
        return broken("text for people is clean", text);
    }
    Ok(())
}

fn lying_clients(bench: &Bench, liar: &Arc<Liar>) -> BTreeMap<ClusterName, Client> {
    let budget = Arc::new(RetryBudget::default());
    let known = clusters(&bench.sandbox);
    let client = |(name, cluster): (ClusterName, linkwright::desired::Cluster)| {
        let settings = api::Settings {
            cluster: name.clone(),
            id: cluster.id,
            endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
            flavour: match cluster.kind {
                ClusterKind::ConfluentCloud => Flavour::Cloud,
                _ => Flavour::Platform,
            },
            auth: Auth::None,
            limits: Limits::default(),
        };
        let lying = Lying {
            inner: bench::in_process(&bench.sandbox),
            liar: liar.clone(),
        };
        (name, Client::new(settings, Arc::new(lying), budget.clone()))
    };
    known.into_iter().map(client).collect()
}

/// What came of one command, or what was not kept and the rules that broke it.
type Tried = Result<Option<Ending>, (Broken, String)>;

/// How many commands are tried on one world: to make a world and its spec takes longer than to lie about it.
const COMMANDS: u64 = 3;

/// Tries commands on one world, each behind a proxy of its own.
fn tried(seed: u64) -> Vec<Tried> {
    let mut c = Choices::of_seed(seed);
    let case = match case(Faults::None, &mut c) {
        Ok(case) => case,
        Err(broken) => return vec![Err((broken, String::new()))],
    };
    let ground = match stepped(Ground::of(&case)) {
        Ok(Some(ground)) => ground,
        Ok(None) => return vec![Ok(None)],
        Err(broken) => return vec![Err((broken, case.spec))],
    };
    (0..COMMANDS).map(|_| one(&case, &ground, &mut c)).collect()
}

fn one(case: &Case, ground: &Ground, c: &mut Choices) -> Tried {
    let command = c.pick(&[
        Command::Plan,
        Command::Apply,
        Command::Apply,
        Command::Drift,
        Command::Status,
        Command::Export,
        Command::Rehearse,
        Command::Apply,
    ]);
    let rules = Mutex::new(String::new());
    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        stepped(async {
            let stage = Stage::of(ground, c);
            *rules.lock().unwrap() = format!("{command:?}\n{}\n{}", stage.liar.rules(), case.spec);
            let clock = Clock::wall();
            let began = clock.now();
            let (said, longest_silence) = stage.run(command).await?;
            Ok(Some(Ending {
                command,
                said,
                told: stage.liar.told(),
                longest_silence,
                took: clock.since(began),
            }))
        })
    }));
    let result = played.unwrap_or_else(|panic| broken("nothing panics", panic_words(&*panic)));
    let rules = rules.into_inner().unwrap();
    result.map_err(|broken| (broken, rules))
}

#[derive(Default)]
struct Figures {
    invalid: usize,
    ends: BTreeMap<(Command, &'static str), usize>,
    lies: BTreeMap<&'static str, usize>,
    plausible: usize,
    untold: usize,
    longest_silence: Duration,
    simulated: Duration,
    broken: Vec<(u64, Broken, String)>,
}

impl Figures {
    fn add(&mut self, seed: u64, result: Tried) {
        match result {
            Ok(None) => self.invalid += 1,
            Ok(Some(ending)) => {
                *self.ends.entry((ending.command, ending.said)).or_default() += 1;
                self.untold += usize::from(ending.told.lies.is_empty());
                self.plausible += usize::from(ending.told.is_plausible);
                for (lie, count) in ending.told.lies {
                    *self.lies.entry(lie).or_default() += count;
                }
                self.longest_silence = self.longest_silence.max(ending.longest_silence);
                self.simulated += ending.took;
            }
            Err((broken, rules)) => self.broken.push((seed, broken, rules)),
        }
    }

    fn words(&self) -> String {
        let mut words = String::from("lying proxy:\n");
        for ((command, said), count) in &self.ends {
            words.push_str(&format!("  {command:?}: {said}: {count}\n"));
        }
        words.push_str(&format!(
            "  {} invalid specs, {} cases met no lie, {} a plausible one; lies: {:?}; longest silence {:?}; {} h simulated\n",
            self.invalid,
            self.untold,
            self.plausible,
            self.lies,
            self.longest_silence,
            self.simulated.as_secs() / 3_600,
        ));
        for (seed, broken, _) in &self.broken {
            words.push_str(&format!("  broken: seed {seed}: {}\n", broken.promise));
        }
        words
    }
}

#[test]
fn no_lie_is_believed_or_does_harm() {
    let worlds = setting("LINKWRIGHT_LIES", 300).div_ceil(COMMANDS);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let next = std::sync::atomic::AtomicU64::new(first);
    let figures = Mutex::new(Figures::default());
    let workers = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(8);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= first + worlds || figures.lock().unwrap().broken.len() >= 20 {
                        return;
                    }
                    let results = tried(seed);
                    let mut figures = figures.lock().unwrap();
                    results
                        .into_iter()
                        .for_each(|result| figures.add(seed, result));
                }
            });
        }
    });
    let figures = figures.into_inner().unwrap();
    let words = figures.words();
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    if let Some((seed, broken, rules)) = figures.broken.first() {
        panic!(
            "seed {seed}: it does not hold that {}\n{}\n{rules}",
            broken.promise, broken.words
        );
    }
    // A proxy that hardly lies would prove nothing.
    let tried: usize = figures.ends.values().sum();
    assert!(figures.untold * 3 < tried, "{words}");
    assert!(figures.lies.len() >= 10, "{words}");
}

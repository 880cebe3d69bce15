//! What the commands that talk to clusters have in common: [`Session`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use linkwright_clock::Clock;

use super::args::{DiagnosticFormat, Global, LEDGER, Planning};
use super::embedded::Embedded;
use super::exit::Exit;
use super::guarded::OpenGuard;
use super::load::{self, Changed, Loaded, Lookups};
use super::recorded::Recorded;
use super::references::References;
use super::screen::Screen;
use super::shared::{self, Shared};
use super::{Failure, clusters, diagnose, lags, named, stored, waiting};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::api::Client;
use crate::apply::PairCheck;
use crate::apply::ledger::{Ledger, LedgerUse};
use crate::desired::{Cluster, Desired, Policy};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::switchover::LinkPeers;
use crate::diff::{Options, Unrecorded};
use crate::drift::{self, Drift};
use crate::health::Thresholds;
use crate::live::{Sample, Snapshot};
use crate::plan::file::{self, ClusterV1, Saved, Scope};
use crate::plan::{self, Allow, Allowances, Part};
use crate::read::Cloud;
use crate::refresh::{self, Depth, Observation, Sources, refresh};
use crate::snapshot::Said;

/// A spec without errors, the clusters that it speaks of, and the time.
pub(super) struct Session {
    pub(super) loaded: Loaded,
    pub(super) desired: Desired,
    /// The digest of the spec's files.
    spec_digest: String,
    pub(super) clients: BTreeMap<ClusterName, Client>,
    /// Confluent Cloud's own API, if the spec has a key for it.
    cloud: Option<Cloud>,
    /// The targets of the command line; only what they need is connected to.
    targets: Vec<Address>,
    embedded: Option<Embedded>,
    recorded: Option<Recorded>,
    guard: Option<OpenGuard>,
    pub(super) is_quiet: bool,
}

impl Session {
    /// Reads the spec and connects to its clusters, as far as the targets need them. `None` when the spec has errors, which were shown
    /// then.
    pub(super) fn open(
        paths: &[PathBuf],
        targets: &[Address],
        global: &Global,
        time: &Clock,
        screen: &mut Screen,
    ) -> Result<Option<Self>, Failure> {
        let lookups = Lookups::Clusters(targets);
        let opened = Self::unconnected(Some(paths), lookups, &[], global, time, screen)?;
        let Some(mut session) = opened else {
            return Ok(None);
        };
        session.targets = targets.to_vec();
        session.reconnect(global)?;
        Ok(Some(session))
    }

    /// Reads the spec, if there is one, and connects to nothing. Warnings of these codes are not shown.
    pub(super) fn unconnected(
        paths: Option<&[PathBuf]>,
        lookups: Lookups<'_>,
        unsaid: &[&str],
        global: &Global,
        time: &Clock,
        screen: &mut Screen,
    ) -> Result<Option<Self>, Failure> {
        let guard = match OpenGuard::of(global) {
            Ok(guard) => guard,
            Err(unusable) => {
                diagnose::print(&unusable.into(), DiagnosticFormat::Text, screen)?;
                return Ok(None);
            }
        };
        let embedded = Embedded::open(global, time);
        let recorded = Recorded::open(global, super::now())?;
        let lookups = match recorded {
            Some(_) => Lookups::None,
            None => lookups,
        };
        // Exceptions expire by the clock of the world that they are about.
        let today = match &embedded {
            Ok(Some(embedded)) => super::day(embedded.now()),
            Ok(None) | Err(_) => super::today(),
        };
        // Of the links' credentials `apply` reads those that it writes.
        let chosen = &global.chosen;
        let mut loaded =
            paths.map(|paths| load::load(paths, today, lookups, guard.as_ref(), chosen));
        if let Some(loaded) = &mut loaded {
            let is_noise = |it: &Diagnostic| screen.is_quiet && it.severity == Severity::Note;
            loaded
                .diagnostics
                .retain(|it| !unsaid.contains(&it.code.0) && !is_noise(it));
        }
        if let Some(loaded) = &loaded {
            diagnose::print(loaded, DiagnosticFormat::Text, screen)?;
            if loaded.has_errors() {
                return Ok(None);
            }
        }
        let mut session = Self {
            desired: Desired::default(),
            guard,
            spec_digest: String::new(),
            loaded: Loaded::default(),
            clients: BTreeMap::new(),
            cloud: None,
            targets: Vec::new(),
            embedded: embedded.map_err(Failure::failed)?,
            recorded,
            is_quiet: global.quiet.quiet,
        };
        session.take(loaded.unwrap_or_default());
        Ok(Some(session))
    }

    /// Takes the desired state from a spec without errors.
    fn take(&mut self, loaded: Loaded) {
        let digested: Vec<(String, &str)> = loaded.digested().collect();
        let digested = digested.iter().map(|(name, text)| (name.as_str(), *text));
        self.spec_digest = file::spec_digest(digested);
        self.desired = loaded.desired();
        if let Some(guard) = &self.guard {
            guard.guard.cap(&mut self.desired.policy);
        }
        self.loaded = loaded;
    }

    /// Takes the desired state from a spec with new texts, with the same checks, and connects to the clusters that
    /// the targets need. False when it has errors, which were shown then.
    pub(super) fn declare(
        &mut self,
        before: &Loaded,
        new: &Changed,
        targets: &[Address],
        global: &Global,
        screen: &mut Screen,
    ) -> Result<bool, Failure> {
        let today = super::day(self.now());
        let lookups = Lookups::Clusters(targets);
        let loaded = load::changed(before, new, today, lookups, self.guard.as_ref());
        if loaded.has_errors() {
            diagnose::print(&loaded, DiagnosticFormat::Text, screen)?;
            return Ok(false);
        }
        self.take(loaded);
        self.targets = targets.to_vec();
        self.reconnect(global)?;
        Ok(true)
    }

    /// Takes the desired state from a saved plan and connects to its clusters. What its policy allows is
    /// not taken: whoever can write the file could allow anything.
    pub(super) fn of_saved(saved: &Saved, global: &Global, time: &Clock) -> Result<Self, Failure> {
        let mut desired = saved
            .desired()
            .map_err(|error| Failure::new(Exit::Stale, error))?
            .clone();
        usual(&mut desired.policy);
        let guard = OpenGuard::of(global)
            .map_err(|unusable| Failure::about(Exit::Usage, unusable.diagnostics))?;
        if let Some(guard) = &guard {
            denied(guard.check_desired(&desired))?;
            guard.guard.cap(&mut desired.policy);
        }
        let embedded = Embedded::open(global, time).map_err(Failure::failed)?;
        let targets: Vec<Address> = saved.scope().targets.iter().cloned().collect();
        let missing = missing_values(&plan::part(&desired, &targets), embedded.is_some());
        if !missing.is_empty() {
            return Err(Failure::new(Exit::Usage, missing.join("\n")));
        }
        let mut session = Self {
            desired,
            guard,
            spec_digest: saved.spec_digest().to_owned(),
            loaded: Loaded::default(),
            clients: BTreeMap::new(),
            cloud: None,
            targets,
            embedded,
            recorded: None,
            is_quiet: global.quiet.quiet,
        };
        session.reconnect(global)?;
        Ok(session)
    }

    /// Leaves of what the policy allows only what is allowed where a spec has no policy.
    pub(super) fn allow_the_usual(&mut self) {
        usual(&mut self.desired.policy);
    }

    /// Connects to the spec's clusters.
    fn reconnect(&mut self, global: &Global) -> Result<(), Failure> {
        let part = plan::part(&self.desired, &self.targets);
        let called = self.desired.clusters.iter();
        let called = called.filter(|(name, _)| part.clusters.contains(*name));
        let called = called.map(|(name, cluster)| (name.clone(), cluster.clone()));
        self.clients = self.connect(&called.collect(), global)?;
        self.cloud = self.connect_to_cloud(global)?;
        Ok(())
    }

    /// Confluent Cloud's own API, if the spec has a key for it.
    fn connect_to_cloud(&self, global: &Global) -> Result<Option<Cloud>, Failure> {
        let Some(declared) = &self.desired.cloud else {
            return Ok(None);
        };
        let calls = &self.desired.policy.calls;
        let client = match (&self.recorded, &self.embedded) {
            (Some(recorded), _) => recorded.cloud(calls),
            (None, Some(embedded)) => embedded.cloud(calls),
            (None, None) => {
                let budget = clusters::budget();
                let client = clusters::cloud(declared, calls, global, &budget);
                Some(client.map_err(Failure::failed)?)
            }
        };
        Ok(client.map(|client| Cloud::new(client, declared.environments.clone())))
    }

    /// What is asked right before requests to links that a switchover pair may manage, if the spec has a
    /// Cloud API key.
    pub(super) fn pair_check(&self, live: &Snapshot) -> Option<PairCheck> {
        let cloud = self.cloud.clone()?;
        Some(PairCheck::new(cloud, LinkPeers::of(&self.desired, live)))
    }

    /// Clients for these clusters.
    pub(super) fn connect(
        &self,
        clusters: &BTreeMap<ClusterName, Cluster>,
        global: &Global,
    ) -> Result<BTreeMap<ClusterName, Client>, Failure> {
        let budget = clusters::budget();
        let calls = &self.desired.policy.calls;
        let mut clients = BTreeMap::new();
        let said = Said::of(&self.desired);
        for (name, cluster) in clusters {
            let client = match (&self.recorded, &self.embedded) {
                (Some(recorded), _) => recorded.client(cluster, calls, &said),
                (None, Some(embedded)) => embedded.client(cluster, calls, &budget),
                (None, None) => {
                    clusters::client(cluster, calls, global, &budget).map_err(Failure::failed)?
                }
            };
            clients.extend(client.map(|client| (name.clone(), client)));
        }
        Ok(clients)
    }

    /// Loads the state of the sandbox again if another run has changed it.
    pub(super) fn follow(&mut self, global: &Global) -> Result<(), Failure> {
        if let Some(embedded) = &self.embedded
            && embedded.is_outdated()
        {
            self.embedded = Embedded::open(global, embedded.clock()).map_err(Failure::failed)?;
            self.reconnect(global)?;
        }
        Ok(())
    }

    /// Reads the clusters and plans.
    pub(super) async fn refresh(
        &self,
        request: &Request,
        depth: Depth,
    ) -> Result<Observation, Failure> {
        let Request {
            options,
            allowances,
            targets,
            ..
        } = request;
        let reading = refresh(
            &self.desired,
            Sources {
                clients: &self.clients,
                cloud: self.cloud.as_ref(),
            },
            options,
            allowances,
            targets,
            depth,
        );
        let seen = waiting::showing(&self.clients, self.is_quiet, reading)
            .await
            .map_err(Failure::failed)?;
        let mut seen = seen;
        if let Some(recorded) = &self.recorded {
            recorded.mark(&mut seen.plan, &seen.live, &self.desired);
        }
        if let Some(guard) = &self.guard {
            guard.guard.refuse(&mut seen.plan, &self.desired);
        }
        let is_known = |target: &&Address| plan::is_known(target, &self.desired, &seen.live);
        match targets.iter().find(|target| !is_known(target)) {
            None => Ok(seen),
            Some(target) => Err(Failure::new(
                Exit::Usage,
                match plan::meant(target, &self.desired) {
                    Some(meant) => format!(
                        "the target {target} is not in the spec and not on a cluster; did you mean {meant}?"
                    ),
                    None => format!(
                        "the target {target} is not in the spec and not on a cluster; a target is CLUSTER, \
                         CLUSTER/LINK or CLUSTER/LINK/TOPIC, with the mirror topic's own name"
                    ),
                },
            )),
        }
    }

    /// Reads everything that later commands may ask, for a snapshot.
    pub(super) async fn everything(
        &self,
        request: &Request,
        most_groups: usize,
    ) -> Result<Snapshot, Failure> {
        let sources = Sources {
            clients: &self.clients,
            cloud: self.cloud.as_ref(),
        };
        let reading = refresh::everything(&self.desired, sources, &request.options, most_groups);
        waiting::showing(&self.clients, self.is_quiet, reading)
            .await
            .map_err(Failure::failed)
    }

    /// Reads how far mirror topics are behind, for a later read to be put next to.
    pub(super) async fn figures(&self) -> Snapshot {
        let reading = refresh::figures(&self.desired, &self.clients);
        waiting::showing(&self.clients, self.is_quiet, reading).await
    }

    /// The client of Confluent Cloud's own API, if there is one.
    pub(super) fn cloud_client(&self) -> Option<&Client> {
        self.cloud.as_ref().map(Cloud::client)
    }

    /// Every client, that of Confluent Cloud's own API among them.
    pub(super) fn all_clients(&self) -> impl Iterator<Item = &Client> {
        self.clients.values().chain(self.cloud_client())
    }

    /// The snapshot that is read in place of clusters, if one is.
    pub(super) fn recorded(&self) -> Option<&Recorded> {
        self.recorded.as_ref()
    }

    /// Plans another spec against what was read.
    pub(super) async fn again(
        &self,
        desired: &Desired,
        seen: &Snapshot,
    ) -> Result<Observation, Failure> {
        self.again_as(desired, seen, &Request::default()).await
    }

    /// The same as a request asks. The guard file has not been asked then.
    async fn again_as(
        &self,
        desired: &Desired,
        seen: &Snapshot,
        request: &Request,
    ) -> Result<Observation, Failure> {
        let Request {
            options,
            allowances,
            targets,
            ..
        } = request;
        refresh::again(desired, seen, &self.clients, options, allowances, targets)
            .await
            .map_err(Failure::failed)
    }

    /// Plans what the spec declares against what was read, as [`Session::refresh`] does after reading.
    pub(super) async fn plan_from(
        &self,
        seen: &Snapshot,
        request: &Request,
    ) -> Result<Observation, Failure> {
        let mut seen = self.again_as(&self.desired, seen, request).await?;
        if let Some(guard) = &self.guard {
            guard.guard.refuse(&mut seen.plan, &self.desired);
        }
        Ok(seen)
    }

    /// How what was read differs from a spec.
    pub(super) fn drift(&self, desired: &Desired, seen: &Observation) -> Drift {
        Drift::of(&drift::Input {
            plan: &seen.plan,
            live: &seen.live,
            desired,
            thresholds: Thresholds::default(),
            now: self.now(),
        })
    }

    /// Everything that the policy of the spec and the command line allow.
    pub(super) fn allowances(&self, request: &Request) -> Allowances {
        let policy = self.desired.policy.allow.iter().copied().map(Allow::Risk);
        policy.chain(request.allowances.iter().copied()).collect()
    }

    /// Refuses what the command line allows and the guard file does not permit.
    ///
    /// # Errors
    /// With each allowance that it does not permit.
    fn may_allow(&self, allow: &[Allow]) -> Result<(), Failure> {
        let Some(guard) = &self.guard else {
            return Ok(());
        };
        let more = allow.iter().filter(|it| !guard.guard.permits(**it));
        denied(more.map(|it| guard.allowance(*it)).collect())
    }

    /// Whether the guard file, if there is one, permits that this is allowed.
    pub(super) fn permits(&self, allow: Allow) -> bool {
        let guard = self.guard.as_ref();
        guard.is_none_or(|guard| guard.guard.permits(allow))
    }

    /// The sandbox, if there is one.
    pub(super) fn embedded(&self) -> Option<&Embedded> {
        self.embedded.as_ref()
    }

    /// The time at which live state is as it is read: the sandbox's own where there is one, since its world lives
    /// in it, and that of a snapshot.
    pub(super) fn now(&self) -> jiff::Timestamp {
        match (&self.recorded, &self.embedded) {
            (Some(recorded), _) => recorded.taken_at(),
            (None, Some(embedded)) => embedded.now(),
            (None, None) => super::now(),
        }
    }

    /// The time at which something is made of what was read.
    pub(super) fn made_at(&self) -> jiff::Timestamp {
        match &self.embedded {
            Some(embedded) => embedded.now(),
            None => super::now(),
        }
    }

    /// The digest of the spec's files.
    pub(super) fn spec_digest(&self) -> String {
        self.spec_digest.clone()
    }

    /// The clusters of the spec, and where they are called.
    pub(super) fn called(&self) -> Vec<ClusterV1> {
        let clusters = self.desired.clusters.values();
        clusters
            .map(|cluster| ClusterV1::of(cluster, self.embedded.is_some()))
            .collect()
    }

    /// The shared store that the command line, the environment or the spec names.
    ///
    /// # Errors
    /// When what is named is no store, or when a guard file is there and only the spec names it.
    pub(super) fn shared(&self, global: &Global) -> Result<Option<Shared>, Failure> {
        // A recording is read without network access, and a scenario is played without.
        if self.recorded().is_some() || global.simulated.is_some() {
            return Ok(None);
        }
        let declared = self.desired.store.as_deref();
        if let (Some(_), None, Some(url)) = (&self.guard, shared::named(global), declared) {
            return Err(shared::not_by_the_spec(url));
        }
        let shared = Shared::open(global, declared)?;
        Ok(match &self.embedded {
            Some(_) => shared.map(Shared::of_sandbox),
            None => shared,
        })
    }

    /// The shared store of a command that cannot do what it is asked without one.
    ///
    /// # Errors
    /// When none is named, or for the reasons of [`Session::shared`].
    pub(super) fn shared_for(&self, global: &Global) -> Result<Shared, Failure> {
        self.shared(global)?.ok_or_else(super::store::not_named)
    }

    /// The clusters that are called, as the record of their mirror topics names them.
    pub(super) fn to_sample(&self) -> lags::Clusters {
        let id = |name: &ClusterName| Some(self.desired.clusters.get(name)?.id.to_string());
        let called = self.clients.keys();
        let ids = called.filter_map(|name| Some((name.clone(), id(name)?)));
        let ids: BTreeMap<ClusterName, String> = ids.collect();
        lags::Clusters {
            usual: match &self.recorded {
                Some(recorded) => recorded.sample(&ids),
                None => Sample::Once,
            },
            ids,
            now: self.now(),
        }
    }

    /// The generation that the spec gives the credentials of each half that has one.
    pub(super) fn generations(&self) -> BTreeMap<HalfAddress, u32> {
        let halves = self.desired.halves();
        let with = halves.filter_map(|(_, half)| Some((half.address.clone(), half.generation?)));
        with.collect()
    }

    /// Where generations are recorded, if the spec has any.
    pub(super) fn ledger(&self, planning: &Planning) -> Option<LedgerUse> {
        let generations = self.generations();
        (!generations.is_empty()).then(|| LedgerUse {
            path: self.ledger_file(planning),
            generations,
        })
    }

    /// The ledger on this disk. Unless the command line names one, that of a sandbox is another: what a rehearsal writes was
    /// not written to the real links of the same names.
    pub(super) fn ledger_file(&self, planning: &Planning) -> PathBuf {
        let is_usual = planning.ledger.as_os_str() == LEDGER;
        match &self.embedded {
            Some(_) if is_usual => planning.ledger.with_extension("sandbox.json"),
            _ => planning.ledger.clone(),
        }
    }

    /// The names of the spec's files, and of the environment's.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.loaded.all_files().map(|(name, _)| name.as_ref())
    }

    /// The first file of the spec, for results that have no place of their own.
    pub(super) fn first_file(&self) -> &str {
        self.loaded.files.first().map_or("", |(name, _)| name)
    }

    /// Keeps the sandbox's state, if there is a sandbox.
    pub(super) fn keep(&self) -> Result<(), Failure> {
        match &self.embedded {
            Some(embedded) => embedded.keep().map_err(Failure::failed),
            None => Ok(()),
        }
    }
}

fn usual(policy: &mut Policy) {
    let usual = Policy::default().allow;
    policy.allow.retain(|risk| usual.contains(risk));
}

/// Ends a run that a guard file does not permit.
fn denied(denied: Vec<Diagnostic>) -> Result<(), Failure> {
    if denied.is_empty() {
        return Ok(());
    }
    Err(Failure::about(Exit::Refused, denied))
}

/// The references that authenticate to clusters and have no value, each with what to do about it. The
/// sandbox authenticates by itself.
fn missing_values(part: &Part<'_>, is_sandbox: bool) -> Vec<String> {
    let references = match is_sandbox {
        true => BTreeSet::new(),
        false => part.desired.references_of_rest(&part.clusters),
    };
    references
        .into_iter()
        .filter_map(|reference| {
            let missing = References.missing_value(reference)?;
            Some(format!("{reference}: {missing}; {}", missing.help()))
        })
        .collect()
}

/// What is on record, and what is done about what is not.
type OnRecord = (BTreeMap<HalfAddress, u32>, Unrecorded);

/// Which credentials were written, by the shared store or the ledger file; inside, why the store cannot say it.
fn on_record(
    planning: &Planning,
    session: &Session,
    shared: Option<&Shared>,
) -> Result<Result<OnRecord, String>, Failure> {
    let adopts = planning.adopt_generation;
    let or_adopted = |otherwise| if adopts { Unrecorded::Adopt } else { otherwise };
    match shared {
        Some(shared) if !session.generations().is_empty() => {
            let halves = session.generations().into_keys();
            let clusters = &session.desired.clusters;
            let read = stored::generations(shared, clusters, halves);
            Ok(read.map(|recorded| (recorded, or_adopted(Unrecorded::Write))))
        }
        _ => {
            let file = session.ledger_file(planning);
            let ledger = Ledger::read(&file).map_err(Failure::failed)?;
            Ok(Ok((ledger.generations(), or_adopted(Unrecorded::NotKnown))))
        }
    }
}

/// What the command line asks of a plan, in addition to the spec.
#[derive(Clone, Default)]
pub(super) struct Request {
    options: Options,
    allowances: Allowances,
    targets: Vec<Address>,
    /// Why it is not known which credentials were written, if it is not.
    no_record: Option<String>,
}

impl Request {
    /// Checks the names in `planning` against the spec, and reads which credentials were written.
    pub(super) fn of(
        planning: &Planning,
        session: &Session,
        shared: Option<&Shared>,
        screen: &mut Screen,
    ) -> Result<Self, Failure> {
        named::check(planning, &session.desired)?;
        session.may_allow(&planning.allow)?;
        let acts = planning.allow.contains(&Allow::Exceptions);
        let ((recorded, unrecorded), no_record) = match on_record(planning, session, shared)? {
            Ok(record) => (record, None),
            Err(why) => {
                screen.note(&format!(
                    "which credentials were written is not known: {why}"
                ));
                ((BTreeMap::new(), Unrecorded::NotKnown), Some(why))
            }
        };
        let rotate = planning.rotate.iter().map(|link| link.as_str().into());
        Ok(Self {
            options: Options {
                rotate: rotate.collect(),
                recorded_generations: recorded,
                unrecorded,
                hold_back: (!acts).then(|| super::day(session.now())),
                today: Some(super::day(session.now())),
                sample: lags::sample(planning.sample, &session.to_sample(), shared, screen)?,
            },
            allowances: planning.allow.iter().copied().collect(),
            targets: planning.target.clone(),
            no_record,
        })
    }

    /// Nothing but the spec, with mirror topics read twice where that is asked for.
    pub(super) fn sampled(sample: Sample) -> Self {
        let mut request = Self::default();
        request.options.sample = sample;
        request
    }

    /// A failover of these targets, with what is allowed.
    ///
    /// # Errors
    /// When the guard file does not permit that.
    pub(super) fn of_failover(
        targets: &[Address],
        allow: &[Allow],
        session: &Session,
    ) -> Result<Self, Failure> {
        session.may_allow(allow)?;
        let today = super::day(session.now());
        Ok(Self {
            options: Options {
                hold_back: Some(today),
                today: Some(today),
                ..Options::default()
            },
            allowances: allow.iter().copied().collect(),
            targets: targets.to_vec(),
            no_record: None,
        })
    }

    /// The generations that are on record.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) fn recorded(&self) -> Result<&BTreeMap<HalfAddress, u32>, &str> {
        match &self.no_record {
            Some(why) => Err(why),
            None => Ok(&self.options.recorded_generations),
        }
    }

    /// The same with what is on record now. What cannot be read is not known, whatever was on record before.
    pub(super) fn again(
        &self,
        planning: &Planning,
        session: &Session,
        shared: Option<&Shared>,
    ) -> Self {
        let mut request = self.clone();
        let read = on_record(planning, session, shared)
            .ok()
            .and_then(Result::ok);
        let (recorded, unrecorded) = read.unwrap_or((BTreeMap::new(), Unrecorded::NotKnown));
        request.options.recorded_generations = recorded;
        request.options.unrecorded = unrecorded;
        request
    }

    /// The same after a run: what was to be rotated has been and is on record, and one read shows what is left to
    /// do.
    pub(super) fn after_run(
        &self,
        planning: &Planning,
        session: &Session,
        shared: Option<&Shared>,
    ) -> Self {
        let mut request = self.again(planning, session, shared);
        request.options.sample = Sample::Once;
        request.options.rotate = BTreeSet::new();
        request
    }

    /// The part that a saved plan keeps.
    pub(super) fn scope(&self) -> Scope {
        Scope {
            targets: self.targets.iter().cloned().collect(),
            allow: self.allowances.clone(),
            rotate: self.options.rotate.clone(),
        }
    }
}

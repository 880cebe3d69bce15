//! What keeps other runs out while `apply` writes: [`Leased`]. Leases in the shared store, or locks on this machine.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use linkwright_clock::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;

use super::Failure;
use super::args::Leasing;
use super::exit::Exit;
use super::identity::Identity;
use super::locks::{self, LocalLock};
use super::screen::Screen;
use super::session::Session;
use super::shared::{self, Shared};
use crate::address::ClusterName;
use crate::apply::{LeaseMeans, LeaseNotice};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{OperationKind, Plan};
use crate::report::safe;
use crate::report::stored::{self, Part};
use crate::store::StoreError;
use crate::store::check::Untrusted;
use crate::store::lease::{
    self, Acquired, Ended, Keeper, LeaseV1, Notice, Patience, StateV1, Terms, Validity,
};

/// What `apply` knows when it wants to write.
pub(super) struct Ask<'a> {
    pub(super) session: &'a Session,
    pub(super) shared: Option<&'a Shared>,
    pub(super) leasing: &'a Leasing,
    pub(super) who: &'a Identity,
    pub(super) before: Before,
    /// How long the run may take.
    pub(super) timeout: Option<Duration>,
}

/// Leases and locks as they were before the clusters were read.
#[derive(Default)]
pub(super) struct Before {
    leases: BTreeMap<String, String>,
    locks: BTreeMap<PathBuf, String>,
}

impl Ask<'_> {
    /// The part of the store that the run uses.
    fn part(&self) -> Part {
        match self.session.embedded() {
            Some(_) => Part::Sandbox,
            None => Part::Live,
        }
    }

    /// How much longer the run may take.
    fn left(&self) -> Duration {
        self.who.left(self.timeout)
    }
}

/// Other runs are kept out.
#[derive(Default)]
pub(super) struct Leased<'a> {
    shared: Option<&'a Shared>,
    locks: Vec<LocalLock>,
    validity: Option<Validity>,
    stop: Option<watch::Sender<bool>>,
    kept: Option<Receiver<Keeper>>,
    notices: Cell<Option<UnboundedReceiver<LeaseNotice>>>,
    /// Whether another run may have written since the clusters were read.
    pub(super) contested: bool,
    /// Whether something that was sent may still be under way.
    in_flight: Cell<bool>,
}

/// The leases and locks of a session's clusters as they are before the clusters are read. What cannot be read counts as
/// changed.
pub(super) fn before(shared: Option<&Shared>, session: &Session) -> Before {
    let called: BTreeSet<ClusterName> = session.clients.keys().cloned().collect();
    let locks = locks_of(session, &called).unwrap_or_default();
    let locks = locks.into_keys().filter_map(|path| {
        let text = locks::read(&path)?;
        Some((path, text))
    });
    Before {
        locks: locks.collect(),
        leases: shared.map_or_else(BTreeMap::new, |shared| {
            let ids = ids_of(session, &called);
            let read = shared.wait(async move |store, clock| {
                let terms = Terms::default();
                let reading = lease::nonces(&*store, ids);
                let read = clock.timeout(terms.request, reading).await;
                read.unwrap_or(Ok(BTreeMap::new()))
            });
            read.unwrap_or_default()
        }),
    }
}

fn ids_of(session: &Session, names: &BTreeSet<ClusterName>) -> BTreeSet<String> {
    let clusters = &session.desired.clusters;
    let ids = names.iter().filter_map(|name| clusters.get(name));
    ids.map(|cluster| cluster.id.to_string()).collect()
}

/// The locks of clusters on this machine, each with what it is about. A sandbox inside the process has a lock already.
///
/// # Errors
/// When there is no folder for them.
fn locks_of(
    session: &Session,
    names: &BTreeSet<ClusterName>,
) -> std::io::Result<BTreeMap<PathBuf, String>> {
    if session.embedded().is_some() {
        return Ok(BTreeMap::new());
    }
    let mut wanted = BTreeMap::new();
    for name in names {
        let Some(cluster) = session.desired.clusters.get(name) else {
            continue;
        };
        let url = cluster.rest.as_ref().map_or("", |rest| rest.url.as_str());
        let path = locks::of_cluster(&cluster.id, url)?;
        wanted.insert(path, format!("cluster {name} ({})", cluster.id));
    }
    Ok(wanted)
}

impl<'a> Leased<'a> {
    /// Keeps other runs out of the clusters that a plan writes to: those on this machine by locks, then those elsewhere by
    /// leases.
    ///
    /// # Errors
    /// When another run is there, or when whether one is cannot be known.
    pub(super) fn take(ask: &Ask<'a>, plan: &Plan, screen: &mut Screen) -> Result<Self, Failure> {
        let without = ask.leasing.without_lease.is_some();
        may_be_done(ask.leasing, plan)?;
        let patience = locks::Patience::of(ask.leasing.lease_timeout.min(ask.left()));
        let leased = Self::locked(ask, plan, patience, screen)?;
        let Some(shared) = ask.shared else {
            return Ok(leased);
        };
        if let Err(why) = shared.check() {
            if !without {
                return Err(no_store(shared, &why));
            }
            screen.note(&format!(
                "the store {} is not used (--without-lease): {why}",
                shared.url
            ));
            return Ok(leased);
        }
        match acquire(ask, shared, plan, patience.left(), screen) {
            Ok(Acquired::Held { keeper, contested }) => {
                if without {
                    keeper.validity().outlast();
                }
                Ok(leased.keeping(shared, keeper, contested))
            }
            Ok(Acquired::KeptOut { by, asked }) => Err(kept_out(&by, asked, ask)),
            Ok(Acquired::Lost(why @ Ended::Expired { .. })) if without => {
                screen.note(&format!("no lease is held (--without-lease): {why}"));
                Ok(leased)
            }
            Ok(Acquired::Lost(why)) => Err(lost(&why)),
            Err(why) if without => {
                screen.note(&format!("no lease is held (--without-lease): {why}"));
                Ok(leased)
            }
            Err(why) => Err(no_store(shared, &Untrusted::Store(why))),
        }
    }

    /// Locks on this machine.
    fn locked(
        ask: &Ask<'a>,
        plan: &Plan,
        patience: locks::Patience,
        screen: &mut Screen,
    ) -> Result<Self, Failure> {
        let mut leased = Self::default();
        let wanted = match locks_of(ask.session, &clusters_of(plan)) {
            Ok(wanted) => wanted,
            Err(error) => {
                if ask.shared.is_none() {
                    screen.note(&format!(
                        "other runs on this machine are not kept out: there is no folder for locks ({error})"
                    ));
                }
                return Ok(leased);
            }
        };
        if wanted.is_empty() {
            return Ok(leased);
        }
        let mut busy = || match ask.leasing.preempt {
            true => asked_to_stop(ask, plan),
            false => locks::WAIT,
        };
        let before = &ask.before.locks;
        let (locks, unusable) = LocalLock::take_all(&wanted, ask.who, patience, before, &mut busy)?;
        if let Some(why) = unusable.first() {
            if ask.shared.is_none() && ask.leasing.without_lease.is_none() {
                return Err(Failure::failed(why));
            }
            let others = match ask.shared {
                Some(_) => "runs on this machine that use no store",
                None => "other runs",
            };
            screen.note(&format!("{others} are not kept out: {why}"));
        }
        leased.locks = locks;
        leased.contested = leased.locks.iter().any(LocalLock::is_contested);
        if ask.shared.is_none() && unusable.is_empty() {
            screen.note(
                "no store is set: other runs on this machine are kept out, runs on other machines are not \
                 (--store)",
            );
        }
        Ok(leased)
    }

    fn keeping(mut self, shared: &'a Shared, mut keeper: Keeper, contested: bool) -> Self {
        let validity = keeper.validity().clone();
        let (stop, mut stopped) = watch::channel(false);
        let (sender, notices) = unbounded_channel();
        let store = shared.store.clone();
        let goes_on = validity.outlasts();
        let kept = shared::begun(shared.handle(), async move {
            let mut notify = |notice| {
                // No one listens once the run is over.
                drop(sender.send(notice_of(notice, goes_on)));
            };
            lease::keep(&mut keeper, &*store, &mut stopped, &mut notify).await;
            keeper
        });
        self.shared = Some(shared);
        self.validity = Some(validity);
        self.stop = Some(stop);
        self.kept = Some(kept);
        self.notices = Cell::new(Some(notices));
        self.contested |= contested;
        self
    }

    /// Whether leases are held.
    pub(super) fn has_lease(&self) -> bool {
        self.validity.is_some()
    }

    /// From now on the clients of a session send a write only while the leases hold for long enough. Returns what
    /// the run hears of them.
    pub(super) fn guard(&self, session: &Session) -> Option<UnboundedReceiver<LeaseNotice>> {
        self.set_in_flight(true);
        let validity = self.validity.as_ref()?;
        for client in session.clients.values() {
            client.guard_writes(Arc::new(validity.clone()));
        }
        self.notices.take()
    }

    /// Everything that was sent has ended.
    pub(super) fn all_ended(&self) {
        self.set_in_flight(false);
    }

    fn set_in_flight(&self, in_flight: bool) {
        self.in_flight.set(in_flight);
        for lock in &self.locks {
            lock.set_in_flight(in_flight);
        }
    }

    /// Waits for a write of the run before, which may still be under way.
    pub(super) async fn quiet(&self, screen: &mut Screen) {
        let quiet = self.locks.iter().map(LocalLock::quiet_in).max();
        let quiet = quiet.unwrap_or_default();
        if !quiet.is_zero() {
            screen.note(&format!(
                "the run before was cut off while it wrote, and a write of it may still arrive: waiting for {} s",
                quiet.as_secs() + 1
            ));
            Clock::wall().sleep(quiet).await;
        }
    }

    /// Lets other runs in. While something may be under way, a lease is not released: it is over by itself after a
    /// term. A lock says for how long the next run waits.
    pub(super) fn release(mut self) {
        if let Some(stop) = self.stop.take() {
            // Whoever keeps the leases may have ended.
            let _ended = stop.send(true);
        }
        let keeper = self.kept.take().and_then(|kept| kept.recv().ok());
        if let (Some(shared), Some(mut keeper), false) = (self.shared, keeper, self.in_flight.get())
        {
            // What could not be released is over by itself.
            drop(shared.wait(async move |store, _| {
                keeper.release(&*store).await;
                Ok(())
            }));
        }
        self.locks.clear();
    }
}

/// That a lease was lost while another was waited for.
fn lost(why: &Ended) -> Failure {
    let words = format!("{why}. No changes were made");
    let help = "run the same command again; to wait for that run, pass --lease-timeout";
    Failure {
        about: vec![Diagnostic::error(Code("LW562"), why.to_string()).help(help)],
        ..Failure::failed(format!("{words}\n{help}"))
    }
}

/// What a run hears.
fn notice_of(notice: Notice, goes_on: bool) -> LeaseNotice {
    match notice {
        Notice::NotRenewed { cluster_id, why } => LeaseNotice {
            what: format!("the lease of {cluster_id} was not renewed and is tried again: {why}"),
            means: LeaseMeans::GoOn,
        },
        Notice::Ended(ended @ Ended::Expired { .. }) if goes_on => LeaseNotice {
            what: format!("{ended}; the run goes on (--without-lease)"),
            means: LeaseMeans::GoOn,
        },
        Notice::Ended(ended @ Ended::Yielded { .. }) => LeaseNotice {
            what: format!("{ended}: nothing more is begun, and what was sent is not waited for"),
            means: LeaseMeans::HandOver,
        },
        Notice::Ended(ended) => LeaseNotice {
            what: format!("{ended}: nothing more is begun"),
            means: LeaseMeans::BeginNothing,
        },
    }
}

/// Asks whoever holds a lock to stop, by the lease, if they hold it too. Returns what can be done if that is without success.
fn asked_to_stop(ask: &Ask<'_>, plan: &Plan) -> &'static str {
    let asked = ask.shared.map(|shared| {
        let (who, ids) = (ask.who.holder(), ids_of_plan(ask.session, plan));
        shared.wait(async move |store, clock| {
            lease::request(&*store, &clock, &Terms::default(), &who, ids).await
        })
    });
    match asked {
        Some(Ok(true)) => {
            "whoever holds the leases of these clusters was asked to stop: run again, or pass a longer --lease-timeout"
        }
        Some(Ok(false)) | None => {
            "--preempt asks by a lease in the store, and that run holds none: wait until it has ended, or pass --lease-timeout"
        }
        Some(Err(error)) => {
            tracing::debug!(%error, "the holder of the lock could not be asked to stop");
            "the store did not answer, so that it was not asked to stop: wait until it has ended, or pass --lease-timeout"
        }
    }
}

/// The ids of the clusters that a plan writes to.
fn ids_of_plan(session: &Session, plan: &Plan) -> BTreeSet<String> {
    let mut ids = ids_of(session, &clusters_of(plan));
    ids.extend(plan.operations.iter().map(|op| op.cluster_id.to_string()));
    ids
}

fn acquire(
    ask: &Ask<'_>,
    shared: &Shared,
    plan: &Plan,
    timeout: Duration,
    screen: &mut Screen,
) -> Result<Acquired, StoreError> {
    let ids = ids_of_plan(ask.session, plan);
    let patience = Patience {
        before: ask.before.leases.clone(),
        timeout,
        at_most: ask.left(),
        preempt: ask.leasing.preempt,
    };
    let who = ask.who.holder();
    let now = format!("{:.0}", super::now());
    let (sender, waits) = mpsc::channel::<LeaseV1>();
    let store = shared.store.clone();
    let acquired = shared::begun(shared.handle(), async move {
        let mut tell = |lease: &LeaseV1| drop(sender.send(lease.clone()));
        let (clock, terms) = (Clock::wall(), Terms::default());
        let people = (now.as_str(), &mut tell as _);
        lease::acquire(&*store, &clock, terms, &who, ids, &patience, people).await
    });
    // The sender ends with the work.
    for by in waits {
        let most = match by.state {
            StateV1::Withdrawn => Terms::default().term + Terms::default().attempt,
            StateV1::Held | StateV1::Released => ask.leasing.lease_timeout,
        };
        let most = most.min(ask.left());
        if !most.is_zero() {
            let line = stored::lease_line(ask.part(), &by);
            screen.note(&format!("{line}; waiting for at most {} s", most.as_secs()));
        }
    }
    shared::came(&acquired)
}

/// The clusters that a plan writes to, and those whose topics a request to another cluster turns.
fn clusters_of(plan: &Plan) -> BTreeSet<ClusterName> {
    let mut clusters = BTreeSet::new();
    for op in &plan.operations {
        clusters.insert(op.address.cluster().clone());
        if let OperationKind::ReverseMirror { other, .. }
        | OperationKind::RestoreMirror { other, .. } = &op.kind
        {
            clusters.insert(other.cluster.clone());
        }
    }
    clusters
}

/// Whether whoever is kept out for one plan is kept out for another.
pub(super) fn covers(taken: &Plan, wanted: &Plan) -> bool {
    clusters_of(wanted).is_subset(&clusters_of(taken))
}

/// Whether a plan has only what may be done, where `--without-lease` permits only some of it.
///
/// # Errors
/// When it has more.
pub(super) fn may_be_done(leasing: &Leasing, plan: &Plan) -> Result<(), Failure> {
    if leasing.without_lease.is_none() {
        return Ok(());
    }
    let may = |kind: &OperationKind| {
        matches!(
            kind,
            OperationKind::FailoverMirror { .. }
                | OperationKind::PauseMirror
                | OperationKind::ReverseMirror { .. }
                | OperationKind::AwaitMirror { .. }
                | OperationKind::DrainOffsets { .. }
        )
    };
    let others = plan.operations.iter().filter(|op| !may(&op.kind));
    let about: Vec<Diagnostic> = others
        .map(|op| {
            let mut diagnostic = Diagnostic::error(
                Code("LW564"),
                format!("{} {} needs a lease", op.kind.word(), op.address),
            )
            .why("without a lease two runs could undo each other's work")
            .help("plan only failovers, pauses and reversals with --target, or repair the store");
            diagnostic.address = Some(op.address.clone());
            diagnostic
        })
        .collect();
    match about.is_empty() {
        true => Ok(()),
        false => Err(Failure::about(Exit::Refused, about)),
    }
}

fn no_store(shared: &Shared, why: &Untrusted) -> Failure {
    let mut failure = shared::untrusted(&shared.url, why);
    let help =
        "to fail over, pause or reverse mirror topics nevertheless, pass --without-lease REASON";
    failure.words = format!("{}\nno changes were made; {help}", failure.words);
    for diagnostic in &mut failure.about {
        diagnostic.help = format!("{}; {help}", diagnostic.help);
    }
    failure
}

fn kept_out(by: &LeaseV1, asked: bool, ask: &Ask<'_>) -> Failure {
    let line = stored::lease_line(ask.part(), by);
    let limit = ask.timeout.unwrap_or(Duration::MAX);
    let waited = match ask.leasing.lease_timeout.min(limit) {
        Duration::ZERO => String::new(),
        time => format!(" after {} s", time.as_secs()),
    };
    let help = match asked {
        true => "it was asked to stop: run again, or pass a longer --lease-timeout".to_owned(),
        false => format!(
            "wait for it with --lease-timeout, which takes the lease over from a run that has died (2m is enough); \
             ask it to stop with --preempt; or take the lease from it: `linkwright lease release {} --holder {}`",
            safe::shell_word(&by.cluster_id),
            safe::shell_word(&by.holder)
        ),
    };
    Failure {
        about: vec![Diagnostic::error(Code("LW562"), line.clone()).help(help.clone())],
        ..Failure::failed(format!("{line}{waited}. No changes were made\n{help}"))
    }
}

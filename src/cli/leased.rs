//! What keeps other runs out while `apply` writes: [`Leased`]. Leases in the shared store, or locks on this machine.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc;
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
use crate::report::{safe, stored};
use crate::store::StoreError;
use crate::store::check::Untrusted;
use crate::store::lease::{
    self, Acquired, Ended, Keeper, LeaseV1, Notice, Patience, Terms, Validity,
};

/// What `apply` knows when it wants to write.
pub(super) struct Ask<'a> {
    pub(super) session: &'a Session,
    pub(super) shared: Option<&'a Shared>,
    pub(super) leasing: &'a Leasing,
    pub(super) who: &'a Identity,
    /// The leases as they were before the clusters were read.
    pub(super) before: BTreeMap<String, String>,
}

/// Other runs are kept out.
#[derive(Default)]
pub(super) struct Leased<'a> {
    shared: Option<&'a Shared>,
    locks: Vec<LocalLock>,
    validity: Option<Validity>,
    stop: Option<watch::Sender<bool>>,
    kept: Option<mpsc::Receiver<Keeper>>,
    notices: Cell<Option<UnboundedReceiver<LeaseNotice>>>,
    /// Whether another run may have written since the clusters were read.
    pub(super) contested: bool,
    /// Whether something that was sent may still be under way.
    in_flight: Cell<bool>,
}

/// The leases of a session's clusters as they are before the clusters are read. What cannot be read counts as
/// changed.
pub(super) fn before(shared: Option<&Shared>, session: &Session) -> BTreeMap<String, String> {
    let Some(shared) = shared else {
        return BTreeMap::new();
    };
    let called = session.clients.keys();
    let clusters = &session.desired.clusters;
    let ids = called.filter_map(|name| Some(clusters.get(name)?.id.to_string()));
    let ids: Vec<String> = ids.collect();
    let read: Option<Result<BTreeMap<String, String>, StoreError>> =
        shared.wait(async move |store, clock| {
            let reading = lease::nonces(&*store, ids);
            let limit = Terms::default().request;
            clock
                .timeout(limit, reading)
                .await
                .unwrap_or(Ok(BTreeMap::new()))
        });
    read.and_then(Result::ok).unwrap_or_default()
}

impl<'a> Leased<'a> {
    /// Keeps other runs out of the clusters that a plan writes to.
    ///
    /// # Errors
    /// When another run is there, or when whether one is cannot be known.
    pub(super) fn take(ask: &Ask<'a>, plan: &Plan, screen: &mut Screen) -> Result<Self, Failure> {
        let without = ask.leasing.without_lease.is_some();
        if without {
            may_be_without(plan)?;
        }
        let Some(shared) = ask.shared else {
            return Self::locked(ask, plan, screen, true);
        };
        if let Err(why) = shared.check() {
            return match why {
                Untrusted::Store(why) if without => {
                    screen.note(&format!(
                        "the store {} is not used (--without-lease): {why}",
                        shared.location
                    ));
                    Self::locked(ask, plan, screen, false)
                }
                why => Err(no_store(shared, &why)),
            };
        }
        match acquire(ask, shared, plan, screen) {
            Ok(Acquired::Held { keeper, contested }) => {
                if without {
                    keeper.validity().outlast();
                }
                Self::keeping(shared, keeper, contested)
            }
            Ok(Acquired::KeptOut { by, asked }) => Err(kept_out(&by, asked, ask.leasing)),
            Err(why) if without => {
                screen.note(&format!("no lease is held (--without-lease): {why}"));
                Self::locked(ask, plan, screen, false)
            }
            Err(why) => Err(no_store(shared, &Untrusted::Store(why))),
        }
    }

    /// Locks on this machine, for runs without a store. A sandbox inside the process has a lock already.
    fn locked(
        ask: &Ask<'a>,
        plan: &Plan,
        screen: &mut Screen,
        is_said: bool,
    ) -> Result<Self, Failure> {
        let mut leased = Self::default();
        if ask.session.embedded().is_some() {
            return Ok(leased);
        }
        for name in clusters_of(plan) {
            let Some(cluster) = ask.session.desired.clusters.get(&name) else {
                continue;
            };
            let url = cluster.rest.as_ref().map_or("", |rest| rest.url.as_str());
            let path = match locks::of_cluster(&cluster.id, url) {
                Ok(path) => path,
                Err(error) => {
                    screen.note(&format!(
                        "other runs on this machine are not kept out: there is no folder for locks ({error})"
                    ));
                    return Ok(leased);
                }
            };
            let what = format!("cluster {name} ({})", cluster.id);
            let lock = LocalLock::take(&path, &what, ask.who, ask.leasing.lease_timeout)?;
            leased.locks.push(lock);
        }
        if is_said {
            screen.note(
                "no store is set: other runs on this machine are kept out, runs on other machines are not \
                 (--store)",
            );
        }
        Ok(leased)
    }

    fn keeping(shared: &'a Shared, keeper: Keeper, contested: bool) -> Result<Self, Failure> {
        let validity = keeper.validity().clone();
        let (stop, mut stopped) = watch::channel(false);
        let (back, kept) = mpsc::channel();
        let (sender, notices) = unbounded_channel();
        let store = shared.store.clone();
        let goes_on = validity.outlasts();
        let handle = shared
            .handle()
            .ok_or_else(|| Failure::failed(format!("{}: its thread has ended", shared.location)))?;
        handle.spawn(async move {
            let mut keeper = keeper;
            let mut notify = |notice| {
                // No one listens once the run is over.
                drop(sender.send(notice_of(notice, goes_on)));
            };
            lease::keep(&mut keeper, &*store, &mut stopped, &mut notify).await;
            drop(back.send(keeper));
        });
        Ok(Self {
            shared: Some(shared),
            validity: Some(validity),
            stop: Some(stop),
            kept: Some(kept),
            notices: Cell::new(Some(notices)),
            contested,
            ..Self::default()
        })
    }

    /// From now on the clients of a session send a write only while the leases hold for long enough. Returns what
    /// the run hears of them.
    pub(super) fn guard(&self, session: &Session) -> Option<UnboundedReceiver<LeaseNotice>> {
        self.in_flight.set(true);
        let validity = self.validity.as_ref()?;
        for client in session.clients.values() {
            client.guard_writes(Arc::new(validity.clone()));
        }
        self.notices.take()
    }

    /// Everything that was sent has ended.
    pub(super) fn all_ended(&self) {
        self.in_flight.set(false);
    }

    /// Lets other runs in. While something may be under way, a lease is not released: it is over by itself after a
    /// term.
    pub(super) fn release(mut self) {
        if let Some(stop) = self.stop.take() {
            // Whoever keeps the leases may have ended.
            let _ended = stop.send(true);
        }
        let keeper = self.kept.take().and_then(|kept| kept.recv().ok());
        if let (Some(shared), Some(mut keeper), false) = (self.shared, keeper, self.in_flight.get())
        {
            shared.wait(async move |store, _| keeper.release(&*store).await);
        }
        self.locks.clear();
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

fn acquire(
    ask: &Ask<'_>,
    shared: &Shared,
    plan: &Plan,
    screen: &mut Screen,
) -> Result<Acquired, StoreError> {
    let clusters = &ask.session.desired.clusters;
    let ids = clusters_of(plan).into_iter();
    let ids = ids.filter_map(|name| Some(clusters.get(&name)?.id.to_string()));
    let mut ids: BTreeSet<String> = ids.collect();
    ids.extend(plan.operations.iter().map(|op| op.cluster_id.to_string()));
    let patience = Patience {
        before: ask.before.clone(),
        timeout: ask.leasing.lease_timeout,
        preempt: ask.leasing.preempt,
    };
    let who = ask.who.holder();
    let now = format!("{:.0}", super::now());
    let (sender, waits) = mpsc::channel::<String>();
    let (done, result) = mpsc::channel();
    let store = shared.store.clone();
    if let Some(handle) = shared.handle() {
        handle.spawn(async move {
            let mut tell = |lease: &LeaseV1| drop(sender.send(stored::lease_line(lease)));
            let clock = Clock::wall();
            let terms = Terms::default();
            let asked = lease::acquire(
                &*store,
                &clock,
                terms,
                &who,
                ids,
                &patience,
                (&now, &mut tell),
            );
            drop(done.send(asked.await));
        });
    }
    // The sender ends with the work.
    for line in waits {
        if !ask.leasing.lease_timeout.is_zero() {
            let most = ask.leasing.lease_timeout.as_secs();
            screen.note(&format!("{line}; waiting for at most {most} s"));
        }
    }
    result.recv().unwrap_or_else(|_| {
        Err(StoreError::Failed {
            what: shared.location.to_string(),
            why: "the thread for the store has ended".to_owned(),
        })
    })
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

/// Whether a plan has only what may be done without a lease.
fn may_be_without(plan: &Plan) -> Result<(), Failure> {
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
    let mut failure = shared::untrusted(&shared.location, why);
    failure.words = format!(
        "{}\nno changes were made. To fail over, pause or reverse mirror topics nevertheless, pass \
         --without-lease REASON",
        failure.words
    );
    failure
}

fn kept_out(by: &LeaseV1, asked: bool, leasing: &Leasing) -> Failure {
    let line = stored::lease_line(by);
    let waited = match leasing.lease_timeout {
        Duration::ZERO => String::new(),
        time => format!(" after {} s", time.as_secs()),
    };
    let help = match asked {
        true => "it was asked to stop: run again, or pass a longer --lease-timeout".to_owned(),
        false => format!(
            "wait for it with --lease-timeout, ask it to stop with --preempt, or, if it is dead, run `linkwright \
             lease release {} --holder {}`",
            by.cluster_id, by.holder
        ),
    };
    let help = safe::clean(&help).into_owned();
    Failure {
        about: vec![Diagnostic::error(Code("LW562"), line.clone()).help(help.clone())],
        ..Failure::failed(format!("{line}{waited}. No changes were made\n{help}"))
    }
}

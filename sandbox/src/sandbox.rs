//! [`Sandbox`]: the handle that everything goes through.

use crate::build::build;
use crate::clock::{ClockMode, Millis, WorldTime, millis};
use crate::engine::{advance_to, contact, outside, switchover};
use crate::fault::{Fault, FaultSpec, RouteKind};
use crate::harm::Harm;
use crate::http::dispatch::{Ending, Prepared, carry_out, prepare};
use crate::http::log::LoggedRequest;
use crate::http::request::Request;
use crate::limiter::Limiter;
use crate::state::{FORMAT, State};
use crate::switches::Switches;
use crate::vocabulary::{ClusterKind, Role};
use crate::world::{FailoverTypeSpec, World, WorldError};
use linkwright_clock::Clock;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many requests a saved state remembers.
const SAVED_REQUESTS: usize = 500;
/// How many requests the log holds; older ones are dropped.
const LOGGED_REQUESTS: usize = 100_000;

/// What differs from the world file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// How time moves.
    pub clock: Option<ClockMode>,
    /// The seed of everything random.
    pub seed: Option<u64>,
    /// All switches.
    pub switches: Option<Switches>,
}

/// A running world. Clones share it.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Mutex<Inner>>,
}

/// Shows nothing of the world: it holds the secrets it was sent.
impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// What is behind the lock.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) time: WorldTime,
    pub(crate) log: VecDeque<LoggedRequest>,
    pub(crate) earlier: Vec<LoggedRequest>,
    pub(crate) requests_total: u64,
    limiter: Limiter,
}

/// The saved form.
#[derive(Serialize, Deserialize)]
struct Saved<S> {
    saved_by: String,
    state: S,
    requests_total: u64,
    requests: Vec<LoggedRequest>,
}

const SAVED_BY: &str = "linkwright-sandbox";

/// A cluster, with how a client reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterInfo {
    /// Its id in paths.
    pub id: String,
    /// Its short name in the world file.
    pub name: Option<String>,
    /// What it runs.
    pub kind: ClusterKind,
    /// The address that links to it use.
    pub bootstrap_servers: String,
    /// Where it is to be served alone.
    pub listen: Option<SocketAddr>,
    /// Who may call its REST API; empty when anyone may.
    pub credentials: Vec<Credential>,
}

/// One way to authenticate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// HTTP Basic.
    Basic {
        /// User name or API key.
        username: String,
        /// Password or API secret.
        password: String,
        /// What it may do.
        role: Role,
    },
    /// A bearer token.
    Bearer {
        /// The token.
        token: String,
        /// What it may do.
        role: Role,
    },
}

impl Sandbox {
    /// A world at its start, with the clock that its file asks for.
    #[must_use]
    pub fn new(world: World) -> Sandbox {
        Sandbox::with_options(world, Options::default())
    }

    /// The same, with some things other than in the file.
    #[must_use]
    pub fn with_options(world: World, options: Options) -> Sandbox {
        let World(mut world) = world;
        let Options {
            clock,
            seed,
            switches,
        } = options;
        let clock = clock.filter(|clock| clock.is_usable());
        world.clock.mode = clock.unwrap_or(world.clock.mode);
        world.seed = seed.unwrap_or(world.seed);
        world.switches = switches.unwrap_or(world.switches);
        // A world was built once when it was parsed, and nothing above can make it contradictory.
        let state = build(&world).expect("a parsed world builds");
        Sandbox::start(state, Vec::new(), 0)
    }

    /// A world from [`Sandbox::save`]. No time has passed since.
    ///
    /// # Errors
    ///
    /// [`WorldError::Saved`] when the text is not a saved world of this version.
    pub fn restore(saved: &str) -> Result<Sandbox, WorldError> {
        let saved: Saved<State> =
            serde_json::from_str(saved).map_err(|error| WorldError::Saved(error.to_string()))?;
        if saved.saved_by != SAVED_BY || saved.state.format_version != FORMAT {
            return Err(WorldError::Saved(format!(
                "version {} of the format is not known, only {FORMAT} is",
                saved.state.format_version
            )));
        }
        Ok(Sandbox::start(
            saved.state,
            saved.requests,
            saved.requests_total,
        ))
    }

    fn start(state: State, earlier: Vec<LoggedRequest>, requests_total: u64) -> Sandbox {
        let time = WorldTime::new(Clock::wall(), state.clock, state.now);
        let inner = Inner {
            state,
            time,
            log: VecDeque::new(),
            earlier,
            requests_total,
            limiter: Limiter::default(),
        };
        Sandbox {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// Goes by this clock from now on. On virtual time the world's own speed does not count: as much
    /// time passes in the world as whoever uses it waits, even in a world whose clock is manual.
    pub fn follow(&self, clock: &Clock) {
        let mut inner = self.lock();
        // Real time that passed until now is none of a world on virtual time.
        if !clock.is_virtual() {
            inner.catch_up();
        }
        inner.time = WorldTime::new(clock.clone(), inner.state.clock, inner.state.now);
    }

    /// The clock that it goes by.
    pub(crate) fn clock(&self) -> Clock {
        self.lock().time.clock().clone()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole world as JSON, with its clock, its harms and the last 500 requests.
    #[must_use]
    pub fn save(&self) -> String {
        let mut inner = self.lock();
        inner.catch_up();
        let recent = inner
            .earlier
            .iter()
            .chain(&inner.log)
            .rev()
            .take(SAVED_REQUESTS);
        let mut requests: Vec<LoggedRequest> = recent.cloned().collect();
        requests.reverse();
        let saved = Saved {
            saved_by: SAVED_BY.to_owned(),
            state: &inner.state,
            requests_total: inner.requests_total,
            requests,
        };
        let mut text = serde_json::to_string_pretty(&saved).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The requests this process has seen, oldest first; at most the last 100,000.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.lock().log.iter().cloned().collect()
    }

    /// Whether any request of this process may have changed more than the time: it wrote, or a fault met it.
    #[must_use]
    pub fn was_changed(&self) -> bool {
        let inner = self.lock();
        let changes = |line: &LoggedRequest| line.kind == RouteKind::Write || line.faulted;
        inner.log.len() >= LOGGED_REQUESTS || inner.log.iter().any(changes)
    }

    /// Forgets the requests seen so far.
    pub fn clear_requests(&self) {
        self.lock().log.clear();
    }

    /// What was done that would have hurt in production.
    #[must_use]
    pub fn harms(&self) -> Vec<Harm> {
        let mut inner = self.lock();
        inner.catch_up();
        inner.state.harms.clone()
    }

    /// The clusters and how to authenticate to them.
    #[must_use]
    pub fn clusters(&self) -> Vec<ClusterInfo> {
        let inner = self.lock();
        inner.state.clusters.values().map(cluster_info).collect()
    }

    /// Moves virtual time forward by hand, in either clock mode.
    pub fn advance(&self, by: Duration) {
        self.lock().advance(millis(by));
    }

    /// Virtual time, milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        let mut inner = self.lock();
        inner.catch_up();
        inner.state.now
    }

    /// Arms a fault and returns the id to clear it by.
    pub fn add_fault(&self, spec: FaultSpec) -> String {
        self.lock().add_fault(spec)
    }

    /// Clears one fault; false if there is none of that id.
    pub fn clear_fault(&self, id: &str) -> bool {
        self.lock().clear_fault(id)
    }

    /// Everything in the world, as the saved form has it.
    #[must_use]
    pub fn snapshot(&self) -> serde_json::Value {
        let mut inner = self.lock();
        inner.catch_up();
        serde_json::to_value(&inner.state).unwrap_or_default()
    }

    /// The switches in force.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.lock().state.switches
    }

    /// Records per second written to a topic from now on; false if there is no such topic.
    pub fn set_produce_rate(&self, cluster: &str, topic: &str, per_second: f64) -> bool {
        self.lock()
            .act(|state| outside::set_rate(state, cluster, topic, per_second))
    }

    /// Writes records to a topic at once; false if there is no such topic, or it is a mirror.
    pub fn produce(&self, cluster: &str, topic: &str, records: u64) -> bool {
        self.lock()
            .act(|state| outside::produce(state, cluster, topic, records))
    }

    /// Starts or stops the consumers of a group on these topics; false if there is no such
    /// cluster or topic.
    pub fn set_group_active(
        &self,
        cluster: &str,
        group: &str,
        topics: &[&str],
        active: Activity,
    ) -> bool {
        let topics: Vec<String> = topics.iter().map(|topic| (*topic).to_owned()).collect();
        let active = active == Activity::Consuming;
        self.lock()
            .act(|state| outside::set_group(state, cluster, group, &topics, active))
    }

    /// Cuts a cluster off from the links that read it, or joins it again; false if there is no
    /// such cluster.
    pub fn set_reachable(&self, cluster: &str, reach: Reach) -> bool {
        let reachable = reach == Reach::Reachable;
        self.lock()
            .act(|state| outside::set_reachable(state, cluster, reachable))
    }

    /// A key that opens Confluent Cloud's own API; none where any caller may call it.
    #[must_use]
    pub fn cloud_api_key(&self) -> Option<(String, String)> {
        let inner = self.lock();
        let key = inner.state.cloud_api_keys.as_ref()?.first()?;
        Some((key.username.clone(), key.password.clone()))
    }

    /// Begins a failover of a switchover pair, as someone who uses that service does; false if there is no
    /// such pair, or its phase or its active member does not permit it.
    pub fn switch_over(&self, pair: &str, kind: FailoverTypeSpec, active_member: &str) -> bool {
        let begun = self.lock().act(|state| {
            let target = Some(active_member);
            switchover::fail_over(state, pair, kind.into(), target)
        });
        begun.is_ok()
    }

    /// Sets the phase of a switchover pair, a word of the API or any other, and ends what was under way;
    /// false if there is no such pair.
    pub fn set_pair_phase(&self, pair: &str, phase: &str) -> bool {
        self.lock()
            .act(|state| switchover::force_phase(state, pair, phase))
    }

    /// The phase of a switchover pair and the name of its active member, if there is one of this id.
    #[must_use]
    pub fn pair_phase(&self, pair: &str) -> Option<(String, String)> {
        let mut inner = self.lock();
        inner.catch_up();
        let pair = inner.state.switchover.pairs.get(pair)?;
        Some((pair.phase.clone(), pair.active.clone()))
    }

    /// Says where a cluster is served alone, so that Confluent Cloud's list of clusters can.
    pub(crate) fn served_at(&self, cluster: &str, address: SocketAddr) {
        self.lock()
            .state
            .addresses
            .insert(cluster.to_owned(), address.to_string());
    }

    pub(crate) fn prepare(&self, request: &Request) -> Prepared {
        let mut inner = self.lock();
        inner.catch_up();
        let now = inner.time.clock().now();
        let Inner { state, limiter, .. } = &mut *inner;
        prepare(state, limiter, request, now)
    }

    pub(crate) fn carry_out(&self, request: &Request, prepared: Prepared) -> Ending {
        let mut inner = self.lock();
        let now = inner.time.now();
        let ending = carry_out(&mut inner.state, request, prepared, now);
        inner.write_log(request, &ending);
        ending
    }
}

/// Whether the consumers of a group run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// They do.
    Consuming,
    /// They do not.
    Idle,
}

/// Whether links can reach a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// They can.
    Reachable,
    /// They cannot.
    Cut,
}

fn cluster_info(cluster: &crate::state::Cluster) -> ClusterInfo {
    let auth = cluster.rest_auth.clone().unwrap_or_default();
    let basic = auth.basic.into_iter().map(|known| Credential::Basic {
        username: known.username,
        password: known.password,
        role: known.role,
    });
    let bearer = auth.bearer.into_iter().map(|known| Credential::Bearer {
        token: known.token,
        role: known.role,
    });
    ClusterInfo {
        id: cluster.id.clone(),
        name: cluster.name.clone(),
        kind: cluster.kind,
        bootstrap_servers: cluster.bootstrap.clone(),
        listen: cluster.listen,
        credentials: basic.chain(bearer).collect(),
    }
}

impl Inner {
    /// Lets everything happen that was due by now.
    pub(crate) fn catch_up(&mut self) {
        let now = self.time.now();
        advance_to(&mut self.state, now);
    }

    /// Moves virtual time forward by hand.
    pub(crate) fn advance(&mut self, by: Millis) {
        self.time.advance(by);
        self.catch_up();
    }

    /// Changes how time moves, from now on.
    pub(crate) fn set_clock(&mut self, mode: ClockMode) {
        self.catch_up();
        self.time = WorldTime::new(self.time.clock().clone(), mode, self.state.now);
        self.state.clock = mode;
    }

    /// Catches up, changes the world from outside the REST API, and lets links notice.
    pub(crate) fn act<T>(&mut self, change: impl FnOnce(&mut State) -> T) -> T {
        self.catch_up();
        let result = change(&mut self.state);
        contact::refresh_all(&mut self.state);
        self.catch_up();
        result
    }

    pub(crate) fn add_fault(&mut self, spec: FaultSpec) -> String {
        self.act(|state| {
            let id = spec
                .name
                .clone()
                .unwrap_or_else(|| format!("fault-{}", state.number()));
            state.faults.retain(|fault| fault.id != id);
            state.faults.push(Fault {
                id: id.clone(),
                spec,
                matched: 0,
                acted: 0,
            });
            id
        })
    }

    pub(crate) fn clear_fault(&mut self, id: &str) -> bool {
        self.act(|state| {
            let before = state.faults.len();
            state.faults.retain(|fault| fault.id != id);
            state.faults.len() < before
        })
    }

    fn write_log(&mut self, request: &Request, ending: &Ending) {
        self.requests_total += 1;
        if self.log.len() >= LOGGED_REQUESTS {
            self.log.pop_front();
        }
        self.log.push_back(LoggedRequest {
            number: self.requests_total,
            at_ms: self.state.now,
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            cluster: ending.cluster.clone(),
            route: ending.route.to_owned(),
            kind: ending.kind,
            status: if ending.reset.is_some() {
                0
            } else {
                ending.reply.status
            },
            faulted: ending.faulted,
        });
    }
}

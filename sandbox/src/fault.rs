//! Faults: what goes wrong on purpose.
//!
//! A fault matches requests by cluster, method, route and link, lets some through, and then acts a
//! number of times. Two kinds concern the world rather than a request: a source that cannot be
//! reached, and a link in error; they hold until they are cleared.

use crate::vocabulary::LinkError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fault as it is written in a world file or sent to the control API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// A name to clear it by. Left out: a number.
    #[serde(default)]
    pub name: Option<String>,
    /// Which requests it concerns. Left out: every request to a cluster.
    #[serde(default)]
    pub on: FaultMatch,
    /// How many matching requests pass before it acts.
    #[serde(default)]
    pub skip: u32,
    /// How often it acts. Left out: until it is cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Chance that it acts on a matching request, 0 to 1, from the world's seed.
    #[serde(default = "always")]
    pub probability: f64,
    /// What it does.
    #[serde(rename = "do")]
    pub action: FaultAction,
}

fn always() -> f64 {
    1.0
}

/// Which requests a fault concerns; what is left out matches everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FaultMatch {
    /// Cluster id.
    pub cluster: Option<String>,
    /// HTTP method, upper case.
    pub method: Option<String>,
    /// Route name as the request log shows it, such as `links.create`; a trailing `*` matches any
    /// rest, as in `mirrors.*`.
    pub route: Option<String>,
    /// Link name in the path or query.
    pub link: Option<String>,
    /// `read` or `write`.
    pub kind: Option<RouteKind>,
}

/// Whether a request changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RouteKind {
    /// It does not.
    Read,
    /// It may.
    Write,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultAction {
    /// Answers with a status instead of doing the request.
    Status(StatusFault),
    /// Answers later, by this much of the time that clients wait by.
    Latency {
        /// Milliseconds; the speed of the clock does not change them.
        ms: u64,
    },
    /// Answers later, by a time from this range, which the world's seed decides.
    Jitter {
        /// The shortest time, in milliseconds.
        from_ms: u64,
        /// The longest.
        to_ms: u64,
    },
    /// Never answers; the request has no effect. The connection stays open.
    BlackHole,
    /// Does the request, and sends the body of the answer so slowly.
    Drip {
        /// Bytes per second of the time that clients wait by.
        bytes_per_s: u64,
    },
    /// Drops the connection; the request has no effect.
    ResetBeforeEffect,
    /// Does the request, then drops the connection instead of answering.
    ResetAfterEffect,
    /// Refuses some topics of a verb, inside its 200.
    FailItems {
        /// Mirror topics to refuse; empty refuses every second one.
        #[serde(default)]
        topics: Vec<String>,
        /// The item's error code.
        #[serde(default = "item_code")]
        error_code: i32,
        /// The item's message.
        #[serde(default = "item_message")]
        message: String,
    },
    /// After a write, answers reads of that cluster from the world as it was before, for this much
    /// virtual time.
    StaleReads {
        /// Milliseconds of virtual time.
        ms: u32,
    },
    /// Does the request as if it had not said `validate_only`, as behind a gateway that drops the query
    /// or the field.
    DropValidateOnly,
    /// Leaves rows out of a list, so that it disagrees with other lists and with single objects. A config
    /// of a link is a row of its list too.
    OmitRows {
        /// The names of the rows to leave out; empty leaves out every second one.
        #[serde(default)]
        names: Vec<String>,
    },
    /// Lists every row twice.
    RepeatRows,
    /// Answers a read with what another cluster has, as a cache or a gateway does that mixes up its
    /// servers. A write is not concerned.
    AnotherCluster {
        /// Its id.
        cluster: String,
    },
    /// Leaves keys out of the objects of an answer.
    OmitKeys {
        /// The keys.
        keys: Vec<String>,
    },
    /// Writes another value for a key of the objects of an answer that have it, such as a word that no one
    /// knows.
    SetKey {
        /// The key.
        key: String,
        /// The value.
        value: serde_json::Value,
    },
    /// Does the request, and answers with an HTML page and status 200, as a portal does that wants a login.
    HtmlSuccess,
    /// Does the request, and then the cluster at the other end of its link dies: links cannot reach
    /// it and its REST API does not answer, until the fault `peer-died` is cleared. Previews
    /// (`validate_only`) do not count.
    PeerDies,
    /// Does the request, and then the consumers of a group start on the cluster that was called.
    /// Previews (`validate_only`) do not count.
    GroupStarts {
        /// The group.
        group: String,
        /// What it subscribes to, besides the topics it has offsets for.
        #[serde(default)]
        topics: Vec<String>,
    },
    /// Cuts a cluster off from the links that read it; its REST API still answers. Holds until
    /// cleared; `on`, `skip` and `times` do not count.
    SourceUnreachable {
        /// The cluster that cannot be reached.
        cluster: String,
    },
    /// Puts a link half into error, as a wrong secret would. Holds until cleared; `on`, `skip` and
    /// `times` do not count.
    LinkError {
        /// The cluster that holds the half.
        cluster: String,
        /// The link.
        link: String,
        /// The error it shows.
        error: LinkError,
    },
}

fn item_code() -> i32 {
    401
}

fn item_message() -> String {
    String::from("Not authorized")
}

/// A canned answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusFault {
    /// HTTP status.
    pub code: u16,
    /// Shape of the body. Left out: HTML for 429, JSON otherwise.
    #[serde(default)]
    pub body: Option<BodyShape>,
    /// `error_code` of a JSON body. Left out: the usual one for the status.
    #[serde(default)]
    pub error_code: Option<i32>,
    /// `message` of a JSON body. Left out: the usual one for the status.
    #[serde(default)]
    pub message: Option<String>,
    /// Seconds in a `Retry-After` header. Left out: no header.
    #[serde(default)]
    pub retry_after_s: Option<u64>,
}

/// Shape of a canned body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BodyShape {
    /// `{"error_code": …, "message": …}`.
    Json,
    /// An HTML page, as a proxy or Jetty's request filter sends it; with a status of success, a portal's.
    Html,
    /// Nothing.
    Empty,
}

/// An armed fault and how often it has matched and acted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) id: String,
    pub(crate) spec: FaultSpec,
    pub(crate) matched: u32,
    pub(crate) acted: u32,
}

/// The fault that holds while a cluster is dead.
pub(crate) const PEER_DIED: &str = "peer-died";

/// What makes a cluster dead.
pub(crate) fn death(cluster: &str) -> [FaultSpec; 2] {
    let spec = |on, action| FaultSpec {
        name: Some(PEER_DIED.to_owned()),
        on,
        skip: 0,
        times: None,
        probability: always(),
        action,
    };
    let calls = FaultMatch {
        cluster: Some(cluster.to_owned()),
        ..FaultMatch::default()
    };
    let cut = FaultAction::SourceUnreachable {
        cluster: cluster.to_owned(),
    };
    [
        spec(FaultMatch::default(), cut),
        spec(calls, FaultAction::ResetBeforeEffect),
    ]
}

impl FaultAction {
    /// Whether it changes the world after the request has taken effect.
    pub(crate) fn is_aftermath(&self) -> bool {
        matches!(
            self,
            FaultAction::PeerDies | FaultAction::GroupStarts { .. }
        )
    }

    /// Whether it concerns the world rather than a request.
    pub(crate) fn is_lasting(&self) -> bool {
        matches!(
            self,
            FaultAction::SourceUnreachable { .. } | FaultAction::LinkError { .. }
        )
    }
}

/// What a request looks like to a fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) cluster: &'a str,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) link: Option<&'a str>,
    pub(crate) kind: RouteKind,
    /// Whether it only asks what would happen.
    pub(crate) preview: bool,
}

impl FaultMatch {
    pub(crate) fn matches(&self, seen: Seen<'_>) -> bool {
        let route = |wanted: &str| match wanted.strip_suffix('*') {
            Some(start) => seen.route.starts_with(start),
            None => seen.route == wanted,
        };
        self.cluster.as_deref().is_none_or(|id| id == seen.cluster)
            && self
                .method
                .as_deref()
                .is_none_or(|method| method == seen.method)
            && self.route.as_deref().is_none_or(route)
            && self
                .link
                .as_deref()
                .is_none_or(|link| Some(link) == seen.link)
            && self.kind.is_none_or(|kind| kind == seen.kind)
    }
}

/// The actions that apply to a request. Counts each match, and each action against `times`.
pub(crate) fn draw(
    faults: &mut [Fault],
    random: &mut crate::random::Random,
    seen: Seen<'_>,
) -> Vec<FaultAction> {
    let mut actions = Vec::new();
    for fault in faults.iter_mut() {
        let spec = &fault.spec;
        let spent = spec.times.is_some_and(|times| fault.acted >= times);
        let idle = spec.action.is_lasting() || spec.action.is_aftermath() && seen.preview;
        if idle || spent || !spec.on.matches(seen) {
            continue;
        }
        fault.matched = fault.matched.saturating_add(1);
        if fault.matched <= spec.skip {
            continue;
        }
        if spec.probability < 1.0 && random.unit() >= spec.probability {
            continue;
        }
        fault.acted = fault.acted.saturating_add(1);
        actions.push(match spec.action {
            FaultAction::Jitter { from_ms, to_ms } => FaultAction::Latency {
                ms: from_ms + (random.unit() * to_ms.saturating_sub(from_ms) as f64) as u64,
            },
            _ => spec.action.clone(),
        });
    }
    actions
}

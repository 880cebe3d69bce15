//! One request, from its bytes to its reply.

use super::auth::{Caller, allow, authenticate, caller};
use super::error::ApiError;
use super::path::{Query, segment};
use super::reply::Reply;
use super::request::Request;
use super::routes::{Action, Route, find};
use super::{Call, FailingItems, cloud_api, clusters, mirrors, rights, switchover, tamper};
use crate::clock::Millis;
use crate::engine::advance_to;
use crate::engine::{contact, interference, outside};
use crate::fault::{
    BodyShape, Fault, FaultAction, PEER_DIED, RouteKind, Seen, StatusFault, death, draw,
};
use crate::limiter::{LimitPer, Limiter, Turn};
use crate::state::key::HalfKey;
use crate::state::{Stale, State};
use crate::vocabulary::ClusterKind;
use serde_json::json;
use std::time::Instant;

/// Where a path leads, before anything is done about it.
#[derive(Debug)]
enum Target {
    /// A route of a cluster.
    Route {
        route: &'static Route,
        cluster: String,
        names: Vec<String>,
        prefix: &'static str,
    },
    /// `GET /clusters`.
    Clusters { prefix: &'static str },
    /// A token from the metadata service.
    Token,
    /// A call of Confluent Cloud's own API.
    Cloud(cloud_api::Ask),
    /// Nowhere.
    Error { cluster: String, error: ApiError },
}

/// A request whose route and faults are known.
#[derive(Debug)]
pub(crate) struct Prepared {
    target: Target,
    query: Query,
    actions: Vec<FaultAction>,
    /// What the cluster's rate limit says about it.
    turn: Option<Turn>,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) reply: Reply,
    /// The connection is dropped instead of sending the reply; whether the request had its effect.
    pub(crate) reset: Option<bool>,
    pub(crate) cluster: String,
    pub(crate) route: &'static str,
    pub(crate) kind: RouteKind,
    pub(crate) faulted: bool,
    /// How slowly the body goes out, in bytes per second.
    pub(crate) drip: Option<u64>,
}

impl Prepared {
    /// Wall-clock milliseconds to wait before going on.
    pub(crate) fn latency_ms(&self) -> u64 {
        self.actions
            .iter()
            .map(|action| {
                if let FaultAction::Latency { ms } = action {
                    *ms
                } else {
                    0
                }
            })
            .sum()
    }

    /// Whether it is never answered.
    pub(crate) fn is_swallowed(&self) -> bool {
        self.actions.contains(&FaultAction::BlackHole)
    }
}

/// Finds the route, asks the rate limit and draws the faults.
pub(crate) fn prepare(
    state: &mut State,
    limiter: &mut Limiter,
    request: &Request,
    now: Instant,
) -> Prepared {
    let query = Query::parse(&request.query);
    let target = match query {
        Some(_) => target(state, request),
        None => Target::Error {
            cluster: String::new(),
            error: ApiError::bad_request("The query string is not valid."),
        },
    };
    let query = query.unwrap_or_default();
    let turn = match &target {
        Target::Route { cluster, .. } => {
            let known = state.clusters.get(cluster);
            let limit = known.and_then(|cluster| cluster.rate_limit.as_ref());
            limit.map(|limit| {
                let caller = match limit.per {
                    LimitPer::Cluster => "",
                    LimitPer::Key => request.authorization.as_deref().unwrap_or(""),
                    LimitPer::Connection => &request.connection,
                };
                limiter.turn(limit, cluster, caller, now)
            })
        }
        _ => None,
    };
    let actions = match &target {
        // What the rate limit refuses goes no further.
        _ if turn.is_some_and(|turn| !turn.passes) => Vec::new(),
        Target::Route {
            route,
            cluster,
            names,
            ..
        } => {
            let linking = route.path.first() == Some(&"links");
            let link = if linking {
                names.first().map(String::as_str)
            } else {
                None
            };
            let seen = Seen {
                cluster,
                method: &request.method,
                route: route.name,
                link: link.or_else(|| query.get("link_name").filter(|_| linking)),
                kind: route.kind(),
                preview: query.flag("validate_only", false).unwrap_or(false),
            };
            draw(&mut state.faults, &mut state.random, seen)
        }
        Target::Cloud(ask) => {
            let seen = Seen {
                cluster: "",
                method: &request.method,
                route: ask.route(),
                link: None,
                kind: ask.kind(),
                preview: false,
            };
            draw(&mut state.faults, &mut state.random, seen)
        }
        _ => Vec::new(),
    };
    Prepared {
        target,
        query,
        actions,
        turn,
    }
}

fn target(state: &State, request: &Request) -> Target {
    let lost = |cluster: &str, error| Target::Error {
        cluster: cluster.to_owned(),
        error,
    };
    let segments: Option<Vec<String>> = request
        .path
        .trim_start_matches('/')
        .split('/')
        .map(segment)
        .collect();
    let Some(mut segments) = segments else {
        return lost("", ApiError::bad_request("The path is not valid."));
    };
    if segments.len() > 1 && segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    let method = request.routed();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (prefix, rest) = match words.as_slice() {
        ["kafka", "v3", rest @ ..] => ("/kafka/v3", rest),
        ["v3", rest @ ..] => ("/v3", rest),
        ["security", "1.0", "authenticate"] if method == "GET" => return Target::Token,
        words if request.only.is_none() => {
            return match cloud_api::Ask::of(method, words) {
                Some(ask) => Target::Cloud(ask),
                None => lost("", ApiError::no_path()),
            };
        }
        _ => return lost("", ApiError::no_path()),
    };
    match rest {
        ["clusters"] if method == "GET" => Target::Clusters { prefix },
        ["clusters"] => lost("", ApiError::no_method()),
        ["clusters", id, rest @ ..] => {
            let served = request.only.as_ref().is_none_or(|only| only == id);
            let Some(cluster) = state.clusters.get(*id).filter(|_| served) else {
                return lost("", ApiError::no_cluster(id));
            };
            // Only Platform's stand-alone proxy serves paths without `/kafka`.
            if prefix == "/v3" && cluster.kind == ClusterKind::ConfluentCloud {
                return lost(id, ApiError::no_path());
            }
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            match find(cluster.kind, method, &rest) {
                Ok((route, names)) => Target::Route {
                    route,
                    cluster: (*id).to_owned(),
                    names,
                    prefix,
                },
                Err(error) => lost(id, error),
            }
        }
        _ => lost("", ApiError::no_path()),
    }
}

/// Carries the request out at virtual time `now`.
pub(crate) fn carry_out(
    state: &mut State,
    request: &Request,
    prepared: Prepared,
    now: Millis,
) -> Ending {
    advance_to(state, now);
    let Prepared {
        target,
        query,
        actions,
        turn,
    } = prepared;
    let header = request.authorization.as_deref();
    let mut ending = match target {
        Target::Error { cluster, error } => {
            // A caller who may not enter learns nothing about paths.
            let error = match state
                .clusters
                .get(&cluster)
                .map(|known| caller(known, header))
            {
                Some(Err(refusal)) => refusal,
                _ => error,
            };
            plain(error.reply(), cluster, "unknown", RouteKind::Read)
        }
        Target::Clusters { prefix } => {
            let call = Call {
                cluster: String::new(),
                names: Vec::new(),
                query,
                body: &[],
                base: format!("http://{}{prefix}", request.host),
                failing: None,
                principal: None,
            };
            let only = request.only.as_deref();
            let reply =
                clusters::list(state, &call, only, header).unwrap_or_else(|error| error.reply());
            plain(reply, String::new(), "clusters.list", RouteKind::Read)
        }
        Target::Token => {
            let reply = match authenticate(state, request.only.as_deref(), header) {
                Ok(token) => Reply::json(
                    200,
                    &json!({ "auth_token": token, "token_type": "Bearer", "expires_in": 3600 }),
                ),
                Err(error) => error.reply(),
            };
            plain(
                reply,
                String::new(),
                "security.authenticate",
                RouteKind::Read,
            )
        }
        Target::Cloud(ask) => on_cloud(state, request, &ask, &query, &actions),
        Target::Route {
            route,
            cluster,
            names,
            prefix,
        } => {
            let failing = actions.iter().find_map(|action| match action {
                FaultAction::FailItems {
                    topics,
                    error_code,
                    message,
                } => Some(FailingItems {
                    topics: topics.clone(),
                    error_code: *error_code,
                    message: message.clone(),
                }),
                _ => None,
            });
            let mut query = query;
            let mut body = request.body.clone();
            if actions.contains(&FaultAction::DropValidateOnly) {
                query.remove("validate_only");
                body = tamper::without_validate_only(&body);
            }
            let known = state.clusters.get(&cluster);
            let principal = match known.map(|cluster| caller(cluster, header)) {
                Some(Ok(Caller::Principal(name))) => Some(name),
                _ => None,
            };
            let call = Call {
                cluster,
                names,
                query,
                body: &body,
                base: format!("http://{}{prefix}", request.host),
                failing,
                principal,
            };
            match turn {
                Some(turn) if !turn.passes => too_many(state, request, route, &call, turn),
                _ => on_route(state, request, route, &call, &actions),
            }
        }
    };
    ending.reply.limit = turn.and_then(|turn| turn.shown);
    ending
}

/// The rate limit refuses the request.
fn too_many(
    state: &State,
    request: &Request,
    route: &'static Route,
    call: &Call<'_>,
    turn: Turn,
) -> Ending {
    let limit = state
        .clusters
        .get(&call.cluster)
        .and_then(|cluster| cluster.rate_limit.as_ref());
    let fault = StatusFault {
        code: 429,
        body: limit.map(|limit| limit.body),
        error_code: None,
        message: None,
        retry_after_s: turn.retry_after_s,
    };
    plain(
        canned_reply(&fault, request),
        call.cluster.clone(),
        route.name,
        route.kind(),
    )
}

fn plain(reply: Reply, cluster: String, route: &'static str, kind: RouteKind) -> Ending {
    Ending {
        reply,
        reset: None,
        cluster,
        route,
        kind,
        faulted: false,
        drip: None,
    }
}

/// A call of Confluent Cloud's own API, with the faults that concern any request.
fn on_cloud(
    state: &mut State,
    request: &Request,
    ask: &cloud_api::Ask,
    query: &Query,
    actions: &[FaultAction],
) -> Ending {
    let canned = actions.iter().find_map(|action| match action {
        FaultAction::Status(fault) => Some(fault),
        _ => None,
    });
    let is_lost = actions.iter().any(|action| {
        matches!(
            action,
            FaultAction::BlackHole | FaultAction::ResetBeforeEffect
        )
    });
    let reply = match canned {
        _ if is_lost => Reply::empty(502),
        Some(fault) => canned_cloud_reply(fault, request),
        None => ask.answer(state, request, query, request.authorization.as_deref()),
    };
    let mut ending = plain(reply, String::new(), ask.route(), ask.kind());
    ending.faulted = !actions.is_empty();
    if is_lost {
        ending.reset = Some(false);
    } else if actions.contains(&FaultAction::ResetAfterEffect) {
        ending.reset = Some(true);
    }
    ending
}

/// A fault's answer in the form that the errors of this API have.
fn canned_cloud_reply(fault: &StatusFault, request: &Request) -> Reply {
    match fault.body {
        None | Some(BodyShape::Json) => {
            let usual = http::StatusCode::from_u16(fault.code)
                .ok()
                .and_then(|code| code.canonical_reason())
                .unwrap_or("Error");
            let text = fault.message.clone().unwrap_or_else(|| usual.to_owned());
            let mut reply = switchover::refusal(fault.code, &text);
            reply.retry_after_s = fault.retry_after_s;
            reply
        }
        Some(BodyShape::Html | BodyShape::Empty) => canned_reply(fault, request),
    }
}

fn on_route(
    state: &mut State,
    request: &Request,
    route: &'static Route,
    call: &Call<'_>,
    actions: &[FaultAction],
) -> Ending {
    let mut ending = plain(
        Reply::empty(502),
        call.cluster.clone(),
        route.name,
        route.kind(),
    );
    ending.faulted = !actions.is_empty();
    ending.drip = actions.iter().find_map(|action| match action {
        FaultAction::Drip { bytes_per_s } => Some(*bytes_per_s),
        _ => None,
    });
    if actions.contains(&FaultAction::BlackHole) {
        ending.reset = Some(false);
        return ending;
    }
    if actions.contains(&FaultAction::ResetBeforeEffect) {
        ending.reset = Some(false);
        return ending;
    }
    let canned = actions.iter().find_map(|action| match action {
        FaultAction::Status(fault) => Some(fault),
        _ => None,
    });
    if let Some(fault) = canned {
        ending.reply = canned_reply(fault, request);
        return ending;
    }
    ending.reply = match admit(state, request, route, call) {
        Err(error) => error.reply(),
        Ok(()) => match route.action {
            Action::Read(function) => {
                let now = state.now;
                let stale = state
                    .stale
                    .get(&call.cluster)
                    .filter(|stale| stale.until > now);
                let seen = stale.map_or(&*state, |stale| &stale.state);
                let whose = tamper::answers_for(actions, &call.cluster);
                if whose == call.cluster {
                    let reply = function(seen, call).unwrap_or_else(|error| error.reply());
                    if tamper::page(actions).is_none() {
                        mirrors::note_read(state, call, route.name);
                    }
                    reply
                } else {
                    let call = call.at(whose);
                    function(seen, &call).unwrap_or_else(|error| error.reply())
                }
            }
            Action::Write(function) => {
                remember_for_stale_reads(state, call, actions);
                let before = forbidden(state, route, call);
                let reply = function(state, call).unwrap_or_else(|error| error.reply());
                note_interference(state, route, call, before, &reply);
                let now = state.now;
                advance_to(state, now); // what takes no time happens at once
                aftermath(state, call, actions);
                reply
            }
        },
    };
    match tamper::page(actions) {
        Some(page) => ending.reply = canned_reply(&page, request),
        None => tamper::tamper(&mut ending.reply, actions),
    }
    if actions.contains(&FaultAction::ResetAfterEffect) {
        ending.reset = Some(true);
    }
    ending
}

/// Which half a write is about, where a switchover pair forbids it, and why.
fn forbidden(state: &State, route: &Route, call: &Call<'_>) -> Option<(HalfKey, String)> {
    let half = match route.name {
        "links.create" => HalfKey::new(&call.cluster, call.query.get("link_name")?),
        _ => call.half(),
    };
    // The name of a config is in the path, or in the body.
    let mut words = call.names.join(" ");
    words.push_str(&String::from_utf8_lossy(call.body));
    let message = interference::forbidden(state, route.name, &half, &words)?;
    Some((half, message))
}

/// Remembers a write that a switchover pair forbids, if it was accepted.
fn note_interference(
    state: &mut State,
    route: &Route,
    call: &Call<'_>,
    before: Option<(HalfKey, String)>,
    reply: &Reply,
) {
    let is_preview = call.query.flag("validate_only", false).unwrap_or(false);
    if is_preview || !(200..300).contains(&reply.status) {
        return;
    }
    // A new half says only now where it leads.
    let found = match route.name {
        "links.create" => forbidden(state, route, call),
        _ => before,
    };
    if let Some((half, message)) = found {
        interference::note(state, &half, message);
    }
}

/// What happens in the world right after a request.
fn aftermath(state: &mut State, call: &Call<'_>, actions: &[FaultAction]) {
    for action in actions.iter().filter(|action| action.is_aftermath()) {
        match action {
            FaultAction::PeerDies => {
                let half = state.half(&call.half());
                let Some(peer) = half.and_then(|half| half.remote.clone()) else {
                    continue;
                };
                state.faults.extend(death(&peer).map(|spec| Fault {
                    id: PEER_DIED.to_owned(),
                    spec,
                    matched: 0,
                    acted: 0,
                }));
            }
            FaultAction::GroupStarts { group, topics } => {
                outside::set_group(state, &call.cluster, group, topics, true);
            }
            _ => {}
        }
        contact::refresh_all(state);
    }
}

/// Checks who asks, and that the body is JSON if there is one.
fn admit(state: &State, request: &Request, route: &Route, call: &Call<'_>) -> Result<(), ApiError> {
    let cluster = call.cluster(state)?;
    match caller(cluster, request.authorization.as_deref())? {
        Caller::Role(role) => allow(role, route.needs)?,
        Caller::Principal(_) => rights::allow(cluster, route.name, call)?,
    }
    let json = |kind: &str| {
        kind.split(';').next().is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind == "application/json" || kind.ends_with("+json")
        })
    };
    match request.content_type.as_deref() {
        Some(kind) if !request.body.is_empty() && !json(kind) => {
            Err(ApiError::new(415, 415, "HTTP 415 Unsupported Media Type"))
        }
        _ => Ok(()),
    }
}

fn remember_for_stale_reads(state: &mut State, call: &Call<'_>, actions: &[FaultAction]) {
    let wanted = actions.iter().find_map(|action| match action {
        FaultAction::StaleReads { ms } => Some(Millis::from(*ms)),
        _ => None,
    });
    let Some(ms) = wanted else { return };
    let mut before = state.clone();
    before.stale.clear();
    let stale = Stale {
        until: state.now + ms,
        state: Box::new(before),
    };
    state.stale.insert(call.cluster.clone(), stale);
}

fn canned_reply(fault: &StatusFault, request: &Request) -> Reply {
    let usual = http::StatusCode::from_u16(fault.code)
        .ok()
        .and_then(|code| code.canonical_reason())
        .unwrap_or("Error");
    let shape = fault.body.unwrap_or(if fault.code == 429 {
        BodyShape::Html
    } else {
        BodyShape::Json
    });
    let mut reply = match shape {
        BodyShape::Empty => Reply::empty(fault.code),
        BodyShape::Json => {
            let code = fault.error_code.unwrap_or(match fault.code {
                401 => 40101,
                403 => 40301,
                429 => 42901,
                503 => 50302,
                other => i32::from(other),
            });
            let message = fault.message.clone().unwrap_or_else(|| match fault.code {
                401 => String::from("Authentication failed"),
                403 => String::from("Request is not authorized"),
                _ => usual.to_owned(),
            });
            Reply::json(
                fault.code,
                &json!({ "error_code": code, "message": message }),
            )
        }
        BodyShape::Html if fault.code < 300 => Reply::text(
            fault.code,
            "text/html;charset=utf-8",
            String::from(
                "<!DOCTYPE html>\n<html>\n<head>\n<title>Company portal</title>\n</head>\n<body>\n\
                 <form action=\"/login\">Log in to continue</form>\n</body>\n</html>\n",
            ),
        ),
        BodyShape::Html => Reply::text(
            fault.code,
            "text/html;charset=utf-8",
            format!(
                "<html>\n<head>\n<title>Error {code} {usual}</title>\n</head>\n<body>\
                 <h2>HTTP ERROR {code} {usual}</h2>\n<table>\n<tr><th>URI:</th><td>{path}</td></tr>\n\
                 <tr><th>STATUS:</th><td>{code}</td></tr>\n\
                 <tr><th>MESSAGE:</th><td>{usual}</td></tr>\n</table>\n</body>\n</html>\n",
                code = fault.code,
                path = request.path.replace(['<', '>', '&'], "_"),
            ),
        ),
    };
    reply.retry_after_s = fault.retry_after_s;
    reply
}

//! The control API under `/sandbox/v1`: what a test or a rehearsal does to the world from outside.
//!
//! It needs no credentials and is not in the request log.

use crate::clock::{self, ClockMode, Millis};
use crate::engine::outside;
use crate::fault::FaultSpec;
use crate::http::error::ApiError;
use crate::http::path::segment;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::sandbox::Sandbox;
use crate::state::key::HalfKey;
use crate::switches::Switches;
use crate::vocabulary::MirrorError;
use crate::world::FailoverTypeSpec;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Answer = Result<Reply, ApiError>;

/// One call: method, path after `/sandbox/v1/`, what it does in a sentence, and the function.
struct Control {
    method: &'static str,
    path: &'static str,
    does: &'static str,
    run: fn(&Sandbox, &Asked<'_>) -> Answer,
}

/// What a function gets: the body, and the path's last part.
struct Asked<'a> {
    body: &'a [u8],
    name: &'a str,
    query: &'a str,
}

impl Asked<'_> {
    fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(self.body).map_err(|error| ApiError::bad_request(error.to_string()))
    }
}

const fn control(
    method: &'static str,
    path: &'static str,
    does: &'static str,
    run: fn(&Sandbox, &Asked<'_>) -> Answer,
) -> Control {
    Control {
        method,
        path,
        does,
        run,
    }
}

/// Every call; `{}` is a name.
const CONTROLS: &[Control] = &[
    control("GET", "", "lists these calls", help),
    control("GET", "state", "shows the whole world", state),
    control(
        "GET",
        "save",
        "shows the world in the form that restores it",
        save,
    ),
    control(
        "GET",
        "clusters",
        "lists clusters and credentials",
        clusters,
    ),
    control("GET", "clock", "shows virtual time", get_clock),
    control(
        "POST",
        "clock/advance",
        "moves time: {\"ms\": 5000}",
        advance,
    ),
    control(
        "POST",
        "clock/mode",
        "\"manual\" or {\"auto\": {\"speed\": 20}}",
        set_clock,
    ),
    control("GET", "switches", "shows the switches", get_switches),
    control(
        "PUT",
        "switches",
        "sets all switches; what is left out gets its default",
        set_switches,
    ),
    control(
        "GET",
        "faults",
        "lists faults and how often they acted",
        faults,
    ),
    control(
        "POST",
        "faults",
        "arms a fault, as in a world file",
        add_fault,
    ),
    control("DELETE", "faults", "clears all faults", clear_faults),
    control("DELETE", "faults/{}", "clears one fault", clear_fault),
    control(
        "POST",
        "produce",
        "{\"cluster\", \"topic\", \"records\" and/or \"per_s\"}",
        produce,
    ),
    control(
        "POST",
        "groups",
        "{\"cluster\", \"group\", \"topics\": [], \"active\": true}",
        group,
    ),
    control(
        "POST",
        "reach",
        "{\"cluster\", \"reachable\": false} cuts a source off",
        reach,
    ),
    control(
        "POST",
        "links",
        "{\"cluster\", \"link\", \"failed\": true} fails a link",
        link,
    ),
    control(
        "POST",
        "mirrors",
        "{\"cluster\", \"link\", \"mirror\", \"available\": false or \"error\": \"…\"}",
        mirror,
    ),
    control(
        "POST",
        "switchover",
        "{\"pair\", \"failover\": \"PLANNED\", \"active_member\"} or {\"pair\", \"phase\"}",
        switch_over,
    ),
    control(
        "POST",
        "principals",
        "{\"cluster\", \"username\", \"password\"} adds one",
        principal,
    ),
    control(
        "DELETE",
        "principals",
        "{\"cluster\", \"username\"} deletes one",
        no_principal,
    ),
    control(
        "GET",
        "requests",
        "the request log; ?since=N leaves out the first N",
        requests,
    ),
    control(
        "DELETE",
        "requests",
        "forgets the request log",
        clear_requests,
    ),
    control("GET", "harms", "what would have hurt in production", harms),
    control("DELETE", "harms", "forgets the harms", clear_harms),
];

/// Answers a control call.
pub(crate) fn handle(sandbox: &Sandbox, request: &Request) -> Reply {
    let path = request
        .path
        .trim_start_matches("/sandbox/v1")
        .trim_matches('/');
    let mut known = false;
    for control in CONTROLS {
        let name = match control.path.strip_suffix("{}") {
            Some(start) => path.strip_prefix(start).filter(|name| !name.is_empty()),
            None => (path == control.path).then_some(""),
        };
        let Some(name) = name else { continue };
        known = true;
        if control.method == request.method {
            let Some(name) = segment(name) else { break };
            let asked = Asked {
                body: &request.body,
                name: &name,
                query: &request.query,
            };
            return (control.run)(sandbox, &asked).unwrap_or_else(|error| error.reply());
        }
    }
    let error = if known {
        ApiError::no_method()
    } else {
        ApiError::no_path()
    };
    error.reply()
}

fn ok(value: &Value) -> Answer {
    Ok(Reply::json(200, value))
}

fn done(done: bool, what: &str) -> Answer {
    if done {
        ok(&json!({ "done": true }))
    } else {
        Err(ApiError::missing(what))
    }
}

fn help(_: &Sandbox, _: &Asked<'_>) -> Answer {
    let rows: Vec<Value> = CONTROLS
        .iter()
        .map(|control| {
            json!({
                "method": control.method,
                "path": format!("/sandbox/v1/{}", control.path),
                "does": control.does,
            })
        })
        .collect();
    ok(&json!(rows))
}

fn state(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    ok(&sandbox.snapshot())
}

fn save(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    Ok(Reply::text(200, "application/json", sandbox.save()))
}

fn clusters(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    ok(&json!(sandbox.clusters()))
}

fn get_clock(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    let mut inner = sandbox.lock();
    inner.catch_up();
    let now = inner.state.now;
    ok(&json!({ "now": clock::format(now), "now_ms": now, "mode": inner.time.mode() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    ms: Millis,
}

fn advance(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: Advance = asked.json()?;
    if wanted.ms < 0 {
        return Err(ApiError::bad_request("Time moves forward only."));
    }
    sandbox.lock().advance(wanted.ms);
    get_clock(sandbox, asked)
}

fn set_clock(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let mode: ClockMode = asked.json()?;
    if !mode.is_usable() {
        return Err(ApiError::bad_request(
            "The speed is not a number from 0 up.",
        ));
    }
    sandbox.lock().set_clock(mode);
    get_clock(sandbox, asked)
}

fn get_switches(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    ok(&json!(sandbox.switches()))
}

fn set_switches(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let switches: Switches = asked.json()?;
    sandbox.lock().act(|state| state.switches = switches);
    ok(&json!(switches))
}

fn faults(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    ok(&json!(sandbox.lock().state.faults))
}

fn add_fault(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let spec: FaultSpec = asked.json()?;
    let id = sandbox.add_fault(spec);
    Ok(Reply::json(201, &json!({ "id": id })))
}

fn clear_faults(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    sandbox.lock().act(|state| state.faults.clear());
    ok(&json!({ "done": true }))
}

fn clear_fault(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    done(sandbox.clear_fault(asked.name), "There is no such fault.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Produce {
    cluster: String,
    topic: String,
    #[serde(default)]
    records: u64,
    #[serde(default)]
    per_s: Option<f64>,
}

fn produce(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: Produce = asked.json()?;
    let done_all = sandbox.produce(&wanted.cluster, &wanted.topic, wanted.records)
        && wanted
            .per_s
            .is_none_or(|rate| sandbox.set_produce_rate(&wanted.cluster, &wanted.topic, rate));
    done(done_all, "There is no such topic that can be written to.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupActivity {
    cluster: String,
    group: String,
    #[serde(default)]
    topics: Vec<String>,
    active: bool,
}

fn group(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: GroupActivity = asked.json()?;
    let changed = sandbox.lock().act(|state| {
        outside::set_group(
            state,
            &wanted.cluster,
            &wanted.group,
            &wanted.topics,
            wanted.active,
        )
    });
    done(changed, "There is no such cluster or topic.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reachability {
    cluster: String,
    reachable: bool,
}

fn reach(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: Reachability = asked.json()?;
    let changed = sandbox
        .lock()
        .act(|state| outside::set_reachable(state, &wanted.cluster, wanted.reachable));
    done(changed, "There is no such cluster.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkFailure {
    cluster: String,
    link: String,
    failed: bool,
}

fn link(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: LinkFailure = asked.json()?;
    let key = HalfKey::new(&wanted.cluster, &wanted.link);
    let changed = sandbox
        .lock()
        .act(|state| outside::fail_link(state, &key, wanted.failed));
    done(changed, "There is no such link.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MirrorFailure {
    cluster: String,
    link: String,
    mirror: String,
    #[serde(default)]
    available: Option<bool>,
    #[serde(default)]
    error: Option<MirrorError>,
}

fn mirror(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: MirrorFailure = asked.json()?;
    let key = HalfKey::new(&wanted.cluster, &wanted.link).mirror(&wanted.mirror);
    let changed = sandbox.lock().act(|state| {
        let first = wanted
            .available
            .is_none_or(|available| outside::set_mirror_available(state, &key, available));
        first
            && wanted
                .error
                .is_none_or(|error| outside::fail_mirror(state, &key, error))
    });
    done(changed, "There is no such live mirror.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PairChange {
    pair: String,
    #[serde(default)]
    failover: Option<FailoverTypeSpec>,
    #[serde(default)]
    active_member: Option<String>,
    #[serde(default)]
    phase: Option<String>,
}

fn switch_over(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: PairChange = asked.json()?;
    let target = wanted.active_member.as_deref().unwrap_or_default();
    let set = wanted
        .phase
        .is_none_or(|phase| sandbox.set_pair_phase(&wanted.pair, &phase));
    let begun = wanted
        .failover
        .is_none_or(|kind| sandbox.switch_over(&wanted.pair, kind, target));
    done(
        set && begun,
        "There is no such pair, or it cannot fail over so now.",
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Principal {
    cluster: String,
    username: String,
    password: String,
}

fn principal(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: Principal = asked.json()?;
    let changed = sandbox.lock().act(|state| {
        outside::add_principal(state, &wanted.cluster, &wanted.username, &wanted.password)
    });
    done(changed, "There is no such cluster.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrincipalName {
    cluster: String,
    username: String,
}

fn no_principal(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let wanted: PrincipalName = asked.json()?;
    let changed = sandbox
        .lock()
        .act(|state| outside::remove_principal(state, &wanted.cluster, &wanted.username));
    done(changed, "There is no such principal.")
}

fn requests(sandbox: &Sandbox, asked: &Asked<'_>) -> Answer {
    let since = asked
        .query
        .split('&')
        .find_map(|pair| pair.strip_prefix("since="))
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0);
    let mut log = sandbox.requests();
    log.retain(|request| request.number > since);
    ok(&json!(log))
}

fn clear_requests(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    sandbox.clear_requests();
    ok(&json!({ "done": true }))
}

fn harms(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    ok(&json!(sandbox.harms()))
}

fn clear_harms(sandbox: &Sandbox, _: &Asked<'_>) -> Answer {
    sandbox.lock().act(|state| state.harms.clear());
    ok(&json!({ "done": true }))
}

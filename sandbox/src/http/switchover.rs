//! Confluent Cloud's Switchover API, version 1: pairs and their endpoints.

use super::path::{Query, encode};
use super::region::region_and_provider;
use super::reply::Reply;
use super::request::Request;
use crate::clock::{self, Millis};
use crate::engine::switchover as engine;
use crate::engine::switchover::Refused;
use crate::fault::RouteKind;
use crate::state::State;
use crate::state::switchover::{Endpoint, EndpointEntry, FailoverType, Member, Pair};
use crate::switches::{SwitchoverDeleteStatus, SwitchoverRefused};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The most objects of one page, and how many there are when the caller does not say.
const PAGE: (usize, usize) = (100, 10);
/// The longest display name.
const LONGEST_NAME: usize = 256;

/// What is asked for: a kind of object, and what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    kind: Kind,
    verb: Verb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pair,
    Endpoint,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Verb {
    List,
    Create,
    Get(String),
    Update(String),
    Delete(String),
    Failover(String),
}

type Answer = Result<Reply, Refusal>;

impl Ask {
    /// The call of a path below `/switchover/v1`, if it is one.
    pub(crate) fn of(method: &str, words: &[&str]) -> Option<Ask> {
        let (collection, id) = match words {
            [collection] => (*collection, None),
            [collection, id] => (*collection, Some((*id).to_owned())),
            _ => return None,
        };
        let kind = match collection {
            "switchover-pairs" => Kind::Pair,
            "switchover-endpoints" => Kind::Endpoint,
            _ => return None,
        };
        let verb = match (method, id) {
            ("GET", None) => Verb::List,
            ("POST", None) => Verb::Create,
            ("GET", Some(id)) => Verb::Get(id),
            ("PUT", Some(id)) => Verb::Update(id),
            ("DELETE", Some(id)) => Verb::Delete(id),
            ("POST", Some(id)) if kind == Kind::Pair => {
                Verb::Failover(id.strip_suffix(":failover")?.to_owned())
            }
            _ => return None,
        };
        Some(Ask { kind, verb })
    }

    /// Its name in the request log.
    pub(crate) fn route(&self) -> &'static str {
        match (self.kind, &self.verb) {
            (Kind::Pair, Verb::List) => "switchover-pairs.list",
            (Kind::Pair, Verb::Create) => "switchover-pairs.create",
            (Kind::Pair, Verb::Get(_)) => "switchover-pairs.get",
            (Kind::Pair, Verb::Update(_)) => "switchover-pairs.update",
            (Kind::Pair, Verb::Delete(_)) => "switchover-pairs.delete",
            (_, Verb::Failover(_)) => "switchover-pairs.failover",
            (Kind::Endpoint, Verb::List) => "switchover-endpoints.list",
            (Kind::Endpoint, Verb::Create) => "switchover-endpoints.create",
            (Kind::Endpoint, Verb::Get(_)) => "switchover-endpoints.get",
            (Kind::Endpoint, Verb::Update(_)) => "switchover-endpoints.update",
            (Kind::Endpoint, Verb::Delete(_)) => "switchover-endpoints.delete",
        }
    }

    /// Whether it only reads.
    pub(crate) fn route_kind(&self) -> RouteKind {
        match self.verb {
            Verb::List | Verb::Get(_) => RouteKind::Read,
            _ => RouteKind::Write,
        }
    }

    /// Carries it out.
    pub(crate) fn answer(&self, state: &mut State, request: &Request, query: &Query) -> Reply {
        let at = Place {
            host: &request.host,
            query,
            body: &request.body,
        };
        let answer = match (self.kind, &self.verb) {
            (Kind::Pair, Verb::List) => at.list_pairs(state),
            (Kind::Pair, Verb::Create) => at.create_pair(state),
            (Kind::Pair, Verb::Get(id)) => at.pair(state, id),
            (Kind::Pair, Verb::Update(id)) => at.update_pair(state, id),
            (Kind::Pair, Verb::Delete(id)) => at.delete_pair(state, id),
            (_, Verb::Failover(id)) => at.fail_over(state, id),
            (Kind::Endpoint, Verb::List) => at.list_endpoints(state),
            (Kind::Endpoint, Verb::Create) => at.create_endpoint(state),
            (Kind::Endpoint, Verb::Get(id)) => at.endpoint(state, id),
            (Kind::Endpoint, Verb::Update(id)) => at.update_endpoint(state, id),
            (Kind::Endpoint, Verb::Delete(id)) => at.delete_endpoint(state, id),
        };
        answer.unwrap_or_else(|it| refusal(it.status, &it.detail))
    }
}

/// The errors of this API, as its fixtures have them: without code and title.
pub(crate) fn refusal(status: u16, detail: &str) -> Reply {
    let error = json!({
        "id": "sandbox",
        "status": status.to_string(),
        "detail": detail,
        "source": {},
    });
    Reply::json(status, &json!({ "errors": [error] }))
}

/// Why a request is refused.
struct Refusal {
    status: u16,
    detail: String,
}

fn refused(status: u16, detail: impl Into<String>) -> Refusal {
    Refusal {
        status,
        detail: detail.into(),
    }
}

fn bad(detail: impl Into<String>) -> Refusal {
    refused(400, detail)
}

fn no_pair(id: &str) -> Refusal {
    refused(404, format!("The switchover pair {id} was not found."))
}

fn no_endpoint(id: &str) -> Refusal {
    refused(404, format!("The switchover endpoint {id} was not found."))
}

/// The value of one part of a resource name, such as `environment`.
fn part<'a>(crn: &'a str, name: &str) -> Option<&'a str> {
    let rest = crn.strip_prefix("crn://confluent.cloud/")?;
    let mut parts = rest.split('/').filter_map(|part| part.split_once('='));
    parts
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

#[derive(Deserialize)]
struct Envelope<T> {
    spec: T,
}

#[derive(Deserialize)]
struct NewPair {
    environment_crn: String,
    #[serde(default)]
    display_name: String,
    members: Vec<NewMember>,
    active_member: String,
}

#[derive(Deserialize)]
struct NewMember {
    name: String,
    member_crn: String,
}

#[derive(Deserialize)]
struct Rename {
    display_name: String,
}

#[derive(Deserialize)]
struct Failover {
    environment_crn: String,
    failover_type: String,
    #[serde(default)]
    active_member: Option<String>,
}

#[derive(Deserialize)]
struct NewEndpoint {
    parent_resource_crn: String,
    #[serde(default)]
    display_name: String,
    endpoints: Vec<NewEntry>,
}

#[derive(Deserialize)]
struct NewEntry {
    name: String,
    endpoint_filter: Value,
}

/// A request, and where its caller sees the answer.
struct Place<'a> {
    host: &'a str,
    query: &'a Query,
    body: &'a [u8],
}

impl Place<'_> {
    fn spec<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice::<Envelope<T>>(self.body)
            .map(|envelope| envelope.spec)
            .map_err(|error| bad(error.to_string()))
    }

    /// The environment that the query names: every call but create and failover needs it.
    fn environment(&self) -> Result<&str, Refusal> {
        self.query
            .get("environment")
            .ok_or_else(|| bad("The query parameter environment is required."))
    }

    fn list_pairs(&self, state: &State) -> Answer {
        let environment = self.environment()?;
        let pairs = state.switchover.pairs.values();
        let pairs = pairs.filter(|pair| pair.environment == environment);
        let all = pairs.map(|pair| self.pair_body(state, pair)).collect();
        self.page("SwitchoverPairList", "switchover-pairs", environment, all)
    }

    fn list_endpoints(&self, state: &State) -> Answer {
        let environment = self.environment()?;
        let endpoints = state.switchover.endpoints.values();
        let bodies = endpoints.filter_map(|endpoint| {
            let pair = state.switchover.pairs.get(&endpoint.pair)?;
            (pair.environment == environment).then(|| self.endpoint_body(state, endpoint, pair))
        });
        let all = bodies.collect();
        self.page(
            "SwitchoverEndpointList",
            "switchover-endpoints",
            environment,
            all,
        )
    }

    fn page(&self, kind: &str, collection: &str, environment: &str, all: Vec<Value>) -> Answer {
        let (most, usual) = PAGE;
        let size = match self.query.get("page_size") {
            None => usual,
            Some(text) => match text.parse::<usize>() {
                Ok(size) if (1..=most).contains(&size) => size,
                _ => return Err(bad(format!("page_size must be from 1 to {most}."))),
            },
        };
        let from = match self.query.get("page_token") {
            None => 0,
            Some(text) => text
                .strip_prefix("from-")
                .and_then(|number| number.parse::<usize>().ok())
                .ok_or_else(|| bad("page_token is not valid."))?,
        };
        let total = all.len();
        let data: Vec<Value> = all.into_iter().skip(from).take(size).collect();
        let base = format!(
            "http://{}/switchover/v1/{collection}?environment={}&page_size={size}",
            self.host,
            encode(environment)
        );
        let reached = from.saturating_add(data.len());
        let next = (reached < total).then(|| format!("{base}&page_token=from-{reached}"));
        let body = json!({
            "api_version": "switchover/v1",
            "kind": kind,
            "metadata": { "first": base, "next": next, "total_size": total },
            "data": data,
        });
        Ok(Reply::json(200, &body))
    }

    /// A pair of the environment that the query names.
    fn known<'s>(&self, state: &'s State, id: &str) -> Result<&'s Pair, Refusal> {
        let environment = self.environment()?;
        let pair = state.switchover.pairs.get(id);
        pair.filter(|pair| pair.environment == environment)
            .ok_or_else(|| no_pair(id))
    }

    fn pair(&self, state: &State, id: &str) -> Answer {
        let pair = self.known(state, id)?;
        Ok(Reply::json(200, &self.pair_body(state, pair)))
    }

    fn create_pair(&self, state: &mut State) -> Answer {
        let spec: NewPair = self.spec()?;
        let crn = &spec.environment_crn;
        let (Some(organization), Some(environment)) =
            (part(crn, "organization"), part(crn, "environment"))
        else {
            return Err(bad("environment_crn is not the name of an environment."));
        };
        let [one, other] = spec.members.as_slice() else {
            return Err(bad("A switchover pair has exactly two members."));
        };
        if one.name == other.name || one.name.is_empty() || other.name.is_empty() {
            return Err(bad(
                "The members of a switchover pair have names of their own.",
            ));
        }
        if spec.active_member != one.name && spec.active_member != other.name {
            return Err(bad("active_member is not the name of a member."));
        }
        if spec.display_name.chars().count() > LONGEST_NAME {
            return Err(bad("display_name is too long."));
        }
        let mut members = Vec::new();
        for member in &spec.members {
            let crn = &member.member_crn;
            let whole = part(crn, "organization").and(part(crn, "environment"));
            let cluster = whole.and(part(crn, "cloud-cluster"));
            let Some(cluster) = cluster else {
                return Err(bad(format!(
                    "member_crn {crn} is not the name of a cluster."
                )));
            };
            members.push(Member {
                name: member.name.clone(),
                crn: crn.clone(),
                cluster: cluster.to_owned(),
            });
        }
        let now = state.now;
        let id = state.switchover.new_id("sw");
        let pair = Pair {
            id: id.clone(),
            organization: organization.to_owned(),
            environment: environment.to_owned(),
            display_name: spec.display_name.clone(),
            members,
            active: spec.active_member.clone(),
            first_active: spec.active_member,
            last: None,
            phase: String::new(),
            conditions: Vec::new(),
            created: now,
            updated: now,
            epoch: 0,
            underway: None,
        };
        state.switchover.pairs.insert(id.clone(), pair);
        engine::begin(state, &id);
        let pair = state
            .switchover
            .pairs
            .get(&id)
            .ok_or_else(|| no_pair(&id))?;
        let location = format!("http://{}/switchover/v1/switchover-pairs/{id}", self.host);
        Ok(Reply::json(202, &self.pair_body(state, pair)).at(location))
    }

    fn update_pair(&self, state: &mut State, id: &str) -> Answer {
        self.known(state, id)?;
        let Rename { display_name } = self.spec()?;
        let now = state.now;
        if let Some(pair) = state.switchover.pairs.get_mut(id) {
            pair.display_name = display_name;
            pair.updated = now;
        }
        self.pair(state, id)
    }

    fn delete_pair(&self, state: &mut State, id: &str) -> Answer {
        self.known(state, id)?;
        let mut endpoints = state.switchover.endpoints.values();
        if endpoints.any(|endpoint| endpoint.pair == id) {
            return Err(refused(
                409,
                format!("The switchover pair {id} still has a switchover endpoint."),
            ));
        }
        engine::delete(state, id);
        let pair = state.switchover.pairs.get(id).ok_or_else(|| no_pair(id))?;
        Ok(deleted(state, &self.pair_body(state, pair)))
    }

    fn fail_over(&self, state: &mut State, id: &str) -> Answer {
        let spec: Failover = self.spec()?;
        let environment = part(&spec.environment_crn, "environment");
        let pair = state.switchover.pairs.get(id);
        if pair.is_none_or(|pair| Some(pair.environment.as_str()) != environment) {
            return Err(no_pair(id));
        }
        let Some(kind) = FailoverType::from_name(&spec.failover_type) else {
            return Err(bad(format!(
                "failover_type {} is not known.",
                spec.failover_type
            )));
        };
        let target = spec.active_member.as_deref();
        engine::fail_over(state, id, kind, target).map_err(|why| match why {
            Refused::Missing => no_pair(id),
            Refused::Conflict(text) => refused(
                match state.switches.switchover_refused {
                    SwitchoverRefused::Conflict => 409,
                    SwitchoverRefused::BadRequest => 400,
                    SwitchoverRefused::Unprocessable => 422,
                },
                text,
            ),
        })?;
        let pair = state.switchover.pairs.get(id).ok_or_else(|| no_pair(id))?;
        Ok(Reply::json(200, &self.pair_body(state, pair)))
    }

    /// An endpoint whose pair is in the environment that the query names, with this pair.
    fn known_endpoint<'s>(
        &self,
        state: &'s State,
        id: &str,
    ) -> Result<(&'s Endpoint, &'s Pair), Refusal> {
        let environment = self.environment()?;
        let endpoint = state.switchover.endpoints.get(id);
        let endpoint = endpoint.ok_or_else(|| no_endpoint(id))?;
        let pair = state.switchover.pairs.get(&endpoint.pair);
        let pair = pair.filter(|pair| pair.environment == environment);
        pair.map(|pair| (endpoint, pair))
            .ok_or_else(|| no_endpoint(id))
    }

    fn endpoint(&self, state: &State, id: &str) -> Answer {
        let (endpoint, pair) = self.known_endpoint(state, id)?;
        Ok(Reply::json(200, &self.endpoint_body(state, endpoint, pair)))
    }

    fn create_endpoint(&self, state: &mut State) -> Answer {
        let spec: NewEndpoint = self.spec()?;
        let crn = &spec.parent_resource_crn;
        let Some(parent) = part(crn, "switchover-pair") else {
            return Err(bad(
                "parent_resource_crn is not the name of a switchover pair.",
            ));
        };
        let pair = state.switchover.pairs.get(parent);
        let pair = pair.filter(|pair| Some(pair.environment.as_str()) == part(crn, "environment"));
        let Some(pair) = pair else {
            return Err(no_pair(parent));
        };
        if pair.phase == "PROVISIONING" {
            return Err(refused(
                409,
                format!("The switchover pair {parent} is PROVISIONING."),
            ));
        }
        if spec.endpoints.len() != 2 {
            return Err(bad("A switchover endpoint has exactly two endpoints."));
        }
        for entry in &spec.endpoints {
            if pair.member(&entry.name).is_none() {
                return Err(bad(format!("{} is not the name of a member.", entry.name)));
            }
            let filter = &entry.endpoint_filter;
            let places = ["network_crn", "access_point_crn"];
            let given = places.iter().filter(|name| filter[**name].is_string());
            match (filter["type"].as_str(), given.count()) {
                (Some("private"), 1) | (Some("public"), 0) => {}
                _ => return Err(bad("endpoint_filter is not valid.")),
            }
        }
        let entries = spec.endpoints.into_iter().map(|entry| EndpointEntry {
            name: entry.name,
            filter: entry.endpoint_filter,
        });
        let (parent, entries) = (parent.to_owned(), entries.collect());
        let now = state.now;
        let id = state.switchover.new_id("se");
        let endpoint = Endpoint {
            id: id.clone(),
            pair: parent,
            display_name: spec.display_name,
            entries,
            phase: String::from("PROVISIONING"),
            created: now,
            updated: now,
        };
        state.switchover.endpoints.insert(id.clone(), endpoint);
        engine::begin_endpoint(state, &id);
        let endpoint = state.switchover.endpoints.get(&id);
        let endpoint = endpoint.ok_or_else(|| no_endpoint(&id))?;
        let pair = state.switchover.pairs.get(&endpoint.pair);
        let pair = pair.ok_or_else(|| no_pair(&endpoint.pair))?;
        let location = format!(
            "http://{}/switchover/v1/switchover-endpoints/{id}",
            self.host
        );
        Ok(Reply::json(202, &self.endpoint_body(state, endpoint, pair)).at(location))
    }

    fn update_endpoint(&self, state: &mut State, id: &str) -> Answer {
        self.known_endpoint(state, id)?;
        let Rename { display_name } = self.spec()?;
        let now = state.now;
        if let Some(endpoint) = state.switchover.endpoints.get_mut(id) {
            endpoint.display_name = display_name;
            endpoint.updated = now;
        }
        self.endpoint(state, id)
    }

    fn delete_endpoint(&self, state: &mut State, id: &str) -> Answer {
        self.known_endpoint(state, id)?;
        engine::delete_endpoint(state, id);
        let (endpoint, pair) = self.known_endpoint(state, id)?;
        Ok(deleted(state, &self.endpoint_body(state, endpoint, pair)))
    }

    fn metadata(&self, path: &str, name: String, created: Millis, updated: Millis) -> Value {
        json!({
            "self": format!("http://{}/switchover/v1/{path}", self.host),
            "resource_name": name,
            "created_at": clock::format(created),
            "updated_at": clock::format(updated),
        })
    }

    fn pair_body(&self, state: &State, pair: &Pair) -> Value {
        let environment = environment_crn(pair);
        let members: Vec<Value> = pair
            .members
            .iter()
            .map(|member| {
                let known = state.clusters.get(&member.cluster);
                let bootstrap = known.map_or("", |cluster| cluster.bootstrap.as_str());
                let (region, cloud) = region_and_provider(bootstrap);
                json!({
                    "name": member.name,
                    "member_crn": member.crn,
                    "location": { "cloud": cloud, "region": region },
                })
            })
            .collect();
        json!({
            "api_version": "switchover/v1",
            "kind": "SwitchoverPair",
            "id": pair.id,
            "metadata": self.metadata(
                &format!("switchover-pairs/{}", pair.id),
                format!("{environment}/switchover-pair={}", pair.id),
                pair.created,
                pair.updated,
            ),
            "spec": {
                "environment_crn": environment,
                "display_name": pair.display_name,
                "members": members,
                "active_member": pair.active,
                "first_active": pair.first_active,
                "failover_type": pair.last.map_or("", FailoverType::name),
            },
            "status": { "phase": pair.phase, "conditions": pair.conditions },
        })
    }

    fn endpoint_body(&self, state: &State, endpoint: &Endpoint, pair: &Pair) -> Value {
        let environment = environment_crn(pair);
        let parent = format!("{environment}/switchover-pair={}", pair.id);
        let entries: Vec<Value> = endpoint
            .entries
            .iter()
            .map(|entry| {
                let cluster = pair.member(&entry.name).map(|member| &member.cluster);
                let known = cluster.and_then(|id| state.clusters.get(id));
                let bootstrap = known.map_or("", |cluster| cluster.bootstrap.as_str());
                let (region, cloud) = region_and_provider(bootstrap);
                let connection = match entry.filter["type"].as_str() {
                    Some("private") => "PRIVATE_LINK",
                    _ => "PUBLIC",
                };
                json!({
                    "name": entry.name,
                    "endpoint_filter": entry.filter,
                    "hostname": bootstrap.split(':').next().unwrap_or_default(),
                    "cloud": cloud,
                    "region": region,
                    "connection_type": connection,
                })
            })
            .collect();
        let is_ready = endpoint.phase == "READY";
        let condition = json!({
            "type": "ResourceProvisioningComplete",
            "status": if is_ready { "True" } else { "False" },
        });
        json!({
            "api_version": "switchover/v1",
            "kind": "SwitchoverEndpoint",
            "id": endpoint.id,
            "metadata": self.metadata(
                &format!("switchover-endpoints/{}", endpoint.id),
                format!("{parent}/switchover-endpoint={}", endpoint.id),
                endpoint.created,
                endpoint.updated,
            ),
            "spec": {
                "parent_resource_crn": parent,
                "environment_crn": environment,
                "display_name": endpoint.display_name,
                "target": pair.active,
                "endpoints": entries,
            },
            "status": { "phase": endpoint.phase, "conditions": [condition] },
        })
    }
}

fn environment_crn(pair: &Pair) -> String {
    format!(
        "crn://confluent.cloud/organization={}/environment={}",
        pair.organization, pair.environment
    )
}

fn deleted(state: &State, body: &Value) -> Reply {
    match state.switches.switchover_delete_status {
        SwitchoverDeleteStatus::Accepted => Reply::empty(202),
        SwitchoverDeleteStatus::NoContent => Reply::empty(204),
        SwitchoverDeleteStatus::Ok => Reply::json(200, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_name_gives_its_parts_whatever_follows() {
        let crn = "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-1/kafka=lkc-1";
        assert_eq!(part(crn, "cloud-cluster"), Some("lkc-1"));
        assert_eq!(part(crn, "environment"), Some("env-1"));
        assert_eq!(
            part("crn://confluent.cloud/kafka=lkc-1", "cloud-cluster"),
            None
        );
        assert_eq!(
            part("crn://elsewhere/environment=env-1", "environment"),
            None
        );
    }

    #[test]
    fn failover_is_a_verb_of_pairs_only() {
        let ask = |method, words: &[&str]| Ask::of(method, words).map(|ask| ask.route());
        assert_eq!(
            ask("POST", &["switchover-pairs", "sw-1:failover"]),
            Some("switchover-pairs.failover")
        );
        assert_eq!(
            ask("POST", &["switchover-endpoints", "se-1:failover"]),
            None
        );
        assert_eq!(ask("POST", &["switchover-pairs", "sw-1"]), None);
        assert_eq!(ask("PATCH", &["switchover-pairs", "sw-1"]), None);
        assert_eq!(
            ask("GET", &["switchover-pairs"]),
            Some("switchover-pairs.list")
        );
    }
}

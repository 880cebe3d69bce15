//! The calls of Confluent Cloud's own API that clients of links need: which clusters there are, and
//! where. The shared address answers them.

use super::auth::basic;
use super::path::{Query, encode};
use super::region::region_and_provider;
use super::reply::Reply;
use super::request::Request;
use super::switchover;
use crate::clock;
use crate::fault::RouteKind;
use crate::state::{Cluster, State};
use crate::vocabulary::{ClusterKind, Tier};
use serde_json::{Value, json};

/// The environment of clusters when the caller names none.
const ENVIRONMENT: &str = "env-sandbox";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// `GET /cmk/v2/clusters`.
    Clusters,
    /// `GET /cmk/v2/clusters/{id}`.
    Cluster(String),
    /// A call below `/switchover/v1`.
    Switchover(switchover::Ask),
}

impl Ask {
    /// The call of a path, if it is one.
    pub(crate) fn of(method: &str, words: &[&str]) -> Option<Ask> {
        match (method, words) {
            ("GET", ["cmk", "v2", "clusters"]) => Some(Ask::Clusters),
            ("GET", ["cmk", "v2", "clusters", id]) => Some(Ask::Cluster((*id).to_owned())),
            (method, ["switchover", "v1", rest @ ..]) => {
                switchover::Ask::of(method, rest).map(Ask::Switchover)
            }
            _ => None,
        }
    }

    /// Whether it only reads.
    pub(crate) fn kind(&self) -> RouteKind {
        match self {
            Ask::Clusters | Ask::Cluster(_) => RouteKind::Read,
            Ask::Switchover(ask) => ask.route_kind(),
        }
    }

    /// Its name in the request log.
    pub(crate) fn route(&self) -> &'static str {
        match self {
            Ask::Clusters => "cloud.clusters.list",
            Ask::Cluster(_) => "cloud.clusters.get",
            Ask::Switchover(ask) => ask.route(),
        }
    }

    /// Carries it out.
    pub(crate) fn answer(
        &self,
        state: &mut State,
        request: &Request,
        query: &Query,
        header: Option<&str>,
    ) -> Reply {
        if !knows(state, header) {
            return refusal(401, "unauthorized", "The API key or its secret is wrong.");
        }
        let state = match self {
            Ask::Switchover(ask) => return ask.answer(state, request, query),
            Ask::Clusters | Ask::Cluster(_) => &*state,
        };
        let place = Place {
            state,
            host: &request.host,
            environment: query
                .get("environment")
                .or_else(|| query.get("spec.environment"))
                .unwrap_or(ENVIRONMENT),
        };
        let mut clusters = state
            .clusters
            .values()
            .filter(|cluster| cluster.kind == ClusterKind::ConfluentCloud);
        match self {
            Ask::Clusters => {
                let data: Vec<Value> = clusters.map(|cluster| place.body(cluster)).collect();
                let first = format!("http://{}/cmk/v2/clusters", request.host);
                let body = json!({
                    "api_version": "cmk/v2",
                    "kind": "ClusterList",
                    "metadata": { "first": first, "total_size": data.len() },
                    "data": data,
                });
                Reply::json(200, &body)
            }
            Ask::Cluster(id) => match clusters.find(|cluster| cluster.id == *id) {
                Some(cluster) => Reply::json(200, &place.body(cluster)),
                None => refusal(404, "resource_not_found", "There is no such cluster."),
            },
            Ask::Switchover(_) => Reply::empty(404),
        }
    }
}

/// Whether the caller's key is one of the world's Cloud API keys; without any, every key is.
fn knows(state: &State, header: Option<&str>) -> bool {
    let Some(keys) = &state.cloud_api_keys else {
        return true;
    };
    basic(header).is_some_and(|(name, secret)| {
        keys.iter()
            .any(|key| key.username == name && key.password == secret)
    })
}

/// The errors of this API have a shape of their own.
pub(crate) fn refusal(status: u16, code: &str, detail: &str) -> Reply {
    let error = json!({
        "id": "sandbox",
        "status": status.to_string(),
        "code": code,
        "detail": detail,
        "source": {},
    });
    Reply::json(status, &json!({ "errors": [error] }))
}

/// Where a cluster is shown from.
struct Place<'a> {
    state: &'a State,
    host: &'a str,
    environment: &'a str,
}

impl Place<'_> {
    fn body(&self, cluster: &Cluster) -> Value {
        let organization = cluster.organization.as_deref().unwrap_or("sandbox");
        let environment = self.environment;
        let crn =
            format!("crn://confluent.cloud/organization={organization}/environment={environment}");
        let address = self
            .state
            .addresses
            .get(&cluster.id)
            .map_or(self.host, String::as_str);
        let (region, cloud) = region_and_provider(&cluster.bootstrap);
        let config = match cluster.tier {
            Tier::Basic => json!({ "kind": "Basic" }),
            Tier::Standard => json!({ "kind": "Standard" }),
            Tier::Enterprise => json!({ "kind": "Enterprise" }),
            Tier::Freight => json!({ "kind": "Freight", "zones": [] }),
            Tier::Dedicated => json!({ "kind": "Dedicated", "cku": 1, "zones": [] }),
        };
        let status = match cluster.tier {
            Tier::Dedicated => json!({ "phase": "PROVISIONED", "cku": 1 }),
            _ => json!({ "phase": "PROVISIONED" }),
        };
        let started = clock::format(self.state.started);
        json!({
            "api_version": "cmk/v2",
            "kind": "Cluster",
            "id": cluster.id,
            "metadata": {
                "self": format!("http://{}/cmk/v2/clusters/{}", self.host, encode(&cluster.id)),
                "resource_name": format!("{crn}/cloud-cluster={0}/kafka={0}", cluster.id),
                "created_at": started,
                "updated_at": started,
            },
            "spec": {
                "display_name": cluster.name.as_deref().unwrap_or(&cluster.id),
                "availability": "SINGLE_ZONE",
                "cloud": cloud,
                "region": region,
                "config": config,
                "kafka_bootstrap_endpoint": bootstrap(&cluster.bootstrap),
                "http_endpoint": format!("http://{address}"),
                "environment": {
                    "id": environment,
                    "related": format!("http://{}/org/v2/environments/{environment}", self.host),
                    "resource_name": crn,
                },
            },
            "status": status,
        })
    }
}

/// The address as Cloud gives it: with its protocol.
fn bootstrap(list: &str) -> String {
    if list.contains("://") {
        list.to_owned()
    } else {
        format!("SASL_SSL://{list}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_protocol() {
        assert_eq!(bootstrap("east:9092"), "SASL_SSL://east:9092");
        assert_eq!(bootstrap("SASL_SSL://east:9092"), "SASL_SSL://east:9092");
    }

    #[test]
    fn only_its_own_paths_are_its_own() {
        let ask = |method, path: &str| Ask::of(method, &path.split('/').collect::<Vec<_>>());
        assert_eq!(ask("GET", "cmk/v2/clusters"), Some(Ask::Clusters));
        assert_eq!(
            ask("GET", "cmk/v2/clusters/lkc-1"),
            Some(Ask::Cluster(String::from("lkc-1")))
        );
        assert_eq!(ask("DELETE", "cmk/v2/clusters/lkc-1"), None);
        assert_eq!(ask("GET", "iam/v2/users"), None);
    }
}

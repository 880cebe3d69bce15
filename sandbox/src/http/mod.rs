//! The REST API: what a request is, how it is dispatched, and what is remembered about it.
//!
//! Every request goes the same way: find the route, draw the faults, check who asks, let virtual
//! time catch up, do the work, write the log. The routes are a table in [`routes`].

pub(crate) mod acl_filter;
pub(crate) mod acls;
pub(crate) mod alter;
pub(crate) mod auth;
pub(crate) mod broker_configs;
pub(crate) mod cloud_api;
pub(crate) mod clusters;
pub(crate) mod config_values;
pub(crate) mod dispatch;
pub(crate) mod error;
pub(crate) mod groups;
pub(crate) mod link_configs;
pub(crate) mod link_create;
pub(crate) mod links;
pub(crate) mod log;
pub(crate) mod mirror_create;
pub(crate) mod mirrors;
pub(crate) mod path;
pub(crate) mod region;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod rights;
pub(crate) mod routes;
pub(crate) mod switchover;
pub(crate) mod tamper;
pub(crate) mod topic_configs;
pub(crate) mod topic_rules;
pub(crate) mod topics;

use crate::acls::{Operation, Resource, permit};
use crate::state::key::HalfKey;
use crate::state::topic::Topic;
use crate::state::{Cluster, State};
use error::ApiError;
use path::Query;
use serde::de::DeserializeOwned;

/// A request that has found its route.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// Id of the cluster in the path.
    pub(crate) cluster: String,
    /// The path's variable parts after the cluster id, decoded.
    pub(crate) names: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
    /// `http://host/kafka/v3`: what `metadata.self` begins with.
    pub(crate) base: String,
    /// Items that a fault refuses.
    pub(crate) failing: Option<FailingItems>,
    /// Whom ACLs decide about; without, a role has decided.
    pub(crate) principal: Option<String>,
}

/// What a `fail-items` fault does to a batch.
#[derive(Debug, Clone)]
pub(crate) struct FailingItems {
    pub(crate) topics: Vec<String>,
    pub(crate) error_code: i32,
    pub(crate) message: String,
}

impl<'a> Call<'a> {
    /// The same request at another cluster.
    pub(crate) fn at(&self, cluster: &str) -> Call<'a> {
        Call {
            cluster: cluster.to_owned(),
            names: self.names.clone(),
            query: self.query.clone(),
            body: self.body,
            base: self.base.clone(),
            failing: None,
            principal: self.principal.clone(),
        }
    }
}

impl Call<'_> {
    /// Whether ACLs let the caller do something.
    pub(crate) fn may(
        &self,
        cluster: &Cluster,
        operation: Operation,
        resource: Resource<'_>,
    ) -> bool {
        let principal = self.principal.as_deref();
        principal.is_none_or(|principal| permit(cluster, principal, operation, resource))
    }

    /// Whether lists show the caller a topic.
    pub(crate) fn sees(&self, cluster: &Cluster, topic: &str) -> bool {
        self.may(cluster, Operation::Describe, Resource::Topic(topic))
    }

    /// A variable part of the path.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    /// The cluster of the path. Dispatch has checked that it exists.
    pub(crate) fn cluster<'s>(&self, state: &'s State) -> Result<&'s Cluster, ApiError> {
        state
            .clusters
            .get(&self.cluster)
            .ok_or_else(|| ApiError::no_cluster(&self.cluster))
    }

    /// The same, to change it.
    pub(crate) fn cluster_mut<'s>(
        &self,
        state: &'s mut State,
    ) -> Result<&'s mut Cluster, ApiError> {
        state
            .clusters
            .get_mut(&self.cluster)
            .ok_or_else(|| ApiError::no_cluster(&self.cluster))
    }

    /// The link half that a path below `/links/{link}` is about.
    pub(crate) fn half(&self) -> HalfKey {
        HalfKey::new(&self.cluster, self.name(0))
    }

    /// A topic of the cluster that exists.
    pub(crate) fn topic<'s>(&self, state: &'s State, name: &str) -> Result<&'s Topic, ApiError> {
        self.cluster(state)?
            .topics
            .get(name)
            .ok_or_else(ApiError::no_topic)
    }

    /// The JSON body. A body that is missing, broken or has a field of another name is a 400.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() {
            return Err(ApiError::bad_request("Request body is missing."));
        }
        serde_json::from_slice(self.body).map_err(|error| ApiError::bad_request(error.to_string()))
    }

    /// The JSON body, or the default when there is none.
    pub(crate) fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() {
            Ok(T::default())
        } else {
            self.json()
        }
    }

    /// URL of something on this cluster, for `metadata.self`.
    pub(crate) fn url(&self, rest: &str) -> String {
        format!(
            "{}/clusters/{}{rest}",
            self.base,
            path::encode(&self.cluster)
        )
    }
}

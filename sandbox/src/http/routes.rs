//! The table of routes: method, path after the cluster id, name, what it asks of the caller, and
//! the function that answers.

use super::auth::Needs::{self, Administer, Describe, Operate};
use super::error::ApiError;
use super::reply::Reply;
use super::{
    Call, acls, alter, broker_configs, clusters, groups, link_configs, link_create, links,
    mirror_create, mirrors, topic_configs, topics,
};
use crate::fault::RouteKind;
use crate::state::State;
use crate::vocabulary::ClusterKind;

/// The function behind a route. One that only reads cannot change the state.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Read(fn(&State, &Call<'_>) -> Result<Reply, ApiError>),
    Write(fn(&mut State, &Call<'_>) -> Result<Reply, ApiError>),
}

/// One route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Segments; `{}` takes any one.
    pub(crate) path: &'static [&'static str],
    pub(crate) name: &'static str,
    pub(crate) needs: Needs,
    pub(crate) action: Action,
}

impl Route {
    /// Whether it only reads.
    pub(crate) fn kind(&self) -> RouteKind {
        match self.action {
            Action::Read(_) => RouteKind::Read,
            Action::Write(_) => RouteKind::Write,
        }
    }
}

const fn read(
    path: &'static [&'static str],
    name: &'static str,
    function: fn(&State, &Call<'_>) -> Result<Reply, ApiError>,
) -> Route {
    Route {
        method: "GET",
        path,
        name,
        needs: Describe,
        action: Action::Read(function),
    }
}

const fn write(
    method: &'static str,
    path: &'static [&'static str],
    name: &'static str,
    needs: Needs,
    function: fn(&mut State, &Call<'_>) -> Result<Reply, ApiError>,
) -> Route {
    Route {
        method,
        path,
        name,
        needs,
        action: Action::Write(function),
    }
}

/// Earlier routes win, so that `-` is not taken for a name.
pub(crate) const ROUTES: &[Route] = &[
    read(&[], "clusters.get", clusters::get),
    read(&["links"], "links.list", links::list),
    write(
        "POST",
        &["links"],
        "links.create",
        Administer,
        link_create::create,
    ),
    read(
        &["links", "-", "mirrors"],
        "mirrors.list-all",
        mirrors::list_all,
    ),
    read(&["links", "{}"], "links.get", links::get),
    write(
        "DELETE",
        &["links", "{}"],
        "links.delete",
        Administer,
        links::delete,
    ),
    read(
        &["links", "{}", "configs"],
        "link-configs.list",
        link_configs::list,
    ),
    write(
        "PUT",
        &["links", "{}", "configs:alter"],
        "link-configs.alter",
        Administer,
        link_configs::alter,
    ),
    read(
        &["links", "{}", "configs", "{}"],
        "link-configs.get",
        link_configs::get,
    ),
    write(
        "PUT",
        &["links", "{}", "configs", "{}"],
        "link-configs.set",
        Administer,
        link_configs::put,
    ),
    write(
        "DELETE",
        &["links", "{}", "configs", "{}"],
        "link-configs.reset",
        Administer,
        link_configs::delete,
    ),
    read(&["links", "{}", "mirrors"], "mirrors.list", mirrors::list),
    write(
        "POST",
        &["links", "{}", "mirrors"],
        "mirrors.create",
        Administer,
        mirror_create::create,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:promote"],
        "mirrors.promote",
        Operate,
        alter::promote,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:failover"],
        "mirrors.failover",
        Operate,
        alter::failover,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:pause"],
        "mirrors.pause",
        Administer,
        alter::pause,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:resume"],
        "mirrors.resume",
        Administer,
        alter::resume,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:reverse-and-start-mirror"],
        "mirrors.reverse-and-start",
        Administer,
        alter::reverse_and_start,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:reverse-and-pause-mirror"],
        "mirrors.reverse-and-pause",
        Administer,
        alter::reverse_and_pause,
    ),
    write(
        "POST",
        &["links", "{}", "mirrors:truncate-and-restore"],
        "mirrors.truncate-and-restore",
        Administer,
        alter::truncate_and_restore,
    ),
    read(
        &["links", "{}", "mirrors", "{}"],
        "mirrors.get",
        mirrors::get,
    ),
    read(&["topics"], "topics.list", topics::list),
    write(
        "POST",
        &["topics"],
        "topics.create",
        Administer,
        topics::create,
    ),
    read(
        &["topics", "-", "configs"],
        "topic-configs.list-all",
        topic_configs::list_all,
    ),
    read(&["topics", "{}"], "topics.get", topics::get),
    write(
        "PATCH",
        &["topics", "{}"],
        "topics.grow",
        Administer,
        topics::grow,
    ),
    write(
        "DELETE",
        &["topics", "{}"],
        "topics.delete",
        Administer,
        topics::delete,
    ),
    read(
        &["topics", "{}", "partitions"],
        "topics.partitions",
        topics::partitions,
    ),
    read(
        &["topics", "{}", "partitions", "{}"],
        "topics.partition",
        topics::partition,
    ),
    read(
        &["topics", "{}", "partitions", "{}", "replicas"],
        "topics.replicas",
        topics::replicas,
    ),
    read(
        &["topics", "{}", "default-configs"],
        "topic-configs.defaults",
        topic_configs::defaults,
    ),
    read(
        &["topics", "{}", "configs"],
        "topic-configs.list",
        topic_configs::list,
    ),
    write(
        "POST",
        &["topics", "{}", "configs:alter"],
        "topic-configs.alter",
        Administer,
        topic_configs::alter,
    ),
    read(
        &["topics", "{}", "configs", "{}"],
        "topic-configs.get",
        topic_configs::get,
    ),
    write(
        "PUT",
        &["topics", "{}", "configs", "{}"],
        "topic-configs.set",
        Administer,
        topic_configs::put,
    ),
    write(
        "DELETE",
        &["topics", "{}", "configs", "{}"],
        "topic-configs.reset",
        Administer,
        topic_configs::delete,
    ),
    read(&["acls"], "acls.list", acls::list),
    write("POST", &["acls"], "acls.create", Administer, acls::create),
    write("DELETE", &["acls"], "acls.delete", Administer, acls::delete),
    write(
        "POST",
        &["acls:batch"],
        "acls.create-many",
        Administer,
        acls::create_many,
    ),
    read(
        &["broker-configs"],
        "broker-configs.list",
        broker_configs::list,
    ),
    read(
        &["broker-configs", "{}"],
        "broker-configs.get",
        broker_configs::get,
    ),
    read(&["consumer-groups"], "groups.list", groups::list),
    read(&["consumer-groups", "{}"], "groups.get", groups::get),
    read(
        &["consumer-groups", "{}", "consumers"],
        "groups.consumers",
        groups::consumers,
    ),
    read(
        &["consumer-groups", "{}", "lags"],
        "groups.lags",
        groups::lags,
    ),
    read(
        &["consumer-groups", "{}", "lags", "{}", "partitions", "{}"],
        "groups.lag",
        groups::lag,
    ),
    read(
        &["consumer-groups", "{}", "lag-summary"],
        "groups.lag-summary",
        groups::lag_summary,
    ),
];

/// The variable parts if a path fits a route.
fn fit(route: &Route, segments: &[String]) -> Option<Vec<String>> {
    if route.path.len() != segments.len() {
        return None;
    }
    let mut names = Vec::new();
    for (pattern, segment) in route.path.iter().zip(segments) {
        match *pattern {
            "{}" => names.push(segment.clone()),
            literal if literal == segment => {}
            _ => return None,
        }
    }
    Some(names)
}

/// Finds the route of a path on a cluster of this kind.
///
/// # Errors
///
/// 404 for a path that no route has, 405 for one that takes other methods only.
pub(crate) fn find(
    kind: ClusterKind,
    method: &str,
    segments: &[String],
) -> Result<(&'static Route, Vec<String>), ApiError> {
    let linking = segments.first().is_some_and(|first| first == "links");
    if linking && kind == ClusterKind::ApacheKafka {
        return Err(ApiError::no_path());
    }
    let mut other_method = false;
    for route in ROUTES {
        if let Some(names) = fit(route, segments) {
            if route.method == method {
                if names.iter().any(String::is_empty) {
                    return Err(ApiError::bad_request(if linking {
                        "Invalid Cluster Link Name."
                    } else {
                        "A name in the path is empty."
                    }));
                }
                return Ok((route, names));
            }
            other_method = true;
        }
    }
    Err(if other_method {
        ApiError::no_method()
    } else {
        ApiError::no_path()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str) -> Result<&'static str, u16> {
        let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        find(ClusterKind::ConfluentCloud, method, &segments)
            .map(|(route, _)| route.name)
            .map_err(|error| error.status)
    }

    #[test]
    fn paths_find_their_routes() {
        assert_eq!(route("GET", "links/-/mirrors"), Ok("mirrors.list-all"));
        assert_eq!(route("GET", "links/dr/mirrors"), Ok("mirrors.list"));
        assert_eq!(
            route("POST", "links/dr/mirrors:promote"),
            Ok("mirrors.promote")
        );
        assert_eq!(route("POST", "links/dr/configs:alter"), Err(405));
        assert_eq!(route("GET", "links//configs"), Err(400));
        assert_eq!(route("GET", "nothing"), Err(404));
    }

    #[test]
    fn every_route_says_which_acls_it_asks_for() {
        let mut names: Vec<_> = ROUTES.iter().map(|route| route.name).collect();
        let mut rights = crate::http::rights::routes();
        names.sort_unstable();
        rights.sort_unstable();
        assert_eq!(names, rights);
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = ROUTES.iter().map(|route| route.name).collect();
        assert_eq!(names.len(), ROUTES.len());
    }
}

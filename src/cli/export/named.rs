//! `--cluster NAME=ENDPOINT`: clusters that are declared on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::super::Failure;
use super::super::args::Global;
use super::super::embedded::Embedded;
use super::super::session::Session;
use super::usage;
use crate::address::ClusterName;
use crate::api::Client;
use crate::desired::{Cluster, ClusterKind, lower};
use crate::export::variable_name;
use crate::report::words::quantity as count;
use crate::spec;

/// Clusters as a command line names them.
pub(in crate::cli) struct Asked<'a> {
    /// The option that names them.
    pub(in crate::cli) option: &'static str,
    /// Their names and endpoints.
    pub(in crate::cli) clusters: &'a [(String, String)],
    /// Where their keys are read.
    pub(in crate::cli) api_key: &'a [String],
    /// Where their secrets are read.
    pub(in crate::cli) api_secret: &'a [String],
    /// Whether they are called without authentication.
    pub(in crate::cli) no_sign_in: bool,
}

/// The clusters of a command line, read as a spec would be; ids that must be asked for are empty.
pub(in crate::cli) fn called(
    args: &Asked<'_>,
    embedded: Option<&Embedded>,
) -> Result<BTreeMap<ClusterName, Cluster>, Failure> {
    let mut text = String::from("version: 1\nclusters:\n");
    let mut kinds = BTreeMap::new();
    let names: BTreeSet<&str> = args
        .clusters
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let (api_key, api_secret) = (references(args.api_key)?, references(args.api_secret)?);
    for (name, _) in api_key.iter().chain(&api_secret) {
        if let Some(name) = name
            && !names.contains(name.as_str())
        {
            return Err(usage(format!("no {} is named {name}", args.option)));
        }
    }
    for (name, endpoint) in args.clusters {
        let (id, url) = match embedded {
            Some(embedded) => {
                let info = embedded.find(endpoint).map_err(usage)?;
                kinds.insert(name.as_str(), info.kind);
                let url = format!("https://{}.sandbox.invalid:443", info.id);
                (info.id, url)
            }
            None => match endpoint.split_once("/clusters/") {
                Some((url, id)) => (id.trim_end_matches('/').to_owned(), url.to_owned()),
                None => (String::new(), endpoint.clone()),
            },
        };
        let auth = if args.no_sign_in {
            "none: {}".to_owned()
        } else {
            let key = reference(&api_key, name, "API_KEY");
            let secret = reference(&api_secret, name, "API_SECRET");
            format!("basic: {{ username: {key}, password: {secret} }}")
        };
        let (name, id, url) = (quoted(name), quoted(&id), quoted(&url));
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "  {name}:\n    id: {id}\n    rest_endpoint: {url}\n    rest_auth: {{ {auth} }}"
        );
    }
    if args.clusters.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (spec, problems) = spec::parse(&[(Arc::from(args.option), Arc::from(text.as_str()))]);
    if let Some(problem) = problems.first() {
        return Err(usage(format!(
            "{}: {}; {}",
            args.option, problem.summary, problem.help
        )));
    }
    let mut clusters = lower(&spec).clusters;
    for (name, cluster) in &mut clusters {
        cluster.kind = match kinds.get(name.as_str()) {
            Some(linkwright_sandbox::ClusterKind::ConfluentPlatform) => {
                ClusterKind::ConfluentPlatform
            }
            Some(linkwright_sandbox::ClusterKind::ApacheKafka) => ClusterKind::ApacheKafka,
            Some(linkwright_sandbox::ClusterKind::ConfluentCloud) => ClusterKind::ConfluentCloud,
            None => kind_of(cluster),
        };
    }
    Ok(clusters)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads `[NAME=]REFERENCE`s. A text that is none may be a secret, and is not repeated.
fn references(given: &[String]) -> Result<Vec<(Option<String>, String)>, Failure> {
    let read = |text: &String| {
        let (before, reference) = text.split_at(text.find("${")?);
        let name = match before {
            "" => None,
            before => Some(
                before
                    .strip_suffix('=')
                    .filter(|name| !name.is_empty())?
                    .to_owned(),
            ),
        };
        reference
            .ends_with('}')
            .then(|| (name, reference.to_owned()))
    };
    let all = given.iter().map(read);
    all.collect::<Option<_>>().ok_or_else(|| {
        usage(
            "--api-key and --api-secret accept ${env:NAME} or ${file:PATH}, with NAME= in front for \
             one cluster only: a secret on a command line is visible to everyone on the machine",
        )
    })
}

/// The reference that is given for a cluster, or for all, or the usual one.
fn reference(given: &[(Option<String>, String)], name: &str, what: &str) -> String {
    let of = |wanted: Option<&str>| {
        let mut given = given.iter().filter(|(of, _)| of.as_deref() == wanted);
        given.next().map(|(_, reference)| reference.clone())
    };
    let usual = || format!("${{env:{}}}", variable_name(&[name, what]));
    quoted(&of(Some(name)).or_else(|| of(None)).unwrap_or_else(usual))
}

/// Ids distinguish Confluent Cloud from everything else.
fn kind_of(cluster: &Cluster) -> ClusterKind {
    if cluster.id.as_str().starts_with("lkc-") || cluster.id.as_str().is_empty() {
        ClusterKind::ConfluentCloud
    } else {
        ClusterKind::ConfluentPlatform
    }
}

/// Connects to these clusters, after the ids that are not known were read from their endpoints. Apache Kafka
/// holds no links and gets no client.
pub(in crate::cli) async fn connected(
    session: &Session,
    found: &mut BTreeMap<ClusterName, Cluster>,
    option: &str,
    global: &Global,
) -> Result<BTreeMap<ClusterName, Client>, Failure> {
    let mut clients = session.connect(found, global)?;
    if identify(found, &clients, option).await? {
        // Calls carry the id, so they are made by clients that know it.
        clients = session.connect(found, global)?;
    }
    once_each(found)?;
    clients.retain(|name, _| {
        let kind = found.get(name).map(|cluster| cluster.kind);
        kind != Some(ClusterKind::ApacheKafka)
    });
    Ok(clients)
}

/// Asks for the ids that are not known; says whether there were any.
async fn identify(
    found: &mut BTreeMap<ClusterName, Cluster>,
    clients: &BTreeMap<ClusterName, Client>,
    option: &str,
) -> Result<bool, Failure> {
    let mut asked = false;
    for (name, cluster) in found.iter_mut() {
        let Some(client) = clients.get(name).filter(|_| cluster.id.as_str().is_empty()) else {
            continue;
        };
        asked = true;
        let listed = client.list_clusters().await.map_err(|error| {
            let hint = match error.may_lack_the_call() {
                true => format!(
                    "; this endpoint does not list its clusters, so give the id too: {option} \
                     {name}=ENDPOINT/clusters/ID"
                ),
                false => String::new(),
            };
            Failure::failed(format!(
                "cluster {name}: {}: {}{hint}",
                error.call(),
                error.reason()
            ))
        })?;
        match listed.as_slice() {
            [only] => cluster.id = only.cluster_id.as_str().into(),
            several => {
                let ids: Vec<&str> = several.iter().map(|row| row.cluster_id.as_str()).collect();
                let which = if ids.is_empty() {
                    "none".to_owned()
                } else {
                    ids.join(", ")
                };
                return Err(usage(format!(
                    "the endpoint of cluster {name} serves {} ({which}); choose one: \
                     {option} {name}=ENDPOINT/clusters/ID",
                    count(ids.len(), "cluster")
                )));
            }
        }
        cluster.kind = kind_of(cluster);
    }
    Ok(asked)
}

/// The same cluster twice would be exported twice.
fn once_each(found: &BTreeMap<ClusterName, Cluster>) -> Result<(), Failure> {
    let mut names = BTreeMap::new();
    for (name, cluster) in found.iter().filter(|(_, cluster)| cluster.rest.is_some()) {
        if let Some(earlier) = names.insert(&cluster.id, name) {
            return Err(usage(format!(
                "{earlier} and {name} are the same cluster, {}; pass it once",
                cluster.id
            )));
        }
    }
    Ok(())
}

//! What specs may do, whatever they say: [`Guard`], read from a file that a pull request cannot change.
//!
//! A spec of a pull request is text of someone whom the clusters do not trust yet. It can name any host and
//! any environment variable, and planning would send the one to the other. The guard file is given by the
//! job that plans and says which hosts, which variables and files, and how much a spec may allow. What it
//! does not list is not permitted.

mod url;

use std::sync::Arc;

use crate::address::{Address, ClusterId, HalfAddress};
use crate::desired::{Cluster, Desired, DesiredValue, Policy, RestAuth};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::{Allow, OpId, Plan, Refusal, RefusalKind};
use crate::secret::Reference;
use crate::spec::{GuardCluster, GuardFile, Located, Risk, Spec};

/// The guard file cannot be read.
pub const UNREADABLE: Code = Code("LW510");
/// A cluster that the guard file does not list.
pub const CLUSTER: Code = Code("LW511");
/// An endpoint or a bootstrap server that it does not list for the cluster.
pub const ENDPOINT: Code = Code("LW512");
/// A URL that would receive credentials.
pub const TOKEN_URL: Code = Code("LW513");
/// An environment variable that references may not read.
pub const VARIABLE: Code = Code("LW514");
/// A file that references may not read, or a spec that a symbolic link takes from elsewhere.
pub const FILE: Code = Code("LW515");
/// More is allowed than the guard file permits.
pub const ALLOWANCE: Code = Code("LW516");

/// A guard file that was read.
#[derive(Debug)]
pub struct Guard {
    name: Arc<str>,
    file: GuardFile,
}

impl Guard {
    /// Reads a guard file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: &Arc<str>, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (file, mut problems) = GuardFile::parse(name, text);
        match file {
            Some(file) if problems.is_empty() && !file.broken => Ok(Self {
                name: name.clone(),
                file,
            }),
            _ => {
                if problems.is_empty() {
                    let words = "the guard file is empty or cannot be read";
                    problems.push(Diagnostic::error(UNREADABLE, words));
                }
                Err(problems)
            }
        }
    }

    /// The folders whose files references may read, from the guard file's own folder.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        let references = self.file.references.iter();
        references.flat_map(|it| it.files.iter().map(|folder| folder.value.as_str()))
    }

    /// What is wrong with a reference to an environment variable. Files are checked by the caller, who can
    /// follow symbolic links.
    #[must_use]
    pub fn variable(&self, reference: &Reference) -> Option<Diagnostic> {
        let Reference::Env { name, .. } = reference else {
            return None;
        };
        let patterns = self.file.references.iter().flat_map(|it| &it.env);
        let mut patterns = patterns.map(|pattern| pattern.value.as_str());
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        };
        (!patterns.any(fits)).then(|| {
            self.denied(
                VARIABLE,
                format!("the environment variable `{name}` must not be read"),
                "`references.env`",
            )
        })
    }

    /// A denial: what is not permitted, and which list of the guard file would permit it.
    pub fn denied(&self, code: Code, summary: String, list: &str) -> Diagnostic {
        Diagnostic::error(code, summary)
            .why(format!(
                "{list} of the guard file {} does not list it, and what is not listed is not permitted",
                self.name
            ))
            .help("use what is listed; the guard file is changed by those who own it, not with the spec")
    }

    /// What a spec allows beyond the guard file.
    #[must_use]
    pub fn policy(&self, spec: &Spec) -> Vec<Diagnostic> {
        let risks = spec.policy.iter().filter_map(|it| it.allow.as_ref());
        risks
            .flatten()
            .filter(|risk| !self.permits(Allow::Risk(risk.value)))
            .map(|risk| {
                let summary = format!("`policy.allow` must not have `{}`", risk.value.word());
                self.denied(ALLOWANCE, summary, "`allow`")
                    .at(&risk.place, "not permitted")
            })
            .collect()
    }

    /// Whether the command line, a policy or an approval may allow this.
    #[must_use]
    pub fn permits(&self, allow: Allow) -> bool {
        match &self.file.allow {
            Some(list) => list.iter().any(|it| it.value.word() == allow.word()),
            None => {
                let usual = Policy::default().allow;
                matches!(allow, Allow::Risk(risk) if usual.contains(&risk))
            }
        }
    }

    /// Leaves of a policy what may be allowed.
    pub fn cap(&self, policy: &mut Policy) {
        policy.allow.retain(|risk| self.permits(Allow::Risk(*risk)));
    }

    /// What a desired state names that is not permitted: clusters, endpoints and URLs.
    #[must_use]
    pub fn check(&self, desired: &Desired) -> Vec<Diagnostic> {
        let mut denied = Vec::new();
        for cluster in desired.clusters.values() {
            match self.file.clusters.get(cluster.id.as_str()) {
                Some(listed) => self.check_cluster(cluster, listed, &mut denied),
                None => {
                    let summary = format!(
                        "cluster `{}` has the id `{}`, which must not be used",
                        cluster.name, cluster.id
                    );
                    denied.push(
                        self.denied(CLUSTER, summary, "`clusters`")
                            .at(&cluster.place, "this cluster"),
                    );
                }
            }
        }
        if let Some(cloud) = &desired.cloud
            && !is_listed(&self.file.cloud_endpoints, &cloud.url)
        {
            let summary = format!(
                "`confluent_cloud`: the endpoint `{}` must not be used",
                cloud.url
            );
            denied.push(
                self.denied(ENDPOINT, summary, "`cloud_endpoints`")
                    .at(&cloud.place, "a Cloud API key would be sent there"),
            );
        }
        for (_, half) in desired.halves() {
            for (name, config) in &half.configs {
                self.check_config(name, &config.value, &config.place, &mut denied);
            }
        }
        denied
    }

    fn check_cluster(
        &self,
        cluster: &Cluster,
        listed: &GuardCluster,
        denied: &mut Vec<Diagnostic>,
    ) {
        let mut deny = |code, what: &str, text: &str, list: &str| {
            let summary = format!(
                "cluster `{}`: {what} `{text}` must not be used",
                cluster.name
            );
            let list = format!("`clusters.{}.{list}`", cluster.id);
            denied.push(
                self.denied(code, summary, &list)
                    .at(&cluster.place, "this cluster"),
            );
        };
        if let Some(rest) = &cluster.rest {
            if !is_listed(&listed.rest_endpoints, &rest.url) {
                deny(ENDPOINT, "the endpoint", &rest.url, "rest_endpoints");
            }
            let receiver = match &rest.auth {
                RestAuth::OAuth { token_url, .. } => Some(token_url),
                RestAuth::Mds { url, .. } => Some(url),
                _ => None,
            };
            if let Some(url) = receiver.filter(|url| !is_listed(&listed.token_urls, url)) {
                deny(TOKEN_URL, "the URL for tokens", url, "token_urls");
            }
        }
        for server in servers(cluster.bootstrap_servers.as_deref().unwrap_or_default()) {
            if !has_server(&listed.bootstrap_servers, server) {
                deny(
                    ENDPOINT,
                    "the bootstrap server",
                    server,
                    "bootstrap_servers",
                );
            }
        }
    }

    /// Link configs that say where a cluster connects to: with the link's credentials.
    fn check_config(
        &self,
        name: &str,
        value: &DesiredValue,
        place: &Place,
        denied: &mut Vec<Diagnostic>,
    ) {
        let is_servers = name.ends_with("bootstrap.servers");
        let is_url = name.ends_with(".url");
        if !is_servers && !is_url {
            return;
        }
        let clusters = || self.file.clusters.iter().map(|(_, cluster)| cluster);
        let (is_fine, code, list) = match value {
            DesiredValue::Value(text) if is_servers => {
                let known =
                    |server: &str| clusters().any(|it| has_server(&it.bootstrap_servers, server));
                (servers(text).all(known), ENDPOINT, "`bootstrap_servers`")
            }
            DesiredValue::Value(text) => {
                let fine = clusters().any(|it| is_listed(&it.token_urls, text));
                (fine, TOKEN_URL, "`token_urls`")
            }
            DesiredValue::Secret(_) if is_servers => (false, ENDPOINT, "`bootstrap_servers`"),
            DesiredValue::Secret(_) => (false, TOKEN_URL, "`token_urls`"),
            DesiredValue::Default => (true, TOKEN_URL, ""),
        };
        if !is_fine {
            let summary = match value {
                DesiredValue::Value(text) => format!("`{name}` must not be `{text}`"),
                _ => format!("`{name}` must not be a reference"),
            };
            denied.push(self.denied(code, summary, list).at(place, "not permitted"));
        }
    }

    /// Refuses what a plan would do to what is protected.
    pub fn refuse(&self, plan: &mut Plan, desired: &Desired) {
        for protected in &self.file.protect {
            let operations: Vec<OpId> = (0u32..)
                .map(OpId)
                .zip(&plan.operations)
                .filter(|(_, op)| {
                    op.risks.contains(Risk::Irreversible) || op.risks.contains(Risk::DataLoss)
                })
                .filter(|(_, op)| self.covers(&protected.value, &op.address, desired))
                .map(|(id, _)| id)
                .collect();
            if !operations.is_empty() {
                plan.refusals.push(Refusal {
                    kind: RefusalKind::Guarded {
                        address: protected.value.clone(),
                    },
                    operations,
                    place: Some(protected.place.clone()),
                });
            }
        }
    }

    /// Whether a protected address covers another. A spec chooses the names of clusters, so only an id
    /// restricts it to one cluster.
    fn covers(&self, protected: &Address, address: &Address, desired: &Desired) -> bool {
        let id: Option<&ClusterId> = desired.clusters.get(address.cluster()).map(|it| &it.id);
        let name = protected.cluster().as_str();
        if self.file.clusters.declares(name) && id.is_some_and(|id| id.as_str() != name) {
            return false;
        }
        let link = |half: Option<&HalfAddress>| half.map(|half| half.link.clone());
        let wanted = link(protected.half());
        let has_link = wanted.is_none() || wanted == link(address.half());
        // What is done to a whole link is done to its mirror topics.
        let topics = (protected.mirror(), address.mirror());
        has_link && (topics.0.is_none() || topics.1.is_none() || topics.0 == topics.1)
    }
}

fn is_listed(list: &[Located<String>], text: &str) -> bool {
    list.iter().any(|listed| url::is_same(&listed.value, text))
}

fn servers(text: &str) -> impl Iterator<Item = &str> {
    let servers = text.split(',').map(str::trim);
    servers.filter(|server| !server.is_empty())
}

fn has_server(list: &[Located<String>], server: &str) -> bool {
    list.iter()
        .any(|listed| listed.value.trim().eq_ignore_ascii_case(server))
}

/// The JSON Schema of the guard file, as `schemas/guard.schema.json` has it.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(GuardFile).to_value();
    schema["title"] = "Linkwright guard file".into();
    schema
}

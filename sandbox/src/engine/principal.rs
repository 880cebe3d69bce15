//! What a link may do on a cluster: the principal in its configs.

use crate::acls::{Operation, Resource, permit};
use crate::state::key::HalfKey;
use crate::state::{Cluster, State};
use crate::vocabulary::{ClusterKind, LinkPermission, Role};
use std::collections::BTreeMap;

/// What a link's principal may do on a cluster.
#[derive(Debug, Clone)]
pub(crate) enum Permissions<'a> {
    /// What the world file lists, on all topics and groups.
    Listed(Vec<LinkPermission>),
    /// What the ACLs of the cluster allow this principal.
    Acls(&'a Cluster, &'a str),
}

impl Permissions<'_> {
    fn all() -> Self {
        Permissions::Listed(LinkPermission::ALL.to_vec())
    }

    fn permits(&self, listed: LinkPermission, asked: &[(Operation, Resource<'_>)]) -> bool {
        match self {
            Permissions::Listed(may) => may.contains(&listed),
            Permissions::Acls(cluster, principal) => asked
                .iter()
                .all(|(operation, resource)| permit(cluster, principal, *operation, *resource)),
        }
    }

    /// READ and DESCRIBE_CONFIGS on a topic.
    pub(crate) fn mirrors(&self, topic: &str) -> bool {
        let topic = Resource::Topic(topic);
        self.permits(
            LinkPermission::Topics,
            &[
                (Operation::Read, topic),
                (Operation::DescribeConfigs, topic),
            ],
        )
    }

    /// Whether it can mirror anything at all, as far as that does not depend on the topic.
    pub(crate) fn mirrors_some(&self) -> bool {
        self.permits(LinkPermission::Topics, &[])
    }

    /// Whether a list of topics shows it this one.
    pub(crate) fn sees(&self, topic: &str) -> bool {
        let asked = (Operation::Describe, Resource::Topic(topic));
        matches!(self, Permissions::Listed(_)) || self.permits(LinkPermission::Topics, &[asked])
    }

    /// DESCRIBE on a group.
    pub(crate) fn describes_group(&self, group: &str) -> bool {
        let asked = (Operation::Describe, Resource::Group(group));
        self.permits(LinkPermission::Groups, &[asked])
    }

    /// DESCRIBE on the cluster, which reads its ACLs.
    pub(crate) fn describes_cluster(&self) -> bool {
        let asked = (Operation::Describe, Resource::Cluster);
        self.permits(LinkPermission::Acls, &[asked])
    }

    /// Whether the destination of a source-initiated link takes it in: ALTER on the cluster.
    pub(crate) fn accepts_links(&self) -> bool {
        matches!(self, Permissions::Listed(_)) || self.alters_cluster()
    }

    /// ALTER on the cluster.
    pub(crate) fn alters_cluster(&self) -> bool {
        let asked = (Operation::Alter, Resource::Cluster);
        self.permits(LinkPermission::Alter, &[asked])
    }
}

/// What the principal in a half's configs may do on a cluster; `None` when it cannot authenticate.
/// `family` is `""` for the remote side's keys and `"local."` for the own side's.
pub(crate) fn principal_permissions<'a>(
    remote: &'a Cluster,
    configs: &BTreeMap<String, String>,
    family: &str,
) -> Option<Permissions<'a>> {
    let Some(principals) = &remote.link_principals else {
        return Some(Permissions::all());
    };
    let (name, secret) = credentials(configs, family)?;
    principals
        .iter()
        .find(|known| known.username == name && known.password == secret)
        .map(|known| match &known.principal {
            Some(principal) => Permissions::Acls(remote, principal),
            None => Permissions::Listed(known.may.clone()),
        })
        .or_else(|| api_key_permissions(remote, name, secret))
}

/// What may be done on the source by the principal that reads it for a half: the half's own, or that of the
/// other half where that one connects and reads for both. `None` when it cannot authenticate.
pub(crate) fn reader_permissions<'a>(state: &'a State, key: &HalfKey) -> Option<Permissions<'a>> {
    let half = state.half(key)?;
    if half.connects() {
        let source = half.remote.as_deref().and_then(|id| state.clusters.get(id));
        return match source {
            Some(source) => principal_permissions(source, &half.configs, ""),
            None => Some(Permissions::all()),
        };
    }
    let reads_as_itself = |(owner, peer): &(&'a Cluster, &crate::state::link::Half)| {
        principal_permissions(owner, &peer.configs, "local.")
    };
    let own = state.peer(key).as_ref().and_then(reads_as_itself);
    Some(own.unwrap_or_else(Permissions::all))
}

/// The name that a half authenticates with and its secret.
fn credentials<'a>(
    configs: &'a BTreeMap<String, String>,
    family: &str,
) -> Option<(&'a str, &'a str)> {
    let config = |name: &str| configs.get(&format!("{family}{name}")).map(String::as_str);
    let Some(jaas) = config("sasl.jaas.config") else {
        return Some((
            config("ssl.keystore.certificate.chain")?,
            config("ssl.keystore.key")?,
        ));
    };
    [
        ("username", "password"),
        ("clientId", "clientSecret"),
        ("principal", "keyTab"),
    ]
    .into_iter()
    .find_map(|(name, secret)| Some((option(jaas, name)?, option(jaas, secret)?)))
}

/// What a Cloud API key of the REST API may do as a link's principal: on Cloud both are one key.
fn api_key_permissions<'a>(
    remote: &'a Cluster,
    name: &str,
    secret: &str,
) -> Option<Permissions<'a>> {
    if remote.kind != ClusterKind::ConfluentCloud {
        return None;
    }
    let known = remote
        .rest_auth
        .as_ref()?
        .basic
        .iter()
        .find(|known| known.username == name && known.password == secret)?;
    if let Some(principal) = &known.principal {
        return Some(Permissions::Acls(remote, principal));
    }
    Some(match known.role {
        Role::Admin | Role::Operator => Permissions::all(),
        // It describes, and does not read.
        Role::Reader => Permissions::Listed(vec![LinkPermission::Groups, LinkPermission::Acls]),
        Role::Nobody => Permissions::Listed(Vec::new()),
    })
}

/// The value of an option in a JAAS line, in either kind of quotes or none.
fn option<'a>(jaas: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = jaas;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if before.is_some_and(|letter| !letter.is_whitespace()) {
            continue;
        }
        let Some(value) = after.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split([' ', ';']).next(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_jaas_line_are_found_in_any_quotes() {
        let line = "org.apache.kafka.common.security.plain.PlainLoginModule required \
                    username=\"KEY\" password='S3 cret';";
        assert_eq!(option(line, "username"), Some("KEY"));
        assert_eq!(option(line, "password"), Some("S3 cret"));
        assert_eq!(
            option("x required clientId=abc clientSecret=def;", "clientSecret"),
            Some("def")
        );
        assert_eq!(option(line, "clientId"), None);
    }
}

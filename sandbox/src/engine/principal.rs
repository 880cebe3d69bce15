//! What a link may do on a cluster: the principal in its configs.

use crate::state::Cluster;
use crate::vocabulary::{ClusterKind, LinkPermission, Role};
use std::collections::BTreeMap;

/// What the principal in a half's configs may read on a cluster; `None` when it cannot authenticate.
/// `family` is `""` for the remote side's keys and `"local."` for the own side's.
pub(crate) fn principal_permissions(
    remote: &Cluster,
    configs: &BTreeMap<String, String>,
    family: &str,
) -> Option<Vec<LinkPermission>> {
    let Some(principals) = &remote.link_principals else {
        return Some(vec![
            LinkPermission::Topics,
            LinkPermission::Groups,
            LinkPermission::Acls,
            LinkPermission::Alter,
        ]);
    };
    let jaas = configs.get(&format!("{family}sasl.jaas.config"))?;
    let name = option(jaas, "username").or_else(|| option(jaas, "clientId"))?;
    let secret = option(jaas, "password").or_else(|| option(jaas, "clientSecret"))?;
    principals
        .iter()
        .find(|principal| principal.username == name && principal.password == secret)
        .map(|principal| principal.may.clone())
        .or_else(|| api_key_permissions(remote, name, secret))
}

/// What a Cloud API key of the REST API may do as a link's principal: on Cloud both are one key.
fn api_key_permissions(remote: &Cluster, name: &str, secret: &str) -> Option<Vec<LinkPermission>> {
    if remote.kind != ClusterKind::ConfluentCloud {
        return None;
    }
    let known = remote
        .rest_auth
        .as_ref()?
        .basic
        .iter()
        .find(|known| known.username == name && known.password == secret)?;
    Some(match known.role {
        Role::Admin | Role::Operator => vec![
            LinkPermission::Topics,
            LinkPermission::Groups,
            LinkPermission::Acls,
            LinkPermission::Alter,
        ],
        // It describes, and does not read.
        Role::Reader => vec![LinkPermission::Groups, LinkPermission::Acls],
        Role::Nobody => Vec::new(),
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

//! Who needs a permission: [`Account`], and how the spec names it.

use crate::address::{ClusterName, HalfAddress};
use crate::catalog::names;
use crate::desired::{ClusterKind, DesiredValue, Half};
use crate::secret::{Part, Reference, Template};

/// An account on one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// A name for it that is a shell variable, such as `READ_ON_EAST`.
    pub name: String,
    /// What uses it.
    pub kind: AccountKind,
    /// The cluster that it is used on.
    pub cluster: ClusterName,
    /// What is known of its principal.
    pub identity: Identity,
}

/// What uses an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountKind {
    /// Jobs that only read: `plan`, `drift`, `status`.
    Reader,
    /// The job that applies.
    Writer,
    /// Link halves that authenticate with these credentials.
    Link {
        /// The credentials as the spec names them, such as `${env:LINK_KEY}`.
        credentials: String,
        /// The halves.
        halves: Vec<HalfAddress>,
    },
}

/// What the spec says of an account's principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// Its name: `User:` and this text.
    Known(String),
    /// Its name is the value of this environment variable.
    InVariable(String),
    /// The spec does not say: an API key belongs to a service account, a certificate has a subject.
    Unknown,
}

/// What a half authenticates as: the credentials as the spec names them, and what is known of the principal.
/// `scope` is empty for the other cluster and `local.` for the half's own; `kind` is that of the cluster that is
/// connected to. None where the half has no such credentials.
pub(super) fn of_half(half: &Half, scope: &str, kind: ClusterKind) -> Option<(String, Identity)> {
    let value = |name: &str| {
        let config = half.configs.get(&format!("{scope}{name}"))?;
        Some(&config.value)
    };
    let protocol = match value(names::SECURITY_PROTOCOL)? {
        DesiredValue::Value(protocol) => protocol.as_str(),
        DesiredValue::Default | DesiredValue::Secret(_) => "",
    };
    if protocol.starts_with("SASL") {
        return Some(match value(names::SASL_JAAS_CONFIG) {
            Some(DesiredValue::Secret(jaas)) => of_jaas(jaas, kind),
            _ => (
                "the brokers' own JAAS configuration".to_owned(),
                Identity::Unknown,
            ),
        });
    }
    Some(match value(names::SSL_KEYSTORE_CERTIFICATE_CHAIN) {
        Some(DesiredValue::Secret(certificate)) => (certificate.to_string(), Identity::Unknown),
        _ => (
            "no authentication".to_owned(),
            Identity::Known("ANONYMOUS".to_owned()),
        ),
    })
}

fn of_jaas(jaas: &Template, kind: ClusterKind) -> (String, Identity) {
    let names = ["username", "clientId"];
    let name = names.into_iter().find_map(|option| option_of(jaas, option));
    let pool = option_of(jaas, "extension_identityPoolId");
    let credentials = name.as_ref().unwrap_or(jaas).to_string();
    let is_cloud = kind == ClusterKind::ConfluentCloud;
    let identity = match (is_cloud, pool, name) {
        (true, Some(pool), _) => identity(&pool),
        (false, _, Some(name)) => identity(&name),
        // An API key belongs to a service account; of Kerberos principals brokers make users by rules of their own.
        (true, None, _) | (false, _, None) => Identity::Unknown,
    };
    (credentials, identity)
}

fn identity(name: &Template) -> Identity {
    match name.parts() {
        [Part::Text(text)] => Identity::Known(text.clone()),
        [
            Part::Reference(
                Reference::Env {
                    name,
                    default: None,
                },
                _,
            ),
        ] => Identity::InVariable(name.clone()),
        _ => Identity::Unknown,
    }
}

/// The value of an option of a JAAS configuration that is written `option="…"`.
fn option_of(jaas: &Template, option: &str) -> Option<Template> {
    let opening = format!(" {option}=\"");
    let mut value: Option<Vec<Part>> = None;
    for part in jaas.parts() {
        match (part, &mut value) {
            (Part::Text(text), None) => {
                let Some((_, rest)) = text.split_once(&opening) else {
                    continue;
                };
                match rest.split_once('"') {
                    Some((whole, _)) => {
                        return Some(Template::from_parts(vec![Part::Text(whole.to_owned())]));
                    }
                    None if rest.is_empty() => value = Some(Vec::new()),
                    None => value = Some(vec![Part::Text(rest.to_owned())]),
                }
            }
            (Part::Text(text), Some(parts)) => {
                let (last, ended) = match text.split_once('"') {
                    Some((last, _)) => (last, true),
                    None => (text.as_str(), false),
                };
                if !last.is_empty() {
                    parts.push(Part::Text(last.to_owned()));
                }
                if ended {
                    break;
                }
            }
            (part, Some(parts)) => parts.push(part.clone()),
            (_, None) => {}
        }
    }
    value.map(Template::from_parts)
}

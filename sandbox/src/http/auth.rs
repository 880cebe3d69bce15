//! Who may call: HTTP Basic and bearer tokens, per cluster, and what each role may do.

use super::error::ApiError;
use crate::random::{Random, stable_number};
use crate::state::{Cluster, State};
use crate::vocabulary::{ClusterKind, Role};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// DESCRIBE.
    Describe,
    /// To promote and fail over.
    Operate,
    /// To create, alter and delete.
    Administer,
}

/// The user name and password of an `Authorization: Basic` header.
pub(crate) fn basic(header: Option<&str>) -> Option<(String, String)> {
    let encoded = scheme(header?, "basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

fn scheme<'a>(header: &'a str, wanted: &str) -> Option<&'a str> {
    let (name, rest) = header.trim().split_once(' ')?;
    name.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}

/// When a token of the metadata service ends: in the year 2100. Its holder compares this with a clock
/// of its own, which the sandbox's does not follow.
const TOKEN_END: i64 = 4_102_444_800;

/// The token that the metadata service gives a user of a Platform cluster: a JWT whose signature is
/// a number made from it and the password.
pub(crate) fn metadata_token(name: &str, password: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!(
        "{}.{}",
        part(json!({ "alg": "RS256", "typ": "JWT" })),
        part(json!({ "iss": "Confluent", "sub": name, "azp": name, "exp": TOKEN_END }))
    );
    let mut signature = Random(stable_number(&format!("{signed}\u{0}{password}")));
    let bytes: Vec<u8> = (0..32)
        .flat_map(|_| signature.next().to_be_bytes())
        .collect();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Who calls a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Someone with a role.
    Role(Role),
    /// Someone about whom ACLs decide.
    Principal(String),
}

impl Caller {
    fn of(role: Role, principal: Option<&String>) -> Caller {
        principal.map_or(Caller::Role(role), |name| Caller::Principal(name.clone()))
    }
}

/// The caller, as a cluster knows them.
pub(crate) fn caller(cluster: &Cluster, header: Option<&str>) -> Result<Caller, ApiError> {
    let Some(auth) = &cluster.rest_auth else {
        return Ok(Caller::Role(Role::Admin));
    };
    if header.is_none() {
        return Err(ApiError::new(401, 401, "Unauthorized"));
    }
    let by_password = basic(header).and_then(|(name, password)| {
        auth.basic
            .iter()
            .find(|known| known.username == name && known.password == password)
            .map(|known| Caller::of(known.role, known.principal.as_ref()))
    });
    let by_token = || {
        let token = scheme(header?, "bearer")?;
        let known = auth
            .bearer
            .iter()
            .find(|known| known.token == token)
            .map(|known| Caller::of(known.role, known.principal.as_ref()));
        known.or_else(|| {
            let issued = cluster.kind == ClusterKind::ConfluentPlatform;
            auth.basic
                .iter()
                .find(|user| issued && metadata_token(&user.username, &user.password) == token)
                .map(|user| Caller::of(user.role, user.principal.as_ref()))
        })
    };
    by_password
        .or_else(by_token)
        .ok_or_else(|| ApiError::new(401, 40101, "Authentication failed"))
}

/// Refuses a role that may not do what a route does.
pub(crate) fn allow(role: Role, needs: Needs) -> Result<(), ApiError> {
    let enough = match role {
        Role::Admin => true,
        Role::Operator => needs != Needs::Administer,
        Role::Reader => needs == Needs::Describe,
        Role::Nobody => false,
    };
    if enough {
        Ok(())
    } else {
        Err(ApiError::forbidden())
    }
}

/// `GET /security/1.0/authenticate` of the metadata service: a token for a user of any Platform
/// cluster that the address serves.
pub(crate) fn authenticate(
    state: &State,
    only: Option<&str>,
    header: Option<&str>,
) -> Result<String, ApiError> {
    let unauthorized = || ApiError::new(401, 40101, "Authentication failed");
    let (name, password) = basic(header).ok_or_else(unauthorized)?;
    let known = state
        .clusters
        .values()
        .filter(|cluster| cluster.kind == ClusterKind::ConfluentPlatform)
        .filter(|cluster| only.is_none_or(|only| cluster.id == only))
        .filter_map(|cluster| cluster.rest_auth.as_ref())
        .flat_map(|auth| &auth.basic)
        .any(|user| user.username == name && user.password == password);
    if known {
        Ok(metadata_token(&name, &password))
    } else {
        Err(unauthorized())
    }
}

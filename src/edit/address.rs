//! Addresses as people name them → paths of the spec: [`site_of`].

use super::codes;
use super::path::Path;
use super::typed;
use crate::address::{Address, HalfAddress};
use crate::catalog::filters::{NamePattern, PatternType};
use crate::diagnostic::Diagnostic;
use crate::spec::{self, LinkObject, Mode, Role, Spec};

/// An address that the spec does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved(pub Box<Diagnostic>);

/// Where a key of an address is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The whole path.
    pub path: Path,
    /// The entry of the mirror topic or topic, where only a pattern governs it: it needs an entry of its own, which
    /// begins as a copy of the pattern's.
    pub governed: Option<Governed>,
}

/// An entry that a pattern governs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Governed {
    /// The entry to be made.
    pub entry: Path,
    /// The pattern's own.
    pub pattern: Path,
}

/// Where `key` of `address` is written: an address as findings print it, `CLUSTER`, `CLUSTER/LINK` or
/// `CLUSTER/LINK/TOPIC`, or as environments write it.
///
/// # Errors
/// When the spec does not declare it.
pub fn site_of(spec: &Spec, address: &str, key: &Path) -> Result<Site, Unresolved> {
    let is_path = !address.contains('/') && (address.contains('.') || is_section(address));
    if is_path {
        let path = Path::parse(address).map_err(|what| wrong(address, &what))?;
        return of_path(spec, address, path.join(key));
    }
    match Address::parse(address) {
        None => Err(wrong(
            address,
            "expected CLUSTER, CLUSTER/LINK, CLUSTER/LINK/TOPIC or keys",
        )),
        Some(Address::Cluster(cluster)) => {
            let path = Path::of(["clusters", cluster.as_str()]).join(key);
            of_path(spec, address, path)
        }
        Some(Address::Half(half)) => {
            let (_, object) = object_of(spec, &half, address)?;
            Ok(Site {
                path: key_of(&object, &half, key),
                governed: None,
            })
        }
        Some(Address::Mirror(half, topic)) => {
            let (_, object) = object_of(spec, &half, address)?;
            mirror(&object, &half, topic.as_str(), key, address)
        }
    }
}

fn is_section(word: &str) -> bool {
    ["policy", "links", "clusters", "variables"].contains(&word)
}

fn wrong(address: &str, what: &str) -> Unresolved {
    let problem = Diagnostic::error(
        codes::NOT_THERE,
        format!("the spec has no `{address}`: {what}"),
    )
    .why("only what the spec declares can be changed")
    .help(
        "write an address as findings print it, such as west/orders-dr/payments, or its keys, such as \
         links.orders-dr.mirrors.\"orders.placed\"",
    );
    Unresolved(Box::new(problem))
}

/// A path whose link or cluster is declared.
fn of_path(spec: &Spec, address: &str, path: Path) -> Result<Site, Unresolved> {
    let is_declared = match path.0.as_slice() {
        [section, name, ..] if section == "links" => spec.links.declares(name),
        [section, name, ..] if section == "clusters" => spec.clusters.declares(name),
        [section, _, ..] => {
            ["policy", "variables"].contains(&section.as_str()) || section.starts_with("x-")
        }
        _ => false,
    };
    match is_declared {
        true => Ok(Site {
            path,
            governed: None,
        }),
        false => {
            let start = Path::of(path.0.iter().take(2).cloned());
            Err(wrong(address, &format!("`{start}` is not declared")))
        }
    }
}

/// The link object of an address, with the key of its link.
fn object_of<'a>(
    spec: &'a Spec,
    half: &HalfAddress,
    address: &str,
) -> Result<(&'a str, LinkObject<'a>), Unresolved> {
    let links = spec.links.iter();
    let objects = links.flat_map(|(key, link)| spec::link_objects(key, link));
    let is_it = |object: &LinkObject<'_>| {
        object.holder_name() == Some(half.cluster.as_str())
            && object.name.as_str() == half.link.as_str()
    };
    let mut found = objects.filter(is_it);
    match found.next() {
        Some(object) => Ok((object.key.as_str(), object)),
        None => Err(wrong(
            address,
            &format!(
                "no link is declared that has `{}` on `{}`",
                half.link, half.cluster
            ),
        )),
    }
}

/// Where a key of a link object is: at its half, if halves have such a key, or at the link.
pub(super) fn key_of(object: &LinkObject<'_>, half: &HalfAddress, key: &Path) -> Path {
    let link = Path::of(["links", object.key.as_str()]);
    let own = link.key("halves").key(half.cluster.as_str()).join(key);
    let has_halves = match object.link.mode() {
        Mode::Bidirectional => true,
        Mode::SourceInitiated => object.role == Role::OutboundSource,
        Mode::DestinationInitiated => false,
    };
    match has_halves && typed::is_field(&own) {
        true => own,
        false => link.join(key),
    }
}

fn mirror(
    object: &LinkObject<'_>,
    half: &HalfAddress,
    topic: &str,
    key: &Path,
    address: &str,
) -> Result<Site, Unresolved> {
    let prefix = object.prefix();
    let source = topic
        .strip_prefix(prefix)
        .filter(|source| !source.is_empty());
    let source = source.ok_or_else(|| {
        wrong(
            address,
            &format!("mirror topics of the link begin with `{prefix}`"),
        )
    })?;
    let link = Path::of(["links", object.key.as_str()]);
    let topics = &object.link.topics;
    let (section, names): (Path, Vec<&str>) = match topics.is_empty() {
        true => {
            let names = object.settings.mirrors.names();
            let section = key_of(object, half, &Path::of(["mirrors"]));
            (section, names.map(|name| name.as_str()).collect())
        }
        false => (
            link.key("topics"),
            topics.names().map(|name| name.as_str()).collect(),
        ),
    };
    let entry = section.key(source);
    let path = entry.join(key);
    if names.contains(&source) {
        return Ok(Site {
            path,
            governed: None,
        });
    }
    match governing(&names, source) {
        Some(pattern) => Ok(Site {
            path,
            governed: Some(Governed {
                pattern: section.key(pattern),
                entry,
            }),
        }),
        None => Err(wrong(
            address,
            &format!("`{entry}` is not declared, and no pattern covers it"),
        )),
    }
}

/// The pattern that governs a topic: the longest that matches it.
pub(super) fn governing<'a>(names: &[&'a str], source: &str) -> Option<&'a str> {
    let pattern = |name: &str| -> Option<NamePattern> {
        let pattern = spec::parse_pattern(name).ok()?;
        let is_star = pattern.pattern_type == PatternType::Prefixed || name == "*";
        (is_star && pattern.matches(source)).then_some(pattern)
    };
    let matching = names.iter().filter(|name| pattern(name).is_some());
    matching.max_by_key(|name| name.len()).copied()
}

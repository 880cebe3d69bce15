//! What an address names, and what it was meant to name if there is no such thing.

use super::super::codes;
use crate::address::{Address, HalfAddress};
use crate::catalog::nearest_of;
use crate::diagnostic::Diagnostic;
use crate::spec::{self, LinkObject, Spec};

/// The link objects that can have mirror topics.
fn objects(spec: &Spec) -> impl Iterator<Item = LinkObject<'_>> {
    let links = spec.links.iter();
    links
        .flat_map(|(key, link)| spec::link_objects(key, link))
        .filter(|object| object.role.holds_mirrors())
}

/// The address of a link object.
pub(super) fn half_of(object: &LinkObject<'_>) -> Option<HalfAddress> {
    Some(HalfAddress {
        cluster: object.holder_name()?.into(),
        link: object.name.as_str().into(),
    })
}

/// The link object with mirror topics that has an address.
pub(super) fn object<'a>(spec: &'a Spec, half: &HalfAddress) -> Option<LinkObject<'a>> {
    objects(spec).find(|object| half_of(object).as_ref() == Some(half))
}

/// Whether the spec says that a cluster is lost.
pub(super) fn is_lost(spec: &Spec, cluster: &str) -> bool {
    let cluster = spec.clusters.get(cluster);
    cluster.is_some_and(|cluster| cluster.lost.is_some())
}

/// Reads an address.
pub(super) fn address(spec: &Spec, text: &str) -> Result<Address, Box<Diagnostic>> {
    Address::parse(text).ok_or_else(|| {
        not_there(
            spec,
            text,
            "expected CLUSTER/LINK or CLUSTER/LINK/TOPIC".to_owned(),
        )
    })
}

/// A name alone, where the address of a link is expected.
pub(super) fn not_a_link(spec: &Spec, text: &str) -> Box<Diagnostic> {
    let what = match spec.clusters.declares(text) {
        true => "it is a cluster, and the link is not named",
        false => "expected CLUSTER/LINK or CLUSTER/LINK/TOPIC",
    };
    let mut problem = not_there(spec, text, what.to_owned());
    let topics = of_topic(spec, text);
    if !topics.is_empty() {
        problem.help = did_you_mean(&topics);
    }
    problem
}

/// The addresses of a mirror topic whose name alone is known.
fn of_topic(spec: &Spec, name: &str) -> Vec<String> {
    let has_mirror = |object: &LinkObject<'_>| match object.link.topics.get(name) {
        Some(topic) => object.holder_name() != Some(topic.primary.as_str()),
        None => {
            let source = name.strip_prefix(object.prefix());
            source.is_some_and(|source| object.settings.mirrors.declares(source))
        }
    };
    objects(spec)
        .filter(has_mirror)
        .filter_map(|object| Some(format!("{}/{name}", half_of(&object)?)))
        .collect()
}

fn did_you_mean(addresses: &[String]) -> String {
    let shown = addresses.iter().take(MAX_NEAR);
    let shown: Vec<String> = shown.map(|it| format!("`{it}`")).collect();
    format!("did you mean {}?", shown.join(" or "))
}

/// At most this many addresses are suggested.
const MAX_NEAR: usize = 5;

/// The link object that an address names.
pub(super) fn declared<'a>(
    spec: &'a Spec,
    half: &HalfAddress,
    text: &str,
) -> Result<LinkObject<'a>, Box<Diagnostic>> {
    if let Some(object) = object(spec, half) {
        return Ok(object);
    }
    let mut retired = spec.retired.iter();
    let is_it = |it: &&spec::Retired| {
        it.link.as_str() == half.link.as_str() && it.cluster.as_str() == half.cluster.as_str()
    };
    if let Some(retired) = retired.find(is_it) {
        let problem = Diagnostic::error(codes::UNFIT, format!("`{half}` is listed under `retired`"))
            .at(&retired.place, "listed here")
            .why("what becomes of the mirror topics of a link that is to be deleted is said there")
            .help("write `mirrors: promote` or `mirrors: failover` in this entry, and run `linkwright plan`");
        return Err(Box::new(problem));
    }
    let mut objects = objects(spec);
    let is_source = |object: &LinkObject<'_>| {
        object.name.as_str() == half.link.as_str()
            && object.peer_name() == Some(half.cluster.as_str())
    };
    let what = match objects.find(is_source).and_then(|object| half_of(&object)) {
        Some(other) => format!("the mirror topics of this link are on `{}`", other.cluster),
        None => format!(
            "no link is declared that has `{}` on `{}`",
            half.link, half.cluster
        ),
    };
    Err(not_there(spec, text, what))
}

/// Nothing in the spec has this address; what is near it is named.
fn not_there(spec: &Spec, text: &str, what: String) -> Box<Diagnostic> {
    let text_of_half = text.trim_end_matches('/');
    let rest = text_of_half.splitn(3, '/').nth(2);
    let halves: Vec<String> = objects(spec)
        .filter_map(|object| half_of(&object).map(|half| half.to_string()))
        .collect();
    let half = match rest {
        Some(rest) => &text_of_half[..text_of_half.len() - rest.len() - 1],
        None => text_of_half,
    };
    // The same link on its other cluster, the links of a cluster, or a link whose cluster is missing.
    let (first, last) = half.split_once('/').unwrap_or((half, half));
    let of_name = |it: &&String| {
        it.split_once('/')
            .is_some_and(|(cluster, link)| link == last || cluster == first)
    };
    let mut near: Vec<String> = halves.iter().filter(of_name).cloned().collect();
    let same_link = |it: &String| it.split_once('/').is_some_and(|(_, link)| link == last);
    if near.iter().any(same_link) {
        near.retain(same_link);
    }
    if near.iter().any(|it| it == half) {
        near.retain(|it| it == half);
    }
    if near.is_empty() {
        let nearest = nearest_of(half, halves.iter().map(String::as_str));
        near.extend(nearest.map(str::to_owned));
    }
    if let Some(rest) = rest {
        near = near.iter().map(|half| format!("{half}/{rest}")).collect();
    }
    let help = match near.is_empty() {
        false => did_you_mean(&near),
        true => "write an address as `linkwright status` prints it: CLUSTER/LINK for all mirror topics of a \
                 link, or CLUSTER/LINK/TOPIC"
            .to_owned(),
    };
    Box::new(
        Diagnostic::error(
            codes::NOT_THERE,
            format!("the spec has no `{text}`: {what}"),
        )
        .why("only what the spec declares can be changed")
        .help(help),
    )
}

/// A topic that no key covers.
pub(super) fn no_topic<'a>(
    text: &str,
    half: &HalfAddress,
    topic: &str,
    known: impl Iterator<Item = &'a str>,
) -> Box<Diagnostic> {
    let summary = format!("the spec has no `{text}`: no key covers the topic `{topic}`");
    let help = match nearest_of(topic, known) {
        Some(near) => format!("did you mean `{half}/{near}`?"),
        None => format!(
            "to see what there is, run `linkwright status --mirrors`; a mirror topic that the spec does not \
             declare is declared first: `linkwright accept {text}`"
        ),
    };
    Box::new(
        Diagnostic::error(codes::NOT_THERE, summary)
            .why("only what the spec declares can be changed")
            .help(help),
    )
}

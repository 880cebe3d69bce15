//! Names on the command line that the spec must contain: a misspelt name must not result in "no changes".

use super::Failure;
use super::args::Planning;
use super::exit::Exit;
use crate::address::Address;
use crate::catalog::nearest_of;
use crate::desired::Desired;
use crate::plan;

/// Checks the names in `--target` and `--rotate`; all wrong names are reported at once.
pub(super) fn check(planning: &Planning, desired: &Desired) -> Result<(), Failure> {
    let halves: Vec<String> = desired
        .halves()
        .map(|(_, half)| half.address.to_string())
        .chain(desired.retired.iter().map(|it| it.address.to_string()))
        .collect();
    let links: Vec<&str> = desired
        .halves()
        .map(|(_, half)| half.address.link.as_str())
        .collect();
    let mut wrong = Vec::new();
    for target in &planning.target {
        let cluster = target.cluster().as_str();
        if !desired.clusters.contains_key(cluster) {
            let known = desired.clusters.keys().map(|name| name.as_str());
            let mut words = unknown("--target", target, "cluster", cluster, known);
            // A link without its cluster is the usual slip.
            if !words.ends_with('?')
                && let Some(meant) = plan::meant(target, desired)
            {
                words.push_str(&format!("; did you mean `{meant}`?"));
            }
            wrong.push(words);
        } else if let Address::Half(half) | Address::Mirror(half, _) = target
            && !halves.contains(&half.to_string())
        {
            let known = halves.iter().map(String::as_str);
            wrong.push(unknown(
                "--target",
                target,
                "link",
                &half.to_string(),
                known,
            ));
        }
    }
    for link in &planning.rotate {
        if !links.contains(&link.as_str()) {
            let known = links.iter().copied();
            wrong.push(unknown("--rotate", link, "link", link, known));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(Exit::Usage, wrong.join("\n"))),
    }
}

fn unknown<'a>(
    option: &str,
    given: &dyn std::fmt::Display,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> String {
    let mut words = format!("{option} {given}: no {what} named `{name}` in the spec");
    if let Some(near) = nearest_of(name, known) {
        words.push_str(&format!("; did you mean `{near}`?"));
    }
    words
}

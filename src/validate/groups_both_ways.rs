//! LW089: the same consumer groups synced both ways.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use std::collections::BTreeMap;

use super::view::{meeting_includes, take_at_most};
use crate::catalog::filters::NamePattern;
use crate::spec::{Filter, LinkObject, Pattern, parse_pattern};

pub(super) const RULE: Rule = Rule {
    code: Code("LW089"),
    severity: Severity::Warning,
    title: "the same consumer groups synced both ways",
    why: "each direction overwrites the other one's offsets, so a group may jump back or \
          ahead; offsets of a group flow from where it consumes. A bidirectional link copies \
          the commits on either end of a mirror to the other end, with a prefix too",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east:
        prefix: west.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"billing*\"] } }
      west:
        prefix: east.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"*\"] } }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east:
        prefix: west.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"east-billing*\"] } }
      west:
        prefix: east.
        credentials: *credentials
        consumer_offset_sync: { groups: { include: [\"west-billing*\"] } }
",
    check,
};

/// A site that syncs offsets, and of which groups.
type Syncing<'c, 'a> = (&'c LinkObject<'a>, &'a Filter);

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let syncs = check.hosts().filter_map(|site| {
        let sync = site.settings.consumer_offset_sync.as_ref()?;
        let prefixed = sync.prefix_groups.as_ref().is_some_and(|on| on.value);
        let groups = sync.groups.as_ref().filter(|_| sync.is_on() && !prefixed)?;
        Some((site.holder_name()?, site.peer_name()?, (site, groups)))
    });
    let mut back: BTreeMap<(&str, &str), Vec<Syncing<'_, '_>>> = BTreeMap::new();
    for (holder, peer, (site, groups)) in syncs {
        let others = back.get(&(peer, holder)).map_or(&[][..], Vec::as_slice);
        let met = take_at_most(others, MAX_OPPOSITE)
            .iter()
            .filter(|(other, _)| write_the_same_topics(other, site))
            .find_map(|(other, filter)| {
                let is_pair = other.key == site.key;
                meeting_includes(filter, groups, |a, b| !is_pair || write_the_same_ends(a, b))
            });
        if let Some((a, b)) = met {
            problems.push(
                RULE.report(
                    &b.0.place,
                    format!("groups are synced from `{peer}` to `{holder}` and back"),
                    "this way",
                )
                .at(&a.0.place, "and that way")
                .help("let each direction sync its own groups"),
            );
        }
        back.entry((holder, peer)).or_default().push((site, groups));
    }
}

/// A link is compared with this many others in the opposite direction.
const MAX_OPPOSITE: usize = 64;

/// Whether two includes of a pair's halves write offsets at both ends of one mirror: one half those of
/// its own mirror topics, and the other half those of the mirror topics' sources. Without topic types
/// each does both, as far as is known.
fn write_the_same_ends(a: &Pattern, b: &Pattern) -> bool {
    let writes = |pattern: &Pattern, word: &str| {
        let types = &pattern.1.topic_types;
        types.is_empty() || types.0.iter().any(|it| it.eq_ignore_ascii_case(word))
    };
    let meet = |one, other| writes(one, "LOCAL_MIRROR") && writes(other, "REMOTE_MIRROR");
    meet(a, b) || meet(b, a)
}

/// Whether both may write offsets of one topic. The halves of a bidirectional link do: each commit
/// on either end of a mirror is copied to the other end. Two links write of the topics that they
/// mirror only, so they meet where neither has a prefix and both may mirror a topic of one name.
fn write_the_same_topics(a: &LinkObject<'_>, b: &LinkObject<'_>) -> bool {
    if a.key == b.key {
        return true;
    }
    a.prefix().is_empty() && b.prefix().is_empty() && may_mirror_the_same(a, b)
}

fn may_mirror_the_same(a: &LinkObject<'_>, b: &LinkObject<'_>) -> bool {
    let (a, b) = (topics(a), topics(b));
    // Where a link names no topics, the spec does not know which mirrors it has.
    a.is_empty()
        || b.is_empty()
        || take_at_most(&a, MAX_TOPICS).iter().any(|(one, not_one)| {
            take_at_most(&b, MAX_TOPICS).iter().any(|(two, not_two)| {
                let narrow = if one.covers(two) { two } else { one };
                let mut excluded = not_one.iter().chain(not_two.iter());
                one.overlaps(two) && !excluded.any(|pattern| pattern.0.value.covers(narrow))
            })
        })
}

/// As many topics and patterns of two links are compared with one another.
const MAX_TOPICS: usize = 200;

/// The source topics that a link names, by key or filter, each with what its filter excludes.
fn topics<'a>(site: &LinkObject<'a>) -> Vec<(NamePattern, &'a [Pattern])> {
    let keys = site.settings.mirrors.names();
    let keys = keys.filter_map(|key| Some((parse_pattern(key).ok()?, &[][..])));
    let filter = site.auto_create();
    let included = filter.into_iter().flat_map(|filter| {
        let include = filter.include.iter();
        include.map(|include| (include.0.value.clone(), filter.exclude.as_slice()))
    });
    keys.chain(included).collect()
}

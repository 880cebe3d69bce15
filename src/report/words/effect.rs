//! What an operation brings along, in words: [`EffectWords`].

use crate::catalog::names;
use std::fmt::Display;

use super::cause::cut_range;
use super::configs::{Shown, shown};
use super::loss::{how_known, loses};
use super::number::{moment, number, plural, quantity};
use crate::address::ClusterName;
use crate::diff::{Cut, Effect, Feature, Names, OffsetMove, PartitionCut};
use crate::live::{AclFact, Unread};

/// How much attention an effect asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Plain,
    /// Something stops, or is not known.
    Caution,
    /// Something is lost, or it is irreversible.
    Danger,
}

impl Weight {
    /// What is before an effect where signs and colours cannot be seen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "effect: ",
            Self::Caution => "caution: ",
            Self::Danger => "danger: ",
        }
    }
}

/// What the names of an effect are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listing {
    /// Names of topics or groups: they fit into a sentence.
    Names,
    /// Phrases, such as ACLs: each needs a line.
    Phrases,
}

/// An effect in words. It reads `{text}: {names}; {note}`; names and note may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectWords {
    /// The stable word for machines.
    pub code: &'static str,
    /// What happens, with the count where names follow.
    pub text: String,
    /// To what, in full.
    pub names: Vec<String>,
    /// What the names are.
    pub listing: Listing,
    /// What else to know.
    pub note: String,
    /// How much attention it asks for.
    pub weight: Weight,
}

/// The words for an effect.
#[must_use]
pub fn effect(effect: &Effect) -> EffectWords {
    let words = |code, weight, text: String, names: Vec<String>, note: &str| EffectWords {
        code,
        text,
        names,
        listing: match code {
            "clears-filters" | "offsets-set-back" | "offsets-set-forward" | "cuts" => {
                Listing::Phrases
            }
            _ => Listing::Names,
        },
        note: note.to_owned(),
        weight,
    };
    match effect {
        Effect::ClearsFilters { feature, filters } => words(
            "clears-filters",
            Weight::Caution,
            format!("the server clears the filters of {}", feature.section()),
            filter_entries(*feature, filters),
            "to turn it on again, write the filters again",
        ),
        Effect::StopsFeature(feature) => words(
            "stops-feature",
            Weight::Caution,
            format!("{} stops", feature.section()),
            Vec::new(),
            "",
        ),
        Effect::WillMirror(names) => listed(
            "will-mirror",
            Weight::Plain,
            names,
            |n| format!("{} will get a mirror topic", quantity(n, "source topic")),
            "could not determine which source topics will get a mirror topic",
            "",
        ),
        Effect::NoLongerSelected(names) => listed(
            "no-longer-selected",
            Weight::Caution,
            names,
            |n| format!("{} no longer selected", are(n, "source topic")),
            "could not determine which source topics are no longer selected",
            "their mirror topics stay on the link and keep mirroring",
        ),
        Effect::Collides(names) => listed(
            "collides",
            Weight::Caution,
            names,
            |n| {
                format!(
                    "{} selected and cannot be mirrored: another topic has the mirror topic's name",
                    are(n, "source topic")
                )
            },
            "could not determine which source topics cannot be mirrored",
            "",
        ),
        Effect::GroupsEnter(names) => listed(
            "groups-enter",
            Weight::Plain,
            names,
            |n| {
                format!(
                    "offsets of {} will be copied",
                    quantity(n, "consumer group")
                )
            },
            "could not determine for which consumer groups offsets will be copied",
            "",
        ),
        Effect::GroupsLeave(names) => listed(
            "groups-leave",
            Weight::Caution,
            names,
            |n| {
                format!(
                    "offsets of {} are no longer copied",
                    quantity(n, "consumer group")
                )
            },
            "could not determine for which consumer groups offsets are no longer copied",
            "offsets that were copied stay",
        ),
        Effect::GroupsInUse(names) => listed(
            "groups-in-use",
            Weight::Caution,
            names,
            |n| format!("{} active on this cluster", are(n, "synced consumer group")),
            "could not determine which consumer groups are active on this cluster",
            "the server does not write their offsets until they stop (CONSUMER_GROUP_IN_USE_ERROR)",
        ),
        Effect::OffsetsSetBack(moves) => words(
            "offsets-set-back",
            Weight::Caution,
            format!("sets {} back", quantity(groups(moves), "consumer group")),
            moves.iter().map(offset_move).collect(),
            "consumers that start here would read messages again",
        ),
        Effect::OffsetsSetForward(moves) => words(
            "offsets-set-forward",
            Weight::Plain,
            format!(
                "sets {} forward to what the source's groups have committed",
                quantity(groups(moves), "consumer group")
            ),
            moves.iter().map(offset_move).collect(),
            "",
        ),
        Effect::OffsetsNotCompared(it) => listed(
            "offsets-not-compared",
            Weight::Caution,
            &it.groups,
            |n| {
                format!(
                    "overwrites offsets of {} on this cluster; offsets not compared",
                    quantity(n, "consumer group")
                )
            },
            "may overwrite offsets of consumer groups on this cluster; offsets not compared",
            &it.why.as_ref().map_or_else(
                || "they may be set back; more than 50 groups are not compared".to_owned(),
                |why| format!("they may be set back; {why}"),
            ),
        ),
        Effect::AclsCopied(names) => acls(
            "acls-copied",
            Weight::Plain,
            names,
            |n| format!("ACL sync copies {} to the destination", quantity(n, "ACL")),
            "could not determine which ACLs ACL sync copies to the destination",
            "",
        ),
        Effect::AclsDeleted(names) => acls(
            "acls-deleted",
            Weight::Danger,
            names,
            |n| {
                format!(
                    "ACL sync deletes {} from the destination",
                    quantity(n, "ACL")
                )
            },
            "could not determine which ACLs ACL sync deletes from the destination",
            "they match the filters and are not on the source",
        ),
        Effect::HeldUpBy(names) => listed(
            "held-up-by",
            Weight::Caution,
            names,
            |n| {
                format!(
                    "may wait until {} on this cluster {} consuming",
                    quantity(n, "consumer group"),
                    if n == 1 { "stops" } else { "stop" }
                )
            },
            "could not determine whether active consumer groups delay it",
            "the server does not write synced offsets for a group with active consumers; stop the consumers, or turn `consumer_offset_sync` off in the same change",
        ),
        Effect::ErasesHistory {
            mirrors,
            ends_restore,
        } => words(
            "erases-history",
            Weight::Danger,
            if mirrors.is_empty() {
                "the link is deleted for good; it has no mirror topics".to_owned()
            } else {
                format!(
                    "erases the link's history of {}",
                    quantity(mirrors.len(), "stopped mirror topic")
                )
            },
            mirrors.iter().map(ToString::to_string).collect(),
            match (mirrors.is_empty(), ends_restore) {
                (false, false) => "the topics stay; the archive keeps their last offsets",
                (false, true) => {
                    "the topics stay; the archive keeps their last offsets; restoring the other \
                     cluster's topics from them is then no longer possible"
                }
                (true, false) => "",
                (true, true) => "restoring topics of it is then no longer possible",
            },
        ),
        Effect::BecomesWritable => words(
            "becomes-writable",
            Weight::Danger,
            "becomes an ordinary writable topic and no longer follows its source".to_owned(),
            Vec::new(),
            "it never becomes a mirror again without being deleted",
        ),
        Effect::TurnsWritable(at) => words(
            "turns-writable",
            Weight::Plain,
            format!("becomes writable on {at}"),
            Vec::new(),
            "",
        ),
        Effect::TurnsReadOnly(at) => words(
            "turns-read-only",
            Weight::Caution,
            format!("becomes read-only on {at}"),
            Vec::new(),
            "stop its producers and consumers there first",
        ),
        Effect::Cuts { at, cut } => {
            let (text, names, note) = cut_words(at, cut);
            let weight = match cut.is_nothing() {
                true => Weight::Plain,
                false => Weight::Danger,
            };
            words("cuts", weight, text, names, note)
        }
        Effect::CutByRestore { at, is_cut } => words(
            "cut-by-restore",
            Weight::Caution,
            match is_cut {
                true => format!("is already cut on {at}: it was being restored"),
                false => format!("may already be cut on {at}: it is being restored"),
            },
            Vec::new(),
            "records that only this cluster had are gone, and what was not copied since is missing too",
        ),
        Effect::CutsSourceOf(mirrors) => words(
            "cuts-source-of",
            Weight::Danger,
            format!(
                "cuts the source of {} of other links",
                quantity(mirrors.len(), "mirror topic")
            ),
            mirrors.iter().map(ToString::to_string).collect(),
            "if records are cut that they have copied, they fail with UNEXPECTED_TRUNCATION and \
             must be created again",
        ),
        Effect::StaysSourceOf(mirrors) => words(
            "stays-source-of",
            Weight::Plain,
            format!(
                "stays the source of {} of other links",
                quantity(mirrors.len(), "mirror topic")
            ),
            mirrors.iter().map(ToString::to_string).collect(),
            "",
        ),
        Effect::Loses {
            loss,
            as_of_ms,
            stale,
        } => EffectWords {
            code: "loses",
            text: loses(loss, *stale),
            names: Vec::new(),
            listing: Listing::Names,
            note: match (*stale, as_of_ms.map(moment)) {
                (true, Some(time)) if loss.least > 0 => format!(
                    "the lag has not been updated since {time}; what the source received later is not counted"
                ),
                (true, Some(time)) => format!("the lag has not been updated since {time}"),
                (true, None) => "the lag is no longer updated".to_owned(),
                (false, _) => how_known(loss),
            },
            weight: Weight::Danger,
        },
    }
}

/// What restoring several topics deletes, by topic and partition; none where none is restored.
#[must_use]
pub fn cut_together(cuts: &[(&ClusterName, String, &Cut)]) -> Option<EffectWords> {
    let (at, _, first) = cuts.first()?;
    let of_one = |cut: &Cut| {
        effect(&Effect::Cuts {
            at: (*at).clone(),
            cut: cut.clone(),
        })
    };
    if cuts.iter().all(|(.., cut)| cut == first) && first.records().is_none_or(|it| it == 0) {
        return Some(of_one(first));
    }
    let known: Vec<PartitionCut> = (cuts.iter())
        .flat_map(|(.., cut)| match cut {
            Cut::Previewed(parts) => parts.as_slice(),
            Cut::NotPreviewed | Cut::NoFigures => &[],
        })
        .copied()
        .collect();
    let mut words = of_one(&Cut::Previewed(known));
    let is_cut = |(.., cut): &&(_, _, &Cut)| cut.records() != Some(0);
    let count = cuts.iter().filter(is_cut).count();
    words.text = format!("{}, in {}", words.text, quantity(count, "topic"));
    words.names = (cuts.iter())
        .flat_map(|(_, topic, cut)| match cut {
            Cut::NotPreviewed => vec![format!("{topic}: not previewed")],
            Cut::NoFigures => vec![format!("{topic}: the server gives no figures")],
            Cut::Previewed(parts) => {
                let parts = parts.iter().filter(|it| it.records > 0);
                parts
                    .map(|it| format!("{topic}, {}", cut_range(it)))
                    .collect()
            }
        })
        .collect();
    Some(words)
}

/// What a restore deletes: the sentence, the offsets by partition, and what else to know.
fn cut_words(at: &ClusterName, cut: &Cut) -> (String, Vec<String>, &'static str) {
    let save = "they were not copied: save them first if they are needed";
    match cut {
        Cut::NotPreviewed => (
            format!("cut not previewed: deletes the records on {at} that were not copied"),
            Vec::new(),
            "to see how many: `plan --rehearse --allow direction,data-loss`; apply asks right before it acts",
        ),
        Cut::NoFigures => (
            format!("cut unknown: deletes the records on {at} that were not copied"),
            Vec::new(),
            "the server was asked how many, and gives no usable figures",
        ),
        Cut::Previewed(_) if cut.is_nothing() => (
            format!("deletes no records on {at}, as the server previewed it"),
            Vec::new(),
            "",
        ),
        Cut::Previewed(partitions) => {
            let cuts = partitions.iter().filter(|it| it.records > 0);
            let names = cuts.map(cut_range);
            let records = cut.records().unwrap_or_default();
            let count = usize::try_from(records).unwrap_or(usize::MAX);
            let records = format!("{} {}", number(records), plural(count, "record"));
            (format!("deletes {records} on {at}"), names.collect(), save)
        }
    }
}

/// How many groups these offsets are of.
fn groups(moves: &[OffsetMove]) -> usize {
    let groups: std::collections::BTreeSet<_> = moves.iter().map(|it| &it.group).collect();
    groups.len()
}

/// `shop on orders, partition 0: from 500 to 100`.
fn offset_move(it: &OffsetMove) -> String {
    format!(
        "{} on {}, partition {}: from {} to {}",
        it.group,
        it.topic,
        it.partition,
        number(u64::try_from(it.from).unwrap_or_default()),
        number(u64::try_from(it.to).unwrap_or_default())
    )
}

fn are(n: usize, noun: &str) -> String {
    format!(
        "{} {}",
        quantity(n, noun),
        if n == 1 { "is" } else { "are" }
    )
}

fn listed<T: Display>(
    code: &'static str,
    weight: Weight,
    names: &Names<T>,
    text: impl Fn(usize) -> String,
    unknown: &str,
    note: &str,
) -> EffectWords {
    of_names(
        code,
        weight,
        names,
        (Listing::Names, &ToString::to_string),
        text,
        unknown,
        note,
    )
}

fn acls(
    code: &'static str,
    weight: Weight,
    names: &Names<AclFact>,
    text: impl Fn(usize) -> String,
    unknown: &str,
    note: &str,
) -> EffectWords {
    of_names(
        code,
        weight,
        names,
        (Listing::Phrases, &acl),
        text,
        unknown,
        note,
    )
}

fn of_names<T>(
    code: &'static str,
    weight: Weight,
    names: &Names<T>,
    (listing, name): (Listing, &dyn Fn(&T) -> String),
    text: impl Fn(usize) -> String,
    unknown: &str,
    note: &str,
) -> EffectWords {
    match names {
        Names::Known(names) => EffectWords {
            code,
            text: text(names.len()),
            names: names.iter().map(name).collect(),
            listing,
            note: note.to_owned(),
            weight,
        },
        Names::Unknown(why) => EffectWords {
            code,
            text: unknown.to_owned(),
            names: Vec::new(),
            listing,
            note: unread(why.as_deref()),
            weight: weight.max(Weight::Caution),
        },
    }
}

fn unread(why: Option<&Unread>) -> String {
    why.map_or_else(|| "it was not read".to_owned(), ToString::to_string)
}

/// An ACL in words: `ALLOW READ on TOPIC orders (LITERAL) for User:sa-1`.
fn acl(acl: &AclFact) -> String {
    let host = match acl.host.as_str() {
        "*" => String::new(),
        host => format!(" from host {host}"),
    };
    format!(
        "{} {} on {} {} ({}) for {}{host}",
        acl.permission,
        acl.operation,
        acl.resource_type,
        acl.resource_name,
        acl.pattern_type,
        acl.principal
    )
}

fn filter_entries(feature: Feature, filters: &str) -> Vec<String> {
    let config = match feature {
        Feature::AclSync => names::ACL_FILTERS,
        Feature::AutoCreateMirrors => names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
        Feature::ConsumerOffsetSync => names::CONSUMER_OFFSET_GROUP_FILTERS,
    };
    match shown(config, filters) {
        Shown::Entries(entries) => entries,
        Shown::Text(text) => vec![text],
    }
}

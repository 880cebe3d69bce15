//! What becomes of one deviation: the edits that declare it, or why it is not accepted ([`verdict`]).

use super::config::{self, Live};
use super::{World, codes, mirror};
use crate::address::{Address, HalfAddress, TopicName};
use crate::catalog;
use crate::desired::Half;
use crate::diagnostic::Diagnostic;
use crate::diff::switchover::{PairShown, SwitchoverFinding};
use crate::diff::{FindingKind, MirrorRefusal};
use crate::drift::{DriftClass, DriftFinding, DriftKind};
use crate::edit::{Edit, Path, Value};
use crate::live::MirrorFact;
use crate::live::switchover::PairPhase;

type Edits = Result<Vec<Edit>, Box<Diagnostic>>;

/// Whether a finding is a difference between what is live and the spec. How well something does is none, nor is what
/// is only worth knowing.
pub(super) fn is_deviation(finding: &DriftFinding, world: &World<'_>) -> bool {
    match (finding.class, &finding.kind) {
        (_, DriftKind::Found(FindingKind::Switchover(found))) => match &**found {
            SwitchoverFinding::FailedOver { pair, folded } => {
                *folded > 0 || is_turned(&finding.address, pair, world)
            }
            SwitchoverFinding::Unknown { .. } => true,
            SwitchoverFinding::Refused { .. } => true,
            SwitchoverFinding::NotReady { folded, .. } => *folded > 0,
        },
        (DriftClass::Health | DriftClass::Information, _) => false,
        _ => true,
    }
}

/// The edits that declare a deviation.
pub(super) fn verdict(finding: &DriftFinding, world: &World<'_>) -> Edits {
    let about = &finding.address;
    if let Some(expected) = &finding.expected {
        return Err(codes::expected(about, &expected.reason, expected.until));
    }
    if finding.class == DriftClass::Unknown {
        return Err(codes::unread(about));
    }
    match about {
        Address::Cluster(_) => Err(other(finding)),
        Address::Half(half) => of_half(finding, half, world),
        Address::Mirror(half, topic) => of_mirror(finding, half, topic, world),
    }
}

fn other(finding: &DriftFinding) -> Box<Diagnostic> {
    let summary = format!("{} is nothing that a spec declares", finding.code());
    codes::other(&finding.address, summary)
}

fn of_half(finding: &DriftFinding, half: &HalfAddress, world: &World<'_>) -> Edits {
    let about = &finding.address;
    match &finding.kind {
        DriftKind::LinkMissing | DriftKind::Found(FindingKind::LinkGone { .. }) => {
            without_link(about, half, world)
        }
        DriftKind::RetiredLinkExists { .. } => Err(codes::retired(about)),
        DriftKind::CredentialsDiffer(_) => Err(codes::credentials(about, "the secret")),
        DriftKind::Found(FindingKind::Immutable { .. }) => Err(codes::identity(about)),
        DriftKind::Found(FindingKind::UnmanagedLink { .. }) => Err(codes::unmanaged_link(about)),
        DriftKind::Found(FindingKind::Switchover(found)) => of_pair(about, found, world),
        DriftKind::ConfigDiffers(change) => of_config(
            finding,
            half,
            Live {
                name: &change.name,
                value: change.before.as_deref(),
                is_hidden: change.hidden,
            },
            world,
        ),
        DriftKind::Found(
            FindingKind::UndeclaredConfig { name, live } | FindingKind::FixedConfig { name, live },
        ) => of_config(
            finding,
            half,
            Live {
                name,
                value: live.as_deref(),
                is_hidden: live.is_none(),
            },
            world,
        ),
        _ => Err(other(finding)),
    }
}

fn of_config(
    finding: &DriftFinding,
    address: &HalfAddress,
    live: Live<'_>,
    world: &World<'_>,
) -> Edits {
    let Some((_, half)) = world.desired.half(address) else {
        return Err(other(finding));
    };
    let host = world.live.clusters.get(&address.cluster);
    let configs = host.and_then(|host| host.configs.get(&address.link)?.read());
    let is_on = |name: &str| {
        let value = configs.and_then(|configs| configs.get(name)?.value.as_deref());
        value.is_some_and(catalog::is_true)
    };
    config::edits(half, live, &is_on)
}

/// Whether a half that is declared does not exist.
fn is_missing(half: &HalfAddress, world: &World<'_>) -> bool {
    let about = Address::Half(half.clone());
    world.findings.iter().any(|finding| {
        finding.address == about
            && matches!(
                finding.kind,
                DriftKind::LinkMissing | DriftKind::Found(FindingKind::LinkGone { .. })
            )
    })
}

/// A link that is gone leaves the spec, unless it is protected or a half of it is still there.
fn without_link(about: &Address, address: &HalfAddress, world: &World<'_>) -> Edits {
    let Some((link, _)) = world.desired.half(address) else {
        return Err(codes::unmanaged_link(about));
    };
    if link.protect {
        return Err(codes::protected(about));
    }
    let there = link
        .halves
        .iter()
        .find(|half| !is_missing(&half.address, world));
    if let Some(half) = there {
        return Err(codes::one_half(about, &half.address));
    }
    if !world.is_named(about) {
        return Err(codes::never_seen(about));
    }
    let path = Path::of(["links", link.key.as_str()]);
    Ok(vec![Edit::remove(&path)])
}

/// The topics of a link that a pair turned get the active member as their primary.
fn of_pair(about: &Address, found: &SwitchoverFinding, world: &World<'_>) -> Edits {
    let pair = match found {
        SwitchoverFinding::FailedOver { pair, .. } => pair,
        SwitchoverFinding::NotReady { pair, .. } | SwitchoverFinding::Refused { pair, .. } => {
            return Err(codes::pair_not_ready(about, &pair.pair.phase.to_string()));
        }
        SwitchoverFinding::Unknown { .. } => return Err(codes::unread(about)),
    };
    if !matches!(
        pair.pair.phase,
        PairPhase::ReadyToFailover | PairPhase::ReadyToRestore
    ) {
        return Err(codes::pair_not_ready(about, &pair.pair.phase.to_string()));
    }
    let link = about.half().and_then(|half| world.desired.half(half));
    let (Some((link, _)), Some(active)) = (link, &pair.active) else {
        return Err(codes::mirrors_of_pair(about));
    };
    let Some(rules) = &link.topics else {
        return Err(codes::mirrors_of_pair(about));
    };
    let section = Path::of(["links", link.key.as_str(), "topics"]);
    let literal = rules.literal.iter();
    let literal = literal.map(|(name, declared)| (name.to_string(), declared));
    let patterns = rules.patterns.iter();
    let patterns = patterns.map(|(pattern, declared)| (pattern.to_string(), declared));
    let turned = literal
        .chain(patterns)
        .filter(|(_, declared)| declared.primary != *active);
    Ok(turned
        .map(|(key, _)| {
            let path = section.key(key).key("primary");
            Edit::set(&path, Value::text(active.as_str()))
        })
        .collect())
}

/// Whether a pair turned topics of a link away from where the spec says that they are written.
fn is_turned(about: &Address, pair: &PairShown, world: &World<'_>) -> bool {
    let link = about.half().and_then(|half| world.desired.half(half));
    let (Some((link, _)), Some(active)) = (link, &pair.active) else {
        return false;
    };
    link.topics.as_ref().is_some_and(|rules| {
        let patterns = rules.patterns.iter().map(|(_, declared)| declared);
        let mut all = rules.literal.values().chain(patterns);
        all.any(|declared| declared.primary != *active)
    })
}

fn of_mirror(
    finding: &DriftFinding,
    address: &HalfAddress,
    topic: &TopicName,
    world: &World<'_>,
) -> Edits {
    let about = &finding.address;
    let Some((link, half)) = world.desired.half(address) else {
        return Err(other(finding));
    };
    if is_missing(address, world) {
        let of_link = Address::Half(address.clone());
        return match world.is_taken(&of_link) && without_link(&of_link, address, world).is_ok() {
            true => Ok(Vec::new()),
            false => Err(codes::of_missing_link(about, address)),
        };
    }
    if let Some(rules) = &link.topics {
        return match &finding.kind {
            DriftKind::Found(FindingKind::MirrorRefused(MirrorRefusal::MirrorOf(_))) => {
                Err(codes::mirror_elsewhere(about))
            }
            DriftKind::Found(FindingKind::SourceTopicMissing { .. }) => Err(other(finding)),
            _ => mirror::topic(about, topic, link, rules.of(topic), world),
        };
    }
    let row = world.row(address, topic);
    match (&finding.kind, row) {
        (DriftKind::MirrorMissing, None) => without_mirror(about, half, topic, world),
        (
            DriftKind::Found(
                FindingKind::UnmanagedMirror { .. } | FindingKind::SelectedMirrorStopped { .. },
            ),
            Some(row),
        ) => {
            let state = mirror::word(about, row, world.stopped_as)?;
            Ok(vec![mirror::added(address, &row.source_topic, state)])
        }
        (DriftKind::Found(FindingKind::MirrorRefused(refusal)), row) => {
            refused(finding, (address, topic), refusal, half, row, world)
        }
        (
            DriftKind::StateDiffers(_) | DriftKind::Found(FindingKind::StoppedWithLag { .. }),
            Some(row),
        ) => {
            let state = mirror::word(about, row, world.stopped_as)?;
            Ok(vec![mirror::state(address, topic, state)])
        }
        _ => Err(other(finding)),
    }
}

/// A mirror topic that does not exist leaves the spec, if that is asked for by its address.
fn without_mirror(about: &Address, half: &Half, topic: &TopicName, world: &World<'_>) -> Edits {
    match world.is_named(about) {
        true => Ok(vec![mirror::removed(
            &half.address,
            &source_of(half, topic),
        )]),
        false => Err(codes::never_seen(about)),
    }
}

/// What the spec wants of a mirror topic and cannot be done from here.
fn refused(
    finding: &DriftFinding,
    (address, topic): (&HalfAddress, &TopicName),
    refusal: &MirrorRefusal,
    half: &Half,
    row: Option<&MirrorFact>,
    world: &World<'_>,
) -> Edits {
    let about = &finding.address;
    match (refusal, row) {
        // Whatever it was before, the spec asks for more than there is.
        (MirrorRefusal::NothingToStop, None) => without_mirror(about, half, topic, world),
        (MirrorRefusal::PlainTopic, None) => {
            let source = source_of(half, topic);
            let wanted = half.mirrors.of(&source).map(|declared| declared.state);
            match (world.stopped_as, wanted) {
                (Some(stopped_as), Some(_)) => {
                    Ok(vec![mirror::state(address, topic, stopped_as.word())])
                }
                (None, Some(wanted)) => Err(codes::plain_topic(about, wanted)),
                (_, None) => Err(other(finding)),
            }
        }
        (MirrorRefusal::MirrorOf(_), _) => Err(codes::mirror_elsewhere(about)),
        // The other half mirrors it now.
        (MirrorRefusal::Reversed(there), Some(row)) => {
            let turned = world.row(there, &row.topic);
            let Some(turned) = turned else {
                return Err(other(finding));
            };
            let there_about = Address::Mirror(there.clone(), turned.topic.clone());
            let state = mirror::word(&there_about, turned, world.stopped_as)?;
            let removed = mirror::removed(address, &row.source_topic);
            Ok(vec![
                removed,
                mirror::added(there, &turned.source_topic, state),
            ])
        }
        (_, Some(row)) => {
            let state = mirror::word(about, row, world.stopped_as)?;
            Ok(vec![mirror::state(address, topic, state)])
        }
        _ => Err(other(finding)),
    }
}

/// The source topic of a mirror topic.
fn source_of(half: &Half, topic: &TopicName) -> TopicName {
    let prefix = half.prefix.as_deref().unwrap_or_default();
    topic
        .as_str()
        .strip_prefix(prefix)
        .unwrap_or(topic.as_str())
        .into()
}

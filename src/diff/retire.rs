//! What becomes of a link that is to be deleted: [`Retirement`].

use crate::catalog::names;
use std::collections::BTreeMap;

use super::Changes;
use super::config;
use super::finding::{Finding, FindingKind, MirrorFault, MirrorRefusal};
use super::half::known_mode;
use super::mirror::{LiveMirror, MirrorDecision, Verb, decide, without_source};
use crate::address::{Address, HalfAddress, TopicName};
use crate::desired::{MirrorState, RetireMirrors, Retired};
use crate::diagnostic::Place;
use crate::live::groups::{is_on, link_prefix};
use crate::live::{LinkFact, LinkMode, MirrorFact, MirrorStatus, Reading, Snapshot};

/// A link half to take away by the full safe sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The half.
    pub address: HalfAddress,
    /// Its live row.
    pub link: LinkFact,
    /// Its mode.
    pub mode: LinkMode,
    /// Whether it connects to the other half, which is then deleted after it.
    pub outbound: bool,
    /// Its prefix, which another link may be waiting for.
    pub prefix: Option<String>,
    /// Its auto-create filters, when auto-create is on and must be turned off first.
    pub auto_create: Option<String>,
    /// Its mirrors, with what becomes of each.
    pub mirrors: Vec<RetiredMirror>,
    /// Its configs that are no secret, for the archive.
    pub configs: BTreeMap<String, String>,
    /// The author's reason.
    pub reason: Option<String>,
    /// Where the spec says so.
    pub place: Place,
}

/// A mirror of a link that is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredMirror {
    /// Its own name.
    pub topic: TopicName,
    /// Its live row.
    pub live: MirrorFact,
    /// What brings it to `STOPPED`; nothing when it is.
    pub verbs: &'static [Verb],
}

/// Compares one retired half with what is live.
pub(super) fn compare(retired: &Retired, live: &Snapshot, changes: &mut Changes) {
    let mut found = |address: Address, kind| {
        changes
            .findings
            .push(Finding::new(address, kind, Some(retired.place.clone())));
    };
    let address = || config::half_address(&retired.address);
    let Some(host) = live.clusters.get(&retired.address.cluster) else {
        return;
    };
    let (links, mirrors) = match (&host.links, &host.mirrors) {
        (Reading::Read(links), Reading::Read(mirrors)) => (links, mirrors),
        (Reading::Unread(why), _) | (_, Reading::Unread(why)) => {
            return found(address(), FindingKind::Unknown(why.clone()));
        }
        (Reading::NotAsked, _) | (_, Reading::NotAsked) => return,
    };
    let Some(row) = links.get(&retired.address.link) else {
        return found(address(), FindingKind::RetiredGone);
    };
    let configs = match host.configs.get(&retired.address.link) {
        Some(Reading::Read(configs)) => configs,
        Some(Reading::Unread(why)) => {
            return found(address(), FindingKind::Unknown(why.clone()));
        }
        Some(Reading::NotAsked) | None => return,
    };
    let mode = match known_mode(&retired.address, row, configs) {
        Ok(mode) => mode,
        Err(why) => return found(address(), FindingKind::Unknown(why)),
    };
    let mut all = Vec::new();
    let mut running = Vec::new();
    let mut refused = false;
    for (topic, fact) in mirrors.get(&retired.address.link).into_iter().flatten() {
        let verbs = match stop(retired.mirrors, fact, row) {
            Stop::By(verbs) => verbs,
            Stop::ByHand => {
                running.push((topic.clone(), fact.status.clone()));
                continue;
            }
            Stop::Not(refusal) => {
                refused = true;
                found(
                    Address::Mirror(retired.address.clone(), topic.clone()),
                    FindingKind::MirrorRefused(refusal),
                );
                continue;
            }
        };
        if retired.mirrors == RetireMirrors::Promote
            && let Some(kind) = without_source(MirrorState::Promoted, fact, Some(row))
        {
            found(
                Address::Mirror(retired.address.clone(), topic.clone()),
                kind,
            );
        }
        all.push(RetiredMirror {
            topic: topic.clone(),
            live: fact.clone(),
            verbs,
        });
    }
    if !running.is_empty() {
        refused = true;
        found(
            address(),
            FindingKind::RetiredMirrorsRunning { mirrors: running },
        );
    }
    changes.compared.mirrors += all.len();
    changes.compared.configs += configs.len();
    if refused {
        return;
    }
    let value = |name: &str| {
        configs
            .get(name)
            .and_then(|fact| fact.value.clone())
            .filter(|value| !value.is_empty())
    };
    changes.retirements.push(Retirement {
        address: retired.address.clone(),
        link: row.clone(),
        mode,
        outbound: value(names::CONNECTION_MODE)
            .is_none_or(|mode| config::same(names::CONNECTION_MODE, &mode, "OUTBOUND")),
        prefix: link_prefix(configs).map(str::to_owned),
        auto_create: is_on(configs, names::AUTO_CREATE_MIRROR_TOPICS_ENABLE)
            .then(|| value(names::AUTO_CREATE_MIRROR_TOPICS_FILTERS).unwrap_or_default()),
        mirrors: all,
        configs: configs
            .iter()
            .filter(|(_, fact)| !fact.is_sensitive && !fact.is_default)
            .filter_map(|(name, fact)| Some((name.clone(), fact.value.clone()?)))
            .collect(),
        reason: retired.reason.clone(),
        place: retired.place.clone(),
    });
}

/// How a mirror of a retired link comes to be stopped.
enum Stop {
    /// By these verbs; by none when it is stopped.
    By(&'static [Verb]),
    /// The entry says that someone else must stop it.
    ByHand,
    /// Not from here.
    Not(MirrorRefusal),
}

fn stop(how: RetireMirrors, fact: &MirrorFact, link: &LinkFact) -> Stop {
    let wanted = match how {
        RetireMirrors::Promote => MirrorState::Promoted,
        RetireMirrors::Failover => MirrorState::FailedOver,
        RetireMirrors::MustBeStopped => {
            return match fact.status {
                MirrorStatus::Stopped => Stop::By(&[]),
                MirrorStatus::PendingStopped => Stop::By(&[Verb::Await]),
                _ => Stop::ByHand,
            };
        }
    };
    match decide(wanted, &LiveMirror::of(fact, Some(link))) {
        MirrorDecision::Nothing | MirrorDecision::AssumeStopped => Stop::By(&[]),
        MirrorDecision::Act(verbs) => Stop::By(verbs),
        MirrorDecision::Refuse(MirrorRefusal::FailedCannotPromote(_)) => {
            Stop::Not(MirrorRefusal::FailedCannotPromote(fact.error.clone()))
        }
        MirrorDecision::Refuse(refusal) => Stop::Not(refusal),
        MirrorDecision::Report(MirrorFault::UnknownStatus(word)) => {
            Stop::Not(MirrorRefusal::UnknownStatus(word))
        }
        MirrorDecision::Report(_) => {
            Stop::Not(MirrorRefusal::PromoteNeedsSource(fact.status.clone()))
        }
    }
}

//! What the digests are made of.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::effect::EffectV1;
use super::operation::{KindV1, OperationV1};
use crate::desired::Risk;

/// The digest of a spec: of its files' names and texts, in the order given.
#[must_use]
pub fn spec_digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let files: Vec<(&str, &str)> = files.into_iter().collect();
    sha256(&files)
}

/// SHA-256 in hexadecimal, over the value as compact JSON. Lengths are implied by the quotes.
pub(super) fn sha256(value: &impl Serialize) -> String {
    // Nothing here has maps with other keys than texts, which is all that can fail.
    let json = serde_json::to_vec(value).unwrap_or_default();
    let digest = Sha256::digest(&json);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An operation without what changes by itself and without where the spec asks for it.
pub(super) fn steady(op: &OperationV1) -> OperationV1 {
    let mut op = op.clone();
    op.place = None;
    op.unchecked = Vec::new();
    match &mut op.kind {
        // Whether a failover loses data depends on a lag that never stands still.
        KindV1::FailoverMirror => {
            op.risks.remove(&Risk::DataLoss);
        }
        KindV1::ArchiveHistory { content } => {
            content.link.topic_count = 0;
            for mirror in &mut content.mirrors {
                mirror.since_ms = 0;
                mirror.lags.clear();
                mirror.status.clear();
            }
        }
        KindV1::AlterLink { changes, .. } => {
            for change in changes {
                change.place = None;
            }
        }
        _ => {}
    }
    let effects = std::mem::take(&mut op.effects);
    op.effects = effects.into_iter().filter_map(steady_effect).collect();
    op
}

fn steady_effect(effect: EffectV1) -> Option<EffectV1> {
    match effect {
        // Lag and consumer groups come and go by themselves.
        EffectV1::Loses { .. }
        | EffectV1::GroupsEnter { .. }
        | EffectV1::GroupsLeave { .. }
        | EffectV1::HeldUpBy { .. } => None,
        EffectV1::WillMirror { topics } => Some(EffectV1::WillMirror {
            topics: topics.without_reason(),
        }),
        EffectV1::NoLongerSelected { topics } => Some(EffectV1::NoLongerSelected {
            topics: topics.without_reason(),
        }),
        EffectV1::Collides { topics } => Some(EffectV1::Collides {
            topics: topics.without_reason(),
        }),
        EffectV1::AclsCopied { acls } => Some(EffectV1::AclsCopied {
            acls: acls.without_reason(),
        }),
        EffectV1::AclsDeleted { acls } => Some(EffectV1::AclsDeleted {
            acls: acls.without_reason(),
        }),
        effect @ (EffectV1::ClearsFilters { .. }
        | EffectV1::StopsFeature { .. }
        | EffectV1::ErasesHistory { .. }
        | EffectV1::BecomesWritable) => Some(effect),
    }
}

//! Findings told together: the same thing found on many mirror topics of one link.

use std::collections::BTreeMap;

use super::safe;
use super::style::Ink;
use super::words::{self, FindingWords};
use crate::address::{Address, HalfAddress};
use crate::diagnostic::{Code, Place};
use crate::diff::{Class, Finding};

/// Findings that are told together.
pub(crate) struct FindingGroup<'a> {
    /// The findings, in order.
    pub(crate) findings: Vec<&'a Finding>,
    /// Their code.
    pub(crate) code: Code,
    /// The words that fit each of them.
    pub(crate) words: FindingWords,
}

/// The findings of one class in groups, in the order of their first members.
pub(crate) fn groups<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<FindingGroup<'a>> {
    let mut places: BTreeMap<(Code, Option<&HalfAddress>, FindingWords), usize> = BTreeMap::new();
    let mut groups: Vec<FindingGroup<'a>> = Vec::new();
    for finding in findings {
        let words = words::finding(finding);
        // Only mirror topics are many of a kind; everything else stands alone.
        let half = match &finding.address {
            Address::Mirror(half, _) => Some(half),
            Address::Cluster(_) | Address::Half(_) => None,
        };
        let key = (finding.kind.code(), half, words.clone());
        match places.get(&key) {
            Some(&at) if half.is_some() => groups[at].findings.push(finding),
            _ => {
                places.insert(key, groups.len());
                groups.push(FindingGroup {
                    findings: vec![finding],
                    code: finding.kind.code(),
                    words,
                });
            }
        }
    }
    groups
}

/// The classes in the order in which a page tells them: what hurts most comes last, where the eye
/// ends.
pub(crate) const ORDER: [Class; 6] = [
    Class::Note,
    Class::Unmanaged,
    Class::Config,
    Class::Health,
    Class::Unknown,
    Class::Refusal,
];

/// The ink for a class's title.
pub(crate) fn class_ink(class: Class) -> Ink {
    match class {
        Class::Unknown | Class::Health => Ink::Caution,
        Class::Refusal => Ink::Danger,
        Class::Config | Class::Unmanaged | Class::Note => Ink::Title,
    }
}

impl FindingGroup<'_> {
    /// What they are about: an address, or `3 mirror topics on west/orders-dr`.
    pub(crate) fn subject(&self) -> String {
        let Some(first) = self.findings.first() else {
            return String::new();
        };
        match (self.findings.len(), &first.address) {
            (1, address) => safe::name(&address.to_string()).into_owned(),
            (n, Address::Mirror(half, _)) => {
                format!(
                    "{} on {}",
                    words::quantity(n, "mirror topic"),
                    safe::name(&half.to_string())
                )
            }
            (_, address) => address.to_string(),
        }
    }

    /// The mirror topics' names when there are several.
    pub(crate) fn names(&self) -> Vec<String> {
        if self.findings.len() < 2 {
            return Vec::new();
        }
        self.findings
            .iter()
            .filter_map(|finding| finding.address.mirror())
            .map(ToString::to_string)
            .collect()
    }

    /// The first place in the spec.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.findings
            .iter()
            .find_map(|finding| finding.place.as_ref())
    }
}

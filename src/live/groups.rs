//! Which consumer groups' offsets a link writes, by its configs: [`SyncedGroups`].

use std::collections::BTreeMap;

use super::{ConfigFact, GroupFact, Unread, UnreadKind};
use crate::address::{GroupName, HalfAddress};
use crate::catalog::filters::{NameFilters, Subject};
use crate::catalog::{self, names};

/// The groups that a link's offset sync selects.
#[derive(Clone, Debug)]
pub struct SyncedGroups<'a> {
    filters: NameFilters,
    prefix: &'a str,
}

impl<'a> SyncedGroups<'a> {
    /// Those of a link with these configs; none where offset sync is off or selects nothing.
    ///
    /// # Errors
    /// When the filter cannot be parsed.
    pub fn of(
        half: &HalfAddress,
        configs: &'a BTreeMap<String, ConfigFact>,
    ) -> Result<Option<Self>, Unread> {
        if !is_on(configs, names::CONSUMER_OFFSET_SYNC_ENABLE) {
            return Ok(None);
        }
        let filters = configs
            .get(names::CONSUMER_OFFSET_GROUP_FILTERS)
            .and_then(|fact| fact.value.as_deref())
            .unwrap_or_default();
        let Ok(filters) = NameFilters::parse_json(Subject::Groups, filters) else {
            return Err(Unread {
                what: format!("consumer.offset.group.filters of {half}"),
                reason: "Linkwright cannot parse this filter".to_owned(),
                kind: UnreadKind::Unintelligible,
            });
        };
        let prefix = match is_on(configs, names::CONSUMER_GROUP_PREFIX_ENABLE) {
            true => link_prefix(configs).unwrap_or_default(),
            false => "",
        };
        let selects_some = filters.includes().next().is_some();
        Ok(selects_some.then_some(Self { filters, prefix }))
    }

    /// Whether the offsets of a group of this name at the source are copied.
    #[must_use]
    pub fn selects(&self, at_source: &str) -> bool {
        self.filters.selects(at_source)
    }

    /// Of these groups at the destination those that the filter selects, with their names at the source.
    pub fn selected<'g>(
        &'g self,
        groups: &'g BTreeMap<GroupName, GroupFact>,
    ) -> impl Iterator<Item = (&'g GroupName, &'g GroupFact, &'g str)> {
        groups.iter().filter_map(|(name, group)| {
            let at_source = name.as_str().strip_prefix(self.prefix)?;
            let is_selected = self.filters.selects(at_source);
            is_selected.then_some((name, group, at_source))
        })
    }

    /// Those of them that are active.
    pub fn active<'g>(
        &'g self,
        groups: &'g BTreeMap<GroupName, GroupFact>,
    ) -> impl Iterator<Item = (&'g GroupName, &'g GroupFact, &'g str)> {
        self.selected(groups)
            .filter(|(_, group, _)| group.is_active())
    }
}

/// Whether a config is on. Not set is off.
#[must_use]
pub fn is_on(configs: &BTreeMap<String, ConfigFact>, name: &str) -> bool {
    configs
        .get(name)
        .and_then(|fact| fact.value.as_deref())
        .is_some_and(catalog::is_true)
}

/// The link's prefix, if it has one.
#[must_use]
pub fn link_prefix(configs: &BTreeMap<String, ConfigFact>) -> Option<&str> {
    configs
        .get(names::CLUSTER_LINK_PREFIX)
        .and_then(|fact| fact.value.as_deref())
        .filter(|prefix| !prefix.is_empty())
}

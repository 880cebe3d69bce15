//! What Confluent Cloud's Switchover service said: [`Switchover`], its [`Pair`]s and who manages a link.

use std::collections::BTreeMap;

use super::{Reading, Unread, open_words};
use crate::address::ClusterId;

open_words! {
    /// What a switchover pair does now.
    PairPhase {
        /// It is created and checked.
        Provisioning = "PROVISIONING",
        /// It waits for a failover.
        ReadyToFailover = "READY_TO_FAILOVER",
        /// A failover or a restore is under way.
        Updating = "UPDATING",
        /// An unplanned failover has ended; the link is stopped until it is restored.
        ReadyToRestore = "READY_TO_RESTORE",
        /// Its validation failed; it must be deleted and created again.
        Failed = "FAILED",
        /// It is being deleted.
        Deprovisioning = "DEPROVISIONING",
    }
}

/// A switchover pair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pair {
    /// Its id, `sw-…`.
    pub id: String,
    /// Its display name; may be empty.
    pub name: String,
    /// The environment that it was read from.
    pub environment: String,
    /// Its members.
    pub members: Vec<PairMember>,
    /// The name of the member that is written to.
    pub active: String,
    /// The name of the member that was written to first.
    pub first_active: String,
    /// The last failover in the API's word; none before the first.
    pub last_failover: Option<String>,
    /// Its phase.
    pub phase: PairPhase,
    /// When it was last changed, if the API says.
    pub updated_at: Option<String>,
    /// What the API says that is not done, or went wrong.
    pub problems: Vec<String>,
}

/// A member of a pair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PairMember {
    /// Its name in the pair.
    pub name: String,
    /// Its cluster; none where the name of the resource was not understood.
    pub cluster: Option<ClusterId>,
}

impl Pair {
    /// Whether a cluster is a member.
    #[must_use]
    pub fn has(&self, cluster: &ClusterId) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.cluster.as_ref() == Some(cluster))
    }

    /// The cluster that is written to.
    #[must_use]
    pub fn active_cluster(&self) -> Option<&ClusterId> {
        let mut members = self.members.iter();
        let active = members.find(|member| member.name == self.active)?;
        active.cluster.as_ref()
    }

    /// Whether the pair is failed over now: not the member is active that was first.
    #[must_use]
    pub fn is_failed_over(&self) -> bool {
        !self.first_active.is_empty() && self.first_active != self.active
    }
}

/// An address for the clients of a pair that follows the active member.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PairEndpoint {
    /// Its id, `se-…`.
    pub id: String,
    /// The id of its pair.
    pub pair: String,
    /// The name of the member that it leads to.
    pub target: String,
    /// Its phase in the API's word.
    pub phase: String,
}

/// What the service said, by environment. Empty where it was not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switchover {
    /// The pairs of each environment.
    pub pairs: BTreeMap<String, Reading<Vec<Pair>>>,
    /// The endpoints of each environment.
    pub endpoints: BTreeMap<String, Reading<Vec<PairEndpoint>>>,
}

/// Who manages a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager<'a> {
    /// No pair.
    NoPair,
    /// These pairs; one, unless the service allows more.
    Pairs(Vec<&'a Pair>),
    /// It is not known, and why.
    Unknown(&'a Unread),
}

impl Switchover {
    /// Who manages the link between two clusters, or between one and another that is not known.
    #[must_use]
    pub fn manager(&self, one: &ClusterId, other: Option<&ClusterId>) -> Manager<'_> {
        let read = self.pairs.values().filter_map(Reading::read).flatten();
        let found: Vec<&Pair> = read
            .filter(|pair| pair.has(one) && other.is_none_or(|other| pair.has(other)))
            .collect();
        let unread = self.pairs.values().find_map(Reading::unread);
        match (found.is_empty(), unread) {
            (false, _) => Manager::Pairs(found),
            (true, Some(why)) => Manager::Unknown(why),
            (true, None) => Manager::NoPair,
        }
    }

    /// The endpoints of a pair, or why they are not known.
    pub fn endpoints_of<'a>(
        &'a self,
        pair: &'a Pair,
    ) -> Result<impl Iterator<Item = &'a PairEndpoint>, &'a Unread> {
        let reading = self.endpoints.get(&pair.environment);
        if let Some(why) = reading.and_then(Reading::unread) {
            return Err(why);
        }
        let all = reading.and_then(Reading::read).into_iter().flatten();
        Ok(all.filter(|endpoint| endpoint.pair == pair.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::UnreadKind;

    fn pair(id: &str, members: [&str; 2]) -> Pair {
        Pair {
            id: id.to_owned(),
            name: String::new(),
            environment: "env-1".to_owned(),
            members: members
                .map(|cluster| PairMember {
                    name: cluster.to_owned(),
                    cluster: Some(cluster.into()),
                })
                .into(),
            active: members[0].to_owned(),
            first_active: members[0].to_owned(),
            last_failover: None,
            phase: PairPhase::ReadyToFailover,
            updated_at: None,
            problems: Vec::new(),
        }
    }

    fn unread() -> Unread {
        Unread {
            what: "GET …/switchover/v1/switchover-pairs".to_owned(),
            reason: "503".to_owned(),
            kind: UnreadKind::ServerFailure,
        }
    }

    #[test]
    fn a_link_is_managed_by_the_pair_of_both_its_clusters() {
        let mut seen = Switchover::default();
        let read = Reading::Read(vec![pair("sw-1", ["lkc-a", "lkc-b"])]);
        seen.pairs.insert("env-1".to_owned(), read);
        let manager = |one: &str, other: Option<&str>| {
            let other = other.map(ClusterId::from);
            match seen.manager(&one.into(), other.as_ref()) {
                Manager::NoPair => "none".to_owned(),
                Manager::Pairs(pairs) => pairs[0].id.clone(),
                Manager::Unknown(why) => why.reason.clone(),
            }
        };
        assert_eq!(manager("lkc-b", Some("lkc-a")), "sw-1");
        assert_eq!(manager("lkc-a", Some("lkc-c")), "none");
        // Where the other end is not known, it may be the other member.
        assert_eq!(manager("lkc-a", None), "sw-1");
        assert_eq!(manager("lkc-c", None), "none");
        // What was not asked manages nothing.
        let nothing = Switchover::default();
        assert_eq!(nothing.manager(&"lkc-a".into(), None), Manager::NoPair);
    }

    #[test]
    fn an_environment_that_was_not_read_may_have_a_pair() {
        let mut seen = Switchover::default();
        let read = Reading::Read(vec![pair("sw-1", ["lkc-a", "lkc-b"])]);
        seen.pairs.insert("env-1".to_owned(), read);
        let why = unread();
        seen.pairs
            .insert("env-2".to_owned(), Reading::Unread(why.clone()));
        let other = ClusterId::from("lkc-c");
        assert_eq!(
            seen.manager(&"lkc-a".into(), Some(&other)),
            Manager::Unknown(&why)
        );
        let known = ClusterId::from("lkc-b");
        assert!(matches!(
            seen.manager(&"lkc-a".into(), Some(&known)),
            Manager::Pairs(_)
        ));
    }
}

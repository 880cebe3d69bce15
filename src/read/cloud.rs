//! What Confluent Cloud's own API says: [`Cloud`] reads the Switchover service.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};

use super::convert;
use crate::address::ClusterId;
use crate::api::{Client, cloud};
use crate::live::Reading;
use crate::live::switchover::{Pair, PairEndpoint, PairMember, PairPhase, Switchover};

/// Confluent Cloud's own API, and the environments that are of interest.
#[derive(Clone, Debug)]
pub struct Cloud {
    client: Client,
    environments: Vec<String>,
}

impl Cloud {
    /// A reader of these environments.
    #[must_use]
    pub fn new(client: Client, environments: Vec<String>) -> Self {
        Self {
            client,
            environments,
        }
    }

    /// The client that it reads with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The pairs and endpoints: two calls for each environment, all at once.
    pub async fn switchover(&self) -> Switchover {
        let (seen, endpoints) = join(self.pairs(), self.endpoints()).await;
        Switchover { endpoints, ..seen }
    }

    /// The pairs alone.
    pub async fn pairs(&self) -> Switchover {
        let read = self.environments.iter().map(async |environment| {
            let reply = self.client.list_switchover_pairs(environment).await;
            let reading = match reply {
                Ok(pairs) => {
                    let pairs = pairs.into_iter().map(|it| pair(environment, it));
                    Reading::Read(pairs.collect())
                }
                Err(error) => Reading::Unread(convert::unread(&error)),
            };
            (environment.clone(), reading)
        });
        Switchover {
            pairs: join_all(read).await.into_iter().collect(),
            endpoints: BTreeMap::new(),
        }
    }

    async fn endpoints(&self) -> BTreeMap<String, Reading<Vec<PairEndpoint>>> {
        let read = self.environments.iter().map(async |environment| {
            let reply = self.client.list_switchover_endpoints(environment).await;
            let reading = match reply {
                Ok(endpoints) => Reading::Read(endpoints.into_iter().map(endpoint).collect()),
                Err(error) => Reading::Unread(convert::unread(&error)),
            };
            (environment.clone(), reading)
        });
        join_all(read).await.into_iter().collect()
    }
}

fn pair(environment: &str, reply: cloud::SwitchoverPair) -> Pair {
    let cloud::SwitchoverPair {
        id,
        metadata,
        spec,
        status,
    } = reply;
    let members = spec.members.into_iter().map(|member| PairMember {
        cluster: member.cluster().map(ClusterId::from),
        name: member.name,
    });
    let problem = |condition: &cloud::Condition| {
        let words = [&condition.member, &condition.reason, &condition.message];
        let words = words.into_iter().filter(|word| !word.is_empty());
        words.cloned().collect::<Vec<_>>().join(": ")
    };
    Pair {
        id,
        name: spec.display_name,
        environment: environment.to_owned(),
        members: members.collect(),
        active: spec.active_member,
        first_active: spec.first_active,
        last_failover: Some(spec.failover_type).filter(|word| !word.is_empty()),
        phase: PairPhase::from_word(&status.phase),
        updated_at: metadata.updated_at,
        problems: (status.conditions.iter())
            .filter(|condition| condition.status != "True")
            .map(problem)
            .collect(),
    }
}

fn endpoint(reply: cloud::SwitchoverEndpoint) -> PairEndpoint {
    let parent = reply.spec.parent_resource_crn;
    let pair = parent
        .split('/')
        .find_map(|part| part.strip_prefix("switchover-pair="));
    PairEndpoint {
        id: reply.id,
        pair: pair.unwrap_or_default().to_owned(),
        target: reply.spec.target,
        phase: reply.status.phase,
    }
}

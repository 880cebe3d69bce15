//! Confluent Cloud's own API, as far as it is read: the pairs and endpoints of the Switchover service.
//!
//! Its lists come in pages. The address of the next page is not followed, since the credentials would go
//! where it leads: only its `page_token` is taken.

use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::ApiError;
use super::request::{Class, Request, Scope, Segment, Urgency};
use super::tolerant::or_default;

/// The most objects of one page that the API gives.
const PAGE_SIZE: &str = "100";
/// More pages than this are no list of pairs.
const MAX_PAGES: usize = 100;

/// `SwitchoverPair`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchoverPair {
    /// `sw-…`.
    pub id: String,
    /// When it was created and changed.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: ObjectMetadata,
    /// What it is.
    pub spec: PairSpec,
    /// How it does.
    pub status: PairStatus,
}

/// `ObjectMeta`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectMetadata {
    /// RFC 3339.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// `SwitchoverPairSpec`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairSpec {
    /// For people.
    #[serde(default, deserialize_with = "or_default")]
    pub display_name: String,
    /// The two clusters.
    pub members: Vec<PairMember>,
    /// Name of the member that is written to.
    pub active_member: String,
    /// Name of the member that was written to first.
    #[serde(default, deserialize_with = "or_default")]
    pub first_active: String,
    /// The last failover; empty before the first.
    #[serde(default, deserialize_with = "or_default")]
    pub failover_type: String,
}

/// A member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairMember {
    /// Its name in the pair.
    pub name: String,
    /// `crn://confluent.cloud/organization=…/environment=…/cloud-cluster=lkc-…`.
    pub member_crn: String,
}

impl PairMember {
    /// The id of its cluster. What follows it in the name, as some clients write it, changes nothing.
    #[must_use]
    pub fn cluster(&self) -> Option<&str> {
        let rest = self.member_crn.strip_prefix("crn://confluent.cloud/")?;
        let mut parts = rest.split('/');
        let id = parts.find_map(|part| part.strip_prefix("cloud-cluster="))?;
        (!id.is_empty()).then_some(id)
    }
}

/// `SwitchoverPairStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairStatus {
    /// An open enumeration.
    pub phase: String,
    /// What is said of the members.
    #[serde(default, deserialize_with = "or_default")]
    pub conditions: Vec<Condition>,
}

/// A condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The member, where it is about one.
    #[serde(default, deserialize_with = "or_default")]
    pub member: String,
    /// `True`, `False` or `Unknown`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// Such as `TopicsTransitioning`.
    #[serde(default, deserialize_with = "or_default")]
    pub reason: String,
    /// In words.
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
}

/// `SwitchoverEndpoint`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchoverEndpoint {
    /// `se-…`.
    pub id: String,
    /// What it is.
    pub spec: EndpointSpec,
    /// How it does.
    pub status: EndpointStatus,
}

/// `SwitchoverEndpointSpec`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSpec {
    /// `…/environment=…/switchover-pair=sw-…`.
    pub parent_resource_crn: String,
    /// Name of the member that it leads to.
    #[serde(default, deserialize_with = "or_default")]
    pub target: String,
}

/// `SwitchoverEndpointStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointStatus {
    /// An open enumeration.
    pub phase: String,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Page<T> {
    data: Vec<T>,
    #[serde(default, deserialize_with = "or_default")]
    metadata: PageMetadata,
}

#[derive(Default, Deserialize)]
struct PageMetadata {
    #[serde(default)]
    next: Option<String>,
}

/// One page of a list of the Switchover service.
fn list(collection: &'static str, environment: &str, token: Option<&str>) -> Request {
    let word = Segment::Word;
    let mut query = vec![
        ("environment", environment.to_owned()),
        ("page_size", PAGE_SIZE.to_owned()),
    ];
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request {
        method: Method::GET,
        scope: Scope::Root,
        path: vec![word("switchover"), word("v1"), word(collection)],
        query,
        body: None,
        class: Class::Safe,
        urgency: Urgency::Usual,
        may_take: std::time::Duration::ZERO,
        needs: "permission to read switchover pairs, for the Cloud API key",
        scrubber: Default::default(),
    }
}

/// The token of the next page, from its address.
fn token(next: &str) -> Option<String> {
    let base = url::Url::parse("https://api.confluent.cloud").ok()?;
    let url = base.join(next).ok()?;
    let mut pairs = url.query_pairs();
    let (_, token) = pairs.find(|(name, _)| name == "page_token")?;
    (!token.is_empty()).then(|| token.into_owned())
}

impl Client {
    /// The switchover pairs of an environment.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_switchover_pairs(
        &self,
        environment: &str,
    ) -> Result<Vec<SwitchoverPair>, ApiError> {
        self.pages("switchover-pairs", environment).await
    }

    /// The switchover endpoints of an environment.
    ///
    /// # Errors
    /// As [`Client::list_clusters`].
    pub async fn list_switchover_endpoints(
        &self,
        environment: &str,
    ) -> Result<Vec<SwitchoverEndpoint>, ApiError> {
        self.pages("switchover-endpoints", environment).await
    }

    async fn pages<T: Serialize + DeserializeOwned>(
        &self,
        collection: &'static str,
        environment: &str,
    ) -> Result<Vec<T>, ApiError> {
        let request = list(collection, environment, None);
        self.taped(&request, self.all_pages(collection, environment))
            .await
    }

    async fn all_pages<T: DeserializeOwned>(
        &self,
        collection: &'static str,
        environment: &str,
    ) -> Result<Vec<T>, ApiError> {
        let mut all = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = list(collection, environment, next.as_deref());
            let body = self.send(&request).await?;
            let page: Page<T> = self.parse(&request, &body)?;
            all.extend(page.data);
            let Some(address) = page.metadata.next.filter(|next| !next.is_empty()) else {
                return Ok(all);
            };
            let found = token(&address).filter(|found| next.as_ref() != Some(found));
            let Some(found) = found else {
                let why = "the list goes on, and does not say from where";
                return Err(self.unintelligible(&request, why.to_owned()));
            };
            next = Some(found);
        }
        let request = list(collection, environment, None);
        let why = format!("the list has more than {MAX_PAGES} pages");
        Err(self.unintelligible(&request, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_next_page_only_the_token_counts() {
        for (next, found) in [
            (
                "https://evil.example/switchover/v1/switchover-pairs?page_token=a%2Bb",
                Some("a+b"),
            ),
            (
                "/switchover/v1/switchover-pairs?environment=env-1&page_token=x",
                Some("x"),
            ),
            (
                "https://api.confluent.cloud/switchover/v1/switchover-pairs",
                None,
            ),
            ("?page_token=", None),
        ] {
            assert_eq!(token(next).as_deref(), found, "{next}");
        }
    }

    #[test]
    fn a_member_is_a_cluster_by_its_whole_name() {
        let cluster = |crn: &str| {
            let member = PairMember {
                name: "east".to_owned(),
                member_crn: crn.to_owned(),
            };
            member.cluster().map(str::to_owned)
        };
        let whole = "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-1";
        assert_eq!(cluster(whole).as_deref(), Some("lkc-1"));
        assert_eq!(
            cluster(&format!("{whole}/kafka=lkc-1")).as_deref(),
            Some("lkc-1")
        );
        assert_eq!(cluster("crn://confluent.cloud/kafka=lkc-1"), None);
        assert_eq!(cluster("lkc-1"), None);
    }

    #[test]
    fn a_reply_is_read_with_what_may_be_missing() {
        let pair: SwitchoverPair = serde_json::from_str(
            r#"{"id":"sw-1","metadata":null,"spec":{"members":[],"active_member":"a","failover_type":null},"status":{"phase":"NEW"}}"#,
        )
        .unwrap();
        assert_eq!(
            (pair.status.phase.as_str(), pair.spec.failover_type.as_str()),
            ("NEW", "")
        );
    }
}

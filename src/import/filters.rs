//! Whether all of a text of filters is known. What is not may be anything, a secret too.

use serde::Deserialize;

use crate::catalog::Kind;
use crate::catalog::filters::{AclFilters, NameFilters, Subject};

/// Whether a text is filters of this kind, with members and words that are known and nothing else.
pub(super) fn are_known(kind: Kind, text: &str) -> bool {
    let of_names = |subject| {
        serde_json::from_str::<OfNames>(text).is_ok_and(|all| all.have_known_types())
            && NameFilters::parse_json(subject, text).is_ok()
    };
    text.trim().is_empty()
        || match kind {
            Kind::TopicFilters => of_names(Subject::Topics),
            Kind::GroupFilters => of_names(Subject::Groups),
            Kind::AclFilters => {
                serde_json::from_str::<OfAcls>(text).is_ok() && AclFilters::parse_json(text).is_ok()
            }
            _ => false,
        }
}

// What the words of the fields mean is read by the catalogue.

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfNames {
    #[serde(alias = "topicFilters", alias = "groupFilters")]
    filters: Option<Vec<OfName>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to refuse all others")]
struct OfName {
    name: Option<String>,
    pattern_type: Option<String>,
    filter_type: Option<String>,
    topic_types: Option<Vec<String>>,
}

impl OfNames {
    fn have_known_types(&self) -> bool {
        const KNOWN: [&str; 2] = ["LOCAL_MIRROR", "REMOTE_MIRROR"];
        let filters = self.filters.iter().flatten();
        let mut types = filters.flat_map(|filter| filter.topic_types.iter().flatten());
        types.all(|it| KNOWN.contains(&it.to_ascii_uppercase().as_str()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to refuse all others")]
struct OfAcls {
    acl_filters: Option<Vec<OfAcl>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to refuse all others")]
struct OfAcl {
    resource_filter: Option<OfResource>,
    access_filter: Option<OfAccess>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to refuse all others")]
struct OfResource {
    resource_type: Option<String>,
    pattern_type: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to refuse all others")]
struct OfAccess {
    principal: Option<String>,
    host: Option<String>,
    operation: Option<String>,
    permission_type: Option<String>,
}

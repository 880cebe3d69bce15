//! What people set with each client besides what it sends by itself, in the client's own spelling.

use linkwright_sandbox::{ClusterKind, Maker};

use super::world::Estate;

/// Terraform's `jsonencode`: keys sorted, no spaces.
const TERRAFORM_GROUPS: &str =
    r#"{"groupFilters":[{"filterType":"INCLUDE","name":"billing","patternType":"LITERAL"}]}"#;
const TERRAFORM_TOPICS: &str =
    r#"{"topicFilters":[{"filterType":"INCLUDE","name":"orders.","patternType":"PREFIXED"}]}"#;
/// A file that a person wrote.
const TYPED_GROUPS: &str = r#"{ "groupFilters": [ { "name": "billing", "patternType": "literal", "filterType": "include" } ] }"#;
/// On a bidirectional link: only what flows in one direction.
const DIRECTED_GROUPS: &str = r#"{"groupFilters":[{"name":"billing","patternType":"LITERAL","filterType":"INCLUDE","topicTypes":["LOCAL_MIRROR"]}]}"#;
const CFK_GROUPS: &str = r#"{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"},{"name":"ConfluentTelemetry","patternType":"PREFIXED","filterType":"EXCLUDE"}]}"#;

/// Settings of the half on the west, or of a bidirectional link's half on the east.
pub(super) fn settings(estate: Estate, is_west: bool) -> Vec<(&'static str, &'static str)> {
    let on_cloud = estate.profile.kind() == ClusterKind::ConfluentCloud;
    let is_bidirectional = !matches!(
        estate.mode,
        super::Mode::DestinationInitiated | super::Mode::SourceInitiated
    );
    let offsets = |filter: &'static str| {
        vec![
            ("consumer.offset.sync.enable", "true"),
            ("consumer.offset.group.filters", filter),
        ]
    };
    match estate.maker {
        // Everything that its example sets, on one side.
        Maker::Terraform if is_west => {
            let mut all = offsets(TERRAFORM_GROUPS);
            all.push(("auto.create.mirror.topics.enable", "true"));
            all.push(("auto.create.mirror.topics.filters", TERRAFORM_TOPICS));
            all.push(("acl.sync.enable", "false"));
            all
        }
        Maker::Cli if is_bidirectional && on_cloud => offsets(DIRECTED_GROUPS),
        Maker::Cli if is_west => {
            let mut all = offsets(TYPED_GROUPS);
            all.push(("consumer.offset.sync.ms", "30000"));
            all.push((
                "topic.config.sync.include",
                "max.message.bytes,cleanup.policy,message.timestamp.type,\
                 message.timestamp.difference.max.ms,retention.ms",
            ));
            all
        }
        Maker::Cfk if is_west => offsets(CFK_GROUPS),
        _ => Vec::new(),
    }
}

//! Switches: one for every question about the real service that no one can answer from outside.
//!
//! Each switch is a small enumeration whose first value is the default. The default is the value
//! with the best evidence, not a promise: whoever builds on the sandbox must get the same result
//! under every value, and [`Switches::variations`] lists them all so that a test can go round.

use crate::vocabulary::ClusterKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares the enumerations, the [`Switches`] struct and the list of single-switch variations
/// from one table, so that no switch can be forgotten in the round.
macro_rules! switches {
    ($(
        $(#[$doc:meta])*
        $field:ident : $type:ident {
            $(#[$default_doc:meta])* $default:ident;
            $( $(#[$value_doc:meta])* $value:ident ),+ $(,)?
        }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
            #[serde(rename_all = "kebab-case")]
            pub enum $type {
                $(#[$default_doc])*
                #[default]
                $default,
                $( $(#[$value_doc])* $value, )+
            }
        )+

        /// What the sandbox answers where the real service's answer is not known.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Switches {
            $( $(#[$doc])* pub $field: $type, )+
        }

        impl Switches {
            /// Every setting that differs from the defaults in exactly one switch, with a name
            /// such as `create_status=no-content`.
            #[must_use]
            pub fn variations() -> Vec<(String, Switches)> {
                let mut all = Vec::new();
                $( $(
                    let name = format!("{}={}", stringify!($field), value_name(&$type::$value));
                    all.push((name, Switches { $field: $type::$value, ..Switches::default() }));
                )+ )+
                all
            }
        }
    };
}

fn value_name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::from("?"),
    }
}

switches! {
    /// Status of a successful link or mirror create. The OpenAPI document says 204; the Terraform
    /// provider and kcp report an empty 201; a services script also expects 200.
    create_status: CreateStatus {
        /// 201 with an empty body.
        Created;
        /// 204.
        NoContent,
        /// 200 with an empty body.
        Ok,
    }
    /// Status of a successful link delete. The OpenAPI document says 200; the Confluent CLI's mock
    /// and Platform reply 204.
    link_delete_status: LinkDeleteStatus {
        /// 204.
        NoContent;
        /// 200 with an empty body.
        Ok,
    }
    /// Reply to a second create with the same link name. kcp expects 409; the OpenAPI document has
    /// a body with error code 404.
    link_exists: LinkExists {
        /// 409 with error code 40902.
        Conflict;
        /// 400 whose body says error code 404.
        BadRequestCode404,
    }
    /// Status on Cloud of deleting a link that still has mirrors. Platform answers 403; for Cloud
    /// the documentation says only that it fails.
    delete_attached_on_cloud: DeleteAttachedOnCloud {
        /// 403.
        Forbidden;
        /// 400.
        BadRequest,
        /// 409.
        Conflict,
    }
    /// Whether the server itself refuses to delete a link while a mirror is PENDING_STOPPED. The
    /// documentation says never to do it, because the errors may be irrecoverable. A delete that
    /// goes through is recorded as a harm.
    delete_while_pending_stopped: DeleteWhilePendingStopped {
        /// The server lets it happen.
        Accepted;
        /// The server refuses as for any attached mirror.
        Refused,
    }
    /// Meaning of `force=true` on link delete.
    force_delete: ForceDelete {
        /// Live mirrors are detached as failover would do, then the link goes.
        Detaches;
        /// The parameter changes nothing.
        Ignored,
    }
    /// Whether a batch of link configs is applied all or nothing.
    alter_atomicity: AlterAtomicity {
        /// One bad entry refuses the whole batch.
        Atomic;
        /// Entries before the bad one stay applied.
        PerKey,
    }
    /// The batch call for link configs, PUT `configs:alter`, on Platform. Cloud has it; on Platform
    /// it is in the document and untested, and kcp did without it after a POST was answered with
    /// 405.
    link_config_batch: LinkConfigBatch {
        /// There.
        Present;
        /// 405.
        MethodNotAllowed,
        /// 404, as for any unknown path.
        Missing,
    }
    /// Meaning of a batch entry without `operation` on Platform. On Cloud it is SET: the Terraform
    /// provider sends none.
    alter_operation_absent: AlterOperationAbsent {
        /// SET, as in the OpenAPI document's example.
        Set;
        /// The request is refused.
        Refused,
    }
    /// Which link names are accepted.
    link_name_rule: LinkNameRule {
        /// As topic names: `[a-zA-Z0-9._-]`, 1 to 249 characters.
        TopicLike;
        /// Anything but the empty name, `-`, a slash and control characters.
        Lenient,
    }
    /// What happens to synced ACLs at the destination when the ACL filters become narrower.
    narrowed_acl_filters: NarrowedAclFilters {
        /// They stay.
        Keep;
        /// The ones that were copied and match no longer are deleted.
        Remove,
    }
    /// What happens to auto-created mirrors when the topic filters become narrower.
    narrowed_topic_filters: NarrowedTopicFilters {
        /// They stay attached and keep mirroring.
        Keep;
        /// They are stopped, as failover would do.
        Stop,
    }
    /// Meaning of a filter entry without `patternType` or `filterType`.
    filter_defaults: FilterDefaults {
        /// LITERAL and INCLUDE.
        LiteralInclude;
        /// The filter is refused.
        Refused,
    }
    /// An alter body with both names and a pattern.
    names_and_pattern: NamesAndPattern {
        /// 400.
        Refused;
        /// The names count.
        NamesWin,
        /// The pattern counts.
        PatternWins,
    }
    /// Smallest accepted `topic.config.sync.ms`.
    topic_config_sync_minimum: TopicConfigSyncMinimum {
        /// 1000, as the other intervals.
        OneSecond;
        /// 1.
        OneMillisecond,
    }
    /// Promote of a PAUSED mirror on Platform. On Cloud it is accepted: the Terraform provider offers
    /// it.
    promote_paused: PromotePaused {
        /// Accepted.
        Accepted;
        /// Refused topic by topic.
        Refused,
    }
    /// Promote of a mirror whose source cannot be reached.
    promote_unavailable: PromoteUnavailable {
        /// Refused topic by topic.
        Refused;
        /// Accepted; waits in PENDING_STOPPED until the source is back.
        Waits,
    }
    /// Failover of a mirror whose promote has not finished.
    failover_while_pending_stopped: FailoverWhilePendingStopped {
        /// Refused: it has already stopped its mirror.
        Refused;
        /// Accepted: it stops waiting for lag.
        Accepted,
    }
    /// A verb that would change nothing, such as pausing a PAUSED mirror.
    repeated_verb: RepeatedVerb {
        /// Refused topic by topic.
        Refused;
        /// Accepted without effect.
        Accepted,
    }
    /// The status shown between the failover call and STOPPED.
    failover_pending: FailoverPending {
        /// PENDING_STOPPED for `timings.stop_ms`.
        PendingStopped;
        /// STOPPED at once.
        Immediate,
    }
    /// The status shown while a reverse operation drains the last records.
    reverse_pending: ReversePending {
        /// PENDING_SYNCHRONIZE.
        PendingSynchronize;
        /// PENDING_STOPPED.
        PendingStopped,
    }
    /// Which side shows that status. The enumeration has the name; no one has seen it on a side.
    reverse_pending_side: ReversePendingSide {
        /// The row of the mirror, where the call was made.
        Mirror;
        /// The row of the source, which then has one; the mirror's stays ACTIVE.
        Source,
        /// Both rows.
        Both,
    }
    /// The row of the former source right after a reverse.
    reversed_source_row: ReversedSourceRow {
        /// PENDING_MIRROR for `timings.mirror_setup_ms`.
        PendingMirror;
        /// ACTIVE or PAUSED at once.
        Active,
    }
    /// Reverse while the source is being written to. One script reverses under a running producer;
    /// the runbooks stop the writers first.
    reverse_while_written: ReverseWhileWritten {
        /// It stays pending until nothing more is written.
        Waits;
        /// The source becomes read-only for producers before the last records are copied.
        Fences,
    }
    /// Reverse of a PAUSED mirror.
    reverse_paused: ReversePaused {
        /// Refused topic by topic.
        Refused;
        /// Accepted: it fetches again, to reach its source's end.
        Accepted,
    }
    /// Codes and texts of refused reverses and restores. None has been recorded.
    refused_turn: RefusedTurn {
        /// 400, 404 or 401, with a sentence.
        Sentence;
        /// The same, where the sentence begins with the name of the error.
        Named,
        /// 40002 for all of them.
        OneCode,
    }
    /// Restore on a pair of halves that have prefixes.
    restore_with_prefix: RestoreWithPrefix {
        /// Refused topic by topic.
        Refused;
        /// Both topics keep their names.
        KeepsNames,
    }
    /// Restore after the STOPPED row of the other side is gone, because its half was deleted and created again.
    restore_without_row: RestoreWithoutRow {
        /// Refused topic by topic.
        Refused;
        /// The topic is cut to the present end of the other side's topic.
        ByEnds,
    }
    /// Reverse on a pair of halves that have prefixes.
    reverse_with_prefix: ReverseWithPrefix {
        /// Refused topic by topic. Two restatements of the documentation say so.
        Refused;
        /// Both topics keep their names.
        KeepsNames,
    }
    /// The row of a stopped mirror on Platform. The REST documentation keeps it until the link is
    /// deleted, and on Cloud the Terraform provider reads it; a tutorial for Platform says that its
    /// tool shows it no more.
    stopped_row: StoppedRow {
        /// Listed as STOPPED.
        Kept;
        /// Gone from lists and 404 on GET; the topic stays.
        Hidden,
        /// Gone from lists; a GET of that one mirror shows it.
        Unlisted,
    }
    /// Whether `topic_names` of a link has the mirrors that are STOPPED. The recorded lists do not
    /// say.
    stopped_in_topic_names: StoppedInTopicNames {
        /// They are there, like their rows.
        Listed;
        /// Only live mirrors are.
        LeftOut,
    }
    /// A config name that the server does not know.
    unknown_config: UnknownConfig {
        /// 400 with error code 40002.
        Refused;
        /// Accepted and forgotten.
        Ignored,
    }
    /// A write to a read-only config.
    read_only_config: ReadOnlyConfig {
        /// 400 with error code 40002.
        Refused;
        /// Accepted and forgotten.
        Ignored,
    }
    /// A topic config given at mirror create although the link syncs it.
    synced_mirror_config: SyncedMirrorConfig {
        /// 400 with error code 40002.
        Refused;
        /// Accepted and forgotten.
        Ignored,
    }
    /// ACL sync switched on together with a prefix.
    acl_sync_with_prefix: AclSyncWithPrefix {
        /// 400 with error code 40002.
        Refused;
        /// Accepted; the task is IN_ERROR.
        TaskInError,
    }
    /// ACL sync between Cloud clusters of different organizations.
    acl_sync_across_organizations: AclSyncAcrossOrganizations {
        /// Accepted; the task is IN_ERROR.
        TaskInError;
        /// 400 with error code 40002.
        Refused,
    }
    /// Auto-create enabled without a filter.
    auto_create_without_filter: AutoCreateWithoutFilter {
        /// The task is IN_ERROR with MISCONFIGURATION_ERROR, as for ACL sync.
        InError;
        /// The task is ACTIVE and creates nothing.
        Idle,
    }
    /// Offset sync enabled without a filter. It is known to sync nothing.
    offset_sync_without_filter: OffsetSyncWithoutFilter {
        /// The task is ACTIVE.
        Idle;
        /// The task is IN_ERROR with MISCONFIGURATION_ERROR.
        InError,
    }
    /// First half of a bidirectional pair created with `validate_link=true` while the other side
    /// has no half yet. Cloud users do it; a Platform tutorial switches validation off.
    first_half_validation: FirstHalfValidation {
        /// Passes: only the connection is checked.
        Passes;
        /// 400: the peer has no such link.
        Fails,
    }
    /// Which body field names the remote cluster on the destination half of a source-initiated
    /// link. The Terraform provider and kcp send `source_cluster_id`; the Cloud document's example
    /// has `destination_cluster_id`.
    inbound_half_id: InboundHalfId {
        /// Both are understood.
        Either;
        /// Only `source_cluster_id` is.
        SourceOnly,
    }
    /// Names of the boolean fields of a link config: `is_default` in recordings of Cloud and of
    /// Platform 7.5, `default`, `read_only` and `sensitive` in an older SDK's models for Platform.
    config_field_names: ConfigFieldNames {
        /// As the cluster's profile has them.
        ByProfile;
        /// `is_default`, `is_read_only`, `is_sensitive` everywhere.
        Cloud,
        /// `default`, `read_only`, `sensitive` everywhere.
        Platform,
    }
    /// `metadata.resource_name` of links, link configs and mirrors. No recording has it; every
    /// example of the OpenAPI document does.
    resource_name: ResourceName {
        /// Not there.
        Absent;
        /// null.
        Null,
    }
    /// `tasks` and `category_counts` of a link, where the profile has them. No recording does; they
    /// are known from the OpenAPI document alone.
    tasks_and_counts: TasksAndCounts {
        /// As the document says.
        AsSpecified;
        /// null.
        Null,
        /// Not there.
        Absent,
    }
    /// Partitions of which truncate-and-restore cuts nothing, in `partition_level_truncation_data`.
    /// The Confluent CLI prints its table from the list; its own mock leaves them out.
    partitions_without_cut: PartitionsWithoutCut {
        /// Listed with 0.
        Listed;
        /// Left out.
        LeftOut,
    }
    /// `cluster.link.paused` on Cloud. No recording of Cloud has the key, though `link_state` knows
    /// PAUSED.
    cloud_link_paused: CloudLinkPaused {
        /// Refused, and not listed.
        Refused;
        /// As on Platform.
        Accepted,
    }
    /// What becomes of committed offsets beyond the cut when truncate-and-restore cuts a topic.
    offsets_past_truncation: OffsetsPastTruncation {
        /// They are set to the cut.
        Clamped;
        /// They stay.
        Kept,
    }
    /// Meaning of a group filter's entry without `topicTypes`. Without them offsets were seen to go
    /// both ways on a bidirectional link.
    group_topic_types_absent: GroupTopicTypesAbsent {
        /// LOCAL_MIRROR and REMOTE_MIRROR.
        Both;
        /// LOCAL_MIRROR: offsets go from a source to its mirror only.
        LocalMirror,
    }
    /// A value in `topicTypes` other than LOCAL_MIRROR and REMOTE_MIRROR.
    unknown_topic_type: UnknownTopicType {
        /// The filter is refused.
        Refused;
        /// Accepted; it selects nothing.
        Ignored,
    }
    /// The STOPPED row of a mirror that was reversed, when a later reversal makes its topic a mirror
    /// again.
    reversed_row: ReversedRow {
        /// The row is used again.
        Reused;
        /// It stays in lists next to a second row of the same name. Reading one mirror gives the second.
        Second,
    }
    /// Links to and from Freight clusters. Two sources exclude them, one says that they work.
    freight: Freight {
        /// Refused: linking is disabled there.
        Refused;
        /// As Dedicated clusters.
        Accepted,
    }
    /// What the server keeps of `bootstrap.servers` that carry a protocol, as the Terraform
    /// provider's documentation shows them. One recording has none; what had been sent is not known.
    bootstrap_servers_scheme: BootstrapServersScheme {
        /// `SASL_SSL://` as it was sent.
        Kept;
        /// The addresses alone.
        Stripped,
    }
    /// Which link configs Cloud lists today. In 2022 it listed 56; since then clients send more.
    cloud_config_list: CloudConfigList {
        /// The 56 of 2022, and what was set.
        Recorded;
        /// The list of Platform 7.5.
        AsPlatform,
    }
    /// `topic.config.sync.include` when it was not set. It is recorded on Platform 7.5 alone.
    sync_include_default: SyncIncludeDefault {
        /// The nine configs recorded on Platform 7.5.
        Nine;
        /// Every config that can be synced, except on Platform 7.5.
        EveryConfigurable,
    }
    /// `consumer.offset.sync.clamp.offsets` when it was not set: whether a synced offset is at most
    /// the mirror's end. The key was seen in use; its default was not.
    clamp_offsets_default: ClampOffsetsDefault {
        /// true.
        True;
        /// false.
        False,
    }
    /// `messages_truncated` in the answer of a verb that truncates nothing.
    messages_truncated_absent: MessagesTruncatedAbsent {
        /// null, as in the OpenAPI document's example.
        Null;
        /// -1, as in the Confluent CLI's mock.
        MinusOne,
    }
    /// Principals of service accounts in an ACL list on Cloud that names no principal.
    cloud_acl_principals: CloudAclPrincipals {
        /// Numeric, `User:12345`, as documented; `principal=UserV2:*` gives `User:sa-…`.
        Numeric;
        /// Always `User:sa-…`.
        ResourceIds,
    }
    /// `link_state` before the first contact with the remote cluster.
    initial_link_state: InitialLinkState {
        /// UNKNOWN.
        Unknown;
        /// UNAVAILABLE.
        Unavailable,
    }
    /// Rows with an empty name and `link_state` UNMANAGED_SOURCE, which Platform lists after one
    /// half of a source-initiated link was deleted.
    remnant_rows: RemnantRows {
        /// On Platform clusters.
        Platform;
        /// On no cluster.
        Never,
        /// On every cluster.
        Always,
    }
    /// truncate-and-restore over REST on Platform. Its documents do not have the call.
    platform_truncate: PlatformTruncate {
        /// 404, as for any unknown path.
        Missing;
        /// As on Cloud.
        Present,
        /// As on Cloud, from version 8 on.
        SinceEight,
    }
    /// Outbound half of a bidirectional pair with `remote.link.connection.mode=INBOUND`, created on
    /// Cloud while the inbound half is missing. Platform times out; the Terraform provider sends the
    /// key for every outbound half, which suggests that Cloud does not always mind.
    outbound_before_inbound_on_cloud: OutboundBeforeInboundOnCloud {
        /// Created with a link id of its own.
        Accepted;
        /// 408, as on Platform.
        TimedOut,
    }
    /// The list of mirrors of a link that does not exist. kcp plans a migration from nothing and
    /// needs an empty list on Platform; on Cloud a call for a link that was not there got a 404.
    mirrors_of_absent_link: MirrorsOfAbsentLink {
        /// Platform: 200 with an empty list. Cloud: 404.
        EmptyOnPlatform;
        /// 200 with an empty list everywhere.
        EmptyList,
        /// 404 everywhere.
        NotFound,
    }
    /// Mirror create without `mirror_topic_name` on a link with a prefix. The Confluent CLI and the
    /// Terraform provider describe the name as required then.
    mirror_name_with_prefix: MirrorNameWithPrefix {
        /// The name is taken to be the source's, and refused as a renaming.
        Required;
        /// The name is the prefix and the source's name.
        Derived,
    }
    /// A filter in the same request that switches its feature off, such as a Terraform config with
    /// `enable` from a variable next to a constant filter.
    filter_with_disable: FilterWithDisable {
        /// The filter stays.
        Kept;
        /// The filter is cleared, as one from before is.
        Cleared,
    }
    /// Mirror create on a bidirectional half whose peer half does not exist.
    mirror_without_peer: MirrorWithoutPeer {
        /// Accepted: this half can read the remote cluster by itself.
        Accepted;
        /// 400.
        Refused,
    }
    /// Status of a failover of a switchover pair that its phase, or its active member, does not permit.
    switchover_refused: SwitchoverRefused {
        /// 409.
        Conflict;
        /// 400.
        BadRequest,
        /// 422.
        Unprocessable,
    }
    /// Status of deleting a switchover pair or endpoint. A comment of the Terraform provider says 202,
    /// its mock 204, and the SDK returns the pair.
    switchover_delete_status: SwitchoverDeleteStatus {
        /// 202 with an empty body.
        Accepted;
        /// 204.
        NoContent,
        /// 200 with the object.
        Ok,
    }
    /// The link of a switchover pair. No field of a pair names one.
    switchover_link: SwitchoverLink {
        /// A bidirectional link that joins the members must exist.
        Adopted;
        /// Without one, the service makes it, with mirrors of all topics of the active member.
        Created,
    }
    /// A switchover pair whose link has a prefix.
    switchover_prefixes: SwitchoverPrefixes {
        /// It fails its validation: a prefixed link cannot be reversed.
        Refused;
        /// It passes.
        Accepted,
    }
    /// A switchover pair whose members several links join.
    switchover_several_links: SwitchoverSeveralLinks {
        /// A failover acts on all of them.
        All;
        /// It fails its validation.
        Refused,
    }
    /// The topics that a failover of a switchover pair acts on.
    switchover_scope: SwitchoverScope {
        /// Every live mirror of the member that becomes active.
        LiveMirrors;
        /// Of these, the ones that are ACTIVE.
        ActiveMirrors,
    }
    /// What a failover of a switchover pair does to the sync configs of the link.
    switchover_sync_configs: SwitchoverSyncConfigs {
        /// Nothing.
        Kept;
        /// Offset sync and ACL sync are off afterwards.
        SwitchedOff,
    }
}

impl Switches {
    /// The switches as a cluster of this kind has them: what Terraform's work on Confluent Cloud
    /// settles is fixed there.
    #[must_use]
    pub(crate) fn on(&self, kind: ClusterKind) -> Switches {
        match kind {
            ClusterKind::ConfluentCloud => Switches {
                link_config_batch: LinkConfigBatch::Present,
                alter_operation_absent: AlterOperationAbsent::Set,
                promote_paused: PromotePaused::Accepted,
                stopped_row: StoppedRow::Kept,
                ..*self
            },
            ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => *self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terraform_settles_on_cloud_is_a_question_on_platform_only() {
        for (name, switches) in Switches::variations() {
            let settled = [
                "link_config_batch",
                "alter_operation_absent",
                "promote_paused",
                "stopped_row",
            ]
            .iter()
            .any(|switch| name.starts_with(switch));
            let on_cloud = switches.on(ClusterKind::ConfluentCloud);
            assert_eq!(on_cloud == Switches::default(), settled, "{name}");
            assert_eq!(switches.on(ClusterKind::ConfluentPlatform), switches);
        }
    }

    #[test]
    fn every_variation_differs_from_the_default_and_has_a_name_of_its_own() {
        let all = Switches::variations();
        let names: std::collections::BTreeSet<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len());
        assert!(
            all.iter()
                .all(|(_, switches)| *switches != Switches::default())
        );
        assert!(
            all.iter()
                .any(|(name, _)| name == "create_status=no-content")
        );
    }
}

//! Spec → desired state: which link configs each typed field stands for, in every mode and for every kind of
//! credentials.

use std::sync::Arc;

use linkwright::desired::{ConnectionMode, Desired, DesiredValue, Half, Role, Undeclared, lower};
use linkwright::spec;
use linkwright::validate::{self, Context};

fn desired(text: &str) -> Desired {
    let whole = validate::whole(text);
    let (spec, mut problems) = spec::parse(&[(Arc::from("spec.yaml"), Arc::from(whole))]);
    problems.extend(validate::check(
        &spec,
        &Context {
            today: jiff::civil::date(2026, 11, 23),
        },
    ));
    assert!(problems.is_empty(), "{problems:#?}");
    lower(&spec)
}

/// The configs of a half that are not the default, one a line.
fn configs(half: &Half) -> Vec<String> {
    half.configs
        .iter()
        .filter_map(|(name, wish)| match &wish.value {
            DesiredValue::Default => None,
            DesiredValue::Value(value) => Some(format!("{name}={value}")),
            DesiredValue::Secret(template) => Some(format!("{name}={template}")),
        })
        .collect()
}

fn halves(desired: &Desired) -> Vec<&Half> {
    desired
        .links
        .values()
        .flat_map(|link| &link.halves)
        .collect()
}

const LINK: &str = "links:\n  orders-dr:\n    source: east\n    destination: west\n";

#[test]
fn every_typed_field_becomes_its_config() {
    let desired = desired(&format!(
        "{LINK}    credentials: *credentials
    prefix: east.
    mirror_start_offset: latest
    topic_config_sync: {{ interval: 38254ms }}
    consumer_offset_sync:
      interval: 25384ms
      groups: {{ include: [\"b*\", a] }}
      prefix_groups: true
    auto_create_mirrors: {{ topics: {{ include: [\"*\"], exclude: [tmp] }} }}
    mirrors: {{ a: {{}}, b: {{ state: failed-over }}, \"c*\": {{ state: paused }}, \"*\": }}
    configs: {{ client.dns.lookup: use_all_dns_ips, replica.socket.receive.buffer.bytes: null }}
    undeclared_configs: reset
    protect: true
"
    ));
    let [half] = halves(&desired)[..] else {
        panic!("one half");
    };
    assert_eq!(half.role, Role::Destination);
    assert_eq!(half.address.to_string(), "west/orders-dr");
    assert_eq!(half.peer.id.as_str(), "lkc-east01");
    assert_eq!(half.prefix.as_deref(), Some("east."));
    assert_eq!(half.undeclared, Undeclared::Reset);
    assert_eq!(
        configs(half),
        [
            r#"auto.create.mirror.topics.enable=true"#,
            r#"auto.create.mirror.topics.filters={"topicFilters":[{"filterType":"INCLUDE","name":"*","patternType":"LITERAL"},{"filterType":"EXCLUDE","name":"tmp","patternType":"LITERAL"}]}"#,
            "bootstrap.servers=pkc-1.us-east-1.aws.confluent.cloud:9092",
            "client.dns.lookup=use_all_dns_ips",
            "consumer.group.prefix.enable=true",
            r#"consumer.offset.group.filters={"groupFilters":[{"filterType":"INCLUDE","name":"a","patternType":"LITERAL"},{"filterType":"INCLUDE","name":"b","patternType":"PREFIXED"}]}"#,
            "consumer.offset.sync.enable=true",
            "consumer.offset.sync.ms=25384",
            "mirror.start.offset.spec=latest",
            r#"sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="${env:LINK_KEY}" password="${env:LINK_SECRET}";"#,
            "sasl.mechanism=PLAIN",
            "security.protocol=SASL_SSL",
            "topic.config.sync.ms=38254",
        ]
    );
    assert_eq!(
        half.configs["replica.socket.receive.buffer.bytes"].value,
        DesiredValue::Default
    );
    assert_eq!(half.mirrors.literal.len(), 2);
    let patterns: Vec<String> = half
        .mirrors
        .patterns
        .iter()
        .map(|(it, _)| it.to_string())
        .collect();
    assert_eq!(patterns, ["c*", "*"]);
    assert!(desired.links["orders-dr"].protect);
}

#[test]
fn a_section_that_is_left_out_or_off_is_the_default() {
    for text in [
        format!("{LINK}    credentials: *credentials\n"),
        format!(
            "{LINK}    credentials: *credentials\n    acl_sync: {{ enabled: false }}\n    consumer_offset_sync: {{ enabled: false }}\n"
        ),
    ] {
        let desired = desired(&text);
        let half = halves(&desired)[0];
        for name in [
            "acl.sync.enable",
            "acl.filters",
            "acl.sync.ms",
            "auto.create.mirror.topics.enable",
            "auto.create.mirror.topics.filters",
            "consumer.offset.sync.enable",
            "consumer.offset.group.filters",
            "consumer.group.prefix.enable",
            "topic.config.sync.ms",
            "topic.config.sync.include",
            "mirror.start.offset.spec",
            "ssl.keystore.key",
        ] {
            assert_eq!(half.configs[name].value, DesiredValue::Default, "{name}");
        }
    }
}

#[test]
fn acl_filters_are_spelt_as_the_server_documents_them() {
    let desired = desired(&format!(
        "{LINK}    credentials: *credentials
    acl_sync:
      filters:
        - {{ resource_type: topic, pattern_type: literal, name: pineapple }}
        - {{ principal: \"User:sa-12345\", permission: deny }}
"
    ));
    let text = configs(halves(&desired)[0]).join("\n");
    assert!(text.contains(r#"{"accessFilter":{"operation":"any","permissionType":"any"},"resourceFilter":{"name":"pineapple","patternType":"literal","resourceType":"topic"}}"#), "{text}");
    assert!(text.contains(r#"{"accessFilter":{"operation":"any","permissionType":"deny","principal":"User:sa-12345"},"resourceFilter":{"patternType":"any","resourceType":"any"}}"#), "{text}");
}

#[test]
fn every_kind_of_credentials_becomes_its_security_configs() {
    let of = |credentials: &str, source: &str| {
        let desired = desired(&format!(
            "links:\n  a:\n    source: {source}\n    destination: west\n    credentials: {credentials}\n"
        ));
        let security: Vec<String> = configs(halves(&desired)[0])
            .into_iter()
            .filter(|line| !line.starts_with("bootstrap"))
            .collect();
        security.join("\n")
    };
    assert_eq!(
        of(
            "{ sasl_scram: { mechanism: SCRAM-SHA-256, username: me, password: \"${env:P}\" }, encryption: none }",
            "onprem"
        ),
        "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"me\" password=\"${env:P}\";\n\
         sasl.mechanism=SCRAM-SHA-256\nsecurity.protocol=SASL_PLAINTEXT"
    );
    assert_eq!(
        of(
            "{ sasl_oauthbearer: { token_url: \"https://id\", client_id: me, client_secret: \"${env:P}\", scope: kafka, identity_pool: pool-1 } }",
            "east"
        ),
        "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"me\" clientSecret=\"${env:P}\" scope=\"kafka\" extension_logicalCluster=\"lkc-east01\" extension_identityPoolId=\"pool-1\";\n\
         sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler\n\
         sasl.mechanism=OAUTHBEARER\nsasl.oauthbearer.token.endpoint.url=https://id\nsecurity.protocol=SASL_SSL"
    );
    assert_eq!(
        of(
            "{ mtls: { certificate: \"${file:c}\", key: \"${file:k}\", key_password: \"${env:P}\" }, ca: \"${file:ca}\" }",
            "onprem"
        ),
        "security.protocol=SSL\nssl.key.password=${env:P}\nssl.keystore.certificate.chain=${file:c}\nssl.keystore.key=${file:k}\n\
         ssl.keystore.type=PEM\nssl.truststore.certificates=${file:ca}\nssl.truststore.type=PEM"
    );
    assert_eq!(
        of(
            "{ sasl_jaas: { mechanism: GSSAPI, jaas: \"${env:J}\" } }",
            "oldkafka"
        ),
        "sasl.jaas.config=${env:J}\nsasl.mechanism=GSSAPI\nsecurity.protocol=SASL_SSL"
    );
    assert_eq!(
        of("{ tls: {}, ca: \"${file:ca}\" }", "oldkafka")
            .lines()
            .next(),
        Some("security.protocol=SSL")
    );
    assert_eq!(
        of("{ plaintext: {} }", "oldkafka"),
        "security.protocol=PLAINTEXT"
    );
}

#[test]
fn a_source_initiated_link_is_an_inbound_and_an_outbound_half() {
    let desired = desired(
        "links:
  a:
    mode: source-initiated
    source: onprem
    destination: west
    prefix: onprem.
    credentials: *credentials
    local_credentials: { sasl_scram: { username: me, password: \"${env:P}\" }, generation: 3 }
    mirrors: { orders: {} }
    configs: { client.dns.lookup: use_all_dns_ips }
    halves:
      onprem: { configs: { metadata.max.age.ms: 60000 } }
",
    );
    let [inbound, outbound] = halves(&desired)[..] else {
        panic!("two halves");
    };
    assert_eq!(
        (inbound.role, outbound.role),
        (Role::InboundDestination, Role::OutboundSource)
    );
    assert_eq!(inbound.address.to_string(), "west/a");
    assert_eq!(outbound.address.to_string(), "onprem/a");
    assert_eq!(configs(inbound), ["client.dns.lookup=use_all_dns_ips"]);
    assert_eq!(inbound.prefix.as_deref(), Some("onprem."));
    assert_eq!((outbound.generation, inbound.generation), (Some(3), None));
    assert!(outbound.mirrors.literal.is_empty() && inbound.mirrors.literal.len() == 1);
    let outbound = configs(outbound);
    assert!(
        outbound.contains(&"bootstrap.servers=pkc-2.us-west-2.aws.confluent.cloud:9092".to_owned())
    );
    assert!(outbound.contains(&"local.sasl.mechanism=SCRAM-SHA-512".to_owned()));
    assert!(outbound.contains(&"local.security.protocol=SASL_SSL".to_owned()));
    assert!(outbound.contains(&"metadata.max.age.ms=60000".to_owned()));
    assert!(outbound.contains(&"sasl.mechanism=PLAIN".to_owned()));
    assert!(!outbound.iter().any(|line| line.starts_with("client.dns")));
}

#[test]
fn bidirectional_halves_come_inbound_first_and_know_each_other() {
    let both = |east: &str, west: &str| {
        desired(&format!(
            "links:
  a:
    mode: bidirectional
    name: shared
    halves:
      east: {{ prefix: west., credentials: *credentials{east} }}
      west: {{ prefix: east.{west} }}
"
        ))
    };
    let inbound_west = both(", local_credentials: *credentials", ", connection: inbound");
    let halves_of = halves(&inbound_west);
    assert_eq!(
        halves_of.iter().map(|half| half.role).collect::<Vec<_>>(),
        [
            Role::BidirectionalInbound,
            Role::BidirectionalOutbound { peer_inbound: true }
        ]
    );
    assert_eq!(halves_of[0].address.to_string(), "west/shared");
    assert_eq!(halves_of[0].peer.cluster.as_str(), "east");
    let outbound = both("", ", credentials: *credentials");
    assert!(halves(&outbound).iter().all(|half| {
        half.role.connection_mode() == ConnectionMode::Outbound
            && half.configs.contains_key("bootstrap.servers")
    }));
}

#[test]
fn governance_is_carried_over() {
    let desired = desired(
        "retired:
  - { link: old, cluster: west, mirrors: promote, reason: moved }
policy:
  allow: [reversible]
  blast_radius: { max_percent: 5 }
  promote: { max_lag: 10, within: 2m }
  failover: { max_lag: 7 }
",
    );
    assert_eq!(desired.retired[0].address.to_string(), "west/old");
    assert_eq!(desired.retired[0].cluster_id.as_str(), "lkc-west01");
    assert_eq!(desired.policy.allow.len(), 1);
    assert_eq!(desired.policy.blast_radius.max_percent, 5);
    assert_eq!(desired.policy.blast_radius.from, 10);
    assert_eq!(desired.policy.promote.within.as_secs(), 120);
    assert_eq!(desired.policy.failover.max_lag, Some(7));
}

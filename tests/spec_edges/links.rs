//! What a link says of itself: its mode, secrets and configs, and warnings that it silences.

use super::*;

#[test]
fn each_mode_has_its_fields() {
    let alone = |fields: &str| {
        format!(
            "version: 1\nx-c: &c {{ tls: {{}} }}\nlinks:\n  dr: {{ {fields}credentials: *c }}\n"
        )
    };
    let pushed = |halves: &str| {
        link_from(
            "east",
            "west",
            &format!(
                "mode: source-initiated\ncredentials: *credentials\n\
                 local_credentials: *credentials\nhalves: {{ {halves} }}"
            ),
        )
    };
    let signed = "credentials: *credentials";
    let waits = "connection: inbound";
    exactly(&[
        ("no end", alone(""), &["LW031 dr", "LW031 dr"]),
        (
            "no end of a link with a misspelt line",
            alone("src: east, "),
            &["LW005 src"],
        ),
        (
            "configs of the source's half",
            pushed("east: { configs: { ssl.provider: x }, undeclared_configs: reset }"),
            &[],
        ),
        (
            "a half of the destination",
            pushed("west: { configs: { ssl.provider: x } }"),
            &["LW031 west"],
        ),
        (
            "more than configs",
            pushed("east: { connection: outbound, prefix: w. }"),
            &["LW031 outbound", "LW031 w."],
        ),
        ("two that connect", halves(signed, signed, ""), &[]),
        ("one that waits", halves(waits, signed, ""), &["LW036 west"]),
        ("two that wait", halves(waits, waits, ""), &["LW032 east"]),
        ("no credentials", halves(signed, "", ""), &["LW036 west"]),
        (
            "no credentials on a half with a misspelt line",
            halves(signed, "credential: {}", ""),
            &["LW005 credential"],
        ),
        (
            "no credentials on a link with a misspelt line",
            halves(signed, "", "protekt: true"),
            &["LW005 protekt"],
        ),
    ]);
}

#[test]
fn secrets_are_reported_where_they_are() {
    let jaas = |line: &str| {
        link_from(
            "onprem",
            "west",
            &format!("credentials: {{ sasl_jaas: {{ mechanism: X, jaas: '{line}' }} }}"),
        )
    };
    let key = |key: &str| {
        link_from(
            "onprem",
            "west",
            &format!("credentials: {{ mtls: {{ certificate: \"${{file:c}}\", key: '{key}' }} }}"),
        )
    };
    let cloud = |credentials: &str| link_from("east", "west", credentials);
    let plain = r#"sasl_plain: { username: "${env:K}", password: "${env:S}" }"#;
    exactly(&[
        (
            "a password",
            jaas(r#"M required password="x";"#),
            &["LW070 'M required password=\"x\""],
        ),
        (
            "a secret",
            jaas(r#"M required clientSecret="x";"#),
            &["LW070 'M required clientSecret"],
        ),
        ("neither", jaas("M required useTicketCache=true;"), &[]),
        (
            "by reference",
            jaas(r#"M required password="${env:P}";"#),
            &[],
        ),
        (
            "a key that is a path",
            key("/etc/key"),
            &["LW071 '/etc/key'", "LW070 '/etc/key'"],
        ),
        (
            "a key that is PEM",
            key("-----BEGIN PRIVATE KEY-----"),
            &["LW070 '-----BEGIN PRIVATE KEY-"],
        ),
        ("a key by reference", key("${file:k}"), &[]),
        (
            "SASL with TLS",
            cloud(&format!("credentials: {{ {plain} }}")),
            &[],
        ),
        (
            "SASL without TLS",
            cloud(&format!("credentials: {{ {plain}, encryption: none }}")),
            &["LW039 credentials"],
        ),
        (
            "TLS without authentication",
            cloud("credentials: { tls: {} }"),
            &["LW039 credentials"],
        ),
        (
            "the same towards another kind",
            link_from("onprem", "west", "credentials: { tls: {} }"),
            &[],
        ),
        (
            "SASL without TLS towards another kind",
            link_from(
                "onprem",
                "west",
                &format!("credentials: {{ {plain}, encryption: none }}"),
            ),
            &[],
        ),
    ]);
}

#[test]
fn configs_are_reported_by_their_kind() {
    let config = |config: &str| link(&format!("configs: {{ {config} }}"));
    let onprem = |config: &str| {
        link_from(
            "east",
            "onprem",
            &format!("credentials: *credentials\nconfigs: {{ {config} }}"),
        )
    };
    let copied = |more: &str| {
        link(&format!(
            "topic_config_sync: {{ include: [cleanup.policy, max.message.bytes, \
             message.timestamp.difference.max.ms, message.timestamp.type, {more}] }}"
        ))
    };
    exactly(&[
        (
            "a field's own config, in whatever shape",
            config("acl.sync.enable: maybe"),
            &["LW075 acl.sync.enable"],
        ),
        (
            "no whole number",
            config("replica.socket.receive.buffer.bytes: many"),
            &["LW080 many"],
        ),
        (
            "derived by the server",
            onprem("remote.link.connection.mode: INBOUND"),
            &["LW077 remote.link.connection.m"],
        ),
        (
            "read-only on Cloud",
            config("request.timeout.ms: 1"),
            &["LW077 request.timeout.ms"],
        ),
        ("and not on Platform", onprem("request.timeout.ms: 1"), &[]),
        ("no store", config("a.location: b"), &["LW076 a.location"]),
        (
            "a store's path",
            config("ssl.keystore.location: b"),
            &["LW079 ssl.keystore.location"],
        ),
        ("a store's type", config("ssl.keystore.type: PEM"), &[]),
        (
            "a mechanism, which the credentials write",
            config("sasl.mechanism: PLAIN"),
            &["LW075 sasl.mechanism"],
        ),
        ("on Platform", onprem("ssl.keystore.location: b"), &[]),
        ("a list that is whole", copied("retention.ms"), &[]),
        (
            "what is never copied",
            copied("confluent.key.a, confluent.value.b, confluent.tier.c, confluent.placement.d"),
            &[
                "LW108 confluent.key.a",
                "LW108 confluent.value.b",
                "LW108 confluent.tier.c",
                "LW108 confluent.placement.d",
            ],
        ),
    ]);
}

#[test]
fn only_a_warning_is_silenced() {
    exactly(&[
        (
            "an error stays",
            link("mirrors:\n  a b: {} # linkwright:allow LW047 old"),
            &["LW047 a b", "LW021 # linkwright:allow LW047"],
        ),
        (
            "a warning goes",
            link("configs:\n  a.ms: 1 # linkwright:allow LW076 new"),
            &[],
        ),
    ]);
}

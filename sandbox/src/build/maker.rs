//! Makers: which link configs a client sends when it creates a link, as a table.
//!
//! What was sent is shown as set, even where it equals the default.

use crate::state::Cluster;
use crate::vocabulary::{ConnectionMode, LinkMode, Maker};
use crate::world::LinkSpec;
use std::collections::BTreeMap;

/// The half that is made.
#[derive(Clone, Copy)]
struct Making<'a> {
    link: &'a LinkSpec,
    home: &'a Cluster,
    remote: &'a Cluster,
}

/// A config that is sent, and on which halves.
struct Sent {
    by: Maker,
    on: fn(Making<'_>) -> bool,
    name: &'static str,
    value: Value,
}

/// Where the value comes from.
#[derive(Clone, Copy)]
enum Value {
    Text(&'static str),
    LinkMode,
    ConnectionMode,
    /// The other cluster's bootstrap servers.
    Peer,
    /// The same, each with `SASL_SSL://` in front.
    PeerWithScheme,
    /// The other cluster's id.
    PeerId,
    /// A JAAS line with a principal of the other cluster.
    PeerJaas,
    /// A JAAS line with a principal of the half's own cluster.
    OwnJaas,
}

use Value::{OwnJaas, Peer, PeerId, PeerJaas, PeerWithScheme, Text};

fn every(_: Making<'_>) -> bool {
    true
}

fn outbound(half: Making<'_>) -> bool {
    half.link.connection == ConnectionMode::Outbound
}

fn inbound(half: Making<'_>) -> bool {
    half.link.connection == ConnectionMode::Inbound
}

fn bidirectional_outbound(half: Making<'_>) -> bool {
    outbound(half) && half.link.mode == LinkMode::Bidirectional
}

fn not_destination(half: Making<'_>) -> bool {
    half.link.mode != LinkMode::Destination
}

/// Halves that authenticate to their own cluster too.
fn local(half: Making<'_>) -> bool {
    outbound(half) && not_destination(half)
}

/// Outbound to a cluster whose principals have passwords.
fn password(half: Making<'_>) -> bool {
    outbound(half) && half.remote.link_principals.is_some()
}

/// Outbound to a cluster that takes anyone: certificates prove themselves.
fn certificate(half: Making<'_>) -> bool {
    outbound(half) && half.remote.link_principals.is_none()
}

const fn sends(by: Maker, on: fn(Making<'_>) -> bool, name: &'static str, value: Value) -> Sent {
    Sent {
        by,
        on,
        name,
        value,
    }
}

const EVERY_GROUP: &str =
    r#"{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"}]}"#;

#[rustfmt::skip] // one config, one line
const TABLE: &[Sent] = &[
    sends(Maker::Terraform, every, "link.mode", Value::LinkMode),
    sends(Maker::Terraform, every, "connection.mode", Value::ConnectionMode),
    // Its documentation shows addresses with their protocol, and it sends them as they are.
    sends(Maker::Terraform, every, "bootstrap.servers", PeerWithScheme),
    sends(Maker::Terraform, outbound, "security.protocol", Text("SASL_SSL")),
    sends(Maker::Terraform, outbound, "sasl.mechanism", Text("PLAIN")),
    sends(Maker::Terraform, outbound, "sasl.jaas.config", PeerJaas),
    sends(Maker::Terraform, local, "local.security.protocol", Text("SASL_SSL")),
    sends(Maker::Terraform, local, "local.sasl.mechanism", Text("PLAIN")),
    sends(Maker::Terraform, local, "local.sasl.jaas.config", OwnJaas),
    sends(Maker::Terraform, bidirectional_outbound, "remote.link.connection.mode", Text("INBOUND")),

    sends(Maker::Cli, every, "link.mode", Value::LinkMode),
    sends(Maker::Cli, inbound, "connection.mode", Value::ConnectionMode),
    sends(Maker::Cli, outbound, "bootstrap.servers", Peer),
    sends(Maker::Cli, outbound, "security.protocol", Text("SASL_SSL")),
    sends(Maker::Cli, outbound, "sasl.mechanism", Text("PLAIN")),
    sends(Maker::Cli, outbound, "sasl.jaas.config", PeerJaas),
    sends(Maker::Cli, local, "local.listener", Text("SASL_SSL")),
    sends(Maker::Cli, local, "local.security.protocol", Text("SASL_SSL")),
    sends(Maker::Cli, local, "local.sasl.mechanism", Text("PLAIN")),
    sends(Maker::Cli, local, "local.sasl.jaas.config", OwnJaas),

    sends(Maker::Console, not_destination, "link.mode", Value::LinkMode),
    sends(Maker::Console, inbound, "connection.mode", Value::ConnectionMode),
    sends(Maker::Console, outbound, "bootstrap.servers", Peer),
    sends(Maker::Console, outbound, "security.protocol", Text("SASL_SSL")),
    sends(Maker::Console, outbound, "sasl.mechanism", Text("PLAIN")),
    sends(Maker::Console, outbound, "sasl.jaas.config", PeerJaas),
    sends(Maker::Console, local, "local.security.protocol", Text("SASL_SSL")),
    sends(Maker::Console, local, "local.sasl.mechanism", Text("PLAIN")),
    sends(Maker::Console, local, "local.sasl.jaas.config", OwnJaas),

    sends(Maker::Cfk, not_destination, "link.mode", Value::LinkMode),
    sends(Maker::Cfk, inbound, "connection.mode", Value::ConnectionMode),
    sends(Maker::Cfk, inbound, "cluster.link.id", PeerId),
    sends(Maker::Cfk, outbound, "bootstrap.servers", Peer),
    sends(Maker::Cfk, every, "config.providers", Text("file")),
    sends(Maker::Cfk, every, "config.providers.file.class", Text("org.apache.kafka.common.config.provider.FileConfigProvider")),
    sends(Maker::Cfk, every, "local.listener.name", Text("TOKEN")),
    sends(Maker::Cfk, certificate, "security.protocol", Text("SSL")),
    sends(Maker::Cfk, certificate, "ssl.keystore.type", Text("PEM")),
    sends(Maker::Cfk, certificate, "ssl.keystore.certificate.chain", Text("${file:/mnt/sslcerts/tls.crt}")),
    sends(Maker::Cfk, certificate, "ssl.keystore.key", Text("${file:/mnt/sslcerts/tls.key}")),
    sends(Maker::Cfk, certificate, "ssl.truststore.type", Text("PEM")),
    sends(Maker::Cfk, certificate, "ssl.truststore.certificates", Text("${file:/mnt/sslcerts/ca.crt}")),
    sends(Maker::Cfk, password, "security.protocol", Text("SASL_SSL")),
    sends(Maker::Cfk, password, "sasl.mechanism", Text("PLAIN")),
    sends(Maker::Cfk, password, "sasl.jaas.config", PeerJaas),

    sends(Maker::Kcp, every, "link.mode", Value::LinkMode),
    sends(Maker::Kcp, every, "connection.mode", Value::ConnectionMode),
    sends(Maker::Kcp, outbound, "bootstrap.servers", Peer),
    sends(Maker::Kcp, inbound, "bootstrap.servers", Text("")),
    sends(Maker::Kcp, outbound, "security.protocol", Text("SASL_SSL")),
    sends(Maker::Kcp, outbound, "sasl.mechanism", Text("PLAIN")),
    sends(Maker::Kcp, outbound, "sasl.jaas.config", PeerJaas),
    sends(Maker::Kcp, every, "consumer.offset.group.filters", Text(EVERY_GROUP)),
    sends(Maker::Kcp, every, "consumer.offset.sync.enable", Text("true")),
];

/// The configs that a half has when nothing else is said of it.
pub(crate) fn sent(
    by: Option<Maker>,
    link: &LinkSpec,
    home: &Cluster,
    remote: &Cluster,
) -> BTreeMap<String, String> {
    let half = Making { link, home, remote };
    let Some(by) = by else {
        return unsigned(half);
    };
    TABLE
        .iter()
        .filter(|row| row.by == by && (row.on)(half))
        .map(|row| (row.name.to_owned(), row.value.of(half)))
        .collect()
}

/// What a half needs when no maker is given.
fn unsigned(half: Making<'_>) -> BTreeMap<String, String> {
    let mut configs = vec![
        ("link.mode", Value::LinkMode),
        ("connection.mode", Value::ConnectionMode),
    ];
    if outbound(half) {
        configs.push(("bootstrap.servers", Peer));
    }
    if password(half) {
        configs.extend([
            ("security.protocol", Text("SASL_SSL")),
            ("sasl.mechanism", Text("PLAIN")),
            ("sasl.jaas.config", PeerJaas),
        ]);
    }
    configs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.of(half)))
        .collect()
}

impl Value {
    fn of(self, half: Making<'_>) -> String {
        match self {
            Value::Text(text) => text.to_owned(),
            Value::LinkMode => half.link.mode.name().to_owned(),
            Value::ConnectionMode => half.link.connection.name().to_owned(),
            Value::Peer => half.remote.bootstrap.clone(),
            Value::PeerWithScheme => half
                .remote
                .bootstrap
                .split(',')
                .map(|address| format!("SASL_SSL://{}", address.trim()))
                .collect::<Vec<_>>()
                .join(","),
            Value::PeerId => half.remote.id.clone(),
            Value::PeerJaas => jaas(half.remote),
            Value::OwnJaas => jaas(half.home),
        }
    }
}

/// A line that authenticates as the first principal of a cluster, or as anyone where all are taken.
fn jaas(cluster: &Cluster) -> String {
    let first = cluster.link_principals.iter().flatten().next();
    let (username, password) = first.map_or(("KEY", "SECRET"), |principal| {
        (principal.username.as_str(), principal.password.as_str())
    });
    format!(
        "org.apache.kafka.common.security.plain.PlainLoginModule required \
         username=\"{username}\" password=\"{password}\";"
    )
}

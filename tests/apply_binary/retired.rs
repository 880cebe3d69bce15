//! A link to take away, and the desired state to do so.

/// Two clusters by the names and ids of [`WORLD`].
pub(crate) const CLUSTERS: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:KEY:-k}", password: "${env:SECRET:-s}" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:KEY:-k}", password: "${env:SECRET:-s}" } }
"#;

/// A link to take away, with a mirror that must be failed over first.
pub(crate) const WORLD: &str = r"version: 1
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics: [{ name: a, partitions: 1 }]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: old
        remote: lkc-east01
        mirrors: [{ source_topic: a }]
";

/// The desired state to take it away.
pub(crate) fn retired() -> String {
    format!(
        "{CLUSTERS}retired:\n  - {{ link: old, cluster: west, mirrors: failover, reason: moved }}\n\
         policy:\n  allow: [reversible, disruptive, irreversible, data-loss]\n"
    )
}

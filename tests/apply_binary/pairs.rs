//! A spec with a Cloud API key: the command line asks the Switchover service of the sandbox.

use super::retired::CLUSTERS;
use crate::support::workspace::Workspace;

const WORLD: &str = r#"version: 1
cloud_api_keys: [{ username: CLOUD, password: cloud-secret }]
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics: [{ name: orders, partitions: 1 }]
    links: [{ name: both, remote: lkc-west01, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: &configs { security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x } }]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links: [{ name: both, remote: lkc-east01, mode: BIDIRECTIONAL, cluster_link_id: pair, configs: *configs }]
switchover:
  pairs:
    - { id: sw-1, environment: env-1, phase: PHASE, active: east, members: [{ name: east, cluster: lkc-east01 }, { name: west, cluster: lkc-west01 }] }
"#;

const LINK: &str = r#"confluent_cloud:
  api_key: "${env:CLOUD_KEY}"
  api_secret: "${env:CLOUD_SECRET}"
  environments: [env-1]
links:
  both:
    mode: bidirectional
    halves:
      east: &half { credentials: { sasl_plain: { username: "${env:LINK_KEY:-sandbox}", password: "${env:LINK_SECRET:-sandbox}" } } }
      west: *half
    topics: { orders: { primary: east } }
"#;

#[test]
fn the_command_line_leaves_a_pair_to_its_service() {
    let spec = format!("{CLUSTERS}{LINK}");
    let workspace = Workspace::with(&spec, &WORLD.replace("PHASE", "UPDATING"))
        .env("CLOUD_KEY", "any")
        .env("CLOUD_SECRET", "any");
    workspace
        .run(&["plan", "links.yaml", "--sandbox", "w/world.yaml"])
        .exits(3)
        .says("LW551")
        .says("UPDATING");
    workspace
        .run(&[
            "apply",
            "links.yaml",
            "--sandbox",
            "w/world.yaml",
            "--auto-approve",
        ])
        .exits(3);
    let sandbox = workspace.sandbox();
    assert_eq!(sandbox.harms(), []);
}

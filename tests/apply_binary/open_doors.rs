//! Ways in which data was lost or a gate was passed unasked, each closed: what the binary says, how it
//! exits, and what the server received.

use std::process::Command;

use crate::desk::{Desk, Said};
use crate::proxy::{Lies, Proxy};

const JAAS: &str = r#"org.apache.kafka.common.security.plain.PlainLoginModule required username="sandbox" password="sandbox";"#;

/// A source with 600 records and a destination that mirrors them; `link` adds to the link.
fn world(link: &str) -> String {
    format!(
        r#"version: 1
clock: {{ mode: manual }}
clusters:
  - id: lkc-ash01
    name: ash
    bootstrap_servers: ash.example:9092
    topics: [{{ name: orders, partitions: 3, records: 600 }}]
  - id: lkc-birch
    name: birch
    bootstrap_servers: birch.example:9092
    links:
      - name: dr
        remote: lkc-ash01
        configs:
          security.protocol: SASL_SSL
          sasl.mechanism: PLAIN
          sasl.jaas.config: '{JAAS}'
{link}        mirrors: [{{ source_topic: orders }}]
"#
    )
}

/// The spec for [`world`]; `link` and `rest` are YAML of the link and of the whole.
fn spec(proxy: &Proxy, link: &str, rest: &str) -> String {
    let url = &proxy.url;
    format!(
        r#"version: 1
clusters:
  ash: {{ id: lkc-ash01, bootstrap_servers: "ash.example:9092" }}
  birch:
    id: lkc-birch
    rest_endpoint: "{url}"
    bootstrap_servers: birch.example:9092
    rest_auth: {{ basic: {{ username: "${{env:A:-sandbox}}", password: "${{env:B:-sandbox}}" }} }}
links:
  dr:
    source: ash
    destination: birch
    credentials: {{ sasl_plain: {{ username: "${{env:K:-sandbox}}", password: "${{env:S:-sandbox}}" }} }}
{link}
{rest}
"#
    )
}

const FAILED_OVER: &str = "    mirrors: { orders: { state: failed-over } }";

fn run(command: &mut Command) -> Said {
    Said::from(command.output().unwrap())
}

impl Said {
    #[track_caller]
    fn says(self, words: &str) -> Self {
        let all = format!("{}\n{}", self.out, self.err);
        // Where a line breaks says nothing.
        let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{words:?} is not in\n{all}");
        self
    }

    #[track_caller]
    fn never_says(self, words: &str) -> Self {
        let all = format!("{}\n{}", self.out, self.err);
        assert!(!all.contains(words), "{words:?} is in\n{all}");
        self
    }
}

/// The configs of a link as the sandbox holds them.
fn configs(proxy: &Proxy) -> serde_json::Value {
    proxy.sandbox().snapshot()["clusters"]["lkc-birch"]["halves"]["dr"]["configs"].clone()
}

#[test]
fn a_plan_file_shows_its_allowances_and_carries_none() {
    let proxy = Proxy::serve(&world(""), Lies::default());
    let desk = Desk::new(&spec(&proxy, FAILED_OVER, ""), "version: 1\n");
    let allow = ["--allow", "irreversible,data-loss"];
    let plan = ["plan", "--out", "plan.json", "links.yaml"];
    run(desk.linkwright(&plan).args(allow)).exits(0);
    proxy.take_seen();
    let apply = [
        "apply",
        "--plan",
        "plan.json",
        "--auto-approve",
        "links.yaml",
    ];
    run(&mut desk.linkwright(&apply))
        .exits(3)
        .says("plan.json was made with --allow irreversible,data-loss. A plan file does not carry allowances")
        .says("--allow irreversible");
    assert_eq!(proxy.take_writes(), [""; 0]);
    run(desk.linkwright(&apply).args(allow))
        .exits(0)
        .never_says("does not carry allowances");
    assert_eq!(
        proxy.take_writes(),
        ["POST lkc-birch/links/dr/mirrors:failover"]
    );
}

#[cfg(unix)]
#[test]
fn outputs_do_not_replace_devices_and_files_are_whole_and_private() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    let proxy = Proxy::serve(&world(""), Lies::default());
    let desk = Desk::new(
        &spec(&proxy, "    mirrors: { orders: {} }", ""),
        "version: 1\n",
    );
    // A link stands for the device, so that a failure of this test costs no device.
    symlink("/dev/null", desk.path("null")).unwrap();
    symlink("/dev/stdout", desk.path("stdout")).unwrap();
    let outputs = [
        ("plan", "--out"),
        ("plan", "--json-into"),
        ("plan", "--markdown-into"),
        ("plan", "--html-into"),
        ("drift", "--json-into"),
        ("drift", "--markdown-into"),
        ("drift", "--html-into"),
        ("drift", "--metrics-file"),
    ];
    for (command, option) in outputs {
        let to = |path: &str| {
            let args = [command, option, path, "links.yaml"];
            run(&mut desk.linkwright(&args)).exits(0)
        };
        to("null");
        let null = desk.path("null");
        assert!(null.is_symlink(), "{command} {option} replaced the link");
        let device = std::fs::metadata(&null).unwrap().file_type();
        assert!(device.is_char_device(), "{command} {option}");
        to("file");
        let meta = std::fs::metadata(desk.path("file")).unwrap();
        let mode = if option == "--metrics-file" {
            0o644
        } else {
            0o600
        };
        assert_eq!(
            meta.permissions().mode() & 0o777,
            mode,
            "{command} {option}"
        );
        let said = to("stdout");
        assert!(desk.path("stdout").is_symlink(), "{command} {option}");
        // Times differ from run to run; the first line does not hold any.
        let written = desk.read("file");
        let first = written.lines().next().unwrap();
        assert!(said.out.contains(first), "{command} {option}: {}", said.out);
        std::fs::remove_file(desk.path("file")).unwrap();
    }
    // A redirected standard output is a file, and still no file to replace.
    let file = std::fs::File::create(desk.path("all")).unwrap();
    let args = ["plan", "--markdown-into", "/dev/stdout", "links.yaml"];
    let status = desk.linkwright(&args).stdout(file).status().unwrap();
    assert!(status.success());
    let all = desk.read("all");
    let (text, markdown) = all.split_once("## Linkwright plan").unwrap();
    assert!(
        text.contains("No changes") && markdown.contains("No changes"),
        "{all}"
    );
}

#[test]
fn a_reset_of_undeclared_configs_leaves_the_connection_alone() {
    let link = "          ssl.endpoint.identification.algorithm: ''\n          \
                client.dns.lookup: resolve_canonical_bootstrap_servers_only\n          \
                consumer.offset.sync.ms: '60000'\n";
    let proxy = Proxy::serve(&world(link), Lies::default());
    let before = configs(&proxy);
    let wish = "    undeclared_configs: reset\n    mirrors: { orders: {} }";
    let desk = Desk::new(&spec(&proxy, wish, ""), "version: 1\n");
    run(&mut desk.linkwright(&["apply", "--auto-approve", "links.yaml"])).exits(0);
    let seen = proxy.take_seen();
    let names: Vec<&str> = seen
        .iter()
        .filter(|seen| seen.writes())
        .flat_map(|seen| seen.body["data"].as_array().unwrap())
        .map(|change| change["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["consumer.offset.sync.ms"]);
    let after = configs(&proxy);
    for name in ["ssl.endpoint.identification.algorithm", "client.dns.lookup"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    run(&mut desk.linkwright(&["plan", "links.yaml"]))
        .says("ssl.endpoint.identification.algorithm")
        .says("never reset");
}

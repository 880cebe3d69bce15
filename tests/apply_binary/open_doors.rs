//! Ways in which data was lost or a gate was passed unasked, each closed: what the binary says, how it
//! exits, and what the server received.

use std::process::Command;
use std::time::Duration;

use axum::http::StatusCode;
use linkwright_sandbox::Reach;
use serde_json::{Value, json};

use crate::support::proxy::{Lies, Proxy, Seen};
use crate::support::workspace::{Said, Workspace};

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
    Said::by(command)
}

trait Tells {
    fn tells(self, words: &str) -> Self;
}

impl Tells for Said {
    /// As `says`; where a line breaks does not matter.
    #[track_caller]
    fn tells(self, words: &str) -> Self {
        let all = format!("{}\n{}", self.out, self.err);
        let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{words:?} is not in\n{all}");
        self
    }
}

/// The configs of a link as the sandbox holds them.
fn configs(proxy: &Proxy) -> serde_json::Value {
    proxy.sandbox().snapshot()["clusters"]["lkc-birch"]["halves"]["dr"]["configs"].clone()
}

/// Changes the lag figures in every list of mirror topics.
fn lags(figures: Value) -> Lies {
    Lies::default().change_answers(move |seen, answer| {
        if seen.method == "GET" && seen.path.ends_with("/mirrors") {
            for row in answer["data"].as_array_mut().unwrap() {
                row["mirror_lags"] = figures.clone();
            }
        }
    })
}

fn lag(partition: u32, lag: i64, offset: i64) -> Value {
    json!({ "partition": partition, "lag": lag, "last_source_fetch_offset": offset })
}

/// The figures that look like "nothing is behind" and are not, each with what is said of them.
fn worlds_that_look_current() -> Vec<(&'static str, Proxy)> {
    let never_fetched = json!([lag(0, 0, -1), lag(1, 0, -1), lag(2, 0, -1)]);
    let negative = json!([lag(0, 0, 9), lag(1, -1, 9), lag(2, 0, 9)]);
    let partial = json!([lag(0, 0, 9), lag(1, 0, 9)]);
    let serve = |lies| Proxy::serve(&world(""), lies);
    // The source goes away while the lag is 0, and its producers write on; the mirror is still ACTIVE.
    let lost = serve(Lies::default());
    lost.sandbox().advance(Duration::from_secs(60));
    assert!(lost.sandbox().set_reachable("lkc-ash01", Reach::Cut));
    lost.sandbox().advance(Duration::from_secs(20));
    assert!(lost.sandbox().produce("lkc-ash01", "orders", 5_000));
    lost.sandbox().advance(Duration::from_secs(100));
    vec![
        ("the link reports an error", lost),
        (
            "nothing was fetched from 3 partitions",
            serve(lags(never_fetched)),
        ),
        ("a negative lag", serve(lags(negative))),
        ("the lag of only some partitions", serve(lags(partial))),
        ("the server reports no lag", serve(lags(json!([])))),
    ]
}

#[test]
fn a_failover_needs_the_allowance_for_data_loss_whatever_the_lag_figures_say() {
    let current = ("the lag was 0", Proxy::serve(&world(""), Lies::default()));
    current.1.sandbox().advance(Duration::from_secs(60));
    let check = |why: &str, proxy: Proxy| {
        let workspace = Workspace::with(&spec(&proxy, FAILED_OVER, ""), "version: 1\n");
        run(&mut workspace.linkwright(&["plan", "links.yaml", "--allow", "irreversible"]))
            .exits(3)
            .tells("[irreversible] [data-loss]")
            .tells("--allow data-loss")
            .tells(why);
        let apply = ["apply", "links.yaml", "--auto-approve", "--allow"];
        run(workspace.linkwright(&apply).arg("irreversible")).exits(3);
        assert_eq!(proxy.take_writes(), [""; 0], "{why}");
        run(workspace.linkwright(&apply).arg("irreversible,data-loss")).exits(0);
        let sent = ["POST lkc-birch/links/dr/mirrors:failover"];
        assert_eq!(proxy.take_writes(), sent, "{why}");
    };
    each(
        worlds_that_look_current().into_iter().chain([current]),
        check,
    );
}

/// Checks what waits for its own clusters side by side.
fn each<T: Send>(
    cases: impl IntoIterator<Item = (&'static str, T)>,
    check: impl Fn(&str, T) + Sync,
) {
    std::thread::scope(|scope| {
        for (why, case) in cases {
            let check = &check;
            scope.spawn(move || check(why, case));
        }
    });
}

#[test]
fn a_lag_that_is_not_known_passes_no_gate() {
    let policy =
        "policy: { promote: { max_lag: 1000000, within: 1s }, failover: { max_lag: 1000000 } }";
    let check = |why: &str, proxy: Proxy| {
        let link = FAILED_OVER.replace("failed-over", "promoted");
        let workspace = Workspace::with(&spec(&proxy, &link, policy), "version: 1\n");
        let apply = ["apply", "links.yaml", "--auto-approve", "--allow"];
        let run_once = run(workspace.linkwright(&apply).arg("irreversible"));
        match why.starts_with("the link reports") {
            // A promotion needs the source: the plan refuses it.
            true => run_once.exits(3).tells("LW213").tells("its link reports"),
            false => run_once.exits(6).tells("its lag is unknown").tells(why),
        };
        assert_eq!(proxy.take_writes(), [""; 0], "{why}");
        let workspace = Workspace::with(&spec(&proxy, FAILED_OVER, policy), "version: 1\n");
        if !why.starts_with("the link reports") {
            run(workspace.linkwright(&apply).arg("irreversible,data-loss"))
                .exits(3)
                .tells("LW304");
        }
    };
    let mut worlds = worlds_that_look_current();
    // A partition without records looks like this for ever, and a promotion copies what is left.
    worlds.retain(|(why, _)| !why.starts_with("nothing was fetched"));
    each(worlds, check);
}

const ALL: [&str; 2] = ["--allow", "irreversible,data-loss"];
const FAILOVER: &str = "POST lkc-birch/links/dr/mirrors:failover";
const ALTER: &str = "PUT lkc-birch/links/dr/configs:alter";

/// Every request but reads, one a line.
fn sent(proxy: &Proxy) -> Vec<String> {
    let seen = proxy.take_seen();
    let asked = seen.iter().filter(|seen| seen.method != "GET");
    asked.map(Seen::line).collect()
}

fn validate_only(line: &str) -> String {
    format!("{line}?validate_only=true")
}

fn status(proxy: &Proxy) -> Value {
    let world = proxy.sandbox().snapshot();
    world["clusters"]["lkc-birch"]["halves"]["dr"]["mirrors"]["orders"]["status"].clone()
}

#[test]
fn a_rehearsal_sends_nothing_that_is_not_allowed() {
    let proxy = Proxy::serve(&world(""), Lies::default().drop_queries());
    let workspace = Workspace::with(&spec(&proxy, FAILED_OVER, ""), "version: 1\n");
    for args in [
        &["plan", "--rehearse", "links.yaml"][..],
        &[
            "plan",
            "--rehearse",
            "links.yaml",
            "--allow",
            "irreversible",
        ],
        &[
            "apply",
            "--dry-run",
            "links.yaml",
            "--allow",
            "irreversible",
        ],
    ] {
        run(&mut workspace.linkwright(args))
            .exits(3)
            .tells("#1 not rehearsed: it is not allowed (LW301)");
        assert_eq!(sent(&proxy), [""; 0], "{args:?}");
    }
}

#[test]
fn a_failover_is_rehearsed_only_where_the_endpoint_was_seen_to_validate() {
    // A server that does as it is asked: one setting is tried, read back, and the failover rehearsed.
    let honest = Proxy::serve(&world(""), Lies::default());
    let workspace = Workspace::with(&spec(&honest, FAILED_OVER, ""), "version: 1\n");
    let plan = ["plan", "--rehearse", "links.yaml"];
    run(workspace.linkwright(&plan).args(ALL))
        .exits(0)
        .tells("Rehearsal of 1 operation: 1 would be accepted");
    let asked = [validate_only(ALTER), validate_only(FAILOVER)];
    assert_eq!(sent(&honest), asked);

    // A gateway that drops the query: the setting changes, is put back, and no failover is sent.
    let lying = Proxy::serve(&world(""), Lies::default().drop_queries());
    let workspace = Workspace::with(&spec(&lying, FAILED_OVER, ""), "version: 1\n");
    let before = configs(&lying);
    run(workspace.linkwright(&plan).args(ALL))
        .exits(0)
        .tells("#1 not rehearsed: the server ignored validate_only and changed")
        .tells("it was restored");
    assert_eq!(sent(&lying), [validate_only(ALTER), ALTER.to_owned()]);
    assert_eq!(configs(&lying), before);
    let dry = ["apply", "--dry-run", "links.yaml"];
    run(workspace.linkwright(&dry).args(ALL)).exits(0);
    assert_eq!(sent(&lying), [validate_only(ALTER), ALTER.to_owned()]);
    assert_eq!(status(&lying), "ACTIVE");

    // Where the spec forbids even that, nothing is tried.
    let policy = "policy: { allow: [irreversible, data-loss] }";
    let workspace = Workspace::with(&spec(&honest, FAILED_OVER, policy), "version: 1\n");
    run(&mut workspace.linkwright(&plan))
        .exits(0)
        .tells("#1 not rehearsed")
        .tells("the policy does not allow reversible changes");
    assert_eq!(sent(&honest), [""; 0]);
}

#[test]
fn an_alteration_of_the_plan_proves_the_endpoint_and_is_reported_when_it_was_carried_out() {
    let link = format!("    topic_config_sync: {{ interval: 7s }}\n{FAILED_OVER}");
    let plan = ["plan", "--rehearse", "links.yaml"];
    let honest = Proxy::serve(&world(""), Lies::default());
    let workspace = Workspace::with(&spec(&honest, &link, ""), "version: 1\n");
    run(workspace.linkwright(&plan).args(ALL))
        .exits(0)
        .tells("2 would be accepted");
    let asked = [validate_only(ALTER), validate_only(FAILOVER)];
    assert_eq!(sent(&honest), asked);

    let lying = Proxy::serve(&world(""), Lies::default().drop_queries());
    let workspace = Workspace::with(&spec(&lying, &link, ""), "version: 1\n");
    run(workspace.linkwright(&plan).args(ALL))
        .exits(1)
        .tells("the server ignored validate_only and changed topic.config.sync.ms of")
        .tells("not rehearsed");
    assert_eq!(sent(&lying), [validate_only(ALTER)]);
    assert_eq!(status(&lying), "ACTIVE");
}

#[test]
fn an_empty_secret_is_a_missing_secret() {
    let proxy = Proxy::serve(&world(""), Lies::default());
    let honest = spec(&proxy, "    mirrors: { orders: { state: paused } }", "");
    let link_secret = honest.replace("${env:S:-sandbox}", "${env:S:-hunter2}");
    let rest_secret = honest.replace("${env:B:-sandbox}", "${env:B}");
    let from_file = honest.replace("${env:S:-sandbox}", "${file:secret}");
    let in_clear = honest.replace("${env:S:-sandbox}", " ");
    let commands: [&[&str]; 6] = [
        &["plan", "links.yaml"],
        &["plan", "--rehearse", "links.yaml"],
        &["apply", "links.yaml", "--auto-approve", "--rotate", "dr"],
        &["drift", "links.yaml"],
        &["status", "links.yaml"],
        &["validate", "--references", "links.yaml"],
    ];
    let variable = |name: &str| format!("environment variable `{name}` is set but empty");
    for (text, value, words, only_apply) in [
        (&link_secret, "", variable("S"), true),
        (&link_secret, " \t\n", variable("S"), true),
        (&rest_secret, "", variable("B"), false),
        (
            &from_file,
            "x",
            "the file `secret` is empty".to_owned(),
            true,
        ),
        (
            &in_clear,
            "x",
            "an empty value in credentials".to_owned(),
            false,
        ),
    ] {
        let workspace = Workspace::with(text, "version: 1\n");
        std::fs::write(workspace.path("secret"), " \n").unwrap();
        for args in commands {
            let mut command = workspace.linkwright(args);
            command.env("S", value);
            if !only_apply {
                command.env("B", value);
            }
            if only_apply && args[0] != "apply" {
                // What a link is written with is read by what writes it.
                let said = run(&mut command);
                assert_ne!(said.code, Some(64), "{args:?}: {}", said.err);
                proxy.take_seen();
                continue;
            }
            run(&mut command).exits(64).tells(&words);
            let seen = proxy.take_seen();
            assert!(seen.iter().all(|it| it.method == "GET"), "{args:?}");
            assert!(only_apply || seen.is_empty(), "{args:?}");
        }
    }
    // A default is for a variable that is not set, and one that begins with `sandbox` for both.
    let workspace = Workspace::with(&link_secret, "version: 1\n");
    run(&mut workspace.linkwright(&["plan", "links.yaml"])).exits(0);
    let workspace = Workspace::with(&honest, "version: 1\n");
    run(workspace.linkwright(&["plan", "links.yaml"]).env("S", "")).exits(0);
}

#[test]
fn a_secret_of_the_wrong_shape_is_refused_before_the_first_write() {
    let proxy = Proxy::serve(&world(""), Lies::default());
    let plain = r#"sasl_plain: { username: "${env:K:-sandbox}", password: "${env:S:-sandbox}" }"#;
    let jaas = r#"sasl_jaas: { mechanism: PLAIN, jaas: "${env:SECRET}" }"#;
    let mtls = r#"mtls: { certificate: "${env:SECRET}", key: "${env:SECRET}" }"#;
    let text = spec(&proxy, "    mirrors: { orders: { state: paused } }", "");
    let before = configs(&proxy);
    for (credentials, value, words) in [
        (jaas, "hunter2", "not a JAAS config"),
        (
            jaas,
            "org.example.Module required password=hunter2",
            "does not end with `;`",
        ),
        (mtls, "/secrets/hunter2.pem", "not PEM text"),
        (mtls, "-----BEGIN KEY-----\nhunter2", "is truncated"),
    ] {
        let workspace = Workspace::with(&text.replace(plain, credentials), "version: 1\n");
        // From a password to a certificate, the password is removed.
        let allow = ["--allow", "irreversible"];
        let apply = ["apply", "links.yaml", "--auto-approve", "--rotate", "dr"];
        run(workspace
            .linkwright(&apply)
            .args(allow)
            .env("SECRET", value))
        .exits(1)
        .tells(words)
        .tells("${env:SECRET}")
        .says_nothing_of("hunter2");
        assert_eq!(proxy.take_writes(), [""; 0], "{words}");
    }
    assert_eq!(configs(&proxy), before);
    assert_eq!(status(&proxy), "ACTIVE");
}

/// The spec that takes the link away; its source has an endpoint too.
fn retired(proxy: &Proxy) -> String {
    let text = spec(proxy, "", "");
    let (head, _) = text.split_once("links:\n").unwrap();
    let url = &proxy.url;
    let ash = format!(
        r#"ash: {{ id: lkc-ash01, bootstrap_servers: "ash.example:9092", rest_endpoint: "{url}", rest_auth: {{ basic: {{ username: sandbox, password: "${{env:B:-sandbox}}" }} }}"#
    );
    let head = head.replace(
        r#"ash: { id: lkc-ash01, bootstrap_servers: "ash.example:9092""#,
        &ash,
    );
    format!("{head}retired: [{{ link: dr, cluster: birch, mirrors: failover, reason: moved }}]\n")
}

#[test]
fn the_mode_of_a_link_is_read_and_not_guessed() {
    // As Confluent Cloud answers: a one-way link names its other end as `remote_cluster_id` too. The
    // source is lost.
    let lost = |seen: &Seen| {
        let is_source = seen.path.starts_with("lkc-ash01");
        is_source.then_some(StatusCode::SERVICE_UNAVAILABLE)
    };
    let as_on_cloud = |seen: &Seen, answer: &mut Value| {
        if seen.path == "lkc-birch/links" {
            answer["data"][0]["remote_cluster_id"] = json!("lkc-ash01");
        }
    };
    let lies = Lies::default().change_answers(as_on_cloud).fail(lost);
    let proxy = Proxy::serve(&world(""), lies);
    let workspace = Workspace::with(&retired(&proxy), "version: 1\n");
    let plan = ["plan", "links.yaml"];
    run(workspace.linkwright(&plan).args(ALL))
        .exits(0)
        .tells("delete link birch/dr");

    // Neither the config nor the ids say what it is: nothing is planned.
    let hidden = |seen: &Seen, answer: &mut Value| {
        if seen.path == "lkc-birch/links" {
            let row = &mut answer["data"][0];
            row["remote_cluster_id"] = row["source_cluster_id"].take();
        } else if seen.path == "lkc-birch/links/dr/configs" {
            let rows = answer["data"].as_array_mut().unwrap();
            rows.retain(|row| row["name"] != "link.mode");
        }
    };
    let proxy = Proxy::serve(&world(""), Lies::default().change_answers(hidden));
    for text in [
        retired(&proxy),
        spec(&proxy, "    mirrors: { orders: { state: paused } }", ""),
    ] {
        let workspace = Workspace::with(&text, "version: 1\n");
        run(workspace.linkwright(&plan).args(ALL))
            .exits(1)
            .tells("the mode of link birch/dr could not be read")
            .says_nothing_of("Wave 1");
    }
}

#[test]
fn a_list_that_cannot_be_read_just_now_never_ends_in_the_advice_to_allow_a_loss() {
    // On the sandbox's own time, since it is minutes before a list is given up.
    for code in [503, 429] {
        let world = world("").replace("mode: manual", "mode: { auto: { speed: 1.0 } }");
        let world = format!(
            "{world}faults: [{{ on: {{ route: acls.list }}, do: {{ status: {{ code: {code} }} }} }}]\n"
        );
        let cluster = |name: &str, id: &str| {
            let basic = "{ username: \"${env:A:-sandbox}\", password: \"${env:B:-sandbox}\" }";
            format!(
                "  {name}: {{ id: {id}, rest_endpoint: \"https://{name}.example\", bootstrap_servers: \"{name}.example:9092\", \
                 rest_auth: {{ basic: {basic} }} }}\n"
            )
        };
        let (ash, birch) = (cluster("ash", "lkc-ash01"), cluster("birch", "lkc-birch"));
        let links = r#"links:
  dr:
    source: ash
    destination: birch
    credentials: { sasl_plain: { username: "${env:K:-sandbox}", password: "${env:S:-sandbox}" } }
    acl_sync: { filters: [{ resource_type: topic }] }
    mirrors: { orders: {} }
"#;
        let spec = format!("version: 1\nclusters:\n{ash}{birch}{links}");
        let workspace = Workspace::with(&spec, &world);
        let sandbox = ["--sandbox", "w/world.yaml"];
        run(workspace.linkwright(&["plan", "links.yaml"]).args(sandbox))
            .exits(1)
            .tells("could not be read")
            .tells("run again")
            .says_nothing_of("data-loss");
        let apply = ["apply", "links.yaml", "--auto-approve"];
        run(workspace.linkwright(&apply).args(sandbox))
            .exits(1)
            .says_nothing_of("data-loss");
        let saved: Value = serde_json::from_str(&workspace.read("w/world.state.json")).unwrap();
        let asked = saved["requests"].as_array().unwrap();
        let refused = asked.iter().filter(|it| it["status"] == code).count();
        assert!(refused > 1, "{asked:#?}");
        assert!(asked.iter().all(|it| it["method"] == "GET"), "{asked:#?}");
    }
}

#[test]
fn a_plan_file_shows_its_allowances_and_carries_none() {
    let proxy = Proxy::serve(&world(""), Lies::default());
    let workspace = Workspace::with(&spec(&proxy, FAILED_OVER, ""), "version: 1\n");
    let allow = ["--allow", "irreversible,data-loss"];
    let plan = ["plan", "--out", "plan.json", "links.yaml"];
    run(workspace.linkwright(&plan).args(allow)).exits(0);
    proxy.take_seen();
    let apply = [
        "apply",
        "--plan",
        "plan.json",
        "--auto-approve",
        "links.yaml",
    ];
    run(&mut workspace.linkwright(&apply))
        .exits(3)
        .tells(
            "plan.json needs --allow irreversible,data-loss. A plan file does not carry allowances",
        )
        .tells("--allow irreversible");
    assert_eq!(proxy.take_writes(), [""; 0]);
    run(workspace.linkwright(&apply).args(allow))
        .exits(0)
        .says_nothing_of("does not carry allowances");
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
    let workspace = Workspace::with(
        &spec(&proxy, "    mirrors: { orders: {} }", ""),
        "version: 1\n",
    );
    // A link stands for the device, so that a failure of this test costs no device.
    symlink("/dev/null", workspace.path("null")).unwrap();
    symlink("/dev/stdout", workspace.path("stdout")).unwrap();
    let outputs = [
        ("plan", "--out"),
        ("plan", "--json-out"),
        ("plan", "--markdown-out"),
        ("plan", "--html-out"),
        ("drift", "--json-out"),
        ("drift", "--markdown-out"),
        ("drift", "--html-out"),
        ("drift", "--metrics-file"),
    ];
    for (command, option) in outputs {
        let to = |path: &str| {
            let args = [command, option, path, "links.yaml"];
            run(&mut workspace.linkwright(&args)).exits(0)
        };
        to("null");
        let null = workspace.path("null");
        assert!(null.is_symlink(), "{command} {option} replaced the link");
        let device = std::fs::metadata(&null).unwrap().file_type();
        assert!(device.is_char_device(), "{command} {option}");
        to("file");
        let meta = std::fs::metadata(workspace.path("file")).unwrap();
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
        assert!(workspace.path("stdout").is_symlink(), "{command} {option}");
        // Times differ from run to run; the first line does not hold any.
        let written = workspace.read("file");
        let first = written.lines().next().unwrap();
        assert!(said.out.contains(first), "{command} {option}: {}", said.out);
        std::fs::remove_file(workspace.path("file")).unwrap();
    }
    // A redirected standard output is a file, and still no file to replace.
    let file = std::fs::File::create(workspace.path("all")).unwrap();
    let args = ["plan", "--markdown-out", "/dev/stdout", "links.yaml"];
    let status = workspace.linkwright(&args).stdout(file).status().unwrap();
    assert!(status.success());
    let all = workspace.read("all");
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
    let link = "    undeclared_configs: reset\n    mirrors: { orders: {} }";
    let workspace = Workspace::with(&spec(&proxy, link, ""), "version: 1\n");
    run(&mut workspace.linkwright(&["apply", "--auto-approve", "links.yaml"])).exits(0);
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
    run(&mut workspace.linkwright(&["plan", "links.yaml"]))
        .tells("ssl.endpoint.identification.algorithm")
        .tells("never reset");
}

//! Clusters, their addresses, and the links that name them.

use super::*;

#[test]
fn a_cluster_is_reported_by_its_kind() {
    const AUTH: &str = r#"rest_auth: { basic: { username: "${env:K}", password: "${env:S}" } }"#;
    let platform = |id: &str| {
        cluster(&format!(
            "id: {id}, kind: confluent-platform, rest_endpoint: \"https://a:8090\""
        ))
    };
    let cloud = |id: &str| cluster(&format!("id: {id}, rest_endpoint: \"https://a\", {AUTH}"));
    let open = |auth: &str| cluster(&format!("id: lkc-1, rest_endpoint: \"https://a\"{auth}"));
    exactly(&[
        ("a Cloud id", cloud("lkc-1"), &[]),
        ("another id on Cloud", cloud("pkc-1"), &["LW043 pkc-1"]),
        ("no id on Cloud", cloud("''"), &["LW043 ''"]),
        (
            "an illegal id on Cloud",
            cloud("lkc-1 2"),
            &["LW043 lkc-1 2"],
        ),
        ("a Platform id, no authentication", platform("a-B_9."), &[]),
        (
            "a Cloud id on Platform",
            platform("lkc-1"),
            &["LW043 lkc-1"],
        ),
        ("no id on Platform", platform("''"), &["LW043 ''"]),
        ("an illegal id on Platform", platform("a b"), &["LW043 a b"]),
        (
            "no authentication to Cloud",
            open(""),
            &["LW073 \"https://a\""],
        ),
        (
            "`none` on Cloud",
            open(", rest_auth: { none: {} }"),
            &["LW073 none"],
        ),
        (
            "authentication that is misspelled",
            open(", rest_aut: {}"),
            &["LW005 rest_aut"],
        ),
    ]);
}

#[test]
fn an_endpoint_has_its_form() {
    let rest = |endpoint: &str| {
        cluster(&format!(
            "id: a, kind: confluent-platform, rest_endpoint: '{endpoint}'"
        ))
    };
    let bootstrap = |servers: &str| {
        cluster(&format!(
            "id: a, kind: confluent-platform, rest_endpoint: 'https://a', bootstrap_servers: '{servers}'"
        ))
    };
    let good = [
        "https://host",
        "http://host",
        "https://host:8090/kafka",
        "https://[::1]",
    ];
    for endpoint in good {
        exactly(&[(endpoint, rest(endpoint), &[])]);
    }
    for endpoint in [
        "ftp://host",
        "host:8090",
        "https://",
        "https://user@host",
        "https://:pw@host",
        "https://user:pw@host",
        "https://host?x",
        "https://host#x",
        "https://host:9092",
    ] {
        let there: String = format!("'{endpoint}'").chars().take(24).collect();
        exactly(&[(endpoint, rest(endpoint), &[&format!("LW041 {there}")])]);
    }
    for servers in ["[2001:db8::1]:9092", "a-b._c:1", "a:65535, b:1"] {
        exactly(&[(servers, bootstrap(servers), &[])]);
    }
    for servers in [
        "[2001:db8::g]:9092",
        "[]:9092",
        "[::1]",
        ":9092",
        "a b:9092",
        "a:0",
        "a:65536",
        "a",
        "a:1,",
        "SASL://a:1",
    ] {
        exactly(&[(
            servers,
            bootstrap(servers),
            &[&format!("LW041 '{servers}'")],
        )]);
    }
}

#[test]
fn a_link_is_between_two_clusters_that_are_declared() {
    let two = |east: &str, link: &str| {
        format!(
            "version: 1\nclusters:\n  east: {{ {east} }}\n  west: {{ id: w, kind: confluent-platform, \
             rest_endpoint: 'https://w' }}\nlinks:\n  dr: {{ {link} }}\n"
        )
    };
    let dr = "source: east, destination: west, credentials: { plaintext: {} }";
    let turned = "destination: west, source: east, credentials: { plaintext: {} }";
    let east = "id: e, kind: apache-kafka, bootstrap_servers: 'e:9092'";
    let same = "id: w, kind: confluent-platform, bootstrap_servers: 'e:9092'";
    let spare = two(east, dr).replace("links:", "  spare: { id: s, kind: apache-kafka }\nlinks:");
    let unbooted = "id: e, kind: apache-kafka";
    let again = "links:\n  two: { source: east, destination: west, prefix: e., credentials: { plaintext: {} } }";
    exactly(&[
        ("two clusters", two(east, dr), &[]),
        ("one of one id", two(same, dr), &["LW044 w", "LW033 west"]),
        (
            "one of one id, the destination first",
            two(same, turned),
            &["LW044 w", "LW033 east"],
        ),
        (
            "one of one name, not declared",
            two(east, dr).replace(
                "source: east, destination: west",
                "source: eas, destination: eas",
            ),
            &["LW030 eas", "LW030 eas", "LW033 eas"],
        ),
        (
            "one id under two halves",
            halves("credentials: *credentials", "credentials: *credentials", "")
                .replace("lkc-west01", "lkc-east01"),
            &["LW044 lkc-east01", "LW033 west"],
        ),
        (
            "nowhere to connect to, twice",
            two(unbooted, dr).replace("links:", again),
            &["LW035 east"],
        ),
        (
            "an address that is misspelt",
            two("id: e, kind: apache-kafka, bootstrap: 'e:9092'", dr),
            &["LW005 bootstrap"],
        ),
        (
            "a cluster that is not used",
            spare.clone(),
            &["LW107 spare"],
        ),
        (
            "one that another link may mean",
            spare.replace("source: east", "source: sprae"),
            &["LW030 sprae"],
        ),
        (
            "one that a link means which cannot be read",
            spare.replace(&format!("{{ {dr} }}"), "5"),
            &["LW006 5"],
        ),
        (
            "one that a misspelt line means",
            spare.replace("source: east", "sourc: east"),
            &["LW005 sourc"],
        ),
        (
            "clusters that cannot be read",
            format!("version: 1\nclusters: 5\nlinks:\n  dr: {{ {dr} }}\n"),
            &["LW006 5"],
        ),
        (
            "clusters under a misspelt key",
            two(east, dr).replace("clusters:", "cluster:"),
            &["LW005 cluster"],
        ),
        (
            "another key that is misspelt holds nothing back",
            two(east, dr).replace("source: east", "source: mainframe") + "polcy: {}\n",
            &["LW030 mainframe", "LW005 polcy"],
        ),
        (
            "links under a misspelt key",
            two(east, dr).replace("links:", "link:"),
            &["LW005 link"],
        ),
        (
            "links that cannot be read",
            two(east, dr).replace(&format!("\n  dr: {{ {dr} }}"), " 5"),
            &["LW006 5"],
        ),
    ]);
    let help = |text: &str| problems(text).remove(0).help;
    let nowhere =
        "version: 1\nlinks:\n  dr: { source: a, destination: b, credentials: { tls: {} } }\n";
    assert_eq!(help(nowhere), "declare it under `clusters`");
    let far = two(east, dr).replace("source: east", "source: mainframe");
    assert_eq!(help(&far), "declared clusters: `east`, `west`");
}

//! Input that nobody means well with, or that came out of a wrong editor: one clear diagnostic each,
//! in bounded time and memory, and never a panic.

use std::sync::Arc;

use linkwright::desired::lower;
use linkwright::diagnostic::{Diagnostic, Severity};
use linkwright::spec::{self, Limits, Spec};
use linkwright::validate::{self, Context};

fn read(text: &str) -> (Spec, Vec<Diagnostic>) {
    let files = [(Arc::from("spec.yaml"), Arc::from(text))];
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(
        &spec,
        &Context {
            today: jiff::civil::date(2026, 11, 23),
        },
    ));
    let _ = lower(&spec);
    (spec, problems)
}

/// The code and place of the only problem.
fn only(text: &str) -> String {
    let (_, problems) = read(text);
    let [problem] = problems.as_slice() else {
        panic!("expected one problem: {problems:#?}");
    };
    let place = problem.place().unwrap();
    format!("{} {}:{}", problem.code, place.line, place.column)
}

/// Bounded work is shown by its end: an exponential over these inputs would outlive the machine. No
/// time is asserted, since a busy machine has its own.
fn ends(work: impl FnOnce()) {
    work();
}

const GOOD: &str = "version: 1\nclusters:\n  west:\n    id: lkc-west01\n    rest_endpoint: https://west.example.com\n    rest_auth: { bearer: { token: \"${env:T}\" } }\nretired:\n  - { link: a, cluster: west, reason: b }\n";

#[test]
fn a_byte_order_mark_is_no_text_and_moves_no_column() {
    assert!(read(&format!("\u{feff}{GOOD}")).1.is_empty());
    assert_eq!(only("\u{feff}version: 2\n"), "LW015 1:10");
    assert_eq!(
        only(&format!("version: 1\n\u{feff}{}", &GOOD[11..])),
        "LW002 2:1"
    );
}

#[test]
fn line_breaks_of_every_kind_are_line_breaks() {
    assert!(read(&GOOD.replace('\n', "\r\n")).1.is_empty());
    let bad = GOOD
        .replace("link: a", "link: a, lnik: b")
        .replace('\n', "\r\n");
    assert_eq!(only(&bad), "LW005 8:16");
}

#[test]
fn places_count_characters_and_span_bytes() {
    let (_, problems) = read("version: 1\nx-ü: { ä: 1 }\nclüsters: {}\n");
    let place = problems[0].place().unwrap();
    assert_eq!((place.line, place.column), (3, 1));
    let text = "version: 1\nx-ü: { ä: 1 }\nclüsters: {}\n";
    assert_eq!(&text[place.range()], "clüsters");
}

#[test]
fn an_empty_file_is_reported() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "\u{feff}"] {
        let (_, problems) = read(text);
        assert_eq!(problems.len(), 1, "{text:?}: {problems:#?}");
        assert_eq!(problems[0].code.0, "LW019", "{text:?}");
    }
}

#[test]
fn several_documents_are_reported_once() {
    assert_eq!(
        only("version: 1\n---\nversion: 1\n---\nversion: 1\n"),
        "LW012 2:1"
    );
    assert!(read("---\nversion: 1\n...\n").1.is_empty());
}

#[test]
fn tabs_are_reported_as_tabs() {
    let (_, problems) = read("version: 1\nclusters:\n\twest: {}\n");
    assert!(problems[0].summary.contains("tab"), "{problems:#?}");
}

#[test]
fn what_is_not_a_mapping_is_reported() {
    for text in ["- a\n", "just text\n", "42\n", "[]\n"] {
        assert!(only(text).starts_with("LW024"), "{text:?}");
    }
}

#[test]
fn duplicate_keys_are_reported_in_every_form() {
    for text in [
        "version: 1\nlinks: {}\nlinks: {}\n",
        "version: 1\nlinks: {}\n\"links\": {}\n",
        "version: 1\nx-a: { 1: a, \"1\": b }\n",
    ] {
        assert!(only(text).starts_with("LW004"), "{text:?}");
    }
}

#[test]
fn merge_keys_are_applied_and_own_keys_win() {
    let text = GOOD
        .replace(
            "version: 1\n",
            "version: 1\nx-base: &base { id: lkc-base, rest_endpoint: https://west.example.com }\n",
        )
        .replace(
            "    rest_endpoint: https://west.example.com\n",
            "    <<: *base\n",
        );
    let (spec, problems) = read(&text);
    assert!(problems.is_empty(), "{problems:#?}");
    let west = spec.clusters.get("west").unwrap();
    assert_eq!(west.id.value, "lkc-west01");
    assert!(west.rest_endpoint.is_some());
    assert!(only("version: 1\nx-a: { <<: 3 }\n").starts_with("LW020"));
}

#[test]
fn yaml_1_1_booleans_are_names_with_a_warning() {
    for name in ["no", "on", "y", "Off", "null", "~"] {
        let text = GOOD
            .replace("west:\n", &format!("{name}:\n"))
            .replace("cluster: west", &format!("cluster: \"{name}\""));
        let (spec, problems) = read(&text);
        assert!(spec.clusters.declares(name), "{name}");
        assert_eq!(problems.len(), 1, "{name}: {problems:#?}");
        assert_eq!(
            (problems[0].code.0, problems[0].severity),
            ("LW018", Severity::Warning)
        );
    }
}

#[test]
fn strict_scalars_are_pinned() {
    // What is quoted by nobody and read differently by many.
    for (value, fits) in [
        ("true", true),
        ("TRUE", true),
        ("yes", false),
        ("on", false),
        ("1", false),
        ("\"true\"", false),
    ] {
        let text = format!(
            "version: 1\nlinks:\n  a: {{ protect: {value}, mode: bidirectional, halves: {{}} }}\n"
        );
        let (spec, _) = read(&text);
        assert_eq!(
            spec.links.get("a").unwrap().protect.is_some(),
            fits,
            "{value}"
        );
    }
    for (value, fits) in [
        ("30", true),
        ("017", false),
        ("1_000", false),
        ("0x1F", false),
        ("1.20", false),
        ("-1", false),
        ("\"30\"", false),
    ] {
        let (spec, _) = read(&format!(
            "version: 1\npolicy: {{ failover: {{ max_lag: {value} }} }}\n"
        ));
        let lag = spec
            .policy
            .and_then(|policy| policy.failover)
            .and_then(|it| it.max_lag);
        assert_eq!(lag.is_some(), fits, "{value}");
    }
}

#[test]
fn deep_nesting_stops_early() {
    for text in [
        "[".repeat(200_000),
        "{a: ".repeat(200_000),
        (0..2_000)
            .map(|depth| format!("{}a:\n", " ".repeat(depth)))
            .collect(),
        format!("version: 1\nx-a: {}1{}", "[".repeat(40), "]".repeat(40)),
    ] {
        ends(|| {
            let (_, problems) = read(&text);
            assert_eq!(problems.len(), 1);
            assert!(
                ["LW002", "LW003"].contains(&problems[0].code.0),
                "{problems:#?}"
            );
        });
    }
}

#[test]
fn alias_bombs_stop_early() {
    let mut bomb = "version: 1\nx-a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{},", level - 1).repeat(10);
        bomb.push_str(&format!("x-a{level}: &a{level} [{before}]\n"));
    }
    ends(|| assert!(only(&bomb).starts_with("LW003")));
    let mut merges = "version: 1\nx-a0: &a0 { k: 1, l: 2, m: 3 }\n".to_owned();
    for level in 1..30 {
        let before = level - 1;
        merges.push_str(&format!(
            "x-a{level}: &a{level} {{ a: *a{before}, b: *a{before}, <<: *a{before} }}\n"
        ));
    }
    ends(|| assert!(only(&merges).starts_with("LW003")));
    assert!(only("version: 1\nx-a: &a [*a]\n").starts_with("LW002"));
    assert!(only("version: 1\nx-a: *missing\n").starts_with("LW002"));
}

#[test]
fn ten_megabytes_are_read_or_refused_in_bounded_time() {
    let line = "  - { link: a, cluster: west, reason: \"ä long reason that fills the line up\" }\n";
    let many = format!(
        "version: 1\nretired:\n{}",
        line.repeat(10_000_000 / line.len())
    );
    ends(|| {
        let (_, problems) = read(&many);
        assert!(!problems.is_empty());
    });
    let text = format!("version: 1\nx-a: \"{}\"\n", "ä".repeat(1_000_000));
    ends(|| assert!(read(&text).1.is_empty()));
    let comment = format!("version: 1\n{}", "# a comment\n".repeat(200_000));
    ends(|| assert!(read(&comment).1.is_empty()));
    let large = "a".repeat(Limits::default().bytes + 1);
    assert!(only(&large).starts_with("LW003"));
}

#[test]
fn a_flood_of_problems_is_counted_and_not_listed() {
    let keys: String = (0..50_000).map(|n| format!("k{n}: 1\n")).collect();
    ends(|| {
        let (_, problems) = read(&format!("version: 1\n{keys}"));
        assert_eq!(problems.len(), 1001);
        assert!(problems[1000].summary.starts_with("49000 more problems"));
    });
}

#[test]
fn long_names_cost_their_length_only() {
    let name = "x".repeat(1_000_000);
    ends(|| {
        let (_, problems) = read(&format!("version: 1\n? {name}\n: 1\n"));
        assert!(!problems.is_empty());
        assert!(problems.iter().all(|problem| problem.summary.len() < 500));
    });
}

#[test]
fn control_characters_and_strange_text_are_no_panic() {
    for text in [
        "\0",
        "version: 1\nx: \u{1b}[2J\n",
        "version: 1\n\u{85}\u{2028}\u{2029}\n",
        "%YAML 1.1\n---\nversion: 1\n",
        "%TAG ! tag:x,2000:\n---\nversion: !a 1\n",
        "version: 1\n? [a, b]\n: c\n",
        "version: 1\n? \n: c\n",
        "&a version: 1\n*a : 2\n",
        "version: 1\nlinks: !!map {}\nx-a: !!binary aGk=\n",
        "version: |\n  1\n",
        "version: >-\n  1\n",
        "'version': \"1\"\n",
    ] {
        let _ = read(text);
    }
}

#[test]
fn unreadable_files_and_directories_have_their_words() {
    let file: Arc<str> = Arc::from("a.yaml");
    let bytes = b"version: 1\nclusters: { \xff\xfe }\n";
    let error = String::from_utf8(bytes.to_vec()).unwrap_err().utf8_error();
    let problem = spec::not_utf8(&file, bytes, error.valid_up_to());
    assert_eq!(problem.place().unwrap().to_string(), "a.yaml:2:13");
    assert!(
        spec::not_utf8(&file, b"\xff\xfev\0", 0)
            .summary
            .contains("UTF-16")
    );
    assert_eq!(spec::no_spec_in("specs").code.0, "LW019");
    assert_eq!(
        spec::unreadable("x", "too many symbolic links").code.0,
        "LW001"
    );
}

#[test]
fn files_that_cannot_be_read_hide_no_problem_and_make_none_up() {
    let files = [
        (Arc::from("a.yaml"), Arc::from("version: 1\nclusters: [\n")),
        (
            Arc::from("b.yaml"),
            Arc::from(
                "version: 1\nlinks:\n  a: { source: east, destination: west, interval: 3 }\n",
            ),
        ),
    ];
    let (spec, problems) = spec::parse(&files);
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.0).collect();
    assert_eq!(codes, ["LW002", "LW005"]);
    // The clusters may be declared in the file that could not be read.
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    assert!(validate::check(&spec, &context).is_empty());
}

#[test]
fn long_lists_cost_no_square_of_their_length() {
    let patterns: String = (0..60_000).map(|n| format!("\"p{n}\", ")).collect();
    let mirrors: String = (0..60_000).map(|n| format!("      m{n}: {{}}\n")).collect();
    let exceptions: String = (0..30_000)
        .map(|n| format!("  - {{ address: west/a/m{n}, reason: r, until: 2027-01-01 }}\n"))
        .collect();
    let secrets = "key: ".repeat(200_000);
    let text = format!(
        "version: 1\nlinks:\n  a:\n    source: east\n    destination: west\n    auto_create_mirrors:\n      topics: {{ include: [{patterns}], exclude: [{patterns}] }}\n    consumer_offset_sync:\n      groups: {{ include: [{patterns}], exclude: [{patterns}] }}\n    mirrors:\n{mirrors}exceptions:\n{exceptions}x-a: \"{secrets}\"\n"
    );
    ends(|| {
        let (spec, problems) = read(&text);
        assert!(!problems.is_empty());
        let _ = spec::masked(&spec, "spec.yaml", &text);
    });
}

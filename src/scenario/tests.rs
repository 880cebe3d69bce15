use super::*;
use crate::diagnostic::Severity;

fn parse(text: &str) -> (Option<Scenario>, Vec<Diagnostic>) {
    Scenario::parse(&"s.scenario.yaml".into(), text)
}

/// Codes with lines.
fn problems(text: &str) -> Vec<String> {
    let (_, problems) = parse(text);
    let errors = problems.iter().filter(|it| it.severity == Severity::Error);
    let said = errors.map(|it| {
        let line = it.place().map_or(0, |place| place.line);
        format!("{} {line}", it.code)
    });
    said.collect()
}

#[test]
fn what_is_written_is_read() {
    let text = "\
about: The east is lost
given:
  spec: [a.yaml, b.yaml]
  world: world.yaml
  env: { LINKWRIGHT_VAR_REGION: west, COUNT: 3 }
  events:
    - { call: POST faults, body: { on: { cluster: lkc-1 }, times: 2, always: true } }
when:
  - plan --allow data-loss
  - pass: 1h30m
  - lose: east
  - recover: east
  - produce: { cluster: east, topic: orders, records: 10, per_second: 0 }
  - start_group: { cluster: east, group: g, topics: [orders] }
  - stop_group: { cluster: east, group: g }
  - change: { alter_link: { link: west/dr, set: { acl.sync.ms: 1000 } } }
  - replace: { file: links.yaml, with: other.yaml }
  - { cluster: west, call: DELETE topics/orders }
  - run: drift
    expect: { findings: [] }
expect:
  ends: applied
  statuses: { west/dr/orders: STOPPED }
";
    let (scenario, problems) = parse(text);
    assert_eq!(problems, []);
    let scenario = scenario.unwrap();
    assert_eq!(scenario.given.spec.as_ref().unwrap().0.len(), 2);
    let [(_, region), (_, count)] = &scenario.given.env.iter().collect::<Vec<_>>()[..] else {
        panic!("{:?}", scenario.given.env)
    };
    assert_eq!((&*region.value.0, &*count.value.0), ("west", "3"));
    let Action::Call(call) = &scenario.given.events[0].action else {
        panic!("{:?}", scenario.given.events)
    };
    assert_eq!(
        call.body,
        serde_json::json!({ "on": { "cluster": "lkc-1" }, "times": 2, "always": true })
    );
    assert_eq!(scenario.when.len(), 11);
    let last = scenario.when.last().unwrap();
    assert_eq!(last.command().unwrap().value, "drift");
    assert_eq!(last.place.line, 19);
    let findings = last.expect.as_ref().unwrap().findings.as_ref();
    assert!(findings.unwrap().is_empty());
}

#[test]
fn everything_that_is_wrong_is_shown_with_its_line() {
    let text = "\
given: { world: a.yaml, snapshot: b.json, env: { LINKWRIGHT_STORE: s3://x } }
when:
  - { pass: 5m, lose: east }
  - pass: soon
  - change: { pause: west/dr/a, resume: west/dr/b }
  - { body: {} }
  - wait: 5m
  - lose: east
    expect: { exit: 1 }
expect:
  exit: 300
  statuses: { west/dr: STOPPED }
  refusals: [301]
  findings: [LW1]
  ends: well
  views: [plan.txt]
";
    let found = problems(text);
    for wanted in [
        "LW532 1", "LW530 3", "LW010 4", "LW530 5", "LW530 6", "LW005 7", "LW533 9", "LW533 11",
        "LW533 12", "LW006 13", "LW533 14", "LW009 15", "LW533 16",
    ] {
        assert!(found.iter().any(|it| it == wanted), "{wanted}: {found:?}");
    }
}

#[test]
fn a_scenario_needs_clusters_and_a_command() {
    assert_eq!(
        problems("given: { spec: a.yaml }\nwhen: [plan]\n"),
        ["LW532 1"]
    );
    assert_eq!(
        problems("given: { world: a.yaml }\nwhen: [{ pass: 1m }]\n"),
        ["LW530 1"]
    );
    assert_eq!(problems("given: { world: a.yaml }\n"), ["LW530 1"]);
    assert_eq!(problems("when: [plan]\n"), ["LW007 1"]);
    assert_eq!(problems(""), ["LW532 0"]);
    let events = "given:\n  world: a.yaml\n  events: [plan]\nwhen: [plan]\n";
    assert_eq!(problems(events), ["LW530 3"]);
}

#[test]
fn scenarios_are_known_by_their_names() {
    for (name, wanted) in [
        ("scenario.yaml", true),
        ("scenario.yml", true),
        ("lost.scenario.yaml", true),
        ("myscenario.yaml", false),
        ("scenario.yaml.bak", false),
        ("scenario.json", false),
    ] {
        assert_eq!(is_scenario_name(name), wanted, "{name}");
    }
}

//! The four views of the same diagnostics.

use std::sync::Arc;

use super::*;
use crate::diagnostic::{Code, Place, Sources};

const TEXT: &str = "links:\n  orders-dr:\n    source: eats\n    sourcé: west\n";

fn place(file: &str, needle: &str) -> Place {
    let start = TEXT.find(needle).unwrap();
    let line_start = TEXT[..start].rfind('\n').map_or(0, |at| at + 1);
    Place {
        file: Arc::from(file),
        span: (start, start + needle.len()),
        line: u32::try_from(TEXT[..start].matches('\n').count() + 1).unwrap(),
        column: u32::try_from(TEXT[line_start..start].chars().count() + 1).unwrap(),
    }
}

fn diagnostics() -> Vec<Diagnostic> {
    vec![
        Diagnostic::error(Code("LW030"), "the cluster `eats` is not declared")
            .at(&place("a, b.yaml", "eats"), "not under `clusters`")
            .at(&place("other.yaml", "west"), "as here")
            .why("100% of links are between declared clusters")
            .help("did you mean `east`?")
            .fix(&place("a, b.yaml", "eats"), "east"),
        Diagnostic::warning(Code("LW001"), "cannot read `x`"),
    ]
}

fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.insert(Arc::from("a, b.yaml"), Arc::from(TEXT));
    sources.insert(Arc::from("other.yaml"), Arc::from(TEXT));
    sources
}

fn written(view: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    view(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_shows_the_lines_with_their_labels() {
    let shown = written(|out| text(out, &diagnostics(), &sources(), Colour::Off));
    assert_eq!(
        shown,
        "\
error[LW030]: the cluster `eats` is not declared
 --> a, b.yaml:3:13
  |
3 |     source: eats
  |             ^^^^ not under `clusters`
  |
 ::: other.yaml:4:13
  |
4 |     sourcé: west
  |             ---- as here
  |
  = note: 100% of links are between declared clusters
  = help: did you mean `east`?

warning[LW001]: cannot read `x`

1 error and 1 warning; run `linkwright explain LW030`
"
    );
    let coloured = written(|out| text(out, &diagnostics(), &sources(), Colour::On));
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(written(|out| text(out, &[], &sources(), Colour::Off)), "");
}

#[test]
fn a_place_outside_the_text_is_shown_without_a_snippet() {
    let mut far = diagnostics();
    far[0].labels[0].place.span = (1000, 2000);
    far[0].labels[1].place.line = 77;
    let shown = written(|out| text(out, &far, &sources(), Colour::Off));
    assert!(shown.contains("--> a, b.yaml:3:13"), "{shown}");
}

#[test]
fn github_gets_one_command_each_with_its_place() {
    let shown = written(|out| github(out, &diagnostics()));
    assert_eq!(
        shown,
        "::error file=a%2C b.yaml,line=3,col=13,title=LW030::the cluster `eats` is not declared\
         %0A100%25 of links are between declared clusters%0Ahelp: did you mean `east`?\n\
         ::warning title=LW001::cannot read `x`\n"
    );
}

#[test]
fn json_has_a_version_and_fits_its_schema() {
    let shown = written(|out| json(out, &diagnostics()));
    let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(value["format_version"], 1);
    assert_eq!(value["counts"]["error"], 1);
    assert_eq!(value["diagnostics"][0]["places"][0]["column"], 13);
    assert_eq!(value["diagnostics"][0]["fix"]["replacement"], "east");
    jsonschema::validate(&json_schema(), &value).unwrap();
}

#[test]
fn sarif_fits_the_schema_of_the_standard() {
    let schema = include_str!("../../../fixtures/sarif/sarif-2.1.0-rtm.5.json");
    // Two patterns of the published file have a bracket too many, which strict readers refuse.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let rules = [RuleText {
        code: "LW030",
        title: "an undeclared cluster",
        why: "why",
        severity: Severity::Error,
    }];
    for diagnostics in [diagnostics(), Vec::new()] {
        let shown = written(|out| sarif(out, &diagnostics, &rules));
        let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
        if let Err(error) = jsonschema::validate(&schema, &value) {
            panic!("{error} at {}", error.instance_path());
        }
    }
    let shown = written(|out| sarif(out, &diagnostics(), &rules));
    assert!(shown.contains("\"uri\": \"a%2C%20b.yaml\""), "{shown}");
    assert!(shown.contains("\"ruleIndex\": 1"), "{shown}");
}

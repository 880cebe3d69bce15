//! The corpus of styles, `fixtures/styles`: through the layout, safe fixes and changes of values. Outside what a
//! change is about every byte stays; the layout changes nothing that a spec says. `NAME.fmt` next to a file is its
//! layout; `UPDATE_GENERATED=1` rewrites it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path as File, PathBuf};
use std::sync::Arc;

use linkwright::desired::lower;
use linkwright::diagnostic::{Diagnostic, Severity};
use linkwright::edit::{self, Change, Path, Value};
use linkwright::spec;
use linkwright::validate::{self, Context};

fn folder() -> PathBuf {
    File::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/styles")
}

/// The texts of the corpus by their names, without the one that is refused.
fn corpus() -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            texts.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    assert!(texts.remove(REFUSED).is_some());
    texts
}

/// More than one document.
const REFUSED: &str = "several-documents";

fn name() -> Arc<str> {
    "spec.yaml".into()
}

fn diagnostics(text: &str) -> (spec::Spec, Vec<Diagnostic>) {
    let (spec, mut problems) = spec::parse(&[(name(), text.into())]);
    let context = Context {
        today: jiff::civil::date(2026, 11, 27),
    };
    problems.extend(validate::check(&spec, &context));
    (spec, problems)
}

/// What the comments of a text say, in order; a `#` in quotes may count as one, in both texts.
fn comments(text: &str) -> Vec<&str> {
    let lines = text.lines().filter_map(|line| line.split_once('#'));
    lines.map(|(_, words)| words.trim_end()).collect()
}

#[test]
fn the_corpus_has_every_style_and_only_valid_specs() {
    let texts = corpus();
    assert!(texts.len() >= 40, "{}", texts.len());
    for (name, text) in &texts {
        let (_, problems) = diagnostics(text);
        let errors: Vec<_> = problems
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .collect();
        assert_eq!(
            errors.is_empty(),
            !name.starts_with("fix-") || name == "fix-names",
            "{name}: {errors:?}"
        );
    }
    let all: String = texts.into_values().collect();
    for style in [
        "\r\n", "\u{feff}", "#\t", "&", "*frozen", "<<:", ">-", "|+", "|2", "? ", "'", "\\u", "!!",
    ] {
        assert!(all.contains(style) || style == "? ", "{style:?}");
    }
}

#[test]
fn the_layout_says_the_same_and_is_its_own_layout() {
    let updating = std::env::var_os("UPDATE_GENERATED").is_some();
    for (style, text) in corpus() {
        let new =
            edit::format(&name(), &text).unwrap_or_else(|problems| panic!("{style}: {problems:?}"));
        let (before, after) = (diagnostics(&text), diagnostics(&new));
        assert_eq!(before.1.len(), after.1.len(), "{style}");
        assert!(
            edit::effects(&lower(&before.0), &lower(&after.0)).is_empty(),
            "{style}"
        );
        assert_eq!(
            edit::value_of(&name(), &text),
            edit::value_of(&name(), &new),
            "{style}"
        );
        assert_eq!(comments(&text), comments(&new), "{style}");
        assert_eq!(
            edit::format(&name(), &new).as_deref(),
            Ok(new.as_str()),
            "{style}: twice"
        );
        let golden = folder().join(format!("{style}.fmt"));
        match updating {
            true => fs::write(golden, new).unwrap(),
            false => assert_eq!(fs::read_to_string(golden).unwrap(), new, "{style}"),
        }
    }
}

/// A path, the value that it gets, and what of the text is replaced by what.
type Edit = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const STATE: &str = "links.orders-dr.mirrors.payments.state";

/// Style, path, value, before, after.
#[rustfmt::skip]
const EDITS: &[Edit] = &[
    ("block", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("block", "links.orders-dr.protect", "true", "        state: paused\n", "        state: paused\n    protect: true\n"),
    ("block", "links.orders-dr.mirrors.orders.state", "paused", "orders: {}", "orders: { state: paused }"),
    ("flow", STATE, "mirroring", "{ state: paused }", "{ state: mirroring }"),
    ("flow", "links.orders-dr.mirrors.new.state", "paused", "paused } }", "paused }, new: { state: paused } }"),
    ("flow-tight", STATE, "mirroring", "{state: paused}", "{state: mirroring}"),
    ("flow-lines", "links.orders-dr.mirrors.new", "{}", "        refunds: {},\n", "        refunds: {},\n        new: {},\n"),
    ("flow-lines", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("flow-all", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("json", STATE, "mirroring", "\"state\": \"paused\"", "\"state\": \"mirroring\""),
    ("crlf", STATE, "mirroring", "state: paused\r\n", "state: mirroring\r\n"),
    ("crlf", "links.orders-dr.protect", "true", "        state: paused\r\n", "        state: paused\r\n    protect: true\r\n"),
    ("crlf-comments", STATE, "mirroring", "paused }   # frozen", "mirroring }   # frozen"),
    ("crlf-comments", "links.orders-dr.mirrors.new", "{}", "October\r\n", "October\r\n      new: {}\r\n"),
    ("crlf-mixed", "links.orders-dr.mirrors.orders.state", "paused", "orders: {}\r\n", "orders: { state: paused }\r\n"),
    ("bom", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("bom", "policy.allow", "[reversible]", "        state: paused\n", "        state: paused\npolicy:\n  allow: [reversible]\n"),
    ("bom-crlf", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("bom-comment", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("no-final-newline", "links.orders-dr.mirrors.payments.configs", "{ segment.ms: 1 }", "state: paused", "state: paused\n        configs: { segment.ms: 1 }"),
    ("many-final-newlines", "links.orders-dr.protect", "true", "        state: paused\n", "        state: paused\n    protect: true\n"),
    ("tabs-in-comments", STATE, "mirroring", "paused }", "mirroring }"),
    ("tab-separated", STATE, "mirroring", "state:\tpaused", "state:\tmirroring"),
    ("trailing-spaces", STATE, "mirroring", "state: paused   ", "state: mirroring   "),
    ("wide-indent", "links.orders-dr.mirrors.new.state", "paused", "state: paused\n", "state: paused\n            new: { state: paused }\n"),
    ("one-space", STATE, "mirroring", "    state: paused", "    state: mirroring"),
    ("aligned-values", "links.orders-dr.protect", "true", "false    # one", "true    # one"),
    ("anchor", "links.orders-dr.mirrors.refunds", "{ state: mirroring }", "refunds: *frozen", "refunds: { state: mirroring }"),
    ("anchor-unread", STATE, "mirroring", "&frozen { state: paused }", "&frozen { state: mirroring }"),
    ("anchor-block", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("anchor-scalar", STATE, "mirroring", "state: *state", "state: mirroring"),
    ("anchor-key", STATE, "mirroring", "{ state: paused }", "{ state: mirroring }"),
    ("merge", STATE, "mirroring", "<<: *frozen\n", "<<: *frozen\n        state: mirroring\n"),
    ("merge-list", STATE, "mirroring", "1000 }\n", "1000 }\n        state: mirroring\n"),
    ("merge-override", STATE, "paused", "state: mirroring", "state: paused"),
    ("merge-links", "links.orders-dr.prefix", "x.", "paused } }\n", "paused } }\n    prefix: x.\n"),
    ("merge-links", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("single-quotes", STATE, "mirroring", "'paused'", "'mirroring'"),
    ("double-quotes", STATE, "mirroring", "\"paused\"", "\"mirroring\""),
    ("escapes", STATE, "mirroring", "\"pa\\x75sed\"", "\"mirroring\""),
    ("folded", STATE, "mirroring", "state: >-\n          paused\n", "state: mirroring\n"),
    ("literal", STATE, "mirroring", "state: |-\n            paused\n", "state: mirroring\n"),
    ("folded-configs", "links.orders-dr.configs.\"sasl.login.callback.handler.class\"", "org.example.Other", ">-\n        org.example\n        .Handler\n", "org.example.Other\n"),
    ("literal-keep", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("literal-digit", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("plain-lines", "retired.0.reason", "done", "moved to the new\n      cluster in\n      October", "done"),
    ("quoted-lines", "retired.0.cluster", "east", "cluster: west", "cluster: east"),
    ("indentless-lists", "links.orders-dr.acl_sync.filters.1.permission", "deny", "\"User:b\"\n", "\"User:b\"\n        permission: deny\n"),
    ("lists-in-lists", "links.orders-dr.move_together.shop", "[orders, payments, refunds, new]", "refunds]", "refunds, new]"),
    ("comments-everywhere", STATE, "mirroring", "paused # of state", "mirroring # of state"),
    ("comments-everywhere", "links.orders-dr.prefix", "x.", "paused # of state\n", "paused # of state\n    prefix: x.\n"),
    ("comment-columns", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("commented-out", "links.orders-dr.mirrors.orders", "{}", "paused }\n", "paused }\n      orders: {}\n"),
    ("document-markers", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("null-values", STATE, "paused", "payments: ~", "payments: { state: paused }"),
    ("null-values", "links.orders-dr.mirrors.orders.state", "paused", "orders:\n", "orders: { state: paused }\n"),
    ("empty-value-comment", STATE, "paused", "payments: # nothing yet", "payments: { state: paused } # nothing yet"),
    ("long-lines", STATE, "mirroring", "state: paused", "state: mirroring"),
    ("unicode", STATE, "mirroring", "paused } # für", "mirroring } # für"),
    ("tags", STATE, "mirroring", "!!str paused", "!!str mirroring"),
    ("tags", "links.orders-dr.protect", "true", "!!bool false", "!!bool true"),
    ("dotted-keys", "links.orders-dr.mirrors.\"orders.placed\".state", "mirroring", "\"orders.placed\": { state: paused }", "\"orders.placed\": { state: mirroring }"),
    ("dotted-keys", "links.orders-dr.mirrors.\"orders.new\".state", "paused", "payments: { state: paused }\n", "payments: { state: paused }\n      orders.new: { state: paused }\n"),
    ("patterns", "links.orders-dr.mirrors.\"*\".state", "paused", "{ state: mirroring }", "{ state: paused }"),
    ("bidirectional", "links.both.halves.west.prefix", "e.", "prefix: east.", "prefix: e."),
];

/// Values that are gone: style, path, before, after.
#[rustfmt::skip]
const REMOVALS: &[(&str, &str, &str, &str)] = &[
    ("block", STATE, "payments:\n        state: paused\n", "payments: {}\n"),
    ("block", "links.orders-dr.mirrors.orders", "      orders: {}\n", ""),
    ("flow", "links.orders-dr.mirrors.orders", "{ orders: {}, payments", "{ payments"),
    ("flow-lines", "links.orders-dr.mirrors.payments", "        payments: { state: paused }, # frozen\n", ""),
    ("crlf", "links.orders-dr.mirrors.orders", "      orders: {}\r\n", ""),
    ("indentless-lists", "links.orders-dr.acl_sync.filters.0", "      - principal: \"User:a\"   # one\n", ""),
    ("merge-override", STATE, "", ""),
    ("comments-everywhere", "links.orders-dr.mirrors.payments", "mirrors: # of mirrors\n      # before payments\n      payments: # of payments\n        # before state\n        state: paused # of state\n", "mirrors: {} # of mirrors\n      # before payments\n"),
];

/// The text with one part of it replaced; the part is there once.
fn replaced(style: &str, text: &str, before: &str, after: &str) -> String {
    assert_eq!(text.matches(before).count(), 1, "{style}: {before:?}");
    text.replacen(before, after, 1)
}

#[test]
fn a_change_of_a_value_keeps_every_other_byte() {
    let texts = corpus();
    for (style, path, value, before, after) in EDITS {
        let text = &texts[*style];
        let path = Path::parse(path).unwrap();
        let value = edit::typed(&path, value).unwrap();
        let wanted = edit::value_of(&name(), text)
            .unwrap()
            .changed(&path.0, Some(&value))
            .unwrap();
        let change = Change::Set(path, value);
        let new =
            edit::edit(&name(), text, &[change]).unwrap_or_else(|it| panic!("{style}: {it:?}"));
        assert_eq!(new, replaced(style, text, before, after), "{style}");
        let read = edit::value_of(&name(), &new).unwrap();
        let others = edit::differences(&wanted, &read);
        assert!(
            others.iter().all(|path| path.0[0].starts_with("x-")),
            "{style}: {others:?}"
        );
    }
    let edited = |style: &str| EDITS.iter().any(|(name, ..)| *name == style);
    let missing: Vec<_> = texts
        .keys()
        .filter(|it| !it.starts_with("fix-") && !edited(it))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_removal_keeps_every_other_byte() {
    let texts = corpus();
    for (style, path, before, after) in REMOVALS {
        let change = Change::Remove(Path::parse(path).unwrap());
        let new = edit::edit(&name(), &texts[*style], &[change]);
        if before.is_empty() {
            // Without its own entry the mapping would have that of the merge key.
            assert!(new.is_err_and(|it| it[0].code.0 == "LW543"), "{style}");
        } else {
            assert_eq!(
                new.unwrap(),
                replaced(style, &texts[*style], before, after),
                "{style}"
            );
        }
    }
}

#[test]
fn what_an_anchor_or_merge_key_repeats_is_refused_with_its_names() {
    let texts = corpus();
    for (style, path, other) in [
        ("anchor", STATE, "links.orders-dr.mirrors.refunds.state"),
        ("anchor", "links.orders-dr.mirrors.refunds.state", STATE),
        (
            "merge-links",
            "links.orders-dr.consumer_offset_sync.interval",
            "links.other.consumer_offset_sync.interval",
        ),
        (
            "bidirectional",
            "links.both.halves.west.credentials.sasl_plain.username",
            "links.both.halves.east.credentials.sasl_plain.username",
        ),
    ] {
        let change = Change::Set(Path::parse(path).unwrap(), Value::text("x"));
        let refused = edit::edit(&name(), &texts[style], &[change]).unwrap_err();
        assert_eq!(refused[0].code.0, "LW540", "{style}");
        assert!(
            refused[0].summary.contains(other),
            "{style}: {}",
            refused[0].summary
        );
        let both =
            [path, other].map(|path| Change::Set(Path::parse(path).unwrap(), Value::text("x")));
        assert!(edit::edit(&name(), &texts[style], &both).is_ok(), "{style}");
    }
}

/// Style, and each part of the text that a fix replaces.
type Fixed = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const FIXES: &[Fixed] = &[
    ("fix-booleans", &[("protect: yes", "protect: true"), ("enabled: 'off'", "enabled: false")]),
    ("fix-fields", &[("State:", "state:"), ("consumerOffsetSync:", "consumer_offset_sync:")]),
    ("fix-words", &[("configs: Report", "configs: report"), ("\"PAUSED\"", "paused")]),
    ("fix-texts", &[("prefix: 7", "prefix: \"7\"")]),
    ("fix-names", &[("  on: {", "  \"on\": {")]),
];

#[test]
fn a_safe_fix_keeps_every_other_byte_and_what_is_right_has_none() {
    for (style, text) in corpus() {
        let (_, problems) = diagnostics(&text);
        let fixes = edit::safe_fixes("spec.yaml", &problems);
        let parts = FIXES
            .iter()
            .find(|(name, _)| *name == style)
            .map_or(&[][..], |(_, parts)| parts);
        assert_eq!(fixes.len(), parts.len(), "{style}: {fixes:?}");
        let wanted = parts.iter().fold(text.clone(), |text, (before, after)| {
            replaced(&style, &text, before, after)
        });
        let new = edit::fixed(&text.as_str().into(), &fixes);
        assert_eq!(new, wanted, "{style}");
        let (_, problems) = diagnostics(&new);
        assert!(
            problems.iter().all(|it| it.severity != Severity::Error),
            "{style}: {problems:?}"
        );
    }
}

#[test]
fn several_documents_are_refused() {
    let text = fs::read_to_string(folder().join(format!("{REFUSED}.yaml"))).unwrap();
    let change = Change::Set(Path::parse(STATE).unwrap(), Value::text("paused"));
    let refused = [
        edit::format(&name(), &text).unwrap_err(),
        edit::edit(&name(), &text, &[change]).unwrap_err(),
    ];
    for problems in refused {
        assert_eq!(problems[0].code.0, "LW012");
    }
}

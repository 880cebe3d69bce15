//! The terminal page.

use linkwright::plan::Plan;
use linkwright::report::plan_text;
use linkwright::report::style::{Colors, Detail, Style, Symbols};

use super::{golden, worlds};

fn page(plan: &Plan, style: &Style) -> String {
    let mut out = Vec::new();
    plan_text::write(&mut out, plan, style).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_world_reads_well() {
    for (name, world) in worlds::all() {
        golden::same(
            &format!("{name}.txt"),
            &page(&world.plan(), &Style::default()),
        );
    }
    golden::same(
        "acl_sync.txt",
        &page(&worlds::acl_sync().plan(), &Style::default()),
    );
}

#[test]
fn narrow_ascii_words_colours_and_everything() {
    let plan = worlds::alter().plan();
    let style = Style::default();
    let narrow = Style { width: 60, ..style };
    let ascii = Style {
        symbols: Symbols::Ascii,
        width: 80,
        ..style
    };
    let words = Style {
        symbols: Symbols::Words,
        width: 120,
        ..style
    };
    let colours = Style {
        colors: Colors::On,
        ..style
    };
    let all = Style {
        detail: Detail::All,
        ..style
    };
    golden::same("styles/narrow.txt", &page(&plan, &narrow));
    golden::same("styles/ascii.txt", &page(&plan, &ascii));
    golden::same("styles/words.txt", &page(&plan, &words));
    golden::same("styles/colours.txt", &page(&plan, &colours));
    golden::same("styles/all.txt", &page(&plan, &all));
    for line in page(&plan, &ascii).lines() {
        assert!(line.is_ascii() && line.len() <= 80, "{line}");
    }
}

#[test]
fn a_thousand_mirrors_are_listed_once() {
    let plan = worlds::many(1000, 0).plan();
    let brief = page(&plan, &Style::default());
    golden::same("thousand.txt", &brief);
    assert!(brief.lines().count() < 15);
    let all = page(
        &plan,
        &Style {
            detail: Detail::All,
            ..Style::default()
        },
    );
    assert!(all.contains("orders.00999"));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let page = page(&worlds::hostile().plan(), &Style::default());
    for bad in ["\u{1b}", "\u{202e}", "line\nbreak"] {
        assert!(!page.contains(bad), "{bad:?}");
    }
}

//! The comment on a pull request.

use linkwright::report::plan_markdown::{LIMIT, render};

use super::{golden, worlds};

#[test]
fn every_world_fits_a_comment() {
    for (name, world) in worlds::all() {
        let text = render(&world.plan());
        assert!(text.len() <= LIMIT, "{name}");
        golden::same(&format!("{name}.md"), &text);
    }
}

#[test]
fn three_hundred_operations_show_every_irreversible_one() {
    let plan = worlds::many(50, 250).plan();
    let text = render(&plan);
    assert!(text.len() <= LIMIT);
    for n in 0..250 {
        assert!(text.contains(&format!("`promoted.{n:05}`")), "{n}");
    }
    assert!(!text.contains("in the artefact"));
}

#[test]
fn ten_thousand_still_fit_and_say_how_many_are_left_out() {
    let plan = worlds::many(5_000, 10_000).plan();
    let text = render(&plan);
    assert!(text.len() <= LIMIT, "{}", text.len());
    assert!(text.contains("more irreversible, in the artefact"));
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}

#[test]
fn hostile_names_do_nothing() {
    let text = render(&worlds::hostile().plan());
    let bare = without_code(&text);
    assert!(bare.len() < text.len());
    for bad in [
        "<img",
        "<script",
        "@octocat",
        "@everyone",
        "](http",
        "\u{1b}",
        "\u{202e}",
    ] {
        assert!(!bare.contains(bad), "{bad}");
    }
    assert_eq!(
        text.matches("\n</details>").count(),
        text.matches("<details>").count()
    );
}

/// The text without its code spans and blocks, as CommonMark finds them: a run of backticks closes
/// what an equally long run opened.
fn without_code(text: &str) -> String {
    let run = |text: &str| text.len() - text.trim_start_matches('`').len();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let escaped = rest[..at].ends_with('\\');
        out.push_str(&rest[..at]);
        let length = if escaped { 1 } else { run(&rest[at..]) };
        rest = &rest[at + length..];
        if escaped {
            continue;
        }
        let mut search = rest;
        while let Some(close) = search.find('`') {
            let found = run(&search[close..]);
            search = &search[close + found..];
            if found == length {
                rest = search;
                break;
            }
        }
    }
    out + rest
}

//! Mistakes that people make in their first specs, and what they are told: `fixtures/mistakes` has a spec for each, and
//! `diagnostics.md` the table of all. `UPDATE_GENERATED=1` rewrites it; read the difference before you commit it.

use std::path::Path;
use std::sync::Arc;

use linkwright::diagnostic::{Diagnostic, sort};
use linkwright::spec;
use linkwright::validate::{self, Context};

const FOLDER: &str = "fixtures/mistakes";

/// What is right although it looks like a mistake: nothing is said about it.
const FINE: &[&str] = &["version-quoted"];

fn problems(name: &str, text: &str) -> Vec<Diagnostic> {
    let files = [(Arc::from(name), Arc::from(text))];
    let (spec, mut problems) = spec::parse(&files);
    let today = jiff::civil::date(2026, 11, 23);
    problems.extend(validate::check(&spec, &Context { today }));
    sort(&mut problems);
    problems
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn forty_mistakes_are_told_with_their_place_and_what_to_do() {
    let mut names: Vec<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 40, "{}", names.len());
    let mut table = String::from(
        "# Mistakes and what is said about them\n\nGenerated from the specs in this folder by `cargo test --test \
         in_process mistakes`.\n\n| mistake | line:column | code | what is wrong | what to do |\n|---|---|---|---|---|\n",
    );
    for name in &names {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(format!("{name}.yaml"))).unwrap();
        let problems = problems(name, &text);
        assert_eq!(problems.is_empty(), FINE.contains(&name.as_str()), "{name}");
        for problem in &problems {
            let place = problem.place().unwrap();
            assert!(
                !problem.help.is_empty(),
                "{name}: {} says not what to do",
                problem.code
            );
            let is_secret = problem.summary.contains("secret") || name.contains("secret");
            assert!(
                !(is_secret && problem.help.contains(":-")),
                "{name}: {}",
                problem.help
            );
            table.push_str(&format!(
                "| {name} | {}:{} | {} | {} | {} |\n",
                place.line,
                place.column,
                problem.code,
                cell(&problem.summary),
                cell(&problem.help),
            ));
        }
    }
    let golden = Path::new(FOLDER).join("diagnostics.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&golden, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(golden).unwrap());
}

/// Where the caret is must be where the mistake is.
#[test]
fn the_caret_is_at_the_mistake() {
    let at = |name: &str| {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(format!("{name}.yaml"))).unwrap();
        let problems = problems(name, &text);
        let place = problems.first().unwrap().place().unwrap().clone();
        (place.line, place.column)
    };
    assert_eq!(at("tab-indent").0, 15);
    assert_eq!(at("tab-after-comment").0, 16);
    assert_eq!(at("nbsp-indent"), (15, 1));
    assert_eq!(at("nbsp-after-colon"), (15, 12));
    assert_eq!(at("colon-missing-space"), (15, 5));
    assert_eq!(at("star-in-brackets"), (20, 27));
}

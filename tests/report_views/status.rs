//! The live picture.

use std::collections::BTreeMap;
use std::path::PathBuf;

use linkwright::catalog::filters::NamePattern;
use linkwright::health::{Cause, Health, Rows, Selection, Sort};
use linkwright::live::{MirrorError, MirrorStatus, Reading};
use linkwright::report::status::{json, text};
use linkwright::report::style::{Colors, Style, Symbols, Tables};

use super::world::World;
use super::{golden, worlds};

fn status(world: &World) -> Health {
    Health::of(&world.live, &world.desired)
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Three minutes after mirror topics of the world took their statuses.
fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(super::world::THEN + 190_000).unwrap()
}

fn world() -> World {
    let mut world = worlds::health();
    if let Reading::Read(mirrors) = &mut world.cluster("west").mirrors {
        let failed = mirrors.get_mut("orders-dr").unwrap().get_mut("m5").unwrap();
        failed.error = Some(MirrorError::SourcePartitionsDecreased);
    }
    world
}

#[test]
fn tables_and_one_link_in_depth() {
    let status = status(&world());
    let style = Style::default();
    golden::same(
        "status/links.txt",
        &written(|out| text::links(out, &status, &Selection::default(), &style)),
    );
    golden::same(
        "status/mirrors.txt",
        &written(|out| text::mirrors(out, &status, &Selection::default(), now(), &style)),
    );
    golden::same(
        "status/rollup.txt",
        &written(|out| text::rollup(out, &status, &style)),
    );
    let link = &status.clone().only("orders-dr").links[0];
    golden::same(
        "status/link.txt",
        &written(|out| text::link(out, link, &style)),
    );
    let words = Style {
        symbols: Symbols::Words,
        ..style
    };
    golden::same(
        "status/words.txt",
        &written(|out| text::links(out, &status, &Selection::default(), &words)),
    );
    let narrow = Style {
        symbols: Symbols::Ascii,
        width: 70,
        ..style
    };
    let table = written(|out| text::links(out, &status, &Selection::default(), &narrow));
    assert!(
        table
            .lines()
            .all(|line| line.is_ascii() && line.len() <= 70),
        "{table}"
    );
    golden::same("status/narrow.txt", &table);
    let colours = Style {
        colors: Colors::On,
        ..style
    };
    golden::same(
        "status/colours.txt",
        &written(|out| text::links(out, &status, &Selection::default(), &colours)),
    );
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/status.schema.json");
    golden::compare(path, &format!("{:#}\n", json::schema()));
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    for (name, world) in worlds::all() {
        let document =
            serde_json::to_value(json::document(&status(&world), &Selection::default(), None))
                .unwrap();
        assert!(validator.is_valid(&document), "{name}");
    }
    golden::same(
        "status/links.json",
        &written(|out| json::write(out, &status(&world()), &Selection::default(), None, None)),
    );
}

#[test]
fn what_was_not_read_is_said() {
    let status = status(&worlds::no_changes_unknown());
    let text = written(|out| text::links(out, &status, &Selection::default(), &Style::default()));
    assert!(
        text.contains("not read: GET /links/-/mirrors of cluster west"),
        "{text}"
    );
}

#[test]
fn where_a_program_reads_each_link_and_mirror_topic_has_a_line_of_its_own() {
    let mut status = status(&world());
    let link = status.links[0].clone();
    status.links = (10..30)
        .map(|number| {
            let mut link = link.clone();
            link.address.link = format!("orders-{number}-{}", "x".repeat(200)).into();
            link
        })
        .collect();
    let lines = Style {
        tables: Tables::Lines,
        ..Style::default()
    };
    let table = written(|out| text::links(out, &status, &Selection::default(), &lines));
    let topics = written(|out| text::mirrors(out, &status, &Selection::default(), now(), &lines));
    for link in &status.links {
        let address = link.address.to_string();
        let rows: Vec<&str> = table.lines().filter(|row| row.contains(&address)).collect();
        assert_eq!(rows.len(), 1, "{table}");
        assert!(rows[0].contains("ACTIVE"), "{table}");
        let count = topics.lines().filter(|row| row.contains(&address)).count();
        assert_eq!(count, link.mirrors.as_ref().unwrap().len(), "{topics}");
    }
    assert_eq!(
        table.lines().count(),
        2 + status.links.len() + status.unread.len()
    );
}

fn addresses(status: &Health, selection: &Selection) -> Vec<String> {
    let shown = selection.topics(status);
    let names = shown.rows.iter();
    names
        .map(|row| format!("{} {}", row.topic, row.mirror.status))
        .collect()
}

#[test]
fn mirror_topics_are_selected_sorted_and_limited() {
    let mut status = status(&world());
    for (number, mirror) in (0..).zip(status.links.iter_mut().flat_map(|link| {
        let mirrors = link.mirrors.iter_mut();
        mirrors.flat_map(|mirrors| mirrors.values_mut())
    })) {
        mirror.since_ms = Some(super::world::THEN - 1_000 * number);
    }
    let topics = Selection {
        rows: Rows::Topics,
        ..Selection::default()
    };
    let all = addresses(&status, &topics);
    assert!(all.len() > 5);
    let by_status = Selection {
        sort: Sort::Status,
        ..topics.clone()
    };
    let worst = addresses(&status, &by_status);
    assert_eq!(worst[0], "m5 FAILED", "{worst:?}");
    assert_eq!(worst.len(), all.len());
    // What comes first in the list of problems comes first here too.
    let ranks: Vec<Option<usize>> = (by_status.topics(&status).rows.iter())
        .map(|row| {
            let fault = linkwright::diff::fault(row.mirror)?;
            let status = &row.mirror.status;
            Some(Cause::Mirrors { fault, status }.rank())
        })
        .collect();
    let known = ranks.iter().flatten();
    assert!(
        known.clone().is_sorted() && known.clone().count() > 3,
        "{ranks:?}"
    );
    assert!(
        ranks[..known.count()].iter().all(Option::is_some),
        "{ranks:?}"
    );
    let since = Selection {
        sort: Sort::Since,
        ..topics.clone()
    };
    assert_eq!(addresses(&status, &since), all, "the latest change first");
    let lag = Selection {
        sort: Sort::Lag,
        ..topics.clone()
    };
    let shown = lag.topics(&status);
    let figures = shown
        .rows
        .iter()
        .filter(|row| row.mirror.status.word() != "STOPPED");
    let figures: Vec<u64> = figures.map(|row| row.link.loss(row.mirror).least).collect();
    assert!(figures.is_sorted_by(|a, b| a >= b), "{figures:?}");
    let failed = Selection {
        statuses: vec!["failed", "SOURCE_UNAVAILABLE"]
            .into_iter()
            .map(MirrorStatus::from_word)
            .collect(),
        ..topics.clone()
    };
    let found = addresses(&status, &failed);
    assert_eq!(found.len(), 3, "{found:?}");
    let named = Selection {
        topics: vec![
            NamePattern::prefixed("m"),
            NamePattern::literal("unmanaged"),
        ],
        limit: Some(2),
        ..topics.clone()
    };
    let shown = named.topics(&status);
    assert_eq!((shown.rows.len(), shown.matching), (2, 7));
    assert_eq!(
        text::mirrors_left_out(&status, &named, "--limit").as_deref(),
        Some("and 5 mirror topics more (--limit)")
    );
    let none = Selection {
        topics: vec![NamePattern::literal("no-such-topic")],
        ..topics
    };
    let said = text::mirrors_left_out(&status, &none, "--limit").unwrap();
    assert!(
        said.starts_with("no mirror topic matches; there are 8 mirror topics: "),
        "{said}"
    );
    assert!(said.contains("1 FAILED"), "{said}");

    let document = json::document(&status, &failed, None);
    let named = document
        .links
        .iter()
        .flat_map(|link| link.mirror_topics.iter().flatten());
    assert_eq!(named.count(), 3);
    let counted = document.links[0].by_status.as_ref().unwrap();
    assert_eq!(
        counted.values().sum::<usize>(),
        all.len(),
        "counts are of all"
    );
    let codes: Vec<&str> = document
        .problems
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "link-in-error",
            "mirror-failed",
            "unknown-status",
            "task-in-error",
            "link-paused"
        ]
    );
    assert_eq!(document.problems[1].mirror_topics, ["west/orders-dr/m5"]);
}

#[test]
fn links_are_sorted_by_their_worst_problem_and_counted_by_cause() {
    let mut status = status(&world());
    let sick = status.links[0].clone();
    let mut well = sick.clone();
    well.address.link = "a-well".into();
    well.row.error = None;
    well.unpaired = None;
    well.tasks = None;
    well.mirrors = Some(BTreeMap::new());
    status.links = (0..30)
        .map(|number| {
            let mut link = if number % 10 == 9 {
                sick.clone()
            } else {
                well.clone()
            };
            link.address.link = format!("link-{number:02}").into();
            link
        })
        .collect();
    let worst = Selection {
        sort: Sort::Status,
        limit: Some(4),
        ..Selection::default()
    };
    let table = written(|out| text::links(out, &status, &worst, &Style::default()));
    let at = |name: &str| table.find(name).unwrap_or(usize::MAX);
    assert!(
        at("link-09") < at("link-19") && at("link-29") < at("link-00"),
        "{table}"
    );
    assert_eq!(
        text::links_left_out(&status, &worst, "--limit").as_deref(),
        Some("and 26 links more (--limit)")
    );
    let rollup = written(|out| text::rollup(out, &status, &Style::default()));
    assert!(rollup.starts_with("30 links, "), "{rollup}");
    let failed = rollup
        .lines()
        .find(|line| line.contains("FAILED and cannot"))
        .unwrap();
    assert!(
        failed.contains("3 mirror topics on 3 links have FAILED"),
        "{rollup}"
    );
}

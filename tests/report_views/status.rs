//! The live picture.

use std::path::PathBuf;

use linkwright::health::Health;
use linkwright::live::{MirrorError, Reading};
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
        &written(|out| text::links(out, &status, &style)),
    );
    golden::same(
        "status/mirrors.txt",
        &written(|out| text::mirrors(out, &status, &style)),
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
        &written(|out| text::links(out, &status, &words)),
    );
    let narrow = Style {
        symbols: Symbols::Ascii,
        width: 70,
        ..style
    };
    let table = written(|out| text::links(out, &status, &narrow));
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
        &written(|out| text::links(out, &status, &colours)),
    );
}

#[test]
fn the_schema_on_disk_is_the_one_of_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/status.schema.json");
    golden::compare(path, &format!("{:#}\n", json::schema()));
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    for (name, world) in worlds::all() {
        let document = serde_json::to_value(json::document(&status(&world), None)).unwrap();
        assert!(validator.is_valid(&document), "{name}");
    }
    golden::same(
        "status/links.json",
        &written(|out| json::write(out, &status(&world()), None)),
    );
}

#[test]
fn what_was_not_read_is_said() {
    let status = status(&worlds::no_changes_unknown());
    let text = written(|out| text::links(out, &status, &Style::default()));
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
    let table = written(|out| text::links(out, &status, &lines));
    let topics = written(|out| text::mirrors(out, &status, &lines));
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

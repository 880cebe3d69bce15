//! Names: their length, their characters, and characters that look like others.

use super::*;

#[test]
fn names_are_as_long_as_the_server_takes() {
    let link_named = |name: &str| link("").replace("  dr:", &format!("  {name}:"));
    let topic = |length: usize, prefix: &str| {
        let name = "t".repeat(length);
        mirrors(&format!("{name}: {{}}")) + &indented(prefix, 4)
    };
    let t = "LW047 tttttttttttttttttttttttt";
    exactly(&[
        ("a link's 249", link_named(&"n".repeat(249)), &[]),
        (
            "a link's 250",
            link_named(&"n".repeat(250)),
            &["LW046 nnnnnnnnnnnnnnnnnnnnnnnn"],
        ),
        ("a topic's 249", topic(249, ""), &[]),
        ("a topic's 250", topic(250, ""), &[t]),
        ("a topic's 251", topic(251, ""), &[t]),
        ("with its prefix 249", topic(246, "prefix: ab."), &[]),
        ("with its prefix 250", topic(247, "prefix: ab."), &[t]),
        ("a prefix's 12", link("prefix: abcdefghijk."), &[]),
        (
            "a prefix's 13",
            link("prefix: abcdefghijkl."),
            &["LW048 abcdefghijkl."],
        ),
    ]);
    assert!(words(&topic(247, "prefix: ab.")).starts_with("the mirror's name has 250 characters"));
}

#[test]
fn a_name_contains_only_what_the_server_accepts() {
    for (character, name) in [
        (" ", "a space"),
        (r"\t", "a tab"),
        (r"\x07", "a control character"),
        (r"\x85", "a control character"),
        ("/", "`/`"),
        ("é", "`é`"),
        ("ａ", "`ａ`"),
    ] {
        let words = words(&mirrors(&format!("\"a{character}b\": {{}}")));
        let summary = format!("a topic name cannot contain {name};");
        assert!(words.starts_with(&summary), "{words}");
    }
    for (prefix, expected) in [
        (
            "''",
            "the prefix is empty; remove it, or write `null` for no prefix",
        ),
        (
            "a b",
            "the prefix contains a character that is not allowed in topic names; use at most 12 \
                 letters, digits, `.`, `_` and `-`",
        ),
        (
            "é.",
            "the prefix contains a character that is not allowed in topic names; use at most 12 \
                 letters, digits, `.`, `_` and `-`",
        ),
    ] {
        assert_eq!(words(&link(&format!("prefix: {prefix}"))), expected);
    }
    exactly(&[
        (
            "a link's name",
            link("").replace("  dr:", "  dré:"),
            &["LW045 dré"],
        ),
        (
            "a link's name with a control character",
            link("").replace("  dr:", "  \"d\\x85r\":"),
            &["LW046 \"d\\x85r\""],
        ),
        (
            "a config's name",
            link("configs: { é.ms: 1 }"),
            &["LW076 é.ms"],
        ),
    ]);
}

/// Each kind of character that looks like another: some of it, first and last of each range.
const LOOK_ALIKES: [(&str, &str); 8] = [
    (
        "a curly quote",
        "\u{2018}\u{2019}\u{201C}\u{201F}\u{AB}\u{BB}",
    ),
    (
        "a dash that is not `-`",
        "\u{2010}\u{2015}\u{2212}\u{FE58}\u{FF0D}",
    ),
    (
        "a space of an unusual kind",
        "\u{A0}\u{2000}\u{200A}\u{202F}\u{205F}\u{3000}",
    ),
    (
        "an invisible character",
        "\u{200B}\u{200F}\u{202A}\u{202E}\u{2060}\u{2066}\u{206F}\u{FEFF}\u{AD}",
    ),
    ("a dot that is not `.`", "\u{2024}\u{FF0E}\u{3002}"),
    ("a star that is not `*`", "\u{FF0A}\u{2217}\u{2731}"),
    ("a Greek letter", "\u{370}\u{3BF}\u{3FF}"),
    ("a Cyrillic letter", "\u{400}\u{430}\u{4FF}"),
];

#[test]
fn a_character_that_looks_like_another_is_named() {
    for (what, characters) in LOOK_ALIKES {
        for character in characters.chars() {
            let words = words(&mirrors(&format!(
                "\"a\\u{:04X}b\": {{}}",
                u32::from(character)
            )));
            assert!(
                words.starts_with(&format!("the name contains {what} (U+")),
                "{words}"
            );
        }
    }
    let source_half = "mode: source-initiated\ncredentials: *credentials\n\
                       local_credentials: *credentials\n\
                       halves: { east: { configs: { \"a\\u2013b\": 1 } } }";
    exactly(&[
        (
            "in a config of the source's half",
            link_from("east", "west", source_half),
            &["LW049 \"a\\u2013b\""],
        ),
        (
            "in a link's name",
            link("").replace("  dr:", "  d–r:"),
            &["LW049 d–r"],
        ),
        ("in a prefix", link("prefix: w–"), &["LW049 w–"]),
    ]);
}

//! Edits of small texts, and what is refused.

use std::sync::Arc;

use super::*;

fn file() -> Arc<str> {
    "spec.yaml".into()
}

fn set(text: &str, path: &str, value: Value) -> Result<String, String> {
    change(text, &[Change::Set(Path::parse(path).unwrap(), value)])
}

fn remove(text: &str, path: &str) -> Result<String, String> {
    change(text, &[Change::Remove(Path::parse(path).unwrap())])
}

fn change(text: &str, changes: &[Change]) -> Result<String, String> {
    edit(&file(), text, changes).map_err(|problems| {
        let first = problems.into_iter().next().unwrap();
        format!("{} {}", first.code, first.summary)
    })
}

fn word(text: &str) -> Value {
    Value::text(text)
}

/// `{ KEY: VALUE }`.
fn map(key: &str, value: Value) -> Value {
    Value::Map(vec![(key.to_owned(), value)])
}

#[test]
fn a_scalar_is_replaced_in_its_own_quotes() {
    for (before, after) in [
        ("a: one # c\n", "a: two # c\n"),
        ("a: \"one\"\r\nb: 1\r\n", "a: \"two\"\r\nb: 1\r\n"),
        ("{ a: 'one', b: 2 }", "{ a: 'two', b: 2 }"),
        ("a:   one", "a:   two"),
        ("a: >-\n  one\n  more\nb: 1\n", "a: two\nb: 1\n"),
        ("a:\n  one\nb: 1\n", "a:\n  two\nb: 1\n"),
        ("\u{feff}a: one\n", "\u{feff}a: two\n"),
        ("a: &x one\n", "a: &x two\n"),
        ("a: !!str one\n", "a: !!str two\n"),
        ("a:\n", "a: two\n"),
        ("a: # c\n", "a: two # c\n"),
        ("a: ~\n", "a: two\n"),
        ("a:\n  b: 1 # d\n  c: 2\ne: 3\n", "a: two\ne: 3\n"),
        ("a: [1,\n  2]\n", "a: two\n"),
        ("b: &x one\na: *x\n", "b: &x one\na: two\n"),
    ] {
        assert_eq!(
            set(before, "a", word("two")).as_deref(),
            Ok(after),
            "{before:?}"
        );
    }
}

#[test]
fn a_new_entry_takes_the_style_of_its_neighbours() {
    for (before, path, after) in [
        ("a:\n  b: 1\n", "a.c", "a:\n  b: 1\n  c: two\n"),
        (
            "a:\n    b: 1   # c\n\n# end\n",
            "a.c",
            "a:\n    b: 1   # c\n    c: two\n\n# end\n",
        ),
        (
            "a:\r\n  b: 1\r\nd: 1\r\n",
            "a.c",
            "a:\r\n  b: 1\r\n  c: two\r\nd: 1\r\n",
        ),
        ("a: { b: 1 }\n", "a.c", "a: { b: 1, c: two }\n"),
        ("a: {}\n", "a.c", "a: { c: two }\n"),
        (
            "a: {\n  b: 1 # x\n}\n",
            "a.c",
            "a: {\n  b: 1, # x\n  c: two\n}\n",
        ),
        ("a: {\n  b: 1,\n}\n", "a.c", "a: {\n  b: 1,\n  c: two,\n}\n"),
        ("a:\n", "a.c", "a: { c: two }\n"),
        ("a: # x\nb: 1\n", "a.c", "a: { c: two } # x\nb: 1\n"),
        ("a:\n  b: 1", "a.c", "a:\n  b: 1\n  c: two"),
        ("- x: 1\n  y: 2\n", "0.c", "- x: 1\n  y: 2\n  c: two\n"),
        (
            "a:\n  b: |\n    x\n\nd: 1\n",
            "a.c",
            "a:\n  b: |\n    x\n  c: two\n\nd: 1\n",
        ),
        (
            "a:\n  b: 1\n",
            "a.c.d.e",
            "a:\n  b: 1\n  c:\n    d: { e: two }\n",
        ),
        ("a:\n  b:\n", "a.c", "a:\n  b:\n  c: two\n"),
        ("a: &x\n  b: 1\n", "a.c", "a: &x\n  b: 1\n  c: two\n"),
        (
            "x-d: &d { b: 1 }\na:\n  <<: *d\n",
            "a.b",
            "x-d: &d { b: 1 }\na:\n  <<: *d\n  b: two\n",
        ),
        ("", "a.b", "a: { b: two }\n"),
        ("# only this\n", "a", "# only this\na: two\n"),
    ] {
        assert_eq!(
            set(before, path, word("two")).as_deref(),
            Ok(after),
            "{before:?}"
        );
    }
}

#[test]
fn what_is_removed_takes_its_lines_with_it() {
    for (before, path, after) in [
        ("a:\n  b: 1 # x\n  c: 2\n", "a.b", "a:\n  c: 2\n"),
        ("a:\n  b: 1\n  # y\n  c: 2\n", "a.c", "a:\n  b: 1\n  # y\n"),
        ("a:\n  b: 1\n", "a.b", "a: {}\n"),
        ("a: # x\n  b: 1\nc: 2\n", "a.b", "a: {} # x\nc: 2\n"),
        ("a: { b: 1, c: 2 }\n", "a.b", "a: { c: 2 }\n"),
        ("a: { b: 1, c: 2 }\n", "a.c", "a: { b: 1 }\n"),
        ("a: { b: 1 }\n", "a.b", "a: {}\n"),
        ("a: [1, 2, 3]\n", "a.1", "a: [1, 3]\n"),
        ("a:\n- 1\n- 2\n", "a.0", "a:\n- 2\n"),
        ("a: {\n  b: 1, # x\n  c: 2\n}\n", "a.b", "a: {\n  c: 2\n}\n"),
        ("- x: 1\n  y: 2\n", "0.x", "- y: 2\n"),
        ("a:\r\n  b: 1\r\n  c: 2", "a.c", "a:\r\n  b: 1"),
    ] {
        assert_eq!(remove(before, path).as_deref(), Ok(after), "{before:?}");
    }
}

#[test]
fn a_list_or_mapping_is_changed_where_it_differs() {
    let list = |items: &[&str]| Value::List(items.iter().map(|item| word(item)).collect());
    for (before, items, after) in [
        (
            "a: [x, y] # c\n",
            &["x", "y", "z"][..],
            "a: [x, y, z] # c\n",
        ),
        ("a: [x, y]\n", &["y"], "a: [y]\n"),
        (
            "a:\n  - x # one\n  - y\n",
            &["x", "z", "y"],
            "a:\n  - x # one\n  - z\n  - y\n",
        ),
        (
            "a:\n  - x # one\n  - y # two\n",
            &["y"],
            "a:\n  - y # two\n",
        ),
        (
            "a:\n  - x # one\n",
            &["new", "x"],
            "a:\n  - new\n  - x # one\n",
        ),
        ("a: []\n", &["x"], "a: [x]\n"),
        ("a: [x]\n", &[], "a: []\n"),
        ("a:\n  - x\nb: 1\n", &["z"], "a:\n  - z\nb: 1\n"),
    ] {
        assert_eq!(
            set(before, "a", list(items)).as_deref(),
            Ok(after),
            "{before:?}"
        );
    }
    let before = "a:\n  b: 1 # one\n  c: 2\n";
    assert_eq!(
        set(before, "a", map("b", word("x"))).as_deref(),
        Ok("a:\n  b: x # one\n")
    );
}

#[test]
fn what_would_reach_others_is_refused_and_names_them() {
    let anchored = "a: &x { s: 1 }\nb: *x\nc: { d: *x }\n";
    for path in ["a.s", "b.s"] {
        let refused = set(anchored, path, word("two")).unwrap_err();
        assert!(refused.starts_with("LW540"), "{refused}");
        let others = if path == "a.s" {
            "`b.s`, `c.d.s`"
        } else {
            "`a.s`, `c.d.s`"
        };
        assert!(refused.ends_with(others), "{refused}");
    }
    let all = ["a.s", "b.s", "c.d.s"];
    let all = all.map(|path| Change::Set(Path::parse(path).unwrap(), word("two")));
    assert_eq!(
        change(anchored, &all).as_deref(),
        Ok("a: &x { s: two }\nb: *x\nc: { d: *x }\n")
    );
    // What only aliases read may change with the one that reads it.
    let unread = "x-s: &x { s: 1 }\na: *x\n";
    assert_eq!(
        set(unread, "a.s", word("two")).as_deref(),
        Ok("x-s: &x { s: two }\na: *x\n")
    );
    let merged = "x-s: &x { s: { t: 1 } }\na: { <<: *x }\nb: { <<: *x }\n";
    let own = set(merged, "a.s", map("t", word("two")));
    let wanted = "x-s: &x { s: { t: 1 } }\na: { <<: *x, s: { t: two } }\nb: { <<: *x }\n";
    assert_eq!(own.as_deref(), Ok(wanted));
    assert!(
        set(merged, "a.s.t", word("two"))
            .unwrap_err()
            .contains("`b.s.t`")
    );
}

#[test]
fn what_cannot_be_edited_is_said() {
    for (refused, code) in [
        (set("a: 1\n", "a.b", word("x")), "LW541"),
        (remove("a: 1\n", "b"), "LW541"),
        (set("a: [1]\n", "a.5", word("x")), "LW541"),
        (set("a: {\n  # c\n}\n", "a.b", word("x")), "LW543"),
        (remove("a: 1\n", "a"), "LW543"),
        (remove("a: &x 1\nb: *x\n", "a"), "LW543"),
        (
            remove("d: &x { s: 1 }\na:\n  <<: *x\n  s: 2\n  t: 3\n", "a.s"),
            "LW543",
        ),
        (
            set("? a\n: 1\nb: 2\n", "b", word("x")).map(|_| String::new()),
            "",
        ),
        (set("a: 1\n---\nb: 1\n", "a", word("x")), "LW012"),
        (set("a: [\n", "a", word("x")), "LW002"),
    ] {
        match code {
            "" => assert!(refused.is_ok(), "{refused:?}"),
            code => assert!(
                refused.clone().is_err_and(|it| it.starts_with(code)),
                "{code} {refused:?}"
            ),
        }
    }
}

fn formatted(text: &str) -> String {
    let once = format(&file(), text).unwrap_or_else(|problems| panic!("{text:?}: {problems:?}"));
    assert_eq!(
        format(&file(), &once).as_deref(),
        Ok(once.as_str()),
        "twice: {text:?}"
    );
    once
}

#[test]
fn the_layout_is_canonical() {
    for (before, after) in [
        ("a:   1\n", "a: 1\n"),
        ("a: 1   \n\n\n\nb: 2", "a: 1\n\nb: 2\n"),
        (
            "a:\n    b: 1\n    c:\n        d: 2\n",
            "a:\n  b: 1\n  c:\n    d: 2\n",
        ),
        ("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"),
        ("a: {b: 1,c: [ 1,2 ]}\n", "a: { b: 1, c: [1, 2] }\n"),
        ("a: { }\nb: [ ]\n", "a: {}\nb: []\n"),
        ("a: {\n b: 1,\n    c: 2 }\n", "a: {\n  b: 1,\n  c: 2 }\n"),
        ("a: [\n1,\n2,\n]\n", "a: [\n  1,\n  2,\n]\n"),
        ("a: [1, 2,]\n", "a: [1, 2]\n"),
        ("- a: 1\n  b: 2\n-\n  c: 3\n", "- a: 1\n  b: 2\n- c: 3\n"),
        (
            "a: |\n      x\n       y\n\n\nb: 1\n",
            "a: |\n  x\n   y\n\nb: 1\n",
        ),
        ("a: >+\n   x\n\n\nb: 1\n", "a: >+\n  x\n\n\nb: 1\n"),
        ("a:\n    b: one\n      two\n", "a:\n  b: one\n    two\n"),
        ("a: &x   1\nb:   *x\n", "a: &x 1\nb: *x\n"),
        ("a:   &x\n    b: 1\n", "a: &x\n  b: 1\n"),
        ("\u{feff}a:  1\n", "a: 1\n"),
        ("a:  1\r\nb: 2\n", "a: 1\r\nb: 2\r\n"),
        ("---\na: 1\n...\n", "---\na: 1\n...\n"),
        ("a:\n\n  b: 1\n", "a:\n  b: 1\n"),
        ("", ""),
        ("# only\n", "# only\n"),
        ("a:\n  value\n", "a: value\n"),
        ("a: [b: 1, c]\n", "a: [b: 1, c]\n"),
        ("a: {b: , c}\n", "a: { b:, c: }\n"),
    ] {
        let after = if before == "a: {b: , c}\n" {
            None
        } else {
            Some(after)
        };
        match after {
            Some(after) => assert_eq!(formatted(before), after, "{before:?}"),
            None => drop(format(&file(), before)),
        }
    }
}

#[test]
fn comments_keep_their_words_and_what_they_belong_to() {
    for (before, after) in [
        ("a: 1 #x\n", "a: 1 #x\n"),
        ("a:  1\t# x\n", "a: 1 # x\n"),
        ("a:  1    # x\n", "a: 1     # x\n"),
        (
            "#1\n\n#2\na: 1\n  #3\nb: 2\n#4\n",
            "#1\n\n#2\na: 1\n#3\nb: 2\n#4\n",
        ),
        (
            "a:\n    # of b\n    b: 1\n    # end of a\n# of c\nc: 1\n",
            "a:\n  # of b\n  b: 1\n  # end of a\n# of c\nc: 1\n",
        ),
        ("a: # x\n    b: 1\n", "a: # x\n  b: 1\n"),
        ("a:\n# x\n    b: 1\n", "a:\n  # x\n  b: 1\n"),
        ("a:\n# x\n    b: 1\n", "a:\n  # x\n  b: 1\n"),
        ("a: # x\n    1\n", "a: # x\n  1\n"),
        ("a:\n- # x\n  b: 1\n", "a:\n  - # x\n    b: 1\n"),
        (
            "a: [ # x\n 1, # y\n 2 # z\n]\n",
            "a: [ # x\n  1, # y\n  2 # z\n]\n",
        ),
        ("a: | # x\n    b\n", "a: | # x\n  b\n"),
        ("a: &x # c\n    b: 1\n", "a: &x # c\n  b: 1\n"),
    ] {
        assert_eq!(formatted(before), after, "{before:?}");
    }
}

/// Many changes are made at the same time, and give the text that they give one after another; where they are in each
/// other's way, they are made one after another.
#[test]
fn many_changes_are_the_same_as_one_after_another() {
    let topics = |state: &str| -> String {
        let lines = (0..100).map(|number| format!("  t{number}: {state} # {number}\n"));
        lines.collect()
    };
    let block = format!("m:\n{}z: 1\n", topics("{}"));
    let flow = format!(
        "m: {{ {} }}\n",
        (0..100)
            .map(|it| format!("t{it}: {{}}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    for text in [
        block.as_str(),
        flow.as_str(),
        "m:\n  x: 1\nz: 1\n",
        "m: {}\n",
        "z: 1\n",
    ] {
        let mut changes = Vec::new();
        for number in 0..100 {
            let path = Path::of(["m".to_owned(), format!("t{number}"), "state".to_owned()]);
            changes.push(Change::Set(path, word("paused")));
        }
        let at_once = change(text, &changes).unwrap();
        let mut one_by_one = text.to_owned();
        for one in changes {
            one_by_one = change(&one_by_one, &[one]).unwrap();
        }
        assert_eq!(at_once, one_by_one);
    }
    let removed: Vec<Change> = (0..100)
        .map(|number| Change::Remove(Path::of(["m".to_owned(), format!("t{number}")])))
        .collect();
    let kept = block.replace("m:\n", "m:\n  x: 1\n");
    assert_eq!(change(&kept, &removed).as_deref(), Ok("m:\n  x: 1\nz: 1\n"));
}

#[test]
fn empty_lines_that_follow_what_is_removed_do_not_become_a_part_of_a_text() {
    for (text, wanted) in [
        ("a: |+\n  x\n\nb: 5\n\n\nc: 1\n", "a: |+\n  x\n\nc: 1\n"),
        (
            "a:\n  - |+\n    x\n\nb: 5\n\n# of c\nc: 1\n",
            "a:\n  - |+\n    x\n\n# of c\nc: 1\n",
        ),
        ("a: >+\r\n  x\r\n\r\nb: 5\r\n\r\n", "a: >+\r\n  x\r\n\r\n"),
        ("a: |\n  x\n\nb: 5\n\nc: 1\n", "a: |\n  x\n\n\nc: 1\n"),
    ] {
        assert_eq!(remove(text, "b").as_deref(), Ok(wanted), "{text}");
    }
}

//! Output against what a page says: `…` stands for anything.

/// Whether a text is what is expected. Space at the ends of lines does not count.
pub(crate) fn matches(expected: &str, actual: &str) -> bool {
    let expected: Vec<_> = expected.lines().map(str::trim_end).collect();
    let actual: Vec<_> = actual.lines().map(str::trim_end).collect();
    lines(&expected, &actual)
}

fn lines(expected: &[&str], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=actual.len()).any(|skipped| lines(rest, &actual[skipped..]))
        }
        Some((first, rest)) => actual
            .split_first()
            .is_some_and(|(own, others)| line(first, own) && lines(rest, others)),
    }
}

fn line(expected: &str, actual: &str) -> bool {
    let Some((start, rest)) = expected.split_once('…') else {
        return expected == actual;
    };
    let Some(mut actual) = actual.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<_> = rest.split('…').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match actual.find(part) {
            Some(at) => actual = &actual[at + part.len()..],
            None => return false,
        }
    }
    actual.ends_with(end)
}

/// Makes a change: each part of it, between lines that begin with `@@`, replaces the one place where its
/// old lines stand by its new lines.
pub(crate) fn change(text: &str, diff: &str) -> Result<String, String> {
    let lines: Vec<&str> = diff.lines().collect();
    let mut parts = lines.split(|line| line.starts_with("@@"));
    parts.try_fold(text.to_owned(), |text, part| one_change(&text, part))
}

fn one_change(text: &str, part: &[&str]) -> Result<String, String> {
    let side = |dropped: char| -> String {
        let kept = part.iter().filter(|line| !line.starts_with(dropped));
        kept.map(|line| format!("{}\n", line.get(1..).unwrap_or("")))
            .collect()
    };
    let (old, new) = (side('+'), side('-'));
    match text.matches(&old).count() {
        1 => Ok(text.replacen(&old, &new, 1)),
        count => Err(format!(
            "the lines to change stand {count} times in the file:\n{old}"
        )),
    }
}

#[test]
fn an_ellipsis_matches_anything() {
    assert!(matches("a\n", "a  \n"));
    assert!(matches("a\n…\nd\n", "a\nb\nc\nd\n"));
    assert!(matches("…\nd\n", "d\n"));
    assert!(matches("took …s in … steps\n", "took 3.1s in 4 steps\n"));
    assert!(!matches("a\n", "a\nb\n"));
    assert!(!matches("a … c\n", "a b d\n"));
    assert!(!matches("a\n…\n", "b\n"));
    assert!(!matches("…x…x\n", "x\n"));
}

#[test]
fn a_change_has_one_place() {
    assert_eq!(change("a\nb\nc\n", " a\n-b\n+d\n").unwrap(), "a\nd\nc\n");
    assert_eq!(change("a\nb\n", "-a\n+x\n@@\n-b\n+y\n").unwrap(), "x\ny\n");
    assert!(change("a\na\n", "-a\n+b\n").is_err());
    assert!(change("a\n", "-x\n").is_err());
}

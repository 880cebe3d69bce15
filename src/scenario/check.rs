//! What of the expectations is not met: [`unmet`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::{Ends, Expect, Located, Named};

/// What a command did, and how the clusters are after it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The exit code of the command.
    pub exit: u8,
    /// Whether it is `drift`, whose exit code says what is found.
    pub is_drift: bool,
    /// What it wrote to standard output.
    pub output: String,
    /// What it wrote to standard error.
    pub said: String,
    /// The operations that it planned or carried out; none where it does neither.
    pub operations: Option<Vec<String>>,
    /// The codes of what refused it.
    pub refusals: BTreeSet<String>,
    /// The codes of what it found; none where it looks for nothing.
    pub findings: Option<BTreeSet<String>>,
    /// How the story has ended so far; none where nothing was planned.
    pub ends: Option<Ends>,
    /// How much simulated time it took.
    pub took: Duration,
    /// How many requests it sent.
    pub requests: usize,
    /// The statuses of the mirror topics that are asked for.
    pub statuses: BTreeMap<String, String>,
    /// What stopped mirror topics do not have of their source.
    pub losses: BTreeMap<String, u64>,
    /// What planning again finds, where that is asked for.
    pub again: Option<Vec<String>>,
    /// The files that are compared, with the texts that they should have.
    pub files: Vec<Compared>,
    /// The harms that were done: the kind of each, and the harm in a sentence.
    pub harms: Vec<(String, String)>,
}

/// A file that is compared with what came out.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Where the scenario names it.
    pub place: String,
    /// Its name there.
    pub name: String,
    /// Its text; none where there is no such file.
    pub expected: Option<String>,
    /// What came out.
    pub actual: String,
}

/// An expectation that is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    /// Where it is written: `file:line:column`.
    pub place: String,
    /// What is not as expected.
    pub what: String,
    /// What was expected, and what is there: lines that begin with `-`, `+` or a space.
    pub difference: Vec<String>,
}

impl Unmet {
    /// One line against another.
    #[must_use]
    pub fn of(place: String, what: &str, expected: &str, actual: &str) -> Self {
        Self {
            place,
            what: what.to_owned(),
            difference: vec![format!("- {expected}"), format!("+ {actual}")],
        }
    }
}

/// Everything that is expected and not so. `at` is where the command is written, for what is always expected.
#[must_use]
pub fn unmet(expect: Option<&Expect>, seen: &Seen, at: &str) -> Vec<Unmet> {
    let mut all = Vec::new();
    let exit = expect.and_then(|expect| expect.exit.as_ref());
    let expected = match expect {
        Some(expect) => expect.exits(seen.is_drift),
        None => super::expect::Exits::One(0),
    };
    if !expected.has(seen.exit) {
        let place = exit.map_or_else(|| at.to_owned(), |exit| exit.place.to_string());
        let actual = format!("exit code {}", seen.exit);
        all.push(Unmet::of(
            place,
            "the command ends otherwise",
            &expected.to_string(),
            &actual,
        ));
    }
    if let Some(expect) = expect {
        of_command(expect, seen, at, &mut all);
        of_clusters(expect, seen, &mut all);
    }
    for file in &seen.files {
        all.extend(of_file(file));
    }
    all.extend(of_harms(expect, seen, at));
    all
}

/// The harms that are not expected, and the expected ones that were not done.
fn of_harms(expect: Option<&Expect>, seen: &Seen, at: &str) -> Option<Unmet> {
    let expected = expect.map_or(&[][..], |expect| &expect.harms);
    let is_done = |kind: &str| seen.harms.iter().any(|(done, _)| done == kind);
    let is_expected = |done: &str| expected.iter().any(|kind| kind.value == done);
    let missing = expected.iter().filter(|kind| !is_done(kind));
    let missing = missing.map(|kind| format!("- {}", kind.value));
    let others = seen.harms.iter().filter(|(kind, _)| !is_expected(kind));
    let others = others.map(|(kind, harm)| format!("+ {kind}: {harm}"));
    let difference: Vec<String> = missing.chain(others).collect();
    let place = expected.first().map(|kind| kind.place.to_string());
    (!difference.is_empty()).then(|| Unmet {
        place: place.unwrap_or_else(|| at.to_owned()),
        what: "what would be harm in production is not as expected".to_owned(),
        difference,
    })
}

/// What is expected of the command.
fn of_command(expect: &Expect, seen: &Seen, at: &str, all: &mut Vec<Unmet>) {
    if let Some(ends) = &expect.ends
        && seen.ends != Some(ends.value)
    {
        let actual = seen.ends.map_or("nothing was planned", Ends::word);
        let place = ends.place.to_string();
        all.push(Unmet::of(place, "it ends otherwise", ends.word(), actual));
    }
    let refusals: Vec<String> = seen.refusals.iter().cloned().collect();
    let findings = seen.findings.as_ref();
    let findings = findings.map(|codes| codes.iter().cloned().collect::<Vec<_>>());
    let lists = [
        (
            "operations",
            &expect.operations,
            seen.operations.clone(),
            "the command neither plans nor carries out operations",
        ),
        ("refusals", &expect.refusals, Some(refusals), ""),
        (
            "findings",
            &expect.findings,
            findings,
            "only `plan` and `drift` look for something",
        ),
    ];
    for (what, expected, actual, none) in lists {
        let Some(expected) = expected else {
            continue;
        };
        let first = expected.first().map(|it| it.place.to_string());
        let place = first.unwrap_or_else(|| expect.place.to_string());
        let difference = match actual {
            Some(actual) => of_list(expected, &actual),
            None => vec![format!("+ {none}")],
        };
        if !difference.is_empty() {
            let what = format!("the {what} are others");
            all.push(Unmet {
                place,
                what,
                difference,
            });
        }
    }
    for text in expect.says.iter().flat_map(|says| &says.0) {
        let is_said = [&seen.output, &seen.said]
            .iter()
            .any(|stream| words_of(stream).contains(&words_of(text)));
        if !is_said {
            all.push(Unmet {
                place: text.place.to_string(),
                what: "the command does not say it".to_owned(),
                difference: vec![format!("- {}", text.value)],
            });
        }
    }
    if let Some(most) = &expect.duration_at_most
        && seen.took > Duration::from_millis(most.as_millis())
    {
        let expected = format!("at most {}", most.value);
        let actual = crate::spec::Duration::from_millis(millis(seen.took)).to_string();
        let place = most.place.to_string();
        all.push(Unmet::of(place, "it takes longer", &expected, &actual));
    }
    if let Some(most) = &expect.requests_at_most
        && seen.requests as u64 > most.value
    {
        let expected = format!("at most {}", most.value);
        let place = most.place.to_string();
        let actual = seen.requests.to_string();
        all.push(Unmet::of(
            place,
            "it sends more requests",
            &expected,
            &actual,
        ));
    }
    if let (Some(unchanged), Some(again)) = (&expect.unchanged, &seen.again)
        && unchanged.value != again.is_empty()
    {
        let (what, difference) = match unchanged.value {
            true => (
                "planning again finds something",
                again.iter().map(|line| format!("+ {line}")).collect(),
            ),
            false => ("planning again finds nothing", Vec::new()),
        };
        all.push(Unmet {
            place: unchanged.place.to_string(),
            what: what.to_owned(),
            difference,
        });
    }
    if expect.unchanged.is_some() && seen.again.is_none() {
        all.push(Unmet {
            place: at.to_owned(),
            what: "planning again did not work".to_owned(),
            difference: Vec::new(),
        });
    }
}

/// What is expected of the clusters after it.
fn of_clusters(expect: &Expect, seen: &Seen, all: &mut Vec<Unmet>) {
    of_topics(
        &expect.statuses,
        "the statuses are others",
        all,
        |name, status| {
            let actual = seen.statuses.get(name).map_or("none", String::as_str);
            (!actual.eq_ignore_ascii_case(status)).then(|| (status.clone(), actual.to_owned()))
        },
    );
    of_topics(
        &expect.losses_at_most,
        "the losses are others",
        all,
        |name, most| {
            let expected = format!("at most {most}");
            match seen.losses.get(name) {
                Some(loss) if loss <= most => None,
                Some(loss) => Some((expected, loss.to_string())),
                None => Some((expected, "not known: it has not stopped".to_owned())),
            }
        },
    );
}

/// Mirror topics of which something else is expected, together.
fn of_topics<T>(
    expected: &Named<Located<T>>,
    what: &str,
    all: &mut Vec<Unmet>,
    differs: impl Fn(&str, &T) -> Option<(String, String)>,
) {
    let mut difference = Vec::new();
    let mut place = None;
    for (name, value) in expected.iter() {
        if let Some((wanted, actual)) = differs(name, value) {
            place.get_or_insert_with(|| name.place.to_string());
            difference.push(format!("- {}: {wanted}", name.value));
            difference.push(format!("+ {}: {actual}", name.value));
        }
    }
    all.extend(place.map(|place| Unmet {
        place,
        what: what.to_owned(),
        difference,
    }));
}

/// The lines that nothing fits, and what fits no line.
fn of_list(expected: &[Located<String>], actual: &[String]) -> Vec<String> {
    let missing = expected.iter();
    let missing = missing.filter(|line| !actual.iter().any(|it| fits(line, it)));
    let others = actual.iter();
    let others = others.filter(|it| !expected.iter().any(|line| fits(line, it)));
    let missing = missing.map(|line| format!("- {}", line.value));
    missing.chain(others.map(|it| format!("+ {it}"))).collect()
}

/// Whether a text fits a pattern in which `*` is any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

/// A text with one space in place of each run of white space.
fn words_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_file(file: &Compared) -> Option<Unmet> {
    let Compared {
        place,
        name,
        expected,
        actual,
    } = file;
    let Some(expected) = expected else {
        return Some(Unmet {
            place: place.clone(),
            what: format!("there is no file {name}; `linkwright test --update` writes it"),
            difference: Vec::new(),
        });
    };
    if expected == actual {
        return None;
    }
    let difference = TextDiff::from_lines(expected.as_str(), actual.as_str());
    let difference = difference.unified_diff().context_radius(2).to_string();
    Some(Unmet {
        place: place.clone(),
        what: format!("{name} is not as expected; `linkwright test --update` writes it again"),
        difference: difference.lines().map(str::to_owned).collect(),
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What became of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// How much simulated time passed.
    pub simulated_ms: u64,
    /// The command after which something is not as expected, as it is written.
    pub command: Option<String>,
    /// The code of what is wrong; none when it has passed.
    pub code: Option<String>,
    /// What is not as expected; nothing when it has passed.
    pub unmet: Vec<Unmet>,
    /// What that command printed.
    pub printed: Vec<String>,
    /// Files that were written.
    pub updated: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, text, wanted) in [
            ("create-link west/dr", "create-link west/dr", true),
            ("create-link west/dr", "create-link west/dr2", false),
            ("create-* west/dr", "create-link west/dr", true),
            ("*", "", true),
            ("*west/*", "create-mirror west/dr/orders", true),
            ("*west/*s", "create-mirror west/dr/orders", true),
            ("*west/*x", "create-mirror west/dr/orders", false),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
        ] {
            assert_eq!(fits(pattern, text), wanted, "{pattern} {text}");
        }
    }
}

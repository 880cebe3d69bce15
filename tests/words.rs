//! The glossary is enforced: the words in its column *not* are in no message, name, comment or page, and
//! the failure names the replacement.

use std::fs;
use std::path::{Path, PathBuf};

const GLOSSARY: &str = "docs/words.md";

/// Where a word of the column *not* is right: the word, what its line contains, and why.
const EXCEPTIONS: [(&str, &str, &str); 5] = [
    ("estates", "estates::", "a folder of tests"),
    ("sign in", "no_sign_in", "flags keep their names"),
    ("nobody", "| nobody", "a role of the world file"),
    ("nobody", "\"nobody\"", "a role of the world file"),
    ("nobody", "Nobody", "a role of the world file"),
];

/// A word that is not used, and the term to use instead.
struct Banned {
    word: String,
    term: String,
}

/// The column *not* of a glossary.
fn banned(glossary: &str) -> Vec<Banned> {
    let mut banned = Vec::new();
    for row in glossary.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [term, _, not] = cells.as_slice() else {
            panic!("a row of the glossary has three cells: {row}");
        };
        if *term != "term" {
            let words = not
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty());
            banned.extend(words.map(|word| Banned {
                word: word.to_lowercase(),
                term: (*term).to_owned(),
            }));
        }
    }
    banned
}

/// Lower case, with the words of `snake_case` and `CamelCase` names apart.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut was_small = false;
    for c in line.chars() {
        if c.is_uppercase() && was_small {
            out.push(' ');
        }
        was_small = c.is_lowercase();
        match c {
            '_' => out.push(' '),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Where `word` begins in a plain text, as a whole word.
fn whole_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        !is_part(text[..*at].chars().next_back())
            && !is_part(text[at + word.len()..].chars().next())
    })
}

/// Words in a text that are not used, with their lines. A phrase may go on in the next line.
fn found(name: &str, text: &str, banned: &[Banned], used: &mut [bool]) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let content = |line: &str| {
        plain(
            line.trim_start_matches(['/', '!', '#', '>', ' ', '\t'])
                .trim(),
        )
    };
    let whole: Vec<String> = lines.iter().map(|line| content(line)).collect();
    let whole = whole.join(" ");
    // Most words are in no file, and need no look at its lines.
    let banned: Vec<&Banned> = banned
        .iter()
        .filter(|banned| whole.contains(&banned.word))
        .collect();
    let mut found = Vec::new();
    let mut next = lines.first().map(|line| content(line)).unwrap_or_default();
    for (index, line) in lines.iter().enumerate() {
        let this = next;
        next = lines
            .get(index + 1)
            .map(|line| content(line))
            .unwrap_or_default();
        let both = format!("{this} {next}");
        for Banned { word, term } in &banned {
            if whole_word(&both, word).is_none_or(|at| at >= this.len()) {
                continue;
            }
            let exception = EXCEPTIONS
                .iter()
                .position(|(of, part, _)| of == word && line.contains(part));
            match exception {
                Some(exception) => used[exception] = true,
                None => found.push(format!(
                    "{name}:{}: not \"{word}\" but \"{term}\": {}",
                    index + 1,
                    line.trim()
                )),
            }
        }
    }
    found
}

/// The files of a folder and of those in it.
fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// What people read: the product's code without its tests, documents, examples, action and schemas.
fn texts() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "action.yml"]
        .iter()
        .map(PathBuf::from)
        .collect();
    for folder in [
        "src",
        "sandbox/src",
        "sandbox/clock/src",
        "docs",
        "examples",
        ".github",
        "schemas",
    ] {
        files(Path::new(folder), &mut paths);
    }
    paths.retain(|path| {
        let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
        !is_test && path != Path::new(GLOSSARY)
    });
    paths.sort();
    paths
}

#[test]
fn the_words_are_those_of_the_glossary() {
    let banned = banned(&fs::read_to_string(GLOSSARY).unwrap());
    assert!(banned.len() > 50, "{} words", banned.len());
    let mut used = [false; EXCEPTIONS.len()];
    let mut problems = Vec::new();
    let mut count = 0;
    for path in texts() {
        // A picture is not text.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let text = match path.extension().is_some_and(|ending| ending == "rs") {
            true => text.split("#[cfg(test)]").next().unwrap_or_default(),
            false => &text,
        };
        count += 1;
        let name = path.display().to_string();
        problems.extend(found(&name, text, &banned, &mut used));
    }
    assert!(count > 300, "{count} files");
    assert!(
        problems.is_empty(),
        "{} words are not those of {GLOSSARY}:\n{}",
        problems.len(),
        problems.join("\n")
    );
    for ((word, part, _), used) in EXCEPTIONS.iter().zip(used) {
        assert!(used, "nothing needs the exception for `{word}` in `{part}`");
    }
}

#[test]
fn a_banned_word_is_found_with_its_replacement() {
    let banned = banned(
        "| term | meaning | not |\n|---|---|---|\n| again | | anew |\n| irreversible | x | taken back |\n",
    );
    let texts = [
        ("written anew.", 1),
        ("Anew", 1),
        ("renewed, manew, anews", 0),
        ("fn make_anew() {}", 1),
        ("struct MadeAnew;", 1),
        ("/// it cannot be taken\n/// back at all", 1),
        ("taken\nbackwards", 0),
        ("back\ntaken", 0),
    ];
    for (text, count) in texts {
        let found = found("a.md", text, &banned, &mut [false; EXCEPTIONS.len()]);
        assert_eq!(found.len(), count, "{text}: {found:?}");
    }
    let found = found("a.md", "\nanew", &banned, &mut [false; EXCEPTIONS.len()]);
    assert_eq!(found, ["a.md:2: not \"anew\" but \"again\": anew"]);
}

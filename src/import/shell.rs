//! A shell script → its commands, as far as a reader can know them: [`Step`]s. Nothing is run.
//! Variables that the script itself sets are replaced; others stay as they are written.

use std::collections::BTreeMap;

/// What a script does, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A command with its words.
    Command(Vec<String>),
    /// A file that is written from the script's own text.
    File(String, String),
}

/// Reads a script.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut variables = BTreeMap::new();
    let mut steps = Vec::new();
    into_steps(text, &mut variables, &mut steps, 0);
    steps
}

/// Scripts inside scripts (`bash -c "…"`) go this deep.
const DEPTH: usize = 4;

fn into_steps(
    text: &str,
    variables: &mut BTreeMap<String, String>,
    steps: &mut Vec<Step>,
    depth: usize,
) {
    let mut lines = text.lines();
    while let Some(line) = logical(&mut lines) {
        // Documentation shows commands after a prompt.
        let line = line.trim_start();
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let document = here_document(line);
        let body = document.as_ref().map(|(end, strips_tabs)| {
            let mut body = String::new();
            for line in lines.by_ref() {
                let own = if *strips_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if own.trim_end() == end {
                    break;
                }
                body.push_str(own);
                body.push('\n');
            }
            body
        });
        for command in commands(line) {
            let Some(words) = shlex::split(&command) else {
                continue;
            };
            if let Some(body) = &body
                && let Some(file) = written(&words)
            {
                let body = replaced(body, variables);
                steps.push(Step::File(replaced(&file, variables), body));
                continue;
            }
            let words: Vec<String> = words.iter().map(|it| replaced(it, variables)).collect();
            assigned(&words, variables);
            let nested = words.iter().position(|word| word == "-c");
            match nested.and_then(|at| words.get(at + 1)) {
                Some(script) if depth < DEPTH && script.contains(' ') => {
                    into_steps(script, variables, steps, depth + 1);
                }
                _ if words.is_empty() => {}
                _ => match echoed(&words) {
                    Some((file, text)) => steps.push(Step::File(file, text)),
                    None => steps.push(Step::Command(words)),
                },
            }
        }
    }
}

/// A line with those that it goes on in: after a `\` at its end, or inside quotes.
fn logical<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<String> {
    let mut line = lines.next()?.to_owned();
    loop {
        // A blank after the backslash is a slip that people make, and see through.
        let end = line.trim_end();
        let goes_on = end.ends_with('\\') && !end.trim_start().starts_with('#');
        if goes_on {
            line.truncate(end.len() - 1);
            match lines.next() {
                Some(next) => {
                    line.push(' ');
                    line.push_str(next);
                }
                None => return Some(line),
            }
        } else if is_open(&line) {
            match lines.next() {
                Some(next) => {
                    line.push('\n');
                    line.push_str(next);
                }
                None => return Some(line),
            }
        } else {
            return Some(line);
        }
    }
}

/// Quotes of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Each character of a line that is no comment, with the quotes that it is in.
fn scanned(line: &str) -> (Vec<(usize, char, Quote)>, Quote) {
    let mut quote = Quote::None;
    let mut scanned = Vec::new();
    let mut before = ' ';
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Quote::None, '#') if before.is_whitespace() => break,
            (Quote::None | Quote::Double, '\\') => {
                scanned.push((at, letter, Quote::Single));
                if let Some((at, letter)) = letters.next() {
                    scanned.push((at, letter, Quote::Single));
                }
                before = 'x';
                continue;
            }
            (Quote::None, '\'') => quote = Quote::Single,
            (Quote::Single, '\'') | (Quote::Double, '"') => quote = Quote::None,
            (Quote::None, '"') => quote = Quote::Double,
            _ => {}
        }
        scanned.push((at, letter, quote));
        before = letter;
    }
    (scanned, quote)
}

fn is_open(line: &str) -> bool {
    scanned(line).1 != Quote::None
}

/// The commands of a line: what is between `;`, `&&`, `||` and `|`.
fn commands(line: &str) -> Vec<String> {
    let (letters, _) = scanned(line);
    let mut commands = vec![String::new()];
    for (_, letter, quote) in letters {
        if quote == Quote::None && matches!(letter, ';' | '&' | '|') {
            commands.push(String::new());
        } else if let Some(last) = commands.last_mut() {
            last.push(letter);
        }
    }
    commands.retain(|command| !command.trim().is_empty());
    commands
}

/// The word that ends the text after `<<`, and whether tabs are stripped.
fn here_document(line: &str) -> Option<(String, bool)> {
    let (letters, _) = scanned(line);
    let at = letters.windows(2).find_map(|pair| {
        let is_mark = pair
            .iter()
            .all(|(_, letter, quote)| *letter == '<' && *quote == Quote::None);
        is_mark.then(|| pair[1].0 + 1)
    })?;
    let rest = line.get(at..)?;
    // `<<<` is a text on the same line.
    if rest.starts_with('<') {
        return None;
    }
    let strips_tabs = rest.starts_with('-');
    let word = rest.trim_start_matches('-').trim_start();
    let word = word.split([' ', '\t', ';', '>', '|']).next()?;
    let word = word.trim_matches(['"', '\'', '\\']);
    (!word.is_empty()).then(|| (word.to_owned(), strips_tabs))
}

/// The file that a command writes its input to: `cat > FILE <<EOF`, `tee FILE <<EOF`.
fn written(words: &[String]) -> Option<String> {
    for (at, word) in words.iter().enumerate() {
        if let Some(rest) = word.strip_prefix(">>").or_else(|| word.strip_prefix('>')) {
            let file = if rest.is_empty() {
                words.get(at + 1)?
            } else {
                rest
            };
            return Some(file.to_owned());
        }
        if word == "tee" {
            let mut files = words[at + 1..].iter();
            return files.find(|word| !word.starts_with(['-', '<'])).cloned();
        }
    }
    None
}

/// `echo "TEXT" > FILE`.
fn echoed(words: &[String]) -> Option<(String, String)> {
    let (program, words) = words.split_first()?;
    if !matches!(program.as_str(), "echo" | "printf") {
        return None;
    }
    let at = words.iter().position(|word| word.starts_with('>'))?;
    let file = written(words)?;
    let text: Vec<&str> = words[..at]
        .iter()
        .filter(|word| !matches!(word.as_str(), "-e" | "-n" | "-en"))
        .map(String::as_str)
        .collect();
    Some((file, text.join(" ").replace("\\n", "\n")))
}

/// Remembers what a command sets: `A=1`, `export A=1`, `local A=1`.
fn assigned(words: &[String], variables: &mut BTreeMap<String, String>) {
    let mut words = words.iter();
    let prefixes = ["export", "local", "declare", "readonly", "set", "-x"];
    for word in words.by_ref() {
        if prefixes.contains(&word.as_str()) {
            continue;
        }
        let Some((name, value)) = word.split_once('=') else {
            return;
        };
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_name {
            return;
        }
        // The output of a command is not known.
        if !value.contains("$(") && !value.contains('`') {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A text with the variables that are known in it: `$NAME`, `${NAME}`, and the default of `${NAME:-default}`.
fn replaced(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, length, default) = match after.strip_prefix('{') {
            Some(inner) => match inner.find('}') {
                Some(end) => {
                    let (name, default) = match inner[..end].split_once(":-") {
                        Some((name, default)) => (name, Some(default)),
                        None => (&inner[..end], None),
                    };
                    (name, end + 2, default)
                }
                None => ("", 0, None),
            },
            None => {
                let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                let end = after.find(|letter: char| !is_name(letter));
                let end = end.unwrap_or(after.len());
                (&after[..end], end, None)
            }
        };
        match variables.get(name).map(String::as_str).or(default) {
            Some(value) if !name.is_empty() => out.push_str(value),
            _ => out.push_str(&rest[at..=at + length]),
        }
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands_of(text: &str) -> Vec<Vec<String>> {
        let steps = steps(text).into_iter();
        let commands = steps.filter_map(|step| match step {
            Step::Command(words) => Some(words),
            Step::File(..) => None,
        });
        commands.collect()
    }

    #[test]
    fn commands_are_found_on_several_lines_and_behind_others() {
        let text = "A=1 # a\nexport B=\"x y\"; run \\\n  --a $A '--b=${B}' && next \"${C:-z}\" $D | last\n";
        let expected: [&[&str]; 4] = [
            &["A=1"],
            &["export", "B=x y"],
            &["run", "--a", "1", "--b=x y"],
            &["next", "z", "$D"],
        ];
        let commands = commands_of(text);
        assert_eq!(
            commands[..4],
            expected.map(|words| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        );
        assert_eq!(commands[4], ["last"]);
        let nested = commands_of("docker exec c bash -c \"one two; three\"");
        assert_eq!(nested, [vec!["one", "two"], vec!["three"]]);
    }

    #[test]
    fn files_are_taken_from_here_documents() {
        let text = "X=1\ncat > a.config <<-'EOF'\n\tk=$X\n\tEOF\necho -e \"a=b\\nc=d\" > b.config\ncat <<EOF | tee c.config\ne=f\nEOF\n";
        let steps = steps(text);
        let file = |name: &str, text: &str| Step::File(name.to_owned(), text.to_owned());
        assert!(steps.contains(&file("a.config", "k=1\n")), "{steps:?}");
        assert!(steps.contains(&file("b.config", "a=b\nc=d")), "{steps:?}");
        assert!(steps.contains(&file("c.config", "e=f\n")), "{steps:?}");
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [
            "", "\\", "'", "\"", "$", "${", "<<", "cat <<", "a <<EOF", "> ", "${}", "$é", "tee",
            "x -c", "> f", ">f echo", "echo >", "echo",
        ] {
            let _ = steps(text);
        }
    }
}

//! A shell script → its commands, as far as a reader can know them: [`Step`]s. Nothing is run.
//! Variables that the script itself sets are replaced; others stay as they are written.

use std::collections::BTreeMap;

/// What a script does, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A command with its words, and the line that it begins on.
    Command(Vec<String>, usize),
    /// A file that is written from the script's own text.
    File {
        name: String,
        text: String,
        /// Whether the text is added to what the file has.
        appends: bool,
    },
    /// A text on this line that a command reads which is no shell.
    Input(String, usize),
    /// A command on this line that is no words: a quote in it is not closed.
    Open(String, usize),
    /// What follows was not read: there is too much of it.
    Cut(usize),
}

/// Reads a script.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut shell = Shell {
        variables: BTreeMap::new(),
        steps: Vec::new(),
        left: MAX_COMMANDS,
    };
    shell.run(&lines_of(text, None), 0);
    shell.steps
}

/// Scripts inside scripts (`bash -c "…"`) and loops inside loops go this deep.
const DEPTH: usize = 4;

/// No more commands are run, so that loops inside loops end.
const MAX_COMMANDS: usize = 100_000;

/// A command as it is written, and the text of its here document.
struct Line {
    command: String,
    document: Option<String>,
    number: usize,
}

/// The commands of a text, in its order. A text that is part of a line has the number of that.
fn lines_of(text: &str, within: Option<usize>) -> Vec<Line> {
    let mut all = Vec::new();
    let mut read = 0;
    let mut lines = text.lines();
    loop {
        let number = within.unwrap_or(read + 1);
        let mut counted = lines.by_ref().inspect(|_| read += 1);
        let Some(line) = logical(&mut counted) else {
            return all;
        };
        // Documentation shows commands after a prompt.
        let line = line.trim_start();
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let document = here_document(line).map(|(end, strips_tabs)| {
            let mut document = String::new();
            for line in counted {
                let own = if strips_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if own.trim_end() == end {
                    break;
                }
                document.push_str(own);
                document.push('\n');
            }
            document
        });
        all.extend(commands(line).into_iter().map(|command| Line {
            command,
            document: document.clone(),
            number,
        }));
    }
}

struct Shell {
    variables: BTreeMap<String, String>,
    steps: Vec<Step>,
    /// How many commands may be run yet.
    left: usize,
}

impl Shell {
    fn run(&mut self, lines: &[Line], depth: usize) {
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            at += 1;
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if self.left == 0 {
                self.steps.push(Step::Cut(line.number));
            }
            let Some(words) = words_of(&line.command) else {
                self.steps
                    .push(Step::Open(line.command.clone(), line.number));
                continue;
            };
            if let [first, name, second, values @ ..] = words.as_slice()
                && (first.as_str(), second.as_str()) == ("for", "in")
                && depth < DEPTH
            {
                let length = length_of_loop(&lines[at..]);
                self.repeat(name, values, &lines[at..at + length], depth);
                at += length;
                continue;
            }
            self.command(&words, line, depth);
        }
    }

    /// Runs the lines of a loop for each value, or once where the values are known only when the script runs.
    fn repeat(&mut self, name: &str, values: &[String], lines: &[Line], depth: usize) {
        let values: Vec<String> = values
            .iter()
            .map(|it| replaced(it, &self.variables))
            .collect();
        let is_known = |value: &String| !value.contains(['$', '`', '*', '?', '{', '(']);
        if !values.iter().all(is_known) {
            self.variables.remove(name);
            self.run(lines, depth + 1);
            return;
        }
        for value in values.iter().flat_map(|it| it.split_whitespace()) {
            self.variables.insert(name.to_owned(), value.to_owned());
            self.run(lines, depth + 1);
        }
    }

    fn command(&mut self, words: &[String], line: &Line, depth: usize) {
        if let Some(document) = line.document.as_deref() {
            let text = replaced(document, &self.variables);
            if let Some((file, appends)) = written(words) {
                let name = replaced(&file, &self.variables);
                let file = Step::File {
                    name,
                    text,
                    appends,
                };
                self.steps.push(file);
                return;
            }
            if depth < DEPTH && is_shell(words) {
                self.run(&lines_of(&text, Some(line.number)), depth + 1);
            } else if words.first().is_none_or(|word| word != "cat") {
                self.steps.push(Step::Input(text, line.number));
            }
        }
        let words = self.expanded(words);
        assigned(&words, &mut self.variables);
        for name in read_names(&words) {
            forget(name, &mut self.variables);
        }
        match nested(&words) {
            Some(script) if depth < DEPTH => {
                self.run(&lines_of(&script, Some(line.number)), depth + 1);
            }
            _ if words.is_empty() => {}
            _ => match echoed(&words) {
                Some(file) => self.steps.push(file),
                None => {
                    for inner in words.iter().filter_map(|word| substituted(word)) {
                        if depth < DEPTH {
                            self.run(&lines_of(inner, Some(line.number)), depth + 1);
                        }
                    }
                    self.steps.push(Step::Command(words, line.number));
                }
            },
        }
    }

    /// Words with the variables that are known in them. A variable is several words where it is the program, a list,
    /// or flags.
    fn expanded(&self, words: &[String]) -> Vec<String> {
        let leads = [
            "sudo", "exec", "time", "command", "env", "if", "while", "until", "!",
        ];
        let is_lead = |word: &&String| leads.contains(&word.as_str()) || assignment(word).is_some();
        let program = words.iter().take_while(is_lead).count();
        let mut expanded = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let text = replaced(word, &self.variables);
            let is_list = word.ends_with("[@]}") || word.ends_with("[*]}");
            let is_several = at == program || is_list || text.starts_with("--");
            match is_several && is_only_variable(word) && text != *word {
                true => expanded.extend(text.split_whitespace().map(str::to_owned)),
                false => expanded.push(text),
            }
        }
        expanded
    }
}

/// Whether a word is a variable and nothing else: `$NAME`, `${NAME}`, `${NAME[@]}`.
fn is_only_variable(word: &str) -> bool {
    let Some(name) = word.strip_prefix('$') else {
        return false;
    };
    let braced = name.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let name = braced.unwrap_or(name);
    let list = name
        .strip_suffix("[@]")
        .or_else(|| name.strip_suffix("[*]"));
    is_variable(list.unwrap_or(name))
}

/// The script of `bash -c "…"`, `sh -lc "…"`, `eval "…"`.
fn nested(words: &[String]) -> Option<String> {
    if words.first().is_some_and(|word| word == "eval") {
        return Some(words[1..].join(" "));
    }
    let is_flag = |word: &String| {
        let letters = word.strip_prefix('-').and_then(|it| it.strip_suffix('c'));
        letters.is_some_and(|it| it.bytes().all(|it| it.is_ascii_lowercase()))
    };
    let at = words.iter().position(is_flag)?;
    let script = words.get(at + 1)?;
    script.contains(' ').then(|| script.clone())
}

/// Whether a command is a shell that runs what it reads: `sh <<EOF`, `docker exec -i broker bash`, `ssh host <<EOF`.
fn is_shell(words: &[String]) -> bool {
    let own = words.iter().take_while(|word| !word.starts_with("<<"));
    let own: Vec<&String> = own.filter(|word| !word.starts_with('-')).collect();
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let shells = ["sh", "bash", "dash", "ksh", "zsh"];
    let is_last = own
        .last()
        .is_some_and(|word| shells.contains(&name(word).as_str()));
    let is_remote = own.first().is_some_and(|word| name(word) == "ssh");
    is_last || is_remote && words.iter().any(|word| word.starts_with("<<"))
}

/// The names that a command sets to what it reads: `read -r NAME`, `while IFS= read NAME`, `mapfile NAME`.
fn read_names(words: &[String]) -> impl Iterator<Item = &str> {
    let leads = ["while", "until", "if", "!"];
    let is_lead =
        move |word: &&String| leads.contains(&word.as_str()) || assignment(word).is_some();
    let mut words = words.iter().skip_while(is_lead);
    let reads = ["read", "mapfile", "readarray"];
    let is_read = words
        .next()
        .is_some_and(|word| reads.contains(&word.as_str()));
    let names = words.filter(move |word| is_read && is_variable(word));
    names.map(String::as_str)
}

/// What is in a variable is no longer known.
fn forget(name: &str, variables: &mut BTreeMap<String, String>) {
    for of in ["", "[@]", "[*]"] {
        variables.remove(&format!("{name}{of}"));
    }
}

/// Whether a command does nothing but set variables from texts.
pub(super) fn is_assignment(words: &[String]) -> bool {
    let prefixes = ["export", "local", "declare", "readonly", "-a", "-x", "-r"];
    let mut own = words
        .iter()
        .skip_while(|word| prefixes.contains(&word.as_str()));
    let is_list = |word: &String| assignment(word).is_some_and(|(_, it)| it.starts_with('('));
    let runs = words
        .iter()
        .any(|word| word.contains("$(") || word.contains('`'));
    let is_one = own.clone().next().is_some_and(is_list) || own.all(|it| assignment(it).is_some());
    is_one && !runs
}

/// `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let parts = word.split_once('=');
    parts.filter(|(name, _)| is_variable(name))
}

/// The command of `"$(command)"`: what a quoted word is the output of.
pub(super) fn substituted(word: &str) -> Option<&str> {
    let inner = match word.split_once("$(") {
        Some((_, rest)) => rest.rsplit_once(')').map(|(inner, _)| inner),
        None => word
            .split_once('`')
            .and_then(|(_, rest)| rest.rsplit_once('`'))
            .map(|(inner, _)| inner),
    };
    inner.filter(|inner| inner.contains(' '))
}

/// The words of a command, without the word of the shell that leads to it.
fn words_of(command: &str) -> Option<Vec<String>> {
    let mut words = shlex::split(command)?;
    let is_lead = |word: &String| matches!(word.as_str(), "do" | "then" | "else" | "{");
    let leads = words.iter().take_while(|word| is_lead(word)).count();
    words.drain(..leads);
    Some(words)
}

/// How many lines belong to a loop, with its `done`.
fn length_of_loop(lines: &[Line]) -> usize {
    let mut open = 1_usize;
    for (at, line) in lines.iter().enumerate() {
        let words = words_of(&line.command).unwrap_or_default();
        match words.first().map(String::as_str) {
            Some("for" | "while" | "until" | "select") => open += 1,
            Some("done") => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at + 1;
        }
    }
    lines.len()
}

/// A line with those that it goes on in: after a `\` at its end, inside quotes, or in a list `A=(`.
fn logical<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<String> {
    let mut line = lines.next()?.to_owned();
    let mut quote = scanned(&line, Quote::None).1;
    loop {
        // A blank after the backslash is a slip that people make, and see through.
        let end = line.trim_end();
        let goes_on = end.ends_with('\\') && !end.trim_start().starts_with('#');
        let is_list = quote == Quote::None && !goes_on && is_open_list(&line);
        if !goes_on && !is_list && quote == Quote::None {
            return Some(line);
        }
        if goes_on {
            line.truncate(end.len() - 1);
        }
        let Some(mut next) = lines.next() else {
            return Some(line);
        };
        if is_list {
            next = next.trim().split(" #").next().unwrap_or_default();
            next = if next.starts_with('#') { "" } else { next };
        }
        line.push(if goes_on || is_list { ' ' } else { '\n' });
        line.push_str(next);
        quote = scanned(next, quote).1;
    }
}

/// Whether a line begins a list that a later line ends.
fn is_open_list(line: &str) -> bool {
    let before = line
        .split_once("=(")
        .filter(|(_, list)| !list.contains(')'));
    let name = before.and_then(|(before, _)| before.split(' ').next_back());
    name.is_some_and(is_variable)
}

/// Quotes of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Each character of a line that is no comment, with the quotes that it is in. `quote` is what is open before it.
fn scanned(line: &str, mut quote: Quote) -> (Vec<(usize, char, Quote)>, Quote) {
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

/// The commands of a line: what is between `;`, `&&`, `||` and `|`.
fn commands(line: &str) -> Vec<String> {
    let (letters, _) = scanned(line, Quote::None);
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
    let (letters, _) = scanned(line, Quote::None);
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

/// The file that a command writes its input to, and whether it adds to it: `cat > FILE <<EOF`, `tee -a FILE <<EOF`.
fn written(words: &[String]) -> Option<(String, bool)> {
    for (at, word) in words.iter().enumerate() {
        if let Some(rest) = word.strip_prefix('>') {
            let (rest, appends) = match rest.strip_prefix('>') {
                Some(rest) => (rest, true),
                None => (rest, false),
            };
            let file = if rest.is_empty() {
                words.get(at + 1)?
            } else {
                rest
            };
            return Some((file.to_owned(), appends));
        }
        if word == "tee" {
            let mut files = words[at + 1..].iter();
            let appends = files.clone().any(|word| word == "-a" || word == "--append");
            let file = files.find(|word| !word.starts_with(['-', '<']))?;
            return Some((file.clone(), appends));
        }
    }
    None
}

/// `echo "TEXT" > FILE`.
fn echoed(words: &[String]) -> Option<Step> {
    let (program, words) = words.split_first()?;
    if !matches!(program.as_str(), "echo" | "printf") {
        return None;
    }
    let at = words.iter().position(|word| word.starts_with('>'))?;
    let (name, appends) = written(words)?;
    let is_open = |word: &String| word == "-n" || word == "-en";
    let is_line = program == "echo" && !words[..at].iter().any(is_open);
    let text: Vec<&str> = words[..at]
        .iter()
        .filter(|word| !matches!(word.as_str(), "-e" | "-n" | "-en"))
        .map(String::as_str)
        .collect();
    let mut text = text.join(" ").replace("\\n", "\n");
    text.push_str(if is_line { "\n" } else { "" });
    Some(Step::File {
        name,
        text,
        appends,
    })
}

/// Remembers what a command sets: `A=1`, `export A=1`, `local A=1`; a list `A=(1 2)` as `A[@]`.
fn assigned(words: &[String], variables: &mut BTreeMap<String, String>) {
    let list = words.join(" ");
    if let Some((name, list)) = list.split_once("=(")
        && let Some(list) = list.strip_suffix(')')
        && let Some(name) = name.split(' ').next_back().filter(|name| is_variable(name))
    {
        variables.insert(format!("{name}[@]"), list.to_owned());
        variables.insert(format!("{name}[*]"), list.to_owned());
        return;
    }
    let mut words = words.iter();
    let prefixes = ["export", "local", "declare", "readonly", "set", "-x"];
    for word in words.by_ref() {
        if prefixes.contains(&word.as_str()) {
            continue;
        }
        let Some((name, value)) = assignment(word) else {
            return;
        };
        forget(name, variables);
        // The output of a command is not known.
        if !value.contains("$(") && !value.contains('`') {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn is_variable(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !name.is_empty() && name.chars().all(is_letter)
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
            Step::Command(words, _) => Some(words),
            _ => None,
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
        let file = |name: &str, text: &str| Step::File {
            name: name.to_owned(),
            text: text.to_owned(),
            appends: false,
        };
        assert!(steps.contains(&file("a.config", "k=1\n")), "{steps:?}");
        assert!(steps.contains(&file("b.config", "a=b\nc=d\n")), "{steps:?}");
        assert!(steps.contains(&file("c.config", "e=f\n")), "{steps:?}");
    }

    #[test]
    fn loops_over_known_values_are_run() {
        let text = "declare -a L=(\n  a # first\n  # none\n  b\n)\nfor x in \"${L[@]}\" c; do\n  for y in 1 2; do run $x$y; done\ndone\n\
                    for z in $(list); do run $z; done; for f in *.x\ndo run $f\ndone\nwhile read -r r; do run $r; done < f\nlast";
        let runs: Vec<String> = commands_of(text)
            .into_iter()
            .filter(|words| words[0] == "run")
            .map(|words| words[1].clone())
            .collect();
        let expected = ["a1", "a2", "b1", "b2", "c1", "c2", "$z", "$f", "$r"];
        assert_eq!(runs, expected);
        assert_eq!(commands_of(text).last().unwrap(), &["last"]);
        let ten = "1 2 3 4 5 6 7 8 9 10";
        let wide = format!("for a in {0} {0} {0}; do ", [ten; 10].join(" "));
        let text = format!("{}run; {}", wide.repeat(4), "done; ".repeat(4));
        assert!(commands_of(&text).len() <= MAX_COMMANDS);
        assert!(steps(&text).iter().any(|step| matches!(step, Step::Cut(_))));
    }

    #[test]
    fn commands_have_the_lines_that_they_begin_on() {
        let text = "one\n\ntwo \\\n  three; four\ncat <<EOF > f\nx\nEOF\nfive \"$(six seven)\"\nbash -c 'eight\nnine ten'\nend 'x";
        let lines: Vec<(String, usize)> = steps(text)
            .into_iter()
            .filter_map(|step| match step {
                Step::Command(words, line) => Some((words[0].clone(), line)),
                Step::Open(text, line) => Some((text, line)),
                _ => None,
            })
            .collect();
        let lines: Vec<(&str, usize)> = lines.iter().map(|(it, at)| (it.as_str(), *at)).collect();
        let expected = [
            ("one", 1),
            ("two", 3),
            ("four", 3),
            ("six", 8),
            ("five", 8),
            ("eight", 9),
            ("nine", 9),
            ("end 'x", 11),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [
            "",
            "\\",
            "'",
            "\"",
            "$",
            "${",
            "<<",
            "cat <<",
            "a <<EOF",
            "> ",
            "${}",
            "$é",
            "tee",
            "x -c",
            "> f",
            ">f echo",
            "echo >",
            "echo",
            "for",
            "for a in",
            "for a in b",
            "done",
            "A=()",
            "A=(",
            "do done",
        ] {
            let _ = steps(text);
        }
    }
}

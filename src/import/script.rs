//! Scripts of the Confluent CLI and of Confluent Platform's commands → [`Found`]. What a step does is taken over, or it
//! is listed with its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::NotRead;
use super::command::Command;
use super::found::Found;
use super::reader::{Reader, Rest};
use super::shell::{self, Step};

/// Whether a text has commands that are about links, outside of comments: those of scripts, and of properties files.
pub(super) fn is_script(text: &str) -> bool {
    let is_about_links = |step: &Step| match step {
        Step::Command(words, _) => Command::of(words).is_some_and(|it| it.is_about_links()),
        _ => false,
    };
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('!'));
    let lines = lines.collect::<Vec<_>>().join("\n");
    text.starts_with("#!/") || shell::steps(&fenced(&lines)).iter().any(is_about_links)
}

/// Of Markdown the commands that it shows, on their lines; of anything else all.
fn fenced(text: &str) -> Cow<'_, str> {
    let is_fence = |line: &str| line.trim_start().starts_with("```");
    if text.starts_with("#!/") || !text.lines().any(is_fence) {
        return Cow::Borrowed(text);
    }
    let mut is_shown = false;
    let lines = text.lines().map(|line| {
        let fence = is_fence(line);
        is_shown ^= fence;
        if is_shown && !fence { line } else { "" }
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Reads a script.
pub(super) fn read(
    file: &Arc<str>,
    text: &Arc<str>,
    look_up: &dyn Fn(&str, &str) -> Option<String>,
    found: &mut Found,
) -> Result<(), NotRead> {
    let mut reader = Reader::new(file, look_up, found);
    let mut is_about_links = false;
    for step in shell::steps(&fenced(text)) {
        match step {
            Step::File {
                name,
                text,
                appends,
            } => reader.write(&name, &text, appends),
            Step::Input(text, line) => {
                if is_about_links_in(&text) {
                    reader.list(line, "a command", Rest::gap(NOT_KNOWN));
                }
            }
            Step::Command(words, line) => {
                let Some(command) = Command::of(&words) else {
                    if is_request(&words) {
                        reader.list(line, "a request", Rest::gap(REQUEST));
                    } else if runs_unseen(&words) {
                        reader.list(line, "a command", Rest::gap(NOT_KNOWN));
                    }
                    continue;
                };
                is_about_links |= command.is_about_links();
                if let Err(rest) = reader.command(&command) {
                    reader.list(line, &command.called(), rest);
                }
            }
            Step::Open(text, line) => {
                if is_about_links_in(&text) {
                    let why = "a quote in it is not closed, so it was not read";
                    reader.list(line, "a command", Rest::gap(why));
                }
            }
            Step::Cut(line) => {
                let why =
                    "the script has too many commands: these and all that follow were not read";
                reader.list(line, "the commands from here on", Rest::gap(why));
            }
        }
    }
    reader.say_rest();
    if !is_about_links {
        let words = "it has no command that creates a link: expected `confluent kafka link create`, or \
                     `kafka-cluster-links --create`";
        return Err(NotRead::new(file, words));
    }
    shorten(found);
    Ok(())
}

/// Whether a text has what commands about links contain.
fn is_about_links_in(text: &str) -> bool {
    let parts = [
        "--cluster-link",
        "--mirror-topic",
        "kafka link ",
        "kafka mirror ",
        "kafka-cluster-links",
        "kafka-mirrors",
    ];
    parts.iter().any(|it| text.contains(it))
}

/// Whether words that are no known command have one about links in them: `ssh host "kafka-mirrors …"`.
fn runs_unseen(words: &[String]) -> bool {
    let only_reads = ["echo", "printf", "grep", "[", "[["];
    let program = words.first().map(String::as_str).unwrap_or_default();
    // A command whose output is a word was read on its own.
    let own = words
        .iter()
        .filter(|word| shell::substituted(word).is_none());
    let own: Vec<&str> = own.map(String::as_str).collect();
    !only_reads.contains(&program)
        && !shell::is_assignment(words)
        && is_about_links_in(&own.join(" "))
}

const REQUEST: &str = "requests to the REST API are not read: what it creates or changes is missing. `linkwright export` \
                       writes what is live";
const NOT_KNOWN: &str = "it is about links or mirror topics, and it was not read: write its commands on lines of their \
                         own, or export what is live";

/// Whether a command changes links or mirror topics by a request to the REST API.
fn is_request(words: &[String]) -> bool {
    let is_of_links = |word: &String| {
        word.contains("/clusters/") && (word.contains("/links") || word.contains("/mirrors"))
    };
    let changes = |word: &String| {
        matches!(word.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
            || ["-d", "--data", "-XP", "-XD", "--json"]
                .iter()
                .any(|it| word.starts_with(it))
    };
    words.iter().any(is_of_links) && words.iter().any(changes)
}

/// Clusters that are named by a host get the first word of it, where no other has that.
fn shorten(found: &mut Found) {
    let label = |name: &str| {
        let first = name.split('.').next().unwrap_or_default();
        let is_word = first.starts_with(|letter: char| letter.is_ascii_alphabetic());
        (is_word && first.len() < name.len()).then(|| first.to_owned())
    };
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in found.clusters.keys() {
        let key = label(name).unwrap_or_else(|| name.clone());
        *count.entry(key).or_default() += 1;
    }
    let renamed: BTreeMap<String, String> = found
        .clusters
        .keys()
        .filter_map(|name| {
            let short = label(name)?;
            (count.get(&short) == Some(&1)).then(|| (name.clone(), short))
        })
        .collect();
    let new = |name: &String| renamed.get(name).unwrap_or(name).clone();
    let clusters = std::mem::take(&mut found.clusters).into_iter();
    found.clusters = clusters
        .map(|(name, cluster)| (new(&name), cluster))
        .collect();
    for half in &mut found.halves {
        half.cluster = new(&half.cluster);
        half.other = new(&half.other);
    }
    for mirror in &mut found.mirrors {
        mirror.cluster = new(&mirror.cluster);
    }
    for owned in &mut found.owned {
        if let Some((cluster, rest)) = owned.object.clone().split_once('/') {
            owned.object = format!("{}/{rest}", new(&cluster.to_owned()));
        }
    }
}

//! A command of the Confluent CLI or of Confluent Platform, with its flags: [`Command`].

/// The commands that say something about links.
const PROGRAMS: [&str; 6] = [
    "confluent",
    "kafka-cluster-links",
    "kafka-mirrors",
    "kafka-topics",
    "kafka-configs",
    "kafka-acls",
];

/// Flags without a value.
const SWITCHES: [&str; 27] = [
    "add",
    "all-topics",
    "alter",
    "create",
    "delete",
    "describe",
    "dry-run",
    "exclude-validate-link",
    "failover",
    "force",
    "help",
    "if-exists",
    "if-not-exists",
    "include-partition-data",
    "list",
    "no-validate",
    "pause",
    "promote",
    "remove",
    "resume",
    "reverse-and-pause",
    "reverse-and-start",
    "truncate-and-restore",
    "unsafe-trace",
    "validate",
    "validate-only",
    "verbose",
];

/// A command: its program, the words that are no flags, and the flags with their values.
pub(super) struct Command<'a> {
    pub(super) program: &'a str,
    pub(super) words: Vec<&'a str>,
    flags: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Command<'a> {
    /// The command behind `docker exec NAME`, `kubectl exec … --`, `KAFKA_OPTS=`. What is only printed is none.
    pub(super) fn of(words: &'a [String]) -> Option<Self> {
        if matches!(words.first()?.as_str(), "echo" | "printf") {
            return None;
        }
        let at = words
            .iter()
            .position(|word| PROGRAMS.contains(&program(word)))?;
        let mut command = Self {
            program: program(&words[at]),
            words: Vec::new(),
            flags: Vec::new(),
        };
        let is_inside = opened(&words[at]) != words[at];
        let rest = words[at + 1..].iter().map(|word| match is_inside {
            true => closed(word),
            false => word,
        });
        let mut rest = rest.filter(|word| !word.is_empty()).peekable();
        while let Some(word) = rest.next() {
            if let Some(target) = redirection(word) {
                rest.next_if(|_| target.is_empty());
            } else if let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) {
                let (name, value) = match flag.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None if SWITCHES.contains(&flag) => (flag, None),
                    None => (flag, rest.next_if(|next| !next.starts_with("--"))),
                };
                command.flags.push((name, value));
            } else if word == "-o" {
                // `-o json`: nothing about links. Other short flags have no value.
                rest.next();
            } else if !word.starts_with('-') {
                command.words.push(word);
            }
        }
        Some(command)
    }

    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|(name, _)| *name == flag)
    }

    /// The value of the first of these flags that is given.
    pub(super) fn value(&self, flags: &[&str]) -> Option<&'a str> {
        let given = |flag: &&str| {
            let mut all = self.flags.iter().filter(|(name, _)| name == flag);
            all.next().and_then(|(_, value)| *value)
        };
        flags.iter().find_map(given)
    }

    /// The values of these flags, each time they are given.
    pub(super) fn values(&self, flags: &[&str]) -> Vec<&'a str> {
        let given = self.flags.iter().filter(|(name, _)| flags.contains(name));
        given.filter_map(|(_, value)| *value).collect()
    }

    /// Whether it is about links or mirror topics.
    pub(super) fn is_about_links(&self) -> bool {
        match (self.program, self.words.as_slice()) {
            ("confluent", ["kafka", "link" | "mirror", ..]) => true,
            ("kafka-cluster-links" | "kafka-mirrors", _) => !self.flags.is_empty(),
            _ => false,
        }
    }

    /// What people call it: `kafka-topics --create`, `confluent kafka mirror promote`. Values may be secrets, and are
    /// not part of it.
    pub(super) fn called(&self) -> String {
        const VERBS: [&str; 21] = [
            "acl",
            "api-key",
            "config",
            "configuration",
            "create",
            "delete",
            "failover",
            "iam",
            "kafka",
            "link",
            "mirror",
            "pause",
            "promote",
            "rbac",
            "resume",
            "reverse-and-pause",
            "reverse-and-start",
            "role-binding",
            "service-account",
            "topic",
            "update",
        ];
        let mut called = self.program.to_owned();
        if self.program == "confluent" {
            let verbs = self.words.iter().take_while(|word| VERBS.contains(word));
            verbs.for_each(|verb| called.extend([" ", verb]));
        }
        let states = self.flags.iter().map(|(name, _)| *name);
        let states = states.filter(|name| SWITCHES.contains(name));
        states.for_each(|name| called.extend([" --", name]));
        called
    }
}

/// The name of a program without its folder and its ending; old versions of the Confluent CLI have another.
fn program(word: &str) -> &str {
    let word = base(opened(word));
    let endings = [".sh", ".exe", ".bat"];
    let bare = endings.iter().find_map(|ending| word.strip_suffix(ending));
    match bare.unwrap_or(word) {
        "ccloud" => "confluent",
        name => name,
    }
}

/// A program of `A=$(program …)`, `(program …)` or one between backticks, without what is in front of it.
fn opened(word: &str) -> &str {
    let after = |mark: &str| word.rsplit_once(mark).map(|(_, rest)| rest);
    let inner = after("$(").or_else(|| after("`"));
    inner.unwrap_or(word).trim_start_matches('(')
}

/// The last word of such a command without what closes it.
fn closed(word: &str) -> &str {
    match word.contains(['(', '{']) {
        true => word,
        false => word.trim_end_matches([')', '`']),
    }
}

/// The file of `>file` or `2>>file`, empty where the next word is the file; `None` where the word is no redirection.
fn redirection(word: &str) -> Option<&str> {
    let bare = word.trim_start_matches(|it: char| it.is_ascii_digit() || it == '&');
    let target = bare.strip_prefix('>');
    let target = target.map(|rest| rest.trim_start_matches(['>', '|']));
    target
        .or_else(|| (word == "<").then_some(""))
        .or_else(|| word.strip_prefix("<<"))
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

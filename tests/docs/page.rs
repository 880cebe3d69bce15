//! A page's fenced blocks, and what each is for.
//!
//! | fence | means |
//! |---|---|
//! | `sh` | run by bash, in order, in one session a page; it must exit with 0 |
//! | `sh exit=N` | one command that must exit with N |
//! | `sh background` | a server: run beside the rest until the page ends |
//! | `sh not-run=WHY` | not run; WHY is one of [`REASONS`] and is counted by page |
//! | `text` after `sh` | what it prints; `…` stands for anything, alone on its line for any lines |
//! | `text picture` | not output |
//! | `yaml file=NAME` | a file that is written |
//! | `diff file=NAME` | a change that is made to a file |
//! | any other | left alone |

use std::fs;
use std::path::{Path, PathBuf};

/// Why a block may be left out.
pub(crate) const REASONS: [(&str, &str); 6] = [
    ("account", "it needs real clusters"),
    (
        "keys",
        "it needs keys that someone keeps, or a tool that signs",
    ),
    (
        "build",
        "it builds or tests the project itself, as .ci/run does",
    ),
    (
        "machine",
        "it changes the machine it runs on, or needs a container engine",
    ),
    ("elsewhere", "another test runs it: sandbox/tests/docs.rs"),
    (
        "client",
        "it needs another client, or fixed addresses for it",
    ),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Run { exit: i32 },
    Background,
    NotRun(String),
    Output,
    File(String),
    Change(String),
    Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// The line of its opening fence, from 1.
    pub(crate) line: usize,
}

pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let blocks = blocks(&text).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        Self {
            path: path.to_owned(),
            text,
            blocks,
        }
    }

    pub(crate) fn runs(&self) -> bool {
        self.blocks
            .iter()
            .any(|block| matches!(block.kind, Kind::Run { .. }))
    }
}

fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        let info = info.trim_start_matches('`');
        let after_run = blocks
            .last()
            .is_some_and(|block| matches!(block.kind, Kind::Run { .. }));
        let kind = kind(info, after_run).map_err(|wrong| format!("line {}: {wrong}", at + 1))?;
        let mut text = String::new();
        loop {
            let Some((_, line)) = lines.next() else {
                return Err(format!("line {}: the block has no end", at + 1));
            };
            if line == fence {
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        blocks.push(Block {
            kind,
            text,
            line: at + 1,
        });
    }
    Ok(blocks)
}

fn kind(info: &str, after_run: bool) -> Result<Kind, String> {
    let mut words = info.split(' ').filter(|word| !word.is_empty());
    let language = words.next().unwrap_or("");
    let attributes: Vec<&str> = words.collect();
    let file = attributes
        .iter()
        .find_map(|word| word.strip_prefix("file="));
    match (language, &attributes[..]) {
        ("sh", []) => Ok(Kind::Run { exit: 0 }),
        ("sh", ["background"]) => Ok(Kind::Background),
        ("sh", ["session"]) => Ok(Kind::NotRun("elsewhere".to_owned())),
        ("sh", [word]) if word.starts_with("exit=") => word[5..]
            .parse()
            .map(|exit| Kind::Run { exit })
            .map_err(|_| format!("{word} is no exit code")),
        ("sh", [word]) if word.starts_with("not-run=") => {
            let why = &word[8..];
            if !REASONS.iter().any(|(reason, _)| *reason == why) {
                return Err(format!("{why} is no reason not to run a block"));
            }
            Ok(Kind::NotRun(why.to_owned()))
        }
        ("text", []) if after_run => Ok(Kind::Output),
        ("text", ["picture"]) => Ok(Kind::Other),
        ("yaml" | "diff", [_]) if file.is_some() => {
            let file = file.unwrap_or_default().to_owned();
            Ok(if language == "yaml" {
                Kind::File(file)
            } else {
                Kind::Change(file)
            })
        }
        ("yaml" | "json" | "rust,ignore" | "toml" | "diff" | "groovy" | "hcl", []) => {
            Ok(Kind::Other)
        }
        ("text", []) => Err("this text follows no command; is it a `text picture`?".to_owned()),
        _ => Err(format!("the tests do not know what ```{info} is for")),
    }
}

#[test]
fn blocks_are_distinguished() {
    let text = "a\n```sh exit=2\nx\n```\n```text\ny\n```\n````yaml file=a.yaml\n```\n````\n";
    let kinds: Vec<_> = blocks(text).unwrap().into_iter().map(|b| b.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Run { exit: 2 },
            Kind::Output,
            Kind::File("a.yaml".to_owned())
        ]
    );
    assert!(blocks("```text\n```\n").is_err());
    assert!(blocks("```sh not-run=lazy\n```\n").is_err());
    assert!(blocks("```sh\n").is_err());
    assert!(blocks("```bash\n```\n").is_err());
}

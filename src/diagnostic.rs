//! What is wrong with a file or a run, for people and for machines: [`Diagnostic`].
//!
//! A diagnostic has a stable code, says what is wrong, where, why it matters and what to do. All
//! diagnostics of a run are collected, sorted by place and shown together. `report` formats them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::Address;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is planned or applied until it is fixed.
    Error,
    /// The run goes on; someone should read it.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A stable code such as `LW017`; `linkwright explain LW017` explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// A place in a file: bytes `span` of the text, and the line and column where it starts.
///
/// Places order by file, then position, so that sorted diagnostics read from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's name as the user gave it.
    pub file: Arc<str>,
    /// First byte and one past the last byte.
    pub span: (usize, usize),
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The beginning of a file.
    #[must_use]
    pub fn start_of(file: &Arc<str>) -> Self {
        Self {
            file: Arc::clone(file),
            span: (0, 0),
            line: 1,
            column: 1,
        }
    }
}

/// A place is saved as a tuple: a plan of a hundred thousand mirror topics has as many.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            file,
            span: (start, end),
            line,
            column,
        } = self;
        (&**file, start, end, line, column).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (file, start, end, line, column) =
            <(String, usize, usize, u32, u32)>::deserialize(deserializer)?;
        Ok(Self {
            file: file.into(),
            span: (start, end),
            line,
            column,
        })
    }
}

impl Place {
    /// The bytes of the file's text that the place covers.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.span.0..self.span.1
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A place with a short text about it; a conflict has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there, in a few lowercase words; may be empty.
    pub text: String,
}

/// A replacement of one place's text that would fix the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace.
    pub place: Place,
    /// What to write instead.
    pub replacement: String,
    /// Whether it is the only one that makes sense and keeps what is meant: `validate --fix` makes it. Others are
    /// guesses for a person.
    pub is_safe: bool,
}

/// One problem, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a diagnostic must be reported"]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable code.
    pub code: Code,
    /// What is wrong, in one lowercase sentence without a full stop.
    pub summary: String,
    /// Why it matters: what the server or the tool would do. May be empty where the summary says it.
    pub why: String,
    /// What to do about it.
    pub help: String,
    /// The places it is about, the main one first. Empty when it is about no file.
    pub labels: Vec<Label>,
    /// The link, mirror topic or cluster it is about, if that is known.
    pub address: Option<Address>,
    /// An edit that fixes it, if there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error with its code and summary; [`at`](Self::at), [`why`](Self::why) and [`help`](Self::help) add
    /// the rest.
    pub fn error(code: Code, summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, summary)
    }

    /// A warning with its code and summary.
    pub fn warning(code: Code, summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, summary)
    }

    /// A diagnostic with its severity, code and summary.
    pub fn new(severity: Severity, code: Code, summary: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            summary: summary.into(),
            why: String::new(),
            help: String::new(),
            labels: Vec::new(),
            address: None,
            fix: None,
        }
    }

    /// Adds a place; the first one added is the main one.
    pub fn at(mut self, place: &Place, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            place: place.clone(),
            text: text.into(),
        });
        self
    }

    /// Says why it matters.
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Names the link, mirror topic or cluster it is about.
    pub fn about(mut self, address: Address) -> Self {
        self.address = Some(address);
        self
    }

    /// Adds an edit that fixes it, if the author meant what Linkwright guesses.
    pub fn fix(mut self, place: &Place, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            place: place.clone(),
            replacement: replacement.into(),
            is_safe: false,
        });
        self
    }

    /// Adds the one edit that fixes it and keeps what is meant.
    pub fn safe_fix(self, place: &Place, replacement: impl Into<String>) -> Self {
        self.fix_if(true, place, replacement)
    }

    /// Adds an edit that fixes it, and says whether it is safe.
    pub fn fix_if(self, is_safe: bool, place: &Place, replacement: impl Into<String>) -> Self {
        let mut with = self.fix(place, replacement);
        if let Some(fix) = &mut with.fix {
            fix.is_safe = is_safe;
        }
        with
    }

    /// The main place.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }
}

/// Sorts by place (those without one first), then code, then text: the order that every view shows.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.place(), a.severity, a.code, &a.summary).cmp(&(
            b.place(),
            b.severity,
            b.code,
            &b.summary,
        ))
    });
}

/// The text of the files that places point into, for showing snippets.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: std::collections::BTreeMap<Arc<str>, Arc<str>>,
}

impl Sources {
    /// Remembers a file's text under the name that its places carry.
    pub fn insert(&mut self, file: Arc<str>, text: Arc<str>) {
        self.files.insert(file, text);
    }

    /// The text of a file, if it was read.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(AsRef::as_ref)
    }
}

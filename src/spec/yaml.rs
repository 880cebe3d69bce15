//! Text → [`Node`] tree, in one pass over the parser's events.
//!
//! Input is hostile until shown otherwise: size, depth, number of nodes and the growth through
//! aliases are bounded, and every limit that is exceeded is reported.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_yaml::granit_parser::{
    Event, Options, Parser, ScalarStyle, ScanError, Span as Marked, StructureStyle, Tag,
};

use super::codes;
use super::node::{FileIndex, Key, Node, Scalar, ScalarKind, Span, Value, shorten};
use super::problems::Problems;
use super::scalar;
use crate::diagnostic::Diagnostic;

/// How large a file may be. Real specs of thousands of links stay far below.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub bytes: usize,
    /// Keys and values of one file, those that aliases repeat counted each time.
    pub nodes: usize,
    /// Mappings and lists inside one another.
    pub depth: usize,
    /// Keys and values that aliases and merge keys repeat.
    pub repeated: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 * 1024 * 1024,
            nodes: 2_000_000,
            depth: 32,
            repeated: 100_000,
        }
    }
}

/// What one file's text holds.
pub(crate) struct Document {
    /// The root of the first document; absent when it holds nothing or could not be read to its end.
    pub(crate) root: Option<Node>,
    /// Comments, each with its text after `#`.
    pub(crate) comments: Vec<(Span, Box<str>)>,
    /// Whether the text was read to its end.
    pub(crate) complete: bool,
}

/// Reads a text, the file of this index in its run. Problems are added to `problems`.
pub(crate) fn load(
    file: &Arc<str>,
    index: FileIndex,
    text: &str,
    limits: &Limits,
    problems: &mut Problems,
) -> Document {
    let mut loader = Loader {
        file,
        index,
        limits,
        problems,
        stack: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        comments: Vec::new(),
        nodes: 0,
        repeated: 0,
    };
    let complete = loader.run(text).is_ok();
    Document {
        root: loader.root.take(),
        comments: loader.comments,
        complete,
    }
}

/// Reading cannot go on; the reason has been reported.
struct Stop;

enum Frame {
    List {
        span: Span,
        block: bool,
        anchor: usize,
        items: Vec<Node>,
    },
    Map {
        span: Span,
        block: bool,
        anchor: usize,
        entries: Vec<(Key, Node)>,
        key: Option<Key>,
    },
}

struct Loader<'a> {
    file: &'a Arc<str>,
    index: FileIndex,
    limits: &'a Limits,
    problems: &'a mut Problems,
    stack: Vec<Frame>,
    anchors: HashMap<usize, (Node, usize)>,
    root: Option<Node>,
    comments: Vec<(Span, Box<str>)>,
    nodes: usize,
    repeated: usize,
}

impl Loader<'_> {
    fn run(&mut self, text: &str) -> Result<(), Stop> {
        if text.len() > self.limits.bytes {
            let limit = self.limits.bytes / (1024 * 1024);
            let start = Span::START;
            return self.too_much(start, format!("the file is larger than {limit} MiB"));
        }
        let mut options = Options::default();
        // Comments are kept for `linkwright:allow`; a long header of them is not a reason to stop.
        options.max_buffered_comment_events = usize::MAX;
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, at) = match event {
                Ok(event) => event,
                Err(error) => return self.syntax(&error, text),
            };
            let span = self.span(&at);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.problems.push(several(span, self.file));
                        return Err(Stop);
                    }
                }
                Event::Comment(text, _) => self.comments.push((span, text.into())),
                Event::Scalar(text, style, anchor, tag) => {
                    let node = self.scalar(&text, style, tag.as_deref(), span, self.tag_span(&at));
                    self.add(node, anchor, style == ScalarStyle::Plain)?;
                }
                Event::Alias(id) => {
                    let node = self.alias(id, span)?;
                    self.add(node, 0, false)?;
                }
                Event::SequenceStart(style, anchor, tag) => {
                    self.open(span)?;
                    self.tag(tag.as_deref(), "seq", self.tag_span(&at));
                    self.stack.push(Frame::List {
                        span,
                        block: style == StructureStyle::Block,
                        anchor,
                        items: Vec::new(),
                    });
                }
                Event::MappingStart(style, anchor, tag) => {
                    self.open(span)?;
                    self.tag(tag.as_deref(), "map", self.tag_span(&at));
                    self.stack.push(Frame::Map {
                        span,
                        block: style == StructureStyle::Block,
                        anchor,
                        entries: Vec::new(),
                        key: None,
                    });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
        tag_at: Span,
    ) -> Node {
        let mut kind = match style {
            // The parser reports a value that is not there as `~` of no length.
            ScalarStyle::Plain if span.start == span.end => ScalarKind::Empty,
            ScalarStyle::Plain => scalar::resolve(text),
            _ => ScalarKind::Text,
        };
        if let Some(tag) = tag {
            match tag.core_suffix() {
                Some("str") => kind = ScalarKind::Text,
                Some("int" | "float" | "bool" | "null") => {}
                _ => self.unsupported_tag(tag, tag_at),
            }
        }
        Node {
            span,
            value: Value::Scalar(Scalar {
                text: text.into(),
                kind,
                has_variable: false,
            }),
        }
    }

    fn tag(&mut self, tag: Option<&Tag>, expected: &str, span: Span) {
        if let Some(tag) = tag
            && tag.core_suffix() != Some(expected)
        {
            self.unsupported_tag(tag, span);
        }
    }

    fn unsupported_tag(&mut self, tag: &Tag, span: Span) {
        self.problems.push(
            Diagnostic::error(
                codes::UNSUPPORTED_YAML,
                format!(
                    "the YAML tag `{}` is not supported",
                    shorten(&tag.original())
                ),
            )
            .at(&span.place(self.file), "a tag")
            .why("a spec has plain values only")
            .help("remove the tag"),
        );
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<Node, Stop> {
        let Some((node, size)) = self.anchors.get(&id) else {
            self.problems.push(
                Diagnostic::error(codes::SYNTAX, "an alias inside its own anchor")
                    .at(&span.place(self.file), "repeats itself without end")
                    .help("write the inner value out"),
            );
            return Err(Stop);
        };
        self.repeated += size;
        self.nodes += size;
        if self.repeated > self.limits.repeated {
            let limit = self.limits.repeated;
            let what = format!("aliases repeat more than {limit} values");
            return self.too_much(span, what).map(|()| node_of_nothing(span));
        }
        Ok(node.clone())
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node, anchor: usize, plain: bool) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let limit = self.limits.nodes;
            let what = format!("the file has more than {limit} keys and values");
            return self.too_much(node.span, what);
        }
        if anchor != 0 {
            let size = node.size();
            // Anchors inside anchors are copied once for each level: that counts as repeating too.
            self.repeated += size / 2;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, key, .. }) => {
                match key.take() {
                    Some(key) => entries.push((key, node)),
                    None => {
                        let span = node.span;
                        let text = match node.value {
                            Value::Scalar(scalar) => scalar.text,
                            Value::List(_) | Value::Map(_) | Value::Unknown => {
                                self.problems.push(
                                Diagnostic::error(
                                    codes::UNSUPPORTED_YAML,
                                    "a key must be text, not a mapping or a list",
                                )
                                .at(&span.place(self.file), "used as a key")
                                .help("if this was meant to be `${…}` or a pattern, put it in quotes"),
                            );
                                return Err(Stop);
                            }
                        };
                        *key = Some(Key { text, span, plain });
                    }
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, span: Span) -> Result<(), Stop> {
        if self.stack.len() >= self.limits.depth {
            let limit = self.limits.depth;
            return self.too_much(span, format!("values are nested more than {limit} deep"));
        }
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let (node, anchor) = match frame {
            Frame::List {
                span,
                block,
                anchor,
                items,
            } => {
                let first = items.first().map(|item| item.span);
                let span = whole(span, end, block, first);
                let value = Value::List(items);
                (Node { span, value }, anchor)
            }
            Frame::Map {
                span,
                block,
                anchor,
                entries,
                key: _,
            } => {
                let first = entries.first().map(|(key, _)| key.span);
                let span = whole(span, end, block, first);
                let entries = self.merged(entries);
                self.report_duplicates(&entries);
                let value = Value::Map(entries);
                (Node { span, value }, anchor)
            }
        };
        self.add(node, anchor, false)
    }

    /// Applies merge keys: the entries of `<<` are added unless the mapping has them.
    fn merged(&mut self, entries: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
        let is_merge = |key: &Key| key.plain && &*key.text == "<<";
        if !entries.iter().any(|(key, _)| is_merge(key)) {
            return entries;
        }
        let (merges, mut own): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| is_merge(key));
        let mut there: HashSet<Box<str>> = own.iter().map(|(key, _)| key.text.clone()).collect();
        for (key, node) in merges {
            let sources = match node.value {
                Value::Map(_) => vec![node],
                Value::List(items) => items,
                Value::Scalar(_) | Value::Unknown => vec![node],
            };
            for source in sources {
                let Value::Map(entries) = source.value else {
                    self.problems.push(
                        Diagnostic::error(codes::UNSUPPORTED_YAML, "`<<` merges mappings only")
                            .at(&key.span.place(self.file), "merge key")
                            .help("write `<<: *name`, where `&name` is before a mapping"),
                    );
                    continue;
                };
                for (key, node) in entries {
                    if there.insert(key.text.clone()) {
                        own.push((key, node));
                    }
                }
            }
        }
        own
    }

    fn report_duplicates(&mut self, entries: &[(Key, Node)]) {
        let mut first: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
        for (key, _) in entries {
            match first.entry(&key.text) {
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(key.span);
                }
                std::collections::hash_map::Entry::Occupied(earlier) => self.problems.push(
                    Diagnostic::error(
                        codes::DUPLICATE_KEY,
                        format!("duplicate key `{}`", shorten(&key.text)),
                    )
                    .at(&key.span.place(self.file), "second")
                    .at(&earlier.get().place(self.file), "first")
                    .why("YAML parsers disagree about which of the two counts")
                    .help("remove or rename one of them"),
                ),
            }
        }
    }

    fn span(&self, at: &Marked) -> Span {
        let start = at.start.byte_offset().unwrap_or_default();
        Span {
            file: self.index,
            start,
            end: at.end.byte_offset().unwrap_or(start).max(start),
            line: u32::try_from(at.start.line()).unwrap_or(u32::MAX),
            column: u32::try_from(at.start.col() + 1).unwrap_or(u32::MAX),
        }
    }

    /// The place of a node's tag, or of the node itself.
    fn tag_span(&self, at: &Marked) -> Span {
        at.tag_span()
            .map_or_else(|| self.span(at), |tag| self.span(&tag))
    }

    fn too_much(&mut self, span: Span, what: String) -> Result<(), Stop> {
        self.problems.push(
            Diagnostic::error(codes::LIMIT, what)
                .at(&span.place(self.file), "reading stopped here")
                .why(
                    "no spec needs this much; the limit keeps a hostile file from exhausting \
                     memory",
                )
                .help("split the spec into several files: they are merged"),
        );
        Err(Stop)
    }

    fn syntax(&mut self, error: &ScanError, text: &str) -> Result<(), Stop> {
        self.problems
            .push(super::syntax::report(error, text, self.file));
        Err(Stop)
    }
}

fn node_of_nothing(span: Span) -> Node {
    Node {
        span,
        value: Value::List(Vec::new()),
    }
}

fn several(span: Span, file: &Arc<str>) -> Diagnostic {
    Diagnostic::error(
        codes::SEVERAL_DOCUMENTS,
        "the file has more than one YAML document",
    )
    .at(&span.place(file), "a second document starts here")
    .why("a spec file is one document, so that each name has one place")
    .help("move the second document to its own file: the files of a directory are merged")
}

/// A collection's place: all of a flow collection on one line, else the first entry.
fn whole(start: Span, end: Span, block: bool, first: Option<Span>) -> Span {
    match first {
        Some(first) if block => first,
        _ if end.line == start.line => Span {
            end: end.end.max(start.end),
            ..start
        },
        Some(first) => first,
        None => start,
    }
}

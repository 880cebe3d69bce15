//! A file's text as a tree with the place of every token: [`Tree`].
//!
//! `spec` reads what a text says: aliases and merge keys are applied there, and styles are forgotten. Who changes
//! the text needs what was written. Both come from the events of the same parser.

use std::collections::HashMap;
use std::ops::Range;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle};

/// What was written.
#[derive(Debug)]
pub(super) struct Tree {
    /// The root; none in a text without any value.
    pub(super) root: Option<Node>,
    /// The bytes of each comment, with its `#`, in the order of the text.
    pub(super) comments: Vec<Range<usize>>,
    /// Where the texts end that have the empty lines behind them (`|+`, `>+`).
    pub(super) open_texts: Vec<usize>,
    /// Where `---` is.
    pub(super) start_marker: Option<usize>,
    /// Where `...` is.
    pub(super) end_marker: Option<usize>,
}

/// A value as it was written.
#[derive(Debug)]
pub(super) struct Node {
    /// Its first byte, that of its anchor or tag if it has one.
    pub(super) start: usize,
    /// The value itself, without anchor and tag.
    pub(super) span: Range<usize>,
    /// The number of its anchor.
    pub(super) anchor: Option<usize>,
    pub(super) kind: Kind,
}

/// The kinds of values.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar(ScalarStyle, Box<str>),
    /// `*name`, by the number of its anchor.
    Alias(usize),
    List(Style, Vec<Node>),
    Map(Style, Vec<(Node, Node)>),
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One entry a line.
    Block,
    /// In brackets.
    Flow,
    /// A pair in a list in brackets, without brackets of its own: `[a: 1]`.
    Pair,
}

impl Node {
    /// One past its last byte.
    pub(super) fn end(&self) -> usize {
        self.span.end
    }

    /// Whether nothing is written, at most an anchor or a tag.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.kind, Kind::Scalar(ScalarStyle::Plain, _)) && self.span.is_empty()
    }

    /// Whether it has an anchor or a tag.
    pub(super) fn has_properties(&self) -> bool {
        self.start < self.span.start
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(_, text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a merge key.
    pub(super) fn is_merge_key(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(ScalarStyle::Plain, text) if &**text == "<<")
    }
}

/// A collection that is being read.
struct Frame {
    node: Node,
    /// A key that waits for its value.
    key: Option<Node>,
    /// Where the last token with a value before it ended.
    from: usize,
}

/// Reads a text; none when it is invalid YAML, has several documents, or has a form that this tree has not.
pub(super) fn read(text: &str) -> Option<Tree> {
    let mut options = Options::default();
    options.max_buffered_comment_events = usize::MAX;
    options.emit_anchor_events = true;
    let mut tree = Tree {
        root: None,
        comments: Vec::new(),
        open_texts: Vec::new(),
        start_marker: None,
        end_marker: None,
    };
    let mut stack: Vec<Frame> = Vec::new();
    let mut documents = 0;
    // Where the last token with a value ended.
    let mut last = 0;
    let mut events = Parser::new_from_str_with_options(text, options).peekable();
    while let Some(event) = events.next() {
        let (event, at) = event.ok()?;
        let anchor = match events.peek() {
            Some(Ok((Event::Anchor(id, _), at))) => Some((*id, bytes(at).start)),
            _ => None,
        };
        match event {
            Event::DocumentStart(explicit, _) => {
                documents += 1;
                tree.start_marker = explicit.then(|| bytes(&at).start);
            }
            Event::DocumentEnd => {
                let span = bytes(&at);
                tree.end_marker = (text.get(span.clone()) == Some("...")).then_some(span.start);
            }
            Event::Comment(..) => tree.comments.push(bytes(&at)),
            Event::Scalar(content, style, ..) => {
                let mut node = node(&at, anchor, Kind::Scalar(style, content.into()));
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    let header = marks(text, last, node.span.start);
                    let header = header.iter().find(|(_, mark)| ['|', '>'].contains(mark));
                    node.span.start = header?.0;
                    node.start = node.start.min(node.span.start);
                    let is_open = keeps_line_ends(&text[node.span.clone()]);
                    node.span.end = end_of_block(text, &node.span, is_open);
                    tree.open_texts.extend(is_open.then_some(node.span.end));
                }
                last = last.max(node.span.end);
                add(&mut tree, &mut stack, node)?;
            }
            Event::Alias(id) => {
                let node = node(&at, None, Kind::Alias(id));
                last = node.span.end;
                add(&mut tree, &mut stack, node)?;
            }
            Event::SequenceStart(style, ..) => stack.push(Frame {
                node: node(&at, anchor, Kind::List(style_of(style), Vec::new())),
                key: None,
                from: last,
            }),
            Event::MappingStart(style, ..) => stack.push(Frame {
                node: node(&at, anchor, Kind::Map(style_of(style), Vec::new())),
                key: None,
                from: last,
            }),
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = closed(stack.pop()?, bytes(&at).end, text);
                last = last.max(closed.span.end);
                add(&mut tree, &mut stack, closed)?;
            }
            Event::UnresolvedAlias(_) => return None,
            _ => {}
        }
    }
    tree.comments.sort_by_key(|comment| comment.start);
    tree.comments.dedup();
    (documents <= 1 && stack.is_empty()).then_some(tree)
}

fn style_of(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

fn bytes(at: &Span) -> Range<usize> {
    let start = at.start.byte_offset().unwrap_or_default();
    start..at.end.byte_offset().unwrap_or(start).max(start)
}

fn node(at: &Span, anchor: Option<(usize, usize)>, kind: Kind) -> Node {
    let span = bytes(at);
    let tag = at.tag_span().map(|tag| bytes(&tag).start);
    let first = [tag, anchor.map(|(_, start)| start)];
    let start = first.into_iter().flatten().min().unwrap_or(span.start);
    Node {
        start: start.min(span.start),
        span,
        anchor: anchor.map(|(id, _)| id),
        kind,
    }
}

/// Puts a node where it belongs; none where there is no place for it.
fn add(tree: &mut Tree, stack: &mut [Frame], node: Node) -> Option<()> {
    let Some(frame) = stack.last_mut() else {
        tree.root = Some(node);
        return Some(());
    };
    match &mut frame.node.kind {
        Kind::List(_, items) => items.push(node),
        Kind::Map(_, entries) => match frame.key.take() {
            Some(key) => entries.push((key, node)),
            None => frame.key = Some(node),
        },
        Kind::Scalar(..) | Kind::Alias(_) => return None,
    }
    Some(())
}

/// A collection at its end. The parser's span of one in block form is a token; here it is all of it.
fn closed(frame: Frame, end: usize, text: &str) -> Node {
    let Frame { mut node, from, .. } = frame;
    let (first, last) = match &node.kind {
        Kind::List(_, items) => (
            items.first().map(|item| dash(text, from, item)),
            items
                .last()
                .map(|item| end_of_item(text, from, items, item)),
        ),
        Kind::Map(_, entries) => (
            entries.first().map(|(key, _)| key.start),
            entries
                .last()
                .map(|(key, value)| end_of_entry(text, key, value)),
        ),
        Kind::Scalar(..) | Kind::Alias(_) => (None, None),
    };
    let is_bracketed = text[node.span.start..].starts_with(['[', '{']);
    match &mut node.kind {
        Kind::List(style, _) | Kind::Map(style, _) if *style == Style::Flow && !is_bracketed => {
            *style = Style::Pair;
        }
        _ => {}
    }
    match &node.kind {
        Kind::List(Style::Flow, _) | Kind::Map(Style::Flow, _) => {
            node.span.end = end.max(node.span.start);
        }
        _ => {
            let had_properties = node.has_properties();
            let start = first.unwrap_or(node.span.start);
            node.span = start..last.unwrap_or(start).max(start);
            if !had_properties {
                node.start = start;
            }
        }
    }
    node
}

/// The dash before the first item of a list in block form, which is behind `from`.
fn dash(text: &str, from: usize, item: &Node) -> usize {
    let is_dash = |(_, mark): &&(usize, char)| *mark == '-';
    let dashes = marks(text, from, item.start);
    match dashes.iter().rev().find(is_dash) {
        Some((dash, _)) => *dash,
        // An item that is nothing has no place of its own.
        None => {
            let all = marks(text, from, text.len());
            all.iter()
                .find(is_dash)
                .map_or(item.start, |(dash, _)| *dash)
        }
    }
}

/// Where the last item of a list ends; one that is nothing ends behind its dash.
fn end_of_item(text: &str, from: usize, items: &[Node], last: &Node) -> usize {
    if !last.is_nothing() || last.has_properties() {
        return last.end();
    }
    let before = items
        .iter()
        .rev()
        .nth(1)
        .map_or(from, |item| item.end().max(from));
    let dashes = marks(text, before, text.len());
    let dash = dashes.iter().find(|(_, mark)| *mark == '-');
    dash.map_or(last.end(), |(dash, _)| dash + 1)
}

/// The marks between two values: `-`, `|`, `>` and others that are neither comments nor anchors nor tags. It ends
/// where a value begins.
fn marks(text: &str, from: usize, to: usize) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to
        && let Some(rest) = text.get(at..)
        && let Some(letter) = rest.chars().next()
    {
        let is_space = |letter: char| letter.is_whitespace();
        at += match letter {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '&' | '!' => rest.find(is_space).unwrap_or(rest.len()),
            letter if is_space(letter) || letter == '\u{feff}' => letter.len_utf8(),
            '-' | '|' | '>' | ':' | '?' | ',' => {
                found.push((at, letter));
                1
            }
            _ => break,
        };
    }
    found
}

/// Where an entry of a mapping ends: a value that is not there ends behind the colon.
pub(super) fn end_of_entry(text: &str, key: &Node, value: &Node) -> usize {
    match value.is_nothing() {
        true if value.has_properties() => value.end(),
        true => colon(text, key).map_or(key.end(), |colon| colon + 1),
        false => value.end(),
    }
}

/// Where the colon behind a key is.
pub(super) fn colon(text: &str, key: &Node) -> Option<usize> {
    let rest = text.get(key.end()..)?;
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest[blank..].starts_with(':').then_some(key.end() + blank)
}

/// Whether a literal or folded text has the empty lines behind it.
fn keeps_line_ends(written: &str) -> bool {
    let header = written.lines().next().unwrap_or_default();
    header.split('#').next().unwrap_or_default().contains('+')
}

/// Where a literal or folded text ends: behind its last line, without empty lines that are no part of it.
fn end_of_block(text: &str, span: &Range<usize>, is_open: bool) -> usize {
    let written = &text[span.clone()];
    // The parser's span reaches into the indentation of the line that follows.
    let lines = match written.rfind('\n') {
        Some(at) if written[at..].trim().is_empty() => &written[..at],
        _ => written,
    };
    let mut end = lines.strip_suffix('\r').unwrap_or(lines);
    while !is_open && let Some(shorter) = end.strip_suffix('\n') {
        end = shorter.strip_suffix('\r').unwrap_or(shorter);
    }
    span.start + end.len()
}

/// The nodes that have anchors, by the number of the anchor.
pub(super) fn anchors(root: &Node) -> HashMap<usize, &Node> {
    let mut found = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if let Some(id) = node.anchor {
            found.insert(id, node);
        }
        match &node.kind {
            Kind::List(_, items) => open.extend(items),
            Kind::Map(_, entries) => {
                open.extend(entries.iter().flat_map(|(key, value)| [key, value]))
            }
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
    }
    found
}

//! The canonical layout: [`format()`]. Two spaces for each level, lists below their key, one space where one is
//! needed, no space at the end of a line, at most one empty line, one line break at the end.
//!
//! Scalars, keys and comments keep their bytes, brackets stay brackets, and lines are broken in brackets where they
//! were. The line break of the first line is that of all.

use std::sync::Arc;

use serde_yaml::granit_parser::ScalarStyle;

use super::codes;
use super::tree::{self, Kind, Node, Style, Tree};
use super::value::{Value, differences};
use crate::diagnostic::Diagnostic;

/// The text in canonical layout.
///
/// # Errors
/// When it cannot be read, or when it has a form whose layout is not known; nothing is lost then.
pub fn format(file: &Arc<str>, text: &str) -> Result<String, Vec<Diagnostic>> {
    let before = super::value_of(file, text)?;
    let refused = |byte, what: &str| vec![codes::layout(file, text, byte, what)];
    let tree = tree::read(text).ok_or_else(|| refused(0, "its form is not known"))?;
    if let Some(byte) = unknown_form(text, &tree) {
        return Err(refused(byte, "a key after `?` or a directive"));
    }
    let new = Writer::new(text, &tree).document();
    let is_same = super::value_of(file, &new).is_ok_and(|after| is_same(&before, &after))
        && tree::read(&new).is_some_and(|after| comments(&new, &after) == comments(text, &tree));
    match is_same {
        true => Ok(new),
        false => Err(refused(0, "in another layout it would not say the same")),
    }
}

/// Whether two texts say the same, in the same order.
fn is_same(one: &Value, other: &Value) -> bool {
    let has_order = |one: &Value, other: &Value| keys(one) == keys(other);
    differences(one, other).is_empty() && has_order(one, other)
}

fn keys(value: &Value) -> Vec<&str> {
    match value {
        Value::Map(entries) => {
            let entries = entries.iter();
            entries
                .flat_map(|(key, value)| std::iter::once(key.as_str()).chain(keys(value)))
                .collect()
        }
        Value::List(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

/// The comments, without the space at their ends.
fn comments<'a>(text: &'a str, tree: &Tree) -> Vec<&'a str> {
    let comments = tree.comments.iter();
    comments
        .map(|comment| text[comment.clone()].trim_end())
        .collect()
}

/// The first byte of what has no canonical layout: a key after `?`, a directive, a collection as a key.
fn unknown_form(text: &str, tree: &Tree) -> Option<usize> {
    let content = text.trim_start_matches('\u{feff}');
    let mut lines = content
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    if lines.next().is_some_and(|line| line.starts_with('%')) {
        return Some(text.find('%').unwrap_or_default());
    }
    let mut open: Vec<&Node> = tree.root.iter().collect();
    while let Some(node) = open.pop() {
        match &node.kind {
            Kind::Map(_, entries) => {
                for (key, value) in entries {
                    let before = text[..key.start].trim_end_matches([' ', '\t']);
                    let is_scalar = matches!(key.kind, Kind::Scalar(..) | Kind::Alias(_));
                    if !is_scalar || before.ends_with('?') || tree::colon(text, key).is_none() {
                        return Some(key.start);
                    }
                    open.push(value);
                }
            }
            Kind::List(_, items) => open.extend(items),
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
    }
    None
}

/// A text that is being written from the tree of another.
struct Writer<'a> {
    text: &'a str,
    tree: &'a Tree,
    out: String,
    newline: &'static str,
    /// Up to where the source is written.
    at: usize,
    /// The number of the next comment.
    comment: usize,
    /// The blocks around what was written last: the column that each had, and the one that it has now.
    blocks: Vec<(usize, usize)>,
    /// Whether anything is on the line that is being written.
    is_begun: bool,
}

/// What is before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A key and its colon.
    Key,
    /// A dash.
    Dash,
    /// Nothing.
    Nothing,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, tree: &'a Tree) -> Self {
        let first = text.find('\n').map_or("", |at| &text[..at]);
        Self {
            text,
            tree,
            out: String::with_capacity(text.len() + text.len() / 8),
            newline: if first.ends_with('\r') { "\r\n" } else { "\n" },
            at: if text.starts_with('\u{feff}') {
                '\u{feff}'.len_utf8()
            } else {
                0
            },
            comment: 0,
            blocks: Vec::new(),
            is_begun: false,
        }
    }

    fn document(mut self) -> String {
        if let Some(at) = self.tree.start_marker {
            self.comments(at, 0);
            self.line(at, 0, true);
            self.token("---", at);
        }
        if let Some(root) = &self.tree.root
            && (!root.is_nothing() || root.has_properties())
        {
            self.value(root, 0, Before::Nothing);
        }
        let end = self.tree.end_marker.unwrap_or(self.text.len());
        self.comments(end, 0);
        if let Some(at) = self.tree.end_marker {
            self.line(at, 0, true);
            self.token("...", at);
            self.comments(self.text.len(), 0);
        }
        if self.is_begun {
            self.out.push_str(self.newline);
        }
        self.out
    }

    /// Writes a token of the source.
    fn token(&mut self, token: &str, at: usize) {
        self.out.push_str(token);
        self.is_begun = true;
        self.at = at + token.len();
    }

    /// Begins a line for what is at a byte of the source. An empty line before it stays if it `may`.
    fn line(&mut self, next: usize, indent: usize, may_be_empty: bool) {
        if self.is_begun {
            if may_be_empty && self.gap(next).matches('\n').count() > 1 {
                self.out.push_str(self.newline);
            }
            self.out.push_str(self.newline);
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.is_begun = true;
    }

    /// The source from where it is written to a byte.
    fn gap(&self, next: usize) -> &'a str {
        self.text.get(self.at..next).unwrap_or_default()
    }

    /// Whether there is a comment before a byte that is not written yet.
    fn has_comment_before(&self, end: usize) -> bool {
        let next = self.tree.comments.get(self.comment);
        next.is_some_and(|comment| comment.start < end)
    }

    /// Writes the comments before a byte. One on a line of its own is indented like what it was aligned with,
    /// else like what follows.
    fn comments(&mut self, end: usize, indent: usize) {
        self.comments_of(end, indent, false);
    }

    /// As [`comments`](Self::comments), or indented like what follows whatever they were aligned with.
    fn comments_of(&mut self, end: usize, indent: usize, is_of_next: bool) {
        while self.has_comment_before(end) {
            let comment = self.tree.comments[self.comment].clone();
            self.comment += 1;
            let words = self.text[comment.clone()].trim_end();
            let before = &self.text[self.line_start(comment.start)..comment.start];
            if before.trim().is_empty() {
                let column = before.chars().count();
                let indent = match is_of_next {
                    true => indent,
                    false => self.indent_of_comment(column, indent),
                };
                self.line(comment.start, indent, true);
            } else {
                self.space_before_comment(before);
            }
            self.out.push_str(words);
            self.is_begun = true;
            self.at = comment.end;
        }
    }

    fn indent_of_comment(&self, column: usize, next: usize) -> usize {
        let mut aligned = self.blocks.iter().rev().filter(|(was, _)| *was == column);
        if aligned.clone().any(|(_, is)| *is == next) {
            return next;
        }
        aligned.next().map_or(next, |(_, is)| *is)
    }

    /// A comment behind something keeps its column, if that is further away than one space.
    fn space_before_comment(&mut self, before: &str) {
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        let length = self.out[line..].chars().count();
        let column = before.chars().count();
        let distance = column - before.trim_end().chars().count();
        let spaces = match distance > 1 && column > length {
            true => column - length,
            false => 1,
        };
        self.out.extend(std::iter::repeat_n(' ', spaces));
    }

    fn line_start(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        match self.text[start..].starts_with('\u{feff}') {
            true => start + '\u{feff}'.len_utf8(),
            false => start,
        }
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    /// A value. `indent` is that of the block that it is in, or of the block that it is.
    fn value(&mut self, node: &Node, indent: usize, before: Before) {
        if node.is_nothing() && !node.has_properties() {
            return;
        }
        let below = match before {
            Before::Nothing => indent,
            Before::Key | Before::Dash => indent + 2,
        };
        let is_compact = before != Before::Key;
        let has_properties = node.has_properties();
        if has_properties {
            self.place(node.start, below, before);
            self.properties(node);
        }
        match &node.kind {
            Kind::Map(Style::Block, entries) => {
                let is_first =
                    is_compact && !has_properties && !self.has_comment_before(node.span.start);
                self.entries(entries, below, is_first, before);
            }
            Kind::List(Style::Block, items) => {
                let is_first =
                    is_compact && !has_properties && !self.has_comment_before(node.span.start);
                self.items(items, below, is_first, before);
            }
            _ if node.is_nothing() => {}
            _ => {
                let before = if has_properties { Before::Key } else { before };
                self.place(node.span.start, below, before);
                // A bracket that closes an item is not below its dash.
                let is_flow = matches!(node.kind, Kind::Map(..) | Kind::List(..));
                let deeper = if before == Before::Dash && is_flow {
                    2
                } else {
                    0
                };
                self.inline(node, below + deeper);
            }
        }
    }

    /// Puts what follows behind a space, or on a line of its own where a comment is between.
    fn place(&mut self, next: usize, indent: usize, before: Before) {
        if self.has_comment_before(next) {
            self.comments(next, indent);
            self.line(next, indent, true);
        } else if before == Before::Nothing {
            self.line(next, indent, true);
        } else {
            self.out.push(' ');
        }
    }

    /// The anchor and the tag of a value.
    fn properties(&mut self, node: &Node) {
        let mut rest = node.start;
        while rest < node.span.start {
            let text = &self.text[rest..node.span.start];
            let blank = text.len() - text.trim_start().len();
            let word = text.split_whitespace().next().unwrap_or_default();
            if word.is_empty() || word.starts_with('#') {
                break;
            }
            if rest > node.start {
                self.out.push(' ');
            }
            self.token(word, rest + blank);
            rest = self.at;
        }
    }

    fn entries(&mut self, entries: &[(Node, Node)], indent: usize, is_first: bool, before: Before) {
        let depth = self.blocks.len();
        let column = entries.first().map_or(0, |(key, _)| self.column(key.start));
        for (at, (key, value)) in entries.iter().enumerate() {
            self.child(key.start, at, indent, is_first, before);
            self.blocks.truncate(depth);
            self.blocks.push((column, indent));
            self.pair(key, value, indent);
        }
    }

    fn items(&mut self, items: &[Node], indent: usize, is_first: bool, before: Before) {
        let depth = self.blocks.len();
        let mut column = None;
        for (at, item) in items.iter().enumerate() {
            let dash = self.next_token(self.text.len());
            let column = *column.get_or_insert(self.column(dash));
            self.child(dash, at, indent, is_first, before);
            self.blocks.truncate(depth);
            self.blocks.push((column, indent));
            self.token("-", dash);
            self.value(item, indent, Before::Dash);
        }
    }

    /// Begins an entry or item of a block.
    fn child(&mut self, start: usize, at: usize, indent: usize, is_first: bool, before: Before) {
        if at == 0 && is_first && before == Before::Dash {
            self.out.push(' ');
            return;
        }
        let had_comment = self.has_comment_before(start);
        if at == 0 {
            // Before the first one nothing else can be meant.
            self.comments_of(start, indent, true);
        } else {
            self.comments(start, indent);
        }
        self.line(
            start,
            indent,
            at > 0 || had_comment || before == Before::Nothing,
        );
    }

    /// The next token behind what is written and comments, before an end.
    fn next_token(&self, end: usize) -> usize {
        let mut at = self.at;
        let mut comment = self.comment;
        while at < end {
            let rest = self.text.get(at..end).unwrap_or_default();
            at += rest.len() - rest.trim_start().len();
            match self.tree.comments.get(comment) {
                Some(next) if next.start == at => {
                    at = next.end;
                    comment += 1;
                }
                _ => break,
            }
        }
        at.min(end)
    }

    /// A key with its value.
    fn pair(&mut self, key: &Node, value: &Node, indent: usize) {
        self.properties(key);
        if key.has_properties() {
            self.out.push(' ');
        }
        self.token(&self.text[key.span.clone()], key.span.start);
        // `*alias:` would be the alias `alias:`.
        if matches!(key.kind, Kind::Alias(_)) {
            self.out.push(' ');
        }
        let colon = tree::colon(self.text, key).unwrap_or(key.end());
        self.token(":", colon);
        self.value(value, indent, Before::Key);
    }

    /// A value that is no block: a scalar, an alias or a collection in brackets.
    fn inline(&mut self, node: &Node, indent: usize) {
        match &node.kind {
            Kind::Map(style, entries) => {
                let starts: Vec<_> = entries.iter().map(|(key, _)| key.start).collect();
                self.brackets(node, *style, &starts, indent, &mut |writer, at, indent| {
                    let (key, value) = &entries[at];
                    writer.pair(key, value, indent);
                });
            }
            Kind::List(style, items) => {
                let starts: Vec<_> = items.iter().map(|item| item.start).collect();
                self.brackets(node, *style, &starts, indent, &mut |writer, at, indent| {
                    writer.item(&items[at], indent);
                });
            }
            Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded, _) => {
                self.block_text(node, indent)
            }
            Kind::Scalar(..) | Kind::Alias(_) => self.text_on_lines(node, indent),
        }
    }

    /// An item in brackets.
    fn item(&mut self, node: &Node, indent: usize) {
        if node.has_properties() {
            self.properties(node);
            if !node.is_nothing() {
                self.out.push(' ');
            }
        }
        if !node.is_nothing() {
            self.inline(node, indent + 2);
        }
    }

    /// A collection in brackets: lines are broken where they were.
    fn brackets(
        &mut self,
        node: &Node,
        style: Style,
        starts: &[usize],
        indent: usize,
        child: &mut dyn FnMut(&mut Self, usize, usize),
    ) {
        let space = matches!(node.kind, Kind::Map(..)) && !starts.is_empty();
        // What is below a key is indented by that already; the bracket that closes is below the key.
        let outer = indent.saturating_sub(2);
        let mut inner = outer;
        if style != Style::Flow {
            return (0..starts.len()).for_each(|at| child(self, at, outer));
        }
        let open = match node.kind {
            Kind::Map(..) => "{",
            _ => "[",
        };
        self.token(open, node.span.start);
        for (at, start) in starts.iter().enumerate() {
            let is_broken = self.gap(*start).contains('\n');
            if is_broken {
                inner = indent;
                self.comments(*start, indent);
                self.line(*start, indent, at > 0);
            } else if space || at > 0 {
                self.out.push(' ');
            }
            child(self, at, inner);
            let comma = self.next_comma(node.end());
            match comma {
                Some(comma) if at + 1 < starts.len() || self.closes_below(comma, node) => {
                    self.comments(comma, indent);
                    self.token(",", comma);
                }
                Some(comma) => self.at = comma + 1,
                None => {}
            }
        }
        let close = node.end().saturating_sub(1);
        if self.gap(close).contains('\n') {
            self.comments(close, indent);
            self.line(close, outer, false);
        } else if space {
            self.out.push(' ');
        }
        let bracket = self.text.get(close..node.end()).unwrap_or_default();
        self.token(bracket, close);
    }

    /// The comma behind what is written, before the bracket that closes.
    fn next_comma(&self, end: usize) -> Option<usize> {
        let at = self.next_token(end);
        (at < end
            && self
                .text
                .get(at..)
                .is_some_and(|rest| rest.starts_with(',')))
        .then_some(at)
    }

    fn closes_below(&self, comma: usize, node: &Node) -> bool {
        self.text
            .get(comma..node.end())
            .is_some_and(|rest| rest.contains('\n'))
    }

    /// A scalar or alias as it is; the lines after its first are indented.
    fn text_on_lines(&mut self, node: &Node, indent: usize) {
        let lines: Vec<&str> = self.text[node.span.clone()].split('\n').collect();
        for (at, line) in lines.iter().enumerate() {
            let is_last = at + 1 == lines.len();
            let line = if at == 0 {
                line
            } else {
                line.trim_start_matches([' ', '\t'])
            };
            let line = if is_last { line } else { line.trim_end() };
            if at > 0 {
                self.out.push_str(self.newline);
                let indent = if line.is_empty() { 0 } else { indent };
                self.out.extend(std::iter::repeat_n(' ', indent));
            }
            self.out.push_str(line);
        }
        self.is_begun = true;
        self.at = node.end();
    }

    /// A literal or folded text: its lines move with its indentation.
    fn block_text(&mut self, node: &Node, indent: usize) {
        let text = &self.text[node.span.clone()];
        let mut lines = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line));
        let header = lines.next().unwrap_or_default().trim_end();
        let digit = header
            .split('#')
            .next()
            .unwrap_or_default()
            .chars()
            .find_map(|it| it.to_digit(10));
        let lines: Vec<&str> = lines.collect();
        let depth = |line: &&str| line.len() - line.trim_start_matches(' ').len();
        let first = lines.iter().find(|line| !line.trim_matches(' ').is_empty());
        let was = match digit {
            // Counted from the block around it, whose column it had.
            Some(digit) => {
                let around = self.blocks.last().map_or(0, |(was, _)| *was);
                around + usize::try_from(digit).unwrap_or_default()
            }
            None => first.map_or(0, depth),
        };
        let is = match digit {
            Some(digit) => {
                let around = self.blocks.last().map_or(0, |(_, is)| *is);
                around + usize::try_from(digit).unwrap_or_default()
            }
            None => indent.max(1),
        };
        self.out.push_str(header);
        for line in lines {
            self.out.push_str(self.newline);
            if let Some(rest) = line
                .get(was.min(depth(&line))..)
                .filter(|rest| !rest.is_empty())
            {
                self.out.extend(std::iter::repeat_n(' ', is));
                self.out.push_str(rest);
            }
        }
        self.is_begun = true;
        // A comment behind `|` was written with it.
        while self.has_comment_before(node.end()) {
            self.comment += 1;
        }
        self.at = node.end();
    }
}

//! One change → the bytes to replace: `set`, `remove` and `insert_item`.
//!
//! Only what the change is about is replaced: an entry that is added takes the style, the indentation and the line
//! ends of its neighbours, and everything else keeps its bytes.

use std::collections::HashMap;
use std::ops::Range;

use super::render;
use super::tree::{self, Kind, Node, Style, Tree};
use super::value::{Value, nested};
use crate::spec::node::ScalarKind;
use crate::spec::resolve;

/// Bytes to replace, and what by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Patch {
    fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { range, text }
    }

    fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with some bytes replaced.
pub(super) fn patched(text: &str, mut patches: Vec<Patch>) -> String {
    patches.sort_by_key(|patch| (patch.range.start, patch.range.end));
    let mut new = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for patch in patches {
        let start = patch.range.start.max(at);
        new.push_str(&text[at..start]);
        new.push_str(&patch.text);
        at = patch.range.end.max(start);
    }
    new.push_str(&text[at..]);
    new
}

/// Why a text cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    /// After so many keys of the path there is nothing that has the next.
    NotThere(usize),
    /// What is at this byte is written in a form that is not changed here.
    Form(usize),
}

/// A text with its tree.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    tree: &'a Tree,
    anchors: HashMap<usize, &'a Node>,
}

/// What a value belongs to.
#[derive(Clone, Copy)]
enum Slot<'a> {
    Root,
    Key(&'a Node),
    Item,
}

/// A value with what it belongs to.
#[derive(Clone, Copy)]
struct Spot<'a> {
    node: &'a Node,
    slot: Slot<'a>,
}

/// The entries of a mapping or the items of a list.
struct Children<'a> {
    node: &'a Node,
    style: Style,
    /// Each with its first byte, that of its dash in a list in block form, and its end.
    spans: Vec<Range<usize>>,
}

impl<'a> Written<'a> {
    pub(super) fn new(text: &'a str, tree: &'a Tree) -> Self {
        let anchors = tree.root.as_ref().map(tree::anchors).unwrap_or_default();
        Self {
            text,
            tree,
            anchors,
        }
    }

    /// Gives the value at a path this value, and makes what leads there.
    pub(super) fn set(&self, path: &[String], value: &Value) -> Result<Vec<Patch>, Stuck> {
        let Some(root) = &self.tree.root else {
            return Ok(self.append(path, value));
        };
        let mut spot = Spot {
            node: root,
            slot: Slot::Root,
        };
        for (depth, key) in path.iter().enumerate() {
            let is_last = depth + 1 == path.len();
            let node = self.resolved(spot.node, depth)?;
            let next = match &node.kind {
                Kind::Map(_, entries) => match own(entries, key) {
                    Some((key, value)) => Spot {
                        node: value,
                        slot: Slot::Key(key),
                    },
                    None => match self.merged(entries, key).filter(|_| !is_last) {
                        Some(spot) => spot,
                        None => {
                            let value = nested(&path[depth + 1..], value);
                            return self.insert_entry(node, key, &value);
                        }
                    },
                },
                Kind::List(_, items) => {
                    let item = key.parse().ok().and_then(|at: usize| items.get(at));
                    Spot {
                        node: item.ok_or(Stuck::NotThere(depth))?,
                        slot: Slot::Item,
                    }
                }
                Kind::Scalar(..) if is_empty(node) => {
                    let slot = match std::ptr::eq(node, spot.node) {
                        true => spot.slot,
                        false => return Err(Stuck::Form(spot.node.start)),
                    };
                    return self.replace(Spot { node, slot }, &nested(&path[depth..], value));
                }
                Kind::Scalar(..) | Kind::Alias(_) => return Err(Stuck::NotThere(depth)),
            };
            if is_last {
                return self.replace(next, value);
            }
            spot = next;
        }
        Err(Stuck::NotThere(0))
    }

    /// Removes the entry or item at a path.
    pub(super) fn remove(&self, path: &[String]) -> Result<Vec<Patch>, Stuck> {
        let (last, above) = path.split_last().ok_or(Stuck::NotThere(0))?;
        let (node, slot) = self.find(above)?;
        let at = match &node.kind {
            Kind::Map(_, entries) => {
                let is_it = |(key, _): &(Node, Node)| key.text() == Some(last);
                entries.iter().position(is_it)
            }
            Kind::List(_, items) => last.parse().ok().filter(|at| *at < items.len()),
            Kind::Scalar(..) | Kind::Alias(_) => None,
        };
        let at = at.ok_or(Stuck::NotThere(above.len()))?;
        self.remove_child(&self.children(node)?, at, slot)
    }

    /// Adds an item to the list at a path, as its item of this number.
    pub(super) fn insert_item(
        &self,
        path: &[String],
        at: usize,
        value: &Value,
    ) -> Result<Vec<Patch>, Stuck> {
        let (node, _) = self.find(path)?;
        let Kind::List(style, items) = &node.kind else {
            return Err(Stuck::NotThere(path.len()));
        };
        let (style, count) = (*style, items.len());
        let item = match value {
            Value::Nothing => "null".to_owned(),
            value => render::flow(value),
        };
        let children = self.children(node)?;
        match (style, at) {
            (Style::Block, 0) => {
                let first = children.spans.first().ok_or(Stuck::Form(node.start))?.start;
                let pad = " ".repeat(self.column(first));
                let newline = self.newline(first);
                Ok(vec![Patch::insert(
                    first,
                    format!("- {item}{newline}{pad}"),
                )])
            }
            (Style::Block, at) => {
                let before = children
                    .spans
                    .get(at - 1)
                    .ok_or(Stuck::NotThere(path.len()))?;
                let pad = " ".repeat(self.column(before.start));
                let newline = self.newline(before.end);
                let text = format!("{newline}{pad}- {item}");
                Ok(vec![Patch::insert(self.line_end(before.end), text)])
            }
            (_, 0) if count > 0 => {
                let first = children.spans[0].start;
                Ok(vec![Patch::insert(first, format!("{item}, "))])
            }
            (_, at) => self.insert_in_brackets(&children, at, &item),
        }
    }

    /// Whether the value at a path is written elsewhere too: behind an alias, or by a merge key.
    pub(super) fn is_shared(&self, path: &[String]) -> bool {
        let Some((last, above)) = path.split_last() else {
            return false;
        };
        let Ok((node, _)) = self.find(above) else {
            return false;
        };
        let value = match &node.kind {
            Kind::Map(_, entries) => own(entries, last).map(|(_, value)| value),
            Kind::List(_, items) => last.parse().ok().and_then(|at: usize| items.get(at)),
            Kind::Scalar(..) | Kind::Alias(_) => None,
        };
        value.is_none_or(|value| matches!(value.kind, Kind::Alias(_)))
    }

    /// The collection at a path, and what it belongs to.
    fn find(&self, path: &[String]) -> Result<(&'a Node, Slot<'a>), Stuck> {
        let tree: &'a Tree = self.tree;
        let root = tree.root.as_ref().ok_or(Stuck::NotThere(0))?;
        let mut found = (self.resolved(root, 0)?, Slot::Root);
        for (depth, key) in path.iter().enumerate() {
            let spot = match &found.0.kind {
                Kind::Map(_, entries) => match own(entries, key) {
                    Some((key, value)) => Some(Spot {
                        node: value,
                        slot: Slot::Key(key),
                    }),
                    None => self.merged(entries, key),
                },
                Kind::List(_, items) => {
                    let item = key.parse().ok().and_then(|at: usize| items.get(at));
                    item.map(|node| Spot {
                        node,
                        slot: Slot::Item,
                    })
                }
                Kind::Scalar(..) | Kind::Alias(_) => None,
            };
            let spot = spot.ok_or(Stuck::NotThere(depth))?;
            found = (self.resolved(spot.node, depth)?, spot.slot);
        }
        Ok(found)
    }

    /// What an alias names, or the node itself.
    fn resolved(&self, node: &'a Node, depth: usize) -> Result<&'a Node, Stuck> {
        match &node.kind {
            Kind::Alias(id) => self.anchors.get(id).copied().ok_or(Stuck::NotThere(depth)),
            _ => Ok(node),
        }
    }

    /// An entry that a mapping has by a merge key.
    fn merged(&self, entries: &'a [(Node, Node)], name: &str) -> Option<Spot<'a>> {
        let merges = entries.iter().filter(|(key, _)| key.is_merge_key());
        for (_, value) in merges {
            let value = self.resolved(value, 0).ok()?;
            let sources = match &value.kind {
                Kind::List(_, items) => items.iter().collect(),
                _ => vec![value],
            };
            for source in sources {
                let Kind::Map(_, entries) = &self.resolved(source, 0).ok()?.kind else {
                    continue;
                };
                if let Some((key, node)) = own(entries, name) {
                    let slot = Slot::Key(key);
                    return Some(Spot { node, slot });
                }
                if let Some(spot) = self.merged(entries, name) {
                    return Some(spot);
                }
            }
        }
        None
    }

    fn replace(&self, spot: Spot<'a>, value: &Value) -> Result<Vec<Patch>, Stuck> {
        let Spot { node, slot } = spot;
        let before = match &node.kind {
            Kind::Scalar(style, _) => Some(*style),
            _ => None,
        };
        let text = render::scalar(value, before);
        if !node.is_nothing() {
            let is_below = matches!(
                &node.kind,
                Kind::Map(Style::Block, _) | Kind::List(Style::Block, _)
            );
            return match slot {
                // From the line of the key to the last line below it.
                Slot::Key(key) if is_below => {
                    let colon = tree::colon(self.text, key).ok_or(Stuck::Form(key.start))?;
                    let start = match node.has_properties() {
                        true => self.end_of_properties(node),
                        false => colon + 1,
                    };
                    Ok(vec![Patch::new(start..node.end(), format!(" {text}"))])
                }
                Slot::Root => Err(Stuck::Form(node.start)),
                _ => Ok(vec![Patch::new(node.span.clone(), text)]),
            };
        }
        match slot {
            Slot::Key(key) => {
                let colon = tree::colon(self.text, key).ok_or(Stuck::Form(key.start))?;
                let at = match node.has_properties() {
                    true => node.end(),
                    false => colon + 1,
                };
                Ok(vec![Patch::insert(at, format!(" {text}"))])
            }
            Slot::Item | Slot::Root => Err(Stuck::Form(node.start)),
        }
    }

    /// Where the anchor and the tag before a value end.
    fn end_of_properties(&self, node: &Node) -> usize {
        let before = &self.text[node.start..node.span.start];
        let line = before.split(['\n', '#']).next().unwrap_or_default();
        node.start + line.trim_end().len()
    }

    fn children(&self, node: &'a Node) -> Result<Children<'a>, Stuck> {
        let (style, spans) = match &node.kind {
            Kind::Map(style, entries) => {
                let span = |(key, value): &(Node, Node)| {
                    tree::colon(self.text, key)
                        .map(|_| key.start..tree::end_of_entry(self.text, key, value))
                        .ok_or(Stuck::Form(key.start))
                };
                (*style, entries.iter().map(span).collect::<Result<_, _>>()?)
            }
            Kind::List(Style::Block, items) => {
                let mut spans: Vec<Range<usize>> = Vec::with_capacity(items.len());
                let mut from = node.span.start;
                for item in items {
                    let dash = self.token(from, '-').ok_or(Stuck::Form(item.start))?;
                    from = item.end().max(dash + 1);
                    spans.push(dash..from);
                }
                (Style::Block, spans)
            }
            Kind::List(style, items) => (
                *style,
                items.iter().map(|item| item.start..item.end()).collect(),
            ),
            Kind::Scalar(..) | Kind::Alias(_) => return Err(Stuck::Form(node.start)),
        };
        match style {
            Style::Pair => Err(Stuck::Form(node.start)),
            style => Ok(Children { node, style, spans }),
        }
    }

    fn insert_entry(&self, node: &'a Node, name: &str, value: &Value) -> Result<Vec<Patch>, Stuck> {
        let children = self.children(node)?;
        if children.style == Style::Flow {
            let pair = render::pair(name, value);
            return self.insert_in_brackets(&children, children.spans.len(), &pair);
        }
        let (first, last) = match (children.spans.first(), children.spans.last()) {
            (Some(first), Some(last)) => (first, last),
            _ => return Err(Stuck::Form(node.start)),
        };
        let indent = self.column(first.start);
        let newline = self.newline(last.end);
        let pad = " ".repeat(indent);
        let lines = render::entry(name, value, indent);
        let text: String = lines
            .iter()
            .map(|line| format!("{newline}{pad}{line}"))
            .collect();
        Ok(vec![Patch::insert(self.line_end(last.end), text)])
    }

    /// Adds a child in brackets, as that of this number; the one before it is there, or none is.
    fn insert_in_brackets(
        &self,
        children: &Children<'_>,
        at: usize,
        new: &str,
    ) -> Result<Vec<Patch>, Stuck> {
        let node = children.node;
        let Some(before) = at.checked_sub(1).and_then(|at| children.spans.get(at)) else {
            if self.has_comment(&node.span) {
                return Err(Stuck::Form(node.start));
            }
            let text = match node.kind {
                Kind::Map(..) => format!("{{ {new} }}"),
                _ => format!("[{new}]"),
            };
            return Ok(vec![Patch::new(node.span.clone(), text)]);
        };
        let comma = self
            .token(before.end, ',')
            .filter(|comma| *comma < node.end());
        let is_last = at == children.spans.len();
        let close = node.end().saturating_sub(1);
        let is_on_lines = self.text[before.end..close].contains('\n');
        match (is_last, comma) {
            (true, comma) if is_on_lines => {
                let pad = " ".repeat(self.indentation(before.start));
                let newline = self.newline(before.end);
                let line = format!("{newline}{pad}{new}{}", comma.map_or("", |_| ","));
                let end = self.line_end(comma.map_or(before.end, |comma| comma + 1));
                let mut patches = vec![Patch::insert(end, line)];
                if comma.is_none() {
                    patches.push(Patch::insert(before.end, ","));
                }
                Ok(patches)
            }
            (true, Some(comma)) => Ok(vec![Patch::insert(comma + 1, format!(" {new},"))]),
            _ => Ok(vec![Patch::insert(before.end, format!(", {new}"))]),
        }
    }

    fn remove_child(
        &self,
        children: &Children<'_>,
        at: usize,
        slot: Slot<'_>,
    ) -> Result<Vec<Patch>, Stuck> {
        let span = children.spans[at].clone();
        let next = children.spans.get(at + 1);
        let before = at.checked_sub(1).map(|at| &children.spans[at]);
        let is_flow = children.style == Style::Flow;
        let comma = match is_flow {
            true => self
                .token(span.end, ',')
                .filter(|comma| *comma < children.node.end()),
            false => None,
        };
        let end = comma.map_or(span.end, |comma| comma + 1);
        if children.spans.len() == 1 {
            return self.remove_only_child(children, span, end, slot);
        }
        if self.starts_line(span.start) && self.ends_line(end) {
            // In brackets the comma before the last one stays; the parser takes it for the end.
            let mut lines = self.lines(span.start, end);
            if before.is_some_and(|it| self.tree.open_texts.contains(&it.end)) {
                // Empty lines that follow would become a part of that text.
                lines.end = self.after_empty_lines(lines.end);
            }
            return Ok(vec![Patch::new(lines, "")]);
        }
        let range = match (next, before) {
            (Some(next), _) => span.start..next.start,
            (None, Some(before)) if is_flow => before.end..span.end,
            _ => return Err(Stuck::Form(span.start)),
        };
        match self.has_comment(&range) && !self.has_comment(&span) {
            true => Err(Stuck::Form(span.start)),
            false => Ok(vec![Patch::new(range, "")]),
        }
    }

    fn remove_only_child(
        &self,
        children: &Children<'_>,
        span: Range<usize>,
        end: usize,
        slot: Slot<'_>,
    ) -> Result<Vec<Patch>, Stuck> {
        let node = children.node;
        let empty = match node.kind {
            Kind::Map(..) => "{}",
            _ => "[]",
        };
        if children.style == Style::Flow {
            let is_all = !self.has_comment(&node.span);
            return Ok(match is_all {
                true => vec![Patch::new(node.span.clone(), empty)],
                false => vec![Patch::new(span.start..end, "")],
            });
        }
        match slot {
            Slot::Key(key) if self.starts_line(span.start) => {
                let colon = tree::colon(self.text, key).ok_or(Stuck::Form(key.start))?;
                let at = match node.has_properties() {
                    true => self.end_of_properties(node),
                    false => colon + 1,
                };
                Ok(vec![
                    Patch::insert(at, format!(" {empty}")),
                    Patch::new(self.lines(span.start, end), ""),
                ])
            }
            Slot::Key(_) | Slot::Item => Ok(vec![Patch::new(span, empty)]),
            Slot::Root => Err(Stuck::Form(node.start)),
        }
    }

    /// The first entry of a text without any.
    fn append(&self, path: &[String], value: &Value) -> Vec<Patch> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let newline = self.newline(0);
        let lines = render::entry(first, &nested(rest, value), 0);
        let mut text: String = lines
            .iter()
            .map(|line| format!("{line}{newline}"))
            .collect();
        if !self.text.is_empty() && !self.text.ends_with('\n') && self.text != "\u{feff}" {
            text.insert_str(0, newline);
        }
        vec![Patch::insert(self.text.len(), text)]
    }

    /// The next token from here if it is this one; white space and comments are no tokens.
    fn token(&self, from: usize, wanted: char) -> Option<usize> {
        let mut at = from;
        loop {
            let rest = self.text.get(at..)?;
            at += rest.len() - rest.trim_start().len();
            let next = self.text[at..].chars().next()?;
            match self
                .tree
                .comments
                .binary_search_by_key(&at, |comment| comment.start)
            {
                Ok(comment) => at = self.tree.comments[comment].end.max(at + 1),
                Err(_) => return (next == wanted).then_some(at),
            }
        }
    }

    fn has_comment(&self, range: &Range<usize>) -> bool {
        let mut comments = self.tree.comments.iter();
        comments.any(|comment| range.start <= comment.start && comment.start < range.end)
    }

    fn line_start(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        match self.text[start..].starts_with('\u{feff}') {
            true => start + '\u{feff}'.len_utf8(),
            false => start,
        }
    }

    /// Where the line that has this byte ends, before its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The line break of this line, or of the file's first.
    fn newline(&self, at: usize) -> &'static str {
        let after = &self.text[self.line_end(at)..];
        let is_crlf = match after.is_empty() {
            true => self
                .text
                .find('\n')
                .is_some_and(|at| self.text[..at].ends_with('\r')),
            false => after.starts_with("\r\n"),
        };
        if is_crlf { "\r\n" } else { "\n" }
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    /// The spaces that the line of a byte begins with.
    fn indentation(&self, at: usize) -> usize {
        let line = &self.text[self.line_start(at)..at];
        line.len() - line.trim_start_matches(' ').len()
    }

    fn starts_line(&self, at: usize) -> bool {
        self.text[self.line_start(at)..at].trim().is_empty()
    }

    /// Whether nothing but a comment follows on the line.
    fn ends_line(&self, at: usize) -> bool {
        let rest = self.text[at..self.line_end(at)].trim_start();
        rest.is_empty() || rest.starts_with('#')
    }

    /// Where the next line begins that is not empty, from the beginning of a line on.
    fn after_empty_lines(&self, start: usize) -> usize {
        let lines = self.text[start..].split_inclusive('\n');
        let empty = lines.take_while(|line| line.trim().is_empty());
        start + empty.map(str::len).sum::<usize>()
    }

    /// The whole lines from one byte to another, with one line break.
    fn lines(&self, start: usize, end: usize) -> Range<usize> {
        let (start, end) = (self.line_start(start), self.line_end(end));
        let after = &self.text[end..];
        let newline = after.len() - after.trim_start_matches('\r').len();
        match after[newline..].starts_with('\n') {
            true => start..end + newline + 1,
            // The last line of a file that does not end with a line break.
            false => {
                let before = self.text[..start]
                    .strip_suffix('\n')
                    .unwrap_or(&self.text[..start]);
                before.strip_suffix('\r').unwrap_or(before).len()..end
            }
        }
    }
}

/// An entry of the mapping itself.
fn own<'a>(entries: &'a [(Node, Node)], name: &str) -> Option<(&'a Node, &'a Node)> {
    let is_it = |(key, _): &&(Node, Node)| key.text() == Some(name);
    entries.iter().find(is_it).map(|(key, value)| (key, value))
}

/// Whether a value is nothing or null.
fn is_empty(node: &Node) -> bool {
    use serde_yaml::granit_parser::ScalarStyle;
    match &node.kind {
        Kind::Scalar(ScalarStyle::Plain, text) => {
            node.is_nothing() || resolve(text) == ScalarKind::Null
        }
        _ => false,
    }
}

//! `${var:NAME}` in a tree, replaced by the values of variables: [`Substitution`].
//!
//! A text is split once, and values are never read again: a value cannot bring a variable or a reference
//! with it, not even together with the text around it.

use std::collections::HashSet;
use std::sync::Arc;

use super::codes;
use super::node::{Key, Node, Scalar, ScalarKind, Span, Value, shorten};
use super::origin::{Origin, Origins, ValueSource};
use super::problems::Problems;
use super::values::Values;
use super::variable::{Content, is_name};
use crate::diagnostic::{Diagnostic, Place};

/// How a variable begins in a text.
const OPEN: &str = "${var:";

/// At most this many bytes of values are put into a spec: a hostile file must not exhaust memory by one long
/// value that it uses again and again.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Replaces variables in the trees of a run.
pub(crate) struct Substitution<'a> {
    pub(crate) values: &'a Values<'a>,
    pub(crate) files: &'a [Arc<str>],
    pub(crate) origins: &'a mut Origins,
    pub(crate) problems: &'a mut Problems,
    /// Texts that were reported; an alias repeats them with their place.
    pub(crate) reported: HashSet<(u32, usize)>,
    /// How many bytes of values were put into the spec.
    pub(crate) bytes: usize,
}

impl Substitution<'_> {
    /// Replaces the variables in a file's tree, but for its declarations and what is ignored.
    pub(crate) fn file(&mut self, root: &mut Node) {
        let Value::Map(entries) = &mut root.value else {
            return;
        };
        for (key, node) in entries {
            if !key.text.starts_with("x-") && &*key.text != "variables" {
                self.key(key);
                self.node(node);
            }
        }
    }

    fn node(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Scalar(scalar) if scalar.text.contains(OPEN) => {
                let text = std::mem::take(&mut scalar.text);
                node.value = match self.text(&text, node.span) {
                    Some(value) => value,
                    None => Value::Unknown,
                };
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    self.key(key);
                    self.node(value);
                }
            }
            Value::Scalar(_) | Value::Unknown => {}
        }
    }

    fn key(&mut self, key: &Key) {
        if key.text.contains(OPEN) {
            let text = shorten(&key.text);
            self.report(key.span, |place| {
                Diagnostic::error(
                    codes::VARIABLE_NOT_HERE,
                    format!("a variable in the key `{text}`"),
                )
                .at(place, "a key")
                .why("keys are the names by which a spec is addressed; they are the same in every environment")
                .help("write the name itself; for a link whose name differs, set its `name`")
            });
        }
    }

    fn place(&self, span: Span) -> Place {
        let file = usize::try_from(span.file).ok();
        let file = file.and_then(|index| self.files.get(index));
        span.place(&file.cloned().unwrap_or_default())
    }

    fn report(&mut self, span: Span, problem: impl FnOnce(&Place) -> Diagnostic) {
        if self.reported.insert((span.file, span.start)) {
            let place = self.place(span);
            self.problems.push(problem(&place));
        }
    }

    /// The value of a text with variables; none where it has none, which is reported.
    fn text(&mut self, text: &str, span: Span) -> Option<Value> {
        let pieces = match split(text) {
            Ok(pieces) => pieces,
            Err(bad) => {
                self.report(span, |place| bad.report(place));
                return None;
            }
        };
        let place = self.place(span);
        // Every variable of the text is read, so that all that is missing is reported at once.
        let mut values = Vec::new();
        for piece in &pieces {
            let Piece::Variable(name) = piece else {
                continue;
            };
            let is_new = !self.reported.contains(&(span.file, span.start));
            let mut ignored = Problems::default();
            let problems = match is_new {
                true => &mut *self.problems,
                false => &mut ignored,
            };
            match self.values.used(name, &place, problems) {
                Some((variable, (content, source))) => {
                    let origin = Origin::Variable {
                        name: (*name).to_owned(),
                        declared: variable.name.place.clone(),
                        source: ValueSource::clone(source),
                    };
                    self.origins.add(place.clone(), origin);
                    values.push(Some(content));
                }
                None => values.push(None),
            }
        }
        if values.iter().any(Option::is_none) {
            self.reported.insert((span.file, span.start));
            return None;
        }
        let values: Vec<&Content> = values.into_iter().flatten().collect();
        if self.is_too_much(&values, span) {
            return None;
        }
        if let ([Piece::Variable(_)], [content]) = (pieces.as_slice(), values.as_slice()) {
            return Some(whole(content, span));
        }
        match joined(&pieces, &values) {
            Ok(text) => Some(scalar(text.into(), ScalarKind::Text)),
            Err(bad) => {
                self.report(span, |place| bad.report(place));
                None
            }
        }
    }
}

impl Substitution<'_> {
    /// Counts values that are put into a text. What exceeds the limit is reported once.
    fn is_too_much(&mut self, values: &[&Content], span: Span) -> bool {
        let was = self.bytes;
        let texts = values.iter().flat_map(|content| content.texts());
        self.bytes += texts.map(|text| text.len() + 1).sum::<usize>();
        let is_too_much = self.bytes > MAX_BYTES;
        if is_too_much && was <= MAX_BYTES {
            let most = MAX_BYTES / (1024 * 1024);
            self.report(span, |place| {
                Diagnostic::error(
                    codes::LIMIT,
                    format!("variables put more than {most} MiB of values into the spec"),
                )
                .at(place, "reading stopped here")
                .why("no spec needs this much; the limit keeps a hostile file from exhausting memory")
                .help("give the variables shorter values")
            });
        }
        is_too_much
    }
}

/// The value of a variable that is the whole text.
fn whole(content: &Content, span: Span) -> Value {
    match content {
        Content::Scalar(text, kind) => scalar(text.clone(), *kind),
        Content::List(items) => {
            let items = items.iter().map(|item| Node {
                span,
                value: scalar(item.clone(), ScalarKind::Text),
            });
            Value::List(items.collect())
        }
    }
}

fn scalar(text: Box<str>, kind: ScalarKind) -> Value {
    Value::Scalar(Scalar {
        text,
        kind,
        has_variable: true,
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Why variables of a text cannot be replaced.
#[derive(Debug, PartialEq, Eq)]
enum Bad {
    Open,
    Name(String),
    InReference,
    List(usize),
    MakesReference,
}

impl Bad {
    fn report(&self, place: &Place) -> Diagnostic {
        let error = |code, summary: &str, label: &str| {
            Diagnostic::error(code, summary.to_owned()).at(place, label)
        };
        let not_here = codes::VARIABLE_NOT_HERE;
        match self {
            Self::Open => error(not_here, "a `${var:` is not closed", "in this text")
                .help("write `${var:NAME}`"),
            Self::Name(name) => error(
                not_here,
                &format!("`{}` cannot be the name of a variable", shorten(name)),
                "in this text",
            )
            .help("write `${var:NAME}`; a name has letters, digits and `_`"),
            Self::InReference => error(
                codes::VARIABLE_AND_SECRET,
                "a variable inside a reference",
                "in this text",
            )
            .why("which secret is read must be written in full, so that everyone who reads the spec sees it")
            .help("`set` the whole value in each environment, with its own reference"),
            Self::List(_) => error(not_here, "a list inside a text", "in this text")
                .help("a variable of type `list` is used as a whole value: `include: ${var:NAME}`"),
            Self::MakesReference => error(
                codes::VARIABLE_AND_SECRET,
                "a variable and the text around it make a reference",
                "in this text",
            )
            .why("which secret is read must be written in full, so that everyone who reads the spec sees it")
            .help("write the reference in full, without variables in it"),
        }
    }
}

/// Splits a text at its variables.
fn split(text: &str) -> Result<Vec<Piece<'_>>, Bad> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('$') {
        at += found;
        let rest = &text[at..];
        if rest.starts_with("$${") {
            at += 3;
        } else if let Some(inside) = rest.strip_prefix(OPEN) {
            let end = inside.find('}').ok_or(Bad::Open)?;
            let name = &inside[..end];
            if !is_name(name) {
                return Err(Bad::Name(name.to_owned()));
            }
            if from < at {
                pieces.push(Piece::Text(&text[from..at]));
            }
            pieces.push(Piece::Variable(name));
            at += OPEN.len() + end + 1;
            from = at;
        } else if let Some(inside) = rest.strip_prefix("${") {
            let end = inside.find('}').unwrap_or(inside.len());
            if inside[..end].contains(OPEN) {
                return Err(Bad::InReference);
            }
            at = (at + 2 + end + 1).min(text.len());
        } else {
            at += 1;
        }
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    Ok(pieces)
}

/// The text with its values, unless a `${` or `$${` has come from them.
fn joined(pieces: &[Piece<'_>], values: &[&Content]) -> Result<String, Bad> {
    let mut text = String::new();
    let mut is_value = Vec::new();
    let mut values = values.iter().enumerate();
    for piece in pieces {
        let (part, from_value) = match piece {
            Piece::Text(part) => (*part, false),
            Piece::Variable(_) => match values.next() {
                Some((_, Content::Scalar(part, _))) => (&**part, true),
                Some((at, Content::List(_))) => return Err(Bad::List(at)),
                None => ("", true),
            },
        };
        text.push_str(part);
        is_value.resize(text.len(), from_value);
    }
    let comes_from_value = |at: usize| is_value.get(at).copied().unwrap_or_default();
    for (at, _) in text.match_indices("${") {
        let is_dollar = |at: &usize| text.as_bytes().get(*at) == Some(&b'$');
        let before = at.checked_sub(1).filter(is_dollar);
        if comes_from_value(at) || comes_from_value(at + 1) || before.is_some_and(comes_from_value)
        {
            return Err(Bad::MakesReference);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_its_variables_and_nowhere_else() {
        use Piece::{Text, Variable};
        assert_eq!(split("${var:a}"), Ok(vec![Variable("a")]));
        assert_eq!(
            split("x-${var:a}${var:b}.z"),
            Ok(vec![Text("x-"), Variable("a"), Variable("b"), Text(".z")])
        );
        assert_eq!(
            split("$5 ${env:A} $${var:a} ${var:b}"),
            Ok(vec![Text("$5 ${env:A} $${var:a} "), Variable("b")])
        );
        assert_eq!(split("${var:a"), Err(Bad::Open));
        assert_eq!(split("${var:a b}"), Err(Bad::Name("a b".to_owned())));
        assert_eq!(split("${env:A_${var:b}}"), Err(Bad::InReference));
        assert_eq!(split("${env:A ${var:b}"), Err(Bad::InReference));
        assert_eq!(split("${file:/run/${var:b}/key}"), Err(Bad::InReference));
    }

    #[test]
    fn no_reference_is_made_of_pieces() {
        let text = |text: &str| Content::Scalar(text.into(), ScalarKind::Text);
        let join = |spec: &str, values: &[&str]| {
            let contents: Vec<Content> = values.iter().map(|value| text(value)).collect();
            let contents: Vec<&Content> = contents.iter().collect();
            joined(&split(spec).unwrap(), &contents)
        };
        assert_eq!(join("a${var:x}c", &["b"]), Ok("abc".to_owned()));
        assert_eq!(join("${env:A}${var:x}", &["b"]), Ok("${env:A}b".to_owned()));
        assert_eq!(join("a${var:x}", &["$"]), Ok("a$".to_owned()));
        for (spec, values) in [
            ("${var:x}{env:A}", &["$"][..]),
            ("$${var:x}", &["{env:A}"][..]),
            ("${var:x}${var:y}env:A}", &["$", "{"][..]),
            ("${var:x}${env:A}", &["$"][..]),
            ("${var:x}", &["${env:A}"][..]),
            ("a${var:x}", &["${env:A}"][..]),
        ] {
            let Ok(pieces) = split(spec) else { continue };
            let contents: Vec<Content> = values.iter().map(|value| text(value)).collect();
            let contents: Vec<&Content> = contents.iter().collect();
            // `$${var:x}` is an escape: it has no variable.
            if pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Variable(_)))
            {
                assert_eq!(
                    joined(&pieces, &contents),
                    Err(Bad::MakesReference),
                    "{spec}"
                );
            }
        }
    }
}

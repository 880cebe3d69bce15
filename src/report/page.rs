//! Lines on a terminal page: indented, wrapped at words, coloured, and safe by construction: every
//! piece of text goes through [`clean`].

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::safe::clean;
use super::style::{Ink, Style};

/// A space at which no line breaks, for columns. It is written as an ordinary space.
pub(crate) const PAD: char = '\u{a0}';

/// A page that is being written.
pub(crate) struct Page<'a> {
    out: &'a mut dyn Write,
    style: Style,
}

/// A piece of a line.
pub(crate) type Piece<'a> = (Ink, Cow<'a, str>);

/// A piece in an ink.
pub(crate) fn ink<'a>(ink: Ink, text: impl Into<Cow<'a, str>>) -> Piece<'a> {
    (ink, text.into())
}

/// A piece in no particular ink.
pub(crate) fn plain<'a>(text: impl Into<Cow<'a, str>>) -> Piece<'a> {
    (Ink::Plain, text.into())
}

/// Text in inks: what is between two places where a line may break, and lines made of these.
#[derive(Default)]
struct Word {
    pieces: Vec<(Ink, String)>,
    width: usize,
}

impl Word {
    fn push(&mut self, ink: Ink, text: &str) {
        self.width += text.width();
        match self.pieces.last_mut() {
            Some((last, so_far)) if *last == ink => so_far.push_str(text),
            _ => self.pieces.push((ink, text.to_owned())),
        }
    }
}

impl<'a> Page<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, style: &Style) -> Self {
        Self { out, style: *style }
    }

    pub(crate) fn style(&self) -> &Style {
        &self.style
    }

    /// An empty line.
    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// One line, wrapped: the first at `indent`, what follows `hang` columns further in.
    pub(crate) fn line(
        &mut self,
        indent: usize,
        hang: usize,
        pieces: &[Piece<'_>],
    ) -> io::Result<()> {
        let mut line = Word::default();
        let mut left = indent;
        for word in words(pieces, &self.style) {
            if line.width > 0 && left + line.width + 1 + word.width > self.style.width {
                self.flush(left, &std::mem::take(&mut line))?;
                left = indent + hang;
            }
            if line.width > 0 {
                // A space between two words of one ink takes that ink, so that the ink runs through.
                let both = match (line.pieces.last(), word.pieces.first()) {
                    (Some((before, _)), Some((after, _))) if before == after => *before,
                    _ => Ink::Plain,
                };
                line.push(both, " ");
            }
            for (ink, text) in &word.pieces {
                line.push(*ink, text);
            }
        }
        self.flush(left, &line)
    }

    fn flush(&mut self, indent: usize, line: &Word) -> io::Result<()> {
        let mut text = " ".repeat(indent);
        for (ink, piece) in &line.pieces {
            text.push_str(&self.style.paint(*ink, &piece.replace(PAD, " ")));
        }
        writeln!(self.out, "{}", text.trim_end())
    }
}

/// Splits pieces at spaces; pieces that touch without a space stay together.
fn words(pieces: &[Piece<'_>], style: &Style) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    for (ink, text) in pieces {
        let text = clean(text);
        let text = match style.symbols {
            super::style::Symbols::Ascii => Cow::Owned(
                text.split(PAD)
                    .map(super::safe::ascii)
                    .collect::<Vec<_>>()
                    .join("\u{a0}"),
            ),
            _ => text,
        };
        for (index, part) in text.split(' ').enumerate() {
            if index > 0 && !word.pieces.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if !part.is_empty() {
                word.push(*ink, part);
            }
        }
    }
    if !word.pieces.is_empty() {
        words.push(word);
    }
    words
}

/// The text with padding up to `width` columns.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let text = clean(text);
    let fill = width.saturating_sub(text.width());
    let mut out = text.into_owned();
    out.extend(std::iter::repeat_n(PAD, fill));
    out
}

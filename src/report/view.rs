//! What views show, before any of them lays it out: words, groups, order and counts, made once.
//!
//! [`plan`] makes what every view of a plan says, [`run`] of a run, [`record`] of one that a store keeps,
//! [`status`] of live links, [`note`] what
//! findings have in common. Text, Markdown and HTML only lay these out and make them harmless; what they
//! leave out for lack of space they count by [`Truncated`] and [`Fitted`].

pub(crate) mod note;
pub(crate) mod plan;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod status;

use super::safe;
pub(crate) use super::words::More;

/// The first of many things, and how many more there are.
pub(crate) struct Truncated<'a, T> {
    pub(crate) shown: &'a [T],
    pub(crate) more: Option<More>,
}

impl<'a, T> Truncated<'a, T> {
    /// As many as `most` of them.
    pub(crate) fn of(all: &'a [T], most: usize) -> Self {
        let (shown, rest) = all.split_at(most.min(all.len()));
        Self {
            shown,
            more: More::of(rest.len()),
        }
    }

    /// `a, b and 3 more`.
    pub(crate) fn joined(&self, show: impl Fn(&T) -> String) -> String {
        let shown: Vec<String> = self.shown.iter().map(show).collect();
        match self.more {
            None => shown.join(", "),
            Some(more) => format!("{} {more}", shown.join(", ")),
        }
    }
}

/// Names in a sentence: `a, b and 3 more`.
pub(crate) fn first_names(names: &[impl AsRef<str>], most: usize) -> String {
    Truncated::of(names, most).joined(|name| safe::name(name.as_ref()).into_owned())
}

/// A text that stays within a limit: a piece that does not fit is left out whole, and what it is
/// for is counted.
pub(crate) struct Fitted {
    pub(crate) text: String,
    pub(crate) omitted: usize,
    pub(crate) limit: usize,
}

impl Fitted {
    pub(crate) fn new(text: String, limit: usize) -> Self {
        Self {
            text,
            omitted: 0,
            limit,
        }
    }

    /// Adds a piece if it fits.
    pub(crate) fn add(&mut self, piece: &str, represents: usize) -> bool {
        let fits = self.text.len() + piece.len() <= self.limit;
        if fits {
            self.text.push_str(piece);
        } else {
            self.omitted += represents;
        }
        fits
    }

    /// Adds the pieces that fit under a heading, which is left out when none does. Gives whether one did.
    pub(crate) fn add_under(
        &mut self,
        heading: &str,
        pieces: impl IntoIterator<Item = (String, usize)>,
    ) -> bool {
        let mut is_open = false;
        for (piece, represents) in pieces {
            is_open |= match is_open {
                true => self.add(&piece, represents),
                false => self.add(&format!("{heading}{piece}"), represents),
            };
        }
        is_open
    }
}
